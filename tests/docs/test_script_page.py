"""The run on the script page is a real one, and its tables name every field."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from posframe.cli.demo import fill
from posframe.cli.sell import do, script
from posframe.door import ask_running
from posframe.till import Till
from tests.docs.pages import ROOT, blocks, page, tables, text_of

if TYPE_CHECKING:
    from pathlib import Path

PAGE = page("docs/formats/script.md")
_IDENTIFIER = re.compile(r"\b[0-9a-f]{32}\b")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The demonstration till, closed."""
    settings = text_of(ROOT / "posframe" / "demo" / "till.toml")
    (tmp_path / "till.toml").write_text(settings, encoding="utf-8")
    fill(tmp_path)
    return tmp_path


def answers(text: str) -> list[dict[str, Any]]:
    found = [json.loads(_IDENTIFIER.sub("ID", line)) for line in text.splitlines()]
    assert all(isinstance(each, dict) for each in found)
    return found


def test_the_run_gives_what_the_page_shows(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """Entry by entry, in the demonstration till, but for identifiers."""
    entries = next(block.text for block in blocks(PAGE, "text") if block.title == "entries")
    file = tmp_path / "entries.txt"
    file.write_text(f"# a comment\n{entries}", encoding="utf-8")
    assert script(file, till=folder) == 1, "one of the entries is refused"
    shown = blocks(PAGE, "json")[0].text
    assert answers(capsys.readouterr().out) == answers(shown)


def test_the_tables_name_every_field(folder: Path, tmp_path: Path, capsys: Any):
    """What an answer can hold is in the table, and nothing else."""
    told = {row[0].strip("`") for row in tables(PAGE, "## What comes out")}
    file = tmp_path / "entries.txt"
    entries = (
        ".lessons",
        ".training",
        ".training off",
        ".shift open",
        ".leave",
        ".shifts",
        "2 * 10001",
        "@state",
        "milk",
        "@hold red umbrella",
        "@recall",
        ".recall",
        ".payments",
        "7 -",
        ".why 1",
        "+",
    )
    file.write_text("\n".join((*entries, "1000", ".receipt 1\n")), encoding="utf-8")
    script(file, till=folder)
    found = answers(capsys.readouterr().out)
    assert {name for answer in found for name in answer} == told
    sold = found[-2]
    for part in ("lines", "tenders"):
        assert all(f"`{name}`" in text_of(PAGE) for name in sold[part][0])
    assert all(f"`{name}`" in text_of(PAGE) for name in sold["totals"])
    assert set(sold["receipt"]) == {"number", "transaction", "total"}
    assert next(answer["held"] for answer in found if "held" in answer)[0]["note"] == "red umbrella"


def test_do_reaches_a_running_till(folder: Path, capsys: pytest.CaptureFixture[str]):
    """Through the socket while the till runs, and by opening it when none does."""
    with Till.open(folder) as till, till.door():
        assert do("10001", till=folder) == 0
        assert till.state.transaction is not None
    assert ask_running(folder, []) is None
    assert do("7 -", till=folder) == 1
    assert [answer["accepted"] for answer in answers(capsys.readouterr().out)] == [True, False]


def test_a_blank_line_pays_exactly(folder: Path, tmp_path: Path, capsys: Any):
    """As Enter does, on the payment screen."""
    file = tmp_path / "entries.txt"
    file.write_text("10001\n+\n\n", encoding="utf-8")
    assert script(file, till=folder) == 0
    assert answers(capsys.readouterr().out)[-1]["receipt"]["total"] == 119

"""Code in the documentation can be run, or at least read by what it is written for."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.exceptions import InvalidSignature

from posframe import Till
from posframe.anchors import TillKey
from posframe.cli.demo import fill
from posframe.kernel.domain.events import KERNEL_EVENTS, event_name
from posframe.kernel.ports import Head
from posframe.script import Script
from tests.docs.pages import PAGES, Block, blocks, page, tables

if TYPE_CHECKING:
    from pathlib import Path

EVERY = [block for path in PAGES for block in blocks(path)]


def of(language: str) -> Any:
    found = [block for block in EVERY if block.language == language]
    return pytest.mark.parametrize("block", found, ids=[block.place for block in found])


def test_every_block_says_what_it_is_written_in():
    """A block without a language is checked by nobody; trees and screens are ``text``."""
    assert not [block.place for block in EVERY if not block.language]
    assert {block.language for block in EVERY} <= {"python", "toml", "sh", "json", "csv", "text"}


@of("python")
def test_python_compiles(block: Block):
    """It is Python; a signature alone is one too, with a body."""
    text = block.text.rstrip()
    if block.page.name == "hooks.md":
        text += ": ..."
    compile(text, block.place, "exec")


@of("toml")
def test_toml_parses(block: Block):
    """It is TOML."""
    assert tomllib.loads(block.text)


@of("json")
def test_json_parses(block: Block):
    """It is JSON: one object, or one a line."""
    try:
        json.loads(block.text)
    except ValueError:
        assert [json.loads(line) for line in block.text.splitlines()]


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The journal of a till that sold something."""
    folder = tmp_path_factory.mktemp("till")
    settings = page("posframe/demo/till.toml").read_text(encoding="utf-8")
    (folder / "till.toml").write_text(settings, encoding="utf-8")
    fill(folder)
    with Till.open(folder) as till:
        script = Script(till)
        assert all(script.line(entry)["accepted"] for entry in ("3 * 10001", "+", "2000"))
        assert till.drain()
    return folder / "till.db"


def run(name: str) -> dict[str, Any]:
    """Run every Python block of a page, one after the other, in one namespace."""
    names: dict[str, Any] = {}
    for block in blocks(page(name), "python"):
        exec(compile(block.text, block.place, "exec"), names)
    return names


def test_the_chain_can_be_checked_as_the_journal_page_says(journal: Path, tmp_path: Path):
    """The page's few lines find no bad row in a good journal, and the first one in a bad one."""
    first_bad_row = run("docs/formats/journal.md")["first_bad_row"]
    assert first_bad_row(journal) == 0
    copy = tmp_path / "till.db"
    with (
        contextlib.closing(sqlite3.connect(journal)) as source,
        contextlib.closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
        target.execute("UPDATE journal SET actor = '2' WHERE seq = 3")
        target.commit()
    assert first_bad_row(copy) == 3


def test_an_anchor_can_be_checked_as_the_journal_page_says(tmp_path: Path):
    """What a till's key signs is taken, and anything else refused."""
    check = run("docs/formats/journal.md")["check_anchor"]
    key, head = TillKey.load(tmp_path / "till.key"), Head(7, bytes(range(32)))
    signature = key.sign(head)
    check(head.seq, head.hash.hex(), signature, key.public_hex)
    with pytest.raises(InvalidSignature):
        check(8, head.hash.hex(), signature, key.public_hex)


def test_the_journal_page_names_every_event_of_the_kernel():
    """Events are for ever, and so is what they are called."""
    rows = tables(page("docs/formats/journal.md"), "## Kernel events")
    assert [row[0].strip("`") for row in rows] == [event_name(each) for each in KERNEL_EVENTS]


def test_the_journal_page_names_the_columns_and_tables(journal: Path):
    """Columns in their order, and what else is in the file."""
    with contextlib.closing(sqlite3.connect(journal)) as database:
        columns = [row[1] for row in database.execute("PRAGMA table_info(journal)")]
        known = database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        names = {row[0] for row in known} - {"journal"}
    described = tables(page("docs/formats/journal.md"), "## A row")
    assert [row[0].strip("`") for row in described] == columns
    others = " ".join(row[0] for row in tables(page("docs/formats/journal.md"), OTHERS))
    assert {name for name in names if f"`{name}`" not in others} == {
        name for name in names if f"`{name.partition('_')[0]}_…`" in others
    }


OTHERS = "## Other tables of `till.db`"

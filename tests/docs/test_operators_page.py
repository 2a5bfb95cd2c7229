"""The pages about operators: their figures, fields and files are those of the code."""

from __future__ import annotations

import re

import pytest

from posframe.operators import read_operators
from posframe.script import Script
from tests.docs.pages import blocks, page, tables, text_of
from tests.signing import PINS, open_signing_till, write_signing_settings
from tests.test_lockout_at_the_till import TRIES_A_DAY

PAGE = page("docs/tills/operators.md")
FORMAT = page("docs/formats/operators.md")
SCRIPT = page("docs/formats/script.md")


def test_the_file_on_the_page_can_be_read(tmp_path):
    (text,) = (block.text for block in blocks(FORMAT, "toml"))
    path = tmp_path / "operators.toml"
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    book = read_operators(path, ("manager", "cashier"))
    assert [each.id for each in book.operators] == ["7", "17"]


def test_the_tries_a_day_on_the_page_are_those_that_were_counted():
    """57 on the first day, and a try each half hour from then on: 48."""
    words = " ".join(text_of(PAGE).split())
    first, later = re.search(
        r"(\d+) in the first 24 hours, (\d+) in each further day", words
    ).groups()
    assert (int(first), int(later)) == (TRIES_A_DAY, 24 * 60 // 30)
    month = TRIES_A_DAY + 29 * 48
    rows = {row[0]: row[1:] for row in tables(PAGE, "## Wrong PINs")}
    for digits in (4, 6):
        found = [
            int(cell.removeprefix("1 in ").replace(",", "")) for cell in rows[f"{digits} digits"]
        ]
        assert found == [
            pytest.approx(10**digits / tries, rel=0.02) for tries in (TRIES_A_DAY, month)
        ]


def test_the_fields_of_a_till_with_operators_are_on_the_page(tmp_path):
    write_signing_settings(tmp_path)
    told = {row[0].strip("`") for row in tables(SCRIPT, "## Where operators sign in")}
    usual = {row[0].strip("`") for row in tables(SCRIPT, "## What comes out")}
    with open_signing_till(tmp_path, signed_in="") as till:
        script = Script(till)
        entries = (
            "1 * PEN", f".signin 17 {PINS['17']}", ".message hello", ".nosale x",
            ".signin 18", f".signin 18 {PINS['18']}", ".messages",
        )  # fmt: skip
        found = {name for entry in entries for name in script.line(entry)}
    assert found - usual == {name for name in told if not name.startswith("{")}

"""What docs/tills/settlement.md says of files, maps and findings is so."""

from __future__ import annotations

import typing

import attrs
import pytest

from posframe.kernel.domain.card_data import holds_card_number
from posframe_payments.settings import SettlementSettings
from posframe_payments.settlement.difference import Kind
from posframe_payments.settlement.file_map import FIELDS, KINDS, REQUIRED, Options, read_map
from posframe_payments.settlement.reading import read_rows
from posframe_payments.settlement.sums import summed_by_payout
from tests.docs.pages import blocks, page, tables

PAGE = page("docs/tills/settlement.md")
TILL, MAP = (block.text for block in blocks(PAGE, "toml"))
(FILE,) = (block.text for block in blocks(PAGE, "csv"))


def below(head):
    """Return the rows of the table with this head, as cells."""
    text = PAGE.read_text(encoding="utf-8")
    rows = text.split(f"| `{head}` |", 1)[1].splitlines()[2:]
    cells = [line.strip("|").split(" | ") for line in rows[: rows.index("")]]
    return [(name.strip().strip("`"), *more) for name, *more in cells]


def test_the_worked_example_comes_to_what_the_page_says():
    """3.99 + 1295.00 - 95.00 = 1203.99; less 0.04 and 11.66 it is 1192.29."""
    reading = read_rows(
        FILE.encode(), "acme-jan.csv", read_map(MAP, "acme.toml"),
        holds_card_number=holds_card_number,
    )  # fmt: skip
    (sums,) = summed_by_payout(reading.take()).values()
    assert (sums.gross_minor, sums.fee_minor, sums.net_minor) == (120_399, 1_170, 119_229)
    shown = [block.text for block in blocks(PAGE, "text")][1]
    assert "EUR     3  1203.99  11.70  1192.29" in shown


def test_every_key_of_a_map_is_on_the_page():
    assert {name for name, _ in below("[columns]")} == set(FIELDS)
    needed = {name for name, words in below("[columns]") if words.startswith("Needed")}
    assert needed == set(REQUIRED)
    assert {name for name, _ in below("[kinds]")} == set(KINDS)


@pytest.mark.parametrize("field", attrs.fields(Options), ids=lambda field: field.name)
def test_every_option_is_on_the_page_with_its_default(field):
    shown = {name: default.strip("`") for name, default, _ in below("[options]")}
    default = field.default
    assert shown[field.name] == (f'"{default}"' if isinstance(default, str) else str(default))


def test_every_kind_of_difference_is_on_the_page():
    """But for what is not due yet, which is on no list."""
    rows = tables(PAGE, "### What is found")
    known = {*typing.get_args(Kind), "late_approval", "charged_in_doubt"} - {"not_due"}
    assert {row[0].strip("`") for row in rows} == known


def test_every_setting_is_on_the_page():
    for field in attrs.fields(SettlementSettings):
        assert f"\n{field.name} = " in TILL

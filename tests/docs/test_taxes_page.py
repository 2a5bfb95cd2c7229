"""The page about taxes: each of its examples is taken by a till, each refusal is as it says."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from posframe.config import TillConfig
from posframe.errors import ConfigurationError
from posframe.kernel.domain.receipt import ReceiptDocument
from posframe.kernel.domain.receipt_layout import plain_text
from posframe.kernel.domain.receipt_taxes import tax_section
from posframe.settings_reader import read_table
from posframe.shop_settings import shop
from posframe.system import SystemClock
from posframe.taxes.profile import TaxProfile, tax_profile
from tests.docs.pages import Block, blocks, page, tables
from tests.kernel.taxed import completed

TAXES = page("docs/tills/taxes.md")
NOW_US = SystemClock("UTC").wall_us()
TILL = {"id": "T01", "currency": "EUR", "store": "Corner shop", "tax_number": "DE123456789"}


def config_of(table: dict[str, Any]) -> TillConfig:
    return read_table(TillConfig, {"format": 1, "till": TILL, **table})


def profile_of(table: dict[str, Any]) -> TaxProfile:
    return tax_profile(config_of(table), NOW_US)


@pytest.mark.parametrize("block", blocks(TAXES, "toml"), ids=lambda block: block.title)
def test_every_example_is_taken_and_taxes_each_of_its_categories(block: Block):
    table = tomllib.loads(block.text)
    profile = profile_of(table)
    for name in table["tax"]["categories"]:
        taxes = profile.taxes(name, "", NOW_US)
        assert taxes is not None
        assert bool(taxes) == (name != "untaxed")


ROWS = [(row[0].strip("`"), row[1], row[2]) for row in tables(TAXES, "## What is refused")]


@pytest.mark.parametrize(("written", "says", "suggests"), ROWS, ids=[row[0] for row in ROWS])
def test_what_is_refused_is_refused_in_these_words(written: str, says: str, suggests: str):
    ways = 'fulfilments = ["eat_in", "take_away"]\n' if "fulfilment" in written else ""
    text = (
        f'[tax]\n{ways}[tax.categories.goods]\ntaxes = [{{ code = "a", label = "A", {written} }}]'
    )
    with pytest.raises(ConfigurationError) as refused:
        profile_of(tomllib.loads(text))
    assert "tax.categories.goods" in refused.value.message
    assert says in refused.value.message
    assert suggests in refused.value.hint


def test_the_receipt_of_two_firms_is_as_printed():
    """1.19 contains 0.19 at 19 %, 2.14 contains 0.14 at 7 %."""
    table, text = (
        next(each.text for each in blocks(TAXES, language) if each.title == "two firms")
        for language in ("toml", "text")
    )
    config = config_of(tomllib.loads(table))
    profile = tax_profile(config, NOW_US)
    goods = [
        (minor, *(profile.taxes(name, "", NOW_US) or ()))
        for minor, name in ((119, "standard"), (214, "bread"))
    ]
    sellers = shop(config).sellers
    section = tax_section(completed(*goods), sellers, 2)
    assert plain_text(ReceiptDocument(sections=(section,)), 40) == text

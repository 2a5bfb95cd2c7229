"""Another price for a line: with a reason that counts here, and no lower than the floor."""

from __future__ import annotations

import attrs
import pytest

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.views import FoundItem
from tests.kernel.driving import ITEMS, SETTINGS, Desk

STRICT = attrs.evolve(
    SETTINGS,
    override_reason_needed=True,
    override_reasons=("damaged", "price on the shelf, not here"),
)


@pytest.mark.parametrize("reason", ["damaged", "price on the shelf, not here"])
def test_a_reason_that_counts_here_may_hold_a_comma(reason):
    """It is recorded with the line it is about."""
    desk = Desk(STRICT).scan("PEN")
    desk.do(cmd.OverridePrice(price_minor=80, reason=reason))
    assert (desk.events[0].reason, desk.total) == (reason, 80)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("", "needs a reason | type it after the price: damaged, price on the shelf, not here"),
        (" ", "needs a reason"),
        ("cheaper", "'cheaper' is no reason here | one of: damaged, price on the shelf"),
        ("not here", "'not here' is no reason here"),
        ("price on the shelf", "is no reason here"),
    ],
)
def test_a_reason_that_does_not_count_is_refused_with_those_that_do(reason, words):
    """A part of one is none."""
    desk = Desk(STRICT).scan("PEN")
    assert words in desk.refused(cmd.OverridePrice(price_minor=80, reason=reason))


def test_where_any_words_count_there_have_to_be_some():
    desk = Desk(attrs.evolve(SETTINGS, override_reason_needed=True)).scan("PEN")
    hint = desk.refused(cmd.OverridePrice(price_minor=80)).partition(" | ")[2]
    assert hint == "type it after the price"
    desk.do(cmd.OverridePrice(price_minor=80, reason="asked nicely"))
    assert desk.total == 80


def test_where_reasons_are_listed_but_not_needed_none_will_do_and_another_will_not():
    desk = Desk(attrs.evolve(STRICT, override_reason_needed=False)).scan("PEN")
    assert "no reason here" in desk.refused(cmd.OverridePrice(price_minor=80, reason="cheaper"))
    desk.do(cmd.OverridePrice(price_minor=80))
    assert desk.total == 80


def test_a_price_below_the_floor_of_the_goods_is_refused():
    """The floor itself will do, and the words name it in the currency's way."""
    item = attrs.evolve(ITEMS["PEN"].item, floor_minor=60)
    desk = Desk(FindItem=lambda asked: FoundItem(item=item, code="PEN"))
    desk.scan("PEN")
    refused = desk.refused(cmd.OverridePrice(price_minor=59))
    assert refused == "Pen is not sold below 0.60 | type 0.60 or more"
    desk.do(cmd.OverridePrice(price_minor=60))
    assert desk.total == 60

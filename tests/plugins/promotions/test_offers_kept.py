"""The journal keeps the offers of each day, so that a receipt can be explained by them."""

from __future__ import annotations

import pytest

from posframe import Recorded
from posframe_promotions.history import offers_at, offers_in_rows
from posframe_promotions.model import MODEL
from tests.plugins.promotions.desks import CASH_ONLY, THREE_FOR_TWO
from tests.plugins.promotions.sales import sale_of


def test_the_offers_of_the_day_are_journalled_once_and_found_again(desk_of):
    """With the first sale, and again only when they have changed; files in any order are one."""
    desk = desk_of(THREE_FOR_TWO)
    desk.scan("PEN")
    desk.scan("PEN")
    desk.pay()
    desk.open()
    desk.scan("PEN")
    assert len(desk.events("promotions.OffersInForce")) == 1
    desk.pay()
    desk.open(CASH_ONLY)
    desk.scan("INK")
    desk.pay()
    assert len(desk.events("promotions.OffersInForce")) == 2
    rows = desk.till.call(lambda: list(desk.till.parts.journal.read()))
    closed = [row.action for row in rows if row.name == "sale.Completed"]

    def query(name, parameters):
        return desk.till.parts.journal.query(MODEL.queries[name], parameters)

    for action, ids in zip(closed, ["3for2", "3for2", "cash"], strict=True):
        (offer,) = desk.till.call(lambda action=action: offers_at(query, action))
        assert offer.id == ids
        assert offers_in_rows(rows, action) == (offer,)
    assert offers_in_rows(rows, 1) is None
    assert desk.till.call(lambda: offers_at(query, 1)) is None


def test_offers_whose_action_was_undone_are_journalled_with_the_next(desk_of):
    """They were returned for an action that never reached the disk."""
    desk = desk_of(THREE_FOR_TWO)
    desk.till.call(lambda: desk.till.hooks.contribute(sale_of(), ()))
    assert desk.events("promotions.OffersInForce") == []
    desk.scan("PEN")
    assert len(desk.events("promotions.OffersInForce")) == 1
    desk.scan("PEN")
    desk.pay()
    assert len(desk.events("promotions.OffersInForce")) == 1


def test_a_till_without_offers_journals_none(desk_of):
    """Nor does it price anything."""
    desk = desk_of("")
    desk.scan("INK")
    desk.pay()
    assert desk.events("promotions.OffersInForce") == []


def test_offers_too_long_for_one_row_come_in_parts(desk_of):
    """Twelve thousand codes are more than 200,000 characters."""
    skus = ", ".join(f'"SKU-{at:012}"' for at in range(12_000))
    desk = desk_of(f'[[offer]]\nid = "x"\nkind = "unit_percent"\npercent = "1"\nskus = [{skus}]\n')
    desk.scan("INK")
    desk.pay()
    kept = desk.events("promotions.OffersInForce")
    assert [(each.part, each.parts) for each in kept] == [(1, 2), (2, 2)]
    rows = desk.till.call(lambda: list(desk.till.parts.journal.read()))
    (offer,) = offers_in_rows(rows, rows[-1].action)
    assert len(offer.goods.skus) == 12_000


def test_an_event_of_a_newer_plugin_is_no_silence(desk_of):
    """The read model stands still and says so, instead of forgetting a coupon."""
    with pytest.raises(TypeError, match="newer plugin"):
        list(MODEL.apply(Recorded(1, 1, "c", "sale.CouponAdded", 9, 0, "", "1", "S1", object())))

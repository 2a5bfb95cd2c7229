"""Checking offers: those that never apply are named with their place and a way out."""

from __future__ import annotations

import pytest

from posframe_promotions.check_goods import Shelf
from tests.plugins.promotions.checked import (
    NO_SHELF,
    PENS,
    THREE_PENS,
    WARES,
    check,
    findings,
    only,
)


def test_offers_that_are_well_bring_no_findings():
    report = check(PENS, {**THREE_PENS, "skus": ["INK"]})
    assert (report.findings, report.has_errors, report.offers) == ((), False, 2)


def test_an_offer_of_the_past_is_a_warning_and_none_of_today_or_to_come():
    """Over on the 22nd at noon: what ended on the 21st; the 22nd itself counts whole."""
    finding = only({**PENS, "until": "2026-11-21"})
    assert (finding.weight, finding.kind, finding.path) == ("warning", "over", "offer[0].until")
    assert finding.message == "is over since 2026-11-22 00:00"
    assert findings({**PENS, "until": "2026-11-22"}) == []
    assert findings({**PENS, "from": "2027-01-01"}) == []


@pytest.mark.parametrize(
    ("window", "key"),
    [
        # 2026-12-01 is a Tuesday
        ({"from": "2026-12-01", "until": "2026-12-03", "weekdays": ["sat"]}, "weekdays"),
        (
            {"from": "2026-12-01T20:00", "until": "2026-12-02T08:00", "hours": "12:00-14:00"},
            "hours",
        ),
        # 2026-11-30 and 12-07 are Mondays; of the second one the hours from one to two
        (
            {
                "from": "2026-11-30T12:00",
                "until": "2026-12-07T06:00",
                "hours": "01:00-02:00",
                "weekdays": ["mon"],
            },
            "",
        ),
        (
            {
                "from": "2026-11-30T12:00",
                "until": "2026-12-07T01:00",
                "hours": "01:00-02:00",
                "weekdays": ["mon"],
            },
            "weekdays",
        ),
        (
            {
                "from": "2026-12-01",
                "until": "2026-12-02T01:00",
                "hours": "22:00-02:00",
                "weekdays": ["wed", "mon"],
            },
            "",
        ),
    ],
)
def test_days_and_hours_that_do_not_come_between_from_and_until_are_impossible(window, key):
    """The last of the three does come: from Monday's hours, an hour and more are on Tuesday."""
    expected = [("a", "impossible", f"offer[0].{key}")] if key else []
    assert findings({**PENS, **window}) == expected


def test_goods_that_the_catalogue_lacks_are_impossible_with_the_nearest_that_it_has():
    finding = only({**PENS, "skus": ["PNE"]})
    assert (finding.weight, finding.kind, finding.path) == (
        "error", "impossible", "offer[0].skus",
    )  # fmt: skip
    assert finding.message == "never applies: the catalogue has no PNE"
    assert finding.hint == "did you mean PEN?"
    department = only({**PENS, "skus": None, "departments": ["Ofice"]})
    assert (department.path, department.hint) == ("offer[0].departments", "did you mean Office?")


def test_some_goods_unknown_among_others_are_a_warning():
    finding = only({**PENS, "skus": ["PEN", "Q1", "Q2", "Q3", "Q4"]})
    assert (finding.weight, finding.kind) == ("warning", "unknown")
    assert finding.message == "the catalogue has no Q1, Q2, Q3 and 1 more"
    assert finding.hint == "look for it with: posframe catalogue find"
    mixed = {**PENS, "skus": ["PEN", "Q"], "departments": ["Office", "Fod"]}
    finding = only(mixed)
    assert finding.message == "the catalogue has no Q, department Fod"
    assert finding.hint == "did you mean Food?"


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ({"kind": "bundle_price", "price": "1.00", "groups": [["PEN"], ["Q"]]}, "groups[1]"),
        (
            {"kind": "buy_get", "buy": {"n": 1, "skus": ["Q"]}, "get": {"n": 1, "skus": ["PEN"]}},
            "buy",
        ),
        (
            {"kind": "buy_get", "buy": {"n": 1, "skus": ["PEN"]}, "get": {"n": 1, "skus": ["Q"]}},
            "get",
        ),
        ({"kind": "gift", "spend": "50", "skus": ["Q"]}, "skus"),
        ({"kind": "gift", "buy": {"n": 2, "skus": ["Q"]}, "skus": ["PEN"]}, "buy"),
        ({"kind": "basket_percent", "percent": "5", "skus": ["Q"]}, "skus"),
    ],
)
def test_each_place_of_a_deal_needs_goods(table, key):
    assert findings(table) == [("a", "impossible", f"offer[0].{key}")]


def test_several_pieces_of_weighed_goods_are_impossible_and_a_percentage_is_not():
    assert findings({**THREE_PENS, "skus": ["HAM"]}) == [("a", "impossible", "offer[0].skus")]
    assert findings({**PENS, "skus": ["HAM"]}) == []


@pytest.mark.parametrize(
    ("table", "most"),
    [
        ({"kind": "n_for_price", "n": 3, "price": "4.50", "skus": ["PEN"]}, "4.50"),
        ({"kind": "unit_price", "price": "1.50", "skus": ["PEN"]}, "1.50"),
        ({"kind": "at_least_price", "n": 6, "price": "1.60", "skus": ["PEN"]}, "1.50"),
        # 1.50 + 2 * 4.00
        (
            {
                "kind": "bundle_price",
                "price": "9.50",
                "groups": [["PEN"], {"count": 2, "skus": ["PAD"]}],
            },
            "9.50",
        ),
    ],
)
def test_a_price_that_no_goods_are_above_never_saves(table, most):
    finding = only(table)
    assert (finding.kind, finding.path) == ("impossible", "offer[0].price")
    assert f"at most {most} EUR" in finding.message


@pytest.mark.parametrize(
    "table",
    [
        {"kind": "n_for_price", "n": 3, "price": "4.49", "skus": ["PEN"]},
        {"kind": "n_for_price", "n": 3, "price": "9.00", "skus": ["FIX"]},
        {"kind": "n_for_price", "n": 3, "price": "12.00", "skus": ["PEN", "FIX"]},
        {"kind": "unit_price", "price": "20.00", "skus": ["HAM"]},
    ],
)
def test_a_price_below_that_of_some_goods_or_of_goods_without_one_is_well(table):
    """Of a repair nobody knows what it costs, of ham what a piece of it will weigh."""
    assert findings(table) == []


def test_a_floor_that_no_goods_are_above_never_saves():
    assert findings({**PENS, "floor": "1.50"}) == [("a", "impossible", "offer[0].floor")]
    assert findings({**PENS, "floor": "1.49"}) == []
    assert findings({**PENS, "floor": "1.50", "skus": ["PEN", "HAM"]}) == [], "ham may be heavy"


def test_a_tender_that_the_till_does_not_take_is_impossible():
    finding = only({**PENS, "tender": "cart"})
    assert (finding.kind, finding.path) == ("impossible", "offer[0].tender")
    assert finding.hint in {"did you mean 'card'?", "did you mean 'cash'?"}
    assert only({**PENS, "tender": "gold"}).hint == "it takes: cash, card"
    assert findings({**PENS, "tender": "card"}) == []
    assert findings({**PENS, "tender": "gold"}, tenders=None) == [], "the tenders are not known"


def test_a_coupon_that_nobody_can_present_in_time_is_impossible():
    """It begins on the day after the offer's last; on that day it is well."""
    offer = {**PENS, "until": "2026-11-30"}
    late = {"codes": ["X"], "from": "2026-12-01"}
    assert findings({**offer, "coupon": late}) == [("a", "impossible", "offer[0].coupon")]
    assert findings({**offer, "coupon": {**late, "from": "2026-11-30"}}) == []
    early = {"codes": ["X"], "until": "2026-11-30"}
    offer = {**PENS, "from": "2026-12-01"}
    assert findings({**offer, "coupon": early}) == [("a", "impossible", "offer[0].coupon")]
    over = {"codes": ["X"], "until": "2026-11-01"}
    assert findings({**PENS, "coupon": over}) == [("a", "over", "offer[0].coupon.until")]


def test_a_coupon_with_the_code_of_goods_is_named_for_scanning_it_sells_them():
    finding = only({**PENS, "coupon": {"codes": ["pad"]}})
    assert (finding.weight, finding.kind, finding.path) == (
        "warning", "hidden-code", "offer[0].coupon.codes",
    )  # fmt: skip
    assert findings({**PENS, "coupon": {"codes": ["04006381333931"]}})[0][1] == "hidden-code"


def test_without_a_catalogue_goods_are_taken_as_they_are_named():
    assert findings({**PENS, "skus": ["Q"]}, THREE_PENS, shelf=NO_SHELF) == []


def test_errors_come_first_then_the_order_of_the_file():
    found = check(
        {**PENS, "until": "2026-11-01"}, {**PENS, "skus": ["Q"]}, {**PENS, "tender": "gold"}
    ).findings
    assert [(each.offer, each.weight) for each in found] == [
        ("b", "error"), ("c", "error"), ("a", "warning"),
    ]  # fmt: skip


def test_suggestions_end_where_many_names_are_unknown():
    """Looking for what is like a name takes milliseconds; fifty times it is done."""
    shelf = Shelf(WARES)
    found = check(
        *({**PENS, "id": f"o{at}", "skus": [f"PEN{at}"]} for at in range(60)), shelf=shelf
    )
    hints = [each.hint for each in found.findings]
    assert hints.count("did you mean PEN?") == 50
    assert set(hints[50:]) == {"look for it with: posframe catalogue find"}

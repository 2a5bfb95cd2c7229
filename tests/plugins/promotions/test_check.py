"""Checking offers: each thing that can be wrong with one is named with its place and a way out."""

from __future__ import annotations

import pytest

from posframe_promotions.check_goods import Shelf
from tests.plugins.promotions.checked import (
    NO_SHELF,
    WARES,
    check,
    findings,
    only,
)

PENS = {"kind": "unit_percent", "percent": "10", "skus": ["PEN"]}
THREE_PENS = {"kind": "cheapest_percent", "n": 3, "percent": "100", "skus": ["PEN"]}


def test_offers_that_are_well_bring_no_findings():
    report = check(PENS, {**THREE_PENS, "skus": ["INK"]})
    assert (report.findings, report.has_errors, report.offers) == ((), False, 2)


# Offers that never apply


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


# Prices too low


def test_goods_below_their_floor_are_an_error_with_the_worst_of_them():
    """30 % off: a pad of 4.00 is 2.80, its floor 3.00; tea of 2.50 is 1.75, its floor 2.00."""
    finding = only({"kind": "unit_percent", "percent": "30", "departments": ["Office", "Food"]})
    assert (finding.weight, finding.kind, finding.path) == (
        "error", "below-floor", "offer[0].departments",
    )  # fmt: skip
    assert finding.message == (
        "may sell TEA at 1.75 EUR, below its floor of 2.00 EUR, and 1 more of its goods"
    )
    assert finding.hint.endswith('floor = "2.00" would keep it')
    assert check(PENS).has_errors is False
    assert check({**PENS, "percent": "30", "skus": ["TEA"]}).has_errors is True


@pytest.mark.parametrize(
    ("table", "price"),
    [
        # a third off the cheapest of three of one price: 4.00 - 4.00 / 3, the odd cent off too
        ({"kind": "cheapest_percent", "n": 3, "percent": "100", "skus": ["PAD"]}, "2.66"),
        ({"kind": "n_percent", "n": 2, "percent": "50", "skus": ["PAD"]}, "2.00"),
        ({"kind": "unit_amount", "amount": "1.01", "skus": ["PAD"]}, "2.99"),
        ({"kind": "unit_price", "price": "2.99", "skus": ["PAD"]}, "2.99"),
        ({"kind": "at_least_price", "n": 2, "price": "2.50", "skus": ["PAD"]}, "2.50"),
        ({"kind": "at_least_percent", "n": 2, "percent": "26", "skus": ["PAD"]}, "2.96"),
        # beside two inks 4.00 + 2 * 13.00 = 30.00 for 15.00: half of it
        ({"kind": "n_for_price", "n": 3, "price": "15.00", "skus": ["PAD", "INK"]}, "2.00"),
        # 4.00 + 13.00 = 17.00 for 8.50
        ({"kind": "bundle_price", "price": "8.50", "groups": [["PAD"], ["INK"]]}, "2.00"),
        ({"kind": "bundle_percent", "percent": "40", "groups": [["PAD"], ["INK"]]}, "2.40"),
        # beside a pen: 4.00 + 1.50 = 5.50, of which 2.20 is 40 %
        ({"kind": "n_amount", "n": 2, "amount": "2.20", "skus": ["PAD", "PEN"]}, "2.40"),
        # two pads, one of them free
        (
            {"kind": "buy_get", "buy": {"n": 1, "skus": ["PAD"]}, "get": {"n": 1, "skus": ["PAD"]}},
            "2.00",
        ),
        # a pad bought and an ink free: 13.00 of 17.00 off; 4.00 * 13 / 17 = 3.06 at most
        (
            {"kind": "buy_get", "buy": {"n": 1, "skus": ["PAD"]}, "get": {"n": 1, "skus": ["INK"]}},
            "0.94",
        ),
        # a pen bought and a pad free: 4.00 of 5.50 off; 4.00 * 4 / 5.5 = 2.91 at most
        (
            {"kind": "buy_get", "buy": {"n": 1, "skus": ["PEN"]}, "get": {"n": 1, "skus": ["PAD"]}},
            "1.09",
        ),
        ({"kind": "gift", "spend": "50.00", "skus": ["PAD"]}, "0.00"),
        ({"kind": "basket_percent", "percent": "26", "skus": ["PAD"]}, "2.96"),
        # 20.00 off 50.00 is two fifths
        ({"kind": "basket_amount", "amount": "20.00", "spend": "50.00", "skus": ["PAD"]}, "2.40"),
    ],
)
def test_the_worst_price_of_an_item_is_that_of_the_worst_deal(table, price):
    """By hand, for a pad of 4.00 with a floor of 3.00."""
    (finding,) = [each for each in check(table).findings if each.kind == "below-floor"]
    assert f"may sell PAD at {price} EUR, below its floor of 3.00 EUR" in finding.message


def test_a_floor_of_the_offers_own_holds():
    table = {"kind": "unit_percent", "percent": "30", "skus": ["PAD"], "floor": "3.00"}
    assert findings(table) == []


def test_goods_given_away_by_an_amount_are_a_warning():
    finding = only({"kind": "unit_amount", "amount": "1.50", "skus": ["PEN", "INK"]})
    assert (finding.weight, finding.kind, finding.path) == (
        "warning", "given-away", "offer[0].amount",
    )  # fmt: skip
    assert findings({"kind": "unit_amount", "amount": "1.49", "skus": ["PEN"]}) == []


def test_a_price_for_the_whole_basket_says_nothing_of_single_goods():
    assert findings({"kind": "basket_price", "price": "1.00", "spend": "20.00"}) == []


# Offers in each other's way


@pytest.mark.parametrize(
    ("rival", "offer"),
    [
        ({"kind": "unit_percent", "percent": "20"}, {"kind": "unit_percent", "percent": "10"}),
        (
            {"kind": "unit_percent", "percent": "20"},
            {"kind": "n_percent", "n": 2, "percent": "20"},
        ),
        (
            {"kind": "unit_percent", "percent": "50"},
            {"kind": "cheapest_percent", "n": 3, "percent": "50"},
        ),
        (
            {"kind": "n_percent", "n": 2, "percent": "20"},
            {"kind": "n_percent", "n": 4, "percent": "15"},
        ),
        (
            {"kind": "at_least_percent", "n": 2, "percent": "20"},
            {"kind": "n_percent", "n": 3, "percent": "20"},
        ),
        (
            {"kind": "cheapest_percent", "n": 3, "discounted": 2, "percent": "50"},
            {"kind": "cheapest_percent", "n": 3, "percent": "50"},
        ),
        ({"kind": "unit_amount", "amount": "0.20"}, {"kind": "unit_amount", "amount": "0.10"}),
        ({"kind": "unit_price", "price": "1.00"}, {"kind": "unit_price", "price": "1.20"}),
        (
            {"kind": "unit_price", "price": "1.00"},
            {"kind": "n_for_price", "n": 2, "price": "2.00"},
        ),
        (
            {"kind": "at_least_price", "n": 2, "price": "1.00"},
            {"kind": "n_for_price", "n": 2, "price": "2.00"},
        ),
        (
            {"kind": "n_for_price", "n": 2, "price": "2.00"},
            {"kind": "n_for_price", "n": 4, "price": "4.00"},
        ),
        (
            {"kind": "n_amount", "n": 2, "amount": "0.50"},
            {"kind": "n_amount", "n": 2, "amount": "0.40"},
        ),
    ],
)
def test_an_offer_that_another_always_equals_on_the_same_goods_is_shadowed(rival, offer):
    wide = {**rival, "skus": ["PEN", "INK"]}
    narrow = {**offer, "skus": ["PEN"]}
    finding = only(wide, narrow)
    assert (finding.offer, finding.kind, finding.others) == ("b", "shadowed", ("a",))
    assert finding.message == "never comes to anything: a takes the same goods and never saves less"
    assert findings(narrow, wide) == [("a", "shadowed", "offer[0]")], "whatever the order"
    assert findings({**rival, "skus": ["INK"]}, narrow) == [], "of other goods"


def test_of_two_equal_offers_one_is_named():
    assert findings(PENS, PENS) == [("b", "shadowed", "offer[1]")]


def test_bundles_are_shadowed_place_by_place():
    wide = {"kind": "bundle_price", "price": "3.00", "groups": [["PEN", "TEA"], ["PAD", "INK"]]}
    narrow = {"kind": "bundle_price", "price": "3.10", "groups": [["PEN"], ["INK"]]}
    assert ("b", "shadowed", "offer[1]") in findings(wide, narrow)
    crossed = {**narrow, "groups": [["INK"], ["PEN"]]}
    assert not any(each[1] == "shadowed" for each in findings(wide, crossed))
    counted = {**narrow, "groups": [["PEN"], {"count": 2, "skus": ["INK"]}]}
    assert not any(each[1] == "shadowed" for each in findings(wide, counted))
    cheaper = {**narrow, "price": "2.90"}
    assert not any(each[1] == "shadowed" for each in findings(wide, cheaper))


@pytest.mark.parametrize(
    "condition",
    [
        {"max_uses": 1},
        {"coupon": True},
        {"members_only": True},
        {"customer_groups": ["staff"]},
        {"stores": ["Main street"]},
        {"weekdays": ["mon"]},
        {"hours": "17:00-19:00"},
        {"from": "2026-11-01"},
        {"until": "2026-12-31"},
        {"group": "pens"},
        {"tender": "card"},
        {"conflict": "stack"},
        {"floor": "1.00"},
    ],
)
def test_a_better_offer_that_is_not_always_there_shadows_nothing(condition):
    better = {**PENS, "percent": "20", **condition}
    assert findings(better, PENS) == []
    if "tender" not in condition and "conflict" not in condition:
        bound = {**PENS, **condition}
        assert findings({**PENS, "percent": "20"}, bound) == [("b", "shadowed", "offer[1]")]


def test_wider_days_and_groups_shadow_narrower_ones():
    better = {
        **PENS, "percent": "20", "weekdays": ["mon", "tue"], "customer_groups": ["staff", "club"],
        "from": "2026-11-01", "until": "2026-12-31",
    }  # fmt: skip
    inside = {
        **PENS, "weekdays": ["mon"], "customer_groups": ["staff"],
        "from": "2026-11-10", "until": "2026-12-10",
    }  # fmt: skip
    assert findings(better, inside) == [("b", "shadowed", "offer[1]")]
    assert findings({**better, "from": "2026-11-11"}, inside) == []
    assert findings({**better, "until": "2026-12-09"}, inside) == []


def test_an_exclusive_offer_on_single_units_takes_all_of_its_goods_first():
    exclusive = {**PENS, "percent": "1", "conflict": "exclusive"}
    finding = only(exclusive, {**THREE_PENS})
    assert (finding.offer, finding.others) == ("b", ("a",))
    assert "is exclusive and takes all its goods first" in finding.message
    first = {**THREE_PENS, "conflict": "exclusive", "priority": 1}
    assert findings(exclusive, first) == [], "and of those before it only what is left"
    higher = {**exclusive, "priority": 2}
    assert findings(higher, {**PENS, "conflict": "exclusive"}) == [("b", "shadowed", "offer[1]")]
    assert findings({**THREE_PENS, "conflict": "exclusive"}, PENS) == [], "the fourth is left"


def test_weighed_goods_keep_an_offer_on_units_alive():
    """Ham takes 10 %, and takes no part in two of anything at 20 %."""
    two = {"kind": "n_percent", "n": 1, "percent": "20"}
    assert findings(two, {**PENS, "skus": ["HAM"]}) == []


def test_an_offer_that_never_applies_shadows_no_other():
    over = {**PENS, "percent": "20", "until": "2026-11-01"}
    assert findings(over, {**PENS, "until": "2026-11-01"}) == [
        ("a", "over", "offer[0].until"),
        ("b", "over", "offer[1].until"),
    ]


def test_a_bundle_whose_groups_share_some_goods_meets_itself():
    """The same list twice is two of a kind, and meant."""
    bundle = {"kind": "bundle_price", "price": "2.00"}
    half = {**bundle, "groups": [["PEN", "INK"], ["PAD", "PEN"]]}
    (finding,) = [each for each in check(half).findings if each.kind == "self-overlapping"]
    assert (finding.weight, finding.path) == ("warning", "offer[0].groups[1]")
    assert finding.message.startswith("shares PEN with groups[0]")
    twice = {**bundle, "groups": [["PEN", "INK"], ["INK", "PEN"]]}
    assert findings(twice, shelf=NO_SHELF) == []
    assert findings({**bundle, "groups": [["PEN"], ["INK"]]}, shelf=NO_SHELF) == []


def test_overlaps_tell_which_offers_compete_for_how_many_goods():
    report = check(
        {**THREE_PENS, "skus": ["PEN", "PAD", "INK"]},
        {"kind": "n_for_price", "n": 2, "price": "2.00", "skus": ["PEN", "INK"]},
        {"kind": "unit_percent", "percent": "5", "skus": ["INK"]},
        {"kind": "unit_percent", "percent": "5", "skus": ["INK"], "conflict": "stack"},
        {"kind": "basket_percent", "percent": "5"},
    )
    found = [(each.offers, each.goods, each.example) for each in report.overlaps]
    assert found == [(("a", "b", "c"), 1, "INK"), (("a", "b"), 1, "PEN")]


# Glue


def chain(count):
    """Return offers of three that share an item with the next one: 0-1, 1-2, …"""
    return [{**THREE_PENS, "id": f"o{at}", "skus": [f"S{at}", f"S{at + 1}"]} for at in range(count)]


def test_the_offer_that_glues_is_the_one_whose_parts_are_smallest_without_it():
    """Two chains of four, joined by one offer on both ends: 9 offers, without it 4 and 4."""
    first = chain(4)
    second = [
        {**each, "id": f"p{at}", "skus": [f"T{at}", f"T{at + 1}"]}
        for at, each in enumerate(chain(4))
    ]
    joining = {**THREE_PENS, "id": "joins", "skus": ["S4", "T0"]}
    report = check(*first, *second, joining, shelf=NO_SHELF)
    (part,) = report.components
    assert (len(part.offers), part.goods, part.glue) == (9, 10, "joins")
    assert part.left == ((4, 5), (4, 5))
    (finding,) = report.findings
    assert (finding.weight, finding.kind, finding.offer) == ("warning", "glue", "joins")
    assert "joins 9 offers on 10 goods" in finding.message
    assert "2 parts, the largest of 4 offers on 5 goods" in finding.message
    assert len(finding.others) == 8


def test_an_offer_on_any_goods_glues_them_all():
    """Six threes of an item each, apart; two of anything joins them, and is named."""
    threes = [{**THREE_PENS, "id": f"o{at}", "skus": [f"S{at}"]} for at in range(6)]
    anything = {"id": "anything", "kind": "n_percent", "n": 2, "percent": "5"}
    apart = check(*threes, shelf=NO_SHELF)
    assert [len(part.offers) for part in apart.components] == [1] * 6
    assert apart.findings == ()
    (part,) = check(*threes, anything, shelf=NO_SHELF).components
    assert (part.glue, part.left) == ("anything", ((1, 1),) * 6)


def test_up_to_five_offers_together_are_no_finding():
    assert findings(*chain(5), shelf=NO_SHELF) == []
    assert [each[1] for each in findings(*chain(6), shelf=NO_SHELF)] == ["glue"]


def test_offers_that_need_no_second_unit_glue_nothing_unless_they_are_limited():
    single = {"id": "single", "kind": "unit_percent", "percent": "1", "skus": ["S0", "T0"]}
    twos = [{**THREE_PENS, "id": each, "skus": [each]} for each in ("S0", "T0")]
    assert len(check(*twos, single, shelf=NO_SHELF).components) == 2
    assert len(check(*twos, {**single, "max_uses": 1}, shelf=NO_SHELF).components) == 1
    from_one = {**single, "kind": "at_least_percent", "n": 1}
    assert len(check(*twos, from_one, shelf=NO_SHELF).components) == 2
    assert len(check(*twos, {**from_one, "n": 2}, shelf=NO_SHELF).components) == 1


def test_exclusive_levels_and_stacked_offers_are_components_of_their_own():
    of = {**THREE_PENS, "skus": ["S0"]}
    report = check(
        of, {**of, "conflict": "exclusive"}, {**of, "conflict": "exclusive", "priority": 3},
        {**of, "conflict": "stack"}, {"kind": "basket_percent", "percent": "5"}, shelf=NO_SHELF,
    )  # fmt: skip
    assert sorted((part.conflict, part.offers) for part in report.components) == [
        ("best", ("a",)), ("exclusive", ("b",)), ("exclusive", ("c",)),
    ]  # fmt: skip


def test_errors_come_first_then_the_order_of_the_file():
    found = check(
        {**PENS, "until": "2026-11-01"}, {**PENS, "skus": ["Q"]}, {**PENS, "tender": "gold"}
    ).findings
    assert [(each.offer, each.weight) for each in found] == [
        ("b", "error"), ("c", "error"), ("a", "warning"),
    ]  # fmt: skip


def test_offers_of_any_goods_alone_are_one_component_without_a_catalogue():
    anything = {"kind": "n_percent", "n": 2, "percent": "5"}
    (part,) = check(anything, {**anything, "n": 3}, shelf=NO_SHELF).components
    assert (part.offers, part.densest, part.left) == (("a", "b"), "any goods", ((1, 1),))


def test_a_department_is_what_offers_call_it_without_a_catalogue():
    report = check(
        {**THREE_PENS, "skus": None, "departments": ["Toys"]},
        {"kind": "n_percent", "n": 2, "percent": "5", "departments": ["Toys"]},
        THREE_PENS, shelf=NO_SHELF,
    )  # fmt: skip
    assert [each.offers for each in report.overlaps] == [("a", "b")]
    assert [part.offers for part in report.components] == [("a", "b"), ("c",)]


def test_an_offer_on_a_department_without_goods_is_in_no_component():
    report = check({**THREE_PENS, "skus": None, "departments": ["Toys"]})
    assert [each.kind for each in report.findings] == ["impossible"]
    assert report.components == ()


def test_a_group_of_any_goods_meets_every_other_group():
    bundle = {"kind": "bundle_price", "price": "2.00", "groups": [{"count": 1}, ["PEN"]]}
    (finding,) = check(bundle, shelf=NO_SHELF).findings
    assert finding.message.startswith("shares goods with groups[0]")


def test_suggestions_end_where_many_names_are_unknown():
    """Looking for what is like a name takes milliseconds; fifty times it is done."""
    shelf = Shelf(WARES)
    found = check(
        *({**PENS, "id": f"o{at}", "skus": [f"PEN{at}"]} for at in range(60)), shelf=shelf
    )
    hints = [each.hint for each in found.findings]
    assert hints.count("did you mean PEN?") == 50
    assert set(hints[50:]) == {"look for it with: posframe catalogue find"}

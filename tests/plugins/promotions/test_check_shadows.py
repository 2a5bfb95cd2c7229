"""Checking offers: those that another one always beats, and only those."""

from __future__ import annotations

import pytest

from tests.plugins.promotions.checked import NO_SHELF, PENS, THREE_PENS, check, findings, only


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


@pytest.mark.parametrize(
    ("rival", "offer"),
    [
        # of three at a fifth off, two in twos
        (
            {"kind": "n_percent", "n": 2, "percent": "20"},
            {"kind": "at_least_percent", "n": 2, "percent": "20"},
        ),
        (
            {"kind": "n_percent", "n": 2, "percent": "20"},
            {"kind": "n_percent", "n": 3, "percent": "20"},
        ),
        (
            {"kind": "at_least_percent", "n": 3, "percent": "20"},
            {"kind": "n_percent", "n": 2, "percent": "20"},
        ),
        # two free of four against one
        (
            {"kind": "cheapest_percent", "n": 4, "percent": "100"},
            {"kind": "cheapest_percent", "n": 4, "discounted": 2, "percent": "50"},
        ),
        (
            {"kind": "cheapest_percent", "n": 2, "percent": "100"},
            {"kind": "cheapest_percent", "n": 4, "percent": "100"},
        ),
        # 10 % of little is less than 0.10, of much more
        ({"kind": "unit_percent", "percent": "10"}, {"kind": "unit_amount", "amount": "0.10"}),
        (
            {"kind": "unit_price", "price": "1.00"},
            {"kind": "n_for_price", "n": 2, "price": "1.99"},
        ),
        (
            {"kind": "n_for_price", "n": 2, "price": "2.00"},
            {"kind": "n_for_price", "n": 4, "price": "3.99"},
        ),
        # of 0.40 and 2.00 the amount takes 0.90, half of it from each 0.85
        (
            {"kind": "unit_amount", "amount": "0.45"},
            {"kind": "n_amount", "n": 2, "amount": "0.90"},
        ),
        (
            {"kind": "n_amount", "n": 2, "amount": "0.50"},
            {"kind": "n_amount", "n": 3, "amount": "0.50"},
        ),
    ],
)
def test_an_offer_that_sometimes_saves_more_is_not_shadowed(rival, offer):
    wide, narrow = {**rival, "skus": ["PEN", "INK"]}, {**offer, "skus": ["PEN"]}
    assert findings(wide, narrow, shelf=NO_SHELF) == []


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


def test_a_group_of_any_goods_meets_every_other_group():
    bundle = {"kind": "bundle_price", "price": "2.00", "groups": [{"count": 1}, ["PEN"]]}
    (finding,) = check(bundle, shelf=NO_SHELF).findings
    assert finding.message.startswith("shares goods with groups[0]")

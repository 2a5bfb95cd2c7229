"""Checking offers: goods that come below their floor, reckoned by hand for the worst deal."""

from __future__ import annotations

import pytest

from tests.plugins.promotions.checked import PENS, check, findings, only


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

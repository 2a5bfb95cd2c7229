"""Each kind of offer, reckoned by hand on a basket of a few lines."""

from __future__ import annotations

import pytest

from posframe import Tax, TaxKind
from tests.plugins.promotions.sales import by_line, goods, line, rows, sale_of, saved

A = ("A", "10.00")
B = ("B", "5.00")
C = ("C", "1.99")


@pytest.mark.parametrize(
    ("offer", "units", "saving"),
    [
        # 10 % of 1.99 is 19.9 cents, 20; of two units 40, though 10 % of 3.98 were 39.8 too
        ({"kind": "unit_percent", "percent": "10"}, [("C", "1.99", "2")], 40),
        ({"kind": "unit_percent", "percent": "33.333", "skus": ["A"]}, [A, B], 333),
        ({"kind": "unit_amount", "amount": "0.30"}, [A, B], 60),
        # never below zero: 1.99 and not 3.00
        ({"kind": "unit_amount", "amount": "3.00"}, [C], 199),
        ({"kind": "unit_price", "price": "4.00"}, [A, B, C], 600 + 100),
        # two of the three for 12.00 and only where that saves: 10.00 + 5.00 - 12.00
        ({"kind": "n_for_price", "n": 2, "price": "12.00"}, [A, B, C], 300),
        ({"kind": "n_for_price", "n": 2, "price": "15.00"}, [A, B, C], 0),
        ({"kind": "n_percent", "n": 2, "percent": "50"}, [A, B, C], 500 + 250),
        ({"kind": "n_amount", "n": 2, "amount": "1.00"}, [A, B, C], 100),
        # never more than the units cost: 1.99 + 1.99
        ({"kind": "n_amount", "n": 2, "amount": "9.00"}, [C, C], 398),
        # of A A B and of B C C the cheapest are B and C: 5.00 + 1.99
        ({"kind": "cheapest_percent", "n": 3, "percent": "100"}, [A, A, B, B, C, C], 500 + 199),
        ({"kind": "cheapest_percent", "n": 2, "percent": "50"}, [A, B], 250),
        # 3 for the price of 1: the two cheapest
        (
            {"kind": "cheapest_percent", "n": 3, "percent": "100", "discounted": 2},
            [A, B, C],
            500 + 199,
        ),
        ({"kind": "bundle_price", "groups": [["A"], ["B", "C"]], "price": "11.00"}, [A, B, C], 400),
        # the second group is any: A with the other A
        ({"kind": "bundle_price", "groups": [["A"], None], "price": "11.00"}, [A, A, C], 900),
        (
            {
                "kind": "bundle_percent",
                "groups": [["A"], {"skus": ["C"], "count": 2}],
                "percent": "10",
            },
            [A, ("C", "1.99", "3")],
            100 + 2 * 20,
        ),
        # buy 2 A, get 1 B: 5.00; a third A brings nothing more
        (
            {"kind": "buy_get", "buy": {"n": 2, "skus": ["A"]}, "get": {"n": 1, "skus": ["B"]}},
            [("A", "10.00", "3"), ("B", "5.00", "2")],
            500,
        ),
        (
            {
                "kind": "buy_get",
                "buy": {"n": 1, "skus": ["A"]},
                "get": {"n": 1, "skus": ["C"]},
                "percent": "50",
            },
            [A, C],
            100,
        ),
        (
            {"kind": "at_least_percent", "n": 3, "percent": "10", "skus": ["A"]},
            [("A", "10.00", "2")],
            0,
        ),
        (
            {"kind": "at_least_percent", "n": 3, "percent": "10", "skus": ["A"]},
            [("A", "10.00", "4")],
            400,
        ),
        ({"kind": "at_least_price", "n": 2, "price": "8.00", "skus": ["A"]}, [A, A, B], 400),
        # 10 % of 16.99 is 1.699
        ({"kind": "basket_percent", "percent": "10"}, [A, B, C], 170),
        ({"kind": "basket_percent", "percent": "10", "spend": "17.00"}, [A, B, C], 0),
        ({"kind": "basket_percent", "percent": "10", "spend": "16.99"}, [A, B, C], 170),
        ({"kind": "basket_amount", "amount": "5.00", "spend": "15"}, [A, B], 500),
        ({"kind": "basket_amount", "amount": "5.00"}, [C], 199),
        ({"kind": "basket_amount", "amount": "5.00", "spend": "10", "skus": ["A"]}, [A, B], 500),
        ({"kind": "basket_price", "price": "12.00", "skus": ["A", "B"]}, [A, B, C], 300),
        ({"kind": "basket_price", "price": "20.00"}, [A, B, C], 0),
        # the gift itself does not count: 10.00 without C is enough
        ({"kind": "gift", "spend": "10", "skus": ["C"]}, [A, C], 199),
        ({"kind": "gift", "spend": "10.01", "skus": ["C"]}, [A, C], 0),
        # two given, the cheapest first
        ({"kind": "gift", "spend": "10", "skus": ["B", "C"], "count": 2}, [A, B, C, C], 398),
        ({"kind": "gift", "buy": {"n": 2, "skus": ["A"]}, "skus": ["A"]}, [A, A, A], 1000),
        ({"kind": "gift", "buy": {"n": 3, "skus": ["A"]}, "skus": ["A"]}, [A, A, A], 0),
        # two could be given, but only one is earned: 5.00 + 1.99 + 1.99 less one gift is 6.99
        ({"kind": "gift", "spend": "6.00", "skus": ["C"], "count": 2}, [B, C, C], 199),
    ],
)
def test_a_kind_of_offer_saves_what_arithmetic_by_hand_says(offer, units, saving):
    """Whatever the kind, on the goods it names and no others."""
    found = saved([{"id": "x", **offer}], goods(*units))
    assert found == ({"x": saving} if saving else {})


def test_goods_are_named_by_department_too():
    """Both lists together: what is in one of them takes part."""
    offer = {"id": "x", "kind": "unit_amount", "amount": "1", "departments": ["F"], "skus": ["Z"]}
    sale = sale_of(
        line(1, "A", "3.00", department="F"),
        line(2, "B", "3.00", department="G"),
        line(3, "Z", "3.00", department="G"),
    )
    (row,) = rows([offer], sale)
    assert by_line(row) == {1: 100, 3: 100}


def test_a_saving_is_spread_over_all_units_of_its_deal():
    """Three at 10.00 for two: 3.34, 3.33, 3.33, so that none can be returned at its full price."""
    (row,) = rows(
        [{"id": "x", "kind": "cheapest_percent", "n": 3, "percent": "100"}],
        goods(("A", "10.00"), ("A", "10.00"), ("A", "10.00")),
    )
    assert by_line(row) == {1: 334, 2: 333, 3: 333}


def test_a_saving_is_spread_in_proportion_to_price():
    """Of 5.00 saved on 10.00 and 5.00, two thirds and one third."""
    (row,) = rows(
        [{"id": "x", "kind": "cheapest_percent", "n": 2, "percent": "100"}],
        goods(("A", "10.00"), ("B", "5.00")),
    )
    assert by_line(row) == {1: 333, 2: 167}


def test_a_line_discount_that_does_not_divide_makes_units_of_two_prices():
    """3 x 10.00 less 10.00 is 6.67, 6.67, 6.66 with the dear one first; the cheapest is free."""
    sale = sale_of(line(1, "A", "10.00", "3", off="10.00"))
    assert saved([{"id": "x", "kind": "cheapest_percent", "n": 3, "percent": "100"}], sale) == {
        "x": 666
    }
    assert saved([{"id": "x", "kind": "unit_percent", "percent": "100"}], sale) == {"x": 2000}


def test_offers_work_on_what_a_lines_own_discount_leaves():
    """The example of the explain format: 5 % off 3 x 10.00, then 3 for 2 at 9.50."""
    sale = sale_of(line(1, "A", "10.00", "3", off="5 %"))
    assert saved([{"id": "x", "kind": "cheapest_percent", "n": 3, "percent": "100"}], sale) == {
        "x": 950
    }


def test_a_discount_that_was_cut_for_an_offer_counts_as_it_was_asked_for():
    """Else the price would depend on whether offer or discount was there first."""
    whole = line(1, "A", "10.00", off="50 %")
    cut = line(1, "A", "10.00", off="50 %")
    own = cut.adjustments[0]
    shortened = type(own)(own.id, own.kind, own.value, -100, own.label)
    cut = line(1, "A", "10.00", adjustments=(shortened,), deal_minor=-900)
    offer = [{"id": "x", "kind": "unit_percent", "percent": "90"}]
    assert saved(offer, sale_of(cut)) == saved(offer, sale_of(whole)) == {"x": 450}


@pytest.mark.parametrize(
    ("offer", "saving"),
    [
        # 0.642 kg at 19.90 is 12.7758, 12.78
        ({"kind": "unit_percent", "percent": "10"}, 128),
        ({"kind": "unit_amount", "amount": "1.00"}, 100),
        # 15.00 a kilogram: 9.63
        ({"kind": "unit_price", "price": "15.00"}, 1278 - 963),
        # the floor is a price a kilogram: not below 12.84
        ({"kind": "unit_amount", "amount": "1.00", "floor": "20.00"}, 0),
        ({"kind": "n_percent", "n": 1, "percent": "50"}, 0),
        ({"kind": "cheapest_percent", "n": 1, "percent": "50"}, 0),
        ({"kind": "basket_percent", "percent": "10"}, 128),
    ],
)
def test_weighed_goods_are_one_unit_for_offers_on_single_units(offer, saving):
    """A price is for a kilogram, as every price of such goods is."""
    sale = sale_of(line(1, "CHEESE", "19.90", "0.642", weighed=True))
    assert saved([{"id": "x", **offer}], sale) == ({"x": saving} if saving else {})


def test_returns_deposits_and_voided_lines_take_no_part():
    """Three of the goods are there, but one is returned and one is voided."""
    sale = sale_of(
        line(1, "A", "10.00"),
        line(2, "A", "10.00", "-1"),
        line(3, "A", "10.00", voided=True),
    )
    assert saved([{"id": "x", "kind": "n_percent", "n": 2, "percent": "50"}], sale) == {}
    assert saved([{"id": "x", "kind": "basket_percent", "percent": "50"}], sale) == {"x": 500}


@pytest.mark.parametrize(
    ("offer", "saving"),
    [
        ({"kind": "unit_percent", "percent": "100"}, 2 * 1089),
        ({"kind": "unit_percent", "percent": "10"}, 2 * 109),
        # 10.00 and the taxes that stay, as a deposit would
        ({"kind": "unit_price", "price": "10.00"}, 2 * 89),
        ({"kind": "cheapest_percent", "n": 2, "percent": "100"}, 1089),
        ({"kind": "basket_percent", "percent": "100"}, 2 * 1089),
        ({"kind": "basket_amount", "amount": "30.00"}, 2 * 1089),
        ({"kind": "basket_amount", "amount": "1.00", "spend": "21.78"}, 100),
        ({"kind": "basket_amount", "amount": "1.00", "spend": "21.79"}, 0),
        ({"kind": "gift", "spend": "10.89", "skus": ["BOTTLE"]}, 1089),
    ],
)
def test_offers_see_no_fixed_tax_that_a_price_contains(offer, saving):
    """A bottle of 12.10 holds 1.00 a piece and 21 % on both: 1.21 stays, 10.89 may go."""
    taxes = (
        Tax("levy", "Levy", 0, kind=TaxKind.FIXED, amount_minor=100, affects_base=True),
        Tax("vat", "VAT", 21),
    )
    sale = sale_of(line(1, "BOTTLE", "12.10", "2", taxes=taxes))
    assert saved([{"id": "x", **offer}], sale) == ({"x": saving} if saving else {})


def test_a_pack_is_as_many_units_as_it_holds():
    """A carton of six at 9.00 is six units at 1.50; two of them for 2.00 saves three times 1.00."""
    carton = line(1, "A", "1.50", "6", list_minor=900, price_per_milli=6000, pack_milli=6000)
    assert saved(
        [{"id": "x", "kind": "n_for_price", "n": 2, "price": "2.00"}], sale_of(carton)
    ) == {"x": 300}


@pytest.mark.parametrize(
    ("offer", "words"),
    [
        ({"kind": "cheapest_percent", "n": 3, "percent": "100"}, "3 for 2: the cheapest of 3 free"),
        ({"kind": "cheapest_percent", "n": 2, "percent": "50"}, "50 % off the cheapest of 2"),
        ({"kind": "n_for_price", "n": 2, "price": "1.00"}, "2 for 1.00 EUR"),
        ({"kind": "unit_percent", "percent": "12.5"}, "12.5 % off each"),
    ],
)
def test_a_row_says_what_the_offer_gives_in_words_that_stand_alone(offer, words):
    """Years later the journal is all there is."""
    (row,) = rows([{"id": "x", "label": "Label", **offer}], goods(A, A, A))
    assert (row.rule, row.label, row.plugin) == (words, "Label", "promotions")

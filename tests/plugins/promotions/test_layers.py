"""Which offer comes first: exclusive, best, stack, tender, basket; groups, uses, floors."""

from __future__ import annotations

import attrs
import pytest

from posframe import LineKind, SaleView
from posframe_promotions.rule import Limits
from posframe_promotions.solving import Limit
from tests.plugins.promotions.sales import by_line, goods, line, rows, rule_of, sale_of, saved

A = ("A", "10.00")
B = ("B", "5.00")


def offer(id_, kind, **keys):
    return {"id": id_, "kind": kind, **keys}


def test_best_offers_share_the_units_for_the_largest_saving():
    """Half off the second of two saves more on A and B than 1.00 off each; C gets the 1.00."""
    offers = [
        offer("pair", "cheapest_percent", n=2, percent="50", skus=["A", "B"]),
        offer("each", "unit_amount", amount="1.00"),
    ]
    assert saved(offers, goods(A, B, ("C", "3.00"))) == {"pair": 250, "each": 100}


def test_an_exclusive_offer_takes_its_units_before_the_best_even_where_that_saves_less():
    """The unit is gone: 0.10 saved, not 9.00, and nothing stacks on it."""
    offers = [
        offer("first", "unit_amount", amount="0.10", skus=["A"], conflict="exclusive"),
        offer("more", "unit_amount", amount="9.00", skus=["A"]),
        offer("on top", "unit_percent", percent="50", conflict="stack"),
    ]
    assert saved(offers, goods(A, B)) == {"first": 10, "on top": 250}


def test_exclusive_offers_go_level_by_level_of_priority_and_for_the_best_within_one():
    """Level 2 takes one unit for 1.00; of level 1 the better one takes the other."""
    offers = [
        offer("low", "unit_amount", amount="5.00", conflict="exclusive", priority=1),
        offer("lower", "unit_amount", amount="4.00", conflict="exclusive", priority=1),
        offer("high", "unit_amount", amount="1.00", conflict="exclusive", priority=2, max_uses=1),
    ]
    assert saved(offers, goods(A, A)) == {"high": 100, "low": 500}


def test_stacked_offers_work_one_after_the_other_on_what_is_left():
    """10.00, then 10 % off is 9.00, then 1.00 off is 8.00; the other way round it were 8.10."""
    ten, one = {"percent": "10"}, {"amount": "1.00"}
    offers = [
        offer("a", "unit_percent", conflict="stack", priority=2, **ten),
        offer("b", "unit_amount", conflict="stack", priority=1, **one),
    ]
    assert saved(offers, goods(A)) == {"a": 100, "b": 100}
    offers = [
        offer("a", "unit_percent", conflict="stack", priority=1, **ten),
        offer("b", "unit_amount", conflict="stack", priority=2, **one),
    ]
    assert saved(offers, goods(A)) == {"a": 90, "b": 100}


def test_a_stacked_offer_works_on_the_share_each_unit_gave_up_before():
    """3 for 2 leaves 6.66, 6.67 and 6.67; a tenth of them is 0.67 each."""
    offers = [
        offer("3for2", "cheapest_percent", n=3, percent="100"),
        offer("top", "unit_percent", percent="10", conflict="stack"),
    ]
    found = rows(offers, goods(("A", "10.00", "3")))
    assert {row.offer: -row.minor for row in found} == {"3for2": 1000, "top": 201}


def test_a_stacked_offer_on_several_units_makes_deals_of_what_is_left():
    """The second of two at half price, after the first lost 5.00: 5.00 is the cheaper one."""
    offers = [
        offer("a", "unit_amount", amount="5.00", conflict="stack", priority=2, max_uses=1),
        offer("b", "cheapest_percent", n=2, percent="50", conflict="stack", priority=1),
    ]
    assert saved(offers, goods(A, A)) == {"a": 500, "b": 250}


def test_offers_on_the_basket_come_after_those_on_units_and_by_priority():
    """20.00, 1.00 off each unit leaves 18.00; 8.00 off it leaves 10.00; a tenth of that is 1.00."""
    offers = [
        offer("units", "unit_amount", amount="1.00"),
        offer("eight", "basket_amount", amount="8.00", priority=5),
        offer("tenth", "basket_percent", percent="10"),
    ]
    assert saved(offers, goods(A, A)) == {"units": 200, "eight": 800, "tenth": 100}


def test_what_must_be_spent_is_reckoned_after_offers_on_units_and_before_all_others():
    """19.00 is spent; that the first offer takes 5.00 of it does not lose the second."""
    offers = [
        offer("units", "unit_amount", amount="0.50"),
        offer("first", "basket_amount", amount="5.00", spend="19.00", priority=2),
        offer("second", "basket_amount", amount="1.00", spend="19.00", priority=1),
        offer("third", "basket_amount", amount="1.00", spend="19.01"),
    ]
    assert saved(offers, goods(A, A)) == {"units": 100, "first": 500, "second": 100}


def test_offers_never_take_more_than_there_is():
    """10.00 off the whole, then a gift worth 5.00: nothing is left to give."""
    offers = [
        offer("all", "basket_amount", amount="20.00", priority=2),
        offer("gift", "gift", buy={"n": 1, "skus": ["A"]}, skus=["B"]),
        offer("scoped", "basket_percent", percent="50", skus=["A"]),
    ]
    assert saved(offers, goods(A, B)) == {"all": 1500}


def test_an_offer_on_part_of_the_basket_is_shared_over_its_lines():
    """1.00 off 10.00 and 5.00 of A: two thirds and one third; B pays its price."""
    (row,) = rows(
        [offer("x", "basket_amount", amount="1.00", skus=["A"])],
        goods(A, ("A", "5.00"), B),
    )
    assert by_line(row) == {1: 67, 2: 33}


def test_of_a_group_the_offer_is_given_that_saves_most_here():
    """Alone they save 2.00 and 1.50; together, were that allowed, 3.50."""
    offers = [
        offer("a", "unit_amount", amount="2.00", skus=["A"], group="g"),
        offer("b", "unit_amount", amount="1.50", skus=["B"], group="g"),
    ]
    assert saved(offers, goods(A, B)) == {"a": 200}
    assert saved(offers, goods(A, B, B)) == {"b": 300}


def test_of_a_group_too_large_to_try_the_highest_priority_is_given():
    """Nine members: the one with the highest priority that saves anything, not the most."""
    offers = [
        offer(f"o{at}", "unit_amount", amount=f"{at}.00", skus=[f"S{at}"], group="g", priority=-at)
        for at in range(1, 10)
    ]
    assert saved(offers, goods(("S4", "10.00"), ("S7", "10.00"))) == {"o4": 400}


@pytest.mark.parametrize("first", ["exclusive", "best"])
def test_a_group_holds_across_all_steps(first):
    """Who was given in an earlier step closes the group for every later one."""
    offers = [
        offer("early", "unit_amount", amount="0.10", skus=["A"], group="g", conflict=first),
        offer("late", "unit_amount", amount="2.00", conflict="stack", group="g"),
        offer("last", "basket_percent", percent="50", group="g"),
    ]
    assert saved(offers, goods(A, B)) == {"early": 10}
    assert saved(offers, goods(B)) == {"late": 200}


def test_an_offer_is_used_at_most_as_often_as_it_says():
    """The dear units have it."""
    offers = [offer("x", "unit_percent", percent="10", max_uses=2)]
    assert saved(offers, goods(A, B, A, B)) == {"x": 200}


def test_uses_on_weighed_goods_count_after_those_on_pieces():
    """Two uses: one on the piece, one on the dearer of the weighed."""
    sale = sale_of(
        line(1, "B", "1.00"),
        line(2, "W", "10.00", "0.500", weighed=True),
        line(3, "W", "10.00", "0.700", weighed=True),
    )
    assert saved([offer("x", "unit_percent", percent="10", max_uses=2)], sale) == {"x": 10 + 70}
    stacked = [offer("x", "unit_percent", percent="10", max_uses=2, conflict="stack")]
    assert saved(stacked, sale) == {"x": 10 + 70}


def test_weighed_goods_have_the_best_of_the_offers_and_leave_with_an_exclusive_one():
    """2.00 off beats a tenth; an exclusive tenth beats both and is stacked on by none."""
    sale = sale_of(line(1, "W", "10.00", "0.900", weighed=True))
    tenth = offer("tenth", "unit_percent", percent="10")
    two = offer("two", "unit_amount", amount="2.00")
    top = offer("top", "unit_amount", amount="1.00", conflict="stack")
    assert saved([tenth, two], sale) == {"two": 200}
    assert saved([tenth, two, top], sale) == {"two": 200, "top": 100}
    alone = {**tenth, "conflict": "exclusive"}
    assert saved([alone, two, top], sale) == {"tenth": 90}
    elsewhere = offer("elsewhere", "unit_percent", percent="10", skus=["X"], conflict="stack")
    nothing = offer("nothing", "unit_price", price="99.00", conflict="stack")
    assert saved([elsewhere, nothing], sale) == {}


def test_of_offers_that_save_the_same_on_weighed_goods_the_lower_id_is_given():
    """Whatever the order of the offers."""
    sale = sale_of(line(1, "W", "10.00", "0.900", weighed=True))
    one, two = offer("a", "unit_amount", amount="1.00"), offer("b", "unit_amount", amount="1.00")
    assert saved([two, one], sale) == saved([one, two], sale) == {"a": 100}


def test_a_group_holds_for_weighed_goods_too():
    """The piece has a of the group, so the weighed line cannot have b."""
    offers = [
        offer("a", "unit_amount", amount="3.00", skus=["A"], group="g"),
        offer("b", "unit_amount", amount="2.00", skus=["W"], group="g"),
    ]
    sale = sale_of(line(1, "A", "10.00"), line(2, "W", "10.00", "0.900", weighed=True))
    assert saved(offers, sale) == {"a": 300}


@pytest.mark.parametrize(
    ("keys", "saving"),
    [
        ({"kind": "unit_percent", "percent": "50", "floor": "7.00"}, 300),
        ({"kind": "unit_amount", "amount": "5.00", "floor": "10.01"}, 0),
        ({"kind": "n_percent", "n": 2, "percent": "50", "floor": "7.00"}, 600),
        # free would be 0.00, so the cheapest still costs 7.00
        ({"kind": "cheapest_percent", "n": 2, "percent": "100", "floor": "7.00"}, 300),
        # 6.00 a piece would be below the floor
        ({"kind": "n_amount", "n": 2, "amount": "8.00", "floor": "7.00"}, 600),
        ({"kind": "unit_amount", "amount": "5.00", "floor": "7.00", "conflict": "stack"}, 600),
    ],
)
def test_no_unit_costs_less_than_the_floor_of_an_offer(keys, saving):
    """Two at 10.00."""
    if keys["kind"].startswith("unit_") and saving == 300:
        saving *= 2
    found = saved([{"id": "x", **keys}], goods(A, A))
    assert found == ({"x": saving} if saving else {})


def test_a_gap_that_is_not_closed_is_told_on_the_first_row():
    """With next to no work allowed the saving may be smaller; a row says by how much at most."""
    offers = [
        offer("a", "n_for_price", n=3, price="5.00", skus=["A", "B", "C"]),
        offer("b", "bundle_price", groups=[["A"], ["C", "D"]], price="4.00"),
        offer("c", "cheapest_percent", n=3, percent="100", skus=["B", "C", "D"]),
    ]
    sale = goods(*((sku, f"{price}.37") for sku in "ABCD" for price in (3, 4, 5, 6, 7)))
    little = rule_of(*offers, limits=Limits(scan=Limit(1), total=Limit(1))).price(sale, ())
    much = rule_of(*offers).price(sale, ())
    few, most = (-sum(row.minor for row in found) for found in (little, much))
    gap = sum(row.short_by_minor for row in little)
    assert sum(row.short_by_minor for row in much) == 0
    assert gap > 0
    assert few <= most <= few + gap
    assert min(row.offer for row in little) == next(r.offer for r in little if r.short_by_minor)


def test_the_deals_behind_the_rows_name_lines_and_savings():
    """Three deals of one shape are told once; the units of all are those of the lines."""
    rule = rule_of(offer("x", "cheapest_percent", n=3, percent="100"))
    sale = goods(("A", "10.00", "8"), ("A", "10.00"), B)
    found = list(rule.applications(sale))
    assert [(each.units, each.saving_minor, each.times) for each in found] == [
        (((1, 3000),), 1000, 2),
        (((1, 2000), (2, 1000)), 1000, 1),
    ]


def test_deals_of_every_step_are_told():
    """Pass, weighed, stack, gift and basket; each saving is that of its row."""
    offers = [
        offer("pass", "cheapest_percent", n=2, percent="50", skus=["A", "B"]),
        offer("weight", "unit_percent", percent="10", skus=["W"]),
        offer("stack", "unit_amount", amount="0.10", conflict="stack"),
        offer("gift", "gift", spend="10", skus=["G"], priority=2),
        offer("tenth", "basket_percent", percent="10"),
    ]
    sale = sale_of(
        line(1, "A", "10.00"),
        line(2, "B", "5.00"),
        line(3, "W", "10.00", "0.900", weighed=True),
        line(4, "G", "2.00"),
    )
    rule = rule_of(*offers)
    saving = {row.offer: -row.minor for row in rule.price(sale, ())}
    told: dict[str, int] = {}
    for each in rule.applications(sale):
        told[each.offer] = told.get(each.offer, 0) + each.saving_minor * each.times
    assert told == saving
    assert set(saving) == {"pass", "weight", "stack", "gift", "tenth"}


def test_two_gifts_give_two_units():
    """The first gives the one at 1.00, so the second gives the one at 2.00."""
    offers = [
        offer("one", "gift", spend="10", skus=["G"], priority=1),
        offer("two", "gift", spend="10", skus=["G"]),
    ]
    assert saved(offers, goods(A, ("G", "1.00"), ("G", "2.00"))) == {"one": 100, "two": 200}
    assert saved(offers, goods(A, ("G", "1.00"))) == {"one": 100}
    assert saved(offers, goods(A, ("G", "1.00", "3"))) == {"one": 100, "two": 100}


def test_a_gift_is_worth_no_more_than_what_is_left_of_the_basket():
    """9.00 of 11.00 is gone already: of a gift worth 5.00, 2.00 is left to give."""
    offers = [
        offer("nine", "basket_amount", amount="9.00", priority=1),
        offer("gift", "gift", buy={"n": 1, "skus": ["A"]}, skus=["G"]),
    ]
    assert saved(offers, goods(("A", "6.00"), ("G", "5.00"))) == {"nine": 900, "gift": 200}
    two = [{**offers[0], "amount": "14.00"}, {**offers[1], "count": 2}]
    (gift,) = rows(two, goods(("A", "6.00"), ("G", "5.00"), ("G", "5.00")))[:1]
    assert by_line(gift) == {2: 100, 3: 100}


@pytest.mark.parametrize("conflict", ["best", "stack"])
@pytest.mark.parametrize("order", [("", "take_away"), ("take_away", "")])
def test_which_of_equal_units_is_taken_depends_on_its_taxes_and_not_on_scanning(conflict, order):
    """The one eaten in, in either order: else taxes would depend on the order of scanning."""
    one = offer("x", "unit_percent", percent="10", max_uses=1, conflict=conflict)
    lines = [line(at, "A", "10.00", fulfilment=each) for at, each in enumerate(order, start=1)]
    (row,) = rows([one], sale_of(*lines))
    assert by_line(row) == {order.index("") + 1: 100}


def test_rows_are_told_by_offer_so_that_the_journal_is_the_same_on_every_machine():
    """The order of sets differs from run to run; that of rows does not, taken away or given."""
    offers = [offer(f"o{at}", "unit_percent", percent="10", skus=[f"S{at}"]) for at in range(9)]
    rule = rule_of(*offers)
    sale = goods(*((f"S{at}", "10.00") for at in (5, 2, 8, 0, 7, 1)))
    given = rule.price(sale, ())
    assert [row.offer for row in given] == ["o0", "o1", "o2", "o5", "o7", "o8"]
    fewer = goods(("S5", "20.00"), ("S3", "10.00"))._transaction.basket
    fewer = attrs.evolve(sale._transaction, basket=fewer.with_offers(tuple(given), ()))
    told = rule.price(SaleView(fewer), ())
    assert [(row.offer, row.minor) for row in told] == [
        ("o0", 0), ("o1", 0), ("o2", 0), ("o3", -100), ("o5", -200), ("o7", 0), ("o8", 0),
    ]  # fmt: skip


def test_goods_of_a_price_below_zero_take_no_part():
    """What a shop gives back for empties may be an item; no offer is on it."""
    sale = sale_of(line(1, "A", "-1.00"), line(2, "A", "10.00"))
    assert saved([offer("x", "unit_percent", percent="10")], sale) == {"x": 100}


def test_a_line_that_is_no_goods_any_more_loses_its_offers():
    """And one that becomes goods gains them."""
    rule = rule_of(offer("x", "unit_percent", percent="10"))
    goods_line = line(1, "A", "10.00")
    deposit = attrs.evolve(goods_line, kind=LineKind.DEPOSIT)
    (row,) = rule.price(sale_of(goods_line), ())
    assert row.minor == -100
    assert rule.price(sale_of(deposit), ()) == []
    assert rule.price(sale_of(goods_line), ()) == [row]


def test_a_rule_forgets_what_it_has_not_priced_for_long():
    """Twenty sets of offers in force, each in a sale of its own; the first is priced again."""
    offers = [offer(f"o{at}", "unit_amount", amount="1.00", tender=f"t{at}") for at in range(20)]
    rule = rule_of(*offers)
    for at in [*range(20), 0]:
        (row,) = rule.price(sale_of(line(1, "A", "10.00"), id=f"S{at}", tender_meant=f"t{at}"), ())
        assert (row.offer, row.minor) == (f"o{at}", -100)

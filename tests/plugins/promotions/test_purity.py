"""The rows are a function of the sale and the offers: no history, no order, nothing stale."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe import SaleView, format_minor
from posframe_promotions.rule import Limits
from posframe_promotions.solving import Limit
from tests.plugins.promotions.sales import line, rule_of, sale_of

if TYPE_CHECKING:
    from posframe.kernel.domain.basket import Basket

SKUS = "ABCDEF"
PRICES = ("0.99", "1.50", "2.00", "3.33", "10.00")
DEPARTMENTS = {"A": "fresh", "B": "fresh", "C": "dry"}
LITTLE = Limits(scan=Limit(300), total=Limit(3000))
"""So little that some solves are not proven: the law holds for those too."""

goods_named = st.one_of(
    st.fixed_dictionaries({}),
    st.lists(st.sampled_from(SKUS), min_size=1, max_size=4, unique=True).map(
        lambda skus: {"skus": skus}
    ),
    st.just({"departments": ["fresh"]}),
)
percents = st.sampled_from(["10", "33.333", "50", "100"]).map(lambda p: {"percent": p})
amounts = st.sampled_from(["0.10", "1.00", "3.00"]).map(lambda a: {"amount": a})
asked = st.sampled_from(["0.80", "1.99", "5.00"]).map(lambda p: {"price": p})
numbers = st.integers(1, 4).map(lambda n: {"n": n})
places = st.tuples(st.integers(1, 2), goods_named).map(lambda p: {"n": p[0], **p[1]})
groups = st.lists(
    st.one_of(st.lists(st.sampled_from(SKUS), min_size=1, max_size=3, unique=True), st.none()),
    min_size=1,
    max_size=3,
).map(lambda found: {"groups": found})
spend = st.sampled_from([{}, {"spend": "5.00"}, {"spend": "20.00"}])


def kind(name: str, *parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(*parts).map(
        lambda found: {
            "kind": name,
            **{key: value for part in found for key, value in part.items()},
        }
    )


item_kinds = st.one_of(
    kind("unit_percent", percents, goods_named),
    kind("unit_amount", amounts, goods_named),
    kind("unit_price", asked, goods_named),
    kind("n_for_price", numbers, asked, goods_named),
    kind("n_percent", numbers, percents, goods_named),
    kind("n_amount", numbers, amounts, goods_named),
    kind("cheapest_percent", numbers, percents, goods_named),
    kind("bundle_price", groups, asked),
    kind("bundle_percent", groups, percents),
    kind("buy_get", places.map(lambda p: {"buy": p}), places.map(lambda p: {"get": p}), percents),
)
limits = st.fixed_dictionaries(
    {"conflict": st.sampled_from(["best", "best", "exclusive", "stack"])},
    optional={
        "max_uses": st.integers(1, 3),
        "floor": st.sampled_from(["0.50", "0.01"]),
        "group": st.sampled_from(["g", "h"]),
        "priority": st.integers(-1, 2),
    },
)
basket_kinds = st.one_of(
    kind("basket_percent", percents, spend, goods_named),
    kind("basket_amount", amounts, spend, goods_named),
    kind("gift", st.just({"spend": "5.00", "skus": ["A", "F"], "count": 2})),
)
offers_drawn = st.lists(
    st.one_of(
        st.tuples(item_kinds, limits).map(lambda found: {**found[0], **found[1]}),
        kind("at_least_percent", numbers, percents, goods_named),
        kind("at_least_price", numbers, asked, goods_named),
        basket_kinds,
    ),
    min_size=1,
    max_size=6,
).map(lambda found: [{"id": f"o{at}", **each} for at, each in enumerate(found)])


def is_legal(offers: list[dict[str, Any]]) -> bool:
    """Leave out prices below a floor, which are refused when read."""
    return not any("floor" in each and "price" in each for each in offers)


def fresh(offers, sale) -> dict[str, Any]:
    """Return the rows by id that a rule without any history gives."""
    basket = sale._transaction.basket
    untouched = attrs.evolve(sale._transaction, basket=basket.with_offers((), tuple(basket.offers)))
    return {
        row.offer: row for row in rule_of(*offers, limits=LITTLE).price(SaleView(untouched), ())
    }


steps = st.lists(
    st.tuples(
        st.sampled_from(
            ["add", "add", "add", "void", "quantity", "refuse", "undo", "other", "total"]
        ),
        st.integers(0, 10_000),
    ),
    min_size=1,
    max_size=14,
)


class Tills:
    """Two sales priced by one rule, as the kernel would: rows of 0 removed, the others put."""

    def __init__(self, offers):
        self.rule = rule_of(*offers, limits=LITTLE)
        self.sales = [sale_of(id="S1"), sale_of(id="S2")]
        self.before = list(self.sales)
        self.at = 0

    def priced(self, basket: Basket, **facts) -> SaleView:
        transaction = attrs.evolve(self.sales[self.at]._transaction, basket=basket, **facts)
        rows = self.rule.price(SaleView(transaction), ())
        gone = tuple(row.offer for row in rows if not row.minor)
        basket = basket.with_offers(tuple(row for row in rows if row.minor), gone)
        return SaleView(attrs.evolve(transaction, basket=basket))

    def step(self, what: str, pick: int) -> None:
        if what == "other":
            self.at = 1 - self.at
            return
        sale = self.sales[self.at]
        if what == "undo":
            self.sales[self.at] = self.before[self.at]
            return
        if what == "total":
            changed = self.priced(sale._transaction.basket, totalled=True)
        else:
            changed = self.priced(_changed(sale._transaction.basket, what, pick))
        if what != "refuse":
            self.before[self.at], self.sales[self.at] = sale, changed


def _changed(basket: Basket, what: str, pick: int) -> Basket:
    there = [each for each in basket.lines if not each.voided]
    if what in {"add", "refuse"} or not there:
        return basket.with_line(_new(len(basket.lines) + 1, pick))
    line_ = there[pick % len(there)]
    if what == "void":
        return basket.with_line(attrs.evolve(line_, voided=True))
    other = _new(line_.number, pick)
    return basket.with_line(attrs.evolve(other, sku=line_.sku, deal_minor=line_.deal_minor))


def _new(number: int, pick: int):
    sku = SKUS[pick % 6]
    quantity = ("1", "1", "2", "3", "0.750")[pick // 6 % 5]
    price = PRICES[pick // 30 % 5]
    off = ("", "", "10 %", "0.05")[pick // 150 % 4]
    fulfilment = ("", "take_away")[pick // 600 % 2]
    department = DEPARTMENTS.get(sku, "")
    return line(number, sku, price, quantity, off=off, department=department, fulfilment=fulfilment)


@given(offers_drawn.filter(is_legal), steps)
def test_whatever_happened_before_the_rows_are_those_of_a_fresh_rule(offers, history):
    """Scans, voids, new quantities, refusals, undone actions, two sales in turn, totals."""
    tills = Tills(offers)
    for what, pick in history:
        tills.step(what, pick)
        sale = tills.sales[tills.at]
        if what != "undo":
            assert {row.offer: row for row in sale.offers} == fresh(offers, sale)


@given(offers_drawn.filter(is_legal), st.lists(st.integers(0, 10_000), max_size=9), st.randoms())
def test_neither_the_order_of_scanning_nor_of_the_offers_changes_what_they_save(
    offers, picks, shuffle
):
    """By offer, to the cent; which of equal lines has the odd cent may differ."""

    def saving(picks, offers):
        sale = sale_of(*(_new(at, pick) for at, pick in enumerate(picks, start=1)))
        return {row.offer: row.minor for row in rule_of(*offers, limits=LITTLE).price(sale, ())}

    picks, offers = list(picks), list(offers)
    expected = saving(picks, offers)
    shuffle.shuffle(picks)
    shuffle.shuffle(offers)
    assert saving(picks, offers) == expected


@given(offers_drawn.filter(is_legal), st.lists(st.integers(0, 10_000), min_size=1, max_size=9))
def test_rows_take_no_line_below_zero_and_deals_take_no_unit_twice(offers, picks):
    """Shares add up to their row; units in deals of the passes are units of the line."""
    sale = sale_of(*(_new(at, pick) for at, pick in enumerate(picks, start=1)))
    rule = rule_of(*offers, limits=LITTLE)
    rows = rule.price(sale, ())
    given_up: dict[int, int] = {}
    for row in rows:
        assert row.minor < 0
        assert not row.shares or sum(minor for _, minor in row.shares) == row.minor
        for number, minor in row.shares:
            given_up[number] = given_up.get(number, 0) - minor
    for number, minor in given_up.items():
        assert minor <= sale.line(number).amount_minor
    left = sum(each.amount_minor for each in sale.lines())
    assert sum(row.minor for row in rows) + left >= 0
    stacked = {each["id"] for each in offers if each.get("conflict") == "stack"}
    alone = {each["id"] for each in offers if each["kind"].startswith(("basket", "gift"))} | stacked
    taken: dict[int, int] = {}
    for each in rule.applications(sale):
        for number, milli in each.units if each.offer not in alone else ():
            taken[number] = taken.get(number, 0) + milli * each.times
    for number, milli in taken.items():
        assert milli <= sale.line(number).quantity_milli
    told: dict[str, int] = {}
    for each in rule.applications(sale):
        told[each.offer] = told.get(each.offer, 0) - each.saving_minor * each.times
    assert told == {row.offer: row.minor for row in rows}


def test_a_line_of_an_undone_action_is_forgotten():
    """Two pens were priced; then the second scan is undone and the first pen changes."""
    rule = rule_of({"id": "x", "kind": "unit_percent", "percent": "10"})
    pens = line(1, "A", "10.00"), line(2, "A", "5.00")
    (both,) = rule.price(sale_of(*pens), ())
    (one,) = rule.price(sale_of(line(1, "A", "8.00")), ())
    assert (both.minor, one.minor) == (-150, -80)


def test_a_weighed_line_that_is_voided_or_weighed_again_takes_its_offer_along():
    """0.500 of 10.00, then 0.750 of it, then nothing: a tenth of 5.00, of 7.50, of nothing."""
    rule = rule_of({"id": "x", "kind": "unit_percent", "percent": "10"})
    for quantity, saving in (("0.500", 50), ("0.750", 75)):
        (row,) = rule.price(sale_of(line(1, "W", "10.00", quantity, weighed=True)), ())
        assert (row.minor, row.shares) == (-saving, ((1, -saving),))
    voided = line(1, "W", "10.00", "0.750", weighed=True, voided=True)
    assert rule.price(sale_of(voided), ()) == []


def test_a_rule_that_believed_its_memory_would_be_caught():
    """The histories above can fail: a rule whose lines are not compared gives stale rows."""
    offers = [{"id": "x", "kind": "unit_percent", "percent": "10"}]
    tills = Tills(offers)
    tills.step("add", 0)
    standing = next(iter(tills.rule._standings.values()))
    standing.refresh = lambda lines: None
    tills.step("add", 0)
    sale = tills.sales[0]
    assert {row.offer: row for row in sale.offers} != fresh(offers, sale)


@pytest.mark.parametrize("seed", range(3))
def test_a_hundred_lines_keep_their_saving_however_they_are_shuffled(seed):
    """Chained offers over 30 goods; one basket, four orders of scanning and of the offers."""
    pick = random.Random(seed)
    skus = [f"S{at}" for at in range(30)]
    offers = [
        {"id": f"o{at}", "kind": "n_for_price", "n": 2, "price": "3.00", "skus": skus[at : at + 5]}
        for at in range(0, 25, 3)
    ]
    units = [(pick.choice(skus), format_minor(pick.randrange(100, 900), 2)) for _ in range(100)]
    found = set()
    for _ in range(4):
        pick.shuffle(units)
        pick.shuffle(offers)
        sale = sale_of(*(line(at, *each) for at, each in enumerate(units, start=1)))
        rows = rule_of(*offers, limits=LITTLE).price(sale, ())
        found.add(tuple(sorted((row.offer, row.minor, row.applications) for row in rows)))
    assert len(found) == 1

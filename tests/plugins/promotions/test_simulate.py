"""Offers tried on past sales: what they would have given, beside what was given, to the cent."""

from __future__ import annotations

import zoneinfo
from random import Random

import attrs
import pytest

from posframe import JournalReader, OfferRow, commands, events
from posframe.testing.ports import CountingIds, ManualClock
from posframe.testing.tills import GOODS, make_till
from posframe.till import Ports
from posframe_promotions import simulate_showing
from posframe_promotions.offers import read_offers
from posframe_promotions.rule import Limits, OfferRule
from posframe_promotions.simulating import CHANGED_MAX, Simulator
from posframe_promotions.solving import Limit

DAY_US = 86_400_000_000
UTC = zoneinfo.ZoneInfo("UTC")
TOTAL = Limit(40_000)
"""What the plugin's usual 160 ms are."""
THREE = {
    "id": "three",
    "kind": "cheapest_percent",
    "n": 3,
    "percent": "100",
    "skus": ["PEN", "PAD"],
}
INK = {"id": "ink", "kind": "unit_percent", "percent": "10", "skus": ["INK"]}
DEAR = {"id": "dear", "kind": "basket_percent", "percent": "5", "spend": "20.00"}
CARD = {"id": "cash5", "kind": "unit_percent", "percent": "5", "skus": ["TEA"], "tender": "cash"}
CODE = {"id": "welcome", "kind": "basket_amount", "amount": "1.00", "coupon": True}


def as_settings(*tables):
    """Return offers as they stand in till.toml."""
    written = []
    for table in tables:
        written.append("[[plugins.promotions.offers]]")
        for key, value in table.items():
            text = str(value).lower() if isinstance(value, bool) else repr(value).replace("'", '"')
            written.append(f"{key} = {text}")
    return "\n".join(["", *written, ""])


def till_with(folder, *tables):
    """Open a till with offers; its clock stands at noon of Thursday, 2026-01-01."""
    ports = Ports(clock=ManualClock(), ids=CountingIds(), effects=False, lock=False)
    return make_till(
        folder, plugins=("payments", "promotions"), settings=as_settings(*tables), ports=ports
    )


def sell(till, *codes):
    """Sell by code, each with a quantity if it is a pair, for cash."""
    for each in codes:
        code, pieces = each if isinstance(each, tuple) else (each, 1)
        added = till.do(commands.AddItem(code=code, quantity_milli=pieces * 1000))
        assert added.accepted, added
    paid = till.do(commands.Pay(type="cash"))
    assert paid.accepted, paid


def simulated(folder, *tables, limit=TOTAL, currency="EUR"):
    """Return the sums of offers tried on the journal in ``folder``."""
    rule = OfferRule(
        read_offers(tables, currency=currency),
        zone=UTC,
        limits=Limits(scan=limit, total=limit),
    )
    simulator = Simulator(rule, currency=currency, zone=UTC)
    with JournalReader(folder) as journal:
        for row in journal.read(events.TransactionCompleted):
            simulator.add(row.event)
    return simulator.result


def sums(tally):
    """Return a tally as a tuple."""
    return tally.sales, tally.applications, tally.saving_minor


def test_other_offers_are_held_against_those_of_the_day(tmp_path):
    """Three pens (1.50) with the third free; two inks (12.95) without an offer.

    With half of the third, 0.75, and a tenth off inks, round(1.295) = 1.30 each.
    """
    with till_with(tmp_path, THREE) as till:
        sell(till, ("PEN", 3))
        sell(till, "INK", "INK")
        sell(till, "TEA")
    found = simulated(tmp_path, {**THREE, "percent": "50"}, INK)
    assert (found.sales, found.touched) == (3, 2)
    assert found.goods_minor == 3 * 150 + 2 * 1295 + 249
    assert sums(found.offers["three"].given) == (1, 1, 150)
    assert sums(found.offers["three"].simulated) == (1, 1, 75)
    assert sums(found.offers["ink"].given) == (0, 0, 0)
    assert sums(found.offers["ink"].simulated) == (1, 2, 260)
    assert sums(found.whole.given) == (1, 1, 150)
    assert sums(found.whole.simulated) == (2, 3, 335)
    most, least = sorted(found.changed, reverse=True)
    assert (most.receipt_number, most.given_minor, most.simulated_minor) == (2, 0, 260)
    assert (least.receipt_number, least.given_minor, least.simulated_minor) == (1, 150, 75)
    assert least.date == "2026-01-01 12:00"


@pytest.mark.parametrize("seed", range(3))
def test_the_offers_of_the_day_give_what_they_gave(tmp_path, seed):
    """Random sales, voids, discounts and coupons: tried on their own journal nothing differs."""
    random = Random(seed)
    offers = (THREE, INK, DEAR, CARD, CODE)
    with till_with(tmp_path, *offers) as till:
        for _ in range(25):
            for _ in range(random.randint(1, 6)):
                code = random.choice(["PEN", "PEN", "PAD", "INK", "TEA"])
                pieces = random.randint(1, 3) * 1000
                assert till.do(commands.AddItem(code=code, quantity_milli=pieces)).accepted
            if random.random() < 0.3:
                till.do(commands.Discount(number=1, percent_milli=random.randint(1, 50_000)))
            if random.random() < 0.3:
                assert till.do(commands.AddCoupon(code="WELCOME")).accepted
            if random.random() < 0.3:
                assert till.do(commands.AddItem(code="PEN")).accepted
                assert till.do(commands.VoidLine(number=1)).accepted
            assert till.do(commands.Pay(type="cash")).accepted
    found = simulated(tmp_path, *offers)
    assert (found.sales, found.touched, found.changed) == (25, 0, [])
    assert set(found.offers) == {each["id"] for each in offers}, "each was given at some time"
    for each in (found.whole, *found.offers.values(), *found.weeks.values()):
        assert sums(each.given) == sums(each.simulated)


def test_weeks_are_those_of_the_calendar_in_the_shop(tmp_path):
    """2026-01-01 is a Thursday of the first week; Monday the 5th begins the second."""
    with till_with(tmp_path, THREE) as till:
        for _ in range(5):
            sell(till, ("PEN", 3))
            till.parts.clock.advance(DAY_US)
    found = simulated(tmp_path)
    assert {week: sums(each.given) for week, each in found.weeks.items()} == {
        "2026-W01": (4, 4, 600),
        "2026-W02": (1, 1, 150),
    }
    assert sums(found.whole.simulated) == (0, 0, 0)


def test_only_the_sales_that_change_most_are_kept(tmp_path):
    """Of sales of 1 to 20 inks at 1.30 off each, a small one last: the ten with most."""
    with till_with(tmp_path) as till:
        for pieces in (*range(10, 0, -1), *range(20, 10, -1), 3):
            sell(till, ("INK", pieces))
    found = simulated(tmp_path, INK)
    assert found.touched == 21
    kept = sorted(found.changed, reverse=True)
    assert [each.simulated_minor for each in kept] == [
        130 * pieces for pieces in range(20, 20 - CHANGED_MAX, -1)
    ]


def completed_in(folder):
    with JournalReader(folder) as journal:
        return [row.event for row in journal.read(events.TransactionCompleted)]


def test_sales_of_other_currencies_and_rows_of_other_plugins_are_said_and_left_out(tmp_path):
    with till_with(tmp_path) as till:
        sell(till, "INK")
    (sale,) = completed_in(tmp_path)
    rule = OfferRule(
        read_offers([INK], currency="EUR"), zone=UTC, limits=Limits(scan=TOTAL, total=TOTAL)
    )
    simulator = Simulator(rule, currency="EUR", zone=UTC)
    simulator.add(attrs.evolve(sale, currency="SEK"))
    simulator.add(attrs.evolve(sale, offers=(OfferRow("x", "X", -100, plugin="other"),)))
    found = simulator.result
    assert (found.sales, found.other_currency, found.of_other_plugins) == (1, 1, 1)
    assert (sums(found.whole.given), sums(found.whole.simulated)) == ((0, 0, 0), (1, 1, 130))
    notes = "\n".join(simulate_showing.as_lines(found, "EUR"))
    assert "1 sales in another currency were left out" in notes
    assert "1 sales had offers of other plugins too" in notes


def test_an_assignment_that_is_not_proved_is_said_with_its_gap(tmp_path):
    """With hardly any work allowed, a dense sale: what may be missed is at most what is told."""
    dense = [
        {"id": f"n{n}{skus}", "kind": "n_for_price", "n": n, "price": price, "skus": list(skus)}
        for n, price, skus in (
            (2, "3.00", ("PEN", "PAD")),
            (3, "9.00", ("PAD", "INK", "TEA")),
            (4, "11.00", ("PEN", "INK", "TEA")),
            (5, "14.00", ("PEN", "PAD", "TEA")),
            (3, "20.00", ("INK", "PAD")),
        )
    ]
    with till_with(tmp_path) as till:
        sell(till, ("PEN", 5), ("PAD", 4), ("INK", 3), ("TEA", 6))
    little, much = (simulated(tmp_path, *dense, limit=Limit(each)) for each in (1, 1_000_000))
    assert (much.unproven, much.short_by_minor) == (0, 0)
    assert (little.unproven, little.short_by_minor > 0) == (1, True)
    least = little.whole.simulated.saving_minor
    assert least <= much.whole.simulated.saving_minor <= least + little.short_by_minor
    assert "In 1 sales a better assignment may exist" in "\n".join(
        simulate_showing.as_lines(little, "EUR")
    )


def test_returns_and_deposits_bring_no_goods(tmp_path):
    """Goods are those that offers may take."""
    bottle = attrs.evolve(GOODS[0], sku="COLA", codes=(), deposit_sku="DEP")
    deposit = attrs.evolve(GOODS[0], sku="DEP", codes=(), price_minor=25)
    ports = Ports(clock=ManualClock(), ids=CountingIds(), effects=False, lock=False)
    with make_till(
        tmp_path, items=(bottle, deposit), plugins=("payments", "promotions"), ports=ports
    ) as till:
        sell(till, "COLA")
    assert simulated(tmp_path).goods_minor == 150

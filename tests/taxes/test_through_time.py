"""Rates that change at midnight, and goods handed over another way, at a till with its journal."""

from __future__ import annotations

import datetime

import pytest

from posframe import Session, commands
from posframe.errors import ConfigurationError
from posframe.kernel.domain.events import TransactionCompleted
from posframe.kernel.domain.item import Item
from posframe.testing.ports import ManualClock
from tests.kernel.shop import SETTINGS, crash, events_of, open_till

BERLIN = "Europe/Berlin"
MEALS = """
[tax]
fulfilments = ["eat_in", "take_away"]

[tax.categories.meals]
taxes = [
  { code = "meal", label = "MwSt", rate = "19", until = "2026-01-01", fulfilment = "eat_in" },
  { code = "meal", label = "MwSt", rate = "7", from = "2026-01-01", fulfilment = "eat_in" },
  { code = "togo", label = "MwSt ToGo", rate = "7", fulfilment = "take_away" },
]
"""
ITEMS = {"SOUP": Item(sku="SOUP", name="Soup", unit_price_minor=1_190, tax_category="meals")}
SOUP = commands.AddItem(code="SOUP")
MIDNIGHT_US = int(datetime.datetime(2025, 12, 31, 23, tzinfo=datetime.UTC).timestamp()) * 1_000_000
"""Of New Year in Berlin."""
MINUTE_US = 60_000_000


class Kitchen:
    """A till in Berlin whose clock a test sets; it can be closed, or lose its power."""

    def __init__(self, folder, more=MEALS):
        self.folder = folder
        text = SETTINGS.format(plugins='"payments"') + more
        text = text.replace('currency = "EUR"', f'currency = "EUR"\ntimezone = "{BERLIN}"')
        (folder / "till.toml").write_text(text, encoding="utf-8")
        self.clock = ManualClock(MIDNIGHT_US - MINUTE_US, BERLIN)
        self.open()

    def open(self):
        self.till = open_till(
            self.folder, clock=self.clock, path=self.folder / "till.db", items=ITEMS
        )

    def do(self, *given):
        for command in given:
            outcome = self.till.do(command)
            assert outcome.error is None, outcome.error
        return outcome

    def rates(self):
        lines = self.till.state.transaction.basket.lines
        return [100 * line.taxes[0].numerator // line.taxes[0].denominator for line in lines]


@pytest.fixture
def kitchen(tmp_path):
    made = Kitchen(tmp_path)
    yield made
    made.till.close()


def test_a_till_that_runs_changes_its_tax_at_midnight_and_lines_keep_theirs(kitchen):
    """11.90 contains 1.90 at 19 % and 0.78 at 7 %; the receipt lists the code twice."""
    kitchen.do(SOUP)
    kitchen.clock.advance(MINUTE_US - 1)
    kitchen.do(SOUP)
    kitchen.clock.advance(1)
    kitchen.do(SOUP, commands.ChangeQuantity(number=1, quantity_milli=2_000))
    assert kitchen.rates() == [19, 19, 7]
    kitchen.do(commands.Pay(type="cash"))
    (sold,) = events_of(kitchen.till, TransactionCompleted)
    assert [(each.code, each.minor) for each in sold.totals.taxes] == [("meal", 78), ("meal", 570)]
    assert [100 * tax.numerator // tax.denominator for tax in sold.taxes] == [7, 19]


def test_a_till_that_was_off_at_midnight_has_changed_when_it_starts(kitchen):
    kitchen.do(SOUP, commands.Pay(type="cash"))
    kitchen.till.close()
    kitchen.clock.advance(8 * 60 * MINUTE_US)
    kitchen.open()
    kitchen.do(SOUP)
    assert kitchen.rates() == [7]


def test_a_sale_that_lost_power_at_midnight_keeps_its_lines_and_changes_what_is_touched(kitchen):
    """Taken away and back, a line bears the rate of the day on which that is said."""
    kitchen.do(SOUP, SOUP)
    before = kitchen.till.state.transaction
    crash(kitchen.till)
    kitchen.clock.advance(2 * MINUTE_US)
    kitchen.open()
    assert kitchen.till.state.transaction == before
    kitchen.do(commands.SetFulfilment(fulfilment="take_away", number=2))
    assert kitchen.rates() == [19, 7]
    kitchen.do(commands.SetFulfilment(fulfilment="eat_in", number=2))
    assert kitchen.rates() == [19, 7]


def test_a_cashier_types_how_goods_are_handed_over(kitchen):
    session = Session(kitchen.till)
    kitchen.do(SOUP)
    assert session.read(".fulfilment") == commands.SetFulfilment(fulfilment="")
    assert kitchen.do(session.read(".fulfilment take_away")).words == "Take away"
    assert kitchen.rates() == [7]
    assert kitchen.do(session.read(".fulfilment")).words == "Eat in"
    assert kitchen.rates() == [19]


def test_a_clock_that_went_back_to_days_nobody_wrote_sells_nothing(tmp_path):
    """Better no sale than one at a rate that nobody gave."""
    entry = '{ code = "m", label = "M", rate = "7", from = "2025-12-31" }'
    since = f"[tax.categories.meals]\ntaxes = [{entry}]"
    kitchen = Kitchen(tmp_path, since)
    kitchen.clock.jump(MIDNIGHT_US - 2 * 24 * 60 * MINUTE_US)
    outcome = kitchen.till.do(SOUP)
    assert "not known for this day" in outcome.words
    assert "clock" in outcome.hint
    kitchen.clock.jump(MIDNIGHT_US)
    kitchen.do(SOUP)
    kitchen.till.close()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (MEALS.replace('rate = "7", from', 'rate = "1900", from'), "1900 percent is above 100"),
        (MEALS.replace("2026-01-01", "2026-02-29"), "2026-02-29 does not exist"),
        (MEALS.replace('"take_away" },', '"take_way" },'), "'take_way' is not one of"),
        (MEALS.replace('from = "2026-01-01"', 'from = "2026-01-02"'), "has no tax for 'eat_in'"),
        ('[departments.7]\nname = "X"\ntax_category = "meal"\n' + MEALS, "'meal' is unknown"),
    ],
)
def test_a_till_does_not_start_on_wrong_taxes_and_leaves_no_journal(tmp_path, more, words):
    with pytest.raises(ConfigurationError, match=words) as refused:
        Kitchen(tmp_path, more)
    assert refused.value.hint
    assert not (tmp_path / "till.db").exists()

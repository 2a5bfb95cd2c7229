"""Decisions without an engine: a desk that answers their questions from plain tables."""

from __future__ import annotations

import attrs
import pytest

from posframe.errors import RuleViolation
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.kernel.domain import questions as q
from posframe.kernel.domain.basket import OfferRow
from posframe.kernel.domain.cash_rounding import CashRounding
from posframe.kernel.domain.decide import decide
from posframe.kernel.domain.evolve import evolve
from posframe.kernel.domain.item import Item
from posframe.kernel.domain.quantity import KILOGRAM
from posframe.kernel.domain.rounding import Rounding
from posframe.kernel.domain.tax import TaxPolicy
from posframe.kernel.domain.tender import TenderRule
from posframe.kernel.domain.transaction import TillState
from posframe.kernel.domain.views import FoundCustomer, FoundItem, FoundReceipt, Moment
from tests.kernel.making import ADDED10, VAT7, VAT19

CASH = TenderRule("cash", "Cash", gives_change=True, opens_drawer=True, is_cash=True)
SWISS = attrs.evolve(CASH, id="swiss", cash_rounding=CashRounding(5, Rounding.HALF_UP))
VOUCHER = TenderRule("voucher", "Voucher", limit_minor=5_000)
SETTINGS = cmd.Settings(
    departments=(("1", "Grocery", "standard"), ("9", "Odd", "nobody knows")),
    tenders=(CASH, SWISS, VOUCHER),
    quantity_max_milli=100_000,
    line_max_minor=100_000,
    total_max_minor=500_000,
)
ITEMS = {
    each.sku: FoundItem(item=each, code=each.sku)
    for each in (
        Item(sku="MILK", name="Milk", unit_price_minor=129, tax_category="reduced"),
        Item(sku="PEN", name="Pen", unit_price_minor=100),
        Item(sku="LAMP", name="Lamp", unit_price_minor=10_000, tax_category="on top"),
        Item(sku="GIN", name="Gin", unit_price_minor=1_799, minimum_age_years=18),
        Item(sku="BEER", name="Beer", unit_price_minor=199, minimum_age_years=16),
        Item(sku="GIFT", name="Gift", unit_price_minor=0),
        Item(sku="HAM", name="Ham", unit_price_minor=1_990, unit=KILOGRAM, weighed=True),
        Item(sku="REPAIR", name="Repair", unit_price_minor=None),
        Item(sku="COLA", name="Cola", unit_price_minor=150, deposit_sku="DEP"),
        Item(sku="DEP", name="Deposit", unit_price_minor=25),
        Item(sku="ORPHAN", name="Orphan", unit_price_minor=150, deposit_sku="GONE"),
        Item(sku="ODD", name="Odd", unit_price_minor=150, tax_category="nobody knows"),
    )
}
TAXES = {"standard": (VAT19,), "reduced": (VAT7,), "on top": (ADDED10,), "none": ()}
NOON_US = 1_767_268_800_000_000


def moment(at=1, *, date="2026-01-01", wall_us=NOON_US, policy=TaxPolicy()):
    """Return the moment of the ``at``-th command."""
    return Moment(wall_us=wall_us, local_date=date, operator="1", id=f"{at:032x}", policy=policy)


def taxes(question):
    if question.category not in TAXES:
        raise RuleViolation(f"The tax category {question.category!r} is unknown")
    return TAXES[question.category]


def usual_answers():
    """Return answers by question: a few goods, two customers' cards, no offers, no objections."""
    customers = {"card": FoundCustomer(customer="c-1", label="Gold", plugin="loyalty"),
                 "plain": FoundCustomer(customer="c-2")}  # fmt: skip
    return {
        q.FindItem: lambda asked: ITEMS.get(asked.code),
        q.FindTaxes: taxes,
        q.FindCustomer: lambda asked: customers.get(asked.code),
        q.FindCoupon: lambda asked: None,
        q.FindPrice: lambda asked: None,
        q.FindReceipt: lambda asked: None,
        q.FindSale: lambda asked: None,
        q.PriceSale: lambda asked: (),
        q.VetoLines: lambda asked: None,
        q.VetoTender: lambda asked: None,
        q.VetoCompletion: lambda asked: None,
        q.MayOpenDrawer: lambda asked: True,
        q.Contribute: lambda asked: (),
    }


def drive(deciding, answers):
    """Send ``answers`` one after the other; return the decision and the questions asked."""
    asked = []
    answers = iter(answers)
    try:
        question = next(deciding)
        while True:
            asked.append(question)
            question = deciding.send(next(answers))
    except StopIteration as stop:
        assert next(answers, None) is None, "every answer was asked for"
        return stop.value, asked


class Desk:
    """Takes commands one after the other and keeps the state they lead to."""

    def __init__(self, settings=SETTINGS, policy=TaxPolicy(), **answers):
        self.settings, self.policy = settings, policy
        self.answers = {
            **usual_answers(),
            **{getattr(q, name): way for name, way in answers.items()},
        }
        self.state = evolve(
            TillState(),
            ev.TillStarted(till="T01", currency="EUR", software="1", configuration="c"),
        )
        self.asked, self.events = [], []
        self.count, self.date, self.wall_us = 0, "2026-01-01", NOON_US

    def do(self, command):
        """Take a command, fold what comes of it, and return its words."""
        decision = self.decided(command)
        self.state = decision.state
        self.events = [event for event, _ in decision.events]
        return decision.words

    def decided(self, command):
        """Return what a command would come to."""
        self.count += 1
        at = moment(self.count, date=self.date, wall_us=self.wall_us, policy=self.policy)
        deciding = decide(self.state, command, at, self.settings)
        self.asked = []
        answer = None
        try:
            while True:
                question = deciding.send(answer)
                self.asked.append(question)
                answer = self.answers[type(question)](question)
        except StopIteration as stop:
            return stop.value

    def refused(self, command):
        """Take a command that is refused; return the words and the hint."""
        before = self.state
        with pytest.raises(RuleViolation) as refusal:
            self.decided(command)
        assert self.state is before
        assert refusal.value.hint, "a refusal says what to do next"
        return f"{refusal.value.message} | {refusal.value.hint}"

    def scan(self, *codes):
        for code in codes:
            self.do(cmd.AddItem(code=code))
        return self

    @property
    def sale(self):
        return self.state.transaction

    @property
    def total(self):
        return self.sale.totals.gross_minor

    def line(self, number):
        return self.sale.basket.lines[number - 1]


def receipt_seven(asked):
    """Know receipt 7 and its two copies."""
    if asked.receipt_number != 7:
        return None
    return FoundReceipt(transaction="t-7", receipt_number=7, copies=2)


def three_pens_for_two(asked):
    """Price every third pen at nothing."""
    pens = asked.sale.lines_of("PEN")
    free = pens[: len(pens) // 3]
    shares = tuple((each.number, -each.list_minor) for each in free)
    return (OfferRow("pens", "3 for 2", -sum(each.list_minor for each in free), shares),)

"""Commands about lines: what they come to, and every refusal in words an operator can act on."""

from __future__ import annotations

import attrs
import pytest

from posframe.errors import RuleViolation
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.kernel.domain import questions as q
from posframe.kernel.domain.basket import LineKind
from posframe.kernel.domain.decide import decide
from posframe.kernel.domain.evolve import evolve
from posframe.kernel.domain.refusals import UnknownCode
from posframe.kernel.domain.tax import RoundAt, TaxPolicy
from tests.kernel.driving import ITEMS, SETTINGS, TAXES, Desk, drive, moment
from tests.kernel.making import line


@pytest.fixture
def desk():
    return Desk()


# Adding


def test_the_first_thing_sold_opens_day_and_sale(desk):
    """Day, transaction and line are one action; the line carries all it was sold by."""
    assert desk.do(cmd.AddItem(code="MILK")) == "Milk"
    assert [type(event) for event in desk.events] == [
        ev.DayOpened, ev.TransactionOpened, ev.LineAdded,
    ]  # fmt: skip
    line = desk.line(1)
    assert (line.sku, line.text, line.code) == ("MILK", "Milk", "MILK")
    assert (line.quantity_milli, line.unit_price_minor, line.list_minor) == (1000, 129, 129)
    assert line.taxes == TAXES["reduced"]
    desk.do(cmd.AddItem(code="PEN"))
    assert [type(event) for event in desk.events] == [ev.LineAdded]
    assert desk.total == 229


def test_a_decision_is_driven_by_a_list_of_answers(desk):
    """What it asks, in order: item, taxes, price, objections, contributions."""
    deciding = decide(desk.state, cmd.AddItem(code="MILK"), moment(1), SETTINGS)
    decision, asked = drive(deciding, [ITEMS["MILK"], TAXES["reduced"], (), None, ()])
    assert [type(question) for question in asked] == [
        q.FindItem, q.FindTaxes, q.PriceSale, q.VetoLines, q.Contribute,
    ]  # fmt: skip
    assert decision.words == "Milk"
    assert {owner for _, owner in decision.events[1:]} == {decision.state.transaction.id}


def test_a_day_never_goes_back(desk):
    """A clock set to yesterday opens no day; tomorrow does."""
    desk.scan("PEN")
    for date, opened in (("2025-12-31", False), ("2026-01-01", False), ("2026-01-02", True)):
        desk.do(cmd.Cancel())
        desk.date = date
        desk.scan("PEN")
        assert (ev.DayOpened in [type(event) for event in desk.events]) is opened


def test_quantities_multiply(desk):
    """3 × 1.29."""
    assert desk.do(cmd.AddItem(code="MILK", quantity_milli=3000)) == "3 × Milk"
    assert desk.line(1).list_minor == 387


def test_a_customers_card_is_no_item_and_sets_the_customer(desk):
    """Scanned like goods; it opens the sale it belongs to."""
    assert desk.do(cmd.AddItem(code="card")) == "Customer Gold"
    assert (desk.sale.customer, desk.sale.customer_label) == ("c-1", "Gold")
    assert desk.sale.customer_plugin == "loyalty"
    assert desk.do(cmd.AddItem(code="plain")) == "Customer c-2"
    assert len(desk.sale.basket.lines) == 0


def test_a_code_nobody_knows_is_named(desk):
    with pytest.raises(UnknownCode) as refused:
        desk.decided(cmd.AddItem(code="4711"))
    assert refused.value.code == "4711"
    assert "4711 not found" in refused.value.message
    assert desk.sale is None, "an unknown code opens no sale"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (cmd.AddItem(code="PEN", quantity_milli=0), "The quantity must be above zero"),
        (cmd.AddItem(code="PEN", quantity_milli=-1000), "The quantity must be above zero"),
        (cmd.AddItem(code="PEN", quantity_milli=101_000), "The quantity 101 is above 100"),
        (cmd.AddItem(code="PEN", quantity_milli=1500), "sold by the piece"),
        (cmd.AddItem(code="LAMP", quantity_milli=11_000), "more than a line may"),
        (cmd.AddItem(code="PEN", price_minor=90), "Pen has a price"),
        (cmd.AddItem(code="REPAIR", price_minor=0), "A price must be above zero"),
        (cmd.AddItem(code="REPAIR", price_minor=-100), "A price must be above zero"),
        (cmd.AddItem(code="ORPHAN"), "The deposit GONE of Orphan is not in the catalogue"),
        (cmd.AddItem(code="ODD"), "'nobody knows' is unknown"),
        (cmd.AddItem(code="HAM", quantity_milli=0), "The quantity must be above zero"),
    ],
)
def test_what_cannot_be_sold_so_is_refused_and_opens_nothing(desk, command, words):
    with pytest.raises(RuleViolation, match=words):
        desk.decided(command)
    assert desk.sale is None


def test_limits_are_inclusive(desk):
    """100 pieces and 1,000.00 a line are what SETTINGS allow."""
    desk.do(cmd.AddItem(code="PEN", quantity_milli=100_000))
    desk.do(cmd.AddItem(code="LAMP", quantity_milli=10_000))
    assert [line.list_minor for line in desk.sale.basket.lines] == [10_000, 100_000]


def test_a_sale_grows_no_larger_than_its_limit(desk):
    """4 lamps of 1,100.00 with tax are 4,400.00; a fifth is above 5,000.00."""
    for _ in range(4):
        desk.do(cmd.AddItem(code="LAMP", quantity_milli=10_000))
    assert "would grow too large" in desk.refused(cmd.AddItem(code="LAMP", quantity_milli=10_000))
    assert desk.total == 440_000


def test_the_limit_of_a_sale_is_inclusive_and_holds_for_money_back_too():
    """2.00 either way: one cent more is refused."""
    desk = Desk(attrs.evolve(SETTINGS, total_max_minor=200)).scan("PEN", "PEN", "GIFT")
    cent = cmd.AddDepartment(department="1", price_minor=1)
    assert "would grow too large" in desk.refused(cent)
    back = line(4, -400, kind=LineKind.RETURN)
    desk.state = evolve(desk.state, ev.LineAdded(back))
    desk.do(cmd.ChangeQuantity(number=1, quantity_milli=2000))
    desk.do(cmd.ChangeQuantity(number=1, quantity_milli=1000))
    assert desk.total == -200
    assert "would grow too large" in desk.refused(cmd.OverridePrice(number=1, price_minor=99))


def test_a_sale_has_no_more_lines_than_it_may(desk, monkeypatch):
    monkeypatch.setattr("posframe.kernel.domain.decide_lines.LINES_MAX", 2)
    desk.scan("PEN", "PEN")
    assert "at most 2 lines" in desk.refused(cmd.AddItem(code="PEN"))
    desk.do(cmd.VoidLine(number=1))
    assert "at most 2 lines" in desk.refused(cmd.AddItem(code="PEN"))


# Voiding and changing


def test_a_voided_line_stays_visible_and_counts_no_more(desk):
    desk.scan("PEN", "MILK")
    desk.do(cmd.VoidLine(number=1, reason="mistake"))
    assert desk.events[0] == ev.LineVoided(1, "mistake")
    assert desk.total == 129
    assert desk.line(1).voided
    assert desk.do(cmd.VoidLine()) == "Voided: Milk"
    assert desk.total == 0


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (3, "There is no line 3 | lines are 1 to 2"),
        (0, "There is no line 0 | lines are 1 to 2"),
        (-1, "There is no line -1"),
        (1, "Line 1 is voided already | pick another line"),
    ],
)
def test_a_line_that_is_not_there_is_named(desk, number, words):
    desk.scan("PEN", "MILK")
    desk.do(cmd.VoidLine(number=1))
    assert words in desk.refused(cmd.VoidLine(number=number))


def test_without_lines_or_without_a_sale_there_is_nothing_to_void(desk):
    assert "No sale is open" in desk.refused(cmd.VoidLine())
    desk.scan("card")
    assert "The sale has no lines | scan or key" in desk.refused(cmd.VoidLine())
    desk.scan("PEN")
    desk.do(cmd.VoidLine())
    assert "The sale has no lines" in desk.refused(cmd.VoidLine())


@pytest.mark.parametrize(
    ("quantity", "words"),
    [
        (0, "above zero"),
        (-1000, "above zero"),
        (1500, "by the piece"),
        (100_001, "is above 100"),
    ],
)
def test_quantities_that_cannot_be_are_refused(desk, quantity, words):
    desk.scan("PEN")
    assert words in desk.refused(cmd.ChangeQuantity(number=1, quantity_milli=quantity))


def test_a_quantity_too_dear_for_a_line_is_refused(desk):
    desk.scan("LAMP")
    words = desk.refused(cmd.ChangeQuantity(number=1, quantity_milli=11_000))
    assert "more than a line may" in words


def test_a_weighed_line_keeps_its_weight(desk):
    desk.do(cmd.AddItem(code="HAM", weighed_milli=642))
    assert "keeps its weight" in desk.refused(cmd.ChangeQuantity(quantity_milli=1000))


def test_a_changed_quantity_reckons_the_lines_own_discounts_anew(desk):
    """10 % of 1.00 is 0.10, of 3.00 is 0.30; 1.50 off 3.00 is 1.00 off 1.00, and 1.50 again."""
    desk.scan("PEN")
    desk.do(cmd.Discount(number=1, percent_milli=10_000))
    desk.do(cmd.ChangeQuantity(number=1, quantity_milli=3000))
    assert desk.total == 270
    desk.do(cmd.Discount(number=1, amount_minor=150))
    assert desk.total == 120
    desk.do(cmd.ChangeQuantity(number=1, quantity_milli=1000))
    assert [each.minor for each in desk.line(1).adjustments] == [-10, -90]
    assert desk.total == 0
    desk.do(cmd.ChangeQuantity(number=1, quantity_milli=3000))
    assert desk.total == 120


# Prices


def test_another_price_remembers_the_catalogues(desk):
    """Overridden twice, the first price is the one remembered."""
    desk.do(cmd.AddItem(code="PEN", quantity_milli=2000))
    assert desk.do(cmd.OverridePrice(price_minor=80)) == "New price: Pen"
    assert desk.events[0].reason == "price"
    desk.do(cmd.OverridePrice(price_minor=70, reason="scratched"))
    assert desk.events[0].reason == "scratched"
    assert desk.line(1).catalogue_price_minor == 100
    assert (desk.line(1).unit_price_minor, desk.total) == (70, 140)


def test_another_price_reckons_the_lines_discounts_anew(desk):
    desk.scan("PEN")
    desk.do(cmd.Discount(number=1, percent_milli=50_000))
    desk.do(cmd.OverridePrice(number=1, price_minor=51))
    assert desk.total == 51 - 26  # half of 51 is 25.5, a half up
    desk.do(cmd.OverridePrice(number=1, price_minor=0))
    assert desk.total == 0


@pytest.mark.parametrize(
    ("number", "price", "words"),
    [
        (1, -1, "A price cannot be below zero"),
        (1, 100_001, "more than a line may"),
        (2, 10, "Only the price of goods"),
    ],
)
def test_prices_that_cannot_be_are_refused(desk, number, price, words):
    desk.scan("COLA")
    assert words in desk.refused(cmd.OverridePrice(number=number, price_minor=price))


def test_a_price_too_dear_for_the_quantity_is_refused(desk):
    desk.do(cmd.AddItem(code="PEN", quantity_milli=50_000))
    assert "more than a line may" in desk.refused(cmd.OverridePrice(price_minor=3_000))


# Departments and learning


def test_an_amount_is_sold_to_a_department(desk):
    desk.do(cmd.AddDepartment(department="1", price_minor=199, quantity_milli=2000))
    line = desk.line(1)
    assert (line.sku, line.text, line.department) == ("dept.1", "Grocery", "Grocery")
    assert (line.list_minor, line.taxes) == (398, TAXES["standard"])


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (cmd.AddDepartment(department="7", price_minor=100), "There is no department 7 | "
                                                             "departments: 1 Grocery, 9 Odd"),
        (cmd.AddDepartment(department="1", price_minor=0), "A price must be above zero"),
        (cmd.AddDepartment(department="1", price_minor=-500), "A price must be above zero"),
        (cmd.AddDepartment(department="1", price_minor=5, quantity_milli=0), "above zero"),
        (cmd.AddDepartment(department="1", price_minor=5, quantity_milli=-1000), "above zero"),
        (cmd.AddDepartment(department="1", price_minor=5, quantity_milli=500), "by the piece"),
        (cmd.AddDepartment(department="1", price_minor=100_001), "more than a line may"),
    ],
)  # fmt: skip
def test_what_no_department_sells_is_refused(desk, command, words):
    assert words in desk.refused(command)


def test_a_till_without_departments_says_so():
    desk = Desk(attrs.evolve(SETTINGS, departments=()))
    words = desk.refused(cmd.AddDepartment(department="1", price_minor=100))
    assert "departments: none" in words


def test_an_unknown_code_is_learnt_and_sold(desk):
    """Named, priced, journalled, and one of it on the sale."""
    words = desk.do(cmd.Learn(code="4711", name="  Eau  ", price_minor=1250, department="Drug"))
    assert words == "Learnt. Eau"
    learned = next(event for event in desk.events if isinstance(event, ev.ItemLearned))
    assert learned == ev.ItemLearned(
        code="4711", name="Eau", price_minor=1250, tax_category="standard", department="Drug"
    )
    assert (desk.line(1).sku, desk.line(1).code, desk.total) == ("4711", "4711", 1250)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (cmd.Learn(code="1", name=" ", price_minor=1), "no name"),
        (cmd.Learn(code="1", name="A", price_minor=0), "no price"),
        (cmd.Learn(code="1", name="A", price_minor=-1), "no price"),
        (cmd.Learn(code="1", name="A", price_minor=100_001), "more than a line may"),
        (cmd.Learn(code="PEN", name="A", price_minor=1), "PEN is known already"),
    ],
)
def test_what_cannot_be_learnt_is_refused(desk, command, words):
    assert words in desk.refused(command)
    assert desk.sale is None


# Purity


@pytest.mark.parametrize("policy", [TaxPolicy(at) for at in RoundAt])
def test_the_same_decision_twice_is_the_same(policy):
    """No clock, no chance: state, command, moment and answers settle the events."""
    desk = Desk(policy=policy).scan("COLA", "PEN")
    for command in (
        cmd.AddItem(code="MILK"),
        cmd.VoidLine(number=1),
        cmd.Discount(number=0, percent_milli=10_000),
        cmd.Learn(code="4711", name="Eau", price_minor=1),
    ):
        first = desk.decided(command)
        desk.count -= 1
        again = desk.decided(command)
        assert first.events == again.events
        assert first.state == again.state


def test_a_decision_changes_no_state_it_was_given(desk):
    desk.scan("COLA")
    before, kept = desk.state, attrs.evolve(desk.state)
    desk.decided(cmd.Discount(number=0, amount_minor=10))
    desk.decided(cmd.VoidLine(number=1))
    assert before == kept
    assert before.transaction.totals.gross_minor == 175

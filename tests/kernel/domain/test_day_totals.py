"""A day's totals are the sum of its events, however they are cut and whoever counts."""

from __future__ import annotations

import itertools

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.day_totals import DayTotals, counted, merged, moved, opened
from posframe.kernel.domain.day_totals_rows import (
    BatchTotal,
    DepartmentTotal,
    NamedTally,
    Tally,
    TaxTotal,
    TenderTotal,
    with_rows,
)
from posframe.kernel.domain.evolve import evolve
from posframe.kernel.domain.payment import Batch
from posframe.kernel.domain.tender import Tender
from posframe.kernel.domain.transaction import Counters, TillState
from posframe.store.codec import Codec
from tests.kernel.making import VAT7, VAT19, tax
from tests.kernel.trading_day import TradingDay, days, reckoned, traded, written


def worked_day():
    """Return a day small enough to be reckoned by hand, as the test below does."""
    day = TradingDay()
    day.do(cmd.MoveCash(kind="loan", amount_minor=5_000))
    day.scan("MILK", "PEN").do(cmd.Pay(type="cash", amount_minor=500))
    day.scan("MILK").do(cmd.Pay(type="swiss"))
    day.do(cmd.Return(receipt_number=1, number=2))
    day.do(cmd.Pay(type="cash"))
    day.do(cmd.AddDepartment(department="1", price_minor=250))
    day.do(cmd.Discount(number=1, percent_milli=10_000))
    day.do(cmd.Pay(type="cash"))
    day.do(cmd.PostVoid(approver="Ann"))
    day.do(cmd.MoveCash(kind="pickup", amount_minor=3_000, reason="bank"))
    day.do(cmd.MoveCash(kind="no_sale"))
    day.scan("PEN", "PEN").do(cmd.OverridePrice(number=1, price_minor=80))
    day.do(cmd.VoidLine(number=2))
    day.do(cmd.Pay(type="cash", amount_minor=50))
    day.do(cmd.TakeBackTender())
    day.do(cmd.VoidLine(number=1))
    day.scan("MILK").do(cmd.Cancel())
    day.do(cmd.Reprint(receipt_number=0))
    return day


def test_a_day_worked_by_hand():
    """Milk 1.29 bears 0.08 at 7 %, a pen 1.00 bears 0.16 and 2.25 bears 0.36 at 19 %.

    Receipts: 2.29 of 5.00 in cash; 1.29, rounded to 1.30; the pen back; 2.50 less 10 %; and that
    undone. Then a line is voided, cash is given back, another line is voided, and the sale is
    cancelled. The drawer opens for five receipts, three movements, and what was given back.
    """
    totals = worked_day().totals(totals=opened(10_000))
    assert (totals.first_receipt, totals.last_receipt) == (1, 5)
    assert totals.counters == Counters(sales=5, gross_minor=259, absolute_minor=909)
    assert totals.sales == Tally(3, 229 + 129 + 225)
    assert totals.returns == Tally(1, -100)
    assert totals.exchanges == Tally()
    assert totals.voids == Tally(1, -225)
    assert totals.returned == Tally(1, -100)
    assert (totals.gross_minor, totals.net_minor, totals.tax_minor) == (258, 242, 16)
    assert totals.taxes == (TaxTotal(VAT19, 0, 0), TaxTotal(VAT7, 242, 16))
    assert totals.departments == (
        DepartmentTotal("", 4, 2_000, 242, 258),
        DepartmentTotal("Grocery", 2, 0, 0, 0),
    )
    assert totals.discounts == (
        NamedTally("line", "", 1, -25),
        NamedTally("returned", "", 1, 25),
    )
    assert totals.tenders == (
        TenderTotal(type="cash", label="Cash", is_cash=True, count=2, taken_minor=725, refunds=2,
                    given_back_minor=-325, change_minor=271, applied_minor=129),
        TenderTotal(type="swiss", label="Cash", is_cash=True, count=1, taken_minor=130,
                    rounding_minor=1, applied_minor=129),
    )  # fmt: skip
    assert totals.rounding_minor == 1
    assert totals.movements == (
        NamedTally("loan", "", 1, 5_000),
        NamedTally("no_sale", "", 1, 0),
        NamedTally("pickup", "bank", 1, -3_000),
    )
    assert (totals.cash_sales_minor, totals.cash_refunds_minor) == (725 - 271 + 130, -325)
    assert totals.drawer_minor == 10_000 + 5_000 - 3_000 + 584 - 325
    assert (totals.no_sales, totals.kicks, totals.kicks_without_sale) == (1, 9, 3)
    assert totals.voided_lines == Tally(2, 180)
    assert totals.voided_after_total == Tally(1, 80)
    assert totals.overrides == Tally(1, -20)
    assert totals.cancelled == Tally(1, 129)
    assert totals.copies == 1
    assert totals.approvals == (NamedTally("post_void", "", 1, 225),)
    assert totals.training == 0


@settings(max_examples=80, deadline=None)
@given(days)
def test_the_fold_agrees_with_a_plain_reckoning_of_every_event(commands):
    day = traded(commands)
    assert written(day.totals()) == reckoned(day.journal)


@settings(max_examples=80, deadline=None)
@given(days)
def test_the_figures_of_any_day_agree_with_each_other_and_with_the_till(commands):
    day = traded(commands)
    totals = day.totals(totals=opened(700))
    documents = day.completed
    assert totals.drawer_minor == 700 + day.state.drawer_minor
    assert totals.counters == day.state.ever
    assert totals.counters.sales == sum(
        each.count for each in (totals.sales, totals.returns, totals.exchanges, totals.voids)
    )
    assert totals.gross_minor == totals.net_minor + totals.tax_minor
    assert totals.gross_minor == sum(
        each.minor for each in (totals.sales, totals.returns, totals.exchanges, totals.voids)
    )
    assert totals.gross_minor == sum(each.gross_minor for each in totals.departments)
    assert totals.gross_minor == sum(each.applied_minor for each in totals.tenders)
    assert totals.net_minor == sum(each.net_minor for each in totals.departments)
    assert totals.tax_minor == sum(each.minor for each in totals.taxes)
    assert totals.rounding_minor == sum(each.rounding_minor for each in totals.tenders)
    assert sum(each.minor for each in totals.discounts) == sum(
        each.totals.discount_minor for each in documents
    )
    for each in totals.tenders:
        kept = each.taken_minor + each.given_back_minor - each.change_minor
        assert kept == each.applied_minor + each.rounding_minor
    numbers = [each.receipt_number for each in documents]
    span = (totals.first_receipt, totals.last_receipt)
    assert span == ((numbers[0], numbers[-1]) if numbers else (0, 0))


@settings(max_examples=80, deadline=None)
@given(days, st.lists(st.integers(0, 400), max_size=4))
def test_parts_add_up_to_the_whole_wherever_the_day_is_cut(commands, cuts):
    day = traded(commands)
    whole = day.totals(totals=opened(700))
    bounds = [0, *sorted(min(cut, len(day.journal)) for cut in cuts), len(day.journal)]
    parts = [day.totals(begin, end) for begin, end in itertools.pairwise(bounds)]
    parts[0] = merged(opened(700), parts[0])
    from_left = DayTotals()
    for part in parts:
        from_left = merged(from_left, part)
    from_right = DayTotals()
    for part in reversed(parts):
        from_right = merged(part, from_right)
    assert from_left == from_right == whole


@settings(max_examples=30, deadline=None)
@given(days)
def test_nothing_of_practice_is_in_any_figure(commands):
    day = traded(commands, training=True)
    documents = len(day.completed)
    assert day.totals(training=True) == DayTotals(training=documents)
    told = day.totals()
    silent = attrs.evolve(
        told, movements=(), kicks=0, kicks_without_sale=0, copies=0, batches=(), approvals=()
    )
    assert silent == DayTotals(training=documents), "sales, lines and payments say so themselves"


@settings(max_examples=20, deadline=None)
@given(days)
def test_totals_come_back_from_a_journal_as_they_went_in(commands):
    totals = traded(commands).totals(totals=opened(700))
    codec = Codec(())
    assert codec.decode_value(DayTotals, codec.encode_value(totals)) == totals


def test_an_event_that_is_no_figure_leaves_the_totals_as_they_are():
    totals = opened(500)
    assert counted(totals, ev.DayOpened("2026-01-01"), TillState()) is totals
    assert counted(totals, object(), TillState()) is totals


def test_only_the_first_start_of_a_till_brings_a_float():
    start = ev.TillStarted(till="T01", currency="EUR", software="1", configuration="c",
                           float_minor=900)  # fmt: skip
    assert counted(DayTotals(), start, TillState()).float_minor == 900
    assert counted(DayTotals(), start, TillState(till="T01")).float_minor == 0


def test_goods_that_come_back_and_goods_that_are_sold_make_an_exchange():
    day = TradingDay()
    day.scan("PEN", "PEN").do(cmd.Pay(type="cash"))
    day.do(cmd.Return(receipt_number=1, number=1))
    day.scan("MILK").do(cmd.Pay(type="cash"))
    totals = day.totals()
    assert totals.exchanges == Tally(1, 29)
    assert totals.returned == Tally(1, -100)
    assert totals.returns == Tally()


def test_a_code_whose_rate_changed_is_two_taxes():
    """1.16 at 16 % and 1.19 at 19 % are both 1.00 without tax."""
    day = TradingDay()
    for rate, minor in ((19, 119), (16, 116), (19, 119)):
        day.answers[next(each for each in day.answers if each.__name__ == "FindTaxes")] = (
            lambda _, rate=rate: (tax(rate, "vat"),)
        )
        day.do(cmd.AddDepartment(department="1", price_minor=minor))
        day.do(cmd.Pay(type="cash"))
    rows = [(each.tax.numerator, each.base_minor, each.minor) for each in day.totals().taxes]
    assert sorted(rows) == [(4, 100, 16), (19, 200, 38)]


def test_offers_on_lines_and_on_the_whole_sale_are_told_from_discounts_by_hand():
    """Three pens for two; a lamp 100.00 with 10 % on top; a euro and two euros off the whole."""
    day = TradingDay()
    day.scan("PEN", "PEN", "PEN", "LAMP")
    day.do(cmd.Discount(number=4, amount_minor=500))
    day.do(cmd.Discount(number=0, amount_minor=200))
    day.do(cmd.Pay(type="cash"))
    assert day.totals().discounts == (
        NamedTally("basket", "", 1, -200),
        NamedTally("line", "", 1, -500),
        NamedTally("offer", "", 2, -200),
    )


def test_an_offer_that_found_nothing_to_discount_gave_nothing():
    """The lamp's offer asks for a euro where lamps are, also in the receipt that takes one back."""
    day = TradingDay()
    day.scan("LAMP").do(cmd.Pay(type="cash"))
    day.do(cmd.PostVoid(approver="Ann"))
    assert day.totals().discounts == (
        NamedTally("offer", "", 2, -100),
        NamedTally("returned", "", 1, 100),
    )
    assert [each.totals.discount_minor for each in day.completed] == [-100, 100]


def test_a_second_price_by_hand_counts_again_and_a_new_quantity_does_not():
    """A pen at 0.80, then 0.90; two of them are no change of price."""
    day = TradingDay()
    day.scan("PEN")
    for price in (80, 90):
        day.do(cmd.OverridePrice(price_minor=price))
    day.do(cmd.ChangeQuantity(quantity_milli=2_000))
    assert day.totals().overrides == Tally(2, -20 + 10)


@pytest.mark.parametrize(
    "step", [cmd.Pay(type="cash", amount_minor=50), "declined", ev.Totalled("cash")]
)
def test_a_line_voided_after_a_tender_or_the_total_is_voided_after_the_total(step):
    day = TradingDay()
    day.scan("PEN", "PEN")
    if isinstance(step, ev.Totalled):
        day.state = evolve(day.state, step)
    elif step == "declined":
        day.card(step)
    else:
        day.do(step)
    day.do(cmd.VoidLine())
    assert day.totals().voided_after_total == day.totals().voided_lines == Tally(1, 100)


def test_a_refund_that_rounds_to_nothing_is_still_a_refund():
    completed = worked_day().completed[0]
    back = Tender(id="t", type="swiss", label="Cash", tendered_minor=0, applied_minor=-2,
                  rounding_minor=2, is_cash=True)  # fmt: skip
    event = attrs.evolve(completed, tenders=(back,))
    (row,) = counted(DayTotals(), event, TillState()).tenders
    assert (row.count, row.refunds, row.given_back_minor, row.rounding_minor) == (0, 1, 0, 2)


def test_tips_stand_beside_what_a_tender_settles():
    day = TradingDay()
    payment = day.asks("tip", None, "LAMP", "PEN")
    day.approve(payment, tip_minor=0)
    assert day.totals().tip_minor == 0
    completed = attrs.evolve(
        day.completed[0], tenders=(attrs.evolve(day.completed[0].tenders[0], tip_minor=500),)
    )
    totals = counted(DayTotals(), completed, TillState())
    assert totals.tip_minor == 500
    assert totals.tenders[0].applied_minor == totals.gross_minor


def test_payments_that_rest_on_a_persons_word_are_counted():
    day = TradingDay()
    day.scan("PEN")
    day.card("unpaid")
    day.card("paid")
    day.do(cmd.AddItem(code="MILK"))
    payment = day.asks("card")
    day.approve(payment)
    assert day.totals().resolved == (
        NamedTally("paid", "", 1, 100),
        NamedTally("unpaid", "", 1, 100),
    )
    assert {each.name: each.count for each in day.totals().approvals} == {"resolve_payment": 2}


@pytest.mark.parametrize("captured", [0, 130])
def test_a_payment_given_back_counts_what_was_taken_or_asked(captured):
    day = TradingDay()
    payment = day.asks("card", None, "PEN")
    known = attrs.evolve(payment, captured_minor=captured)
    before = attrs.evolve(day.state, payments={payment.id: known})
    event = ev.PaymentReversed(id=payment.id)
    expected = (NamedTally("card", "", 1, captured or 100),)
    assert counted(DayTotals(), event, before).reversed == expected
    practised = attrs.evolve(known, training=True)
    before = attrs.evolve(day.state, payments={payment.id: practised})
    assert counted(DayTotals(), event, before) == DayTotals()


def test_batches_add_up_by_tender_type_also_where_a_terminal_says_little():
    said = Batch(count=3, gross_minor=5_000, fees_minor=40)
    totals = DayTotals()
    for batch in (said, Batch(), said):
        event = ev.BatchClosed(type="card", label="Card", batch=batch)
        totals = counted(totals, event, TillState())
    assert totals.batches == (
        BatchTotal(type="card", label="Card", batches=3, payments=6, gross_minor=10_000,
                   fees_minor=80),
    )  # fmt: skip


def test_movements_of_a_kind_add_up_over_their_reasons():
    totals = DayTotals()
    for kind, minor, reason in (("pickup", -5, "bank"), ("loan", 7, ""), ("pickup", -6, "safe")):
        totals = counted(totals, ev.CashMoved(kind, minor, reason), TillState())
    assert moved(totals, "pickup") == Tally(2, -11)
    assert moved(totals, "paid_out") == Tally()
    assert [each.reason for each in totals.movements] == ["", "bank", "safe"]


def test_receipts_of_parts_that_are_merged_in_any_order_span_all_of_them():
    early, late = (DayTotals(first_receipt=at, last_receipt=at + 3) for at in (1, 5))
    for found in (merged(early, late), merged(late, early), merged(merged(late, early), opened(1))):
        assert (found.first_receipt, found.last_receipt) == (1, 8)


@pytest.mark.parametrize("held_is_practice", [True, False])
def test_a_held_sale_that_is_cancelled_says_itself_whether_it_was_practice(held_is_practice):
    day = TradingDay()
    day.scan("PEN").do(cmd.Suspend())
    day.scan("MILK")
    (held,) = day.state.suspended
    before = attrs.evolve(
        day.state,
        suspended=(attrs.evolve(held, training=held_is_practice),),
        transaction=attrs.evolve(day.sale, training=not held_is_practice),
    )
    event = ev.TransactionCancelled(transaction=held.id, number=1, gross_minor=100, lines=1)
    expected = DayTotals() if held_is_practice else DayTotals(cancelled=Tally(1, 100))
    assert counted(DayTotals(), event, before) == expected


def test_names_are_those_of_the_first_part_that_has_them():
    one, other = (
        DayTotals(tenders=(TenderTotal(type="cash", label=label, count=1),))
        for label in ("Cash", "Bar")
    )
    assert merged(one, other).tenders == (TenderTotal(type="cash", label="Cash", count=2),)


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.integers(-9, 9)), max_size=20))
def test_rows_stand_in_the_order_of_their_keys_each_once(pairs):
    rows = with_rows((), tuple(NamedTally(name, "", 1, minor) for name, minor in pairs))
    names = sorted({name for name, _ in pairs})
    assert [each.name for each in rows] == names
    for row in rows:
        minors = [minor for name, minor in pairs if name == row.name]
        assert (row.count, row.minor) == (len(minors), sum(minors))

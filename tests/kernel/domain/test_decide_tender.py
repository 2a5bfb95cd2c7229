"""Tenders: what is handed over, what it settles, what comes back; completion when all is paid."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import RuleViolation, SaleChanged
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.kernel.domain import questions as q
from posframe.kernel.domain.basket import LineKind
from posframe.kernel.domain.cash_rounding import CashRounding
from posframe.kernel.domain.evolve import evolve
from posframe.kernel.domain.refusals import AgeUnchecked
from posframe.kernel.domain.rounding import Rounding
from posframe.kernel.domain.sold import SoldSale
from posframe.kernel.domain.tender import Tender, TenderStatus, applied_minor
from posframe.kernel.domain.transaction import TransactionState
from tests.kernel.driving import CASH, SETTINGS, Desk
from tests.kernel.making import VAT19, line


@pytest.fixture
def desk():
    return Desk()


def pay(type_="cash", amount=None, seen=None):
    return cmd.Pay(type=type_, amount_minor=amount, seen=seen)


def priced(minor, desk=None):
    """Return a desk with one line at ``minor``, which may be below zero: goods brought back."""
    desk = (desk or Desk()).scan("PEN")
    kind = LineKind.SALE if minor >= 0 else LineKind.RETURN
    desk.state = evolve(desk.state, ev.LineChanged(line(1, minor, VAT19, kind=kind)))
    return desk


def closing(desk):
    """Return (tendered, change, rounding) of the sale just completed."""
    last = desk.state.last
    return last.tendered_minor, last.change_minor, last.rounding_minor


# Amounts


@pytest.mark.parametrize(
    ("due", "handed", "expected"),
    [
        (129, None, (129, 0, 0)),
        (129, 129, (129, 0, 0)),
        (129, 500, (500, 371, 0)),
        (0, None, (0, 0, 0)),
        (0, 500, (500, 500, 0)),
    ],
)
def test_cash_settles_and_gives_change(due, handed, expected):
    desk = priced(due)
    assert desk.do(pay(amount=handed)) == "Receipt 1"
    assert closing(desk) == expected
    assert desk.sale is None
    assert desk.state.drawer_minor == due


@pytest.mark.parametrize(
    ("due", "handed", "expected"),
    [  # coins of 5: what is left for cash is rounded, both ways
        (1002, None, (1000, 0, -2)),
        (1003, None, (1005, 0, 2)),
        (1003, 1005, (1005, 0, 2)),
        (1003, 2000, (2000, 995, 2)),
        (1002, 2000, (2000, 1000, -2)),
        (2, None, (0, 0, -2)),
        (2, 100, (100, 100, -2)),
        (3, None, (5, 0, 2)),
        (-1002, None, (-1000, 0, 2)),
        (-1003, None, (-1005, 0, -2)),
        (-2, None, (0, 0, 2)),
    ],
)
def test_cash_is_rounded_to_coins_that_there_are(due, handed, expected):
    """The difference is apart from goods and taxes; the sale itself is what it was."""
    desk = priced(due)
    desk.do(pay("swiss", handed))
    assert closing(desk) == expected
    assert desk.state.last.gross_minor == due
    assert desk.state.drawer_minor == expected[0] - expected[1]


def test_only_the_rest_that_is_paid_in_cash_is_rounded():
    """10.03: 5.01 by voucher, then 5.02 is 5.00 in coins."""
    desk = priced(1003)
    desk.do(pay("voucher", 501))
    desk.do(pay("swiss"))
    assert closing(desk) == (1001, 0, -2)
    assert desk.state.drawer_minor == 500, "a voucher is no cash"


@pytest.mark.parametrize("amount", [1, 1001, 1004, 1202, 2003])
def test_cash_of_coins_nobody_has_is_a_slip_of_the_finger(amount):
    assert "does not exist here" in priced(1203).refused(pay("swiss", amount))


rules = st.builds(
    CashRounding, st.sampled_from([1, 5, 10, 50, 100]), st.sampled_from(Rounding), st.booleans()
)


@given(due=st.integers(1, 3_000), parts=st.lists(st.integers(1, 400), max_size=4), rule=rules)
def test_whatever_coins_are_handed_over_the_books_balance(due, parts, rule):
    """Paid = sold + rounding; rounding is less than a coin; nothing is ever owed to the till."""
    settings = attrs.evolve(SETTINGS, tenders=(attrs.evolve(CASH, cash_rounding=rule),))
    desk = priced(due, Desk(settings))
    for part in parts:
        if desk.sale is None:
            break
        desk.do(pay(amount=part * rule.step_minor))
        assert desk.sale is None or desk.sale.due_minor > 0
    if desk.sale is not None:
        desk.do(pay())
    tendered, change, rounding = closing(desk)
    assert tendered - change == due + rounding
    assert change >= 0
    assert abs(rounding) < rule.step_minor
    assert (tendered - change) % rule.step_minor == 0


def test_part_and_part_settle_a_sale(desk):
    desk.scan("PEN")
    assert desk.do(pay(amount=40)) == "Cash taken"
    assert (desk.sale.due_minor, desk.sale.state) == (60, TransactionState.TENDERING)
    assert desk.do(pay("voucher", 25)) == "Voucher taken"
    assert desk.do(pay(amount=50)) == "Receipt 1"
    tenders = desk.events[1].tenders
    assert [each.applied_minor for each in tenders] == [40, 25, 35]
    assert [each.change_minor for each in tenders] == [0, 0, 15]
    assert len({each.id for each in tenders}) == 3


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (pay("card"), "This till takes no 'card' | it takes: cash, swiss, voucher"),
        (pay(amount=0), "The amount must be above zero"),
        (pay(amount=-1), "The amount must be above zero"),
        (pay("voucher", 101), "Voucher gives no change"),
        (pay(amount=10**9 + 1), "Cash above the limit"),
    ],
)
def test_amounts_that_cannot_be_are_refused(desk, command, words):
    desk.scan("PEN")
    assert words in desk.refused(command)


def test_a_limit_is_for_one_tender():
    """100.00 by vouchers of at most 50.00."""
    desk = priced(10_000)
    assert "Voucher above the limit" in desk.refused(pay("voucher"))
    desk.do(pay("voucher", 5_000))
    desk.do(pay("voucher"))
    assert desk.state.last_receipt_number == 1


def test_a_till_without_tenders_says_so():
    desk = Desk(attrs.evolve(SETTINGS, tenders=())).scan("PEN")
    assert "it takes: none" in desk.refused(pay())


def test_an_empty_sale_is_not_paid(desk):
    assert "No sale is open" in desk.refused(pay())
    desk.scan("card")
    assert "The sale is empty" in desk.refused(pay())
    desk.scan("PEN")
    desk.do(cmd.VoidLine())
    assert "The sale is empty" in desk.refused(pay())


def test_an_age_is_checked_before_money_is_taken(desk):
    desk.scan("GIN")
    with pytest.raises(AgeUnchecked) as refused:
        desk.decided(pay())
    assert refused.value.years == 18
    desk.do(cmd.CheckAge())
    assert desk.do(pay()) == "Receipt 1"


def test_money_back_is_never_more_than_is_due():
    desk = priced(-1_000)
    for amount in (-1_001, 1_001, 0, 10_000):
        assert "Only 10.00 goes back" in desk.refused(pay(amount=amount))
    assert desk.do(pay(amount=400)) == "Cash given back"
    assert "Only 6.00 goes back" in desk.refused(pay(amount=601))
    desk.do(pay())
    assert closing(desk) == (-1_000, 0, 0)
    assert desk.state.drawer_minor == -1_000
    assert desk.state.day.gross_minor == -1_000
    assert desk.state.day.absolute_minor == 1_000


# Law 8 and changes in between


@pytest.mark.parametrize("other", [{"transaction": "another"}, {"tenders": 1}, {"due_minor": 99}])
def test_a_sale_that_changed_takes_no_money_unseen(desk, other):
    desk.scan("PEN")
    shown = cmd.Seen(transaction=desk.sale.id, tenders=0, due_minor=100)
    for command in (pay(seen=attrs.evolve(shown, **other)),
                    cmd.TakeBackTender(seen=attrs.evolve(shown, **other))):  # fmt: skip
        with pytest.raises(SaleChanged):
            desk.decided(command)
    assert desk.do(pay(seen=shown)) == "Receipt 1"


def test_lines_may_change_between_tenders_but_not_below_what_is_paid(desk):
    """Paid 1.50 of 2.00: a line more is fine, one less is refused, and so is a discount."""
    desk.scan("PEN", "PEN")
    desk.do(pay(amount=150))
    words = "More is paid already"
    assert words in desk.refused(cmd.VoidLine())
    assert words in desk.refused(cmd.Discount(number=0, amount_minor=51))
    assert words in desk.refused(cmd.OverridePrice(number=1, price_minor=49))
    desk.scan("PEN")
    assert desk.sale.due_minor == 150
    desk.do(cmd.VoidLine())
    desk.do(cmd.Discount(number=0, amount_minor=50))
    assert desk.sale.due_minor == 0
    assert desk.do(pay()) == "Receipt 1"
    assert closing(desk) == (150, 0, 0)


def test_a_sale_paid_in_full_by_a_change_of_lines_is_closed_by_the_operator(desk):
    """Nothing completes by itself; a tender above nothing comes back as change."""
    desk.scan("PEN", "PEN")
    desk.do(pay(amount=100))
    desk.do(cmd.VoidLine())
    assert desk.sale.due_minor == 0
    desk.do(pay(amount=500))
    assert closing(desk) == (600, 500, 0)


def test_the_last_tender_is_taken_back_first(desk):
    assert "No sale is open" in desk.refused(cmd.TakeBackTender())
    desk.scan("PEN", "PEN")
    assert "Nothing is paid yet" in desk.refused(cmd.TakeBackTender())
    desk.do(pay(amount=100))
    desk.do(pay("voucher", 50))
    assert desk.do(cmd.TakeBackTender()) == "Voucher taken back"
    assert desk.sale.state is TransactionState.TENDERING
    assert desk.do(cmd.TakeBackTender()) == "Cash taken back"
    assert (desk.sale.state, desk.sale.due_minor) == (TransactionState.OPEN, 200)
    assert [each.status for each in desk.sale.tenders] == [TenderStatus.VOIDED] * 2
    desk.do(pay(amount=200))
    assert [each.tendered_minor for each in desk.events[1].tenders] == [200]


def test_voided_and_doubtful_tenders_settle_nothing():
    made = [
        Tender(
            id=str(at), type="cash", label="Cash", tendered_minor=10, applied_minor=10, status=each
        )
        for at, each in enumerate(TenderStatus)
    ]
    assert applied_minor(made) == 10


# Completion


def test_the_closing_event_is_self_contained(desk):
    """Lines with their shares, offers, taxes with definitions, tenders, counters, customer."""
    desk.scan("card", "COLA", "PEN", "MILK")
    desk.do(cmd.VoidLine(number=3))
    desk.do(cmd.Discount(number=0, percent_milli=10_000))
    desk.do(pay(amount=500))
    applied, completed, *jobs = desk.events
    assert isinstance(applied, ev.TenderApplied)
    assert isinstance(completed, ev.TransactionCompleted)
    assert [each.line.sku for each in completed.lines] == ["COLA", "DEP", "MILK"]
    assert [each.share.basket_minor for each in completed.lines] == [-15, 0, -13]
    assert completed.voided_lines == 1
    assert completed.customer == "c-1"
    assert [tax.code for tax in completed.taxes] == ["vat19", "vat7"]
    assert [part.code for part in completed.totals.taxes] == ["vat19", "vat7"]
    assert completed.totals.gross_minor == 150 + 25 + 129 - 28
    assert completed.closing.change_minor == 500 - 276
    assert (completed.receipt_number, completed.number) == (1, 1)
    assert completed.day == completed.ever
    assert (completed.day.sales, completed.day.gross_minor) == (1, 276)
    assert [type(job) for job in jobs] == [ev.JobQueued] * 2


def test_receipts_are_numbered_without_gaps_and_counters_run_on(desk):
    """A cancelled sale uses a transaction number, not a receipt's."""
    desk.scan("PEN").do(pay())
    desk.scan("PEN").do(cmd.Cancel())
    desk.scan("MILK").do(pay())
    assert desk.state.last_receipt_number == 2
    assert desk.state.last_transaction_number == 3
    desk.date = "2026-01-02"
    desk.scan("PEN").do(pay())
    assert desk.state.day.gross_minor == 100
    assert (desk.state.ever.sales, desk.state.ever.gross_minor) == (3, 329)


def test_a_sale_that_comes_to_nothing_is_completed_without_a_tender(desk):
    """100 % off: a receipt, no drawer."""
    desk.scan("PEN")
    desk.do(cmd.Discount(number=0, percent_milli=100_000))
    assert desk.do(pay()) == "Receipt 1"
    assert desk.events[0].tenders == ()
    kinds = [event.job.kind for event in desk.events if isinstance(event, ev.JobQueued)]
    assert kinds == ["print"]
    assert q.VetoTender not in [type(question) for question in desk.asked]
    assert q.VetoCompletion in [type(question) for question in desk.asked]


def jobs_of(**settings):
    desk = Desk(attrs.evolve(SETTINGS, **settings)).scan("PEN")
    desk.do(pay())
    return [event.job for event in desk.events if isinstance(event, ev.JobQueued)]


def test_drawer_and_print_are_two_jobs_the_drawer_first():
    """A dead printer does not hold the drawer; a kick is stale after three seconds."""
    kick, print_ = jobs_of()
    assert (kick.kind, kick.device, print_.kind, print_.device) == (
        "kick", "drawer", "print", "printer",
    )  # fmt: skip
    assert kick.expires_us == kick.queued_us + 3_000_000
    assert print_.expires_us == print_.queued_us + 120_000_000
    assert print_.copy == 0
    assert kick.subject == print_.subject
    assert kick.id != print_.id


def test_a_till_without_devices_queues_nothing():
    assert [job.kind for job in jobs_of(receipt_device="")] == ["kick"]
    assert [job.kind for job in jobs_of(drawer_device="")] == ["print"]
    assert jobs_of(receipt_device="", drawer_device="") == []


def test_a_drawer_stays_shut_for_what_is_no_cash_and_when_policy_says_so():
    desk = Desk().scan("PEN")
    desk.do(pay("voucher"))
    shut = Desk(MayOpenDrawer=lambda asked: False).scan("PEN")
    shut.do(pay())
    for each in (desk, shut):
        kinds = [event.job.kind for event in each.events if isinstance(event, ev.JobQueued)]
        assert kinds == ["print"]


@pytest.mark.parametrize("question", ["VetoTender", "VetoCompletion"])
def test_an_objection_takes_no_money(question):
    def object_(_asked):
        raise RuleViolation("Ask the manager", hint="press help")

    desk = Desk(**{question: object_}).scan("PEN")
    assert desk.refused(pay()) == "Ask the manager | press help"
    assert desk.sale.tenders == ()


def test_a_return_names_what_it_refers_to():
    """And is closed only while as much of it is left."""
    desk = Desk().scan("PEN")
    desk.do(pay())
    sold = next(each for each in desk.events if isinstance(each, ev.TransactionCompleted))
    desk.scan("LAMP")
    back = line(2, -50, kind=LineKind.RETURN, original=sold.transaction, original_line=1)
    back = attrs.evolve(back, quantity_milli=-1000)
    desk.state = evolve(desk.state, ev.LineAdded(back))
    for returned, words in (({}, ""), ({1: 1000}, "came back already")):
        found = SoldSale(
            completed=sold, business_date="2026-01-01", returned_milli=returned, refunded_minor={}
        )
        desk.answers[q.FindSale] = lambda _asked, found=found: found
        if words:
            assert words in desk.refused(pay())
        else:
            decision = desk.decided(pay())
            completed = next(
                event for event, _ in decision.events if isinstance(event, ev.TransactionCompleted)
            )
            assert completed.refers_to == (sold.transaction,)

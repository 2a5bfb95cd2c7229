"""The line breaks at any message, either way: facts never contradict the acquirer's ledger."""

from __future__ import annotations

import itertools

import pytest

from posframe_payments.simulators.zvt_faults import (
    ABORT,
    BUSY,
    DROP_AFTER,
    DROP_BEFORE,
    FOREIGN_RECEIPT,
    KINDS,
    LATE,
    LOSE,
    NOT_READY,
    OTHER_TERMINAL,
    TWICE,
    WAIT,
    WRONG_AMOUNT,
    Scripted,
    Seeded,
)
from posframe_payments.simulators.zvt_profile import Customer, Profile
from posframe_payments.simulators.zvt_terminal import Terminal
from posframe_payments.zvt.facts import Lost, Status
from posframe_payments.zvt.outcomes import Outcome, outcome_of, result_of
from tests.plugins.payments.zvt.ledger_law import believed, contradiction
from tests.plugins.payments.zvt.pair import Pair

AMOUNT = 1749
MESSAGES_MAX = 40
PAYMENTS = 900
CUSTOMERS = ("approve", "decline", "abort")
DROPS = (DROP_BEFORE, DROP_AFTER)


def paid_before(profile, *, serial=False, does="approve"):
    """A registered pair whose terminal has one receipt of another payment, that was given back."""
    customers = [Customer(), Customer(does=does)]
    pair = Pair(Terminal(profile, customers=customers), serial=serial).register()
    pair.pay(500)
    pair.terminal.acquirer.reverse(0, at_s=pair.now_s)
    return pair


def broken_at(message, kind, profile, **how):
    """Pay while the line breaks at a message, counted from the command on; None: too late."""
    pair = paid_before(profile, **how)
    faults = Scripted(messages={pair.terminal.messages + message: kind})
    pair.terminal.faults = faults
    facts = pair.pay(AMOUNT)
    pair.settle()
    return (pair, facts) if faults.struck else None


@pytest.mark.parametrize("serial", [False, True], ids=["tcp", "serial"])
@pytest.mark.parametrize("does", CUSTOMERS)
@pytest.mark.parametrize("after_loss", ["keeps", "reverses"])
def test_a_line_that_breaks_at_any_message_makes_no_fact_untrue(after_loss, does, serial):
    """And the last receipt, asked for afterwards, tells what the ledger says."""
    profile = Profile(after_loss=after_loss)
    broken = 0
    for message, kind in itertools.product(range(1, MESSAGES_MAX), DROPS):
        made = broken_at(message, kind, profile, serial=serial, does=does)
        if made is None:
            continue
        pair, facts = made
        broken += 1
        outcome, status = outcome_of(facts), result_of(facts)
        assert not contradiction(outcome, status, AMOUNT, pair.terminal), (message, kind)
        charged = bool(pair.terminal.acquirer.charges)
        assert believed(pair, facts, AMOUNT, watermark=1) == charged, (message, kind)
    # Command, acknowledgement, two intermediate statuses, status, two receipts, end; each but the
    # first two is acknowledged. Who declines has no receipt, who aborts not the second status.
    messages = {"approve": 14, "decline": 10, "abort": 8}[does]
    assert broken == 2 * messages


def wrong_provisional(facts):
    """Take 04 0F as the outcome."""
    approving = [each for each in facts if isinstance(each, Status) and each.approves]
    return Outcome.APPROVED if approving else outcome_of(facts)


def wrong_lost(facts):
    """Take a lost connection as a decline."""
    lost = any(isinstance(each, Lost) for each in facts)
    return Outcome.DECLINED if lost else outcome_of(facts)


@pytest.mark.parametrize(
    ("judge", "after_loss", "found"),
    [
        (wrong_provisional, "reverses", "approved, and nothing was charged"),
        (wrong_lost, "keeps", "declined, and the card was charged"),
    ],
)
def test_the_law_finds_a_till_that_judges_wrongly(judge, after_loss, found):
    """Negative control."""
    profile = Profile(after_loss=after_loss)
    words = set()
    for message, kind in itertools.product(range(1, MESSAGES_MAX), DROPS):
        made = broken_at(message, kind, profile)
        if made is not None:
            pair, facts = made
            status = result_of(facts)
            words.add(contradiction(judge(facts), status, AMOUNT, pair.terminal))
    assert words == {"", found}


def test_money_moves_although_the_line_broke_before_any_status():
    """Drop before 04 0F with a terminal that keeps: only the last receipt tells."""
    pair = paid_before(Profile(after_loss="keeps"))
    pair.terminal.faults = Scripted({"tx status": DROP_BEFORE})
    facts = pair.pay(AMOUNT)
    assert not any(isinstance(each, Status) for each in facts)
    assert outcome_of(facts) is Outcome.UNKNOWN
    pair.settle()
    assert len(pair.terminal.acquirer.charges) == 1
    assert believed(pair, facts, AMOUNT, watermark=1)


def test_between_04_0f_and_06_0f_it_depends_on_the_terminal():
    for after_loss, charged in (("keeps", 1), ("reverses", 0)):
        pair = paid_before(Profile(after_loss=after_loss))
        pair.terminal.faults = Scripted({"tx completion": DROP_BEFORE})
        facts = pair.pay(AMOUNT)
        assert result_of(facts).approves
        assert outcome_of(facts) is Outcome.UNKNOWN
        assert len(pair.terminal.acquirer.charges) == charged
        assert believed(pair, facts, AMOUNT, watermark=1) is bool(charged)


def test_without_a_watermark_an_older_receipt_of_the_same_amount_would_pass():
    """Why the receipt number before the payment has to be known."""
    pair = Pair(Terminal(Profile(after_loss="reverses"))).register()
    pair.pay(AMOUNT)
    pair.terminal.acquirer.reverse(0, at_s=pair.now_s)
    pair.terminal.faults = Scripted({"tx status": DROP_BEFORE})
    facts = pair.pay(AMOUNT)
    pair.settle()
    assert not pair.terminal.acquirer.charges
    assert believed(pair, facts, AMOUNT, watermark=0) is True
    assert believed(pair, facts, AMOUNT, watermark=1) is False


STRIKES = {
    ("tx ack", LOSE): Outcome.APPROVED,
    ("begin authorisation", BUSY): Outcome.UNKNOWN,
    ("begin authorisation", NOT_READY): Outcome.UNKNOWN,
    ("begin authorisation", WAIT): Outcome.APPROVED,
    ("begin authorisation", ABORT): Outcome.DECLINED,
    ("tx status", TWICE): Outcome.APPROVED,
    ("tx completion", LATE): Outcome.APPROVED,
    ("say status", WRONG_AMOUNT): Outcome.APPROVED,
    ("say status", FOREIGN_RECEIPT): Outcome.APPROVED,
    ("say status", OTHER_TERMINAL): Outcome.APPROVED,
}


@pytest.mark.parametrize(("point", "kind"), STRIKES)
def test_each_fault_of_a_terminal_ends_as_it_should(point, kind):
    """An approval for another amount or from another terminal is one: the kernel refuses it."""
    pair = paid_before(Profile())
    faults = pair.terminal.faults = Scripted({point: kind})
    facts = pair.pay(AMOUNT)
    assert faults.struck == [(point, kind)]
    assert outcome_of(facts) is STRIKES[point, kind]
    pair.settle()
    status = result_of(facts)
    assert not contradiction(outcome_of(facts), status, AMOUNT, pair.terminal)
    if kind == WRONG_AMOUNT:
        assert status.amount_minor == AMOUNT + 1000
    if kind == OTHER_TERMINAL:
        assert status.terminal == "99999999"
    if kind == FOREIGN_RECEIPT:
        assert f"{status.receipt:04d}" != pair.terminal.acquirer.movements[-1].reference


def test_hundreds_of_payments_with_every_fault_contradict_nothing():
    """Chances of 15 in 100 at each message; every kind of fault was there."""
    struck, outcomes = set(), set()
    for seed in range(PAYMENTS):
        after_loss = ("keeps", "reverses")[seed % 2]
        does = CUSTOMERS[seed % 5 % 3]
        pair = paid_before(Profile(after_loss=after_loss), does=does, serial=seed % 7 == 0)
        faults = pair.terminal.faults = Seeded(seed, 150)
        facts = pair.pay(AMOUNT)
        pair.settle()
        outcome, status = outcome_of(facts), result_of(facts)
        assert not contradiction(outcome, status, AMOUNT, pair.terminal), seed
        struck |= set(faults.struck)
        outcomes.add(outcome)
    expected = {
        (point, kind)
        for point, kinds in KINDS.items()
        for kind in kinds
        if point not in {"rx repeat receipt", "rx reversal"}
    }
    assert struck == expected
    assert outcomes == {Outcome.APPROVED, Outcome.DECLINED, Outcome.UNKNOWN}


class Truthful(Seeded):
    """All faults but a status that says what is not so: that one is for the kernel to refuse."""

    def strike(self, point, message):
        kind = super().strike(point, message)
        return None if point == "say status" else kind


def test_after_any_fault_the_last_receipt_tells_what_the_ledger_says():
    """The terminal has come to rest, and the receipt number before the payment is known."""
    asked = 0
    for seed in range(PAYMENTS):
        pair = paid_before(
            Profile(after_loss=("keeps", "reverses")[seed % 2]),
            does=CUSTOMERS[seed % 5 % 3],
            serial=seed % 7 == 0,
        )
        pair.terminal.faults = Truthful(seed, 150)
        facts = pair.pay(AMOUNT)
        pair.terminal.faults = Scripted()
        belief = believed(pair, facts, AMOUNT, watermark=1)
        asked += outcome_of(facts) is Outcome.UNKNOWN
        pair.settle()
        assert belief == bool(pair.terminal.acquirer.charges), seed
    assert asked > PAYMENTS // 2


def test_equal_seeds_tell_equal_stories():
    def story(seed):
        pair = paid_before(Profile())
        pair.terminal.faults = Seeded(seed, 150)
        return pair.pay(AMOUNT), pair.said

    assert [story(seed) for seed in range(20)] == [story(seed) for seed in range(20)]

"""Wishes that cross answers, lines that spoil bits, and all other commands, against the ledger."""

from __future__ import annotations

import random

import pytest

from posframe_payments.simulators.zvt_profile import Customer, Profile
from posframe_payments.simulators.zvt_terminal import Terminal
from posframe_payments.zvt import commands
from posframe_payments.zvt.facts import (
    Aborted,
    CancelSent,
    Completed,
    Intermediate,
    Noise,
    PrintBlock,
    PrintLine,
    ReceiptKind,
    Sent,
    Status,
)
from posframe_payments.zvt.outcomes import Outcome, has_completed, outcome_of, result_of
from tests.plugins.payments.zvt.ledger_law import contradiction
from tests.plugins.payments.zvt.pair import PASSWORD, REGISTRATION, Pair

AMOUNT = 1749


@pytest.mark.parametrize("serial", [False, True], ids=["tcp", "serial"])
@pytest.mark.parametrize("thinks_s", [0.0, 30.0])
def test_a_cancel_at_any_moment_ends_as_the_ledger_says(thinks_s, serial):
    """It is sent after the first, second, … fact; some come in time and some too late."""
    outcomes = []
    for moment in range(1, 12):
        pair = Pair(Terminal(customers=[Customer(thinks_s=thinks_s)]), serial=serial).register()
        seen = []

        def cancel(fact, pair=pair, seen=seen, moment=moment):
            seen.append(fact)
            return pair.dialogue.cancel(pair.now_s) if len(seen) == moment else []

        facts = pair.pay(AMOUNT, on_fact=cancel)
        pair.settle()
        outcome = outcome_of(facts)
        assert not contradiction(outcome, result_of(facts), AMOUNT, pair.terminal)
        assert outcome in {Outcome.APPROVED, Outcome.DECLINED}
        outcomes.append((outcome, any(isinstance(each, CancelSent) for each in facts)))
    assert (Outcome.APPROVED, True) in outcomes, "some lost the race"
    assert not thinks_s or (Outcome.DECLINED, True) in outcomes, "some came in time"


class Spoilt(Pair):
    """A serial line on which now and then a bit turns over, either way."""

    def __init__(self, seed, **how):
        self.chance = random.Random(seed)
        self.spoils = False
        self.spoilt = 0
        super().__init__(serial=True, **how)

    def _through(self, data):
        data = bytearray(data)
        for at in range(len(data)):
            if self.spoils and self.chance.random() < 0.004:
                data[at] ^= 1 << self.chance.randrange(8)
                self.spoilt += 1
        return bytes(data)


@pytest.mark.parametrize("after_loss", ["keeps", "reverses"])
def test_bits_that_turn_over_on_a_serial_line_contradict_nothing(after_loss):
    spoilt, outcomes = 0, set()
    for seed in range(300):
        does = ("approve", "decline", "abort")[seed % 3]
        terminal = Terminal(Profile(after_loss=after_loss), customers=[Customer(does=does)])
        pair = Spoilt(seed, terminal=terminal).register()
        pair.spoils = True
        facts = pair.pay(AMOUNT)
        pair.settle()
        assert not contradiction(outcome_of(facts), result_of(facts), AMOUNT, terminal), seed
        assert len(terminal.acquirer.movements) <= 1, "nothing is charged twice"
        spoilt += pair.spoilt
        outcomes.add(outcome_of(facts))
    assert spoilt > 300
    assert outcomes == {Outcome.APPROVED, Outcome.DECLINED, Outcome.UNKNOWN}


def test_a_payment_begun_at_the_terminal_is_seen_and_can_be_sent_back():
    for keep, charges in ((True, 1), (False, 0)):
        pair = Pair().register()
        pair.terminal.pay_unasked(700, pair.now_s)
        facts = []
        for _ in range(10):
            facts += pair.dialogue.answer_status(keep=keep, now_s=pair.now_s)
            facts += pair.carry()
        status = next(each for each in facts if isinstance(each, Status) and each.approves)
        assert (status.amount_minor, status.asked) == (700, False)
        assert outcome_of(facts) is Outcome.UNKNOWN
        assert len(pair.terminal.acquirer.charges) == charges


def test_a_whole_day_is_told_as_the_ledger_has_it():
    """Pay three times, reverse one, refund, totals, end of day; receipts come by their kind."""
    customers = [Customer(), Customer(tip_minor=51), Customer(), Customer(does="decline")]
    pair = Pair(Terminal(Profile(reverses="any"), customers=customers)).register()
    ledger = pair.terminal.acquirer
    receipts = [result_of(pair.pay(each)).receipt for each in (AMOUNT, 1000, 300)]
    assert receipts == [1, 2, 3]
    assert outcome_of(pair.pay(200)) is Outcome.DECLINED
    back = pair.ask(commands.reversal(PASSWORD, 3))
    assert outcome_of(back) is Outcome.APPROVED
    assert result_of(back).original_trace == 3
    assert outcome_of(pair.ask(commands.reversal(PASSWORD, 3))) is Outcome.DECLINED
    assert outcome_of(pair.ask(commands.refund(PASSWORD, 100))) is Outcome.APPROVED
    assert ledger.taken_minor == AMOUNT + 1051 - 100
    totals = result_of(pair.ask(commands.turnover_totals(PASSWORD)))
    assert totals.amount_minor == AMOUNT + 1051
    closed = pair.ask(commands.end_of_day(PASSWORD))
    assert sum(each.amount_minor for each in result_of(closed).totals.cards) == AMOUNT + 1051
    blocks = [each for each in closed if isinstance(each, PrintBlock)]
    assert [each.kind for each in blocks] == [ReceiptKind.ADMINISTRATION]
    assert result_of(pair.ask(commands.turnover_totals(PASSWORD))).amount_minor == 0


def test_receipts_come_by_kind_with_their_letters():
    pair = Pair().register()
    blocks = [each for each in pair.pay(AMOUNT) if isinstance(each, PrintBlock)]
    assert [each.kind for each in blocks] == [ReceiptKind.MERCHANT, ReceiptKind.CUSTOMER]
    assert all(each.ended and "für Sie" in each.lines for each in blocks)
    assert all("************5559" in each.lines for each in blocks)


def test_a_till_that_permits_no_blocks_gets_lines():
    pair = Pair()
    pair.ask(commands.registration(PASSWORD, permits=None))
    lines = [each for each in pair.pay(AMOUNT) if isinstance(each, PrintLine)]
    assert "für Sie" in [each.text for each in lines]
    assert lines[-1].last


@pytest.mark.parametrize(
    "command",
    [commands.DIAGNOSIS, commands.SELF_TEST, commands.PRINT_CONFIGURATION,
     commands.status_enquiry(), commands.initialisation(), REGISTRATION],
    ids=lambda each: each.name,
)  # fmt: skip
def test_commands_without_a_result_come_to_their_end(command):
    facts = Pair().register().ask(command)
    assert [type(each) for each in facts][::2] == [Sent, Completed]
    assert has_completed(facts)


def test_a_command_the_terminal_does_not_know_is_refused():
    pair = Pair().register()
    assert outcome_of(pair.ask(commands.SOFTWARE_UPDATE)) is Outcome.REFUSED
    assert outcome_of(pair.ask(commands.reservation(AMOUNT))) is Outcome.REFUSED
    assert pair.terminal.acquirer.movements == ()


def test_who_logs_off_has_to_register_again():
    pair = Pair().register()
    pair.ask(commands.log_off())
    assert outcome_of(pair.pay(AMOUNT)) is Outcome.REFUSED
    assert outcome_of(pair.register().pay(AMOUNT)) is Outcome.APPROVED


def test_a_card_is_read_without_its_number():
    pair = Pair(Terminal(customers=[Customer(card_name="VISA")])).register()
    status = result_of(pair.ask(commands.read_card(30)))
    assert (status.card_name, status.card_last_four) == ("VISA", "5559")
    assert "555555" not in repr(status)


def test_a_customer_is_told_what_to_do_while_the_cashier_sees_it():
    facts = Pair().register().pay(AMOUNT)
    doing = [each for each in facts if isinstance(each, Intermediate)]
    assert [each.customer_words for each in doing] == ["Please present your card", "Please wait"]
    assert not any(isinstance(each, Noise | Aborted) for each in facts)

"""Silence, more time, lost connections, and wishes to stop."""

from __future__ import annotations

import pytest

from posframe_payments.zvt.apdu import Apdu
from posframe_payments.zvt.dialogue import Dialogue, Timings
from posframe_payments.zvt.facts import (
    Acked,
    CancelSent,
    CancelTaken,
    Intermediate,
    Lost,
    TimedOut,
    Unexpected,
    Wait,
    Waiting,
)
from posframe_payments.zvt.framing import TcpLine
from posframe_payments.zvt.outcomes import Outcome
from posframe_payments.zvt.serial_line import SerialLine, frame
from tests.plugins.payments.zvt.talk import (
    APPROVED,
    AUTHORISATION,
    DECLINED,
    ENDED,
    HEX,
    INSERT_CARD,
    OK,
    REGISTRATION,
    STOPPED,
    Talk,
    paying,
)


def test_a_till_that_needs_more_time_says_so_and_is_told_again():
    talk = paying()
    talk.hear(APPROVED)
    talk.dialogue.ask_more_time(1.0)
    assert talk.dialogue.outgoing() == HEX("84 9C 00")
    assert talk.hear(APPROVED) == b""
    assert talk.keep() == OK
    talk.hear(ENDED)
    assert talk.outcome is Outcome.APPROVED


def test_please_wait_gives_the_acknowledgement_more_time():
    talk = Talk()
    talk.start(AUTHORISATION)
    talk.hear(HEX("84 9C 00"), 4.0)
    assert talk.facts[-1] == Waiting()
    assert talk.dialogue.tick(8.9) == []
    assert talk.dialogue.tick(9.0) == [TimedOut(Wait.ACKNOWLEDGEMENT)]


def test_please_wait_without_end_comes_to_an_end():
    talk = Talk()
    talk.start(AUTHORISATION)
    now_s = 0
    while talk.dialogue.is_open:
        now_s += 4
        talk.hear(HEX("84 9C 00"), now_s)
    assert talk.facts[-1] == TimedOut(Wait.ACKNOWLEDGEMENT)
    assert 900 <= now_s < 910
    assert talk.outcome is Outcome.UNKNOWN


def test_silence_after_the_command_ends_it_unknown():
    talk = Talk()
    talk.start(AUTHORISATION, 10.0)
    assert talk.dialogue.deadline_s() == 15.0
    assert talk.dialogue.tick(14.9) == []
    talk.facts += talk.dialogue.tick(15.0)
    assert talk.facts[-1] == TimedOut(Wait.ACKNOWLEDGEMENT)
    assert talk.outcome is Outcome.UNKNOWN
    assert talk.dialogue.is_spoilt
    with pytest.raises(AssertionError, match="new connection"):
        talk.start(AUTHORISATION, 16.0)


def test_each_intermediate_status_gives_the_customer_more_time():
    talk = paying()
    assert talk.dialogue.deadline_s() == 180.0
    talk.hear(INSERT_CARD, 170.0)
    assert talk.dialogue.deadline_s() == 350.0
    talk.facts += talk.dialogue.tick(350.0)
    assert talk.facts[-1] == TimedOut(Wait.ANSWER)


def test_a_command_has_a_longest_time_however_busy_the_terminal_says_it_is():
    talk = paying()
    for now_s in range(0, 900, 100):
        talk.hear(INSERT_CARD, now_s)
    assert talk.dialogue.deadline_s() == 900.0
    talk.facts += talk.dialogue.tick(900.0)
    assert talk.facts[-1] == TimedOut(Wait.ANSWER)


def test_an_approval_after_the_time_out_is_nobodys():
    """The kernel asks for the last receipt instead."""
    talk = paying()
    talk.facts += talk.dialogue.tick(180.0)
    talk.hear(APPROVED + ENDED, 181.0)
    assert [each.asked for each in talk.facts[-2:]] == [False, False]
    assert talk.outcome is Outcome.UNKNOWN


def test_on_a_silent_serial_line_money_is_not_asked_for_twice():
    talk = Talk(SerialLine())
    talk.start(AUTHORISATION)
    talk.facts += talk.dialogue.tick(1.0)
    assert talk.dialogue.outgoing() == b""
    assert talk.facts[-1] == TimedOut(Wait.LINE)
    assert talk.outcome is Outcome.UNKNOWN


def test_a_lost_connection_ends_the_command_unknown():
    for said in (b"", INSERT_CARD, APPROVED, DECLINED):
        talk = paying()
        talk.hear(said)
        talk.facts += talk.dialogue.lose()
        assert talk.facts[-1] == Lost()
        assert talk.outcome is Outcome.UNKNOWN
    assert talk.dialogue.lose() == []


def test_a_cancel_is_a_wish_and_the_answer_to_the_payment_its_outcome():
    talk = paying()
    talk.facts += talk.dialogue.cancel(1.0)
    assert talk.dialogue.outgoing() == HEX("06 B0 00")
    assert talk.hear(OK) == b""
    assert talk.facts[-2:] == [CancelSent(), CancelTaken()]
    assert talk.outcome is Outcome.UNKNOWN
    talk.hear(STOPPED)
    assert talk.outcome is Outcome.DECLINED


def test_a_cancel_that_crosses_an_approval_loses():
    talk = paying()
    talk.facts += talk.dialogue.cancel(1.0)
    talk.dialogue.outgoing()
    talk.hear(APPROVED + OK)
    assert talk.keep() == OK
    talk.hear(ENDED)
    assert talk.outcome is Outcome.APPROVED


def test_a_cancel_may_be_refused_or_answered_after_the_end():
    talk = paying()
    talk.dialogue.cancel(1.0)
    talk.hear(HEX("84 83 00"))
    assert talk.facts[-1] == CancelTaken(refused=0x83)
    talk.dialogue.cancel(1.0)
    talk.hear(STOPPED + OK)
    assert talk.facts[-1] == CancelTaken()
    assert talk.dialogue.cancel(2.0) == []


def test_a_late_answer_to_a_cancel_is_not_taken_for_that_to_the_next_command():
    talk = paying()
    talk.dialogue.cancel(1.0)
    talk.hear(STOPPED)
    talk.dialogue.outgoing()
    talk.start(REGISTRATION, 2.0)
    talk.hear(OK, 2.1)
    assert talk.facts[-1] == CancelTaken()
    talk.hear(OK, 2.2)
    assert talk.facts[-1] == Acked()


def test_an_acknowledgement_that_nobody_waits_for_is_named():
    talk = Talk()
    talk.hear(OK + HEX("84 9C 00"))
    assert talk.facts == [Unexpected(), Unexpected()]


def test_a_line_that_fails_while_nothing_is_open_puts_nothing_in_doubt():
    talk = Talk(SerialLine())
    talk.hear(frame(Apdu(b"\x04\xff", b"\x0a")))
    for now_s in (1.0, 2.0, 3.0):
        talk.facts += talk.dialogue.tick(now_s)
    assert talk.kinds == [Intermediate]
    assert not talk.dialogue.is_spoilt


def test_what_nobody_waits_for_needs_no_answer():
    talk = paying()
    assert talk.keep() == b""
    assert talk.dialogue.deadline_s() is not None
    assert Talk().dialogue.deadline_s() is None


def test_waits_can_be_set():
    dialogue = Dialogue(TcpLine(), timings=Timings(acknowledge_s=2.0))
    dialogue.start(AUTHORISATION, 0.0)
    assert dialogue.deadline_s() == 2.0

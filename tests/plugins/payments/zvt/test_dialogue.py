"""What is said between till and terminal: golden dialogues to the byte, and what is unusual."""

from __future__ import annotations

import pytest

from posframe_payments.zvt import commands
from posframe_payments.zvt.facts import (
    Aborted,
    Acked,
    Completed,
    Intermediate,
    PrintBlock,
    ReceiptKind,
    Sent,
    Status,
    StatusAnswered,
    Unreadable,
    Unsupported,
)
from posframe_payments.zvt.outcomes import Outcome, has_completed, result_of
from posframe_payments.zvt.results import result_words
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


def test_a_registration_to_the_byte():
    talk = Talk()
    assert talk.start(REGISTRATION) == HEX(
        "06 00 10 00 00 00 BE 09 78 03 01 06 06 26 04 0A 02 06 D3"
    )
    assert talk.hear(OK) == b""
    assert talk.hear(HEX("06 0F 0A 19 00 29 28 00 48 69 49 09 78")) == OK
    assert talk.facts == [
        Sent("registration"),
        Acked(),
        Completed(terminal="28004869", currency=978, status_byte=0),
    ]
    assert has_completed(talk.facts)


def test_a_payment_to_the_byte():
    """The approving status is answered when the till has written it down, and not before."""
    talk = Talk()
    assert talk.start(AUTHORISATION) == HEX("06 01 0C 04 00 00 00 00 17 49 49 09 78 06 00")
    assert talk.hear(OK) == b""
    assert talk.hear(INSERT_CARD) == OK
    assert talk.hear(APPROVED) == b""
    assert talk.outcome is Outcome.PROVISIONAL
    assert talk.keep() == OK
    assert talk.outcome is Outcome.PROVISIONAL
    assert talk.hear(ENDED) == OK
    assert talk.outcome is Outcome.APPROVED
    status = Status(
        result=0, words="done", amount_minor=1749, receipt=42, card_name="MASTERCARD", raw=APPROVED
    )
    assert talk.facts == [
        Sent("authorisation"),
        Acked(),
        Intermediate(0x0A, "Customer presents the card", "Please present your card"),
        status,
        StatusAnswered(keep=True),
        Completed(),
    ]
    assert result_of(talk.facts) == status


def test_a_payment_to_the_byte_on_a_serial_line():
    talk = Talk(SerialLine())
    assert talk.start(AUTHORISATION) == frame(AUTHORISATION.apdu)
    said = b"\x06" + HEX("10 02 80 00 00 10 03 F5 1F")
    assert talk.hear(said) == b"\x06"
    assert talk.facts == [Sent("authorisation"), Acked()]


def test_a_payment_stopped_by_the_customer_is_declined():
    talk = paying()
    said = HEX("04 0F 1E 27 6C 29 28 00 48 69 3C F0 F1 F9") + b"Abbruch durch Kunde"
    assert talk.hear(said) == OK
    assert talk.outcome is Outcome.UNKNOWN
    assert talk.hear(STOPPED) == OK
    assert talk.facts[-1] == Aborted(code=0x6C, words=result_words(0x6C))
    assert talk.outcome is Outcome.DECLINED


def test_a_till_that_cannot_keep_the_money_wishes_it_back():
    """84 66 is a wish; only what is read back later tells whether it was followed."""
    talk = paying()
    talk.hear(APPROVED)
    assert talk.keep(keep=False) == HEX("84 66 00")
    talk.hear(HEX("06 1E 01 6C"))
    assert talk.outcome is Outcome.UNKNOWN


def test_two_statuses_are_answered_twice():
    talk = paying()
    assert talk.hear(APPROVED + APPROVED) == b""
    assert talk.keep() == OK + OK
    talk.hear(ENDED)
    assert talk.outcome is Outcome.APPROVED


def test_a_declining_status_beside_one_that_waits_is_answered_at_once():
    talk = paying()
    talk.hear(APPROVED)
    assert talk.hear(DECLINED) == OK
    assert talk.keep() == OK


def test_whatever_is_printed_is_taken_and_acknowledged():
    talk = paying()
    body = HEX("1F 07 01 02 25 06 07 01 41 09 01 81")
    text = HEX("06 D3 FF 0E 00 06 0C") + body
    assert talk.hear(text) == OK
    assert talk.facts[-1] == PrintBlock(kind=ReceiptKind.CUSTOMER, lines=("A",), ended=True)
    assert talk.hear(HEX("06 D1 00")) == OK
    assert talk.facts[-1] == Unreadable("print line")


def test_a_late_intermediate_status_changes_nothing():
    talk = paying()
    talk.hear(APPROVED)
    talk.keep()
    talk.hear(ENDED)
    assert talk.hear(INSERT_CARD) == OK
    assert talk.facts[-1].asked is False
    assert talk.outcome is Outcome.APPROVED


def test_a_terminal_that_forgets_to_acknowledge_is_understood():
    talk = Talk()
    talk.start(AUTHORISATION)
    talk.hear(INSERT_CARD)
    talk.hear(APPROVED, 100.0)
    talk.keep()
    talk.hear(ENDED, 101.0)
    assert talk.outcome is Outcome.APPROVED


def test_a_payment_begun_at_the_terminal_is_nobodys():
    """It waits for the till's word as any other approval, and is marked as not asked for."""
    talk = Talk()
    assert talk.hear(APPROVED) == b""
    assert talk.facts[0].asked is False
    assert talk.keep(keep=False) == HEX("84 66 00")
    assert talk.hear(ENDED) == OK
    assert talk.facts[-1] == Completed(asked=False)
    assert talk.outcome is Outcome.UNKNOWN


def test_a_status_during_a_registration_is_nobodys_either():
    talk = Talk()
    talk.start(REGISTRATION)
    assert talk.hear(OK + APPROVED) == b""
    assert talk.facts[-1].asked is False
    assert talk.dialogue.awaits_decision


def test_the_receipt_of_a_repeat_is_acknowledged_at_once():
    """There is nothing to decide about it."""
    talk = Talk()
    talk.start(commands.repeat_receipt(0))
    talk.hear(OK)
    assert talk.hear(APPROVED) == OK
    assert talk.hear(ENDED) == OK
    assert talk.outcome is Outcome.APPROVED


def test_logging_off_ends_with_its_acknowledgement():
    talk = Talk()
    assert talk.start(commands.log_off()) == HEX("06 02 00")
    talk.hear(OK)
    assert talk.facts == [Sent("log-off"), Acked()]
    assert not talk.dialogue.is_open


def test_84_00_is_an_acknowledgement_too():
    talk = Talk()
    talk.start(AUTHORISATION)
    talk.hear(HEX("84 00 00"))
    assert talk.facts[-1] == Acked()


def test_what_is_not_supported_is_refused_in_words_of_the_protocol():
    talk = paying()
    assert talk.hear(HEX("04 0D 01 00")) == HEX("84 83 00")
    assert talk.facts[-1] == Unsupported("04 0D")


def test_an_aborted_payment_that_was_approved_before_is_unknown():
    """The money may have been given back by the terminal, or not."""
    talk = paying()
    talk.hear(APPROVED)
    talk.keep()
    talk.hear(STOPPED)
    assert talk.outcome is Outcome.UNKNOWN


def test_one_command_at_a_time():
    talk = paying()
    with pytest.raises(AssertionError, match="one command"):
        talk.start(REGISTRATION)

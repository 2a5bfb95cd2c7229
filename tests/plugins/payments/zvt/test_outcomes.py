"""What the facts of a command prove: never more than was said, and nothing amid noise."""

from __future__ import annotations

import random

import pytest

from posframe_payments.zvt.apdu import Apdu
from posframe_payments.zvt.facts import (
    Refused,
)
from posframe_payments.zvt.framing import TcpLine
from posframe_payments.zvt.outcomes import Outcome, has_completed, outcome_of, result_of
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


def test_two_statuses_that_differ_prove_nothing():
    other = APPROVED.replace(HEX("17 49"), HEX("27 49"))
    for first, second in ((APPROVED, other), (APPROVED, DECLINED), (DECLINED, APPROVED)):
        talk = paying()
        talk.hear(first)
        talk.hear(second)
        talk.keep()
        talk.hear(ENDED)
        assert talk.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("code", "outcome"),
    [(0x83, Outcome.REFUSED), (0x6B, Outcome.REFUSED), (0x9A, Outcome.REFUSED),
     (0xA0, Outcome.UNKNOWN), (0x66, Outcome.UNKNOWN), (0xFF, Outcome.UNKNOWN)],
)  # fmt: skip
def test_a_command_that_is_refused_began_nothing_unless_the_terminal_is_busy(code, outcome):
    """Busy may be the answer to a request of ours that is under way."""
    talk = Talk()
    talk.start(AUTHORISATION)
    assert talk.hear(bytes((0x84, code, 0))) == b""
    assert talk.facts[-1] == Refused(code, result_words(code))
    assert talk.outcome is outcome


@pytest.mark.parametrize("said", ["06 1E 00", "06 1E 01 00", "06 1E 01 A0", "06 1E 01 9C"])
def test_an_abort_without_a_reason_or_because_it_is_busy_is_unknown(said):
    talk = paying()
    talk.hear(HEX(said))
    assert talk.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    "said",
    [
        ENDED,
        HEX("04 0F 00 06 0F 00"),
        HEX("04 0F 07 04 00 00 00 00 17 49 06 0F 00"),
        HEX("04 0F 03 27 05 99 06 0F 00"),
        HEX("04 0F 03 27 05 99 06 1E 01 05"),
        HEX("04 0F 02 27 05 06 0F 01 99"),
        b"noise" + DECLINED + ENDED,
        DECLINED + b"\xff" + STOPPED,
    ],
)
def test_what_is_malformed_or_missing_is_unknown_never_declined(said):
    talk = paying()
    talk.hear(said)
    assert not talk.dialogue.is_open
    assert talk.outcome is Outcome.UNKNOWN


def test_an_approval_among_noise_is_unknown_on_a_line_without_checksums():
    talk = paying()
    talk.hear(b"noise" + APPROVED)
    talk.keep()
    talk.hear(ENDED)
    assert talk.outcome is Outcome.UNKNOWN


def test_noise_between_frames_of_a_serial_line_harms_nothing():
    talk = Talk(SerialLine())
    talk.start(AUTHORISATION)
    talk.hear(b"\x06\xff\xff")
    for said in (OK, DECLINED, STOPPED):
        control, data = said[:2], said[3:]
        talk.hear(b"\x00" + frame(Apdu(control, data)) + b"\x06")
    assert talk.outcome is Outcome.DECLINED


def test_a_million_bytes_of_noise_prove_nothing():
    for line in (TcpLine(), SerialLine()):
        talk, noise = paying(line), random.Random(10).randbytes(1_000_000)
        for at in range(0, len(noise), 4096):
            talk.hear(noise[at : at + 4096], at / 1e6)
            talk.keep()
        assert talk.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("said", [STOPPED, DECLINED + STOPPED, DECLINED + ENDED])
def test_a_decline_before_the_command_was_taken_may_be_that_of_another(said):
    """What was under way comes to its end before the terminal answers: this one goes on."""
    talk = Talk()
    talk.start(AUTHORISATION)
    talk.hear(said)
    assert not talk.dialogue.is_open
    assert talk.outcome is Outcome.UNKNOWN


def test_a_terminal_that_ends_well_although_the_money_was_refused_is_not_believed():
    """It may have taken the wish or not: the last receipt tells."""
    talk = paying()
    talk.hear(APPROVED)
    talk.keep(keep=False)
    talk.hear(ENDED)
    assert talk.outcome is Outcome.UNKNOWN


def test_a_command_refused_after_it_was_begun_is_unknown():
    talk = Talk()
    talk.start(AUTHORISATION)
    talk.hear(INSERT_CARD + HEX("84 6B 00"))
    assert talk.outcome is Outcome.UNKNOWN


def test_a_registration_is_done_only_if_it_was_taken():
    talk = Talk()
    talk.start(REGISTRATION)
    talk.hear(ENDED)
    assert not has_completed(talk.facts)


def test_no_command_proves_nothing():
    assert outcome_of([]) is Outcome.UNKNOWN
    assert result_of([]) is None
    assert not has_completed([])

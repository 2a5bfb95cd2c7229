"""ZVT on a serial line: frames to the byte, checksums that look like marks, lost answers, noise."""

from __future__ import annotations

import binascii
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe_payments.zvt.apdu import POSITIVE, Apdu, read_apdu
from posframe_payments.zvt.commands import (
    PRINT_TEXT_BLOCK,
    USUAL_CONFIG,
    authorisation,
    registration,
)
from posframe_payments.zvt.facts import Noise, TimedOut, Wait
from posframe_payments.zvt.serial_line import SerialLine, crc16, frame, read_frame

HEX = bytes.fromhex
ACK, NAK = b"\x06", b"\x15"

REFERENCE = {
    "registration of a till": (
        registration(123456, 0xBA, permits=None).apdu,
        "10 02 06 00 06 12 34 56 BA 09 78 10 03 24 C3",
    ),
    "acknowledgement": (POSITIVE, "10 02 80 00 00 10 03 F5 1F"),
    "amount with a doubled 10": (
        authorisation(11000, currency=978).apdu,
        "10 02 06 01 0A 04 00 00 00 01 10 10 00 49 09 78 10 03 F2 FF",
    ),
    "registration with text blocks": (
        registration(0, USUAL_CONFIG, service=1, permits=(PRINT_TEXT_BLOCK,)).apdu,
        "10 02 06 00 10 10 00 00 00 BE 09 78 03 01 06 06 26 04 0A 02 06 D3 10 03 D7 DE",
    ),
    "payment of 17.49": (
        authorisation(1749).apdu,
        "10 02 06 01 07 04 00 00 00 00 17 49 10 03 19 8C",
    ),
}
TORTURE = {
    44683: "10 02 06 01 07 04 00 00 00 04 46 83 10 03 10 10",
    29792: "10 02 06 01 07 04 00 00 00 02 97 92 10 03 10 02",
    92739: "10 02 06 01 07 04 00 00 00 09 27 39 10 03 10 03",
    58250: "10 02 06 01 07 04 00 00 00 05 82 50 10 03 03 10",
}


def heard(line, data, now_s=0.0):
    return line.feed(data, now_s), line.outgoing()


@pytest.mark.parametrize("name", REFERENCE)
def test_reference_frames_are_written_and_read_byte_for_byte(name):
    apdu, expected = REFERENCE[name]
    assert frame(apdu) == HEX(expected)
    assert heard(SerialLine(), HEX(expected)) == ([apdu], ACK)


@pytest.mark.parametrize("amount_minor", TORTURE)
def test_a_checksum_that_looks_like_a_mark_ends_its_frame_where_it_should(amount_minor):
    """Its bytes are 10 10, 10 02, 10 03 or 03 10, and are never doubled."""
    apdu = authorisation(amount_minor).apdu
    data = HEX(TORTURE[amount_minor])
    assert frame(apdu) == data
    assert heard(SerialLine(), data) == ([apdu], ACK)
    assert heard(SerialLine(), data * 2) == ([apdu, apdu], ACK * 2)
    line = SerialLine()
    one_by_one = [each for byte in data for each in line.feed(bytes((byte,)), 0.0)]
    assert one_by_one == [apdu]


def test_the_checksum_is_the_one_of_kermit():
    assert crc16(b"123456789") == 0x2189


@given(st.binary(max_size=300))
def test_the_checksum_agrees_with_another_library_read_backwards(data):
    """KERMIT is the reflection of the CRC that Python's binascii has."""
    turned = bytes(int(f"{each:08b}"[::-1], 2) for each in data)
    assert crc16(data) == int(f"{binascii.crc_hqx(turned, 0):016b}"[::-1], 2)


@given(st.binary(max_size=600), st.lists(st.integers(0, 700), max_size=5))
def test_what_is_framed_is_read_however_it_is_cut(data, cuts):
    apdu = Apdu(b"\x06\xd3", data)
    text = frame(apdu)
    line, found = SerialLine(), []
    for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(text)], strict=True):
        found += line.feed(text[start:end], 0.0)
    assert found == [apdu]
    assert line.outgoing() == ACK


def test_only_bytes_10_of_the_message_are_doubled():
    """Not in the length of 16 bytes alone: it is part of the message."""
    apdu = Apdu(b"\x06\xd1", b"\x10\x02\x10\x03" + bytes(12))
    text = frame(apdu)
    assert text.startswith(HEX("10 02 06 D1 10 10 10 10 02 10 10 03"))
    assert read_frame(text, 0) == (len(text), apdu.to_bytes())


def test_a_frame_with_a_wrong_checksum_is_refused_and_the_next_try_is_read():
    good = HEX(TORTURE[44683])
    line = SerialLine()
    assert heard(line, good[:-1] + b"\x11") == ([Noise(len(good), checked=True)], NAK)
    assert heard(line, good) == ([authorisation(44683).apdu], ACK)


@pytest.mark.parametrize("bit", range(8))
def test_one_wrong_bit_anywhere_never_makes_another_message(bit):
    good = frame(authorisation(1749).apdu)
    for at in range(len(good)):
        spoilt = bytearray(good)
        spoilt[at] ^= 1 << bit
        line = SerialLine()
        found = line.feed(bytes(spoilt), 0.0)
        found += line.tick(1.0)
        assert all(isinstance(each, Noise) for each in found)
        assert line.feed(good, 2.0)[-1] == authorisation(1749).apdu


def test_half_a_frame_is_given_up_after_two_tenths_of_a_second():
    good = frame(POSITIVE)
    for cut in range(2, len(good)):
        line = SerialLine()
        assert line.feed(good[:cut], 10.0) == []
        assert line.deadline_s() == pytest.approx(10.2)
        assert line.tick(10.19) == []
        assert line.tick(10.2) == [Noise(cut, checked=True)]
        assert line.outgoing() == NAK
        assert line.feed(good, 10.3) == [POSITIVE]


def test_a_refused_frame_is_sent_three_times_at_most():
    line = SerialLine()
    line.send(POSITIVE, 0.0)
    for _ in range(3):
        assert line.outgoing() == frame(POSITIVE)
        found = line.feed(NAK, 0.1)
    assert found == [TimedOut(Wait.LINE)]
    assert line.outgoing() == b""


def test_a_frame_that_nobody_answers_is_sent_again_after_a_second():
    line = SerialLine()
    line.send(POSITIVE, 0.0)
    assert line.outgoing() == frame(POSITIVE)
    assert line.tick(0.9) == []
    assert line.outgoing() == b""
    assert line.deadline_s() == 1.0
    line.tick(1.0)
    assert line.outgoing() == frame(POSITIVE)
    assert line.feed(ACK, 1.1) == []
    assert line.deadline_s() is None


def test_money_is_asked_for_once_unless_the_terminal_says_that_it_did_not_take_it():
    """Silence may be a lost ACK: the same frame again could charge twice."""
    apdu = authorisation(1749).apdu
    line = SerialLine()
    line.send(apdu, 0.0, once=True)
    assert line.outgoing() == frame(apdu)
    assert line.tick(1.0) == [TimedOut(Wait.LINE)]
    assert line.outgoing() == b""
    line.send(apdu, 2.0, once=True)
    line.outgoing()
    line.feed(NAK, 2.1)
    assert line.outgoing() == frame(apdu)


def test_whoever_answers_has_heard_though_the_ack_was_lost():
    line = SerialLine()
    line.send(authorisation(1749).apdu, 0.0)
    line.outgoing()
    assert heard(line, frame(POSITIVE), 0.5) == ([POSITIVE], ACK)
    assert line.tick(5.0) == []
    assert line.outgoing() == b""


def test_frames_wait_for_each_other():
    line = SerialLine()
    line.send(POSITIVE, 0.0)
    line.send(authorisation(1).apdu, 0.0)
    assert line.outgoing() == frame(POSITIVE)
    line.feed(ACK, 0.1)
    assert line.outgoing() == frame(authorisation(1).apdu)


def test_a_message_whose_length_is_wrong_is_acknowledged_and_not_believed():
    """It arrived as it was sent. Unlike noise of the line, it may have been a message."""
    body = HEX("04 0F 05 27 00")
    check = crc16(body + b"\x03").to_bytes(2, "little")
    text = b"\x10\x02" + body + b"\x10\x03" + check
    assert read_apdu(body) is None
    assert heard(SerialLine(), text) == ([Noise(len(text))], ACK)


def test_a_million_bytes_of_noise_pass_and_the_next_frame_is_read():
    line, noise = SerialLine(), random.Random(8).randbytes(1_000_000)
    for at in range(0, len(noise), 4096):
        for each in line.feed(noise[at : at + 4096], at / 1e6):
            assert isinstance(each, Noise)
        line.outgoing()
    line.tick(10.0)
    line.outgoing()
    assert heard(line, frame(POSITIVE), 11.0) == ([POSITIVE], ACK)


@given(st.binary(max_size=200))
def test_after_any_noise_and_a_pause_the_next_frame_is_read(noise):
    line = SerialLine()
    line.feed(noise, 0.0)
    line.tick(1.0)
    assert line.feed(frame(POSITIVE), 2.0) == [POSITIVE]

"""ZVT on TCP: messages cut and joined, long lengths, what terminals say first of all."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe_payments.zvt.apdu import POSITIVE, Apdu, read_apdu, size_of
from posframe_payments.zvt.facts import Noise
from posframe_payments.zvt.framing import GAP_S, TcpLine

HEX = bytes.fromhex
COMPLETION = Apdu(b"\x06\x0f")
BLOCK = Apdu(b"\x06\xd3", b"\x00" * 700)
STREAM = [POSITIVE, Apdu(b"\x04\xff", b"\x0a"), BLOCK, Apdu(b"\x84\x9c"), COMPLETION]


@pytest.mark.parametrize("size", [0, 1, 254, 255, 256, 65535])
def test_a_length_of_255_and_more_takes_three_bytes_the_lower_first(size):
    data = Apdu(b"\x06\xd3", bytes(size)).to_bytes()
    head = bytes((size,)) if size < 255 else b"\xff" + bytes((size % 256, size // 256))
    assert data == b"\x06\xd3" + head + bytes(size)
    assert read_apdu(data) == Apdu(b"\x06\xd3", bytes(size))
    assert size_of(data[:2]) is None


def test_a_short_message_with_a_long_length_is_read():
    assert read_apdu(HEX("06 D3 FF 02 00 01 02")) == Apdu(b"\x06\xd3", b"\x01\x02")


@given(st.lists(st.integers(0, 730), max_size=12))
def test_messages_are_the_same_however_they_are_cut(cuts):
    text = b"".join(each.to_bytes() for each in STREAM)
    line, found = TcpLine(), []
    for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(text)], strict=True):
        found += line.feed(text[start:end], 0.0)
    assert found == STREAM


def test_bytes_one_by_one_say_the_same():
    line, text = TcpLine(), b"".join(each.to_bytes() for each in STREAM)
    assert [each for byte in text for each in line.feed(bytes((byte,)), 0.0)] == STREAM


def test_a_greeting_is_noise_and_the_first_answer_is_read():
    """A Yomani says something of its own when it is called."""
    line = TcpLine()
    assert line.feed(b"YOMANI XR 4.1\r\n\x00\xff", 0.0) == [Noise(17)]
    assert line.feed(b"\x01hello" + POSITIVE.to_bytes(), 1.0) == [Noise(6), POSITIVE]


def test_bytes_that_no_terminal_begins_a_message_with_hold_up_nothing():
    """04 05 and 06 07 look like control fields and are none: what follows is read at once."""
    for noise in (HEX("04 05 20"), HEX("06 07 FF"), HEX("80 01 00"), HEX("84")):
        assert TcpLine().feed(noise + COMPLETION.to_bytes(), 0.0)[-1] == COMPLETION


def test_an_acknowledgement_has_no_data():
    assert TcpLine().feed(HEX("80 00 05 06 0F 00"), 0.0) == [Noise(3), COMPLETION]


def test_half_a_message_is_given_up_after_a_gap():
    line, data = TcpLine(), BLOCK.to_bytes()
    assert line.feed(data[:100], 10.0) == []
    assert line.deadline_s() == 10.0 + GAP_S
    assert line.tick(14.9) == []
    assert line.tick(15.0) == [Noise(100)]
    assert line.deadline_s() is None
    assert line.feed(COMPLETION.to_bytes(), 15.0) == [COMPLETION]


def test_what_is_sent_goes_out_once():
    line = TcpLine()
    line.send(POSITIVE, 0.0, once=True)
    line.send(COMPLETION, 0.0)
    assert line.outgoing() == HEX("80 00 00 06 0F 00")
    assert line.outgoing() == b""


def test_a_million_bytes_of_noise_pass_and_the_next_message_is_read():
    line, noise = TcpLine(), random.Random(9).randbytes(1_000_000)
    for at in range(0, len(noise), 4096):
        line.feed(noise[at : at + 4096], 0.0)
    line.tick(100.0)
    assert line.feed(COMPLETION.to_bytes(), 101.0) == [COMPLETION]


@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=4))
def test_no_byte_of_noise_is_lost_or_counted_twice(data, cuts):
    line, counted = TcpLine(), 0
    found = []
    for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(data)], strict=True):
        found += line.feed(data[start:end], 0.0)
    for each in [*found, *line.tick(9.0)]:
        if isinstance(each, Noise):
            counted += each.length
        else:
            # A length may be written in three bytes though one would do.
            longer = {len(each.to_bytes()), len(each.to_bytes()) + 2}
            counted += min(longer) if min(longer) in _sizes(data, each) else max(longer)
    assert counted == len(data)


def _sizes(data, apdu):
    return {len(apdu.to_bytes())} if apdu.to_bytes() in data else set()

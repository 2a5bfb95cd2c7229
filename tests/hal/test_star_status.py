"""What a Star printer sends: every bit means what the maker's tables say."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.hal.codecs.printer_status import PrinterStatus
from posframe.hal.codecs.star_status import (
    COUNT,
    GAP_S,
    STATUS_REQUEST,
    StarStatus,
    StarStatusCodec,
    automatic_status_request,
)
from posframe.hal.facts import WireNoise

HEX = bytes.fromhex
IDLE = HEX("23 06 00 00 00 00 00 00 00")


def told(code):
    (status,) = StarStatusCodec().feed(HEX(code), 0)
    return status


def test_requests_are_those_of_the_tables():
    assert HEX("1B0601") == STATUS_REQUEST
    assert HEX("17") == COUNT
    assert automatic_status_request(on=True) == HEX("1B1E6101")
    assert automatic_status_request(on=False) == HEX("1B1E6100")


@pytest.mark.parametrize(
    ("head", "length"),
    [("0F", 7), ("21", 8), ("23", 9), ("25", 10), ("27", 11), ("29", 12), ("2B", 13), ("2D", 14),
     ("2F", 15)],
)  # fmt: skip
def test_the_first_byte_says_how_long_the_block_is(head, length):
    block = HEX(head) + b"\x02" + bytes(length - 2)
    assert StarStatusCodec().feed(block, 0) == [StarStatus(block)]
    assert StarStatusCodec().feed(block[:-1], 0) == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("23 06 00 00 00 00 00 00 00", {}),
        ("23 06 04 00 00 00 00 00 00", {"drawer_pin_high": True}),
        ("23 06 28 00 00 00 00 00 00", {"online": False, "cover_open": True}),
        ("23 06 08 08 00 00 00 00 00", {"online": False, "cutter_error": True}),
        ("23 06 08 20 00 00 00 00 00", {"online": False, "unrecoverable": True}),
        ("23 06 08 04 00 00 00 00 00", {"online": False, "unrecoverable": True}),
        ("23 06 08 40 00 00 00 00 00", {"online": False, "overheated": True}),
        ("23 06 00 00 00 04 00 00 00", {"paper": "near end"}),
        ("23 06 00 00 00 02 00 00 00", {"paper": "near end"}),
        ("23 06 08 00 00 0C 00 00 00", {"online": False, "paper": "out"}),
        ("0F 02 08 00 00 08 00", {"online": False, "paper": "out"}),
        ("23 86 00 00 00 00 00 00 00", {}),
    ],
)
def test_each_bit_means_one_thing(code, expected):
    plain = {"paper": "ok", "drawer_pin_high": False}
    assert told(code).printer_status() == PrinterStatus(**{**plain, **expected})


@pytest.mark.parametrize(
    ("byte", "count"), [("00", 0), ("02", 1), ("0E", 7), ("20", 8), ("40", 16), ("6E", 31)]
)
def test_the_count_of_etb_stands_in_the_eighth_byte(byte, count):
    status = told(f"23 06 02 00 00 00 00 {byte} 00")
    assert (status.counter, status.counted) == (count, True)


def test_an_older_model_does_not_count():
    status = told("0F 02 00 00 00 00 00")
    assert (status.counter, status.counted) == (None, False)


def test_a_block_cut_off_is_noticed_where_the_next_one_begins():
    assert StarStatusCodec().feed(HEX("23 06 00") + IDLE, 0) == [
        WireNoise(3, HEX("230600")),
        StarStatus(IDLE),
    ]


def test_flow_control_may_come_anywhere():
    assert StarStatusCodec().feed(HEX("13") + IDLE[:4] + HEX("11") + IDLE[4:], 0) == [
        StarStatus(IDLE)
    ]


def test_half_a_block_is_dropped_after_a_gap():
    codec = StarStatusCodec()
    assert codec.feed(IDLE[:5], 1.0) == []
    assert codec.deadline_s() == 1.0 + GAP_S
    assert codec.tick(1.0 + GAP_S / 2) == []
    assert codec.tick(1.0 + GAP_S) == [WireNoise(5, IDLE[:5])]
    assert codec.deadline_s() is None
    codec.feed(IDLE[:5], 2.0)
    assert codec.feed(IDLE, 3.0) == [WireNoise(5, IDLE[:5]), StarStatus(IDLE)]


@given(st.lists(st.one_of(st.just(IDLE), st.binary(max_size=6)), max_size=8), st.data())
def test_pieces_of_any_size_mean_the_same(parts, data):
    stream = b"".join(parts)
    whole = [each for each in StarStatusCodec().feed(stream, 0) if isinstance(each, StarStatus)]
    cut = data.draw(st.lists(st.integers(0, len(stream)), max_size=6).map(sorted))
    codec, pieces = StarStatusCodec(), []
    for start, end in zip([0, *cut], [*cut, len(stream)], strict=True):
        pieces += codec.feed(stream[start:end], 0)
    assert [each for each in pieces if isinstance(each, StarStatus)] == whole


@given(st.binary(max_size=200))
def test_after_any_noise_and_a_gap_the_next_block_is_read(noise):
    codec = StarStatusCodec()
    codec.feed(noise, 0)
    assert codec.feed(IDLE, 1.0)[-1] == StarStatus(IDLE)


@pytest.mark.slow
def test_a_million_bytes_of_noise_are_survived():
    chance = random.Random(1)
    codec = StarStatusCodec()
    for at in range(250):
        codec.feed(chance.randbytes(4000), at * 0.001)
        assert len(codec._half) < 16  # white box: memory must not grow
        assert not codec._noise
    assert codec.feed(IDLE, 10)[-1] == StarStatus(IDLE)

"""What an ESC/POS printer sends: every byte means what the command tables say, or nothing."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.hal.codecs.escpos_status import (
    CLEAR_BUFFERS,
    GAP_S,
    AutomaticStatus,
    Block,
    BuffersCleared,
    EscposStatusCodec,
    FlowControl,
    InOrderReply,
    ProcessReply,
    RealTimeReply,
    automatic_status_request,
    buzzer,
    in_order_request,
    process_request,
    process_tag,
    real_time_pulse,
    real_time_request,
    status_of,
    with_reply,
)
from posframe.hal.codecs.printer_status import PrinterStatus
from posframe.hal.facts import WireNoise

HEX = bytes.fromhex
IDLE = AutomaticStatus(HEX("10000000"))
TAGGED = (HEX("3722 30303031 00"), ProcessReply(b"0001"))


def codec(n=None, in_order=0):
    made = EscposStatusCodec()
    made.expect_real_time(n)
    for _ in range(in_order):
        made.expect_in_order()
    return made


def told(*replies, status=None):
    """Return what answers to DLE EOT, as (n, hex) pairs, say of a printer."""
    status = status or PrinterStatus()
    for n, code in replies:
        (reply,) = codec(n).feed(HEX(code), 0)
        status = with_reply(status, reply)
    return status


def test_requests_are_those_of_the_tables():
    assert real_time_request(1) == HEX("100401")
    assert real_time_request(4) == HEX("100404")
    assert automatic_status_request() == HEX("1D61FF")
    assert automatic_status_request(0) == HEX("1D6100")
    assert in_order_request() == HEX("1D7201")
    assert process_request(b"0001") == HEX("1D2848 0600 3030 30303031")
    assert HEX("101408 01031401060208") == CLEAR_BUFFERS
    assert buzzer(3, 2) == HEX("1B420302")
    assert buzzer(0, 99) == HEX("1B420109")


@pytest.mark.parametrize(
    ("pin", "on_ms", "code"),
    [(2, 50, "1014010001"), (5, 100, "1014010101"), (2, 110, "1014010002"), (2, 9e9, "1014010008")],
)
def test_a_real_time_pulse_is_in_steps_of_a_tenth_of_a_second(pin, on_ms, code):
    assert real_time_pulse(pin, int(on_ms)) == HEX(code)


@given(st.integers(min_value=0, max_value=95**4 - 2))
def test_tags_are_printable_and_differ_from_the_one_before(number):
    tag = process_tag(number)
    assert len(tag) == 4
    assert all(0x20 <= byte <= 0x7E for byte in tag)
    assert tag != process_tag(number + 1)
    assert process_tag(number + 95**4) == tag


def test_answers_to_dle_eot_say_what_was_asked():
    assert codec(4).feed(HEX("72"), 0) == [RealTimeReply(4, 0x72)]
    assert codec(1).feed(HEX("12"), 0) == [RealTimeReply(1, 0x12)]


def test_the_worked_examples_of_an_idle_printer_its_paper_and_its_cover():
    assert told((1, "12")) == PrinterStatus(online=True, drawer_pin_high=False)
    assert told((1, "16")) == PrinterStatus(online=True, drawer_pin_high=True)
    assert told((4, "72")).paper == "out"
    assert told((2, "16")).cover_open


@pytest.mark.parametrize(
    ("replies", "expected"),
    [
        ([(1, "1A")], {"online": False}),
        ([(4, "12")], {"paper": "ok"}),
        ([(4, "1E")], {"paper": "near end"}),
        ([(4, "7E")], {"paper": "out"}),
        ([(1, "1A"), (2, "32")], {"online": False, "paper": "out"}),
        ([(1, "1A"), (3, "1A")], {"online": False, "cutter_error": True}),
        ([(3, "32")], {"unrecoverable": True}),
        ([(3, "52")], {"overheated": True}),
        ([(2, "16"), (1, "12")], {"cover_open": False, "online": True}),
    ],
)
def test_each_bit_of_an_answer_means_one_thing(replies, expected):
    status = told(*replies)
    assert {name: getattr(status, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("10000000", PrinterStatus(paper="ok", drawer_pin_high=False)),
        ("14000000", PrinterStatus(paper="ok", drawer_pin_high=True)),
        ("18000C0F", PrinterStatus(paper="out", drawer_pin_high=False, online=False)),
        ("10000300", PrinterStatus(paper="near end", drawer_pin_high=False)),
        (
            "38000000",
            PrinterStatus(paper="ok", drawer_pin_high=False, online=False, cover_open=True),
        ),
        (
            "18280000",
            PrinterStatus(
                paper="ok",
                drawer_pin_high=False,
                online=False,
                cutter_error=True,
                unrecoverable=True,
            ),
        ),
        (
            "18400000",
            PrinterStatus(paper="ok", drawer_pin_high=False, online=False, overheated=True),
        ),
    ],
)
def test_four_bytes_tell_the_whole_state(code, expected):
    (message,) = codec().feed(HEX(code), 0)
    assert status_of(message) == expected


@pytest.mark.parametrize(
    ("status", "blocking", "warnings", "fault"),
    [
        (PrinterStatus(), (), (), ""),
        (PrinterStatus(paper="near end"), (), ("The paper is near its end",), ""),
        (
            PrinterStatus(paper="out", online=False),
            ("The printer is out of paper",),
            (),
            "paper",
        ),
        (
            PrinterStatus(paper="out", cover_open=True, online=False),
            ("The printer's cover is open", "The printer is out of paper"),
            (),
            "cover",
        ),
        (PrinterStatus(cutter_error=True), ("The cutter is stuck",), (), "cutter"),
        (PrinterStatus(unrecoverable=True), ("The printer reports a fault",), (), "fault"),
        (PrinterStatus(overheated=True), ("The print head is too hot",), (), "heat"),
        (PrinterStatus(online=False), ("The printer is off line",), (), "offline"),
    ],
)
def test_a_cashier_is_told_in_words(status, blocking, warnings, fault):
    conditions = status.conditions()
    assert (conditions.blocking, conditions.warnings, status.fault) == (blocking, warnings, fault)
    assert bool(status.hint) is bool(fault)


def test_everything_may_come_in_one_piece():
    data = HEX("12 10000000 00") + TAGGED[0] + HEX("13 372500 5F455000 11")
    assert codec(1, in_order=1).feed(data, 0) == [
        RealTimeReply(1, 0x12),
        IDLE,
        InOrderReply(0x00),
        TAGGED[1],
        FlowControl(stop=True),
        BuffersCleared(),
        Block(0x5F, b"EP"),
        FlowControl(stop=False),
    ]


def test_an_answer_nobody_waits_for_is_noise():
    made = codec(1)
    assert made.feed(HEX("12 16"), 0) == [RealTimeReply(1, 0x12), WireNoise(1, b"\x16")]
    assert codec().feed(HEX("00 0F"), 0) == [WireNoise(2, b"\x00\x0f")]
    late = codec(1)
    late.expect_real_time(None)
    assert late.feed(HEX("12"), 0) == [WireNoise(1, b"\x12")]
    forgotten = codec(in_order=2)
    forgotten.forget_in_order()
    assert forgotten.feed(HEX("00"), 0) == [WireNoise(1, b"\x00")]


def test_an_answer_may_interrupt_an_automatic_status():
    assert codec(1).feed(HEX("1000 12 0000"), 0) == [RealTimeReply(1, 0x12), IDLE]


def test_flow_control_may_interrupt_anything():
    assert codec().feed(HEX("10 13 0000 11 00"), 0) == [
        FlowControl(stop=True),
        FlowControl(stop=False),
        IDLE,
    ]
    assert codec().feed(HEX("3722 13 30303031 11 00"), 0)[-1] == TAGGED[1]


def test_a_status_cut_off_ends_where_another_message_begins():
    assert codec().feed(HEX("1000") + TAGGED[0], 0) == [WireNoise(2, b"\x10\x00"), TAGGED[1]]
    assert codec().feed(HEX("1000 10000000"), 0) == [WireNoise(2, b"\x10\x00"), IDLE]
    assert codec().feed(HEX("372230 10000000"), 0) == [WireNoise(3, b"7\x220"), IDLE]


def test_a_block_of_the_wrong_length_is_noise():
    assert codec().feed(HEX("3722 303031 00"), 0) == [WireNoise(6, HEX("372230303100"))]
    assert codec().feed(HEX("372530 00"), 0) == [WireNoise(4, HEX("37253000"))]


@pytest.mark.parametrize("half", ["10", "1000", "100000", "37", "372230", "5F45"])
def test_half_a_message_is_dropped_after_a_gap_and_the_next_one_read(half):
    made = codec(in_order=1)
    assert made.feed(HEX(half), 5.0) == []
    assert made.deadline_s() == 5.0 + GAP_S
    assert made.tick(5.0 + GAP_S / 2) == []
    assert made.tick(5.0 + GAP_S) == [WireNoise(len(HEX(half)), HEX(half))]
    assert made.deadline_s() is None
    assert made.feed(HEX("00"), 6.0) == [InOrderReply(0)]


def test_a_gap_counts_even_where_nobody_ticked():
    made = codec()
    made.feed(HEX("100000"), 0)
    assert made.feed(TAGGED[0], 1.0) == [WireNoise(3, HEX("100000")), TAGGED[1]]


def test_a_block_without_an_end_does_not_grow():
    made = codec()
    found = made.feed(b"\x5f" + b"A" * 10_000, 0)
    assert sum(each.length for each in found) > 9_000
    assert len(made._half) <= 256  # white box: memory must not grow


MESSAGES = st.sampled_from(
    [HEX("10000000"), HEX("38200C0F"), TAGGED[0], HEX("372500"), HEX("11"), HEX("5F414200")]
)


@given(st.lists(st.one_of(MESSAGES, st.binary(max_size=6)), max_size=12), st.data())
def test_pieces_of_any_size_mean_the_same(parts, data):
    stream = b"".join(parts)
    whole = [each for each in codec(1, 1).feed(stream, 0) if not isinstance(each, WireNoise)]
    cut = data.draw(st.lists(st.integers(0, len(stream)), max_size=6).map(sorted))
    made, pieces = codec(1, 1), []
    for start, end in zip([0, *cut], [*cut, len(stream)], strict=True):
        pieces += made.feed(stream[start:end], 0)
    assert [each for each in pieces if not isinstance(each, WireNoise)] == whole


@given(st.binary(max_size=200), st.sampled_from([(HEX("10000000"), IDLE), TAGGED]))
def test_after_any_noise_and_a_gap_the_next_message_is_read(noise, message):
    made = codec()
    made.feed(noise, 0)
    assert made.feed(message[0], 1.0)[-1] == message[1]


def test_every_byte_is_a_message_or_counted_as_noise():
    made = codec()
    counted = 0
    for byte in range(256):
        for each in made.feed(bytes((byte,)), byte):  # a second between any two
            counted += each.length if isinstance(each, WireNoise) else 1
    counted += sum(each.length for each in made.tick(1000))
    assert counted == 256


@pytest.mark.slow
def test_a_million_bytes_of_noise_are_survived():
    chance = random.Random(1)
    made = codec(1, 5)
    for at in range(250):
        made.feed(chance.randbytes(4000), at * 0.001)
        assert len(made._half) <= 256  # white box: memory must not grow
    assert made.feed(TAGGED[0], 10)[-1] == TAGGED[1]

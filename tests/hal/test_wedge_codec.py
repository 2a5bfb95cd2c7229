"""Scanners that type: what their keys spell, ended by Enter or Tab, is a code, at any pace."""

from __future__ import annotations

import random
import struct

import anyio
import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posframe.errors import ConfigurationError, DataError
from posframe.hal.codecs.input_events import InputEventsCodec, KeyMoved, KeysLost, LockLamp
from posframe.hal.codecs.scans import ScanFormat
from posframe.hal.codecs.wedge import Typing, WedgeCodec
from posframe.hal.drivers.wedge_scanner import DRIVER
from posframe.hal.facts import Scan, ScanRejected, WireNoise
from posframe.hal.options import read_options
from posframe.hal.simulators.faults import parse_faults
from posframe.hal.simulators.wedge_scanner import SIMULATOR, SimulatedWedgeScanner
from posframe.hal.transports.simulated import SimulatedTransport
from posframe.testing.hal.kits.inputs import WEDGE
from posframe.testing.hal.workbench import workbench
from posframe.testing.virtual_clock import VIRTUAL_TIME

EAN = "4006381333931"
GS1 = "0109501101530003392299\x1d10AB-123"
ENTER, TAB, SHIFT, J, CTRL = 28, 15, 42, 36, 29
EVENT_BYTES = 24


@pytest.fixture
def anyio_backend():
    return VIRTUAL_TIME


def event(kind, code, value):
    return struct.pack("llHHi", 1_700_000_000, 0, kind, code, value)


SYN = event(0, 0, 0)


def key(code, *values):
    """Return the events of one key going down and up, each with its report."""
    return b"".join(event(1, code, value) + SYN for value in values or (1, 0))


def digits(text):
    return b"".join(key(11 if each == "0" else 1 + int(each)) for each in text)


CODE = digits(EAN) + key(ENTER)


def wedge(**fields):
    return WedgeCodec(Typing(**fields))


def told(codec, data, now_s=0.0):
    found = codec.feed(data, now_s)
    while (due_s := codec.deadline_s()) is not None:
        found += codec.tick(due_s)
    return found


# Input events.


def test_an_event_is_24_bytes_with_the_key_after_the_time():
    data = bytes.fromhex("00E2A76500000000 40E2010000000000 0100 1C00 01000000")
    assert len(data) == EVENT_BYTES
    assert InputEventsCodec().feed(data, 0) == [KeyMoved(28, down=True)]


def test_keys_that_repeat_and_what_is_no_key_say_nothing():
    scan_code, moved, repeated = event(4, 4, 0x70028), event(2, 0, 5), event(1, 30, 2)
    assert InputEventsCodec().feed(scan_code + moved + repeated + SYN, 0) == []


def test_lamps_tell_how_the_locks_stand():
    found = InputEventsCodec().feed(event(0x11, 1, 1) + event(0x11, 0, 0), 0)
    assert found == [LockLamp(1, on=True), LockLamp(0, on=False)]


def test_what_stands_between_lost_events_and_the_next_report_counts_for_nothing():
    lost = event(0, 3, 0)
    data = key(30, 1) + lost + event(1, 31, 1) + event(1, 32, 1) + SYN + key(33, 1)
    expected = [KeyMoved(30, down=True), KeysLost(), KeyMoved(33, down=True)]
    assert InputEventsCodec().feed(data, 0) == expected


def test_half_an_event_that_stays_alone_is_dropped():
    codec = InputEventsCodec()
    assert codec.feed(SYN[:10], 0) == []
    assert codec.feed(key(30, 1), 1) == [WireNoise(10, SYN[:10]), KeyMoved(30, down=True)]
    assert codec.deadline_s() is None


def test_noise_keeps_no_sample_where_keys_are_secret():
    codec = InputEventsCodec(secret=True)
    assert codec.feed(b"\xff" * 48, 0) == [WireNoise(48)]
    codec.feed(b"\xff" * 5, 0)
    assert codec.tick(1) == [WireNoise(5)]


# Codes.


def test_digits_and_enter_are_a_code():
    assert wedge().feed(CODE, 0) == [Scan(EAN)]


@pytest.mark.parametrize(
    ("suffix", "end", "found"),
    [
        ("any", key(ENTER), [Scan("12")]),
        ("any", key(TAB), [Scan("12")]),
        ("any", key(96), [Scan("12")]),  # the Enter of the number pad
        ("any", key(ENTER) + key(ENTER), [Scan("12")]),
        ("any", key(ENTER) + key(CTRL, 1) + key(J) + key(CTRL, 0), [Scan("12")]),
        ("CR", key(TAB) + key(ENTER), [Scan("12\t")]),
        ("TAB", key(TAB), [Scan("12")]),
        ("none", b"", [Scan("12")]),
        ("any", b"", [ScanRejected("Its end did not come", 2)]),
    ],
)
def test_ends_of_codes(suffix, end, found):
    assert told(wedge(suffix=suffix), digits("12") + end) == found


def test_the_wrong_layout_swaps_letters_and_the_right_one_does_not():
    typed = key(SHIFT, 1) + key(21) + key(SHIFT, 0) + key(53) + key(ENTER)
    assert wedge(layout="de").feed(typed, 0) == [Scan("Z-")]
    assert wedge(layout="us").feed(typed, 0) == [Scan("Y/")]


def test_the_pace_does_not_matter_on_a_device_of_its_own():
    codec, found = wedge(), []
    for at, digit in enumerate("1234"):
        found += codec.feed(digits(digit), at * 0.4)
    assert found + codec.feed(key(ENTER), 1.6) == [Scan("1234")]


def test_a_code_without_its_end_is_given_up_and_the_next_one_is_whole():
    codec = wedge()
    assert codec.feed(digits("400638"), 0) == []
    assert codec.feed(CODE, 1) == [ScanRejected("Its end did not come", 6), Scan(EAN)]


def test_a_key_held_when_the_scanner_was_cut_off_is_not_held_in_the_next_code():
    codec = wedge()
    codec.feed(key(SHIFT, 1) + digits("1"), 0)
    assert codec.feed(CODE, 1) == [ScanRejected("Its end did not come", 1), Scan(EAN)]


def test_a_key_that_types_nothing_spoils_the_code_it_stands_in():
    data = digits("40") + key(59) + digits("06") + key(ENTER)
    assert wedge().feed(data, 0) == [ScanRejected("It holds characters that no code has", 5)]


def test_events_the_system_dropped_spoil_the_code_they_stood_in():
    data = digits("4006") + event(0, 3, 0) + SYN + digits("81333931") + key(ENTER)
    found = wedge().feed(data + CODE, 0)
    assert found == [ScanRejected("It holds characters that no code has", 13), Scan(EAN)]


def test_prefix_and_aim_identifier_are_taken_off():
    form = ScanFormat(prefix="~", aim=True)
    bench = SimulatedWedgeScanner(layout="us", prefix="~", aim=True)
    data = bench.act(f"scan {EAN}", 0)
    assert wedge(form=form).feed(data, 0) == [Scan(EAN, "]E0")]
    assert wedge(form=form).feed(CODE, 0) == [
        ScanRejected("It came without the prefix that the scanner sends", 13)
    ]


def test_a_run_without_an_end_is_counted_not_kept():
    codec = wedge(form=ScanFormat(length_max=20))
    for _ in range(100):
        assert codec.feed(digits("1234567890"), 0) == []
    assert len(codec._text) < 30
    assert codec.feed(key(ENTER), 0) == [ScanRejected("It is longer than any code", 1000)]


@settings(max_examples=50)
@given(st.data())
def test_however_the_bytes_are_cut_the_scans_are_the_same(data):
    line, codec, found = CODE + digits("12") + key(TAB), wedge(), []
    while line:
        size = data.draw(st.integers(1, len(line)))
        found += codec.feed(line[:size], 0)
        line = line[size:]
    assert found == [Scan(EAN), Scan("12")]


@given(st.binary(max_size=200))
def test_after_any_noise_and_a_gap_the_next_code_is_read(noise):
    codec = wedge()
    told(codec, noise)
    assert codec.feed(CODE, 10)[-1] == Scan(EAN)


def test_a_million_bytes_of_noise_pass_and_the_next_code_is_read():
    codec, noise = wedge(), random.Random(3).randbytes(1_000_000)
    facts = [each for at in range(0, 10**6, 4096) for each in codec.feed(noise[at : at + 4096], 0)]
    assert len(facts) < 300  # noise is counted, not reported event by event
    told(codec, b"", 1)
    assert codec.feed(CODE, 2) == [Scan(EAN)]


# The driver and its twin.


def bench_of(options, simulator, faults=""):
    kit = attrs.evolve(WEDGE, options=options)
    return workbench(kit, SimulatedTransport(simulator, parse_faults(faults)))


@pytest.mark.parametrize("gs", ["ctrl", "alt", "f8"])
@pytest.mark.parametrize("layout", ["us", "de"])
async def test_driver_and_twin_agree_on_layouts_and_on_gs(layout, gs):
    signs = "XYZ-/_?=()&[]{}@^`~|\\<>#'\"%$!+*:;., äöüß€µ"
    async with bench_of({"layout": layout}, SIMULATOR.make({"layout": layout, "gs": gs})) as bench:
        bench.line.act("scan 0109501101530003392299<GS>10AB-123")
        bench.line.act(f"scan {signs}")
        await anyio.sleep(5)
    assert bench.facts == [Scan(GS1), Scan(signs)]


async def test_a_scanner_types_fourteen_keys_in_56_ms():
    async with bench_of({}, SIMULATOR.make({})) as bench:
        bench.line.act(f"scan {EAN}")
        await anyio.sleep(0.051)  # the 27th move of a key is Enter going down, at 52 ms
        assert bench.facts == []
        await anyio.sleep(0.002)
        assert bench.facts == [Scan(EAN)]


async def test_typing_at_a_persons_pace_on_the_grabbed_device_is_a_code_too():
    async with bench_of({"layout": "de"}, SIMULATOR.make({"layout": "de"})) as bench:
        bench.line.act("type YZ-123")
        await anyio.sleep(0.5)
        assert bench.facts == []
        await anyio.sleep(2)
    assert bench.facts == [Scan("YZ-123")]


@pytest.mark.parametrize("suffix", ["CR", "CRLF", "TAB"])
async def test_two_quick_scans_are_two_facts_whatever_ends_them(suffix):
    async with bench_of({}, SIMULATOR.make({"suffix": suffix})) as bench:
        bench.line.act("scan 111")
        bench.line.act("scan 111")
        await anyio.sleep(1)
    assert bench.facts == [Scan("111"), Scan("111")]


async def test_events_that_lost_a_byte_are_noise_until_the_next_pause():
    async with bench_of({}, SimulatedWedgeScanner(), "at byte 100 drop 1") as bench:
        bench.line.act(f"scan {EAN}")
        await anyio.sleep(2)
        bench.line.act(f"scan {EAN}")
        await anyio.sleep(2)
    assert bench.facts[-1] == Scan(EAN)
    assert [each for each in bench.facts if isinstance(each, Scan)] == [Scan(EAN)]


def test_options_that_cannot_be_are_refused_with_what_can():
    with pytest.raises(ConfigurationError, match="one of: us, gb, de, fr, es, it, pl"):
        read_options(DRIVER, {"layout": "dk"})
    with pytest.raises(ConfigurationError, match="layout"):
        read_options(DRIVER, {"layut": "de"})


def test_the_twin_says_what_it_cannot_type():
    with pytest.raises(DataError, match="No key types"):
        SIMULATOR.make({}).act("scan 茶", 0)
    with pytest.raises(ConfigurationError, match="one of"):
        SIMULATOR.make({"layout": "fr"})

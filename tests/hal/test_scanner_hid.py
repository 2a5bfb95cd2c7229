"""HID-POS scanners: reports of 64 bytes become codes, and what is no report delays nothing."""

from __future__ import annotations

import random

import anyio
import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import ConfigurationError
from posframe.hal.codecs.hid_scanner import HidScannerCodec
from posframe.hal.drivers.hid_scanner import DRIVER
from posframe.hal.facts import Scan, ScanRejected, WireNoise
from posframe.hal.options import read_options
from posframe.hal.simulators.faults import parse_faults
from posframe.hal.simulators.hid_scanner import SIMULATOR, SimulatedHidScanner
from posframe.hal.transports.simulated import SimulatedTransport
from posframe.testing.hal.kits.inputs import HIDPOS
from posframe.testing.hal.workbench import workbench
from posframe.testing.virtual_clock import VIRTUAL_TIME

EAN = "4006381333931"
LONG = "M1GATHERGOOD/MICHAEL  YABCDEF LHRDURAK 3542 052Y003D23  100 "
"""Sixty characters, as in the published example of a code that takes two reports."""


@pytest.fixture
def anyio_backend():
    return VIRTUAL_TIME


def report(head, *, last=True, maker=0):
    """Return 64 bytes from those that come first."""
    return head.ljust(61, b"\0") + bytes((maker, 0, not last))


EXAMPLE = report(bytes.fromhex("02 0E 5D4530") + b"4006381333931\r")


def told(codec, data, now_s=0.0):
    found = codec.feed(data, now_s)
    due_s = codec.deadline_s()
    return found if due_s is None else found + codec.tick(due_s)


def test_an_ean_with_its_return_in_the_data():
    assert len(EXAMPLE) == 64
    assert HidScannerCodec().feed(EXAMPLE, 0) == [Scan(EAN, "]E0")]


def test_the_code_is_as_long_as_the_length_says():
    head = bytes.fromhex("02 04 5D4534") + b"1234" + b"5678"
    assert HidScannerCodec().feed(report(head), 0) == [Scan("1234", "]E4")]


def test_the_makers_symbology_is_not_part_of_the_code():
    head = bytes.fromhex("02 04 5D4530") + b"1234"
    assert HidScannerCodec().feed(report(head, maker=0x64), 0) == [Scan("1234", "]E0")]


def test_a_code_of_sixty_characters_comes_in_two_reports():
    assert len(LONG) == 60
    first = report(b"\x02\x38]Q0" + LONG[:56].encode(), last=False, maker=0x73)
    second = report(b"\x02\x04]Q0" + LONG[56:].encode(), maker=0x73)
    codec = HidScannerCodec()
    assert codec.feed(first, 0) == []
    assert codec.feed(second, 0.01) == [Scan(LONG, "]Q0")]


def test_a_code_whose_second_report_does_not_come_is_rejected():
    codec = HidScannerCodec()
    assert codec.feed(report(b"\x02\x38]Q0" + LONG[:56].encode(), last=False), 0) == []
    found = codec.feed(EXAMPLE, 0.5)
    assert found == [ScanRejected("Its end did not come", 56), Scan(EAN, "]E0")]


def test_gs_is_kept_inside_the_code():
    head = b"\x02\x0a]C110AB\x1d21XYZ"
    assert HidScannerCodec().feed(report(head), 0) == [Scan("10AB\x1d21XYZ", "]C1")]


def test_some_devices_place_everything_one_byte_later():
    late = report(b"\x02\x0e\x00]E0" + b"4006381333931\r")
    assert HidScannerCodec(late_aim=True).feed(late, 0) == [Scan(EAN, "]E0")]
    assert told(HidScannerCodec(late_aim=True), EXAMPLE) == [WireNoise(64, EXAMPLE[:16])]


def test_a_device_without_aim_identifiers_is_read():
    head = b"\x02\x04\x00\x00\x001234"
    assert HidScannerCodec().feed(report(head), 0) == [Scan("1234")]


def test_an_empty_report_is_no_code():
    assert HidScannerCodec().feed(report(b"\x02"), 0) == []
    assert HidScannerCodec().feed(report(b"\x02\x00]E0"), 0) == [
        ScanRejected("The scanner sent no code", 0)
    ]


@pytest.mark.parametrize("head", [b"\x02\x02]E0\x07\x08", b"\x02\x02]E0\xff\xfe"])
def test_garbage_in_a_report_is_rejected_and_only_counted(head):
    (found,) = HidScannerCodec().feed(report(head), 0)
    assert isinstance(found, ScanRejected)
    assert found.length == 2


def test_a_code_of_too_many_reports_is_counted_not_kept():
    codec = HidScannerCodec(length_max=100)
    part = report(b"\x02\x38]Q0" + b"1" * 56, last=False)
    for _ in range(1000):
        assert codec.feed(part, 0) == []
    assert len(codec._code) <= 400
    found = codec.feed(report(b"\x02\x01]Q0" + b"1"), 0)
    assert found == [ScanRejected("It is longer than any code", 56_001)]


def test_a_length_that_no_report_can_hold_is_no_report():
    data = report(b"\x02\x39]E0" + b"1" * 50)
    assert told(HidScannerCodec(), data) == [WireNoise(64, data[:16])]


def test_a_report_of_another_kind_is_skipped_up_to_the_next_of_a_scanner():
    other = bytes((5, 1, 2, 3))
    assert HidScannerCodec().feed(other + EXAMPLE, 0) == [WireNoise(4, other), Scan(EAN, "]E0")]


@given(st.lists(st.sampled_from([EXAMPLE, report(b"\x02\x03]A0ABC")]), max_size=4), st.data())
def test_however_the_bytes_are_cut_the_scans_are_the_same(reports, data):
    line = b"".join(reports)
    whole = HidScannerCodec().feed(line, 0)
    assert len(whole) == len(reports)
    codec, pieces = HidScannerCodec(), []
    while line:
        size = data.draw(st.integers(1, len(line)))
        pieces += codec.feed(line[:size], 0)
        line = line[size:]
    assert pieces == whole


@given(st.binary(max_size=300), st.booleans())
def test_after_any_noise_and_a_gap_the_next_code_is_read(noise, late):
    codec = HidScannerCodec(late_aim=late)
    told(codec, noise)
    head = b"\x02\x04" + b"\x00" * late + b"]E01234"
    assert codec.feed(report(head), 10) == [Scan("1234", "]E0")]


def test_a_million_bytes_of_noise_pass_and_the_next_code_is_read():
    codec = HidScannerCodec()
    noise = random.Random(2).randbytes(1_000_000)
    for at in range(0, len(noise), 4096):
        codec.feed(noise[at : at + 4096], 0)
        assert len(codec._report) < 64
    codec.tick(1)
    assert codec.feed(EXAMPLE, 1) == [Scan(EAN, "]E0")]


# The driver and its twin.


def bench_of(options, simulator, faults=""):
    kit = attrs.evolve(HIDPOS, options=options)
    return workbench(kit, SimulatedTransport(simulator, parse_faults(faults)))


@pytest.mark.parametrize("late", ["yes", "no"])
async def test_driver_and_twin_agree_on_long_codes(late):
    async with bench_of({"late_aim": late}, SIMULATOR.make({"late_aim": late})) as bench:
        bench.line.act(f"scan ]Q0 {LONG}{LONG}{LONG}.")
        bench.line.act(f"scan {EAN}")
        await anyio.sleep(1)
    assert bench.facts == [Scan(LONG * 3 + ".", "]Q0"), Scan(EAN, "]E0")]


async def test_a_code_that_lost_a_byte_is_noise_and_the_next_one_is_read():
    async with bench_of({}, SimulatedHidScanner(), "at byte 10 drop 1") as bench:
        bench.line.act(f"scan {EAN}")
        await anyio.sleep(1)
        bench.line.act(f"scan {EAN}")
        await anyio.sleep(1)
    assert [type(each) for each in bench.facts] == [WireNoise, Scan]


async def test_feedback_does_nothing_where_a_scanner_has_no_report_for_it():
    async with bench_of({}, SimulatedHidScanner()) as bench:
        await bench.driver.feedback(good=True)
        await bench.driver.enable(on=False)
        assert bench.line.written == 0


def test_unknown_options_are_refused():
    with pytest.raises(ConfigurationError, match="late_aim"):
        read_options(DRIVER, {"lat_aim": "yes"})

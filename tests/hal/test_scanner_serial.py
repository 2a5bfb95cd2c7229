"""Serial scanners: every code once, whole, with its AIM identifier; never half a code."""

from __future__ import annotations

import random

import anyio
import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.catalogue.barcodes import ReadingKind, interpret
from posframe.errors import ConfigurationError, DataError
from posframe.hal.codecs.scanner_serial import Framing, SerialScannerCodec
from posframe.hal.codecs.scans import ScanFormat
from posframe.hal.drivers.serial_scanner import DRIVER
from posframe.hal.facts import Scan, ScanRejected, WireNoise
from posframe.hal.options import read_options
from posframe.hal.simulators.faults import parse_faults
from posframe.hal.simulators.serial_scanner import SIMULATOR, SimulatedSerialScanner
from posframe.hal.transports.simulated import SimulatedTransport
from posframe.testing.hal.kits.inputs import SCANNER
from posframe.testing.hal.workbench import workbench
from posframe.testing.virtual_clock import VIRTUAL_TIME

ENDS = {"CR": b"\r", "CRLF": b"\r\n", "TAB": b"\t", "ETX": b"\x03"}
EAN = "4006381333931"
AIM = Framing(form=ScanFormat(aim=True))


@pytest.fixture
def anyio_backend():
    return VIRTUAL_TIME


def codec(**fields):
    return SerialScannerCodec(Framing(**fields))


def told(reader, data, now_s=0.0):
    """Return what a codec gives for data and the silence behind it."""
    found = reader.feed(data, now_s)
    due_s = reader.deadline_s()
    return found if due_s is None else found + reader.tick(due_s)


@pytest.mark.parametrize(("suffix", "end"), ENDS.items())
def test_each_suffix_ends_a_code(suffix, end):
    assert codec(suffix=suffix).feed(EAN.encode() + end, 0) == [Scan(EAN)]


def test_the_aim_identifier_is_taken_off_and_told():
    data = b"]E04006381333931\r"
    assert SerialScannerCodec(AIM).feed(data, 0) == [Scan("4006381333931", "]E0")]


def test_without_aim_in_the_settings_a_bracket_is_data():
    assert codec().feed(b"]E0123\r", 0) == [Scan("]E0123")]


@pytest.mark.parametrize("data", [b"4006381333931\r", b"E04006381333931\r", b"]04006381333931\r"])
def test_a_code_that_lost_its_aim_identifier_is_rejected(data):
    reason = "It came without an AIM identifier"
    assert SerialScannerCodec(AIM).feed(data, 0) == [ScanRejected(reason, len(data) - 1)]


def test_an_aim_identifier_alone_is_no_code():
    found = SerialScannerCodec(AIM).feed(b"]E0\r", 0)
    assert found == [ScanRejected("The scanner sent no code", 3)]


@pytest.mark.parametrize("suffix", ["CR", "CRLF", "none"])
def test_a_line_feed_behind_the_return_is_no_second_code(suffix):
    assert told(codec(suffix=suffix), b"123\r\n") == [Scan("123")]


def test_a_line_feed_that_comes_late_is_no_second_code():
    reader = codec()
    assert reader.feed(b"123\r", 0) == [Scan("123")]
    assert reader.feed(b"\n", 0.01) == []
    assert reader.deadline_s() is None
    assert reader.feed(b"456\r", 5) == [Scan("456")]


def test_the_two_bytes_of_an_end_may_come_apart():
    reader = codec(suffix="CRLF")
    assert reader.feed(b"123\r", 0) == []
    assert reader.feed(b"\n456\r\n", 0.01) == [Scan("123"), Scan("456")]


def test_two_codes_in_one_read_are_two_scans_in_their_order():
    assert codec().feed(b"111\r222\r", 0) == [Scan("111"), Scan("222")]


def test_the_same_code_scanned_twice_is_two_scans():
    assert codec().feed(b"111\r111\r", 0) == [Scan("111"), Scan("111")]


def test_gs_is_kept_inside_the_code():
    data = b"]C10109501101530003392299\x1d10AB-123\r"
    expected = Scan("0109501101530003392299\x1d10AB-123", "]C1")
    assert SerialScannerCodec(AIM).feed(data, 0) == [expected]


def test_nuls_are_taken_out_unless_told_otherwise():
    data = b"\x0012\x003\x00\r\x00"
    assert told(codec(), data) == [Scan("123")]
    kept = told(codec(strip_nul=False), data)
    assert kept[0] == ScanRejected("It holds characters that no code has", 6)


@pytest.mark.parametrize("prefix", ["\x02", "~", "ab"])
def test_what_stands_before_the_prefix_is_noise(prefix):
    reader = codec(form=ScanFormat(prefix=prefix, aim=True))
    data = b"\xc3\xa9?" + prefix.encode() + b"]E0123\r"
    assert reader.feed(data, 0) == [WireNoise(2), Scan("123", "]E0")]


def test_a_frame_without_the_prefix_is_rejected_by_its_length():
    found = codec(form=ScanFormat(prefix="~")).feed(b"12345\r", 0)
    assert found == [ScanRejected("It came without the prefix that the scanner sends", 5)]


def test_silence_ends_a_code_without_a_suffix():
    reader = codec(suffix="none", idle_s=0.125)
    assert reader.feed(b"40063", 1.0) == []
    assert reader.feed(b"81333931", 1.0625) == []
    assert reader.deadline_s() == 1.1875
    assert reader.tick(1.1874) == []
    assert reader.tick(1.1875) == [Scan(EAN)]
    assert reader.deadline_s() is None


def test_bytes_that_come_after_the_silence_begin_a_new_code_even_if_nobody_looked():
    reader = codec(suffix="none", idle_s=0.1)
    assert reader.feed(b"111", 0) == []
    assert reader.feed(b"222", 0.2) == [Scan("111")]


def test_a_code_whose_suffix_does_not_come_is_rejected_and_not_taken_for_a_shorter_one():
    reader = codec()
    assert reader.feed(b"400638", 0) == []
    assert reader.feed(b"123\r", 0.5) == [ScanRejected("Its end did not come", 6), Scan("123")]


def test_half_an_end_is_no_end():
    assert told(codec(suffix="CRLF"), b"123\r") == [ScanRejected("Its end did not come", 4)]


@pytest.mark.parametrize(
    ("data", "length"),
    [(b"12\x0734\r", 5), (b"\xff\xfe123\r", 5), (b"   \r", 3), (b"\x1b[A\r", 3)],
)
def test_garbage_is_rejected_and_only_counted(data, length):
    (found,) = codec().feed(data, 0)
    assert isinstance(found, ScanRejected)
    assert found.length == length
    assert not any(word in repr(found) for word in ("12", "34", "[A"))


def test_a_run_without_an_end_is_counted_not_kept():
    reader = codec(form=ScanFormat(length_max=20))
    for _ in range(1000):
        assert reader.feed(b"1234567890" * 10, 0) == []
    assert len(reader._kept) < 200
    assert reader.feed(b"\r123\r", 0) == [
        ScanRejected("It is longer than any code", 100_000),
        Scan("123"),
    ]


def test_the_longest_code_is_taken_and_one_more_is_not():
    reader = codec(form=ScanFormat(length_max=20))
    found = reader.feed(b"1" * 20 + b"\r" + b"1" * 21 + b"\r", 0)
    assert found == [Scan("1" * 20), ScanRejected("It is longer than any code", 21)]


@pytest.mark.parametrize(
    ("charset", "data", "text"),
    [
        ("utf-8", b"caf\xc3\xa9\r", "café"),
        ("latin-1", b"caf\xe9\r", "café"),
        ("gb18030", b"\xb2\xe8\r", "茶"),
    ],
)
def test_letters_are_read_as_the_scanner_writes_them(charset, data, text):
    assert codec(charset=charset).feed(data, 0) == [Scan(text)]


@given(
    st.sampled_from(list(ENDS)),
    st.lists(st.text("0123456789AB]-\x1d ", min_size=1, max_size=30), max_size=5),
    st.data(),
)
def test_however_the_bytes_are_cut_the_scans_are_the_same(suffix, codes, data):
    line = b"".join(code.encode() + ENDS[suffix] for code in codes)
    whole = codec(suffix=suffix).feed(line, 0)
    reader, pieces = codec(suffix=suffix), []
    while line:
        size = data.draw(st.integers(1, len(line)))
        pieces += reader.feed(line[:size], 0)
        line = line[size:]
    assert pieces == whole


@given(st.sampled_from([*ENDS, "none"]), st.binary(max_size=300), st.booleans())
def test_after_any_noise_and_a_gap_the_next_code_is_read(suffix, noise, aim):
    reader = codec(suffix=suffix, form=ScanFormat(aim=aim, length_max=50))
    told(reader, noise)
    code = (b"]E0" if aim else b"") + EAN.encode() + ENDS.get(suffix, b"")
    assert told(reader, code, 10.0) == [Scan(EAN, "]E0" if aim else "")]


def test_a_million_bytes_of_noise_pass_and_the_next_code_is_read():
    reader = SerialScannerCodec(AIM)
    noise = random.Random(1).randbytes(1_000_000)
    for at in range(0, len(noise), 4096):
        assert not any(isinstance(each, Scan) for each in reader.feed(noise[at : at + 4096], 0))
    reader.tick(1)
    assert reader.feed(b"]E04006381333931\r", 1) == [Scan(EAN, "]E0")]


def test_the_aim_identifier_decides_between_upc_e_and_ean_8():
    found = SerialScannerCodec(AIM).feed(b"]E001234565\r]E401234565\r", 0)
    upc_e, ean_8 = (interpret(each.code, aim=each.aim)[0] for each in found)
    assert upc_e.gtin == "00012345000065"  # 012345000065 in fourteen digits
    assert ean_8.gtin == "00000001234565"


def test_a_bare_ean_is_no_element_string_although_it_begins_with_400():
    (found,) = codec().feed(b"4006381333931\r", 0)
    reading = interpret(found.code, aim=found.aim)[0]
    assert (reading.kind, reading.gtin) == (ReadingKind.GTIN, "04006381333931")


# The driver and its twin.


def bench_of(options, simulator=None, faults=""):
    kit = attrs.evolve(SCANNER, options=options)
    line = SimulatedTransport(simulator or SimulatedSerialScanner(), parse_faults(faults))
    return workbench(kit, line)


async def test_codes_become_facts():
    async with bench_of({"aim": "yes"}, SimulatedSerialScanner(aim=True)) as bench:
        bench.line.act("scan 4006381333931")
        bench.line.act("scan ]C1 10AB<GS>21X")
        await anyio.sleep(0.5)
    assert bench.facts == [Scan(EAN, "]E0"), Scan("10AB\x1d21X", "]C1")]


async def test_a_scanner_at_9600_baud_takes_a_millisecond_a_character():
    async with bench_of({}, SIMULATOR.make({})) as bench:
        bench.line.act(f"scan {EAN}")
        await anyio.sleep(0.0125)
        assert bench.facts == []  # the thirteenth character is there, the return is not
        await anyio.sleep(0.0015)
        assert bench.facts == [Scan(EAN)]


@pytest.mark.parametrize("suffix", ["CR", "CRLF", "TAB", "ETX", "none"])
async def test_driver_and_twin_agree_on_every_suffix(suffix):
    async with bench_of({"suffix": suffix}, SIMULATOR.make({"suffix": suffix})) as bench:
        bench.line.act("scan 111")
        await anyio.sleep(0.5)
        bench.line.act("scan 222")
        await anyio.sleep(0.5)
    assert bench.facts == [Scan("111"), Scan("222")]


async def test_two_quick_scans_are_two_facts():
    async with bench_of({}, SIMULATOR.make({})) as bench:
        bench.line.act("scan 111")
        bench.line.act("scan 222")
        await anyio.sleep(0.5)
    assert bench.facts == [Scan("111"), Scan("222")]


@pytest.mark.parametrize(
    ("fault", "facts"),
    [
        # A digit lost in mid-code is the check digit's business: the line has no checksum.
        ("at byte 3 drop 1", [Scan("400381333931"), Scan("222")]),
        ("at byte 13 drop 1", [ScanRejected("Its end did not come", 13), Scan("222")]),
        (
            "at byte 5 corrupt 7",
            [ScanRejected("It holds bytes that are no characters", 13), Scan("222")],
        ),
        ("at byte 5 split 3", [Scan(EAN), Scan("222")]),
        # The tail of a code looks like a code: only AIM identifiers or a prefix tell.
        (
            "at byte 5 delay 1",
            [ScanRejected("Its end did not come", 5), Scan("81333931"), Scan("222")],
        ),
        ("at byte 13 duplicate", [Scan(EAN), Scan("222")]),
    ],
)
async def test_a_faulty_line_does_to_codes_what_a_line_without_checksum_must(fault, facts):
    async with bench_of({}, faults=fault) as bench:
        bench.line.act(f"scan {EAN}")
        await anyio.sleep(2)
        bench.line.act("scan 222")
        await anyio.sleep(2)
    assert bench.facts == facts


async def test_with_aim_identifiers_the_late_tail_of_a_code_is_no_code():
    scanner = SimulatedSerialScanner(aim=True)
    async with bench_of({"aim": "yes"}, scanner, "at byte 8 delay 1") as bench:
        bench.line.act(f"scan {EAN}")
        await anyio.sleep(2)
    assert bench.facts == [
        ScanRejected("Its end did not come", 8),
        ScanRejected("It came without an AIM identifier", 8),
    ]


async def test_a_scanner_that_waits_for_it_is_sent_one_ack_a_code():
    scanner = SimulatedSerialScanner(handshake=True)
    async with bench_of({"ack": "yes"}, scanner) as bench:
        bench.line.act("scan 111")
        bench.line.act("scan 222")
        await anyio.sleep(0.5)
    assert (scanner.acks, scanner.naks) == (2, 0)
    assert bench.facts == [Scan("111"), Scan("222")]


async def test_a_code_that_came_spoilt_is_refused_and_comes_again():
    scanner = SimulatedSerialScanner(handshake=True)
    async with bench_of({"ack": "yes"}, scanner, "at byte 1 corrupt 7") as bench:
        bench.line.act("scan 4006")
        await anyio.sleep(0.5)
    assert (scanner.acks, scanner.naks) == (1, 1)
    assert [type(each) for each in bench.facts] == [ScanRejected, Scan]
    assert bench.facts[1] == Scan("4006")


async def test_without_ack_nothing_is_sent_to_the_scanner():
    async with bench_of({}) as bench:
        bench.line.act("scan 111")
        await anyio.sleep(0.5)
        await bench.driver.feedback(good=True)
        await bench.driver.enable(on=False)
        assert bench.line.written == 0


async def test_feedback_and_enabling_send_the_bytes_of_the_options():
    scanner = SimulatedSerialScanner()
    options = {"good": "42", "bad": "07 07", "enable": "45", "disable": "44"}
    async with bench_of(options, scanner) as bench:
        await bench.driver.feedback(good=True)
        assert scanner.beeps == 1
        await bench.driver.feedback(good=False)
        assert scanner.beeps == 3
        await bench.driver.enable(on=False)
        bench.line.act("scan 111")
        await anyio.sleep(0.5)
        await bench.driver.enable(on=True)
        bench.line.act("scan 222")
        await anyio.sleep(0.5)
    assert bench.facts == [Scan("222")]


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"suffix": "LF"}, "one of: CR, CRLF, TAB, ETX, none"),
        ({"sufix": "CR"}, "suffix"),
        ({"good": "XY"}, "no row of bytes"),
        ({"bad": "00" * 33}, "at most 32"),
        ({"idle_ms": "5"}, "idle_ms"),
        ({"length_max": "0"}, "length_max"),
    ],
)
def test_options_that_cannot_be_are_refused_with_what_can(options, word):
    with pytest.raises(ConfigurationError) as refused:
        read_options(DRIVER, options)
    assert word in str(refused.value)


def test_the_twin_refuses_what_it_does_not_know():
    with pytest.raises(ConfigurationError, match="suffix"):
        SIMULATOR.make({"sufix": "CR"})
    with pytest.raises(ConfigurationError, match="one of"):
        SIMULATOR.make({"suffix": "LF"})
    with pytest.raises(ConfigurationError, match="milliseconds"):
        SIMULATOR.make({"pace_ms": "soon"})
    with pytest.raises(DataError, match="scan 4006381333931"):
        SIMULATOR.make({}).act("scan", 0)

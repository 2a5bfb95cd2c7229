"""Keys: one that checks is there until it is taken away, in whichever order it is sent."""

from __future__ import annotations

import random

import anyio
import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import ConfigurationError, DataError
from posframe.hal.codecs.ibutton import IButtonCodec, crc8, read_rom
from posframe.hal.codecs.text_source import Source
from posframe.hal.drivers.ibutton_reader import DRIVER
from posframe.hal.facts import CardRead, CardRefused, TokenRemoved, WireNoise
from posframe.hal.options import read_options
from posframe.hal.simulators.faults import parse_faults
from posframe.hal.simulators.ibutton_reader import SIMULATOR, SimulatedIButtonReader
from posframe.hal.simulators.key_presses import events, key_moves
from posframe.hal.transports.simulated import SimulatedTransport
from posframe.testing.hal.kits.inputs import IBUTTON
from posframe.testing.hal.workbench import workbench
from posframe.testing.virtual_clock import VIRTUAL_TIME

HEX = bytes.fromhex
KEY = "012BC5FB00000066"
REMOVED = TokenRemoved("ibutton")
FOREIGN = CardRefused("This key is of another kind than those the till knows (DS1990A)")


@pytest.fixture
def anyio_backend():
    return VIRTUAL_TIME


def read(key):
    return CardRead(key, "ibutton")


def line_of(key):
    return key.encode() + b"\r\n"


def codec(**fields):
    return IButtonCodec(Source(), **fields)


def remainder(data):
    """Divide by x^8 + x^5 + x^4 + 1 on paper: bits as they come, least significant first."""
    bits = [each >> at & 1 for each in data for at in range(8)] + [0] * 8
    for at in range(len(bits) - 8):
        if bits[at]:
            for power in (8, 5, 4, 0):
                bits[at + 8 - power] ^= 1
    return sum(bit << at for at, bit in enumerate(bits[-8:]))


def test_the_check_byte_of_the_makers_own_example():
    # Application note 27: family 02, serial number 00000001B81C, check byte A2.
    assert crc8(HEX("021CB801000000")) == 0xA2
    assert read_rom("021CB801000000A2") == HEX("021CB801000000A2")
    assert read_rom("A200000001B81C02") == HEX("021CB801000000A2")


@given(st.binary(max_size=10))
def test_the_check_byte_is_the_remainder_of_a_division(data):
    assert crc8(data) == remainder(data)


@given(st.binary(max_size=10))
def test_a_row_of_bytes_and_its_check_byte_check_to_nothing(data):
    assert crc8(data + bytes((crc8(data),))) == 0


@given(st.binary(min_size=6, max_size=6))
def test_either_order_is_the_same_key(serial):
    rom = b"\x01" + serial
    rom += bytes((crc8(rom),))
    assert read_rom(rom.hex()) == read_rom(rom[::-1].hex()) == rom


@given(st.integers(0, 63))
def test_no_bit_may_be_wrong(bit):
    rom = bytearray(HEX(KEY))
    rom[bit // 8] ^= 1 << bit % 8
    found = read_rom(rom.hex())
    assert found is None or found[0] != 1  # read backwards it may be a key of another family


@pytest.mark.parametrize("text", ["", KEY[:-1], KEY[:-2], KEY + "00", "X" * 16, "01" * 8])
def test_what_is_no_rom_is_none(text):
    assert read_rom(text) is None


@pytest.mark.parametrize(
    "text", ["012bc5fb00000066", "01 2B C5 FB 00 00 00 66", "66-00-00-00-FB-C5-2B-01"]
)
def test_a_key_is_read_however_its_reader_writes_it(text):
    assert codec().feed(line_of(text), 0) == [read(KEY)]


def test_a_key_that_stays_is_reported_once_and_then_that_it_is_gone():
    reader = codec(absent_s=1.0)
    assert reader.feed(line_of(KEY), 0) == [read(KEY)]
    for at in range(1, 10):
        assert reader.feed(line_of(KEY), at * 0.5) == []
    assert reader.deadline_s() == 5.5
    assert reader.tick(5.4) == []
    assert reader.tick(5.5) == [REMOVED]
    assert reader.deadline_s() is None
    assert reader.feed(line_of(KEY), 6) == [read(KEY)]


def test_another_key_takes_the_first_ones_place():
    other = "01112233445566" + f"{crc8(HEX('01112233445566')):02X}"
    reader = codec()
    assert reader.feed(line_of(KEY) + line_of(other), 0) == [read(KEY), REMOVED, read(other)]


def test_zeros_say_that_the_key_was_taken_away():
    reader = codec()
    found = reader.feed(line_of(KEY) + line_of("00" * 8) + line_of("00" * 8), 0)
    assert found == [read(KEY), REMOVED]


def test_a_reader_that_sends_once_reports_each_touch_and_no_removal():
    reader = codec(repeats=False)
    assert reader.feed(line_of(KEY), 0) == [read(KEY)]
    assert reader.deadline_s() is None
    assert reader.feed(line_of(KEY), 60) == [read(KEY)]


def test_a_key_of_another_family_is_refused_once_and_its_removal_is_no_news():
    reader = codec()
    rom = line_of("021CB801000000A2")
    assert reader.feed(rom + rom, 0) == [FOREIGN]
    assert reader.tick(10) == []


def test_a_bad_contact_is_noise_without_a_sample_and_the_key_stays_there():
    reader = codec(absent_s=1)
    assert reader.feed(line_of(KEY), 0) == [read(KEY)]
    assert reader.feed(line_of("FF" + KEY[2:]), 0.5) == [WireNoise(16, b"")]
    assert reader.feed(line_of(KEY), 0.9) == []


def test_a_reader_without_line_ends_is_read_by_its_pauses():
    reader = codec()
    assert reader.feed(KEY.encode(), 0) == []
    assert reader.tick(0.2) == [read(KEY)]


@given(st.binary(max_size=300))
def test_after_any_noise_and_a_gap_the_next_key_is_read(noise):
    reader = codec()
    reader.feed(noise, 0)
    reader.tick(5)
    assert reader.feed(line_of(KEY), 10) == [read(KEY)]


def test_a_million_bytes_of_noise_pass_and_the_next_key_is_read():
    reader, noise = codec(), random.Random(6).randbytes(1_000_000)
    for at in range(0, 10**6, 4096):
        assert all(each.sample == b"" for each in reader.feed(noise[at : at + 4096], 0))
    reader.tick(5)
    assert reader.feed(line_of(KEY), 10) == [read(KEY)]


# The driver and its twin.


def bench_of(options, simulator, faults=""):
    kit = attrs.evolve(IBUTTON, options=options)
    return workbench(kit, SimulatedTransport(simulator, parse_faults(faults)))


@pytest.mark.parametrize("reverse", ["yes", "no"])
async def test_touching_and_taking_away(reverse):
    async with bench_of({}, SIMULATOR.make({"reverse": reverse})) as bench:
        bench.line.act("touch 012BC5FB000000")
        await anyio.sleep(10)
        assert bench.facts == [read(KEY)]
        bench.line.act("remove")
        await anyio.sleep(0.6)
        assert bench.facts == [read(KEY)]  # its reader may only be slow
        await anyio.sleep(0.5)
        assert bench.facts == [read(KEY), REMOVED]


async def test_one_line_lost_is_no_key_taken_away():
    async with bench_of({}, SimulatedIButtonReader(), "at byte 20 drop 16") as bench:
        bench.line.act("touch 012BC5FB000000")
        await anyio.sleep(5)
    assert [each for each in bench.facts if not isinstance(each, WireNoise)] == [read(KEY)]


async def test_a_key_with_a_wrong_check_byte_is_never_read():
    async with bench_of({}, SimulatedIButtonReader()) as bench:
        bench.line.act("touch 012BC5FB00000067")
        await anyio.sleep(1)
    assert set(bench.facts) == {WireNoise(16)}


def test_a_reader_may_type_the_key():
    typed = b"".join(events(key_moves(KEY + "\r", "de"), 0))
    assert IButtonCodec(Source(origin="evdev", layout="de")).feed(typed, 0) == [read(KEY)]


def test_the_driver_is_secret_and_refuses_what_it_does_not_know():
    assert DRIVER.secret
    assert SIMULATOR.secret
    with pytest.raises(ConfigurationError, match="absent_ms"):
        read_options(DRIVER, {"absent_ms": "1"})
    with pytest.raises(DataError, match="check byte"):
        SIMULATOR.make({}).act("touch 01", 0)


def test_the_number_an_operator_signs_on_with_is_in_no_text_form():
    assert "2BC5FB" not in f"{CardRead('012BC5FB0000009D', 'ibutton')!r}"

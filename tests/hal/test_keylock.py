"""Keylocks: each position by the code it is set to send, told once."""

from __future__ import annotations

import random

import anyio
import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import ConfigurationError, DataError
from posframe.hal.codecs.keylock import KeylockCodec, read_codes
from posframe.hal.codecs.text_source import Source
from posframe.hal.drivers.keylock import DRIVER
from posframe.hal.facts import KeylockTurned, WireNoise
from posframe.hal.options import read_options
from posframe.hal.simulators.key_presses import events
from posframe.hal.simulators.keylock import SIMULATOR
from posframe.hal.transports.simulated import SimulatedTransport
from posframe.testing.hal.kits.inputs import KEYLOCK
from posframe.testing.hal.workbench import workbench
from posframe.testing.virtual_clock import VIRTUAL_TIME

CODES = {"LOCK": 1, "NORMAL": 2, "SUPERVISOR": 3}


@pytest.fixture
def anyio_backend():
    return VIRTUAL_TIME


def codec(codes=None, **source):
    return KeylockCodec(Source(names_keys=True, **source), codes or CODES)


def told(reader, data, now_s=0.0):
    found = reader.feed(data, now_s)
    while (due_s := reader.deadline_s()) is not None:
        found += reader.tick(due_s)
    return found


def test_codes_are_read_from_one_line():
    assert read_codes("LOCK:1,NORMAL:2,SUPERVISOR:3") == CODES
    assert read_codes("{183}:1,a:b:4") == {"{183}": 1, "a:b": 4}


@pytest.mark.parametrize("text", ["", "LOCK", "LOCK:", ":1", "A:1,A:2", "A:0", "A:100", "A:x,B:2"])
def test_codes_that_cannot_be_are_refused_with_their_form(text):
    with pytest.raises(ConfigurationError, match=r"CODE:POSITION|each code once"):
        read_options(DRIVER, {"codes": text})


@pytest.mark.parametrize(("word", "position"), CODES.items())
@pytest.mark.parametrize("end", [b"\r", b"\r\n", b""])
def test_each_code_is_a_position(word, position, end):
    assert told(codec(), word.encode() + end) == [KeylockTurned(position)]


def test_a_position_that_is_told_again_is_no_turn():
    data = b"NORMAL\rNORMAL\rLOCK\rNORMAL\r"
    expected = [KeylockTurned(2), KeylockTurned(1), KeylockTurned(2)]
    assert codec().feed(data, 0) == expected


def test_a_code_that_is_not_known_is_noise():
    assert codec().feed(b"NORMALLY\r", 0) == [WireNoise(8, b"NORMALLY")]


def test_half_a_code_is_no_position():
    assert told(codec(), b"SUPER") == [WireNoise(5, b"SUPER")]


def test_keys_that_type_nothing_are_positions_by_their_numbers():
    reader = codec({"{183}": 1, "{184}": 2}, origin="evdev")  # F13 and F14
    f14 = b"".join(events([(184, True), (184, False)], 0))
    assert told(reader, f14) == [KeylockTurned(2)]


@given(st.binary(max_size=300))
def test_after_any_noise_and_a_gap_the_next_turn_is_read(noise):
    reader = codec()
    told(reader, noise)
    assert reader.feed(b"SUPERVISOR\r", 10) == [KeylockTurned(3)]


def test_a_million_bytes_of_noise_pass_and_the_next_turn_is_read():
    reader, noise = codec(), random.Random(7).randbytes(1_000_000)
    for at in range(0, 10**6, 4096):
        assert all(isinstance(each, WireNoise) for each in reader.feed(noise[at : at + 4096], 0))
    reader.tick(5)
    assert reader.feed(b"SUPERVISOR\r", 10) == [KeylockTurned(3)]


@given(st.data())
def test_however_the_bytes_are_cut_the_turns_are_the_same(data):
    line, reader, found = b"LOCK\r\nSUPERVISOR\r\n", codec(), []
    while line:
        size = data.draw(st.integers(1, len(line)))
        found += reader.feed(line[:size], 0)
        line = line[size:]
    assert found == [KeylockTurned(1), KeylockTurned(3)]


@pytest.mark.parametrize(
    "given_options", [{}, {"source": "evdev"}, {"source": "evdev", "layout": "de"}]
)
async def test_driver_and_twin_agree(given_options):
    kit = attrs.evolve(KEYLOCK, options=given_options)
    async with workbench(kit, SimulatedTransport(SIMULATOR.make(given_options))) as bench:
        for position in ("SUPERVISOR", "normal", "LOCK"):
            bench.line.act(f"turn {position}")
            await anyio.sleep(1)
        assert bench.simulator.view() == ("LOCK",)
    assert bench.facts == [KeylockTurned(3), KeylockTurned(2), KeylockTurned(1)]


def test_the_twin_has_three_positions():
    with pytest.raises(DataError, match="LOCK, NORMAL, SUPERVISOR"):
        SIMULATOR.make({}).act("turn 7", 0)

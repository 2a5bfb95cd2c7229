"""Sounds: the right bytes in the right rhythm, and silence whatever happens."""

from __future__ import annotations

import struct

import anyio
import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from posframe.errors import ConfigurationError
from posframe.hal.codecs.tone import (
    ATTENTION,
    BAD,
    GOOD,
    TONE_MS_MAX,
    TONES_MAX,
    bell_event,
    buzzer,
    steps,
    tone_event,
)
from posframe.hal.options import read_options
from posframe.hal.registry import simulator_spec
from posframe.hal.simulators.tone import ToneSimulator
from posframe.hal.transports import TransportError
from posframe.hal.transports.simulated import SimulatedTransport
from posframe.testing.hal.kits.outputs import TONE
from posframe.testing.hal.workbench import workbench
from posframe.testing.virtual_clock import VIRTUAL_TIME

EVENT = attrs.evolve(TONE, options={"by": "event"}, simulator=lambda: ToneSimulator("event"))
BUZZER = attrs.evolve(TONE, options={"by": "buzzer"}, simulator=lambda: ToneSimulator("buzzer"))


@pytest.fixture
def anyio_backend():
    return VIRTUAL_TIME


def test_a_bell_rings_once_a_tone_and_keeps_the_rhythm():
    assert steps(((100, 50), (0, 30), (200, 0)), "bel") == (
        (b"\x07", 150), (b"", 30), (b"\x07", 200),
    )  # fmt: skip


def test_a_printers_buzzer_is_told_once_of_equal_tones():
    assert buzzer(3, 2) == bytes.fromhex("1B 42 03 02")
    assert steps(((100, 100),) * 3, "buzzer") == ((bytes.fromhex("1B420302"), 600),)
    assert steps(((100, 100),) * 11, "buzzer") == (
        (bytes.fromhex("1B420902"), 1800), (bytes.fromhex("1B420202"), 400),
    )  # fmt: skip
    assert steps(((400, 100), (0, 70), (10, 0), (2000, 0)), "buzzer", unit_ms=100) == (
        (bytes.fromhex("1B420104"), 500),
        (b"", 70),
        (bytes.fromhex("1B420101"), 10),
        (bytes.fromhex("1B420109"), 2000),
    )


def test_a_sound_input_device_is_told_when_to_begin_and_when_to_end():
    head = bytes(struct.calcsize("ll"))
    assert tone_event(1000) == head + struct.pack("=HHi", 0x12, 2, 1000)
    assert bell_event(on=True) == head + struct.pack("=HHi", 0x12, 1, 1)
    assert steps(((100, 50), (0, 30)), "event", hz=440) == (
        (tone_event(440), 100), (tone_event(0), 50), (b"", 30),
    )  # fmt: skip
    assert steps(((100, 50),), "event", hz=0) == (
        (bell_event(on=True), 100), (bell_event(on=False), 50),
    )  # fmt: skip


PATTERNS = st.lists(st.tuples(st.integers(0, 9000), st.integers(0, 9000)), max_size=40).map(tuple)


@example(((100, 100), (9000, 9000)) * 20, "event")
@given(PATTERNS, st.sampled_from(["bel", "buzzer", "event"]))
def test_no_pattern_sounds_for_longer_than_a_sound_may(pattern, means):
    found = steps(pattern, means)
    assert sum(step.wait_ms for step in found) == sum(
        min(on, TONE_MS_MAX) + min(off, TONE_MS_MAX) for on, off in pattern[:TONES_MAX]
    )
    assert len(found) <= 2 * TONES_MAX
    if means == "event" and any(on for on, _ in pattern[:TONES_MAX]):
        assert [step.data for step in found if step.data][-1] == tone_event(0)


def test_good_and_bad_are_told_apart_without_looking():
    assert len({GOOD, BAD, ATTENTION}) == 3
    assert sum(on + off for on, off in GOOD) < sum(on + off for on, off in BAD)


async def test_a_pattern_is_heard_in_its_rhythm():
    async with workbench(EVENT) as bench:
        await bench.driver.sound(((100, 50), (200, 0)))
        first, second = bench.simulator.sounds
        assert first.off_s - first.on_s == pytest.approx(0.1)
        assert second.on_s - first.off_s == pytest.approx(0.05)
        assert second.off_s - second.on_s == pytest.approx(0.2)
        assert first.hz == 2000
    async with workbench(TONE) as bench:
        await bench.driver.sound(ATTENTION)
        assert [each.on_s - bench.simulator.sounds[0].on_s for each in bench.simulator.sounds] == (
            pytest.approx([0.0, 0.24, 0.48])
        )
    async with workbench(BUZZER) as bench:
        await bench.driver.sound(BAD)
        assert len(bench.simulator.sounds) == 2
        assert bench.simulator.garbage == 0


async def test_a_cancelled_sound_falls_silent():
    for wait_s in (0.0, 0.05, 0.3, 0.45, 0.6):
        async with workbench(EVENT) as bench:
            with anyio.move_on_after(wait_s) as scope:
                await bench.driver.sound(BAD)
            assert scope.cancelled_caught
            assert not bench.simulator.sounding


async def test_a_sound_that_outlived_its_line_ends_with_the_next_one():
    simulator = ToneSimulator("event")
    begun = len(tone_event(0))  # what the start says
    line = SimulatedTransport(simulator, lost_after=2 * begun)
    async with workbench(EVENT, line) as bench:
        with pytest.raises(TransportError):
            await bench.driver.sound(BAD)
    assert simulator.sounding
    async with workbench(EVENT, SimulatedTransport(simulator)):
        assert not simulator.sounding


async def test_echoes_of_an_event_device_are_no_noise():
    for kit, noises in ((EVENT, 0), (BUZZER, 0), (TONE, 1)):
        async with workbench(kit) as bench:
            assert len(bench.driver.codec.feed(tone_event(1), 0.0)) == noises


@pytest.mark.parametrize("options", [{"by": "bell"}, {"hz": "-1"}, {"unit_ms": "0"}, {"x": "1"}])
def test_a_beeper_that_cannot_be_is_refused(options):
    with pytest.raises(ConfigurationError, match="tone"):
        read_options(TONE.spec, options)


def test_the_beeper_in_software_counts_what_means_nothing():
    simulator = simulator_spec("tone").make({"by": "buzzer"})
    simulator.feed(b"\x1b", 0.0)
    simulator.feed(b"B\x02\x03x\x1bB\x00\x01", 0.0)
    assert len(simulator.sounds) == 2
    assert simulator.garbage == 5
    assert simulator.view()[0] == "2 sounds"
    with pytest.raises(ConfigurationError):
        simulator_spec("tone").make({"by": "horn"})
    with pytest.raises(ConfigurationError):
        simulator_spec("tone").make({"bye": "bel"})

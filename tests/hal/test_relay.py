"""A drawer on a relay: one pulse a kick, ended whatever happens, and no claim that it opened."""

from __future__ import annotations

import anyio
import attrs
import pytest

from posframe.errors import ConfigurationError
from posframe.hal.codecs.relay import LCUS_OFF_HEX, LCUS_ON_HEX, command_bytes, lcus
from posframe.hal.driver import CANCEL_S
from posframe.hal.options import read_options
from posframe.hal.progress import Outcome, Progress
from posframe.hal.registry import simulator_spec
from posframe.hal.simulators.relay import BURNS_AFTER_S, RelaySimulator
from posframe.hal.transports import TransportError
from posframe.hal.transports.simulated import SimulatedTransport
from posframe.testing.hal.kits.outputs import RELAY
from posframe.testing.hal.workbench import workbench
from posframe.testing.virtual_clock import VIRTUAL_TIME

ON, OFF = bytes.fromhex("A0 01 01 A2"), bytes.fromhex("A0 01 00 A1")
TRIGGER = attrs.evolve(
    RELAY, options={"on_hex": "07", "off_hex": ""}, simulator=lambda: RelaySimulator(b"\x07", b"")
)


@pytest.fixture
def anyio_backend():
    return VIRTUAL_TIME


def test_the_commands_of_a_one_channel_board():
    assert command_bytes(LCUS_ON_HEX) == lcus(1, on=True) == ON
    assert command_bytes(LCUS_OFF_HEX) == lcus(1, on=False) == OFF
    assert lcus(2, on=True) == bytes.fromhex("A0 02 01 A3")


async def test_a_kick_is_one_pulse_of_the_length_asked_for():
    kit = attrs.evolve(RELAY, options={"pulse_ms": "150"})
    async with workbench(kit) as bench:
        progress = Progress()
        remarks = await bench.driver.kick(progress, 1.0)
        (pulse,) = bench.simulator.pulses
        assert pulse.off_s - pulse.on_s == pytest.approx(0.15)
        assert bench.simulator.drawer_open
        assert bench.simulator.garbage == 0
        assert progress.outcome is Outcome.UNKNOWN
        assert progress.sent
        assert "sensor" in remarks
        assert bench.driver.is_open is None


async def test_the_bytes_of_a_kick_are_on_and_off_and_nothing_else():
    async with workbench(RELAY) as bench:
        sent = recorded(bench)
        await bench.driver.kick(Progress(), 1.0)
    assert sent == [ON, OFF, OFF]  # the last one: it is left off


async def test_a_board_that_opens_at_one_byte_is_sent_that_byte():
    async with workbench(TRIGGER) as bench:
        sent = recorded(bench)
        begun_s = anyio.current_time()
        await bench.driver.kick(Progress(), 1.0)
        assert anyio.current_time() == begun_s  # the board ends the pulse: nothing to wait for
        await anyio.sleep(1)
        assert sent == [b"\x07"]
        assert not bench.simulator.energised
        assert bench.simulator.drawer_open
    assert sent == [b"\x07"]


async def test_a_relay_left_on_is_switched_off_at_the_start():
    for half in range(1, len(ON)):
        simulator = RelaySimulator()
        simulator.feed(ON + OFF[:0] + ON[:half], 0.0)
        assert simulator.energised
        async with workbench(RELAY, SimulatedTransport(simulator)):
            assert not simulator.energised


async def test_a_cancelled_kick_leaves_the_drawer_without_current():
    async with workbench(RELAY) as bench:
        for wait_s in (0.0, 0.01, 0.1, 0.199):
            progress = Progress()
            with anyio.move_on_after(wait_s) as scope:
                await bench.driver.kick(progress, 1.0)
            assert scope.cancelled_caught
            assert not bench.simulator.energised
            assert progress.outcome is Outcome.UNKNOWN if wait_s else Outcome.NOT_STARTED


async def test_cancelled_at_any_step_it_is_switched_off_and_claims_no_less_than_is_so():
    for steps in range(12):
        async with workbench(RELAY) as bench:
            progress = Progress()
            with anyio.CancelScope() as scope:
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(bench.driver.kick, progress, 1.0)
                    for _ in range(steps):
                        await anyio.lowlevel.checkpoint()
                    scope.cancel()
            assert not bench.simulator.energised
            if progress.outcome is Outcome.NOT_STARTED:
                assert not bench.simulator.pulses


async def test_a_line_lost_at_any_byte_tells_whether_the_drawer_can_have_opened():
    begun = 2 * len(OFF)
    for sent in range(len(ON) + len(OFF)):
        simulator = RelaySimulator()
        line = SimulatedTransport(simulator, lost_after=begun + sent)
        async with workbench(RELAY, line) as bench:
            progress = Progress()
            with pytest.raises(TransportError) as caught:
                await bench.driver.kick(progress, 1.0)
        opened = sent >= len(ON)
        assert simulator.drawer_open is opened
        expected = Outcome.UNKNOWN if opened else Outcome.PARTIAL if sent else Outcome.NOT_STARTED
        assert progress.outcome is expected
        if opened:
            assert "may still be on" in str(caught.value)
            assert "plug" in caught.value.hint
            assert caught.value.outcome is Outcome.UNKNOWN
        async with workbench(RELAY, SimulatedTransport(simulator)):
            assert not simulator.energised


async def test_a_board_that_takes_no_more_ends_the_kick_in_time():
    async with workbench(RELAY) as bench:
        bench.line.stuck_after = bench.line.written + len(ON)
        progress = Progress()
        with anyio.fail_after(0.2 + CANCEL_S + 0.1), pytest.raises(TransportError):
            await bench.driver.kick(progress, 1.0)
        assert progress.outcome is Outcome.UNKNOWN
        assert bench.simulator.longest_s(anyio.current_time()) < BURNS_AFTER_S
    async with workbench(RELAY) as bench:
        bench.line.stuck_after = bench.line.written
        progress = Progress()
        with anyio.fail_after(0.6), pytest.raises(TransportError):
            await bench.driver.kick(progress, 0.5)
        assert progress.outcome is Outcome.NOT_STARTED


async def test_while_it_is_on_the_progress_says_that_it_may_have_opened():
    async with workbench(RELAY) as bench:
        progress = Progress()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(bench.driver.kick, progress, 1.0)
            await anyio.sleep(0.05)
            assert bench.simulator.energised
            assert progress.outcome is Outcome.UNKNOWN


class SlowLine(SimulatedTransport):
    """Hands over one byte at a time, with a rest before and after each."""

    async def write(self, data, deadline_s):
        for count, byte in enumerate(data, 1):
            await anyio.sleep(0.001)
            await super().write(bytes((byte,)), deadline_s)
            self.taken = count
            await anyio.sleep(0.001)
        return len(data)


async def test_the_progress_is_true_at_every_moment():
    async with workbench(RELAY, SlowLine(RelaySimulator())) as bench:
        progress = Progress()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(bench.driver.kick, progress, 1.0)
            for _ in range(500):
                await anyio.sleep(0.0005)
                if bench.simulator.pulses:
                    assert progress.outcome is Outcome.UNKNOWN
        assert bench.simulator.drawer_open


@pytest.mark.parametrize(
    "options",
    [
        {"on_hex": ""},
        {"on_hex": "A0 1"},
        {"on_hex": "none"},
        {"off_hex": "0x07"},
        {"on_hex": "00" * 17},
        {"pulse_ms": "9"},
        {"pulse_ms": "5000"},
        {"pulse": "50"},
    ],
)
def test_a_pulse_that_cannot_be_is_refused(options):
    with pytest.raises(ConfigurationError, match="relay"):
        read_options(RELAY.spec, options)


def test_the_drawer_in_software_sticks_and_is_pushed_shut():
    simulator = simulator_spec("relay").make({"on": "07", "off": "08"})
    simulator.act("stick", 0.0)
    simulator.feed(b"\x07", 0.0)
    simulator.feed(b"\x08", 0.2)
    assert not simulator.drawer_open
    simulator.act("free", 1.0)
    simulator.feed(b"\x07\x00\x08", 1.0)
    assert not simulator.drawer_open  # too short a pulse
    simulator.feed(b"\x07", 2.0)
    simulator.feed(b"\x08", 2.1)
    assert simulator.drawer_open
    assert simulator.view() == (
        "relay off, 3 pulses", "drawer open", "last pulse 100 ms", "1 bytes of garbage",
    )  # fmt: skip
    simulator.act("close", 3.0)
    assert not simulator.drawer_open


@pytest.mark.parametrize("options", [{"on": ""}, {"on": "x"}, {"of": "07"}])
def test_a_board_that_cannot_be_made_says_so(options):
    with pytest.raises(ConfigurationError):
        simulator_spec("relay").make(options)


def recorded(bench):
    """Return a list that each write is added to."""
    sent = []
    write = bench.line.write

    async def recording(data, deadline_s):
        sent.append(data)
        return await write(data, deadline_s)

    bench.line.write = recording
    return sent

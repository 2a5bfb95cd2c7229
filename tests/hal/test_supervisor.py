"""Laws of the supervisor: work is done once or not at all, and a device comes back by itself."""

from __future__ import annotations

import random

import anyio
import anyio.lowlevel
import pytest

from posframe.hal.driver import Codec, CodecDriver, Conditions, DeviceSetup
from posframe.hal.effect import have_done
from posframe.hal.errors import AccessDenied, DeviceHeld, Expired
from posframe.hal.facts import DeviceState, StateChanged
from posframe.hal.progress import Outcome, Progress
from posframe.hal.simulators.simulator import Act, Simulator
from posframe.hal.supervisor import Policy, SupervisedDevice
from posframe.hal.transports.simulated import SimulatedTransport
from posframe.testing.virtual_clock import VIRTUAL_TIME


@pytest.fixture
def anyio_backend():
    return VIRTUAL_TIME


class Stamp(Simulator):
    """Stamps for each line it gets, and says so: the smallest device with an effect."""

    def __init__(self):
        self.stamped = []
        self.half = b""

    def feed(self, data, now_s):
        *whole, self.half = (self.half + data).split(b"\n")
        self.stamped += whole
        return b"ok\n" * len(whole)

    def disconnected(self):
        self.half = b""

    def acts(self):
        return {"jam": Act("jam", lambda words, now_s: b"jam\n"), "free": Act("free", _free)}

    def view(self):
        return tuple(map(repr, self.stamped))


def _free(words, now_s):
    return b"free\n"


class LineCodec(Codec[bytes]):
    def __init__(self):
        self.half = b""

    def feed(self, data, now_s):
        *whole, self.half = (self.half + data).split(b"\n")
        return whole


class StampDriver(CodecDriver[bytes]):
    def __init__(self, setup):
        super().__init__(setup, LineCodec())
        self.starts = 0

    async def start(self):
        self.starts += 1

    def received(self, message):
        if message in {b"jam", b"free"}:
            self.setup.report(Conditions(blocking=("jammed",) if message == b"jam" else ()))

    async def stamp(self, text, progress):
        body = text.encode() + b"\n"
        progress.length = len(body)
        try:
            await self.ask(body, lambda message: message == b"ok", 1.0)
        finally:
            progress.most = progress.least = self.line.taken
        progress.confirmed = True


class Rig:
    """A supervised stamp whose cable a test holds."""

    def __init__(self, policy=Policy()):  # noqa: B008 - frozen
        self.stamp = Stamp()
        self.events = []
        self.plugged = True
        self.line = None
        self.opened = 0
        self.refusal = None
        self.device = SupervisedDevice("stamp", self.make, self.events.append, policy)

    def make(self, report):
        self.line = _Cable(self)
        return StampDriver(
            DeviceSetup(
                name="stamp", line=self.line, options=None, emit=report.emit,
                report=report.conditions,
            )
        )  # fmt: skip

    async def pull(self):
        self.plugged = False
        if self.line is not None:
            await self.line.close()

    async def stamped(self, text, deadline_s=5.0):
        async def work(driver, progress, left_s):
            return await driver.stamp(text, progress)

        return (await have_done(self.device, work, deadline_s)).outcome

    def states(self):
        facts = (event.fact for event in self.events)
        return [fact.state.value for fact in facts if isinstance(fact, StateChanged)]


class _Cable(SimulatedTransport):
    def __init__(self, rig):
        super().__init__(rig.stamp)
        self.rig = rig

    async def open(self, deadline_s=5.0):
        if self.rig.refusal is not None:
            raise self.rig.refusal
        self.absent = not self.rig.plugged
        await super().open(deadline_s)
        self.rig.opened += 1

    def present(self):
        return self.rig.plugged


@pytest.fixture
async def rig():
    rig = Rig()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(rig.device.run)
        yield rig
        tasks.cancel_scope.cancel()


async def until_ready(rig):
    await rig.device.perform(lambda driver: anyio.lowlevel.checkpoint(), deadline_s=600.0)


async def test_work_is_done_in_turn_by_a_device_that_is_ready(rig):
    assert [await rig.stamped(text) for text in "abc"] == [Outcome.DONE] * 3
    assert rig.stamp.stamped == [b"a", b"b", b"c"]
    assert rig.states() == ["connecting", "ready"]


async def test_work_waits_for_an_absent_device_and_expires_unsent(rig):
    await until_ready(rig)
    await rig.pull()
    begun = anyio.current_time()
    assert await rig.stamped("late", deadline_s=3.0) is Outcome.NOT_STARTED
    assert anyio.current_time() - begun == pytest.approx(3.0, abs=0.01)
    rig.plugged = True
    await until_ready(rig)
    await anyio.sleep(60)
    assert rig.stamp.stamped == [], "what expired is never done later"


async def test_work_that_waits_is_done_when_the_device_comes_back_in_time(rig):
    await until_ready(rig)
    await rig.pull()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(rig.stamped, "in time", 10.0)
        await anyio.sleep(1.0)
        rig.plugged = True
    assert rig.stamp.stamped == [b"in time"]


async def test_a_device_that_is_seen_again_is_ready_within_a_second(rig):
    """Hot-plug wakes the back-off: a printer put back is not left alone for ten seconds."""
    await until_ready(rig)
    await rig.pull()
    await anyio.sleep(120.0)
    rig.plugged = True
    await anyio.sleep(1.0)
    assert rig.device.state is DeviceState.READY


async def test_an_absent_device_is_looked_for_and_never_opened(rig):
    await until_ready(rig)
    opened = rig.opened
    await rig.pull()
    await anyio.sleep(3600.0)
    assert rig.device.state is DeviceState.OFFLINE
    assert rig.opened == opened


async def test_work_begun_and_cut_off_is_told_as_it_stands_and_not_repeated(rig):
    await until_ready(rig)
    rig.line.lost_after = rig.line.written + 3
    assert await rig.stamped("abcdef") is Outcome.PARTIAL
    rig.plugged = True
    await anyio.sleep(30.0)
    assert rig.stamp.stamped == []


async def test_an_answer_that_is_lost_leaves_the_work_in_doubt(rig):
    await until_ready(rig)
    rig.line.cut_after = rig.line.arrived
    assert await rig.stamped("abc") is Outcome.UNKNOWN
    assert rig.stamp.stamped == [b"abc"]


async def test_a_blocked_device_is_given_nothing_until_a_person_has_acted(rig):
    await until_ready(rig)
    rig.line.act("jam")
    await anyio.sleep(0.01)
    assert (rig.device.state, rig.device.reason) == (DeviceState.BLOCKED, "jammed")
    assert await rig.stamped("early", deadline_s=1.0) is Outcome.NOT_STARTED
    rig.line.act("free")
    assert await rig.stamped("now") is Outcome.DONE
    assert rig.stamp.stamped == [b"now"]


async def test_a_cable_that_fails_again_and_again_is_left_alone_for_a_minute(rig):
    for _ in range(7):
        await until_ready(rig)
        await rig.pull()
        rig.plugged = True
        await anyio.sleep(0.3)
        if rig.device.state is DeviceState.FAILED:
            break
    assert rig.device.state is DeviceState.FAILED
    assert "again and again" in rig.device.reason
    await anyio.sleep(50.0)
    assert rig.device.state is DeviceState.FAILED
    await anyio.sleep(15.0)
    assert rig.device.state is DeviceState.READY


async def test_a_person_ends_the_rest_of_a_failed_device(rig):
    rig.refusal = AccessDenied("stamp: no permission", hint="add yourself to group dialout")
    await rig.pull()
    await anyio.sleep(5.0)
    rig.plugged = True
    await anyio.sleep(5.0)
    assert (rig.device.state, rig.device.hint) == (
        DeviceState.FAILED, "add yourself to group dialout",
    )  # fmt: skip
    rig.refusal = None
    rig.device.appeared()
    await anyio.sleep(1.0)
    assert rig.device.state is DeviceState.READY


async def test_too_much_work_is_refused_at_once_and_not_kept():
    rig = Rig(Policy(waiting_max=3))
    async with anyio.create_task_group() as tasks:  # nobody runs the device
        for text in "abc":
            tasks.start_soon(rig.stamped, text, 50.0)
        await anyio.sleep(0.1)
        with pytest.raises(Expired, match="wait already"):
            await rig.device.perform(lambda driver: driver.stamp("d", Progress()), deadline_s=50.0)
    assert rig.stamp.stamped == []


async def test_a_lease_keeps_the_work_of_others_waiting(rig):
    await until_ready(rig)
    async with rig.device.lease("the test page", deadline_s=1.0):
        with pytest.raises(DeviceHeld, match="the test page"):
            async with rig.device.lease("another", deadline_s=1.0):
                pass
        assert await rig.stamped("other", deadline_s=1.0) is Outcome.NOT_STARTED
        progress = Progress()
        await rig.device.perform(
            lambda driver: driver.stamp("mine", progress), deadline_s=1.0, owner="the test page"
        )
    assert await rig.stamped("after") is Outcome.DONE
    assert rig.stamp.stamped == [b"mine", b"after"]


async def test_a_bug_in_a_driver_fails_its_device_and_nothing_else(rig):
    await until_ready(rig)

    async def buggy(driver):
        raise ZeroDivisionError("division by zero")

    with pytest.raises(ZeroDivisionError):
        await rig.device.perform(buggy, deadline_s=1.0)
    await anyio.sleep(0.1)
    assert rig.device.state is DeviceState.FAILED
    assert "ZeroDivisionError" in rig.device.reason
    await anyio.sleep(61.0)
    assert await rig.stamped("on") is Outcome.DONE


async def test_events_of_a_device_are_numbered_without_gaps(rig):
    for _ in range(3):
        await until_ready(rig)
        await rig.pull()
        await anyio.sleep(5.0)
        rig.plugged = True
        await anyio.sleep(2.0)
    assert [event.sequence for event in rig.events] == list(range(1, len(rig.events) + 1))


async def test_cancelling_the_asker_cancels_the_work(rig):
    await until_ready(rig)
    rig.line.stuck_after = rig.line.written
    with anyio.move_on_after(0.5):
        await rig.device.perform(lambda driver: driver.stamp("x", Progress()), deadline_s=60.0)
    rig.line.stuck_after = float("inf")
    assert await rig.stamped("y") is Outcome.DONE
    assert rig.stamp.stamped == [b"y"]


@pytest.mark.parametrize("seed", range(5))
async def test_random_pulls_double_nothing_and_hide_nothing(seed):
    """200 pulls: every effect that is claimed happened once, no effect happened twice."""
    rig = Rig(Policy(losses_max=1000))
    told = await pulled(rig, random.Random(seed), rig.stamped)
    check(rig, told)
    assert {Outcome.DONE, Outcome.NOT_STARTED, Outcome.PARTIAL} <= set(told.values())


async def test_the_check_sees_work_that_is_repeated_in_doubt():
    """Control: an eager shop that tries again after every failure."""
    rig = Rig(Policy(losses_max=1000))

    async def eager(text, deadline_s):
        outcome = await rig.stamped(text, deadline_s)
        return outcome if outcome is Outcome.DONE else await rig.stamped(text, deadline_s)

    told = await pulled(rig, random.Random(0), eager)
    with pytest.raises(AssertionError):
        check(rig, told)


async def pulled(rig, draw, stamped):
    """Return what 200 jobs were told while a hand pulled and put back the cable."""
    told = {}

    async def hands():
        for _ in range(200):
            await anyio.sleep(draw.random() * 0.8)
            fault = draw.choice(["lost_after", "cut_after", "pulled", "pulled"])
            if fault == "pulled":
                await rig.pull()
            else:
                setattr(rig.line, fault, rig.line.written + 3)
            await anyio.sleep(draw.random() * 3)
            rig.plugged = True

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(rig.device.run)
        await until_ready(rig)
        tasks.start_soon(hands)
        for number in range(200):
            told[f"job {number}"] = await stamped(f"job {number}", 1.0)
            await anyio.sleep(draw.random() * 2)
        tasks.cancel_scope.cancel()
    return told


def check(rig, told):
    counted = {text: rig.stamp.stamped.count(text.encode()) for text in told}
    assert max(counted.values()) == 1
    for text, outcome in told.items():
        if outcome is Outcome.DONE:
            assert counted[text] == 1
        elif outcome in {Outcome.NOT_STARTED, Outcome.PARTIAL}:
            assert counted[text] == 0

"""One exchange on the bench, watched: what it gave, what the device did, and how far it came.

What has to be true of a run is the business of the points; `soundness` says what may be claimed.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from collections.abc import Callable, Coroutine, Generator, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import anyio
import attrs

from posframe.errors import DeviceError
from posframe.hal.driver import Conditions
from posframe.hal.facts import Fact
from posframe.hal.progress import Progress
from posframe.hal.simulators.simulator import Act, Simulator
from posframe.hal.transports.simulated import SimulatedTransport
from posframe.testing.hal.workbench import Workbench, workbench

if TYPE_CHECKING:
    from types import FrameType

    from posframe.testing.hal.kit import Kit

LIMIT_S = 300.0
"""Virtual seconds after which an exchange hangs."""
CPU_LIMIT_S = 30.0
"""Seconds of computing after which a driver hangs in a loop of its own."""
FACTS_S = 5.0
"""How long the facts of a stimulus may take."""
QUIET_S = 0.5
"""How long is listened for facts that should not come."""

EVERY = -1
"""All steps of an exchange."""

Work = Callable[[Workbench, Progress], Coroutine[Any, Any, Any]]
Deed = Callable[[anyio.CancelScope, Workbench], None]


class Tapped(Simulator):
    """A device in software whose wire is in the suite's hands: heard, silenced, spoken for."""

    def __init__(self, device: Simulator) -> None:
        self.device = device
        self.said = bytearray()
        """All that the device has sent, also what nobody heard."""
        self.silent = False
        """Whether what it sends is lost."""
        self.injected = b""
        """What is sent in its place at the next empty act."""

    @property
    def room_bytes(self) -> int | None:  # type: ignore[override] # a property in place of an attribute
        """How much the device takes now."""
        return self.device.room_bytes

    def feed(self, data: bytes, now_s: float) -> bytes:
        """Take bytes from the host; return what is answered at once."""
        return self._sent(self.device.feed(data, now_s))

    def due_s(self) -> float | None:
        """Return when `tick` is due next."""
        return self.device.due_s()

    def tick(self, now_s: float) -> bytes:
        """Let time pass until ``now_s``; return what is sent unasked."""
        return self._sent(self.device.tick(now_s))

    def connected(self, now_s: float) -> bytes:
        """Note that a host has opened the line."""
        return self._sent(self.device.connected(now_s))

    def disconnected(self) -> None:
        """Note that the host has gone."""
        self.device.disconnected()

    def acts(self) -> Mapping[str, Act]:
        """Return what a person can do to the device, by name."""
        return self.device.acts()

    def act(self, words: str, now_s: float) -> bytes:
        """Do what a person does; no words: send what is injected."""
        if words:
            return self._sent(self.device.act(words, now_s))
        injected, self.injected = self.injected, b""
        return injected

    def view(self) -> tuple[str, ...]:
        """Return the device's state as short lines."""
        return self.device.view()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever else the device has
        return getattr(self.device, name)

    def _sent(self, data: bytes) -> bytes:
        self.said += data
        return b"" if self.silent else data


class Line(SimulatedTransport):
    """A simulated line to a tapped device, which can carry its answers byte by byte."""

    byte_s: float | None = None
    """Seconds each byte takes, and comes alone; None: whatever is there comes at once."""

    def __init__(self, device: Simulator, faults: Any = (), **ends: float) -> None:  # noqa: ANN401
        self.tap = Tapped(device)
        super().__init__(self.tap, faults, **ends)

    async def read(self, size_max: int, deadline_s: float) -> bytes:
        """Return what has arrived, one byte of it on a slow line."""
        if self.byte_s is None:
            return await super().read(size_max, deadline_s)
        data = await super().read(1, deadline_s)
        if data:
            await anyio.sleep(self.byte_s)
        return data


@attrs.define
class Run:
    """What one exchange came to."""

    line: Line
    progress: Progress = attrs.field(factory=Progress)
    facts: list[Fact] = attrs.field(factory=list)
    conditions: list[Conditions] = attrs.field(factory=list)
    value: Any = None
    """What it returned; for a device that sends unasked, the facts it led to."""
    error: DeviceError | None = None
    crash: BaseException | None = None
    """An exception that is no answer: the driver's bug."""
    hung: bool = False
    cancelled: bool = False
    started: bool = False
    start_sent: int = 0
    start_heard: int = 0
    """Bytes that went either way before the exchange began."""
    sent: int = 0
    heard: int = 0
    """Bytes that had gone either way when it ended."""
    steps: int = 0
    """How often it waited."""
    elapsed_s: float = 0.0
    after_s: float = 0.0
    """Seconds between the deed at the chosen step and the end."""
    effects: int = 0
    touched: bool = False

    @property
    def bug(self) -> str:
        """Return what went wrong that no device can be blamed for; empty: nothing."""
        if self.hung:
            return f"the driver hangs: it waits {LIMIT_S:g} s, or computes, without end"
        if self.crash is not None:
            return f"the driver crashed: {type(self.crash).__name__}: {self.crash}"
        return ""

    def told(self) -> str:
        """Return what an operator would have learnt, in one text."""
        said = [self.value, getattr(getattr(self.value, "load", None), "value", "")]
        if self.error is not None:
            said += [self.error, self.error.hint, getattr(self.error, "fault", "")]
        return " ".join(str(each) for each in [*said, *self.conditions]).casefold()


async def perform(
    kit: Kit,
    line: Line | None = None,
    work: Work | None = None,
    *,
    at: int = 0,
    deed: Deed | None = None,
) -> Run:
    """Connect a fresh driver to ``line``, start it, do ``work``, and disconnect.

    Args:
        kit: the driver under test.
        line: a line to its twin; None: a good one to a fresh twin.
        work: what is done; None: the kit's exchange.
        at: the step of ``work`` at which ``deed`` is done, 1 or more, or `EVERY`; a step is a wait.
        deed: what happens then: the exchange is cancelled, a cover is opened.
    """
    line = line or Line(kit.simulator())
    run = Run(line)
    device = line.tap.device
    before = kit.effects(device)
    try:
        with anyio.move_on_after(LIMIT_S) as limit, _computing_limited(limit):
            async with workbench(kit, line, start=False) as bench:
                run.facts, run.conditions = bench.facts, bench.conditions
                work = work or exchange_of(kit)
                await _watched(run, bench, work(bench, run.progress), at, deed)
        run.hung = limit.cancelled_caught
    except BaseException as error:  # noqa: BLE001 - what is no driver's bug is raised again
        _judge(run, _root(error))
    run.effects = kit.effects(device) - before
    run.touched = kit.touched(device)
    return run


def tap(bench: Workbench) -> Tapped:
    """Return the tapped device that lies on the bench of a run."""
    assert isinstance(bench.line, Line), "runs are made on lines of the suite"
    return bench.line.tap


def inject(bench: Workbench, data: bytes) -> None:
    """Let ``data`` arrive as if the device had sent it."""
    tap(bench).injected = data
    bench.line.act("")


def exchange_of(kit: Kit) -> Work:
    """Return the kit's exchange: the golden one, and its stimulus with the facts that follow."""

    async def exchange(bench: Workbench, progress: Progress) -> Any:  # noqa: ANN401 - the kit's own
        value = await kit.golden(bench.driver, progress)
        return await facts_after(bench, kit.stimulus, len(kit.expected)) if kit.stimulus else value

    return exchange


async def facts_after(bench: Workbench, act: str, count: int) -> tuple[Fact, ...]:
    """Do ``act``; return the facts it leads to, once ``count`` came and no more do."""
    before = len(bench.facts)
    bench.line.act(act)
    with anyio.move_on_after(FACTS_S):
        while len(bench.facts) - before < count:  # noqa: ASYNC110 - a list tells nobody that it grew
            await anyio.sleep(0.05)
    await anyio.sleep(QUIET_S)
    return tuple(bench.facts[before:])


async def reference(kit: Kit) -> Run:
    """Return what the kit's exchange comes to when nothing is wrong.

    Raises:
        AssertionError: it does not even work then.
    """
    run = await perform(kit)
    assert not run.bug, f"With nothing wrong, {run.bug}"
    assert run.error is None, f"With nothing wrong, the exchange fails: {run.error!r}"
    if kit.stimulus:
        assert run.value == kit.expected, (
            f"With nothing wrong, {kit.stimulus!r} leads to {run.value}, not to {kit.expected}"
        )
    else:
        assert run.effects == 1, f"With nothing wrong, the exchange happened {run.effects} times"
    return run


class _Steps:
    """A coroutine that is counted at each wait, and disturbed at one of them."""

    def __init__(self, work: Coroutine[Any, Any, Any], at: int, deed: Callable[[], None]) -> None:
        self._work, self._at, self._deed = work, at, deed
        self.count = 0

    def __await__(self) -> Generator[Any, Any, Any]:
        thrown: BaseException | None = None
        while True:
            try:
                wanted = self._work.send(None) if thrown is None else self._work.throw(thrown)
            except StopIteration as end:
                return end.value
            self.count += 1
            if self._at in {self.count, EVERY}:
                self._deed()
            try:
                yield wanted
                thrown = None
            except BaseException as error:  # noqa: BLE001 - it belongs to the work
                thrown = error


async def _watched(
    run: Run, bench: Workbench, work: Coroutine[Any, Any, Any], at: int, deed: Deed | None
) -> None:
    try:
        await bench.driver.start()
    except DeviceError as error:
        work.close()
        run.error = error
        return
    run.started = True
    run.start_sent, run.start_heard = bench.line.written, bench.line.arrived
    run.line.tap.said.clear()
    began_s = done_s = anyio.current_time()

    def act() -> None:
        nonlocal done_s
        done_s = anyio.current_time()
        if deed is not None:
            deed(scope, bench)

    steps = _Steps(work, at, act)
    try:
        with anyio.CancelScope() as scope:
            run.value = await steps
        run.cancelled = scope.cancelled_caught
    except DeviceError as error:
        run.error = error
    finally:
        run.sent, run.heard = bench.line.written, bench.line.arrived
        run.steps = steps.count
        run.elapsed_s = anyio.current_time() - began_s
        run.after_s = anyio.current_time() - done_s


def _judge(run: Run, error: BaseException) -> None:
    if isinstance(error, DeviceError):
        run.error = error
    elif isinstance(error, (Exception, _Hung)):
        run.crash = error
    else:
        raise error


def _root(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup) and error.exceptions:
        error = error.exceptions[0]
    return error


class _Hung(BaseException):
    """Not an Exception: a driver that catches those would go on."""


@contextlib.contextmanager
def _computing_limited(scope: anyio.CancelScope) -> Iterator[None]:
    """Break off what computes without end, by the time this process computes; it may itself wait.

    First the run is cancelled; where that does not help, as nothing is ever awaited, it is broken
    off where it stands, though never inside of asyncio, which would take that for its own end.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop, told = asyncio.get_running_loop(), False

    def stop(_signal: int, frame: FrameType | None) -> None:
        nonlocal told
        if not told:
            told = True
            loop.call_soon_threadsafe(scope.cancel)
        elif frame is None or "asyncio" not in frame.f_code.co_filename:
            raise _Hung("it computes without end")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, CPU_LIMIT_S, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)

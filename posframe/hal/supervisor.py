"""One supervised device: connects it, watches it, gives it work in turn, and brings it back.

States and what leads from one to the other::

    CONNECTING ── open, start ──► READY ◄──► DEGRADED ◄──► BLOCKED     (the driver reports)
        ▲   │                        │
        │   └── not there ──► OFFLINE ◄── line lost
        │                        │
        └── seen again, or back-off over ──┘          FAILED: a right, a setting, or a storm

Work that was not begun waits for the device until its own deadline; work that was begun is never
repeated, whatever happened to it.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
import attrs

from posframe.errors import ConfigurationError, DeviceError, DeviceOffline, PosframeError
from posframe.hal.driver import CANCEL_S, Conditions
from posframe.hal.errors import AccessDenied, DeviceHeld, Expired, ProtocolError, Unanswered
from posframe.hal.facts import DeviceEvent, DeviceState, Fact, StateChanged

if TYPE_CHECKING:
    from posframe.hal.driver import Driver
    from posframe.hal.transports import Transport

T = TypeVar("T")


@attrs.frozen
class Policy:
    """How patient a supervisor is."""

    backoff_s: tuple[float, ...] = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
    """Rests between attempts to connect; the last one repeats. Being ready begins anew."""
    failed_s: float = 60.0
    """Rest after a failure that only a person can mend."""
    look_s: float = 0.5
    """How often an absent device is looked for; seeing it costs one look at the system."""
    settle_s: float = 0.2
    """Rest between seeing a device and opening it: printers answer late after power-up."""
    open_s: float = 5.0
    start_s: float = 5.0
    check_s: float = 2.0
    losses_max: int = 5
    losses_within_s: float = 60.0
    """More than ``losses_max`` in this time: a bad cable or supply, which is left alone a while."""
    waiting_max: int = 32


POLICY = Policy()


@attrs.frozen
class Report:
    """Where a driver says what happens, and what keeps it from working."""

    emit: Callable[[Fact], None]
    conditions: Callable[[Conditions], None]


@attrs.define(eq=False)
class _Task:
    work: Callable[[Any], Awaitable[Any]]
    owner: str
    done: anyio.Event = attrs.field(factory=anyio.Event)
    scope: anyio.CancelScope = attrs.field(factory=anyio.CancelScope)
    begun: bool = False
    value: Any = None
    error: BaseException | None = None


class SupervisedDevice:
    """A device by its name in till.toml. Give it work with `perform` while `run` is running."""

    def __init__(
        self,
        name: str,
        make: Callable[[Report], Driver],
        publish: Callable[[DeviceEvent], None],
        policy: Policy = POLICY,
    ) -> None:
        """``make`` returns a new driver on a new line, not yet open; it is asked at each try."""
        self.name = name
        self.state = DeviceState.CLOSED
        self.reason = ""
        self.hint = ""
        self.driver: Driver | None = None
        """The driver while connected."""
        self._make, self._publish, self._policy = make, publish, policy
        self._line: Transport | None = None
        self._sequence = 0
        self._conditions = Conditions()
        self._tasks: deque[_Task] = deque()
        self._work = anyio.Event()
        self._seen = anyio.Event()
        self._failures = 0
        self._losses: deque[float] = deque(maxlen=policy.losses_max + 1)
        self._holder = ""
        self._freed = anyio.Event()

    @property
    def waiting(self) -> int:
        """How many pieces of work wait for their turn."""
        return len(self._tasks)

    async def perform(
        self, work: Callable[[Any], Awaitable[T]], *, deadline_s: float, owner: str = ""
    ) -> T:
        """Have ``work(driver)`` done when its turn comes, within ``deadline_s`` in all.

        Raises:
            Expired: its turn did not come in time, or too much waits; nothing was sent.
            DeviceError: what the driver met, or that it took too long.
        """
        if len(self._tasks) >= self._policy.waiting_max:
            raise Expired(
                f"{self.name}: {len(self._tasks)} jobs wait already", hint=self.hint or self.reason
            )
        task = _Task(work, owner)
        self._tasks.append(task)
        self._work.set()
        try:
            with anyio.move_on_after(deadline_s):
                await task.done.wait()
        finally:
            await self._withdraw(task)
        if task.error is not None:
            raise task.error
        if not task.begun:
            raise Expired(f"{self.name}: {self.reason or 'busy until too late'}", hint=self.hint)
        return task.value  # type: ignore[no-any-return] # what ``work`` returned

    @contextlib.asynccontextmanager
    async def lease(self, owner: str, *, deadline_s: float) -> AsyncIterator[None]:
        """Have the device to oneself while the block runs: work of other owners waits.

        Raises:
            DeviceHeld: somebody else has it, named in the message.
        """
        with anyio.move_on_after(deadline_s):
            while self._holder:
                self._freed = anyio.Event()
                await self._freed.wait()
        if self._holder:
            raise DeviceHeld(f"{self.name} is in use: {self._holder}", hint="wait until it is free")
        self._holder = owner
        try:
            yield
        finally:
            self._holder = ""
            self._freed.set()
            self._work.set()

    def appeared(self) -> None:
        """Try to connect now: something new was plugged in, or a person asks."""
        self._seen.set()

    async def run(self) -> None:
        """Keep the device connected until cancelled."""
        try:
            while True:
                error = await self._connected()
                await self._rest(*self._judge(error))
        finally:
            self._enter(DeviceState.CLOSED)

    async def _connected(self) -> Exception:
        """Connect, and work until that fails; return why it did."""
        self._enter(DeviceState.CONNECTING, self.reason)
        self._line = None
        ended: list[Exception] = []
        try:
            driver = self._make(Report(self._emit, self._reported))
            self._line = driver.line
            await driver.line.open(self._policy.open_s)
        except Exception as error:  # noqa: BLE001 - a driver's bug must not end the till
            await self._close(self._line)
            return error
        async with anyio.create_task_group() as tasks:
            scope = tasks.cancel_scope

            async def guarded(part: Callable[[], Awaitable[None]]) -> None:
                try:
                    await part()
                    ended.append(ProtocolError(f"{self.name}: the driver stopped listening"))
                except Exception as error:  # noqa: BLE001 - a driver's bug must not end the till
                    ended.append(error)
                scope.cancel()

            try:
                tasks.start_soon(guarded, driver.pump)
                await guarded(lambda: self._serve(driver))
            finally:
                scope.cancel()
                await self._leave(driver)
        return ended[0]

    async def _leave(self, driver: Driver) -> None:
        self.driver = None
        self._conditions = Conditions()
        with anyio.CancelScope(shield=True):
            if driver.line.is_open:
                with anyio.move_on_after(CANCEL_S), contextlib.suppress(DeviceError):
                    await driver.end()
            await self._close(driver.line)

    async def _close(self, line: Transport | None) -> None:
        if line is not None:
            with anyio.CancelScope(shield=True), contextlib.suppress(DeviceError):
                await line.close()

    async def _serve(self, driver: Driver) -> None:
        """Start the device and give it work, for ever."""
        try:
            with anyio.fail_after(self._policy.start_s):
                await driver.start()
        except TimeoutError as error:
            raise Unanswered(
                f"{self.name} did not answer", hint="check that it is switched on"
            ) from error
        self.driver = driver
        self._failures = 0
        self._show_conditions()
        while True:
            task = await self._next(driver.check_every_s)
            if task is None:
                await self._check(driver)
            else:
                await self._do(driver, task)

    async def _check(self, driver: Driver) -> None:
        try:
            with anyio.fail_after(self._policy.check_s):
                await driver.check()
        except TimeoutError as error:
            raise Unanswered(f"{self.name} no longer answers") from error

    async def _next(self, patience_s: float | None) -> _Task | None:
        """Return the next task whose turn it is; None after ``patience_s`` without one."""
        with anyio.move_on_after(patience_s):
            while True:
                self._work = anyio.Event()
                ready = not self._conditions.blocking
                for task in self._tasks:
                    if ready and self._holder in {"", task.owner}:
                        self._tasks.remove(task)
                        return task
                await self._work.wait()
        return None

    async def _do(self, driver: Driver, task: _Task) -> None:
        """Do one task; whatever happens, it is answered once."""
        task.begun = True
        try:
            with task.scope:
                task.value = await task.work(driver)
        except Exception as error:
            task.error = error
            if not isinstance(error, PosframeError) or not driver.line.is_open:
                raise  # a bug, or the line: the session ends
        except BaseException:
            task.error = DeviceOffline(f"{self.name} was lost meanwhile")
            raise
        finally:
            if task.scope.cancelled_caught:
                task.error = Unanswered(f"{self.name} did not finish in time", hint=self.hint)
            task.done.set()

    async def _withdraw(self, task: _Task) -> None:
        """Take back a task whose asker has left: from the queue, or out of the driver's hands."""
        if task.done.is_set():
            return
        if task in self._tasks:
            self._tasks.remove(task)
            return
        task.scope.cancel()
        with anyio.CancelScope(shield=True):
            with anyio.move_on_after(2 * CANCEL_S):
                await task.done.wait()
        if task.error is None and not task.done.is_set():
            task.error = Unanswered(f"{self.name} did not finish in time", hint=self.hint)

    def _judge(self, error: Exception) -> tuple[float, bool]:
        """Enter the state that ``error`` leads to; return the rest, and whether seeing ends it."""
        hint = getattr(error, "hint", "")
        words = getattr(error, "message", "") or f"{type(error).__name__}: {error}"
        if self.state not in {DeviceState.CONNECTING, DeviceState.OFFLINE, DeviceState.FAILED}:
            self._losses.append(anyio.current_time())
            if self._is_storm():
                self._losses.clear()
                hint = "check its cable and its power supply"
                self._enter(DeviceState.FAILED, f"lost again and again: {words}", hint)
                return self._policy.failed_s, False
        if isinstance(error, (AccessDenied, DeviceHeld, ConfigurationError, ProtocolError)) or (
            not isinstance(error, DeviceError)
        ):
            self._enter(DeviceState.FAILED, words, hint)
            held = isinstance(error, DeviceHeld)
            return self._policy.backoff_s[-1] if held else self._policy.failed_s, True
        self._enter(DeviceState.OFFLINE, words, hint)
        step = min(self._failures, len(self._policy.backoff_s) - 1)
        self._failures += 1
        return self._policy.backoff_s[step], True

    def _is_storm(self) -> bool:
        losses, policy = self._losses, self._policy
        return len(losses) > policy.losses_max and losses[-1] - losses[0] < policy.losses_within_s

    async def _rest(self, rest_s: float, wakes: bool) -> None:  # noqa: FBT001 - from _judge
        """Wait until the time is over, or a device that was absent is seen, or a person asks."""
        self._seen = anyio.Event()
        ends_s = anyio.current_time() + rest_s
        was_absent = False
        while True:
            absent = self._is_absent()
            if was_absent and not absent and wakes:
                await anyio.sleep(self._policy.settle_s)
                return
            was_absent = absent
            left_s = ends_s - anyio.current_time()
            if left_s <= 0 and not absent:
                return
            pause_s = self._policy.look_s if left_s <= 0 else min(self._policy.look_s, left_s)
            with anyio.move_on_after(pause_s):
                await self._seen.wait()
                return

    def _is_absent(self) -> bool:
        """Tell whether a look at the system is enough to know that nothing is there."""
        try:
            return self._line is not None and self._line.present() is False
        except Exception:  # noqa: BLE001 - a transport's bug must not end the till
            return False

    def _reported(self, conditions: Conditions) -> None:
        self._conditions = conditions
        if self.driver is not None:
            self._show_conditions()
        self._work.set()

    def _show_conditions(self) -> None:
        conditions = self._conditions
        if conditions.blocking:
            self._enter(DeviceState.BLOCKED, "; ".join(conditions.blocking))
        elif conditions.warnings:
            self._enter(DeviceState.DEGRADED, "; ".join(conditions.warnings))
        else:
            self._enter(DeviceState.READY)

    def _enter(self, state: DeviceState, reason: str = "", hint: str = "") -> None:
        if (state, reason, hint) == (self.state, self.reason, self.hint):
            return
        self.state, self.reason, self.hint = state, reason, hint
        self._emit(StateChanged(state, reason, hint))

    def _emit(self, fact: Fact) -> None:
        self._sequence += 1
        self._publish(DeviceEvent(self.name, self._sequence, fact))

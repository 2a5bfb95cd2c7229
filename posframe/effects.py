"""The effect runner: does the outside effects the journal asks for, off the engine thread.

What is to be done is a pure function of state (``kernel.domain.effects``), so that a start, a
failed commit and normal running share one path. One job a device at a time; ``sent`` is on disk
before anything is sent, and jobs of one moment share that flush.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread

from posframe.crashpoint import crashpoint
from posframe.errors import PosframeError, RuleViolation
from posframe.kernel.contracts import JobResult
from posframe.kernel.domain.commands import ClaimJobs, SettleJob
from posframe.kernel.domain.effects import effects
from posframe.kernel.domain.transaction import JobStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe.kernel.contracts import JobHandler
    from posframe.kernel.domain.transaction import Job, TillState
    from posframe.kernel.engine import Outcome
    from posframe.kernel.worker import Ticket
    from posframe.loop_thread import LoopThread

RETRY_FIRST_S = 1.0
RETRY_MAX_S = 30.0
BUSY_PAUSE_S = 0.1
_ENDINGS = {
    "done": "confirmed",
    "not_started": "returned",
    "unknown": "doubted",
    "failed": "given_up",
}


class EffectRunner:
    """Runs jobs on the event loop beside the engine, begun with the first job."""

    def __init__(
        self,
        submit: Callable[..., Ticket],
        state: Callable[[], TillState],
        handlers: Callable[[], dict[str, JobHandler]],
        loop: LoopThread,
    ) -> None:
        self._submit, self._state, self._make_handlers = submit, state, handlers
        self._loop_thread = loop
        self._portal: Any = None
        self._changed: anyio.Event | None = None
        self._handlers: dict[str, JobHandler] = {}
        self._trouble = ""
        self._busy: set[str] = set()
        self._not_before: dict[str, tuple[float, float]] = {}
        self._looked_s = 0.0
        self._closing = False
        self._finished = threading.Event()
        self._beginning = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._settled: set[str] = set()
        """Jobs whose end is known here and rides on the next commit: their device is free."""

    def offer(self, state: TillState) -> None:
        """Look at a new state; from any thread, never waits for a device.

        It runs behind every commit: where there is nothing to do it does nothing.
        """
        if not effects(state, settled=self._settled):
            return
        if self._portal is None:
            with self._beginning:  # two threads may bring the first job
                if self._portal is None:
                    self._begin()
        self._wake()

    def drain(self, timeout_s: float) -> bool:
        """Wait until no job is queued or under way; tell whether that came true in time."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            pending = any(
                job.status is not JobStatus.UNKNOWN for job in self._state().jobs.values()
            )
            if not pending and not self._busy:
                return True
            time.sleep(0.005)
        return False

    def close(self) -> None:
        """Let jobs under way end within their deadline's grace, and stop."""
        if self._portal is None:
            return
        self._closing = True
        self._wake()
        self._finished.wait(2.0)
        self._portal = None

    def _begin(self) -> None:
        self._portal = self._loop_thread.portal()
        self._portal.start_task_soon(self._run)

    def _wake(self) -> None:
        """Have the loop look again; from any thread, without waiting for it to answer."""
        if self._loop is not None:  # before it is there, its first look is still to come
            with contextlib.suppress(RuntimeError):  # it has ended, with the till
                self._loop.call_soon_threadsafe(self._note_change)

    def _note_change(self) -> None:
        if self._changed is not None:
            self._changed.set()

    async def _run(self) -> None:
        self._changed = anyio.Event()
        self._loop = asyncio.get_running_loop()
        await anyio.to_thread.run_sync(self._prepare)
        try:
            async with anyio.create_task_group() as tasks:
                while not self._closing:
                    for job in await self._claimed():
                        tasks.start_soon(self._perform, job)
                    with anyio.move_on_after(self._pause_s()):
                        await self._changed.wait()
                    self._changed = anyio.Event()
                tasks.cancel_scope.cancel()
        finally:
            with anyio.CancelScope(shield=True):
                for handler in set(self._handlers.values()):
                    await handler.close()
            self._finished.set()

    def _prepare(self) -> None:
        """Make the handlers; without them jobs wait, with the reason, and selling goes on."""
        try:
            self._handlers = self._make_handlers()
        except PosframeError as error:
            self._trouble = str(error)

    async def _claimed(self) -> list[Job]:
        """Put jobs on disk as being sent, and return those that now are."""
        self._looked_s = now = anyio.current_time()
        waiting = {device for device, (until, _) in self._not_before.items() if until > now}
        state = self._state()
        self._settled.intersection_update(state.jobs)
        jobs = effects(state, self._busy | waiting, self._settled)
        if not jobs:
            return []
        self._busy.update(job.device for job in jobs)
        outcome = await self._answered(ClaimJobs(ids=tuple(job.id for job in jobs)))
        sent = [
            job
            for job in jobs
            if outcome.accepted and _is_sent(outcome.state, job.id) and not outcome.repeated
        ]
        self._busy.difference_update(job.device for job in jobs if job not in sent)
        if sent:
            crashpoint("job.claimed")
        return sent

    async def _perform(self, job: Job) -> None:
        try:
            result = await self._result_of(job)
        finally:
            self._busy.discard(job.device)
        self._note_retry(job.device, result)
        self._settled.add(job.id)
        crashpoint("job.performed")
        settle = SettleJob(id=job.id, outcome=_ENDINGS[result.outcome], detail=result.detail)
        await self._submitted(settle, lazy=result.outcome == "done")
        self._note_change()

    async def _answered(self, command: ClaimJobs) -> Outcome:
        """Submit a command and return its outcome; no thread waits for it: a hop takes time."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Outcome] = loop.create_future()

        def tell(outcome: Outcome) -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended, with the till
                loop.call_soon_threadsafe(_settle, answer, outcome)

        await self._submitted(command, tell)
        return await answer

    async def _submitted(
        self,
        command: ClaimJobs | SettleJob,
        then: Callable[[Outcome], None] | None = None,
        *,
        lazy: bool = False,
    ) -> None:
        """Submit a command, again and again while too many others wait: it may not get lost."""
        while True:
            try:
                self._submit(command, then, lazy=lazy)
            except RuleViolation:
                await anyio.sleep(BUSY_PAUSE_S)
            else:
                return

    async def _result_of(self, job: Job) -> JobResult:
        handler = self._handlers.get(job.kind)
        if self._trouble:
            return JobResult(outcome="not_started", detail=self._trouble)
        if handler is None:
            return JobResult(outcome="failed", detail=f"nothing here can do {job.kind!r}")
        try:
            with anyio.fail_after(handler.deadline_s):
                result = await handler.perform(job)
            if isinstance(result, JobResult) and result.outcome in _ENDINGS:
                return result
            return JobResult(outcome="unknown", detail=f"the handler returned {result!r}")
        except TimeoutError:
            return JobResult(outcome="unknown", detail="no answer in time")
        except Exception as error:  # noqa: BLE001 - a handler's bug leaves the effect in doubt
            return JobResult(outcome="unknown", detail=f"{type(error).__name__}: {error}")

    def _note_retry(self, device: str, result: JobResult) -> None:
        if result.outcome != "not_started":
            self._not_before.pop(device, None)
            return
        _, pause = self._not_before.get(device, (0.0, RETRY_FIRST_S / 2))
        pause = min(RETRY_MAX_S, pause * 2)
        self._not_before[device] = (anyio.current_time() + pause, pause)

    def _pause_s(self) -> float | None:
        """Return how long to sleep when nothing changes: until the next device may be tried."""
        # A pause that ended after the last look, and before now, is over: look again at once.
        later = [until for until, _ in self._not_before.values() if until > self._looked_s]
        return max(0.0, min(later) - anyio.current_time()) if later else None


def _settle(answer: asyncio.Future[Outcome], outcome: Outcome) -> None:
    if not answer.done():  # its asker may have been cancelled
        answer.set_result(outcome)


def _is_sent(state: TillState, id_: str) -> bool:
    job = state.jobs.get(id_)
    return job is not None and job.status is JobStatus.SENT

"""The one engine thread: owns state, journal and hooks; takes commands from any thread, in order.

Whatever waits while a commit runs goes into the next group, so that ten scans on a slow disk cost
one flush. Lazy commands (a job that was confirmed) ride on the next commit for a while.
"""

from __future__ import annotations

import queue
import threading
import time
from typing import TYPE_CHECKING, Any

from posframe.errors import JournalUnavailable, RuleViolation

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe.kernel.engine import Engine, Outcome, Submission

GROUP_MAX = 64
WAITING_MAX = 4_096
LAZY_WAIT_S = 0.5
IDLE_AFTER_S = 0.2
IDLE_EVERY_S = 5.0


class Ticket:
    """What a submitted command will come to."""

    __slots__ = ("_done", "_then", "lazy", "outcome", "submission")

    def __init__(
        self, submission: Submission, then: Callable[[Outcome], None] | None, *, lazy: bool
    ) -> None:
        self.submission = submission
        self.outcome: Outcome | None = None
        self.lazy = lazy
        self._then = then
        self._done = threading.Lock()  # held until done: half the cost of an Event
        self._done.acquire()

    def wait(self, timeout_s: float | None = None) -> Outcome:
        """Block until the outcome is on disk, and return it.

        Raises:
            TimeoutError: it took longer than ``timeout_s``.
        """
        if not self._done.acquire(timeout=-1 if timeout_s is None else timeout_s):
            raise TimeoutError("the till did not answer in time")
        self._done.release()
        assert self.outcome is not None, "it was let go with its outcome"
        return self.outcome

    def finish(self, outcome: Outcome) -> None:
        """Hand over the outcome; on the engine thread."""
        self.outcome = outcome
        self._done.release()
        if self._then is not None:
            self._then(outcome)


class EngineThread:
    """Runs one engine on a thread of its own until closed."""

    def __init__(self, engine: Engine, *, idle: Callable[[], bool] | None = None) -> None:
        """Prepare the thread.

        Args:
            engine: used by nobody else from now on.
            idle: work for when nobody waits; called in slices while it returns True.
        """
        self.engine = engine
        self._idle = idle or (lambda: False)
        self._queue: queue.SimpleQueue[Ticket | Callable[[], None] | None] = queue.SimpleQueue()
        self._listeners: list[Callable[[list[Outcome]], None]] = []
        self._thread = threading.Thread(target=self._run, name="posframe-engine", daemon=True)
        self._idle_at = 0.0
        self._gate = threading.Lock()
        self._closed = False

    def start(self) -> None:
        """Begin to take commands."""
        self._idle_at = time.monotonic() + IDLE_AFTER_S
        self._thread.start()

    def listen(self, listener: Callable[[list[Outcome]], None]) -> None:
        """Call ``listener`` on the engine thread after every group that was acknowledged."""
        self._listeners.append(listener)

    def submit(
        self,
        submission: Submission,
        then: Callable[[Outcome], None] | None = None,
        *,
        lazy: bool = False,
    ) -> Ticket:
        """Queue a command; ``then`` is called on the engine thread when its outcome is final.

        Raises:
            RuleViolation: too many commands wait already.
            JournalUnavailable: the till was closed.
        """
        if self._queue.qsize() >= WAITING_MAX:
            raise RuleViolation("The till is busy", hint="wait until what was keyed is done")
        ticket = Ticket(submission, then, lazy=lazy)
        self._put(ticket)
        return ticket

    def call(self, function: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever it returns
        """Run ``function`` on the engine thread, between groups, and return its answer.

        Raises:
            JournalUnavailable: the till was closed.
        """
        done, box = threading.Event(), []

        def run() -> None:
            try:
                box.append((True, function()))
            except Exception as error:  # noqa: BLE001 - raised again where it was asked for
                box.append((False, error))
            done.set()

        if threading.current_thread() is self._thread:
            return function()
        self._put(run)
        done.wait()
        good, answer = box[0]
        if not good:
            raise answer
        return answer

    def close(self) -> None:
        """Finish what is queued, and stop."""
        if self._thread.is_alive():
            with self._gate:
                self._closed = True
                self._queue.put(None)
            self._thread.join()

    def _put(self, item: Ticket | Callable[[], None]) -> None:
        with self._gate:  # what stood behind the end would be waited for for ever
            if self._closed:
                raise JournalUnavailable("The till is closed", hint="start it again")
            self._queue.put(item)

    def _run(self) -> None:
        while True:
            try:
                item = self._queue.get(timeout=max(0.0, self._idle_at - time.monotonic()))
            except queue.Empty:
                self._be_idle()
                continue
            if item is None:
                return
            if isinstance(item, Ticket):
                if not self._do_group(item):
                    return
            else:
                item()

    def _be_idle(self) -> None:
        more: list[bool] = []
        self._tell(lambda: more.append(self._idle()))
        self._idle_at = time.monotonic() + (0.0 if any(more) else IDLE_EVERY_S)

    def _tell(self, function: Callable[..., Any], *arguments: Any) -> None:  # noqa: ANN401 - passes through
        """Call what belongs to others; their failure is theirs, and the till goes on."""
        try:
            function(*arguments)
        except Exception as error:  # noqa: BLE001 - reported as of any thread
            told = (type(error), error, error.__traceback__, self._thread)
            threading.excepthook(threading.ExceptHookArgs(told))

    def _do_group(self, first: Ticket) -> bool:
        """Do one group; False when the thread was asked to stop meanwhile."""
        group, others, going_on = self._gather(first)
        outcomes = self.engine.execute([ticket.submission for ticket in group])
        for ticket, outcome in zip(group, outcomes, strict=True):
            self._tell(ticket.finish, outcome)
        for listener in self._listeners:
            self._tell(listener, outcomes)
        for function in others:
            function()
        self._idle_at = time.monotonic() + IDLE_AFTER_S
        return going_on

    def _gather(self, first: Ticket) -> tuple[list[Ticket], list[Callable[[], None]], bool]:
        """Take what waits beside ``first``; a group of lazy ones waits a while for company."""
        group: list[Ticket] = [first]
        others: list[Callable[[], None]] = []
        deadline = time.monotonic() + LAZY_WAIT_S
        while len(group) < GROUP_MAX:
            lazy = all(ticket.lazy for ticket in group)
            try:
                item = self._queue.get(timeout=max(0.0, deadline - time.monotonic()) if lazy else 0)
            except queue.Empty:
                break
            if item is None:
                return group, others, False
            if isinstance(item, Ticket):
                group.append(item)
            else:
                others.append(item)
                break
        return group, others, True

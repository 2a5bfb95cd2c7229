"""What works beside the engine: jobs and payments, each runner begun with the first thing to do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import attrs

from posframe.kernel.contracts import JobHandler, TenderType
from posframe.kernel.domain.effects import effects
from posframe.kernel.domain.transaction import TillState
from posframe.kernel.ports import Clock
from posframe.kernel.worker import Ticket
from posframe.loop_thread import LoopThread
from posframe.notices import Asked
from posframe.store.terminal_locks import TerminalLocks
from posframe.tender_checks import unshared

if TYPE_CHECKING:
    from posframe.effects import EffectRunner
    from posframe.kernel.domain.payment import Payment
    from posframe.payments import PaymentRunner


@attrs.frozen(kw_only=True)
class RunnerParts:
    """What the runners are made with."""

    submit: Callable[..., Ticket]
    state: Callable[[], TillState]
    handlers: Callable[[], dict[str, JobHandler]]
    tenders: Sequence[TenderType]
    loop: LoopThread
    clock: Clock
    jobs: bool
    """False: jobs stay queued, for somebody else to do."""
    till: str
    """Which till holds the terminals that serve one till only; empty: nobody looks, in tests."""
    haste: int
    """How many seconds of payments pass in one; above 1 in tests only."""


class Runners:
    """The runners of one till."""

    def __init__(self, parts: RunnerParts) -> None:
        """Hold the terminals; nothing runs yet.

        Raises:
            ConfigurationError: another till uses one that serves one till only.
        """
        self._parts = parts
        addresses = unshared(parts.tenders) if parts.till else ()
        self._terminals = TerminalLocks(addresses, f"till {parts.till}")
        self._outside = [each for each in parts.tenders if each.provider is not None]
        self._jobs: EffectRunner | None = None
        self._beginnings: dict[str, threading.Thread] = {}
        self._gate = threading.Lock()
        self._closing = False
        self.payments: PaymentRunner | None = None
        """Where payments are asked about; None until the first."""

    def offer(self) -> None:
        """Hand over what a commit asks for; never waits."""
        if self._closing:
            return  # a runner that begins now would outlive the till
        state = self._parts.state()
        if self._jobs is not None:
            self._jobs.offer(state)
        elif self._parts.jobs and effects(state):
            self._begin("jobs", self._begin_jobs)
        if self.payments is not None:
            self.payments.offer(state)
        elif self._outside and (state.payments or any(map(_tells, self._outside))):
            self._begin("payments", self._begin_payments)

    def asked(self, payment: Payment) -> Asked:
        """Return how the asking about a payment stands; from any thread."""
        found = self.payments.asking(payment) if self.payments else None
        if self.payments is None or found is None:
            return Asked()
        desk, pursuit = found
        if pursuit is None:
            return Asked(progress=desk.progress(payment), shows=desk.shows(payment))
        now_s = self.payments.now_s()
        needed = pursuit.needs_person(desk.can, now_s)
        return Asked(
            last=pursuit.last,
            sure_in_s=pursuit.grace_left_s(payment, desk.can, now_s),
            question=desk.question(payment) if needed else "",
            progress=desk.progress(payment),
            shows=desk.shows(payment),
        )

    def drain(self, timeout_s: float) -> bool:
        """Wait until no job is queued or under way; tell whether that came true in time."""
        self._join()
        return self._jobs is None or self._jobs.drain(timeout_s)

    def _handlers(self) -> dict[str, JobHandler]:
        """Return who does which jobs; terminals and gateways hand in what they took."""
        from posframe.jobs import BatchHandler

        return {"batch": BatchHandler(self._payments_begun), **self._parts.handlers()}

    def _payments_begun(self) -> PaymentRunner:
        self._begin("payments", self._begin_payments)
        self._join()
        assert self.payments is not None, "it was begun"
        return self.payments

    def stop_beginning(self) -> bool:
        """Let nothing begin any more; tell whether jobs are done here."""
        with self._gate:
            self._closing = True
        self._join()
        return self._jobs is not None

    def close(self) -> None:
        """End what runs; what is under way is on disk as such."""
        self.stop_beginning()
        if self.payments is not None:
            self.payments.close()
        if self._jobs is not None:
            self._jobs.close()
            self._jobs = None
        self._terminals.release()

    def _begin(self, name: str, target: Callable[[], None]) -> None:
        # Loading an event loop takes longer than ten commits: not on the engine thread.
        with self._gate:
            if name not in self._beginnings and not self._closing:
                beginning = threading.Thread(target=target, daemon=True)
                beginning.start()
                self._beginnings[name] = beginning

    def _begin_jobs(self) -> None:
        from posframe.effects import EffectRunner

        parts = self._parts
        self._jobs = EffectRunner(parts.submit, parts.state, self._handlers, parts.loop)
        self._jobs.offer(parts.state())

    def _begin_payments(self) -> None:
        from posframe.payments import PaymentRunner

        parts = self._parts
        self.payments = PaymentRunner(
            parts.submit, parts.state, parts.tenders, (parts.loop, parts.clock), parts.haste
        )
        self.payments.offer(parts.state())

    def _join(self) -> None:
        for beginning in tuple(self._beginnings.values()):
            beginning.join()


def _tells(tender: TenderType) -> bool:
    can = tender.rule.capabilities
    return can is not None and can.webhook

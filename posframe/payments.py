"""The payment runner: asks providers what the journal wants asked, off the engine thread.

What is to be asked is a pure function of state (``payment_effects``) and when is another
(``payment_pursuit``), so that a start, a failed commit and normal running share one path. Each
terminal has a desk of its own (``payment_desk``), which does one thing at a time.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING, Any

import anyio
import anyio.abc

from posframe.asking import made, told
from posframe.errors import PluginError, PosframeError, RuleViolation
from posframe.kernel.domain.payment_effects import payment_steps
from posframe.kernel.domain.payment_pursuit import pursue
from posframe.payment_desk import Desk, TillSide, Turn
from posframe.practising import practice_provider

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from posframe.kernel.contracts import TenderType
    from posframe.kernel.domain.payment import Payment
    from posframe.kernel.domain.payment_effects import PaymentStep
    from posframe.kernel.domain.payment_pursuit import Pursuit
    from posframe.kernel.domain.transaction import TillState
    from posframe.kernel.engine import Outcome
    from posframe.kernel.ports import Clock
    from posframe.kernel.worker import Ticket
    from posframe.loop_thread import LoopThread

BUSY_PAUSE_S = 0.1
CLOSE_S = 1.0
"""For a provider to let go of its lines at the end."""
RETRY_S = 1.0
"""How soon is looked again where the journal refused a command, or a provider upset the loop."""
LOOK_MAX_S = 60.0
"""The wall clock may be put forward: second looks are not slept towards for longer."""


class PaymentRunner:
    """Runs payments on the event loop beside the engine, begun with the first one."""

    def __init__(
        self,
        submit: Callable[..., Ticket],
        state: Callable[[], TillState],
        tenders: Sequence[TenderType],
        outside: tuple[LoopThread, Clock],
        haste: int = 1,
    ) -> None:
        """Prepare; nothing runs yet.

        Args:
            submit: takes a command, and what is told its outcome.
            state: returns the state after the last commit.
            tenders: the tender types; those with providers are asked.
            outside: the loop where providers live, and the clock second looks are due by.
            haste: how many of its seconds pass in one; above 1 in tests only.
        """
        self._submit, self._state, self._haste = submit, state, haste
        self._tenders = {each.rule.id: each for each in tenders if each.provider is not None}
        self._loop_thread, self._clock = outside
        self._portal: Any = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._begun_s = 0.0
        self._changed: anyio.Event | None = None
        self._tasks: anyio.abc.TaskGroup | None = None
        self._desks: dict[str, Desk] = {}
        """By tender type."""
        self._turns: dict[str, Turn] = {}
        """By terminal."""
        self._offered: object = None
        self._closing = False
        self._finished = threading.Event()
        self._beginning = threading.Lock()

    def offer(self, state: TillState) -> None:
        """Look at a new state; from any thread, never waits for a provider."""
        if self._closing or not self._tenders:
            return
        if state.payments is self._offered:
            return  # most commits are about goods
        self._offered = state.payments
        if self._portal is None:
            if not state.payments and not any(map(_tells, self._tenders.values())):
                return
            with self._beginning:  # two threads may bring the first payment
                if self._portal is None:
                    self._portal = self._loop_thread.portal()
                    self._portal.start_task_soon(self._run)
        self._wake()

    def asking(self, payment: Payment) -> tuple[Desk, Pursuit | None] | None:
        """Return who asks about a payment, and how that stands; from any thread."""
        desk = self._desks.get(_desk_name(payment.type, training=payment.training))
        return (desk, desk.pursuits.get(payment.id)) if desk else None

    async def close_batch(self, type_: str, key: str) -> bool:
        """Have a terminal or gateway hand in what it took, when its turn has come; on the loop.

        Args:
            type_: the tender type.
            key: the same when one batch is asked for again.

        Returns:
            False where it was not begun: a payment there is under way, or in doubt.

        Raises:
            PosframeError: it was not done.
            TimeoutError: nobody knows.
        """
        tender = self._tenders.get(type_)
        if tender is None:
            raise PluginError(f"No provider {type_!r} here", hint="was it taken out of till.toml?")
        desk = self._desk_of(tender, training=False)
        while desk.turn.busy and not self._is_blocked(tender):  # noqa: ASYNC110 - once a day
            await anyio.sleep(BUSY_PAUSE_S / self._haste)
        if self._is_blocked(tender):
            return False
        desk.turn.busy = True
        try:
            await desk.close_batch(key)
        finally:
            desk.turn.busy = False
            self._note_change()
        return True

    def now_s(self) -> int:
        """Return the whole seconds of the steady clock that pursuits are timed by."""
        return int(self._now())

    def close(self) -> None:
        """Stop. What is under way stays as it is on disk, and is asked about at the next start."""
        self._closing = True
        if self._portal is not None:
            self._wake()
            self._finished.wait(5.0)
            self._portal = None

    def _wake(self) -> None:
        """Have the loop look again; from any thread, without waiting for it to answer."""
        if self._loop is not None:  # before it is there, its first look is still to come
            with contextlib.suppress(RuntimeError):  # it has ended, with the till
                self._loop.call_soon_threadsafe(self._note_change)

    def _note_change(self) -> None:
        if self._changed is not None:
            self._changed.set()

    def _now(self) -> float:
        return (self._loop.time() - self._begun_s) * self._haste if self._loop else 0.0

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        self._begun_s, self._changed, self._loop = loop.time(), anyio.Event(), loop
        try:
            while not self._closing:
                with contextlib.suppress(Exception):  # begun again: what to do is in the state
                    await self._run_once()
                for desk in self._desks.values():
                    desk.forget_calls()
                await anyio.sleep(0 if self._closing else RETRY_S / self._haste)
        finally:
            with anyio.CancelScope(shield=True):
                for desk in self._desks.values():
                    await told(desk.provider.close, CLOSE_S)
            self._finished.set()

    async def _run_once(self) -> None:
        async with anyio.create_task_group() as self._tasks:
            for tender in filter(_tells, self._tenders.values()):
                self._tasks.start_soon(self._desk_of(tender, training=False).listen)
            while not self._closing:
                self._changed = anyio.Event()
                pause_s = self._look()
                with anyio.move_on_after(pause_s):
                    await self._changed.wait()
            self._tasks.cancel_scope.cancel()

    def _look(self) -> float | None:
        """Begin what is due at every desk that is free; return how long nothing else will be."""
        state, now_s = self._state(), self.now_s()
        for desk in self._desks.values():
            for id_ in [each for each in desk.pursuits if each not in state.payments]:
                del desk.pursuits[id_]
        waits = []
        for step in payment_steps(state, self._clock.wall_us()):
            if step.payment.type in self._tenders:  # else gone from till.toml: a person settles it
                waits += self._offer_step(step, now_s)
        waits += self._until_looks(state)
        return min(waits, default=None)

    def _offer_step(self, step: PaymentStep, now_s: int) -> list[float]:
        """Begin a step that is due where its desk is free; return how long it is to wait if not."""
        payment = step.payment
        desk = self._desk_of(self._tenders[payment.type], training=payment.training)
        pursuit = pursue(desk.pursuits.get(payment.id), step, desk.can, now_s)
        desk.pursuits[payment.id] = pursuit
        if step.cancels:
            desk.wish_cancelled(payment)
        if desk.turn.busy:
            return []  # its end looks again
        if pursuit.is_due(now_s) or pursuit.gives_up(payment, now_s):
            desk.turn.busy = True
            self._start(self._do, desk, step)
        elif pursuit.due_s is not None:
            return [max(0.001, (pursuit.due_s - self._now()) / self._haste)]
        return []

    async def _do(self, desk: Desk, step: PaymentStep) -> None:
        try:
            await desk.do(step)
        finally:
            desk.turn.busy = False
        payment = self._state().payments.get(step.payment.id)
        if payment is not None and payment.status is step.payment.status and not _waits(step):
            await anyio.sleep(RETRY_S / self._haste)  # the journal refused: not at once again
        self._note_change()

    def _is_blocked(self, tender: TenderType) -> bool:
        """Tell whether a payment by a method, or another at its terminal, is not at its end."""
        place = tender.terminal or tender.rule.id
        there = {
            id_ for id_, each in self._tenders.items() if (each.terminal or each.rule.id) == place
        }
        payments = self._state().payments.values()
        return any(each.type in there and each.is_blocking for each in payments)

    def _until_looks(self, state: TillState) -> list[float]:
        now_us = self._clock.wall_us()
        waits = [(each.look_us - now_us) / 1_000_000 for each in state.payments.values()]
        return [min(LOOK_MAX_S / self._haste, wait) for wait in waits if wait > 0]

    def _desk_of(self, tender: TenderType, *, training: bool) -> Desk:
        key = _desk_name(tender.rule.id, training=training)
        if key not in self._desks:
            can = tender.rule.capabilities
            assert can is not None, "assembly has looked"
            provider = practice_provider(tender) if training else made(tender)
            place = _desk_name(tender.terminal or tender.rule.id, training=training)
            turn = self._turns.setdefault(place, Turn())
            self._desks[key] = Desk(tender.rule.id, provider, can, turn, self._till_side())
        return self._desks[key]

    def _till_side(self) -> TillSide:
        return TillSide(
            do=self._done,
            state=self._state,
            now_s=self.now_s,
            real_s=lambda seconds: seconds / self._haste,
            start=self._start,
        )

    def _start(self, function: Callable[..., Any], *arguments: Any) -> None:  # noqa: ANN401 - passes through
        assert self._tasks is not None, "it runs in its task group"
        self._tasks.start_soon(function, *arguments)

    async def _done(self, command: Any) -> Outcome:  # noqa: ANN401 - the runner's commands
        """Submit a command and return its outcome; again and again while too many others wait."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Outcome] = loop.create_future()

        def tell(outcome: Outcome) -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended, with the till
                loop.call_soon_threadsafe(_settle, answer, outcome)

        while True:
            try:
                self._submit(command, tell)
            except RuleViolation:
                await anyio.sleep(BUSY_PAUSE_S)
            except PosframeError:
                await anyio.sleep_forever()  # the till has closed, and ends this with itself
            else:
                return await answer


def _tells(tender: TenderType) -> bool:
    can = tender.rule.capabilities
    return can is not None and can.webhook


def _waits(step: PaymentStep) -> bool:
    """Tell whether a pursuit already says when a step comes again."""
    return step.step in {"inquire", "look", "reverse"}


def _desk_name(name: str, *, training: bool) -> str:
    """Return a name; practice has desks and turns of its own, and no terminal."""
    return f"training {name}" if training else name


def _settle(answer: asyncio.Future[Outcome], outcome: Outcome) -> None:
    if not answer.done():  # its asker may have been cancelled
        answer.set_result(outcome)

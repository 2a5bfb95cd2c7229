"""Practice at a till: the shadow till beside the live one, and the lesson under way on it.

What screen, line mode and scripts share. The live till stays open all the while; of all that is
practised only a lesson's result reaches it, as one command of the till's own.
"""

from __future__ import annotations

import contextlib
import functools
import threading
from typing import TYPE_CHECKING, Any

import attrs

from posframe.errors import PosframeError, RuleViolation
from posframe.kernel.domain import commands as cmd
from posframe.practising import PracticeTerminal
from posframe.till import Ports
from posframe.training import coach
from posframe.training.lesson_files import find_lesson, lesson_files, read_lesson
from posframe.training.panel import Panel, panel_of
from posframe.training.seeding import seed
from posframe.training.shadow import ShadowTill, empty_shadow, open_shadow
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe.kernel.engine import Outcome
    from posframe.till import Till
    from posframe.training.coach import Progress, Result
    from posframe.training.lesson import Lesson


@attrs.frozen(kw_only=True, eq=False, repr=False)
class LessonNote(Value):
    """A lesson in a list."""

    id: str
    title: str
    note: str
    """How long it is, or that it cannot be played."""


class Practice:
    """Training at one live till."""

    def __init__(self, live: Till, ports: Ports | None = None) -> None:
        """``ports``: of the shadow till, for tests; its clock is the live till's."""
        self.live = live
        self.shadow: ShadowTill | None = None
        """The shadow till while it is open."""
        self.changed: Callable[[], None] = lambda: None
        """Called on any thread when what the panel says has changed."""
        self._ports = ports or Ports()
        self._terminal = PracticeTerminal()
        self._progress: Progress | None = None
        self._result: Result | None = None
        self._operator = ""
        self._receipt = 0
        self._refusals = 0
        self._gate = threading.RLock()

    def ask(self, words: str) -> str:
        """Do what stands after ``.training``; return what to tell the operator.

        Raises:
            PosframeError: it cannot be done; the live till, and practice, are as they were.
        """
        asked = words.strip().lower()
        if asked == "off":
            return self.leave()
        self._operator = operator_of(self.live)
        match asked:
            case "":
                return self._open_freely()
            case "empty":
                return self._emptied()
            case id_:
                return self._begin(find_lesson(self.live.config.folder, id_))

    def leave(self) -> str:
        """Close the shadow till; what was practised stays there. Idempotent."""
        shadow, self.shadow = self.shadow, None
        with self._gate:
            self._progress = self._result = None
        if shadow is None:
            raise RuleViolation("This till is not in training", hint=".training begins it")
        with contextlib.suppress(PosframeError):
            shadow.drain()
        shadow.close()
        return "Training is over. From here on everything is real."

    def close(self) -> None:
        """Close the shadow till if it is open, whatever state it is in."""
        with contextlib.suppress(PosframeError):
            self.leave()

    def lessons(self) -> tuple[LessonNote, ...]:
        """Return all lessons of this till; one whose file has a mistake says so."""
        found = []
        for id_, path in lesson_files(self.live.config.folder).items():
            try:
                lesson = read_lesson(path)
            except PosframeError as error:
                found.append(LessonNote(id=id_, title=str(error), note="cannot be played"))
            else:
                note = f"{len(lesson.steps)} steps, {lesson.minutes} minutes"
                found.append(LessonNote(id=id_, title=lesson.title, note=note))
        return tuple(found)

    def panel(self) -> Panel | None:
        """Return what to show of practice now; None: the till is not in training."""
        if self.shadow is None:
            return None
        now_us = self._now_us()
        with self._gate:
            if self._progress is not None:
                self._progress = coach.aged(self._progress, now_us)
            return panel_of(self._progress, self._result, self._receipt)

    def refused(self, error: PosframeError) -> None:
        """Note a refusal that no outcome of the shadow till told: an entry that means nothing."""
        shadow = self.shadow
        if shadow is not None:
            self._fold(lambda old: coach.refused(old, error, shadow.state, self._now_us()))

    @property
    def refusals(self) -> int:
        """How many commands of operators the shadow till has refused."""
        return self._refusals

    def settle(self) -> None:
        """Wait until all that was committed on the shadow till has been followed."""
        if self.shadow is not None:
            self.shadow.call(lambda: None)

    def _open_freely(self) -> str:
        with self._gate:
            self._progress = self._result = None
        if self.shadow is None:
            self._open()
        self._terminal.mood = "approve"
        return "Nothing is real here. .training off leads back, .lessons lists lessons."

    def _emptied(self) -> str:
        was_open = self.shadow is not None
        if was_open:
            self.leave()
        done = empty_shadow(self.live.config.folder)
        if was_open:
            self._open()
        return "The training till is empty." if done else "There was nothing to empty."

    def _open(self) -> ShadowTill:
        ports = attrs.evolve(
            self._ports,
            practice=self._terminal,
            clock=self._ports.clock or self.live.parts.clock,
        )
        self.shadow = shadow = open_shadow(self.live.config, ports)
        shadow.listen(self._heard)
        shadow.answered = self._answered
        return shadow

    def _begin(self, lesson: Lesson) -> str:
        with self._gate:
            self._progress = self._result = None
        shadow = self.shadow or self._open()
        self._terminal.mood = "approve"
        try:
            if seed(shadow, lesson):
                self._emptied()  # what was practised before may be in the way
                shadow = self.shadow or self._open()
                self._check_fits(lesson, seed(shadow, lesson))
        except BaseException:
            self.close()
            raise
        self._receipt = shadow.state.last_receipt_number
        shadow.call(lambda: self._start(lesson))
        return f"Lesson: {lesson.title}. .training off leads back."

    @staticmethod
    def _check_fits(lesson: Lesson, trouble: str) -> None:
        if trouble:
            raise RuleViolation(
                f"The lesson {lesson.id} does not fit this shop: {trouble}",
                hint="lessons are about the demonstration shop; write your own in lessons/",
            )

    def _start(self, lesson: Lesson) -> None:
        with self._gate:
            self._progress = coach.begin(lesson, self._now_us())
            self._terminal.mood = lesson.steps[0].card or lesson.card

    def _heard(self, outcomes: list[Outcome]) -> None:
        """Follow what was committed; on the shadow till's engine thread."""
        for outcome in outcomes:
            if outcome.recorded:
                self._fold(functools.partial(self._happened, outcome))

    def _happened(self, outcome: Outcome, old: Progress) -> Progress:
        events = tuple(row.event for row in outcome.recorded)
        return coach.happened(old, events, outcome.state, self._now_us())

    def _answered(self, command: Any, outcome: Outcome) -> None:  # noqa: ANN401 - any command
        """Note what became of an operator's command; on the shadow till's engine thread."""
        error, state = outcome.error, outcome.state
        if error is None:
            self._fold(lambda old: coach.did(old, command, state, self._now_us()))
            return
        self._refusals += 1
        self._fold(lambda old: coach.refused(old, error, state, self._now_us()))

    def _fold(self, fold: Callable[[Progress], Progress]) -> None:
        with self._gate:
            before = self._progress
            if before is None or before.step is None:
                return
            self._progress = now = fold(before)
            if now.at != before.at and now.step is not None and now.step.card is not None:
                self._terminal.mood = now.step.card
            if now.ended_us is not None:
                self._end(now)
        self.changed()

    def _end(self, progress: Progress) -> None:
        """Put the result on the operator's record: the one thing that reaches the live till."""
        self._result = result = coach.result(progress)
        self.live.submit(
            cmd.NoteLesson(
                operator=self._operator,
                lesson=result.lesson,
                version=result.version,
                score_milli=result.score_milli,
                duration_us=result.duration_us,
                mistakes=result.mistakes,
                passed=result.passed,
            )
        )

    def _now_us(self) -> int:
        return self.live.parts.clock.mono_us()


def operator_of(live: Till) -> str:
    """Return the id of who is trained: signed in at the live till, or named in till.toml.

    Raises:
        RuleViolation: nobody is signed in where operators are.
    """
    if live.config.operators.sign_in and not live.state.control.operator:
        raise RuleViolation("Nobody is signed in", hint="sign in first; then training begins")
    return live.state.control.operator or live.config.till.operator

"""The coach: folds what happens on the shadow till into how far a trainee has come. Pure.

Points, by arithmetic that can be done by hand: a step done without a mistake and before its hint
earns all its points, with one mistake or after its hint half of them, with more none. Each begun
minute above those allowed takes a tenth of what was earned, up to half. A score is thousandths of
all points of the lesson, rounded down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from posframe.training.lesson import Lesson
from posframe.training.vocabulary import fits_deed, fits_event, fits_refusal, holds, is_mistake
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from posframe.errors import PosframeError
    from posframe.kernel.domain.transaction import TillState
    from posframe.training.lesson import Step

_S: Final = 1_000_000
_MINUTE_US: Final = 60 * _S
_OVERTIME_MAX: Final = 5
"""Tenths that being late takes at the most."""
MISTAKES_MAX: Final = 200
"""More are not told one by one: the journal keeps a record, not a film."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Progress(Value):
    """How far a lesson has come."""

    lesson: Lesson
    begun_us: int
    """Of a clock that is steady since the till started."""
    step_begun_us: int
    at: int = 0
    """Index of the step under way; the number of steps: the lesson is over."""
    counts: tuple[int, ...] = ()
    """By condition of the step, how often it was met."""
    step_mistakes: int = 0
    hinted: bool = False
    """True: the hint of this step was shown because the time for it had come, or a mistake."""
    late: bool = False
    """True: the hint came by time, which costs points; one after a mistake costs no more."""
    earned_milli: int = 0
    """Thousandths of points, of the steps that are done."""
    mistakes: tuple[str, ...] = ()
    """Each as ``LESSON/STEP``."""
    ended_us: int | None = None

    @property
    def step(self) -> Step | None:
        """The step under way; None: the lesson is over."""
        return self.lesson.steps[self.at] if self.at < len(self.lesson.steps) else None

    @property
    def hint(self) -> str:
        """What to do in detail, once it is shown."""
        return self.step.hint if self.step is not None and self.hinted else ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Result(Value):
    """What a lesson came to."""

    lesson: str
    version: int
    score_milli: int
    """Thousandths of all its points."""
    duration_us: int
    mistakes: tuple[str, ...]
    passed: bool


def begin(lesson: Lesson, now_us: int) -> Progress:
    """Return the beginning of a lesson."""
    return Progress(
        lesson=lesson,
        begun_us=now_us,
        step_begun_us=now_us,
        counts=(0,) * len(lesson.steps[0].done),
    )


def happened(progress: Progress, events: Iterable[Any], state: TillState, now_us: int) -> Progress:
    """Fold the events of one action, and the state after it."""
    for event in events:
        progress = _with_event(aged(progress, now_us), event)
    return _stepped(progress, state, now_us)


def did(progress: Progress, command: Any, state: TillState, now_us: int) -> Progress:  # noqa: ANN401 - any command
    """Fold what an operator asked and was done; its events are folded by ``happened``."""
    step = progress.step
    if step is None or not any(fits_deed(each, command) for each in step.done):
        return progress
    met = (fits_deed(each, command) for each in step.done)
    return _stepped(_met(aged(progress, now_us), met), state, now_us)


def refused(progress: Progress, error: PosframeError, state: TillState, now_us: int) -> Progress:
    """Fold a refusal: what a step waits for, a question, or a mistake, which shows the hint."""
    step = progress.step
    if step is None:
        return progress
    progress = aged(progress, now_us)
    met = tuple(fits_refusal(each, error) for each in step.done)
    if any(met):
        return _stepped(_met(progress, met), state, now_us)
    return _with_mistake(progress) if is_mistake(error) else progress


def aged(progress: Progress, now_us: int) -> Progress:
    """Return the progress at a moment: the hint shows once its time has come."""
    step = progress.step
    if step is None or progress.hinted:
        return progress
    if now_us - progress.step_begun_us < step.hint_after_s * _S:
        return progress
    return attrs.evolve(progress, hinted=True, late=True)


def result(progress: Progress) -> Result:
    """Return what a lesson that is over came to."""
    assert progress.ended_us is not None, "the lesson is over"
    lesson, duration_us = progress.lesson, progress.ended_us - progress.begun_us
    over_us = max(0, duration_us - lesson.minutes * _MINUTE_US)
    tenths = 10 - min(_OVERTIME_MAX, -(-over_us // _MINUTE_US))
    score_milli = progress.earned_milli * tenths // (10 * lesson.points)
    return Result(
        lesson=lesson.id,
        version=lesson.version,
        score_milli=score_milli,
        duration_us=duration_us,
        mistakes=progress.mistakes,
        passed=score_milli >= lesson.pass_percent * 10,
    )


def _with_event(progress: Progress, event: Any) -> Progress:  # noqa: ANN401 - any event
    step = progress.step
    if step is None:
        return progress
    progress = _met(progress, (fits_event(each, event) for each in step.done))
    if any(fits_event(each, event) for each in step.wrong):
        return _with_mistake(progress)
    return progress


def _met(progress: Progress, met: Iterable[bool]) -> Progress:
    """Count which conditions of the step were met once more."""
    counts = tuple(had + now for had, now in zip(progress.counts, met, strict=True))
    return attrs.evolve(progress, counts=counts)


def _with_mistake(progress: Progress) -> Progress:
    step = progress.step
    assert step is not None, "a mistake is made in a step"
    told = (*progress.mistakes, f"{progress.lesson.id}/{step.id}")[:MISTAKES_MAX]
    return attrs.evolve(
        progress, mistakes=told, step_mistakes=progress.step_mistakes + 1, hinted=True
    )


def _stepped(progress: Progress, state: TillState, now_us: int) -> Progress:
    """Go on to the next step where this one is done."""
    step = progress.step
    if step is None or not _is_done(progress, step, state):
        return progress
    at = progress.at + 1
    steps = progress.lesson.steps
    return attrs.evolve(
        progress,
        at=at,
        earned_milli=progress.earned_milli + _earned_milli(progress, step),
        counts=(0,) * len(steps[at].done) if at < len(steps) else (),
        step_mistakes=0,
        hinted=False,
        late=False,
        step_begun_us=now_us,
        ended_us=now_us if at == len(steps) else None,
    )


def _is_done(progress: Progress, step: Step, state: TillState) -> bool:
    met = all(had >= each.count for had, each in zip(progress.counts, step.done, strict=True))
    return met and holds(step.state, state)


def _earned_milli(progress: Progress, step: Step) -> int:
    faults = progress.step_mistakes + progress.late
    return step.points * 1000 // 2**faults if faults < 2 else 0

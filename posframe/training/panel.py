"""What a screen shows of practice: a banner, the step, its hint, and how far it has come. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from posframe.training.coach import Result
from posframe.value import Value

if TYPE_CHECKING:
    from posframe.training.coach import Progress

BANNER: Final = "TRAINING - nothing here is real - .training off leads back"


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Panel(Value):
    """Practice as words, for any screen."""

    banner: str = BANNER
    lesson: str = ""
    """Id of the lesson under way or just over; empty: free practice."""
    step: int = 0
    """From 1; 0: no step is under way."""
    steps: int = 0
    say: str = ""
    """What to do, or what the lesson came to."""
    hint: str = ""
    mistakes: int = 0
    result: Result | None = None
    """Set once the lesson is over."""


def panel_of(progress: Progress | None, result: Result | None, receipt: int) -> Panel:
    """Return what to show.

    Args:
        progress: of the lesson under way; None: free practice.
        result: of the lesson, once it is over.
        receipt: number of the last receipt when it began: ``{receipt}`` in its words.
    """
    if progress is None:
        return Panel()
    lesson, step = progress.lesson, progress.step
    shown = Panel(
        banner=f"TRAINING - {lesson.title} - .training off leads back",
        lesson=lesson.id,
        steps=len(lesson.steps),
        mistakes=len(progress.mistakes),
    )
    if step is None:
        assert result is not None, "a lesson that is over has a result"
        return attrs.evolve(shown, say=result_words(result), result=result)
    return attrs.evolve(
        shown,
        step=progress.at + 1,
        say=_filled(step.say, receipt),
        hint=_filled(progress.hint, receipt),
    )


def result_words(result: Result) -> str:
    """Say what a lesson came to: ``Passed with 87.5 of 100 in 2:05, 1 mistake.``."""
    whole, tenth = divmod(result.score_milli, 10)
    minutes, seconds = divmod(result.duration_us // 1_000_000, 60)
    count = len(result.mistakes)
    mistakes = f"{count or 'no'} mistake{'' if count == 1 else 's'}"
    verdict = "Passed" if result.passed else "Not passed"
    return f"{verdict} with {whole}.{tenth} of 100 in {minutes}:{seconds:02}, {mistakes}."


def _filled(words: str, receipt: int) -> str:
    return words.replace("{receipt}", str(receipt))

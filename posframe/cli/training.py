"""``posframe training``: check lesson files, see who is trained for what, empty the shadow till."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cyclopts import App

from posframe.cli.lines import paragraph, table
from posframe.errors import PosframeError

if TYPE_CHECKING:
    from posframe.training.record import TrainingRecord

app = App(name="training", help="Lessons, and who is trained for what.")


@app.command
def check(*files: Path) -> int:
    """Read lesson files, and say of each what is wrong with it. Exit status 1 when any is wrong.

    Args:
        files: lessons to read; none: those that come with posframe.
    """
    from posframe.training.lesson_files import read_lesson, shipped

    wrong = False
    for path in files or tuple(shipped().values()):
        try:
            lesson = read_lesson(path)
        except PosframeError as error:
            wrong = True
            paragraph(f"{error.message} ({error.hint})" if error.hint else error.message)
        else:
            count = len(lesson.steps)
            paragraph(f"{path.name}: {lesson.title}, {count} steps, {lesson.points} points")
    return 1 if wrong else 0


@app.command(name="list")
def list_(*, till: Path = Path()) -> None:
    """List the lessons that can be played at a till.

    Args:
        till: the till's folder; its own lessons are in ``lessons``.
    """
    from posframe.training.lesson_files import lesson_files, read_lesson

    rows = []
    for id_, path in lesson_files(till).items():
        try:
            lesson = read_lesson(path)
        except PosframeError as error:
            rows.append((id_, "", str(error)))
        else:
            rows.append((id_, f"{lesson.minutes} min", lesson.title))
    table(("LESSON", "TIME", "WHAT"), rows)


@app.command
def record(*, till: Path = Path(), operator: str = "") -> None:
    """Print who is trained for what, and where mistakes were made. Read only; for a manager.

    Args:
        till: the till's folder; the till may be running.
        operator: only this operator's.
    """
    from posframe.config import load_config
    from posframe.system import SystemClock
    from posframe.training.record import read_record

    config = load_config(till)
    found, clock = read_record(till), SystemClock(config.till.timezone)
    if config.operators.staff_figures == "aggregated":
        _trained(found, operator)
        return
    rows = [
        (
            each.operator,
            each.lesson,
            clock.local_date(each.passed_us) if each.passed_us else "not passed",
            _percent(each.best_milli),
            str(each.times),
            clock.local_date(each.last_us),
        )
        for each in found.trained()
        if operator in {"", each.operator}
    ]
    if not rows:
        paragraph("No lesson was played to its end yet.")
        return
    table(("OPERATOR", "LESSON", "PASSED ON", "BEST", "PLAYED", "LAST ON"), rows)
    mistakes = [
        (each.operator, str(each.times), each.lesson, each.step)
        for each in found.mistakes
        if operator in {"", each.operator}
    ]
    if mistakes:
        print()
        table(("OPERATOR", "MISTAKES", "LESSON", "STEP"), mistakes)


def _trained(found: TrainingRecord, operator: str) -> None:
    """Print who is trained for what and nothing that measures anybody: figures stay aggregated."""
    rows = [
        (each.operator, each.lesson, "yes" if each.passed_us else "no")
        for each in found.trained()
        if operator in {"", each.operator}
    ]
    if not rows:
        paragraph("No lesson was played to its end yet.")
        return
    table(("OPERATOR", "LESSON", "TRAINED"), rows)


@app.command
def point(*names: str) -> int:
    """Say which lesson is about what the exception report shows, or a permission allows.

    Args:
        names: ids of exception rules or permissions; none: all of them.
    """
    from posframe.training.pointing import PERMISSION_LESSONS, RULE_LESSONS

    known = {**PERMISSION_LESSONS, **RULE_LESSONS}
    chosen = names or tuple(sorted(known))
    table(("NAME", "LESSON"), [(name, known.get(name, "none")) for name in chosen])
    return 0 if all(name in known for name in chosen) else 1


@app.command
def empty(*, till: Path = Path()) -> None:
    """Take away all that was practised at a till; the live till and the record stay.

    Args:
        till: the till's folder.
    """
    from posframe.training.shadow import empty_shadow

    done = empty_shadow(till)
    paragraph("The training till is empty." if done else "There was nothing to empty.")


def _percent(milli: int) -> str:
    whole, tenth = divmod(milli, 10)
    return f"{whole}.{tenth} %"

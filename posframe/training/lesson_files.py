"""Lessons from their data files: TOML, read strictly. What is wrong is told by file and step."""

from __future__ import annotations

import textwrap
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import attrs

from posframe.errors import ConfigurationError, DataError, PosframeError
from posframe.kernel.domain.kernel_permissions import KERNEL_PERMISSIONS
from posframe.kernel.domain.permissions import USUAL_ROLES
from posframe.practising import Mood
from posframe.settings_reader import read_table
from posframe.training.lesson import Lesson, SaleNow, StateNow, Step
from posframe.training.lesson_conditions import DoneTable, amount_minor, near, read_condition
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable

FORMAT: Final = 1
FILE_MAX_BYTES: Final = 1 << 18
OWN_FOLDER: Final = "lessons"
"""Where a shop's own lessons are, in the till's folder; one named as a shipped one replaces it."""
STEPS_MAX: Final = 100
ROWS_MAX: Final = 3
"""Rows of the narrowest screen that words and hint of a step take together."""
ROW: Final = 72
"""Characters of such a row, with room for the number of the step before them."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class StateTable(Value):
    """``[steps.state]``: how the till stands when a step is done."""

    sale: SaleNow = ""
    due: str = ""
    lines: int | None = None
    held: int | None = None
    payments: int | None = None
    counted: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class StepTable(Value):
    """``[[steps]]`` of a lesson."""

    id: str
    say: str
    hint: str
    hint_after_s: int = 30
    points: int = 10
    done: tuple[DoneTable, ...] = ()
    state: StateTable = StateTable()
    wrong: tuple[DoneTable, ...] = ()
    card: Mood | None = None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class StartTable(Value):
    """``[start]``: what is done on the shadow till before a lesson begins."""

    entries: tuple[str, ...] = ()
    card: Literal["approve", "decline", "doubt"] = "approve"


@attrs.frozen(kw_only=True, eq=False, repr=False)
class LessonTable(Value):
    """A lesson file."""

    format: int
    id: str
    version: int
    title: str
    role: str
    about: tuple[str, ...] = ()
    minutes: int
    pass_percent: int = 60
    start: StartTable = StartTable()
    steps: tuple[dict[str, Any], ...] = ()


def read_lesson(path: Path) -> Lesson:
    """Return the lesson in a file.

    Raises:
        DataError: it is none; the message names file and step, the hint what would be right.
    """
    try:
        return _lesson(_table(path))
    except PosframeError as error:
        raise DataError(f"{path.name}: {error.message}", hint=error.hint) from error


def shipped() -> dict[str, Path]:
    """Return the files of the lessons that come with posframe, by id."""
    return _files(Path(__file__).parent / "lessons")


def lesson_files(folder: Path) -> dict[str, Path]:
    """Return the files of all lessons of the till in a folder, by id: shipped, then its own."""
    return {**shipped(), **_files(folder / OWN_FOLDER)}


def find_lesson(folder: Path, id_: str) -> Lesson:
    """Return a lesson of a till by its id.

    Raises:
        DataError: there is none, or its file has a mistake.
    """
    files = lesson_files(folder)
    if id_ not in files:
        raise DataError(f"There is no lesson {id_!r}", hint=near(id_, files))
    return read_lesson(files[id_])


def _files(folder: Path) -> dict[str, Path]:
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def _table(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > FILE_MAX_BYTES:
            raise DataError("it is larger than 256 KiB", hint="is it a lesson?")
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            f"it cannot be read ({error})", hint="check its name and rights; it is a UTF-8 text"
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"it is no TOML: {error}", hint="mend that line") from error


def _lesson(table: dict[str, Any]) -> Lesson:
    if table.get("format") != FORMAT:
        raise DataError(
            f"format is {table.get('format')!r}, this posframe reads lessons of format {FORMAT}",
            hint=f"write format = {FORMAT} at its top",
        )
    read = read_table(LessonTable, table)
    _check_head(read)
    steps = tuple(_step(at, each) for at, each in enumerate(read.steps, start=1))
    _check_ids(steps)
    return Lesson(
        id=read.id,
        version=read.version,
        title=read.title,
        about=read.about,
        role=read.role,
        minutes=read.minutes,
        pass_percent=read.pass_percent,
        start=read.start.entries,
        card=read.start.card,
        steps=steps,
    )


def _check_head(read: LessonTable) -> None:
    if not read.id or not all(part.isalnum() and part.isascii() for part in read.id.split("-")):
        raise DataError(
            f"id {read.id!r} cannot be typed", hint='write small words with hyphens: "first-sale"'
        )
    _check_number("version", read.version, 1, 10_000)
    _check_number("minutes", read.minutes, 1, 120)
    _check_number("pass_percent", read.pass_percent, 1, 100)
    known = tuple(each.id for each in KERNEL_PERMISSIONS)
    for each in read.about:
        if each not in known:
            raise DataError(f"about names {each!r}, no permission", hint=near(each, known))
    if read.role not in USUAL_ROLES:
        raise DataError(f"role {read.role!r} is unknown", hint=near(read.role, USUAL_ROLES))
    if not 0 < len(read.steps) <= STEPS_MAX:
        raise DataError("it has no steps, or too many", hint=f"write 1 to {STEPS_MAX} [[steps]]")


def _step(number: int, table: dict[str, Any]) -> Step:
    """Return a step; what is wrong with it is told by its number, and its id where it has one."""
    name = table.get("id")
    where = f"step {number} ({name})" if isinstance(name, str) and name else f"step {number}"
    try:
        return _checked_step(read_table(StepTable, table))
    except (ConfigurationError, DataError) as error:
        raise DataError(f"{where}: {error.message}", hint=error.hint) from error


def _checked_step(read: StepTable) -> Step:
    for field, text in (("id", read.id), ("say", read.say), ("hint", read.hint)):
        if not text.strip():
            raise DataError(f"{field} is empty", hint="every step has words, a hint and an id")
    if len(textwrap.wrap(read.say, ROW)) + len(textwrap.wrap(read.hint, ROW)) > ROWS_MAX:
        raise DataError(
            f"say and hint are longer than {ROWS_MAX} rows of {ROW} characters together",
            hint="say it shortly, or make two steps of it",
        )
    _check_number("hint_after_s", read.hint_after_s, 1, 3600)
    _check_number("points", read.points, 1, 1000)
    state = _state(read.state)
    done = tuple(read_condition(each) for each in read.done)
    if not done and state.is_any:
        raise DataError(
            "nothing says when it is done",
            hint='write done = [{ event = "sale.LineAdded" }], or a state',
        )
    return Step(
        id=read.id,
        say=read.say,
        hint=read.hint,
        hint_after_s=read.hint_after_s,
        points=read.points,
        done=done,
        state=state,
        wrong=tuple(read_condition(each) for each in read.wrong),
        card=read.card,
    )


def _state(read: StateTable) -> StateNow:
    for name, count in (("lines", read.lines), ("held", read.held), ("payments", read.payments)):
        if count is not None:
            _check_number(f"state.{name}", count, 0, 10_000)
    return StateNow(
        sale=read.sale,
        due_minor=amount_minor("state.due", read.due) if read.due else None,
        lines=read.lines,
        held=read.held,
        payments=read.payments,
        counted_minor=amount_minor("state.counted", read.counted) if read.counted else None,
    )


def _check_ids(steps: Iterable[Step]) -> None:
    seen: set[str] = set()
    for number, step in enumerate(steps, start=1):
        if step.id in seen:
            raise DataError(
                f"step {number} ({step.id}): another step has this id", hint="name it otherwise"
            )
        seen.add(step.id)


def _check_number(name: str, number: int, least: int, most: int) -> None:
    if not least <= number <= most:
        raise DataError(f"{name} cannot be {number}", hint=f"write {least} to {most}")

"""``posframe shift``: all shifts with what was counted and what differed; open, end, confirm.

Looking reads the journal and writes nothing, also beside a running till. Whatever changes a shift
is done by the till itself: by the running one, or by opening it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import cyclopts

from posframe.errors import RuleViolation

if TYPE_CHECKING:
    from posframe.config import TillConfig
    from posframe.store.looking import ReadModels

app = cyclopts.App(name="shift", help="Shifts: floats, counts, differences, confirmation.")


@app.command(name="list")
def list_(*, till: Path = Path()) -> int:
    """List all shifts, the oldest first. What should be in a drawer is told of confirmed ones.

    Args:
        till: the till's folder.
    """
    from posframe.cli.lines import table

    config = _config(till)
    rows = [_row(config, each) for each in _asked(till, "shifts")]
    if not rows:
        print("No shift was opened yet")
        return 0
    header = ("shift", "day", "drawer", "operator", "opened", "standing", "counted", "expected")
    table(header, rows)
    return 0


@app.command
def show(shift: str, /, *, till: Path = Path()) -> int:
    """Show one shift: its figures, and what differs with the reason.

    Args:
        shift: its number.
        till: the till's folder.
    """
    config = _config(till)
    found = next((each for each in _asked(till, "shifts") if each[0] == shift), None)
    if found is None:
        raise RuleViolation(f"There is no shift {shift}", hint="list them: posframe shift list")
    names = ("Shift", "Day", "Drawer", "Operator", "Opened", "Standing", "Counted", "Expected")
    for name, text in zip(names, _row(config, found), strict=True):
        if text:
            print(f"{name}: {text}")
    if found[6]:
        print(f"Confirmed by: {found[6]}")
    for type_, expected, declared, reason in _asked(till, "differences_of_shift", shift):
        print(_difference(config, type_, expected, declared, reason))
    return 0


@app.command(name="open")
def open_(*count: str, till: Path = Path(), operator: str = "") -> int:
    """Open a shift: the drawer, if there are several, then the float heap by heap.

    Args:
        count: like ``1 20x5 10x10``; one heap a word, quote those with a space.
        till: the till's folder.
        operator: number of who takes the drawer, where operators sign in; the PIN is asked for.
    """
    return _count(till, operator, "open", count)


@app.command
def end(*count: str, till: Path = Path(), operator: str = "") -> int:
    """End a shift by what was counted. Nothing is told of what should be there.

    Args:
        count: heaps like ``20x5``, sums like ``card=412.50/17``; the number of a shift whose
            operator has left may stand first.
        till: the till's folder.
        operator: number of who has the drawer, where operators sign in; the PIN is asked for.
    """
    return _count(till, operator, "end", count)


@app.command
def recount(*count: str, till: Path = Path(), operator: str = "") -> int:
    """Count an ended shift once more; this count holds.

    Args:
        count: as at the end; the number of the shift may stand first.
        till: the till's folder.
        operator: number of who counts, where operators sign in; the PIN is asked for.
    """
    return _count(till, operator, "recount", count)


@app.command
def explain(*reason: str, till: Path = Path(), operator: str = "") -> int:
    """Give the reason for a difference.

    Args:
        reason: the number of the shift, what differs such as ``cash``, and the reason.
        till: the till's folder.
        operator: number of who gives it, where operators sign in; the PIN is asked for.
    """
    return _do(till, operator, ".shift explain", *reason)


@app.command
def confirm(shift: str = "", /, *, till: Path = Path(), operator: str = "") -> int:
    """Confirm the takings of an ended shift: the second step of the close.

    Args:
        shift: its number; without it, the one that has waited longest.
        till: the till's folder.
        operator: number of who confirms, where operators sign in; the PIN is asked for.
    """
    return _do(till, operator, ".shift confirm", shift)


def _do(folder: Path, operator: str, entry: str, *words: str) -> int:
    from posframe.cli.as_operator import done_as

    return done_as(folder, operator, [" ".join((entry, *words)).strip()])


def _count(folder: Path, operator: str, what: str, words: tuple[str, ...]) -> int:
    """Do a count whole, in one line: the till would wait for the next one without a heap."""
    from posframe.kernel.domain.entry import EntryRules
    from posframe.kernel.domain.entry_shifts import shift

    if not shift([what, *words], None, EntryRules()).entries:
        raise RuleViolation("What was counted?", hint="like 20x5 10x10; of an empty drawer: done")
    return _do(folder, operator, f".shift {what}", *words)


def _config(folder: Path) -> TillConfig:
    from posframe.config import load_config

    return load_config(folder)


def _asked(folder: Path, name: str, *parameters: str) -> list[tuple[Any, ...]]:
    from posframe.reports.shifts import QUERIES
    from posframe.store.looking import ReadModels
    from posframe.till import JOURNAL_FILE

    if not (folder / JOURNAL_FILE).exists():  # it was made, and never opened
        return []
    models: ReadModels = ReadModels(folder / JOURNAL_FILE)
    try:
        return models.query(QUERIES[name], parameters)
    finally:
        models.close()


def _row(config: TillConfig, row: tuple[Any, ...]) -> tuple[str, ...]:
    from posframe.kernel.domain.counting import shown
    from posframe.system import SystemClock

    id_, day, drawer, operator, opened_us, ended, confirmed_by, expected, counted, counts = row
    currency = config.till.currency
    standing = "confirmed" if confirmed_by else "ended" if ended else "open"
    return (
        id_,
        day,
        drawer,
        operator,
        SystemClock(config.till.timezone).local_text(opened_us),
        f"{standing}, counted twice" if counts > 1 else standing,
        "" if counted is None else shown(counted, currency),
        "" if expected is None else shown(expected, currency),
    )


def _difference(config: TillConfig, type_: str, expected: int, declared: int, reason: str) -> str:
    from posframe.kernel.domain.counting import shown
    from posframe.kernel.domain.shift import Difference, foreign_of

    found = Difference(type=type_, expected_minor=expected, declared_minor=declared)
    currency = foreign_of(type_) or config.till.currency
    amount = f"{shown(abs(found.minor), currency)} " if found.minor else ""
    of = f"{shown(declared, currency)} of {shown(expected, currency)}"
    return f"{type_}: {of}, {amount}{found.word}{f': {reason}' if reason else ''}"

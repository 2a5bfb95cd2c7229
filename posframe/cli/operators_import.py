"""Operators from a CSV file: read and checked as a whole, before anything is written."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

from posframe.errors import DataError, PosframeError
from posframe.operators import Operator, badge_mark, check_badge, check_number

if TYPE_CHECKING:
    from pathlib import Path

    from posframe.pins import PinKeeper

_NEEDED: Final = ("number", "name", "role")
_COLUMNS: Final = (*_NEEDED, "badge", "active")
_ANSWERS: Final = {"": True, "yes": True, "no": False}
ROWS_MAX: Final = 10_000


def read_rows(file: Path, keeper: PinKeeper) -> tuple[Operator, ...]:
    """Return the operators of a CSV file, without PINs.

    Raises:
        DataError: it cannot be read, or a row of it cannot be; the message names its line.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as source:
            rows = csv.DictReader(source)
            _check_columns(file, rows.fieldnames or ())
            found: dict[str, Operator] = {}
            for row in rows:
                where = f"{file.name}, line {rows.line_num}"
                operator = _operator(row, where, keeper)
                if operator.id in found or len(found) >= ROWS_MAX:
                    raise DataError(f"{where}: {operator.id} is there twice", hint="keep one")
                found[operator.id] = operator
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(
            f"{file} cannot be read ({type(error).__name__})", hint="it is a CSV file in UTF-8"
        ) from error
    return tuple(found.values())


def _check_columns(file: Path, columns: object) -> None:
    named = tuple(columns) if isinstance(columns, (list, tuple)) else ()
    if "pin" in {str(each).strip().lower() for each in named}:
        raise DataError(
            f"{file.name} holds PINs", hint="delete it; each operator types their own: set-pin"
        )
    strange = [each for each in named if each not in _COLUMNS]
    if strange or any(each not in named for each in _NEEDED):
        raise DataError(
            f"{file.name}: its columns are {', '.join(map(str, named)) or 'none'}",
            hint=f"needed: {', '.join(_NEEDED)}; besides there may be badge and active",
        )


def _operator(row: dict[str, str | None], where: str, keeper: PinKeeper) -> Operator:
    number, name, role, badge, active = ((row.get(each) or "").strip() for each in _COLUMNS)
    if active.lower() not in _ANSWERS:
        raise DataError(f"{where}: active is {active!r}", hint="write yes or no")
    try:
        check_number(number)
        if badge:
            check_badge(badge)
    except PosframeError as error:
        raise DataError(f"{where}: {error.message}", hint=error.hint) from error
    return Operator(
        id=number,
        name=name,
        role=role,
        badge=badge_mark(keeper, badge) if badge else None,
        active=_ANSWERS[active.lower()],
    )

"""``posframe loyalty``: take over cards and points from a file."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cyclopts import App

from posframe import DataError, open_as_owner
from posframe_loyalty.commands import EnrolCard, read_points
from posframe_loyalty.plugin import CardKnown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posframe import Outcome, Till

BATCH_ROWS: Final = 256
COLUMNS: Final = ("card_number", "points")

app = App(name="loyalty", help="Look after loyalty cards.")


@app.command(name="import")
def import_(file: Path, *, till: Path = Path()) -> int:
    """Enrol each card of a CSV file (card_number,points); those enrolled already stay as they are.

    Exit status 1 when a card was refused.

    Args:
        file: UTF-8, with a header.
        till: The till's folder; the till must not be running.
    """
    enrolled = known = refused = 0
    rows = list(_read(file))
    with open_as_owner(till) as opened:
        for place, outcome in _enrol_all(opened, rows):
            if outcome.accepted:
                enrolled += 1
            elif isinstance(outcome.error, CardKnown):
                known += 1
            else:
                refused += 1
                sys.stderr.write(f"line {place}: {outcome.words} ({outcome.hint})\n")
    sys.stdout.write(f"{enrolled} enrolled, {known} known already, {refused} refused\n")
    return 1 if refused else 0


def _enrol_all(till: Till, rows: list[tuple[int, EnrolCard]]) -> Iterator[tuple[int, Outcome]]:
    """Enrol in batches, which share commits."""
    for start in range(0, len(rows), BATCH_ROWS):
        batch = rows[start : start + BATCH_ROWS]
        tickets = [till.submit(command) for _, command in batch]
        for (place, _), ticket in zip(batch, tickets, strict=True):
            yield place, ticket.wait()


def _read(file: Path) -> Iterator[tuple[int, EnrolCard]]:
    """Yield line numbers and what they ask; the first that cannot be read refuses the file."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as source:
            reader = csv.DictReader(source, strict=True)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise DataError(
                    f"{file} has no column {missing[0]}",
                    hint=f"its first line is: {','.join(COLUMNS)}",
                )
            for row in reader:
                yield reader.line_num, _command(file, reader.line_num, row)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{file} cannot be read: {error}", hint="it is a CSV in UTF-8") from error


def _command(file: Path, line: int, row: dict[str, str | None]) -> EnrolCard:
    try:
        return EnrolCard((row["card_number"] or "").strip(), read_points(row["points"] or ""))
    except ValueError as error:
        raise DataError(
            f"{file}, line {line}: {row['points']!r} is no number of points",
            hint="whole numbers from 0",
        ) from error

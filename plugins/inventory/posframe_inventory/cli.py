"""``posframe inventory``: take over counted stock from a file."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cyclopts import App

from posframe import DataError, open_as_owner, parse_milli
from posframe_inventory.commands import CountStock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posframe import Outcome, Till

BATCH_ROWS: Final = 256
COLUMNS: Final = ("sku", "quantity")

app = App(name="inventory", help="Look after stock.")


@app.command(name="import")
def import_(file: Path, *, till: Path = Path()) -> int:
    """Take each row of a CSV file (sku,quantity) as a count: that many are on hand then.

    Exit status 1 when a row was refused.

    Args:
        file: UTF-8, with a header.
        till: The till's folder; the till must not be running.
    """
    counted = refused = 0
    rows = list(_read(file))
    with open_as_owner(till) as opened:
        for place, outcome in _count_all(opened, rows):
            if outcome.accepted:
                counted += 1
            else:
                refused += 1
                sys.stderr.write(f"line {place}: {outcome.words} ({outcome.hint})\n")
    sys.stdout.write(f"{counted} counted, {refused} refused\n")
    return 1 if refused else 0


def _count_all(till: Till, rows: list[tuple[int, CountStock]]) -> Iterator[tuple[int, Outcome]]:
    """Count in batches, which share commits."""
    for start in range(0, len(rows), BATCH_ROWS):
        batch = rows[start : start + BATCH_ROWS]
        tickets = [till.submit(command) for _, command in batch]
        for (place, _), ticket in zip(batch, tickets, strict=True):
            yield place, ticket.wait()


def _read(file: Path) -> Iterator[tuple[int, CountStock]]:
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


def _command(file: Path, line: int, row: dict[str, str | None]) -> CountStock:
    sku = (row["sku"] or "").strip()
    if not sku:
        raise DataError(f"{file}, line {line}: the SKU is missing", hint="every row has one")
    try:
        return CountStock(sku, parse_milli(row["quantity"] or ""))
    except DataError as error:
        raise DataError(f"{file}, line {line}: {error.message}", hint=error.hint) from error

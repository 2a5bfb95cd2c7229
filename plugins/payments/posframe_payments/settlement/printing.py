"""Tables and sentences of settlement, on standard output."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from posframe import Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

GAP = "  "


def write(*lines: str) -> None:
    """Print lines; what could steer a terminal is replaced."""
    for line in lines:
        sys.stdout.write("".join(one if one.isprintable() else "�" for one in line) + "\n")


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows in columns: the first to the left, all others to the right."""
    every = [tuple(headers), *(tuple(row) for row in rows)]
    widths = [max(len(row[at]) for row in every) for at in range(len(headers))]
    for row in every:
        first, *others = (
            cell.rjust(wide) if at else cell.ljust(wide)
            for at, (cell, wide) in enumerate(zip(row, widths, strict=True))
        )
        write(GAP.join((first, *others)).rstrip())


def step(number: str, owner: str, words: str, next_step: str) -> None:
    """Print what somebody has to do: what is so, whose it is, and how it goes on."""
    write(f"{number}{GAP}{words}", f"{' ' * len(number)}{GAP}for the {owner}: {next_step}")


def amount(minor: int | None, currency: str) -> str:
    """Return an amount for a column; a dash where it is not known."""
    return "-" if minor is None else Money(minor, currency).major

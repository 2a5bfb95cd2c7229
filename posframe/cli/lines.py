"""Plain lines on a terminal: columns that fit its width, sentences broken at words.

Addresses, paths and commands are never broken: they are there to be copied.
"""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WIDTH_MIN, WIDTH_MAX = 40, 100
_GAP = "  "
_WHOLE = re.compile(r'SUBSYSTEM==\S.*?MODE="\d+"')
"""A udev rule: one line in its file, so one line here."""
_KEPT = "\N{NO-BREAK SPACE}"


def width() -> int:
    """Return the columns to fill: the terminal's, or 80 where there is none."""
    return min(max(shutil.get_terminal_size((80, 24)).columns, WIDTH_MIN), WIDTH_MAX)


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows in columns; the last column takes what is left and is broken at words."""
    cells = [tuple(printable(cell) for cell in row) for row in rows]
    every = [tuple(headers), *cells]
    widths = [max(len(row[at]) for row in every) for at in range(len(headers) - 1)]
    for row in every if any(headers) else cells:
        head = "".join(cell.ljust(wide) + _GAP for cell, wide in zip(row, widths, strict=False))
        paragraph(row[-1], first=head)


def paragraph(
    text: str, *, first: str = "", indent: int | None = None, file: IO[str] | None = None
) -> None:
    """Print ``text`` behind ``first``, further lines below its beginning.

    Args:
        text: words; a word longer than the line stands on one of its own.
        first: what its first line begins with.
        indent: columns to begin further lines at; as wide as ``first``, unless told otherwise.
        file: where to; without it, standard output.
    """
    below = " " * (len(first) if indent is None else indent)
    lines = textwrap.wrap(
        _WHOLE.sub(lambda rule: rule[0].replace(" ", _KEPT), printable(text)),
        width(),
        initial_indent=first,
        subsequent_indent=below,
        break_long_words=False,
        break_on_hyphens=False,
    )
    shown = "\n".join(lines) if lines else first.rstrip()
    print(shown.replace(_KEPT, " "), file=file or sys.stdout)


def printable(text: str) -> str:
    """Replace what could steer the terminal: names are shown as they came in."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)

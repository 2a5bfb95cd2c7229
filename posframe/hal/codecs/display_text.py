"""Text on a customer display: characters it has, rows it is wide, and what differs from before.

The commands of each dialect are the business of `escpos_display`, `cd5220_display`,
`utc_display` and `aedex_display`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple, Protocol

from posframe.hal.codecs.transliteration import alternatives
from posframe.kernel.domain.receipt_text import NO_BREAK_SPACE, clean

Encoding = Literal[
    "ascii", "cp437", "cp775", "cp850", "cp852", "cp858", "cp860", "cp863", "cp865", "cp866",
    "cp1250", "cp1251", "cp1252", "cp1257",
]  # fmt: skip
"""Character tables that displays have; each is one byte a character."""
SUBSTITUTE = "?"
"""Stands for a character that the display lacks."""
CUT = "."
"""Ends text that was cut, as it ends an abbreviation."""
TOO_WIDE = "#"
"""Fills the row in place of an amount wider than the display: half an amount would be a lie."""

Rows = tuple[bytes, ...]
"""What stands on the glass: as many bytes a row as the display has columns."""
Goto = Callable[[int, int], bytes]
"""The command that continues at a column of a row, both counted from 1."""


class Dialect(Protocol):
    """The commands of one family of displays."""

    def start(self) -> bytes:
        """Return what leaves the display blank and set up, whatever it was doing before."""

    def show(self, rows: Rows, before: Rows) -> bytes:
        """Return what puts ``rows`` in place of ``before``."""

    def end(self) -> bytes:
        """Return what leaves the display blank."""


class Alphabet:
    """The characters of one table."""

    def __init__(self, encoding: Encoding) -> None:
        self.encoding = encoding
        codes = (*range(0x20, 0x7F), *range(0x80, 0x100))
        drawn = {bytes((code,)).decode(encoding, "ignore") for code in codes}
        self.characters = frozenset(char for char in drawn if char and char.isprintable())

    def missing(self, text: str) -> str:
        """Return the characters of ``text`` that the display cannot draw, each once."""
        drawable = self.characters | {NO_BREAK_SPACE}
        return "".join(dict.fromkeys(char for char in text if char not in drawable))

    def rows(self, lines: tuple[str, ...], columns: int, rows: int) -> Rows:
        """Return ``lines`` cut and padded to the display."""
        texts = (*lines[:rows], *[""] * (rows - len(lines)))
        return tuple(self.encode(fit(self.prepare(text), columns)) for text in texts)

    def prepare(self, text: str) -> str:
        """Return ``text`` in characters the display has, before anything is measured."""
        text = clean(text).replace(NO_BREAK_SPACE, " ")
        if self.characters.issuperset(text):
            return text
        return "".join(map(self._drawable, text))

    def encode(self, text: str) -> bytes:
        """Return the bytes of prepared ``text``; none of them is a control byte."""
        assert self.characters.issuperset(text), "prepare text before it is measured and encoded"
        return text.encode(self.encoding)

    def _drawable(self, char: str) -> str:
        if char in self.characters:
            return char
        otherwise = "" if unicodedata.combining(char) else SUBSTITUTE
        return next(filter(self.characters.issuperset, alternatives(char)), otherwise)


def fit(text: str, columns: int) -> str:
    """Return ``text`` exactly ``columns`` wide; what stands at the right is kept whole.

    Two spaces or more part what stands left from what stands right. In text that is too wide, so
    does the space before an amount at its end. The left part is what is cut, and shows it.
    """
    text = text.rstrip()
    parts = _TWO_SIDES.fullmatch(text)
    if parts is None and len(text) > columns:
        text = text.strip()
        if len(text) <= columns:
            return text.rjust(columns)  # it stood at the right edge and has grown
        parts = _ENDS_IN_AMOUNT.fullmatch(text)
    if parts is None:
        return _whole(text, columns).ljust(columns)
    right = _whole(parts["right"], columns)
    room = columns - len(right) - 1
    return _shortened(parts["left"], room).ljust(room + 1) + right


def redrawn(before: Rows, after: Rows, goto: Goto, clear: bytes) -> bytes:
    """Return the fewest bytes that put ``after`` in place of ``before``.

    For displays that can jump, write over what stands there, and go home when cleared.
    """
    anew = clear + _written(blank(after), after, goto, home=True)
    return min(_written(before, after, goto), anew, key=len)


def blank(rows: Rows) -> Rows:
    """Return rows of the same size with nothing on them."""
    return tuple(b" " * len(row) for row in rows)


def _written(before: Rows, after: Rows, goto: Goto, *, home: bool = False) -> bytes:
    """Return what writes over what differs; ``home``: the cursor stands at the first column."""
    out: list[bytes] = []
    for run in _changed_runs(before, after, len(goto(1, 1))):
        here = home and not out and (run.column, run.row) == (1, 1)
        out.append(run.data if here else goto(run.column, run.row) + run.data)
    return b"".join(out)


class _Run(NamedTuple):
    """Bytes that stand side by side and differ from what stood there; both counts begin at 1."""

    column: int
    row: int
    data: bytes


def _changed_runs(before: Rows, after: Rows, goto_bytes: int) -> Iterator[_Run]:
    """Yield what to write where; a gap that costs no more than a jump is written over."""
    for row, (old, new) in enumerate(zip(before, after, strict=True), 1):
        changed = [at for at, (was, now) in enumerate(zip(old, new, strict=True)) if was != now]
        if not changed:
            continue
        start = end = changed[0]
        for at in changed:
            if at - end > goto_bytes:
                yield _Run(start + 1, row, new[start:end])
                start = at
            end = at + 1
        yield _Run(start + 1, row, new[start:end])


_TWO_SIDES = re.compile(r"(?P<left>.*\S) {2,}(?P<right>\S.*)")
_AMOUNT = r"\S*\d\S*(?: [^\s\d]{1,3})?"
_ENDS_IN_AMOUNT = re.compile(rf"(?P<left>.*\S) (?P<right>{_AMOUNT})")
_ONLY_AMOUNT = re.compile(_AMOUNT)
_NUMBER = "0123456789.,"


def _whole(text: str, columns: int) -> str:
    """Return ``text`` if there is room for it; else the beginning of words, or no amount at all."""
    if len(text) > columns and _ONLY_AMOUNT.fullmatch(text):
        return TOO_WIDE * columns
    return _shortened(text, columns)


def _shortened(text: str, room: int) -> str:
    """Return the beginning of ``text``, marked as cut, without half a number at its end."""
    if len(text) <= room:
        return text
    if room < 2:
        return ""
    head, rest = text[: room - 1], text[room - 1 :]
    if rest[0] in _NUMBER:
        head = head.rstrip(_NUMBER)
    head = head.rstrip()
    return head + CUT if head else ""

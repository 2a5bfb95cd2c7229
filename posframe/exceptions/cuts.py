"""Cuts: what discounts and prices by hand came to when their sales were completed.

What is told at the moment may be little: a discount on a roll is one on the hundred loaves that
come behind it as well. Kept while a sale is open; of those that are completed, where it differs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe.exceptions.signs import Sign, SignKind
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from posframe.exceptions.notes import LineNote, Note


@attrs.frozen(kw_only=True, eq=False, repr=False)
class _Cut(Value):
    """What one row gave: discounts by their ids, a price, of one line or the whole sale."""

    seq: int
    number: int
    """Of the line; 0: the whole sale."""
    ids: tuple[str, ...]
    is_repriced: bool


class Cuts:
    """What was taken off by hand, followed until each sale ends."""

    def __init__(self) -> None:
        self._open: dict[str, list[_Cut]] = {}
        self._minors: dict[str, dict[str, int]] = {}
        """By sale, what discounts on the whole of it come to now."""
        self._came_to: dict[tuple[int, SignKind], int] = {}

    def note(self, note: Note, ids: tuple[str, ...], *, is_repriced: bool = False) -> None:
        """Keep what a row gave; one price takes the place of another on the same line."""
        if not ids and not is_repriced:
            return
        number = note.line.number if note.line is not None else 0
        known = self._open.setdefault(note.transaction, [])
        if is_repriced:
            known[:] = [
                attrs.evolve(each, is_repriced=False) if each.number == number else each
                for each in known
            ]
        known.append(_Cut(seq=note.seq, number=number, ids=ids, is_repriced=is_repriced))

    def reckon(self, transaction: str, minors: tuple[tuple[str, int], ...]) -> None:
        """Take in what discounts on a whole sale come to from here on."""
        self._minors.setdefault(transaction, {}).update(minors)

    def settle(self, transaction: str, lines: Mapping[int, LineNote]) -> None:
        """Reckon what was given in a sale that is completed, as its lines stood last."""
        whole = self._minors.get(transaction, {})
        for cut in self._open.get(transaction, ()):
            line = lines.get(cut.number)
            minors = dict(line.manual) if line is not None else whole
            off = -sum(minors.get(id_, 0) for id_ in cut.ids)
            below = (line.below_minor or 0) if line is not None and cut.is_repriced else 0
            is_left = any(id_ in minors for id_ in cut.ids)
            if is_left:
                self._came_to[cut.seq, SignKind.MANUAL_DISCOUNT] = off
            if cut.is_repriced:
                self._came_to[cut.seq, SignKind.PRICE_OVERRIDE] = below
            if is_left or cut.is_repriced:  # else: it was taken back again
                self._came_to[cut.seq, SignKind.CUT_AFTER_TOTAL] = off + below

    def settled(self, sign: Sign) -> Sign:
        """Return a sign with what it came to in the end, where that is known."""
        minor = self._came_to.get((sign.seq, sign.kind), sign.minor)
        return sign if minor == sign.minor else attrs.evolve(sign, minor=minor)

    def forget(self, transaction: str) -> None:
        """Let go of a sale that has ended."""
        self._open.pop(transaction, None)
        self._minors.pop(transaction, None)

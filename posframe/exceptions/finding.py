"""Finding signs in notes, and who did how much, row by row of a journal that may be long.

Rows of one action stand together in any order. Their order across actions matters for what comes
after a total, a price that was there before, whose number a wrong PIN was typed on, and a shift
that a closed day left unconfirmed. Training leaves no sign.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import attrs

from posframe.exceptions.notes import Note, NoteKind
from posframe.exceptions.sign_reading import SignReader
from posframe.exceptions.signs import Sign
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from posframe.exceptions.noting import Noted


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Worked(Value):
    """What one operator completed on one business day."""

    operator: str
    business_date: str
    sales: int
    gross_minor: int


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Findings(Value):
    """All that the report is made of."""

    signs: tuple[Sign, ...] = ()
    """In order of their rows, those of the time before the report as well."""
    worked: tuple[Worked, ...] = ()
    operators: frozenset[str] = frozenset()
    """Who did anything outside of training. Whoever was only named as approving is left out: a
    name that was typed is nobody at work."""
    from_date: str = ""
    """Business day the report begins with; signs before only come before others."""


class Finder:
    """Reads notes as they come and keeps signs alone, so that a long journal needs little room."""

    def __init__(self, *, from_date: str = "", practice: Iterable[str] = ()) -> None:
        """Begin with nothing.

        Args:
            from_date: business day the report begins with; empty: with the first row.
            practice: transactions that are known to be training before their rows say so.
        """
        self._reader = SignReader()
        self._practice = set(practice)
        self._from_date = from_date
        self._signs: list[Sign] = []
        self._sums: dict[tuple[str, str], tuple[int, int]] = {}
        self._operators: set[str] = set()

    def read(self, notes: Iterable[Note]) -> None:
        """Read notes in order of their rows, whole actions only."""
        for _, group in itertools.groupby(notes, key=lambda note: note.action):
            kept = self._live(tuple(group))
            self._signs += self._reader.read(kept)
            for note in kept:
                if note.business_date >= self._from_date:
                    self._count(note)

    def findings(self) -> Findings:
        """Return what was found so far."""
        return Findings(
            signs=tuple(map(self._reader.settled, self._signs)),
            worked=tuple(
                Worked(operator=operator, business_date=date, sales=sales, gross_minor=gross)
                for (operator, date), (sales, gross) in sorted(self._sums.items())
            ),
            operators=frozenset(self._operators),
            from_date=self._from_date,
        )

    def _live(self, action: tuple[Note, ...]) -> tuple[Note, ...]:
        """Leave training out: its transactions, and all that was done in one action with them."""
        self._practice.update(note.transaction for note in action if note.training)
        if not any(note.transaction in self._practice for note in action):
            return action
        return tuple(note for note in action if note.kind is NoteKind.CLOCK)

    def _count(self, note: Note) -> None:
        if note.kind is NoteKind.CLOCK:
            return  # where operators sign in, it may be the till's own
        if note.actor:
            self._operators.add(note.actor)
        if note.kind is NoteKind.COMPLETED and note.about != "void":
            key = note.actor, note.business_date
            sales, gross = self._sums.get(key, (0, 0))
            self._sums[key] = (sales + 1, gross + note.minor)


def find(noted: Noted, from_date: str = "") -> Findings:
    """Return what is in notes; training is known from its first row on, wherever it is told."""
    practice = {note.transaction for note in noted.notes if note.training}
    finder = Finder(from_date=from_date, practice=practice)
    finder.read(noted.notes)
    return finder.findings()


def signs(noted: Noted) -> tuple[Sign, ...]:
    """Return every sign in notes, in order of their rows."""
    return find(noted).signs


def worked(noted: Noted) -> tuple[Worked, ...]:
    """Return what each operator completed on each day, training and post-voids left out."""
    return find(noted).worked

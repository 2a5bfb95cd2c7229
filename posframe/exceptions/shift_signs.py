"""Signs of shifts: what differed, what agreed only at last, and what nobody confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe.exceptions.notes import Note, NoteKind
from posframe.exceptions.signs import Sign, SignKind
from posframe.kernel.domain.shift import CASH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


class OpenShifts:
    """The shifts that are not confirmed."""

    def __init__(self) -> None:
        self.operators: dict[str, str] = {}
        """By shift; who counts one is as a rule its own."""
        self.ended: dict[str, Note] = {}

    def operator(self, note: Note) -> str:
        """Return whose shift a note is about."""
        return self.operators.get(note.about, note.actor)


def _sign(note: Note, kind: SignKind, operator: str, **more: object) -> Sign:
    sign = Sign(
        kind=kind,
        operator=operator,
        business_date=note.business_date,
        seq=note.seq,
        rows=(note.seq,),
        wall_us=note.wall_us,
    )
    return attrs.evolve(sign, **more)  # type: ignore[arg-type]  # fields by name


def _opened(note: Note, shifts: OpenShifts) -> Iterator[Sign]:
    shifts.operators[note.about] = note.actor
    return iter(())


def _ended(note: Note, shifts: OpenShifts) -> Iterator[Sign]:
    shifts.ended[note.about] = note
    return iter(())


def _recounted(note: Note, shifts: OpenShifts) -> Iterator[Sign]:
    yield _sign(note, SignKind.RECOUNTED, shifts.operator(note))


def _confirmed(note: Note, shifts: OpenShifts) -> Iterator[Sign]:
    """Differences are the shop's loss where something is short: the sign turns them round."""
    operator = note.actor
    shifts.ended.pop(note.about, None)
    shifts.operators.pop(note.about, None)
    for type_, minor in note.minors:
        if type_ == CASH:
            kind = SignKind.CASH_SHORT if minor < 0 else SignKind.CASH_OVER
            yield _sign(note, kind, operator, minor=-minor, tags=(type_,))
    others = [(type_, minor) for type_, minor in note.minors if type_ != CASH]
    if others:  # of several kinds of money, so that they are named and not added up
        yield _sign(note, SignKind.SUMS_DIFFER, operator, tags=tuple(type_ for type_, _ in others))
    if note.number:
        yield _sign(note, SignKind.AGREED_AGAIN, operator)
    if note.person == operator:
        yield _sign(note, SignKind.SELF_CONFIRMED, operator)


def _day_closed(note: Note, shifts: OpenShifts) -> Iterator[Sign]:
    """Each shift is told by the first close that left it unconfirmed."""
    for id_, ended in sorted(shifts.ended.items()):
        rows = (ended.seq, note.seq)
        yield _sign(ended, SignKind.UNCONFIRMED, shifts.operators.get(id_, ended.actor), rows=rows)
    shifts.ended.clear()


SHIFT_SIGNS: Mapping[NoteKind, Callable[[Note, OpenShifts], Iterator[Sign]]] = {
    NoteKind.SHIFT_OPENED: _opened,
    NoteKind.SHIFT_ENDED: _ended,
    NoteKind.RECOUNTED: _recounted,
    NoteKind.SHIFT_CONFIRMED: _confirmed,
    NoteKind.DAY_CLOSED: _day_closed,
}

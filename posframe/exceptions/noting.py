"""Notes of journal rows: the little that signs are read from. Judges nothing but the clock.

Notes of pieces of a journal are merged in any order into what one reading would have given. Of each
row a note holds words and whole numbers only, so a day of sales is kept without its baskets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import attrs

from posframe.errors import DataError
from posframe.exceptions.control_notes import CONTROL_NOTES
from posframe.exceptions.notes import Note, NoteKind, Tick
from posframe.exceptions.sale_notes import SALE_NOTES
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from posframe.kernel.ports import Recorded

BACK_US = 1_000_000
"""How far the clock may fall between two rows: clocks that are kept right step by less."""
FORWARD_US = 60_000_000
"""How far the clock may run ahead of the monotonic time."""

_READ = {**SALE_NOTES, **CONTROL_NOTES}
NOTED: tuple[type, ...] = tuple(_READ)
"""The classes of events that tell something; rows of others are read for the clock alone."""


class Beat(NamedTuple):
    """When a row was written and by whom, to hold the next one's clock against."""

    seq: int
    action: int
    wall_us: int
    business_date: str
    actor: str
    tick: Tick | None


class Span(NamedTuple):
    """Rows that were read without a gap: the first and the last."""

    first: Beat
    last: Beat


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Noted(Value):
    """All that was noted of some rows of one journal, and which rows those were."""

    notes: tuple[Note, ...] = ()
    """By sequence number; a row has at most one, and one more where the clock jumped."""
    spans: tuple[Span, ...] = ()


class Noter:
    """Notes rows as they come, and remembers of them only where they were without a gap."""

    def __init__(self) -> None:
        self.spans: list[Span] = []

    def read(self, row: Recorded, tick: Tick | None = None) -> list[Note]:
        """Return the notes of one row: what it tells, behind what the clock did before it.

        Raises:
            DataError: it does not come behind the one before it.
        """
        notes: list[Note] = []
        beat = Beat(row.seq, row.action, row.wall_us, row.business_date, row.actor, tick)
        _extend(self.spans, Span(beat, beat), notes)
        note = _note(row)
        if note is not None:
            notes.append(note)
        return notes


def noted(rows: Iterable[Recorded], ticks: Mapping[int, Tick] | None = None) -> Noted:
    """Note what rows of a journal tell.

    Args:
        rows: in order; where sequence numbers are left out, the clock is not judged.
        ticks: monotonic times by sequence number; without them a clock put forward goes unseen.

    Raises:
        DataError: a row does not come behind the one before it.
    """
    noter, known = Noter(), ticks or {}
    notes = [note for row in rows for note in noter.read(row, known.get(row.seq))]
    return Noted(notes=tuple(notes), spans=tuple(noter.spans))


def merged(*parts: Noted) -> Noted:
    """Return what reading all parts as one journal would have noted; their order is no matter.

    Raises:
        DataError: a row is in two of them.
    """
    notes = [note for part in parts for note in part.notes]
    spans: list[Span] = []
    for span in sorted(span for part in parts for span in part.spans):
        _extend(spans, span, notes)
    return Noted(notes=tuple(sorted(notes, key=_place)), spans=tuple(spans))


def _place(note: Note) -> tuple[int, bool]:
    return note.seq, note.kind is not NoteKind.CLOCK


def _extend(spans: list[Span], span: Span, notes: list[Note]) -> None:
    """Add a span behind the others, and a note if the clock jumped between them."""
    last = spans[-1].last if spans else None
    if last is None or last.seq + 1 < span.first.seq:
        spans.append(span)
        return
    if span.first.seq <= last.seq:
        raise DataError(
            f"Row {span.first.seq} of the journal was given after row {last.seq}",
            hint="give each row once, in order",
        )
    jump_us = _jump_us(last, span.first)
    if jump_us:
        beat = span.first
        notes.append(
            Note(
                seq=beat.seq,
                action=beat.action,
                kind=NoteKind.CLOCK,
                wall_us=beat.wall_us,
                business_date=beat.business_date,
                actor=beat.actor,
                jump_us=jump_us,
            )
        )
    spans[-1] = Span(spans[-1].first, span.last)


def _jump_us(before: Beat, after: Beat) -> int:
    """Return by how much the clock was put back (negative) or forward; 0: it was not."""
    went_us = after.wall_us - before.wall_us
    if went_us < -BACK_US:
        return went_us
    one, other = before.tick, after.tick
    if one is None or other is None or one.boot != other.boot:
        return 0
    ahead_us = went_us - (other.mono_us - one.mono_us)
    return ahead_us if ahead_us > FORWARD_US else 0


def _note(row: Recorded) -> Note | None:
    read = _READ.get(type(row.event))
    fields = read(row.event) if read is not None else None
    if fields is None:
        return None
    return Note(
        **{
            "seq": row.seq,
            "action": row.action,
            "wall_us": row.wall_us,
            "business_date": row.business_date,
            "actor": row.actor,
            "transaction": row.transaction,
            **fields,
        }
    )

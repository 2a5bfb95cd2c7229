"""Notes of journal rows: the little that signs are read from. Judges nothing but the clock.

Notes of pieces of a journal are merged in any order into what one reading would have given. Of each
row a note holds words and whole numbers only, so a day of sales is kept without its baskets.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, NamedTuple

import attrs

from posframe.errors import DataError
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.basket import LineKind
from posframe.kernel.domain.quantity import extend
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from posframe.kernel.domain.basket import LineItem, PriceAdjustment
    from posframe.kernel.ports import Recorded

BACK_US = 1_000_000
"""How far the clock may fall between two rows: clocks that are kept right step by less."""
FORWARD_US = 60_000_000
"""How far the clock may run ahead of the monotonic time."""
MANUAL = "manual-"
"""What the ids of discounts given by hand begin with."""
NAMED = {
    "approval.Asked": "approval_asked",
    "approval.Denied": "approval_denied",
    "catalogue.PriceLooked": "price_look",
}
"""Events that are known here by name alone; no field of theirs is needed."""


class NoteKind(enum.Enum):
    """What a row told."""

    OPENED = "opened"
    LINE = "line"
    VOID = "void"
    PRICED = "priced"
    BASKET_DISCOUNT = "basket_discount"
    TOTALLED = "totalled"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    CASH = "cash"
    KICK = "kick"
    COPY = "copy"
    RESOLVED = "resolved"
    GIVEN_BACK = "given_back"
    APPROVAL = "approval"
    APPROVAL_ASKED = "approval_asked"
    APPROVAL_DENIED = "approval_denied"
    PRICE_LOOK = "price_look"
    CLOCK = "clock"


class Tick(NamedTuple):
    """The monotonic time of a row, which no hand can put forward."""

    boot: str
    """Times are compared only within one start of the machine."""
    mono_us: int


@attrs.frozen(kw_only=True, eq=False, repr=False)
class LineNote(Value):
    """A line as one row left it."""

    number: int
    minor: int
    unit_minor: int
    below_minor: int | None = None
    """What a price by hand takes off the catalogue's; None: the price is the catalogue's."""
    manual: tuple[tuple[str, int], ...] = ()
    """(id, minor) of each discount by hand."""
    blind_return: bool = False


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Note(Value):
    """What one row told; which fields are set depends on its kind."""

    seq: int
    action: int
    kind: NoteKind
    wall_us: int
    business_date: str
    actor: str
    transaction: str = ""
    minor: int = 0
    about: str = ""
    """The kind of a movement or transaction, the permission of an approval."""
    person: str = ""
    """Who answered for it."""
    line: LineNote | None = None
    number: int = 0
    """The line of a void, the count of lines of what was cancelled."""
    minors: tuple[tuple[str, int], ...] = ()
    """What discounts came to by their ids, what went back by tender types."""
    refers: tuple[str, ...] = ()
    customer: str = ""
    training: bool = False
    jump_us: int = 0


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


def noted(rows: Iterable[Recorded], ticks: Mapping[int, Tick] | None = None) -> Noted:
    """Note what rows of a journal tell.

    Args:
        rows: in order; where sequence numbers are left out, the clock is not judged.
        ticks: monotonic times by sequence number; without them a clock put forward goes unseen.

    Raises:
        DataError: a row does not come behind the one before it.
    """
    notes: list[Note] = []
    spans: list[Span] = []
    for row in rows:
        tick = (ticks or {}).get(row.seq)
        beat = Beat(row.seq, row.action, row.wall_us, row.business_date, row.actor, tick)
        _extend(spans, Span(beat, beat), notes)
        note = _note(row)
        if note is not None:
            notes.append(note)
    return Noted(notes=tuple(notes), spans=tuple(spans))


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
    known = NAMED.get(row.name)
    if read is not None:
        fields = read(row.event)
    elif known is not None:
        fields = {"kind": NoteKind(known)}
    else:
        fields = None
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


_Fields = dict[str, Any] | None


def _opened(event: ev.TransactionOpened) -> _Fields:
    return {
        "kind": NoteKind.OPENED,
        "transaction": event.transaction,
        "training": event.training,
    }


def _line(event: ev.LineAdded | ev.LineChanged) -> _Fields:
    return {"kind": NoteKind.LINE, "line": _line_note(event.line)}


def _line_note(line: LineItem) -> LineNote:
    below = None
    if line.catalogue_price_minor is not None:
        below = extend(line.catalogue_price_minor, line.quantity_milli) - line.list_minor
    return LineNote(
        number=line.number,
        minor=line.amount_minor,
        unit_minor=line.unit_price_minor,
        below_minor=below,
        manual=_by_hand(line.adjustments),
        blind_return=line.kind is LineKind.RETURN and not line.original,
    )


def _by_hand(adjustments: Iterable[PriceAdjustment]) -> tuple[tuple[str, int], ...]:
    return tuple((each.id, each.minor) for each in adjustments if each.id.startswith(MANUAL))


def _void(event: ev.LineVoided) -> _Fields:
    return {"kind": NoteKind.VOID, "number": event.number}


def _priced(event: ev.Repriced) -> _Fields:
    minors = tuple(each for each in event.adjustments if each[0].startswith(MANUAL))
    return {"kind": NoteKind.PRICED, "minors": minors} if minors else None


def _basket_discount(event: ev.BasketAdjusted) -> _Fields:
    return {"kind": NoteKind.BASKET_DISCOUNT, "minors": _by_hand((event.adjustment,))}


def _totalled(_event: object) -> _Fields:
    return {"kind": NoteKind.TOTALLED}


def _cancelled(event: ev.TransactionCancelled) -> _Fields:
    return {
        "kind": NoteKind.CANCELLED,
        "transaction": event.transaction,
        "minor": event.gross_minor,
        "number": event.lines,
    }


def _completed(event: ev.TransactionCompleted) -> _Fields:
    back: dict[str, int] = {}
    for tender in event.tenders:
        if tender.applied_minor < 0:
            back[tender.type] = back.get(tender.type, 0) - tender.applied_minor
    return {
        "kind": NoteKind.COMPLETED,
        "transaction": event.transaction,
        "about": event.kind,
        "minor": event.closing.gross_minor,
        "minors": tuple(sorted(back.items())),
        "refers": event.refers_to,
        "customer": event.customer,
        "training": event.training,
    }


def _cash(event: ev.CashMoved) -> _Fields:
    return {"kind": NoteKind.CASH, "about": event.kind, "minor": abs(event.minor)}


def _kick(event: ev.JobQueued) -> _Fields:
    if event.job.kind != "kick":
        return None
    return {"kind": NoteKind.KICK, "transaction": event.job.subject}


def _copy(event: ev.CopyAsked) -> _Fields:
    return {"kind": NoteKind.COPY, "transaction": event.transaction}


def _resolved(event: ev.PaymentResolved) -> _Fields:
    return {"kind": NoteKind.RESOLVED, "minor": event.amount_minor, "person": event.approver}


def _reversed(event: ev.PaymentReversed) -> _Fields:
    return {"kind": NoteKind.GIVEN_BACK, "person": event.said_by} if event.how else None


def _approval(event: ev.ApprovalGiven) -> _Fields:
    return {
        "kind": NoteKind.APPROVAL,
        "about": event.action,
        "person": event.approver,
        "minor": abs(event.amount_minor),
    }


_READ: Mapping[type, Callable[[Any], _Fields]] = {
    ev.TransactionOpened: _opened,
    ev.LineAdded: _line,
    ev.LineChanged: _line,
    ev.LineVoided: _void,
    ev.Repriced: _priced,
    ev.BasketAdjusted: _basket_discount,
    ev.Totalled: _totalled,
    ev.TenderApplied: _totalled,
    ev.PaymentIntended: _totalled,
    ev.TransactionCancelled: _cancelled,
    ev.TransactionCompleted: _completed,
    ev.CashMoved: _cash,
    ev.JobQueued: _kick,
    ev.CopyAsked: _copy,
    ev.PaymentResolved: _resolved,
    ev.PaymentReversed: _reversed,
    ev.ApprovalGiven: _approval,
}

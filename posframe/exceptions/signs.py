"""Signs: what an operator did that is worth counting, each counted once. Weighs nothing.

Rows of one action stand together in any order. Their order across actions matters for two signs
alone: what comes after the total was asked for or money was taken, and a price or discount that was
there before. Training leaves no sign.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping

import attrs

from posframe.exceptions.noting import LineNote, Note, Noted, NoteKind
from posframe.value import Value


class SignKind(enum.Enum):
    """What happened."""

    LINE_VOID = "line_void"
    VOID_AFTER_TOTAL = "void_after_total"
    CANCELLED = "cancelled"
    CANCELLED_AFTER_TOTAL = "cancelled_after_total"
    POST_VOID = "post_void"
    PRICE_OVERRIDE = "price_override"
    MANUAL_DISCOUNT = "manual_discount"
    NO_SALE = "no_sale"
    DRAWER_WITHOUT_SALE = "drawer_without_sale"
    PAID_OUT = "paid_out"
    REFUND = "refund"
    BLIND_RETURN = "blind_return"
    RESOLVED_BY_HAND = "resolved_by_hand"
    GIVEN_BACK_BY_HAND = "given_back_by_hand"
    APPROVAL_ASKED = "approval_asked"
    APPROVAL_DENIED = "approval_denied"
    APPROVAL_TAKEN = "approval_taken"
    APPROVAL_GIVEN = "approval_given"
    OWN_APPROVAL = "own_approval"
    COPY = "copy"
    PRICE_LOOK = "price_look"
    CLOCK_BACK = "clock_back"
    CLOCK_FORWARD = "clock_forward"
    MEMBER_SALE = "member_sale"
    """No sign by itself: a member who buys too often of one operator is."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Sign(Value):
    """One thing that happened. Amounts are minor units, positive where the shop has less."""

    kind: SignKind
    operator: str
    """Who did it; empty: nobody was signed in."""
    business_date: str
    seq: int
    rows: tuple[int, ...]
    """Sequence numbers of all rows it rests on."""
    wall_us: int
    transaction: str = ""
    minor: int = 0
    tags: tuple[str, ...] = ()
    """Tender types of a refund, the permission of an approval, the member of a sale."""
    refers: tuple[str, ...] = ()
    """For a refund: the transactions whose goods came back."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Worked(Value):
    """What one operator completed on one business day."""

    operator: str
    business_date: str
    sales: int
    gross_minor: int


def signs(noted: Noted) -> tuple[Sign, ...]:
    """Return every sign in notes, in order of their rows."""
    notes = _live(noted.notes)
    past = _Past(notes)
    return tuple(sign for note in notes for sign in _READ[note.kind](note, past))


def worked(noted: Noted) -> tuple[Worked, ...]:
    """Return what each operator completed on each day, training and post-voids left out."""
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for note in _live(noted.notes):
        if note.kind is NoteKind.COMPLETED and note.about != "void":
            sales, gross = sums.get((note.actor, note.business_date), (0, 0))
            sums[note.actor, note.business_date] = (sales + 1, gross + note.minor)
    return tuple(
        Worked(operator=operator, business_date=date, sales=sales, gross_minor=gross)
        for (operator, date), (sales, gross) in sorted(sums.items())
    )


def operators_of(noted: Noted) -> frozenset[str]:
    """Return who did anything outside of training.

    Whoever was only named as approving is left out: a name that was typed is nobody at work.
    """
    return frozenset(note.actor for note in _live(noted.notes) if note.actor)


def _live(notes: Iterable[Note]) -> list[Note]:
    """Leave training out: its transactions, and all that was done in one action with them."""
    kept = tuple(notes)
    practice = {note.transaction for note in kept if note.training}
    practised = {note.action for note in kept if note.transaction in practice}
    return [note for note in kept if note.action not in practised or note.kind is NoteKind.CLOCK]


class _Past:
    """What is known when a note is judged: all of its action, and what came before it."""

    def __init__(self, notes: Iterable[Note]) -> None:
        self.lines: dict[tuple[str, int], LineNote] = {}
        self.totalled: set[str] = set()
        self.accounted: set[int] = set()
        """Actions that say by themselves why the drawer opened."""
        self.voids: dict[int, list[Note]] = {}
        self.minors: dict[tuple[int, str], int] = {}
        """What discounts on the whole basket were reckoned to in the action that gave them."""
        for note in notes:
            self._learn(note)

    def _learn(self, note: Note) -> None:
        if note.kind in (NoteKind.CASH, NoteKind.COMPLETED):
            self.accounted.add(note.action)
        elif note.kind is NoteKind.VOID:
            self.voids.setdefault(note.action, []).append(note)
        elif note.kind is NoteKind.PRICED:
            self.minors.update({(note.action, id_): minor for id_, minor in note.minors})


def _sign(note: Note, kind: SignKind, **more: object) -> Sign:
    fields: dict[str, object] = {
        "operator": note.actor,
        "business_date": note.business_date,
        "seq": note.seq,
        "rows": (note.seq,),
        "wall_us": note.wall_us,
        "transaction": note.transaction,
        "minor": note.minor,
    }
    return Sign(kind=kind, **{**fields, **more})  # type: ignore[arg-type]  # fields by name


def _nothing(_note: Note, _past: _Past) -> Iterator[Sign]:
    return iter(())


def _totalled(note: Note, past: _Past) -> Iterator[Sign]:
    past.totalled.add(note.transaction)
    return iter(())


def _line(note: Note, past: _Past) -> Iterator[Sign]:
    line = note.line
    assert line is not None, "a note of a line holds it"
    before = past.lines.get((note.transaction, line.number))
    past.lines[note.transaction, line.number] = line
    if line.blind_return:
        if before is None:
            yield _sign(note, SignKind.BLIND_RETURN, minor=-line.minor)
        return
    if line.below_minor is not None and (before is None or _repriced(before, line)):
        yield _sign(note, SignKind.PRICE_OVERRIDE, minor=line.below_minor)
    known = {id_ for id_, _ in before.manual} if before else set()
    fresh = [minor for id_, minor in line.manual if id_ not in known]
    if fresh:
        yield _sign(note, SignKind.MANUAL_DISCOUNT, minor=-sum(fresh))


def _repriced(before: LineNote, line: LineNote) -> bool:
    return before.below_minor is None or before.unit_minor != line.unit_minor


def _void(note: Note, past: _Past) -> Iterator[Sign]:
    """A line and the deposit that goes with it are voided by one key: one sign."""
    together = past.voids[note.action]
    if note is not together[0]:
        return
    kind = SignKind.LINE_VOID
    if note.transaction in past.totalled:
        kind = SignKind.VOID_AFTER_TOTAL
    lines = [past.lines.get((each.transaction, each.number)) for each in together]
    yield _sign(
        note,
        kind,
        minor=sum(line.minor for line in lines if line is not None),
        rows=tuple(each.seq for each in together),
    )


def _basket_discount(note: Note, past: _Past) -> Iterator[Sign]:
    for id_, minor in note.minors:
        reckoned = past.minors.get((note.action, id_), minor)
        yield _sign(note, SignKind.MANUAL_DISCOUNT, minor=-reckoned)


def _cancelled(note: Note, past: _Past) -> Iterator[Sign]:
    if note.number:
        late = note.transaction in past.totalled
        yield _sign(note, SignKind.CANCELLED_AFTER_TOTAL if late else SignKind.CANCELLED)


def _completed(note: Note, _past: _Past) -> Iterator[Sign]:
    if note.about == "void":
        yield _sign(note, SignKind.POST_VOID, minor=abs(note.minor), refers=note.refers)
        return
    if note.minors:
        yield _sign(
            note,
            SignKind.REFUND,
            minor=sum(minor for _, minor in note.minors),
            tags=tuple(type_ for type_, _ in note.minors),
            refers=note.refers,
        )
    elif note.customer:
        yield _sign(note, SignKind.MEMBER_SALE, tags=(note.customer,))


def _cash(note: Note, _past: _Past) -> Iterator[Sign]:
    kind = {"no_sale": SignKind.NO_SALE, "paid_out": SignKind.PAID_OUT}.get(note.about)
    if kind is not None:
        yield _sign(note, kind)


def _kick(note: Note, past: _Past) -> Iterator[Sign]:
    if note.action not in past.accounted:
        yield _sign(note, SignKind.DRAWER_WITHOUT_SALE)


def _approval(note: Note, _past: _Past) -> Iterator[Sign]:
    tags = (note.about,)
    if note.person == note.actor:
        yield _sign(note, SignKind.OWN_APPROVAL, tags=tags)
        return
    yield _sign(note, SignKind.APPROVAL_TAKEN, tags=tags)
    yield _sign(note, SignKind.APPROVAL_GIVEN, tags=tags, operator=note.person)


def _clock(note: Note, _past: _Past) -> Iterator[Sign]:
    yield _sign(note, SignKind.CLOCK_BACK if note.jump_us < 0 else SignKind.CLOCK_FORWARD)


_Read = Callable[[Note, _Past], Iterator[Sign]]


def _always(kind: SignKind) -> _Read:
    return lambda note, _past: iter((_sign(note, kind),))


_READ: Mapping[NoteKind, _Read] = {
    NoteKind.OPENED: _nothing,
    NoteKind.LINE: _line,
    NoteKind.VOID: _void,
    NoteKind.PRICED: _nothing,
    NoteKind.BASKET_DISCOUNT: _basket_discount,
    NoteKind.TOTALLED: _totalled,
    NoteKind.CANCELLED: _cancelled,
    NoteKind.COMPLETED: _completed,
    NoteKind.CASH: _cash,
    NoteKind.KICK: _kick,
    NoteKind.COPY: _always(SignKind.COPY),
    NoteKind.RESOLVED: _always(SignKind.RESOLVED_BY_HAND),
    NoteKind.GIVEN_BACK: _always(SignKind.GIVEN_BACK_BY_HAND),
    NoteKind.APPROVAL: _approval,
    NoteKind.APPROVAL_ASKED: _always(SignKind.APPROVAL_ASKED),
    NoteKind.APPROVAL_DENIED: _always(SignKind.APPROVAL_DENIED),
    NoteKind.PRICE_LOOK: _always(SignKind.PRICE_LOOK),
    NoteKind.CLOCK: _clock,
}

"""Reading signs: what the notes of one action show, with what was known before it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from posframe.exceptions.cuts import Cuts
from posframe.exceptions.notes import LineNote, Note, NoteKind
from posframe.exceptions.shift_signs import SHIFT_SIGNS, OpenShifts
from posframe.exceptions.signs import Sign, SignKind
from posframe.kernel.domain.quantity import extend

_WHY_OPEN = frozenset(
    {
        NoteKind.CASH,
        NoteKind.COMPLETED,
        NoteKind.GIVEN_BACK,
        NoteKind.RESOLVED,
        NoteKind.SHIFT_OPENED,
        NoteKind.SHIFT_ENDED,
        NoteKind.RECOUNTED,
    }
)
"""What says by itself why the drawer opened in the same action."""


class Past:
    """What is known when a note is judged: all of its action, and what came before it.

    Of a sale that has ended nothing is kept.
    """

    def __init__(self) -> None:
        self.lines: dict[str, dict[int, LineNote]] = {}
        self.totalled: set[str] = set()
        self.numbers: dict[str, str] = {}
        """Operators by the marks of their numbers, as far as they have shown who they are."""
        self.signed_in = ""
        self.signs_in = False
        """True: operators show who they are here, so that a row may be the till's own."""
        self.shifts = OpenShifts()
        self.cuts = Cuts()
        self.begin(())

    def begin(self, action: tuple[Note, ...]) -> None:
        """Look through an action before its notes are judged one by one."""
        self.accounted = any(note.kind in _WHY_OPEN for note in action)
        self.voids = [note for note in action if note.kind is NoteKind.VOID]
        self.taken_off = tuple(self._taken_off(action))
        self.minors: dict[str, int] = {}
        """What discounts on the whole basket were reckoned to in the action that gave them."""
        for note in action:
            if note.kind is NoteKind.PRICED:
                self.minors.update(note.minors)
                self.cuts.reckon(note.transaction, note.minors)

    def _taken_off(self, action: tuple[Note, ...]) -> Iterator[tuple[Note, int]]:
        """Yield lines that became less, each with what that was worth at its price."""
        stood: dict[tuple[str, int], LineNote] = {}
        for note in action:
            if note.line is None:
                continue
            key = note.transaction, note.line.number
            before = stood.get(key) or self.line(*key)
            stood[key] = note.line
            less_milli = note.line.taken_off_milli - before.taken_off_milli if before else 0
            if before is not None and less_milli > 0:
                yield note, extend(before.unit_minor, less_milli, before.price_per_milli)

    def end(self, transaction: str) -> None:
        """Forget a sale that has ended."""
        self.lines.pop(transaction, None)
        self.totalled.discard(transaction)
        self.cuts.forget(transaction)

    def line(self, transaction: str, number: int) -> LineNote | None:
        """Return a line as it stood last."""
        return self.lines.get(transaction, {}).get(number)


class SignReader:
    """Reads action by action."""

    def __init__(self) -> None:
        self._past = Past()

    def read(self, action: tuple[Note, ...]) -> list[Sign]:
        """Return the signs of one action."""
        past = self._past
        past.begin(action)
        found = [sign for note in action for sign in _SIGNS[note.kind](note, past)]
        for note in action:
            if note.kind is NoteKind.COMPLETED:
                past.cuts.settle(note.transaction, past.lines.get(note.transaction, {}))
            if note.kind in {NoteKind.COMPLETED, NoteKind.CANCELLED}:
                past.end(note.transaction)
        return found

    def settled(self, sign: Sign) -> Sign:
        """Return a sign with what it came to when its sale was completed."""
        return self._past.cuts.settled(sign)


def sign_of(note: Note, kind: SignKind, **more: object) -> Sign:
    """Return a sign that rests on one note, but for what is said otherwise."""
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


def _nothing(_note: Note, _past: Past) -> Iterator[Sign]:
    return iter(())


def _totalled(note: Note, past: Past) -> Iterator[Sign]:
    past.totalled.add(note.transaction)
    return iter(())


def _line(note: Note, past: Past) -> Iterator[Sign]:
    line = note.line
    assert line is not None, "a note of a line holds it"
    yield from _less(note, past)
    before = past.line(note.transaction, line.number)
    past.lines.setdefault(note.transaction, {})[line.number] = line
    if line.blind_return:
        if before is None:
            yield sign_of(note, SignKind.BLIND_RETURN, minor=-line.minor)
        return
    cut = 0
    is_repriced = line.below_minor is not None and (before is None or _repriced(before, line))
    if line.below_minor is not None and is_repriced:
        cut += line.below_minor
        yield sign_of(note, SignKind.PRICE_OVERRIDE, minor=line.below_minor)
    known = {id_ for id_, _ in before.manual} if before else set()
    new = [each for each in line.manual if each[0] not in known]
    fresh = -sum(minor for _, minor in new)
    past.cuts.note(note, tuple(id_ for id_, _ in new), is_repriced=is_repriced)
    if fresh:
        cut += fresh
        yield sign_of(note, SignKind.MANUAL_DISCOUNT, minor=fresh)
    if cut > 0:
        yield from _late(note, past, cut)


def _repriced(before: LineNote, line: LineNote) -> bool:
    return before.below_minor is None or before.unit_minor != line.unit_minor


def _late(note: Note, past: Past, minor: int) -> Iterator[Sign]:
    if note.transaction in past.totalled:
        yield sign_of(note, SignKind.CUT_AFTER_TOTAL, minor=minor)


def _less(note: Note, past: Past) -> Iterator[Sign]:
    """A line and its deposit become less by one key: one sign, of the same kind as a void."""
    together = [each for each in past.taken_off if each[0].transaction == note.transaction]
    if not together or note is not together[0][0]:
        return
    yield sign_of(
        note,
        _void_kind(note, past),
        minor=sum(minor for _, minor in together),
        rows=tuple(each.seq for each, _ in together),
    )


def _void_kind(note: Note, past: Past) -> SignKind:
    late = note.transaction in past.totalled
    return SignKind.VOID_AFTER_TOTAL if late else SignKind.LINE_VOID


def _void(note: Note, past: Past) -> Iterator[Sign]:
    """A line and the deposit that goes with it are voided by one key: one sign."""
    together = [each for each in past.voids if each.transaction == note.transaction]
    if note is not together[0]:
        return
    lines = [past.line(each.transaction, each.number) for each in together]
    yield sign_of(
        note,
        _void_kind(note, past),
        minor=sum(line.minor for line in lines if line is not None),
        rows=tuple(each.seq for each in together),
    )


def _basket_discount(note: Note, past: Past) -> Iterator[Sign]:
    for id_, minor in note.minors:
        reckoned = past.minors.get(id_, minor)
        past.cuts.note(note, (id_,))
        past.cuts.reckon(note.transaction, ((id_, reckoned),))
        yield sign_of(note, SignKind.MANUAL_DISCOUNT, minor=-reckoned)
        yield from _late(note, past, -reckoned)


def _coupon(note: Note, past: Past) -> Iterator[Sign]:
    return _late(note, past, 0)


def _cancelled(note: Note, past: Past) -> Iterator[Sign]:
    if note.number:
        late = note.transaction in past.totalled
        yield sign_of(note, SignKind.CANCELLED_AFTER_TOTAL if late else SignKind.CANCELLED)


def _completed(note: Note, _past: Past) -> Iterator[Sign]:
    if note.about == "void":
        yield sign_of(note, SignKind.POST_VOID, minor=abs(note.minor), refers=note.refers)
        return
    if note.minors:
        yield sign_of(
            note,
            SignKind.REFUND,
            minor=sum(minor for _, minor in note.minors),
            tags=tuple(type_ for type_, _ in note.minors),
            refers=note.refers,
        )
    elif note.customer:
        yield sign_of(note, SignKind.MEMBER_SALE, tags=(note.customer,))


def _cash(note: Note, _past: Past) -> Iterator[Sign]:
    kind = _CASH.get(note.about)
    if kind is not None:
        yield sign_of(note, kind)


_CASH = {
    "no_sale": SignKind.NO_SALE,
    "paid_out": SignKind.PAID_OUT,
    "skim": SignKind.SKIM,
}


def _kick(note: Note, past: Past) -> Iterator[Sign]:
    if not past.accounted:
        yield sign_of(note, SignKind.DRAWER_WITHOUT_SALE)


def _approval(note: Note, _past: Past) -> Iterator[Sign]:
    tags = (note.about,)
    if note.person == note.actor:
        yield sign_of(note, SignKind.OWN_APPROVAL, tags=tags)
        return
    yield sign_of(note, SignKind.APPROVAL_TAKEN, tags=tags)
    yield sign_of(note, SignKind.APPROVAL_GIVEN, tags=tags, operator=note.person)
    yield sign_of(note, SignKind.APPROVAL_PAIR, tags=(note.person,))


def _tried(note: Note, _past: Past) -> Iterator[Sign]:
    """It is of who had no say in it; who asked has done nothing."""
    yield sign_of(note, SignKind.TRIED_TO_APPROVE, operator=note.person, tags=(note.about,))


def _granted(note: Note, past: Past) -> Iterator[Sign]:
    past.numbers[note.about] = note.person
    return iter(())


def _signed_on(note: Note, past: Past) -> Iterator[Sign]:
    past.numbers[note.about] = past.signed_in = note.actor
    past.signs_in = True
    return iter(())


def _left(_note: Note, past: Past) -> Iterator[Sign]:
    past.signed_in = ""
    return iter(())


def _try_failed(note: Note, past: Past) -> Iterator[Sign]:
    owner = past.numbers.get(note.about, "")
    yield sign_of(note, SignKind.WRONG_PIN, operator=owner, tags=(note.about,))
    if past.signed_in:
        yield sign_of(note, SignKind.GUESSED_PIN, operator=past.signed_in, tags=(note.about,))


def _clock(note: Note, past: Past) -> Iterator[Sign]:
    kind = SignKind.CLOCK_BACK if note.jump_us < 0 else SignKind.CLOCK_FORWARD
    yield sign_of(note, kind, operator=past.signed_in if past.signs_in else note.actor)


Read = Callable[[Note, Past], Iterable[Sign]]


def _always(kind: SignKind) -> Read:
    return lambda note, _past: (sign_of(note, kind),)


def _of_shifts(note: Note, past: Past) -> Iterable[Sign]:
    return SHIFT_SIGNS[note.kind](note, past.shifts)


_SIGNS: Mapping[NoteKind, Read] = {
    NoteKind.OPENED: _nothing,
    NoteKind.LINE: _line,
    NoteKind.VOID: _void,
    NoteKind.PRICED: _nothing,
    NoteKind.BASKET_DISCOUNT: _basket_discount,
    NoteKind.COUPON: _coupon,
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
    NoteKind.APPROVAL_GRANTED: _granted,
    NoteKind.APPROVAL_DENIED: _always(SignKind.APPROVAL_DENIED),
    NoteKind.APPROVAL_TRIED: _tried,
    NoteKind.PRICE_LOOK: _always(SignKind.PRICE_LOOK),
    NoteKind.SIGNED_ON: _signed_on,
    NoteKind.LEFT: _left,
    NoteKind.TRY_FAILED: _try_failed,
    NoteKind.NUMBER_FREED: _always(SignKind.NUMBER_FREED),
    **dict.fromkeys(SHIFT_SIGNS, _of_shifts),
    NoteKind.CLOCK: _clock,
}

"""How events change drawers, shifts and the closed day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from posframe.kernel.domain import events as ev
from posframe.kernel.domain import shift_reckoning as reckoning
from posframe.kernel.domain.cash_drawer import open_on
from posframe.kernel.domain.foreign_notes import foreign_effect, left_after
from posframe.kernel.domain.shift import FOREIGN, ShiftState, TenderSum

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe.kernel.domain.control import Control
    from posframe.kernel.domain.counting import Count
    from posframe.kernel.domain.shift import Shift
    from posframe.kernel.domain.tender import Tender

_evolve = attrs.evolve


def _opened(control: Control, event: ev.ShiftOpened) -> Control:
    shift = event.shift
    after = _evolve(control, shifts=(*control.shifts, shift), last_shift=control.last_shift + 1)
    return _with_drawer(after, shift.drawer, operator=shift.operator, shift=shift.id)


def _ended(control: Control, event: ev.ShiftEnded) -> Control:
    shift = control.shift(event.id)
    assert shift is not None, "an open shift ends"
    left = event.declared.cash.total_minor - event.unfinished_minor
    after = _evolve(
        _with(
            control,
            reckoning.ended(
                shift, event.declared, event.unfinished_minor, event.unfinished_foreign
            ),
        ),
        usual_pieces=_usual(control.usual_pieces, event.declared.cash),
    )
    return _with_drawer(
        after,
        shift.drawer,
        operator="",
        left_minor=left,
        left_foreign=left_after(event.declared.cash, event.unfinished_foreign),
    )


def _usual(usual: tuple[tuple[int, int], ...], count: Count) -> tuple[tuple[int, int], ...]:
    """Return the most pieces ever found by denomination, of the till's own currency."""
    most = dict(usual)
    for row in count.rows:
        if not row.currency:
            pieces = count.pieces_of(row.denomination_minor)
            most[row.denomination_minor] = max(pieces, most.get(row.denomination_minor, 0))
    return tuple(sorted(most.items()))


def _recounted(control: Control, event: ev.ShiftRecounted) -> Control:
    shift = control.shift(event.id)
    assert shift is not None, "an ended shift is counted again"
    more = event.declared.cash.total_minor - shift.counts[-1].cash.total_minor
    counted = _with(control, reckoning.recounted(shift, event.declared))
    return _left_more(counted, shift.drawer, more, foreign_effect(control, event))


def _explained(control: Control, event: ev.ShiftExplained) -> Control:
    shift = control.shift(event.id)
    assert shift is not None, "a difference is of an ended shift"
    return _with(control, reckoning.explained(shift, event.type, event.reason))


def _confirmed(control: Control, event: ev.ShiftConfirmed) -> Control:
    kept = tuple(each for each in control.shifts if each.id != event.shift.id)
    return _evolve(control, shifts=kept)


def _placed(control: Control, event: ev.DrawerPlaced) -> Control:
    others = tuple(each for each in control.drawers if each.id != event.drawer.id)
    return _evolve(control, drawers=(*others, event.drawer))


def _cash_moved(control: Control, event: ev.CashMoved) -> Control:
    shift = control.shift(event.shift) if event.shift else None
    if shift is None:
        return control
    if event.currency:
        return _with(control, reckoning.foreign_moved(shift, event.currency, event.minor))
    return _with(control, reckoning.moved(shift, event.kind, event.minor))


def _completed(control: Control, event: ev.TransactionCompleted) -> Control:
    """Give each tender to the shift that took it: cash to the one on the drawer it lies in.

    Cash in a drawer that nobody has now, for a sale that was held, is what is left in it.
    """
    if not control.shifts and not control.drawers:
        return control
    taken: dict[str, list[Tender]] = {}
    for tender in event.tenders:
        shift = open_on(control, tender.drawer) if tender.drawer else None
        if shift is None and tender.drawer and _knows(control, tender.drawer):
            control = _left_more(control, tender.drawer, tender.own_cash_minor, _notes_of(tender))
            continue
        taken.setdefault(shift.id if shift is not None else event.shift, []).append(tender)
    for id_, tenders in taken.items():
        shift = control.shift(id_) if id_ else None
        if shift is not None and shift.state is ShiftState.OPEN:
            control = _with(control, reckoning.sold(shift, tenders))
    return control


def _knows(control: Control, drawer: str) -> bool:
    return any(each.id == drawer for each in control.drawers)


def _notes_of(tender: Tender) -> tuple[TenderSum, ...]:
    if not tender.foreign_currency:
        return ()
    return (TenderSum(type=f"{FOREIGN}{tender.foreign_currency}", minor=tender.foreign_minor),)


def _left_more(
    control: Control, id_: str, minor: int, foreign: tuple[TenderSum, ...] = ()
) -> Control:
    """Return what is kept where more is left in a drawer that no shift is open on."""
    drawer = next(each for each in control.drawers if each.id == id_)
    return _with_drawer(
        control,
        id_,
        left_minor=(drawer.left_minor or 0) + minor,
        left_foreign=reckoning.foreign_joined(drawer.left_foreign, foreign),
    )


def _with_drawer(control: Control, id_: str, **changes: Any) -> Control:  # noqa: ANN401 - of a drawer
    drawers = tuple(
        _evolve(each, **changes) if each.id == id_ else each for each in control.drawers
    )
    return _evolve(control, drawers=drawers)


def _with(control: Control, shift: Shift) -> Control:
    shifts = tuple(shift if each.id == shift.id else each for each in control.shifts)
    return _evolve(control, shifts=shifts)


SHIFT_FOLDS: dict[type, Callable[[Control, Any], Control]] = {
    ev.DrawerPlaced: _placed,
    ev.ShiftOpened: _opened,
    ev.ShiftEnded: _ended,
    ev.ShiftRecounted: _recounted,
    ev.ShiftExplained: _explained,
    ev.ShiftConfirmed: _confirmed,
    ev.CashMoved: _cash_moved,
    ev.TransactionCompleted: _completed,
}

"""How events change drawers, shifts and the closed day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from posframe.kernel.domain import events as ev
from posframe.kernel.domain import shift_reckoning as reckoning
from posframe.kernel.domain.drawers import Drawer, closed

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe.kernel.domain.control import Control
    from posframe.kernel.domain.counting import Count
    from posframe.kernel.domain.shift import Shift

_evolve = attrs.evolve


def _opened(control: Control, event: ev.ShiftOpened) -> Control:
    shift = event.shift
    return _evolve(
        control,
        shifts=(*control.shifts, shift),
        drawers=_held(control.drawers, shift.drawer, shift.operator),
    )


def _held(drawers: tuple[Drawer, ...], id_: str, operator: str) -> tuple[Drawer, ...]:
    """Return drawers of which one is in an operator's hands."""
    return tuple(_evolve(each, operator=operator) if each.id == id_ else each for each in drawers)


def _ended(control: Control, event: ev.ShiftEnded) -> Control:
    shift = control.shift(event.id)
    assert shift is not None, "an open shift ends"
    drawers = tuple(closed(each) if each.id == shift.drawer else each for each in control.drawers)
    return _evolve(
        _with(control, reckoning.ended(shift, event.declared)),
        drawers=drawers,
        usual_pieces=_usual(control.usual_pieces, event.declared.cash),
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
    return _with(control, reckoning.recounted(shift, event.declared))


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
    return _with(control, reckoning.moved(shift, event.kind, event.minor))


def _completed(control: Control, event: ev.TransactionCompleted) -> Control:
    shift = control.shift(event.shift) if event.shift else None
    return control if shift is None else _with(control, reckoning.sold(shift, event.tenders))


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

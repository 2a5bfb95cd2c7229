"""Foreign notes in drawers: what should be in each, and what events do to those of a till. Pure.

They are kept by currency, each in minor units of its own, beside the till's own cash. What a sale
that is not finished took is no part of what is left in a drawer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.kernel.domain import control_events as ev
from posframe.kernel.domain.cash_drawer import open_on
from posframe.kernel.domain.shift import FLOAT_FOREIGN, FOREIGN, Difference, foreign_of
from posframe.kernel.domain.shift_reckoning import foreign_joined, foreign_sums

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from posframe.kernel.domain.control import Control
    from posframe.kernel.domain.counting import Count
    from posframe.kernel.domain.drawers import Drawer
    from posframe.kernel.domain.shift import TenderSum


def worth_foreign(control: Control, drawer: Drawer) -> tuple[TenderSum, ...]:
    """Return the foreign notes that should be in a drawer, without those of unfinished sales."""
    shift = open_on(control, drawer.id)
    return _foreign(shift.taken) if shift is not None else drawer.left_foreign


def loose_foreign(control: Control) -> tuple[TenderSum, ...]:
    """Return the foreign notes that are in no drawer the till knows: no shift was open."""
    loose = control.totals.foreign_notes
    for drawer in control.drawers:
        if drawer.till:
            loose = foreign_joined(loose, worth_foreign(control, drawer), -1)
    return _there(loose)


def float_differences(told: Iterable[TenderSum], count: Count) -> tuple[Difference, ...]:
    """Return what a float has of foreign notes against what was left in its drawer."""
    left = {each.type: each.minor for each in _there(told)}
    found = {each.type: each.minor for each in foreign_sums(count)}
    return tuple(
        Difference(
            type=f"{FLOAT_FOREIGN}{foreign_of(each)}",
            expected_minor=left.get(each, 0),
            declared_minor=found.get(each, 0),
        )
        for each in sorted({*left, *found})
    )


def foreign_effect(control: Control, event: Any) -> tuple[TenderSum, ...]:  # noqa: ANN401 - any event
    """Return what an event of drawers or shifts does to the foreign notes of the till.

    Args:
        control: before the event.
        event: any event of the journal.
    """
    effect = _EFFECTS.get(type(event))
    return () if effect is None else _there(effect(control, event))


def left_after(count: Count, unfinished: Iterable[TenderSum]) -> tuple[TenderSum, ...]:
    """Return what a count leaves in a drawer, without what unfinished sales took."""
    return _there(foreign_joined(foreign_sums(count), unfinished, -1))


def _placed(_control: Control, event: ev.DrawerPlaced) -> tuple[TenderSum, ...]:
    return event.gained_foreign


def _opened(_control: Control, event: ev.ShiftOpened) -> tuple[TenderSum, ...]:
    return foreign_joined(_foreign(event.shift.taken), event.held_foreign, -1)


def _ended(control: Control, event: ev.ShiftEnded) -> tuple[TenderSum, ...]:
    shift = control.shift(event.id)
    assert shift is not None, "an open shift ends"
    expected = foreign_joined(_foreign(shift.taken), event.unfinished_foreign)
    return foreign_joined(foreign_sums(event.declared.cash), expected, -1)


def _recounted(control: Control, event: ev.ShiftRecounted) -> tuple[TenderSum, ...]:
    shift = control.shift(event.id)
    assert shift is not None, "an ended shift is counted again"
    first = foreign_sums(shift.counts[-1].cash)
    return foreign_joined(foreign_sums(event.declared.cash), first, -1)


def _foreign(sums: Iterable[TenderSum]) -> tuple[TenderSum, ...]:
    return tuple(each for each in sums if each.type.startswith(FOREIGN))


def _there(sums: Iterable[TenderSum]) -> tuple[TenderSum, ...]:
    return tuple(each for each in sums if each.minor)


_EFFECTS: dict[type, Callable[[Control, Any], tuple[TenderSum, ...]]] = {
    ev.DrawerPlaced: _placed,
    ev.ShiftOpened: _opened,
    ev.ShiftEnded: _ended,
    ev.ShiftRecounted: _recounted,
}

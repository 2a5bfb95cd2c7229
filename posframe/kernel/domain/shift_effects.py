"""What drawers and shifts do to the cash that a till should have, beside sales and movements. Pure.

The till's own reckoning follows each count, so that it never drifts from what is there: what a
count found over or short is one figure, what came and went with a drawer is another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from posframe.kernel.domain import control_events as ev
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe.kernel.domain.control import Control


@attrs.frozen(kw_only=True, eq=False, repr=False)
class CashEffect(Value):
    """By how much the cash of a till changes where no money changes hands."""

    brought_minor: int = 0
    """Came with a drawer or as a float from the safe, or went there with one."""
    found: tuple[tuple[str, int], ...] = ()
    """What a count found over or, below zero, short: ``float`` or ``cash``, with how much."""
    withdrawn: tuple[tuple[str, int], ...] = ()
    """The same of a first count, which the second takes the place of."""

    @property
    def gained_minor(self) -> int:
        """What all of it comes to."""
        found = sum(minor for _, minor in self.found)
        return self.brought_minor + found - sum(minor for _, minor in self.withdrawn)


def cash_effect(control: Control, event: Any) -> CashEffect | None:  # noqa: ANN401 - any event
    """Return what an event does to the cash of the till; None: nothing.

    Args:
        control: before the event.
        event: any event of the journal.
    """
    effect = _EFFECTS.get(type(event))
    return None if effect is None else effect(control, event)


def _placed(_control: Control, event: ev.DrawerPlaced) -> CashEffect:
    return CashEffect(brought_minor=event.gained_minor)


def _opened(_control: Control, event: ev.ShiftOpened) -> CashEffect:
    cash, told = event.shift.cash, event.shift.float_told_minor
    gained = cash.opening_float_minor + cash.unfinished_minor - event.held_minor
    found = 0 if told is None else cash.opening_float_minor - told
    return CashEffect(brought_minor=gained - found, found=_named("float", found))


def _ended(control: Control, event: ev.ShiftEnded) -> CashEffect:
    shift = control.shift(event.id)
    assert shift is not None, "an open shift ends"
    expected = shift.cash.expected_minor + event.unfinished_minor
    return CashEffect(found=_named("cash", event.declared.cash.total_minor - expected))


def _recounted(control: Control, event: ev.ShiftRecounted) -> CashEffect:
    shift = control.shift(event.id)
    assert shift is not None, "an ended shift is counted again"
    expected = shift.cash.expected_minor
    first, second = shift.counts[-1].cash.total_minor, event.declared.cash.total_minor
    return CashEffect(
        found=_named("cash", second - expected), withdrawn=_named("cash", first - expected)
    )


def _named(what: str, minor: int) -> tuple[tuple[str, int], ...]:
    return ((what, minor),) if minor else ()


_EFFECTS: dict[type, Callable[[Control, Any], CashEffect]] = {
    ev.DrawerPlaced: _placed,
    ev.ShiftOpened: _opened,
    ev.ShiftEnded: _ended,
    ev.ShiftRecounted: _recounted,
}

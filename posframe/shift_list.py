"""The shifts and drawers of a till that are not done with, as a list for people.

What should be in a drawer is left out for whoever may not see it: a count is blind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe.kernel.domain.permissions import Amount, Answer
from posframe.kernel.domain.shift import Difference, ShiftState
from posframe.kernel.domain.shift_reckoning import differences, reasons_missing
from posframe.value import Value

if TYPE_CHECKING:
    from posframe.kernel.domain.control_settings import ControlSettings
    from posframe.kernel.domain.shift import Shift
    from posframe.till import Till


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ShiftRow(Value):
    """One shift that is not confirmed. Amounts are minor units of the till's currency."""

    id: str
    drawer: str
    operator: str
    opened_us: int
    standing: str
    """``open`` or ``ended``."""
    is_away: bool
    """True: its drawer does not stand at this till now."""
    reasons_missing: tuple[str, ...]
    """What differs and has no reason: types, never amounts."""
    expected_minor: int | None
    """What should be in its drawer; None: not for who looks."""
    differences: tuple[Difference, ...]
    """Empty for whoever may not see what is expected."""


def open_shifts(till: Till) -> tuple[ShiftRow, ...]:
    """Return the shifts that are not confirmed, in the order they were opened."""
    control = till.state.control
    away = {each.id for each in control.drawers if not each.till}
    shows = sees_expected(till)
    return tuple(
        _row(each, settings_of(till), is_away=each.drawer in away, shows=shows)
        for each in control.shifts
    )


def sees_expected(till: Till) -> bool:
    """Tell whether who works at the till may see what should be in a drawer.

    Where nobody signs in, nobody may: whoever stands there is who counts.
    """
    roles, signed = settings_of(till).roles, till.state.control.signed_in
    if roles is None or signed is None or signed.locked:
        return False
    return roles.decide(signed.role, "count_expected", Amount()).answer is Answer.ALLOW


def shows_drawer(till: Till) -> bool:
    """Tell whether what the till should hold in cash is told to who works at it.

    It is what an open shift should hold, or near it. Where nobody signs in and there are no shifts,
    there is no count to be blind.
    """
    is_open = settings_of(till).roles is None and not till.state.control.shifts
    return is_open or sees_expected(till)


def settings_of(till: Till) -> ControlSettings:
    """Return what the till was told of people, cash and the day."""
    settings: ControlSettings = till.parts.engine.parts.settings.control
    return settings


def _row(shift: Shift, settings: ControlSettings, *, is_away: bool, shows: bool) -> ShiftRow:
    rules, is_ended = settings.shift_rules, shift.state is ShiftState.ENDED
    return ShiftRow(
        id=shift.id,
        drawer=shift.drawer,
        operator=shift.operator,
        opened_us=shift.opened_us,
        standing=shift.state.value,
        is_away=is_away,
        reasons_missing=reasons_missing(shift, rules) if is_ended else (),
        expected_minor=shift.cash.expected_minor if shows else None,
        differences=differences(shift, rules) if shows else (),
    )

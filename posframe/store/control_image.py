"""The part of a checkpoint about people, cash and the day, as plain keyed values."""

from __future__ import annotations

from typing import Annotated

import attrs

from posframe.kernel.domain.approvals import Approval, Approvals, Request
from posframe.kernel.domain.control import Control, Message, SignedIn
from posframe.kernel.domain.day_figures import DayTotals
from posframe.kernel.domain.drawers import Drawer
from posframe.kernel.domain.instant import Instant
from posframe.kernel.domain.lockout import Lockouts, Tries
from posframe.kernel.domain.shift import Shift
from posframe.kernel.domain.z_report import ZReport
from posframe.value import Value


@attrs.frozen(kw_only=True, eq=False, repr=False)
class TriesImage(Value):
    """Wrong tries under one number."""

    mark: Annotated[str, 1]
    failed: Annotated[int, 2]
    last: Annotated[Instant, 3]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ControlImage(Value):
    """``Control`` as plain keyed values."""

    signed_in: Annotated[SignedIn | None, 1]
    tries: Annotated[tuple[TriesImage, ...], 2]
    approvals: Annotated[tuple[Approval, ...], 3]
    spent: Annotated[tuple[Approval, ...], 4]
    asking: Annotated[Request | None, 5]
    messages: Annotated[tuple[Message, ...], 6]
    drawers: Annotated[tuple[Drawer, ...], 7]
    shifts: Annotated[tuple[Shift, ...], 8]
    totals: Annotated[DayTotals, 9]
    last_z: Annotated[ZReport | None, 10]
    usual_pieces: Annotated[tuple[tuple[int, int], ...], 11]
    day_open: Annotated[bool, 12]
    last_shift: Annotated[int, 13]
    open_since: Annotated[str, 14]
    asked_at: Annotated[Instant | None, 15] = None


_SAME = tuple(
    field.name
    for field in attrs.fields(ControlImage)
    if field.name not in {"tries", "approvals", "spent"}
)


def control_image(control: Control) -> ControlImage:
    """Return ``control`` as plain keyed values."""
    return ControlImage(
        tries=tuple(
            TriesImage(mark=mark, failed=each.failed, last=each.last)
            for mark, each in control.lockouts.tries.items()
        ),
        approvals=tuple(control.approvals.open.values()),
        spent=tuple(control.approvals.spent.values()),
        **{name: getattr(control, name) for name in _SAME},
    )


def control_of(image: ControlImage) -> Control:
    """Return the value an image was made of."""
    tries = {each.mark: Tries(failed=each.failed, last=each.last) for each in image.tries}
    return Control(
        lockouts=Lockouts(tries=tries),
        approvals=Approvals(
            open={each.id: each for each in image.approvals},
            spent={each.id: each for each in image.spent},
        ),
        **{name: getattr(image, name) for name in _SAME},
    )

"""How a point of the suite is run: its kit is looked at, its time begins, its trouble is made."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import anyio
import attrs
import pytest

from posframe.testing.payments.bench import Bench
from posframe.testing.virtual_clock import VirtualClockLoop

if TYPE_CHECKING:
    from posframe.testing.payments.kit import PaymentKit

_NEEDS = "point_needs"
"""Where a point keeps what it needs."""
LIMIT_S = 7_200.0
"""Seconds after which a point hangs; nearly all of them virtual."""

Body = Callable[[Any, Bench], Awaitable[None]]


class Points:
    """What chapters of points have in common."""

    kit: ClassVar[PaymentKit]

    def __init_subclass__(cls) -> None:
        """Leave out the points that the kit's capabilities rule out, or that it says it cannot."""
        super().__init_subclass__()
        kit = getattr(cls, "kit", None)
        for name in dir(cls) if kit is not None else ():
            needs = getattr(getattr(cls, name), _NEEDS, None)
            if needs is not None and needs.ruled_out(kit):
                setattr(cls, name, None)


@attrs.frozen
class Needs:
    """What a point needs of a kit."""

    trouble: str
    inquires: bool
    by_reference: bool
    reverses: bool
    refunds: Literal["", "any", "reference"]
    offline: bool

    def ruled_out(self, kit: PaymentKit) -> bool:
        """Tell whether a kit can never be put to the point."""
        can = kit.capabilities
        return (
            self.trouble in kit.cannot
            or (self.inquires and can.inquiry == "none")
            or (self.by_reference and can.inquiry != "reference")
            or (self.reverses and can.reverse == "none")
            or (bool(self.refunds) and can.refund == "none")
            or (self.offline and not can.offline_limit_minor)
            or (self.refunds == "reference" and can.refund != "reference")
        )

    def lacking(self, kit: PaymentKit) -> str:
        """Return what a kit still lacks for the point; empty: nothing."""
        if self.ruled_out(kit):
            return "its capabilities rule it out, or it says that it cannot be"
        is_there = not self.trouble or self.trouble in kit.troubles
        return "" if is_there else f"the kit makes no trouble {self.trouble!r}, nor says why not"


def point(
    trouble: str = "",
    *,
    inquires: bool = False,
    by_reference: bool = False,
    reverses: bool = False,
    refunds: Literal["", "any", "reference"] = "",
    offline: bool = False,
) -> Callable[[Body], Callable[[Points], None]]:
    """Make a test of a point, for kits that have what it needs; it is skipped where one should."""
    needs = Needs(trouble, inquires, by_reference, reverses, refunds, offline)

    def make(body: Body) -> Callable[[Points], None]:
        @functools.wraps(body)
        def test(self: Points) -> None:
            kit = self.kit
            reason = needs.lacking(kit)
            if reason:
                pytest.skip(reason)
            factory = {"loop_factory": VirtualClockLoop} if kit.is_virtual else {}
            anyio.run(_run, self, body, needs.trouble, backend_options=factory)

        del test.__wrapped__  # pytest would ask for its arguments
        setattr(test, _NEEDS, needs)
        return test

    return make


async def _run(points: Points, body: Body, trouble: str) -> None:
    bench = Bench(points.kit)
    if trouble:
        points.kit.troubles[trouble](bench.far)
    try:
        with anyio.fail_after(LIMIT_S):
            await body(points, bench)
        assert not bench.tells_secrets, "an answer carries a card number"
    finally:
        with anyio.CancelScope(shield=True):
            await bench.provider.close()

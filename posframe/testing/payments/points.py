"""How a point of the suite is run: its kit is looked at, its time begins, its trouble is made."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, ClassVar

import anyio
import attrs
import pytest

from posframe.testing.payments.bench import Bench
from posframe.testing.virtual_clock import VirtualClockLoop

if TYPE_CHECKING:
    from posframe.testing.payments.kit import PaymentKit

LIMIT_S = 7_200.0
"""Seconds after which a point hangs; nearly all of them virtual."""

Body = Callable[[Any, Bench], Awaitable[None]]


class Points:
    """What chapters of points have in common."""

    kit: ClassVar[PaymentKit]


@attrs.frozen
class _Needs:
    """What a point needs of a kit."""

    trouble: str
    inquires: bool
    by_reference: bool
    reverses: bool
    refunds: bool
    offline: bool

    def lacking(self, kit: PaymentKit) -> str:
        """Return why a kit cannot be put to the point; empty: it can."""
        can = kit.capabilities
        missing = {
            f"the kit can make no trouble {self.trouble!r}": (
                bool(self.trouble) and self.trouble not in kit.troubles
            ),
            "nobody can ask it": self.inquires and can.inquiry == "none",
            "it knows no references": self.by_reference and can.inquiry != "reference",
            "it cannot reverse": self.reverses and can.reverse == "none",
            "it cannot refund": self.refunds and can.refund == "none",
            "it takes nothing offline": self.offline and not can.offline_limit_minor,
        }
        return next((words for words, is_so in missing.items() if is_so), "")


def point(
    trouble: str = "",
    *,
    inquires: bool = False,
    by_reference: bool = False,
    reverses: bool = False,
    refunds: bool = False,
    offline: bool = False,
) -> Callable[[Body], Callable[[Points], None]]:
    """Make a test of a point, which is put to kits that have what it needs."""
    needs = _Needs(trouble, inquires, by_reference, reverses, refunds, offline)

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

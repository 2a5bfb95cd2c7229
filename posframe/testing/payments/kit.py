"""What a provider's author hands to the suite: the provider, its far side, and what that can do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from posframe.kernel.domain.tender import Capabilities
from posframe.kernel.providers import PaymentProvider

TROUBLES = {
    "decline": "the customer's bank declines; nothing is booked",
    "lost request": "the request is lost on its way; nothing is booked",
    "lost answer": "the payment is booked, and its answer is lost",
    "late approval": "the payment is booked, or its answer comes, after the provider's own limit",
    "approval after decline": "it says that it declined, and books the payment all the same",
    "duplicate answer": "the answer comes twice",
    "wrong amount": "it books what was asked, and its answer names another amount, once",
    "foreign answer": "an answer about another payment comes before that of this one",
    "garbage": "what comes cannot be understood; nothing is booked",
    "lost reversal": "what is booked is given back, and the answer is lost, once",
    "unreachable": "nobody answers, before anything is sent",
    "offline": "the provider is cut off from what is behind it, until the act is done again",
}
"""The words for what an author's simulator may do. Each chooses points of the suite."""


@attrs.frozen(kw_only=True)
class PaymentKit:
    """One provider under test. What its capabilities rule out is no point of its suite."""

    name: str
    capabilities: Capabilities
    simulator: Callable[[], Any]
    """Makes a fresh far side with an empty ledger."""
    provider: Callable[[Any], PaymentProvider]
    """Makes a provider that talks to a far side; made again, as after a crash, it knows nothing."""
    booked: Callable[[Any, str], Sequence[int]]
    """The truth: amounts the far side has taken under an id of ours, in minor units, in order."""
    returned: Callable[[Any, str], Sequence[int]]
    """The truth: amounts it has given back, by reversal or as a refund, under an id of ours."""
    wire: Callable[[Any], int]
    """How many messages have reached the far side."""
    troubles: Mapping[str, Callable[[Any], None]] = attrs.field(factory=dict)
    """By the names of `TROUBLES`, what makes each happen the next time."""
    cannot: Mapping[str, str] = attrs.field(factory=dict)
    """Troubles that can never happen at this far side, with the reason: their points are left out.
    A trouble that is in neither is a skipped point."""
    moments_s: tuple[float, ...] = (0.0, 0.05, 0.15, 0.5, 1.05, 1.15, 5.0)
    """When, after a request, crashes and cancels strike."""
    late_s: float = 600.0
    """After so long nothing more comes of what was sent, the latest trouble included."""
    secrets: tuple[str, ...] = ()
    """Card numbers the simulator's customers pay with: no answer may carry them."""
    currency: str = "EUR"
    is_virtual: bool = True
    """False: the far side is behind a real socket or pipe, so that time is real too."""

    def __attrs_post_init__(self) -> None:
        unknown = {*self.troubles, *self.cannot} - set(TROUBLES)
        assert not unknown, (
            f"{', '.join(unknown)}: no such trouble; there are {', '.join(TROUBLES)}"
        )

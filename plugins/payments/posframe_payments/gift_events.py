"""What happens to gift cards and store credit, as the journal keeps it: no code and no PIN.

``card`` is the keyed hash of a code; amounts are minor units and positive.
"""

from __future__ import annotations

from typing import Annotated

import attrs

from posframe import event

GIFT = "gift"
CREDIT = "credit"


@event("giftcard.Registered")
@attrs.frozen(kw_only=True)
class CardRegistered:
    """A card was delivered to the shop; it is worth nothing until it is sold."""

    card: Annotated[str, 1]
    ending: Annotated[str, 2]
    salt: Annotated[bytes, 3]
    pin: Annotated[bytes, 4]
    """Hash of its PIN."""


@event("giftcard.Issued")
@attrs.frozen(kw_only=True)
class CardIssued:
    """A card was sold, or store credit given out; in the action that completes or pays."""

    card: Annotated[str, 1]
    ending: Annotated[str, 2]
    kind: Annotated[str, 3]
    """``gift`` or ``credit``."""
    minor: Annotated[int, 4]
    transaction: Annotated[str, 5]
    expires_us: Annotated[int, 6] = 0
    """Microseconds since 1970 UTC; 0: never."""
    tender: Annotated[str, 7] = ""
    """For store credit: the tender that gave it out."""


@event("giftcard.Loaded")
@attrs.frozen(kw_only=True)
class CardLoaded:
    """An issued card is worth more: it was loaded, or money went back to it."""

    card: Annotated[str, 1]
    minor: Annotated[int, 2]
    transaction: Annotated[str, 3]
    tender: Annotated[str, 4] = ""
    expires_us: Annotated[int | None, 5] = None
    """When it ends from here on, 0 for never; None: as before."""


@event("giftcard.Presented")
@attrs.frozen(kw_only=True)
class CardPresented:
    """The customer showed a card and its PIN was right; the sale's tenders take from it."""

    card: Annotated[str, 1]
    transaction: Annotated[str, 2] = ""
    """Empty: only its balance was asked."""


@event("giftcard.PinRefused")
@attrs.frozen(kw_only=True)
class PinRefused:
    """A wrong PIN was given."""

    card: Annotated[str, 1]
    at_us: Annotated[int, 2]


@event("giftcard.Redeemed")
@attrs.frozen(kw_only=True)
class CardRedeemed:
    """A tender took from a card; in the action that applied it."""

    card: Annotated[str, 1]
    minor: Annotated[int, 2]
    transaction: Annotated[str, 3]
    tender: Annotated[str, 4]


@event("giftcard.GivenBack")
@attrs.frozen(kw_only=True)
class CardGivenBack:
    """A tender was taken back, and the card has what it took."""

    card: Annotated[str, 1]
    minor: Annotated[int, 2]
    transaction: Annotated[str, 3]
    tender: Annotated[str, 4]


@event("giftcard.Voided")
@attrs.frozen(kw_only=True)
class CardVoided:
    """An issue or a load was undone."""

    card: Annotated[str, 1]
    minor: Annotated[int, 2]
    transaction: Annotated[str, 3] = ""
    tender: Annotated[str, 4] = ""
    reason: Annotated[str, 5] = ""
    closes: Annotated[bool, 6] = False
    """True: the card is never used again."""


@event("giftcard.Expired")
@attrs.frozen(kw_only=True)
class CardExpired:
    """What was left on a card after its last day is the shop's."""

    card: Annotated[str, 1]
    minor: Annotated[int, 2]


GIFT_EVENTS = (
    CardRegistered,
    CardIssued,
    CardLoaded,
    CardPresented,
    PinRefused,
    CardRedeemed,
    CardGivenBack,
    CardVoided,
    CardExpired,
)

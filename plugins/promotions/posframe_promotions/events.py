"""What the journal keeps of promotions beside the rows of each sale: the offers of the day."""

from __future__ import annotations

from typing import Annotated

import attrs

from posframe import event


@event("promotions.OffersInForce")
@attrs.frozen
class OffersInForce:
    """From this action on, sales are priced by these offers; any receipt can be explained later."""

    fingerprint: Annotated[str, 1]
    text: Annotated[str, 2]
    """What ``offers_of_text`` reads, or a part of it."""
    part: Annotated[int, 3] = 1
    """A journal row holds a mebibyte; longer texts come in parts, in the same action."""
    parts: Annotated[int, 4] = 1

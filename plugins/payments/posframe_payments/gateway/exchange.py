"""A question to a gateway and what it replied, as values; ``line`` carries them."""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class Ask:
    """One HTTP request, below the gateway's URL."""

    method: str
    path: str
    body: bytes = b""
    """JSON; empty: none."""
    key: str = ""
    """Idempotency key; the same as long as the same is meant."""


@attrs.frozen(kw_only=True)
class Reply:
    """What came back, whole."""

    status: int
    media_type: str
    """As ``application/json``, without parameters."""
    body: bytes

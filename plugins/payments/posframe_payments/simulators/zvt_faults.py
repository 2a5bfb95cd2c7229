"""What goes wrong at a simulated ZVT terminal: kinds of fault, the points they strike, the draw.

A point is ``rx`` or ``tx`` and the name of a message, ``begin`` and the name of a command, or ``say
status``, where a status is made of what happened. Each
draw depends on the seed, the point and how often it was passed, never on other draws: taking one
fault out of a story leaves the others where they were.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

DROP_BEFORE = "drop before"
"""The connection breaks, the message does not get through."""
DROP_AFTER = "drop after"
"""The message gets through, then the connection breaks."""
HALF = "half"
"""The connection breaks inside the message."""
LOSE = "lose"
"""The message vanishes, the connection stays."""
TWICE = "twice"
LATE = "late"
"""An intermediate status follows the end of the command."""
BUSY = "busy"
"""84 9C in place of the acknowledgement."""
NOT_READY = "not ready"
"""84 A0."""
WAIT = "wait"
"""84 9C first, and the acknowledgement after it."""
ABORT = "abort"
WRONG_AMOUNT = "wrong amount"
FOREIGN_RECEIPT = "foreign receipt"
OTHER_TERMINAL = "other terminal"
STALE = "stale"
"""The status of the receipt before this one comes first."""
GARBAGE = "garbage"
"""Bytes that are no message, and nothing is begun."""

ANY = (DROP_BEFORE, DROP_AFTER)
KINDS: dict[str, tuple[str, ...]] = {
    "begin authorisation": (BUSY, NOT_READY, WAIT, ABORT, GARBAGE),
    "tx ack": (*ANY, LOSE),
    "tx intermediate": (*ANY, HALF),
    "tx status": (*ANY, HALF, TWICE, STALE),
    "say status": (WRONG_AMOUNT, FOREIGN_RECEIPT, OTHER_TERMINAL),
    "tx print": (*ANY, HALF),
    "tx completion": (*ANY, HALF, LATE),
    "tx abort": (*ANY, HALF),
    "rx authorisation": ANY,
    "rx acknowledgement": ANY,
    "rx repeat receipt": ANY,
    "rx reversal": ANY,
}
"""What may strike where. Points that are not listed are safe."""


class Faults(Protocol):
    """Decides what strikes."""

    def strike(self, point: str, message: int) -> str | None:
        """Return the kind of fault at ``point``; ``message`` counts all messages, both ways."""


class Scripted:
    """Faults by point, each of which strikes once, or by the number of the message."""

    def __init__(
        self, points: Mapping[str, str] | None = None, messages: Mapping[int, str] | None = None
    ) -> None:
        self._points = dict(points or {})
        self._messages = dict(messages or {})
        self.struck: list[tuple[str, str]] = []

    def strike(self, point: str, message: int) -> str | None:
        """Return what was scripted for here."""
        kind = None
        if point.startswith(("rx", "tx")):
            kind = self._messages.pop(message, None)
        kind = kind or self._points.pop(point, None)
        if kind:
            self.struck.append((point, kind))
        return kind


class Seeded:
    """Faults drawn at every point with a chance of ``per_mille`` in a thousand."""

    def __init__(self, seed: int, per_mille: int) -> None:
        self._seed, self._per_mille = seed, per_mille
        self._passed: dict[str, int] = {}
        self.struck: list[tuple[str, str]] = []

    def strike(self, point: str, message: int) -> str | None:
        """Draw."""
        del message
        kinds = KINDS.get(point, ())
        count = self._passed[point] = self._passed.get(point, 0) + 1
        drawn = hashlib.sha256(f"{self._seed}/{point}/{count}".encode()).digest()
        if not kinds or int.from_bytes(drawn[:4], "big") % 1000 >= self._per_mille:
            return None
        kind = kinds[drawn[4] % len(kinds)]
        self.struck.append((point, kind))
        return kind

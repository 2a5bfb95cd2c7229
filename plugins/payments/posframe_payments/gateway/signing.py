"""Signatures of webhooks, as Standard Webhooks has them, and what lets a message in once only.

Signed is ``id.timestamp.body`` with HMAC-SHA256, so that neither can be changed and no old message
can be sent again with a new time (https://www.standardwebhooks.com, ``v1`` signatures).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from typing import Final

import attrs

WINDOW_S: Final = 300
"""A message's time is no further from ours than this."""
IDS_MAX: Final = 10_000
"""Messages remembered; with so many in ten minutes more is wrong than a memory that is full."""
SIGNATURES_MAX: Final = 8
_ID = re.compile(r"[A-Za-z0-9_.-]{1,128}")
_TIME = re.compile(r"[0-9]{1,12}")


class Refused(Exception):
    """A message that is not let in; says to its sender no more than the status."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


@attrs.frozen(kw_only=True)
class Envelope:
    """What stands around a message's body; empty: it was not there."""

    id: str
    timestamp: str
    """Unix seconds when it was sent; a message sent anew has a new one."""
    signatures: str
    """``v1,`` and base64, more than one while secrets are being changed."""


def signature(secret: bytes, id_: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a message."""
    signed = f"{id_}.{timestamp}.".encode() + body
    made = hmac.new(secret, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(made).decode()}"


class Gatekeeper:
    """Lets in what is signed, of now, and not a copy of what was let in before."""

    def __init__(self, secrets: tuple[bytes, ...], begun_s: int) -> None:
        """Prepare.

        Args:
            secrets: any of them may have signed.
            begun_s: Unix time from which it is remembered what came; older messages may be copies.
        """
        self._secrets, self._begun_s = secrets, begun_s
        self._sent: dict[tuple[str, int], None] = {}
        """(id, time) of what was let in, as long as its time is good."""
        self._oldest_s = 0

    def __len__(self) -> int:
        """Return how many messages are remembered."""
        return len(self._sent)

    def admit(self, envelope: Envelope, body: bytes, now_s: int) -> tuple[str, int]:
        """Let a message in, and return what ``forget`` takes if it cannot be kept after all.

        Raises:
            Refused: 401 where it is not signed, 400 where it is from another time, 409 where it
                is a copy, 503 where too many came.
        """
        if not _ID.fullmatch(envelope.id) or not _TIME.fullmatch(envelope.timestamp):
            raise Refused(401, "it has no signature")
        if not self._is_signed(envelope, body):
            raise Refused(401, "its signature is wrong")
        at_s = int(envelope.timestamp)
        self._check_time(at_s, now_s)
        self._forget_before(now_s - WINDOW_S)
        sent = (envelope.id, at_s)
        if sent in self._sent:
            raise Refused(409, "it is a copy of one that came before")
        if len(self._sent) >= IDS_MAX:
            raise Refused(503, "more came than can be told apart")
        self._sent[sent] = None
        return sent

    def forget(self, sent: tuple[str, int]) -> None:
        """Let a message in again: it could not be kept."""
        self._sent.pop(sent, None)

    def _is_signed(self, envelope: Envelope, body: bytes) -> bool:
        given = envelope.signatures.split(" ")[:SIGNATURES_MAX]
        right = [signature(each, envelope.id, envelope.timestamp, body) for each in self._secrets]
        pairs = [(one.encode(), other.encode()) for one in given for other in right]
        return any(hmac.compare_digest(one, other) for one, other in pairs)

    def _check_time(self, at_s: int, now_s: int) -> None:
        if at_s < now_s - WINDOW_S:
            raise Refused(400, f"it is late: {now_s - at_s} seconds old")
        if at_s > now_s + WINDOW_S:
            raise Refused(400, f"it is from {at_s - now_s} seconds ahead: a clock is wrong")
        if at_s < self._begun_s:
            raise Refused(400, "it is from before this till listened: a copy could not be told")

    def _forget_before(self, oldest_s: int) -> None:
        if oldest_s == self._oldest_s:
            return  # done in this second
        self._oldest_s = oldest_s
        for each in [each for each in self._sent if each[1] < oldest_s]:
            del self._sent[each]

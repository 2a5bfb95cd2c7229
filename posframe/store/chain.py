"""The hash chain: each row's hash covers the one before it, its header and its body."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgpack

if TYPE_CHECKING:
    from collections.abc import Sequence

GENESIS = bytes(32)
"""What stands in for the previous hash at the first row."""


def row_hash(previous: bytes, header: Sequence[int | str], body: bytes) -> bytes:
    """Return SHA-256(previous ‖ header ‖ body); the header is a msgpack array in column order."""
    return hashlib.sha256(previous + msgpack.packb(header) + body).digest()

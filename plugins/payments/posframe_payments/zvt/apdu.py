"""APDUs, the messages of ZVT: a control field of two bytes, a length, data.

The length is one byte, or FF and two bytes, the lower first. What they mean is said in `commands`
and `messages`.
"""

from __future__ import annotations

import attrs

HEADER_BYTES = 3
LONG = 0xFF
"""In place of a length: the two bytes that follow hold it."""
DATA_BYTES_MAX = 0xFFFF


@attrs.frozen
class Apdu:
    """One message, either way. Its data may hold a card's number on its way in: it is not shown."""

    control: bytes
    data: bytes = attrs.field(default=b"", repr=False)

    def to_bytes(self) -> bytes:
        """Return it as it stands on a line without frames."""
        size = len(self.data)
        assert len(self.control) == 2, "two bytes of control field"
        assert size <= DATA_BYTES_MAX, f"at most {DATA_BYTES_MAX} bytes of data, not {size}"
        length = bytes((size,)) if size < LONG else b"\xff" + size.to_bytes(2, "little")
        return self.control + length + self.data


POSITIVE = Apdu(b"\x80\x00")
"""Understood; to a status information: keep the money."""
UNSUPPORTED = Apdu(b"\x84\x83")
MORE_TIME = Apdu(b"\x84\x9c")
NO_GOODS = Apdu(b"\x84\x66")
"""To a status information: the goods were not handed out; the terminal is to reverse it."""


def size_of(data: bytes, at: int = 0) -> int | None:
    """Return how many bytes the APDU at ``at`` has; None where they do not say so yet."""
    if len(data) < at + HEADER_BYTES:
        return None
    if data[at + 2] != LONG:
        return HEADER_BYTES + data[at + 2]
    if len(data) < at + HEADER_BYTES + 2:
        return None
    return HEADER_BYTES + 2 + int.from_bytes(data[at + 3 : at + 5], "little")


def read_apdu(data: bytes) -> Apdu | None:
    """Return the APDU that ``data`` is, no byte more or less; None where it is none."""
    size = size_of(data)
    if size is None or size != len(data):
        return None
    start = HEADER_BYTES + (2 if data[2] == LONG else 0)
    return Apdu(bytes(data[:2]), bytes(data[start:]))

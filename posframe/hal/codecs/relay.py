"""Relays that pull a drawer's solenoid: what switches one on, and off again.

Boards differ in nothing but these bytes. Such a board says nothing about the drawer.
"""

from __future__ import annotations

import re

LCUS_ON_HEX = "A00101A2"
"""One-channel boards of type LCUS, from sellers' pages: start, channel 1, on, sum of the three.
Unverified on a real device."""
LCUS_OFF_HEX = "A00100A1"
COMMAND_BYTES_MAX = 16
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})*")


def lcus(channel: int, *, on: bool) -> bytes:
    """Return the command of an LCUS board for one of its channels, counted from 1."""
    assert 1 <= channel <= 8, channel
    command = bytes((0xA0, channel, on))
    return command + bytes((sum(command) & 0xFF,))


def command_bytes(text: str) -> bytes:
    """Return the bytes that ``text`` writes in hex, with or without spaces.

    Raises:
        ValueError: it is no hex, or longer than any board's command.
    """
    digits = text.replace(" ", "")
    if _HEX.fullmatch(digits) is None or len(digits) > 2 * COMMAND_BYTES_MAX:
        raise ValueError(
            f"{text!r} is no command: write up to {COMMAND_BYTES_MAX} bytes in hex, as A00101A2"
        )
    return bytes.fromhex(digits)

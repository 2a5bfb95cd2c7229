"""Keylocks: a lock with positions, whose reader or keyboard sends a code when the key is turned.

Which code means which position is set in the device or in its manual; there is no common one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.hal.codecs.text_source import LineCodec, Source
from posframe.hal.facts import KeylockTurned, WireNoise, noise_of

if TYPE_CHECKING:
    from collections.abc import Mapping

Message = KeylockTurned

LOCK, NORMAL, SUPERVISOR = 1, 2, 3
"""Positions of UnifiedPOS; makers number further ones from 4."""
POSITION_MAX = 99


class KeylockCodec(LineCodec[Message]):
    """Lines in, positions out; a position that is told twice is reported once."""

    def __init__(self, source: Source, codes: Mapping[str, int]) -> None:
        super().__init__(source)
        self._codes = codes
        self._position: int | None = None

    def _read(self, line: str, now_s: float, *, ended: bool) -> list[Message | WireNoise]:
        del now_s, ended  # keyboards end such a code by silence, and only whole codes are known
        position = self._codes.get(line)
        if position is None:
            return [noise_of(line.encode("latin-1"))]
        if position == self._position:
            return []
        self._position = position
        return [KeylockTurned(position)]


def read_codes(text: str) -> dict[str, int]:
    """Return the codes of an option such as ``LOCK:1,NORMAL:2,SUPERVISOR:3``.

    Raises:
        ValueError: it has another form, or a code twice.
    """
    codes: dict[str, int] = {}
    for each in text.split(","):
        code, colon, number = each.rpartition(":")
        if not (code and colon and number.isascii() and number.isdecimal()):
            raise ValueError(f"codes={text}: write CODE:POSITION, parted by commas")
        if code in codes or not 1 <= int(number) <= POSITION_MAX:
            raise ValueError(f"codes={text}: {each} cannot be; each code once, positions from 1 up")
        codes[code] = int(number)
    return codes

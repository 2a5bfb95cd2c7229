"""iButton keys (DS1990A): 64 bits in hexadecimal, for as long as the key touches the reader.

They are the family code 01, a serial number of six bytes and a check byte (1-Wire CRC-8 of the
seven before it). Readers send them in the order of the wire or in reverse; the check byte tells.
"""

from __future__ import annotations

from posframe.hal.codecs.silence import earliest
from posframe.hal.codecs.text_source import LineCodec, Source
from posframe.hal.facts import CardRead, CardRefused, TokenRemoved, WireNoise

KIND = "ibutton"
ROM_BYTES = 8
FAMILY = 0x01
_CRC_REFLECTED = 0x8C
"""x^8 + x^5 + x^4 + 1, bits in the order they come on the wire: least significant first."""
_NOTHING = bytes(ROM_BYTES)
"""What some readers send when the key is taken away (unverified on a real device)."""
_BETWEEN = str.maketrans("", "", " :-")

FOREIGN = CardRefused("This key is of another kind than those the till knows (DS1990A)")

Message = CardRead | CardRefused | TokenRemoved


class IButtonCodec(LineCodec[Message]):
    """Lines in; a key that is there, and is there no longer, out."""

    def __init__(self, source: Source, *, absent_s: float = 1.0, repeats: bool = True) -> None:
        """``repeats``: the reader sends the key again and again while it touches."""
        super().__init__(source)
        self._absent_s = absent_s
        self._repeats = repeats
        self._present: bytes | None = None
        self._accepted = False
        self._gone_s: float | None = None

    def deadline_s(self) -> float | None:
        """Return when `tick` is due at the latest; None: never, as nothing is half read."""
        return earliest(self._gone_s, super().deadline_s())

    def tick(self, now_s: float) -> list[Message | WireNoise]:
        """Give up half a line; take a key that has been silent for too long as taken away."""
        found = super().tick(now_s)
        if self._gone_s is not None and now_s >= self._gone_s:
            found += self._left()
        return found

    def _read(self, line: str, now_s: float, *, ended: bool) -> list[Message | WireNoise]:
        del ended  # the check byte says whether it is whole
        rom = read_rom(line)
        if rom is None:
            return [WireNoise(len(line))]
        if rom == _NOTHING:
            return self._left()
        if self._repeats and rom == self._present:
            self._gone_s = now_s + self._absent_s
            return []
        before = self._left() if self._repeats else []
        return [*before, self._arrived(rom, now_s)]

    def _arrived(self, rom: bytes, now_s: float) -> Message:
        self._present, self._accepted = rom, rom[0] == FAMILY
        self._gone_s = now_s + self._absent_s if self._repeats else None
        return CardRead(rom.hex().upper(), KIND) if self._accepted else FOREIGN

    def _left(self) -> list[Message | WireNoise]:
        """Forget the key that was there; what was refused is not reported as taken away."""
        reported = self._accepted
        self._present, self._accepted, self._gone_s = None, False, None
        return [TokenRemoved(KIND)] if reported else []


def crc8(data: bytes) -> int:
    """Return the check byte of 1-Wire devices."""
    crc = 0
    for each in data:
        crc ^= each
        for _ in range(8):
            crc = crc >> 1 ^ (_CRC_REFLECTED if crc & 1 else 0)
    return crc


def read_rom(text: str) -> bytes | None:
    """Return the eight bytes of a key in the order of the wire; None where they do not check."""
    try:
        data = bytes.fromhex(text.translate(_BETWEEN))
    except ValueError:
        return None
    if len(data) != ROM_BYTES:
        return None
    fitting = [each for each in (data, data[::-1]) if crc8(each[:-1]) == each[-1]]
    # One in 256 serial numbers checks both ways: then the family says which way it is.
    fitting.sort(key=lambda each: each[0] != FAMILY)
    return fitting[0] if fitting else None

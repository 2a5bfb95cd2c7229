"""Star Line Mode, the way back: the status block a printer sends, and how to ask for it.

::

    byte 1   0xx0xxx1   how long the block is: bits 1 to 3 its low, 5 and 6 its high part; 7 to 15
    byte 2   xxx0xxx0   version
    byte 3   bit 1 ETB was executed, 2 drawer contact closed, 3 off line, 5 cover open
    byte 4   bit 2 mechanical error, 3 cutter, 5 unrecoverable, 6 print head too hot
    byte 5   bit 6 receive buffer overrun
    byte 6   bit 1 near end (outer), 2 near end (inner), 3 paper end
    byte 8   counter of ETB: bits 1 to 3 its low, 5 and 6 its high part; older models end before it

All bytes but the second have bit 7 and bit 4 clear, and all but the first bit 0: a block that was
cut off is noticed. From the maker's command specification (TSP600, 650, 700, 800, HSP7000); not
checked on a real device, nor is which models send which length.
"""

from __future__ import annotations

import attrs

from posframe.hal.codecs.printer_status import NEAR_END, OK, OUT, PrinterStatus
from posframe.hal.driver import Codec
from posframe.hal.facts import WireNoise, noise_of

GAP_S = 0.08
"""A block whose next byte takes longer than this was cut off."""
BLOCK_BYTES = range(7, 16)
COUNTER_VALUES = 32

STATUS_REQUEST = b"\x1b\x06\x01"
"""Send the status now, whatever waits; one request at a time."""
COUNT = b"\x17"
"""``ETB``: when all before it is printed, count on by one, and tell it with the status."""


def automatic_status_request(*, on: bool) -> bytes:
    """Return ``ESC RS a``: tell changes of the status, or not; its bits are unverified."""
    return b"\x1b\x1ea\x01" if on else b"\x1b\x1ea\x00"


@attrs.frozen
class StarStatus:
    """One status block."""

    data: bytes

    @property
    def counter(self) -> int | None:
        """How many ``ETB`` were executed, modulo 32; None where the model does not tell."""
        if len(self.data) < 8:
            return None
        return _number(self.data[7])

    @property
    def counted(self) -> bool:
        """Whether an ``ETB`` was executed since the block before."""
        return bool(self.data[2] & 0x02)

    def printer_status(self) -> PrinterStatus:
        """Return what it says of the printer."""
        third, fourth, sixth = self.data[2], self.data[3], self.data[5]
        return PrinterStatus(
            online=not third & 0x08,
            cover_open=bool(third & 0x20),
            drawer_pin_high=bool(third & 0x04),
            cutter_error=bool(fourth & 0x08),
            unrecoverable=bool(fourth & 0x24),
            overheated=bool(fourth & 0x40),
            paper=OUT if sixth & 0x08 else NEAR_END if sixth & 0x06 else OK,
        )


class StarStatusCodec(Codec[StarStatus]):
    """Finds status blocks in what a printer sends."""

    def __init__(self) -> None:
        self._half = bytearray()
        self._noise = bytearray()
        self._touched_s = 0.0

    def feed(self, data: bytes, now_s: float) -> list[StarStatus | WireNoise]:
        """Take bytes, in pieces of any size; return the blocks they complete."""
        found = self.tick(now_s)
        for byte in data:
            self._take(byte, found)
        if data:
            self._touched_s = now_s
        self._end_noise(found)
        return found

    def deadline_s(self) -> float | None:
        """Return when a half block will be too old."""
        return self._touched_s + GAP_S if self._half else None

    def tick(self, now_s: float) -> list[StarStatus | WireNoise]:
        """Drop a half block that is too old."""
        found: list[StarStatus | WireNoise] = []
        if self._half and now_s >= self._touched_s + GAP_S:
            self._drop()
            self._end_noise(found)
        return found

    def _take(self, byte: int, found: list[StarStatus | WireNoise]) -> None:
        if byte in (0x11, 0x13):  # XON, XOFF: anywhere
            return
        if self._half and byte & (0x11 if len(self._half) == 1 else 0x91):
            self._drop()
        if self._half or (byte & 0x91 == 0x01 and _number(byte) in BLOCK_BYTES):
            self._half.append(byte)
        else:
            self._noise.append(byte)
        if self._half and len(self._half) == _number(self._half[0]):
            self._end_noise(found)
            found.append(StarStatus(bytes(self._half)))
            self._half.clear()

    def _drop(self) -> None:
        self._noise += self._half
        self._half.clear()

    def _end_noise(self, found: list[StarStatus | WireNoise]) -> None:
        if self._noise:
            found.append(noise_of(self._noise))
            self._noise.clear()


def _number(byte: int) -> int:
    """Return the number that bits 1 to 3 and 5 to 6 hold."""
    return byte >> 1 & 0x07 | byte >> 2 & 0x18

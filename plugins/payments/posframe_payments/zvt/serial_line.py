"""ZVT over a serial line: frames ``10 02 … 10 03 CRC``, each answered with ACK (06) or NAK (15).

10 inside a message is doubled; the two bytes of the checksum behind ``10 03`` are not, whatever
they are: a frame's end is found by reading from its beginning, never from its tail. The checksum is
CRC-16/KERMIT over the message as it was before doubling and 03, its low byte first.
"""

from __future__ import annotations

import re

from posframe_payments.zvt.apdu import DATA_BYTES_MAX, Apdu, read_apdu
from posframe_payments.zvt.facts import Noise, TimedOut, Wait
from posframe_payments.zvt.framing import Heard, Line

DLE, STX, ETX, ACK, NAK = 0x10, 0x02, 0x03, 0x06, 0x15
GAP_S = 0.2
"""T1: the longest pause between two bytes of a frame."""
ACKNOWLEDGE_S = 1.0
"""How long ACK or NAK may take; terminals answer at once."""
TRIES_MAX = 3
_FRAME_BYTES_MAX = 2 * (DATA_BYTES_MAX + 5) + 6
_BEGINS = re.compile(rb"\x10(?:\x02|\Z)|[\x06\x15]")
_CRC_REFLECTED = 0x8408


class SerialLine(Line):
    """Frames, their acknowledgements, and what is sent again."""

    def __init__(self) -> None:
        self._half = b""
        self._last_s = 0.0
        self._out = b""
        self._queue: list[tuple[bytes, bool]] = []
        """Frames not acknowledged, the first of them on the line; and whether to send it once."""
        self._tries = 0
        self._acknowledge_by_s: float | None = None

    def send(self, apdu: Apdu, now_s: float, *, once: bool = False) -> None:
        """Put a message on the line as soon as the one before it is acknowledged."""
        self._queue.append((frame(apdu), once))
        if len(self._queue) == 1:
            self._begin(now_s)

    def feed(self, data: bytes, now_s: float) -> list[Heard]:
        """Take bytes; answer frames, and read the answers to ours."""
        heard = self._give_up_half(now_s)
        text, self._last_s = self._half + data, now_s
        at = noise_at = 0
        while at < len(text):
            found = _BEGINS.search(text, at)
            at = found.start() if found else len(text)
            heard, noise_at = heard + _noise(at - noise_at), at
            if found is None:
                break
            if text[at] in {ACK, NAK}:
                heard += self._answered(text[at], now_s)
                length = 1
            else:
                length, taken = self._frame(text, at, now_s)
                if not length:
                    break
                heard += taken
            at = noise_at = at + length
        self._half = text[at:]
        return heard

    def outgoing(self) -> bytes:
        """Return what is to be written now, once."""
        out, self._out = self._out, b""
        return out

    def deadline_s(self) -> float | None:
        """Return when half a frame is given up, or one of ours is sent again."""
        half_by = self._last_s + GAP_S if self._half else None
        known = [each for each in (half_by, self._acknowledge_by_s) if each is not None]
        return min(known, default=None)

    def tick(self, now_s: float) -> list[Heard]:
        """Give up half a frame; send one of ours again, or give it up."""
        heard = self._give_up_half(now_s)
        if self._acknowledge_by_s is not None and now_s >= self._acknowledge_by_s:
            heard += self._unheard(now_s)
        return heard

    def _frame(self, text: bytes, at: int, now_s: float) -> tuple[int, list[Heard]]:
        """Return how long the frame at ``at`` is, 0: not complete, and what it says."""
        length, message = read_frame(text, at)
        if not length and len(text) - at <= _FRAME_BYTES_MAX:
            return 0, []
        length = length or 1
        if message is None:
            self._out += bytes((NAK,))
            return length, _noise(length)
        self._out += bytes((ACK,))
        apdu = read_apdu(message)
        if apdu is None:  # it arrived as it was sent: sending it again would not help
            return length, [Noise(length)]
        # Whoever answers has heard: a lost ACK must not make us say it twice.
        self._next(now_s)
        return length, [apdu]

    def _answered(self, answer: int, now_s: float) -> list[Heard]:
        if not self._queue:
            return _noise(1)
        if answer == ACK:
            self._next(now_s)
            return []
        return self._again(now_s)  # NAK: it was not taken, so even money may be asked for again

    def _unheard(self, now_s: float) -> list[Heard]:
        _, once = self._queue[0]
        if not once:
            return self._again(now_s)
        self._next(now_s)
        return [TimedOut(Wait.LINE)]

    def _again(self, now_s: float) -> list[Heard]:
        if self._tries >= TRIES_MAX:
            self._next(now_s)
            return [TimedOut(Wait.LINE)]
        self._put(now_s)
        return []

    def _next(self, now_s: float) -> None:
        """Go on to the next frame of ours."""
        if self._queue:
            del self._queue[0]
        self._acknowledge_by_s = None
        if self._queue:
            self._begin(now_s)

    def _begin(self, now_s: float) -> None:
        self._tries = 0
        self._put(now_s)

    def _put(self, now_s: float) -> None:
        self._tries += 1
        self._out += self._queue[0][0]
        self._acknowledge_by_s = now_s + ACKNOWLEDGE_S

    def _give_up_half(self, now_s: float) -> list[Heard]:
        if not self._half or now_s < self._last_s + GAP_S:
            return []
        half, self._half = self._half, b""
        self._out += bytes((NAK,)) if len(half) > 1 else b""
        return _noise(len(half))


def frame(apdu: Apdu) -> bytes:
    """Return a message as it stands on a serial line."""
    message = apdu.to_bytes()
    crc = crc16(message + bytes((ETX,))).to_bytes(2, "little")
    return b"\x10\x02" + message.replace(b"\x10", b"\x10\x10") + b"\x10\x03" + crc


def read_frame(text: bytes, at: int) -> tuple[int, bytes | None]:
    """Return the length of the frame at ``at``, 0: not complete, and its message, None: damaged."""
    body, start = bytearray(), at + 2
    while True:
        end = text.find(b"\x10", start)
        if end < 0 or end + 1 >= len(text):
            return 0, None
        body += text[start:end]
        mark = text[end + 1]
        if mark == ETX:
            break
        if mark != DLE:  # damaged; where 02 follows, another frame begins there
            return end - at, None
        body.append(DLE)
        start = end + 2
    if len(text) < end + 4:
        return 0, None
    right = crc16(bytes((*body, ETX))) == int.from_bytes(text[end + 2 : end + 4], "little")
    return end + 4 - at, bytes(body) if right else None


def crc16(data: bytes) -> int:
    """Return CRC-16/KERMIT: x^16 + x^12 + x^5 + 1, reflected, beginning with 0."""
    crc = 0
    for each in data:
        crc = crc >> 8 ^ _TABLE[(crc ^ each) & 0xFF]
    return crc


def _entry(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ (_CRC_REFLECTED if byte & 1 else 0)
    return byte


_TABLE = tuple(_entry(each) for each in range(256))


def _noise(length: int) -> list[Heard]:
    return [Noise(length, checked=True)] if length else []

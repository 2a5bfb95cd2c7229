"""The lines a terminal hangs on, sans-IO: bytes in, messages out, told the time.

`TcpLine` is the plain one: messages stand one behind another, and nothing but their control fields
tells them from noise. `serial_line` has frames and checksums.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod

from posframe_payments.zvt.apdu import Apdu, read_apdu, size_of
from posframe_payments.zvt.facts import Noise, TimedOut

Heard = Apdu | Noise | TimedOut

GAP_S = 5.0
"""A message that stands still for so long on TCP is given up."""
_POSITIVE, _NEGATIVE = 0x80, 0x84
_MAY_BEGIN = re.compile(rb"[\x04\x06\x80\x84]")
_CONTROLS = frozenset(
    bytes((kind, each))
    for kind, instructions in (
        (0x04, "01 0D 0E 0F FF"),
        (0x06, "0F 1E 85 86 87 88 C6 D1 D3 D8 D9 DA DB DD E0 E1 E2 E3 E4 E5 E6"),
    )
    for each in bytes.fromhex(instructions)
)
"""What a terminal may send beside acknowledgements, also what this till does not support."""


class Line(ABC):
    """One line to one terminal."""

    @abstractmethod
    def send(self, apdu: Apdu, now_s: float, *, once: bool = False) -> None:
        """Put a message on the line; ``once``: never again because nothing was heard."""

    @abstractmethod
    def feed(self, data: bytes, now_s: float) -> list[Heard]:
        """Take bytes, in pieces of any size; return the messages they complete."""

    @abstractmethod
    def outgoing(self) -> bytes:
        """Return what is to be written now, once."""

    @abstractmethod
    def deadline_s(self) -> float | None:
        """Return when `tick` is due at the latest; None: never."""

    @abstractmethod
    def tick(self, now_s: float) -> list[Heard]:
        """Give up what is too old."""


class TcpLine(Line):
    """Messages one behind another."""

    def __init__(self) -> None:
        self._half = b""
        self._last_s = 0.0
        self._out = b""

    def send(self, apdu: Apdu, now_s: float, *, once: bool = False) -> None:
        """Put a message on the line; TCP sees to it that it arrives once or not at all."""
        del now_s, once
        self._out += apdu.to_bytes()

    def feed(self, data: bytes, now_s: float) -> list[Heard]:
        """Take bytes; what begins no message is noise."""
        heard = self.tick(now_s)
        text, self._last_s = self._half + data, now_s
        at = noise_at = 0
        while at < len(text):
            found = _MAY_BEGIN.search(text, at)
            if found is None:
                at = len(text)
                break
            at = found.start()
            length = _length(text, at)
            if length is None:
                break
            if length:
                heard += _noise(at - noise_at)
                apdu = read_apdu(text[at : at + length])
                assert apdu is not None, "its length was read before"
                heard.append(apdu)
                noise_at = at + length
            at += length or 1
        self._half = text[at:]
        return heard + _noise(at - noise_at)

    def outgoing(self) -> bytes:
        """Return what is to be written now, once."""
        out, self._out = self._out, b""
        return out

    def deadline_s(self) -> float | None:
        """Return when half a message is given up."""
        return self._last_s + GAP_S if self._half else None

    def tick(self, now_s: float) -> list[Heard]:
        """Give up half a message that is too old."""
        if not self._half or now_s < self._last_s + GAP_S:
            return []
        half, self._half = self._half, b""
        return _noise(len(half))


def _length(data: bytes, at: int) -> int | None:
    """Return the length of the message at ``at``; 0: none begins there; None: not known yet."""
    head = data[at : at + 3]
    if head[0] in {_POSITIVE, _NEGATIVE}:
        if head[0] == _POSITIVE and head[1:2] not in {b"", b"\x00"}:
            return 0
        if len(head) < 3:
            return None
        return 0 if head[2] else 3  # acknowledgements have no data
    if len(head) >= 2 and head[:2] not in _CONTROLS:
        return 0
    size = size_of(data, at)
    return None if size is None or len(data) < at + size else size


def _noise(length: int) -> list[Heard]:
    return [Noise(length)] if length else []

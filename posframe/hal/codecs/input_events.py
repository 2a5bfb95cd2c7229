"""Linux input events: the structs that /dev/input gives, as keys going down and up.

``struct input_event`` is two longs of time, type, code and value: 24 bytes on 64-bit systems, 16 on
32-bit ones. What the keys mean is the business of `keyboard`.
"""

from __future__ import annotations

import struct

import attrs

from posframe.hal.codecs.silence import SilenceCodec
from posframe.hal.facts import SAMPLE_BYTES, WireNoise

EVENT = struct.Struct("llHHi")
SPLIT_S = 0.05
"""Events come whole; half of one that stays alone this long belongs to nothing."""
CODE_MAX = 0x2FF

_SYN, _KEY, _LED = 0x00, 0x01, 0x11
_OTHERS = frozenset({0x02, 0x03, 0x04, 0x05, 0x12, 0x14, 0x15, 0x16, 0x17})
_SYN_REPORT, _SYN_DROPPED = 0, 3
_UP, _DOWN, _REPEAT = 0, 1, 2


@attrs.frozen
class KeyMoved:
    """A key went down, or came up. Keys that repeat themselves are not reported."""

    code: int
    down: bool


@attrs.frozen
class LockLamp:
    """A lamp of the keyboard was switched: 0 Num Lock, 1 Caps Lock."""

    lamp: int
    on: bool


@attrs.frozen
class KeysLost:
    """The system dropped events: nothing is known of the keys any more."""


InputEvent = KeyMoved | LockLamp | KeysLost


class InputEventsCodec(SilenceCodec[InputEvent]):
    """Cuts bytes into events and keeps those that keys cause."""

    def __init__(self, *, secret: bool = False) -> None:
        """``secret``: keep no sample of noise."""
        super().__init__(SPLIT_S)
        self._secret = secret
        self._half = bytearray(EVENT.size)
        self._filled = 0
        self._losing = False
        self._noise_count = 0
        self._sample = b""

    def _take(self, data: bytes, now_s: float) -> list[InputEvent | WireNoise]:
        del now_s
        found: list[InputEvent | WireNoise] = []
        at = 0
        while at < len(data):
            part = data[at : at + EVENT.size - self._filled]
            self._half[self._filled : self._filled + len(part)] = part
            self._filled += len(part)
            at += len(part)
            if self._filled == EVENT.size:
                found += self._event()
                self._wipe()
        if self._noise_count:
            found.append(self._noise())
        return found

    def _event(self) -> list[InputEvent | WireNoise]:
        _, _, kind, code, value = EVENT.unpack_from(self._half)
        if kind == _SYN and code in {_SYN_REPORT, _SYN_DROPPED}:
            return self._synchronise(dropped=code == _SYN_DROPPED)
        if self._losing or kind in _OTHERS:
            return []
        if kind == _KEY and code <= CODE_MAX and value in {_UP, _DOWN, _REPEAT}:
            return [] if value == _REPEAT else [KeyMoved(code, value == _DOWN)]
        if kind == _LED and code <= 0x0F and value in {0, 1}:
            return [LockLamp(code, value == 1)]
        self._count_noise()
        return []

    def _synchronise(self, *, dropped: bool) -> list[InputEvent | WireNoise]:
        """What stands between a dropped event and the next report is of no use."""
        was, self._losing = self._losing, dropped
        return [KeysLost()] if dropped and not was else []

    def _count_noise(self) -> None:
        if not self._noise_count and not self._secret:
            self._sample = bytes(self._half[: min(self._filled, SAMPLE_BYTES)])
        self._noise_count += self._filled

    def _noise(self) -> WireNoise:
        noise = WireNoise(self._noise_count, self._sample)
        self._noise_count, self._sample = 0, b""
        return noise

    def _silent(self, now_s: float) -> list[InputEvent | WireNoise]:
        del now_s
        self._count_noise()
        self._wipe()
        return [self._noise()]

    def _holds(self) -> bool:
        return self._filled > 0

    def _wipe(self) -> None:
        self._half[:] = bytes(EVENT.size)
        self._filled = 0

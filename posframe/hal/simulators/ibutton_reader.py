"""A reader of iButton keys on a serial line, in software: a key that stays is sent repeatedly.

The key is written as on the wire: family 01, six bytes, and the check byte, which is worked out
when it is left out.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from posframe.errors import DataError
from posframe.hal.simulators.given_options import check_names, milliseconds, truth
from posframe.hal.simulators.input_device import (
    InputSimulator,
    characters,
    hex_bytes,
)
from posframe.hal.simulators.simulator import Act, SimulatorSpec

if TYPE_CHECKING:
    from collections.abc import Mapping


class SimulatedIButtonReader(InputSimulator):
    """Sends the key that lies on it every ``repeat_s`` seconds."""

    def __init__(
        self, *, reverse: bool = False, repeat_s: float = 0.3, pace_s: float = 0.0
    ) -> None:
        super().__init__(pace_s)
        self._reverse = reverse
        self._repeat_s = repeat_s
        self._key: bytes | None = None
        self._next_s = math.inf
        self.touches = 0

    def due_s(self) -> float | None:
        """Return when the key is sent again, or the rest of it."""
        due_s = min(super().due_s() or math.inf, self._next_s)
        return None if math.isinf(due_s) else due_s

    def tick(self, now_s: float) -> bytes:
        """Send what is due."""
        if self._key is not None and now_s >= self._next_s:
            self._next_s = now_s + self._repeat_s if self._repeat_s else math.inf
            self._send(now_s)
        return super().tick(now_s)

    def acts(self) -> Mapping[str, Act]:
        """Return what a person can do."""
        return {
            "touch": Act("touch HEX: put on a key, as touch 012BC5FB000000", self._touch),
            "remove": Act("remove: take the key away", self._remove),
        }

    def view(self) -> tuple[str, ...]:
        """Return what it has done, and nothing of what it read."""
        there = "no key" if self._key is None else "a key"
        return (f"{there}, {self.touches} touches",)

    def _touch(self, words: str, now_s: float) -> bytes:
        key = hex_bytes(words)
        if len(key) not in {7, 8}:
            raise DataError("A key has 7 bytes and a check byte", hint="touch 012BC5FB000000")
        self._key = key if len(key) == 8 else key + bytes((_check_byte(key),))
        self._next_s = now_s
        self.touches += 1
        return self.tick(now_s)

    def _remove(self, words: str, now_s: float) -> bytes:
        del words, now_s
        self._key, self._next_s = None, math.inf
        return b""

    def _send(self, now_s: float) -> None:
        assert self._key is not None
        key = self._key[::-1] if self._reverse else self._key
        due_s = now_s
        for each in characters(key.hex().upper().encode() + b"\r\n"):
            self._waiting.append((due_s, each))
            due_s += self.pace_s


def _check_byte(data: bytes) -> int:
    """Work out the check byte bit by bit, as the shift register of the data sheet does."""
    register = [0] * 8
    for bit in (each >> at & 1 for each in data for at in range(8)):
        first = register[0] ^ bit
        register = [*register[1:], first]
        register[3] ^= first
        register[2] ^= first
    return sum(bit << at for at, bit in enumerate(register))


def _make(given: Mapping[str, str]) -> SimulatedIButtonReader:
    check_names(given, SIMULATOR.options)
    return SimulatedIButtonReader(
        reverse=truth(given, "reverse"),
        repeat_s=milliseconds(given, "repeat_ms", 300),
        pace_s=milliseconds(given, "pace_ms", 1),
    )


SIMULATOR = SimulatorSpec(
    name="ibutton",
    title="Reader of iButton keys",
    make=_make,
    options={
        "reverse": "yes: it sends the check byte first and the family last; no if left out",
        "repeat_ms": "milliseconds after which a key that stays is sent again; 300 if left out",
        "pace_ms": "milliseconds a character takes; 1 if left out",
    },
    secret=True,
)

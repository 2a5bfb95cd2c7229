"""The twin: a scale in software, written from the manual and without a look at the codec."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from posframe.drivers import (
    Act,
    ConfigurationError,
    DataError,
    Simulator,
    SimulatorSpec,
    unknown_name,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

CAPACITY_G = 15_000
ZERO_RANGE_G = 300
"""Two hundredths of the capacity."""
SETTLES_S = 0.5
LINE_BYTES_MAX = 32


class AandDSimulator(Simulator):
    """Shows kilograms with three decimals. Commands end by CR; an LF is ignored."""

    def __init__(self, load_g: int = 0, *, acknowledges: bool = True) -> None:
        self.load_g = load_g
        self.answered = 0
        """How often it said what it weighs at rest."""
        self._acknowledges = acknowledges
        self._zero_g = self._tare_g = 0
        self._moves_until_s = -math.inf
        self._counts = self._off = False
        self._line = b""

    def feed(self, data: bytes, now_s: float) -> bytes:
        """Take bytes from the host; return what is answered at once."""
        if self._off:
            return b""
        *lines, self._line = (self._line + data).replace(b"\n", b"").split(b"\r")
        self._line = self._line[-LINE_BYTES_MAX:]
        return b"".join(self._answer(line, now_s) + b"\r\n" for line in lines if line)

    def disconnected(self) -> None:
        """Forget half a command."""
        self._line = b""

    def acts(self) -> Mapping[str, Act]:
        """Return what a person can do to the scale."""
        return {
            "put": Act("put KILOGRAMS, as put 1.250", self._put),
            "lift": Act("lift, as lift: take everything off", self._lift),
            "shake": Act("shake, as shake: it does not come to rest", self._shake),
            "count": Act("count, as count: switch to counting pieces", self._count),
            "off": Act("off, as off: switch it off", self._switch),
        }

    def view(self) -> tuple[str, ...]:
        """Return what its display shows, more or less."""
        return ("off",) if self._off else (f"{self._shown_g / 1000:.3f} kg",)

    @property
    def _shown_g(self) -> int:
        return self.load_g - self._zero_g - self._tare_g

    def _answer(self, command: bytes, now_s: float) -> bytes:
        moves = now_s < self._moves_until_s
        if command == b"Q":
            return self._weight(moves=moves)
        if command in {b"Z", b"T"}:
            return self._taken_off(command, moves=moves)
        return b"EC,E01"

    def _weight(self, *, moves: bool) -> bytes:
        if self._counts:
            return b"QT,+00000012 PC"
        if self.load_g > CAPACITY_G:
            return b"OL,+9999.999 kg"
        self.answered += not moves
        sign = "-" if self._shown_g < 0 else "+"
        kilos, grams = divmod(abs(self._shown_g), 1000)
        return f"{'US' if moves else 'ST'},{sign}{kilos:04d}.{grams:03d} kg".encode("ascii")

    def _taken_off(self, command: bytes, *, moves: bool) -> bytes:
        if moves:
            return b"EC,E11"
        if command == b"Z" and abs(self.load_g) > ZERO_RANGE_G:
            return b"EC,E02"
        if command == b"Z":
            self._zero_g, self._tare_g = self.load_g, 0
        else:
            self._tare_g = self.load_g - self._zero_g
        return b"\x06\r\n\x06" if self._acknowledges else b""

    def _put(self, words: str, now_s: float) -> bytes:
        found = re.fullmatch(r"(-?)(\d{1,4})\.(\d{3})", words)
        if found is None:
            raise DataError(f"{words!r} is no weight", hint="write put 1.250")
        grams = int(found[2] + found[3])
        self.load_g = -grams if found[1] else grams
        self._moves_until_s = now_s + SETTLES_S
        return b""

    def _lift(self, _words: str, now_s: float) -> bytes:
        return self._put("0.000", now_s)

    def _shake(self, _words: str, _now_s: float) -> bytes:
        self._moves_until_s = math.inf
        return b""

    def _count(self, _words: str, _now_s: float) -> bytes:
        self._counts = True
        return b""

    def _switch(self, _words: str, _now_s: float) -> bytes:
        self._off = True
        return b""


_OPTIONS = {"acknowledges": "no: Z and T are done without a word"}


def _make(options: Mapping[str, str]) -> AandDSimulator:
    for name in options:
        if name not in _OPTIONS:
            raise ConfigurationError(
                f"This simulator has no option {name!r}",
                hint=unknown_name("options", name, _OPTIONS),
            )
    return AandDSimulator(acknowledges=options.get("acknowledges", "yes") != "no")


SIMULATOR = SimulatorSpec(
    name="aandd", title="Scale with the A&D standard format", make=_make, options=_OPTIONS
)

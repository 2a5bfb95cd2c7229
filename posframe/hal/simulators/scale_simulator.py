"""What all scales in software have in common: a platter, a power switch, and a person's hands."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from posframe.errors import ConfigurationError, DataError
from posframe.hal.simulators.given_options import check_names
from posframe.hal.simulators.platter import MICRO, OPTIONS, Platter, Shown, platter_from, read_micro
from posframe.hal.simulators.simulator import Act, Simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

COMMAND_GAP_S = 0.5
"""Half a command is forgotten after so long."""
HALF_BYTES_MAX = 256


class ScaleSimulator(Simulator):
    """A scale in software. Subclasses speak its protocol.

    Switching it off leaves it silent; a line over USB would be lost, which is the line's to play.
    """

    decimals: ClassVar[Mapping[str, int]] = {"kg": 3, "g": 0, "lb": 2, "oz": 1}
    """Decimals on its display, by unit."""

    def __init__(self, platter: Platter | None = None) -> None:
        self.platter = platter or Platter()
        self.is_on = True
        self.weighings = 0
        """How often it has stated a weight that may be sold."""
        self.taken = 0
        """How many of them a till has taken: scales do not know, so a test counts here."""
        self._half = b""
        self._fed_s = 0.0
        self._later: list[tuple[float, bytes]] = []

    @abstractmethod
    def command(self, data: bytes, now_s: float) -> tuple[int, bytes]:
        """Return how many bytes at the beginning of ``data`` are used up, and the answer.

        0: the command is not complete. What means nothing is used up without an answer.
        """

    def feed(self, data: bytes, now_s: float) -> bytes:
        """Take bytes from the host, in pieces of any size; return what is answered at once."""
        if not self.is_on:
            return b""
        if now_s - self._fed_s > COMMAND_GAP_S:
            self._half = b""
        self._fed_s, rest, answers = now_s, self._half + data, b""
        while rest:
            used, answer = self.command(rest, now_s)
            if not used:
                break
            rest, answers = rest[used:], answers + answer
        self._half = rest[-HALF_BYTES_MAX:]
        return answers

    def due_s(self) -> float | None:
        """Return when an answer that takes time is due."""
        return min((at_s for at_s, _ in self._later), default=None)

    def tick(self, now_s: float) -> bytes:
        """Let time pass; return the answers that took until now."""
        due = [data for at_s, data in self._later if at_s <= now_s]
        self._later = [each for each in self._later if each[0] > now_s]
        return b"".join(due)

    def disconnected(self) -> None:
        """Note that the host has gone; what was half received is lost."""
        self._half = b""
        self._later.clear()

    def take(self) -> None:
        """Count a weight that a till has taken."""
        self.taken += 1

    def answer_at(self, at_s: float, data: bytes) -> None:
        """Answer ``data`` at ``at_s``."""
        self._later.append((at_s, data))

    def shown(self, now_s: float) -> Shown:
        """Return what the scale knows of its platter now."""
        return self.platter.shown(ms(now_s))

    def state(self, weight: int) -> int:
        """Count a weighing and return its weight in the last digit of the display."""
        self.weighings += 1
        self.platter.weighed()
        return self.platter.digits(weight, self.decimals[self.platter.unit])

    def acts(self) -> Mapping[str, Act]:
        """Return what a person can do to the scale."""
        unit = self.platter.unit
        return {
            "put": Act(f"put {unit.upper()}, as put 1.250", self._put),
            "take": Act("take: everything off", self._doing(lambda p, at: p.put(0, at))),
            "lift": Act(
                "lift: the platter itself", self._doing(lambda p, at: p.put(-p.capacity // 10, at))
            ),
            "overload": Act(
                "overload: more than it weighs",
                self._doing(lambda p, at: p.put(p.capacity * 6 // 5, at)),
            ),
            "jolt": Act("jolt: push it", self._doing(lambda p, at: p.jolt(at))),
            "zero": Act("zero: press its zero key", self._doing(lambda p, at: p.zero(at))),
            "tare": Act(f"tare {unit.upper()}, as tare 0.050; tare: what lies on it", self._tare),
            "off": Act("off: switch it off", self._off),
            "on": Act("on: switch it on", self._on),
        }

    def view(self) -> tuple[str, ...]:
        """Return the scale's state as short lines."""
        load, tare = (self._written(each) for each in (self.platter.load, self.platter.tare))
        lines = ["on" if self.is_on else "off", f"load {load}", f"weighings {self.weighings}"]
        return (*lines, f"tare {tare}") if self.platter.tare else tuple(lines)

    def switched_on(self, now_s: float) -> None:
        """Begin anew, as after power-up."""
        self.platter.power_on(ms(now_s))

    def _written(self, weight: int) -> str:
        decimals = self.decimals[self.platter.unit]
        whole, part = divmod(abs(weight), MICRO)
        digits = f"{part:06d}"[:decimals]
        sign = "-" if weight < 0 else ""
        return f"{sign}{whole}{'.' if digits else ''}{digits} {self.platter.unit}"

    def _doing(self, do: Callable[[Platter, int], object]) -> Callable[[str, float], bytes]:
        def act(words: str, now_s: float) -> bytes:
            if words:
                raise DataError(f"{words!r} is too much", hint="write the name of the act alone")
            do(self.platter, ms(now_s))
            return b""

        return act

    def _put(self, words: str, now_s: float) -> bytes:
        self.platter.put(read_micro(words), ms(now_s))
        return b""

    def _tare(self, words: str, now_s: float) -> bytes:
        if words:
            self.platter.preset_tare(read_micro(words))
        else:
            self.platter.take_tare(ms(now_s))
        return b""

    def _off(self, _words: str, _now_s: float) -> bytes:
        self.is_on = False
        self.disconnected()
        return b""

    def _on(self, _words: str, now_s: float) -> bytes:
        if not self.is_on:
            self.is_on = True
            self.switched_on(now_s)
        return b""


def ms(now_s: float) -> int:
    """Return a time in whole milliseconds."""
    return round(now_s * 1000)


def scale_options(
    options: Mapping[str, str], own: Mapping[str, str], units: Collection[str] = ("kg", "lb")
) -> tuple[Platter, dict[str, str]]:
    """Return the platter that options given as text ask for, and what else they say.

    Raises:
        ConfigurationError: one is unknown or cannot be read, or the unit is none of ``units``.
    """
    check_names(options, {**OPTIONS, **own})
    if options.get("unit", "kg") not in units:
        raise ConfigurationError(
            f"This scale cannot weigh in {options['unit']}", hint=f"one of: {', '.join(units)}"
        )
    return platter_from(options), {name: options[name] for name in options if name in own}


def decimal(digits: int, decimals: int, width: int, fill: str = "0") -> bytes:
    """Return ``digits`` with a point before the last ``decimals``, filled up to ``width``."""
    whole, part = divmod(abs(digits), 10**decimals)
    text = f"{whole}.{part:0{decimals}d}" if decimals else str(whole)
    return (("-" if digits < 0 else "") + text).rjust(width, fill).encode("ascii")

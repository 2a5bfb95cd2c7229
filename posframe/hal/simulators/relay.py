"""A relay board in software, with a cash drawer on it that opens, sticks, or burns its solenoid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe.errors import ConfigurationError
from posframe.hal.simulators.given_options import check_names
from posframe.hal.simulators.simulator import Act, Simulator, SimulatorSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

ON = bytes.fromhex("A0 01 01 A2")
OFF = bytes.fromhex("A0 01 00 A1")
OPENS_AFTER_S = 0.01
"""How long a solenoid pulls before the catch lets go; shorter than real ones for quick tests."""
BURNS_AFTER_S = 2.0
OWN_PULSE_S = 0.1
"""How long a board that knows no off stays on."""


@attrs.define
class Pulse:
    """One time the relay was on."""

    on_s: float
    off_s: float | None = None
    """None: it is on still."""


class RelaySimulator(Simulator):
    """Powered by itself: a line that is cut leaves the relay as it was."""

    def __init__(self, on: bytes = ON, off: bytes = OFF) -> None:
        self._on, self._off = on, off
        self.pulses: list[Pulse] = []
        self.garbage = 0
        """Bytes that meant nothing."""
        self.drawer_open = False
        self.stuck = False
        self._held = b""

    @property
    def energised(self) -> bool:
        """Whether the relay is on."""
        return bool(self.pulses) and self.pulses[-1].off_s is None

    def longest_s(self, now_s: float) -> float:
        """Return the longest time the relay was on without a rest."""
        return max(
            ((now_s if each.off_s is None else each.off_s) - each.on_s for each in self.pulses),
            default=0.0,
        )

    def feed(self, data: bytes, now_s: float) -> bytes:
        """Take bytes from the host, in pieces of any size; boards answer nothing."""
        self.tick(now_s)
        self._held += data
        while self._held:
            if self._held.startswith(self._on):
                self._take(self._on)
                self._switch_on(now_s)
            elif self._off and self._held.startswith(self._off):
                self._take(self._off)
                self._switch_off(now_s)
            elif self._on.startswith(self._held) or self._off.startswith(self._held):
                break
            else:
                self._take(self._held[:1])
                self.garbage += 1
        return b""

    def due_s(self) -> float | None:
        """Return when `tick` is due next; None: not before something happens."""
        if not self.energised:
            return None
        on_s = self.pulses[-1].on_s
        if not self._off:
            return on_s + OWN_PULSE_S
        return None if self.drawer_open or self.stuck else on_s + OPENS_AFTER_S

    def tick(self, now_s: float) -> bytes:
        """Let time pass until ``now_s``."""
        if self.energised:
            on_s = self.pulses[-1].on_s
            if now_s >= on_s + OPENS_AFTER_S and not self.stuck:
                self.drawer_open = True
            if not self._off and now_s >= on_s + OWN_PULSE_S:
                self.pulses[-1].off_s = on_s + OWN_PULSE_S
        return b""

    def acts(self) -> Mapping[str, Act]:
        """Return what a person can do to the drawer, by name."""
        return {
            "close": Act("close: push the drawer shut", self._close),
            "stick": Act("stick: something keeps the drawer from opening", self._stick),
            "free": Act("free: nothing does any more", self._free),
        }

    def view(self) -> tuple[str, ...]:
        """Return the state of board and drawer."""
        lines = [
            f"relay {'on' if self.energised else 'off'}, {len(self.pulses)} pulses",
            f"drawer {'open' if self.drawer_open else 'closed'}{', stuck' if self.stuck else ''}",
        ]
        last = self.pulses[-1] if self.pulses else None
        if last is not None and last.off_s is not None:
            lines.append(f"last pulse {(last.off_s - last.on_s) * 1000:.0f} ms")
        if self.garbage:
            lines.append(f"{self.garbage} bytes of garbage")
        return tuple(lines)

    def _take(self, data: bytes) -> None:
        self._held = self._held[len(data) :]

    def _switch_on(self, now_s: float) -> None:
        if not self.energised:
            self.pulses.append(Pulse(now_s))

    def _switch_off(self, now_s: float) -> None:
        if self.energised:
            self.pulses[-1].off_s = now_s

    def _close(self, words: str, now_s: float) -> bytes:
        del words
        self.tick(now_s)
        self.drawer_open = False
        return b""

    def _stick(self, words: str, now_s: float) -> bytes:
        del words, now_s
        self.stuck = True
        return b""

    def _free(self, words: str, now_s: float) -> bytes:
        del words, now_s
        self.stuck = False
        return b""


_OPTIONS = {
    "on": "what switches it on, in hex; A00101A2 if left out",
    "off": "what switches it off, in hex; empty: it ends its pulse by itself",
}


def _make(given: Mapping[str, str]) -> RelaySimulator:
    check_names(given, _OPTIONS)
    try:
        on = bytes.fromhex(given.get("on", ON.hex()))
        off = bytes.fromhex(given.get("off", OFF.hex()))
    except ValueError as error:
        raise ConfigurationError(
            f"The relay's bytes cannot be read: {error}", hint="write them in hex, as on=A00101A2"
        ) from error
    if not on:
        raise ConfigurationError("on= is empty", hint="write what switches the relay on, in hex")
    return RelaySimulator(on, off)


SIMULATOR = SimulatorSpec(
    name="relay", title="Cash drawer on a relay board", make=_make, options=_OPTIONS
)

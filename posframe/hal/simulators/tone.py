"""A beeper in software: what it sounded, when and for how long."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import attrs

from posframe.hal.simulators.given_options import check_names, choice
from posframe.hal.simulators.simulator import Act, Simulator, SimulatorSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

KEPT_MAX = 1000
BEL_S = 0.1
"""How long a bell sounds by itself."""
BUZZER_UNIT_S = 0.05
BELL_HZ = 1000
_EVENT = struct.Struct("llHHi")
_SOUND_EVENT, _BELL, _TONE = 0x12, 1, 2


@attrs.define
class Sound:
    """One sound."""

    hz: int
    on_s: float
    off_s: float | None = None
    """None: it sounds still."""


class ToneSimulator(Simulator):
    """A beeper that understands BEL, ``ESC B``, or input events."""

    def __init__(self, by: str = "bel") -> None:
        self.by = by
        self.sounds: list[Sound] = []
        self.garbage = 0
        """Bytes that meant nothing."""
        self._held = b""

    @property
    def sounding(self) -> bool:
        """Whether it sounds, and would for ever."""
        return bool(self.sounds) and self.sounds[-1].off_s is None

    def feed(self, data: bytes, now_s: float) -> bytes:
        """Take bytes from the host, in pieces of any size; beepers answer nothing."""
        self._held += data
        take = {"bel": self._bell, "buzzer": self._buzzer, "event": self._event}[self.by]
        while self._held:
            taken = take(now_s)
            if not taken:
                break
            self._held = self._held[taken:]
        del self.sounds[:-KEPT_MAX]
        return b""

    def disconnected(self) -> None:
        """Note that the host has gone; an event device takes whole events or none."""
        if self.by == "event":
            self._held = b""

    def acts(self) -> Mapping[str, Act]:
        """Return what a person can do to a beeper: nothing."""
        return {}

    def view(self) -> tuple[str, ...]:
        """Return what it sounded lately."""
        lines = [f"{len(self.sounds)} sounds{', sounding' if self.sounding else ''}"]
        for sound in self.sounds[-5:]:
            length = (
                "" if sound.off_s is None else f" for {(sound.off_s - sound.on_s) * 1000:.0f} ms"
            )
            lines.append(f"{sound.hz} Hz{length}")
        if self.garbage:
            lines.append(f"{self.garbage} bytes of garbage")
        return tuple(lines)

    def _bell(self, now_s: float) -> int:
        if self._held[0] == 0x07:
            self.sounds.append(Sound(BELL_HZ, now_s, now_s + BEL_S))
        else:
            self.garbage += 1
        return 1

    def _buzzer(self, now_s: float) -> int:
        held = self._held
        if b"\x1bB".startswith(held[:2]) and len(held) < 4:
            return 0
        if not held.startswith(b"\x1bB"):
            self.garbage += 1
            return 1
        times, length_s = held[2], held[3] * BUZZER_UNIT_S
        if not (1 <= held[2] <= 9 and 1 <= held[3] <= 9):
            self.garbage += 4
            return 4
        for at in range(times):
            on_s = now_s + 2 * at * length_s
            self.sounds.append(Sound(BELL_HZ, on_s, on_s + length_s))
        return 4

    def _event(self, now_s: float) -> int:
        if len(self._held) < _EVENT.size:
            return 0
        _, _, kind, code, value = _EVENT.unpack(self._held[: _EVENT.size])
        if kind != _SOUND_EVENT or code not in (_BELL, _TONE):
            self.garbage += _EVENT.size
            return _EVENT.size
        if self.sounding:
            self.sounds[-1].off_s = now_s
        if value:
            self.sounds.append(Sound(BELL_HZ if code == _BELL else value, now_s))
        return _EVENT.size


def _make(given: Mapping[str, str]) -> ToneSimulator:
    check_names(given, SIMULATOR.options)
    return ToneSimulator(choice(given, "by", "bel", "buzzer", "event"))


SIMULATOR = SimulatorSpec(
    name="tone",
    title="Beeper",
    make=_make,
    options={"by": "what it understands: bel, buzzer or event"},
)

"""Sounds: patterns as the bytes of what can make them, with the rests between.

Beepers that know no length sound for as long as they do; a pattern keeps its rhythm all the same.
"""

from __future__ import annotations

import struct
from itertools import groupby
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

Pattern = tuple[tuple[int, int], ...]
"""Pairs of milliseconds: how long it sounds, how long it rests."""
Means = Literal["bel", "buzzer", "event"]

GOOD: Pattern = ((60, 40),)
BAD: Pattern = ((400, 150), (400, 150))
ATTENTION: Pattern = ((120, 120), (120, 120), (120, 120))

TONES_MAX = 20
TONE_MS_MAX = 2000
BEL = b"\x07"
BUZZER_MAX = 9
EV_SND = 0x12
SND_BELL = 0x01
SND_TONE = 0x02
# struct input_event of Linux in the machine's own sizes: time in two longs, type, code, value.
_INPUT_EVENT = struct.Struct("llHHi")


class Step(NamedTuple):
    """Bytes to send, if any, and how long to wait before the next."""

    data: bytes
    wait_ms: int


def steps(pattern: Pattern, means: Means, *, hz: int = 2000, unit_ms: int = 50) -> tuple[Step, ...]:
    """Return how to sound ``pattern``, which is cut to `TONES_MAX` tones of `TONE_MS_MAX`.

    ``hz``: pitch of an input event, 0 for the device's own; ``unit_ms``: what a buzzer counts in.
    """
    assert all(on >= 0 and off >= 0 for on, off in pattern), pattern
    # A fault elsewhere must not make a shop beep for hours.
    tones = tuple((min(on, TONE_MS_MAX), min(off, TONE_MS_MAX)) for on, off in pattern[:TONES_MAX])
    if means == "bel":
        return tuple(Step(BEL if on else b"", on + off) for on, off in tones)
    if means == "buzzer":
        return tuple(_buzzer_steps(tones, unit_ms))
    return tuple(_event_steps(tones, hz))


def buzzer(times: int, length: int) -> bytes:
    """Return ``ESC B n t`` of ESC/POS clones: n beeps of t units (unverified on a real device)."""
    assert 1 <= times <= BUZZER_MAX, times
    assert 1 <= length <= BUZZER_MAX, length
    return bytes((0x1B, 0x42, times, length))


def tone_event(hz: int) -> bytes:
    """Return an input event that sounds at ``hz`` until told otherwise; 0 falls silent."""
    return _INPUT_EVENT.pack(0, 0, EV_SND, SND_TONE, hz)


def bell_event(*, on: bool) -> bytes:
    """Return an input event that sounds at the device's own pitch, or falls silent."""
    return _INPUT_EVENT.pack(0, 0, EV_SND, SND_BELL, int(on))


def silence(hz: int) -> bytes:
    """Return the input event that ends a sound of this pitch."""
    return tone_event(0) if hz else bell_event(on=False)


def _buzzer_steps(tones: Pattern, unit_ms: int) -> Iterator[Step]:
    """Yield one command for equal tones in a row: a printer beeps them without being told again."""
    for (on, off), equal in groupby(tones):
        left = len(tuple(equal))
        if not on:
            yield Step(b"", off * left)
            continue
        units = max(1, min(BUZZER_MAX, round(on / unit_ms)))
        while left:
            times = min(left, BUZZER_MAX)
            yield Step(buzzer(times, units), (on + off) * times)
            left -= times


def _event_steps(tones: Pattern, hz: int) -> Iterator[Step]:
    for on, off in tones:
        if on:
            yield Step(tone_event(hz) if hz else bell_event(on=True), on)
        yield Step(silence(hz) if on else b"", off)

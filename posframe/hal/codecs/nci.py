"""NCI (Weigh-Tronix, Brecknell, Avery): ``W CR`` asks for the weight.

``LF weight unit CR LF S hh CR ETX`` answers. The literal S is left out by some models. ECR models
answer with the status alone where there is no weight to be sold. 7 bits, even parity; no checksum.
"""

from __future__ import annotations

import re

import attrs

from posframe.hal.codecs.framing import MORE, FrameCodec
from posframe.hal.weights import Load, Reading, Weight, at_rest, weight_of

WEIGH = b"W\r"
STATUS = b"S\r"
ZERO = b"Z\r"

MORE_STATUS = 0x40
"""Set in a status byte, from the second on, that another one follows."""

_FRAME = re.compile(rb"\n(?:(?P<shown>[ -~]{1,20})\r\n)?S?(?P<status>[0-?][0-?p-\x7f]{1,3})\r\x03")
_UNKNOWN = re.compile(rb"\n\?\r\x03")
_WEIGHT = re.compile(r" *(-? *\d{1,7}(?:\.\d{1,4})?) *([A-Za-z]{1,2}) *")
_MARKS = re.compile(r"([\^_-])\1[\^_. -]*?(?:[A-Za-z]{2})?")


@attrs.frozen
class Answer:
    """What an NCI scale answers to every command it knows."""

    status: tuple[int, ...]
    """Two to four status bytes, without their fixed bits."""
    shown: str = ""
    """What stands on its display: a weight with its unit, marks, or raw counts."""

    def has(self, byte: int, bit: int) -> bool:
        """Return a bit of status byte 1 to 4; not set where that byte was not sent."""
        return len(self.status) >= byte and bool(self.status[byte - 1] >> bit & 1)

    @property
    def at_zero(self) -> bool:
        """Whether the scale stands at zero."""
        return self.has(1, 1)

    @property
    def weight(self) -> Weight | None:
        """The weight on its display, if it is one."""
        found = _WEIGHT.fullmatch(self.shown)
        return weight_of(found[1], found[2].lower()) if found and found[2] != "MM" else None

    @property
    def mark(self) -> str:
        """What fills its display instead of a weight: carets, underscores or dashes, or nothing."""
        found = _MARKS.fullmatch(self.shown)
        return found[1] if found else ""


@attrs.frozen
class Unknown:
    """The scale does not know this command."""


Message = Answer | Unknown


class NciCodec(FrameCodec[Message]):
    """Reads the scale's answers."""

    starts = re.compile(rb"\n")
    length_max = 32

    def frame(self, data: bytes, at: int) -> tuple[int, Message | None]:
        """Return the length of the frame at ``at``, and its message."""
        if unknown := _UNKNOWN.match(data, at):
            return unknown.end() - at, Unknown()
        found = _FRAME.match(data, at)
        if found is not None and _is_whole(found["status"]):
            status = tuple(byte & 0x0F for byte in found["status"])
            return found.end() - at, Answer(status, (found["shown"] or b"").decode("ascii"))
        return (1 if b"\x03" in data[at : at + self.length_max] else MORE), None


def reading_of(answer: Answer) -> Reading:
    """Return what the scale says of its platter."""
    broken = [words for byte, bit, words in _FAULTS if answer.has(byte, bit)]
    weight, net = answer.weight, answer.has(3, 2)
    if broken:
        return Reading(Load.FAULT, detail=", ".join(broken))
    for load, is_so in _loads(answer):
        if is_so:
            return Reading(load, weight, net, moved=answer.has(4, 1))
    if weight is not None:
        return at_rest(weight, net=net, moved=answer.has(4, 1))
    if answer.at_zero:
        return Reading(Load.ZERO, net=net)
    if "LB" in answer.shown.upper():
        return Reading(Load.FAULT, detail="it weighs in pounds and ounces, switch it over")
    return Reading(Load.NOT_READY, detail=answer.shown)


def _loads(answer: Answer) -> tuple[tuple[Load, bool], ...]:
    """Return what can be in the way, the gravest first."""
    mark = answer.mark
    return (
        (Load.OVERLOAD, mark == "^" or answer.has(2, 1)),
        (Load.MOTION, answer.has(1, 0)),
        (Load.UNDER_ZERO, mark == "_" or answer.has(2, 0)),
        (Load.NOT_READY, mark == "-" or answer.has(3, 3)),
    )


def _is_whole(status: bytes) -> bool:
    """Tell whether a further status byte follows just where one is announced."""
    announced = [bool(byte & MORE_STATUS) for byte in status[1:]]
    return announced == [True] * (len(announced) - 1) + [False]


_FAULTS = (
    (1, 2, "memory"),
    (1, 3, "settings memory"),
    (2, 2, "program memory"),
    (2, 3, "calibration"),
)

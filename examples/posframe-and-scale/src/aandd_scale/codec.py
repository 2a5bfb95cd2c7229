"""The A&D standard format: lines of text, each a weight, an acknowledgement or an error code.

::

    Q                      ->  ST,+0001.250 kg     stable
                               US,+0001.250 kg     in motion
                               OL,+9999.999 kg     over capacity; OL,- below its range
                               QT,+00000012 PC     a number of pieces: the scale counts
    Z, T                   ->  ACK, or nothing, as the scale is set up
    what cannot be done    ->  EC,E02

From the maker's manuals of the FG-KCLWP, EK-L and GC series. There is no checksum; each line is as
long as every other, which shows a byte that was lost.
"""

from __future__ import annotations

import re

import attrs

from posframe.drivers import MORE, FrameCodec, Load, Reading, at_rest, weight_of

WEIGH, ZERO, TARE = b"Q", b"Z", b"T"
UNITS = ("kg", "g", "mg", "t", "lb", "oz", "ozt", "ct", "tl")
REFUSALS = {"E02": Load.NOT_READY, "E11": Load.MOTION}
"""Error codes that say how the load stands; the others are about the command."""

_WEIGHED = re.compile(rb"(ST|US|QT),([+-](?=[\d.]{8}\D)\d+(?:\.\d+)?)([ A-Za-z%]{3})")
_OVER = re.compile(rb"OL,([+-])[\d.E+]{0,11}[ A-Za-z%]{0,3}")
_ERROR = re.compile(rb"EC,(E\d{1,2})")


@attrs.frozen
class Weighed:
    """What the scale shows."""

    header: str
    """``ST`` at rest, ``US`` in motion, ``QT`` pieces at rest."""
    text: str
    """Sign and digits, such as ``+0001.250``."""
    unit: str


@attrs.frozen
class OutOfRange:
    """The load is more than the scale can weigh, or less."""

    below: bool


@attrs.frozen
class Refused:
    """A command was not done."""

    code: str


@attrs.frozen
class Acknowledged:
    """A command was heard, or has been done."""


Message = Weighed | OutOfRange | Refused | Acknowledged


class StandardFormat(FrameCodec[Message]):
    """Reads the scale's lines. They end by CR; the LF that most scales add means nothing."""

    starts = re.compile(rb"[SUQOE\x06]")
    length_max = 24
    blank = b"\n"

    def frame(self, data: bytes, at: int) -> tuple[int, Message | None]:
        """Return the length of the line at ``at``, and its message."""
        end = data.find(b"\r", at, at + self.length_max)
        if end < 0:
            return MORE, None
        message = _message(data[at:end])
        return (end + 1 - at if message else 1), message


def reading_of(message: Weighed | OutOfRange) -> Reading:
    """Return what the scale says of its platter."""
    if isinstance(message, OutOfRange):
        return Reading(Load.UNDER_ZERO if message.below else Load.OVERLOAD)
    if message.unit not in UNITS:
        return Reading(Load.NOT_READY, detail=f"it shows pieces or per cent: {message.unit}")
    weight = weight_of(message.text, message.unit)
    return at_rest(weight) if message.header == "ST" else Reading(Load.MOTION, weight)


def _message(line: bytes) -> Message | None:
    if line == b"\x06":
        return Acknowledged()
    if found := _WEIGHED.fullmatch(line):
        header, text, unit = (part.decode("ascii") for part in found.groups())
        return Weighed(header, text, unit.strip())
    if found := _OVER.fullmatch(line):
        return OutOfRange(found[1] == b"-")
    if found := _ERROR.fullmatch(line):
        return Refused(found[1].decode("ascii"))
    return None

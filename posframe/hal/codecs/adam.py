"""Adam AZextra: ``P CR LF`` asks, and a line with the weight answers, if there is a new one.

Its label format decides what a line looks like. Only a line that is a weight and nothing else is
taken: of labels with gross, tare, net and totals, the wrong one could be sold.
"""

from __future__ import annotations

import re

import attrs

from posframe.hal.codecs.framing import MORE, FrameCodec
from posframe.hal.weights import Weight, weight_of

WEIGH = b"P\r\n"
TARE = b"T\r\n"
ZERO = b"Z\r\n"

_LINE = re.compile(rb"([^\n]{1,62})\n")
_PRINTED = re.compile(rb"[ -~]+")
_WEIGHT = re.compile(r" *([+-]? *\d{1,6}(?:\.\d{1,4})?) *(kg|g|lb|oz) *", re.IGNORECASE)


@attrs.frozen
class Weighed:
    """A new weight."""

    weight: Weight


@attrs.frozen
class OtherText:
    """A line that is no weight alone."""

    text: str


Message = Weighed | OtherText


class AdamCodec(FrameCodec[Message]):
    """Reads the scale's lines."""

    starts = re.compile(rb"[^\r\n]")
    length_max = 64
    blank = b"\r\n"

    def frame(self, data: bytes, at: int) -> tuple[int, Message | None]:
        """Return the length of the line at ``at``, and its message.

        One damaged character spoils its whole line: what follows it may be half a number.
        """
        found = _LINE.match(data, at)
        if found is None:
            return MORE, None
        line = found[1].rstrip(b"\r")
        if not _PRINTED.fullmatch(line):
            return found.end() - at, None
        text = line.decode("ascii")
        weight = _WEIGHT.fullmatch(text)
        message = Weighed(weight_of(weight[1], weight[2].lower())) if weight else OtherText(text)
        return found.end() - at, message

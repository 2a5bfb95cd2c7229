"""Mettler-Toledo 8217 (and 8213): one letter asks, ``STX … CR`` answers. 7 bits, even parity.

It has no checksum: a wrong bit is seen by the parity alone, which is the line's business. What the
line marks as damaged is no character of seven bits, and breaks the frame here.
"""

from __future__ import annotations

import re

import attrs

from posframe.hal.codecs.framing import MORE, FrameCodec
from posframe.hal.weights import Load, Reading, Weight, at_rest, weight_of

WEIGH = b"W"
ZERO = b"Z"
TARE_PLATTER = b"T\r"
TARE_CLEAR = b"C"
ECHO_ON = b"E"
ECHO_OFF = b"F"
TEST_START = b"A"
TEST_RESULT = b"B"
TARE_MAX = 99_999
"""Largest tare that can be sent, in the last digit: 99.999 kg."""

MOTION = 0x01
OVER_CAPACITY = 0x02
UNDER_ZERO = 0x04
OUTSIDE_ZERO_RANGE = 0x08
CENTRE_OF_ZERO = 0x10
NET = 0x20
ALWAYS = 0x40
TEST_PASSED = 0x40
TEST_NOT_RUN = 0x00

_TESTS = {0x02: "NOVRAM", 0x04: "memory", 0x08: "processor memory", 0x10: "program memory"}
_WEIGHT = re.compile(rb"\x02( {0,3}\d{1,3}\.\d{2,3})(N?)\r")
_STATUS = re.compile(rb"\x02\?([\x00@-\x7f])\r")
_LETTER = re.compile(rb"\x02([A-Z]?)\r")


@attrs.frozen
class Weighed:
    """A weight at rest, in kilograms with three decimals or pounds with two."""

    weight: Weight
    net: bool = False


@attrs.frozen
class Status:
    """The status byte: why there is no weight, what became of a command, or of the self-test."""

    bits: int


@attrs.frozen
class Heard:
    """The scale has heard a command: ``E``, ``F``, or the start of a test (no letter)."""

    letter: str


@attrs.frozen
class Echo:
    """The text the scale was given in echo mode, come back."""


Message = Weighed | Status | Heard | Echo


class Mt8217Codec(FrameCodec[Message]):
    """Reads the scale's answers."""

    starts = re.compile(rb"\x02")
    length_max = 12

    def __init__(self) -> None:
        super().__init__()
        self._echo = b""

    def expect_echo(self, text: bytes) -> None:
        """Take ``text`` for an `Echo` from now on; empty: no longer."""
        self._echo = text
        self.starts = re.compile(b"\x02|" + re.escape(text[:1]) if text else b"\x02")

    def frame(self, data: bytes, at: int) -> tuple[int, Message | None]:
        """Return the length of the frame at ``at``, and its message."""
        if data[at] != 0x02:
            return self._echoed(data, at)
        for form, made in _FORMS:
            found = form.match(data, at)
            if found is not None:
                return found.end() - at, made(found)
        return (1 if b"\r" in data[at + 1 : at + self.length_max] else MORE), None

    def _echoed(self, data: bytes, at: int) -> tuple[int, Message | None]:
        seen = data[at : at + len(self._echo)]
        if seen == self._echo:
            return len(seen), Echo()
        return (MORE if self._echo.startswith(seen) else 1), None


def tare_request(digits: int | None) -> bytes:
    """Return the command that takes off ``digits`` of the last decimal; None: what lies there."""
    if digits is None:
        return TARE_PLATTER
    assert 0 <= digits <= TARE_MAX, f"a tare has five digits, not {digits}"
    return b"T%05d\r" % digits if digits else TARE_CLEAR


def reading_of(message: Weighed | Status) -> Reading:
    """Return what the scale says of its platter."""
    if isinstance(message, Weighed):
        return at_rest(message.weight, net=message.net)
    bits = message.bits
    for mask, load in _LOADS:
        if bits & mask:
            return Reading(load, net=bool(bits & NET))
    # Nothing is in the way, and yet no weight: it was given already (seen with field models).
    return Reading(Load.SAME, net=bool(bits & NET))


def failed_tests(bits: int) -> tuple[str, ...]:
    """Return what the self-test found broken."""
    return tuple(words for mask, words in _TESTS.items() if bits & mask)


_LOADS = (
    (OVER_CAPACITY, Load.OVERLOAD),
    (MOTION, Load.MOTION),
    (UNDER_ZERO, Load.UNDER_ZERO),
    (CENTRE_OF_ZERO, Load.ZERO),
    (OUTSIDE_ZERO_RANGE, Load.NOT_READY),
)


def _weighed(found: re.Match[bytes]) -> Message:
    text = found[1].decode("ascii")
    unit = "kg" if len(text.partition(".")[2]) == 3 else "lb"
    return Weighed(weight_of(text, unit), net=bool(found[2]))


def _status(found: re.Match[bytes]) -> Message:
    return Status(found[1][0])


def _heard(found: re.Match[bytes]) -> Message:
    return Heard(found[1].decode("ascii"))


_FORMS = ((_WEIGHT, _weighed), (_STATUS, _status), (_LETTER, _heard))

"""CAS AP, AD, PD, SW, and Ohaus "CAS": ENQ, ACK, then DC1 or DC2 for a block with a checksum."""

from __future__ import annotations

import functools
import operator
import re

import attrs

from posframe.hal.codecs.framing import MORE, FrameCodec
from posframe.hal.weights import Load, Reading, Weight, at_rest, weight_of

ENQUIRE = b"\x05"
WEIGH = b"\x11"
"""DC1: the weight."""
WEIGH_PRICED = b"\x12"
"""DC2: the amount, the weight and the unit price."""
ACK = 0x06
NAK = 0x15
SOH = 0x01

_PLAIN = re.compile(rb"\x01\x02(.{10})(.)\x03\x04", re.DOTALL)
_PRICED = re.compile(rb"\x01\x02(.{8})(.)\x03\x02(.{10})(.)\x03\x02(.{8})(.)\x03\x04", re.DOTALL)
_PLAIN_BYTES = 15
_PRICED_BYTES = 37
_WEIGHT = re.compile(rb"([SU])([ \-F])([ -~]{6})(kg|lb|oz|g | g)", re.IGNORECASE)
_PRICE = re.compile(rb"[ \d.]{8}")
_DIGITS = re.compile(r" *\d{1,5}(?:\.\d{1,4})?")


@attrs.frozen
class Ready:
    """ACK: there is something to ask for."""


@attrs.frozen
class NotReady:
    """NAK: ask again."""


@attrs.frozen
class Damaged:
    """A block whose checksum is wrong: nothing of it may be used."""


@attrs.frozen
class Weighed:
    """What lies on the platter, and what it costs where that was asked for."""

    stable: bool
    sign: str
    """A space, ``-``, or ``F`` when the scale is overloaded."""
    weight: Weight | None
    price_minor: int | None = None
    amount_minor: int | None = None


Message = Ready | NotReady | Damaged | Weighed


class CasCodec(FrameCodec[Message]):
    """Reads the scale's answers. Its checksum can be any byte: blocks are told by their length."""

    starts = re.compile(rb"[\x01\x06\x15]")
    length_max = _PRICED_BYTES

    def frame(self, data: bytes, at: int) -> tuple[int, Message | None]:
        """Return the length of the frame at ``at``, and its message."""
        if data[at] != SOH:
            return 1, Ready() if data[at] == ACK else NotReady()
        head = data[at + 1 : at + 3]
        if not _HEAD.match(head):
            return 1, None
        if len(head) < 2:
            return MORE, None
        length, form = _shape(head)
        if len(data) - at < length:
            return MORE, None
        found = form.match(data, at)
        message = _message(found) if found else None
        return (1, None) if message is None else (length, message)


def bcc(data: bytes) -> int:
    """Return the checksum of what lies between STX and itself."""
    return functools.reduce(operator.xor, data, 0)


def reading_of(message: Weighed) -> Reading:
    """Return what the scale says of its platter."""
    if message.sign == "F":
        return Reading(Load.OVERLOAD)
    if message.weight is None:
        return Reading(Load.FAULT, detail="it states no weight")
    if not message.stable:
        reading = Reading(Load.MOTION, message.weight)
    else:
        reading = at_rest(message.weight)
    return attrs.evolve(reading, price_minor=message.price_minor, amount_minor=message.amount_minor)


_HEAD = re.compile(rb"\x02?(?:[SUsu]|[ \d.])?\Z")


def _shape(head: bytes) -> tuple[int, re.Pattern[bytes]]:
    """Return length and form of a block by its first character: the status, or a digit."""
    return (_PLAIN_BYTES, _PLAIN) if head[1:] in b"SUsu" else (_PRICED_BYTES, _PRICED)


def _message(found: re.Match[bytes]) -> Message | None:
    fields = found.groups()
    parts = fields[::2]
    if any(bcc(part) != check[0] for part, check in zip(parts, fields[1::2], strict=True)):
        return Damaged()
    weighed = _weighed(parts[len(parts) // 2])
    if weighed is None or len(parts) == 1:
        return weighed
    if not (_PRICE.fullmatch(parts[0]) and _PRICE.fullmatch(parts[2])):
        return None
    return attrs.evolve(weighed, amount_minor=_minor(parts[0]), price_minor=_minor(parts[2]))


def _weighed(data: bytes) -> Weighed | None:
    found = _WEIGHT.fullmatch(data)
    if found is None:
        return None
    status, sign, digits, unit = (field.decode("ascii") for field in found.groups())
    weight = None
    if _DIGITS.fullmatch(digits):
        weight = weight_of(digits, unit.strip().lower())
        weight = attrs.evolve(weight, digits=-weight.digits) if sign == "-" else weight
    return Weighed(status in "Ss", sign.upper(), weight)


def _minor(price: bytes) -> int:
    """Return a price in minor units: the scale shows as many decimals as its currency has."""
    digits = price.translate(None, b" .")
    return int(digits) if digits else 0

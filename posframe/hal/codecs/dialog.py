"""Checkout-Dialog 02, 04 and 06 (Mettler, Bizerba, Dibal, Ohaus): records between EOT STX and ETX.

The host sends a unit price, the scale says ACK; ``EOT ENQ`` asks for the result. Dialog 06 also has
the host prove at times that its program is the approved one, see `dialog_approval`. 7 bits, odd
parity, no checksum.
"""

from __future__ import annotations

import re
import unicodedata

import attrs

from posframe.hal.codecs.framing import MORE, FrameCodec
from posframe.hal.codecs.transliteration import TRANSLITERATIONS
from posframe.hal.weights import Load, Reading, Weight, at_rest

EOT = b"\x04"
"""Ends each exchange."""
ENQUIRE = b"\x04\x05"
"""EOT ENQ: the result, please."""
STATUS_REQUEST = b"\x04\x0208\x03"
PRICE_MAX = 999_999
TARE_MAX = 9_999
TEXT_LENGTH = 13

IN_MOTION = "20"
NOT_FINISHED = "22"
PENDING = frozenset({IN_MOTION, NOT_FINISHED})
"""The weighing goes on: the result can be asked for again. All else begins with the price."""

_ACK = 0x06
_NAK = 0x15
_RESULT = re.compile(rb"\x0202\x1b([0-3])\x1b(\d{5})\x1b(\d{5,6})\x1b(\d{6})\x03")
_STATUS = re.compile(rb"\x0209\x1b(\d{2})\x03")
_APPROVAL = re.compile(rb"\x0211\x1b(?:2([0-9A-Fa-f]{2})|([01])(?:[0-9A-Fa-f]{2})?)\x03")
_UNITS = {
    # Decimals in pounds as the status names its steps; unverified on a real device.
    b"1": (2, "lb"),
    b"2": (3, "lb"),
    b"3": (3, "kg"),
}


@attrs.frozen
class Offer:
    """What the scale is to weigh for: a unit price in minor units, a tare, a text to show."""

    price_minor: int
    tare: int = 0
    """In the last digit the scale shows: grams where it weighs in kilograms."""
    text: str = ""


@attrs.frozen
class Taken:
    """ACK: the record was understood."""


@attrs.frozen
class Refused:
    """NAK: it was not, or there is no result; the status says why."""


@attrs.frozen
class Result:
    """Record 02: weight, unit price and amount."""

    weight: Weight | None
    """None: it weighs in pounds and ounces, which are no decimal number."""
    price_minor: int
    amount_minor: int


@attrs.frozen
class StatusCode:
    """Record 09: why there is no result."""

    code: str


@attrs.frozen
class ProofWanted:
    """Record 11 from a Dialog 06 scale: checksums, turned by these two numbers, or no weight."""

    turn: int
    """One byte: the checksums by its high half, the correction values by its low half."""


@attrs.frozen
class ProofJudged:
    """Record 11: whether the checksums were right."""

    valid: bool


Message = Taken | Refused | Result | StatusCode | ProofWanted | ProofJudged


class DialogCodec(FrameCodec[Message]):
    """Reads the scale's answers."""

    starts = re.compile(rb"[\x02\x06\x15]")
    length_max = 32

    def frame(self, data: bytes, at: int) -> tuple[int, Message | None]:
        """Return the length of the frame at ``at``, and its message."""
        if data[at] in {_ACK, _NAK}:
            return 1, Taken() if data[at] == _ACK else Refused()
        for form, made in _FORMS:
            found = form.match(data, at)
            if found is not None:
                return found.end() - at, made(found)
        return (1 if b"\x03" in data[at : at + self.length_max] else MORE), None


def offer_record(offer: Offer) -> bytes:
    """Return record 01, 03, 04 or 05: a unit price, with a tare or a text or both."""
    assert 0 <= offer.price_minor <= PRICE_MAX, f"six digits of price, not {offer.price_minor}"
    assert 0 <= offer.tare <= TARE_MAX, f"four digits of tare, not {offer.tare}"
    price, tare, text = b"%06d" % offer.price_minor, b"%04d" % offer.tare, _text(offer.text)
    if offer.tare and offer.text:
        return _record(b"05", price, tare, text)
    if offer.text:
        return _record(b"04", price, text)
    return _record(b"03", price, tare) if offer.tare else _record(b"01", price, b"")


def checksum_record(pairs: tuple[tuple[int, int], ...]) -> bytes:
    """Return record 10: one to five pairs of a checksum and its correction value.

    They follow one another without separators; unverified on a real device.
    """
    assert 1 <= len(pairs) <= 5, f"one to five pairs, not {len(pairs)}"
    return _record(b"10", b"".join(b"%04X%04X" % pair for pair in pairs))


def reading_of(message: Result | StatusCode, *, net: bool = False) -> Reading:
    """Return what the scale says of its platter.

    Its results vouch for a load that was moved: for any other it answers 21.
    """
    if isinstance(message, StatusCode):
        load, words = LOADS.get(message.code, (Load.FAULT, "unknown"))
        detail = f"{words} (code {message.code})" if load is Load.FAULT else ""
        return Reading(load, net=net, detail=detail)
    if message.weight is None:
        return Reading(Load.FAULT, detail="it weighs in pounds and ounces, switch it over")
    return attrs.evolve(
        at_rest(message.weight, net=net, moved=True),
        price_minor=message.price_minor,
        amount_minor=message.amount_minor,
    )


LOADS = {
    "00": (Load.NOT_READY, "no error"),
    "01": (Load.FAULT, "general error"),
    "02": (Load.FAULT, "parity error or too many characters"),
    "10": (Load.FAULT, "it does not know this record"),
    "11": (Load.FAULT, "it refuses the unit price"),
    "12": (Load.FAULT, "it refuses the tare"),
    "13": (Load.FAULT, "it refuses the text"),
    IN_MOTION: (Load.MOTION, ""),
    "21": (Load.SAME, ""),
    NOT_FINISHED: (Load.NOT_READY, ""),
    "30": (Load.BELOW_MINIMUM, ""),
    "31": (Load.UNDER_ZERO, ""),
    "32": (Load.OVERLOAD, ""),
}
"""What each status code means."""


def _record(number: bytes, *fields: bytes) -> bytes:
    return b"\x04\x02" + b"\x1b".join((number, *fields)) + b"\x03"


def _text(text: str) -> bytes:
    """Return ``text`` in the 13 characters of a scale's display, in ASCII."""
    plain = unicodedata.normalize("NFKD", "".join(TRANSLITERATIONS.get(c, c) for c in text))
    shown = "".join(c for c in plain if " " <= c <= "~")
    return shown[:TEXT_LENGTH].ljust(TEXT_LENGTH).encode("ascii")


def _result(found: re.Match[bytes]) -> Message:
    decimals, unit = _UNITS.get(found[1], (0, ""))
    weight = Weight(int(found[2]), decimals, unit) if unit else None
    return Result(weight, int(found[3]), int(found[4]))


def _status(found: re.Match[bytes]) -> Message:
    return StatusCode(found[1].decode("ascii"))


def _approval(found: re.Match[bytes]) -> Message:
    return ProofWanted(int(found[1], 16)) if found[1] else ProofJudged(found[2] == b"1")


_FORMS = ((_RESULT, _result), (_STATUS, _status), (_APPROVAL, _approval))

"""Bitmaps (BMPs), the numbered fields of ZVT messages: each number says how long its value is.

A number that is not in the table has no known length, so nothing behind it can be read. Fields that
hold card data are dropped here; of a card's number only the last four digits go on.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from posframe_payments.zvt.bcd import packed
from posframe_payments.zvt.card_data import last_four
from posframe_payments.zvt.containers import Tlv, length_bytes, read_container, read_length

AMOUNT, CONTAINER, TRACE, TIME, DATE = 0x04, 0x06, 0x0B, 0x0C, 0x0D
STATUS_BYTE, CARD_NUMBER, RESULT, TERMINAL, MERCHANT = 0x19, 0x22, 0x27, 0x29, 0x2A
ORIGINAL_TRACE, ATTRIBUTE, TEXT, CURRENCY, TOTALS = 0x37, 0x3B, 0x3C, 0x49, 0x60
RECEIPT, TURNOVER, CARD_TYPE, CARD_NAME, NETWORK_CARD, HOST_RESULT = (
    0x87, 0x88, 0x8A, 0x8B, 0x8C, 0xA0,
)  # fmt: skip
TIMEOUT, STATUS_INFORMATIONS_MAX, SERVICE = 0x01, 0x02, 0x03

_LL, _LLL, _TLV = -2, -3, -1
_LL_DIGITS_BYTE = 0xF0
"""Each digit of such a length is the low half of one byte: F1 F9 is 19."""
_LENGTHS = {
    0x01: 1, 0x02: 1, 0x03: 1, 0x04: 6, 0x05: 1, 0x06: _TLV, 0x0B: 3, 0x0C: 3, 0x0D: 2, 0x0E: 2,
    0x17: 2, 0x19: 1, 0x22: _LL, 0x23: _LL, 0x24: _LLL, 0x27: 1, 0x29: 4, 0x2A: 15, 0x2D: _LL,
    0x2E: _LLL, 0x37: 3, 0x3A: 2, 0x3B: 8, 0x3C: _LLL, 0x3D: 3, 0x49: 2, 0x60: _LLL, 0x70: 4,
    0x71: 4, 0x72: 1, 0x73: 1, 0x74: 1, 0x75: 1, 0x87: 2, 0x88: 3, 0x8A: 1, 0x8B: _LL, 0x8C: 1,
    0x9A: _LLL, 0xA0: 1, 0xA7: _LL, 0xAA: 3, 0xAF: _LLL, 0xBA: 5, 0xD0: 1, 0xD1: _LL, 0xD2: 1,
    0xD3: 1, 0xE0: 1, **dict.fromkeys(range(0xE1, 0xE9), _LL), 0xE9: 1, 0xEA: 1, 0xEB: 8, 0xF0: 1,
    **dict.fromkeys(range(0xF1, 0xF9), _LL), 0xF9: 1, 0xFA: 1, 0xFB: 1, 0xFC: 1, 0xFD: 1,
}  # fmt: skip
"""Bytes of each value, or how its length is written. Those of 2D and 2E are unverified."""
SECRET = frozenset({0x0E, 0x17, 0x22, 0x23, 0x24, 0x2D, 0x2E, 0x3A, 0x3D, 0xA7, 0xAF, 0xD1, 0xEB})
"""Card's number, tracks, chip data, expiry, check value, PIN data, password: never kept."""


@attrs.frozen
class Bitmaps:
    """The fields of one message, without those that are secret."""

    values: Mapping[int, bytes] = attrs.field(factory=dict, repr=False)
    parts: tuple[Tlv, ...] = attrs.field(default=(), repr=False)
    """What its container holds."""
    card_last_four: str = ""
    whole: bool = True
    """False: it was cut off, a field is unknown or stands there twice; the rest was left."""


def read_bitmaps(data: bytes) -> Bitmaps:
    """Return the fields in ``data``, as far as they can be read."""
    values: dict[int, bytes] = {}
    parts: tuple[Tlv, ...] = ()
    last, at, seen = "", 0, set()
    while at < len(data):
        number = data[at]
        found = value_at(data, at)
        if found is None or number in seen:
            return Bitmaps(values, parts, last, whole=False)
        value, at = found
        seen.add(number)
        if number == CONTAINER:
            read = read_container(value)
            if read is None:
                return Bitmaps(values, parts, last, whole=False)
            parts = read
        elif number == CARD_NUMBER:
            last = last_four(value)
        elif number not in SECRET:
            values[number] = value
    return Bitmaps(values, parts, last)


def value_at(data: bytes, at: int) -> tuple[bytes, int] | None:
    """Return the value of the field at ``at``, and where the next begins; None: damaged."""
    form = _LENGTHS.get(data[at])
    if form is None:
        return None
    if form >= 0:
        start, length = at + 1, form
    else:
        where = read_length(data, at + 1) if form == _TLV else _digits(data, at + 1, -form)
        if where is None:
            return None
        start, length = where
    end = start + length
    return (bytes(data[start:end]), end) if end <= len(data) else None


def number_field(bitmap: int, number: int) -> bytes:
    """Return a field that holds a number in packed digits."""
    return bytes((bitmap,)) + packed(number, _LENGTHS[bitmap])


def byte_field(bitmap: int, value: int) -> bytes:
    """Return a field of one byte."""
    assert _LENGTHS[bitmap] == 1, f"BMP {bitmap:02X} is no byte"
    return bytes((bitmap, value))


def container_field(*parts: Tlv) -> bytes:
    """Return the field that holds a container."""
    body = b"".join(each.to_bytes() for each in parts)
    return bytes((CONTAINER,)) + length_bytes(len(body)) + body


def _digits(data: bytes, at: int, count: int) -> tuple[int, int] | None:
    digits = data[at : at + count]
    wrong = [each for each in digits if not 0 <= each - _LL_DIGITS_BYTE <= 9]
    if len(digits) < count or wrong:
        return None
    return at + count, int("".join(str(each - _LL_DIGITS_BYTE) for each in digits))

"""A terminal's message as it may be kept: every byte that is or may be card data overwritten.

What is kept word for word is listed; all else keeps its length only. So a message with a field
nobody knows keeps nothing of it.
"""

from __future__ import annotations

from posframe_payments.zvt import bitmaps
from posframe_payments.zvt.apdu import Apdu
from posframe_payments.zvt.card_data import masked_text
from posframe_payments.zvt.containers import Tlv, container, read_container
from posframe_payments.zvt.totals import read_totals

HIDDEN = 0xEE
"""As terminals mask digits themselves."""
_KEPT_TAGS = frozenset({0x09, 0x14, 0x1F07, 0x1F10, 0x1F12, 0x1F16, 0x1F2B})
_KEPT_BYTES_MAX = 4
"""Longer ones are not what they should be: four bytes hold no card number."""
_TEXT_TAGS = frozenset({0x07, 0x43, 0x44, 0x1F17})
_BINARY = frozenset({0x43, bitmaps.ATTRIBUTE})
"""Short enough to be compared as packed digits, too."""
_TEXTS = frozenset({bitmaps.MERCHANT, bitmaps.ATTRIBUTE, bitmaps.TEXT, bitmaps.CARD_NAME})
_KEPT = frozenset({
    bitmaps.AMOUNT, bitmaps.TRACE, bitmaps.TIME, bitmaps.DATE, bitmaps.STATUS_BYTE, bitmaps.RESULT,
    bitmaps.TERMINAL, bitmaps.ORIGINAL_TRACE, bitmaps.CURRENCY, bitmaps.RECEIPT,
    bitmaps.TURNOVER, bitmaps.CARD_TYPE, bitmaps.NETWORK_CARD, bitmaps.HOST_RESULT,
})  # fmt: skip


def masked_message(apdu: Apdu) -> bytes:
    """Return a message whose data are bitmaps, with card data overwritten."""
    return Apdu(apdu.control, _bitmaps(apdu.data)).to_bytes()


def _bitmaps(data: bytes) -> bytes:
    kept, at = b"", 0
    while at < len(data):
        found = bitmaps.value_at(data, at)
        if found is None:
            return kept + _hidden(data[at:])
        value, end = found
        kept += data[at : end - len(value)] + _field(data[at], value)
        at = end
    return kept


def _field(number: int, value: bytes) -> bytes:
    if number in _KEPT or (number == bitmaps.TOTALS and read_totals(value)):
        return value
    if number in _TEXTS:
        return _text(number, value)
    return _container(value) if number == bitmaps.CONTAINER else _hidden(value)


def _container(value: bytes) -> bytes:
    parts = read_container(value)
    return _hidden(value) if parts is None else container(*(_tag(each) for each in parts))


def _tag(part: Tlv) -> Tlv:
    if part.parts:
        return Tlv(part.tag, parts=tuple(_tag(each) for each in part.parts))
    if part.tag in _KEPT_TAGS and len(part.value) <= _KEPT_BYTES_MAX:
        return part
    return Tlv(
        part.tag, _text(part.tag, part.value) if part.tag in _TEXT_TAGS else _hidden(part.value)
    )


def _text(number: int, value: bytes) -> bytes:
    texts = [value.decode("latin-1")] + ([value.hex()] if number in _BINARY else [])
    return value if all(masked_text(each) == each for each in texts) else _hidden(value)


def _hidden(value: bytes) -> bytes:
    return bytes((HIDDEN,)) * len(value)

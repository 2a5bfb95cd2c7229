"""Messages of a card terminal, as facts. What cannot be read is said to be so, never guessed.

06 0F and 06 1E end a command; 04 0F only tells its result so far.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe_payments.zvt import bitmaps
from posframe_payments.zvt.bcd import unpacked
from posframe_payments.zvt.bitmaps import Bitmaps, read_bitmaps
from posframe_payments.zvt.card_data import masked_text
from posframe_payments.zvt.charsets import DEFAULT, charset_of, text_of
from posframe_payments.zvt.containers import Tlv, every
from posframe_payments.zvt.facts import (
    Aborted,
    Completed,
    Intermediate,
    PrintBlock,
    PrintLine,
    ReceiptKind,
    Status,
    Unreadable,
    Unsupported,
)
from posframe_payments.zvt.masking import masked_message
from posframe_payments.zvt.results import doing_words, result_words
from posframe_payments.zvt.totals import read_totals

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe_payments.zvt.apdu import Apdu

INTERMEDIATE, STATUS = b"\x04\xff", b"\x04\x0f"
COMPLETION, ABORT = b"\x06\x0f", b"\x06\x1e"
PRINT_LINE, PRINT_BLOCK = b"\x06\xd1", b"\x06\xd3"

Message = (
    Intermediate | Status | Completed | Aborted | PrintLine | PrintBlock | Unreadable | Unsupported
)

_LINE, _ATTRIBUTE, _CHARSET, _RECEIPT_KIND = 0x07, 0x09, 0x14, 0x1F07
_WORDS_OF_ITS_OWN = 0xFF
"""An intermediate status with this code says in its container what it means."""
_LAST = 0x80
_FEEDS = 0xFF


def read_message(apdu: Apdu, charset: str = DEFAULT) -> Message:
    """Return what a terminal's message says.

    Args:
        apdu: any message but an acknowledgement.
        charset: Python codec of texts without a character set of their own.
    """
    read = _READERS.get(apdu.control)
    return Unsupported(apdu.control.hex(" ").upper()) if read is None else read(apdu, charset)


def _intermediate(apdu: Apdu, charset: str) -> Message:
    if not apdu.data:
        return Unreadable("intermediate status")
    code, timeout = apdu.data[0], apdu.data[1] if len(apdu.data) > 1 else None
    words, customer_words = doing_words(code)
    if code == _WORDS_OF_ITS_OWN:
        own = ", ".join(_lines(read_bitmaps(apdu.data[2:]).parts, charset))
        words, customer_words = (own, own) if own else (words, customer_words)
    return Intermediate(code, words, customer_words, timeout)


def _status(apdu: Apdu, charset: str) -> Message:
    fields = read_bitmaps(apdu.data)
    values, tags = fields.values, {each.tag: each.value for each in every(fields.parts)}
    charset = _charset(fields.parts, charset)
    read: dict[str, Any] = {
        **{name: _byte(values.get(bitmap)) for name, bitmap in _BYTES.items()},
        **{name: _byte(tags.get(tag)) for name, tag in _TAG_BYTES.items()},
        **{name: _number(fields, bitmap) for name, bitmap in _NUMBERS.items()},
        **{name: text_of(values.get(each, b""), charset) for name, each in _TEXTS.items()},
    }
    time, date = _clock(values.get(bitmaps.TIME)), _day(values.get(bitmaps.DATE))
    totals = read_totals(values[bitmaps.TOTALS]) if bitmaps.TOTALS in values else None
    has_totals = totals is not None or bitmaps.TOTALS not in values
    sound = has_totals and time is not None and date is not None and _numbers_read(fields)
    return Status(
        **read,
        words="" if read["result"] is None else result_words(read["result"]),
        terminal=values.get(bitmaps.TERMINAL, b"").hex().upper(),
        application=masked_text(tags.get(_APPLICATION, b"").hex().upper()),
        long_trace=_long_trace(tags.get(_LONG_TRACE, b"")),
        time=time or "",
        date=date or "",
        card_last_four=fields.card_last_four,
        totals=totals,
        whole=fields.whole and sound,
        raw=masked_message(apdu),
    )


def _long_trace(value: bytes) -> int | None:
    """Return a trace number; what is longer is none, and might be a card's number."""
    return unpacked(value) if 0 < len(value) <= _LONG_TRACE_BYTES_MAX else None


def _completed(apdu: Apdu, charset: str) -> Message:
    del charset  # it holds no text
    fields = read_bitmaps(apdu.data)
    return Completed(
        terminal=fields.values.get(bitmaps.TERMINAL, b"").hex().upper(),
        currency=_number(fields, bitmaps.CURRENCY),
        status_byte=_byte(fields.values.get(bitmaps.STATUS_BYTE)),
        whole=fields.whole and _numbers_read(fields),
    )


def _aborted(apdu: Apdu, charset: str) -> Message:
    del charset  # it holds no text
    if not apdu.data:
        return Aborted(code=None, words="it did not say why")
    return Aborted(code=apdu.data[0], words=result_words(apdu.data[0]))


def _print_line(apdu: Apdu, charset: str) -> Message:
    if not apdu.data:
        return Unreadable("print line")
    form, text = apdu.data[0], apdu.data[1:]
    if form == _FEEDS:
        return PrintLine(text="", feeds=text[0] if text else 1)
    return PrintLine(
        text=text_of(text, charset),
        centred=bool(form & 0x40),
        wide=bool(form & 0x20),
        tall=bool(form & 0x10),
        last=bool(form & _LAST) and form != _LAST,
    )


def _print_block(apdu: Apdu, charset: str) -> Message:
    fields = read_bitmaps(apdu.data)
    if not fields.whole:
        return Unreadable("print block")
    kind, ended = ReceiptKind.UNKNOWN, False
    for each in every(fields.parts):
        if each.tag == _RECEIPT_KIND and each.value[-1:] in {b"\x01", b"\x02", b"\x03"}:
            kind = ReceiptKind(each.value[-1])
        ended |= each.tag == _ATTRIBUTE and bool(each.value[:1] and each.value[0] & _LAST)
    return PrintBlock(kind=kind, lines=_lines(fields.parts, charset), ended=ended)


_READERS: dict[bytes, Callable[[Apdu, str], Message]] = {
    INTERMEDIATE: _intermediate,
    STATUS: _status,
    COMPLETION: _completed,
    ABORT: _aborted,
    PRINT_LINE: _print_line,
    PRINT_BLOCK: _print_block,
}


def _lines(parts: tuple[Tlv, ...], charset: str) -> tuple[str, ...]:
    charset = _charset(parts, charset)
    return tuple(text_of(each.value, charset) for each in every(parts) if each.tag == _LINE)


def _charset(parts: tuple[Tlv, ...], otherwise: str) -> str:
    named = [each.value[0] for each in every(parts) if each.tag == _CHARSET and each.value]
    return charset_of(named[-1], otherwise) if named else otherwise


_BYTES = {
    "result": bitmaps.RESULT,
    "host_result": bitmaps.HOST_RESULT,
    "payment_type": bitmaps.STATUS_BYTE,
    "card_type": bitmaps.CARD_TYPE,
    "network_card_type": bitmaps.NETWORK_CARD,
}
_TAG_BYTES = {"verification": 0x1F10, "technology": 0x1F12}
_APPLICATION, _LONG_TRACE = 0x43, 0x1F2B
_LONG_TRACE_BYTES_MAX = 4
_NUMBERS = {
    "amount_minor": bitmaps.AMOUNT,
    "currency": bitmaps.CURRENCY,
    "receipt": bitmaps.RECEIPT,
    "trace": bitmaps.TRACE,
    "original_trace": bitmaps.ORIGINAL_TRACE,
    "turnover": bitmaps.TURNOVER,
}
_TEXTS = {
    "merchant": bitmaps.MERCHANT,
    "authorisation": bitmaps.ATTRIBUTE,
    "card_name": bitmaps.CARD_NAME,
    "text": bitmaps.TEXT,
}


def _byte(value: bytes | None) -> int | None:
    return value[0] if value else None


def _number(fields: Bitmaps, bitmap: int) -> int | None:
    value = fields.values.get(bitmap)
    return None if value is None else unpacked(value)


def _numbers_read(fields: Bitmaps) -> bool:
    """Tell whether what should be digits is."""
    return all(
        _number(fields, each) is not None for each in _NUMBERS.values() if each in fields.values
    )


def _clock(value: bytes | None) -> str | None:
    """Return a time of day; empty where there is none, None where it cannot be one."""
    if value is None:
        return ""
    hour, minute, second = (unpacked(value[at : at + 1]) for at in range(3))
    if hour is None or minute is None or second is None or hour > 23 or max(minute, second) > 59:
        return None
    return f"{hour:02d}:{minute:02d}:{second:02d}"


def _day(value: bytes | None) -> str | None:
    """Return month and day; empty where there are none, None where they cannot be."""
    if value is None:
        return ""
    month, day = unpacked(value[:1]), unpacked(value[1:])
    if month is None or day is None or month > 12 or day > 31:
        return None
    return f"{month:02d}-{day:02d}"

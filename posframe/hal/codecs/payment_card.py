"""Telling payment cards from all other cards, so that a till never holds a payment card's number.

Refusing a loyalty card by mistake costs a customer a moment; holding one payment card's number
brings the whole till under the card schemes' rules. So whatever may be one, is one. Works on
buffers the caller owns, and leaves no copy of their digits behind.
"""

from __future__ import annotations

import re

from posframe.hal.codecs.text_source import wipe

DIGITS_MIN, DIGITS_MAX = 13, 19
_FIRST_DIGITS = b"23456"
"""First digits of travel and entertainment, bank and merchant cards (ISO/IEC 7812)."""
_BETWEEN_DIGITS = b" -./"
_RUN = re.compile(rb"[0-9]{13,}")
# Track layouts are refused whatever their check digit: number^name^…, anything of the banks' format
# B, and number=YYMM and service code, where some readers write "D" for "=".
_TRACKS = (
    re.compile(rb"[0-9]{8,19}\^[^?^]{0,40}\^"),
    re.compile(rb"%B[0-9][^?^]*\^"),
    re.compile(rb"[0-9]{12,19}[=Dd]"),
    re.compile(rb"[0-9]{8,19}[=Dd][0-9]{2}(?:0[1-9]|1[0-2])[0-9]{3}"),
    # A digit that was read as a separator; a payment card's second track has one only.
    re.compile(rb"[0-9]+=[0-9]*=[0-9]{3,}"),
)
# A number of which one character was read badly, and is no digit any more.
_SPOILT = re.compile(rb"[2-6][0-9]*[^0-9=^?;%+\r\n][0-9]*")
_TRACK_3_FORMAT_DIGITS = 2


def may_be_payment_card(text: bytearray, length: int) -> bool:
    """Return whether the first ``length`` bytes of ``text`` may hold a payment card's number."""
    squeezed = bytearray(length)
    try:
        count = _squeeze(text, length, squeezed)
        return (
            any(track.search(squeezed, 0, count) for track in _TRACKS)
            or any(_holds_number(squeezed, *each.span()) for each in _RUN.finditer(squeezed))
            or any(each.end() - each.start() >= DIGITS_MIN for each in _SPOILT.finditer(squeezed))
        )
    finally:
        wipe(squeezed)


def _squeeze(text: bytearray, length: int, into: bytearray) -> int:
    """Copy ``text`` without what people write between digits; return how much is left."""
    count = 0
    for at in range(length):
        if text[at] not in _BETWEEN_DIGITS:
            into[count] = text[at]
            count += 1
    return count


def _holds_number(text: bytearray, start: int, end: int) -> bool:
    """Check a run of digits; a long one may go on behind the number, or have a code before it."""
    if end - start <= DIGITS_MAX:
        return _is_number(text, start, end)
    starts = (start, start + _TRACK_3_FORMAT_DIGITS)
    lengths = range(DIGITS_MIN, DIGITS_MAX + 1)
    return any(_is_number(text, at, at + each) for at in starts for each in lengths)


def _is_number(text: bytearray, start: int, end: int) -> bool:
    if end > len(text) or text[start] not in _FIRST_DIGITS:
        return False
    total = 0
    for place, at in enumerate(range(end - 1, start - 1, -1)):
        digit = text[at] - 0x30
        # Luhn (ISO/IEC 7812-1, annex B): every second digit from the right counts double.
        total += sum(divmod(2 * digit, 10)) if place % 2 else digit
    return total % 10 == 0

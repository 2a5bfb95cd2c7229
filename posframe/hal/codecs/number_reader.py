"""Readers of contactless cards and tags (NFC, RFID) that send nothing but the number.

One card has many numbers: each reader turns bytes, cuts them or writes them in decimals as it was
set. Here they become one number again, so that a card read at two tills is one card. Whoever has
held a card can copy its number: it identifies a member, and authorises nothing.
"""

from __future__ import annotations

import re
from typing import Literal

import attrs

from posframe.hal.codecs.payment_card import may_be_payment_card
from posframe.hal.codecs.text_source import LineCodec, Source
from posframe.hal.facts import CardRead, CardRefused, WireNoise

KIND = "nfc"

Notation = Literal["decimal", "hex", "wiegand"]

_HEX_BYTES_MIN, _HEX_BYTES_MAX = 3, 10
_WIEGAND = re.compile(r"([0-9]{3})[, ]?([0-9]{5})")
_BETWEEN = str.maketrans("", "", " :-")
_USUAL_DECIMALS = 10

PAYMENT = CardRefused("Payment cards are read by the card terminal only")
FOREIGN = CardRefused("The reader sent no card number of the form it is set to")

Message = CardRead | CardRefused


@attrs.frozen(kw_only=True)
class NumberFormat:
    """How a reader writes a card's number, and how the till does."""

    reads: Notation = "decimal"
    """``wiegand``: three digits for one byte and five for two, as in ``213,02000``."""
    digits: int = 0
    """Digits every number has; 0: ten for decimals, any even number for hexadecimal."""
    width_bytes: int = 4
    """Bytes of a number that is written in decimals."""
    reverse: bool = False
    """The reader sends the last byte first."""
    gives: Literal["hex", "decimal"] = "hex"


class NumberCodec(LineCodec[Message]):
    """Lines in, card numbers out; a card that stays is reported once."""

    def __init__(
        self,
        source: Source,
        form: NumberFormat,
        *,
        prefix: str = "",
        ended: bool = True,
        repeat_s: float = 1.0,
    ) -> None:
        """``ended``: each number is followed by CR, LF, Tab or ETX, so that silence ends none."""
        super().__init__(source)
        self._form = form
        self._prefix = prefix
        self._needs_end = ended
        self._repeat_s = repeat_s
        self._last: Message | None = None
        self._last_s = 0.0

    def _read(self, line: str, now_s: float, *, ended: bool) -> list[Message | WireNoise]:
        if self._needs_end and not ended:
            return [WireNoise(len(line))]
        found = self._judge(line.removeprefix(self._prefix))
        again = found == self._last and now_s - self._last_s < self._repeat_s
        self._last, self._last_s = found, now_s
        return [] if again else [found]

    def _judge(self, text: str) -> Message:
        if may_be_payment_card(bytearray(text, "latin-1"), len(text)):
            return PAYMENT
        number = card_number(text, self._form)
        return FOREIGN if number is None else CardRead(number, KIND)


def card_number(text: str, form: NumberFormat) -> str | None:
    """Return a card's number as the till writes it; None where ``text`` has another form."""
    data = _bytes(text.strip(), form)
    if data is None or not any(data):
        return None
    if form.reverse:
        data = data[::-1]
    if form.gives == "hex":
        return data.hex().upper()
    return str(int.from_bytes(data, "big")).zfill(len(str(256 ** len(data) - 1)))


def _bytes(text: str, form: NumberFormat) -> bytes | None:
    """Return the bytes a number stands for, in the order the reader sends them."""
    if form.reads == "wiegand":
        parts = _WIEGAND.fullmatch(text)
        if parts is None or int(parts[1]) > 0xFF or int(parts[2]) > 0xFFFF:
            return None
        return bytes((int(parts[1]),)) + int(parts[2]).to_bytes(2, "big")
    if form.reads == "hex":
        return _from_hex(text.translate(_BETWEEN), form.digits)
    if not (text.isascii() and text.isdecimal()):
        return None
    digits = form.digits or _USUAL_DECIMALS
    fits = len(text) == digits and int(text) < 256**form.width_bytes
    return int(text).to_bytes(form.width_bytes, "big") if fits else None


def _from_hex(text: str, digits: int) -> bytes | None:
    if digits and len(text) != digits:
        return None
    try:
        data = bytes.fromhex(text)
    except ValueError:
        return None
    return data if _HEX_BYTES_MIN <= len(data) <= _HEX_BYTES_MAX else None

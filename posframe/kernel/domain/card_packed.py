"""Card data in bytes off a wire: as text, and packed two digits a byte as terminals send it.

A protocol's codec knows where its card numbers are and masks them itself; this is for what it
missed, and for protocols nobody here knows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from posframe.kernel.domain.card_guard import shown
from posframe.kernel.domain.card_issuers import DIGITS_MIN, lengths_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_BYTES_MIN: Final = (DIGITS_MIN + 1) // 2
_SHOWN_DIGITS: Final = 4
_HIDDEN: Final = "e"
"""For a packed digit that is hidden, as terminals write it themselves."""
_SPACE: Final = str.maketrans("", "", "\t\n\r")
_RUN: Final = re.compile(rf"[0-9]{{{DIGITS_MIN},}}+")
_TRACK_REST: Final = re.compile("d[0-9]{4,30}+f?")
"""What follows the number in track 2 (EMV tag 57): expiry, service code and the issuer's own."""
_TEXT_BYTES_MIN: Final = 10
"""Words in capitals are packed digits too; of a number so many bytes are seldom printable."""
_TEXT: Final = re.compile(rb"[\x20-\x7e]{%d,}+" % _TEXT_BYTES_MIN)


def masked_bytes(data: bytes) -> bytes:
    """Return bytes in the same length with card data masked.

    Digits of text become stars and packed ones 0xE, all but the last four of a number. Item numbers
    (GTIN) stay. Packed digits are looked for where the bytes are no text, and found where they are
    a field: behind its length, or by themselves. Anywhere else amounts, times and receipt numbers
    that stand side by side hold a card's number by chance.
    """
    safe = shown(data)
    return safe if len(data) < _BYTES_MIN or _is_text(data) else _without_packed(safe)


def _is_text(data: bytes) -> bool:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return False
    return len(data) >= _TEXT_BYTES_MIN and text.translate(_SPACE).isprintable()


def _without_packed(data: bytes) -> bytes:
    view = data.hex()
    found = tuple(_packed(view, [text.span() for text in _TEXT.finditer(data)]))
    for start, end in found:
        view = f"{view[:start]}{_HIDDEN * (end - start)}{view[end:]}"
    return bytes.fromhex(view) if found else data


def _packed(view: str, texts: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield which digits of a hex view are to be hidden; ``texts``: which of its bytes are text."""
    from posframe.kernel.domain.card_numbers import Digits  # few tills ever need it

    for run in _RUN.finditer(view):
        digits = Digits(run[0])
        for first in range(run.start(), run.end() - DIGITS_MIN + 1):
            for length in lengths_of(view[first : first + 4]):
                after, place = first + length, first - run.start()
                if after > run.end() or not digits.is_number(place, place + length):
                    continue
                if rest := _TRACK_REST.match(view, after):
                    yield first, rest.end()
                elif _is_field(view, first, after, texts):
                    yield first, after - _SHOWN_DIGITS


def _is_field(view: str, first: int, after: int, texts: list[tuple[int, int]]) -> bool:
    """Tell whether digits are whole bytes, behind their length or with no digits beside them."""
    start, end = first - first % 2, after + after % 2
    if view[start:first] not in {"", "0"} or view[after:end] not in {"", "f", "0"}:
        return False  # half a byte that is no filling: these digits are part of something else
    before, behind = view[max(start - 2, 0) : start], view[end : end + 2]
    if before in _lengths(after - first):
        return True
    is_alone = not before.isdecimal() and (not behind.isdecimal() or behind == "00")
    is_hidden = before == _HIDDEN * 2  # the last digits of a number masked by its sender
    is_words = any(begin <= start // 2 < stop for begin, stop in texts)
    return is_alone and not is_hidden and not is_words


def _lengths(digits: int) -> set[str]:
    """Return how the byte before a field says its length: in bytes, in digits, packed, as ZVT."""
    in_bytes = (digits + 1) // 2
    return {f"{in_bytes:02x}", f"{digits:02x}", f"{digits:02}", f"f{in_bytes % 10}"}

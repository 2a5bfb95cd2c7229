"""Card data in bytes off a wire: as text, and packed two digits a byte as terminals send it.

A protocol's codec knows where its card numbers are and masks them itself; this is for what it
missed, and for protocols nobody here knows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from posframe.kernel.domain.card_guard import shown

if TYPE_CHECKING:
    from posframe.kernel.domain.card_data import Found

_PACKED_BYTES_MIN: Final = 7
"""Of 13 digits."""
_STAR: Final = "e"
"""For a packed digit that is hidden, as terminals write it themselves."""
_FILL: Final = "0f"
"""Digits that fill up the byte of an odd number's first digit, or its last."""
_SHOWN_DIGITS: Final = 4
_SPACE: Final = b"\t\n\r"
_TEXT: Final = re.compile(rb"[\x20-\x7e]{10,}+")
"""Text: read as packed digits, every other line of capitals would hold a card number. Of a number
so many bytes together are seldom printable."""


def masked_bytes(data: bytes) -> bytes:
    """Return bytes in the same length with card data masked.

    Digits of text become stars and packed ones 0xE, all but the last four of a number. Item numbers
    (GTIN) stay. Packed digits are looked for where the bytes are no text.
    """
    safe = shown(data)
    return safe if len(data) < _PACKED_BYTES_MIN or _is_text(data) else _without_packed(safe)


def _is_text(data: bytes) -> bool:
    try:
        return data.translate(None, _SPACE).decode().isprintable()
    except UnicodeDecodeError:
        return False


def _without_packed(data: bytes) -> bytes:
    from posframe.kernel.domain.card_data import find_card_numbers  # few tills ever need it

    view = data.hex()
    for text in _TEXT.finditer(data):
        view = f"{view[: 2 * text.start()]}{'zz' * len(text[0])}{view[2 * text.end() :]}"
    found = [each for each in find_card_numbers(view) if _is_field(view, each)]
    if not found:
        return data
    view = data.hex()
    for each in found:
        end = each.end - (_SHOWN_DIGITS if each.kind == "number" else 0)
        view = f"{view[: each.start]}{_STAR * (end - each.start)}{view[end:]}"
    return bytes.fromhex(view)


def _is_field(view: str, found: Found) -> bool:
    """Tell whether a number stands as a field does: behind its length, or by itself.

    Anywhere else amounts, times and receipt numbers that stand side by side hold one by chance, and
    so do the last digits of a number that is hidden already with what stands behind it.
    """
    start, end = found.start - found.start % 2, found.end + found.end % 2
    if found.start != start and view[start] not in _FILL:
        return False
    if found.kind == "track":
        return True
    digits = found.end - found.start
    before, after = view[max(start - 2, 0) : start], view[end : end + 2]
    in_bytes = (digits + 1) // 2
    # One byte, two packed digits, or the ZVT protocol's way: F0 F8.
    if before in {f"{in_bytes:02x}", f"{digits:02x}", f"{digits:02}", f"f{in_bytes % 10}"}:
        return True
    ends = view[end - 1] in _FILL[1:] if end != found.end else after == "00"
    return before != _STAR * 2 and not before.isdecimal() and (ends or not after.isdecimal())

"""Text in the terminal's character set: code page 437, unless tag 14 of a container names another.

Tag 14 counts the parts of ISO 8859; FE is UTF-8 and FF code page 437 (both unverified on a device).
"""

from __future__ import annotations

import unicodedata

from posframe_payments.zvt.card_data import masked_text

DEFAULT = "cp437"
_ISO_8859_PARTS = frozenset({*range(1, 12), *range(13, 17)})  # there is no part 12
_NAMED = {0xFE: "utf-8", 0xFF: DEFAULT}


def charset_of(code: int, otherwise: str = DEFAULT) -> str:
    """Return the Python codec for a value of tag 14; ``otherwise`` for one that is not known."""
    if code in _ISO_8859_PARTS:
        return f"iso8859-{code}"
    return _NAMED.get(code, otherwise)


def text_of(data: bytes, charset: str) -> str:
    """Return text free of control characters and card numbers, nothing behind its last letter."""
    text = data.decode(charset, errors="replace")
    shown = "".join(" " if unicodedata.category(each) in {"Cc", "Cf"} else each for each in text)
    return masked_text(shown.rstrip())

"""Checks that every payload shares, each with a sentence for whoever set up the shop."""

from __future__ import annotations

import unicodedata

from posframe import DataError

QUOTED_MAX = 40
"""Characters of a refused text that are shown."""
CARD_DIGITS_MIN = 13
"""A payment card's number has so many digits, or more; one may be typed in a wrong field."""


def check_text(text: str, what: str, longest: int, *, shortest: int = 0) -> None:
    """Check a text of one line.

    Raises:
        DataError: it is too long, missing, or holds a line break or another control character.
    """
    if len(text) > longest:
        raise DataError(
            f"{what} {quoted(text)} has {len(text)} characters",
            hint=f"At most {longest} fit into the code: shorten it",
        )
    if len(text) < shortest:
        raise DataError(f"{what} is missing", hint="Fill it in")
    if any(unicodedata.category(each) in {"Cc", "Cs", "Zl", "Zp"} for each in text):
        raise DataError(
            f"{what} {quoted(text)} holds a line break or another character that is not seen",
            hint="Write it on one line",
        )


def quoted(text: str) -> str:
    """Return a refused text for a message, shortened; of what may be a card number, the ends."""
    if sum(map(is_digits, text)) >= CARD_DIGITS_MIN:
        return repr(f"{text[:4]}…{text[-4:]}")
    return repr(text if len(text) <= QUOTED_MAX else f"{text[:QUOTED_MAX]}…")


def is_plain(text: str) -> bool:
    """Return whether a text is letters A to Z and digits only."""
    return text.isascii() and text.isalnum()


def is_digits(text: str) -> bool:
    """Return whether a text is the digits 0 to 9 only."""
    return text.isascii() and text.isdigit()

"""Names and addresses of a Swiss QR-bill, and the characters they may be written in.

Combined addresses (type K) ended in November 2025: they are refused, with the way out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from posframe import DataError
from posframe_payments.qr.wording import check_text, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

ADDRESS_LINES: Final = 7
_STRUCTURED: Final = "S"
_LAST_PLAIN, _LAST_LATIN = 0x7E, 0x17F
_OTHERS: Final = frozenset("ȘșȚț€")


@attrs.frozen(kw_only=True)
class Address:
    """Who is paid, or who pays; checked when made.

    Raises:
        DataError: a field is too long, missing, or holds characters a QR-bill cannot.
    """

    name: str
    street: str = ""
    building: str = ""
    postal_code: str
    """Without the country before it."""
    town: str
    country: str
    """Two letters, ISO 3166-1."""

    def __attrs_post_init__(self) -> None:
        check_characters(self.name, "The name", 70, shortest=1)
        check_characters(self.street, "The street", 70)
        check_characters(self.building, "The building number", 16)
        check_characters(self.postal_code, "The postal code", 16, shortest=1)
        check_characters(self.town, "The town", 35, shortest=1)
        if len(self.country) != 2 or not (self.country.isascii() and self.country.isupper()):
            raise DataError(
                f"{quoted(self.country)} is not a country", hint="Write two capitals, as in CH"
            )

    @classmethod
    def read(cls, lines: Sequence[str], who: str) -> Address:
        """Read an address from its seven lines.

        Raises:
            DataError: it is not a structured address.
        """
        if lines[0] != _STRUCTURED:
            raise DataError(
                f"{who} has no structured address (type {quoted(lines[0])})",
                hint="Street, number, postal code and town go into lines of their own (type S)",
            )
        _, name, street, building, postal_code, town, country = lines
        return cls(
            name=name,
            street=street,
            building=building,
            postal_code=postal_code,
            town=town,
            country=country,
        )

    def lines(self) -> list[str]:
        """Return the address as seven lines."""
        return [
            _STRUCTURED,
            self.name,
            self.street,
            self.building,
            self.postal_code,
            self.town,
            self.country,
        ]


def check_characters(text: str, what: str, longest: int, *, shortest: int = 0) -> None:
    """Check a text of one line in the Latin letters of the guidelines.

    Raises:
        DataError: it is too long, missing, or holds another character.
    """
    check_text(text, what, longest, shortest=shortest)
    for each in text:
        if not _is_allowed(each):
            raise DataError(
                f"{what} {quoted(text)} holds {quoted(each)}, which a QR-bill cannot",
                hint="Write it in Latin letters",
            )


def _is_allowed(character: str) -> bool:
    """Basic Latin, Latin-1 Supplement, Latin Extended-A, and five more; no control characters."""
    code = ord(character)
    return 0x20 <= code <= _LAST_PLAIN or 0xA0 <= code <= _LAST_LATIN or character in _OTHERS

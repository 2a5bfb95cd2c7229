"""JSON of a gateway, read strictly: what is not as it should be is refused whole.

Card data ends here: texts for people have card numbers starred, and a name that could hold a card
number is no name.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from posframe import DataError
from posframe_payments.zvt.card_data import masked_text

BODY_BYTES_MAX: Final = 65_536
AMOUNT_MINOR_MAX: Final = 10**12
WORDS_MAX: Final = 200
LINES_MAX: Final = 200
QR_BYTES_MAX: Final = 2_000
ITEMS_MAX: Final = 100
_NAME = re.compile(r"(?!.*[0-9]{13})[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}")
"""Names go into paths as they are. Thirteen digits in a row could be a card number's first."""
_OURS = re.compile(r"[0-9a-f]{32}-[0-9]{1,6}")
"""A payment of a till: the id of its sale, and a number."""


class Fields:
    """A JSON object; its fields are asked for by name, and further ones are left aside."""

    def __init__(self, found: dict[str, Any]) -> None:
        self._found = found

    def has(self, field: str) -> bool:
        """Tell whether a field is there."""
        return field in self._found

    def name(self, field: str) -> str:
        """Return an identifier; empty: there is none.

        Raises:
            DataError: it is none.
        """
        text = self._text(field)
        if text and not _NAME.fullmatch(text):
            raise not_understood(f"its {field} is no name")
        return text

    def needed_name(self, field: str) -> str:
        """Return an identifier that has to be there.

        Raises:
            DataError: it is not, or it is none.
        """
        text = self.name(field)
        if not text:
            raise not_understood(f"it has no {field}")
        return text

    def payment(self, field: str) -> str:
        """Return a till's id of a payment, which has to be there.

        Raises:
            DataError: it is not, or it is none.
        """
        text = self._text(field)
        if not _OURS.fullmatch(text):
            raise not_understood(f"its {field} is no payment's")
        return text

    def words(self, field: str) -> str:
        """Return words for a person, with card numbers starred.

        Raises:
            DataError: they are no text.
        """
        return masked_text(self._text(field))[:WORDS_MAX]

    def scanned(self, field: str) -> str:
        """Return the data of a QR code as they are; empty: there are none.

        Raises:
            DataError: they fit none.
        """
        text = self._text(field)
        if len(text.encode()) > QR_BYTES_MAX or not (text.isprintable() or not text):
            raise not_understood(f"its {field} fits no QR code")
        return text

    def minor(self, field: str) -> int | None:
        """Return an amount in minor units; None: there is none.

        Raises:
            DataError: it is no whole number, below zero, or more than was ever taken.
        """
        found = self._found.get(field)
        if found is None:
            return None
        if type(found) is not int or not 0 <= found <= AMOUNT_MINOR_MAX:
            raise not_understood(f"its {field} is no amount")
        return found

    def whole(self, field: str) -> int | None:
        """Return a whole number of either sign; None: there is none.

        Raises:
            DataError: it is none, or too large.
        """
        found = self._found.get(field)
        if found is None:
            return None
        if type(found) is not int or abs(found) > AMOUNT_MINOR_MAX:
            raise not_understood(f"its {field} is no whole number")
        return found

    def flag(self, field: str) -> bool:
        """Return a truth that has to be there.

        Raises:
            DataError: it is not, or it is something else.
        """
        found = self._found.get(field)
        if type(found) is not bool:
            raise not_understood(f"its {field} is neither true nor false")
        return found

    def lines(self, field: str) -> tuple[str, ...]:
        """Return lines of a slip, with card numbers starred.

        Raises:
            DataError: they are no lines, or too many.
        """
        found = self._items(field, LINES_MAX)
        if not all(isinstance(each, str) for each in found):
            raise not_understood(f"its {field} are no lines")
        return tuple(masked_text(each) for each in found)

    def objects(self, field: str) -> list[Fields]:
        """Return a list of objects; empty: there is none.

        Raises:
            DataError: it is something else, or too long.
        """
        found = self._items(field, ITEMS_MAX)
        if not all(isinstance(each, dict) for each in found):
            raise not_understood(f"its {field} are no objects")
        return [Fields(each) for each in found]

    def object(self, field: str) -> Fields:
        """Return an object that has to be there.

        Raises:
            DataError: it is not.
        """
        found = self._found.get(field)
        if not isinstance(found, dict):
            raise not_understood(f"its {field} is no object")
        return Fields(found)

    def _text(self, field: str) -> str:
        found = self._found.get(field)
        if found is None:
            return ""
        if not isinstance(found, str):
            raise not_understood(f"its {field} is no text")
        return found

    def _items(self, field: str, most: int) -> list[Any]:
        found = self._found.get(field, [])
        if not isinstance(found, list) or len(found) > most:
            raise not_understood(f"its {field} are no list, or too many")
        return found


def read_object(body: bytes) -> Fields:
    """Return the JSON object that a body is.

    Raises:
        DataError: it is none, is too large, or names a field twice.
    """
    if len(body) > BODY_BYTES_MAX:
        raise not_understood("it is too large")
    try:
        found = json.loads(
            body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant
        )
    except (ValueError, RecursionError) as error:
        raise not_understood("it is no JSON") from error
    if not isinstance(found, dict):
        raise not_understood("it is no object")
    return Fields(found)


def not_understood(why: str) -> DataError:
    """Return the refusal of a message, in our own words and none of the message's."""
    return DataError(
        f"The gateway's message is not understood: {why}",
        hint="if this goes on, tell the gateway's support",
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field is there twice: which one counts?")
    return found


def _no_constant(text: str) -> Any:  # noqa: ANN401 - as json wants it
    raise ValueError(f"{text} is no JSON")

"""A JSON object read strictly: what is asked for is there and of its kind, or nothing is read.

Messages name the place and never the value, which may be what is on a card.
"""

from __future__ import annotations

from typing import Any

import attrs

from posframe import ConfigurationError, DataError, Money
from posframe_payments.nexo.exact_json import Number

TEXT_MAX = 2_000
"""Characters of a text that is believed to be one."""
COUNT_DIGITS_MAX = 9


@attrs.frozen
class Table:
    """One object of a message, and where it stands."""

    values: dict[str, Any] = attrs.field(repr=False)
    path: str

    def text(self, name: str) -> str:
        """Return a text that is not empty.

        Raises:
            DataError: there is none.
        """
        found = self.values.get(name)
        if not isinstance(found, str) or not 0 < len(found) <= TEXT_MAX:
            raise self.malformed(name)
        return found

    def word(self, name: str) -> str:
        """Return a text, or an empty one where there is none.

        Raises:
            DataError: it is something else.
        """
        return "" if self.values.get(name) in (None, "") else self.text(name)

    def table(self, name: str) -> Table:
        """Return an object.

        Raises:
            DataError: there is none.
        """
        found = self.values.get(name)
        if not isinstance(found, dict):
            raise self.malformed(name)
        return Table(found, f"{self.path}.{name}")

    def optional(self, name: str) -> Table | None:
        """Return an object, or None where there is none.

        Raises:
            DataError: it is something else.
        """
        return None if self.values.get(name) is None else self.table(name)

    def tables(self, name: str) -> tuple[Table, ...]:
        """Return a list of objects; none where it is left out.

        Raises:
            DataError: it is something else.
        """
        found = self.values.get(name, [])
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise self.malformed(name)
        return tuple(Table(each, f"{self.path}.{name}") for each in found)

    def count(self, name: str) -> int:
        """Return a whole number that is not negative.

        Raises:
            DataError: there is none.
        """
        text = self._number(name)
        if not (text.isascii() and text.isdigit()) or len(text) > COUNT_DIGITS_MAX:
            raise self.malformed(name)
        return int(text)

    def amount_minor(self, name: str, currency: str) -> int:
        """Return an amount in minor units; it is written in major ones, as a number.

        Raises:
            DataError: there is none, it is negative, or finer than the currency.
        """
        text = self._number(name)
        if text.startswith("-"):
            raise self.malformed(name)
        whole, _, fraction = text.partition(".")
        digits = fraction.rstrip("0")  # 1.230 is 1.23
        try:
            return Money.parse(f"{whole}.{digits}" if digits else whole, currency).minor
        except (DataError, ConfigurationError):
            raise self.malformed(name) from None  # its words would quote what was there

    def _number(self, name: str) -> str:
        found = self.values.get(name)
        if not isinstance(found, Number):
            raise self.malformed(name)
        return found.text

    def malformed(self, name: str) -> DataError:
        """Return that a field is not as it should be."""
        return DataError(
            f"The terminal's answer has no right {self.path}.{name}",
            hint="nothing was read from it; its protocol may be another",
        )

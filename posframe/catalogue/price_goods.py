"""The items that the rows of a price list name, and what a list has to know of them."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, Final

import attrs

from posframe.catalogue import schema
from posframe.catalogue.price_lists import UNIT_MILLI
from posframe.catalogue.records import canonical_code
from posframe.catalogue.rows import codes_of
from posframe.errors import DataError
from posframe.kernel.domain.quantity import Unit
from posframe.value import Value

if TYPE_CHECKING:
    from posframe.catalogue.store import Catalogue

_SUGGESTIONS_MAX: Final = 20
"""Unknown SKUs that a near one is looked for: in the file of another shop all are unknown."""
_NEIGHBOURS_MAX: Final = 500
"""SKUs compared with an unknown one."""


@attrs.frozen(eq=False, repr=False)
class Goods(Value):
    """One item."""

    number: int
    """Of its row in the catalogue."""
    sku: str
    unit: Unit
    code_milli: int
    """How much of it the code sells that named it; by SKU, one unit."""
    packs_milli: frozenset[int]
    """How much its codes sell, one unit among them."""


class GoodsFinder:
    """Finds items by SKU or code, as the rows of one file name them."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._connection, self._traits = catalogue.connection, catalogue.traits
        self._suggestions_left = _SUGGESTIONS_MAX

    def by_sku(self, sku: str) -> Goods:
        """Return the item with this SKU.

        Raises:
            DataError: there is none, or a list cannot price it.
        """
        return self._goods("sku = ?", sku, UNIT_MILLI) or self._raise_unknown(sku)

    def by_code(self, code: str) -> Goods:
        """Return the item with this code.

        Raises:
            DataError: there is none, or a list cannot price it.
        """
        known = canonical_code(code)
        found = self._fetch("SELECT quantity_milli FROM code WHERE code = ?", known)
        if not found:
            raise DataError(f"No item has the code {code[:40]}", hint="Import the item first")
        goods = self._goods("id = (SELECT item FROM code WHERE code = ?)", known, found[0][0])
        assert goods is not None, "a code is an item's"
        return goods

    def _goods(self, condition: str, named: str, code_milli: int) -> Goods | None:
        found = self._fetch(_ITEM.format(condition), named)
        if not found:
            return None
        number, sku, traits, codes, is_priced = found[0]
        unit, *_, open_price, _deposit = self._traits.of(traits)
        if open_price:
            raise DataError(
                f"The operator keys the price of {sku}", hint="Take open_price off the item first"
            )
        if not is_priced:
            raise DataError(
                f"{sku} has no price of its own for those the list is not for",
                hint="Import one with the item first",
            )
        packs = frozenset({UNIT_MILLI, *codes_of(codes).values()})
        return Goods(number, sku, unit, code_milli, packs)

    def _raise_unknown(self, sku: str) -> Goods:
        near = ""
        if self._suggestions_left:
            self._suggestions_left -= 1
            near = next(iter(difflib.get_close_matches(sku, self._neighbours(sku), 1)), "")
        hint = f"Did you mean {near}?" if near else "Import the item first"
        raise DataError(f"There is no item with SKU {sku[:40]}", hint=hint)

    def _neighbours(self, sku: str) -> list[str]:
        """Return SKUs that begin alike, those that share the longest beginning first."""
        for length in range(len(sku), -1, -1):
            beginning = sku[:length]
            found = self._fetch(_NEIGHBOURS, beginning, beginning + "\U0010ffff", _NEIGHBOURS_MAX)
            if found:
                return [each for (each,) in found]
        return []

    def _fetch(self, statement: str, *bindings: int | str) -> list[Any]:
        return schema.fetch(self._connection, statement, bindings)


_ITEM: Final = """
SELECT id, sku, traits, codes, EXISTS (SELECT 1 FROM price WHERE price.item = item.id)
FROM item WHERE {}
"""
_NEIGHBOURS: Final = "SELECT sku FROM item WHERE sku >= ? AND sku < ? ORDER BY sku LIMIT ?"

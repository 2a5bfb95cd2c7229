"""What one row of a price list says: its item, its price, and what it takes to get it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.catalogue.price_dates import beginning_us, end_us
from posframe.catalogue.price_goods import Goods, GoodsFinder
from posframe.catalogue.price_lists import UNIT_MILLI, ListPrice, PriceList
from posframe.errors import DataError
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.money import parse_minor
from posframe.kernel.domain.quantity import PIECE, format_milli, parse_milli

if TYPE_CHECKING:
    import zoneinfo
    from collections.abc import Callable

    from posframe.catalogue.store import Catalogue


class CellRefused(Exception):
    """A cell that is wrong."""

    def __init__(self, column: str, error: DataError) -> None:
        super().__init__(column)
        self.column = column
        self.error = error


class PriceRowReader:
    """Reads rows one after the other, remembering those before."""

    def __init__(
        self, catalogue: Catalogue, price_list: PriceList, zone: zoneinfo.ZoneInfo
    ) -> None:
        self._goods = GoodsFinder(catalogue)
        self._list = price_list
        self._zone = zone
        self._currency = catalogue.currency
        self._decimals = exponent(catalogue.currency)
        self._seen: dict[tuple[int, int, int], list[tuple[ListPrice, int]]] = {}

    def read(self, line: int, cells: dict[str, str]) -> tuple[int, ListPrice]:
        """Return number of item and price of a row; raise `CellRefused`."""
        goods = self._read_goods(cells)
        self._check_currency(cells.get("currency", ""))
        pack_milli = self._read_pack(cells, goods)
        price = ListPrice(
            price_list=self._list,
            pack_milli=pack_milli,
            minimum_milli=self._read_minimum(cells, goods),
            per_milli=self._cell(cells, "per", _above_zero, pack_milli),
            price_minor=self._cell(cells, "price", self._price, None),
            valid_from_us=self._cell(cells, "from", lambda t: beginning_us(t, self._zone), None),
            valid_until_us=self._cell(cells, "until", lambda t: end_us(t, self._zone), None),
        )
        self._check_window(cells, price)
        self._check_once(line, goods, price)
        return goods.number, price

    def _cell(
        self,
        cells: dict[str, str],
        column: str,
        parse: Callable[[str], Any],
        default: Any,  # noqa: ANN401 - what an empty cell means
    ) -> Any:  # noqa: ANN401 - as parsed
        text = cells.get(column, "")
        if not text and column != "price":
            return default
        try:
            return parse(text)
        except DataError as error:
            raise CellRefused(column, error) from error

    def _read_goods(self, cells: dict[str, str]) -> Goods:
        sku, code = cells.get("sku", ""), cells.get("code", "")
        if not sku and not code:
            error = DataError("The row names no item", hint="Write its SKU, or one of its codes")
            raise CellRefused("sku" if "sku" in cells else "code", error)
        goods = self._cell(cells, "sku", self._goods.by_sku, None)
        by_code = self._cell(cells, "code", self._goods.by_code, None)
        if goods is not None and by_code is not None and goods.number != by_code.number:
            error = DataError(
                f"The code {code} is of {by_code.sku}, not of {sku}", hint="Take one of them out"
            )
            raise CellRefused("code", error)
        found: Goods = by_code or goods
        return found

    def _check_currency(self, text: str) -> None:
        if text and text != self._currency:
            error = DataError(
                f"The price is in {text[:20]}, the catalogue is in {self._currency}",
                hint="Import the list of this shop's currency",
            )
            raise CellRefused("currency", error)

    def _read_pack(self, cells: dict[str, str], goods: Goods) -> int:
        pack_milli: int = self._cell(cells, "pack", _above_zero, goods.code_milli)
        if pack_milli not in goods.packs_milli:
            known = ", ".join(format_milli(each) for each in sorted(goods.packs_milli))
            error = DataError(
                f"No code of {goods.sku} sells {format_milli(pack_milli)} at once",
                hint=f"Its codes sell: {known}",
            )
            raise CellRefused("pack", error)
        return pack_milli

    def _read_minimum(self, cells: dict[str, str], goods: Goods) -> int:
        minimum_milli: int = self._cell(cells, "min_quantity", _not_negative, 0)
        if goods.unit is PIECE and minimum_milli % UNIT_MILLI:
            error = DataError(f"{goods.sku} is sold by the piece", hint="Write a whole number")
            raise CellRefused("min_quantity", error)
        return minimum_milli

    def _price(self, text: str) -> int:
        if not text:
            raise DataError("The row has no price", hint="Take the row out to end its price")
        minor = parse_minor(text, self._decimals)
        if minor < 0:
            raise DataError(f"The price {text} is below zero", hint="Write a price from 0 on")
        return minor

    def _check_window(self, cells: dict[str, str], price: ListPrice) -> None:
        begin, end = price.valid_from_us, price.valid_until_us
        if begin is not None and end is not None and end <= begin:
            error = DataError(
                f"The price begins {cells['from']} and ends {cells['until']}, which is no time",
                hint="Change one of the dates",
            )
            raise CellRefused("until", error)
        terms = self._list
        if terms.valid_until_us is not None and (begin or 0) >= terms.valid_until_us:
            error = DataError("The price begins when its list has ended", hint="See --until")
            raise CellRefused("from", error)
        if end is not None and end <= (terms.valid_from_us or 0):
            error = DataError("The price ends before its list begins", hint="See --from")
            raise CellRefused("until", error)

    def _check_once(self, line: int, goods: Goods, price: ListPrice) -> None:
        """Refuse a second price for the same goods at the same time: which one is meant?"""
        key = (goods.number, price.pack_milli, price.minimum_milli)
        earlier = self._seen.setdefault(key, [])
        for other, at_line in earlier:
            if _overlap(price, other):
                error = DataError(
                    f"Line {at_line} has a price of {goods.sku} for the same time already",
                    hint="Take one of them out, or end one before the other begins",
                )
                raise CellRefused("", error)
        earlier.append((price, line))


def _overlap(one: ListPrice, other: ListPrice) -> bool:
    return all(
        first.valid_until_us is None or (second.valid_from_us or 0) < first.valid_until_us
        for first, second in ((one, other), (other, one))
    )


def _above_zero(text: str) -> int:
    milli = parse_milli(text)
    if milli <= 0:
        raise DataError(f"{text} is not above zero", hint="Leave the cell empty for the usual")
    return milli


def _not_negative(text: str) -> int:
    milli = parse_milli(text)
    if milli < 0:
        raise DataError(f"{text} is below zero", hint="Leave the cell empty for any quantity")
    return milli

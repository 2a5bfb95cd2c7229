"""What goes into the catalogue and what comes out; storing and finding it are other modules'."""

from __future__ import annotations

from typing import Final

import attrs

from posframe.errors import DataError
from posframe.kernel.domain.identifiers import GTIN_LENGTHS, is_valid_gtin
from posframe.kernel.domain.item import Item
from posframe.kernel.domain.money import MINOR_MAX
from posframe.kernel.domain.quantity import PIECE, Unit

CODE_LENGTH_MAX: Final = 200
"""Characters of a SKU or a code; also the longest scan that is looked at."""
NAME_LENGTH_MAX: Final = 500
"""Characters of a name."""
AGE_MAX_YEARS: Final = 150
POPULARITY_MAX: Final = 2**53


CODE_SEPARATOR: Final = "|"
PACK_SEPARATOR: Final = "*"
"""In lists of codes: ``4006381333931*6|4011``; the first of them sells six of the item."""
_RESERVED: Final = frozenset(CODE_SEPARATOR + PACK_SEPARATOR)


def canonical_code(code: str) -> str:
    """Return a code as it is stored: a valid GTIN in 14 digits, anything else as it stands."""
    return code.zfill(14) if len(code) in GTIN_LENGTHS and is_valid_gtin(code) else code


@attrs.frozen(slots=False)  # without slots it is made twice as fast, and an import makes millions
class ItemCode:
    """One code an item is found by: a GTIN, a PLU or any other text."""

    code: str = attrs.field(converter=canonical_code)
    """A GTIN of any length becomes its 14 digits."""
    quantity_milli: int = 1000
    """How much of the item this code sells: 6000 for the carton of six."""


@attrs.frozen(kw_only=True, slots=False)
class NewItem:
    """One item to be put into the catalogue, whole: what it replaces is forgotten."""

    sku: str
    name: str
    codes: tuple[ItemCode, ...] = ()
    """All of them; a code that is no longer named no longer finds the item."""
    price_minor: int | None = None
    """Price of one unit from now on; None leaves the prices as they are."""
    floor_minor: int = 0
    """The lowest price of one unit that an operator may give it."""
    unit: Unit = PIECE
    brand: str = ""
    department: str = ""
    tax_category: str = "standard"
    minimum_age_years: int = 0
    weighed: bool = False
    open_price: bool = False
    """The operator keys the price, whatever price is stored."""
    deposit_sku: str = ""
    popularity: int = 0
    """How often it sells, by any measure; search shows the popular first."""
    active: bool = True
    """False: kept, but neither found nor sold."""
    learned: bool = False
    """Made at the till from an unknown code; the back office has yet to look at it."""

    @property
    def gtin(self) -> str:
        """The 14-digit GTIN it is best known by, or nothing."""
        return next((entry.code for entry in self.codes if len(entry.code) == 14), "")


@attrs.frozen
class PricePeriod:
    """A price and when it holds, in UTC microseconds; None is an open end."""

    version: int
    minor: int
    valid_from_us: int | None
    valid_until_us: int | None


@attrs.frozen
class Match:
    """The item that an exact code belongs to."""

    item: Item
    code: str
    quantity_milli: int
    """How much of the item the code sells."""


@attrs.frozen
class SearchHit:
    """One line of a search result."""

    item: Item
    code: str
    """The code that was matched, or the best known one."""


def check_item(item: NewItem) -> None:
    """Refuse an item that could never be found, shown or sold.

    Raises:
        DataError: a name or code is empty, too long or holds control characters, or a number is out
            of range.
    """
    check_code(item.sku, "SKU")
    check_name(item.name)
    for noun in ("brand", "department", "tax_category", "deposit_sku"):
        if text := getattr(item, noun):
            check_name(text, noun.replace("_", " "))
    for entry in item.codes:
        _check_entry(entry)
    _check_range(item.price_minor or 0, MINOR_MAX, "a price in minor units")
    _check_range(item.floor_minor, MINOR_MAX, "a price in minor units")
    _check_range(item.minimum_age_years, AGE_MAX_YEARS, "a minimum age in years")
    _check_range(item.popularity, POPULARITY_MAX, "a popularity")


def _check_entry(entry: ItemCode) -> None:
    check_code(entry.code, "code")
    if not _RESERVED.isdisjoint(entry.code):
        raise DataError(f"The code {entry.code!r} holds a sign that lists of codes need")
    if entry.quantity_milli <= 0:
        raise DataError(f"The code {entry.code} sells nothing: give its pack size")


def _check_range(number: int, maximum: int, noun: str) -> None:
    if not 0 <= number <= maximum:
        raise DataError(f"{number} is not {noun}", hint=f"From 0 to {maximum}")


def check_code(text: str, noun: str) -> None:
    """Refuse a SKU or code that is empty, too long or holds what no keyboard or scanner gives."""
    _check_filled(text, noun)
    if len(text) > CODE_LENGTH_MAX:
        raise DataError(f"The {noun} {text[:20]!r}… has more than {CODE_LENGTH_MAX} characters")
    if not text.isprintable():
        raise DataError(f"The {noun} {text[:40]!r} holds characters that cannot be read or keyed")


def check_name(text: str, noun: str = "name") -> None:
    """Refuse a name that is empty, too long or holds characters that cannot be stored."""
    _check_filled(text, noun)
    if len(text) > NAME_LENGTH_MAX:
        raise DataError(f"The {noun} {text[:20]!r}… has more than {NAME_LENGTH_MAX} characters")
    # isprintable first: it is true of nearly every name and runs in C.
    if not text.isprintable() and not all(map(_can_be_stored, text)):
        raise DataError(f"The {noun} {text[:40]!r} holds characters that cannot be stored")


def _check_filled(text: str, noun: str) -> None:
    stripped = text.strip()
    if not stripped:
        raise DataError(f"The {noun} is empty")
    if stripped != text:
        raise DataError(f"The {noun} {text[:40]!r} begins or ends with a blank")


def _can_be_stored(character: str) -> bool:
    """Refuse control characters and halves of characters; odd spaces and marks are as entered."""
    point = ord(character)
    return point >= 0x20 and point != 0x7F and not 0xD800 <= point <= 0xDFFF

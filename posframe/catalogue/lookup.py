"""Find the item a scanned or keyed code means; what a code may mean is `barcodes`'."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posframe.catalogue.barcodes import Reading, ReadingKind, interpret
from posframe.catalogue.embedded import EmbeddedFormat, EmbeddedFormats
from posframe.catalogue.records import CODE_LENGTH_MAX, Match
from posframe.errors import ConfigurationError, DataError
from posframe.kernel.domain.quantity import GRAM, KILOGRAM, Quantity, Unit
from posframe.kernel.domain.views import FoundItem

if TYPE_CHECKING:
    from posframe.catalogue.store import Catalogue
    from posframe.config import BarcodesSection
    from posframe.kernel.domain.item import Item


def find(
    catalogue: Catalogue,
    raw: str,
    at_us: int,
    *,
    aim: str | None = None,
    formats: EmbeddedFormats | None = None,
) -> FoundItem | None:
    """Return the item a code means at a moment, with what the code says of the piece in the hand.

    Raises:
        DataError: the code is malformed, and no item has it as it stands; the message says what to
            do.
    """
    try:
        readings = interpret(raw, aim=aim, formats=formats)
    except DataError:
        # A shop may use numbers that are no GTINs though they have the length of one.
        if (found := _find_as_it_stands(catalogue, raw, at_us)) is not None:
            return found
        raise
    for reading in readings:
        if (match := _match(catalogue, reading, at_us)) is not None:
            return _found(match, reading)
    return None


def formats_of(
    section: BarcodesSection, *, currency: str = "EUR", currency_number: str = "978"
) -> EmbeddedFormats:
    """Return the layouts that a till's configuration gives.

    Raises:
        ConfigurationError: a layout is not possible.
    """
    return EmbeddedFormats(
        formats=tuple(
            EmbeddedFormat(
                prefix=entry.prefix,
                item=_pair(entry.item),
                value=_pair(entry.value),
                kind=entry.kind,
                decimals=entry.decimals,
                inner_check=entry.inner_check,
            )
            for entry in section.embedded
        ),
        prefer_upce=section.prefer_upce,
        currency=currency,
        currency_number=currency_number,
    )


def _pair(places: tuple[int, ...]) -> tuple[int, int]:
    if len(places) != 2:
        raise ConfigurationError(
            f"{list(places)} does not say where digits begin and end", hint="Write two numbers"
        )
    return places[0], places[1]


def _find_as_it_stands(catalogue: Catalogue, raw: str, at_us: int) -> FoundItem | None:
    text = raw.strip()
    if not text or len(text) > CODE_LENGTH_MAX or not text.isprintable():
        return None
    reading = Reading(kind=ReadingKind.SKU, code=text)
    match = _match(catalogue, reading, at_us)
    return None if match is None else _found(match, reading)


def _match(catalogue: Catalogue, reading: Reading, at_us: int) -> Match | None:
    codes = [reading.code]
    if reading.kind is ReadingKind.EMBEDDED:  # 04011 on the label is the shop's 4011
        codes.append(reading.code.lstrip("0"))
    for code in codes:
        match = catalogue.find_code(code, at_us)
        if match is not None:
            return match
        if reading.kind in _OWN_NUMBERS:
            item = catalogue.find_sku(code, at_us)
            if item is not None:
                return Match(item, code, _ONE)
    return None


def _found(match: Match, reading: Reading) -> FoundItem:
    quantity_milli = None if match.quantity_milli == _ONE else match.quantity_milli
    attributes = reading.attributes
    if reading.quantity_milli is not None and reading.unit is not None:
        if _is_sold_by(match.item, reading.unit):
            in_grams = match.item.unit is GRAM and reading.unit is KILOGRAM
            quantity_milli = reading.quantity_milli * (1000 if in_grams else 1)
        else:  # sold by another unit: what the code says is worth knowing, and sells nothing
            measure = str(Quantity(reading.quantity_milli, reading.unit))
            attributes = (*attributes, ("measure", measure))
    return FoundItem(
        item=match.item,
        code=match.code,
        quantity_milli=quantity_milli,
        price_minor=reading.price_minor,
        attributes=attributes,
    )


def _is_sold_by(item: Item, unit: Unit) -> bool:
    return item.unit is unit or (item.unit is GRAM and unit is KILOGRAM)


_ONE: Final = 1000  # thousandths: a code that sells one
_OWN_NUMBERS: Final = {ReadingKind.SKU, ReadingKind.PLU, ReadingKind.EMBEDDED}

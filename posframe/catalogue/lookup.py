"""Find the item a scanned or keyed code means; what a code may mean is `barcodes`'."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.catalogue.barcodes import Reading, ReadingKind, interpret
from posframe.catalogue.embedded import EmbeddedFormat, EmbeddedFormats
from posframe.catalogue.records import CODE_LENGTH_MAX, Match
from posframe.errors import DataError
from posframe.kernel.domain.quantity import GRAM, KILOGRAM
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
        DataError: the code is malformed, and is in the catalogue neither so; the message says what
            to do.
    """
    try:
        readings = interpret(raw, aim=aim, formats=formats)
    except DataError:
        # A shop may use numbers that are no GTINs though they have the length of one.
        return _find_as_it_stands(catalogue, raw, at_us)
    for reading in readings:
        match = _match(catalogue, reading, at_us)
        if match is not None:
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

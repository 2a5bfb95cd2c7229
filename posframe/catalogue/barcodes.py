"""What a scanned or keyed code may mean, the likeliest first; looking it up is `lookup`'s.

The symbology that the scanner names decides, where it does (the AIM identifier, "]E0"). Then length
and check digit decide. Element strings are looked for only where the symbology, a leading FNC1 or
parentheses say so: the thirteen digits of an EAN are one too, with another meaning.
"""

from __future__ import annotations

import enum
import re
from typing import Final

import attrs

from posframe.catalogue import gs1
from posframe.catalogue.embedded import EmbeddedFormat, EmbeddedFormats, to_milli
from posframe.catalogue.records import CODE_LENGTH_MAX
from posframe.errors import DataError
from posframe.kernel.domain.identifiers import (
    GTIN_LENGTHS,
    expand_upce,
    is_valid_gtin,
    to_gtin14,
)
from posframe.kernel.domain.quantity import KILOGRAM, PIECE, Unit

PLU_LENGTH_MAX: Final = 6
"""Digits of a number that operators key for items without a barcode."""

_ELEMENT_SYMBOLOGIES: Final = {"C1", "d2", "Q3", "e0", "J1"}
"""GS1-128, GS1 DataMatrix, GS1 QR Code, GS1 DataBar, GS1 DotCode."""
_EAN13: Final = "E0"  # EAN-13, UPC-A and UPC-E
_EAN13_WITH_ADD_ON: Final = "E3"
_EAN8: Final = "E4"

_AIM: Final = re.compile(r"\]([A-Za-z][0-9A-Za-z])")
_ELEMENTS_AS_PRINTED: Final = re.compile(r"\(\d{2,4}\)")
_LINK: Final = re.compile(r"https?://", re.IGNORECASE)


class ReadingKind(enum.StrEnum):
    """How a code was understood."""

    GTIN = "gtin"
    ISBN = "isbn"
    ISSN = "issn"
    EMBEDDED = "embedded"
    """A code of this shop's scale, see `embedded`."""
    ELEMENTS = "elements"
    LINK = "link"
    PLU = "plu"
    SKU = "sku"


@attrs.frozen(kw_only=True)
class Reading:
    """One thing a code may mean."""

    kind: ReadingKind
    code: str
    """What to look up: a GTIN in its 14 digits, anything else as it stands."""
    gtin: str = ""
    quantity_milli: int | None = None
    unit: Unit | None = None
    """Of the quantity."""
    price_minor: int | None = None
    """Price of what is in the hand."""
    attributes: tuple[tuple[str, str], ...] = ()
    """Batch, expiry and the like, by the names in `gs1`; dates as YYYY-MM-DD."""


def interpret(
    raw: str, *, aim: str | None = None, formats: EmbeddedFormats | None = None
) -> tuple[Reading, ...]:
    """Return what a code may mean, the likeliest first.

    Args:
        raw: What was scanned or keyed.
        aim: The AIM identifier if the scanner gave it apart from the code, such as "]C1".
        formats: The layouts of this shop's own codes.

    Raises:
        DataError: the code is empty, too long, or holds control characters; its check digit is
            wrong; or it is malformed. The message says what to do.
    """
    formats = formats or EmbeddedFormats()
    text, symbology = _split_aim(_checked(raw), aim)
    if _LINK.match(text):
        return (_from_contents(ReadingKind.LINK, gs1.read_link(text, formats)),)
    if _holds_elements(text, symbology):
        return (_from_contents(ReadingKind.ELEMENTS, gs1.read_elements(text, formats)),)
    if gs1.SEPARATOR in text:
        raise _unreadable(text)
    if not (text.isascii() and text.isdigit()):
        return (Reading(kind=ReadingKind.SKU, code=text),)
    return _from_digits(text, symbology, formats)


def _checked(raw: str) -> str:
    """Return the code without the line end that scanners add."""
    if len(raw) > CODE_LENGTH_MAX:
        raise DataError(
            f"The code has {len(raw)} characters; at most {CODE_LENGTH_MAX} are read",
            hint="Scan the barcode of the item instead",
        )
    text = raw.strip(" \t\r\n")
    if not text:
        raise DataError("The code is empty", hint="Scan again, or key the item number")
    # Printable means: no control characters, no marks that turn the direction of text.
    if not text.replace(gs1.SEPARATOR, "").isprintable():
        raise _unreadable(text)
    return text


def _unreadable(text: str) -> DataError:
    return DataError(
        f"The code {text[:40]!r} holds characters that no barcode of an item has",
        hint="Scan again, or key the item number",
    )


def _split_aim(text: str, aim: str | None) -> tuple[str, str]:
    if aim:
        return text, aim.removeprefix("]")
    match = _AIM.match(text)
    if match is None:
        return text, ""
    rest = text[match.end() :]
    if not rest:
        raise DataError("The scanner sent no code", hint="Scan again, or key the item number")
    return rest, match[1]


def _holds_elements(text: str, symbology: str) -> bool:
    return (
        symbology in _ELEMENT_SYMBOLOGIES
        or text.startswith(gs1.SEPARATOR)
        or _ELEMENTS_AS_PRINTED.match(text) is not None
    )


def _from_contents(kind: ReadingKind, contents: gs1.Contents) -> Reading:
    return Reading(
        kind=kind,
        code=contents.gtin,
        gtin=contents.gtin,
        quantity_milli=contents.quantity_milli,
        unit=contents.unit,
        price_minor=contents.price_minor,
        attributes=contents.attributes,
    )


def _from_digits(text: str, symbology: str, formats: EmbeddedFormats) -> tuple[Reading, ...]:
    if symbology == _EAN13_WITH_ADD_ON and len(text) > 13:
        code, add_on = text[:13], text[13:]
        readings = _from_gtin(code, formats)
        return tuple(attrs.evolve(one, attributes=(("add_on", add_on),)) for one in readings)
    if len(text) == 8:
        return (*_from_eight(text, symbology, formats), _as_it_stands(text))
    if len(text) in GTIN_LENGTHS:
        return (*_from_gtin(text, formats), _as_it_stands(text))
    readings = [_as_it_stands(text)]
    if len(text) in {6, 7} and (formats.prefer_upce or symbology == _EAN13):
        readings += _from_upce(text)
    return tuple(readings)


def _as_it_stands(text: str) -> Reading:
    kind = ReadingKind.PLU if len(text) <= PLU_LENGTH_MAX else ReadingKind.SKU
    return Reading(kind=kind, code=text)


def _from_eight(text: str, symbology: str, formats: EmbeddedFormats) -> list[Reading]:
    """Read EAN-8 or UPC-E: one in thousand codes is valid as both."""
    ean8 = _from_gtin(text, formats) if is_valid_gtin(text) else []
    upce = _from_upce(text)
    if symbology == _EAN8:
        upce = []
    elif symbology == _EAN13 and upce:
        ean8 = []
    if not ean8 and not upce:
        to_gtin14(text)  # says which digit is wrong
    return [*upce, *ean8] if formats.prefer_upce else [*ean8, *upce]


def _from_upce(text: str) -> list[Reading]:
    try:
        gtin = to_gtin14(expand_upce(text))
    except DataError:
        return []
    return [Reading(kind=ReadingKind.GTIN, code=gtin, gtin=gtin)]


def _from_gtin(text: str, formats: EmbeddedFormats) -> list[Reading]:
    gtin = to_gtin14(text)
    plain = Reading(kind=_kind_of(gtin), code=gtin, gtin=gtin)
    layout = formats.of(gtin[1:]) if gtin[0] == "0" and len(text) != 8 else None
    if layout is None:
        return [plain]
    return [*_from_embedded(gtin[1:], layout, formats), plain]


def _kind_of(gtin: str) -> ReadingKind:
    if gtin.startswith(("0978", "0979")):
        return ReadingKind.ISBN
    return ReadingKind.ISSN if gtin.startswith("0977") else ReadingKind.GTIN


def _from_embedded(code: str, layout: EmbeddedFormat, formats: EmbeddedFormats) -> list[Reading]:
    value = layout.value_of(code)
    price_minor = formats.to_minor(value, layout.decimals) if layout.kind == "price" else None
    quantity_milli = None if layout.kind == "price" else to_milli(value, layout.decimals)
    return [
        Reading(
            kind=ReadingKind.EMBEDDED,
            code=stored,
            quantity_milli=quantity_milli,
            unit={"weight": KILOGRAM, "count": PIECE}.get(layout.kind),
            price_minor=price_minor,
        )
        for stored in layout.codes_of(code)
    ]

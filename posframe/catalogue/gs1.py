"""What a GS1 element string or Digital Link says about the item in the hand; finding it is others'.

Parsing is biip's. It is imported on the first such code, since that takes a tenth of a second. A
Digital Link is a web address that is read and never fetched: what is behind it could be anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from posframe.catalogue.embedded import EmbeddedFormats, to_milli
from posframe.errors import DataError
from posframe.kernel.domain.identifiers import to_gtin14
from posframe.kernel.domain.quantity import KILOGRAM, LITRE, METRE, PIECE, Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from biip.gs1_element_strings import GS1ElementString

SEPARATOR: Final = "\x1d"
"""What scanners send for FNC1, the end of an element of no fixed length."""

_MEASURES: Final = {"310": KILOGRAM, "311": METRE, "315": LITRE}
"""First three digits of the identifiers of net measures; the fourth is the number of decimals."""

_NAMES: Final = {
    "10": "batch",
    "11": "produced",
    "13": "packed",
    "15": "best_before",
    "16": "sell_by",
    "17": "expiry",
    "21": "serial",
    "22": "variant",
    "422": "origin",
}
"""Identifiers that are passed on, and what they are called."""


@attrs.frozen(kw_only=True)
class Contents:
    """What one code says."""

    gtin: str
    quantity_milli: int | None = None
    unit: Unit | None = None
    """Of the quantity."""
    price_minor: int | None = None
    attributes: tuple[tuple[str, str], ...] = ()


def read_elements(text: str, formats: EmbeddedFormats) -> Contents:
    """Read an element string as scanned, or as printed with parentheses.

    Raises:
        DataError: it is malformed, or names no item.
    """
    from biip.gs1_messages import GS1Message

    parse = GS1Message.parse_hri if text.startswith("(") else GS1Message.parse
    return _contents(_parsed(lambda: parse(text.lstrip(SEPARATOR)).element_strings, text), formats)


def read_link(text: str, formats: EmbeddedFormats) -> Contents:
    """Read a Digital Link.

    Raises:
        DataError: it is another web address, is malformed, or names no item.
    """
    from biip.gs1_digital_link_uris import GS1DigitalLinkURI

    return _contents(_parsed(lambda: GS1DigitalLinkURI.parse(text).element_strings, text), formats)


def _parsed(
    parse: Callable[[], Iterable[GS1ElementString]], text: str
) -> dict[str, GS1ElementString]:
    from biip import ParseError

    try:
        return {element.ai.ai: element for element in parse()}
    # A parse error is what odd input should raise; the others are what some of it does raise.
    except (ParseError, ValueError, LookupError, ArithmeticError) as error:
        raise DataError(
            f"The code {text[:60]!r} cannot be read", hint="Scan the barcode of the item instead"
        ) from error


def _contents(elements: dict[str, GS1ElementString], formats: EmbeddedFormats) -> Contents:
    if "01" not in elements:
        raise DataError("The code names no item", hint="Scan the barcode of the item instead")
    quantity_milli, unit = _quantity(elements)
    return Contents(
        gtin=to_gtin14(elements["01"].value),
        quantity_milli=quantity_milli,
        unit=unit,
        price_minor=_price(elements, formats),
        attributes=tuple(
            (_NAMES[ai], element.date.isoformat() if element.date else element.value)
            for ai, element in elements.items()
            if ai in _NAMES
        ),
    )


def _quantity(elements: dict[str, GS1ElementString]) -> tuple[int | None, Unit | None]:
    for ai, element in elements.items():
        if len(ai) == 4 and ai[:3] in _MEASURES:
            return to_milli(int(element.value), int(ai[3])), _MEASURES[ai[:3]]
    if "30" in elements:  # how many pieces are in a pack of no fixed number
        return to_milli(int(elements["30"].value), 0), PIECE
    return None, None


def _price(elements: dict[str, GS1ElementString], formats: EmbeddedFormats) -> int | None:
    for ai, element in elements.items():
        if len(ai) == 4 and ai.startswith("392"):
            return formats.to_minor(int(element.value), int(ai[3]))
        if len(ai) == 4 and ai.startswith("393"):
            number, amount = element.value[:3], element.value[3:]
            if number != formats.currency_number:
                raise DataError(
                    f"The price in the code is in currency {number}; the till sells in"
                    f" {formats.currency} ({formats.currency_number})",
                    hint="Key the item and its price",
                )
            return formats.to_minor(int(amount), int(ai[3]))
    return None

"""What a scanned or keyed code says: ranked readings, the likeliest first.

AIM identifier first, then length and check digit, then GS1 element strings where something says so:
biip also reads a bare EAN-13 as an element string. A link in a code is read, never fetched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import attrs

from posframe.config import EmbeddedEntry
from posframe.errors import DataError
from posframe.kernel.domain.identifiers import (
    GTIN_LENGTHS,
    check_digit,
    expand_upce,
    is_valid_gtin,
)

if TYPE_CHECKING:
    from posframe.config import BarcodesSection

CODE_MAX = 200
SEPARATOR = "\x1d"
"""GS1's FNC1 between element strings, as scanners send it."""
_GS1_AIMS = frozenset({"]C1", "]d2", "]Q3", "]e0", "]J1"})
_EAN8_AIM = "]E4"
_AGAIN = "scan it again, or key the item's number"
_LINKS = ("http://", "https://")
_BATCHES = {"10": "batch", "17": "expiry", "15": "best_before", "21": "serial"}

Kind = Literal["gtin", "upce", "isbn", "issn", "embedded", "gs1", "code"]


@attrs.frozen(kw_only=True)
class Reading:
    """One way to read a code."""

    kind: Kind
    codes: tuple[str, ...]
    """What to look up, in order; GTINs in 14 digits."""
    quantity_milli: int | None = None
    price_minor: int | None = None
    attributes: tuple[tuple[str, str], ...] = ()


@attrs.frozen(kw_only=True)
class BarcodeRules:
    """What a shop's configuration says about codes."""

    prefer_upce: bool = False
    embedded: tuple[EmbeddedEntry, ...] = ()
    exponent: int = 2


@attrs.frozen(kw_only=True)
class Interpretation:
    """All readings of a code, and what is wrong with it should none of them be found."""

    readings: tuple[Reading, ...]
    problem: str = ""
    hint: str = ""


def rules_of(section: BarcodesSection, exponent: int) -> BarcodeRules:
    """Return the rules that ``[barcodes]`` of till.toml states."""
    return BarcodeRules(
        prefer_upce=section.prefer_upce, embedded=section.embedded, exponent=exponent
    )


def interpret(raw: str, rules: BarcodeRules, aim: str = "") -> Interpretation:
    """Return the readings of a code, the likeliest first.

    Args:
        raw: as scanned, with or without its AIM identifier in front, or as keyed.
        rules: the shop's configuration.
        aim: AIM symbology identifier, such as ``]E0``, where the scanner sent one apart.

    Raises:
        DataError: it is no code at all: empty, too long, or with control characters.
    """
    raw = _checked(raw)
    if not aim and raw[:1] == "]" and len(raw) > 3 and raw[1].isalpha():
        aim, raw = raw[:3], raw[3:]
    if raw.lower().startswith(_LINKS):
        return _link(raw, rules)
    if aim in _GS1_AIMS or raw.startswith((SEPARATOR, "(")):
        return _gs1(raw, rules)
    if raw.isascii() and raw.isdigit():
        return _digits(raw, rules, aim)
    return Interpretation(readings=(Reading(kind="code", codes=(raw,)),))


def _checked(raw: str) -> str:
    raw = raw.strip(" ")
    if not raw:
        raise DataError("The code is empty", hint="scan it again")
    if len(raw) > CODE_MAX:
        raise DataError(f"The code has more than {CODE_MAX} characters", hint="scan it again")
    if any((ord(each) < 0x20 and each != SEPARATOR) or 0x7F <= ord(each) < 0xA0 for each in raw):
        raise DataError("The code holds control characters", hint="check the scanner's settings")
    return raw


def _digits(raw: str, rules: BarcodeRules, aim: str) -> Interpretation:
    good = (*_embedded(raw, rules), *_gtins(raw, rules, aim))
    problem, hint = ("", "") if good else _digit_problem(raw)
    readings = (*good, Reading(kind="code", codes=(raw,)))
    return Interpretation(readings=readings, problem=problem, hint=hint)


def _digit_problem(raw: str) -> tuple[str, str]:
    """Say what is wrong with digits that look like a GTIN and are none."""
    if len(raw) in GTIN_LENGTHS and not is_valid_gtin(raw):
        right = check_digit(raw[:-1])
        return f"The check digit of {raw} is {raw[-1]} and should be {right}", _AGAIN
    if len(raw) > 8 and len(raw) not in GTIN_LENGTHS:
        return f"{raw} has {len(raw)} digits; barcodes of goods have 8, 12, 13 or 14", _AGAIN
    return "", ""


def _gtins(raw: str, rules: BarcodeRules, aim: str) -> list[Reading]:
    readings = []
    if len(raw) in GTIN_LENGTHS and is_valid_gtin(raw):
        readings.append(Reading(kind=_kind(raw), codes=(raw.zfill(14),)))
    if len(raw) in {6, 7, 8} and aim != _EAN8_AIM:
        expanded = _expanded(raw)
        if expanded:
            reading = Reading(kind="upce", codes=(expanded.zfill(14),))
            readings.insert(0 if rules.prefer_upce else len(readings), reading)
    return readings


def _kind(raw: str) -> Kind:
    if len(raw) == 13 and raw[:3] in {"978", "979"}:
        return "isbn"
    return "issn" if len(raw) == 13 and raw[:3] == "977" else "gtin"


def _expanded(raw: str) -> str:
    try:
        return expand_upce(raw)
    except DataError:
        return ""


def _embedded(raw: str, rules: BarcodeRules) -> list[Reading]:
    """Read price and weight codes: the shop's own structures, by prefix."""
    if len(raw) not in {12, 13} or not is_valid_gtin(raw):
        return []
    digits = raw.zfill(13)
    return [
        reading
        for entry in rules.embedded
        if digits.startswith(entry.prefix)
        for reading in _embedded_by(digits, entry, rules)
    ]


def _embedded_by(digits: str, entry: EmbeddedEntry, rules: BarcodeRules) -> list[Reading]:
    item, value = digits[slice(*entry.item)], digits[slice(*entry.value)]
    if entry.inner_check:
        inner, value = value[0], value[1:]
        if not _inner_check_fits(value, inner):
            return []
    amount = int(value)
    codes = tuple(dict.fromkeys((item, item.lstrip("0") or "0", f"{entry.prefix}{item}")))
    if entry.kind == "price":
        price = _scaled(amount, entry.decimals, rules.exponent)
        return [Reading(kind="embedded", codes=codes, price_minor=price)]
    decimals = entry.decimals if entry.kind == "weight" else 0
    quantity = _scaled(amount, decimals, 3)
    return [Reading(kind="embedded", codes=codes, quantity_milli=quantity)] if quantity else []


def _inner_check_fits(value: str, inner: str) -> bool:
    """Check the price check digit of GS1 General Specifications 7.9, for 4 and 5 digits."""
    from biip.checksums import gs1_price_weight_check_digit

    try:
        return str(gs1_price_weight_check_digit(value)) == inner
    except ValueError:
        return False


def _scaled(amount: int, decimals: int, wanted: int) -> int:
    """Return ``amount`` with ``decimals`` decimals in units with ``wanted`` of them."""
    if decimals <= wanted:
        return int(amount * 10 ** (wanted - decimals))
    return int(amount // 10 ** (decimals - wanted))


def _link(raw: str, rules: BarcodeRules) -> Interpretation:
    """Read a GS1 Digital Link; a link of another kind is a code like any other."""
    from biip.gs1_digital_link_uris import GS1DigitalLinkURI

    return _parsed(raw, rules, GS1DigitalLinkURI.parse, "a GS1 Digital Link")


def _gs1(raw: str, rules: BarcodeRules) -> Interpretation:
    from biip.gs1_messages import GS1Message

    read = GS1Message.parse_hri if raw.startswith("(") else GS1Message.parse
    return _parsed(raw.lstrip(SEPARATOR), rules, read, "a GS1 code")


def _parsed(raw: str, rules: BarcodeRules, read: Any, noun: str) -> Interpretation:  # noqa: ANN401 - biip's parsers
    from biip import BiipException

    plain = Reading(kind="code", codes=(raw,))
    try:
        elements = read(raw).element_strings
    except BiipException as error:
        reason = str(error).splitlines()[0]
        return Interpretation(
            readings=(plain,),
            problem=f"This is not {noun}: {reason}",
            hint=_AGAIN,
        )
    reading = _of_elements(elements, rules)
    return Interpretation(readings=(reading, plain) if reading else (plain,))


def _of_elements(elements: Any, rules: BarcodeRules) -> Reading | None:  # noqa: ANN401 - biip's list
    codes: tuple[str, ...] = ()
    quantity = price = None
    attributes = []
    for element in elements:
        ai, value = element.ai.ai, element.value
        if ai in {"01", "02"} and not codes:
            codes = (value.zfill(14),)
        elif ai[:3] == "310":
            quantity = _scaled(int(value), int(ai[3]), 3)
        elif ai in {"30", "37"}:
            quantity = int(value) * 1000
        elif ai[:3] == "392":
            price = _scaled(int(value), int(ai[3]), rules.exponent)
        elif ai in _BATCHES:
            attributes.append((_BATCHES[ai], value))
    if not codes:
        return None
    return Reading(
        kind="gs1",
        codes=codes,
        quantity_milli=quantity,
        price_minor=price,
        attributes=tuple(attributes),
    )

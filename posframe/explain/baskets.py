"""Reading a basket of the explain format, docs/formats/explain.md: JSON in, ``Asked`` out."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import attrs

from posframe.explain.asked import Asked, AskedLine
from posframe.explain.reading import Fields, Number, Refused, at_path, shown
from posframe.explain.taxes import read_taxes, taxes_of_line
from posframe.kernel.domain.basket import LINES_MAX, PriceAdjustment
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.rounding import Rounding
from posframe.kernel.domain.tax import RoundAt, TaxPolicy

if TYPE_CHECKING:
    from posframe.kernel.domain.tax import Tax

_KEYS = (
    "currency",
    "moment",
    "tax",
    "taxes",
    "lines",
    "basket_discounts",
    "offers",
    "solve_ms",
    "customer_groups",
    "coupons",
    "tender",
    "fulfilment",
)
_LINE_KEYS = ("id", "sku", "quantity", "unit_price", "discount", "taxes")
LINE_DISCOUNT = "line"
"""The source of a discount on a line, in answers."""
SOLVE_MS_MAX = 60_000
OFFER_DEPTH_MAX = 5


@attrs.frozen(kw_only=True)
class Usual:
    """What holds where a basket does not say."""

    currency: str = ""
    """Empty: a basket must name its own."""
    policy: TaxPolicy = TaxPolicy()
    now_us: int
    timezone: datetime.tzinfo = datetime.UTC
    needs_prices: bool = True
    """True: there is no catalogue that knows them."""


def read_basket(value: Any, usual: Usual) -> Asked:  # noqa: ANN401 - JSON
    """Return what a basket asks for.

    Raises:
        Refused: it cannot be priced as it stands; the path says where.
    """
    fields = Fields(value, "", _KEYS)
    currency = _currency(fields, usual)
    taxes = read_taxes(fields, currency)
    at = _moment(fields, usual)
    lines = _lines(fields, currency, taxes, usual)
    discounts = _discounts(fields, currency)
    offers = _offers(fields)
    _check_ids(fields, [("basket_discounts", each.id) for each in discounts], offers or ())
    return Asked(
        currency=currency,
        at_us=round(at.timestamp()) * 1_000_000 + at.microsecond,
        local_date=at.date().isoformat(),
        policy=_policy(fields, usual.policy),
        lines=lines,
        discounts=discounts,
        offers=offers,
        solve_ms=_solve_ms(fields),
        customer_groups=_names(fields, "customer_groups"),
        coupons=_names(fields, "coupons"),
        tender=fields.text("tender", ""),
        fulfilment=fields.text("fulfilment", ""),
    )


def _currency(fields: Fields, usual: Usual) -> str:
    currency = fields.text("currency", usual.currency or None)
    with at_path("currency"):
        exponent(currency)
    if usual.currency and currency != usual.currency:
        raise Refused(
            "currency",
            f"The basket is in {currency}, the till in {usual.currency}",
            "leave currency out, or name another till",
        )
    return currency


def _moment(fields: Fields, usual: Usual) -> datetime.datetime:
    text = fields.text("moment", "")
    if not text:
        return datetime.datetime.fromtimestamp(usual.now_us // 1_000_000, tz=usual.timezone)
    hint = "write it like 2026-11-21T14:07:00+01:00"
    try:
        found = datetime.datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused("moment", f"{shown(text)} is no moment: {error}", hint) from error
    if "T" not in text.upper() and " " not in text:
        raise Refused("moment", f"{shown(text)} has no time of day", hint)
    if found.tzinfo is None:
        raise Refused("moment", f"{shown(text)} does not say how far it is from UTC", hint)
    if not 1970 < found.year < 9999:
        raise Refused("moment", f"{shown(text)} is out of reach", hint)
    return found


def _policy(fields: Fields, usual: TaxPolicy) -> TaxPolicy:
    if "tax" not in fields:
        return usual
    tax = Fields(fields.raw("tax"), "tax", ("round_at", "rounding"))
    points, rules = [each.value for each in RoundAt], [each.value for each in Rounding]
    return TaxPolicy(
        RoundAt(tax.choice("round_at", points, usual.round_at.value)),
        Rounding(tax.choice("rounding", rules, usual.rounding.value)),
    )


def _lines(
    fields: Fields, currency: str, taxes: dict[str, Tax], usual: Usual
) -> tuple[AskedLine, ...]:
    if "lines" not in fields:
        raise Refused("lines", "lines is missing", 'add "lines": […], one object a line')
    lines: dict[str, AskedLine] = {}
    for place, (value, path) in enumerate(fields.items("lines"), start=1):
        if place > LINES_MAX:
            raise Refused("lines", f"A basket has at most {LINES_MAX:,} lines", "split it")
        line = _line(Fields(value, path, _LINE_KEYS), currency, taxes, usual, str(place))
        if line.id in lines:
            other = lines[line.id].path
            hint = f"give it another: {other} has it too"
            raise Refused(f"{path}.id", f"The id {shown(line.id)} stands twice", hint)
        lines[line.id] = line
    return tuple(lines.values())


def _line(
    fields: Fields, currency: str, taxes: dict[str, Tax], usual: Usual, place: str
) -> AskedLine:
    id_ = fields.text("id", place)
    priced = usual.needs_prices or "unit_price" in fields
    return AskedLine(
        id=id_,
        path=fields.path,
        sku=fields.text("sku", id_ if usual.needs_prices else None),
        quantity_milli=fields.quantity("quantity"),
        unit_price_minor=fields.amount("unit_price", currency) if priced else None,
        discount=_discount(fields, currency),
        taxes=taxes_of_line(fields, taxes),
    )


def _discount(line: Fields, currency: str) -> PriceAdjustment | None:
    if "discount" not in line:
        return None
    fields = Fields(line.raw("discount"), line.at("discount"), ("percent", "amount"))
    return _adjustment(fields, LINE_DISCOUNT, currency)


def _discounts(fields: Fields, currency: str) -> tuple[PriceAdjustment, ...]:
    found = []
    for value, path in fields.items("basket_discounts"):
        each = Fields(value, path, ("id", "percent", "amount"))
        found.append(_adjustment(each, each.text("id"), currency))
    return tuple(found)


def _adjustment(fields: Fields, id_: str, currency: str) -> PriceAdjustment:
    if ("percent" in fields) == ("amount" in fields):
        hint = 'write {"percent": "5"} or {"amount": "1.00"}'
        raise Refused(fields.path, "A discount is a percentage or an amount", hint)
    if "percent" in fields:
        return PriceAdjustment(id_, "percent", fields.percent("percent"), 0, id_)
    return PriceAdjustment(id_, "amount", fields.amount("amount", currency), 0, id_)


def _offers(fields: Fields) -> tuple[dict[str, Any], ...] | None:
    """Return offers as they stand: what each key means is the promotions plugin's to say."""
    if "offers" not in fields:
        return None
    offers = []
    for value, path in fields.items("offers"):
        offer = Fields(value, path, value if isinstance(value, dict) else ())
        offer.text("id")
        for key, each in value.items():
            _check_numbers(each, offer.at(key))
        offers.append({key: each for key, each in value.items() if each is not None})
    return tuple(offers)


def _check_numbers(value: Any, path: str, depth: int = 0) -> None:  # noqa: ANN401 - JSON
    """Refuse a number with a point, or a huge one, wherever it stands."""
    if depth > OFFER_DEPTH_MAX:
        raise Refused(path, "The offer is nested too deeply", "see docs/formats/offers.md")
    if isinstance(value, Number):
        hint = f'write it in quotes: "{value.text[:40]}"'
        raise Refused(path, f"{shown(value)} is a number that is not whole and small", hint)
    children = value.items() if isinstance(value, dict) else ()
    for key, each in children:
        _check_numbers(each, f"{path}.{key}", depth + 1)
    for at, each in enumerate(value if isinstance(value, list) else ()):
        _check_numbers(each, f"{path}[{at}]", depth + 1)


def _check_ids(
    fields: Fields, discounts: list[tuple[str, str]], offers: tuple[dict[str, Any], ...]
) -> None:
    """Refuse an id of two things: an answer could not say which of them saved what."""
    known = {LINE_DISCOUNT: "discounts on lines"}
    named = [*discounts, *(("offers", str(offer["id"])) for offer in offers)]
    places = {"basket_discounts": 0, "offers": 0}
    for key, id_ in named:
        path = f"{fields.at(key)}[{places[key]}]"
        places[key] += 1
        if id_ in known:
            hint = f"give it another: it is the id of {known[id_]}"
            raise Refused(f"{path}.id", f"The id {shown(id_)} stands twice", hint)
        known[id_] = path


def _solve_ms(fields: Fields) -> int | None:
    if "solve_ms" not in fields:
        return None
    return fields.whole("solve_ms", smallest=1, largest=SOLVE_MS_MAX)


def _names(fields: Fields, key: str) -> tuple[str, ...]:
    names = []
    for value, path in fields.items(key):
        if not isinstance(value, str) or not value:
            raise Refused(path, f"{key} holds names in quotes", f"it is {shown(value)} now")
        names.append(value)
    return tuple(names)

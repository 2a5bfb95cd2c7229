"""The answer to a basket: a priced sale as the explain format writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from posframe.explain.reading import Refused
from posframe.kernel.activation import describe
from posframe.kernel.contracts import OfferApplication
from posframe.kernel.domain.basket import Basket, LineItem
from posframe.kernel.domain.explaining import SUMS, trace_of
from posframe.kernel.domain.sharing import basket_shares
from posframe.kernel.domain.totals import LineShare, Totals, shares
from posframe.kernel.domain.trace import TraceStep
from posframe.kernel.domain.views import SaleView

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from posframe.kernel.activation import Hooks
    from posframe.kernel.contracts import PriceRule
    from posframe.kernel.domain.tax import TaxAmount
    from posframe.kernel.domain.transaction import Transaction


def refusal(error: Refused) -> dict[str, Any]:
    """Return the answer to a basket that was refused."""
    return {"error": {"path": error.path, "message": error.message, "hint": error.hint}}


@attrs.frozen
class Priced:
    """A sale as it is answered: what its lines bear, whose the savings are, and every step."""

    basket: Basket
    lines: tuple[tuple[LineItem, LineShare], ...]
    totals: Totals
    steps: tuple[TraceStep, ...]
    deals: tuple[OfferApplication, ...] = ()
    """Which units offers took."""


def priced(sale: Transaction, hooks: Hooks) -> Priced:
    """Return an open sale; the plugins that priced it say which units their offers took."""
    basket, view = sale.basket, SaleView(sale)
    rules = hooks.price_rules if basket.offers else ()
    deals = tuple(deal for plugin, rule in rules for deal in _deals(plugin.name, rule, view))
    lines = tuple((basket.lines[share.number - 1], share) for share in shares(basket))
    return Priced(basket, lines, sale.totals, trace_of(sale), deals)


def answer(found: Priced, ids: Mapping[int, str]) -> dict[str, Any]:
    """Return the answer to a basket; ``ids`` are those of its lines, by their numbers."""
    basket, totals = found.basket, found.totals
    given = _adjustments(basket)
    short_by = sum(row.short_by_minor for row in basket.offers.values())
    return {
        "lines": [
            _line(line, share, ids, given.get(line.number, [])) for line, share in found.lines
        ],
        "taxes": _taxes(totals.taxes),
        "offers": _offers(found, ids),
        "optimal": short_by == 0,
        "short_by": short_by,
        "totals": {
            "list": totals.list_minor,
            "discount": totals.discount_minor,
            "net": totals.net_minor,
            "tax": totals.tax_minor,
            "gross": totals.gross_minor,
        },
        "trace": trace(found.steps, ids),
    }


def trace(steps: Iterable[TraceStep], ids: Mapping[int, str]) -> list[dict[str, Any]]:
    """Return steps as the format writes them; sums are in ``totals`` and are left out."""
    return [
        {
            "step": step.step,
            "source": step.source,
            "inputs": {**({"line": ids[step.line]} if step.line else {}), **dict(step.inputs)},
            "rule": step.rule,
            "rounding": step.rounding,
            "result": step.result_minor,
        }
        for step in steps
        if step.step not in SUMS
    ]


def _deals(plugin: str, rule: PriceRule, view: SaleView) -> tuple[OfferApplication, ...]:
    """Return the deals of a rule that can tell them."""
    try:
        return tuple(getattr(rule, "applications", _untold)(view))
    except Exception as error:
        message = f"The plugin {plugin} failed: {describe(error)}"
        raise Refused("offers", message, "tell its author") from error


def _untold(_sale: SaleView) -> tuple[OfferApplication, ...]:
    return ()


def _line(
    line: LineItem, share: LineShare, ids: Mapping[int, str], offers: list[tuple[str, int]]
) -> dict[str, Any]:
    own = [(each.id, each.minor) for each in line.adjustments]
    return {
        "id": ids[line.number],
        "list": line.list_minor,
        "discount": line.amount_minor + share.basket_minor - line.list_minor,
        "net": share.net_minor,
        "tax": share.gross_minor - share.net_minor,
        "gross": share.gross_minor,
        "taxes": _taxes(share.taxes),
        "adjustments": [
            {"source": source, "amount": minor} for source, minor in (*own, *offers) if minor
        ],
    }


def _adjustments(basket: Basket) -> dict[int, list[tuple[str, int]]]:
    """Return by line what offers, then discounts on the whole basket, take off it."""
    given: dict[int, list[tuple[str, int]]] = {}
    rows = ((row.offer, row.shares) for row in basket.offers.values() if row.shares)
    for source, found in (*rows, *basket_shares(basket)):
        for number, minor in found:
            given.setdefault(number, []).append((source, minor))
    return given


def _taxes(parts: Iterable[TaxAmount]) -> list[dict[str, Any]]:
    return [{"code": part.code, "base": part.base_minor, "amount": part.minor} for part in parts]


def _offers(found: Priced, ids: Mapping[int, str]) -> list[dict[str, Any]]:
    rows = [row for row in found.basket.offers.values() if row.minor]
    deals: dict[str, list[dict[str, Any]]] = {row.offer: [] for row in rows}
    for deal in found.deals:
        deals[deal.offer] += [_deal(deal, found.basket, ids)] * deal.times
    return [
        {"id": row.offer, "saving": -row.minor, "applications": deals[row.offer]} for row in rows
    ]


def _deal(deal: OfferApplication, basket: Basket, ids: Mapping[int, str]) -> dict[str, Any]:
    return {
        "units": [
            {"line": ids[number], "count": _count(basket.lines[number - 1], milli)}
            for number, milli in deal.units
        ],
        "saving": deal.saving_minor,
    }


def _count(line: LineItem, milli: int) -> int:
    """Return units; what is weighed is one."""
    return 1 if line.weighed else milli // 1000

"""Pricing: the stage of every command that changes the basket (design: fold, price, veto, settle).

Offers come from plugins as whole rows; the kernel checks them, reckons discounts on the whole
basket anew, and records differences only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.errors import RuleViolation
from posframe.kernel.domain.events import Repriced
from posframe.kernel.domain.questions import PriceSale, VetoLines
from posframe.kernel.domain.rounding import divide
from posframe.kernel.domain.tender import applied_minor
from posframe.kernel.domain.totals import discountable_minor, totals

if TYPE_CHECKING:
    from collections.abc import Generator

    from posframe.kernel.domain.basket import Basket, OfferRow, PriceAdjustment
    from posframe.kernel.domain.draft import Draft
    from posframe.kernel.domain.tax import TaxPolicy
    from posframe.kernel.domain.views import SaleView

PERCENT_MILLI = 100_000
"""A hundred percent, in thousandths of a percent."""


def reprice(draft: Draft, *changed: int) -> Generator[Any, Any, None]:
    """Price, let plugins object, and check limits, after lines ``changed``."""
    rows = yield PriceSale(draft.view, changed)
    if rows or draft.sale.basket.adjustments:
        _record_differences(draft, rows or ())
    lines = tuple(draft.sale.basket.lines[number - 1] for number in changed)
    yield VetoLines(draft.view, lines)
    _settle(draft)


def percent_of(minor: int, percent_milli: int, policy: TaxPolicy) -> int:
    """Return a percentage of an amount, rounded as the sale rounds its taxes."""
    return divide(minor * percent_milli, PERCENT_MILLI, policy.rounding)


def offer_problem(sale: SaleView, row: OfferRow) -> str:
    """Say what is wrong with a proposed offer row; empty: nothing."""
    if row.minor > 0:
        return f"offer {row.offer!r} adds {row.minor} instead of saving"
    if row.shares and sum(minor for _, minor in row.shares) != row.minor:
        return f"the shares of offer {row.offer!r} do not add up to {row.minor}"
    for number, minor in row.shares:
        line = sale.line(number)
        if line is None or (line.voided and minor):
            return f"offer {row.offer!r} takes line {number}, which is not in the sale"
        if minor > 0 or line.list_minor + minor < 0:
            return f"offer {row.offer!r} takes {-minor} off line {number} of {line.list_minor}"
    return ""


def _record_differences(draft: Draft, rows: tuple[OfferRow, ...]) -> None:
    known = draft.sale.basket.offers
    changed = tuple(row for row in rows if row.minor and known.get(row.offer) != row)
    removed = tuple(row.offer for row in rows if not row.minor and row.offer in known)
    basket = draft.sale.basket.with_offers(changed, removed)
    adjusted = _adjustment_differences(basket)
    if changed or removed or adjusted:
        gross = totals(basket.with_adjustment_minors(adjusted)).gross_minor
        draft.add(Repriced(changed, removed, adjusted, gross))


def _adjustment_differences(basket: Basket) -> tuple[tuple[str, int], ...]:
    """Reckon discounts on the whole basket one after the other, each on what is left."""
    left = discountable_minor(basket) + sum(
        row.minor for row in basket.offers.values() if not row.shares
    )
    changed = []
    for adjustment in basket.adjustments:
        minor = -min(_asked(adjustment, left, basket.policy), max(0, left))
        left += minor
        if minor != adjustment.minor:
            changed.append((adjustment.id, minor))
    return tuple(changed)


def _asked(adjustment: PriceAdjustment, left: int, policy: TaxPolicy) -> int:
    if adjustment.kind == "percent":
        return percent_of(max(0, left), adjustment.value, policy)
    return adjustment.value


def _settle(draft: Draft) -> None:
    gross = draft.sale.totals.gross_minor
    if abs(gross) > draft.settings.total_max_minor:
        raise RuleViolation("The sale would grow too large", hint="finish this one first")
    paid = applied_minor(draft.sale.tenders)
    if draft.sale.applied and (gross - paid) * (1 if paid >= 0 else -1) < 0:
        raise RuleViolation(
            "More is paid already than the sale would come to",
            hint="take back the last tender first",
        )

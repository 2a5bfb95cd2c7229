"""Pricing: the stage of every command that changes the basket (design: fold, price, veto, settle).

Offers come from plugins as whole rows; the kernel checks them, reckons discounts on the whole
basket anew, and records differences only.
"""

from __future__ import annotations

import itertools
from collections import Counter
from typing import TYPE_CHECKING, Any

import attrs

from posframe.errors import RuleViolation
from posframe.kernel.domain.adjusting import asked_minor, readjusted
from posframe.kernel.domain.events import LineChanged, Repriced
from posframe.kernel.domain.listing import relist
from posframe.kernel.domain.questions import PriceSale, VetoLines
from posframe.kernel.domain.tax import TaxPolicy
from posframe.kernel.domain.tender import applied_minor
from posframe.kernel.domain.totals import discountable_minor, gross_minor, totals

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping, Sequence

    from posframe.kernel.domain.basket import Basket, LineItem, OfferRow
    from posframe.kernel.domain.draft import Draft
    from posframe.kernel.domain.views import SaleView


def reprice(draft: Draft, *changed: int, undoing: bool = False) -> Generator[Any, Any, None]:
    """Price, let plugins object, and check limits, after lines ``changed``.

    A sale that is being undone is undone as a whole: nothing but that (``undoing``) changes it.
    """
    if draft.sale.kind == "void" and not undoing:
        raise RuleViolation(
            "A sale is being undone as a whole", hint="give its money back, or cancel that"
        )
    there = draft.sale.basket.lines
    if any(there[number - 1].listed for number in changed):  # most scans are not, and need no more
        changed = yield from relist(draft, changed)
    rows = yield PriceSale(draft.view, changed)
    if rows or draft.sale.basket.adjustments:
        _record_differences(draft, rows or ())
    lines = tuple(draft.sale.basket.lines[number - 1] for number in changed)
    yield VetoLines(draft.view, lines)
    _settle(draft)


def offer_problem(sale: SaleView, rows: Sequence[OfferRow], others: Mapping[str, OfferRow]) -> str:
    """Say what is wrong with the rows of one plugin beside those of ``others``; empty: nothing."""
    if len({row.offer for row in rows}) < len(rows):
        return "two rows are of one offer"
    for row in rows:
        other = others.get(row.offer) or sale.offer(row.offer)
        if other is not None and other.plugin != row.plugin:
            return f"offer {row.offer!r} is of plugin {other.plugin}"
    for row in rows:
        if problem := _row_problem(sale, row):
            return f"offer {row.offer!r} {problem}"
    return ""


def _row_problem(sale: SaleView, row: OfferRow) -> str:
    if not all(type(each) is int for each in (row.minor, *itertools.chain(*row.shares))):
        return "names an amount that is not whole"
    if row.minor > 0:
        return f"adds {row.minor} instead of saving"
    if row.shares and sum(minor for _, minor in row.shares) != row.minor:
        return f"has shares that do not add up to {row.minor}"
    for number, minor in row.shares:
        problem = _share_problem(sale.line(number), minor)
        if problem:
            return f"takes {-minor} off line {number}, {problem}"
    return ""


def _share_problem(line: LineItem | None, minor: int) -> str:
    if line is None or (line.voided and minor):
        return "which is not in the sale"
    if minor and not line.discountable:
        return "which is no goods"
    there = line.discountable_of(line.list_minor)
    if minor > 0 or there + minor < 0:
        taxed = "" if there == line.list_minor else f", of which taxes leave {there}"
        return f"which costs {line.list_minor}{taxed}"
    return ""


def withdrawn(sale: SaleView, plugin: str, changed: tuple[int, ...]) -> dict[str, OfferRow]:
    """Return rows that take away a plugin's offers on the whole sale and on lines ``changed``.

    For a plugin that failed: what it said of lines that are as they were still holds.
    """
    return {
        row.offer: attrs.evolve(row, minor=0, shares=())
        for row in sale.offers
        if row.plugin == plugin
        and (not row.shares or any(number in changed for number, _ in row.shares))
    }


def overdrawn(sale: SaleView, rows: tuple[OfferRow, ...], changed: tuple[int, ...]) -> str:
    """Name an offer that takes more than there is, all those in force counted; empty: none does.

    ``rows`` are what rules propose now, ``changed`` the lines that are not what they were: an offer
    that was right for three pieces and stays for one takes too much as well.
    """
    standing = {row.offer: row for row in sale.offers}
    if not rows and not standing:
        return ""
    moved = _moved(standing, rows)
    standing.update((row.offer, row) for row in rows)
    goods, policy = sale.goods_minor, TaxPolicy(rounding=sale.rounding)
    for number in {*moved, *changed}:
        line = sale.line(number)
        assert line is not None, "rows name lines of the sale"
        deal = line.deal_minor + moved[number]
        counts = line.discountable and not line.voided
        there = line.discountable_of(line.list_minor) if counts else 0
        if deal and there + deal < 0:
            return next(id_ for id_ in reversed(standing) if _takes(standing[id_], number))
        if moved[number] and counts:
            now = line.discountable_of(line.amount_minor)
            goods += _discountable_then(line, deal, policy) - now
    whole = [row for row in standing.values() if row.minor and not row.shares]
    return whole[-1].offer if sum(row.minor for row in whole) + max(0, goods) < 0 else ""


def _discountable_then(line: LineItem, deal_minor: int, policy: TaxPolicy) -> int:
    """Return what is left of a line with other offers on it: its own discounts make room."""
    then = readjusted(attrs.evolve(line, deal_minor=deal_minor), policy)
    return then.discountable_of(then.amount_minor)


def _moved(known: Mapping[str, OfferRow], rows: Iterable[OfferRow]) -> Counter[int]:
    """Return by line what the shares of ``rows`` differ from those they replace."""
    moved: Counter[int] = Counter()
    for row in rows:
        old = known.get(row.offer)
        for number, minor in old.shares if old else ():
            moved[number] -= minor
        for number, minor in row.shares:
            moved[number] += minor
    return moved


def _takes(row: OfferRow, number: int) -> bool:
    return any(line == number and minor for line, minor in row.shares)


def would_change(basket: Basket, rows: Iterable[OfferRow]) -> bool:
    """Tell whether ``rows`` differ from the offers in force."""
    known = basket.offers
    return any((known.get(row.offer) != row) if row.minor else row.offer in known for row in rows)


def _record_differences(draft: Draft, rows: tuple[OfferRow, ...]) -> None:
    """Record what ``rows`` change of the offers in force, and of discounts on what they leave."""
    known = draft.sale.basket.offers
    changed = tuple(row for row in rows if row.minor and known.get(row.offer) != row)
    removed = tuple(row.offer for row in rows if not row.minor and row.offer in known)
    _make_room(draft, changed, removed)
    basket = draft.sale.basket.with_offers(changed, removed)
    adjusted = _adjustment_differences(basket)
    if changed or removed or adjusted:
        gross = totals(basket.with_adjustment_minors(adjusted)).gross_minor
        draft.add(Repriced(changed, removed, adjusted, gross))


def _make_room(draft: Draft, changed: tuple[OfferRow, ...], removed: tuple[str, ...]) -> None:
    """Reckon anew the discounts of lines that offers now take more or less of."""
    basket = draft.sale.basket
    gone = (attrs.evolve(basket.offers[offer], minor=0, shares=()) for offer in removed)
    moved = _moved(basket.offers, (*changed, *gone))
    for number in sorted(moved):
        line = basket.lines[number - 1]
        if line.adjustments and not line.voided:
            then = attrs.evolve(line, deal_minor=line.deal_minor + moved[number])
            adjustments = readjusted(then, basket.policy).adjustments
            if adjustments != line.adjustments:
                draft.add(LineChanged(attrs.evolve(line, adjustments=adjustments), "offer"))


def _adjustment_differences(basket: Basket) -> tuple[tuple[str, int], ...]:
    """Reckon discounts on the whole basket one after the other, each on what is left."""
    left = discountable_minor(basket) + sum(
        row.minor for row in basket.offers.values() if not row.shares
    )
    changed = []
    for adjustment in basket.adjustments:
        minor = -min(asked_minor(adjustment, left, basket.policy), max(0, left))
        left += minor
        if minor != adjustment.minor:
            changed.append((adjustment.id, minor))
    return tuple(changed)


def _settle(draft: Draft) -> None:
    gross = gross_minor(draft.sale.basket)
    if abs(gross) > draft.settings.total_max_minor:
        raise RuleViolation("The sale would grow too large", hint="finish this one first")
    paid = applied_minor(draft.sale.tenders)
    if draft.state.payments:  # most sales are for cash
        _check_on_its_way_back(draft, paid - gross)
    if draft.sale.applied and (gross - paid) * (1 if paid >= 0 else -1) < 0:
        raise RuleViolation(
            "More is paid already than the sale would come to"
            if paid >= 0
            else "More was given back already than the sale would come to",
            hint="take back the last tender first, or finish this sale as it is",
        )


def _check_on_its_way_back(draft: Draft, due_back_minor: int) -> None:
    """Refuse what leaves less to be given back than is on its way already."""
    under_way = sum(
        payment.asked_minor
        for payment in draft.state.blocking_of(draft.sale.id)
        if payment.kind == "refund"
    )
    if under_way > max(0, due_back_minor):
        raise RuleViolation("Money is on its way back for this sale", hint="wait for its end")

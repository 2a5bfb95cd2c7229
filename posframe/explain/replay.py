"""Replaying a receipt: its recorded lines priced again by the offers of its day.

What another plugin took off, and what was taken off by hand, stands as it was recorded.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import attrs

from posframe.config import load_config
from posframe.errors import DataError
from posframe.explain.pricing import priced_by
from posframe.explain.shops import PROMOTIONS, promotions_hooks
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.event import event_name
from posframe.kernel.domain.money import format_minor
from posframe.kernel.domain.totals import shares
from posframe.reading import JournalReader, transaction_before_offers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from posframe.kernel.activation import Hooks
    from posframe.kernel.domain.basket import Basket
    from posframe.kernel.domain.events import TransactionCompleted
    from posframe.kernel.domain.transaction import Transaction
    from posframe.kernel.ports import Recorded

OFFERS_EVENT = f"{PROMOTIONS}.OffersInForce"
"""The event by which the promotions plugin keeps the offers of a day."""


def difference(folder: Path, row: Recorded) -> str:
    """Price a receipt again and say what differs first; empty: it agrees to the minor unit.

    Args:
        folder: the till's.
        row: of the journal, whose event closed the receipt.

    Raises:
        PosframeError: the offers of that day cannot be read any more.
    """
    completed: TransactionCompleted = row.event
    return next(_differences(completed, replayed(folder, row)), "")


def replayed(folder: Path, row: Recorded) -> Transaction:
    """Return the sale of a receipt as it would be priced today with the offers of its day."""
    completed: TransactionCompleted = row.event
    config = load_config(folder)
    hooks = promotions_hooks(config, _offers_at(folder, row, promotions_hooks(config, [])))
    sale = transaction_before_offers(completed)
    kept = tuple(row for row in completed.offers if row.plugin != PROMOTIONS)
    basket = attrs.evolve(sale.basket.with_offers(kept, ()), adjustments=completed.adjustments)
    return priced_by(sale.with_basket(basket), hooks)


def _offers_at(folder: Path, row: Recorded, hooks: Hooks) -> list[Any]:
    """Return the tables of offers that were in force when a receipt was closed."""
    kinds = {event_name(cls): cls for _, found in hooks.collect("posframe_events") for cls in found}
    action = 0
    parts: list[str] = []
    with JournalReader(folder) as journal:
        for each in journal.read(kinds[OFFERS_EVENT]):
            if each.seq > row.seq:
                break
            if each.action != action:
                action, parts = each.action, []
            parts.append(each.event.text)
    if not parts:
        return []
    try:
        offers: list[Any] = json.loads("".join(parts))["offers"]
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"The offers of that day, row {action} of the journal, cannot be read",
            hint="use the posframe of that day, or a newer one",
        ) from error
    return offers


def _differences(was: TransactionCompleted, now: Transaction) -> Iterator[str]:
    """Yield what differs, the causes first: offers, discounts, what lines bear, totals."""

    def major(minor: int) -> str:
        return format_minor(minor, exponent(was.currency))

    def told(what: str, recorded: int, again: int) -> Iterator[str]:
        if recorded != again:
            yield f"{what} was {major(recorded)} and is {major(again)} now"

    recorded = {row.offer: row.minor for row in was.offers}
    again = {row.offer: row.minor for row in now.basket.offers.values()}
    for offer in dict.fromkeys((*recorded, *again)):
        saved = -recorded.get(offer, 0), -again.get(offer, 0)
        yield from told(f"The saving of offer {offer}", *saved)
    for each, other in zip(was.adjustments, now.basket.adjustments, strict=True):
        yield from told(f"The discount {each.label or each.id}", each.minor, other.minor)
    yield from _line_differences(was, now.basket, told)
    for key in ("net_minor", "tax_minor", "gross_minor"):
        words = f"The {key.removesuffix('_minor')} of the receipt"
        yield from told(words, getattr(was.totals, key), getattr(now.totals, key))


def _line_differences(was: TransactionCompleted, basket: Basket, told: Any) -> Iterator[str]:  # noqa: ANN401 - a function of words
    found = {share.number: share for share in shares(basket)}
    for each in was.lines:
        number, line = each.line.number, basket.lines[each.line.number - 1]
        share = found[number]
        yield from told(f"The offers on line {number}", each.line.deal_minor, line.deal_minor)
        yield from told(f"The price of line {number}", each.line.amount_minor, line.amount_minor)
        yield from told(f"The net of line {number}", each.share.net_minor, share.net_minor)
        for part, other in zip(each.share.taxes, share.taxes, strict=True):
            yield from told(f"The tax {part.code} of line {number}", part.minor, other.minor)
        yield from told(f"The gross of line {number}", each.share.gross_minor, share.gross_minor)

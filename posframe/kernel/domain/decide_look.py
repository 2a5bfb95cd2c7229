"""What a look at a price answers: name, price, unit and offers, as words. Nothing is sold by it.

It is journalled: who asks for many prices and sells little is worth a question.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.errors import RuleViolation
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.money import format_minor
from posframe.kernel.domain.quantity import PIECE, extend, format_milli
from posframe.kernel.domain.questions import FindItem, FindPrice, TellOffers
from posframe.kernel.domain.refusals import UnknownCode

if TYPE_CHECKING:
    from collections.abc import Generator

    from posframe.kernel.domain import commands as cmd
    from posframe.kernel.domain.draft import Draft
    from posframe.kernel.domain.item import Item
    from posframe.kernel.domain.views import FoundItem, FoundPrice

OFFERS_TOLD_MAX = 5
"""More offers on one item than anybody listens to; the rest is counted."""


def look_price(draft: Draft, command: cmd.LookPrice) -> Generator[Any, Any, str]:
    """Answer what an item costs; an open sale stays as it is.

    With a sale open, the price is that of its customer.
    """
    code = command.code.strip()
    if not code:
        raise RuleViolation("Which item?", hint="type .look and its code, or scan it then")
    at_us = draft.moment.wall_us
    found: FoundItem | None = yield FindItem(code, command.aim, at_us)
    if found is None:
        raise UnknownCode(code)
    item = found.item
    listed: FoundPrice | None = None
    if item.listed and item.unit_price_minor is not None:
        pack = found.quantity_milli or 1000
        listed = yield FindPrice(item.sku, pack, pack, _groups(draft), at_us)
    offers: tuple[str, ...] = yield TellOffers(
        item.sku, item.department, draft.state.currency, at_us
    )
    draft.add(ev.PriceLooked(sku=item.sku, operator=draft.moment.operator))
    return "; ".join((f"{item.name}: {_price(draft, found, listed)}", *_told(offers)))


def _groups(draft: Draft) -> tuple[str, ...]:
    sale = draft.state.transaction
    return sale.customer_groups if sale else ()


def _price(draft: Draft, found: FoundItem, listed: FoundPrice | None) -> str:
    item, digits = found.item, exponent(draft.state.currency)
    minor, per_milli = item.unit_price_minor, 1000
    if listed is not None:
        minor, per_milli = listed.price_minor, listed.price_per_milli
    if found.price_minor is not None:
        return f"{format_minor(found.price_minor, digits)} by its label"
    if minor is None:
        return "its price is keyed"
    each = f"{format_minor(minor, digits)}{_per(item, per_milli)}"
    pack = found.quantity_milli
    if pack in {None, 1000} or item.weighed:
        return each
    whole = format_minor(extend(minor, pack, per_milli), digits)
    return f"{whole} for {format_milli(pack)} ({each} each)"


def _per(item: Item, per_milli: int) -> str:
    if per_milli != 1000:
        return f" for {format_milli(per_milli)} {item.unit.code}"
    return "" if item.unit == PIECE else f" a {item.unit.code}"


def _told(offers: tuple[str, ...]) -> tuple[str, ...]:
    more = len(offers) - OFFERS_TOLD_MAX
    return (*offers[:OFFERS_TOLD_MAX], f"{more} more offers") if more > 0 else offers

"""What commands do to the terms of a sale: whose it is, coupons, hand-over, its total settled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from posframe.errors import RuleViolation
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.adjusting import readjusted
from posframe.kernel.domain.basket import Coupon
from posframe.kernel.domain.listing import listed_lines
from posframe.kernel.domain.opening import ensure_open
from posframe.kernel.domain.pricing import reprice, would_change
from posframe.kernel.domain.questions import FindCoupon, FindCustomer, FindTaxes, PriceSale
from posframe.kernel.domain.views import SaleView

if TYPE_CHECKING:
    from collections.abc import Generator

    from posframe.kernel.domain import commands as cmd
    from posframe.kernel.domain.basket import LineItem
    from posframe.kernel.domain.draft import Draft
    from posframe.kernel.domain.views import FoundCustomer

COUPONS_MAX = 50


def set_customer(draft: Draft, command: cmd.SetCustomer) -> Generator[Any, Any, str]:
    """Put the sale to a customer's name, or to nobody's."""
    if not command.code:
        if not draft.sale.customer:
            raise RuleViolation("The sale has no customer", hint="scan a card to set one")
        draft.add(ev.CustomerSet(""))
        yield from reprice(draft, *listed_lines(draft))
        return "Customer taken off the sale"
    found = yield FindCustomer(command.code)
    if found is None:
        raise RuleViolation(
            f"No customer has the card {command.code}", hint="check the number or enrol the card"
        )
    ensure_open(draft)
    yield from take_customer(draft, found)
    return f"Customer {found.label or found.customer}"


def take_customer(draft: Draft, found: FoundCustomer) -> Generator[Any, Any, None]:
    """Put the open sale to a customer's name, and price it for them."""
    draft.add(ev.CustomerSet(found.customer, found.label, found.plugin, found.groups))
    yield from reprice(draft, *listed_lines(draft))


def add_coupon(draft: Draft, command: cmd.AddCoupon) -> Generator[Any, Any, str]:
    """Present a coupon."""
    ensure_open(draft)
    words = yield from take_coupon(draft, command.code)
    if not words:
        raise RuleViolation(
            f"No coupon has the code {command.code}", hint="check the code, or scan it again"
        )
    return words


def take_coupon(draft: Draft, code: str) -> Generator[Any, Any, str]:
    """Take a code for a coupon of the open sale; return words, empty when it is none."""
    answer = yield FindCoupon(code, draft.view, draft.moment.wall_us)
    if answer is None:
        return ""
    found, plugin = answer
    taken = draft.sale.coupons
    if any(each.code == code for each in taken):
        raise RuleViolation("This coupon is in the sale already", hint="go on")
    if len(taken) >= COUPONS_MAX:
        raise RuleViolation(f"A sale takes {COUPONS_MAX} coupons", hint="finish it, then go on")
    before = draft.sale.due_minor
    draft.add(ev.CouponAdded(Coupon(code, found.coupon, found.label, plugin)))
    yield from reprice(draft)
    label = found.label or code
    return f"Coupon {label}" if draft.sale.due_minor != before else f"Coupon {label}: nothing yet"


def remove_coupon(draft: Draft, command: cmd.RemoveCoupon) -> Generator[Any, Any, str]:
    """Take a coupon back."""
    known = {each.code: each for each in draft.sale.coupons}
    code = command.code or next(reversed(known), "")
    if code not in known:
        raise RuleViolation("That coupon is not in the sale", hint="nothing needs taking back")
    draft.add(ev.CouponRemoved(code))
    yield from reprice(draft)
    return f"Coupon taken back: {known[code].label or code}"


def usual_fulfilment(draft: Draft) -> str:
    """Return how goods added now are handed over; empty: taxes do not depend on it."""
    known = draft.settings.fulfilments
    if not known:
        return ""
    chosen = draft.state.transaction.fulfilment if draft.state.transaction else ""
    return chosen if chosen in known else known[0]


def set_fulfilment(draft: Draft, command: cmd.SetFulfilment) -> Generator[Any, Any, str]:
    """Hand a line and its deposit, or the whole sale, over another way, and tax it so."""
    line = _goods_of(draft, command.number) if command.number else None
    fulfilment = _wanted(draft, command, line.fulfilment if line else usual_fulfilment(draft))
    if line:
        numbers = [line.number, *draft.followers(line)]
    else:
        ensure_open(draft)
        draft.add(ev.FulfilmentSet(fulfilment))
        numbers = [line.number for line in draft.sale.basket.lines if not line.voided]
    changed = []
    for number in numbers:
        changed += yield from _hand_over(draft, number, fulfilment)
    yield from reprice(draft, *changed)
    words = fulfilment.replace("_", " ").capitalize()
    return f"{words}: {line.text}" if line else words


def total(draft: Draft, command: cmd.Total) -> Generator[Any, Any, str]:
    """Settle the price; an offer that more work or the tender brings is recorded now."""
    if command.tender and command.tender not in {rule.id for rule in draft.settings.tenders}:
        raise RuleViolation(f"This till takes no {command.tender!r}", hint="choose another")
    if not draft.sale.basket.active:
        raise RuleViolation("The sale is empty", hint="scan or key an item first")
    changed = yield from settle_price(draft, command.tender or draft.sale.tender_meant)
    if not draft.sale.totalled:  # what is taken back from here on is taken back after the total
        draft.add(ev.Totalled(draft.sale.tender_meant))
    return "The price changed" if changed else ""


def settle_price(draft: Draft, tender: str) -> Generator[Any, Any, bool]:
    """Price once more with more work, and for a tender; tell whether the amount due changed.

    ``tender`` is empty where none pays for all of it. What brings nothing is not recorded.
    """
    sale = draft.sale
    if sale.totalled and tender == sale.tender_meant:
        return False
    asked = SaleView(attrs.evolve(sale, totalled=True, tender_meant=tender))
    rows = yield PriceSale(asked, ())
    if not would_change(sale.basket, rows or ()):
        return False
    before = sale.due_minor
    draft.add(ev.Totalled(tender))
    yield from reprice(draft)
    return draft.sale.due_minor != before


def _goods_of(draft: Draft, number: int) -> LineItem:
    """Return a line, or for a deposit the goods it came with."""
    line = draft.active_line(number)
    return draft.active_line(line.parent) if line.parent else line


def _wanted(draft: Draft, command: cmd.SetFulfilment, now: str) -> str:
    known = draft.settings.fulfilments
    if not known:
        raise RuleViolation(
            "Taxes do not depend on how goods are handed over here",
            hint="if they should, set tax.fulfilments in till.toml",
        )
    if not command.fulfilment:
        return known[(known.index(now) + 1) % len(known)] if now in known else known[0]
    if command.fulfilment not in known:
        raise RuleViolation(
            f"There is no {command.fulfilment!r} here", hint=f"one of: {', '.join(known)}"
        )
    return command.fulfilment


def _hand_over(draft: Draft, number: int, fulfilment: str) -> Generator[Any, Any, list[int]]:
    """Tax a line as handed over so; return its number if that changed it. Returns stay as sold."""
    line = draft.sale.basket.lines[number - 1]
    if line.fulfilment == fulfilment or line.original:
        return []
    moment_us = draft.moment.wall_us
    taxes = yield FindTaxes(line.tax_category, line.department, fulfilment, moment_us)
    changed = attrs.evolve(line, taxes=taxes, fulfilment=fulfilment)
    draft.add(ev.LineChanged(readjusted(changed, draft.sale.basket.policy), "fulfilment"))
    return [number]

"""What a command does that takes goods back for which nobody has a receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.errors import RuleViolation
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.basket import LINES_MAX, LineItem, LineKind
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.money import format_minor
from posframe.kernel.domain.opening import ensure_open
from posframe.kernel.domain.pricing import reprice
from posframe.kernel.domain.quantity import extend
from posframe.kernel.domain.questions import FindItem, FindTaxes
from posframe.kernel.domain.refusals import UnknownCode
from posframe.kernel.domain.return_terms import check_reason, terms_of
from posframe.kernel.domain.return_worth import back_minor

if TYPE_CHECKING:
    from collections.abc import Generator

    from posframe.kernel.domain import commands as cmd
    from posframe.kernel.domain.draft import Draft
    from posframe.kernel.domain.views import FoundItem


def return_without_receipt(
    draft: Draft, command: cmd.ReturnWithoutReceipt
) -> Generator[Any, Any, str]:
    """Take goods back at today's price or below it; somebody has to answer for that."""
    found = yield FindItem(command.code, "", draft.moment.wall_us)
    if found is None:
        raise UnknownCode(command.code)
    check_reason(draft, command.reason)
    price = _price(draft, found, command)
    quantity = _quantity(draft, found, command)
    if extend(price, quantity) > draft.settings.line_max_minor:
        raise RuleViolation("That is more than one line may come to", hint="check what was typed")
    ensure_open(draft)
    due = draft.sale.due_minor
    so_far_minor = back_minor(draft.sale, is_blind=True)
    line = yield from _line(draft, found, command, price, quantity)
    draft.add(ev.LineAdded(line))
    yield from reprice(draft, line.number)
    minor = due - draft.sale.due_minor
    draft.approve(
        "return_without_receipt",
        command,
        f"{_amount(draft, minor)} back without a receipt needs an approval",
        amount_minor=minor,
        subject=found.item.sku,
        so_far_minor=so_far_minor,
    )
    return f"{found.item.name} comes back without a receipt"


def _price(draft: Draft, found: FoundItem, command: cmd.ReturnWithoutReceipt) -> int:
    item = found.item
    now, price = item.unit_price_minor, command.price_minor
    if price is None:
        price = now
    if price is None:
        raise RuleViolation(
            f"{item.name} has no fixed price", hint="type @ and what one is given back for"
        )
    if price <= 0 or (now is not None and price > now):
        most = f", at most {_amount(draft, now)}" if now is not None else ""
        raise RuleViolation(f"{item.name} is not given back for that", hint=f"above 0{most}")
    return price


def _quantity(draft: Draft, found: FoundItem, command: cmd.ReturnWithoutReceipt) -> int:
    """Return how much comes back: as keyed, of as many as the code sells at once."""
    keyed, coded = command.quantity_milli, found.quantity_milli
    if found.item.weighed:
        quantity = coded if keyed is None and coded else keyed or 1000
    else:
        quantity = (1000 if keyed is None else keyed) * (coded or 1000) // 1000
    if not 0 < quantity <= draft.settings.quantity_max_milli:
        raise RuleViolation("That is no quantity to return", hint="type how much comes back")
    if not found.item.weighed and (keyed or 0) % 1000:
        raise RuleViolation("This is sold by the piece", hint="type a whole number")
    return quantity


def _line(
    draft: Draft,
    found: FoundItem,
    command: cmd.ReturnWithoutReceipt,
    price: int,
    quantity: int,
) -> Generator[Any, Any, LineItem]:
    item, lines = found.item, len(draft.sale.basket.lines)
    if lines >= LINES_MAX:
        raise RuleViolation(
            f"A sale has at most {LINES_MAX:,} lines", hint="finish this one, then go on"
        )
    taxes = yield FindTaxes(item.tax_category, item.department, "", draft.moment.wall_us)
    return LineItem(
        number=lines + 1,
        sku=item.sku,
        text=item.name,
        quantity_milli=-quantity,
        unit=item.unit.code,
        unit_price_minor=price,
        list_minor=-extend(price, quantity),
        taxes=taxes,
        department=item.department,
        price_version=item.price_version,
        kind=LineKind.RETURN,
        code=found.code,
        weighed=item.weighed,
        tax_category=item.tax_category,
        back=terms_of(draft, command.condition, command.reason, 0),
    )


def _amount(draft: Draft, minor: int) -> str:
    return format_minor(minor, exponent(draft.state.currency))

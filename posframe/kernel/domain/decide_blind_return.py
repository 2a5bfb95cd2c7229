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
    _check_quantity(draft, found, command)
    minor = extend(price, command.quantity_milli)
    if minor > draft.settings.line_max_minor:
        raise RuleViolation("That is more than one line may come to", hint="check what was typed")
    draft.approve(
        "return_without_receipt",
        command,
        f"{_amount(draft, minor)} back without a receipt needs an approval",
        amount_minor=minor,
        subject=found.item.sku,
    )
    ensure_open(draft)
    line = yield from _line(draft, found, command, price)
    draft.add(ev.LineAdded(line))
    yield from reprice(draft, line.number)
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


def _check_quantity(draft: Draft, found: FoundItem, command: cmd.ReturnWithoutReceipt) -> None:
    quantity = command.quantity_milli
    if not 0 < quantity <= draft.settings.quantity_max_milli:
        raise RuleViolation("That is no quantity to return", hint="type how much comes back")
    if not found.item.weighed and quantity % 1000:
        raise RuleViolation("This is sold by the piece", hint="type a whole number")


def _line(
    draft: Draft, found: FoundItem, command: cmd.ReturnWithoutReceipt, price: int
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
        quantity_milli=-command.quantity_milli,
        unit=item.unit.code,
        unit_price_minor=price,
        list_minor=-extend(price, command.quantity_milli),
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

"""Meanings: what Enter would do with an entry, in the few words beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe import commands, format_milli
from posframe_terminal import words

if TYPE_CHECKING:
    from posframe_terminal.showing import Showing


def said_of(command: Any, showing: Showing) -> str:  # noqa: ANN401 - a command or Show
    """Say what a command would do; empty for what says it by itself."""
    match command:
        case commands.AddItem():
            return _added(command, showing)
        case commands.AddDepartment(price_minor=price, department=department):
            return f"{showing.amount(price)} to department {department}"
        case commands.Pay(amount_minor=int() as amount):
            return _paid(amount, showing)
        case commands.VoidLine(number=number):
            return f"void line {number}" if number else "void the last line"
        case commands.Discount(number=number):
            return f"discount on line {number}" if number else "discount on the sale"
        case _:
            return _changed(command, showing)


def _added(command: commands.AddItem, showing: Showing) -> str:
    if command.price_minor is not None:
        return f"{showing.amount(command.price_minor)} for {command.code}"
    if command.quantity_milli is not None:
        return f"quantity {format_milli(command.quantity_milli)}"
    return "Enter adds it"


def _changed(command: Any, showing: Showing) -> str:  # noqa: ANN401 - a command or Show
    match command:
        case commands.ChangeQuantity(quantity_milli=quantity):
            return f"quantity {format_milli(quantity)}"
        case commands.OverridePrice(price_minor=price):
            return f"price {showing.amount(price)}"
        case commands.AddCoupon(code=code):
            return f"coupon {code}"
        case commands.SetFulfilment(fulfilment=way) if way:
            return words.way(way)
        case commands.MoveCash(amount_minor=amount) if amount:
            return showing.amount(amount)
        case _:
            return "Enter searches" if getattr(command, "text", "") else ""


def _paid(amount: int, showing: Showing) -> str:
    sale = showing.till.state.transaction
    if sale is None:
        return ""
    change = amount - sale.due_minor
    rest = f"change {showing.amount(change)}" if change >= 0 else f"{showing.amount(-change)} open"
    return f"= {showing.amount(amount)}, {rest}"

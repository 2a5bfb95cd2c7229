"""What commands do that add lines to the basket, change them or take them back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from posframe.errors import RuleViolation
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.adjusting import readjusted
from posframe.kernel.domain.basket import LINES_MAX, LineItem, LineKind, PriceAdjustment
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.decide_terms import take_coupon, take_customer, usual_fulfilment
from posframe.kernel.domain.item import Item
from posframe.kernel.domain.listing import at_price, listed_price
from posframe.kernel.domain.money import format_minor
from posframe.kernel.domain.opening import ensure_open
from posframe.kernel.domain.pricing import reprice
from posframe.kernel.domain.quantity import extend, format_milli
from posframe.kernel.domain.questions import FindCustomer, FindItem, FindTaxes
from posframe.kernel.domain.refusals import PriceNeeded, UnknownCode, WeightNeeded
from posframe.kernel.domain.rounding import Rounding, divide
from posframe.kernel.domain.views import FoundItem

if TYPE_CHECKING:
    from collections.abc import Generator

    from posframe.kernel.domain import commands as cmd
    from posframe.kernel.domain.draft import Draft

Step = "Generator[Any, Any, str]"


def add_item(draft: Draft, command: cmd.AddItem) -> Generator[Any, Any, str]:
    """Add goods by any code, with the deposit that goes with them."""
    found = yield FindItem(command.code, command.aim, draft.moment.wall_us)
    if found is None:
        return (yield from _no_goods(draft, command.code))
    ensure_open(draft)
    line = yield from _line_of(draft, found, command)
    if line.listed:
        line = yield from _at_listed_price(draft, line)
    draft.add(ev.LineAdded(line))
    changed = [line.number]
    if found.item.deposit_sku:
        changed += yield from _add_deposit(draft, found.item, line)
    yield from reprice(draft, *changed)
    return _added(line)


def _no_goods(draft: Draft, code: str) -> Generator[Any, Any, str]:
    """Take a code that is no item for a customer's card, or for a coupon."""
    customer = yield FindCustomer(code)
    ensure_open(draft)
    if customer is not None:
        yield from take_customer(draft, customer)
        return f"Customer {customer.label or customer.customer}"
    words = yield from take_coupon(draft, code)
    if not words:
        raise UnknownCode(code)
    return str(words)


def add_department(draft: Draft, command: cmd.AddDepartment) -> Generator[Any, Any, str]:
    """Sell an amount to a department."""
    known = {each[0]: each for each in draft.settings.departments}
    department = known.get(command.department)
    if department is None:
        listed = ", ".join(f"{id_} {name}" for id_, name, _ in known.values()) or "none"
        raise RuleViolation(
            f"There is no department {command.department}", hint=f"departments: {listed}"
        )
    if command.price_minor <= 0:
        raise RuleViolation("A price must be above zero", hint="type the price again")
    _, name, category = department
    item = Item(sku=f"dept.{command.department}", name=name, tax_category=category)
    found = FoundItem(
        item=attrs.evolve(item, unit_price_minor=command.price_minor, department=name)
    )
    ensure_open(draft)
    line = yield from _line_of(draft, found, None, quantity_milli=command.quantity_milli)
    draft.add(ev.LineAdded(line))
    yield from reprice(draft, line.number)
    return _added(line)


def learn(draft: Draft, command: cmd.Learn) -> Generator[Any, Any, str]:
    """Name and price an unknown code, and sell one of it."""
    if not command.name.strip():
        raise RuleViolation("The new item has no name", hint="type a name after the price")
    if command.price_minor <= 0:
        raise RuleViolation("The new item has no price", hint="type a price above zero")
    _check_amount(draft, command.price_minor)
    if (yield FindItem(command.code, "", draft.moment.wall_us)) is not None:
        raise RuleViolation(f"{command.code} is known already", hint="scan it again")
    draft.ask("learn", minor=command.price_minor, subject=f"code {command.code}")
    ensure_open(draft)
    draft.add(
        ev.ItemLearned(
            code=command.code,
            name=command.name.strip(),
            price_minor=command.price_minor,
            tax_category=command.tax_category,
            department=command.department,
        )
    )
    item = Item(
        sku=command.code,
        name=command.name.strip(),
        unit_price_minor=command.price_minor,
        tax_category=command.tax_category,
        department=command.department,
    )
    line = yield from _line_of(draft, FoundItem(item=item, code=command.code), None)
    draft.add(ev.LineAdded(line))
    yield from reprice(draft, line.number)
    return f"Learnt. {_added(line)}"


def void_line(draft: Draft, command: cmd.VoidLine) -> Generator[Any, Any, str]:
    """Take a line back, and the deposit that came with it."""
    line = draft.active_line(command.number)
    if command.number is None and line.parent:
        line = draft.active_line(line.parent)
    voided = [line.number, *draft.followers(line)]
    for number in voided:
        draft.add(ev.LineVoided(number, command.reason))
    yield from reprice(draft, *voided)
    return f"Voided: {line.text}"


def change_quantity(draft: Draft, command: cmd.ChangeQuantity) -> Generator[Any, Any, str]:
    """Give a line, and its deposit, another quantity."""
    line = draft.active_line(command.number)
    if line.parent:
        line = draft.active_line(line.parent)
    if line.back is not None:
        raise RuleViolation("What comes back keeps its quantity", hint="void it and return again")
    if line.weighed:
        raise RuleViolation("A weighed line keeps its weight", hint="void it and weigh again")
    _check_quantity(draft, command.quantity_milli, weighed=False)
    changed = [line.number, *draft.followers(line)]
    for number in changed:
        old = draft.sale.basket.lines[number - 1]
        draft.add(ev.LineChanged(_with_quantity(draft, old, command.quantity_milli), "quantity"))
    yield from reprice(draft, *changed)
    return f"{format_milli(command.quantity_milli)} × {line.text}"


def override_price(draft: Draft, command: cmd.OverridePrice) -> Generator[Any, Any, str]:
    """Give a line another unit price, remembering the catalogue's."""
    line = draft.active_line(command.number)
    if line.kind is not LineKind.SALE:
        raise RuleViolation("Only the price of goods can be changed", hint="pick another line")
    if command.price_minor < 0:
        raise RuleViolation("A price cannot be below zero", hint="type the price again")
    _check_override(draft, line, command)
    _check_amount(draft, command.price_minor)
    list_minor = extend(command.price_minor, line.quantity_milli)
    _check_amount(draft, list_minor)
    known = line.catalogue_price_minor
    if known is None:  # of one unit, as the new one is, also where a list priced a pack
        known = extend(line.unit_price_minor, 1000, line.price_per_milli)
    changed = attrs.evolve(
        line,
        unit_price_minor=command.price_minor,
        price_per_milli=1000,
        list_minor=list_minor,
        catalogue_price_minor=known,
        override_reason=command.reason,
    )
    policy = draft.sale.basket.policy
    draft.add(ev.LineChanged(readjusted(changed, policy), command.reason or "price"))
    yield from reprice(draft, line.number)
    return f"New price: {line.text}"


def adjust_line(
    draft: Draft, line: LineItem, adjustments: tuple[PriceAdjustment, ...], reason: str
) -> Generator[Any, Any, None]:
    """Put ``adjustments`` in place of a line's own, and price again."""
    if line.back is not None:
        raise RuleViolation("What comes back keeps its price", hint="void it and return again")
    policy = draft.sale.basket.policy
    asked = readjusted(attrs.evolve(line, adjustments=adjustments, deal_minor=0), policy)
    if asked.discountable_of(asked.amount_minor) + line.deal_minor < 0:
        raise RuleViolation(
            f"That is more than line {line.number} costs", hint="type a smaller discount"
        )
    draft.add(ev.LineChanged(attrs.evolve(asked, deal_minor=line.deal_minor), reason))
    yield from reprice(draft, line.number)


def _line_of(
    draft: Draft,
    found: FoundItem,
    command: cmd.AddItem | None,
    quantity_milli: int | None = None,
) -> Generator[Any, Any, LineItem]:
    item = found.item
    if len(draft.sale.basket.lines) >= LINES_MAX:
        raise RuleViolation(
            f"A sale has at most {LINES_MAX:,} lines", hint="finish this one, then go on"
        )
    price = _price_of(found, command)
    quantity = quantity_milli
    if quantity is None:
        quantity = _quantity_of(found, command, price)
    _check_quantity(draft, quantity, weighed=item.weighed)
    list_minor = extend(price, quantity)
    if found.price_minor is not None and item.weighed:
        list_minor = found.price_minor
    if price < 0 or list_minor < 0:
        raise RuleViolation("A price cannot be below zero", hint="to give money back use a return")
    _check_amount(draft, list_minor)
    fulfilment = usual_fulfilment(draft)
    moment_us = draft.moment.wall_us
    taxes = yield FindTaxes(item.tax_category, item.department, fulfilment, moment_us)
    return LineItem(
        number=len(draft.sale.basket.lines) + 1,
        sku=item.sku,
        text=item.name,
        quantity_milli=quantity,
        unit=item.unit.code,
        unit_price_minor=price,
        list_minor=list_minor,
        taxes=taxes,
        department=item.department,
        price_version=item.price_version,
        code=found.code,
        minimum_age_years=item.minimum_age_years,
        attributes=found.attributes,
        weighed=item.weighed,
        listed=item.listed and found.price_minor is None and item.unit_price_minor is not None,
        tax_category=item.tax_category,
        fulfilment=fulfilment,
        floor_minor=item.floor_minor,
        pack_milli=1000 if item.weighed else found.quantity_milli or 1000,
    )


def _at_listed_price(draft: Draft, line: LineItem) -> Generator[Any, Any, LineItem]:
    found = yield from listed_price(draft, line)
    if found is None:
        return line
    listed = at_price(line, found)
    _check_amount(draft, listed.list_minor)
    return listed


def _check_override(draft: Draft, line: LineItem, command: cmd.OverridePrice) -> None:
    """Refuse a price without the reason this till asks for, or below what the goods may cost."""
    settings = draft.settings
    reason, known = command.reason.strip(), settings.override_reasons
    listed = ", ".join(known)
    if settings.override_reason_needed and not reason:
        raise RuleViolation(
            "A new price needs a reason", hint=f"type it after the price{listed and ': '}{listed}"
        )
    if reason and known and reason not in known:
        raise RuleViolation(f"{reason!r} is no reason here", hint=f"one of: {listed}")
    if command.price_minor < line.floor_minor:
        shown = format_minor(line.floor_minor, exponent(draft.sale.currency))
        raise RuleViolation(f"{line.text} is not sold below {shown}", hint=f"type {shown} or more")


def _price_of(found: FoundItem, command: cmd.AddItem | None) -> int:
    price = found.item.unit_price_minor
    if found.price_minor is not None and not found.item.weighed:
        price = found.price_minor
    keyed = command.price_minor if command else None
    if price is None and keyed is None:
        raise PriceNeeded(found.code or found.item.sku, found.item.name)
    if price is not None and keyed is not None:
        raise RuleViolation(
            f"{found.item.name} has a price", hint="add it, then change the price of its line"
        )
    if keyed is None:
        assert price is not None, "one of the two is there"
        return price
    if keyed <= 0:
        raise RuleViolation("A price must be above zero", hint="type the price again")
    return keyed


def _quantity_of(found: FoundItem, command: cmd.AddItem | None, price: int) -> int:
    """Settle the quantity: of the scale, of the code, of the price on the label, or keyed."""
    item = found.item
    keyed = command.quantity_milli if command else None
    if not item.weighed:
        times = 1000 if keyed is None else keyed
        return divide_exact(
            times * (1000 if found.quantity_milli is None else found.quantity_milli)
        )
    if command is not None and command.weighed_milli is not None:
        return command.weighed_milli
    if keyed is not None and (found.quantity_milli, found.price_minor) != (None, None):
        raise RuleViolation(
            f"The label of {item.name} says how much it is", hint="scan each label by itself"
        )
    if found.quantity_milli is not None:
        return found.quantity_milli
    if found.price_minor is not None and price:
        return max(1, divide(found.price_minor * 1000, price, Rounding.HALF_UP))
    if keyed is None:
        raise WeightNeeded(found.code or item.sku, item.name, item.unit.code)
    return keyed


def divide_exact(product: int) -> int:
    """Return ``product / 1000`` of two quantities in thousandths, refusing what does not fit."""
    quantity, rest = divmod(product, 1000)
    if rest:
        raise RuleViolation("Quantities have three decimals at most", hint="type it again")
    return quantity


def _add_deposit(draft: Draft, item: Item, parent: LineItem) -> Generator[Any, Any, list[int]]:
    found = yield FindItem(item.deposit_sku, "", draft.moment.wall_us)
    if found is None:
        raise RuleViolation(
            f"The deposit {item.deposit_sku} of {item.name} is not in the catalogue",
            hint="ask for it to be added; the item cannot be sold without it",
        )
    line = yield from _line_of(draft, found, None, quantity_milli=parent.quantity_milli)
    kind = LineKind.DEPOSIT
    line = attrs.evolve(line, kind=kind, parent=parent.number, listed=False)
    draft.add(ev.LineAdded(line))
    return [line.number]


def _with_quantity(draft: Draft, line: LineItem, quantity_milli: int) -> LineItem:
    list_minor = extend(line.unit_price_minor, quantity_milli, line.price_per_milli)
    _check_amount(draft, list_minor)
    taken_off_milli = line.taken_off_milli + max(0, line.quantity_milli - quantity_milli)
    changed = attrs.evolve(
        line,
        quantity_milli=quantity_milli,
        list_minor=list_minor,
        taken_off_milli=taken_off_milli,
    )
    return readjusted(changed, draft.sale.basket.policy)


def _check_quantity(draft: Draft, quantity_milli: int, *, weighed: bool) -> None:
    if quantity_milli <= 0:
        raise RuleViolation(
            "The quantity must be above zero",
            hint="to take a line back press -, to give goods back use a return",
        )
    if quantity_milli > draft.settings.quantity_max_milli:
        largest = format_milli(draft.settings.quantity_max_milli)
        raise RuleViolation(
            f"The quantity {format_milli(quantity_milli)} is above {largest}",
            hint="check what was typed; sell it in several lines if it is meant",
        )
    if not weighed and quantity_milli % 1000:
        raise RuleViolation("This is sold by the piece", hint="type a whole number")


def _check_amount(draft: Draft, minor: int) -> None:
    if abs(minor) > draft.settings.line_max_minor:
        raise RuleViolation(
            "The line would cost more than a line may", hint="check price and quantity"
        )


def _added(line: LineItem) -> str:
    count = format_milli(line.quantity_milli)
    return line.text if count == "1" else f"{count} × {line.text}"

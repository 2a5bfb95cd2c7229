"""What commands do that take goods back by their receipt, or undo the last sale as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from posframe.errors import RuleViolation
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.basket import (
    LINES_MAX,
    LineItem,
    LineKind,
    PriceAdjustment,
    ReturnTerms,
)
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.decide_refund import refund_all
from posframe.kernel.domain.money import format_minor
from posframe.kernel.domain.opening import ensure_day, ensure_open
from posframe.kernel.domain.pricing import reprice
from posframe.kernel.domain.quantity import format_milli
from posframe.kernel.domain.questions import FindSale
from posframe.kernel.domain.return_checks import check_elsewhere
from posframe.kernel.domain.return_terms import check_reason, check_window, terms_of
from posframe.kernel.domain.return_worth import back_minor, came_back_minor
from posframe.kernel.domain.returning import ReturnShare, returned

if TYPE_CHECKING:
    from collections.abc import Generator

    from posframe.kernel.domain import commands as cmd
    from posframe.kernel.domain.draft import Draft
    from posframe.kernel.domain.sale_events import CompletedLine
    from posframe.kernel.domain.sold import SoldSale


def return_goods(draft: Draft, command: cmd.Return) -> Generator[Any, Any, str]:
    """Take goods back that were sold here, for what they cost then."""
    sold = yield from _sold(draft, command.receipt_number)
    check_reason(draft, command.reason)
    check_window(draft, command, sold)
    terms = terms_of(draft, command.condition, command.reason, command.receipt_number)
    picked = _picked(draft, sold, command)
    earlier_minor = came_back_minor(sold, draft.state.suspended)
    ensure_open(draft)
    words = yield from _take_back(draft, sold, picked, terms)
    what = f"line {command.number}" if command.number else "all of it"
    draft.ask(
        "return",
        minor=earlier_minor + back_minor(draft.sale, is_blind=False),
        subject=f"receipt {command.receipt_number}, {what}",
    )
    return f"{words} comes back, receipt {command.receipt_number}"


def post_void(draft: Draft, command: cmd.PostVoid) -> Generator[Any, Any, str]:
    """Undo the last sale: everything comes back, and what can go back by itself does."""
    last = draft.state.last
    if last is None:
        raise RuleViolation("No sale was completed yet", hint="nothing needs undoing")
    if draft.state.transaction is not None:
        raise RuleViolation("A sale is open", hint="finish it or hold it first")
    sold = yield from _sold(draft, last.receipt_number)
    number = last.receipt_number
    if sold.business_date != draft.state.business_date:
        raise RuleViolation(
            f"Receipt {number} is of another day", hint=f"take goods back: .return {number}"
        )
    if sold.returned_milli or any(each.line.back for each in sold.completed.lines):
        raise RuleViolation(
            f"Receipt {number} cannot be undone",
            hint="it is itself a return, or something of it came back already",
        )
    for each in sold.completed.lines:
        check_elsewhere(draft, sold.completed.transaction, each.line.number)
    draft.approve(
        "post_void",
        command,
        f"Undoing receipt {number} needs an approval",
        amount_minor=sold.completed.closing.gross_minor,
        subject=str(number),
    )
    _open_void(draft, sold)
    terms = terms_of(draft, "", command.reason, number)
    picked = [(each, sold.left_milli(each)) for each in sold.completed.lines]
    yield from _take_back(draft, sold, picked, terms)
    return (yield from refund_all(draft, sold))


def _open_void(draft: Draft, sold: SoldSale) -> None:
    ensure_day(draft)
    state, moment = draft.state, draft.moment
    draft.add(
        ev.TransactionOpened(
            transaction=moment.id,
            number=state.last_transaction_number + 1,
            kind="void",
            opened_us=moment.wall_us,
            operator=moment.operator,
            currency=state.currency,
            policy=moment.policy,
            training=draft.settings.training,
        )
    )
    whose = sold.completed
    if whose.customer:
        draft.add(
            ev.CustomerSet(
                whose.customer, whose.customer_label, whose.customer_plugin, whose.customer_groups
            )
        )


def _sold(draft: Draft, receipt_number: int) -> Generator[Any, Any, SoldSale]:
    found: SoldSale | None = None
    if 0 < receipt_number <= draft.state.last_receipt_number:
        found = yield FindSale(receipt_number)
    if found is None:
        raise RuleViolation(
            f"This till has no receipt {receipt_number}",
            hint="of another till: return it there, or without a receipt",
        )
    if found.completed.training != draft.settings.training:
        raise RuleViolation(
            f"Receipt {receipt_number} was practice", hint="no money was paid on it"
        )
    return found


def _picked(draft: Draft, sold: SoldSale, command: cmd.Return) -> list[tuple[CompletedLine, int]]:
    """Return which lines come back, and how much of each.

    Raises:
        RuleViolation: there is no such line, or not so much of it is left.
    """
    quantity = command.quantity_milli
    if quantity is not None and not command.number:
        raise RuleViolation("Of which line?", hint=f"its lines: {_listed(sold)}")
    if quantity is not None and quantity <= 0:
        raise RuleViolation("A return is of more than nothing", hint="type how much comes back")
    picked = _one_line(sold, command) if command.number else _all_lines(sold)
    if not any(milli for _, milli in picked):
        what = f"Line {command.number}" if command.number else f"Receipt {command.receipt_number}"
        raise RuleViolation(f"{what} came back already", hint="check the receipt")
    for each, _ in picked:
        check_elsewhere(draft, sold.completed.transaction, each.line.number)
    return picked


def _all_lines(sold: SoldSale) -> list[tuple[CompletedLine, int]]:
    lines = [each for each in sold.completed.lines if each.line.quantity_milli > 0]
    return [(each, left) for each in lines if (left := sold.left_milli(each)) > 0]


def _one_line(sold: SoldSale, command: cmd.Return) -> list[tuple[CompletedLine, int]]:
    """Return one line and what came with it: goods bring their deposit along."""
    chosen = sold.line(command.number)
    if chosen is None:
        raise RuleViolation(
            f"Receipt {command.receipt_number} has no line {command.number}",
            hint=f"its lines: {_listed(sold)}",
        )
    milli = command.quantity_milli
    if milli is None:
        milli = sold.left_milli(chosen)
    if not chosen.line.weighed and milli % 1000:
        raise RuleViolation("This is sold by the piece", hint="type a whole number")
    followers = [each for each in sold.completed.lines if each.line.parent == command.number]
    with_it = [(each, min(milli, sold.left_milli(each))) for each in followers]
    return [(chosen, milli), *((each, left) for each, left in with_it if left > 0)]


def _take_back(
    draft: Draft,
    sold: SoldSale,
    picked: list[tuple[CompletedLine, int]],
    terms: ReturnTerms,
) -> Generator[Any, Any, str]:
    """Add the lines that come back, and price; return words for the first."""
    placed: dict[int, int] = {}
    for line, milli in picked:
        share = returned(line, sold.returned_milli.get(line.line.number, 0), milli)
        back = _return_line(draft, sold, line.line, share, terms)
        back = attrs.evolve(back, parent=placed.get(line.line.parent, 0))
        placed[line.line.number] = back.number
        draft.add(ev.LineAdded(back))
    yield from reprice(draft, *placed.values(), undoing=draft.sale.kind == "void")
    first, milli = picked[0]
    more = f" and {len(picked) - 1} more" if len(picked) > 1 else ""
    return f"{format_milli(milli)} × {first.line.text}{more}"


def _return_line(
    draft: Draft, sold: SoldSale, line: LineItem, share: ReturnShare, terms: ReturnTerms
) -> LineItem:
    """Return the line that undoes a share of one that was sold.

    What offers and discounts on the whole sale took is on it as adjustments of its own: the offers
    of this sale have no say about goods that leave.
    """
    taken = (("offers", "Offers", share.deal_minor), ("sale", "Discount", share.basket_minor))
    more = tuple(
        PriceAdjustment(f"back-{id_}", "amount", abs(minor), minor, label)
        for id_, label, minor in taken
        if minor
    )
    return LineItem(
        number=_next_number(draft),
        sku=line.sku,
        text=line.text,
        quantity_milli=share.quantity_milli,
        unit=line.unit,
        unit_price_minor=line.unit_price_minor,
        price_per_milli=line.price_per_milli,
        list_minor=share.list_minor,
        adjustments=(*share.adjustments, *more),
        taxes=line.taxes,
        department=line.department,
        price_version=line.price_version,
        kind=line.kind if line.kind is LineKind.DEPOSIT else LineKind.RETURN,
        code=line.code,
        original=sold.completed.transaction,
        original_line=line.number,
        attributes=line.attributes,
        weighed=line.weighed,
        tax_category=line.tax_category,
        fulfilment=line.fulfilment,
        pack_milli=line.pack_milli,
        back=attrs.evolve(terms, taxes=share.taxes),
    )


def _next_number(draft: Draft) -> int:
    lines = len(draft.sale.basket.lines)
    if lines >= LINES_MAX:
        raise RuleViolation(
            f"A sale has at most {LINES_MAX:,} lines", hint="finish this one, then go on"
        )
    return lines + 1


def _listed(sold: SoldSale) -> str:
    shown = [f"{each.line.number} {each.line.text}" for each in sold.completed.lines[:_SHOWN]]
    return ", ".join(shown) + (" …" if len(sold.completed.lines) > _SHOWN else "")


def _amount(draft: Draft, minor: int) -> str:
    return format_minor(minor, exponent(draft.state.currency))


_SHOWN = 8

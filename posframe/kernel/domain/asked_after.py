"""What a command asks for once it is known what it does to prices: discounts, prices by hand.

Whatever the command: a discount of 1.00 on ten pieces is another one when nine of them are taken
back. The sale is judged as the command leaves it, so that no order of commands slips under a limit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import hand_prices as by_hand
from posframe.kernel.domain.asked_of import line_subject, request
from posframe.kernel.domain.permissions import Amount, Answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posframe.kernel.domain.approvals import Request
    from posframe.kernel.domain.basket import LineItem
    from posframe.kernel.domain.draft import Draft
    from posframe.kernel.domain.transaction import Transaction

_Pair = tuple["LineItem", "LineItem | None"]


def requests_after(draft: Draft, command: Any) -> Iterator[Request]:  # noqa: ANN401 - plugins' too
    """Yield what has to be allowed of the prices that ``command`` leaves in the open sale."""
    sale = draft.state.transaction
    if sale is None or sale is draft.before.transaction:
        return
    before = draft.before.transaction_of(sale.id)
    changed = _changed(sale, before)
    yield from _overrides(draft, command, (sale, before), changed)
    yield from _discounts(draft, command, (sale, before), changed)


def _changed(sale: Transaction, before: Transaction | None) -> list[_Pair]:
    """Return lines that count and were touched by hand, each with what it was."""
    lines = sale.basket.lines
    pairs = lines.changes_since(before.basket.lines) if before else ((each, None) for each in lines)
    return [
        (line, old)
        for line, old in pairs
        if line is not old
        and (line.adjustments or line.catalogue_price_minor is not None)
        and not line.voided
        and line.back is None
    ]


def _overrides(
    draft: Draft,
    command: Any,  # noqa: ANN401 - plugins' too
    sales: tuple[Transaction, Transaction | None],
    changed: list[_Pair],
) -> Iterator[Request]:
    lines = [pair for pair in changed if pair[0].catalogue_price_minor is not None]
    is_asked = isinstance(command, cmd.OverridePrice)
    if not lines and not is_asked:
        return
    sale, before = sales
    farthest = by_hand.farthest(by_hand.override_of_line(line) for line, _ in lines)
    was = by_hand.farthest(by_hand.override_of_line(old) for _, old in lines if old is not None)
    now = _amount(farthest, by_hand.overrides_minor(sale))
    then = _amount(was, by_hand.overrides_minor(before) if before else 0)
    if is_asked or _rose(draft, "override_price", then, now):
        yield _request(draft, "override_price", now, [line for line, _ in lines])


def _discounts(
    draft: Draft,
    command: Any,  # noqa: ANN401 - plugins' too
    sales: tuple[Transaction, Transaction | None],
    changed: list[_Pair],
) -> Iterator[Request]:
    lines = [pair for pair in changed if pair[0].adjustments]
    is_asked = isinstance(command, cmd.Discount)
    sale, before = sales
    if not lines and not is_asked and not sale.basket.adjustments:
        return
    now = _amount(_percent(sale, [line for line, _ in lines]), by_hand.discounts_minor(sale))
    olds = [old for _, old in lines if old is not None]
    then = _amount(_percent(before, olds), by_hand.discounts_minor(before)) if before else _NOTHING
    if is_asked or _rose(draft, "discount", then, now) or _one_rose(lines):
        of = [] if sale.basket.adjustments else [line for line, _ in lines]
        yield _request(draft, "discount", now, of)


def _percent(sale: Transaction, lines: list[LineItem]) -> int:
    """Return the deepest cut there is: of a line, or of the whole sale where that has one."""
    cuts = [by_hand.discount_of_line(line) for line in lines]
    if sale.basket.adjustments:
        cuts.append(by_hand.discount_of_sale(sale))
    return max(cuts, default=0)


def _one_rose(lines: list[_Pair]) -> bool:
    """Tell whether a line is cut deeper than it was, though another one is deeper still."""
    return any(
        by_hand.discount_of_line(line) > (by_hand.discount_of_line(old) if old else 0)
        for line, old in lines
    )


def _rose(draft: Draft, permission: str, then: Amount, now: Amount) -> bool:
    """Tell whether there is more to be allowed than before.

    A deeper cut is, always. Where what was there is above what the role may, a larger amount is as
    soon as it is more than somebody answered for in this sale: a percentage approved of a roll is
    none of a hundred loaves that come after it.
    """
    if _is_deeper(then, now):
        return True
    control = draft.state.control
    roles, signed = draft.settings.control.roles, control.signed_in
    assert roles is not None, "only where operators sign in"
    role = signed.role if signed is not None else ""
    if roles.decide(role, permission, then).answer is Answer.ALLOW:
        return True
    answered_minor = max(then.minor or 0, draft.sale.approved_minor(permission))
    return now.minor is None or now.minor > answered_minor


def _is_deeper(then: Amount, now: Amount) -> bool:
    if now.percent_milli is None:
        return then.percent_milli is not None
    return now.percent_milli > (then.percent_milli or 0)


def _request(draft: Draft, permission: str, now: Amount, lines: list[LineItem]) -> Request:
    sale = draft.sale
    number = lines[0].number if len(lines) == 1 else 0
    return request(
        draft,
        permission,
        minor=now.minor,
        percent_milli=now.percent_milli,
        subject=line_subject(sale, number),
    )


def _amount(percent_milli: int | None, minor: int) -> Amount:
    return Amount(minor=max(0, minor), percent_milli=percent_milli)


_NOTHING = Amount(minor=0, percent_milli=0)

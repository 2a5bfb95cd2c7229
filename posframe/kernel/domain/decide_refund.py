"""How money goes back: first by what it was paid with, another way only if somebody answers.

A refund by something outside is a payment of its own: stored before it is asked for, by the
reference of the payment that it gives back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from posframe.errors import RuleViolation
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.cash_drawer import drawer_id
from posframe.kernel.domain.completion import complete
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.decide_payment import intend
from posframe.kernel.domain.money import format_minor
from posframe.kernel.domain.questions import FindSale, VetoTender
from posframe.kernel.domain.refundable import (
    Refundable,
    can_refund,
    is_same,
    most_minor,
    originals,
    otherwise_minor,
    refundable,
    shared_out,
    without_receipt_minor,
)
from posframe.kernel.domain.tender import Tender

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from posframe.kernel.domain import commands as cmd
    from posframe.kernel.domain.draft import Draft
    from posframe.kernel.domain.sold import SoldSale
    from posframe.kernel.domain.tender import TenderRule


def refund(draft: Draft, rule: TenderRule, command: cmd.Pay) -> Generator[Any, Any, str]:
    """Give back what is due, or as much of it as a medium may take."""
    wanted = _wanted(draft, command)
    paid = yield from _refundable(draft)
    if rule.immediate:
        return (yield from _refund_here(draft, rule, command, wanted, paid))
    return (yield from _refund_outside(draft, rule, command, wanted, paid))


def refund_all(draft: Draft, sold: SoldSale) -> Generator[Any, Any, str]:
    """Give a whole sale's money back as it was paid, as far as nobody is needed for it.

    Cash goes back at once, of whatever currency it came, and one payment outside is begun; what is
    left, because a medium objects, is named.
    """
    ways = list(reversed(refundable(draft.state, [sold])))
    cash = next((rule for rule in draft.settings.tenders if rule.is_cash), None)
    coins = [each for each in ways if each.tender.is_cash]
    if cash is not None and coins:
        yield from _if_allowed(draft, _parts(draft, cash, coins, most_minor(coins)))
    for way in ways:
        rule = draft.settings.rule_of(way.tender.type)
        if rule is not None and can_refund(rule):
            return intend(draft, rule, -way.left_minor, way.tender)
    if draft.sale.due_minor == 0:
        return (yield from complete(draft))
    return f"{_amount(draft, -draft.sale.due_minor)} still to give back"


def _if_allowed(draft: Draft, tenders: list[Tender]) -> Generator[Any, Any, None]:
    """Apply tenders where nothing objects, else none of them."""
    events, state = list(draft.events), draft.state
    try:
        for each in tenders:
            yield VetoTender(draft.view, each)
            draft.add(ev.TenderApplied(each))
    except RuleViolation:
        draft.events[:], draft.state = events, state


def _wanted(draft: Draft, command: cmd.Pay) -> int:
    """Return how much is to go back by this medium, at most; positive."""
    due = -draft.sale.due_minor
    asked = command.amount_minor
    if asked is None:
        return due
    if abs(asked) > due or not asked:
        raise RuleViolation(
            f"Only {_amount(draft, due)} goes back", hint="type that much or less, or press Enter"
        )
    return abs(asked)


def _refundable(draft: Draft) -> Generator[Any, Any, list[Refundable]]:
    """Return what the goods that come back were paid with, less what went back already."""
    found: list[SoldSale] = []
    for original in originals(draft.sale):
        sold: SoldSale | None = yield FindSale(transaction=original)
        found += [sold] if sold else []
    return refundable(draft.state, found)


def _refund_here(
    draft: Draft,
    rule: TenderRule,
    command: cmd.Pay,
    wanted: int,
    paid: Sequence[Refundable],
) -> Generator[Any, Any, str]:
    """Give back by a medium of the till's own, such as cash."""
    ways = [each for each in paid if is_same(rule, each.tender)]
    can = most_minor(ways) + without_receipt_minor(draft.sale)
    if rule.refunds == "any":
        can = wanted
    if command.amount_minor is None and can and can < wanted:
        wanted = can
    _check_coins(draft, rule, command, wanted)
    if wanted > can:
        _approve_other(draft, rule, command, wanted - can, paid)
    _check_cash(draft, rule, command, wanted)
    for tender in _parts(draft, rule, ways, wanted):
        yield VetoTender(draft.view, tender)
        draft.add(ev.TenderApplied(tender))
    if draft.sale.due_minor == 0:
        return (yield from complete(draft))
    return f"{rule.label} given back"


def _check_coins(draft: Draft, rule: TenderRule, command: cmd.Pay, wanted: int) -> None:
    """Refuse a part that cannot be paid out: rounded each time, parts would come to more."""
    is_part = command.amount_minor is not None and wanted != -draft.sale.due_minor
    if is_part and rule.round(wanted) != wanted:
        raise RuleViolation(
            f"{rule.label} of that amount does not exist here", hint="type what can be handed out"
        )


def _check_cash(draft: Draft, rule: TenderRule, command: cmd.Pay, wanted: int) -> None:
    given = [each for each in draft.sale.applied if each.is_cash and each.applied_minor < 0]
    total = wanted - sum(each.applied_minor for each in given)
    if not rule.is_cash:
        return
    words = f"{_amount(draft, total)} back in cash needs an approval"
    is_above = total > draft.settings.refund_cash_max_minor
    if draft.settings.control.roles is not None:
        draft.ask("refund_cash", words, minor=total, subject=_of_sale(draft), always=is_above)
    elif is_above:
        draft.approve("refund_cash", command, words, amount_minor=total)


def _refund_outside(
    draft: Draft,
    rule: TenderRule,
    command: cmd.Pay,
    wanted: int,
    paid: Sequence[Refundable],
) -> Generator[Any, Any, str]:
    """Begin a refund by something outside, of one payment; the rest is asked for after it."""
    if not can_refund(rule):
        raise RuleViolation(
            f"{rule.label} cannot give money back", hint=_other_ways(draft, rule, paid)
        )
    ways = [each for each in paid if is_same(rule, each.tender)]
    if not ways:
        assert rule.capabilities is not None, "it can refund"
        if rule.capabilities.refund != "free":
            raise RuleViolation(
                f"Nothing of this was paid by {rule.label}", hint=_other_ways(draft, rule, paid)
            )
        if wanted > without_receipt_minor(draft.sale):
            _approve_other(draft, rule, command, wanted, paid)
        tender = _tender(draft, rule, wanted, "")
        yield VetoTender(draft.view, tender)
        return intend(draft, rule, -wanted, None)
    minor = min(wanted, ways[0].left_minor)
    if command.amount_minor is not None and minor < wanted:
        raise RuleViolation(
            f"Only {_amount(draft, minor)} of this was paid by that card",
            hint="type that much or less, then give the rest back",
        )
    yield VetoTender(draft.view, _tender(draft, rule, minor, ways[0].tender.id))
    return intend(draft, rule, -minor, ways[0].tender)


def _approve_other(
    draft: Draft, rule: TenderRule, command: cmd.Pay, minor: int, paid: Sequence[Refundable]
) -> None:
    known = ", ".join(f"{each.tender.label} {_amount(draft, each.left_minor)}" for each in paid)
    draft.approve(
        "refund_other_tender",
        command,
        f"It was paid by {known}" if known else f"{rule.label} back needs an approval",
        amount_minor=minor,
        subject=_of_sale(draft),
        so_far_minor=otherwise_minor(draft.sale, _taken_by_any(draft)),
    )


def _of_sale(draft: Draft) -> str:
    """Return what an approval is bound to; a name that is taken on trust is bound to nothing."""
    return f"sale {draft.sale.number}" if draft.settings.control.roles is not None else ""


def _taken_by_any(draft: Draft) -> frozenset[str]:
    """Return the tender types by which whatever comes back may go back."""
    return frozenset(each.id for each in draft.settings.tenders if each.refunds == "any")


def _other_ways(draft: Draft, rule: TenderRule, paid: Sequence[Refundable]) -> str:
    ways = [each.tender.label for each in paid if each.tender.type != rule.id]
    ways += [each.label for each in draft.settings.tenders if each.refunds == "any"]
    named = ", ".join(dict.fromkeys(ways))
    return f"give it back by: {named}" if named else "a supervisor can approve cash"


def _parts(draft: Draft, rule: TenderRule, ways: Sequence[Refundable], wanted: int) -> list[Tender]:
    """Return the tenders that give back ``wanted``; what is rounded for cash is on the last."""
    parts = [(minor, way.tender.id) for minor, way in shared_out(ways, wanted)]
    left = wanted - sum(minor for minor, _ in parts)
    if left:
        parts.append((left, ""))
    count = len(draft.sale.tenders)
    tenders = [
        _tender(draft, rule, minor, refunds, count + place)
        for place, (minor, refunds) in enumerate(parts)
    ]
    rounding = rule.round(-wanted) + wanted
    last = tenders[-1]
    tenders[-1] = attrs.evolve(
        last, tendered_minor=last.tendered_minor + rounding, rounding_minor=rounding
    )
    return tenders


def _tender(
    draft: Draft, rule: TenderRule, minor: int, refunds: str, place: int | None = None
) -> Tender:
    number = len(draft.sale.tenders) if place is None else place
    return Tender(
        id=f"{draft.sale.id}-{number + 1}",
        type=rule.id,
        label=rule.label,
        tendered_minor=-minor,
        applied_minor=-minor,
        is_cash=rule.is_cash,
        drawer=drawer_id(draft) if rule.is_cash else "",
        refunds=refunds,
    )


def _amount(draft: Draft, minor: int) -> str:
    return format_minor(minor, exponent(draft.state.currency))

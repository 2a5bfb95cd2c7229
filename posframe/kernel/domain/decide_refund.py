"""How money goes back: first by what it was paid with, another way only if somebody answers.

A refund by something outside is a payment of its own: stored before it is asked for, by the
reference of the payment that it gives back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from posframe.errors import RuleViolation
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.completion import complete
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.decide_payment import intend
from posframe.kernel.domain.money import format_minor
from posframe.kernel.domain.questions import FindSale, VetoTender
from posframe.kernel.domain.refundable import (
    Refundable,
    can_refund,
    is_same,
    originals,
    refundable,
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

    Cash goes back at once and one payment outside is begun; what is left is named.
    """
    outside: list[tuple[TenderRule, Tender]] = []
    for tender in reversed(sold.completed.tenders):
        rule = draft.settings.rule_of(tender.type)
        if rule is None or not tender.applied_minor:
            continue
        if rule.is_cash:
            for each in _parts(draft, rule, [_whole(tender)], tender.applied_minor):
                yield VetoTender(draft.view, each)
                draft.add(ev.TenderApplied(each))
        elif can_refund(rule):
            outside.append((rule, tender))
    if outside:
        rule, tender = outside[0]
        return intend(draft, rule, -tender.applied_minor, tender)
    if draft.sale.due_minor == 0:
        return (yield from complete(draft))
    return f"{_amount(draft, -draft.sale.due_minor)} still to give back"


def _whole(tender: Tender) -> Refundable:
    return Refundable(tender, tender.applied_minor)


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
    can = sum(each.left_minor for each in ways) + without_receipt_minor(draft.sale)
    if rule.refunds == "any":
        can = wanted
    if command.amount_minor is None and can and can < wanted:
        wanted = can
    if wanted > can:
        _approve_other(draft, rule, command, wanted - can, paid)
    if rule.is_cash and wanted > draft.settings.refund_cash_max_minor:
        draft.approve(
            "refund_cash",
            command,
            f"{_amount(draft, wanted)} back in cash needs an approval",
            amount_minor=wanted,
        )
    for tender in _parts(draft, rule, ways, wanted):
        yield VetoTender(draft.view, tender)
        draft.add(ev.TenderApplied(tender))
    if draft.sale.due_minor == 0:
        return (yield from complete(draft))
    return f"{rule.label} given back"


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
    )


def _other_ways(draft: Draft, rule: TenderRule, paid: Sequence[Refundable]) -> str:
    ways = [each.tender.label for each in paid if each.tender.type != rule.id]
    ways += [each.label for each in draft.settings.tenders if each.refunds == "any"]
    named = ", ".join(dict.fromkeys(ways))
    return f"give it back by: {named}" if named else "a supervisor can approve cash"


def _parts(draft: Draft, rule: TenderRule, ways: Sequence[Refundable], wanted: int) -> list[Tender]:
    """Return the tenders that give back ``wanted``; what is rounded for cash is on the last."""
    parts, left = [], wanted
    for way in ways:
        minor = min(left, way.left_minor)
        if minor:
            parts.append((minor, way.tender.id))
            left -= minor
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
        refunds=refunds,
    )


def _amount(draft: Draft, minor: int) -> str:
    return format_minor(minor, exponent(draft.state.currency))

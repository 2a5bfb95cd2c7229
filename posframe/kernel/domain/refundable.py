"""What can go back, and by which way: what the goods were paid with, less what went back already.

Shared by the decision and by the screens that show it beforehand.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import attrs

from posframe.kernel.domain.tender import Tender, TenderStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from posframe.kernel.domain.sold import SoldSale
    from posframe.kernel.domain.tender import TenderRule
    from posframe.kernel.domain.transaction import TillState, Transaction


@attrs.frozen(eq=False, repr=False)
class Refundable:
    """A tender of an earlier sale, and what can still go back by it."""

    tender: Tender
    left_minor: int


def originals(sale: Transaction) -> list[str]:
    """Return the transactions that the goods of a sale come back from."""
    return sorted({line.original for line in sale.basket.lines if not line.voided} - {""})


def refundable(state: TillState, sold: Iterable[SoldSale]) -> list[Refundable]:
    """Return what can still go back by the tenders of the sales ``sold``."""
    going = going_back_minors(state)
    found = [
        Refundable(tender, each.left_minor(tender) - going[tender.id])
        for each in sold
        for tender in each.completed.tenders
    ]
    return [each for each in found if each.left_minor > 0]


def going_back_minors(state: TillState) -> Counter[str]:
    """Return by tender what goes back of it in returns that are not completed, held ones too.

    A refund in doubt counts, and one that a person has to settle: either may have been given.
    """
    going: Counter[str] = Counter()
    for sale in (state.transaction, *state.suspended):
        for tender in sale.applied if sale else ():
            if tender.refunds:
                going[tender.refunds] -= tender.applied_minor
    for payment in state.payments.values():
        in_doubt = payment.is_blocking or payment.status is TenderStatus.QUEUED_FOR_PERSON
        if payment.original_payment and in_doubt:
            going[payment.original_payment] += payment.asked_minor
    return going


def without_receipt_minor(sale: Transaction) -> int:
    """Return what comes back without a receipt: whoever approved that approved the money too."""
    lines = [line for line in sale.basket.lines if not line.voided and not line.original]
    value = -sum(line.amount_minor for line in lines if line.amount_minor < 0)
    given = [each for each in sale.applied if each.applied_minor < 0 and not each.refunds]
    return max(0, value + sum(each.applied_minor for each in given))


def is_same(rule: TenderRule, tender: Tender) -> bool:
    """Tell whether giving back by ``rule`` is giving back by what ``tender`` was paid with."""
    return tender.type == rule.id or (rule.is_cash and tender.is_cash)


def can_refund(rule: TenderRule) -> bool:
    """Tell whether something outside can give money back."""
    return rule.capabilities is not None and rule.capabilities.refund != "none"


def by_this_minor(rule: TenderRule, sale: Transaction, paid: Sequence[Refundable]) -> int:
    """Return how much of what is due back goes back by ``rule`` with nobody's approval."""
    due = -sale.due_minor
    taken = sum(each.left_minor for each in paid if is_same(rule, each.tender))
    if rule.immediate:
        can = due if rule.refunds == "any" else taken + without_receipt_minor(sale)
    elif not can_refund(rule):
        can = 0
    elif not taken and rule.capabilities is not None and rule.capabilities.refund == "free":
        can = without_receipt_minor(sale)
    else:
        can = taken
    return max(0, min(can, due))

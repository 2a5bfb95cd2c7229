"""What can go back, and by which way: what the goods were paid with, less what went back already.

Shared by the decision and by the screens that show it beforehand.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import attrs

from posframe.kernel.domain.tender import Tender, TenderStatus
from posframe.kernel.domain.totals import shares

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from posframe.kernel.domain.sold import SoldSale
    from posframe.kernel.domain.tender import TenderRule
    from posframe.kernel.domain.transaction import TillState, Transaction


_ALL_MINOR = 2**62


@attrs.frozen(eq=False, repr=False)
class Refundable:
    """A tender of an earlier sale, and what can still go back by it."""

    tender: Tender
    left_minor: int
    sale: str
    """The transaction it paid."""
    sale_left_minor: int
    """What can still go back of that sale in this one: no more than its goods that come back."""


def originals(sale: Transaction) -> list[str]:
    """Return the transactions that the goods of a sale come back from."""
    return sorted({line.original for line in sale.basket.lines if not line.voided} - {""})


def refundable(state: TillState, sold: Iterable[SoldSale]) -> list[Refundable]:
    """Return what can still go back by the tenders of the sales ``sold``, for the open sale.

    A payment that its provider gave back, or is giving back, is none of them.
    """
    going, back = going_back_minors(state), _back_minors(state.transaction)
    found = []
    for each in sold:
        sale = each.completed.transaction
        for tender in each.completed.tenders:
            payment = state.payments.get(tender.id)
            stands = payment is None or payment.status is TenderStatus.APPLIED
            left = min(each.left_minor(tender) - going[tender.id], back[sale])
            if stands and left > 0:
                found.append(Refundable(tender, left, sale, back[sale]))
    return found


def shared_out(ways: Iterable[Refundable], wanted_minor: int) -> list[tuple[int, Refundable]]:
    """Return how much of ``wanted_minor`` goes back by each of ``ways``, in their order."""
    found: list[tuple[int, Refundable]] = []
    taken: Counter[str] = Counter()
    left = wanted_minor
    for way in ways:
        minor = min(left, way.left_minor, way.sale_left_minor - taken[way.sale])
        if minor > 0:
            found.append((minor, way))
            taken[way.sale] += minor
            left -= minor
    return found


def most_minor(ways: Iterable[Refundable]) -> int:
    """Return how much can go back by ``ways`` together."""
    return sum(minor for minor, _ in shared_out(ways, _ALL_MINOR))


def _back_minors(sale: Transaction | None) -> Counter[str]:
    """Return by the sale that sold them what goods that come back are worth, less what is back."""
    back: Counter[str] = Counter()
    if sale is None:
        return back
    lines = sale.basket.lines
    for share in shares(sale.basket):
        original = lines[share.number - 1].original
        if original:
            back[original] -= share.gross_minor
    for tender in sale.applied:
        if tender.refunds:
            back[tender.refunds.rpartition("-")[0]] += tender.applied_minor
    return back


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
    lines = sale.basket.lines
    value = -sum(
        share.gross_minor
        for share in shares(sale.basket)
        if share.gross_minor < 0 and not lines[share.number - 1].original
    )
    given = [each for each in sale.applied if each.applied_minor < 0 and not each.refunds]
    return max(0, value + sum(each.applied_minor for each in given))


def otherwise_minor(sale: Transaction, free: frozenset[str]) -> int:
    """Return what went back already in a sale in another way than it came; positive.

    What tender types ``free`` gave back is not counted: by them anything may go back.
    """
    lines = sale.basket.lines
    without_receipt = -sum(
        min(0, share.gross_minor)
        for share in shares(sale.basket)
        if not lines[share.number - 1].original
    )
    given = -sum(
        each.applied_minor
        for each in sale.applied
        if each.applied_minor < 0 and not each.refunds and each.type not in free
    )
    return max(0, given - without_receipt)


def is_same(rule: TenderRule, tender: Tender) -> bool:
    """Tell whether giving back by ``rule`` is giving back by what ``tender`` was paid with."""
    return tender.type == rule.id or (rule.is_cash and tender.is_cash)


def can_refund(rule: TenderRule) -> bool:
    """Tell whether something outside can give money back."""
    return rule.capabilities is not None and rule.capabilities.refund != "none"


def by_this_minor(rule: TenderRule, sale: Transaction, paid: Sequence[Refundable]) -> int:
    """Return how much of what is due back goes back by ``rule`` with nobody's approval."""
    due = -sale.due_minor
    taken = most_minor(each for each in paid if is_same(rule, each.tender))
    if rule.immediate:
        can = due if rule.refunds == "any" else taken + without_receipt_minor(sale)
    elif not can_refund(rule):
        can = 0
    elif not taken and rule.capabilities is not None and rule.capabilities.refund == "free":
        can = without_receipt_minor(sale)
    else:
        can = taken
    return max(0, min(can, due))

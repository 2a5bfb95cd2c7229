"""On what terms goods come back: in time, for a reason, in a condition that says where they go."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from posframe.errors import RuleViolation
from posframe.kernel.domain.basket import ReturnTerms

if TYPE_CHECKING:
    from posframe.kernel.domain import commands as cmd
    from posframe.kernel.domain.draft import Draft
    from posframe.kernel.domain.sold import SoldSale


def check_reason(draft: Draft, reason: str) -> None:
    """Refuse a return without the reason this till asks for.

    Raises:
        RuleViolation: there is none, or one that is not known here.
    """
    settings, said = draft.settings, reason.strip()
    listed = ", ".join(settings.return_reasons)
    if settings.return_reason_needed and not said:
        raise RuleViolation(
            "A return needs a reason", hint=f"type it at the end{listed and ': '}{listed}"
        )
    if said and settings.return_reasons and said not in settings.return_reasons:
        raise RuleViolation(f"{said!r} is no reason here", hint=f"one of: {listed}")


def check_window(draft: Draft, command: cmd.Return, sold: SoldSale) -> None:
    """Ask for an approval where the goods come back later than this shop takes them.

    Raises:
        ApprovalNeeded: nobody answers for it yet.
    """
    days = draft.settings.return_days
    sold_on = datetime.date.fromisoformat(sold.business_date)
    today = datetime.date.fromisoformat(draft.moment.local_date)
    if days and (today - sold_on).days > days:
        draft.approve(
            "return_late",
            command,
            f"Receipt {command.receipt_number} is of {sold.business_date}: returns are taken for"
            f" {days} days",
            subject=str(command.receipt_number),
        )


def terms_of(draft: Draft, condition: str, reason: str, receipt_number: int) -> ReturnTerms:
    """Return the terms of goods in a condition; empty: the usual one.

    Raises:
        RuleViolation: the condition is not known here.
    """
    known = dict(draft.settings.return_conditions)
    seen = condition or next(iter(known), "")
    if seen not in known:
        raise RuleViolation(
            f"{condition!r} is no condition of goods here", hint=f"one of: {', '.join(known)}"
        )
    return ReturnTerms(
        reason=reason.strip(), condition=seen, goes_to=known[seen], receipt_number=receipt_number
    )

"""The words in which a lesson says what counts: events, what is asked of them, refusals. Pure.

A small declared vocabulary and no language: what is not here no lesson can wait for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.event import event_name
from posframe.kernel.domain.refusals import (
    AgeUnchecked,
    ApprovalNeeded,
    PriceNeeded,
    UnknownCode,
    WeightNeeded,
)

if TYPE_CHECKING:
    from posframe.errors import PosframeError
    from posframe.kernel.domain.transaction import TillState
    from posframe.training.lesson import Done, StateNow

Fact = Callable[[Any], Any]

KINDS: Final[Mapping[str, str]] = {
    "code": "text",
    "tender": "text",
    "kind": "text",
    "action": "text",
    "quantity": "quantity",
    "price": "amount",
    "amount": "amount",
    "change": "amount",
    "paid": "yes or no",
    "reason": "yes or no",
    "discount": "yes or no",
}
"""What each fact is: a text, a quantity, an amount of money, or yes or no."""


def _codes(event: Any) -> tuple[str, str]:  # noqa: ANN401 - an event with a line
    return event.line.sku, event.line.code


_LINE: Final[Mapping[str, Fact]] = {
    "code": _codes,
    "quantity": lambda event: event.line.quantity_milli,
    "price": lambda event: event.line.unit_price_minor,
    "reason": lambda event: bool(event.line.override_reason),
    "discount": lambda event: bool(event.line.adjustments),
}
_PAYMENT: Final[Mapping[str, Fact]] = {
    "tender": lambda event: event.payment.type,
    "amount": lambda event: event.payment.asked_minor,
}

EVENTS: Final[Mapping[str, Mapping[str, Fact]]] = {
    "sale.Opened": {},
    "sale.LineAdded": _LINE,
    "sale.LineChanged": _LINE,
    "sale.LineVoided": {},
    "sale.BasketAdjusted": {},
    "sale.CustomerSet": {},
    "sale.CouponAdded": {},
    "sale.AgeChecked": {},
    "sale.Suspended": {},
    "sale.Resumed": {},
    "sale.Cancelled": {},
    "sale.TenderApplied": {
        "tender": lambda event: event.tender.type,
        "amount": lambda event: event.tender.tendered_minor,
        "change": lambda event: event.tender.change_minor,
    },
    "sale.TenderVoided": {},
    "sale.Completed": {
        "kind": lambda event: event.kind,
        "amount": lambda event: event.closing.gross_minor + event.closing.rounding_minor,
    },
    "tender.Intended": _PAYMENT,
    "tender.Doubted": {},
    "tender.Approved": {},
    "tender.Declined": {},
    "tender.Voided": {},
    "tender.Resolved": {
        "paid": lambda event: event.paid,
        "amount": lambda event: event.amount_minor,
    },
    "approval.Given": {"action": lambda event: event.action},
    "cash.Moved": {
        "kind": lambda event: event.kind,
        "amount": lambda event: abs(event.minor),
    },
    "receipt.CopyAsked": {},
    "shift.Opened": {},
    "shift.Ended": {},
    "shift.Recounted": {},
    "shift.Explained": {},
    "shift.Confirmed": {},
    "day.Closed": {},
}
"""By event, the facts that can be asked of it."""

DEEDS: Final[Mapping[str, type]] = {"total": cmd.Total, "x_report": cmd.PrintX}
"""What an operator does that leaves no event, or not always one, by the command it is."""

REFUSALS: Final[Mapping[str, type[Exception] | None]] = {
    "approval": ApprovalNeeded,
    "price": PriceNeeded,
    "weight": WeightNeeded,
    "age": AgeUnchecked,
    "code": UnknownCode,
    "any": None,
}
"""What a condition can ask of a refusal; ``any``: whichever it is."""

_QUESTIONS: Final = (ApprovalNeeded, PriceNeeded, WeightNeeded)
"""Refusals that ask for something more: to be asked is no mistake."""


def fits_event(condition: Done, event: Any) -> bool:  # noqa: ANN401 - any event
    """Tell whether an event is one that a condition counts."""
    if not condition.event or condition.event != event_name(type(event)):
        return False
    known = EVENTS[condition.event]
    return all(_holds(known[name](event), wanted) for name, wanted in condition.facts)


def fits_deed(condition: Done, command: Any) -> bool:  # noqa: ANN401 - any command
    """Tell whether a command that was taken is one that a condition counts."""
    return bool(condition.did) and isinstance(command, DEEDS[condition.did])


def fits_refusal(condition: Done, error: PosframeError) -> bool:
    """Tell whether a refusal is one that a condition counts."""
    if not condition.refused:
        return False
    wanted = REFUSALS[condition.refused]
    return wanted is None or isinstance(error, wanted)


def is_mistake(error: PosframeError) -> bool:
    """Tell whether a refusal is a mistake; a question that it asks is none."""
    return not isinstance(error, _QUESTIONS)


def holds(wanted: StateNow, state: TillState) -> bool:
    """Tell whether a till stands as a step asks."""
    sale = state.transaction
    facts = (
        (wanted.sale or None, "open" if sale else "none"),
        (wanted.due_minor, sale.due_minor if sale else 0),
        (wanted.lines, sale.basket.active if sale else 0),
        (wanted.held, len(state.suspended)),
        (wanted.payments, sum(each.is_blocking for each in state.payments.values())),
        (wanted.counted_minor, _counted_minor(state)),
    )
    return all(asked is None or asked == found for asked, found in facts)


def _counted_minor(state: TillState) -> int:
    ended = [each for each in state.control.shifts if each.counts]
    return ended[-1].counts[-1].cash.total_minor if ended else 0


def _holds(found: Any, wanted: str | int | bool) -> bool:  # noqa: ANN401, FBT001 - of any event
    return wanted in found if isinstance(found, tuple) else bool(found == wanted)

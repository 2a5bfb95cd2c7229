"""What doors tell of people: who works at a till, and what waits for an approval there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.errors import RuleViolation
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.money import format_minor

if TYPE_CHECKING:
    from posframe.kernel.domain.approvals import Request
    from posframe.till import Till


def is_locked(till: Till) -> bool:
    """Tell whether operators sign in at a till, and nobody works there now."""
    return till.signing.is_on and not till.state.control.operator


def people_told(till: Till) -> dict[str, Any]:
    """Return who works at a till and what waits for an approval, ready for JSON.

    Where nobody signs in there is nothing to tell.
    """
    control = till.state.control
    if not till.signing.is_on:
        return {}
    told: dict[str, Any] = {"operator": control.signed_in.operator if control.signed_in else ""}
    if not control.operator:
        told["locked"] = True
    elif unread := len(control.unread(control.operator)):
        told["unread"] = unread
    waits = control.waiting(till.parts.engine.instant)
    if waits is not None:
        told["asks"] = request_told(till, waits)
    return told


def request_told(till: Till, request: Request) -> dict[str, Any]:
    """Return what waits for an approval, ready for JSON; amounts in minor units."""
    roles = till.parts.engine.parts.settings.control.roles
    declared = roles.permissions.get(request.permission) if roles is not None else None
    return {
        "label": declared.label if declared is not None else request.permission,
        "permission": request.permission,
        "amount": request.amount_minor,
        "percent_milli": request.percent_milli,
        "about": request.subject,
        "operator": request.operator,
    }


def not_shown(till: Till, request: Request) -> RuleViolation:
    """Return the refusal that shows what waits, to who was about to answer for it unseen."""
    told = request_told(till, request)
    amount, digits = told["amount"], exponent(till.config.till.currency)
    worth = f", {format_minor(amount, digits)}" if amount is not None else ""
    about = f", {told['about']}" if told["about"] else ""
    return RuleViolation(
        f"Operator {told['operator']} asks elsewhere: {told['label']}{worth}{about}",
        hint="if that is meant, type it again",
    )

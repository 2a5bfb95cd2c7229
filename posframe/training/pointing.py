"""Which lesson a mistake points to: by the exception rule it set off, or what was not permitted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

RULE_LESSONS: Final[Mapping[str, str]] = {
    "void_after_total": "first-sale",
    "line_voids": "first-sale",
    "cancelled_after_total": "first-sale",
    "cancelled": "first-sale",
    "post_voids": "return",
    "no_sale_after_void": "end-of-shift",
    "no_sales": "end-of-shift",
    "drawer_without_sale": "end-of-shift",
    "paid_out": "end-of-shift",
    "skims": "end-of-shift",
    "large_skims": "end-of-shift",
    "price_overrides": "price-override",
    "manual_discounts": "price-override",
    "refunds": "return",
    "blind_returns": "return",
    "refund_to_card": "return",
    "copy_then_refund": "return",
    "copies": "first-sale",
    "payments_by_word": "card-in-doubt",
    "own_approvals": "price-override",
    "approvals_denied": "price-override",
    "cut_after_total": "price-override",
    "cash_short": "end-of-shift",
    "cash_over": "end-of-shift",
    "short_again": "end-of-shift",
    "short_after_over": "end-of-shift",
    "sums_differ": "end-of-shift",
    "recounts": "end-of-shift",
    "agreed_again": "end-of-shift",
    "unconfirmed": "end-of-shift",
    "self_confirmed": "end-of-shift",
}
"""By rule of the exception report, the shipped lesson that shows how it is done."""

NO_LESSON: Final = frozenset(
    {
        "approvals_given",
        "clock_jumps",
        "guessed_pins",
        "numbers_freed",
        "price_looks",
        "same_approver",
        "same_member",
        "tried_to_approve",
        "wrong_pins",
    }
)
"""Rules about habits that no lesson mends."""

PERMISSION_LESSONS: Final[Mapping[str, str]] = {
    "sell": "first-sale",
    "void_line": "first-sale",
    "void_after_total": "first-sale",
    "cancel": "first-sale",
    "override_price": "price-override",
    "discount": "price-override",
    "return": "return",
    "return_late": "return",
    "return_without_receipt": "return",
    "refund_cash": "return",
    "refund_other_tender": "return",
    "post_void": "return",
    "resolve_payment": "card-in-doubt",
    "given_back": "card-in-doubt",
    "no_sale": "end-of-shift",
    "loan": "end-of-shift",
    "pickup": "end-of-shift",
    "paid_in": "end-of-shift",
    "paid_out": "end-of-shift",
    "shift_open": "end-of-shift",
    "shift_end": "end-of-shift",
    "count_blind": "end-of-shift",
}
"""By permission that somebody lacked or was asked about, the lesson that is about it."""


def lesson_of_rule(rule: str) -> str:
    """Return the lesson that a hit of an exception rule points to; empty: none."""
    return RULE_LESSONS.get(rule, "")


def lesson_of_permission(permission: str) -> str:
    """Return the lesson that is about what a permission allows; empty: none."""
    return PERMISSION_LESSONS.get(permission, "")

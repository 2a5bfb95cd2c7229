"""Asking: questions that a key answers with yes, before something is given up or undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from posframe import RuleViolation, commands

if TYPE_CHECKING:
    from posframe_terminal.showing import Showing


@attrs.frozen(kw_only=True)
class Asking:
    """A question that F5 answers with yes: what is done then, and the words for it."""

    command: Any
    title: str
    text: str
    yes: str
    no: str
    screen: str = ""
    """Where yes leads; empty: to what the sale calls for."""
    back: str = ""
    """Where Esc leads; empty: the same."""


def ask_cancel(showing: Showing, command: Any) -> None:  # noqa: ANN401 - commands.Cancel
    """Ask before a sale is given up.

    Raises:
        RuleViolation: no sale is open, or something is paid on it.
    """
    sale = showing.till.state.transaction
    if sale is None:
        raise RuleViolation("No sale is open", hint="there is nothing to cancel")
    if sale.applied:
        key = showing.key_of("take_back")
        raise RuleViolation(
            "Something is paid on this sale", hint=f"take it back with {key} when paying"
        )
    items = showing.items(sale)
    showing.asking = Asking(
        command=command,
        title="GIVE UP THIS SALE?",
        text=f"Sale {sale.number}: items {items}, {showing.amount(sale.totals.gross_minor)}."
        " Every line is taken back; the journal keeps what it had come to.",
        yes="yes, cancel it",
        no="no, go on selling",
    )


def ask_coupon_back(showing: Showing) -> None:
    """Ask before the last coupon is taken back.

    Raises:
        RuleViolation: none was presented.
    """
    sale = showing.till.state.transaction
    if sale is None or not sale.coupons:
        key = showing.key_of("coupon")
        raise RuleViolation("Which coupon?", hint=f"scan it, or type its code, then {key}")
    last = sale.coupons[-1]
    showing.asking = Asking(
        command=commands.RemoveCoupon(code=last.code),
        title="TAKE THE COUPON BACK?",
        text=f"{last.label or last.code}. What it took off goes with it.",
        yes="yes, take it back",
        no="no, leave it",
    )


def ask_customer_off(showing: Showing) -> None:
    """Ask before the customer is taken off the sale.

    Raises:
        RuleViolation: there is none.
    """
    sale = showing.till.state.transaction
    if sale is None or not sale.customer:
        key = showing.key_of("customer")
        raise RuleViolation("Which card?", hint=f"scan it, or type its number, then {key}")
    showing.asking = Asking(
        command=commands.SetCustomer(code=""),
        title="TAKE THE CUSTOMER OFF?",
        text=f"{sale.customer_label or sale.customer}. The goods stay in the sale.",
        yes="yes, take the customer off",
        no="no, leave it",
    )

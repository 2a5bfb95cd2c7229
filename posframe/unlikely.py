"""Unlikely amounts: keyed ten times too large, most of them. Said once, and taken when said again.

Pure. It is a guard against slips of the finger for every way in that a person types at; the limits
that always hold are the kernel's and the shop's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.kernel.domain.commands import MoveCash, Pay, ResolvePayment
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.money import format_minor
from posframe.kernel.domain.tender import TenderStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from posframe.kernel.domain.tender import TenderRule
    from posframe.kernel.domain.transaction import TillState

TIMES = 10
TIMES_WITHOUT_NOTES = 100
"""Where nobody told which notes there are: a large one for a small sale is no slip."""


DOUBTED = (MoveCash, Pay, ResolvePayment)
"""Commands with amounts that a person types."""


def unlikely(
    command: MoveCash | Pay | ResolvePayment,
    state: TillState,
    tenders: Sequence[TenderRule],
    likely_minors: tuple[int, int],
) -> str:
    """Return in words what is unlikely about an amount; empty: nothing.

    Args:
        command: one of those that are ``DOUBTED``.
        state: the till's.
        tenders: the rules of all of them.
        likely_minors: the largest note, and what is likely moved at once; 0: not known.
    """
    note_minor, bound_minor = likely_minors
    if isinstance(command, MoveCash):
        return unlikely_movement(command, state.currency, bound_minor)
    if isinstance(command, ResolvePayment):
        return unlikely_charge(command, state) if command.paid else ""
    rule = next((each for each in tenders if each.id == command.type), None)
    return unlikely_cash(command, state, rule, note_minor) if rule else ""


def unlikely_cash(command: Pay, state: TillState, rule: TenderRule, note_minor: int) -> str:
    """Return in words what is unlikely about money handed over; empty: nothing.

    Unlikely is more than ten times what is due, and more than the largest note.

    Args:
        command: offers the money.
        state: the till's.
        rule: of the tender; one that gives no change takes no more than is due anyhow.
        note_minor: the largest note; 0: not known.
    """
    sale, amount = state.transaction, command.amount_minor
    if sale is None or amount is None or not rule.gives_change:
        return ""
    due = rule.round(sale.due_minor)
    times = TIMES if note_minor else TIMES_WITHOUT_NOTES
    if due <= 0 or amount <= due * times or amount <= note_minor:
        return ""
    return _asked(amount, due, state)


def unlikely_charge(command: ResolvePayment, state: TillState) -> str:
    """Return in words what is unlikely about what a person read off a slip; empty: nothing."""
    payments, sale = state.payments, state.transaction
    in_doubt = [each for each in payments.values() if each.status is TenderStatus.UNKNOWN]
    if command.id:
        in_doubt = [payments[command.id]] if command.id in payments else []
    in_doubt.sort(key=lambda each: sale is None or each.transaction != sale.id)  # as the kernel
    if not in_doubt or command.amount_minor < in_doubt[0].asked_minor * TIMES:
        return ""
    return _asked(command.amount_minor, in_doubt[0].asked_minor, state)


def unlikely_movement(command: MoveCash, currency: str, bound_minor: int) -> str:
    """Return in words what is unlikely about cash put in or taken out; empty: nothing.

    The bound is the shop's and never what the drawer holds: a till that asked by that would tell
    who counts blind what to find.

    Args:
        command: moves the cash.
        currency: of the till; notes of another are held against as many units of it.
        bound_minor: what is likely in this shop; 0: anything.
    """
    digits = exponent(command.currency or currency)
    if not bound_minor or command.amount_minor * 10 ** exponent(currency) <= (
        bound_minor * 10**digits
    ):
        return ""
    amount = " ".join((format_minor(command.amount_minor, digits), command.currency)).strip()
    return f"{command.kind.replace('_', ' ').capitalize()} {amount}?"


def _asked(amount: int, due: int, state: TillState) -> str:
    digits = exponent(state.currency)
    return f"{format_minor(amount, digits)} for {format_minor(due, digits)}?"

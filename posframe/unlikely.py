"""Unlikely amounts: keyed ten times too large, most of them. Said once, and taken when said again.

Pure. It is a guard against slips of the finger for every way in that a person types at; the limits
that always hold are the kernel's and the shop's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.money import format_minor
from posframe.kernel.domain.tender import TenderStatus

if TYPE_CHECKING:
    from posframe.kernel.domain.commands import Pay, ResolvePayment
    from posframe.kernel.domain.tender import TenderRule
    from posframe.kernel.domain.transaction import TillState

TIMES = 10
TIMES_WITHOUT_NOTES = 100
"""Where nobody told which notes there are: a large one for a small sale is no slip."""


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


def _asked(amount: int, due: int, state: TillState) -> str:
    digits = exponent(state.currency)
    return f"{format_minor(amount, digits)} for {format_minor(due, digits)}?"

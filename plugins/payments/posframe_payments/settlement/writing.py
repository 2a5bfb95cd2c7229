"""Writing a reconciliation into the till's journal, and having the till act on what is sure."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from posframe import AnswerOutcome, ProviderAnswer, commands, open_as_owner
from posframe_payments.settlement.courses import CLOSED, read_history
from posframe_payments.settlement.past import read_past
from posframe_payments.settlement.records import PaymentsSettled, TakeReconciliation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from posframe import Till
    from posframe_payments.settlement.comparison import Comparison
    from posframe_payments.settlement.courses import Course
    from posframe_payments.settlement.past import Task

SETTLED_IN_ONE: Final = 5_000
"""Payments in one row of the journal, which holds a mebibyte."""
GIVE_BACK_WITHIN_S: Final = 30
LOOK_EVERY_S: Final = 0.2


def write_down(folder: Path, asked: TakeReconciliation | None) -> None:
    """Write a reconciliation down, and tell the till of payments that were charged after all.

    Args:
        folder: The till's.
        asked: What is written; None: only earlier ones are acted on.

    Raises:
        PosframeError: the till cannot be opened, or it was written down before.
    """
    if asked is None and not _charged(folder):
        return
    with open_as_owner(folder) as till:
        if asked is not None:
            outcome = till.do(asked)
            if outcome.error is not None:
                raise outcome.error
        heard = [course.payment.id for task, course in _charged(folder) if _hear(till, task)]
        _let_go_back(folder, heard)


def settled_rows(key: str, compared: Comparison) -> tuple[PaymentsSettled, ...]:
    """Return the payments a file has, in rows that the journal can hold."""
    every = compared.settled
    return tuple(
        PaymentsSettled(key=key, payments=every[at : at + SETTLED_IN_ONE])
        for at in range(0, len(every), SETTLED_IN_ONE)
    )


def _charged(folder: Path) -> list[tuple[Task, Course]]:
    """Return open tasks about one payment each that the provider surely charged."""
    courses = read_history(folder).courses
    return [
        (task, courses[task.found.payments[0]])
        for task in read_past(folder).open_tasks(courses)
        if task.found.is_sure and courses[task.found.payments[0]].standing in CLOSED
    ]


def _hear(till: Till, task: Task) -> bool:
    """Tell the till what its provider settled; whether it still remembers the payment.

    The answer names the payment, so that it is judged as the provider's own: a payment that was
    closed is given back where its sale has no room for it.
    """
    id_ = task.found.payments[0]
    payment = till.state.payments.get(id_)
    if payment is None:
        return False
    answer = ProviderAnswer(
        outcome=AnswerOutcome.APPROVED,
        payment=id_,
        reference=task.found.reference,
        amount_minor=payment.asked_minor,
        currency=payment.currency,
        words=f"settled in {task.file}",
    )
    outcome = till.do(commands.HearProvider(id=id_, answer=answer, via="look"))
    return bool(outcome.recorded)


def _let_go_back(folder: Path, payments: Sequence[str]) -> None:
    """Wait a little for money to go back; what takes longer goes on when the till runs again."""
    deadline = time.monotonic() + GIVE_BACK_WITHIN_S
    while payments and time.monotonic() < deadline:
        courses = read_history(folder).courses
        if not any(courses[each].is_unsettled for each in payments):
            return
        time.sleep(LOOK_EVERY_S)

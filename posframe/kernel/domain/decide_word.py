"""What a person's word does to a payment that no provider can tell about.

It is taken, with whose it is; settlement confirms or contradicts it later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.errors import RuleViolation
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.cash_moving import give_back_cash, is_cash
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.decide_payment import follow
from posframe.kernel.domain.money import format_minor
from posframe.kernel.domain.payment import AnswerOutcome, ProviderAnswer
from posframe.kernel.domain.payment_judging import look_after_us
from posframe.kernel.domain.tender import TenderStatus

if TYPE_CHECKING:
    from collections.abc import Generator

    from posframe.kernel.domain import commands as cmd
    from posframe.kernel.domain.draft import Draft
    from posframe.kernel.domain.payment import Payment


def resolve(draft: Draft, command: cmd.ResolvePayment) -> Generator[Any, Any, str]:
    """Take a person's word for what became of a payment; settlement will confirm it or not."""
    payment = _meant(draft, command.id, TenderStatus.UNKNOWN)
    if payment is None or payment.status is not TenderStatus.UNKNOWN:
        raise RuleViolation("That payment is not in doubt", hint="look at the list again")
    if command.paid and (command.amount_minor <= 0 or not command.number.strip()):
        raise RuleViolation(
            "What was paid needs the amount and the number on the slip",
            hint="read both off the terminal's slip, or answer not paid",
        )
    if command.paid and payment.kind == "refund" and command.amount_minor != payment.asked_minor:
        asked = format_minor(payment.asked_minor, exponent(payment.currency))
        raise RuleViolation(
            f"{asked} was to be given back", hint="type that amount, or answer not paid"
        )
    said = f"paid, slip {command.number.strip()}" if command.paid else "not paid"
    worth = max(payment.asked_minor, command.amount_minor)
    by = _answers_for(draft, command, "resolve_payment", worth, f"payment {payment.id}: {said}")
    draft.add(
        ev.PaymentResolved(
            id=payment.id,
            paid=command.paid,
            amount_minor=command.amount_minor,
            number=command.number,
            approver=by,
            reason=command.reason,
        )
    )
    _note_word(draft, "resolve_payment", payment, command)
    if payment.terminal and command.number:
        draft.add(ev.MarkSeen(payment.terminal, command.number))
    return (yield from follow(draft, payment, _said(draft, payment, command, by)))


def given_back(draft: Draft, command: cmd.GivenBack) -> Generator[Any, Any, str]:
    """Take a person's word that money went back another way."""
    payment = _meant(draft, command.id, TenderStatus.QUEUED_FOR_PERSON)
    if payment is None or payment.status is not TenderStatus.QUEUED_FOR_PERSON:
        raise RuleViolation("Nothing of that payment is to be given back", hint="look at the list")
    if not command.how.strip():
        raise RuleViolation("How was it given back?", hint="type it, as: cash, slip 4711")
    worth = payment.captured_minor or payment.asked_minor
    by = _answers_for(draft, command, "given_back", worth, f"payment {payment.id}")
    _note_word(draft, "give_back_otherwise", payment, command)
    if is_cash(command.how):
        yield from give_back_cash(draft, payment)
    draft.add(ev.PaymentReversed(id=payment.id, how=command.how, said_by=by))
    return f"{payment.label}: given back"


def _said(draft: Draft, payment: Payment, command: cmd.ResolvePayment, by: str) -> tuple[Any, ...]:
    if not command.paid:
        rule = draft.settings.rule_of(payment.type)
        can = rule.capabilities if rule else None
        look_us = look_after_us(draft.moment.wall_us, can) if can else 0
        cause = "a person said so"
        return (ev.PaymentVoided(id=payment.id, cause=cause, look_us=look_us, said_by=by),)
    answer = ProviderAnswer(
        outcome=AnswerOutcome.APPROVED,
        reference=payment.reference or command.number,
        amount_minor=command.amount_minor,
        terminal=payment.terminal,
        mark=command.number,
    )
    tip = max(0, command.amount_minor - payment.asked_minor) if payment.kind == "charge" else 0
    return (
        ev.PaymentApproved(
            id=payment.id,
            answer=answer,
            captured_minor=command.amount_minor,
            tip_minor=tip,
            late=payment.late,
            said_by=by,
        ),
    )


def _answers_for(
    draft: Draft,
    command: cmd.ResolvePayment | cmd.GivenBack,
    permission: str,
    minor: int,
    subject: str,
) -> str:
    """Return whose word it is: who approved it, or the operator's own.

    A name in the command counts where nobody signs in.
    """
    if draft.settings.control.roles is None:
        return command.approver or draft.moment.operator
    return draft.ask(permission, minor=minor, subject=subject) or draft.moment.operator


def _note_word(
    draft: Draft, action: str, payment: Payment, command: cmd.ResolvePayment | cmd.GivenBack
) -> None:
    """Record whose word it is; the operator's own where nobody else is named.

    Where operators sign in, an approval has recorded itself.
    """
    if draft.settings.control.roles is not None:
        return
    draft.add(
        ev.ApprovalGiven(
            action=action,
            approver=command.approver or draft.moment.operator,
            amount_minor=payment.captured_minor or payment.asked_minor,
            reason=command.reason,
            subject=payment.id,
        )
    )


def _meant(draft: Draft, id_: str, status: TenderStatus) -> Payment | None:
    """Return a payment by its id; without one the open sale's that stands so, else the oldest."""
    if id_:
        return draft.state.payments.get(id_)
    sale = draft.state.transaction
    found = [each for each in draft.state.payments.values() if each.status is status]
    return min(found, key=lambda each: sale is None or each.transaction != sale.id, default=None)

"""What a command asks for before it is decided: permissions, amounts, what they are about.

What it does to prices is known afterwards (``asked_after``); what depends on answers of others is
asked for on the way, by the decision itself. A subject names the very thing, so that an approval
for one line, receipt or payment is none for another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.approvals import Request, handing_over
from posframe.kernel.domain.cash_moving import checked_movement
from posframe.kernel.domain.currencies import EXPONENTS, exponent
from posframe.kernel.domain.hand_prices import voided_minor
from posframe.kernel.domain.kernel_permissions import kernel_permission_of
from posframe.kernel.domain.payment_folding import PRICED_BY_HAND
from posframe.kernel.domain.quantity import extend
from posframe.kernel.domain.shift_choice import ended_meant, explained_meant, open_meant
from posframe.kernel.domain.transaction import JobStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from posframe.kernel.domain.draft import Draft
    from posframe.kernel.domain.shift import Shift
    from posframe.kernel.domain.transaction import Job, Transaction

_ON_THE_WAY = frozenset(
    {"learn", "return", "return_without_receipt", "post_void", "resolve_payment", "given_back"}
)
"""Asked for by the decision itself, which knows the amount, or whether it can be at all."""

_AFTERWARDS = PRICED_BY_HAND
"""Asked for when the sale is as the command leaves it."""


def permission_needed(draft: Draft, command: Any) -> str:  # noqa: ANN401 - plugins' commands too
    """Return the permission without which ``command`` is not for an operator at all."""
    permission = kernel_permission_of(command)
    if permission is not None:
        return permission
    for cls, asked in draft.settings.control.plugin_permissions:
        if type(command) is cls and asked:
            return asked
    return f"undeclared.{type(command).__name__}"


def requests_of(draft: Draft, command: Any) -> Iterator[Request]:  # noqa: ANN401 - plugins' too
    """Yield what has to be allowed before ``command`` is decided.

    Raises:
        RuleViolation: what it is about is not there, or no approval would help it.
    """
    permission = permission_needed(draft, command)
    if permission in _ON_THE_WAY or permission in _AFTERWARDS:
        return
    found = _FOUND.get(type(command))
    if found is not None:
        yield from found(draft, command)
        return
    yield request(draft, permission, subject=_subject(command))


def request(
    draft: Draft,
    permission: str,
    *,
    minor: int | None = None,
    percent_milli: int | None = None,
    subject: str = "",
) -> Request:
    """Return a request of whoever works at the till."""
    return Request(
        permission=permission,
        amount_minor=minor,
        percent_milli=percent_milli,
        subject=subject,
        operator=draft.moment.operator,
    )


def is_late(sale: Transaction) -> bool:
    """Tell whether the total was asked for, or a tender offered: the customer knows what is due."""
    return sale.totalled or bool(sale.tenders)


def line_subject(sale: Transaction, number: int) -> str:
    """Return the words for a line, or with 0 for the whole sale; numbers of sales are used once."""
    return f"sale {sale.number} line {number}" if number else f"sale {sale.number}"


def _subject(command: Any) -> str:  # noqa: ANN401 - any command
    """Return what a command is about by its own words: the kind of thing, and which."""
    for name in ("drawer", "type", "report", "code", "mark"):
        said = getattr(command, name, "")
        if isinstance(said, (str, int)) and said:
            return f"{name.replace('_', ' ')} {said}"
    return type(command).__name__


def _void(draft: Draft, command: cmd.VoidLine) -> Iterator[Request]:
    line = draft.active_line(command.number)
    if command.number is None and line.parent:
        line = draft.active_line(line.parent)
    lines = [line, *(draft.sale.basket.lines[each - 1] for each in draft.followers(line))]
    minor = sum(max(0, each.list_minor) for each in lines)
    yield from _taking_back(draft, line.number, minor)


def _quantity(draft: Draft, command: cmd.ChangeQuantity) -> Iterator[Request]:
    """Ask for a lower quantity as for what it takes back; a higher one sells more."""
    line = draft.active_line(command.number)
    if line.parent:
        line = draft.active_line(line.parent)
    less_milli = line.quantity_milli - max(0, command.quantity_milli)
    if less_milli <= 0:
        yield request(draft, "sell", subject=line_subject(draft.sale, line.number))
        return
    lines = [line, *(draft.sale.basket.lines[each - 1] for each in draft.followers(line))]
    minor = sum(
        extend(each.unit_price_minor, less_milli, each.price_per_milli)
        for each in lines
        if each.list_minor > 0
    )
    yield from _taking_back(draft, line.number, minor)


def _taking_back(draft: Draft, number: int, minor: int) -> Iterator[Request]:
    """Yield what taking goods back asks for, by all that was taken back in this sale so far."""
    sale = draft.sale
    total, subject = voided_minor(sale) + minor, line_subject(sale, number)
    yield request(draft, "void_line", minor=total, subject=subject)
    if is_late(sale):
        yield request(draft, "void_after_total", minor=total, subject=subject)


def _cancel(draft: Draft, _command: cmd.Cancel) -> Iterator[Request]:
    sale = draft.sale
    minor, subject = max(0, sale.totals.gross_minor), line_subject(sale, 0)
    yield request(draft, "cancel", minor=minor, subject=subject)
    if is_late(sale):
        yield request(draft, "void_after_total", minor=minor, subject=subject)


def _resume(draft: Draft, command: cmd.Resume) -> Iterator[Request]:
    held = draft.state.suspended
    if command.transaction:
        sale = next((each for each in held if each.id == command.transaction), None)
    else:
        sale = held[command.place - 1] if 1 <= command.place <= len(held) else None
    yield request(draft, "sell")
    yield from _of_others(draft, sale)


def _cancel_payment(draft: Draft, command: cmd.CancelPayment) -> Iterator[Request]:
    payment = draft.state.payments.get(command.id)
    yield request(draft, "sell")
    if payment is not None:
        yield from _of_others(draft, draft.state.transaction_of(payment.transaction))


def _of_others(draft: Draft, sale: Transaction | None) -> Iterator[Request]:
    """Ask for a sale that somebody else began; the open one is whoever's works on it."""
    if sale is None or sale is draft.state.transaction:
        return
    if sale.operator != draft.moment.operator:
        yield request(draft, "resume_other", subject=line_subject(sale, 0))


def _move_cash(draft: Draft, command: cmd.MoveCash) -> Iterator[Request]:
    permission = kernel_permission_of(command)
    assert permission is not None, "it is the kernel's"
    checked_movement(draft, command)  # nobody is asked about what cannot be
    reason = " ".join(command.reason.split())
    what, minor = command.kind, abs(command.amount_minor)
    if command.currency in EXPONENTS:  # a limit is held against as many units of that currency
        what = f"{what} {command.currency}"
        own, decimals = exponent(draft.state.currency), exponent(command.currency)
        minor = -(-minor * 10**own // 10**decimals)
    subject = f"{what}: {reason}" if reason else what
    yield request(draft, permission, minor=minor, subject=subject)


def _answer_job(draft: Draft, command: cmd.AnswerJob) -> Iterator[Request]:
    """Ask for what is done again as for the first time."""
    yield request(draft, "sell")
    jobs = draft.state.jobs.values()
    job = next((each for each in jobs if command.id in {"", each.id} and _in_doubt(each)), None)
    if job is None or command.happened:
        return
    if job.kind == "batch":
        yield request(draft, "close_batch", subject=f"type {job.subject}")
    elif job.kind == "report" and not _is_own_slip(job.subject):
        yield request(draft, "x_report", subject=f"report {job.subject}")
        if job.subject == "x-open":  # asked for by somebody who may see the cash it tells
            yield request(draft, "count_expected", subject=f"report {job.subject}")


def _end_shift(draft: Draft, command: cmd.EndShift) -> Iterator[Request]:
    yield from _counting(draft, "shift_end", open_meant(draft, command.shift))


def _recount(draft: Draft, command: cmd.RecountShift) -> Iterator[Request]:
    yield from _counting(draft, "count_blind", ended_meant(draft, command.shift))


def _explain(draft: Draft, command: cmd.ExplainDifference) -> Iterator[Request]:
    yield from _counting(draft, "shift_end", explained_meant(draft, command))


def _confirm(draft: Draft, command: cmd.ConfirmShift) -> Iterator[Request]:
    shift = ended_meant(draft, command.shift, own=False)
    yield request(draft, "count_confirm", subject=f"shift {shift.id}")


def _hand_over(draft: Draft, command: cmd.HandOver) -> Iterator[Request]:
    """Ask who gives the drawer, and then who takes it; that one answers for it from now on."""
    shift, to = open_meant(draft, ""), command.to.strip()
    yield from _counting(draft, "hand_over", shift)
    if to == draft.moment.operator:
        yield request(draft, "shift_open", subject=f"shift {shift.id}")
    else:
        yield request(draft, "hand_over", subject=handing_over(shift.id, to))


def _reprint(draft: Draft, command: cmd.Reprint) -> Iterator[Request]:
    """Ask for the receipt that is meant: the last one may be another when it is approved."""
    number = command.receipt_number or draft.state.last_receipt_number
    yield request(draft, "reprint", subject=f"receipt {number}")


def _has_part_in(draft: Draft, shift: Shift) -> bool:
    """Tell whether an operator had or counted the drawer; that they sold into it is no part."""
    counted = {each.operator for each in shift.counts}
    return draft.moment.operator in {shift.operator, *counted}


def _counting(draft: Draft, permission: str, shift: Shift) -> Iterator[Request]:
    subject = f"shift {shift.id}"
    yield request(draft, permission, subject=subject)
    if not _has_part_in(draft, shift):
        yield request(draft, "shift_other", subject=subject)


def _in_doubt(job: Job) -> bool:
    return job.status is JobStatus.UNKNOWN


def _is_own_slip(subject: str) -> bool:
    """Tell a shift's slip that says no more than its operator counted."""
    return subject.startswith("shift-") and not subject.endswith("-confirm")


_FOUND: dict[type, Callable[[Draft, Any], Iterator[Request]]] = {
    cmd.VoidLine: _void,
    cmd.ChangeQuantity: _quantity,
    cmd.Cancel: _cancel,
    cmd.Resume: _resume,
    cmd.CancelPayment: _cancel_payment,
    cmd.MoveCash: _move_cash,
    cmd.AnswerJob: _answer_job,
    cmd.EndShift: _end_shift,
    cmd.RecountShift: _recount,
    cmd.ExplainDifference: _explain,
    cmd.ConfirmShift: _confirm,
    cmd.HandOver: _hand_over,
    cmd.Reprint: _reprint,
}

"""What an operator should know beside the sale: money and jobs in doubt, plugins set aside.

The one place for these words: screen, line mode and script show them as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe.kernel.domain.card_guard import shown
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.money import format_minor
from posframe.kernel.domain.payment import AnswerOutcome
from posframe.kernel.domain.shift import ShiftState
from posframe.kernel.domain.shift_reckoning import skim_reminder
from posframe.kernel.domain.tender import TenderStatus
from posframe.kernel.domain.transaction import JobStatus
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from posframe.kernel.activation import Hooks
    from posframe.kernel.domain.payment import Payment
    from posframe.kernel.domain.shift import ShiftRules
    from posframe.kernel.domain.transaction import Job, TillState, Transaction

_QUESTIONS = {
    "print": "Was the receipt printed?",
    "explain": "Was the price explanation printed?",
    "kick": "Did the drawer open?",
    "slip": "Was the slip printed?",
    "batch": "Did the terminal close its batch?",
    "report": "Was the report printed?",
}
_ANSWERS = "A supervisor answers: .payments shows how"


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Asked(Value):
    """How the asking about a payment stands, as far as this start of the till knows."""

    last: AnswerOutcome | None = None
    """What was last said."""
    sure_in_s: int | None = None
    """How long "not found" may still be wrong; None: it was not said."""
    question: str = ""
    """What a person is asked; empty: nobody needs to be."""
    progress: str = ""
    """What the terminal says is going on."""
    shows: str = ""
    """What the customer scans to pay, as the data of a QR code; empty: nothing."""


def notices(
    state: TillState,
    hooks: Hooks,
    behind: Mapping[str, str],
    asked: Callable[[Payment], Asked] = lambda _payment: Asked(),
    *,
    today: str = "",
    rules: ShiftRules | None = None,
) -> tuple[str, ...]:
    """Return sentences, the most urgent first.

    Args:
        state: the till's state.
        hooks: its plugins.
        behind: read models that are not current, with the error that froze each.
        asked: says how the asking about a payment stands.
        today: the date by the clock, as ISO 8601; empty: it is not looked at.
        rules: of the shop's shifts; None: no drawer is too full.
    """
    money = [
        words
        for payment in reversed(tuple(state.payments.values()))
        if (words := payment_words(payment, state, asked(payment)))
    ]
    doubtful = [_question(job) for job in state.jobs.values() if job.status is JobStatus.UNKNOWN]
    aside = [
        f"Plugin {each.name} {each.version} is set aside: {each.last_fault}"
        for each in hooks.plugins
        if each.quarantined
    ]
    frozen = [
        f"The read model {name} is behind: {error}" for name, error in behind.items() if error
    ]
    day = day_words(state, today) if today else ""
    full = full_words(state, rules) if rules is not None else ""
    last = tuple(words for words in (full, day) if words)
    return tuple(map(shown, (*money, *doubtful, *aside, *frozen, *last)))


def full_words(state: TillState, rules: ShiftRules) -> str:
    """Return a reminder where a drawer here holds more than it should; empty: none does.

    It does not say how much: who reads it may have to count it blind.
    """
    control = state.control
    away = {each.id for each in control.drawers if not each.till}
    for shift in control.shifts:
        if shift.state is ShiftState.OPEN and shift.drawer not in away:
            words = skim_reminder(shift, rules)
            if words:
                return f"{words}: .skim AMOUNT (drawer {shift.drawer})"
    return ""


def day_words(state: TillState, today: str) -> str:
    """Return what is odd about the business day and the clock; empty: nothing.

    Only where days are closed by Zs at all a day that stays open is odd.
    """
    control, date = state.control, state.business_date
    if date > today:
        return f"The clock says {today}, and the business day is {date}: set the clock"
    since = control.open_since or date
    if control.day_open and control.last_z is not None and since < today:
        return f"The business day {since} is still open: .closeday closes it"
    return ""


def payment_words(payment: Payment, state: TillState, asked: Asked) -> str:
    """Return what an operator should know of a payment; empty: nothing."""
    sale = state.transaction
    is_here = sale is not None and sale.id == payment.transaction
    words = _STANDING.get(payment.status)
    if words is not None:
        where = "" if is_here else f" of {sale_words(payment, state)}"
        asks = f". {_ANSWERS}" if asked.question or words is _queued else ""
        return f"{_name(payment)}{where}: {words(payment, asked)}{asks}"
    if sale is None or not is_here or sale.tenders[-1].id != payment.id:
        return ""
    told = _of_this_refund if payment.kind == "refund" else _of_this_sale
    return told(payment, sale)


def standing_words(payment: Payment, asked: Asked) -> str:
    """Return how a payment stands that is not at its end; empty: it is."""
    words = _STANDING.get(payment.status)
    return words(payment, asked) if words is not None else ""


def sale_words(payment: Payment, state: TillState) -> str:
    """Name the sale a payment is for."""
    sale = state.transaction_of(payment.transaction)
    return f"sale {sale.number}" if sale else "an earlier sale"


def _of_this_sale(payment: Payment, sale: Transaction) -> str:
    """Return what became of the open sale's last payment, where that is not plain to see."""
    name = _name(payment)
    if payment.status in {TenderStatus.DECLINED, TenderStatus.VOIDED}:
        return f"{name} was not charged: {payment.cause}. Pay another way, or try again"
    if payment.status is TenderStatus.REVERSED:
        return f"{name} was given back"
    if payment.status is not TenderStatus.APPLIED or sale.due_minor:
        return ""
    if payment.cancel_wished:
        return f"{name} was approved before cancel: Enter keeps it, or take it back"
    if payment.late:
        return f"{name}: an earlier decline was charged after all. Enter keeps it, or take it back"
    return f"{name} was taken: Enter finishes the sale, or take it back"


def _of_this_refund(payment: Payment, sale: Transaction) -> str:
    name = _name(payment)
    if payment.status in {TenderStatus.DECLINED, TenderStatus.VOIDED}:
        return f"{name} was not given back: {payment.cause}. Try again, or another way"
    if payment.status is TenderStatus.REVERSED:
        return f"{name} came back to the shop"
    if payment.status is not TenderStatus.APPLIED or sale.due_minor:
        return ""
    return f"{name} was given back: Enter finishes the sale"


def _sent(payment: Payment, asked: Asked) -> str:
    doing = asked.progress or "customer is paying"
    if payment.kind == "refund":
        doing = asked.progress or "money is being given back"
    return f"asking to cancel; {doing}" if payment.cancel_wished else doing


def _unknown(payment: Payment, asked: Asked) -> str:
    done, again = "charged", "Do not charge again"
    if payment.kind == "refund":
        done, again = "given back", "Do not give it back again"
    if asked.question:
        return asked.question
    if asked.sure_in_s is not None:
        minutes, seconds = divmod(asked.sure_in_s, 60)
        return f"probably not {done}, sure in {minutes}:{seconds:02}. {again}"
    if asked.last is AnswerOutcome.IN_PROGRESS:
        return f"terminal still busy with this. {again}"
    return f"not sure yet. Asking the terminal. {again}"


def _reversing(payment: Payment, asked: Asked) -> str:
    del asked
    if payment.late:
        return "an earlier decline was charged after all: giving it back"
    return f"giving money back, {payment.cause}"


def _queued(payment: Payment, asked: Asked) -> str:
    del asked
    if payment.kind == "refund":
        return (
            f"went back to the customer, {payment.cause}. For the {payment.owner}:"
            " have it paid again, then say how"
        )
    return (
        f"could not give back, {payment.cause}. For the {payment.owner}: give it back another way"
    )


_STANDING: dict[TenderStatus, Callable[[Payment, Asked], str]] = {
    TenderStatus.INTENDED: lambda _payment, _asked: "reaching the terminal",
    TenderStatus.SENT: _sent,
    TenderStatus.UNKNOWN: _unknown,
    TenderStatus.REVERSING: _reversing,
    TenderStatus.QUEUED_FOR_PERSON: _queued,
}


def _name(payment: Payment) -> str:
    minor = payment.captured_minor or payment.asked_minor
    return f"{payment.label} {format_minor(minor, exponent(payment.currency))}"


def _question(job: Job) -> str:
    asked = _QUESTIONS.get(job.kind, f"Was {job.kind} done?")
    return f"{asked} .printed yes or .printed no ({job.detail})"

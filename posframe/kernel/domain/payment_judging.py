"""What an answer about a payment means: pure, the heart of "never charged twice, never lost".

A provider brings facts; here they are matched with what was intended and judged by the state the
payment is in. Every edge has its story in the design's payment protocol; where this returns no
events, the answer changed nothing and the provider is asked again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import attrs

from posframe.kernel.domain import payment_events as pe
from posframe.kernel.domain.payment import CLOSED, AnswerOutcome, ProviderAnswer
from posframe.kernel.domain.tender import Capabilities, TenderStatus
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe.kernel.domain.payment import Payment

NOT_FOUND_TIMES = 2
"""So often "not found" must have been said before it is believed."""
PERCENT_MILLI = 100_000
SUPERVISOR = "supervisor"
"""Who sees to what no provider does."""

DECLINED_ONCE = "declined; asked once more"
"""Why a payment is in doubt that was declined, until an inquiry says the same."""
_ELSEWHERE = "another terminal answered"

Via = Literal["charge", "inquiry", "hook", "reverse", "look"]
Events = tuple[Any, ...]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Hearing(Value):
    """An answer, and what the till knows of how it was got. Never stored."""

    answer: ProviderAnswer
    via: Via
    not_found_times: int = 0
    """How often in a row, this time included; counted since this start of the till."""
    grace_is_over: bool = False
    """True: the first of them was longer ago than the provider's grace, by the steady clock."""
    now_us: int
    capabilities: Capabilities
    is_claimed: bool = False
    """True: the answer names a receipt that is another payment's already."""


def judge(payment: Payment, hearing: Hearing) -> Events:
    """Return the events an answer comes to; none: it changes nothing."""
    answer = hearing.answer
    if is_foreign(payment, answer) or hearing.is_claimed:
        return _foreign(payment, hearing)
    if payment.status in {TenderStatus.SENT, TenderStatus.UNKNOWN}:
        return _in_doubt(payment, hearing)
    if payment.status in CLOSED:
        return _closed(payment, hearing)
    if payment.status is TenderStatus.APPLIED:
        return _applied(payment, hearing)
    if payment.status in {TenderStatus.REVERSING, TenderStatus.QUEUED_FOR_PERSON}:
        return _going_back(payment, hearing)
    return ()


def _foreign(payment: Payment, hearing: Hearing) -> Events:
    """Leave an answer about another payment aside; a terminal's last receipt may well be one."""
    answer = hearing.answer
    if hearing.capabilities.inquiry != "last" or answer.payment:
        words = "An answer about another payment was left aside"
        return (_alarm(payment, answer, "foreign", words),)
    if payment.status not in {TenderStatus.SENT, TenderStatus.UNKNOWN}:
        return ()
    return _doubt(payment, answer, "the terminal's last receipt is another payment's")


def mark_is_after(mark: str, before: str) -> bool:
    """Tell whether a receipt number is a later one.

    A terminal's counter starts over after its highest number: another number is another receipt.
    """
    return mark not in ("", before)


def is_foreign(payment: Payment, answer: ProviderAnswer) -> bool:
    """Tell whether an answer names another payment, ours or the provider's.

    Our own name decides where it is given: the provider's may be one that a person typed.
    """
    if answer.payment:
        return answer.payment != payment.id
    known = payment.reference
    return bool(known and answer.reference and answer.reference != known)


def is_as_asked(payment: Payment, answer: ProviderAnswer) -> bool:
    """Tell whether an answer is of the amount, currency and terminal that were asked.

    What it leaves out is taken as asked.
    """
    is_amount = answer.amount_minor in {None, payment.asked_minor}
    is_currency = answer.currency in {"", payment.currency}
    return is_amount and is_currency and not _is_elsewhere(payment, answer)


def is_not_found(payment: Payment, answer: ProviderAnswer, can: Capabilities) -> bool:
    """Tell whether an inquiry comes to "not found", whatever its words.

    A terminal that knows only its last receipt says it by a receipt number that did not move: a
    decline leaves no receipt there, and a request still on its way has left none yet.
    """
    if answer.outcome is AnswerOutcome.NOT_FOUND:
        return True
    if can.inquiry != "last" or answer.payment:
        return False
    if answer.outcome is AnswerOutcome.DECLINED:
        return not mark_is_after(answer.mark, payment.mark)
    is_receipt = answer.outcome in {AnswerOutcome.APPROVED, AnswerOutcome.REVERSED}
    return is_receipt and bool(answer.mark) and answer.mark == payment.mark


def _is_elsewhere(payment: Payment, answer: ProviderAnswer) -> bool:
    return bool(answer.terminal and payment.terminal and answer.terminal != payment.terminal)


def _in_doubt(payment: Payment, hearing: Hearing) -> Events:
    answer, can = hearing.answer, hearing.capabilities
    if _is_elsewhere(payment, answer):
        return _doubt(payment, answer, _ELSEWHERE)
    if can.inquiry == "last" and not answer.payment:
        if hearing.via != "charge":
            return _last_receipt(payment, hearing)
        if answer.outcome is AnswerOutcome.APPROVED and is_not_found(payment, answer, can):
            return _doubt(payment, answer, "the receipt is an earlier one")
    return _IN_DOUBT[answer.outcome](payment, hearing)


def _last_receipt(payment: Payment, hearing: Hearing) -> Events:
    """Judge a terminal's last receipt: it is the payment's only if it is a later one."""
    answer, can = hearing.answer, hearing.capabilities
    if is_not_found(payment, answer, can):
        return _not_found(payment, hearing)
    if answer.outcome not in {AnswerOutcome.APPROVED, AnswerOutcome.REVERSED}:
        return _unclear(payment, hearing)
    if not payment.mark or not mark_is_after(answer.mark, payment.mark):
        return _doubt(payment, answer, "the terminal's last receipt has no number to tell it by")
    if answer.amount_minor is None or not _is_allowed(payment, can, answer.amount_minor):
        return _doubt(payment, answer, "the terminal's last receipt is of another amount")
    return _IN_DOUBT[answer.outcome](payment, hearing)


def _approved(payment: Payment, hearing: Hearing) -> Events:
    answer = hearing.answer
    if answer.currency and answer.currency != payment.currency:
        return _doubt(payment, answer, f"the answer is in {answer.currency}")
    captured = payment.asked_minor if answer.amount_minor is None else answer.amount_minor
    is_said_again = captured == payment.deviating_minor and hearing.via != "charge"
    if captured != payment.asked_minor and not is_said_again:
        return _doubt(payment, answer, "another amount than asked", captured)
    return _taken(payment, hearing, captured)


def _taken(payment: Payment, hearing: Hearing, captured: int) -> Events:
    late = payment.late or payment.status in CLOSED
    tip = max(0, captured - payment.asked_minor)
    approved = pe.PaymentApproved(
        id=payment.id, answer=hearing.answer, captured_minor=captured, tip_minor=tip, late=late
    )
    refused = _refusal(payment, hearing, captured)
    if refused:
        kind, words = refused
        return approved, _alarm(payment, hearing.answer, kind, words), _reversal(payment, words)
    if not late:
        return (approved,)
    if payment.said_by:
        words = f"{payment.said_by} said it was not paid, and its provider says that it was"
        return approved, _alarm(payment, hearing.answer, "contradicted", words)
    words = "An earlier decline was charged after all"
    return approved, _alarm(payment, hearing.answer, "late", words)


def _refusal(payment: Payment, hearing: Hearing, captured: int) -> tuple[str, str] | None:
    """Return why what was taken goes back at once, as the kind of its alarm and in words."""
    if not _is_allowed(payment, hearing.capabilities, captured):
        if payment.kind == "refund":
            return "amount", f"{captured} was given back where {payment.asked_minor} was asked"
        words = f"{captured} was taken where {payment.asked_minor} was asked: giving all of it back"
        return "amount", words
    limit = hearing.capabilities.offline_limit_minor
    if hearing.answer.offline and captured > limit:
        return "offline", f"{captured} was taken offline, above {limit}: giving it back"
    return None


def _is_allowed(payment: Payment, can: Capabilities, captured: int) -> bool:
    if captured == payment.asked_minor or payment.kind == "refund":
        return captured == payment.asked_minor
    if captured < payment.asked_minor:
        return can.partial and captured > 0
    tip = captured - payment.asked_minor
    return tip <= payment.asked_minor * can.tip_limit_milli // PERCENT_MILLI


def _provisional(payment: Payment, hearing: Hearing) -> Events:
    return _doubt(payment, hearing.answer, "approved so far; the last word is still to come")


def _declined(payment: Payment, hearing: Hearing) -> Events:
    if hearing.via == "charge" and hearing.capabilities.inquiry != "none":
        return _doubt(payment, hearing.answer, DECLINED_ONCE)
    look_us = look_after_us(hearing.now_us, hearing.capabilities)
    return (pe.PaymentDeclined(id=payment.id, answer=hearing.answer, look_us=look_us),)


def _auto_reversed(payment: Payment, hearing: Hearing) -> Events:
    if hearing.via == "charge" and hearing.capabilities.inquiry != "none":
        return _doubt(payment, hearing.answer, "given back at once; asked once more")
    why = _why_not_all(payment, hearing.answer)
    if not why:
        return (_reversed(payment, hearing.answer),)
    doubt = _doubt(payment, hearing.answer, why)
    return (*doubt, _alarm(payment, hearing.answer, "amount", why)) if doubt else ()


def _unclear(payment: Payment, hearing: Hearing) -> Events:
    if payment.status is TenderStatus.SENT:
        return _doubt(payment, hearing.answer, hearing.answer.words or "no clear answer")
    return ()


def _not_found(payment: Payment, hearing: Hearing) -> Events:
    answer = hearing.answer
    if payment.status is TenderStatus.SENT:
        return _doubt(payment, answer, "the provider does not know of it")
    is_certain = hearing.not_found_times >= NOT_FOUND_TIMES and hearing.grace_is_over
    if hearing.capabilities.inquiry == "last" and payment.cause == DECLINED_ONCE:
        is_certain = answer.idle is True  # it did arrive: nothing is on its way any more
    if hearing.via != "inquiry" or answer.idle is False or not is_certain:
        return ()
    look_us = look_after_us(hearing.now_us, hearing.capabilities)
    cause = "the provider knows nothing of it"
    return (pe.PaymentVoided(id=payment.id, cause=cause, answer=(answer,), look_us=look_us),)


_IN_DOUBT: dict[AnswerOutcome, Callable[[Payment, Hearing], Events]] = {
    AnswerOutcome.APPROVED: _approved,
    AnswerOutcome.PROVISIONAL: _provisional,
    AnswerOutcome.DECLINED: _declined,
    AnswerOutcome.REFUSED: _declined,
    AnswerOutcome.REVERSED: _auto_reversed,
    AnswerOutcome.IN_PROGRESS: _unclear,
    AnswerOutcome.UNKNOWN: _unclear,
    AnswerOutcome.NOT_FOUND: _not_found,
}


def _closed(payment: Payment, hearing: Hearing) -> Events:
    """Judge what is said of a payment that was closed without money: a later fact wins.

    An approval may also be an old one that comes late, after the money went back. Where that can
    be, and where the amount has to be said twice, it is in doubt once more, and asked about.
    """
    answer = hearing.answer
    if hearing.capabilities.inquiry == "last" and hearing.via != "charge" and not answer.payment:
        return ()  # the terminal's last receipt is long that of another payment
    is_reversed = payment.status is TenderStatus.REVERSED
    if answer.outcome is AnswerOutcome.PROVISIONAL:
        return () if is_reversed else _provisional(payment, hearing)
    if answer.outcome is AnswerOutcome.APPROVED:
        if is_reversed:
            return _doubt(payment, answer, "approved, it is said, after it was given back")
        return _in_doubt(payment, hearing)
    is_unclear = answer.outcome in {AnswerOutcome.IN_PROGRESS, AnswerOutcome.UNKNOWN}
    if hearing.via == "look" and not is_unclear and not _is_elsewhere(payment, answer):
        return (pe.LookEnded(payment.id),)
    return ()


def _applied(payment: Payment, hearing: Hearing) -> Events:
    answer = hearing.answer
    is_named = bool(answer.payment or answer.reference)
    if answer.outcome is not AnswerOutcome.REVERSED or not is_named:
        return ()
    why = _why_not_all(payment, answer)
    if why:  # it goes on counting: a person has to look
        return (_alarm(payment, answer, "amount", why),)
    words = "A payment that counted was given back by its provider"
    return _reversed(payment, answer), _alarm(payment, answer, "auto_reversed", words)


def _going_back(payment: Payment, hearing: Hearing) -> Events:
    answer = hearing.answer
    if answer.outcome is AnswerOutcome.REVERSED:
        return _came_back(payment, answer)
    is_other = _is_elsewhere(payment, answer) and not answer.payment
    if payment.status is TenderStatus.QUEUED_FOR_PERSON or hearing.via != "reverse":
        return ()
    if answer.outcome is not AnswerOutcome.REFUSED and not is_other:
        return ()
    why = _ELSEWHERE if is_other else answer.words or "the provider refused"
    return (_queued(payment, answer, why),)


def _came_back(payment: Payment, answer: ProviderAnswer) -> Events:
    """Take it that the money went back; of a part of it, a person has the rest to see to."""
    why = _why_not_all(payment, answer)
    if not why:
        return (_reversed(payment, answer),)
    if (payment.status, payment.cause) == (TenderStatus.QUEUED_FOR_PERSON, why):
        return ()  # it is tried on, and says the same each time
    return _queued(payment, answer, why), _alarm(payment, answer, "amount", why)


def _why_not_all(payment: Payment, answer: ProviderAnswer) -> str:
    """Return why an answer does not say that this payment went back, all of it; empty: it does.

    What it leaves out is taken as it was. Before an approval was heard that is what was asked, or
    another amount that was said of it.
    """
    if _is_elsewhere(payment, answer):
        return _ELSEWHERE
    if answer.currency not in {"", payment.currency}:
        return f"given back, it is said, in {answer.currency}"
    captured = payment.captured_minor
    whole = {captured} if captured else {payment.asked_minor, payment.deviating_minor}
    if answer.amount_minor is None or answer.amount_minor in whole:
        return ""
    return f"another amount than was taken was given back: {answer.amount_minor}"


def _doubt(
    payment: Payment, answer: ProviderAnswer, cause: str, deviating: int | None = None
) -> Events:
    """Return that it is in doubt; nothing where that is known already, for the same cause."""
    known = payment.status is TenderStatus.UNKNOWN and payment.cause == cause
    if known and deviating in {None, payment.deviating_minor}:
        return ()
    return (
        pe.PaymentDoubted(id=payment.id, cause=cause, answer=(answer,), deviating_minor=deviating),
    )


def look_after_us(now_us: int, can: Capabilities) -> int:
    """Return when a payment that did not come about is asked for once more; 0: never."""
    if not can.look_again_s or can.inquiry != "reference":
        return 0
    return now_us + can.look_again_s * 1_000_000


def _reversal(payment: Payment, why: str) -> pe.ReversalIntended:
    return pe.ReversalIntended(id=payment.id, reversal=f"{payment.id}-r", why=why)


def _reversed(payment: Payment, answer: ProviderAnswer) -> pe.PaymentReversed:
    return pe.PaymentReversed(id=payment.id, answer=(answer,))


def _queued(payment: Payment, answer: ProviderAnswer, why: str) -> pe.ReversalQueued:
    return pe.ReversalQueued(id=payment.id, owner=SUPERVISOR, why=why, answer=(answer,))


def _alarm(payment: Payment, answer: ProviderAnswer, kind: str, words: str) -> pe.PaymentAlarmed:
    return pe.PaymentAlarmed(id=payment.id, kind=kind, words=words, answer=(answer,))

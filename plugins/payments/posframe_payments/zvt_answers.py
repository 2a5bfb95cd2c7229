"""What the facts of a ZVT terminal come to as a provider's answer. Pure; the kernel judges.

Whatever is not proved is ``UNKNOWN``: a line that broke, a terminal that is busy, a receipt that
may be another payment's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from posframe import AnswerOutcome, Batch, ProviderAnswer
from posframe_payments.qr.currency_numbers import CURRENCY_OF
from posframe_payments.zvt.facts import (
    Aborted,
    Completed,
    Intermediate,
    Lost,
    Refused,
    Status,
    TimedOut,
)
from posframe_payments.zvt.outcomes import Outcome, outcome_of, result_of
from posframe_payments.zvt_link import says_busy
from posframe_payments.zvt_receipts import (
    ReceiptName,
    mark_of,
    name_of,
    read_reference,
    undoes,
)
from posframe_payments.zvt_slips import slips_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from posframe import PaymentRequest
    from posframe_payments.zvt.facts import Fact

ALREADY_REVERSED: Final = 0xB4
_OUTCOMES: Final = {
    Outcome.APPROVED: AnswerOutcome.APPROVED,
    Outcome.PROVISIONAL: AnswerOutcome.PROVISIONAL,
    Outcome.DECLINED: AnswerOutcome.DECLINED,
    Outcome.REFUSED: AnswerOutcome.DECLINED,
    Outcome.UNKNOWN: AnswerOutcome.UNKNOWN,
}
SIGNS: Final = "the customer signs the slip: compare, and take back what does not match"


def unclear(words: str, *, terminal: str = "", idle: bool | None = None) -> ProviderAnswer:
    """Return that nobody knows, and why."""
    return ProviderAnswer(outcome=AnswerOutcome.UNKNOWN, words=words, terminal=terminal, idle=idle)


def doing(facts: Iterable[Fact]) -> list[ProviderAnswer]:
    """Return what the terminal says that it or its customer is doing."""
    words = [each.words for each in facts if isinstance(each, Intermediate) and each.asked]
    return [ProviderAnswer(outcome=AnswerOutcome.IN_PROGRESS, words=each) for each in words]


def payment_answer(facts: Sequence[Fact], terminal: str) -> ProviderAnswer:
    """Return what a payment or a refund came to so far.

    Args:
        facts: since its command was sent.
        terminal: who the terminal said it is when it was registered.
    """
    outcome, status = outcome_of(facts), result_of(facts)
    found = _OUTCOMES[outcome]
    answer = _with_status(
        ProviderAnswer(outcome=found, words=_words(facts), terminal=terminal), status
    )
    if outcome is not Outcome.PROVISIONAL:
        answer = attrs.evolve(answer, slips=slips_of(facts, "customer"))
    return attrs.evolve(answer, idle=_is_idle(facts))


def last_receipt_answer(
    facts: Sequence[Fact], terminal: str, request: PaymentRequest
) -> ProviderAnswer:
    """Return what the terminal's last receipt says about a payment in doubt.

    Args:
        facts: of a repeat receipt.
        terminal: who the terminal said it is when it was registered.
        request: the payment; its mark is the last receipt before it.
    """
    status = last_receipt(facts)
    if status is None:
        return unclear("it repeats no receipt", terminal=terminal, idle=_is_idle(facts))
    seen = ProviderAnswer(outcome=AnswerOutcome.UNKNOWN, terminal=terminal, idle=True)
    named, known = name_of(status), read_reference(request.reference)
    assert named is not None, "a last receipt has a number"
    is_earlier = _is_earlier(named, read_reference(request.mark), known)
    if is_earlier:
        return attrs.evolve(
            seen,
            outcome=AnswerOutcome.NOT_FOUND,
            terminal=status.terminal or terminal,
            mark=mark_of(status),
            words="its last receipt is an earlier one",
        )
    if is_earlier is None:
        words = "its last receipt has the number of an earlier one: look at its slips"
        return attrs.evolve(seen, terminal=status.terminal or terminal, words=words)
    answer = _with_status(seen, status)
    if status.original_trace:
        if known is None or not undoes(status, known, request.amount_minor):
            return attrs.evolve(answer, words="its last receipt is of a reversal")
        return attrs.evolve(
            answer, outcome=AnswerOutcome.REVERSED, reference=request.reference, words="given back"
        )
    if known is not None and known.may_be(named):
        answer = attrs.evolve(answer, reference=request.reference)
    outcome = AnswerOutcome.APPROVED if status.approves else AnswerOutcome.DECLINED
    return attrs.evolve(
        answer, outcome=outcome, words=_card(status), slips=slips_of(facts, "customer")
    )


def _is_earlier(
    last: ReceiptName, before: ReceiptName | None, known: ReceiptName | None
) -> bool | None:
    """Tell whether a last receipt was there before the payment; None: it cannot be told.

    Args:
        last: the receipt that was repeated.
        before: the one before the payment; None: there was none.
        known: the payment's own, where the terminal has said it.
    """
    if before is None or not before.may_be(last):
        return False
    if known is not None and known.may_be(last):  # the counter started over in between
        return False if known.trace == last.trace != before.trace else None
    return True if before == last else None


def last_receipt(facts: Sequence[Fact]) -> Status | None:
    """Return the receipt that was repeated; None where none was, or not for certain."""
    status = result_of(facts)
    is_certain = outcome_of(facts) in {Outcome.APPROVED, Outcome.DECLINED}
    if status is None or not is_certain or status.receipt is None:
        return None
    return status


def has_no_receipt(facts: Sequence[Fact]) -> bool:
    """Tell whether a repeat receipt came to its end without one: there is none, or it may not."""
    ended = bool(facts) and isinstance(facts[-1], Completed | Aborted) and not says_busy([*facts])
    return ended and result_of(facts) is None


def before_reversal(
    facts: Sequence[Fact], request: PaymentRequest, *, any_receipt: bool
) -> ProviderAnswer | None:
    """Return what is known of a reversal before it is asked for; None: ask for it.

    Args:
        facts: of a repeat receipt.
        request: the payment to be taken back.
        any_receipt: whether the terminal takes back other receipts than its last.
    """
    status, name = last_receipt(facts), read_reference(request.reference)
    assert name is not None, "what has no number is not asked for"
    if status is None:
        return unclear("it does not say what its last receipt is", idle=_is_idle(facts))
    last = name_of(status)
    assert last is not None, "a last receipt has a number"
    if undoes(status, name, request.amount_minor):
        return _reversed(request, status)
    is_reversal = bool(status.original_trace)
    if not any_receipt and is_reversal and name.trace is None:
        same = last.is_next_after(name) and status.amount_minor == request.amount_minor
        if same:  # it takes back its last receipt only, so this one undid the one before it
            return _reversed(request, status)
    if any_receipt or (last.may_be(name) and not is_reversal):
        return None
    return ProviderAnswer(
        outcome=AnswerOutcome.REFUSED,
        terminal=status.terminal,
        words="the terminal has a later receipt, and takes back its last one only",
    )


def reversal_answer(
    facts: Sequence[Fact], terminal: str, request: PaymentRequest
) -> ProviderAnswer:
    """Return what a reversal came to."""
    outcome, status = outcome_of(facts), result_of(facts)
    aborts = [each.code for each in facts if isinstance(each, Aborted)]
    if outcome is Outcome.DECLINED and ALREADY_REVERSED in aborts:
        return _reversed(request, None, terminal)
    if outcome is Outcome.APPROVED and status is not None:
        if status.amount_minor in {None, request.amount_minor}:
            slips = slips_of(facts, "customer")
            return attrs.evolve(_reversed(request, status, terminal), slips=slips)
        words = "it took back another amount: look at its slip"
        return ProviderAnswer(outcome=AnswerOutcome.REFUSED, terminal=terminal, words=words)
    if outcome in {Outcome.DECLINED, Outcome.REFUSED}:
        words = _words(facts)
        return ProviderAnswer(outcome=AnswerOutcome.REFUSED, terminal=terminal, words=words)
    return unclear(_words(facts), terminal=terminal, idle=_is_idle(facts))


def batch_of(facts: Sequence[Fact], terminal: str) -> Batch:
    """Return what an end of day that came to its end reports."""
    status = result_of(facts) or Status()
    totals = status.totals
    return Batch(
        terminal=status.terminal or terminal,
        count=None if totals is None else sum(each.count for each in totals.cards),
        gross_minor=status.amount_minor,
        currency=_currency(status),
        slips=slips_of(facts, "batch"),
    )


def why_not(facts: Sequence[Fact]) -> str:
    """Return why a command did not come to its end, in a few words."""
    return _words(facts)


def _reversed(request: PaymentRequest, status: Status | None, terminal: str = "") -> ProviderAnswer:
    return ProviderAnswer(
        outcome=AnswerOutcome.REVERSED,
        reference=request.reference,
        amount_minor=request.amount_minor,
        terminal=(status.terminal if status else "") or terminal,
        mark=mark_of(status),
        raw=status.raw if status else b"",
        words="given back",
    )


def _with_status(answer: ProviderAnswer, status: Status | None) -> ProviderAnswer:
    if status is None:
        return answer
    name = name_of(status)
    return attrs.evolve(
        answer,
        reference="" if name is None else str(name),
        amount_minor=status.amount_minor,
        currency=_currency(status),
        terminal=status.terminal or answer.terminal,
        mark=mark_of(status),
        raw=status.raw,
    )


def _currency(status: Status) -> str:
    """Return the currency by its letters; by its number where that is no currency's."""
    if status.currency is None:
        return ""
    number = f"{status.currency:03d}"
    return CURRENCY_OF.get(number, number)


def _is_idle(facts: Sequence[Fact]) -> bool | None:
    """Tell whether the terminal has nothing to do; None: it does not say."""
    if says_busy([*facts]):
        return False
    return True if facts and isinstance(facts[-1], Completed | Aborted) else None


def _words(facts: Sequence[Fact]) -> str:
    """Return what to tell the cashier of how it ended."""
    status = result_of(facts)
    end = facts[-1] if facts else None
    if says_busy([*facts]):
        return "the terminal is busy"
    if isinstance(end, Aborted | Refused):
        is_refusal = status is not None and status.result not in {None, 0}
        return status.words if status is not None and is_refusal else end.words
    if isinstance(end, Lost):
        return "the line to the terminal broke"
    if isinstance(end, TimedOut):
        return "the terminal does not answer"
    if status is None:
        return "the terminal said nothing of it"
    return _card(status) if status.approves else status.words


def _card(status: Status) -> str:
    card = f"{status.card_name} {status.card_last_four}".strip()
    return f"{card}; {SIGNS}" if status.needs_signature else card

"""What an answer of a nexo terminal means for a payment: facts for the kernel, never a guess.

A failure counts as a decline only where the terminal names a condition that cannot be the answer to
a copy of the request; anything else is nobody's word, and is asked about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe import AnswerOutcome, ProviderAnswer
from posframe_payments.nexo.keeping import kept
from posframe_payments.nexo.reading import (
    BUSY,
    FAILURE,
    IN_PROGRESS,
    NOT_FOUND,
    PARTIAL,
    SUCCESS,
    Reply,
)
from posframe_payments.nexo.receipts import slips
from posframe_payments.nexo.reference import Reference, read_reference

if TYPE_CHECKING:
    from posframe_payments.nexo.table import Table

_NO_MONEY = frozenset({
    "Aborted", "Cancel", "DeviceOut", "InsertedCard", "InvalidCard", "PaymentRestriction",
    "Refusal", "UnavailableDevice", "UnreachableHost", "WrongPIN",
})  # fmt: skip
"""Conditions of a payment that came to nothing."""
_NO_MONEY_REPEATED = _NO_MONEY | {
    "LoggedOut", "MessageFormat", "NotAllowed", NOT_FOUND, "UnavailableService",
}  # fmt: skip
"""The same where the terminal repeats it: these may otherwise be said to a copy of the request."""
_NEVER_REVERSED = frozenset({
    "InvalidCard", "NotAllowed", NOT_FOUND, "PaymentRestriction", "Refusal",
})  # fmt: skip
"""A reversal that failed so fails again."""


def payment_answer(reply: Reply, *, is_repeated: bool = False) -> ProviderAnswer:
    """Return what the answer to a payment says.

    Raises:
        DataError: it says that money moved, and not all that belongs to it.
    """
    if reply.result == FAILURE:
        return _failure(reply, is_repeated=is_repeated)
    data = reply.body.table("SaleData").table("SaleTransactionID")
    amounts = reply.body.table("PaymentResult").table("AmountsResp")
    currency = amounts.text("Currency")
    tip = amounts.values.get("TipAmount")
    return attrs.evolve(
        _said(AnswerOutcome.APPROVED, reply),
        reference=str(read_reference(reply.body.table("POIData"))),
        amount_minor=amounts.amount_minor("AuthorizedAmount", currency),
        tip_minor=0 if tip is None else amounts.amount_minor("TipAmount", currency),
        currency=currency,
        payment=data.text("TransactionID"),
        slips=slips(reply.body),
    )


def refund_answer(
    reply: Reply, original: Reference, currency: str, *, is_repeated: bool = False
) -> ProviderAnswer:
    """Return what the answer to a part of a payment given back says.

    Raises:
        DataError: it is about another payment, or malformed.
    """
    if reply.result == FAILURE:
        return _failure(reply, is_repeated=is_repeated)
    _check_original(reply, original)
    amount_minor = _reversed_minor(reply, currency)
    if amount_minor is None and reply.result == PARTIAL:
        raise reply.body.malformed("ReversedAmount")
    data = reply.body.optional("POIData")
    return attrs.evolve(
        _said(AnswerOutcome.APPROVED, reply),
        reference="" if data is None else str(read_reference(data)),
        amount_minor=amount_minor,
        currency=currency,
        slips=slips(reply.body),
    )


def reversal_answer(reply: Reply, original: Reference, currency: str) -> ProviderAnswer:
    """Return what the answer to a reversal says: reversed, refused, or that nobody knows.

    ``ReversedAmount`` may be left out, where it is all of the payment.

    Raises:
        DataError: it is about another payment, or malformed.
    """
    if reply.result == SUCCESS:
        _check_original(reply, original)
        return attrs.evolve(
            _said(AnswerOutcome.REVERSED, reply),
            amount_minor=_reversed_minor(reply, currency),
            slips=slips(reply.body),
        )
    if reply.condition in _NEVER_REVERSED:
        return _said(AnswerOutcome.REFUSED, reply)
    return _said(AnswerOutcome.UNKNOWN, reply)


def status_answer(reply: Reply) -> ProviderAnswer:
    """Return what a terminal says that repeats no answer: in progress, not found, or nothing."""
    if reply.condition == IN_PROGRESS:
        return attrs.evolve(_said(AnswerOutcome.IN_PROGRESS, reply), idle=False)
    found = AnswerOutcome.NOT_FOUND if reply.condition == NOT_FOUND else AnswerOutcome.UNKNOWN
    return _said(found, reply)


def _failure(reply: Reply, *, is_repeated: bool) -> ProviderAnswer:
    if reply.condition == IN_PROGRESS:
        return attrs.evolve(_said(AnswerOutcome.IN_PROGRESS, reply), idle=False)
    if reply.condition in (_NO_MONEY_REPEATED if is_repeated else _NO_MONEY):
        return attrs.evolve(_said(AnswerOutcome.DECLINED, reply), slips=slips(reply.body))
    unclear = _said(AnswerOutcome.UNKNOWN, reply)
    return attrs.evolve(unclear, idle=False) if reply.condition == BUSY else unclear


def _reversed_minor(reply: Reply, currency: str) -> int | None:
    if reply.body.values.get("ReversedAmount") is None:
        return None
    return reply.body.amount_minor("ReversedAmount", currency)


def _said(outcome: AnswerOutcome, reply: Reply) -> ProviderAnswer:
    words = reply.words or reply.condition
    return ProviderAnswer(
        outcome=outcome, terminal=reply.terminal, words=words, raw=kept(reply.body)
    )


def _check_original(reply: Reply, original: Reference) -> None:
    """Hold the payment that an answer names, where it does, against the one that was meant."""
    named: Table | None = reply.body.optional("OriginalPOITransaction")
    if named is None:
        return
    if read_reference(named).id != original.id:
        raise named.malformed("POITransactionID")

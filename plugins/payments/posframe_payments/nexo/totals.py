"""The totals a terminal reports when a period of it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe import Batch, Money, Slip

if TYPE_CHECKING:
    from posframe_payments.nexo.reading import Reply
    from posframe_payments.nexo.table import Table

_SIGNS = {"Debit": 1, "ReverseDebit": -1, "Credit": -1, "ReverseCredit": 1}
"""What goes into what was taken less what was given back."""
_COUNTED = frozenset({"Debit", "Credit"})
IDENTIFIER_MAX = 100


@attrs.frozen
class _Total:
    """One row: so many of a type, by one brand of card."""

    brand: str
    type: str
    count: int
    amount: Money

    @property
    def line(self) -> str:
        """Return it as it is printed."""
        return f"{self.brand or 'Card'} {self.type} {self.count} x  {self.amount}"


def read_batch(reply: Reply) -> Batch:
    """Return the batch that a reconciliation ended.

    Raises:
        DataError: a total is malformed: nobody knows what was handed in.
    """
    rows = [each for totals in reply.body.tables("TransactionTotals") for each in _rows(totals)]
    money = [each for each in rows if each.type in _SIGNS]
    currencies = {each.amount.currency for each in money}
    number = _number(reply.body)
    lines = (f"Batch {number}", reply.terminal, *(each.line for each in rows))
    batch = Batch(
        terminal=reply.terminal, reference=number, slips=(Slip(kind="batch", lines=lines),)
    )
    if len(currencies) != 1:  # sums of two currencies are no sum; none at all was not said
        return batch
    return attrs.evolve(
        batch,
        count=sum(each.count for each in money if each.type in _COUNTED),
        gross_minor=sum(_SIGNS[each.type] * each.amount.minor for each in money),
        currency=currencies.pop(),
    )


def _rows(totals: Table) -> list[_Total]:
    rows = totals.tables("PaymentTotals")
    if not rows:
        return []
    currency = totals.text("PaymentCurrency")
    return [
        _Total(
            totals.word("CardBrand"),
            each.text("TransactionType"),
            each.count("TransactionCount"),
            Money(each.amount_minor("TransactionAmount", currency), currency),
        )
        for each in rows
    ]


def _number(body: Table) -> str:
    """Return the number of the period: the protocol has a number, some terminals write a text."""
    found = body.values.get("POIReconciliationID")
    text = found if isinstance(found, str) else str(getattr(found, "text", ""))
    return text if text.isprintable() and len(text) <= IDENTIFIER_MAX else ""

"""The read model of accounts: what each customer owes, and the ledger that it is the sum of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from posframe import Projection, RuleViolation
from posframe_payments.account_events import (
    ACCOUNT_EVENTS,
    AccountCharged,
    AccountCredited,
    AccountPaid,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posframe import PluginContext, Recorded, Statement

NAME: Final = "account"
_SCHEMA: Final = """
CREATE TABLE account_ledger (
    seq INTEGER PRIMARY KEY,
    customer TEXT NOT NULL,
    what TEXT NOT NULL,
    minor INTEGER NOT NULL,
    transaction_id TEXT NOT NULL,
    tender TEXT NOT NULL
) STRICT;
CREATE INDEX account_ledger_by_customer ON account_ledger (customer);
CREATE INDEX account_ledger_by_tender ON account_ledger (tender);
CREATE INDEX account_ledger_by_transaction ON account_ledger (transaction_id);
CREATE TABLE account_owed (
    customer TEXT PRIMARY KEY,
    minor INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""

_STATEMENTS: Final = {
    "book": "INSERT INTO account_ledger VALUES (?, ?, ?, ?, ?, ?)",
    "move": "INSERT INTO account_owed VALUES (?, ?)"
    " ON CONFLICT DO UPDATE SET minor = minor + excluded.minor",
}

_QUERIES: Final = {
    "account_owed": "SELECT minor FROM account_owed WHERE customer = ?",
    "account_of_tender": "SELECT customer, sum(minor) FROM account_ledger"
    " WHERE tender = ? GROUP BY customer",
    "account_payer": "SELECT customer FROM account_ledger"
    " WHERE transaction_id = ? AND what = 'paid'",
    "account_of_sale": "SELECT customer, sum(minor) FROM account_ledger"
    " WHERE transaction_id = ? AND tender <> '' GROUP BY customer",
}


class AccountLedger:
    """Asks the read model, on the engine thread; it sees the action under way.

    Whatever is asked while it is read anew is refused, for a debt of then has room for another.
    """

    def __init__(self, context: PluginContext) -> None:
        self._context = context

    def owed_minor(self, customer: str) -> int:
        """Return what a customer owes; negative: was paid too much."""
        rows = self._query("account_owed", (customer,))
        return int(rows[0][0]) if rows else 0

    def of_tender(self, tender: str) -> tuple[str, int] | None:
        """Return (customer, minor) of what a tender came to."""
        rows = self._query("account_of_tender", (tender,))
        return (str(rows[0][0]), int(rows[0][1])) if rows else None

    def payer(self, transaction: str) -> str | None:
        """Return whose debt a completed sale paid; None: nobody's."""
        rows = self._query("account_payer", (transaction,))
        return str(rows[0][0]) if rows else None

    def of_sale(self, transaction: str) -> dict[str, int]:
        """Return by customer what a sale's tenders came to."""
        return {
            str(customer): int(minor)
            for customer, minor in self._query("account_of_sale", (transaction,))
        }

    def _query(self, name: str, parameters: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        if not self._context.is_current(NAME):
            raise RuleViolation(
                "The accounts are being read anew", hint="wait a moment, or pay another way"
            )
        return self._context.query(name, parameters)


def signed_minor(event: AccountCharged | AccountCredited | AccountPaid) -> int:
    """Return what an event adds to what is owed."""
    return event.minor if isinstance(event, AccountCharged) else -event.minor


def _apply(row: Recorded) -> Iterator[Statement]:
    event: Any = row.event
    if not isinstance(event, ACCOUNT_EVENTS):  # passed over, it would leave balances wrong
        raise TypeError(f"{row.name} version {row.version} is of a newer plugin")
    minor = signed_minor(event)
    what = row.name.partition(".")[2].lower()
    tender = getattr(event, "tender", "")
    yield "book", (row.seq, event.customer, what, minor, event.transaction, tender)
    yield "move", (event.customer, minor)


ACCOUNT_LEDGER: Final = Projection(
    name=NAME,
    handles=frozenset(str(getattr(each, "event_name", "")) for each in ACCOUNT_EVENTS),
    migrations=(_SCHEMA,),
    statements=_STATEMENTS,
    queries=_QUERIES,
    apply=_apply,
    required=True,
)

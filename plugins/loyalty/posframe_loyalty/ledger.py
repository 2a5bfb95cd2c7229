"""The read model of cards: a balance for each, and the ledger that it is the sum of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posframe import Projection
from posframe_loyalty.cards import customer_of
from posframe_loyalty.events import CardEnrolled, PointsEarned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posframe import Recorded, Statement

_SCHEMA: Final = """
CREATE TABLE loyalty_card (
    customer TEXT PRIMARY KEY,
    card TEXT NOT NULL,
    balance INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE loyalty_ledger (
    seq INTEGER PRIMARY KEY,
    customer TEXT NOT NULL,
    points INTEGER NOT NULL,
    kind TEXT NOT NULL,
    transaction_id TEXT NOT NULL
) STRICT;
"""

_ORIGINALS: Final = """
ALTER TABLE loyalty_ledger ADD COLUMN minor INTEGER NOT NULL DEFAULT 0;
ALTER TABLE loyalty_ledger ADD COLUMN original TEXT NOT NULL DEFAULT '';
CREATE INDEX loyalty_ledger_by_transaction ON loyalty_ledger (transaction_id);
CREATE INDEX loyalty_ledger_by_original ON loyalty_ledger (original) WHERE original <> '';
"""

_STATEMENTS: Final = {
    # A card enrolled twice (once while this model was behind) keeps what it had the first time.
    "brought": "INSERT INTO loyalty_ledger SELECT ?, ?, ?, 'enrolled', '', 0, ''"
    " WHERE NOT EXISTS (SELECT 1 FROM loyalty_card WHERE customer = ?)",
    "enrol": "INSERT INTO loyalty_card VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
    "earned": "INSERT INTO loyalty_ledger VALUES (?, ?, ?, 'earned', ?, ?, ?)",
    "credit": "UPDATE loyalty_card SET balance = balance + ? WHERE customer = ?",
}

_QUERIES: Final = {
    "balance": "SELECT balance FROM loyalty_card WHERE customer = ?",
    "earned_by": "SELECT customer, points, minor FROM loyalty_ledger"
    " WHERE transaction_id = ? AND kind = 'earned' AND original = ''",
    "taken_back": "SELECT coalesce(-sum(points), 0), coalesce(-sum(minor), 0)"
    " FROM loyalty_ledger WHERE original = ? AND original <> ''",
}


def _apply(row: Recorded) -> Iterator[Statement]:
    event = row.event
    if isinstance(event, CardEnrolled):
        customer = customer_of(event.card)
        yield "brought", (row.seq, customer, event.points, customer)
        yield "enrol", (customer, event.card, event.points)
    elif isinstance(event, PointsEarned):
        yield (
            "earned",
            (
                row.seq,
                event.customer,
                event.points,
                event.transaction,
                event.minor,
                event.original,
            ),
        )
        yield "credit", (event.points, event.customer)
    else:  # passed over, it would leave balances wrong without a word
        raise TypeError(f"{row.name} version {row.version} is of a newer plugin")


LEDGER: Final = Projection(
    name="loyalty",
    handles=frozenset({"loyalty.CardEnrolled", "loyalty.PointsEarned"}),
    migrations=(_SCHEMA, _ORIGINALS),
    statements=_STATEMENTS,
    queries=_QUERIES,
    apply=_apply,
)

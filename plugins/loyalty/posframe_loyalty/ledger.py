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

_STATEMENTS: Final = {
    # A card enrolled twice (once while this model was behind) keeps what it had the first time.
    "brought": "INSERT INTO loyalty_ledger SELECT ?, ?, ?, 'enrolled', ''"
    " WHERE NOT EXISTS (SELECT 1 FROM loyalty_card WHERE customer = ?)",
    "enrol": "INSERT INTO loyalty_card VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
    "earned": "INSERT INTO loyalty_ledger VALUES (?, ?, ?, 'earned', ?)",
    "credit": "UPDATE loyalty_card SET balance = balance + ? WHERE customer = ?",
}

_QUERIES: Final = {"balance": "SELECT balance FROM loyalty_card WHERE customer = ?"}


def _apply(row: Recorded) -> Iterator[Statement]:
    event = row.event
    if isinstance(event, CardEnrolled):
        customer = customer_of(event.card)
        yield "brought", (row.seq, customer, event.points, customer)
        yield "enrol", (customer, event.card, event.points)
    elif isinstance(event, PointsEarned):
        yield "earned", (row.seq, event.customer, event.points, event.transaction)
        yield "credit", (event.points, event.customer)
    else:  # passed over, it would leave balances wrong without a word
        raise TypeError(f"{row.name} version {row.version} is of a newer plugin")


LEDGER: Final = Projection(
    name="loyalty",
    handles=frozenset({"loyalty.CardEnrolled", "loyalty.PointsEarned"}),
    migrations=(_SCHEMA,),
    statements=_STATEMENTS,
    queries=_QUERIES,
    apply=_apply,
)

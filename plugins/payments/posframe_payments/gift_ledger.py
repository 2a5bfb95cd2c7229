"""The read model of gift cards: a balance for each, and the ledger that it is the sum of.

The table itself refuses a balance below zero, and a card that is not there has no row to change;
the model is required, so the action that tried is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from posframe import Projection, RuleViolation, events
from posframe_payments import gift_events as gift

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posframe import PluginContext, Recorded, Statement

NAME: Final = "giftcard"
_SCHEMA: Final = """
CREATE TABLE giftcard_card (
    card TEXT PRIMARY KEY,
    ending TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    balance INTEGER NOT NULL CHECK (balance >= 0),
    expires_us INTEGER NOT NULL,
    salt BLOB NOT NULL,
    pin BLOB NOT NULL,
    wrong INTEGER NOT NULL,
    wrong_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE giftcard_ledger (
    seq INTEGER PRIMARY KEY,
    card TEXT NOT NULL,
    what TEXT NOT NULL,
    minor INTEGER NOT NULL,
    transaction_id TEXT NOT NULL,
    tender TEXT NOT NULL
) STRICT;
CREATE INDEX giftcard_ledger_by_tender ON giftcard_ledger (tender);
CREATE INDEX giftcard_ledger_by_card ON giftcard_ledger (card);
CREATE INDEX giftcard_ledger_by_transaction ON giftcard_ledger (transaction_id);
CREATE TABLE giftcard_presented (
    transaction_id TEXT PRIMARY KEY,
    card TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""

_STATEMENTS: Final = {
    "register": "INSERT INTO giftcard_card VALUES (?, ?, 'gift', 'registered', 0, 0, ?, ?, 0, 0)"
    " ON CONFLICT DO NOTHING",
    "issue": "INSERT INTO giftcard_card VALUES (?, ?, ?, 'issued', ?, ?, x'', x'', 0, 0)"
    " ON CONFLICT DO UPDATE SET state = 'issued', balance = balance + excluded.balance,"
    " expires_us = excluded.expires_us",
    "move": "UPDATE giftcard_card SET balance = balance + ? WHERE card = ?",
    "renew": "UPDATE giftcard_card SET expires_us = ? WHERE card = ?",
    "close": "UPDATE giftcard_card SET state = 'voided' WHERE card = ?",
    "book": "INSERT INTO giftcard_ledger VALUES (?, ?, ?, ?, ?, ?)",
    "wrong": "UPDATE giftcard_card SET wrong = wrong + 1, wrong_us = ? WHERE card = ?",
    "right": "UPDATE giftcard_card SET wrong = 0 WHERE card = ?",
    "present": "INSERT INTO giftcard_presented VALUES (?, ?)"
    " ON CONFLICT DO UPDATE SET card = excluded.card",
    "forget": "DELETE FROM giftcard_presented WHERE transaction_id = ?",
}

_QUERIES: Final = {
    "card": "SELECT card, ending, kind, state, balance, expires_us, salt, pin, wrong, wrong_us"
    " FROM giftcard_card WHERE card = ?",
    "presented": "SELECT card FROM giftcard_presented WHERE transaction_id = ?",
    "gift_of_tender": "SELECT card, sum(minor) FROM giftcard_ledger WHERE tender = ? GROUP BY card",
    "gift_spent": "SELECT coalesce(-sum(minor), 0) FROM giftcard_ledger"
    " WHERE card = ? AND what IN ('redeemed', 'given_back')",
    "gift_past": "SELECT card, balance FROM giftcard_card"
    " WHERE balance > 0 AND expires_us > 0 AND expires_us <= ? ORDER BY card",
}

_SIGNS: Final = {
    gift.CardLoaded: ("loaded", 1),
    gift.CardRedeemed: ("redeemed", -1),
    gift.CardGivenBack: ("given_back", 1),
    gift.CardVoided: ("voided", -1),
    gift.CardExpired: ("expired", -1),
}


@attrs.frozen
class Card:
    """A card as the ledger has it."""

    card: str
    ending: str
    kind: str
    state: str
    """``registered``, ``issued`` or ``voided``."""
    balance_minor: int
    expires_us: int
    salt: bytes = attrs.field(repr=False)
    pin: bytes = attrs.field(repr=False)
    wrong: int
    """Wrong PINs in a row."""
    wrong_us: int
    """When the last of them was given."""

    @property
    def noun(self) -> str:
        """What it is called in words for people."""
        return f"{'Gift card' if self.kind == gift.GIFT else 'Store credit'} ...{self.ending}"

    def is_past(self, at_us: int) -> bool:
        """Tell whether its last day is over."""
        return 0 < self.expires_us <= at_us


class GiftLedger:
    """Asks the read model, on the engine thread; it sees the action under way.

    Whatever is asked while it is read anew is refused, for a balance of then spends a card twice.
    """

    def __init__(self, context: PluginContext) -> None:
        self._context = context

    def card(self, card: str) -> Card | None:
        """Return a card, or None."""
        rows = self._query("card", (card,))
        return Card(*rows[0]) if rows else None

    def presented(self, transaction: str) -> Card | None:
        """Return the card last presented in a sale."""
        rows = self._query("presented", (transaction,))
        return self.card(str(rows[0][0])) if rows else None

    def of_tender(self, tender: str) -> tuple[str, int] | None:
        """Return (card, minor) of what a tender came to; negative: it was taken from the card."""
        rows = self._query("gift_of_tender", (tender,))
        return (str(rows[0][0]), int(rows[0][1])) if rows else None

    def spent_minor(self, card: str) -> int:
        """Return what was ever paid with a card and not taken back."""
        return int(self._query("gift_spent", (card,))[0][0])

    def past(self, at_us: int) -> list[tuple[str, int]]:
        """Return (card, minor) of all that is left on cards whose last day is over."""
        return [(str(card), int(minor)) for card, minor in self._query("gift_past", (at_us,))]

    def _query(self, name: str, parameters: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        if not self._context.is_current(NAME):
            raise RuleViolation(
                "The gift cards are being read anew", hint="wait a moment, or pay another way"
            )
        return self._context.query(name, parameters)


def _apply(row: Recorded) -> Iterator[Statement]:
    event: Any = row.event
    if isinstance(event, gift.CardRegistered):
        yield "register", (event.card, event.ending, event.salt, event.pin)
    elif isinstance(event, gift.CardIssued):
        yield "issue", (event.card, event.ending, event.kind, event.minor, event.expires_us)
        yield (
            "book",
            (row.seq, event.card, "issued", event.minor, event.transaction, event.tender),
        )
    elif isinstance(event, gift.PinRefused):
        yield "wrong", (event.at_us, event.card)
    elif isinstance(event, gift.CardPresented):
        yield "right", (event.card,)
        if event.transaction:
            yield "present", (event.transaction, event.card)
    elif isinstance(event, (events.TransactionCompleted, events.TransactionCancelled)):
        yield "forget", (event.transaction,)
    elif type(event) in _SIGNS:
        yield from _moved(row.seq, event)
    else:  # passed over, it would leave balances wrong without a word
        raise TypeError(f"{row.name} version {row.version} is of a newer plugin")


def _moved(seq: int, event: Any) -> Iterator[Statement]:  # noqa: ANN401 - one of _SIGNS
    what, sign = _SIGNS[type(event)]
    minor = sign * event.minor
    transaction = getattr(event, "transaction", "")
    yield "move", (minor, event.card)
    yield "book", (seq, event.card, what, minor, transaction, getattr(event, "tender", ""))
    if isinstance(event, gift.CardVoided) and event.closes:
        yield "close", (event.card,)
    if isinstance(event, gift.CardLoaded) and event.expires_us is not None:
        yield "renew", (event.expires_us, event.card)


GIFT_LEDGER: Final = Projection(
    name=NAME,
    handles=frozenset(
        {
            "sale.Completed",
            "sale.Cancelled",
            *(str(getattr(each, "event_name", "")) for each in gift.GIFT_EVENTS),
        }
    ),
    migrations=(_SCHEMA,),
    statements=_STATEMENTS,
    queries=_QUERIES,
    apply=_apply,
    required=True,
)

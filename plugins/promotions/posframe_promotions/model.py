"""The read model of promotions: coupons presented and used, and the offers of each day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posframe import Projection, events
from posframe_promotions.conditions import PLUGIN
from posframe_promotions.coupons import spelt
from posframe_promotions.events import OffersInForce

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posframe import Recorded, Statement

_SCHEMA: Final = """
CREATE TABLE promotions_presented (
    transaction_id TEXT NOT NULL,
    code TEXT NOT NULL,
    offer TEXT NOT NULL,
    PRIMARY KEY (transaction_id, code)
) STRICT, WITHOUT ROWID;
CREATE INDEX promotions_presented_by_offer ON promotions_presented (offer, code);
CREATE TABLE promotions_used (
    transaction_id TEXT NOT NULL,
    code TEXT NOT NULL,
    offer TEXT NOT NULL,
    customer TEXT NOT NULL,
    PRIMARY KEY (transaction_id, code)
) STRICT, WITHOUT ROWID;
CREATE INDEX promotions_used_by_offer ON promotions_used (offer, code, customer);
CREATE TABLE promotions_offers (
    seq INTEGER PRIMARY KEY,
    action INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    part INTEGER NOT NULL,
    text TEXT NOT NULL
) STRICT;
"""

_STATEMENTS: Final = {
    "present": "INSERT INTO promotions_presented VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
    "take_back": "DELETE FROM promotions_presented WHERE transaction_id = ? AND code = ?",
    "close": "DELETE FROM promotions_presented WHERE transaction_id = ?",
    "use": "INSERT INTO promotions_used VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
    "give_back": "DELETE FROM promotions_used WHERE transaction_id = ?",
    "offers": "INSERT INTO promotions_offers VALUES (?, ?, ?, ?, ?)",
}

_QUERIES: Final = {
    # What is presented in another sale, held or given up by a crash, counts as used.
    "uses": (
        "SELECT code, customer FROM promotions_used WHERE offer = ? UNION ALL "
        "SELECT code, '' FROM promotions_presented WHERE offer = ? AND transaction_id <> ?"
    ),
    "newest_offers": "SELECT fingerprint FROM promotions_offers ORDER BY seq DESC LIMIT 1",
    "offers_at": (
        "SELECT text FROM promotions_offers WHERE action = "
        "(SELECT max(action) FROM promotions_offers WHERE action <= ?) ORDER BY part"
    ),
}


def _apply(row: Recorded) -> Iterator[Statement]:
    event = row.event
    if isinstance(event, events.CouponAdded):
        if event.coupon.plugin == PLUGIN:
            coupon = event.coupon
            yield "present", (row.transaction, spelt(coupon.code), coupon.coupon)
    elif isinstance(event, events.CouponRemoved):
        yield "take_back", (row.transaction, spelt(event.code))
    elif isinstance(event, events.TransactionCancelled):
        yield "close", (event.transaction,)
    elif isinstance(event, events.TransactionCompleted):
        yield from _completed(event)
    elif isinstance(event, OffersInForce):
        yield "offers", (row.seq, row.action, event.fingerprint, event.part, event.text)
    else:  # passed over, it would leave coupons unused without a word
        raise TypeError(f"{row.name} version {row.version} is of a newer plugin")


def _completed(event: events.TransactionCompleted) -> Iterator[Statement]:
    """A coupon is used up when its offer gave something, and never by a sale for training."""
    yield "close", (event.transaction,)
    if event.kind == "void":  # the sale was undone as a whole: its coupons are good again
        for undone in event.refers_to:
            yield "give_back", (undone,)
    given = {row.offer for row in event.offers if row.plugin == PLUGIN}
    for coupon in event.coupons:
        if coupon.plugin == PLUGIN and coupon.coupon in given and not event.training:
            yield "use", (event.transaction, spelt(coupon.code), coupon.coupon, event.customer)


MODEL: Final = Projection(
    name="promotions",
    handles=frozenset(
        {
            "sale.CouponAdded",
            "sale.CouponRemoved",
            "sale.Cancelled",
            "sale.Completed",
            "promotions.OffersInForce",
        }
    ),
    migrations=(_SCHEMA,),
    statements=_STATEMENTS,
    queries=_QUERIES,
    apply=_apply,
)

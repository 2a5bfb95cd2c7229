"""Turnovers by kind of card (BMP 60): two receipt numbers, then count and amount of each kind.

Counts are read as binary and the order of kinds is that of the protocol's tables; both unverified
on a device.
"""

from __future__ import annotations

from posframe_payments.zvt.bcd import unpacked
from posframe_payments.zvt.facts import CardTotal, Totals

KINDS = ("girocard", "JCB", "Mastercard", "American Express", "Visa", "Diners", "other")
_RECEIPTS_BYTES = 4
_KIND_BYTES = 7


def read_totals(data: bytes) -> Totals | None:
    """Return turnovers; None where they cannot be read."""
    if len(data) != _RECEIPTS_BYTES + _KIND_BYTES * len(KINDS):
        return None
    first, last = unpacked(data[:2]), unpacked(data[2:4])
    if first is None or last is None:
        return None
    cards = []
    for number, name in enumerate(KINDS):
        at = _RECEIPTS_BYTES + number * _KIND_BYTES
        amount = unpacked(data[at + 1 : at + _KIND_BYTES])
        if amount is None:
            return None
        cards.append(CardTotal(name, data[at], amount))
    return Totals(first, last, tuple(cards))

"""Sums over the rows of a settlement file, and whether its payouts come to what they say."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import attrs

from posframe import Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from posframe_payments.settlement.row_reader import Payout
    from posframe_payments.settlement.rows import SettlementRow


@attrs.frozen
class Sums:
    """Minor units of one currency; gross less fee is net."""

    rows: int = 0
    gross_minor: int = 0
    fee_minor: int = 0
    net_minor: int = 0

    def plus(self, row: SettlementRow) -> Sums:
        """Return the sums with one row more."""
        return Sums(
            self.rows + 1,
            self.gross_minor + row.amount_minor,
            self.fee_minor + row.fee_minor,
            self.net_minor + row.net_minor,
        )


def summed(rows: Iterable[SettlementRow]) -> dict[str, Sums]:
    """Return sums by currency."""
    sums: dict[str, Sums] = {}
    for row in rows:
        sums[row.currency] = sums.get(row.currency, Sums()).plus(row)
    return dict(sorted(sums.items()))


def summed_by_payout(rows: Iterable[SettlementRow]) -> dict[tuple[str, str], Sums]:
    """Return sums by payout and currency; rows of no payout are under an empty one."""
    sums: dict[tuple[str, str], Sums] = defaultdict(Sums)
    for row in rows:
        key = row.payout, row.currency
        sums[key] = sums[key].plus(row)
    return dict(sorted(sums.items()))


def contradicted(
    payouts: Iterable[Payout], rows: Iterable[SettlementRow]
) -> Iterator[tuple[Payout, str]]:
    """Yield payouts to which their rows do not come, each with a sentence."""
    sums = summed_by_payout(rows)
    for payout in payouts:
        come = sums.get((payout.id, payout.currency), Sums()).net_minor
        if abs(come) != payout.amount_minor:
            said = Money(payout.amount_minor, payout.currency)
            yield (
                payout,
                (
                    f"payout {payout.id!r} says {said}, its rows come to"
                    f" {Money(come, payout.currency)} (a row is missing or bad: ask the provider)"
                ),
            )

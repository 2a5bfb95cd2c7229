"""What a terminal should hand in to the bank by the journal, held against what it reports.

Pure. A batch holds what was moved since the one before it: charges with their tips, less refunds
and reversals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe import Money
from posframe_payments.settlement.courses import HandedIn, Movement, PaymentHistory

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from posframe import Batch


@attrs.frozen(kw_only=True)
class Expected:
    """What was moved by one method, in minor units of the till's currency."""

    charges: int = 0
    refunds: int = 0
    reversals: int = 0
    taken_minor: int = 0
    """Without tips."""
    tips_minor: int = 0
    given_back_minor: int = 0
    """By refunds and reversals; positive."""
    by_person_minor: int = 0
    """The part of it that rests on a person's word."""
    terminals: frozenset[str] = frozenset()

    @property
    def net_minor(self) -> int:
        """What the bank should get, before fees."""
        return self.taken_minor + self.tips_minor - self.given_back_minor

    def is_count(self, count: int) -> bool:
        """Tell whether so many payments are as many.

        A payment that was reversed is none, one or two payments, as terminals count.
        """
        least = self.charges + self.refunds - self.reversals
        return least <= count <= least + 2 * self.reversals


@attrs.frozen(kw_only=True)
class Disagreement:
    """Where terminal and journal do not say the same of a batch."""

    words: str
    owner: str
    next_step: str


@attrs.frozen(kw_only=True)
class Settled:
    """One method: what the journal expects, and what was handed in."""

    type: str
    label: str
    expected: Expected
    handed_in: HandedIn | None = None
    """None: not yet."""


def since_last_batch(history: PaymentHistory, type_: str, label: str) -> Settled:
    """Return what a method would hand in now."""
    batches = _batches(history, type_)
    after = batches[-1].seq if batches else 0
    expected = expected_of(_moved(history, type_, after))
    return Settled(type=type_, label=label, expected=expected)


def last_batch(history: PaymentHistory, type_: str) -> Settled | None:
    """Return the batch a method handed in last; None: it never did."""
    batches = _batches(history, type_)
    if not batches:
        return None
    last = batches[-1]
    after = batches[-2].seq if len(batches) > 1 else 0
    expected = expected_of(each for each in _moved(history, type_, after) if each.seq < last.seq)
    return Settled(type=type_, label=last.label, expected=expected, handed_in=last)


def expected_of(movements: Iterable[Movement]) -> Expected:
    """Return what movements of one method come to."""
    expected = Expected()
    for each in movements:
        expected = _with(expected, each)
    return expected


def disagreements(settled: Settled, currency: str) -> tuple[Disagreement, ...]:
    """Return where a batch that was handed in is not what the journal expects."""
    if settled.handed_in is None:
        return ()
    return tuple(_disagreements(settled, settled.handed_in.batch, currency))


def _disagreements(settled: Settled, batch: Batch, currency: str) -> Iterator[Disagreement]:
    label, expected = settled.label, settled.expected
    if batch.currency and batch.currency != currency:
        yield Disagreement(
            words=f"{label} reports its batch in {batch.currency}, the till counts in {currency}",
            owner="supervisor",
            next_step="Look at the slip of the batch, and at the settings of the terminal",
        )
    elif batch.gross_minor is not None and batch.gross_minor != expected.net_minor:
        yield _sum_differs(label, batch.gross_minor - expected.net_minor, currency)
    if batch.count is not None and not expected.is_count(batch.count):
        counted = expected.charges + expected.refunds
        yield Disagreement(
            words=f"{label} reports {batch.count} payments, the journal has {counted}",
            owner="supervisor",
            next_step="Compare the slip of the batch with the receipts of the day",
        )
    if batch.terminal and expected.terminals and batch.terminal not in expected.terminals:
        known = ", ".join(sorted(expected.terminals))
        yield Disagreement(
            words=f"{label}: the batch is terminal {batch.terminal}'s, the payments are {known}'s",
            owner="supervisor",
            next_step=f"Was the terminal changed? Have the batch of {known} closed too",
        )


def _sum_differs(label: str, more_minor: int, currency: str) -> Disagreement:
    amount = Money(abs(more_minor), currency)
    if more_minor > 0:
        return Disagreement(
            words=f"{label} hands in {amount} more than the journal has",
            owner="shop",
            next_step="A payment was charged that no sale has: reconcile with the settlement file",
        )
    return Disagreement(
        words=f"{label} hands in {amount} less than the journal has",
        owner="provider",
        next_step="A payment was not booked, or given back at the terminal: look at its slips, "
        "then reconcile with the settlement file",
    )


def _with(expected: Expected, each: Movement) -> Expected:
    terminals = expected.terminals | ({each.terminal} if each.terminal else set())
    common = attrs.evolve(
        expected,
        terminals=terminals,
        by_person_minor=expected.by_person_minor + (each.minor if each.said_by else 0),
    )
    if each.what == "charge":
        return attrs.evolve(
            common,
            charges=expected.charges + 1,
            taken_minor=expected.taken_minor + each.minor - each.tip_minor,
            tips_minor=expected.tips_minor + each.tip_minor,
        )
    is_refund = each.what == "refund"
    return attrs.evolve(
        common,
        refunds=expected.refunds + is_refund,
        reversals=expected.reversals + (not is_refund),
        given_back_minor=expected.given_back_minor - each.minor,
    )


def _batches(history: PaymentHistory, type_: str) -> list[HandedIn]:
    return [each for each in history.batches if each.type == type_]


def _moved(history: PaymentHistory, type_: str, after: int) -> list[Movement]:
    return [each for each in history.movements if each.type == type_ and each.seq > after]

"""What the journal keeps of reconciliations, and the commands that write it.

Amounts are minor units, days as ``YYYY-MM-DD``.
"""

from __future__ import annotations

from typing import Annotated

import attrs

from posframe import event


@attrs.frozen(kw_only=True)
class SideSums:
    """What the three sides say in one currency."""

    currency: Annotated[str, 1]
    rows: Annotated[int, 2]
    gross_minor: Annotated[int, 3]
    fee_minor: Annotated[int, 4]
    net_minor: Annotated[int, 5]
    journal_minor: Annotated[int, 6]
    provider_minor: Annotated[int | None, 7] = None
    """None: the provider was not asked."""


@attrs.frozen(kw_only=True)
class PayoutSums:
    """What one payout to the bank has to come to."""

    payout: Annotated[str, 1]
    currency: Annotated[str, 2]
    rows: Annotated[int, 3]
    gross_minor: Annotated[int, 4]
    fee_minor: Annotated[int, 5]
    net_minor: Annotated[int, 6]


@event("payments.Reconciled")
@attrs.frozen(kw_only=True)
class Reconciled:
    """A settlement file was held against the journal; its differences are rows of their own."""

    key: Annotated[str, 1]
    """Names the file's content and what of it was compared: the same again is refused."""
    file: Annotated[str, 2]
    """Name without its folder."""
    sha256: Annotated[str, 3]
    methods: Annotated[tuple[str, ...], 4]
    terminals: Annotated[tuple[str, ...], 5] = ()
    """Only rows of these were taken; empty: all."""
    first_day: Annotated[str, 6]
    last_day: Annotated[str, 7]
    since_day: Annotated[str, 8]
    """Payments before it were not looked for."""
    sums: Annotated[tuple[SideSums, ...], 9] = ()
    payouts: Annotated[tuple[PayoutSums, ...], 10] = ()
    repeated: Annotated[int, 11] = 0
    """Rows that an earlier file had already."""
    bad: Annotated[int, 12] = 0
    """Rows a person left out because they could not be read."""


@event("payments.Settled")
@attrs.frozen(kw_only=True)
class PaymentsSettled:
    """Payments that a settlement file has, each with the payout it is part of."""

    key: Annotated[str, 1]
    payments: Annotated[tuple[tuple[str, str], ...], 2]


@event("payments.DifferenceFound")
@attrs.frozen(kw_only=True)
class DifferenceFound:
    """Journal, provider and settlement do not say the same, or a person's word was confirmed."""

    number: Annotated[int, 1] = 0
    """By which a person ends it."""
    key: Annotated[str, 2]
    """Of the reconciliation that found it."""
    mark: Annotated[str, 3]
    """The same difference has the same mark, in whatever file it is seen."""
    kind: Annotated[str, 4]
    owner: Annotated[str, 5]
    words: Annotated[str, 6]
    next_step: Annotated[str, 7]
    payments: Annotated[tuple[str, ...], 8] = ()
    delta: Annotated[tuple[tuple[str, int], ...], 9] = ()
    """(currency, what the settlement says less what the journal says)."""
    reference: Annotated[str, 10] = ""
    """The provider's word for the payment."""
    is_sure: Annotated[bool, 11] = False
    """True: the provider names the payment and what was asked for, so the till can act on it."""
    is_open: Annotated[bool, 12] = True
    """False: written down, and nobody has to do anything."""


@event("payments.TaskDone")
@attrs.frozen(kw_only=True)
class TaskDone:
    """A person dealt with a difference."""

    number: Annotated[int, 1]
    how: Annotated[str, 2]
    by: Annotated[str, 3]


RECORDS = (Reconciled, PaymentsSettled, DifferenceFound, TaskDone)


@attrs.frozen(kw_only=True)
class TakeReconciliation:
    """Write down what a comparison came to, all of it or nothing."""

    reconciled: Reconciled
    settled: tuple[PaymentsSettled, ...]
    found: tuple[DifferenceFound, ...]


@attrs.frozen(kw_only=True)
class EndTask:
    """Say that a difference was dealt with."""

    number: int
    how: str

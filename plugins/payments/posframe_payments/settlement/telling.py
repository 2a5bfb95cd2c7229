"""What a reconciliation says on standard output: sums, fees, payouts, and what is to be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe import Money
from posframe_payments.settlement.printing import amount, step, table, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from posframe_payments.settlement.comparison import Comparison
    from posframe_payments.settlement.past import Task
    from posframe_payments.settlement.records import DifferenceFound, Reconciled


def tell_comparison(record: Reconciled, compared: Comparison) -> None:
    """Print what a file and the journal come to."""
    methods = ", ".join(record.methods)
    write(
        f"{record.file}: {methods}, {record.first_day} to {record.last_day};"
        f" payments from {record.since_day} on"
    )
    table(
        ("", "rows", "gross", "fees", "net", "journal", "provider", "differences"),
        (
            (
                each.currency,
                str(each.rows),
                *(
                    amount(minor, each.currency)
                    for minor in (
                        each.gross_minor,
                        each.fee_minor,
                        each.net_minor,
                        each.journal_minor,
                        each.provider_minor,
                        each.gross_minor - each.journal_minor,
                    )
                ),
            )
            for each in record.sums
        ),
    )
    table(
        ("payout", "", "rows", "gross", "fees", "net"),
        (
            (
                each.payout or "(none named)",
                each.currency,
                str(each.rows),
                amount(each.gross_minor, each.currency),
                amount(each.fee_minor, each.currency),
                amount(each.net_minor, each.currency),
            )
            for each in record.payouts
        ),
    )
    if record.repeated:
        write(f"{record.repeated} rows were in an earlier file: they count there")
    if record.bad:
        write(f"{record.bad} rows that cannot be read were left out")
    _tell_waiting(compared)


def tell_found(found: Iterable[DifferenceFound]) -> None:
    """Print differences that are not written down."""
    for each in found:
        mark = "!" if each.is_open else "-"
        step(mark, each.owner, f"{each.kind}: {each.words}", each.next_step)


def tell_tasks(tasks: Sequence[Task]) -> None:
    """Print what is still to be done, with the numbers that end it."""
    for each in tasks:
        found = each.found
        step(str(found.number), found.owner, f"{found.kind}: {found.words}", found.next_step)
    if tasks:
        write('What is done: posframe reconcile --done NUMBER "HOW"')
    else:
        write("Nothing is open")


def _tell_waiting(compared: Comparison) -> None:
    sums: dict[str, int] = {}
    for each in compared.waiting:
        sums[each.currency] = sums.get(each.currency, 0) + each.amount_minor
    if sums:
        told = ", ".join(str(Money(minor, currency)) for currency, minor in sorted(sums.items()))
        write(f"{len(compared.waiting)} payments, {told}, are not due yet: the next file has them")

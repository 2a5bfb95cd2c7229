"""Z reports: the totals of a range of the journal, numbered once, each chained to the one before.

Pure values and the check of a row of them. The event that journals a Z, its signature and when a
day may close are decided elsewhere; how it is printed is in ``day_totals_report``.

The ranges partition the journal. A Z's own row cannot be among those it seals: it is the first, or
one of the first, of the next range. So a range is never empty.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

import attrs

from posframe.kernel.domain.counters import Counters
from posframe.kernel.domain.day_figures import DayTotals
from posframe.kernel.domain.day_totals_rows import added
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FIRST_SEQ = 1
"""Number of a journal's first row."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ZReport(Value):
    """What one closing seals."""

    till: Annotated[str, 1]
    number: Annotated[int, 2]
    """From 1, without gaps."""
    business_date: Annotated[str, 3]
    """ISO 8601."""
    from_seq: Annotated[int, 4]
    to_seq: Annotated[int, 5]
    """The last row it seals, itself included."""
    totals: Annotated[DayTotals, 6]
    """The fold of these rows."""
    previous: Annotated[Counters, 7] = Counters()
    """Grand totals of the Z before."""
    head_hash: Annotated[str, 8]
    """Of row ``to_seq``: 64 hexadecimal digits."""
    first_date: Annotated[str, 9] = ""
    """The first business day, where it closes several; empty: only ``business_date``."""

    @property
    def grand(self) -> Counters:
        """Grand totals since enrolment, this Z included."""
        grand: Counters = added(self.previous, self.totals.counters)
        return grand


def next_z(
    before: ZReport | None,
    totals: DayTotals,
    business_date: str,
    till: str,
    head: tuple[int, str],
    *,
    since: str = "",
) -> ZReport:
    """Return the Z that follows ``before``; None: the till's first.

    Args:
        before: the last Z.
        totals: the fold of every row since.
        business_date: the accounting date that closes.
        till: its name.
        head: number and hash of the journal's last row.
        since: the first accounting date that it closes; empty: only ``business_date``.
    """
    seq, hash_ = head
    report = ZReport(
        till=till,
        number=before.number + 1 if before else 1,
        business_date=business_date,
        from_seq=before.to_seq + 1 if before else FIRST_SEQ,
        to_seq=seq,
        totals=totals,
        previous=before.grand if before else Counters(),
        head_hash=hash_,
        first_date=since if since < business_date else "",
    )
    assert not _own_problem(report), _own_problem(report)
    return report


def chain_problem(
    reports: Iterable[ZReport],
    *,
    after: ZReport | None = None,
    hash_of: Callable[[int], str] | None = None,
) -> str:
    """Return in words the first thing that is wrong with a row of Zs; empty: nothing is.

    Args:
        reports: in the order of their numbers; from the till's first on, or those after ``after``.
        after: one that was checked before.
        hash_of: says the hash of a journal row, for the heads to be held against the journal.
    """
    before = after
    for report in reports:
        problem = _own_problem(report) or _link_problem(before, report)
        if not problem and hash_of is not None and hash_of(report.to_seq) != report.head_hash:
            problem = f"row {report.to_seq} of the journal has another hash than it sealed"
        if problem:
            return f"Z {report.number}: {problem}"
        before = report
    return ""


def totals_problem(report: ZReport, fold: DayTotals) -> str:
    """Return in words the first figure that is not what the journal folds to; empty: all are.

    ``fold`` is that of the rows ``from_seq`` to ``to_seq``, begun with ``report``'s own float.
    """
    for field in attrs.fields(DayTotals):
        sealed, found = getattr(report.totals, field.name), getattr(fold, field.name)
        if sealed != found:
            name = field.name.removesuffix("_minor").replace("_", " ")
            return (
                f"Z {report.number}: its {name} is {_shown(sealed)},"
                f" and the journal gives {_shown(found)}"
            )
    return ""


def _own_problem(report: ZReport) -> str:
    """Say what is wrong with a Z whatever stands before it."""
    counters = report.totals.counters
    if report.to_seq < report.from_seq:
        return f"it seals rows {report.from_seq} to {report.to_seq}, which are none"
    if _HASH.fullmatch(report.head_hash) is None:
        return f"{report.head_hash!r} is no hash of a row"
    if counters.absolute_minor < abs(counters.gross_minor):
        return "its absolute total is below its gross total"
    if report.first_date >= report.business_date:
        return f"it closes {report.first_date} to {report.business_date}, which is no span of days"
    return ""


def _link_problem(before: ZReport | None, report: ZReport) -> str:
    """Say what does not follow from the Z before; None: this is the till's first."""
    number = before.number + 1 if before else 1
    from_seq = before.to_seq + 1 if before else FIRST_SEQ
    grand = before.grand if before else Counters()
    if report.number != number:
        return f"number {number} was to come here"
    if report.from_seq != from_seq:
        what = "left out" if report.from_seq > from_seq else "sealed twice"
        first, last = sorted((from_seq, report.from_seq))
        return f"it begins at row {report.from_seq}: rows {first} to {last - 1} are {what}"
    if report.previous != grand:
        return f"it goes on from other grand totals: {_differing(report.previous, grand)}"
    return _order_problem(before, report) if before else ""


def _order_problem(before: ZReport, report: ZReport) -> str:
    first, last = report.totals.first_receipt, before.totals.last_receipt
    if report.till != before.till:
        return f"it is of till {report.till}, the one before of till {before.till}"
    if (report.first_date or report.business_date) < before.business_date:
        begin = report.first_date or report.business_date
        return f"its date {begin} is before {before.business_date}"
    if 0 < first <= last:
        return f"its receipts begin at {first}, and {last} was in the Z before"
    return ""


def _differing(found: Counters, wanted: Counters) -> str:
    pairs = (
        (field.name.removesuffix("_minor"), getattr(found, field.name), getattr(wanted, field.name))
        for field in attrs.fields(Counters)
    )
    return ", ".join(f"{name} {is_} instead of {was}" for name, is_, was in pairs if is_ != was)


def _shown(value: Any) -> str:  # noqa: ANN401 - whatever a figure can be
    return str(value) if isinstance(value, int) else repr(value)


_HASH = re.compile("[0-9a-f]{64}")

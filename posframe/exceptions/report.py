"""The exception report as rows for a screen or a file, and as a slip. Reckons nothing.

Who may read it is the caller's to check. Where staff figures must stay aggregated it holds how
often each thing happened in the whole shop over the whole period, and neither names, days, rows of
the journal nor points; not even that where too few people were at work to hide among, nor of what
too few of them did.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import attrs

from posframe.exceptions.rules import ExceptionSettings, rules_in_force
from posframe.exceptions.scoring import Score, Scores, scores
from posframe.exceptions.signs import Sign, SignKind
from posframe.kernel.domain.money import format_minor
from posframe.kernel.domain.receipt import (
    Align,
    Block,
    Cell,
    Columns,
    ReceiptDocument,
    Rule,
    Section,
    Text,
)
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from posframe.exceptions.finding import Findings

HEADINGS = ("operator", "what", "words", "count", "points", "amount_minor", "days", "rows")
NOBODY = "(nobody signed in)"
NO_PROOF = "A sign is a reason to look, and no proof."


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ReportRow(Value):
    """One line of the report."""

    operator: str
    """Empty where the row is of the whole shop."""
    what: str
    """Id of a rule; of a kind of sign where staff figures stay aggregated."""
    words: str
    count: int
    points: int
    minor: int
    days: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()
    """Sequence numbers of the journal."""

    @property
    def cells(self) -> tuple[str, ...]:
        """The row under ``HEADINGS``."""
        return (
            self.operator,
            self.what,
            self.words,
            str(self.count),
            str(self.points),
            str(self.minor),
            " ".join(self.days),
            " ".join(map(str, self.rows)),
        )


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ExceptionReport(Value):
    """What a manager sees."""

    aggregated: bool
    withheld: bool
    """True: too few people were at work, so there are no rows."""
    operators_min: int
    scores: Scores | None
    """None where no operator's figures are asked for, or may be."""
    rows: tuple[ReportRow, ...]


def exception_report(
    found: Findings, settings: ExceptionSettings, *, by_operator: bool = True
) -> ExceptionReport:
    """Return the report on all that was found.

    Args:
        found: in the rows of a journal.
        settings: of the shop. Where they say aggregated, nobody's figures are shown.
        by_operator: False: how often each thing happened in the whole shop, and no more.

    Raises:
        ConfigurationError: the settings cannot be; see ``rules_in_force``.
    """
    if settings.aggregated or not by_operator:
        return _totalled(found, settings)
    scored = scores(found, settings)
    return ExceptionReport(
        aggregated=False,
        withheld=False,
        operators_min=settings.operators_min,
        scores=scored,
        rows=tuple(row for score in scored.operators for row in _rows(score)),
    )


def csv_text(report: ExceptionReport) -> str:
    """Return the rows as a file for a spreadsheet, which takes no cell of it for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADINGS)
    for row in report.rows:
        operator, *others = row.cells
        writer.writerow((_inert(operator), *others))
    return out.getvalue()


def slip(
    report: ExceptionReport,
    period: str,
    decimals: int,
    lesson_of: Callable[[str], str] = lambda _rule: "",
) -> ReceiptDocument:
    """Return the report as a slip for the receipt printer.

    Args:
        report: what it says.
        period: the business days it is about, in words.
        decimals: of the till's currency.
        lesson_of: returns by id of a rule the lesson that teaches how it is done; empty: none.
    """
    head = (
        Text("EXCEPTION REPORT", Align.CENTRE, bold=True),
        Text(period, Align.CENTRE),
        Text(NO_PROOF, Align.CENTRE),
        Rule(),
    )
    return ReceiptDocument(
        sections=(
            Section("head", head),
            Section("exceptions", _body(report, decimals, lesson_of)),
        )
    )


def _totalled(found: Findings, settings: ExceptionSettings) -> ExceptionReport:
    rules_in_force(settings)  # a wrong setting is told here too
    people_min = settings.operators_min if settings.aggregated else 0
    withheld = len(found.operators) < people_min
    return ExceptionReport(
        aggregated=settings.aggregated,
        withheld=withheld,
        operators_min=settings.operators_min,
        scores=None,
        rows=() if withheld else tuple(_totals(found, people_min)),
    )


def _totals(found: Findings, people_min: int) -> Iterator[ReportRow]:
    """Yield what each kind of sign comes to; what fewer people did is left out without a word."""
    by_kind: dict[SignKind, list[Sign]] = {}
    for sign in found.signs:
        if sign.business_date >= found.from_date:
            by_kind.setdefault(sign.kind, []).append(sign)
    for kind in SignKind:
        seen = by_kind.get(kind, [])
        people = {sign.operator for sign in seen if sign.operator}
        if seen and len(people) >= people_min and kind is not SignKind.MEMBER_SALE:
            yield ReportRow(
                operator="",
                what=kind.value,
                words=kind.value.replace("_", " ").capitalize(),
                count=len(seen),
                points=0,
                minor=sum(sign.minor for sign in seen),
            )


def _rows(score: Score) -> list[ReportRow]:
    return [
        ReportRow(
            operator=score.operator or NOBODY,
            what=part.rule,
            words=part.words,
            count=part.counted,
            points=part.points,
            minor=part.minor,
            days=part.days,
            rows=part.rows,
        )
        for part in score.parts
    ]


def _inert(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _body(
    report: ExceptionReport, decimals: int, lesson_of: Callable[[str], str]
) -> tuple[Block, ...]:
    if report.withheld:
        few = f"Fewer than {report.operators_min} people were at work: no totals are shown."
        return (Text(few),)
    if report.scores is None:
        return tuple(_line(row, decimals) for row in report.rows) or (Text("Nothing to look at"),)
    blocks: list[Block] = []
    for score in report.scores.operators:
        blocks += _operator(score, decimals, lesson_of)
    return tuple(blocks) or (Text("Nothing to look at"),)


def _operator(score: Score, decimals: int, lesson_of: Callable[[str], str]) -> list[Block]:
    name = score.operator or NOBODY
    blocks: list[Block] = [
        _columns(name, f"{score.sales} sales", f"{score.points} points", bold=True)
    ]
    if score.times_milli is not None:
        blocks.append(Text(f"  {compared(score.times_milli)}"))
    for row in _rows(score):
        blocks.append(_line(row, decimals))
        blocks.append(Text(f"  rows {' '.join(map(str, row.rows))}"))
        if lesson_of(row.what):
            blocks.append(Text(f"  lesson {lesson_of(row.what)}"))
    return blocks


def compared(times_milli: int) -> str:
    """Say how an operator's points for each sale compare with the shop's average."""
    if times_milli > 2000:
        return f"{times_milli // 1000}.{times_milli % 1000 // 100} times the shop's average"
    return "within twice the shop's average"


def _line(row: ReportRow, decimals: int) -> Columns:
    amount = format_minor(row.minor, decimals) if row.minor else ""
    return _columns(row.words, str(row.count), amount)


def _columns(text: str, middle: str, right: str, *, bold: bool = False) -> Columns:
    cells = (Cell(text), Cell(middle, align=Align.RIGHT), Cell(right, 10, Align.RIGHT))
    return Columns(cells, bold=bold)

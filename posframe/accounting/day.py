"""A Z as figures for the books: the same Z and account map always give the same figures.

What the account map says of media that settle what is owed, and of what is paid beside sales, is
applied here; which accounts the figures go to is ``booking``'s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.accounting.figures import (
    SIGNS,
    BesideFigure,
    DayFigures,
    DepartmentFigure,
    DifferenceFigure,
    MovementFigure,
    TaxFigure,
    TenderFigure,
)
from posframe.errors import DataError
from posframe.kernel.domain.rates import Rate
from posframe.kernel.domain.shift import CASH, FLOAT, FOREIGN
from posframe.kernel.domain.tax import TaxKind, Treatment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from posframe.accounting.accounts import AccountMap
    from posframe.accounting.figures import Owed
    from posframe.kernel.domain.day_figures import DayTotals
    from posframe.kernel.domain.day_totals_rows import TaxTotal, TenderTotal
    from posframe.kernel.domain.z_report import ZReport

NO_DEPARTMENT = ""
"""Where goods stand that are paid beside sales: what plugins bring has no department."""


def figures_of(report: ZReport, currency: str, accounts: AccountMap) -> DayFigures:
    """Return what a closed day hands to the books.

    Args:
        report: the Z.
        currency: ISO 4217 code of the till.
        accounts: says what is no sale, and which media are no money.

    Raises:
        DataError: something that is paid beside sales bears a tax.
    """
    totals = report.totals
    beside = _beside(totals.taxes, accounts)
    beside_minor = sum(each.taken_minor - each.given_back_minor for each in beside)
    cash = _cash_type(totals)
    return DayFigures(
        till=report.till,
        z_number=report.number,
        business_date=report.business_date,
        currency=currency,
        gross_minor=totals.gross_minor - beside_minor,
        net_minor=totals.net_minor - beside_minor,
        tax_minor=totals.tax_minor,
        taxes=_taxes(totals.taxes, accounts),
        departments=_departments(totals, beside_minor),
        tenders=_tenders(totals, accounts, cash),
        beside=beside,
        movements=_movements(report, cash),
        differences=_differences(totals, cash),
    )


def _beside(taxes: Iterable[TaxTotal], accounts: AccountMap) -> tuple[BesideFigure, ...]:
    sums: dict[Owed, int] = {}
    for each in taxes:
        kind = accounts.beside.get(each.tax.code)
        if kind is None:
            continue
        if each.minor:
            raise DataError(
                f"beside.{each.tax.code}: goods of this code bear a tax, so they are a sale",
                hint=f"Take {each.tax.code} out of [beside] in the account map",
            )
        sums[kind] = sums.get(kind, 0) + each.base_minor
    return tuple(
        BesideFigure(kind=kind, taken_minor=max(minor, 0), given_back_minor=max(-minor, 0))
        for kind, minor in sums.items()
    )


def _taxes(taxes: Iterable[TaxTotal], accounts: AccountMap) -> tuple[TaxFigure, ...]:
    """Return taxes by code and rate: labels and legal entities are not told apart."""
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for each in taxes:
        if each.tax.code in accounts.beside:
            continue
        key = each.tax.code, _rate(each)
        base, minor = sums.get(key, (0, 0))
        sums[key] = base + each.base_minor, minor + each.minor
    return tuple(
        TaxFigure(code=code, rate=rate, base_minor=base, tax_minor=minor)
        for (code, rate), (base, minor) in sums.items()
    )


def _rate(total: TaxTotal) -> str:
    tax = total.tax
    if tax.treatment is Treatment.TAXED and tax.kind is TaxKind.FIXED:
        return ""
    return Rate(tax.numerator, tax.denominator).percent_text


def _departments(totals: DayTotals, beside_minor: int) -> tuple[DepartmentFigure, ...]:
    sums = {each.department: each.net_minor for each in totals.departments}
    if beside_minor:
        sums[NO_DEPARTMENT] = sums.get(NO_DEPARTMENT, 0) - beside_minor
    return tuple(DepartmentFigure(department=name, net_minor=sums[name]) for name in sums)


def _cash_type(totals: DayTotals) -> str:
    """Return the tender type that the drawer's own cash is booked by."""
    own = (each.type for each in totals.tenders if each.is_cash and not each.is_foreign)
    return next(own, CASH)


def _tenders(totals: DayTotals, accounts: AccountMap, cash: str) -> tuple[TenderFigure, ...]:
    """Return the media; what was given out in our cash on foreign notes went out of the cash."""
    fees = {each.type: each.fees_minor for each in totals.batches if each.fees_minor}
    rows = {each.type: each for each in totals.tenders}
    change = sum(each.change_minor for each in totals.tenders if each.is_foreign)
    types = dict.fromkeys((*rows, *fees, *((cash,) if change else ())))
    return tuple(
        TenderFigure(
            type=type_,
            settles=accounts.settles.get(type_, "money"),
            taken_minor=_kept(rows.get(type_)),
            given_back_minor=_given_back(rows.get(type_)) + (change if type_ == cash else 0),
            rounding_minor=row.rounding_minor if (row := rows.get(type_)) else 0,
            tips_minor=row.tip_minor if row else 0,
            fees_minor=fees.get(type_, 0),
        )
        for type_ in types
    )


def _kept(row: TenderTotal | None) -> int:
    if row is None:
        return 0
    return row.taken_minor - (0 if row.is_foreign else row.change_minor)


def _given_back(row: TenderTotal | None) -> int:
    return -row.given_back_minor if row is not None else 0


def _movements(report: ZReport, cash: str) -> tuple[MovementFigure, ...]:
    """Return what went in and out of the drawer; the till's first float came from the safe."""
    totals = report.totals
    brought = totals.brought_minor + (totals.float_minor if report.number == 1 else 0)
    found = [MovementFigure(kind="float", tender=cash, minor=brought)] if brought else []
    for each in totals.movements:
        if each.name != "no_sale":
            sign = SIGNS.get(each.name, 1)
            kind: Any = each.name  # one that is unknown is refused by name, with all the rest
            found.append(
                MovementFigure(kind=kind, reason=each.reason, tender=cash, minor=sign * each.minor)
            )
    return tuple(found)


def _differences(totals: DayTotals, cash: str) -> tuple[DifferenceFigure, ...]:
    """Return over and short: of cash as counted, of slips and vouchers as confirmed."""
    return tuple(
        DifferenceFigure(tender=tender, minor=minor)
        for tender, minor in (*_found(totals, cash), *_confirmed(totals))
        if minor
    )


def _found(totals: DayTotals, cash: str) -> Iterator[tuple[str, int]]:
    over = sum(each.minor for each in totals.found if each.name == "over")
    short = totals.found_minor - over
    if over < 0 or short > 0:  # a count was withdrawn on another day than it was made
        over, short = over + short, 0
    yield cash, over
    yield cash, short


def _confirmed(totals: DayTotals) -> Iterator[tuple[str, int]]:
    for each in totals.differences:
        if each.name not in {CASH, FLOAT} and not each.name.startswith(FOREIGN):
            yield each.name, each.minor

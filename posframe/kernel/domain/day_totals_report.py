"""X and Z reports as documents: the totals of a day in words, for any printer or screen.

Made for 48 columns; narrower paper wraps the names. What is zero is left out, but gross, taxes,
tenders and cash always stand. It says what the drawer should hold, but for whoever counts blind:
an X without cash leaves out all of which that would be the sum. Who sees what is decided where
reports are asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.kernel.domain import receipt
from posframe.kernel.domain.currencies import exponent as exponent_of
from posframe.kernel.domain.day_totals import moved
from posframe.kernel.domain.money import format_minor
from posframe.kernel.domain.quantity import format_milli
from posframe.kernel.domain.rates import Rate
from posframe.kernel.domain.receipt import Align, Cell, Columns, Rule, Section, Text, Total
from posframe.kernel.domain.shift import foreign_of
from posframe.kernel.domain.tax import TaxKind, Treatment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from posframe.kernel.domain.carried_forward import OpenMatter
    from posframe.kernel.domain.day_totals import DayTotals
    from posframe.kernel.domain.day_totals_rows import (
        BatchTotal,
        DepartmentTotal,
        NamedTally,
        Tally,
        TenderTotal,
    )
    from posframe.kernel.domain.receipt import Block
    from posframe.kernel.domain.receipt_content import Shop
    from posframe.kernel.domain.tax import Tax
    from posframe.kernel.domain.z_report import ZReport

MOVEMENTS = {
    "loan": "Loans",
    "paid_in": "Paid in",
    "pickup": "Pickups",
    "paid_out": "Paid out",
    "skim": "Skims",
}
"""Kinds of cash movements as a report names them; one of another kind is named by its id."""

DISCOUNTS = {
    "line": "On lines, by hand",
    "offer": "Offers",
    "basket": "On the sale, by hand",
    "returned": "Taken back with returns",
}

BLIND = "Cash: counted blind"
_IN_CASH = frozenset({*MOVEMENTS, "refund_cash"})
"""Permissions whose approved amounts went into the drawer or out of it."""


def x_report(
    totals: DayTotals, shop: Shop, business_date: str, time_text: str, *, shows_cash: bool = True
) -> receipt.ReceiptDocument:
    """Return the totals so far; nothing is closed by them.

    Args:
        totals: since the last Z.
        shop: head, decimals and language.
        business_date: the accounting date.
        time_text: local date and time of the report.
        shows_cash: False: no amount of cash, which the drawer's would be reckoned from.
    """
    words = (Text("not a closing: the day goes on", Align.CENTRE),)
    head = _head("X REPORT", shop, totals, business_date, time_text, words)
    return receipt.ReceiptDocument(
        sections=(head, *_figures(totals, shop.exponent, shows_cash=shows_cash), _end()),
        language=shop.language,
        mark=shop.mark,
    )


def z_report(
    report: ZReport,
    shop: Shop,
    time_text: str,
    *,
    copy: bool = False,
    carried: tuple[OpenMatter, ...] = (),
) -> receipt.ReceiptDocument:
    """Return a closing with its grand totals and its seal.

    Args:
        report: what was sealed.
        shop: head, decimals and language.
        time_text: local date and time of closing.
        copy: it says that it is one.
        carried: what was unfinished.
    """
    title, date = f"Z REPORT {report.number}", report.business_date
    dates = f"{report.first_date} to {date}" if report.first_date else date
    figures = _figures(report.totals, shop.exponent)
    open_ = _section("carried", "Carried forward", _carried(carried, shop.exponent))
    sections = (
        _head(title, shop, report.totals, dates, time_text),
        *figures,
        *((open_,) if carried else ()),
        _grand(report, shop.exponent),
        _seal(report),
        _end(),
    )
    return receipt.ReceiptDocument(
        sections=sections, copy=copy, language=shop.language, mark=shop.mark
    )


def _head(
    title: str,
    shop: Shop,
    totals: DayTotals,
    business_date: str,
    time_text: str,
    words: tuple[Block, ...] = (),
) -> Section:
    blocks: list[Block] = [Text(shop.store, Align.CENTRE, bold=True)] if shop.store else []
    if shop.tax_number:
        blocks.append(Text(shop.tax_number, Align.CENTRE))
    blocks += [Text(title, Align.CENTRE, bold=True, big=(2, 2)), *words, receipt.Feed(1)]
    receipts = f"{totals.first_receipt} to {totals.last_receipt}" if totals.last_receipt else "none"
    blocks += [
        _pair("Business day", business_date),
        _pair(f"Till {shop.till}", time_text),
        _pair("Receipts", receipts),
    ]
    return Section("head", tuple(blocks))


def _figures(totals: DayTotals, exponent: int, *, shows_cash: bool = True) -> tuple[Section, ...]:
    found_in_counts = _differences(totals.differences, exponent) if shows_cash else []
    found = (
        _sales(totals, exponent),
        _taxes(totals, exponent),
        _section("departments", "Departments", _departments(totals.departments, exponent)),
        _section("discounts", "Discounts", _discounts(totals, exponent)),
        _tenders(totals, exponent) if shows_cash else _other_tenders(totals, exponent),
        _cash(totals, exponent) if shows_cash else _blind(),
        _section("differences", "Over and short, confirmed", found_in_counts),
        _section("controls", "Controls", _controls(totals, exponent, shows_cash=shows_cash)),
        _section("batches", "Batches to the bank", _batches(totals.batches, exponent)),
    )
    return tuple(section for section in found if section.blocks)


def _sales(totals: DayTotals, exponent: int) -> Section:
    tallies = (
        ("Sales", totals.sales),
        ("Returns", totals.returns),
        ("Exchanges", totals.exchanges),
        ("Receipts undone", totals.voids),
    )
    blocks: list[Block] = [Rule(), *_tallies(tallies, exponent)]
    blocks.append(Total("GROSS", format_minor(totals.gross_minor, exponent)))
    blocks += _tallies((("Goods returned, lines", totals.returned),), exponent)
    if totals.rounding_minor:
        blocks.append(_amount("Cash rounding", totals.rounding_minor, exponent))
    if totals.training:
        blocks.append(_pair("Practice receipts, in no figure", str(totals.training)))
    return Section("sales", tuple(blocks))


def _taxes(totals: DayTotals, exponent: int) -> Section:
    rows: list[Block] = [
        _three(
            _tax_name(each.tax, exponent),
            format_minor(each.base_minor, exponent),
            format_minor(each.minor, exponent),
        )
        for each in totals.taxes
    ]
    net, tax = (format_minor(minor, exponent) for minor in (totals.net_minor, totals.tax_minor))
    head = Columns(_three("Taxes", "net", "tax").cells, bold=True)
    return Section("taxes", (Rule(), head, *rows, _three("All", net, tax)))


def _tax_name(tax: Tax, exponent: int) -> str:
    """Return code and rate; the label may say neither."""
    entity = f", {tax.entity}" if tax.entity else ""
    if tax.treatment is not Treatment.TAXED:
        return f"{tax.code} {tax.treatment.value.replace('_', ' ')}{entity}"
    if tax.kind is TaxKind.FIXED:
        return f"{tax.code} {format_minor(tax.amount_minor, exponent)} each{entity}"
    return f"{tax.code} {Rate(tax.numerator, tax.denominator).percent_text} %{entity}"


def _departments(rows: Iterable[DepartmentTotal], exponent: int) -> list[Block]:
    return [
        _three(
            each.department or "(none)",
            format_milli(each.pieces_milli),
            format_minor(each.gross_minor, exponent),
        )
        for each in rows
    ]


def _discounts(totals: DayTotals, exponent: int) -> list[Block]:
    by_kind = {each.name: each for each in totals.discounts}
    return [
        _three(words, str(row.count), format_minor(row.minor, exponent))
        for kind, words in DISCOUNTS.items()
        if (row := by_kind.get(kind)) is not None
    ]


def _tenders(totals: DayTotals, exponent: int) -> Section:
    rows = [block for each in totals.tenders for block in _tender(each, exponent)]
    kept = sum(each.applied_minor + each.rounding_minor for each in totals.tenders)
    all_ = Columns(_amount("All tenders", kept, exponent).cells, bold=True)
    return Section("tenders", (Rule(), Text("Tenders", bold=True), *rows, all_))


def _other_tenders(totals: DayTotals, exponent: int) -> Section:
    """Say what came by other media; of cash how often, and no sum that it would follow from."""
    rows = [
        block
        for each in totals.tenders
        for block in (
            [_three(each.label, str(each.count), "")]
            if each.is_cash or each.is_foreign
            else _tender(each, exponent)
        )
    ]
    return Section("tenders", (Rule(), Text("Tenders", bold=True), *rows))


def _blind() -> Section:
    return Section("cash", (Rule(), Text("Cash in the drawer", bold=True), Text(BLIND)))


def _tender(each: TenderTotal, exponent: int) -> list[Block]:
    """Say what one medium came to, and how, where it is more than what was taken."""
    kept = each.applied_minor + each.rounding_minor
    parts = (
        ("  change", -each.change_minor),
        ("  of it rounding", each.rounding_minor),
        ("  tips beside it", each.tip_minor),
    )
    blocks: list[Block] = [_three(each.label, str(each.count), format_minor(kept, exponent))]
    if each.taken_minor != kept:
        blocks.append(_amount("  taken", each.taken_minor, exponent))
    if each.refunds:
        back = format_minor(each.given_back_minor, exponent)
        blocks.append(_three("  given back", str(each.refunds), back))
    return [*blocks, *(_amount(words, minor, exponent) for words, minor in parts if minor)]


def _cash(totals: DayTotals, exponent: int) -> Section:
    blocks: list[Block] = [Rule(), Text("Cash in the drawer", bold=True)]
    blocks.append(_amount("Float", totals.float_minor, exponent))
    for kind in _kinds(totals):
        blocks += _tallies(((MOVEMENTS.get(kind, kind), moved(totals, kind)),), exponent)
    blocks.append(_amount("Cash sales", totals.cash_sales_minor, exponent))
    if totals.cash_refunds_minor:
        blocks.append(_amount("Cash refunds", totals.cash_refunds_minor, exponent))
    if totals.brought_minor:
        blocks.append(_amount("Floats and drawers brought", totals.brought_minor, exponent))
    if totals.found:
        blocks.append(_amount("Over or short by count", totals.found_minor, exponent))
    blocks.append(Columns(_amount("Expected", totals.drawer_minor, exponent).cells, bold=True))
    for each in totals.foreign_notes:
        currency = foreign_of(each.type)
        blocks.append(_amount(f"Expected {currency}", each.minor, exponent_of(currency)))
    return Section("cash", tuple(blocks))


def _differences(rows: Iterable[NamedTally], exponent: int) -> list[Block]:
    """Say what confirmed takings had too much or too little; foreign notes in their currency."""
    blocks: list[Block] = []
    for each in rows:
        currency = foreign_of(each.name)
        decimals = exponent_of(currency) if currency else exponent
        blocks.append(_three(each.name, str(each.count), format_minor(each.minor, decimals)))
    return blocks


def _carried(matters: Iterable[OpenMatter], exponent: int) -> list[Block]:
    blocks: list[Block] = []
    for each in matters:
        blocks.append(Text(each.words))
        amount = format_minor(each.minor, exponent) if each.minor else ""
        blocks.append(_pair(f"  seen to by {each.owner}", amount))
    return blocks


def _kinds(totals: DayTotals) -> list[str]:
    """Return the kinds of movements there were, the usual ones first; no-sales move nothing."""
    others = (each.name for each in totals.movements if each.name != "no_sale")
    return list(dict.fromkeys((*MOVEMENTS, *others)))


def _controls(totals: DayTotals, exponent: int, *, shows_cash: bool = True) -> list[Block]:
    unsaid = frozenset() if shows_cash else _IN_CASH
    tallies = (
        ("Lines voided", totals.voided_lines),
        ("  after the total", totals.voided_after_total),
        ("Prices changed by hand", totals.overrides),
        ("Sales cancelled", totals.cancelled),
    )
    counts = (
        ("No-sales", totals.no_sales),
        ("Drawer opened", totals.kicks),
        ("  without a sale", totals.kicks_without_sale),
        ("Copies of receipts", totals.copies),
    )
    return [
        *_tallies(tallies, exponent),
        *(_three(words, str(count), "") for words, count in counts if count),
        *_named("Approved", totals.approvals, exponent, without=unsaid),
        *_named("Payments in doubt, by a person's word", totals.resolved, exponent),
        *_named("Payments given back", totals.reversed, exponent),
    ]


def _named(
    what: str, rows: tuple[NamedTally, ...], exponent: int, without: frozenset[str] = frozenset()
) -> list[Block]:
    """Say what each kind of thing came to; of those ``without`` an amount, how often."""
    blocks: list[Block] = [Text(what)] if rows else []
    for each in rows:
        name = f"  {each.name.replace('_', ' ')}"
        amount = "" if each.name in without else format_minor(each.minor, exponent)
        blocks.append(_three(name, str(each.count), amount))
    return blocks


def _batches(rows: Iterable[BatchTotal], exponent: int) -> list[Block]:
    blocks: list[Block] = []
    for each in rows:
        gross = format_minor(each.gross_minor, exponent)
        blocks.append(_three(each.label, str(each.payments), gross))
        if each.fees_minor:
            blocks.append(_amount("  fees", -each.fees_minor, exponent))
    return blocks


def _grand(report: ZReport, exponent: int) -> Section:
    grand = report.grand
    blocks: tuple[Block, ...] = (
        Rule(),
        Text("Grand totals", bold=True),
        _amount("Before this Z", report.previous.gross_minor, exponent),
        _amount("This Z, with rounding", report.totals.counters.gross_minor, exponent),
        Columns(_amount("Perpetual", grand.gross_minor, exponent).cells, bold=True),
        _amount("Absolute", grand.absolute_minor, exponent),
        _pair("Receipts ever", str(grand.sales)),
    )
    return Section("grand", blocks)


def _seal(report: ZReport) -> Section:
    half = len(report.head_hash) // 2
    blocks: tuple[Block, ...] = (
        Rule(),
        _pair("Journal rows", f"{report.from_seq} to {report.to_seq}"),
        Text(report.head_hash[:half], Align.CENTRE),
        Text(report.head_hash[half:], Align.CENTRE),
    )
    return Section("seal", blocks)


def _end() -> Section:
    return Section("end", (receipt.Feed(1), receipt.Cut()))


def _section(name: str, title: str, rows: list[Block]) -> Section:
    """Return a section under its title; without rows none is printed."""
    return Section(name, (Rule(), Text(title, bold=True), *rows) if rows else ())


def _tallies(tallies: Iterable[tuple[str, Tally]], exponent: int) -> list[Block]:
    return [
        _three(words, str(tally.count), format_minor(tally.minor, exponent))
        for words, tally in tallies
        if tally.count
    ]


def _three(name: str, middle: str, last: str) -> Columns:
    return Columns((Cell(name), Cell(middle, 10, Align.RIGHT), Cell(last, 12, Align.RIGHT)))


def _amount(name: str, minor: int, exponent: int) -> Columns:
    return _pair(name, format_minor(minor, exponent))


def _pair(name: str, text: str) -> Columns:
    return Columns((Cell(name), Cell(text, align=Align.RIGHT)))

"""Slips of a shift as documents: its float, its count, its confirmed takings; for any printer.

The slip of a count is blind, as the count is: it says what was found and nothing that should be
there. That of the confirmed takings has everything, for whoever confirms and for the folder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.kernel.domain import receipt
from posframe.kernel.domain.counting import HowCounted, shown
from posframe.kernel.domain.receipt import Align, Cell, Columns, Rule, Section, Text
from posframe.kernel.domain.shift import foreign_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from posframe.kernel.domain.counting import Count
    from posframe.kernel.domain.receipt import Block
    from posframe.kernel.domain.receipt_content import Shop
    from posframe.kernel.domain.shift import Declared, Difference, Shift, ShiftCash

_CASH = (
    ("Float", "opening_float_minor", 1),
    ("Loans", "loans_minor", 1),
    ("Paid in", "paid_in_minor", 1),
    ("Cash sales", "cash_sales_minor", 1),
    ("Sales not finished", "unfinished_minor", 1),
    ("Cash refunds", "cash_refunds_minor", -1),
    ("Pickups", "pickups_minor", -1),
    ("Skims", "skims_minor", -1),
    ("Paid out", "paid_out_minor", -1),
)


def open_slip(shift: Shift, shop: Shop, currency: str, time_text: str) -> receipt.ReceiptDocument:
    """Return what an operator signs who takes a drawer: the float as counted.

    Args:
        shift: open, or any later.
        shop: head and language.
        currency: the till's.
        time_text: local date and time of the opening.
    """
    cash = shift.cash.opening_float_minor
    blocks: list[Block] = [_amount("Float as counted", cash, currency)]
    if shift.carried_from:
        blocks.append(_pair("Handed over from shift", shift.carried_from))
    return _document("FLOAT", shift, shop, time_text, (Section("float", (Rule(), *blocks)),))


def end_slip(shift: Shift, shop: Shop, currency: str, time_text: str) -> receipt.ReceiptDocument:
    """Return what was counted at the end, row by row; never what should have been.

    Args:
        shift: ended.
        shop: head and language.
        currency: the till's.
        time_text: local date and time of the last count.
    """
    parts = tuple(
        _counted(each, currency, title)
        for each, title in zip(shift.counts, ("Count", "Second count"), strict=False)
    )
    return _document("END OF SHIFT", shift, shop, time_text, parts)


def confirm_slip(
    shift: Shift,
    found: tuple[Difference, ...],
    shop: Shop,
    currency: str,
    time_text: str,
) -> receipt.ReceiptDocument:
    """Return the confirmed takings: expected, counted, what differs and why.

    Args:
        shift: confirmed.
        found: what differs and what agrees.
        shop: head and language.
        currency: the till's.
        time_text: local date and time of the confirmation.
    """
    reasons = dict(shift.reasons)
    blocks: list[Block] = [Rule()]
    for each in found:
        of = _currency_of(each.type, currency)
        blocks.append(Text(each.type, bold=True))
        blocks.append(_amount("  expected", each.expected_minor, of))
        blocks.append(_amount("  counted", each.declared_minor, of))
        if each.minor:
            blocks.append(_amount(f"  {each.word}", each.minor, of))
        if each.type in reasons:
            blocks.append(Text(f"  {reasons[each.type]}"))
    by = (Rule(), _pair("Confirmed by operator", shift.confirmed_by), receipt.Feed(2), _sign())
    parts = (
        _expected(shift.cash, currency),
        Section("found", tuple(blocks)),
        Section("by", by),
    )
    return _document("TAKINGS CONFIRMED", shift, shop, time_text, parts)


def _expected(cash: ShiftCash, currency: str) -> Section:
    blocks: list[Block] = [Rule(), Text("Cash in the drawer", bold=True)]
    for words, field, sign in _CASH:
        minor = sign * getattr(cash, field)
        if minor or field == "opening_float_minor":
            blocks.append(_amount(words, minor, currency))
    total = _amount("Expected", cash.expected_minor, currency)
    return Section("cash", (*blocks, Columns(total.cells, bold=True)))


def _counted(declared: Declared, currency: str, title: str) -> Section:
    blocks: list[Block] = [Rule(), Text(f"{title}, by operator {declared.operator}", bold=True)]
    blocks += _rows(declared.cash, currency)
    blocks.append(Columns(_amount("Cash", declared.cash.total_minor, currency).cells, bold=True))
    for foreign, minor in declared.cash.foreign_minor.items():
        blocks.append(_amount(f"Cash {foreign}", minor, foreign))
    for each in declared.sums:
        slips = f", {each.pieces} slips" if each.pieces else ""
        blocks.append(_amount(f"{each.type}{slips}", each.minor, currency))
    return Section("count", tuple(blocks))


def _rows(count: Count, currency: str) -> Iterable[Block]:
    for row in count.rows:
        own = row.currency or currency
        packs = f"{row.packs} {row.how.value}" if row.packs else ""
        how = "by weight" if row.how is HowCounted.WEIGHT else packs
        named = f"{row.pieces} x {shown(row.denomination_minor, own)}"
        if row.currency:
            named = f"{named} {row.currency}"
        yield _amount(f"{named} {how}".rstrip(), row.minor, own)


def _document(
    title: str, shift: Shift, shop: Shop, time_text: str, parts: tuple[Section, ...]
) -> receipt.ReceiptDocument:
    blocks: list[Block] = [Text(shop.store, Align.CENTRE, bold=True)] if shop.store else []
    blocks += [
        Text(title, Align.CENTRE, bold=True, big=(1, 2)),
        receipt.Feed(1),
        _pair(f"Shift {shift.id}", f"drawer {shift.drawer}"),
        _pair("Operator", shift.operator),
        _pair("Business day", shift.business_date),
        _pair(f"Till {shop.till}", time_text),
    ]
    end = Section("end", (receipt.Feed(2), _sign(), receipt.Feed(1), receipt.Cut()))
    return receipt.ReceiptDocument(
        sections=(Section("head", tuple(blocks)), *parts, end),
        language=shop.language,
        mark=shop.mark,
    )


def _sign() -> Text:
    return Text("Signed: ______________________")


def _currency_of(type_: str, currency: str) -> str:
    return foreign_of(type_) or currency


def _amount(name: str, minor: int, currency: str) -> Columns:
    return _pair(name, shown(minor, currency))


def _pair(name: str, text: str) -> Columns:
    return Columns((Cell(name), Cell(text, align=Align.RIGHT)))

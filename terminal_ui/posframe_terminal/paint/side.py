"""The columns beside the basket: what is to pay, taxes, member, last scan; quick keys.

A block is there only when there is something to say in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posframe_terminal.cells import fit, width_of, wrapped
from posframe_terminal.figures import big, big_width
from posframe_terminal.paint.money import amount, change_by
from posframe_terminal.paint.rows import Row, blank, line, number, pairs, rule, span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posframe_terminal.views import LastScan, Member, Money, QuickKey, SaleView

QUICK_COLUMNS: Final = 3
_CELL: Final = 8


def side_rows(view: SaleView, width: int, height: int) -> list[Row]:
    """Return the column with the total; more of it on taller screens."""
    inner = width - 2
    blocks = [
        list(_total(view, inner)),
        list(_member(view.member, inner)) if view.member else [],
        list(_last_scan(view.last_scan, inner, view.money)) if view.last_scan else [],
        [_label_and_value(label, value, inner) for label, value in view.facts],
    ]
    rows = _ruled([block for block in blocks if block], width)
    return rows[:height]


def big_amount(minor: int, money: Money, width: int, *, plain: bool) -> list[Row]:
    """Return an amount three rows high, or written small where it would not fit."""
    written = amount(minor, money)
    if big_width(written) > width:
        return [blank(width), (number(written, width, "total"),), blank(width)]
    return [line(row, width, "total") for row in big(written, plain=plain)]


def quick_rows(view: SaleView, width: int) -> list[Row]:
    """Return the quick keys as a grid of cells."""
    assert width >= QUICK_COLUMNS * (_CELL + 1) + 1, "three cells and their rules"
    rows = [line(f" {view.quick_title or 'QUICK KEYS'}", width, "column"), rule(width)]
    keys = view.quick
    for at in range(0, len(keys), QUICK_COLUMNS):
        cells = keys[at : at + QUICK_COLUMNS]
        rows.append(_grid_rule(width, first=at == 0))
        rows.append(_cells([_quick_label(key) for key in cells], width))
        rows.append(_cells([key.price for key in cells], width, right=True))
    rows.append(_grid_rule(width, last=True))
    return rows


def _total(view: SaleView, inner: int) -> Iterator[Row]:
    words = "TO PAY" if view.total_minor >= 0 else "TO GIVE BACK"
    yield pairs(inner, span(words, inner - 8, "label"), number(view.money.currency, 8, "label"))
    yield blank(inner)
    yield from big_amount(abs(view.total_minor), view.money, inner, plain=view.plain)
    yield blank(inner)
    saved = f"saved {amount(view.saved_minor, view.money)}" if view.saved_minor else ""
    yield span(f"items {view.items}", inner // 2), number(saved, inner - inner // 2)
    if view.coupons:
        yield line(view.coupons, inner)
    if view.rounding_minor is not None:
        yield _label_and_value("rounding", change_by(view.rounding_minor, view.money), inner)
    for tax in view.taxes:
        net = f"net {amount(tax.net_minor, view.money)}"
        spare = inner - 9 - 9
        yield (
            span(tax.label, 9),
            number(net if width_of(net) < spare else "", spare, "dim"),
            number(amount(tax.amount_minor, view.money), 9),
        )


def _member(member: Member, inner: int) -> Iterator[Row]:
    yield line(f"MEMBER  {member.id}  {member.tier}", inner, "label")
    if member.points:
        earned = f"  ({member.earned})" if member.earned else ""
        yield line(f"points {member.points}{earned}", inner)
    for note in member.notes:
        yield line(note, inner)


def _last_scan(scan: LastScan, inner: int, money: Money) -> Iterator[Row]:
    yield line("LAST SCAN", inner, "label")
    for part in wrapped(scan.name, inner, 2):
        yield line(part, inner)
    price = amount(scan.price_minor, money)
    yield line(f"{price}   {scan.note}".strip(), inner)
    if scan.code:
        yield line(scan.code, inner, "dim")


def _ruled(blocks: list[list[Row]], width: int) -> list[Row]:
    """Return the blocks with a rule between each two and a margin at both sides."""
    rows: list[Row] = []
    for block in blocks:
        if rows:
            rows.append(rule(width))
        rows += [((" ", "text"), *row, (" ", "text")) for row in block]
    return rows


def _label_and_value(label: str, value: str, inner: int) -> Row:
    return span(label, inner // 2, "dim"), number(value, inner - inner // 2)


def _quick_label(key: QuickKey) -> str:
    return f"{key.number} {key.label}"


def _grid_rule(width: int, *, first: bool = False, last: bool = False) -> Row:
    left, joint, right = "┌┬┐" if first else "└┴┘" if last else "├┼┤"
    cells = joint.join(["─" * _CELL] * QUICK_COLUMNS)
    return line(f"{left}{cells}{right}", width, "rule")


def _cells(texts: list[str], width: int, *, right: bool = False) -> Row:
    texts += [""] * (QUICK_COLUMNS - len(texts))
    align: Final = "right" if right else "left"
    cells = "│".join(fit(text, _CELL, align) for text in texts)
    return line(f"│{cells}│", width, "quick")

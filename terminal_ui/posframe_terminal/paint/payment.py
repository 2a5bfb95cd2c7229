"""Payment and change: what is given so far, how the rest can be paid, what goes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posframe_terminal.cells import clean, figure, fit, width_of, wrapped
from posframe_terminal.paint.frame import Body, framed
from posframe_terminal.paint.money import amount, change_by
from posframe_terminal.paint.rows import Row, beside, blank, filled, line, number, rule, span
from posframe_terminal.paint.side import big_amount

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posframe_terminal.pages import ChangeView, PaymentView, QuickCash, Way
    from posframe_terminal.views import Money

_TOP: Final = 5
_AMOUNT: Final = 12


def paint(view: PaymentView, width: int, height: int) -> list[Row]:
    """Return the rows of the payment screen."""
    return framed(view, width, height, lambda w, h: _body(view, w, h))


def paint_change(view: ChangeView, width: int, height: int) -> list[Row]:
    """Return the rows of the screen between a sale and the next."""
    return framed(view, width, height, lambda w, h: (_change(view, w, h), (), ()))


def _body(view: PaymentView, width: int, height: int) -> Body:
    left = width // 2
    right = width - left - 1
    below = height - _TOP - 1
    columns = beside(
        filled(_so_far(view, left), left, below), filled(_ways(view, right), right, below)
    )
    return [*_to_pay(view, width), rule(width, ((left, "┬"),)), *columns], (), (left,)


def _to_pay(view: PaymentView, width: int) -> list[Row]:
    """Return the amount in big figures between its name and what it is for."""
    left, right = width // 3, width // 3
    member = f"member {view.member.id}" if view.member else ""
    noun = "item" if view.items == "1" else "items"
    items = f"{view.items} {noun}" if view.items else ""
    label = "TO GIVE BACK" if view.to_pay_minor < 0 else "TO PAY"
    big = big_amount(abs(view.to_pay_minor), view.money, width - left - right, plain=view.plain)
    words = [(f"   {label}", items), (f"   {view.money.currency}", member), ("", "")]
    middle = [
        (span(one, left, "label"), *row, span(f"  {other}", right))
        for row, (one, other) in zip(big, words, strict=True)
    ]
    return [blank(width), *middle, blank(width)]


def _so_far(view: PaymentView, width: int) -> Iterator[Row]:
    money = view.money
    for label, minor in view.paid:
        yield _so_much(f"   It was paid by {label}", minor, view, width, "text")
    back = view.to_pay_minor < 0
    yield line(f"   {'GIVEN BACK' if back else 'TENDERS'} SO FAR", width, "label")
    for index, tender in enumerate(view.tenders):
        style = "line.new" if index == view.marked else tender.severity
        words = f"   {tender.label}  {tender.state}"
        yield (
            span(words, width - _AMOUNT - 2, style),
            number(amount(tender.amount_minor * (1 if back else -1), money), _AMOUNT, style),
            ("  ", style),
        )
    yield line("   " + "─" * (width - 5), width, "rule")
    still = "   STILL TO GIVE BACK" if back else "   STILL OPEN"
    yield _so_much(still, abs(view.open_minor), view, width, "total")
    for words in wrapped(view.notice, width - 5, 4):
        yield line(f"   {words}", width, "warning")
    if view.rounding_minor is not None:
        yield line(f"   cash rounding {change_by(view.rounding_minor, money)}", width, "dim")
    yield blank(width)
    yield from _quick_cash(view, width)


def _so_much(words: str, minor: int, view: PaymentView, width: int, style: str) -> Row:
    figures = number(amount(minor, view.money), _AMOUNT, style)
    return span(words, width - _AMOUNT - 2, style), figures, ("  ", style)


def _quick_cash(view: PaymentView, width: int) -> Iterator[Row]:
    """Yield the amounts likely to be handed over, two to a row."""
    if not view.quick_cash:
        return
    yield line("   QUICK CASH", width, "label")
    half = (width - 3) // 2
    cells = [_cash_cell(cash, half, view.money) for cash in view.quick_cash]
    rows = (len(cells) + 1) // 2
    for index in range(rows):
        pair = cells[index::rows]
        yield line("   " + "".join(pair), width)


def _cash_cell(cash: QuickCash, width: int, money: Money) -> str:
    """Return what to type and what it is; the note only where it fits whole."""
    words = fit(cash.entry, 7) + figure(amount(cash.amount_minor, money), 8)
    noted = f"{words} {clean(cash.note)}"
    return fit(noted if width_of(noted) < width else words, width)


def _ways(view: PaymentView, width: int) -> Iterator[Row]:
    keys = {hint.action: hint.key for hint in view.hints}
    yield line("  GIVE BACK BY" if view.open_minor < 0 else "  PAY WITH", width, "label")
    for way in view.ways:
        yield _way(way, keys.get(way.action, way.key), width)
    yield blank(width)
    for note in view.notes:
        yield line(f"  {note}", width, "dim")


def _way(way: Way, key: str, width: int) -> Row:
    note = f"  ({way.note})" if way.note else ""
    return ("  ", "text"), span(key, 8, "key"), span(f" {way.label}{note}", width - 10)


def _change(view: ChangeView, width: int, height: int) -> list[Row]:
    left = width // 2
    big = big_amount(view.change_minor, view.money, left - 16, plain=view.plain)
    labels = ["", f"      {view.label}", ""]
    figures: list[Row] = [
        (span(label, 16, "label"), *row) for label, row in zip(labels, big, strict=True)
    ]
    sums = [_sum_row(label, minor, view, width - left) for label, minor in view.rows]
    depth = max(len(figures), len(sums))
    columns = beside(filled(figures, left, depth), filled(sums, width - left, depth), "")
    below = [blank(width), *_said_below(view, width)]
    return filled([blank(width), *columns, *below], width, height)


def _sum_row(label: str, minor: int, view: ChangeView, width: int) -> Row:
    words = width - _AMOUNT - 6
    return (
        span(f"   {label}", words),
        number(amount(minor, view.money), _AMOUNT),
        ("      ", "text"),
    )


def _packed(pieces: tuple[str, ...], width: int) -> list[str]:
    """Return the pieces side by side in as few rows as they fit; none is cut."""
    rows = [""]
    for piece in pieces:
        longer = f"{rows[-1]}   {piece}" if rows[-1] else piece
        if len(longer) <= width:
            rows[-1] = longer
        else:
            rows.append(piece)
    return rows


def _said_below(view: ChangeView, width: int) -> Iterator[Row]:
    if view.give:
        label = "      give:  "
        for words in _packed(view.give, width - len(label)):
            yield line(label + words, width, "label")
            label = " " * len(label)
        yield blank(width)
    if view.drawer_open:
        yield line("    ! DRAWER OPEN - close it to go on", width, "warning")
    if view.receipt:
        yield line(f"      {view.receipt}", width)
    for note in view.notes:
        yield line(f"      {note}", width, "dim")
    yield blank(width)
    yield line("      The next scan starts the next sale.", width, "dim")

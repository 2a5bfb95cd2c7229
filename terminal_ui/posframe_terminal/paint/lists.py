"""Lists to choose from: search results, held sales, the keys of a screen, what is wrong.

A list shows the page with the marked row, what is known of it below, and never more rows than
the view holds: whoever fills the view pages the query.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe_terminal.cells import width_of, wrapped
from posframe_terminal.paint.frame import OFF, SIGNS, Body, column_heads, framed, paged
from posframe_terminal.paint.money import amount
from posframe_terminal.paint.rows import Row, blank, filled, line, number, rule, span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from posframe_terminal.keys import Hint
    from posframe_terminal.pages import (
        FindView,
        Found,
        HeldSale,
        HeldView,
        HelpView,
        MenuView,
        TroubleView,
    )
    from posframe_terminal.views import Device, Money


def paint_find(view: FindView, width: int, height: int) -> list[Row]:
    """Return the rows of the search for items."""
    return framed(view, width, height, lambda w, h: (_find(view, w, h), (), ()), prompt="FIND >")


def paint_held(view: HeldView, width: int, height: int) -> list[Row]:
    """Return the rows of the list of suspended sales."""
    return framed(view, width, height, lambda w, h: (_held(view, w, h), (), ()))


def paint_help(view: HelpView, width: int, height: int) -> list[Row]:
    """Return the keys of a screen and what can be typed there."""
    return framed(view, width, height, lambda w, h: (_help(view, w, h), (), ()))


def paint_menu(view: MenuView, width: int, height: int) -> list[Row]:
    """Return all that can be done, to choose from."""
    return framed(view, width, height, lambda w, h: (_menu(view, w, h), (), ()), prompt="MENU >")


def paint_trouble(view: TroubleView, width: int, height: int) -> list[Row]:
    """Return devices and notices, each with what to do about it."""

    def body(width: int, height: int) -> Body:
        return filled(_trouble(view, width), width, height), (), ()

    return framed(view, width, height, body)


def _find(view: FindView, width: int, height: int) -> list[Row]:
    elsewhere = 21 if any(found.elsewhere for found in view.results) else 1
    name = width - 36 - elsewhere
    heads = column_heads(
        width,
        span("   CODE", 18, "column"),
        span("NAME", name, "column"),
        number("PRICE", 10, "column"),
        number("STOCK", 8, "column"),
        span("   ELSEWHERE" if elsewhere > 1 else "", elsewhere, "column"),
    )
    nothing = "   Nothing found." if view.entry.text else "   Parts of a name, a code or a PLU."
    title = f" {len(view.results)} found" + (f", {view.more} more: type on" if view.more else "")

    def row(index: int, style: str, sign: str) -> Row:
        return _found_row(view.results[index], (name, elsewhere), style, sign, view.money)

    rows = _page(view.marked, len(view.results), height - 3 - _depth(view.detail), row)
    if not rows:
        title, rows = "", [line(nothing, width, "dim")]
    return [
        line(title or " SEARCH", width, "label"),
        heads,
        *_with_detail(rows, view.detail, width, height - 2),
    ]


def _found_row(found: Found, widths: tuple[int, int], style: str, sign: str, money: Money) -> Row:
    name, elsewhere = widths
    words = f"{found.name}  {found.flag}" if found.flag else found.name
    return (
        span(f" {sign} {found.code}", 18, style),
        span(words, name, style),
        number(amount(found.price_minor, money), 10, style),
        number(found.stock, 8, style),
        span(f"   {found.elsewhere}" if elsewhere > 1 else "", elsewhere, style),
    )


def _held(view: HeldView, width: int, height: int) -> list[Row]:
    heads = column_heads(
        width,
        number("N", 5, "column"),
        span("  SINCE", 9, "column"),
        number("AGE", 8, "column"),
        number("ITEMS", 7, "column"),
        number("TOTAL", 11, "column"),
        span("  OPERATOR", 14, "column"),
        span("NOTE", width - 54, "column"),
    )

    def row(index: int, style: str, sign: str) -> Row:
        return _held_row(view.sales[index], width, style, sign, view.money)

    rows = _page(view.marked, len(view.sales), height - 3 - _depth(view.detail), row)
    if not rows:
        rows = [line("   No sale is held.", width, "dim")]
    return [
        line(" HELD SALES", width, "label"),
        heads,
        *_with_detail(rows, view.detail, width, height - 2),
    ]


def _held_row(sale: HeldSale, width: int, style: str, sign: str, money: Money) -> Row:
    noted = f"{SIGNS[sale.severity]} {sale.note}".strip()
    return (
        span(f" {sign}", 3, style),
        number(str(sale.number), 2, style),
        span(f"  {sale.since}", 9, style),
        number(sale.age, 8, style),
        number(sale.items, 7, style),
        number(amount(sale.total_minor, money), 11, style),
        span(f"  {sale.operator}", 14, style),
        span(noted, width - 54, sale.severity if style == "line" else style),
    )


def _help(view: HelpView, width: int, height: int) -> list[Row]:
    rows = [*_key_rows(view, width), *_grammar_rows(view, width)]
    first = min(view.marked or 0, max(len(rows) - (height - 1), 0))
    about = f" KEYS ON THE SCREEN {view.about.upper()!r}" if view.about else " KEYS"
    return [line(about, width, "label"), *filled(rows[first:], width, height - 1)]


def _key_rows(view: HelpView, width: int) -> Iterator[Row]:
    for hint in view.keys:
        yield (
            span(f"  {hint.key}", 12, "key"),
            span(hint.label, 14, "label"),
            span(hint.help, width - 26),
        )


def _menu(view: MenuView, width: int, height: int) -> list[Row]:
    def row(index: int, style: str, sign: str) -> Row:
        off = view.rows[index].action in view.denied
        return _menu_row(view.rows[index], width, style, sign, off=off)

    rows = _page(min(view.marked or 0, max(view.count - 1, 0)), view.count, height - 1, row)
    nothing = [line("   Nothing is named so.", width, "dim")]
    title = line(" MENU: mark a row and press Enter, or press its key later", width, "label")
    return [title, *filled(rows or nothing, width, height - 1)]


def _menu_row(hint: Hint, width: int, style: str, sign: str, *, off: bool) -> Row:
    """Return an action; one that is not for who is signed in is greyed, and marked."""
    style = "dim" if off and sign != ">" else style
    return (
        span(f" {sign} {OFF if off else ''}{hint.label}", 15, style),
        span(hint.key, 17, style if sign == ">" or off else "key"),
        span(hint.help, width - 32, style),
    )


def _grammar_rows(view: HelpView, width: int) -> Iterator[Row]:
    if view.grammar:
        yield blank(width)
        yield line(" WHAT CAN BE TYPED, THEN ENTER", width, "label")
    for typed, meaning in view.grammar:
        yield span(f"  {typed}", 26, "key"), span(meaning, width - 26)


def _trouble(view: TroubleView, width: int) -> Iterator[Row]:
    yield line(" DEVICES", width, "label")
    for device in view.head.devices:
        yield from _device_rows(device, width)
    yield blank(width)
    yield line(" NOTICES", width, "label")
    if not view.notices:
        yield line("   Nothing needs attention.", width, "dim")
    for notice in view.notices:
        code = f"  ({notice.code})" if notice.code else ""
        text = wrapped(f"{notice.text}{code}", width - 5, 3)
        for index, words in enumerate(text):
            sign = SIGNS[notice.severity] if index == 0 else " "
            yield line(f" {sign} {words}", width, notice.severity)
        if notice.advice:
            yield line(f"     {notice.advice}", width)


def _device_rows(device: Device, width: int) -> Iterator[Row]:
    """Return a device and its state; below them, whole, what a person has to do about it."""
    style = f"device.{device.severity}"
    head = (
        span(f" {SIGNS[device.severity]} {device.name}", 18, style),
        span(device.state, 22, style),
    )
    if width_of(device.advice) <= width - 40:
        yield *head, span(device.advice, width - 40)
        return
    yield *head, span("", width - 40)
    for words in wrapped(device.advice, width - 5, 3):
        yield line(f"     {words}", width)


def _page(
    marked: int | None, count: int, room: int, row: Callable[[int, str, str], Row]
) -> list[Row]:
    """Return the rows of the page with the marked one, which carries style and sign."""
    pointed = marked or 0
    return [
        row(index, "line.new", ">") if index == pointed else row(index, "line", " ")
        for index in paged(count, pointed, room)
    ]


def _depth(detail: Sequence[str]) -> int:
    return len(detail) + 1 if detail else 0


def _with_detail(rows: Sequence[Row], detail: Sequence[str], width: int, height: int) -> list[Row]:
    """Return the list with what is known of the marked row at the bottom."""
    below = [rule(width), *(line(f" {words}", width) for words in detail)] if detail else []
    return [*filled(rows, width, height - len(below)), *below]

"""The frame: what is the same on every screen. Top line, entry line, devices, keys.

A screen gives its body; ``framed`` puts it between the lines that never move.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from posframe_terminal.cells import clean, fit, width_of, wrapped
from posframe_terminal.paint.rows import (
    Row,
    Span,
    cropped,
    joints_of,
    line,
    plain_rows,
    rule,
    span,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from posframe_terminal.views import Device, EntryLine, Head, Severity, View

WIDTH_MIN: Final = 80
HEIGHT_MIN: Final = 24
WIDE: Final = 100
"""From this width on words are spelt out."""

COACH_ROWS: Final = 3
"""Kept for a lesson's words and hint, which are no longer on the narrowest screen."""

Body: TypeAlias = tuple[list[Row], tuple[int, ...], tuple[int, ...]]
"""Rows, and the columns where a vertical rule meets the horizontal one above, and below."""

OFF: Final = "×"
"""Stands before what is not for who is signed in; with its grey, colour is not the only sign."""
SIGNS: Final[dict[Severity, str]] = {"info": " ", "good": "*", "warning": "?", "error": "!"}
"""Stand before a message, so that colour is never the only sign."""


def framed(
    view: View, width: int, height: int, body: Callable[[int, int], Body], *, prompt: str = ">"
) -> list[Row]:
    """Return the whole screen: the frame with ``body(width, height)`` in it."""
    wide, tall = max(width, WIDTH_MIN), max(height, HEIGHT_MIN)
    top = top_rows(view.head, wide)
    entry = entry_rows(view.entry, wide, prompt)
    below = [device_row(view.head, wide), key_row(view, wide)]
    rows, above, under = body(wide, tall - len(top) - len(entry) - len(below) - 2)
    screen = [
        *top,
        rule(wide, joints_of(above, "┬")),
        *rows,
        rule(wide, joints_of(under, "┴")),
        *entry,
        *below,
    ]
    assert len(screen) == tall, "a body has as many rows as it was asked for"
    shown = plain_rows(screen) if view.plain else screen
    return shown if (wide, tall) == (width, height) else _shrunk(shown, width, height)


def top_rows(head: Head, width: int) -> list[Row]:
    """Return the top line, below a banner while nothing is real."""
    words = [head.till, head.operator, head.title]
    clock = head.clock
    if width >= WIDE:
        words = [f"{head.till} {head.place}".strip(), head.operator, head.title, head.shift]
        clock = head.clock_long or clock
    left = " " + " │ ".join(clean(word) for word in words if word) + " "
    right = f" │ {clean(clock)} " if clock else " "
    link = clean(head.link)
    room = max(width - width_of(right) - width_of(link), 0)
    row: Row = (
        span(left, room, "head"),
        (fit(link, min(width_of(link), width)), f"head.{head.link_severity}"),
        (right, "head"),
    )
    banner = [_banner(head.training, width)] if head.training else []
    return [*banner, *_coach_rows(head.coach, width), row]


def _coach_rows(coach: tuple[str, ...], width: int) -> list[Row]:
    """Return what a lesson says: as many rows always, so that nothing below them jumps."""
    if not coach:
        return []
    say, hint = (*coach, "")[:2]
    rows = [line(f" {words}", width, "info") for words in wrapped(say, width - 2, 2)]
    left = COACH_ROWS - len(rows)
    rows += [line(f" {words}", width, "good") for words in wrapped(hint, width - 2, left)]
    return [*rows, *(line("", width) for _ in range(COACH_ROWS - len(rows)))]


def entry_rows(entry: EntryLine, width: int, prompt: str = ">") -> list[Row]:
    """Return the entry line and the rule below it, which a long message takes too."""
    left = _typed(entry, width, prompt)
    room = width - sum(width_of(text) for text, _ in left)
    said, style = _said(entry)
    lines = wrapped(said, max(room - 2, 1), 2)
    first = lines[0] if lines else ""
    text = fit(first.rstrip(), max(room - 1, 0), "right" if len(lines) < 2 else "left")
    row: Row = (*left, (text + " " * min(room, 1), style))
    if len(lines) < 2:
        return [row, rule(width)]
    return [row, line(" " * (width - room) + lines[1], width, style)]


def device_row(head: Head, width: int) -> Row:
    """Return the bar of devices; one that needs a person comes first, with what to do."""
    right = f" HELD {head.held} " if head.held else " "
    right = f"QUEUE {head.queue} {right}"
    spans: list[Span] = []
    left = width - len(right)
    for device in sorted(head.devices, key=lambda d: not d.advice):
        text = _device_text(device, wide=width >= WIDE)
        if not spans and width_of(text) > left:
            text = fit(text, left)  # the beginning of what to do is better than nothing
        cells = width_of(text)
        if cells > left:
            break
        spans.append((text, f"device.{device.severity}"))
        left -= cells
    queue_style = "device.warning" if head.queue else "device.good"
    return (*spans, (" " * left, "device.good"), (right, queue_style))


def key_row(view: View, width: int) -> Row:
    """Return the keys of the screen, as many as there is room for."""
    gap = "  " if width >= WIDE else " "
    spans: list[Span] = [(" ", "key")] if width >= WIDE else []
    left = width - len(spans)
    for hint in sorted(view.hints, key=lambda hint: hint.action not in view.first):
        if not hint.in_footer:
            continue
        off = hint.action in view.denied
        name, label = clean(hint.key), clean(f"{OFF}{hint.label}" if off else hint.label)
        between = " " if width >= WIDE or not name[-1:].isdigit() else ""
        cells = width_of(name) + width_of(between + label) + len(gap)
        if cells > left:
            continue  # a long one must not hide the shorter ones after it
        styles = ("key.off", "key.off") if off else ("key", "key.label")
        spans += [(name, styles[0]), (between + label + gap, styles[1])]
        left -= cells
    return (*spans, (" " * left, "key.label"))


def _banner(words: str, width: int) -> Row:
    text = f"▓▓▓ {clean(words)} "
    return ((fit(text + "▓" * max(width - width_of(text), 0), width), "banner"),)


def _typed(entry: EntryLine, width: int, prompt: str) -> Row:
    """Return the left half of the entry line: as much of the end of the text as there is room."""
    text = clean(entry.text)
    room = width - 30 if width_of(text) < width - 30 else width - 20
    if width_of(text) > room:
        text = "…" + text[-(room // 2) :]  # half: every character may be two cells wide
    style = "entry.refused" if entry.refused else "entry"
    cursor = "" if entry.refused else "_"
    return (" " + prompt + " ", "entry.prompt"), (text + cursor + " ", style)


def _said(entry: EntryLine) -> tuple[str, str]:
    """Return what the right half says, the most urgent thing only, and its style."""
    held = f"{entry.scans_held} scans wait for the answer" if entry.scans_held else ""
    if entry.busy:
        waits = f"[{entry.waiting} waiting: {entry.waiting_text}] " if entry.waiting else ""
        return f"{waits}SAVING...", "warning"
    if entry.message:
        return f"{SIGNS[entry.severity]} {entry.message}".strip(), entry.severity
    if held:
        return f"{SIGNS['warning']} {held}", "warning"
    return entry.meaning, "entry.meaning"


def _device_text(device: Device, *, wide: bool) -> str:
    name = clean(device.name if wide else device.short)
    if device.advice:
        return f" {name} {clean(device.state)} - {clean(device.advice)}  "
    return f" {name} {clean(device.state)}  " if wide else f" {name} {clean(device.state)} "


def _shrunk(rows: Sequence[Row], width: int, height: int) -> list[Row]:
    """Return what matters most of a screen that is smaller than it can be: top and entry."""
    kept = list(rows)
    if height < len(kept):
        below = min(max(height - 2, 0), 5)
        above = height - below
        kept = kept[:above] + kept[len(kept) - below :]
    return [cropped(row, 0, width) for row in kept]


def boxed(title: str, inner: Sequence[Row], width: int, style: str) -> list[Row]:
    """Return rows of ``width - 4`` cells in a box with a title."""
    head = f"┌─ {clean(title)} " if title else "┌"
    top = fit(head, min(width_of(head), width - 1)) + "─" * (width - 1 - width_of(head)) + "┐"
    sides = [(("│ ", style), *row, (" │", style)) for row in inner]
    return [((top, style),), *sides, (("└" + "─" * (width - 2) + "┘", style),)]


def column_heads(width: int, *fields: Span) -> Row:
    """Return a row of column heads filled up to ``width``."""
    used = sum(width_of(text) for text, _ in fields)
    assert used <= width, "the columns are wider than the screen"
    return (*fields, (" " * (width - used), "column"))


def paged(count: int, marked: int | None, height: int) -> range:
    """Return which of ``count`` rows to show so that the marked one is among them."""
    if count <= height:
        return range(count)
    first = min(max((marked or 0) - height // 2, 0), count - height)
    return range(first, first + height)

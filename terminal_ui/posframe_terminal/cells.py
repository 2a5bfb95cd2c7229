"""Text for terminal cells: the one place where words from outside become safe and exactly wide.

Every painted string passes ``fit`` or ``clean``. What is painted where is left to ``paint``;
big figures are in ``figures``.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final, Literal

from rich.cells import cell_len

Align = Literal["left", "right", "centre"]

REPLACEMENT: Final = "�"
"""Stands for what has no picture of its own: C1 controls, surrogates, unassigned characters."""
MORE: Final = "…"
"""Ends a text that did not fit."""
TOO_WIDE: Final = "#"
"""Fills a figure's field that is too narrow: half a figure would be a wrong figure."""


def clean(text: str) -> str:
    """Return ``text`` with nothing in it that a terminal would obey or that moves columns.

    Control characters are shown as pictures, never sent; bidirectional controls, zero-width
    characters and variation selectors are dropped; markup stays literal because nothing
    downstream reads markup.
    """
    if text.isascii() and text.isprintable():
        return text
    return _cleaned(text)


def width_of(text: str) -> int:
    """Return how many cells the cleaned ``text`` takes."""
    return len(text) if text.isascii() else cell_len(text)


@lru_cache(maxsize=8192)
def fit(text: str, width: int, align: Align = "left") -> str:
    """Return ``text`` cleaned, cut or padded to exactly ``width`` cells."""
    assert width >= 0, "a field has no negative width"
    shown = clean(text)
    used = width_of(shown)
    if used > width:
        shown, used = _cut(shown, width)
    return _padded(shown, width - used, align)


@lru_cache(maxsize=8192)
def figure(text: str, width: int) -> str:
    """Return a figure right-aligned in ``width`` cells, or all ``#`` when it does not fit."""
    shown = clean(text)
    used = width_of(shown)
    return " " * (width - used) + shown if used <= width else TOO_WIDE * width


def wrapped(text: str, width: int, lines_max: int) -> list[str]:
    """Return ``text`` broken at spaces into at most ``lines_max`` fields of ``width`` cells."""
    assert width > 0, "a line of nothing holds no words"
    lines: list[str] = []
    rest = clean(text).strip()
    while rest and len(lines) < lines_max - 1 and width_of(rest) > width:
        head, _ = _head(rest, width)
        at = head.rfind(" ")
        head = head[:at] if at > 0 else head
        if not head:  # one character is wider than the whole line
            break
        lines.append(fit(head, width))
        rest = rest[len(head) :].lstrip()
    return [*lines, fit(rest, width)] if rest else lines


def plain(text: str) -> str:
    """Return cleaned ``text`` in glyphs that a Linux console font has, cell for cell."""
    return text if text.isascii() else "".join(map(_plain_character, text.translate(_PLAIN)))


def _padded(text: str, spare: int, align: Align) -> str:
    match align:
        case "left":
            return text + " " * spare
        case "right":
            return " " * spare + text
        case "centre":
            return " " * (spare // 2) + text + " " * (spare - spare // 2)


def _cut(text: str, width: int) -> tuple[str, int]:
    """Cut cleaned ``text`` to fewer than ``width`` cells and end it with the mark for more."""
    if width == 0:
        return "", 0
    head, used = _head(text, width - 1)
    return head + MORE, used + 1


def _head(text: str, width: int) -> tuple[str, int]:
    """Return the longest start of cleaned ``text`` that fits in ``width`` cells."""
    if text.isascii():
        return text[:width], min(len(text), width)
    used = 0
    for index, character in enumerate(text):
        cells = width_of(character)
        if used + cells > width:
            return text[:index], used
        used += cells
    return text, used


@lru_cache(maxsize=8192)
def _cleaned(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    kept: list[str] = []
    marks = _MARKS_MAX  # a mark without a letter before it would join the neighbouring field
    for character in composed:
        shown = _shown(character)
        if shown and cell_len(shown) == 0:
            marks += 1
            if marks > _MARKS_MAX:
                continue
        elif shown:
            marks = 0
        kept.append(shown)
    return "".join(kept)


_MARKS_MAX: Final = 3
"""Combining marks kept on one letter; real scripts need fewer, piles of them are an attack."""


@lru_cache(maxsize=4096)
def _shown(character: str) -> str:
    """Return what stands for one character: itself, a picture, or nothing."""
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if 0x1F1E6 <= code <= 0x1F1FF:  # flags: terminals disagree on a pair's width, letters are safe
        return chr(code - 0x1F1E6 + ord("A"))
    if 0x1F3FB <= code <= 0x1F3FF or _is_selector(code):
        return ""
    return _shown_by_category(character)


def _is_selector(code: int) -> bool:
    """Tell whether the character only picks a variant of the one before it."""
    return 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF or code == 0x034F


def _shown_by_category(character: str) -> str:
    match unicodedata.category(character):
        case "Cf":
            return ""  # bidirectional controls, joiners, soft hyphen, tags
        case "Zl" | "Zp":
            return "␤"
        case "Zs":
            return " " if cell_len(character) == 1 else "  "
        case "Cc" | "Cs" | "Cn" | "Co":
            return REPLACEMENT
        case "Lo" if cell_len(character) == 0:  # loose Hangul vowels and finals
            return REPLACEMENT
        case _:
            return "" if character in _INVISIBLE else character


_INVISIBLE: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800")
"""Letters without ink: blanks that would pass for an empty field."""

_PLAIN: Final = {
    **dict.fromkeys(map(ord, "─━═╌┄╴╶╸╺"), "-"),
    **dict.fromkeys(map(ord, "│┃║╎┆╵╷╹╻"), "|"),
    **dict.fromkeys(map(ord, "┌┐└┘├┤┬┴┼╭╮╰╯┏┓┗┛┣┫┳┻╋"), "+"),
    **dict.fromkeys(map(ord, "█▓▒░▀▄"), "#"),
    ord("…"): "~",
    ord("•"): "*",
    ord("·"): ".",
    ord("×"): "x",
    ord("►"): ">",
    ord("€"): "E",
    ord("–"): "-",
    ord("—"): "-",
    ord("‘"): "'",
    ord("’"): "'",
    ord("“"): '"',
    ord("”"): '"',
}


def _plain_character(character: str) -> str:
    """Return a console glyph of the same width; Latin-1 letters are in every console font."""
    if ord(character) < 0x100:
        return character
    return "?" * width_of(character)

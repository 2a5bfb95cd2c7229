"""Text for paper: made harmless in one place and measured in columns.

Names and notes come from files, scanners and people. What a printer could take for a command is
turned into visible characters here, before anything is laid out. Which characters a given printer
has belongs to its codec.
"""

from __future__ import annotations

import re
import unicodedata

NO_BREAK_SPACE = "\xa0"
"""The one space that lines are not broken at; every other unusual space becomes it or a space."""


def clean(text: str) -> str:
    """Return ``text`` with nothing in it that could be obeyed or could hide.

    Control bytes show as their pictures (U+2400 …), C1 controls, line separators and lone
    surrogates as U+FFFD; bidirectional, zero-width and other format characters are dropped.
    """
    if (text.isascii() and text.isprintable()) or _ORDINARY.fullmatch(text):
        return text
    return unicodedata.normalize("NFC", _UNSAFE.sub(_substitute, text))


def display_width(text: str) -> int:
    """Return the columns ``text`` takes: East Asian wide characters two, combining marks none."""
    if _UNUSUAL_WIDTH.search(text) is None:
        return len(text)
    return sum(map(_width, text))


def spread(text: str, columns: int) -> str:
    """Widen the longest gap in ``text`` to fill ``columns``: double-wide print as plain text."""
    gap = max(_GAP.finditer(text), key=lambda match: len(match.group()), default=None)
    if gap is None:
        return text
    return text[: gap.end()] + " " * (columns - display_width(text)) + text[gap.end() :]


_GAP = re.compile(r"(?<=\S)  +(?=\S)")

# Latin, Greek, Cyrillic and Chinese as they are nearly always written: nothing here needs a look.
_ORDINARY = re.compile(
    "[\x20-\x7e\xa1-\xac\xae-\u02ff\u0391-\u03c9\u0400-\u0482\u048a-\u052f\u2010-\u2027\u20a0-\u20c0"
    "\u4e00-\u9fff]*"
)
# C0, DEL and C1; format characters (soft hyphen, bidi, zero width, variation selectors, tags);
# separators and spaces other than U+0020; surrogates that no encoding can carry.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f"
    "\u2028-\u202f\u205f-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_SPACES = {chr(code): " " for code in (0x1680, *range(0x2000, 0x200B), 0x205F)} | dict.fromkeys(
    "\xa0\u2007\u202f", NO_BREAK_SPACE
)
# Everything of ordinary width that a receipt usually holds; only the rest is looked at one by one.
_UNUSUAL_WIDTH = re.compile(
    "[^\x20-\u02ff\u0370-\u0482\u048a-\u052f\u1e00-\u1eff\u2010-\u2027\u2030-\u205e\u20a0-\u20c0"
    "\u2400-\u2426\u2500-\u25ff]"
)


def _substitute(match: re.Match[str]) -> str:
    char = match.group()
    if char < " ":
        return chr(0x2400 + ord(char))
    if char == "\x7f":
        return "\u2421"
    if char in _SPACES:
        return _SPACES[char]
    if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}:
        return "\ufffd"
    return ""


def _width(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1

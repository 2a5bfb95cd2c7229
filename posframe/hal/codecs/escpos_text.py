"""Text in the character tables of one receipt printer: what it can print, where and how wide.

Commands other than those that select a table belong to `escpos` and `star`.
"""

from __future__ import annotations

import codecs
import functools
import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from posframe.hal.codecs.transliteration import alternatives
from posframe.hal.profiles import CodePage, PrinterProfile, page_order
from posframe.kernel.domain.receipt_text import NO_BREAK_SPACE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Chinese models only; whether GS ! and ESC E also enlarge and embolden Hanzi is unverified.
KANJI_ON = b"\x1c&"
KANJI_OFF = b"\x1c."
SUBSTITUTE = "?"
"""Stands for a character that the printer cannot draw."""


@functools.lru_cache(maxsize=16)
def repertoire(profile: PrinterProfile) -> Repertoire:
    """Return what ``profile`` can print; compiled once (a few milliseconds)."""
    return Repertoire(profile)


class Repertoire:
    """Every character one printer can draw, with the tables that hold them."""

    def __init__(self, profile: PrinterProfile) -> None:
        self.profile = profile
        select = _SELECT[profile.language]
        self.tables = {page: _Table(page, select) for page in profile.pages}
        self.double_byte = _double_byte_characters() if profile.kanji else frozenset()
        self.stays_kanji = bool(profile.kanji) and profile.kanji_switch == "stay"
        tables = () if self.stays_kanji else self.tables.values()
        single = _ASCII.union({NO_BREAK_SPACE}, *(table.characters for table in tables))
        self.printable = single | self.double_byte
        # What is sent as two bytes is drawn two columns wide, whatever Unicode says of its width.
        self.wide = self.double_byte - single
        self._orders: dict[str, tuple[_Table, ...]] = {}

    def in_order(self, language: str) -> tuple[_Table, ...]:
        """Return the tables in the order to try them for a receipt in ``language``."""
        found = self._orders.get(language)
        if found is None:
            found = tuple(self.tables[page] for page in page_order(self.profile, language))
            self._orders[language] = found
        return found

    def missing(self, text: str) -> str:
        """Return the characters of ``text`` that the printer cannot draw, each once."""
        return "".join(dict.fromkeys(char for char in text if char not in self.printable))


class Face:
    """What one receipt is drawn with; it counts what got lost on the way."""

    def __init__(self, characters: Repertoire) -> None:
        self._characters = characters
        self.lost: Counter[str] = Counter()
        """Characters printed as `SUBSTITUTE`, with how often."""
        self.replaced: Counter[str] = Counter()
        """Characters printed as others that read the same, with how often."""

    def prepare(self, text: str) -> str:
        """Return ``text`` in characters the printer has, before anything is measured."""
        if text.isascii() or self._characters.printable.issuperset(text):
            return text
        return "".join(map(self._drawable, text))

    def width(self, text: str) -> int:
        """Return the columns that prepared ``text`` takes."""
        if not self._characters.wide or text.isascii():
            return len(text)
        return len(text) + sum(char in self._characters.wide for char in text)

    def _drawable(self, char: str) -> str:
        printable = self._characters.printable
        if char in printable:
            return char
        for candidate in alternatives(char):
            if printable.issuperset(candidate):
                self.replaced[char] += 1
                return candidate
        self.lost[char] += 1
        return "" if unicodedata.combining(char) else SUBSTITUTE


class PageWriter:
    """Encodes the texts of one receipt and selects tables as seldom as it can."""

    def __init__(self, characters: Repertoire, language: str) -> None:
        self._characters = characters
        self._tables: Sequence[_Table] = characters.in_order(language)
        self._page: _Table | None = None
        self._kanji = False

    def begin(self, texts: Iterable[str]) -> bytes:
        """Choose the table for the whole receipt if one holds it all; return what to send first."""
        if self._characters.stays_kanji:
            self._kanji = True
            return KANJI_ON
        beyond_ascii = set(_BEYOND_ASCII.findall("".join(texts))) - self._characters.wide
        if beyond_ascii:
            best = next((t for t in self._tables if t.characters >= beyond_ascii), None)
            if best is not None:
                self._tables = (best, *(table for table in self._tables if table is not best))
        return b""

    def write(self, text: str) -> bytes:
        """Return the bytes that print prepared ``text``; none of them is a control byte."""
        if text.isascii() and text.isprintable():
            return text.encode("ascii")
        text = text.replace(NO_BREAK_SPACE, " ")
        if not self._kanji:
            encoded = self._page.encode(text) if self._page else None
            if encoded is not None:
                return encoded  # nearly every line of nearly every receipt
            for table in self._tables:
                encoded = table.encode(text)
                if encoded is not None:
                    return self._select(table) + encoded
        return b"".join(map(self._character, text))

    def end(self) -> bytes:
        """Return what leaves the printer in single-byte mode."""
        return self._leave_kanji()

    def _character(self, char: str) -> bytes:
        if " " <= char < "\x7f":
            return char.encode("ascii")
        if char in self._characters.wide:
            on = b"" if self._kanji else KANJI_ON
            self._kanji = True
            return on + char.encode("gb18030")
        tables = (self._page, *self._tables) if self._page else self._tables
        for table in tables:
            encoded = table.encode(char)
            if encoded is not None:
                return self._leave_kanji() + self._select(table) + encoded
        return SUBSTITUTE.encode("ascii")  # was not prepared: shown, never obeyed

    def _select(self, table: _Table) -> bytes:
        if table is self._page:
            return b""
        self._page = table
        return table.select

    def _leave_kanji(self) -> bytes:
        was_on, self._kanji = self._kanji, False
        return KANJI_OFF if was_on else b""


class _Table:
    """One code page: the printable half of an encoding behind the printer's own number."""

    def __init__(self, page: CodePage, select: bytes) -> None:
        self.select = select + bytes((page.number,))
        decoded = "".join(map(_graphic, range(256), _decoded(page.encoding)))
        self.characters = frozenset(decoded) - {_UNDEFINED}
        self._map = codecs.charmap_build(decoded)

    def encode(self, text: str) -> bytes | None:
        """Return ``text`` in this table, or None when it lacks a character."""
        try:
            return codecs.charmap_encode(text, "strict", self._map)[0]
        except UnicodeEncodeError:
            return None


_SELECT = {"escpos": b"\x1bt", "star": b"\x1b\x1dt"}
_UNDEFINED = "\ufffe"  # what charmap_build takes as "no character here"
_BEYOND_ASCII = re.compile("[^\x00-\x7f\xa0]")  # the no-break space is printed as a space
_ASCII = frozenset(map(chr, range(0x20, 0x7F)))


def _decoded(encoding: str) -> Iterable[str]:
    return (bytes((byte,)).decode(encoding, "replace") for byte in range(256))


def _graphic(byte: int, char: str) -> str:
    """Return the character that ``byte`` draws; control bytes draw none and are never sent."""
    if byte < 0x20 or byte == 0x7F or char == "\ufffd":
        return _UNDEFINED
    return char if char.isprintable() else _UNDEFINED


@functools.cache
def _double_byte_characters() -> frozenset[str]:
    """Return what GB18030 prints in two bytes: the four-byte forms are not known to printers.

    The user-defined areas decode to private-use characters, which mean nothing on paper.
    """
    trails = [*range(0x40, 0x7F), *range(0x80, 0xFF)]
    drawn = set()
    for lead in range(0x81, 0xFF):
        for trail in trails:
            char = bytes((lead, trail)).decode("gb18030", "replace")
            if char.isprintable() and "\ufffd" not in char and len(char.encode("gb18030")) == 2:
                drawn.add(char)
    return frozenset(drawn)

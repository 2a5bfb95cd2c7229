"""Receipts as documents: what is to be said, in which order and how loudly.

Blocks know no printer. Laying them out in columns belongs to `receipt_layout`, bytes to the
printer's codec, and the words themselves to whoever builds the document: plugins add sections.
"""

from __future__ import annotations

import enum
from typing import TypeAlias

import attrs

from posframe.kernel.domain.identifiers import is_valid_gtin

MAGNIFICATION_MAX = 8
"""Largest multiple of width or height a receipt printer knows."""


class Align(enum.Enum):
    """Where text stands within its columns."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


class BarcodeKind(enum.Enum):
    """Symbologies that receipt printers draw by themselves."""

    EAN13 = "EAN-13"
    EAN8 = "EAN-8"
    UPC_A = "UPC-A"
    CODE128 = "Code 128"
    CODE39 = "Code 39"


def _magnification(_: object, attribute: attrs.Attribute[tuple[int, int]], value: object) -> None:
    assert isinstance(value, tuple), f"{attribute.name} is (width, height)"
    assert len(value) == 2, f"{attribute.name} is (width, height)"
    assert all(1 <= times <= MAGNIFICATION_MAX for times in value), f"{attribute.name} {value}"


@attrs.frozen
class Text:
    """A paragraph; what does not fit its line wraps at a space."""

    text: str
    align: Align = Align.LEFT
    bold: bool = False
    big: tuple[int, int] = attrs.field(default=(1, 1), validator=_magnification)
    """Multiples of (width, height), 1 to 8 each."""
    underline: bool = False


@attrs.frozen
class Cell:
    """One cell of a row of columns."""

    text: str
    width: int | None = None
    """Columns kept for it; None: as wide as its text, the first such cell taking what is left."""
    align: Align = Align.LEFT


@attrs.frozen
class Columns:
    """Cells side by side, one blank column between them.

    The first cell without a width is the flexible one: it takes what the others leave, and wraps.
    No other cell is ever cut: an amount wider than its column widens it.
    """

    cells: tuple[Cell, ...]
    bold: bool = False
    underline: bool = False


@attrs.frozen
class Rule:
    """A line drawn across the paper with one repeated character."""

    char: str = "-"


@attrs.frozen
class Total:
    """A label and its amount, bold and as large as fits on one line."""

    label: str
    amount_text: str


@attrs.frozen
class Barcode:
    """A one-dimensional barcode; data that the symbology cannot carry is printed as text."""

    kind: BarcodeKind
    data: str


@attrs.frozen
class QrCode:
    """A QR code; ``caption`` stands below. Line feeds in the data are kept (EPC payments)."""

    data: str
    caption: str = ""


@attrs.frozen
class Logo:
    """A picture known to the till by name."""

    name: str


@attrs.frozen
class Feed:
    """Blank lines."""

    lines: int = 1


@attrs.frozen
class Cut:
    """The end of this piece of paper."""


Block: TypeAlias = Text | Columns | Rule | Total | Barcode | QrCode | Logo | Feed | Cut


@attrs.frozen
class Section:
    """Blocks that belong together, under a name that is not printed but referred to."""

    name: str
    blocks: tuple[Block, ...]


@attrs.frozen(kw_only=True)
class ReceiptDocument:
    """One receipt, complete with its cut."""

    sections: tuple[Section, ...]
    copy: bool = False
    """A reprint: marked as such at the top of the paper."""
    copy_text: str = "COPY"
    """How the mark reads in the receipt's language."""
    language: str = "en"
    """BCP 47 tag; decides between code pages that could all print the text."""
    mark: str = ""
    """Stands on every line of paper that proves nothing: practice. ASCII, one word."""


def slip(lines: tuple[str, ...], qr: str = "", language: str = "en") -> ReceiptDocument:
    """Return a slip that says ``lines`` as they are laid out, with a QR code where ``qr`` is."""
    said: list[Block] = [Text(line) if line.strip() else Feed(1) for line in lines]
    code = (Feed(1), QrCode(qr)) if qr else ()
    blocks = (*said, *code, Feed(1), Cut())
    return ReceiptDocument(sections=(Section("slip", blocks),), language=language)


def can_carry(kind: BarcodeKind, data: str) -> bool:
    """Tell whether ``data`` can be drawn as a barcode of ``kind``, check digit included."""
    if kind in _GTIN_LENGTH:
        return len(data) == _GTIN_LENGTH[kind] and is_valid_gtin(data)
    if not data or len(data) > _TEXT_LENGTH_MAX:
        return False
    if kind is BarcodeKind.CODE39:
        return _CODE39_CHARACTERS.issuperset(data)
    return data.isascii() and data.isprintable()


_GTIN_LENGTH = {BarcodeKind.EAN13: 13, BarcodeKind.EAN8: 8, BarcodeKind.UPC_A: 12}
_TEXT_LENGTH_MAX = 80  # far wider than any roll; the codec checks the width in dots
_CODE39_CHARACTERS = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ -.$/+%")

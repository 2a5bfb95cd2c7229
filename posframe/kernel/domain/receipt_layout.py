"""Lays a receipt out in lines of a fixed number of columns.

The same lines feed the preview on a screen and the codec of a printer. Which characters the
printer has, and how wide it draws them, is the `Face` it supplies; bytes are the codec's.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

import attrs

from posframe.kernel.domain import receipt
from posframe.kernel.domain.receipt import Align, BarcodeKind
from posframe.kernel.domain.receipt_text import NO_BREAK_SPACE, clean, display_width, spread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COLUMNS_MIN = 8
"""Narrowest paper laid out; below it no amount would be legible."""


class Face(Protocol):
    """What the lines will be drawn with."""

    def prepare(self, text: str) -> str:
        """Replace what cannot be drawn, before anything is measured."""

    def width(self, text: str) -> int:
        """Return the columns that prepared ``text`` takes."""


class UnicodeFace:
    """Draws every character: screens and files."""

    def prepare(self, text: str) -> str:
        """Return ``text`` as it is."""
        return text

    def width(self, text: str) -> int:
        """Return the columns by Unicode's East Asian width."""
        return display_width(text)


# Named tuples: made for each line of each receipt, at half the price of a frozen class.
class Style(NamedTuple):
    """How a span is drawn; ``width`` and ``height`` are multiples."""

    bold: bool = False
    underline: bool = False
    width: int = 1
    height: int = 1


PLAIN = Style()
_LEFT, _RIGHT = Align.LEFT, Align.RIGHT  # an attribute of an enum costs more than a comparison
_style = functools.lru_cache(maxsize=256)(Style)  # a receipt uses a handful, thousands of times


class Span(NamedTuple):
    """Text in one style, clean, prepared and never wider than its line."""

    text: str
    style: Style = PLAIN


class TextLine(NamedTuple):
    """One line of text; a line that is not left-aligned carries no padding of its own."""

    spans: tuple[Span, ...]
    align: Align = Align.LEFT


@attrs.frozen
class BarcodeLine:
    """A barcode, centred; its data suits its kind."""

    kind: BarcodeKind
    data: str


@attrs.frozen
class QrLine:
    """A QR code, centred."""

    data: str


@attrs.frozen
class LogoLine:
    """A picture, centred."""

    name: str


@attrs.frozen
class FeedLine:
    """Blank lines."""

    lines: int


@attrs.frozen
class CutLine:
    """The end of this piece of paper."""


Line: TypeAlias = TextLine | BarcodeLine | QrLine | LogoLine | FeedLine | CutLine


def layout(
    document: receipt.ReceiptDocument, columns: int, face: Face | None = None
) -> tuple[Line, ...]:
    """Return the lines of ``document`` on paper that is ``columns`` wide."""
    assert columns >= COLUMNS_MIN, f"paper of {columns} columns"
    face = UnicodeFace() if face is None else face
    if document.mark:
        from posframe.kernel.domain.receipt_marking import Marking

        marking = Marking(document.mark, columns, face)
        return marking.marked(_laid_out(document, marking.columns, face))
    return _laid_out(document, columns, face)


def _laid_out(document: receipt.ReceiptDocument, columns: int, face: Face) -> tuple[Line, ...]:
    page = _Page(columns, face)
    lines: list[Line] = []
    if document.copy:
        lines += page.text(receipt.Text(document.copy_text, Align.CENTRE, bold=True, big=(2, 2)))
    for section in document.sections:
        for block in section.blocks:
            lines += _LAYOUT[type(block)](page, block)
    return tuple(lines)


def plain_text(document: receipt.ReceiptDocument, columns: int) -> str:
    """Return the receipt as text for a screen; pictures and codes are named in brackets."""
    rows: list[str] = []
    for line in layout(document, columns):
        rows += _plain_rows(line, columns)
    return "".join(f"{row.rstrip()}\n" for row in rows)


class _Page:
    """The paper being filled: its width and its face."""

    def __init__(self, columns: int, face: Face) -> None:
        self.columns = columns
        self.face = face

    def text(self, block: receipt.Text) -> list[Line]:
        style = _style(block.bold, block.underline, *block.big)
        return self._lines(self._ready(block.text), style, block.align)

    def row(self, block: receipt.Columns) -> list[Line]:
        style = _style(block.bold, block.underline, 1, 1)
        return [TextLine((Span(row, style),)) for row in self._rows(block.cells, self.columns)]

    def rule(self, block: receipt.Rule) -> list[Line]:
        char = self._ready(block.char)[:1]
        width = self.face.width(char)
        char, width = (char, width) if width else ("-", 1)
        return [TextLine((Span(char * (self.columns // width)),))]

    def total(self, block: receipt.Total) -> list[Line]:
        cells = (receipt.Cell(block.label), receipt.Cell(block.amount_text, None, Align.RIGHT))
        wide = 2
        rows = self._rows(cells, self.columns // wide)
        if len(rows) > 1:
            wide = 1
            rows = self._rows(cells, self.columns)
        style = _style(True, False, wide, 2)  # noqa: FBT003 - positional for the cache
        return [TextLine((Span(row, style),)) for row in rows]

    def barcode(self, block: receipt.Barcode) -> list[Line]:
        if receipt.can_carry(block.kind, block.data):
            return [BarcodeLine(block.kind, block.data)]
        return self._lines(self._ready(block.data), PLAIN, Align.CENTRE)

    def qr_code(self, block: receipt.QrCode) -> list[Line]:
        code: list[Line] = [QrLine(block.data)]
        if not _is_faithful(block.data):
            code = self._lines(self._ready(block.data), PLAIN, Align.CENTRE)
        if block.caption:
            code += self._lines(self._ready(block.caption), PLAIN, Align.CENTRE)
        return code

    def logo(self, block: receipt.Logo) -> list[Line]:
        return [LogoLine(block.name)]

    def feed(self, block: receipt.Feed) -> list[Line]:
        return [FeedLine(block.lines)] if block.lines > 0 else []

    def cut(self, _: receipt.Cut) -> list[Line]:
        return [CutLine()]

    def _ready(self, text: str) -> str:
        """The one door through which words from data reach the paper."""
        return self.face.prepare(clean(text))

    def _lines(self, text: str, style: Style, align: Align) -> list[Line]:
        columns = max(1, self.columns // style.width)
        return [TextLine((Span(row, style),), align) for row in self._wrap(text, columns)]

    def _rows(self, cells: tuple[receipt.Cell, ...], columns: int) -> list[str]:
        """Return the rows that ``cells`` fill; every character of every cell is on one of them."""
        texts: list[str] = []
        needs: list[int] = []
        widths: list[int] = []
        flexible, room = None, columns + 1
        for cell in cells:
            text = self._ready(cell.text)
            need = width = self.face.width(text)
            if cell.width is None:
                flexible = len(texts) if flexible is None else flexible
            elif cell.width > width:
                width = cell.width
            texts.append(text)
            needs.append(need)
            widths.append(width)
            room -= width + 1
        if flexible is not None:
            widths[flexible] += room
        if room >= 0:
            return [_joined(texts, needs, widths, cells)]
        if flexible is None or widths[flexible] < columns // 4:
            return self._stacked(texts, flexible, columns)
        return self._wrapped(texts, widths, cells, flexible)

    def _wrapped(
        self, texts: list[str], widths: list[int], cells: tuple[receipt.Cell, ...], flexible: int
    ) -> list[str]:
        first, *more = self._wrap(texts[flexible], widths[flexible])
        contents = [[*texts[:flexible], first, *texts[flexible + 1 :]]]
        blank = [""] * (len(texts) - 1)
        contents += [[*blank[:flexible], part, *blank[flexible:]] for part in more]
        return [
            _joined(row, [self.face.width(text) for text in row], widths, cells) for row in contents
        ]

    def _stacked(self, texts: list[str], flexible: int | None, columns: int) -> list[str]:
        """Lay out cells that do not fit side by side: the flexible one above the others."""
        rows = [] if flexible is None else self._wrap(texts[flexible], columns)
        others = [text for at, text in enumerate(texts) if at != flexible and text]
        joined = " ".join(others)
        parts = [joined] if self.face.width(joined) <= columns else others
        for part in parts:
            for row in self._wrap(part, columns):
                rows.append(" " * (columns - self.face.width(row)) + row)
        return rows

    def _wrap(self, text: str, columns: int) -> list[str]:
        """Break ``text`` at spaces, hyphens, slashes and wide characters, else where it must be."""
        rows = []
        while self.face.width(text) > columns:
            end, following = _break(text, columns, self.face.width)
            rows.append(text[:end].rstrip(" "))
            text = text[following:]
        rows.append(text)
        return rows


# Any: the key says which block the method takes.
_LAYOUT: dict[type, Callable[[_Page, Any], list[Line]]] = {
    receipt.Text: _Page.text,
    receipt.Columns: _Page.row,
    receipt.Rule: _Page.rule,
    receipt.Total: _Page.total,
    receipt.Barcode: _Page.barcode,
    receipt.QrCode: _Page.qr_code,
    receipt.Logo: _Page.logo,
    receipt.Feed: _Page.feed,
    receipt.Cut: _Page.cut,
}


def _joined(
    texts: list[str], needs: list[int], widths: list[int], cells: tuple[receipt.Cell, ...]
) -> str:
    """Return one row: each text in its width, of which it needs some, one blank between."""
    parts = []
    for text, need, width, cell in zip(texts, needs, widths, cells, strict=True):
        spare = " " * (width - need)
        align = cell.align
        if align is _LEFT:
            parts.append(text + spare)
        elif align is _RIGHT:
            parts.append(spare + text)
        else:
            half = len(spare) // 2
            parts.append(spare[:half] + text + spare[half:])
    return " ".join(parts)


def _break(text: str, columns: int, width: Callable[[str], int]) -> tuple[int, int]:
    """Return where a row ends and where the next begins; the text is wider than the row."""
    cells = 0
    chance = 0
    for at, char in enumerate(text):
        wide = width(char)
        cells += wide
        if cells > columns:
            if char == " ":
                return at, at + 1
            end = chance or max(at, 1)
            return end, end
        if wide == 2 or char in " -/":
            chance = at + 1
    return len(text), len(text)


def _is_faithful(data: str) -> bool:
    """Tell whether a code may carry ``data``: line feeds yes, other control bytes never."""
    rest = data.replace("\n", "")
    return bool(data) and (rest.isprintable() or clean(rest) == rest)


def _plain_rows(line: Line, columns: int) -> Iterator[str]:
    match line:
        case TextLine(spans, align):
            text = "".join(span.text for span in spans).replace(NO_BREAK_SPACE, " ")
            if align is Align.LEFT and any(span.style.width > 1 for span in spans):
                text = spread(text, columns)
            yield _placed(text, columns, align)
        case BarcodeLine(kind, data):
            yield _placed(f"[{kind.value} {data}]", columns, Align.CENTRE)
        case QrLine(data):
            yield _placed(f"[QR {clean(data)}]", columns, Align.CENTRE)
        case LogoLine(name):
            yield _placed(f"[{clean(name)}]", columns, Align.CENTRE)
        case FeedLine(lines):
            yield from [""] * lines
        case CutLine():
            pass


def _placed(text: str, columns: int, align: Align) -> str:
    spare = max(0, columns - display_width(text))
    if align is Align.LEFT:
        return text
    return " " * (spare if align is Align.RIGHT else spare // 2) + text

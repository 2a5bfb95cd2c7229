"""Draws a printed receipt as a picture of paper: the characters, codes and dots the printer made.

Needs Pillow, and takes some tens of milliseconds: never on the way of a sale. Characters stand in
the printer's cells of 12 by 24 dots, in a monospaced font where the system has one.
"""

from __future__ import annotations

import functools
import importlib.util
import random
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from posframe.hal.simulators.escpos_paper import (
    BarcodeItem,
    Gap,
    Look,
    PrintedLine,
    QrItem,
    RasterItem,
    Run,
)

if TYPE_CHECKING:
    from PIL import Image, ImageFont

    from posframe.hal.simulators.escpos_paper import PaperItem, PrintedReceipt

    AnyFont: TypeAlias = ImageFont.FreeTypeFont | ImageFont.ImageFont

CELL_DOTS = (12, 24)
"""Width and height of a character of font A."""
SMALL_CELL_DOTS = (9, 17)
"""Width and height of a character of font B."""
LINE_SPACING_DOTS = 6

_MARGIN_DOTS = 28
_BACKGROUND = (214, 216, 220)
_PAPER = (252, 251, 247)
_INK = (34, 34, 40)
# Monospaced, each with Latin, Greek and Cyrillic letters; then fonts that hold Chinese ones.
_FONT_FILES = (
    "DejaVuSansMono.ttf", "LiberationMono-Regular.ttf", "NotoSansMono-Regular.ttf", "FreeMono.ttf",
    "Menlo.ttc", "consola.ttf",
)  # fmt: skip
_WIDE_FONT_FILES = (
    "NotoSansCJK-Regular.ttc", "NotoSansSC-Regular.otf", "NotoSansSC-Regular.ttf", "wqy-zenhei.ttc",
    "wqy-microhei.ttc", "DroidSansFallbackFull.ttf", "PingFang.ttc", "msyh.ttc",
)  # fmt: skip


def draw(receipt: PrintedReceipt) -> Image.Image:
    """Return a picture of ``receipt``, one pixel a dot."""
    from PIL import Image

    width = _paper_width(receipt)
    strips = [_strip(item, width) for item in receipt.items]
    height = sum(strip.height for strip in strips)
    print_ = Image.new("L", (width, max(height, 1)), 0)
    top = 0
    for strip in strips:
        print_.paste(strip, (0, top))
        top += strip.height
    return _on_paper(print_)


def _paper_width(receipt: PrintedReceipt) -> int:
    pictures = [item.row_bytes * 8 for item in receipt.items if isinstance(item, RasterItem)]
    return max([receipt.columns * CELL_DOTS[0], *pictures])


def _strip(item: PaperItem, width: int) -> Image.Image:
    """Return one item across the whole paper; 255 is black."""
    from PIL import Image

    if isinstance(item, Gap):
        return Image.new("L", (width, item.dots), 0)
    if isinstance(item, PrintedLine):
        drawn, align, below = _line(item), item.align, LINE_SPACING_DOTS
    elif isinstance(item, RasterItem):
        size = (item.row_bytes * 8, item.rows)
        drawn, align, below = Image.frombytes("1", size, item.data).convert("L"), item.align, 0
    elif isinstance(item, QrItem):
        drawn, align, below = _qr(item), item.align, LINE_SPACING_DOTS * 2
    else:
        drawn, align, below = _barcode(item), item.align, LINE_SPACING_DOTS
    above = LINE_SPACING_DOTS if isinstance(item, QrItem | BarcodeItem) else 0
    strip = Image.new("L", (width, above + drawn.height + below), 0)
    spare = max(0, width - drawn.width)
    strip.paste(drawn, ((0, spare // 2, spare)[align], above))
    return strip


def _line(line: PrintedLine) -> Image.Image:
    from PIL import Image

    glyphs = [_glyph(char, run.look, run.double) for run in line.runs for char in run.text]
    height = max((glyph.height for glyph in glyphs), default=CELL_DOTS[1])
    drawn = Image.new("L", (max(sum(glyph.width for glyph in glyphs), 1), height), 0)
    left = 0
    for glyph in glyphs:
        drawn.paste(glyph, (left, height - glyph.height))  # sizes share one base line
        left += glyph.width
    return drawn


@functools.lru_cache(maxsize=2048)
def _glyph(char: str, look: Look, double: bool) -> Image.Image:  # noqa: FBT001 - the cache's key
    """Return one character in its cell."""
    from PIL import Image, ImageChops, ImageDraw

    wide, high = SMALL_CELL_DOTS if look.small else CELL_DOTS
    wide = wide * 2 if double else wide
    scale = look.height
    cell = Image.new("L", (wide * scale, high * scale), 0)
    pen = ImageDraw.Draw(cell)
    size = round(high * scale * 20 / 24)  # 20 points of a usual font are a cell of 24 dots
    font = _font_for(char, size)
    if font is None:
        _box(cell, char, scale)
    else:
        base = round(high * scale * 19 / 24)
        # The left edge of the cell, so that rules and box drawing join; proportional ones centred.
        left = max(0, (wide * scale - font.getlength(char)) / 2)
        pen.text((left, base), char, fill=255, font=font, anchor="ls")
        if look.bold:  # heads of receipt printers embolden by striking twice
            pen.text((left + scale, base), char, fill=255, font=font, anchor="ls")
    if look.underline:
        pen.rectangle((0, cell.height - 2 * scale, cell.width, cell.height), fill=255)
    cell = cell.resize((wide * look.width, high * look.height))
    return ImageChops.invert(cell) if look.reverse else cell


def _box(cell: Image.Image, char: str, scale: int) -> None:
    """Draw a character that no font has as a frame with its number in it."""
    from PIL import ImageDraw

    pen = ImageDraw.Draw(cell)
    pen.rectangle((scale, scale, cell.width - 2 * scale, cell.height - 2 * scale), outline=255)
    font = _font(8 * scale)
    code = f"{ord(char):04X}"
    for row, digits in enumerate((code[:-2], code[-2:])):
        at = (cell.width / 2, cell.height * (0.3 + 0.4 * row))
        pen.text(at, digits, fill=255, font=font, anchor="mm")


def _font_for(char: str, size: int) -> AnyFont | None:
    """Return the font that has ``char``, or None."""
    for font in (_font(size), _wide_font(size)):
        if font is not None and not _lacks(font, char):
            return font
    return None


def _lacks(font: AnyFont, char: str) -> bool:
    """Tell whether a font draws ``char`` as it draws what it does not know."""
    if char.isascii():
        return False
    drawn, missing = font.getmask(char), font.getmask("\U0010fffe")
    return drawn.size == missing.size and bytes(drawn) == bytes(missing)


@functools.lru_cache(maxsize=64)
def _font(size: int) -> AnyFont:
    from PIL import ImageFont

    found = importlib.util.find_spec("barcode")  # python-barcode brings a monospaced font along
    folders = (found.submodule_search_locations or ()) if found else ()
    shipped = [str(Path(folder) / "fonts" / "DejaVuSansMono.ttf") for folder in folders]
    font = _first_font((*_FONT_FILES, *shipped), size)
    return font if font is not None else ImageFont.load_default(size)


@functools.lru_cache(maxsize=64)
def _wide_font(size: int) -> AnyFont | None:
    return _first_font(_WIDE_FONT_FILES, size)


def _first_font(files: tuple[str, ...], size: int) -> AnyFont | None:
    from PIL import ImageFont

    for file in files:
        try:
            return ImageFont.truetype(file, size)  # looks through the system's font folders
        except OSError:
            continue
    return None


def _qr(item: QrItem) -> Image.Image:
    import segno
    from PIL import Image

    code = segno.make_qr(item.data, error=item.correction, mode="byte", boost_error=False)
    rows = [bytes(255 if dark else 0 for dark in row) for row in code.matrix]
    drawn = Image.frombytes("L", (len(rows), len(rows)), b"".join(rows))
    scale = item.module_dots
    return drawn.resize((len(rows) * scale, len(rows) * scale), Image.Resampling.NEAREST)


def _barcode(item: BarcodeItem) -> Image.Image:
    from PIL import Image, ImageDraw

    bars = _bars(item)
    text = item.data.decode("ascii", "replace")
    label = CELL_DOTS[1] + 2 if item.readable else 0
    width = max(len(bars) * item.module_dots, len(text) * CELL_DOTS[0])
    drawn = Image.new("L", (width, item.height_dots + label), 0)
    pen = ImageDraw.Draw(drawn)
    left = (width - len(bars) * item.module_dots) // 2
    for at, bar in enumerate(bars):
        if bar == "1":
            x = left + at * item.module_dots
            pen.rectangle((x, 0, x + item.module_dots - 1, item.height_dots - 1), fill=255)
    if label:
        line = _line(PrintedLine((Run(text),)))
        drawn.paste(line, ((width - line.width) // 2, item.height_dots + 2))
    return drawn


def _bars(item: BarcodeItem) -> str:
    """Return a barcode's modules as ones and zeros; a plain frame when they cannot be had."""
    kind = {"EAN-13": "ean13", "EAN-8": "ean8", "UPC-A": "upca"}.get(item.kind, item.kind.lower())
    data = item.data.decode("ascii", "replace")
    try:
        import barcode  # type: ignore[import-untyped] # ships no types

        options = {"add_checksum": False} if kind == "code39" else {}
        bars: str = barcode.get(kind, data, options=options).build()[0]
    except Exception:  # noqa: BLE001 - a picture of a receipt is worth having without its bars
        return "1" + "0" * 90 + "1"
    return bars


def _on_paper(print_: Image.Image) -> Image.Image:
    """Put the print on paper with torn edges, and the paper on a table."""
    from PIL import Image, ImageDraw, ImageFilter

    width = print_.width + 2 * _MARGIN_DOTS
    height = print_.height + 4 * _MARGIN_DOTS
    outline = _outline(width, height)
    table = Image.new("RGB", (width + 2 * _MARGIN_DOTS, height + 2 * _MARGIN_DOTS), _BACKGROUND)
    for colour, shift, blur in (((150, 152, 158), 6, 6), (_PAPER, 0, 0)):
        mask = Image.new("L", table.size, 0)
        corners = [(x + _MARGIN_DOTS, y + _MARGIN_DOTS + shift) for x, y in outline]
        ImageDraw.Draw(mask).polygon(corners, fill=255)
        table.paste(colour, mask=mask.filter(ImageFilter.GaussianBlur(blur)) if blur else mask)
    table.paste(_INK, (2 * _MARGIN_DOTS, 3 * _MARGIN_DOTS), print_)
    return table


def _outline(width: int, height: int) -> list[tuple[int, int]]:
    """Return the edge of the paper: straight sides, cut above and below with a few teeth."""
    teeth = random.Random(width)  # noqa: S311 - the same receipt looks the same each time
    tops = [(x, teeth.randint(0, 3)) for x in range(0, width + 1, 8)]
    bottoms = [(x, height - teeth.randint(0, 3)) for x in range(width, -1, -8)]
    return tops + bottoms

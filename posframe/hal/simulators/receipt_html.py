"""Printed receipts as a web page: characters as text, codes and pictures as drawings.

Whatever was printed is shown, never obeyed: all of it is escaped.
"""

from __future__ import annotations

import base64
import io
from html import escape
from typing import TYPE_CHECKING

from posframe.hal.simulators.escpos_paper import (
    BarcodeItem,
    Gap,
    PrintedLine,
    QrItem,
    RasterItem,
    Run,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from posframe.hal.simulators.escpos_paper import PaperItem, PrintedReceipt

_HEAD = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Receipts</title><style>'
    "body{background:#d6d8dc}"
    "pre{background:#fcfbf7;color:#222228;width:max-content;padding:1.5em;margin:1em auto;"
    "font:14px/1.25 'DejaVu Sans Mono',monospace}"
    ".b{font-weight:bold}.u{text-decoration:underline}.s{font-size:75%}"
    ".r{background:#222228;color:#fcfbf7}.c{border:1px solid;padding:0 1ch}"
    ".a1{text-align:center}.a2{text-align:right}div{min-height:1.25em}"
    "</style>"
)


def page(receipts: Iterable[PrintedReceipt]) -> str:
    """Return a page of ``receipts``, one below the other."""
    return _HEAD + "".join(f"<pre>{_receipt(receipt)}</pre>" for receipt in receipts) + "</html>\n"


def _receipt(receipt: PrintedReceipt) -> str:
    items = "".join(map(_item, receipt.items))
    return f'<div style="width:{receipt.columns}ch">{items}</div>'


def _item(item: PaperItem) -> str:
    if isinstance(item, Gap):
        return f'<div style="height:{item.dots}px"></div>'
    if isinstance(item, PrintedLine):
        return f'<div class="a{item.align}">{"".join(map(_run, item.runs))}</div>'
    if isinstance(item, QrItem):
        inside = _picture(_qr_png(item), "QR code " + _legible(item.data))
    elif isinstance(item, BarcodeItem):
        inside = f'<span class="c">{escape(item.kind)} {escape(_legible(item.data))}</span>'
    else:
        inside = _picture(_raster_png(item), f"picture {item.row_bytes * 8} x {item.rows}")
    return f'<div class="a{item.align}">{inside}</div>'


def _run(run: Run) -> str:
    look = run.look
    marks = (("b", look.bold), ("u", look.underline), ("s", look.small), ("r", look.reverse))
    classes = " ".join(name for name, on in marks if on)
    style = _stretch(run) if (look.width, look.height) != (1, 1) else ""
    attributes = (f' class="{classes}"' if classes else "") + (f' style="{style}"' if style else "")
    return f"<span{attributes}>{escape(run.text)}</span>" if attributes else escape(run.text)


def _stretch(run: Run) -> str:
    """Return a style that stretches large print, so that columns stay where they are."""
    look = run.look
    right = run.cells - run.cells // look.width
    below = (look.height - 1) * 1.25
    return (
        f"display:inline-block;transform-origin:0 0;transform:scale({look.width},{look.height});"
        f"margin:0 {right}ch {below:g}em 0"
    )


def _legible(data: bytes) -> str:
    return "".join(char if char.isprintable() else " " for char in data.decode("utf-8", "replace"))


def _picture(png: bytes, words: str) -> str:
    encoded = base64.b64encode(png).decode("ascii")
    return f'<img alt="{escape(words)}" src="data:image/png;base64,{encoded}">'


def _qr_png(item: QrItem) -> bytes:
    import segno

    file = io.BytesIO()
    code = segno.make_qr(item.data, error=item.correction, mode="byte", boost_error=False)
    code.save(file, kind="png", scale=min(item.module_dots, 8))
    return file.getvalue()


def _raster_png(item: RasterItem) -> bytes:
    from PIL import Image, ImageOps

    file = io.BytesIO()
    drawn = Image.frombytes("1", (item.row_bytes * 8, item.rows), item.data)
    ImageOps.invert(drawn.convert("L")).save(file, "png")
    return file.getvalue()

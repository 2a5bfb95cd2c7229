"""What a receipt printer has put on its paper, as values; drawing a picture of it is elsewhere."""

from __future__ import annotations

from typing import TypeAlias

import attrs

from posframe.kernel.domain.receipt_text import clean, display_width, spread


@attrs.frozen
class Look:
    """How characters were printed; ``width`` and ``height`` are multiples."""

    bold: bool = False
    underline: bool = False
    width: int = 1
    height: int = 1
    small: bool = False
    """Font B."""
    reverse: bool = False


@attrs.frozen
class Run:
    """Characters printed in one look."""

    text: str
    look: Look = Look()
    double: bool = False
    """Sent in two bytes each and two columns wide."""

    @property
    def cells(self) -> int:
        """Columns it takes."""
        return len(self.text) * self.look.width * (2 if self.double else 1)


@attrs.frozen
class PrintedLine:
    """One line of print; ``align`` is 0 left, 1 centre, 2 right."""

    runs: tuple[Run, ...] = ()
    align: int = 0

    @property
    def text(self) -> str:
        """The characters of the line, without their looks."""
        return "".join(run.text for run in self.runs)

    @property
    def cells(self) -> int:
        """Columns it takes."""
        return sum(run.cells for run in self.runs)


@attrs.frozen
class Gap:
    """Paper fed without print."""

    dots: int


@attrs.frozen
class QrItem:
    """A QR code that the printer drew."""

    data: bytes
    module_dots: int
    correction: str
    align: int = 0


@attrs.frozen
class BarcodeItem:
    """A barcode that the printer drew; ``readable`` tells whether its characters stand below."""

    kind: str
    data: bytes
    height_dots: int
    module_dots: int
    readable: bool = False
    align: int = 0


@attrs.frozen
class RasterItem:
    """A picture: rows of ``row_bytes`` bytes, the highest bit leftmost, 1 is black."""

    row_bytes: int
    rows: int
    data: bytes = attrs.field(repr=False)
    align: int = 0


PaperItem: TypeAlias = PrintedLine | Gap | QrItem | BarcodeItem | RasterItem


@attrs.frozen
class Kick:
    """One pulse to a drawer."""

    pin: int
    on_ms: int
    off_ms: int


@attrs.frozen
class PrintedReceipt:
    """One piece of paper, from cut to cut."""

    items: tuple[PaperItem, ...]
    columns: int
    raw: bytes = attrs.field(repr=False)
    """Every byte received for it, the cut included."""
    cut: bool = True
    """Cut off by the printer; False when torn off before the next receipt."""

    def text(self) -> str:
        """Return what can be read on the paper; codes and pictures are named in brackets."""
        rows = [row for item in self.items for row in _rows(item, self.columns)]
        return "".join(f"{row.rstrip()}\n" for row in rows).rstrip("\n") + "\n"


def _rows(item: PaperItem, columns: int) -> list[str]:
    match item:
        case PrintedLine(runs, align):
            text = item.text
            # Wide print stands in single columns here: the gap before an amount makes up for it.
            if any(run.look.width > 1 for run in runs) and not align:
                text = spread(text, min(item.cells, columns))
            return [_placed(text, columns, align)]
        case Gap(dots):
            return [""] * (dots // 30)
        case QrItem(data=data):
            return [_placed(f"[QR {_legible(data)}]", columns, item.align)]
        case BarcodeItem(kind, data):
            return [_placed(f"[{kind} {_legible(data)}]", columns, item.align)]
        case RasterItem(row_bytes, rows):
            return [_placed(f"[picture {row_bytes * 8} x {rows}]", columns, item.align)]


def _legible(data: bytes) -> str:
    return clean(data.decode("utf-8", "replace"))


def _placed(text: str, columns: int, align: int) -> str:
    spare = max(0, columns - display_width(text))
    return " " * (0, spare // 2, spare)[align] + text

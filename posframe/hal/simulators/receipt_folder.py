"""A folder that a virtual printer fills: each receipt as text and as the bytes it was made from.

Pictures take a hundred times longer than text and are drawn when somebody asks for one.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from posframe.errors import DeviceError
from posframe.hal.simulators.escpos_printer import VirtualPrinter
from posframe.kernel.domain.receipt_text import display_width

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from posframe.hal.simulators.escpos_paper import Kick, PrintedReceipt


class ReceiptFolder:
    """Numbers receipts on from those already there: ``receipt-000001.txt`` and ``.bin``."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self.folder = folder
        self._clock = clock
        folder.mkdir(parents=True, exist_ok=True)
        self._number = max(map(_number, folder.glob("receipt-*.bin")), default=0)

    def printer(self, columns: int = 48) -> VirtualPrinter:
        """Return a printer whose receipts and drawer kicks are written here."""
        return VirtualPrinter(columns=columns, on_receipt=self.add, on_kick=self.kicked)

    def add(self, receipt: PrintedReceipt) -> None:
        """Write one receipt; the text appears last and whole."""
        self._number += 1
        stem = f"receipt-{self._number:06d}"
        _write(self.folder / f"{stem}.bin", receipt.raw)
        _write(self.folder / f"{stem}.txt", receipt.text().encode())

    def kicked(self, kick: Kick) -> None:
        """Write one line for a drawer that was opened."""
        moment = datetime.fromtimestamp(self._clock(), UTC).isoformat(timespec="milliseconds")
        with (self.folder / "drawer.log").open("a", encoding="utf-8") as log:
            log.write(f"{moment} pin {kick.pin}, {kick.on_ms} ms on, {kick.off_ms} ms off\n")


def render_png(bin_path: Path, png_path: Path | None = None, *, columns: int | None = None) -> Path:
    """Draw the receipt in ``bin_path`` beside it, or at ``png_path``; needs Pillow.

    ``columns`` is the width of the paper; left out, it is told from the text beside the bytes.

    Raises:
        DeviceError: the file holds no receipt.
        OSError: a file cannot be read or written.
    """
    from posframe.hal.simulators.receipt_picture import draw

    data = bin_path.read_bytes()
    printer = VirtualPrinter(columns=columns or _paper_columns(bin_path.with_suffix(".txt")))
    printer.feed(data)
    printer.tear_off()
    if not printer.receipts:
        raise DeviceError(f"{bin_path.name} holds no printed receipt")
    target = png_path or bin_path.with_suffix(".png")
    draw(printer.receipts[-1]).save(target)
    return target


def _paper_columns(text_path: Path) -> int:
    """Return the narrowest usual paper that the text beside a receipt fits on."""
    text = text_path.read_text("utf-8") if text_path.is_file() else ""
    widest = max(map(display_width, text.splitlines()), default=48)
    return next((columns for columns in (32, 42, 48) if columns >= widest), widest)


def _number(path: Path) -> int:
    digits = path.stem.removeprefix("receipt-")
    return int(digits) if digits.isdecimal() else 0


def _write(path: Path, data: bytes) -> None:
    """Write through a second name: who watches the folder never reads half a receipt."""
    draft = path.with_name(f".{path.name}.draft")
    draft.write_bytes(data)
    draft.replace(path)

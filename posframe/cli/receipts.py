"""``posframe receipts``: look at the receipts that a virtual printer has put into a folder."""

from __future__ import annotations

import re
from pathlib import Path

from cyclopts import App

from posframe.errors import DataError

app = App(name="receipts", help="Look at the receipts of a virtual printer.")

_RECEIPT = re.compile(r"receipt-\d+\.txt")


@app.command
def png(receipt: Path, out: Path | None = None) -> None:
    """Draw a receipt as a picture.

    Args:
        receipt: The receipt's .bin file, or the .txt file beside it.
        out: Where the picture goes; beside the receipt when left out.
    """
    from posframe.hal.simulators.receipt_folder import render_png

    source = receipt.with_suffix(".bin")
    if not source.is_file():
        raise DataError(
            f"There is no {source}", hint="Pictures are drawn from the .bin file of a receipt"
        )
    print(render_png(source, out))


@app.command
def show(folder: Path, *, last: int = 1) -> None:
    """Print the latest receipts as text, the newest at the end.

    Args:
        folder: The folder that the virtual printer writes to.
        last: How many receipts.
    """
    receipts = sorted(path for path in folder.glob("receipt-*.txt") if _RECEIPT.match(path.name))
    if not receipts:
        raise DataError(f"There are no receipts in {folder}")
    for path in receipts[-max(last, 1) :]:
        print(f"--- {path.name}")
        print(path.read_text("utf-8"), end="")

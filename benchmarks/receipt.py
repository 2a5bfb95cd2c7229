"""What a receipt costs: 30 lines, logo and QR code as bytes, beside python-escpos in the same run.

    python -m benchmarks.receipt [--rounds 5] [--repeats 200]

Rounds alternate between the two, so that a slow moment of the machine hits both. The median of the
rounds counts. The printer is a TM-T88V for both: native QR, logo sent as raster. python-escpos
draws the logo anew each time, because that is how it is used; the figures without a logo leave that
out.
"""

from __future__ import annotations

import argparse
import logging
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from posframe.hal.codecs.escpos import ReceiptEncoder
from posframe.hal.profiles import load_profile
from posframe.kernel.domain.receipt import (
    Align,
    Block,
    Cell,
    Columns,
    Cut,
    Logo,
    QrCode,
    ReceiptDocument,
    Rule,
    Section,
    Text,
    Total,
)
from posframe.kernel.domain.receipt_layout import layout

if TYPE_CHECKING:
    from collections.abc import Callable

LINK = "https://receipts.example/T1-000123"
ITEMS = [(f"{at % 3 + 1} x Crème brûlée no {at}", f"{at * 137 / 100:.2f} €") for at in range(22)]
COLUMNS = 42


def main() -> None:
    """Measure and print the table."""
    options = _options()
    logging.disable(logging.CRITICAL)  # python-escpos warns about media widths
    with tempfile.TemporaryDirectory() as folder:
        logo = Path(folder) / "logo.png"
        _draw_logo(logo)
        contenders = _contenders(logo)
        medians = _medians(contenders, options.rounds, options.repeats)
    load = " ".join(f"{value:.2f}" for value in os.getloadavg())
    print(f"median of {options.rounds} rounds of {options.repeats}, load {load}")
    for name, seconds in medians.items():
        print(f"{name:<44}{seconds * 1e6:>9.1f} us{1 / seconds:>10.0f}/s")
    for what in ("with logo", "without logo"):
        ratio = medians[f"python-escpos, {what}"] / medians[f"posframe, {what}"]
        print(f"python-escpos / posframe, {what}: {ratio:.1f}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--repeats", type=int, default=200)
    return parser.parse_args()


def _contenders(logo: Path) -> dict[str, Callable[[], object]]:
    encoder = ReceiptEncoder(load_profile("TM-T88V"), {"shop": logo})
    with_logo, without = _document(Logo("shop")), _document()
    lines = layout(without, COLUMNS)
    return {
        "posframe, with logo": lambda: encoder.encode(with_logo),
        "python-escpos, with logo": lambda: _python_escpos(logo),
        "posframe, without logo": lambda: encoder.encode(without),
        "python-escpos, without logo": lambda: _python_escpos(None),
        "posframe, of that: layout": lambda: layout(without, COLUMNS),
        "posframe, of that: bytes": lambda: encoder.encode_lines(lines),
        "posframe, building the document": _document,
    }


def _medians(
    contenders: dict[str, Callable[[], object]], rounds: int, repeats: int
) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for run in contenders.values():
        run()  # tables, logo and imports are paid once
    for _ in range(rounds):
        for name, run in contenders.items():
            each = []
            for _ in range(repeats):
                start = time.perf_counter()
                run()
                each.append(time.perf_counter() - start)
            times[name].append(statistics.median(each))
    return {name: statistics.median(rounds_) for name, rounds_ in times.items()}


def _document(*head: Block) -> ReceiptDocument:
    """Return the receipt: 30 lines of text and a QR code."""
    blocks = (
        *head,
        Text("Café Posframe", Align.CENTRE, bold=True, big=(2, 2)),
        Text("1 Sample Street", Align.CENTRE),
        Rule("="),
        *(Columns((Cell(name), Cell(amount, align=Align.RIGHT))) for name, amount in ITEMS),
        Rule(),
        Total("TOTAL", "316.47 €"),
        Columns((Cell("Cash"), Cell("320.00 €", align=Align.RIGHT))),
        Columns((Cell("Change"), Cell("3.53 €", align=Align.RIGHT)), bold=True),
        Text("Thank you", Align.CENTRE),
        QrCode(LINK),
        Cut(),
    )
    return ReceiptDocument(sections=(Section("sale", blocks),))


def _python_escpos(logo: Path | None) -> bytes:
    """Return the same receipt as python-escpos makes it."""
    from escpos.printer import Dummy

    printer = Dummy(profile="TM-T88V")
    if logo:
        printer.set(align="center")
        printer.image(str(logo))
    printer.set(align="center", bold=True, double_width=True, double_height=True)
    printer.text("Café Posframe\n")
    printer.set(align="center", normal_textsize=True)
    printer.text("1 Sample Street\n")
    printer.set(align="left", normal_textsize=True)
    printer.text("=" * COLUMNS + "\n")
    for name, amount in ITEMS:
        printer.text(f"{name}{amount:>{COLUMNS - len(name)}}\n")
    printer.text("-" * COLUMNS + "\n")
    printer.set(bold=True, double_width=True, double_height=True)
    printer.text(f"TOTAL{'316.47 €':>16}\n")
    printer.set(normal_textsize=True)
    printer.text(f"Cash{'320.00 €':>38}\n")
    printer.set(bold=True)
    printer.text(f"Change{'3.53 €':>36}\n")
    printer.set(align="center")
    printer.text("Thank you\n")
    printer.qr(LINK, native=True, size=6)
    printer.cut()
    output: bytes = printer.output
    return output


def _draw_logo(path: Path) -> None:
    from PIL import Image, ImageDraw

    logo = Image.new("L", (384, 120), 255)
    pen = ImageDraw.Draw(logo)
    pen.ellipse((10, 10, 110, 110), fill=0)
    pen.rectangle((130, 40, 370, 80), fill=0)
    logo.save(path)


if __name__ == "__main__":
    main()

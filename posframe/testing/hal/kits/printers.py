"""Kits of the receipt printers: ESC/POS with all means of confirming and with none, and Star."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from posframe.hal.drivers import escpos_printer, star_printer
from posframe.hal.simulators.escpos_device import EscposDevice
from posframe.hal.simulators.printer_device import Body, PrinterDevice
from posframe.hal.simulators.star_printer import StarDevice
from posframe.kernel.domain.receipt import (
    Align,
    Barcode,
    BarcodeKind,
    Cell,
    Columns,
    Cut,
    QrCode,
    ReceiptDocument,
    Rule,
    Section,
    Text,
    Total,
)
from posframe.testing.hal.kit import Kit

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe.hal.progress import Progress

DEADLINE_S = 5.0
SLIP = ReceiptDocument(
    sections=(
        Section(
            "slip",
            (
                Text("Café", Align.CENTRE, bold=True, big=(2, 2)),
                Columns((Cell("Apples"), Cell("1.99", align=Align.RIGHT))),
                Rule(),
                Total("TOTAL", "1.99 €"),
                Barcode(BarcodeKind.EAN13, "4006381333931"),
                QrCode("https://a.b/1"),
                Cut(),
            ),
        ),
    )
)
"""What the golden exchange prints: text in several looks, a barcode, a QR code, a cut."""
BAD_ACTS = {"paper out": "paper", "cover open": "cover", "cutter jam": "cutter"}
UNDO = {"paper out": "paper new", "cover open": "cover close", "cutter jam": "cutter clear"}
WARNINGS = {"paper 40": "near its end"}


async def _print(driver: Any, progress: Progress) -> str:  # noqa: ANN401 - any printer's
    remarks: str = await driver.print_receipt(SLIP, progress, DEADLINE_S)
    return remarks


def _kit(device: Callable[[Body], PrinterDevice], *quirks: str, **fields: Any) -> Kit:  # noqa: ANN401 - a kit's own
    return Kit(
        simulator=lambda: device(Body(quirks=frozenset(quirks))),
        golden=_print,
        effects=lambda device: device.whole_receipts,
        touched=_is_touched,
        printed=PrinterDevice.text,
        **fields,
    )


def _is_touched(device: PrinterDevice) -> bool:
    printer = device.printer
    return bool(printer.receipts or printer.paper or printer.kicks)


ESCPOS = _kit(
    EscposDevice,
    spec=escpos_printer.DRIVER,
    options={"profile": "epson-tm-t20"},
    bad_acts=BAD_ACTS,
    undo=UNDO,
    warnings=WARNINGS,
)
"""Tells by itself, confirms with a tag, takes back what it has not printed."""
ESCPOS_OLD = _kit(
    EscposDevice,
    "no_clear",
    "no_process_id",
    spec=attrs.evolve(escpos_printer.DRIVER, capabilities=frozenset({"fence", "status"})),
    options={"profile": "epson-tm-t88iv"},
    bad_acts=BAD_ACTS,
    undo=UNDO,
    warnings=WARNINGS,
)
"""Tells by itself, confirms without saying what, takes nothing back."""
ESCPOS_CLONE = _kit(
    EscposDevice,
    "no_asb",
    "no_clear",
    "no_process_id",
    "no_gs_r",
    spec=attrs.evolve(escpos_printer.DRIVER, capabilities=frozenset({"status"})),
    options={"profile": "generic-80mm"},
    bad_acts=BAD_ACTS,
    undo=UNDO,
    warnings=WARNINGS,
)
"""Says how it is when it is asked, and confirms nothing."""
ESCPOS_MUTE = _kit(
    EscposDevice,
    "mute",
    spec=attrs.evolve(escpos_printer.DRIVER, capabilities=frozenset()),
    options={"profile": "generic-80mm", "answers": "no"},
)
"""A line without a way back."""
STAR = _kit(
    StarDevice,
    spec=star_printer.DRIVER,
    bad_acts=BAD_ACTS,
    undo=UNDO,
    warnings=WARNINGS,
)
"""Says how it is, and how far it has come, when it is asked."""

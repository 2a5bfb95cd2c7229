"""A printer on the bench: what the tests of its driver share."""

from __future__ import annotations

import attrs
import pytest

from posframe.hal.progress import Progress
from posframe.hal.simulators.escpos_device import EscposDevice
from posframe.hal.simulators.faults import parse_faults
from posframe.hal.simulators.printer_device import Body
from posframe.hal.transports.simulated import SimulatedTransport
from posframe.kernel.domain.receipt import Cut, ReceiptDocument, Section, Text
from posframe.testing.hal.kits.printers import ESCPOS
from posframe.testing.hal.workbench import workbench

FULL, OLD, CLONE = "epson-tm-t20", "epson-tm-t88iv", "generic-80mm"
CLONE_QUIRKS = ("no_asb", "no_clear", "no_process_id", "no_gs_r")


def note(*words, cut=True):
    blocks = [*map(Text, words), *([Cut()] if cut else [])]
    return ReceiptDocument(sections=(Section("note", tuple(blocks)),))


LONG = note(*(f"line {number:03d} of a long receipt" for number in range(400)))
"""Some 13 KB: four pieces."""


def device(*quirks, **body):
    return EscposDevice(Body(quirks=frozenset(quirks), **body))


def line_to(printer, faults="", **ends):
    return SimulatedTransport(printer, parse_faults(faults), **ends)


def bench(line, profile=FULL, **options):
    return workbench(attrs.evolve(ESCPOS, options={"profile": profile, **options}), line)


async def printed(driver, document=None, deadline_s=5.0):
    progress = Progress()
    await driver.print_receipt(document or note("one"), progress, deadline_s)
    return progress


async def failed(driver, document=None, deadline_s=5.0, error=Exception):
    """Return the progress and the error of a print that fails."""
    progress = Progress()
    with pytest.raises(error) as raised:
        await driver.print_receipt(document or note("one"), progress, deadline_s)
    return progress, raised.value


def texts(printer):
    return [receipt.text() for receipt in printer.printer.receipts]

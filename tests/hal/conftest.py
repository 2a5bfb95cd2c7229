"""Receipts that the tests of printers share."""

from __future__ import annotations

import pytest

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


@pytest.fixture(scope="session")
def sale() -> ReceiptDocument:
    """A receipt of thirty lines, with a barcode and a QR code."""
    items = (
        Columns((Cell(f"{at % 4 + 1} x Crème brûlée {at}"), Cell(f"{at}.99", align=Align.RIGHT)))
        for at in range(24)
    )
    blocks = (
        Text("Café Posframe", Align.CENTRE, bold=True, big=(2, 2)),
        Rule("="),
        *items,
        Rule(),
        Total("TOTAL", "1234.56 €"),
        Columns((Cell("Cash"), Cell("2000.00", align=Align.RIGHT)), bold=True),
        Text("Thank you", Align.CENTRE),
        Barcode(BarcodeKind.EAN13, "4006381333931"),
        QrCode("https://a.b/1"),
        Cut(),
    )
    return ReceiptDocument(sections=(Section("sale", blocks),))

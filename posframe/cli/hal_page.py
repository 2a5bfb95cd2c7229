"""The page that ``posframe hal test`` prints: what a person needs to see to trust a printer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.hal.letters import LETTERS
from posframe.kernel.domain.receipt import (
    Align,
    Barcode,
    BarcodeKind,
    Block,
    Cell,
    Columns,
    Cut,
    Feed,
    QrCode,
    ReceiptDocument,
    Rule,
    Section,
    Text,
    Total,
)

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLES = {"Currencies": "€ £ ¥", **dict(LETTERS.values())}
"""Letters of languages, which between them take every code page that receipts are printed in."""


def test_page(
    title: str, moment: str, address: str, unprintable: Callable[[str], str]
) -> tuple[ReceiptDocument, str]:
    """Return the page, and in words what of its samples the printer cannot print.

    Args:
        title: the device's name.
        moment: date and time.
        address: how it was reached.
        unprintable: returns the characters of a text that the printer lacks.
    """
    lines: list[Block] = []
    lacking = []
    for language, sample in SAMPLES.items():
        missing = set(unprintable(sample)) - {" "}
        if 2 * len(missing) <= len(set(sample) - {" "}):
            shown = " ".join("".join(" " if one in missing else one for one in sample).split())
            lines.append(Columns((Cell(language, width=11), Cell(shown))))
        if missing:
            lacking.append(f"{language} {''.join(sorted(missing))}")
    head = (
        Text("posframe", Align.CENTRE, bold=True, big=(2, 2)),
        Text("Test page", Align.CENTRE),
        Rule(),
        Text(f"{title}  {moment}"),
        Text(address),
        Rule(),
    )
    styles = (
        Text("bold", bold=True),
        Text("underlined", underline=True),
        Columns((Cell("left"), Cell("right", align=Align.RIGHT))),
        Total("TOTAL", "1.234,56"),
    )
    codes = (
        Barcode(BarcodeKind.EAN13, "4006381333931"),
        Feed(),
        QrCode("https://example.com/posframe", "QR code"),
        Text("Nothing is cut off, and the paper is cut below.", Align.CENTRE),
        Cut(),
    )
    blocks: tuple[Block, ...] = (*head, *lines, Rule(), *styles, Rule(), *codes)
    return ReceiptDocument(sections=(Section("test", blocks),)), "; ".join(lacking)

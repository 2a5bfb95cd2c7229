"""ESC/POS: the commands that print a receipt, as bytes.

Pure. Commands are those of the ESC/POS core, so that clones understand them. What all printer
languages share is in `receipt_encoder`, what a printer answers in `escpos_status`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.hal.codecs.escpos_text import KANJI_OFF
from posframe.hal.codecs.raster import raster_commands
from posframe.hal.codecs.receipt_encoder import EncodedReceipt, PrinterEncoder, ReceiptJob
from posframe.kernel.domain.receipt import Align, BarcodeKind

if TYPE_CHECKING:
    from posframe.hal.codecs.raster import Raster
    from posframe.hal.profiles import PrinterProfile
    from posframe.kernel.domain.receipt_layout import Style

__all__ = [
    "INIT", "EncodedReceipt", "EscposJob", "ReceiptEncoder", "barcode_commands", "drawer_kick",
    "qr_commands",
]  # fmt: skip

INIT = b"\x1b@"


def drawer_kick(pin: int = 2, on_ms: int = 50, off_ms: int = 500) -> bytes:
    """Return ``ESC p``: a pulse on drawer pin 2 or 5, both times in steps of 2 ms up to 510."""
    assert pin in (2, 5), f"drawers hang on pin 2 or 5, not {pin}"
    times = (min(max(ms // 2, 1), 255) for ms in (on_ms, off_ms))
    return bytes((0x1B, 0x70, 0 if pin == 2 else 1, *times))


def qr_commands(data: str, module_dots: int, correction: str = "M") -> bytes:
    """Return ``GS ( k`` commands that draw a QR code of model 2 by the printer itself."""
    payload = data.encode()
    return b"".join(
        (
            b"\x1d(k\x04\x001A2\x00",
            bytes((0x1D, 0x28, 0x6B, 3, 0, 0x31, 0x43, module_dots)),
            bytes((0x1D, 0x28, 0x6B, 3, 0, 0x31, 0x45, 0x30 + "LMQH".index(correction))),
            b"\x1d(k" + (len(payload) + 3).to_bytes(2, "little") + b"1P0" + payload,
            b"\x1d(k\x03\x001Q0",
        )
    )


def barcode_commands(kind: BarcodeKind, data: str, module_dots: int = 3) -> bytes:
    """Return a barcode 64 dots high with its characters below; ``data`` suits its kind."""
    setup = bytes((0x1D, 0x68, 64, 0x1D, 0x77, module_dots, 0x1D, 0x66, 0, 0x1D, 0x48, 2))
    payload = data.encode("ascii")
    if kind is BarcodeKind.CODE128:
        payload = b"{B" + payload.replace(b"{", b"{{")
        return setup + bytes((0x1D, 0x6B, 73, len(payload))) + payload
    return setup + bytes((0x1D, 0x6B, _BARCODE_A[kind])) + payload + b"\x00"


class EscposJob(ReceiptJob):
    """One receipt in ESC/POS."""

    def opening(self) -> bytes:
        """Return ``ESC @``, and what takes Chinese models out of the mode it puts them into."""
        chinese = self.profile.kanji or self.profile.cancels_kanji
        return INIT + KANJI_OFF if chinese else INIT

    def align_commands(self, align: Align) -> bytes:
        """Return ``ESC a``."""
        return _ALIGN[align]

    def style_commands(self, old: Style, new: Style) -> bytes:
        """Return ``ESC E``, ``ESC -`` and ``GS !``, each where it differs."""
        commands = b""
        if new.bold is not old.bold:
            commands = b"\x1bE\x01" if new.bold else b"\x1bE\x00"
        if new.underline is not old.underline:
            commands += b"\x1b-\x01" if new.underline else b"\x1b-\x00"
        if (new.width, new.height) != (old.width, old.height):
            commands += bytes((0x1D, 0x21, (new.width - 1) << 4 | (new.height - 1)))
        return commands

    def qr_commands(self, data: str, module_dots: int) -> bytes:
        """Return ``GS ( k``."""
        return qr_commands(data, module_dots)

    def barcode_commands(self, kind: BarcodeKind, data: str, module_dots: int) -> bytes:
        """Return ``GS k``."""
        return barcode_commands(kind, data, module_dots)

    @staticmethod
    def picture_commands(picture: Raster, profile: PrinterProfile) -> bytes:
        """Return ``GS v 0``, in slices."""
        return raster_commands(picture, profile.raster_rows_max)

    def feed_commands(self, lines: int) -> bytes:
        """Return ``ESC d``."""
        return _feed(lines)

    def cut_commands(self) -> bytes:
        """Return ``GS V``; without a cutter, what brings the last line to the tear bar."""
        return _CUT.get(self.profile.cutter, _feed(_TEAR_OFF_LINES))


class ReceiptEncoder(PrinterEncoder):
    """Encodes receipts for one ESC/POS printer."""

    language = "escpos"
    job = EscposJob


_BARCODE_A = {
    BarcodeKind.UPC_A: 0,
    BarcodeKind.EAN13: 2,
    BarcodeKind.EAN8: 3,
    BarcodeKind.CODE39: 4,
}
_ALIGN = {Align.LEFT: b"\x1ba\x00", Align.CENTRE: b"\x1ba\x01", Align.RIGHT: b"\x1ba\x02"}
_CUT = {"partial": b"\x1dVB\x00", "full": b"\x1dVA\x00"}
_TEAR_OFF_LINES = 5  # from the print head to the tear bar of a printer without a cutter


def _feed(lines: int) -> bytes:
    """Return ``ESC d``, repeated where there are more lines than one byte counts."""
    times, rest = divmod(lines, 255)
    return b"\x1bd\xff" * times + (bytes((0x1B, 0x64, rest)) if rest else b"")

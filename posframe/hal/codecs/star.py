"""Star Line Mode: the commands that print a receipt, as bytes.

Pure. What all printer languages share is in `receipt_encoder`, what a printer answers in
`star_status`. Facts are from the maker's command specification; none was checked on a real device.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.hal.codecs.receipt_encoder import PrinterEncoder, ReceiptJob
from posframe.kernel.domain.receipt import Align, BarcodeKind

if TYPE_CHECKING:
    from posframe.hal.codecs.raster import Raster
    from posframe.hal.profiles import PrinterProfile
    from posframe.kernel.domain.receipt_layout import Style

INIT = b"\x1b@"
"""Begins each receipt: unlike `RESET`, it leaves the counter of confirmations alone."""
RESET = b"\x1b@\x18"
"""``ESC @`` and ``CAN``: what is not printed is dropped, and the counter of ``ETB`` is zero."""
QUIT_RASTER = b"\x1b*rB"
"""Ignored but in raster mode (unverified)."""
RESYNC = bytes(2500) + b"\x1e" + QUIT_RASTER
"""Completes a command that was cut off: QR data, a barcode, a row, and leaves raster mode."""
BEL, SUB = b"\x07", b"\x1a"
MAGNIFICATION_MAX = 6
QR_MODULE_MAX = 8
BARCODE_HEIGHT_DOTS = 60


def drawer_kick(pin: int = 2, on_ms: int = 50, off_ms: int = 500) -> bytes:
    """Return a pulse for drawer 1 (pin 2), times in steps of 10 ms up to 1270, or for drawer 2.

    That of drawer 2 (pin 5) is 200 ms long, with 200 ms of rest: nothing sets it.
    """
    assert pin in (2, 5), f"drawers hang on pin 2 or 5, not {pin}"
    if pin == 5:
        return SUB
    times = (min(max(ms // 10, 1), 127) for ms in (on_ms, off_ms))
    return b"\x1b\x07" + bytes(times) + BEL


def qr_commands(data: str, module_dots: int, correction: str = "M") -> bytes:
    """Return ``ESC GS y``: a QR code of model 2 drawn by the printer itself."""
    payload = data.encode()
    return b"".join(
        (
            b"\x1b\x1dyS0\x02",
            b"\x1b\x1dyS2" + bytes((min(module_dots, QR_MODULE_MAX),)),
            b"\x1b\x1dyS1" + bytes(("LMQH".index(correction),)),
            b"\x1b\x1dyD1\x00" + len(payload).to_bytes(2, "little") + payload,
            b"\x1b\x1dyP",
        )
    )


def barcode_commands(kind: BarcodeKind, data: str, module_dots: int = 3) -> bytes:
    """Return ``ESC b``: a barcode with its characters below; ``data`` suits its kind.

    Modules are of 2 or 3 dots. Empty: the printer would take the data for something else, as ``%``
    in Code 128 begins a special character.
    """
    if kind is BarcodeKind.CODE128 and "%" in data:
        return b""
    mode = {2: 1, 3: 2}[module_dots]
    head = bytes((0x1B, 0x62, _BARCODES[kind], 2, mode, BARCODE_HEIGHT_DOTS))
    return head + data.encode("ascii") + b"\x1e"


def raster_commands(picture: Raster, dots: int) -> bytes:
    """Return raster mode with each row of ``picture``, in the middle of ``dots``."""
    left = bytes(max(0, dots // 8 - picture.row_bytes) // 2)  # alignment has no effect here
    width = (len(left) + picture.row_bytes).to_bytes(2, "little")
    rows = (
        b"b" + width + left + picture.data[at : at + picture.row_bytes]
        for at in range(0, picture.rows * picture.row_bytes, picture.row_bytes)
    )
    return _RASTER_BEGIN + b"".join(rows) + QUIT_RASTER


class StarJob(ReceiptJob):
    """One receipt in Star Line Mode."""

    def opening(self) -> bytes:
        """Return ``ESC @``."""
        return INIT

    def align_commands(self, align: Align) -> bytes:
        """Return ``ESC GS a``."""
        return _ALIGN[align]

    def style_commands(self, old: Style, new: Style) -> bytes:
        """Return ``ESC E`` or ``ESC F``, ``ESC -`` and ``ESC i``, each where it differs."""
        commands = b""
        if new.bold is not old.bold:
            commands = b"\x1bE" if new.bold else b"\x1bF"
        if new.underline is not old.underline:
            commands += b"\x1b-\x01" if new.underline else b"\x1b-\x00"
        if (new.width, new.height) != (old.width, old.height):
            times = (min(each, MAGNIFICATION_MAX) - 1 for each in (new.height, new.width))
            commands += b"\x1bi" + bytes(times)
        return commands

    def qr_commands(self, data: str, module_dots: int) -> bytes:
        """Return ``ESC GS y``."""
        return qr_commands(data, module_dots)

    def barcode_commands(self, kind: BarcodeKind, data: str, module_dots: int) -> bytes:
        """Return ``ESC b``; empty where the data cannot be sent as it is."""
        return barcode_commands(kind, data, module_dots)

    @staticmethod
    def picture_commands(picture: Raster, profile: PrinterProfile) -> bytes:
        """Return raster mode, row by row."""
        return raster_commands(picture, profile.dots)

    def feed_commands(self, lines: int) -> bytes:
        """Return ``ESC a``."""
        return _feed(lines)

    def cut_commands(self) -> bytes:
        """Return ``ESC d``; without a cutter, what brings the last line to the tear bar."""
        return _CUT.get(self.profile.cutter, _feed(_TEAR_OFF_LINES))


class StarEncoder(PrinterEncoder):
    """Encodes receipts for one Star printer."""

    language = "star"
    job = StarJob


_BARCODES = {
    BarcodeKind.UPC_A: 1,
    BarcodeKind.EAN8: 2,
    BarcodeKind.EAN13: 3,
    BarcodeKind.CODE39: 4,
    BarcodeKind.CODE128: 6,
}
_ALIGN = {
    Align.LEFT: b"\x1b\x1da\x00",
    Align.CENTRE: b"\x1b\x1da\x01",
    Align.RIGHT: b"\x1b\x1da\x02",
}
_CUT = {"full": b"\x1bd\x02", "partial": b"\x1bd\x03"}
_TEAR_OFF_LINES = 5  # from the print head to the tear bar of a printer without a cutter
_FEED_LINES_MAX = 127
# Page length 0 is endless paper. Leaving raster mode executes its end-of-document mode, which is to
# cut unless told otherwise: 1 is not to.
_RASTER_BEGIN = b"\x1b*rA\x1b*rP0\x00\x1b*rE1\x00"


def _feed(lines: int) -> bytes:
    """Return ``ESC a``, repeated where there are more lines than one command feeds."""
    times, rest = divmod(lines, _FEED_LINES_MAX)
    whole = bytes((0x1B, 0x61, _FEED_LINES_MAX)) * times
    return whole + (bytes((0x1B, 0x61, rest)) if rest else b"")

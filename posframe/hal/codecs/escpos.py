"""ESC/POS: laid-out lines of a receipt as the bytes one model of printer understands.

Pure: no input or output but reading a logo file once. Commands are those of the ESC/POS core, so
that clones understand them; which characters go to which code page is `escpos_text`'s business.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import attrs

from posframe.hal.codecs.escpos_text import KANJI_OFF, Face, PageWriter, repertoire
from posframe.hal.codecs.raster import load_picture, qr_picture, raster_commands
from posframe.kernel.domain.receipt import Align, BarcodeKind, ReceiptDocument, Section, Text
from posframe.kernel.domain.receipt_layout import (
    PLAIN,
    BarcodeLine,
    CutLine,
    FeedLine,
    Line,
    LogoLine,
    QrLine,
    Style,
    TextLine,
    layout,
)

if TYPE_CHECKING:
    from pathlib import Path

    from posframe.hal.profiles import PrinterProfile

INIT = b"\x1b@"


@attrs.frozen
class EncodedReceipt:
    """A receipt ready to be sent, and what the printer could not be made to print."""

    data: bytes = attrs.field(repr=False)
    lost: Mapping[str, int]
    """Characters printed as ``?``, with how often."""
    replaced: Mapping[str, int]
    """Characters printed as others that read the same, with how often."""
    missing_logos: tuple[str, ...] = ()
    """Logos that no file was found for, or whose file holds no picture."""


class ReceiptEncoder:
    """Encodes receipts for one printer. Logos are rasterised once and kept."""

    def __init__(self, profile: PrinterProfile, logos: Mapping[str, Path] | None = None) -> None:
        self.profile = profile
        self._characters = repertoire(profile)
        self._logo_files = dict(logos or {})
        self._logos: dict[str, bytes | None] = {}

    def encode(self, document: ReceiptDocument) -> EncodedReceipt:
        """Return the bytes that print ``document``, from ``ESC @`` to its cut."""
        face = Face(self._characters)
        lines = layout(document, self.profile.columns, face)
        return self.encode_lines(lines, document.language, face)

    def encode_lines(
        self, lines: Iterable[Line], language: str = "en", face: Face | None = None
    ) -> EncodedReceipt:
        """Return the bytes that print ``lines``, laid out with ``face``."""
        lines = tuple(lines)
        texts = [span.text for line in lines if type(line) is TextLine for span in line.spans]
        face = face or Face(self._characters)
        job = _Job(self.profile, PageWriter(self._characters, language), face)
        job.start(texts)
        missing = []
        for line in lines:
            if type(line) is TextLine:
                job.text(line)
            elif isinstance(line, LogoLine):
                picture = self._logo(line.name)
                job.picture(picture) if picture else missing.append(line.name)
            else:
                job.other(line)
        return EncodedReceipt(job.finish(), dict(face.lost), dict(face.replaced), tuple(missing))

    def unprintable(self, text: str) -> str:
        """Return the characters of ``text`` this printer lacks, to be said at start."""
        return self._characters.missing(text)

    def _logo(self, name: str) -> bytes | None:
        if name not in self._logos:
            self._logos[name] = self._rasterised(name)
        return self._logos[name]

    def _rasterised(self, name: str) -> bytes | None:
        if name not in self._logo_files:
            return None
        try:
            picture = load_picture(self._logo_files[name], self.profile.dots)
        except OSError:
            return None  # a receipt without its logo is still a receipt; the report names it
        return raster_commands(picture, self.profile.raster_rows_max)


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


_BARCODE_A = {
    BarcodeKind.UPC_A: 0,
    BarcodeKind.EAN13: 2,
    BarcodeKind.EAN8: 3,
    BarcodeKind.CODE39: 4,
}
_ALIGN = {Align.LEFT: b"\x1ba\x00", Align.CENTRE: b"\x1ba\x01", Align.RIGHT: b"\x1ba\x02"}
_CUT = {"partial": b"\x1dVB\x00", "full": b"\x1dVA\x00"}
_TEAR_OFF_LINES = 5  # from the print head to the tear bar of a printer without a cutter

# Bytes that QR versions 1 to 40 hold at correction level M (ISO/IEC 18004, table 7).
_QR_CAPACITY = (
    14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666,
    711, 779, 857, 911, 997, 1059, 1125, 1190, 1264, 1370, 1452, 1538, 1628, 1722, 1809, 1911, 1989,
    2099, 2213, 2331,
)  # fmt: skip


class _Job:
    """The bytes of one receipt in the making, with the state the printer is in."""

    def __init__(self, profile: PrinterProfile, writer: PageWriter, face: Face) -> None:
        self._profile = profile
        self._writer = writer
        self._face = face
        self._out: list[bytes] = []
        self._style = PLAIN
        self._align = Align.LEFT

    def start(self, texts: list[str]) -> None:
        self._out.append(INIT)
        if self._profile.kanji or self._profile.cancels_kanji:
            self._out.append(KANJI_OFF)
        self._out.append(self._writer.begin(texts))

    def finish(self) -> bytes:
        self._switch_style(PLAIN)
        self._switch_align(Align.LEFT)
        self._out.append(self._writer.end())
        return b"".join(self._out)

    def text(self, line: TextLine) -> None:
        if line.align is not self._align:
            self._switch_align(line.align)
        for span in line.spans:
            if span.style is not self._style:
                self._switch_style(span.style)
            self._out.append(self._writer.write(span.text))
        self._out.append(b"\n")

    def picture(self, commands: bytes) -> None:
        self._centred(commands)

    def other(self, line: Line) -> None:
        if isinstance(line, QrLine):
            self._qr(line.data)
        elif isinstance(line, BarcodeLine):
            self._barcode(line)
        elif isinstance(line, FeedLine):
            self._out.append(_feed(line.lines))
        elif isinstance(line, CutLine):
            self._out.append(_CUT.get(self._profile.cutter, _feed(_TEAR_OFF_LINES)))

    def _qr(self, data: str) -> None:
        version = bisect.bisect_left(_QR_CAPACITY, len(data.encode()))
        if version == len(_QR_CAPACITY):
            self._as_text(data)  # no QR code holds so much
            return
        modules = 21 + 4 * version + 8  # the quiet zone counts
        size = max(1, min(self._profile.qr_module_dots, self._profile.dots // modules))
        if self._profile.native_qr:
            self._centred(qr_commands(data, size))
        else:
            picture = qr_picture(data, self._profile.dots, size)
            self._centred(raster_commands(picture, self._profile.raster_rows_max))

    def _barcode(self, line: BarcodeLine) -> None:
        size = next((dots for dots in (3, 2) if _barcode_dots(line, dots) <= self._profile.dots), 0)
        if size and self._profile.native_barcodes:
            self._centred(barcode_commands(line.kind, line.data, size))
        else:
            self._as_text(line.data)

    def _as_text(self, data: str) -> None:
        """Print the data of a code that this printer cannot draw, so that it can be keyed."""
        section = Section("code", (Text(data, Align.CENTRE),))
        document = ReceiptDocument(sections=(section,))
        for line in layout(document, self._profile.columns, self._face):
            assert isinstance(line, TextLine), line
            self.text(line)

    def _centred(self, commands: bytes) -> None:
        self._switch_align(Align.CENTRE)
        self._out.append(commands)

    def _switch_align(self, align: Align) -> None:
        if align is not self._align:
            self._align = align
            self._out.append(_ALIGN[align])

    def _switch_style(self, style: Style) -> None:
        old, self._style = self._style, style
        if style.bold is not old.bold:
            self._out.append(b"\x1bE\x01" if style.bold else b"\x1bE\x00")
        if style.underline is not old.underline:
            self._out.append(b"\x1b-\x01" if style.underline else b"\x1b-\x00")
        if (style.width, style.height) != (old.width, old.height):
            self._out.append(bytes((0x1D, 0x21, (style.width - 1) << 4 | (style.height - 1))))


def _feed(lines: int) -> bytes:
    """Return ``ESC d``, repeated where there are more lines than one byte counts."""
    times, rest = divmod(lines, 255)
    return b"\x1bd\xff" * times + (bytes((0x1B, 0x64, rest)) if rest else b"")


def _barcode_dots(line: BarcodeLine, module_dots: int) -> int:
    """Return the width of a barcode with its quiet zones, in dots."""
    if line.kind is BarcodeKind.CODE128:
        modules = 11 * (len(line.data) + 2) + 13 + 20  # start, check, stop
    elif line.kind is BarcodeKind.CODE39:
        modules = 16 * (len(line.data) + 2) + 20  # wide bars are three modules at most
    else:
        modules = 95 + 18
    return modules * module_dots

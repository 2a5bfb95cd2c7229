"""Receipts as bytes, as far as all printer languages are alike: styles, codes that fit, logos.

Which commands say so is the business of `escpos` and `star`; which characters go to which code
page is `escpos_text`'s. Pure: no input or output but reading a logo file once.
"""

from __future__ import annotations

import bisect
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, ClassVar

import attrs

from posframe.hal.codecs.escpos_text import Face, PageWriter, repertoire
from posframe.hal.codecs.raster import Raster, has_cross, load_picture, qr_picture
from posframe.hal.profiles import require_language
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
    last_at: int = 0
    """Where the last command begins that shows on paper, between two whole commands."""


class ReceiptJob(ABC):
    """The bytes of one receipt in the making, with the state the printer is in."""

    def __init__(self, profile: PrinterProfile, writer: PageWriter, face: Face) -> None:
        self.profile = profile
        self._writer = writer
        self._face = face
        self._out: list[bytes] = []
        self._last = 0
        self._style = PLAIN
        self._align = Align.LEFT

    @abstractmethod
    def opening(self) -> bytes:
        """Return what puts the printer into the state that receipts begin in."""

    @abstractmethod
    def align_commands(self, align: Align) -> bytes:
        """Return what sets the alignment; at the beginning of a line only."""

    @abstractmethod
    def style_commands(self, old: Style, new: Style) -> bytes:
        """Return what changes the style of characters."""

    @abstractmethod
    def qr_commands(self, data: str, module_dots: int) -> bytes:
        """Return what draws a QR code with correction level M."""

    @abstractmethod
    def barcode_commands(self, kind: BarcodeKind, data: str, module_dots: int) -> bytes:
        """Return what draws a barcode with its characters below; empty: it cannot be drawn."""

    @staticmethod
    @abstractmethod
    def picture_commands(picture: Raster, profile: PrinterProfile) -> bytes:
        """Return what draws a picture in the middle of the paper."""

    @abstractmethod
    def feed_commands(self, lines: int) -> bytes:
        """Return what leaves ``lines`` blank."""

    @abstractmethod
    def cut_commands(self) -> bytes:
        """Return what ends this piece of paper as the printer can."""

    def start(self, texts: list[str], prologue: bytes) -> None:
        """Begin a receipt that holds ``texts``."""
        self._out += (self.opening(), prologue, self._writer.begin(texts))

    def finish(self) -> tuple[bytes, int]:
        """Return all bytes, and where the last visible command begins."""
        last_at = sum(map(len, self._out[: self._last]))
        self._switch_style(PLAIN)
        self._switch_align(Align.LEFT)
        self._out.append(self._writer.end())
        return b"".join(self._out), last_at

    def text(self, line: TextLine) -> None:
        """Add a line of text."""
        self._last = len(self._out)
        if line.align is not self._align:
            self._switch_align(line.align)
        for span in line.spans:
            if span.style is not self._style:
                self._switch_style(span.style)
            self._out.append(self._writer.write(span.text))
        self._out.append(b"\n")

    def picture(self, commands: bytes) -> None:
        """Add a picture, as `picture_commands` returned it."""
        self._centred(commands)

    def other(self, line: Line) -> None:
        """Add anything but text and logos."""
        if isinstance(line, QrLine):
            self._qr(line.data)
        elif isinstance(line, BarcodeLine):
            self._barcode(line)
        elif isinstance(line, FeedLine):
            self._show(self.feed_commands(line.lines))
        elif isinstance(line, CutLine):
            self._show(self.cut_commands())

    def _qr(self, data: str) -> None:
        version = bisect.bisect_left(_QR_CAPACITY, len(data.encode()))
        if version == len(_QR_CAPACITY):
            self._as_text(data)  # no QR code holds so much
            return
        modules = 21 + 4 * version + 8  # the quiet zone counts
        size = max(1, min(self.profile.qr_module_dots, self.profile.dots // modules))
        if self.profile.native_qr and not has_cross(data):
            self._centred(self.qr_commands(data, size))
        else:
            picture = qr_picture(data, self.profile.dots, size)
            self._centred(self.picture_commands(picture, self.profile))

    def _barcode(self, line: BarcodeLine) -> None:
        size = next((dots for dots in (3, 2) if _barcode_dots(line, dots) <= self.profile.dots), 0)
        drawable = size and self.profile.native_barcodes
        commands = self.barcode_commands(line.kind, line.data, size) if drawable else b""
        if commands:
            self._centred(commands)
        else:
            self._as_text(line.data)

    def _as_text(self, data: str) -> None:
        """Print the data of a code that this printer cannot draw, so that it can be keyed."""
        section = Section("code", (Text(data, Align.CENTRE),))
        document = ReceiptDocument(sections=(section,))
        for line in layout(document, self.profile.columns, self._face):
            assert isinstance(line, TextLine), line
            self.text(line)

    def _centred(self, commands: bytes) -> None:
        self._switch_align(Align.CENTRE)
        self._show(commands)

    def _show(self, commands: bytes) -> None:
        self._last = len(self._out)
        self._out.append(commands)

    def _switch_align(self, align: Align) -> None:
        if align is not self._align:
            self._align = align
            self._out.append(self.align_commands(align))

    def _switch_style(self, style: Style) -> None:
        if style != self._style:
            old, self._style = self._style, style
            self._out.append(self.style_commands(old, style))


class PrinterEncoder:
    """Encodes receipts for one printer. Logos are rasterised once and kept."""

    language: ClassVar[str]
    job: ClassVar[type[ReceiptJob]]

    def __init__(
        self,
        profile: PrinterProfile,
        logos: Mapping[str, Path] | None = None,
        *,
        prologue: bytes = b"",
    ) -> None:
        """``prologue`` follows what each receipt begins with, for settings that this resets.

        Raises:
            ConfigurationError: the printer of ``profile`` obeys another language.
        """
        require_language(profile, self.language)
        self.profile = profile
        self._characters = repertoire(profile)
        self._prologue = prologue
        self._logo_files = dict(logos or {})
        self._logos: dict[str, bytes | None] = {}

    def encode(self, document: ReceiptDocument) -> EncodedReceipt:
        """Return the bytes that print ``document``, from its initialising to its cut."""
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
        job = self.job(self.profile, PageWriter(self._characters, language), face)
        job.start(texts, self._prologue)
        missing = []
        for line in lines:
            if type(line) is TextLine:
                job.text(line)
            elif isinstance(line, LogoLine):
                picture = self._logo(line.name)
                job.picture(picture) if picture else missing.append(line.name)
            else:
                job.other(line)
        data, last_at = job.finish()
        return EncodedReceipt(data, dict(face.lost), dict(face.replaced), tuple(missing), last_at)

    def unprintable(self, text: str) -> str:
        """Return the characters of ``text`` this printer lacks, each once."""
        return self._characters.missing(text)

    @property
    def has_logos(self) -> bool:
        """Whether there is anything to `rasterise_logos`."""
        return bool(self._logo_files)

    def rasterise_logos(self) -> None:
        """Make every logo ready now: the first one takes a tenth of a second."""
        for name in self._logo_files:
            self._logo(name)

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
        return self.job.picture_commands(picture, self.profile)


# Bytes that QR versions 1 to 40 hold at correction level M (ISO/IEC 18004, table 7).
_QR_CAPACITY = (
    14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666,
    711, 779, 857, 911, 997, 1059, 1125, 1190, 1264, 1370, 1452, 1538, 1628, 1722, 1809, 1911, 1989,
    2099, 2213, 2331,
)  # fmt: skip


def _barcode_dots(line: BarcodeLine, module_dots: int) -> int:
    """Return the width of a barcode with its quiet zones, in dots."""
    if line.kind is BarcodeKind.CODE128:
        modules = 11 * (len(line.data) + 2) + 13 + 20  # start, check, stop
    elif line.kind is BarcodeKind.CODE39:
        modules = 16 * (len(line.data) + 2) + 20  # wide bars are three modules at most
    else:
        modules = 95 + 18
    return modules * module_dots

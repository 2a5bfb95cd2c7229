"""What a Star printer in software puts on paper, command by command.

Its body, its status and its buffer are `star_printer`'s business, where commands end that of
`star_commands`. Written from the maker's command specification.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import attrs

from posframe.hal.simulators.escpos_paper import (
    BarcodeItem,
    Kick,
    PrintedReceipt,
    QrItem,
    RasterItem,
)
from posframe.hal.simulators.print_head import PrintHead
from posframe.hal.simulators.printer_device import LINE_DOTS
from posframe.hal.simulators.star_commands import ENTER_RASTER, QUIT_RASTER, ROW

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe.hal.simulators.escpos_commands import Token
    from posframe.hal.simulators.escpos_paper import PaperItem

RECEIPTS_KEPT_MAX = 200
STAR_PAGES = {
    0: "cp437", 1: "cp437", 4: "cp858", 5: "cp852", 6: "cp860", 7: "cp861", 8: "cp863", 9: "cp865",
    10: "cp866", 11: "cp855", 12: "cp857", 13: "cp862", 14: "cp864", 15: "cp737", 17: "cp869",
    21: "cp874", 32: "cp1252", 33: "cp1250", 34: "cp1251",
}  # fmt: skip
_BARCODES = (
    "UPC-E", "UPC-A", "EAN-8", "EAN-13", "CODE39", "ITF", "CODE128", "CODE93", "CODABAR",
)  # fmt: skip
CUTTING_MODES = frozenset({b"0", b"8", b"9", b"12", b"13"})
"""End-of-document modes of raster mode that cut the paper; 0 is the usual one, 13."""


class VirtualStarPrinter:
    """Obeys commands. Everything it made is in ``receipts``, ``kicks`` and ``paper``."""

    def __init__(
        self,
        *,
        columns: int = 48,
        on_receipt: Callable[[PrintedReceipt], None] | None = None,
        on_kick: Callable[[Kick], None] | None = None,
    ) -> None:
        self.columns = columns
        self.receipts: deque[PrintedReceipt] = deque(maxlen=RECEIPTS_KEPT_MAX)
        self.kicks: deque[Kick] = deque(maxlen=RECEIPTS_KEPT_MAX)
        self._on_receipt = on_receipt
        self._on_kick = on_kick
        self._mechanism = _Mechanism(columns, self._receipt, self._kicked)

    @property
    def paper(self) -> list[PaperItem]:
        """What has been printed since the last cut."""
        return self._mechanism.paper

    @property
    def unknown(self) -> list[bytes]:
        """The latest commands that were skipped."""
        return list(self._mechanism.unknown)

    def obey(self, token: Token) -> None:
        """Do what one whole command says."""
        self._mechanism.obey(token)

    def drop_line(self) -> None:
        """Forget what waits on the line, as a printer whose buffers are cleared does."""
        self._mechanism.drop_line()

    def tear_off(self) -> None:
        """Take the paper as it is, as a person does at a printer without a cutter."""
        self._mechanism.end_receipt(cut=False)

    def text(self) -> str:
        """Return everything legible that was printed."""
        now = PrintedReceipt(tuple(self.paper), self.columns, b"").text() if self.paper else ""
        return "".join([*(receipt.text() for receipt in self.receipts), now])

    def _receipt(self, receipt: PrintedReceipt) -> None:
        self.receipts.append(receipt)
        if self._on_receipt:
            self._on_receipt(receipt)

    def _kicked(self, kick: Kick) -> None:
        self.kicks.append(kick)
        if self._on_kick:
            self._on_kick(kick)


class _Mechanism(PrintHead):
    """Does what each command says."""

    def __init__(
        self,
        columns: int,
        on_receipt: Callable[[PrintedReceipt], None],
        on_kick: Callable[[Kick], None],
    ) -> None:
        super().__init__(columns, on_receipt)
        self.unknown: deque[bytes] = deque(maxlen=RECEIPTS_KEPT_MAX)
        self.code = _Code()
        self._on_kick = on_kick
        self._pulse = (200, 200)
        self._rows: list[bytes] = []
        self._ends_by_cutting = True

    def obey(self, token: Token) -> None:
        name, body, known = token
        self.raw += name + body
        action = _ACTIONS.get(name)
        if not name and known:
            self.place(body.decode(self.code.encoding, "replace"))
        elif action and known:
            action(self, body)
        elif not known or name not in _WITHOUT_EFFECT:
            self.unknown.append(name + body[:16])
        self.tear_off_endless()

    def init(self) -> None:
        """Start afresh; paper printed before it is a receipt that was torn off, not cut."""
        self.end_receipt(cut=False)
        self.reset()
        self.code = _Code()

    def cut(self, body: bytes) -> None:
        if body[0] % 48 >= 2:
            self.feed_dots(3 * LINE_DOTS)  # up to the cutter
        self.end_receipt(cut=True)

    def set_pulse(self, body: bytes) -> None:
        self._pulse = (body[0] * 10, body[1] * 10)

    def kick(self, pin: int) -> None:
        self._on_kick(Kick(pin, *(self._pulse if pin == 2 else (200, 200))))

    def page(self, body: bytes) -> None:
        if body[0] not in STAR_PAGES:
            self.unknown.append(b"\x1b\x1dt" + body)
        self.code.encoding = STAR_PAGES.get(body[0], "cp437")

    def enter_raster(self) -> None:
        self.flush_line()
        self._rows.clear()
        self._ends_by_cutting = True

    def row(self, body: bytes) -> None:
        self._rows.append(body)

    def quit_raster(self) -> None:
        if not self._rows:
            return
        width = max(map(len, self._rows))
        rows = b"".join(row.ljust(width, b"\x00") for row in self._rows)
        if width:
            self.draw(RasterItem(width, len(self._rows), rows))  # at the left, always
        self._rows.clear()
        if self._ends_by_cutting:
            self.end_receipt(cut=True)

    def barcode(self, body: bytes) -> None:
        kind, under, mode, height = body[0] % 48, body[1] % 48, body[2] % 48, body[3]
        if kind >= len(_BARCODES):
            self.unknown.append(b"\x1bb" + body[:16])
            return
        readable = under in {2, 4}
        name = _BARCODES[kind]
        self.draw(BarcodeItem(name, body[4:-1], height, mode + 1, readable, self.align))

    def qr(self) -> None:
        code = self.code
        if code.data:
            self.draw(QrItem(code.data, code.module_dots, code.correction, self.align))

    def set_end_of_document(self, body: bytes) -> None:
        self._ends_by_cutting = body[:-1] in CUTTING_MODES


@attrs.define
class _Code:
    """What ``ESC @`` resets, the look of characters aside."""

    encoding: str = "cp437"
    module_dots: int = 3
    correction: str = "L"
    data: bytes = b""


def _set(field: str, value: Callable[[bytes], object]) -> Callable[[_Mechanism, bytes], None]:
    return lambda printer, body: setattr(printer.code, field, value(body))


def _size(printer: _Mechanism, body: bytes) -> None:
    height, width = (min(each % 48, 5) + 1 for each in body)
    printer.change_look(width=width, height=height)


_ACTIONS: dict[bytes, Callable[[_Mechanism, bytes], None]] = {
    b"\x0a": lambda printer, _: printer.end_line(),
    b"\x1ba": lambda printer, body: printer.feed_lines(body[0]),
    b"\x1bJ": lambda printer, body: printer.feed_dots(body[0] * 2),
    b"\x1b@": lambda printer, _: printer.init(),
    b"\x1bd": _Mechanism.cut,
    b"\x1b\x07": _Mechanism.set_pulse,
    b"\x07": lambda printer, _: printer.kick(2),
    b"\x1c": lambda printer, _: printer.kick(2),
    b"\x1a": lambda printer, _: printer.kick(5),
    b"\x19": lambda printer, _: printer.kick(5),
    b"\x1b\x1dt": _Mechanism.page,
    b"\x1b\x1da": lambda printer, body: printer.align_to(body[0] % 48),
    b"\x1bE": lambda printer, _: printer.change_look(bold=True),
    b"\x1bF": lambda printer, _: printer.change_look(bold=False),
    b"\x1b-": lambda printer, body: printer.change_look(underline=bool(body[0] & 1)),
    b"\x1b4": lambda printer, _: printer.change_look(reverse=True),
    b"\x1b5": lambda printer, _: printer.change_look(reverse=False),
    b"\x1bi": _size,
    ENTER_RASTER: lambda printer, _: printer.enter_raster(),
    QUIT_RASTER: lambda printer, _: printer.quit_raster(),
    ROW: _Mechanism.row,
    b"\x1b*rE": _Mechanism.set_end_of_document,
    b"\x1bb": _Mechanism.barcode,
    b"\x1b\x1dyS1": _set("correction", lambda body: "LMQH"[body[0] & 3]),
    b"\x1b\x1dyS2": _set("module_dots", lambda body: body[0]),
    b"\x1b\x1dyD1": _set("data", lambda body: body[3:]),
    b"\x1b\x1dyP": lambda printer, _: printer.qr(),
}
# Obeyed by doing nothing that shows: model of QR code, line spacing, raster page, pitch.
_WITHOUT_EFFECT = frozenset(
    (
        b"\x0d", b"\x1e", b"\x1b\x1dyS0", b"\x1b*rP", b"\x1b*rR", b"\x1b*rC", b"\x1b*rF",
        b"\x1b*rQ", b"\x1bR", b"\x1bz", b"\x1b0", b"\x1bM", b"\x1bP", b"\x1b:", b"\x1b ", b"\x1b/",
        b"\x1b\x1eF", b"\x1b\x1ed", b"\x1b\x1er",
    )
)  # fmt: skip

"""A receipt printer in software: obeys ESC/POS bytes and keeps the paper that comes out.

It knows the wire and nothing else: no codec of ours is imported, so that a mistake in one is seen
by the other. Writing receipts to a folder, drawing them and listening on a port belong to
`receipt_folder`, `receipt_picture` and `serving`.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import attrs

from posframe.hal.simulators.escpos_commands import Token, Tokenizer
from posframe.hal.simulators.escpos_paper import (
    BarcodeItem,
    Kick,
    PaperItem,
    PrintedReceipt,
    QrItem,
    RasterItem,
)
from posframe.hal.simulators.print_head import PrintHead

if TYPE_CHECKING:
    from collections.abc import Callable

EPSON_PAGES = {
    0: "cp437", 2: "cp850", 3: "cp860", 4: "cp863", 5: "cp865", 13: "cp857", 14: "cp737",
    15: "iso8859-7", 16: "cp1252", 17: "cp866", 18: "cp852", 19: "cp858", 32: "cp720", 33: "cp775",
    34: "cp855", 35: "cp861", 36: "cp862", 38: "cp869", 39: "iso8859-2", 40: "iso8859-15",
    44: "cp1125", 45: "cp1250", 46: "cp1251", 47: "cp1253", 48: "cp1254", 49: "cp1255",
    50: "cp1256", 51: "cp1257", 52: "cp1258",
}  # fmt: skip
"""Code page numbers as Epson publishes them; other makers number theirs otherwise."""

RECEIPTS_KEPT_MAX = 200


class VirtualPrinter:
    """Obeys what it is fed. Everything it made is in ``receipts``, ``kicks`` and ``paper``."""

    def __init__(
        self,
        *,
        columns: int = 48,
        starts_in_kanji: bool = False,
        on_receipt: Callable[[PrintedReceipt], None] | None = None,
        on_kick: Callable[[Kick], None] | None = None,
    ) -> None:
        self.columns = columns
        self.receipts: deque[PrintedReceipt] = deque(maxlen=RECEIPTS_KEPT_MAX)
        self.kicks: deque[Kick] = deque(maxlen=RECEIPTS_KEPT_MAX)
        self._on_receipt = on_receipt
        self._on_kick = on_kick
        self._tokens = Tokenizer()
        self._mechanism = _Mechanism(columns, starts_in_kanji, self._receipt, self._kicked)

    @property
    def paper(self) -> list[PaperItem]:
        """What has been printed since the last cut."""
        return self._mechanism.paper

    @property
    def unknown(self) -> list[bytes]:
        """The latest commands and control bytes that were skipped."""
        return list(self._mechanism.unknown)

    def feed(self, data: bytes) -> bytes:
        """Obey ``data``, in pieces of any size; return what the printer answers."""
        for token in self._tokens.feed(data):
            self.obey(token)
        return self._mechanism.answers()

    def obey(self, token: Token) -> None:
        """Do what one whole command says; who takes the bytes apart answers for it, too."""
        self._mechanism.obey(token)

    def drop_line(self) -> None:
        """Forget what waits on the line, as a printer whose buffers are cleared does."""
        self._mechanism.drop_line()

    def tear_off(self) -> None:
        """Take the paper as it is, as a person does at a printer without a cutter."""
        self._mechanism.end_receipt(cut=False)

    def text(self) -> str:
        """Return everything legible that was printed: finished receipts, then the paper in work."""
        current = PrintedReceipt(tuple(self.paper), self.columns, b"").text() if self.paper else ""
        return "".join([*(receipt.text() for receipt in self.receipts), current])

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
        starts_in_kanji: bool,  # noqa: FBT001 - made in one place, above
        on_receipt: Callable[[PrintedReceipt], None],
        on_kick: Callable[[Kick], None],
    ) -> None:
        super().__init__(columns, on_receipt)
        self.unknown: deque[bytes] = deque(maxlen=RECEIPTS_KEPT_MAX)
        self.state = _State(kanji=starts_in_kanji)
        self._on_kick = on_kick
        self._starts_in_kanji = starts_in_kanji
        self._replies = bytearray()
        self._half = b""  # the first byte of a double-byte character

    def obey(self, token: Token) -> None:
        name, body, known = token
        self.raw += name + body
        action = _ACTIONS.get(name)
        if not name:
            self.print(body)
        elif action and known:
            action(self, body)
        elif not known or name not in _WITHOUT_EFFECT:
            self.unknown.append(name + body[:16])
        self.tear_off_endless()

    def answers(self) -> bytes:
        replies = bytes(self._replies)
        self._replies.clear()
        return replies

    def print(self, data: bytes) -> None:
        for text, double in self._decoded(data):
            self.place(text, double=double)

    def _decoded(self, data: bytes) -> list[tuple[str, bool]]:
        if not self.state.kanji:
            return [(data.decode(self.state.encoding, "replace"), False)]
        pieces = []
        at = 0
        data = self._half + data
        self._half = b""
        while at < len(data):
            length = 1 if data[at] < 0x81 else 2
            if at + length > len(data):
                self._half = data[at:]
                break
            pieces.append((data[at : at + length].decode("gb18030", "replace"), length == 2))
            at += length
        return pieces

    def end_line(self) -> None:
        super().end_line()
        self._half = b""

    def init(self) -> None:
        """Start afresh; paper printed before it is a receipt that was torn off, not cut."""
        self.flush_line()
        if self.paper:
            torn_at = len(self.raw) - 2  # the ESC @ itself belongs to the next receipt
            raw, self.raw = self.raw[torn_at:], self.raw[:torn_at]
            self.end_receipt(cut=False)
            self.raw = raw
        self.reset()
        self.state = _State(kanji=self._starts_in_kanji)

    def cut(self) -> None:
        self.end_receipt(cut=True)

    def kick(self, body: bytes) -> None:
        pin = 5 if body[0] in (1, 49) else 2
        self._on_kick(Kick(pin, body[1] * 2, body[2] * 2))

    def real_time_request(self, body: bytes) -> None:
        if body[0] == 1:  # a pulse; the others clear buffers or switch off, of which there are none
            self._on_kick(Kick(5 if body[1] == 1 else 2, body[2] * 100, body[2] * 100))

    def page(self, body: bytes) -> None:
        encoding = EPSON_PAGES.get(body[0])
        if encoding is None:
            self.unknown.append(b"\x1bt" + body)
        self.state.encoding = encoding or "cp437"

    def kanji_on(self, _: bytes) -> None:
        self.state.kanji = True

    def kanji_off(self, _: bytes) -> None:
        self.state.kanji = False

    def mode(self, body: bytes) -> None:
        bits = body[0]
        self.change_look(
            small=bool(bits & 1),
            bold=bool(bits & 8),
            height=2 if bits & 16 else 1,
            width=2 if bits & 32 else 1,
            underline=bool(bits & 128),
        )

    def size(self, body: bytes) -> None:
        self.change_look(width=(body[0] >> 4 & 7) + 1, height=(body[0] & 7) + 1)

    def raster(self, body: bytes) -> None:
        row_bytes = int.from_bytes(body[1:3], "little")
        rows = int.from_bytes(body[3:5], "little")
        if row_bytes and rows:
            self.draw(RasterItem(row_bytes, rows, body[5:], self.align))

    def barcode(self, body: bytes) -> None:
        kind = _BARCODES_A.get(body[0]) or _BARCODES_B.get(body[0])
        if kind is None:
            self.unknown.append(b"\x1dk" + body[:16])
            return
        data = body[2:] if body[0] >= 65 else body[1:-1]
        if kind == "CODE128":
            data = data.removeprefix(b"{B").replace(b"{{", b"{")  # set B is as readable as ASCII
        state = self.state
        self.draw(
            BarcodeItem(
                kind, data, state.bar_height, state.bar_module, state.bar_readable, self.align
            )
        )

    def two_dimensional(self, body: bytes) -> None:
        code, function, rest = body[2:3], body[3:4], body[4:]
        state = self.state
        if code != b"1":
            self.unknown.append(b"\x1d(k" + body[:16])
        elif function == b"C":
            state.qr_module = rest[0]
        elif function == b"E":
            state.qr_correction = "LMQH"[(rest[0] - 48) & 3]
        elif function == b"P":
            state.qr_data = rest[1:]
        elif function == b"Q" and state.qr_data:
            self.draw(QrItem(state.qr_data, state.qr_module, state.qr_correction, self.align))

    def answer(self, reply: bytes) -> None:
        self._replies += reply

    def process_id(self, body: bytes) -> None:
        if body[2:4] == b"00":
            self.answer(b"7\x22" + body[4:8] + b"\x00")  # reply unverified on a real printer


@attrs.define
class _State:
    """What ESC @ resets."""

    kanji: bool
    encoding: str = "cp437"
    bar_height: int = 162
    bar_module: int = 3
    bar_readable: bool = False
    qr_module: int = 3
    qr_correction: str = "L"
    qr_data: bytes = b""


def _set(field: str, value: Callable[[bytes], object]) -> Callable[[_Mechanism, bytes], None]:
    return lambda printer, body: setattr(printer.state, field, value(body))


def _looks(field: str) -> Callable[[_Mechanism, bytes], None]:
    return lambda printer, body: printer.change_look(**{field: bool(body[0] & 1)})


_BARCODES_A = dict(enumerate(("UPC-A", "UPC-E", "EAN-13", "EAN-8", "CODE39", "ITF", "CODABAR")))
_BARCODES_B = {
    65: "UPC-A", 66: "UPC-E", 67: "EAN-13", 68: "EAN-8", 69: "CODE39", 70: "ITF", 71: "CODABAR",
    72: "CODE93", 73: "CODE128", 74: "GS1-128",
}  # fmt: skip

_ACTIONS: dict[bytes, Callable[[_Mechanism, bytes], None]] = {
    b"\x0a": lambda printer, _: printer.end_line(),
    b"\x1bJ": lambda printer, body: printer.feed_dots(body[0]),
    b"\x1bd": lambda printer, body: printer.feed_lines(body[0]),
    b"\x1b@": lambda printer, _: printer.init(),
    b"\x1dV": lambda printer, _: printer.cut(),
    b"\x1bi": lambda printer, _: printer.cut(),
    b"\x1bm": lambda printer, _: printer.cut(),
    b"\x1bp": _Mechanism.kick,
    b"\x10\x14": _Mechanism.real_time_request,
    b"\x1bt": _Mechanism.page,
    b"\x1c&": _Mechanism.kanji_on,
    b"\x1c.": _Mechanism.kanji_off,
    b"\x1ba": lambda printer, body: printer.align_to(body[0] % 48),
    b"\x1b!": _Mechanism.mode,
    b"\x1d!": _Mechanism.size,
    b"\x1bE": _looks("bold"),
    b"\x1bG": _looks("bold"),
    b"\x1b-": lambda printer, body: printer.change_look(underline=body[0] in (1, 2, 49, 50)),
    b"\x1bM": _looks("small"),
    b"\x1dB": _looks("reverse"),
    b"\x1dv0": _Mechanism.raster,
    b"\x1dk": _Mechanism.barcode,
    b"\x1dh": _set("bar_height", lambda body: body[0]),
    b"\x1dw": _set("bar_module", lambda body: body[0]),
    b"\x1dH": _set("bar_readable", lambda body: body[0] % 48 != 0),
    b"\x1d(k": _Mechanism.two_dimensional,
    b"\x1d(H": _Mechanism.process_id,
    b"\x10\x04": lambda printer, _: printer.answer(b"\x12"),  # online, closed, paper
    b"\x1dr": lambda printer, _: printer.answer(b"\x00"),
    b"\x1da": lambda printer, body: printer.answer(b"\x10\x00\x00\x00" if body[0] else b""),
}
# Obeyed by doing nothing that shows: line spacing, peripherals, margins, the font of bar text.
_WITHOUT_EFFECT = frozenset(
    (
        b"\x0d",
        b"\x0c",
        b"\x18",
        b"\x1b2",
        b"\x1b3",
        b"\x1b=",
        b"\x1bR",
        b"\x1bS",
        b"\x1b{",
        b"\x1bB",
    )
) | frozenset(
    (b"\x1df", b"\x1db", b"\x1dL", b"\x1dW", b"\x1c!", b"\x1cW", b"\x1c-", b"\x1cS", b"\x10\x05")
)

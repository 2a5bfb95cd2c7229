"""A Star printer in software with its body: status, real-time commands, buffer, drawer.

Written from the maker's command specification; what commands print is `star_head`'s business.

Quirks: ``mute`` never answers; ``short`` sends a status of 7 bytes, without the counter of ``ETB``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.hal.simulators.printer_device import (
    BODY_OPTIONS,
    LINE_DOTS,
    Body,
    PrinterDevice,
    body_from,
)
from posframe.hal.simulators.simulator import SimulatorSpec
from posframe.hal.simulators.star_commands import ROW, StarTokenizer
from posframe.hal.simulators.star_head import VirtualStarPrinter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from posframe.hal.simulators.escpos_commands import Token

QUIRKS = frozenset({"mute", "short"})


class StarDevice(PrinterDevice):
    """One Star printer."""

    printer: VirtualStarPrinter

    def __init__(self, body: Body | None = None) -> None:
        super().__init__(body or Body())
        self.printer = VirtualStarPrinter(
            columns=self.body.columns, on_receipt=self.printed, on_kick=self.kicked
        )
        self.counter = 0
        """``ETB`` executed, modulo 32."""
        self._tokens = StarTokenizer()
        self._automatic = False
        self._told = b""
        self._counted = False

    def receive(self, data: bytes) -> bytes:
        """Take bytes apart, obeying real-time commands on their way."""
        answers = bytearray()
        if not self._tokens.waiting:
            data = data.lstrip(b"\x00")  # means nothing alone
        for token in self._tokens.feed(data):
            if token.name in _AT_ONCE:
                answers += self.work() + _AT_ONCE[token.name](self)
            else:
                self.enqueue(token)
        return bytes(answers) + self.work()

    def obey(self, token: Token) -> bytes:
        """Do what one command says; return what is answered."""
        if token.name == b"\x17":
            self.counter = (self.counter + 1) % 32
            self._counted = True
            self._told = b""
        elif token.name == b"\x18":
            self.printer.drop_line()
            self.counter, self._counted = 0, False
        elif token.name == b"\x1b\x1eE":
            self.counter, self._counted = 0, False
        elif token.name == b"\x1b\x1ea":
            self._automatic, self._told = bool(token.body[0] & 1), b""
        elif token.name != b"\x00":
            self.printer.obey(token)
        return b""

    def dots(self, token: Token) -> int:
        """Return the paper that a command takes; codes are counted roughly."""
        measure = _DOTS.get(token.name)
        return measure(token.body) if measure and token.known else 0

    def news(self) -> bytes:
        """Return the status block, if it has changed."""
        if not self._automatic or self._told == self._block():
            return b""
        return self._status()

    def forget(self) -> None:
        """Drop the command that is half received, and what was set by commands."""
        self._tokens = StarTokenizer()
        self._automatic, self.counter, self._counted = False, 0, False

    def _status(self) -> bytes:
        block = self._block()
        self._counted = False  # told once
        self._told = self._block()
        return block

    def _block(self) -> bytes:
        paper = {"ok": 0, "near end": 0x04, "out": 0x0C}[self.paper]
        third = (
            self._counted << 1
            | self.pin_high << 2
            | self.is_blocked << 3
            | self.cover_open << 5
        )  # fmt: skip
        counter = (self.counter & 7) << 1 | (self.counter & 0x18) << 2
        status = (third, self.cutter_jammed << 3, 0, paper, 0, counter, 0)
        if "short" in self.body.quirks:
            return bytes((0x0F, 0x02, *status[:5]))
        return bytes((0x23, 0x06, *status))

    def _enquiry(self) -> bytes:
        jam = self.cutter_jammed << 5
        return bytes((jam,))  # ENQ: a byte with bit 4 clear

    def _paper_enquiry(self) -> bytes:
        return bytes((0x10 | (self.paper == "out") << 5,))  # EOT: a byte with bit 4 set

    def _restart(self) -> bytes:
        self.clear()
        self.forget()
        return b""


_AT_ONCE: dict[bytes, Callable[[StarDevice], bytes]] = {
    b"\x1b\x06\x01": StarDevice._status,  # noqa: SLF001 - its own table
    b"\x1b\x06\x18": StarDevice._restart,  # noqa: SLF001
    b"\x05": StarDevice._enquiry,  # noqa: SLF001
    b"\x04": StarDevice._paper_enquiry,  # noqa: SLF001
}


_DOTS: dict[bytes, Callable[[bytes], int]] = {
    b"\x0a": lambda _: LINE_DOTS,
    b"\x1ba": lambda body: body[0] * LINE_DOTS,
    b"\x1bJ": lambda body: body[0] * 2,
    b"\x1bb": lambda body: body[3] + LINE_DOTS,
    b"\x1b\x1dyP": lambda _: 8 * LINE_DOTS,
    b"\x1bd": lambda body: 3 * LINE_DOTS if body[0] % 48 >= 2 else 0,
    ROW: lambda _: 1,
}


def _make(options: Mapping[str, str]) -> StarDevice:
    return StarDevice(body_from(options, QUIRKS))


SIMULATOR = SimulatorSpec(
    name="star",
    title="Star receipt printer in Star Line Mode with its drawer",
    make=_make,
    options={**BODY_OPTIONS, "quirks": f"comma between them: {', '.join(sorted(QUIRKS))}"},
)

"""An ESC/POS printer in software with its body: status, real-time commands, buffer, drawer.

Written from the command reference's tables. Real-time commands are obeyed as they arrive, wherever
in the data they stand, and remain data where they stand in a picture. ``ESC @`` ends the automatic
status, as the reference says of it.

Quirks: ``mute`` never answers, ``no_asb`` tells nothing by itself, ``deaf`` obeys real-time
commands between other commands only; ``no_clear``, ``no_process_id`` and ``no_gs_r`` lack these.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from posframe.hal.simulators.escpos_commands import Token, Tokenizer
from posframe.hal.simulators.escpos_printer import VirtualPrinter
from posframe.hal.simulators.printer_device import (
    BODY_OPTIONS,
    LINE_DOTS,
    Body,
    PrinterDevice,
    body_from,
)
from posframe.hal.simulators.simulator import SimulatorSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

QUIRKS = frozenset({"mute", "no_asb", "deaf", "no_clear", "no_process_id", "no_gs_r"})
MAKER = b"_posframe\x00"
"""The answer to ``GS I 66``."""

_CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
_REAL_TIME = re.compile(
    rb"\x10\x04[\x01-\x04]|\x10\x05[\x01\x02]|\x10\x14\x01[\x00\x01][\x01-\x08]"
    rb"|\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
)
_REAL_TIME_BYTES_MAX = 10
# Obeyed as they arrive, or as padding: in their turn they mean nothing.
_SPENT = frozenset((b"\x10\x04", b"\x10\x05", b"\x10\x14", b"\x00"))


class EscposDevice(PrinterDevice):
    """One ESC/POS printer."""

    printer: VirtualPrinter

    def __init__(self, body: Body | None = None) -> None:
        super().__init__(body or Body())
        self.printer = VirtualPrinter(
            columns=self.body.columns, on_receipt=self.printed, on_kick=self.kicked
        )
        self.clears = 0
        """How often a host had it drop what was not printed."""
        self._tokens = Tokenizer()
        self._tail = b""
        self._automatic = False
        self._told = b""

    def receive(self, data: bytes) -> bytes:
        """Take bytes apart, obeying real-time commands on their way."""
        answers = bytearray()
        seen = self._tail + data
        at = len(self._tail)
        searched = 0
        for found in _REAL_TIME.finditer(seen):
            searched = found.end()
            answers += self._take(seen[at:searched], found.group())
            at = searched
        answers += self._take(seen[at:])
        rest = seen[max(searched, len(seen) - _REAL_TIME_BYTES_MAX + 1) :]
        self._tail = rest[rest.find(b"\x10") :] if b"\x10" in rest else b""
        return bytes(answers)

    def obey(self, token: Token) -> bytes:
        """Do what one command says; return what is answered."""
        if token.name in _SPENT:
            return b""
        if token.name in _ANSWERED:
            return _ANSWERED[token.name](self, token.body)
        if token.name == b"\x1b@":
            self._automatic = False
        self.printer.obey(token)
        return b""

    def dots(self, token: Token) -> int:
        """Return the paper that a command takes; codes are counted roughly."""
        measure = _DOTS.get(token.name)
        return measure(token.body) if measure and token.known else 0

    def news(self) -> bytes:
        """Return the four bytes of automatic status, if they have changed."""
        status = self._status()
        if not self._automatic or status == self._told:
            return b""
        self._told = status
        return status

    def forget(self) -> None:
        """Drop the command that is half received, and what was set by commands."""
        self._tokens = Tokenizer()
        self._tail = b""
        self._automatic = False

    def _take(self, data: bytes, request: bytes = b"") -> bytes:
        """Put ``data`` into the buffer; obey ``request``, its last bytes, as they arrive."""
        heard = request and not ("deaf" in self.body.quirks and self._tokens.waiting)
        if heard and request[1:3] == _CLEAR[1:3] and "no_clear" not in self.body.quirks:
            data = data.removesuffix(request)  # ends the command it stands in, is no part of it
        if not self._tokens.waiting:
            data = data.lstrip(b"\x00")  # means nothing alone
        for token in self._tokens.feed(data):
            self.enqueue(token)
        answers = self.work()
        return answers + (self._at_once(request) if heard else b"") + self.news()

    def _at_once(self, request: bytes) -> bytes:
        kind, n = request[1], request[2]
        if kind == 0x04:
            return bytes((self._real_time_status(n),))
        if kind == 0x05:
            self.cutter_jammed = False
            return self._drop() if n == 2 else self.work()
        if n == 1:
            times = bytes((request[3], request[4] * 50, request[4] * 50))  # in steps of 2 ms
            self.printer.obey(Token(b"\x1bp", times))
            return b""
        if "no_clear" in self.body.quirks:
            return b""
        return self._drop() + b"7\x25\x00"

    def _drop(self) -> bytes:
        self.clears += 1
        self.clear()
        self._tokens = Tokenizer()
        return b""

    def _real_time_status(self, n: int) -> int:
        blocked = self.is_blocked
        if n == 1:
            return 0x12 | (0x04 if self.pin_high else 0) | (0x08 if blocked else 0)
        if n == 2:
            paper = 0x20 if self.paper == "out" else 0
            return 0x12 | (0x04 if self.cover_open else 0) | paper | (self.cutter_jammed << 6)
        if n == 3:
            return 0x12 | (self.cutter_jammed << 3)
        return 0x12 | {"ok": 0, "near end": 0x0C, "out": 0x60}[self.paper]

    def _status(self) -> bytes:
        first = 0x10 | self.pin_high << 2 | self.is_blocked << 3 | self.cover_open << 5
        roll = {"ok": 0, "near end": 0x03, "out": 0x0C}[self.paper]
        return bytes((first, self.cutter_jammed << 3, roll, 0))

    def _set_automatic(self, body: bytes) -> bytes:
        self._automatic = body[0] != 0 and "no_asb" not in self.body.quirks
        self._told = b""
        return b""  # told at once, as news

    def _in_order(self, body: bytes) -> bytes:
        if "no_gs_r" in self.body.quirks:
            return b""
        if body[0] in (1, 49):
            return {"ok": b"\x00", "near end": b"\x03", "out": b"\x0c"}[self.paper]
        return bytes((self.pin_high,)) if body[0] in (2, 50) else b""

    def _process_id(self, body: bytes) -> bytes:
        if body[2:4] != b"00" or "no_process_id" in self.body.quirks:
            return b""
        return b"7\x22" + body[4:8] + b"\x00"

    def _identify(self, body: bytes) -> bytes:
        return MAKER if body[0] == 66 else b""


def _qr_dots(body: bytes) -> int:
    return 8 * LINE_DOTS if body[2:4] == b"1Q" else 0


_ANSWERED: dict[bytes, Callable[[EscposDevice, bytes], bytes]] = {
    b"\x1da": EscposDevice._set_automatic,  # noqa: SLF001 - its own table
    b"\x1dr": EscposDevice._in_order,  # noqa: SLF001
    b"\x1d(H": EscposDevice._process_id,  # noqa: SLF001
    b"\x1dI": EscposDevice._identify,  # noqa: SLF001
}
_DOTS: dict[bytes, Callable[[bytes], int]] = {
    b"\x0a": lambda _: LINE_DOTS,
    b"\x1bJ": lambda body: body[0],
    b"\x1bd": lambda body: body[0] * LINE_DOTS,
    b"\x1dv0": lambda body: int.from_bytes(body[3:5], "little"),
    b"\x1dk": lambda _: 4 * LINE_DOTS,
    b"\x1d(k": _qr_dots,
    b"\x1dV": lambda _: 2 * LINE_DOTS,
}


def _make(options: Mapping[str, str]) -> EscposDevice:
    return EscposDevice(body_from(options, QUIRKS))


SIMULATOR = SimulatorSpec(
    name="escpos",
    title="ESC/POS receipt printer with its drawer",
    make=_make,
    options={
        **BODY_OPTIONS,
        "quirks": f"comma between them: {', '.join(sorted(QUIRKS))}",
    },
)

"""The body of a receipt printer in software: roll, cover, cutter, drawer, buffer and power.

A printer that cannot print keeps what it has received and goes on by itself when a person has seen
to it; so does the half of a command that a broken line left behind. What bytes mean, and how the
state is told, is the business of the languages: `escpos_device`, `star_printer`.
"""

from __future__ import annotations

import io
from abc import abstractmethod
from collections import deque
from typing import TYPE_CHECKING, Protocol

import attrs

from posframe.errors import ConfigurationError, DataError
from posframe.hal.simulators.simulator import Act, Simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from posframe.hal.simulators.escpos_commands import Token
    from posframe.hal.simulators.escpos_paper import Kick, PaperItem, PrintedReceipt

LINE_DOTS = 30
"""A line of text with its spacing."""
XON, XOFF = b"\x11", b"\x13"
VIEW_LINES_MAX = 12


@attrs.frozen(kw_only=True)
class Body:
    """How one simulated printer is built."""

    columns: int = 48
    roll_lines: int = 2000
    """Lines on a new roll."""
    near_lines: int = 60
    """Lines left from which the near-end sensor tells."""
    speed: int = 0
    """Lines a second; 0: at once."""
    buffer_bytes: int = 4096
    flow: bool = False
    """Whether a full buffer is told by XOFF, as on a serial line."""
    sensor: str = "high_open"
    """What the sensor line of the drawer says when it is open; ``none``: it has no sensor."""
    quirks: frozenset[str] = frozenset()


class Printing(Protocol):
    """What prints: `escpos_printer.VirtualPrinter` and its Star twin."""

    columns: int
    receipts: deque[PrintedReceipt]
    kicks: deque[Kick]

    @property
    def paper(self) -> list[PaperItem]:
        """What has been printed since the last cut."""

    @property
    def unknown(self) -> list[bytes]:
        """The latest commands that were skipped."""

    def drop_line(self) -> None:
        """Forget what waits on the line."""

    def text(self) -> str:
        """Return everything legible that was printed."""


class PrinterDevice(Simulator):
    """A receipt printer with everything a person can do to it."""

    printer: Printing

    def __init__(self, body: Body) -> None:
        self.body = body
        self.power = True
        self.cover_open = False
        self.cutter_jammed = False
        self.drawer_open = False
        self.drawer_stuck = False
        self.roll_dots = body.roll_lines * LINE_DOTS
        """Paper that is left."""
        self.whole_receipts = 0
        """Receipts that were cut, and came from beginning to end on one connection.

        One whose cut was completed by the first bytes of the next connection is none.
        """
        self._connection = 0
        self._begun_on = 0
        self._obeying = 0
        self._queue: deque[tuple[Token, int, int]] = deque()
        self._waiting_bytes = 0
        self._free_s = 0.0
        self._stopped = False
        self._now_s = 0.0

    @abstractmethod
    def receive(self, data: bytes) -> bytes:
        """Take bytes apart and `enqueue` them; return what is answered at once."""

    @abstractmethod
    def obey(self, token: Token) -> bytes:
        """Do what one command says; return what is answered."""

    @abstractmethod
    def dots(self, token: Token) -> int:
        """Return the paper that a command takes."""

    @abstractmethod
    def news(self) -> bytes:
        """Return what is told by itself, if anything has changed."""

    @abstractmethod
    def forget(self) -> None:
        """Drop the command that is half received, and what was set by commands."""

    @property
    def paper(self) -> str:
        """``ok``, ``near end`` or ``out``."""
        if self.roll_dots <= 0:
            return "out"
        return "near end" if self.roll_dots <= self.body.near_lines * LINE_DOTS else "ok"

    @property
    def is_blocked(self) -> bool:
        """Whether something keeps it from printing."""
        return not self.power or self.cover_open or self.cutter_jammed or self.paper == "out"

    @property
    def pin_high(self) -> bool:
        """The level of the drawer's sensor line; without a sensor it stays low."""
        if self.body.sensor == "none":
            return False
        return self.drawer_open is (self.body.sensor == "high_open")

    @property
    def busy(self) -> bool:
        """Whether the receive buffer is full: whoever serves it stops reading from its line."""
        return self._waiting_bytes >= self.body.buffer_bytes

    @property
    def room_bytes(self) -> int | None:  # type: ignore[override] # a property in place of an attribute
        """As much as fits its buffer, until that is full: the last piece it takes whole."""
        return 0 if self.busy else self.body.buffer_bytes

    def feed(self, data: bytes, now_s: float) -> bytes:
        """Take bytes from the host; return what is answered at once."""
        self._now_s = now_s
        if not self.power:
            return b""
        return self._sent(self.receive(data))

    def connected(self, now_s: float) -> bytes:
        """Note that a host has opened the line; half a command waits for its rest all the same."""
        self._now_s = now_s
        self._connection += 1
        return b""

    def due_s(self) -> float | None:
        """Return when the next line is printed."""
        return self._free_s if self._queue and not self.is_blocked else None

    def tick(self, now_s: float) -> bytes:
        """Print what there was time for."""
        self._now_s = now_s
        return self._sent(self.work())

    def enqueue(self, token: Token) -> None:
        """Put a command into the receive buffer."""
        if not self._queue:
            self._free_s = max(self._free_s, self._now_s)
        size = len(token.name) + len(token.body)
        self._queue.append((token, size, self._connection))
        self._waiting_bytes += size

    def work(self) -> bytes:
        """Obey what waits, as far as paper and time go."""
        answers = bytearray(self.news())
        while self._queue and not self.is_blocked and self._now_s >= self._free_s:
            token, size, connection = self._queue.popleft()
            self._waiting_bytes -= size
            answers += self._obeyed(token, connection)
            self._use(self.dots(token))
            answers += self.news()
        return bytes(answers)

    def clear(self) -> None:
        """Drop what was not printed."""
        self._queue.clear()
        self._waiting_bytes = 0
        self.printer.drop_line()

    def kicked(self, kick: Kick) -> None:
        """Open the drawer, unless it is stuck."""
        del kick
        self.drawer_open = self.drawer_open or not self.drawer_stuck

    def printed(self, receipt: PrintedReceipt) -> None:
        """Count a receipt that has come out."""
        self.whole_receipts += receipt.cut and self._begun_on == self._obeying

    def acts(self) -> Mapping[str, Act]:
        """Return what a person can do to the printer."""
        return {
            "paper": Act("paper LINES | out | new, as paper 20", self._act(self._change_paper)),
            "cover": Act("cover open | close", self._act(self._move_cover)),
            "drawer": Act("drawer open | close | stuck | free", self._act(self._move_drawer)),
            "cutter": Act("cutter jam | clear", self._act(self._jam_cutter)),
            "power": Act("power off | on", self._act(self._switch)),
        }

    def view(self) -> tuple[str, ...]:
        """Return the printer's state as short lines."""
        if not self.power:
            return ("off",)
        lines = self.roll_dots // LINE_DOTS
        jam = ", cutter stuck" if self.cutter_jammed else ""
        state = (
            f"paper {self.paper}, {lines} lines left",
            f"cover {'open' if self.cover_open else 'closed'}{jam}",
            f"drawer {'open' if self.drawer_open else 'closed'}, {len(self.printer.kicks)} pulses",
            f"{len(self.printer.receipts)} receipts, {self._waiting_bytes} bytes waiting",
        )
        return (*state, *self.text().splitlines()[-VIEW_LINES_MAX:])

    def text(self) -> str:
        """Return everything legible that was printed."""
        return self.printer.text()

    def html(self) -> str:
        """Return a page with everything that was printed."""
        from posframe.hal.simulators.receipt_html import page

        return page(self._receipts())

    def png(self) -> bytes:
        """Return a picture of the newest receipt, the one in work included; needs Pillow.

        Raises:
            DataError: nothing was printed.
        """
        from posframe.hal.simulators.receipt_picture import draw

        receipts = self._receipts()
        if not receipts:
            raise DataError("Nothing was printed")
        file = io.BytesIO()
        draw(receipts[-1]).save(file, "png")
        return file.getvalue()

    def _receipts(self) -> list[PrintedReceipt]:
        from posframe.hal.simulators.escpos_paper import PrintedReceipt

        paper = tuple(self.printer.paper)
        now = [PrintedReceipt(paper, self.printer.columns, b"", cut=False)] if paper else []
        return [*self.printer.receipts, *now]

    def _obeyed(self, token: Token, connection: int) -> bytes:
        blank, self._obeying = not self.printer.paper, connection
        answers = self.obey(token)
        if blank and self.printer.paper:
            self._begun_on = connection
        return answers

    def _use(self, dots: int) -> None:
        self.roll_dots = max(0, self.roll_dots - dots)
        if self.body.speed:
            self._free_s += dots / (self.body.speed * LINE_DOTS)

    def _sent(self, answers: bytes) -> bytes:
        if self.body.flow and self.busy is not self._stopped and (self.busy or self._has_room):
            self._stopped = self.busy
            answers += XOFF if self.busy else XON
        return b"" if "mute" in self.body.quirks else answers

    @property
    def _has_room(self) -> bool:
        return self._waiting_bytes <= self.body.buffer_bytes // 2

    def _act(self, do: Callable[[str], None]) -> Callable[[str, float], bytes]:
        def act(words: str, now_s: float) -> bytes:
            self._now_s = now_s
            if self.is_blocked:
                self._free_s = max(self._free_s, now_s)
            do(words)
            return self._sent(self.work()) if self.power else b""

        return act

    def _change_paper(self, words: str) -> None:
        if words in {"out", "new"}:
            self.roll_dots = self.body.roll_lines * LINE_DOTS if words == "new" else 0
        elif words.isdecimal() and len(words) < 7:
            self.roll_dots = int(words) * LINE_DOTS
        else:
            raise _meaningless("paper", words, "20, out, new")

    def _move_cover(self, words: str) -> None:
        self.cover_open = _either("cover", words, "open", "close")

    def _jam_cutter(self, words: str) -> None:
        self.cutter_jammed = _either("cutter", words, "jam", "clear")

    def _move_drawer(self, words: str) -> None:
        if words in {"open", "close"}:
            self.drawer_open = words == "open"
        else:
            self.drawer_stuck = _either("drawer", words, "stuck", "free")

    def _switch(self, words: str) -> None:
        self.power = _either("power", words, "on", "off")
        if not self.power:
            self.clear()
            self.forget()


def _either(act: str, words: str, yes: str, no: str) -> bool:
    if words not in {yes, no}:
        raise _meaningless(act, words, f"{yes}, {no}")
    return words == yes


def _meaningless(act: str, words: str, possible: str) -> DataError:
    return DataError(f"{act} {words!r} means nothing", hint=f"one of: {possible}")


BODY_OPTIONS = {
    "columns": "columns of its paper, 48",
    "roll": "lines on a new roll, 2000",
    "near": "lines left from which the near-end sensor tells, 60",
    "speed": "lines a second; 0, as it is left out: at once",
    "buffer": "bytes of its receive buffer, 4096",
    "flow": "yes: tells by XOFF that the buffer is full",
    "sensor": "high_open, low_open or none: what the drawer's sensor says when it is open",
    "quirks": "comma between them: mute (never answers), no_asb (tells nothing by itself)",
}


def body_from(options: Mapping[str, str], quirks: frozenset[str]) -> Body:
    """Return the body that options, which are text, ask for.

    Raises:
        ConfigurationError: an option is unknown or cannot be read.
    """
    found: dict[str, object] = {}
    for name, value in options.items():
        if name in _NUMBERS and value.isdecimal() and len(value) < 7:
            found[_NUMBERS[name]] = int(value)
        elif name == "flow" and value in {"yes", "no"}:
            found["flow"] = value == "yes"
        elif name == "sensor" and value in {"high_open", "low_open", "none"}:
            found["sensor"] = value
        elif name == "quirks" and quirks.issuperset(value.split(",")):
            found["quirks"] = frozenset(value.split(","))
        else:
            raise ConfigurationError(
                f"A simulated printer cannot have {name}={value}",
                hint="; ".join(f"{each}: {words}" for each, words in BODY_OPTIONS.items()),
            )
    if found.get("buffer_bytes") == 0:
        raise ConfigurationError("A printer without a buffer takes nothing", hint="write buffer=1")
    if not 8 <= int(str(found.get("columns", 48))) <= 256:
        raise ConfigurationError(
            f"Paper of {found['columns']} columns cannot be", hint="write 8 to 256"
        )
    return Body(**found)  # type: ignore[arg-type] # each was read as its field's type


_NUMBERS = {
    "columns": "columns",
    "roll": "roll_lines",
    "near": "near_lines",
    "speed": "speed",
    "buffer": "buffer_bytes",
}

"""What displays in software have in common: a glass, a table of commands, and a count of garbage.

The tables themselves stand with each dialect.
"""

from __future__ import annotations

import codecs
from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Mapping

import attrs

from posframe.errors import ConfigurationError
from posframe.hal.simulators.given_options import check_names
from posframe.hal.simulators.glass import Glass
from posframe.hal.simulators.simulator import Act, Simulator

OPTIONS = {
    "columns": "characters in a row; 20 if left out",
    "rows": "rows of the glass; 2 if left out",
    "encoding": "the character table at power-up; cp437 if left out",
}
"""What each option that all these simulators have means."""
CR = b"\r"
SHOWN_MAX = 1000


@attrs.frozen
class Command:
    """What follows the fixed bytes of a command, and what it does with that."""

    do: Callable[[bytes], None]
    size: int = 0
    """Bytes of parameters."""
    text_max: int = 0
    """More than none: text up to CR follows instead, of so many bytes at most."""


class DisplaySimulator(Simulator):
    """A customer display. It does not notice that its line was cut: half a command stays half."""

    def __init__(self, glass: Glass) -> None:
        self.glass = glass
        self.garbage = 0
        """Bytes that meant nothing."""
        self.passed = bytearray()
        """Bytes that went on to a device behind the display."""
        self.shown: deque[tuple[str, ...]] = deque([glass.lines()], maxlen=SHOWN_MAX)
        """What could be read, the latest last."""
        self._held = b""
        self._now_s = 0.0
        self._table = self.table()

    @abstractmethod
    def table(self) -> Mapping[bytes, Command]:
        """Return the commands it obeys now, by their fixed bytes."""

    def text(self, code: int) -> None:
        """Take one byte that belongs to no command."""
        if code < 0x20:
            self.garbage += 1
        else:
            self.glass.put(code)

    def unknown(self, data: bytes) -> None:
        """Take what begins as a command and is none."""
        self.garbage += len(data)

    def obeys(self, name: bytes) -> bool:
        """Return whether a command of the table is done just now; its bytes are taken anyway."""
        del name
        return True

    def jump(self, column: int, row: int) -> None:
        """Move the cursor; places beyond the glass are garbage."""
        if not self.glass.goto(column, row):
            self.garbage += 1

    def dim(self, level: bytes) -> None:
        """Set the brightness, 1 to 4."""
        if 1 <= level[0] <= 4:
            self.glass.brightness = level[0]
        else:
            self.garbage += 1

    def becomes(self, **fields: object) -> Command:
        """Return a command without parameters that sets fields of the glass."""

        def do(_: bytes) -> None:
            for name, value in fields.items():
                setattr(self.glass, name, value)

        return Command(do)

    def feed(self, data: bytes, now_s: float) -> bytes:
        """Take bytes from the host, in pieces of any size; such displays answer nothing."""
        self._now_s = now_s
        self.glass.tick(now_s)
        self._held += data
        while self._held and self._took():
            pass
        if self.glass.lines() != self.shown[-1]:
            self.shown.append(self.glass.lines())
        return b""

    def due_s(self) -> float | None:
        """Return when `tick` is due next; None: not before something happens."""
        return self.glass.scrolls_at_s

    def tick(self, now_s: float) -> bytes:
        """Let time pass until ``now_s``."""
        self.glass.tick(now_s)
        return b""

    def acts(self) -> Mapping[str, Act]:
        """Return what a person can do to the display, by name."""
        return {"power": Act("power, as power: off and on again", self._power)}

    def view(self) -> tuple[str, ...]:
        """Return the glass as text, and what the display could make nothing of."""
        notes = [f"{self.garbage} bytes of garbage"] if self.garbage else []
        if self.passed:
            notes.append(f"{len(self.passed)} bytes passed on")
        return (*self.glass.view(), *notes)

    def restarted(self) -> None:
        """Be as at power-up."""
        self.glass.reset()
        self._held = b""
        self._table = self.table()

    def write_both(self, data: bytes) -> None:
        """Write both rows at once; the lower one begins behind the twentieth character."""
        self.glass.write_row(1, data[:20])
        self.glass.write_row(2, data[20:])

    def scroll(self, data: bytes) -> None:
        """Let text run through the upper row."""
        self.glass.scroll(data, self._now_s)

    def _power(self, words: str, now_s: float) -> bytes:
        del words, now_s
        self.restarted()
        return b""

    def _took(self) -> bool:
        """Take the next command or byte; False where more of it must come first."""
        held = self._held
        for length in range(min(3, len(held)), 0, -1):
            command = self._table.get(held[:length])
            if command is not None:
                return self._took_command(command, length)
        if any(len(name) > len(held) and name.startswith(held) for name in self._table):
            return False
        if held[0] < 0x20 and any(len(name) > 1 and name[0] == held[0] for name in self._table):
            self._held = held[2:]
            self.unknown(held[:2])
        else:
            self._held = held[1:]
            self.text(held[0])
        return True

    def _took_command(self, command: Command, length: int) -> bool:
        rest = self._held[length:]
        if command.text_max:
            end = rest.find(CR, 0, command.text_max + 1)
            if end < 0 and len(rest) <= command.text_max:
                return False
            if end < 0:  # no row is so long: its end was lost
                self.garbage += length + command.text_max
                self._held = rest[command.text_max :]
                return True
            taken, after = rest[:end], rest[end + 1 :]
        elif len(rest) < command.size:
            return False
        else:
            taken, after = rest[: command.size], rest[command.size :]
        name, self._held = self._held[:length], after
        if self.obeys(name):
            command.do(taken)
        return True


def glass_of(given: Mapping[str, str], known: Mapping[str, str] = OPTIONS) -> Glass:
    """Return a glass as its options say.

    Raises:
        ConfigurationError: one is not among ``known``, or cannot be read.
    """
    check_names(given, known)
    encoding = given.get("encoding", "cp437")
    try:
        codecs.lookup(encoding)
        columns, rows = int(given.get("columns", "20")), int(given.get("rows", "2"))
    except (ValueError, LookupError) as error:
        raise ConfigurationError(
            f"The display's options cannot be read: {error}",
            hint="write columns=20, rows=2, encoding=cp437",
        ) from error
    if not (1 <= columns <= 80 and 1 <= rows <= 8):
        raise ConfigurationError(
            f"No display has {rows} rows of {columns} characters", hint="write columns=20, rows=2"
        )
    return Glass(columns, rows, encoding)

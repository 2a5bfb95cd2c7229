"""A customer display in software with the CD5220 command set and its trap.

Once a whole row was written it obeys other rows, a clear and nothing else; what it ignores is
counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.hal.simulators.display import OPTIONS, Command, DisplaySimulator, glass_of
from posframe.hal.simulators.glass import MODES, Glass
from posframe.hal.simulators.simulator import SimulatorSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROW_BYTES_MAX = 20
SCROLL_BYTES_MAX = 40
_CLEARS = (b"\x0c", b"\x18")
_STRINGS = (b"\x1bQA", b"\x1bQB")


class Cd5220Simulator(DisplaySimulator):
    """See the module."""

    def __init__(self, glass: Glass) -> None:
        self.strings = False
        """In string mode: deaf to most commands."""
        self.ignored = 0
        """Commands and characters that string mode made it deaf to."""
        super().__init__(glass)

    def table(self) -> Mapping[bytes, Command]:
        """Return the commands it obeys now, by their fixed bytes."""
        glass = self.glass
        modes = {
            b"\x1b" + bytes((0x10 + at,)): self.becomes(mode=mode)
            for at, mode in enumerate(MODES, 1)
        }
        return modes | {
            b"\x0c": Command(lambda _: self._clear(glass.clear)),
            b"\x18": Command(lambda _: self._clear(glass.clear_row)),
            b"\x0b": Command(lambda _: self.jump(1, 1)),
            b"\r": Command(lambda _: self.jump(1, glass.row)),
            b"\x1b@": Command(lambda _: glass.reset()),
            b"\x1bl": Command(lambda place: self.jump(*place), size=2),
            b"\x1b_": Command(self._show_cursor, size=1),
            b"\x1b*": Command(self.dim, size=1),
            b"\x1bt": Command(lambda _: None, size=1),
            b"\x1fE": Command(lambda steps: setattr(glass, "blink", steps[0]), size=1),
            b"\x1f@": Command(lambda _: None),
            b"\x1bQA": Command(lambda data: self._row(1, data), text_max=ROW_BYTES_MAX),
            b"\x1bQB": Command(lambda data: self._row(2, data), text_max=ROW_BYTES_MAX),
            b"\x1bQD": Command(self.scroll, text_max=SCROLL_BYTES_MAX),
        }

    def obeys(self, name: bytes) -> bool:
        """Return whether a command of the table is done just now; its bytes are taken anyway."""
        deaf = self.strings and name not in (*_CLEARS, *_STRINGS)
        self.ignored += deaf
        if self.glass.scrolls_at_s is not None and not deaf:  # any command ends scrolling text
            self.glass.write_row(1, b"")
            self.glass.goto(1, 1)
        return not deaf

    def text(self, code: int) -> None:
        """Take one byte that belongs to no command."""
        if self.strings:
            self.ignored += 1
        else:
            super().text(code)

    def view(self) -> tuple[str, ...]:
        """Return the glass as text, and what the display could make nothing of."""
        notes = ["string mode"] if self.strings else []
        if self.ignored:
            notes.append(f"{self.ignored} commands ignored")
        return (*super().view(), *notes)

    def restarted(self) -> None:
        """Be as at power-up."""
        self.strings = False
        super().restarted()

    def _clear(self, clear: Callable[[], None]) -> None:
        self.strings = False
        clear()

    def _row(self, row: int, data: bytes) -> None:
        self.strings = True
        self.glass.write_row(row, data)

    def _show_cursor(self, shown: bytes) -> None:
        self.glass.cursor_shown = shown[0] == 1


def _make(given: Mapping[str, str]) -> Cd5220Simulator:
    return Cd5220Simulator(glass_of(given))


SIMULATOR = SimulatorSpec(
    name="cd5220", title="Customer display, CD5220", make=_make, options=OPTIONS
)

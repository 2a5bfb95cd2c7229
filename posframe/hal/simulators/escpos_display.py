"""A customer display in software that speaks ESC/POS, with a printer behind it if wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.hal.simulators.display import OPTIONS, Command, DisplaySimulator, glass_of
from posframe.hal.simulators.given_options import truth
from posframe.hal.simulators.glass import MODES, Glass
from posframe.hal.simulators.simulator import SimulatorSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLES = {
    0: "cp437", 2: "cp850", 3: "cp860", 4: "cp863", 5: "cp865", 16: "cp1252", 17: "cp866",
    18: "cp852", 19: "cp858",
}  # fmt: skip


class EscposDisplaySimulator(DisplaySimulator):
    """Obeys while it is selected; with a printer behind it, that one is selected at power-up."""

    def __init__(self, glass: Glass, *, shared: bool = False) -> None:
        self.shared = shared
        self.selected = not shared
        super().__init__(glass)

    def table(self) -> Mapping[bytes, Command]:
        """Return the commands it obeys now, by their fixed bytes."""
        select = {b"\x1b=": Command(self._select, size=1)}
        return {**self._commands(), **select} if self.selected else select

    def text(self, code: int) -> None:
        """Take one byte that belongs to no command."""
        if self.selected:
            super().text(code)
        else:
            self.passed.append(code)

    def unknown(self, data: bytes) -> None:
        """Take what begins as a command and is none."""
        if self.selected:
            super().unknown(data)
        else:
            self.passed += data

    def restarted(self) -> None:
        """Be as at power-up."""
        self.selected = not self.shared
        super().restarted()

    def _commands(self) -> dict[bytes, Command]:
        glass = self.glass
        return {
            b"\x0c": Command(lambda _: glass.clear()),
            b"\x18": Command(lambda _: glass.clear_row()),
            b"\x0b": Command(lambda _: self.jump(1, 1)),
            b"\r": Command(lambda _: self.jump(1, glass.row)),
            b"\x1b@": Command(lambda _: glass.reset()),
            b"\x1bt": Command(self._select_table, size=1),
            b"\x1bR": Command(lambda _: None, size=1),
            b"\x1f$": Command(lambda place: self.jump(*place), size=2),
            b"\x1fC": Command(self._show_cursor, size=1),
            b"\x1fX": Command(self.dim, size=1),
            b"\x1fE": Command(self._blink, size=1),
            b"\x1f@": Command(lambda _: None),
            **{b"\x1f" + bytes((at,)): self.becomes(mode=mode) for at, mode in enumerate(MODES, 1)},
        }

    def _select(self, which: bytes) -> None:
        self.selected = bool(which[0] & 2)
        self._table = self.table()

    def _select_table(self, number: bytes) -> None:
        if number[0] in TABLES:
            self.glass.encoding = TABLES[number[0]]
        else:
            self.garbage += 1

    def _show_cursor(self, shown: bytes) -> None:
        self.glass.cursor_shown = shown[0] in b"\x011"

    def _blink(self, steps: bytes) -> None:
        self.glass.blink = steps[0]


def _make(given: Mapping[str, str]) -> EscposDisplaySimulator:
    glass = glass_of(given, SIMULATOR.options)
    return EscposDisplaySimulator(glass, shared=truth(given, "shared"))


SIMULATOR = SimulatorSpec(
    name="escpos-display",
    title="Customer display, ESC/POS",
    make=_make,
    options={**OPTIONS, "shared": "yes: a printer is behind it on the same line; no if left out"},
)

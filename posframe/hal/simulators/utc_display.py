"""A customer display in software with the UTC command set, standard and enhanced.

In enhanced mode it passes on what does not begin with its attention code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.hal.simulators.display import OPTIONS, Command, DisplaySimulator, glass_of
from posframe.hal.simulators.given_options import choice
from posframe.hal.simulators.simulator import SimulatorSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from posframe.hal.simulators.glass import Glass

DATA_BYTES_MAX = 40
COLUMNS = 20


class UtcSimulator(DisplaySimulator):
    """In standard mode at power-up, unless told otherwise."""

    def __init__(
        self,
        glass: Glass,
        *,
        position: bytes = b"\x10",
        leave: bytes = b"\x0f",
        enhanced: bool = False,
    ) -> None:
        self._position, self._leave = position, leave
        self._begins_enhanced = self.enhanced = enhanced
        super().__init__(glass)

    def table(self) -> Mapping[bytes, Command]:
        """Return the commands it obeys now, by their fixed bytes."""
        return self._enhanced_table() if self.enhanced else self._standard_table()

    def text(self, code: int) -> None:
        """Take one byte that belongs to no command."""
        if self.enhanced:
            self.passed.append(code)
        else:
            super().text(code)

    def unknown(self, data: bytes) -> None:
        """Take what begins as a command and is none."""
        if self.enhanced:
            self.passed += data
        else:
            super().unknown(data)

    def restarted(self) -> None:
        """Be as at power-up."""
        self.enhanced = self._begins_enhanced
        super().restarted()

    def _standard_table(self) -> dict[bytes, Command]:
        glass = self.glass
        return {
            self._position: Command(self._at, size=1),
            b"\r": Command(lambda _: self.jump(1, glass.row)),
            b"\x11": self.becomes(mode="overwrite"),
            b"\x12": self.becomes(mode="vertical"),
            b"\x13": self.becomes(cursor_shown=True),
            b"\x14": self.becomes(cursor_shown=False),
            b"\x1bd": Command(lambda _: self._switch(enhanced=True)),
            b"\x1f": Command(lambda _: glass.reset()),
        }

    def _enhanced_table(self) -> dict[bytes, Command]:
        leaves = {b"\x0f": Command(self._left, size=1), b"\x1e": Command(self._left)}
        return {
            b"\x1buA": Command(lambda data: self.glass.write_row(1, data), text_max=DATA_BYTES_MAX),
            b"\x1buB": Command(lambda data: self.glass.write_row(2, data), text_max=DATA_BYTES_MAX),
            b"\x1buD": Command(self.scroll, text_max=DATA_BYTES_MAX),
            b"\x1buI": Command(self.write_both, text_max=DATA_BYTES_MAX),
            b"\x1b" + self._leave: leaves[self._leave],
        }

    def _switch(self, *, enhanced: bool) -> None:
        self.enhanced = enhanced
        self._table = self.table()

    def _left(self, _: bytes) -> None:
        self._switch(enhanced=False)

    def _at(self, place: bytes) -> None:
        row, column = divmod(place[0], COLUMNS)
        self.jump(column + 1, row + 1)


def _make(given: Mapping[str, str]) -> UtcSimulator:
    return UtcSimulator(
        glass_of(given, SIMULATOR.options),
        position=bytes.fromhex(choice(given, "position", "10", "0F")),
        leave=bytes.fromhex(choice(given, "leave", "0F", "1E")),
        enhanced=choice(given, "begins", "standard", "enhanced") == "enhanced",
    )


SIMULATOR = SimulatorSpec(
    name="utc",
    title="Customer display, UTC",
    make=_make,
    options={
        **OPTIONS,
        "position": "byte before a position, in hex: 10 or 0F",
        "leave": "byte after ESC that ends enhanced mode, in hex: 0F or 1E",
        "begins": "mode at power-up: standard or enhanced",
    },
)

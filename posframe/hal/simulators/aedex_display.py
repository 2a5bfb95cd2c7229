"""A customer display in software with the AEDEX or EMAX command set.

It passes on what does not begin with its two attention characters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.hal.simulators.display import OPTIONS, Command, DisplaySimulator, glass_of
from posframe.hal.simulators.given_options import truth
from posframe.hal.simulators.simulator import SimulatorSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from posframe.hal.simulators.glass import Glass

DATA_BYTES_MAX = 60


class AedexSimulator(DisplaySimulator):
    """``resets``: command A resets it, as on Logic Controls; else it scrolls text, as elsewhere."""

    def __init__(self, glass: Glass, *, resets: bool = True) -> None:
        self._resets = resets
        self.attention = b"!#"
        super().__init__(glass)
        glass.cursor_shown = False  # it has none

    def table(self) -> Mapping[bytes, Command]:
        """Return the commands it obeys now, by their fixed bytes."""
        commands = {
            b"1": lambda data: self.glass.write_row(1, data),
            b"2": lambda data: self.glass.write_row(2, data),
            b"4": self.scroll,
            b"8": self._change_attention,
            b"9": self.write_both,
            b"A": self._reset_or_scroll,
        }
        return {
            self.attention + name: Command(do, text_max=DATA_BYTES_MAX)
            for name, do in commands.items()
        }

    def text(self, code: int) -> None:
        """Take one byte that belongs to no command."""
        self.passed.append(code)

    def unknown(self, data: bytes) -> None:
        """Take what begins as a command and is none."""
        self.passed += data

    def restarted(self) -> None:
        """Be as at power-up."""
        self.attention = b"!#"
        super().restarted()
        self.glass.cursor_shown = False

    def _change_attention(self, data: bytes) -> None:
        if len(data) == 2:
            self.attention = data
            self._table = self.table()
        else:
            self.garbage += 1

    def _reset_or_scroll(self, data: bytes) -> None:
        if self._resets:
            self.glass.reset()
            self.glass.cursor_shown = False
            self._change_attention(b"!#")
        else:
            self.scroll(data)


def _make(given: Mapping[str, str]) -> AedexSimulator:
    glass = glass_of(given, SIMULATOR.options)
    return AedexSimulator(glass, resets=truth(given, "resets", default=True))


SIMULATOR = SimulatorSpec(
    name="aedex",
    title="Customer display, AEDEX or EMAX",
    make=_make,
    options={**OPTIONS, "resets": "what command A does; yes: reset, no: scroll its text"},
)

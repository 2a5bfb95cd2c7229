"""What has come out of a printer in software since somebody last looked: receipts, kicks, lines.

For whoever shows or keeps the paper. The printer itself keeps its latest receipts only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from posframe.hal.simulators.escpos_paper import PrintedReceipt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from posframe.hal.simulators.escpos_paper import Kick
    from posframe.hal.simulators.printer_device import Printing
    from posframe.hal.simulators.simulator import Simulator

CUT = "- - - - - - 8< - - - - - -"
TORN = "~ ~ ~ ~ ~ ~ ~ ~ ~ ~ ~ ~ ~"
T = TypeVar("T")


def printer_of(simulator: Simulator) -> Printing | None:
    """Return what prints in a simulator; None where nothing does."""
    printer: Any = getattr(simulator, "printer", None)
    return printer if hasattr(printer, "receipts") and hasattr(printer, "paper") else None


class PaperWatch:
    """Looks at one printer."""

    def __init__(self, printer: Printing) -> None:
        self._printer = printer
        self._receipt: PrintedReceipt | None = None
        self._kick: Kick | None = None
        self._lines = 0
        self._items = 0

    def kicks(self) -> list[Kick]:
        """Return the pulses to the drawer since the last call."""
        new = _since(self._printer.kicks, self._kick)
        self._kick = new[-1] if new else self._kick
        return new

    def receipts(self) -> list[PrintedReceipt]:
        """Return the receipts that were finished since the last call."""
        new = _since(self._printer.receipts, self._receipt)
        self._receipt = new[-1] if new else self._receipt
        return new

    def lines(self) -> list[str]:
        """Return the lines that were printed since the last call, finished or not.

        It counts as a call of `receipts`, too: one watch looks at lines or at receipts.
        """
        found: list[str] = []
        for receipt in self.receipts():
            found += (*receipt.text().splitlines()[self._lines :], CUT if receipt.cut else TORN)
            self._lines = self._items = 0
        paper = self._printer.paper
        if len(paper) != self._items:
            self._items = len(paper)
            now = PrintedReceipt(tuple(paper), self._printer.columns, b"").text().splitlines()
            found += now[self._lines :]
            self._lines = len(now)
        return found


def _since(kept: Iterable[T], last: T | None) -> list[T]:
    """Return what came after ``last``: all there is where that is no longer kept."""
    new: list[T] = []
    for each in reversed(tuple(kept)):
        if each is last:
            break
        new.insert(0, each)
    return new

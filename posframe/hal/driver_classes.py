"""What a driver of each device class can be asked; `driver` has what all have in common."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from posframe.hal.driver import Driver
from posframe.hal.errors import Unsupported

if TYPE_CHECKING:
    from posframe.hal.progress import Progress
    from posframe.hal.weights import Reading
    from posframe.kernel.domain.receipt import ReceiptDocument


class PrinterDriver(Driver):
    """A receipt printer."""

    @abstractmethod
    async def print_receipt(
        self, document: ReceiptDocument, progress: Progress, deadline_s: float
    ) -> str:
        """Print ``document``, keeping ``progress`` true at every await; return remarks.

        Ends with ``progress.confirmed`` where the device can confirm. Cancelled, it takes back what
        the device has not printed, where it can.

        Raises:
            DeviceError: it could not be finished; ``progress`` says how far it came.
        """

    def unprintable(self, text: str) -> str:
        """Return the characters of ``text`` this printer lacks, each once."""
        del text
        return ""


class DrawerDriver(Driver):
    """A cash drawer, at a printer's or a relay's connector."""

    @abstractmethod
    async def kick(self, progress: Progress, deadline_s: float) -> str:
        """Open the drawer; ``progress.confirmed`` only where a sensor saw it open."""

    @property
    def is_open(self) -> bool | None:
        """Whether the drawer stands open; None where no sensor tells."""
        return None


class DisplayDriver(Driver):
    """A customer display."""

    columns: int = 20
    rows: int = 2

    def unprintable(self, text: str) -> str:
        """Return the characters of ``text`` this display lacks, each once."""
        del text
        return ""

    @abstractmethod
    async def show(self, lines: tuple[str, ...]) -> None:
        """Show ``lines``, cut and padded to the display, in place of what stood there."""

    def distrust(self) -> None:
        """Take what stands on the glass as unknown: it may have lost its power meanwhile."""

    async def clear(self) -> None:
        """Blank the display."""
        await self.show(("",) * self.rows)


class ScaleDriver(Driver):
    """A scale."""

    poll_s: ClassVar[float] = 0.15
    """Rest between two readings while waiting for the load to settle."""
    refuses_same: ClassVar[bool] = False
    """Whether the scale itself refuses a load that was weighed already: it need not be watched."""

    @abstractmethod
    async def read(self, deadline_s: float) -> Reading:
        """Return what the scale says now; motion and overload are readings, not errors."""

    async def zero(self, deadline_s: float) -> None:
        """Set the empty platter to zero.

        Raises:
            Unsupported: this model has no such command.
        """
        raise _unsupported(self, "be set to zero from here")

    async def tare(self, grams: int | None, deadline_s: float) -> None:
        """Take off a known tare, or what lies on the platter (None).

        Raises:
            Unsupported: this model has no such command.
        """
        raise _unsupported(self, "take a tare from here")

    async def price(self, minor: int, text: str, deadline_s: float) -> None:
        """Show a unit price and a name at the scale, which then computes the amount.

        Raises:
            Unsupported: this model has no such command.
        """
        raise _unsupported(self, "show a price")


class InputDriver(Driver):
    """A scanner, card reader, key reader or keylock: everything it has to say are facts."""

    async def feedback(self, *, good: bool) -> None:
        """Beep or blink for a code that was taken, or refused; does nothing where it cannot."""

    async def enable(self, *, on: bool) -> None:
        """Let the device read, or not; does nothing where it cannot."""


class ToneDriver(Driver):
    """A beeper or lamp."""

    @abstractmethod
    async def sound(self, pattern: tuple[tuple[int, int], ...]) -> None:
        """Sound for each (on, off) pair of milliseconds."""


def _unsupported(driver: Driver, what: str) -> Unsupported:
    return Unsupported(f"{driver.setup.name} cannot {what}", hint="do it at the device itself")

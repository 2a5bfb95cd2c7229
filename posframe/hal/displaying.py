"""The customer display: always the latest value, shown again after each reconnect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio

from posframe.errors import DeviceError

if TYPE_CHECKING:
    from posframe.hal.supervisor import SupervisedDevice

SHOW_S = 3.0


class LatestDisplay:
    """Shows what it was last told; what it could not show in time is nobody's loss."""

    def __init__(self, device: SupervisedDevice) -> None:
        self.device = device
        self._lines: tuple[str, ...] | None = None
        self._changed = anyio.Event()

    @property
    def columns(self) -> int:
        """Cells of a row; the usual 20 while it is not connected."""
        return getattr(self.device.driver, "columns", 20)

    def show(self, lines: tuple[str, ...]) -> None:
        """Have ``lines`` shown soon, in place of what was; never waits, never fails."""
        if lines != self._lines:
            self._lines = lines
            self._changed.set()

    def again(self) -> None:
        """Show the latest value once more: the display came back blank."""
        if self._lines is not None:
            self._changed.set()

    async def run(self) -> None:
        """Show each new value until cancelled; values that came meanwhile are skipped."""
        while True:
            await self._changed.wait()
            self._changed = anyio.Event()
            lines = self._lines or ()
            try:
                await self.device.perform(lambda driver: driver.show(lines), deadline_s=SHOW_S)  # noqa: B023 - awaited here
            except DeviceError:
                continue  # its coming back shows the value then

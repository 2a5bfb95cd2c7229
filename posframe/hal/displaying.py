"""The customer display: always the latest value, shown again after each reconnect."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import anyio

if TYPE_CHECKING:
    from posframe.hal.driver_classes import DisplayDriver
    from posframe.hal.supervisor import SupervisedDevice

SHOW_S = 3.0
REDRAW_S = 60.0
"""A display that lost its power while its line stayed whole is not blank for longer than this."""


class LatestDisplay:
    """Shows what it was last told; what it could not show in time is nobody's loss."""

    def __init__(self, device: SupervisedDevice) -> None:
        self.device = device
        self._lines: tuple[str, ...] | None = None
        self._distrusted = False
        self._changed = anyio.Event()

    @property
    def columns(self) -> int:
        """Cells of a row; the usual 20 while it is not connected, whose driver then fits them."""
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
            with anyio.move_on_after(REDRAW_S) as rest:
                await self._changed.wait()
            if rest.cancelled_caught and (self._lines is None or not self.device.state.is_usable):
                continue
            self._distrusted = rest.cancelled_caught
            self._changed = anyio.Event()
            # Coming back it is shown again; of a bug in its driver the supervisor tells.
            with contextlib.suppress(Exception):
                await self.device.perform(self._show_latest, deadline_s=SHOW_S)

    async def _show_latest(self, driver: DisplayDriver) -> None:
        self._changed = anyio.Event()  # what came while this waited for its turn is shown now
        if self._distrusted:
            driver.distrust()
        await driver.show(self._lines or ())

"""A cash drawer on a relay board: a pulse that is always ended, and no word about the drawer.

A board that ends its pulse by itself, or opens at a single byte, has an empty ``off_hex``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Never

import anyio
import attrs

from posframe.hal.codecs.one_way import OneWay
from posframe.hal.codecs.relay import LCUS_OFF_HEX, LCUS_ON_HEX, command_bytes
from posframe.hal.driver import CANCEL_S, CodecDriver, DeviceSetup, DriverSpec
from posframe.hal.driver_classes import DrawerDriver
from posframe.hal.options import between
from posframe.hal.progress import Outcome
from posframe.hal.transports import TransportError

if TYPE_CHECKING:
    from posframe.hal.progress import Progress


@attrs.frozen(kw_only=True)
class Options:
    """Options of ``relay``."""

    on_hex: str = LCUS_ON_HEX
    """What switches the relay on, in hex; the default is that of LCUS boards."""
    off_hex: str = LCUS_OFF_HEX
    """What switches it off, in hex; empty for boards that end the pulse by themselves."""
    pulse_ms: int = attrs.field(default=200, validator=between(10, 1000))
    """How long it is on. A solenoid that is on for seconds burns out."""

    def __attrs_post_init__(self) -> None:
        command_bytes(self.off_hex)
        if not command_bytes(self.on_hex):
            raise ValueError("on_hex= is empty: write what switches the relay on, in hex")


class RelayDrawer(CodecDriver[Never], DrawerDriver):
    """A drawer whose solenoid a relay pulls."""

    def __init__(self, setup: DeviceSetup) -> None:
        super().__init__(setup, OneWay())
        options: Options = setup.options
        self._on = command_bytes(options.on_hex)
        self._off = command_bytes(options.off_hex)
        self._pulse_s = options.pulse_ms / 1000

    async def start(self) -> None:
        """Switch the relay off: a till that ended badly, or a line, may have left it on.

        Raises:
            TransportError: the line failed.
        """
        # Twice: what an earlier till left half sent can make the first one unreadable.
        await self._release(self._off * 2)

    async def kick(self, progress: Progress, deadline_s: float) -> str:
        """Pulse the relay; whatever ends this, it is switched off again.

        Raises:
            TransportError: the line failed; ``progress`` says whether the drawer can have opened.
        """
        try:
            await self._switch_on(progress, deadline_s)
            await anyio.sleep(self._pulse_s if self._off else 0)
        except BaseException:
            if progress.most:
                await self._release_quietly()
            raise
        await self._release(self._off)
        return "No sensor tells whether the drawer opened"

    async def end(self) -> None:
        """Leave the relay off."""
        await self._release_quietly()

    async def _switch_on(self, progress: Progress, deadline_s: float) -> None:
        """Send what switches it on: only that opens the drawer, so only that is counted."""
        progress.length = progress.most = len(self._on)
        try:
            await self.send(self._on, deadline_s)
        finally:
            progress.least, progress.most = self.line.taken_least, self.line.taken

    async def _release(self, off: bytes) -> None:
        if not off:
            return
        try:
            with anyio.CancelScope(shield=True):
                await self.send(off, CANCEL_S)
        except TransportError as error:
            raise TransportError(
                f"{self.setup.name}: the relay may still be on",
                outcome=Outcome.UNKNOWN,
                written=error.written,
                hint="pull its plug before the drawer's solenoid burns out, then plug it in again",
            ) from error

    async def _release_quietly(self) -> None:
        try:
            await self._release(self._off)
        except TransportError:
            return  # the line is gone; the next one begins by switching off


DRIVER = DriverSpec(
    name="relay",
    device_class="drawer",
    title="Cash drawers on a relay board, or opened by a byte on a serial line",
    transports=("serial", "file", "tcp"),
    make=RelayDrawer,
    options=Options,
    line={"baud": "9600", "format": "8N1"},
    simulator="relay",
)

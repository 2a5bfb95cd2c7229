"""A beeper: a terminal's bell, the buzzer of an ESC/POS printer, or a Linux sound input device.

What it cannot vary, length or pitch, it leaves as it is; the rhythm is kept all the same.
"""

from __future__ import annotations

from typing import Never

import anyio
import attrs

from posframe.hal.codecs.one_way import OneWay
from posframe.hal.codecs.tone import Means, silence, steps
from posframe.hal.driver import CANCEL_S, CodecDriver, DeviceSetup, DriverSpec
from posframe.hal.driver_classes import ToneDriver
from posframe.hal.options import between
from posframe.hal.transports import TransportError


@attrs.frozen(kw_only=True)
class Options:
    """Options of ``tone``."""

    by: Means = "bel"
    """``bel`` sends BEL, ``buzzer`` ESC B of ESC/POS clones, ``event`` Linux input events."""
    hz: int = attrs.field(default=2000, validator=between(0, 20000))
    """Pitch of an input event; 0: the device's own."""
    unit_ms: int = attrs.field(default=50, validator=between(10, 1000))
    """What a printer's buzzer counts its length in."""


class Beeper(CodecDriver[Never], ToneDriver):
    """A beeper without a voice of its own."""

    def __init__(self, setup: DeviceSetup) -> None:
        options: Options = setup.options
        # An event device repeats what is written to it, a printer has things of its own to say.
        super().__init__(setup, OneWay(shared=options.by != "bel"))
        self._options = options
        self._silence = silence(options.hz) if options.by == "event" else b""

    async def start(self) -> None:
        """Silence what an earlier till left sounding.

        Raises:
            TransportError: the line failed.
        """
        if self._silence:
            await self.send(self._silence)

    async def sound(self, pattern: tuple[tuple[int, int], ...]) -> None:
        """Sound for each (on, off) pair of milliseconds; cancelled, it falls silent.

        Raises:
            TransportError: the line failed.
        """
        options = self._options
        try:
            for step in steps(pattern, options.by, hz=options.hz, unit_ms=options.unit_ms):
                if step.data:
                    await self.send(step.data)
                await anyio.sleep(step.wait_ms / 1000)
        except BaseException:
            await self._hush()
            raise

    async def end(self) -> None:
        """Leave the beeper silent."""
        await self._hush()

    async def _hush(self) -> None:
        if not self._silence:
            return
        try:
            with anyio.CancelScope(shield=True):
                await self.send(self._silence, CANCEL_S)
        except TransportError:
            return  # a device that is gone makes no sound


DRIVER = DriverSpec(
    name="tone",
    device_class="tone",
    title="Beepers: BEL, buzzers of ESC/POS printers, Linux sound input devices",
    transports=("file", "serial", "tcp"),
    make=Beeper,
    options=Options,
    line={"baud": "9600", "format": "8N1"},
    simulator="tone",
)

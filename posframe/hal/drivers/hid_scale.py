"""USB HID scales. They report by themselves, all the time; only the next report is ever used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio

from posframe.hal.codecs import hid_scale
from posframe.hal.codecs.hid_scale import HidScaleCodec, Report
from posframe.hal.driver import CodecDriver, DeviceSetup, DriverSpec
from posframe.hal.driver_classes import ScaleDriver
from posframe.hal.errors import Unanswered
from posframe.hal.polled_scale import until_zero
from posframe.hal.weights import LIFTED, Reading

if TYPE_CHECKING:
    from posframe.hal.facts import WireNoise

REPORT_S = 2.0
"""Longest time between two reports of a scale that is awake."""


class HidScale(CodecDriver[Report], ScaleDriver):
    """One scale. It switches itself off after minutes at rest: then its line is lost."""

    def __init__(self, setup: DeviceSetup) -> None:
        # What the system kept from before the line was opened may be of another load.
        super().__init__(setup, HidScaleCodec(stale=1))
        self._moved = False

    async def read(self, deadline_s: float) -> Reading:
        """Return what the scale reports next."""
        try:
            report = await self.ask(b"", lambda _report: True, min(deadline_s, REPORT_S))
        except Unanswered as error:
            error.hint = "switch the scale on; it switches itself off after a while"
            raise
        moved, self._moved = self._moved, False
        return hid_scale.reading_of(report, moved=moved)

    async def zero(self, deadline_s: float) -> None:
        """Set the empty platter to zero, and see that it is."""
        ends_s = anyio.current_time() + deadline_s
        await self.send(hid_scale.ZERO, deadline_s)
        await until_zero(self._look, ends_s, self.poll_s)

    async def _look(self, ends_s: float) -> Reading:
        return await self.read(max(0.0, ends_s - anyio.current_time()))

    def _take(self, message: Report | WireNoise) -> None:
        if isinstance(message, Report) and hid_scale.reading_of(message).load in LIFTED:
            self._moved = True  # seen between two questions too
        super()._take(message)


DRIVER = DriverSpec(
    name="hidscale",
    device_class="scale",
    title="USB HID scale: Dymo, Stamps.com, Mettler, Fairbanks",
    transports=("hid", "hidraw", "replay"),
    make=HidScale,
    capabilities=frozenset({"status", "stable", "zero"}),
    simulator="hidscale",
)

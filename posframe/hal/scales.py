"""The till's scale: asked when a weight is wanted, watched until what it weighed is taken away."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import anyio

from posframe.errors import DeviceError, DeviceOffline
from posframe.hal.errors import Expired, Unanswered
from posframe.hal.weighing import Weigher

if TYPE_CHECKING:
    from posframe.hal.driver_classes import ScaleDriver
    from posframe.hal.supervisor import SupervisedDevice
    from posframe.hal.weights import Reading

LOOK_EVERY_S = 0.4
"""How often a scale is looked at while it holds goods that were weighed: lifting takes longer."""
LOOK_S = 1.5
AGAIN_S = 0.25


class SupervisedScale:
    """A scale that gives each load once. It keeps what it gave out over a reconnect."""

    def __init__(self, device: SupervisedDevice) -> None:
        self.device = device
        self._weigher = Weigher()
        self._given = anyio.Event()
        self._asking = 0

    async def weigh(self, deadline_s: float, *, unit: str = "") -> Reading:
        """Return a stable weight above zero of goods that were not weighed already.

        A scale that is away may come back meanwhile.

        Raises:
            DeviceError: there was none within ``deadline_s`` seconds; the message says why.
            DataError: the scale weighs in a unit of another system than ``unit``.
        """
        ends_s = anyio.current_time() + deadline_s
        self._asking += 1
        try:
            while True:
                try:
                    return await self._weighed(ends_s, unit)
                except DeviceError as error:
                    if not self._may_come_back(error, ends_s):
                        raise
                    await anyio.sleep(AGAIN_S)
        finally:
            self._asking -= 1

    async def run(self) -> None:
        """Watch for goods that are taken away, until cancelled."""
        while True:
            await self._given.wait()
            while self._weigher.waits_for_lift:
                await anyio.sleep(LOOK_EVERY_S)
                if self.device.state.is_usable and not self._asking:
                    await self._look()
            self._given = anyio.Event()

    async def _weighed(self, ends_s: float, unit: str) -> Reading:
        async def work(driver: ScaleDriver) -> Reading:
            left_s = max(0.0, ends_s - anyio.current_time())  # of a scale that was waited for, too
            reading = await self._weigher.weigh(driver, deadline_s=left_s, unit=unit)
            self._given.set()
            return reading

        # A little more than the scale gets: its own words are better than "took too long".
        left_s = ends_s - anyio.current_time() + LOOK_S
        return await self.device.perform(work, deadline_s=left_s)

    async def _look(self) -> None:
        # It is not needed now; when it is, somebody will be told.
        with contextlib.suppress(Exception):
            await self.device.perform(
                lambda driver: self._weigher.read(driver, LOOK_S), deadline_s=LOOK_S
            )

    def _may_come_back(self, error: DeviceError, ends_s: float) -> bool:
        if isinstance(error, Expired) or anyio.current_time() + AGAIN_S >= ends_s:
            return False
        lost = isinstance(error, DeviceOffline) and not isinstance(error, Unanswered)
        return lost or not self.device.state.is_usable

"""All devices of a till on lines in this process: what the tests of the supervised layer share."""

from __future__ import annotations

import contextlib
from pathlib import Path

import anyio

from posframe.config import DeviceEntry
from posframe.hal import transports
from posframe.hal.facts import StateChanged
from posframe.hal.hardware import Hardware
from posframe.hal.transports.simulated import SimulatedTransport

AWAY = Path("/a till's folder")
"""Where nothing is: only lines in this process are used."""


class Cable(SimulatedTransport):
    """A line to a twin that stays when the line goes; a test holds the plug."""

    def __init__(self, twin, wires, place):
        super().__init__(twin)
        self.wires, self.place = wires, place

    async def open(self, deadline_s=5.0):
        self.absent = self.place in self.wires.unplugged
        await super().open(deadline_s)

    def present(self):
        return self.place not in self.wires.unplugged


class Wires:
    """Stands in for what makes transports: the twin at the end of each address, by its place.

    Addresses that have no twin lead to real transports, which are made and not opened.
    """

    def __init__(self, **twins):
        self.twins = twins
        self.lines = {}
        """The newest line to each place."""
        self.asked = []
        """Transport, address and options of each line that was made."""
        self.unplugged = set()

    def make(self, name, address, options):
        self.asked.append((name, address, dict(options)))
        place = address.rpartition("/")[2]
        if place not in self.twins:
            return transports.make_transport(name, address, options)
        self.lines[place] = Cable(self.twins[place], self, place)
        return self.lines[place]

    def act(self, place, words):
        self.lines[place].act(words)

    async def pull(self, place):
        self.unplugged.add(place)
        await self.lines[place].close()

    def plug(self, place):
        self.unplugged.discard(place)


class Shop:
    """Devices, their wires, and all that was told of them."""

    def __init__(self, wires, hardware):
        self.wires, self.hardware = wires, hardware
        self.events = []
        hardware.bus.listen(self.events.append)

    def __getattr__(self, name):
        return getattr(self.hardware, name)

    def facts(self, device):
        facts = (event.fact for event in self.events if event.device == device)
        return [fact for fact in facts if not isinstance(fact, StateChanged)]

    def state(self, device):
        return self.hardware.device_behind(device).state.value

    async def settle(self, seconds=2.0):
        """Let everybody connect, or fail to."""
        await anyio.sleep(seconds)


@contextlib.asynccontextmanager
async def opened(wires, entries, folder=AWAY, *, settle_s=1.0, **more):
    """Keep the devices of ``entries`` connected while the block runs."""
    table = {
        name: entry if isinstance(entry, DeviceEntry) else DeviceEntry(uri=entry)
        for name, entry in entries.items()
    }
    shop = Shop(wires, Hardware(table, folder, **more))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(shop.hardware.run)
        await shop.settle(settle_s)
        yield shop
        tasks.cancel_scope.cancel()

"""A scale driver on the bench with a twin whose options a test chooses, and all bytes it sends."""

from __future__ import annotations

import contextlib

import attrs

from posframe.hal.simulators.faults import parse_faults
from posframe.hal.transports.simulated import SimulatedTransport
from posframe.testing.hal.workbench import workbench

STILL = {"swing_ms": "0", "settle_ms": "0"}
"""A load rests at once."""


class Recorded(SimulatedTransport):
    """A line that keeps what it is given, write by write."""

    def __init__(self, simulator, faults=()):
        super().__init__(simulator, faults)
        self.writes = []

    async def write(self, data, deadline_s):
        self.writes.append(bytes(data))
        return await super().write(data, deadline_s)


@contextlib.asynccontextmanager
async def scale(kit, *, faults="", options=None, start=True, still=True, **twin):
    """Put the kit's driver on the bench, with a twin and faults of one's own."""
    given = {**(STILL if still else {}), **{key: str(value) for key, value in twin.items()}}
    device = kit.simulator.func(given)
    kit = attrs.evolve(kit, options=kit.options if options is None else options)
    async with workbench(kit, Recorded(device, parse_faults(faults)), start=start) as bench:
        yield bench

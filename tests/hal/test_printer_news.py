"""What a printer tells by itself while it is being asked is newer than the answer, and stands."""

from __future__ import annotations

import anyio
import anyio.lowlevel
import attrs
import pytest

from posframe.hal.simulators.printer_device import Body
from posframe.hal.simulators.star_printer import StarDevice
from posframe.hal.transports.simulated import SimulatedTransport
from posframe.testing.hal.kits.printers import STAR
from posframe.testing.hal.workbench import workbench
from posframe.testing.virtual_clock import VIRTUAL_TIME
from tests.hal.printer_bench import bench, device, line_to


@pytest.fixture
def anyio_backend():
    return VIRTUAL_TIME


def escpos():
    return bench(line_to(device()))


def star():
    kit = attrs.evolve(STAR, options={"overrides": {"asb": True}})
    return workbench(kit, SimulatedTransport(StarDevice(Body())))


@pytest.mark.parametrize("made", [escpos, star])
@pytest.mark.parametrize("turns", range(12))
async def test_a_cover_opened_while_the_printer_is_asked_stays_open(made, turns):
    async with made() as it:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(it.driver.check)
            for _ in range(turns):
                await anyio.lowlevel.checkpoint()
            it.line.act("cover open")
        await anyio.sleep(0.1)
        assert it.driver.status.cover_open is True
        assert it.driver.is_blocked
        assert it.conditions[-1].blocking


@pytest.mark.parametrize("made", [escpos, star])
@pytest.mark.parametrize("turns", range(12))
async def test_a_cover_closed_while_the_printer_is_asked_stays_closed(made, turns):
    async with made() as it:
        it.line.act("cover open")
        await anyio.sleep(0.1)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(it.driver.check)
            for _ in range(turns):
                await anyio.lowlevel.checkpoint()
            it.line.act("cover close")
        await anyio.sleep(0.1)
        assert it.driver.status.cover_open is False
        assert not it.conditions[-1].blocking

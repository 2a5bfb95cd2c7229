"""A driver on the bench: connected to its twin over a line in this process, its pump running."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import anyio
import attrs

from posframe.hal.driver import Conditions, DeviceSetup, Driver
from posframe.hal.facts import Fact
from posframe.hal.options import read_options
from posframe.hal.transports import Transport, TransportError
from posframe.hal.transports.simulated import SimulatedTransport

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from posframe.testing.hal.kit import Kit


@attrs.define
class Workbench:
    """What lies on it: the driver, its twin, the line, and all that was reported."""

    driver: Any
    simulator: Any
    """The twin behind the line; None where the line shows none, as one to a real device."""
    line: Any
    """The line; a `SimulatedTransport` unless another was given."""
    facts: list[Fact]
    conditions: list[Conditions]
    lost: list[TransportError] = attrs.field(factory=list)


@contextlib.asynccontextmanager
async def workbench(
    kit: Kit, line: Transport | None = None, *, start: bool = True
) -> AsyncIterator[Workbench]:
    """Connect a kit's driver to a fresh twin, or to any ``line``, and pump while the block runs.

    The end of the line is noted in ``lost`` and ends nothing.
    """
    line = line or SimulatedTransport(kit.simulator())
    facts: list[Fact] = []
    conditions: list[Conditions] = []
    setup = DeviceSetup(
        name="device",
        line=line,
        options=read_options(kit.spec, kit.options),
        emit=facts.append,
        report=conditions.append,
    )
    await line.open()
    driver: Driver = kit.spec.make(setup)
    bench = Workbench(driver, getattr(line, "simulator", None), line, facts, conditions)

    async def pump() -> None:
        try:
            await driver.pump()
        except TransportError as error:
            bench.lost.append(error)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(pump)
        try:
            if start:
                await driver.start()
            yield bench
            await driver.end()
        finally:
            tasks.cancel_scope.cancel()
            with anyio.CancelScope(shield=True):
                await line.close()

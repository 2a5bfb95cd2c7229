"""What the till can have done, with the twin on a line in this process."""

from __future__ import annotations

from typing import Any

import anyio
import pytest
from aandd_scale.kit import KIT

from posframe.drivers import DeviceFault, Load, Reading, Unsupported, Weight
from posframe.testing.hal.workbench import workbench
from posframe.testing.virtual_clock import VIRTUAL_TIME

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """Let time be virtual: the load settles at once."""
    return VIRTUAL_TIME


async def test_a_bowl_is_tared_and_what_is_put_into_it_weighed() -> None:
    """The bowl of 1.250 kg no longer counts."""
    async with workbench(KIT) as bench:
        await bench.driver.tare(None, 5.0)
        bench.line.act("put 1.750")
        assert (await bench.driver.read(1.0)).load is Load.MOTION
        await anyio.sleep(1.0)
        reading = await bench.driver.read(1.0)
    assert reading == Reading(Load.STABLE, Weight(500, 3, "kg"))


async def test_a_loaded_scale_is_not_set_to_zero() -> None:
    """It refuses, and nobody is told that it is at zero."""
    async with workbench(KIT) as bench:
        try:
            await bench.driver.zero(2.0)
            told = ""
        except DeviceFault as error:
            told = str(error)
    assert "was not set to zero: it is stable and shows 1.250 kg" in told


async def test_a_known_tare_is_refused() -> None:
    """This protocol has none; the operator is told what to do."""
    async with workbench(KIT) as bench:
        try:
            await bench.driver.tare(250, 5.0)
            told = ""
        except Unsupported as error:
            told = error.hint
    assert told == "put the tare on the scale"

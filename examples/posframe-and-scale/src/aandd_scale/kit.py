"""The kit: what posframe's conformance suite needs to know of this driver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aandd_scale.driver import DRIVER, AandDScale
from aandd_scale.simulator import AandDSimulator
from posframe.drivers import Load, Progress, Reading, Weight
from posframe.testing.hal.kit import Kit

if TYPE_CHECKING:
    from posframe.drivers import Simulator

APPLES_G = 1250


async def _weigh(driver: AandDScale, progress: Progress) -> Reading:
    """Weigh what lies on the scale: the exchange that is disturbed in every way."""
    del progress  # a reading has no effect that could be half done
    return await driver.read(5.0)


def _weighings(scale: Simulator) -> int:
    assert isinstance(scale, AandDSimulator)
    return scale.answered


KIT = Kit(
    spec=DRIVER,
    simulator=lambda: AandDSimulator(APPLES_G),
    golden=_weigh,
    effects=_weighings,
    bad_acts={
        "put 20.000": "over capacity",
        "shake": "in motion",
        "count": "pieces",
        "off": "switched on",
    },
    readings={
        "put 1.250": Reading(Load.STABLE, Weight(1250, 3, "kg")),
        "put 12.005": Reading(Load.STABLE, Weight(12005, 3, "kg")),
        "put -0.005": Reading(Load.UNDER_ZERO, Weight(-5, 3, "kg")),
        "lift": Reading(Load.ZERO, Weight(0, 3, "kg")),
        "put 20.000": Reading(Load.OVERLOAD),
    },
)

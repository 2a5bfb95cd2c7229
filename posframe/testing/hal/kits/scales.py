"""Kits of the scales: each twin has 1.250 kg on it, at rest, and settles in no time."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from posframe.hal.drivers import (
    adam_scale,
    cas_scale,
    dialog_scale,
    hid_scale,
    mt8217_scale,
    nci_scale,
)
from posframe.hal.simulators import adam_scale as adam_twin
from posframe.hal.simulators import cas_scale as cas_twin
from posframe.hal.simulators import dialog_scale as dialog_twin
from posframe.hal.simulators import hid_scale as hid_twin
from posframe.hal.simulators import mt8217_scale as mt8217_twin
from posframe.hal.simulators import nci_scale as nci_twin
from posframe.hal.weights import Load, Reading, Weight
from posframe.testing.hal.kit import Kit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from posframe.hal.driver import DriverSpec
    from posframe.hal.progress import Progress
    from posframe.hal.simulators.simulator import SimulatorSpec

LOADED = {"load": "1.250", "swing_ms": "0", "settle_ms": "0"}
READ_S = 2.0
APPROVAL = {"polynomial": "11021", "checksums": "1234,ABCD"}
"""For twins only: those of a real scale are its maker's secret."""
BAD_ACTS = {
    "take": "at zero",
    "lift": "below zero",
    "overload": "over capacity",
    "jolt": "in motion",
}
AGAIN = {"again": "yes"}
"""For scales that refuse a load that was weighed already: it is put anew for each exchange."""


async def _weighed(driver: Any, _progress: Progress) -> Reading:  # noqa: ANN401 - any scale's
    """Read the weight once. Taking it is the effect, which the scale itself does not learn of."""
    reading: Reading = await driver.read(READ_S)
    if reading.load is Load.STABLE:
        driver.line.simulator.take()
    return reading


def _readings(**more: Any) -> dict[str, Reading]:  # noqa: ANN401 - further fields of a reading
    """Return loads and what is read of them, at rest."""
    return {
        act: Reading(Load.STABLE, Weight(digits, 3, "kg"), **more)
        for act, digits in (("put 0.005", 5), ("put 1.250", 1250), ("put 15.000", 15_000))
    }


def _kit(
    spec: DriverSpec,
    twin: SimulatorSpec,
    more: Mapping[str, str] | None = None,
    **kit: Any,  # noqa: ANN401 - further fields of the kit
) -> Kit:
    fields: dict[str, Any] = {"bad_acts": BAD_ACTS, "readings": _readings()} | kit
    return Kit(
        spec=spec,
        simulator=functools.partial(twin.make, {**LOADED, **(more or {})}),
        golden=_weighed,
        effects=lambda scale: scale.taken,
        **fields,
    )


_ZERO = {"take": Reading(Load.ZERO, Weight(0, 3, "kg"))}
_DIALOG: dict[str, Any] = {
    "touched": lambda scale: scale.price_minor is not None,
    "bad_acts": BAD_ACTS | {"take": "below the smallest"},
    "readings": _readings(price_minor=0, amount_minor=0),
}

MT8217 = _kit(
    mt8217_scale.DRIVER, mt8217_twin.SIMULATOR, readings=_readings() | {"take": Reading(Load.ZERO)}
)
NCI = _kit(nci_scale.DRIVER, nci_twin.SIMULATOR, readings=_readings() | _ZERO)
CAS = _kit(cas_scale.DRIVER, cas_twin.SIMULATOR, readings=_readings() | _ZERO)
DIALOG02 = _kit(dialog_scale.DRIVER_02, dialog_twin.SIMULATOR_02, AGAIN, **_DIALOG)
DIALOG04 = _kit(dialog_scale.DRIVER_04, dialog_twin.SIMULATOR_04, AGAIN, **_DIALOG)
DIALOG06 = _kit(
    dialog_scale.DRIVER_06, dialog_twin.SIMULATOR_06, AGAIN | APPROVAL, options=APPROVAL, **_DIALOG
)
HIDSCALE = _kit(hid_scale.DRIVER, hid_twin.SIMULATOR, readings=_readings() | _ZERO)
ADAM = _kit(
    adam_scale.DRIVER,
    adam_twin.SIMULATOR,
    AGAIN,
    bad_acts=dict.fromkeys(BAD_ACTS, "no new weight"),
)

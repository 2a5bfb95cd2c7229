"""Kits of the devices that only listen: customer displays, drawers on relays, beepers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.hal.codecs.tone import BAD
from posframe.hal.drivers import (
    aedex_display,
    cd5220_display,
    escpos_display,
    relay_drawer,
    tone,
    utc_display,
)
from posframe.hal.simulators.aedex_display import AedexSimulator
from posframe.hal.simulators.cd5220_display import Cd5220Simulator
from posframe.hal.simulators.escpos_display import EscposDisplaySimulator
from posframe.hal.simulators.glass import Glass
from posframe.hal.simulators.relay import RelaySimulator
from posframe.hal.simulators.tone import ToneSimulator
from posframe.hal.simulators.utc_display import UtcSimulator
from posframe.testing.hal.kit import Kit

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe.hal.driver import DriverSpec
    from posframe.hal.progress import Progress
    from posframe.hal.simulators.display import DisplaySimulator

LINES = ("Tomatoes        2.50", "TOTAL          17.49")
"""What the golden exchange shows, on a glass that was blank before."""


async def _show(driver: Any, progress: Progress) -> None:  # noqa: ANN401 - any display's
    del progress
    await driver.clear()
    await driver.show(LINES)


async def _sound(driver: Any, progress: Progress) -> None:  # noqa: ANN401 - the beeper's
    del progress
    await driver.sound(BAD)


async def _kick(driver: Any, progress: Progress) -> str:  # noqa: ANN401 - the relay's
    remarks: str = await driver.kick(progress, 1.0)
    return remarks


def _display(
    spec: DriverSpec, simulator: Callable[[Glass], DisplaySimulator], **options: str
) -> Kit:
    return Kit(
        spec=spec,
        simulator=lambda: simulator(Glass()),
        options=options,
        golden=_show,
        effects=lambda it: it.shown.count(LINES),
        touched=lambda it: len(it.shown) > 1,
    )


ESCPOS_DISPLAY = _display(escpos_display.DRIVER, EscposDisplaySimulator)
ESCPOS_DISPLAY_ON_PRINTER = _display(
    escpos_display.DRIVER,
    lambda glass: EscposDisplaySimulator(glass, shared=True),
    on_printer="yes",
)
CD5220 = _display(cd5220_display.DRIVER, Cd5220Simulator)
CD5220_CURSOR = _display(cd5220_display.DRIVER, Cd5220Simulator, mode="cursor")
UTC = _display(utc_display.DRIVER, UtcSimulator)
UTC_STANDARD = _display(utc_display.DRIVER, UtcSimulator, mode="standard")
AEDEX = _display(aedex_display.DRIVER, AedexSimulator)
RELAY = Kit(
    spec=relay_drawer.DRIVER,
    simulator=RelaySimulator,
    golden=_kick,
    effects=lambda it: len(it.pulses),
    touched=lambda it: bool(it.pulses),
)
TONE = Kit(
    spec=tone.DRIVER,
    simulator=ToneSimulator,
    golden=_sound,
    effects=lambda it: len(it.sounds) // len(BAD),
    touched=lambda it: bool(it.sounds),
)

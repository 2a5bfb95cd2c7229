"""Kits of the toys, of drivers in good order unless others are given."""

from __future__ import annotations

import attrs

from posframe.drivers import CardRead, DriverSpec, Load, Reading, Scan, Weight
from posframe.testing.hal.kit import Kit
from posframe.testing.hal.suite.questions import SHORT
from tests.hal.toys import (
    SimulatedDisplay,
    SimulatedPrinter,
    SimulatedReader,
    SimulatedScale,
    ToyCards,
    ToyDisplay,
    ToyDrawer,
    ToyPrinter,
    ToyReader,
    ToyScale,
)


@attrs.frozen(kw_only=True)
class ToyOptions:
    """Options."""

    loud: bool = False
    """Whether it beeps."""


def spec_of(make, device_class, *capabilities, options=ToyOptions, secret=False):
    return DriverSpec(
        name="toy",
        device_class=device_class,
        title="A toy",
        transports=("serial",),
        make=make,
        options=options,
        capabilities=frozenset(capabilities),
        secret=secret,
    )


async def _read(driver, progress):
    return await driver.read(2.0)


async def _print(driver, progress):
    return await driver.print_receipt(SHORT, progress, 5.0)


async def _nothing(driver, progress):
    return None


def scale(make=ToyScale, *capabilities, **changes):
    kit = Kit(
        spec=spec_of(make, "scale", *(capabilities or ("stable", "checksum"))),
        simulator=SimulatedScale,
        golden=_read,
        effects=lambda sim: sim.answered,
        bad_acts={"shake": "in motion", "put 20000": "over capacity"},
        readings={
            "put 2005": Reading(Load.STABLE, Weight(2005, 3, "kg")),
            "put 0": Reading(Load.ZERO, Weight(0, 3, "kg")),
        },
    )
    return attrs.evolve(kit, **changes)


def printer(make=ToyPrinter, **changes):
    kit = Kit(
        spec=spec_of(make, "printer", "fence", "status"),
        simulator=SimulatedPrinter,
        golden=_print,
        effects=lambda sim: len(sim.printed),
        touched=lambda sim: bool(sim.printed),
        bad_acts={"paper out": "no paper"},
        undo={"paper out": "paper in"},
        warnings={"low": "low"},
        refresh=("paper in",),
        printed=lambda sim: "\n".join(sim.printed),
    )
    return attrs.evolve(kit, **changes)


def drawer(make=ToyDrawer, *capabilities, **changes):
    kit = Kit(
        spec=spec_of(make, "drawer", *capabilities),
        simulator=SimulatedPrinter,
        golden=lambda driver, progress: driver.kick(progress, 2.0),
        effects=lambda sim: sim.opened,
        touched=lambda sim: bool(sim.opened),
    )
    return attrs.evolve(kit, **changes)


def display(make=ToyDisplay, **changes):
    kit = Kit(
        spec=spec_of(make, "display"),
        simulator=SimulatedDisplay,
        golden=lambda driver, _progress: driver.show(("TOTAL", "17.49")),
        effects=lambda sim: sim.shown.count("TOTAL     |17.49     "),
    )
    return attrs.evolve(kit, **changes)


def scanner(make=ToyReader, **changes):
    kit = Kit(
        spec=spec_of(make, "scanner", "aim"),
        simulator=SimulatedReader,
        golden=_nothing,
        effects=lambda _sim: 0,
        stimulus="scan 4006381333931",
        expected=(Scan("4006381333931", "]E0"),),
        cases={"scan A1": (Scan("A1", "]E0"),)},
    )
    return attrs.evolve(kit, **changes)


def cards(make=ToyCards, **changes):
    kit = Kit(
        spec=spec_of(make, "card", secret=True),
        simulator=SimulatedReader,
        golden=_nothing,
        effects=lambda _sim: 0,
        stimulus="scan 12345678",
        expected=(CardRead("12345678", "msr"),),
        secret_act="scan 4111111111111111",
        secrets=("4111111111111111",),
    )
    return attrs.evolve(kit, **changes)


RIGHT = {
    "scale": scale(),
    "printer": printer(),
    "drawer": drawer(),
    "display": display(),
    "scanner": scanner(),
    "cards": cards(),
}

"""Drivers and simulators by name, from every installed distribution (entry points).

A driver is imported when a device names it; one that cannot be imported disables only its devices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.entry_points import Offer, load, offers
from posframe.errors import ConfigurationError
from posframe.hal.uri import unknown_name

if TYPE_CHECKING:
    from posframe.hal.driver import DriverSpec
    from posframe.hal.simulators.simulator import SimulatorSpec

DRIVERS = "posframe.drivers"
SIMULATORS = "posframe.simulators"


def installed_drivers() -> dict[str, Offer]:
    """Return every driver that a device address can name.

    Raises:
        ConfigurationError: two distributions offer the same name.
    """
    return offers(DRIVERS, "Driver")


def installed_simulators() -> dict[str, Offer]:
    """Return every device in software that ``posframe sim`` can run.

    Raises:
        ConfigurationError: two distributions offer the same name.
    """
    return offers(SIMULATORS, "Simulator")


def driver_spec(name: str) -> DriverSpec:
    """Return the driver called ``name``.

    Raises:
        ConfigurationError: none is, with the nearest name; or it cannot be imported.
    """
    spec: DriverSpec = _found("driver", name, installed_drivers(), "DRIVER")
    return spec


def simulator_spec(name: str) -> SimulatorSpec:
    """Return the simulator called ``name``.

    Raises:
        ConfigurationError: none is, with the nearest name; or it cannot be imported.
    """
    spec: SimulatorSpec = _found("simulator", name, installed_simulators(), "SIMULATOR")
    return spec


def _found(kind: str, name: str, known: dict[str, Offer], default: str) -> Any:  # noqa: ANN401
    offer = known.get(name)
    if offer is None:
        raise ConfigurationError(
            f"There is no {kind} {name!r}",
            hint=unknown_name("installed are", name, known),
        )
    try:
        return load(offer, default)
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"The {kind} {name} needs {error.name}, which is not installed",
            hint='pip install "posframe[devices]"'
            if offer.distribution == "posframe"
            else f"reinstall {offer.distribution}",
        ) from error
    except Exception as error:
        raise ConfigurationError(
            f"The {kind} {name} of {offer.distribution} {offer.version} cannot be loaded: "
            f"{type(error).__name__}: {error}",
            hint=f"reinstall {offer.distribution}",
        ) from error

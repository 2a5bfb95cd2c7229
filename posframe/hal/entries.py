"""The devices of till.toml, each checked by itself, whatever is wrong with another.

Nothing is opened: its driver is made on a line that stays closed, since some settings, such as the
name of a printer's profile, are read by the driver alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.errors import ConfigurationError
from posframe.hal.hardware import CONNECTOR, connector, is_connector, may_print, plan_device
from posframe.hal.supervisor import Report
from posframe.hal.uri import unknown_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from posframe.config import DeviceEntry
    from posframe.hal.hardware import DevicePlan

UNHEARD = Report(emit=lambda _fact: None, conditions=lambda _conditions: None)
"""For a driver that is made to be asked what it is, and is never connected."""


def check_devices(entries: Mapping[str, DeviceEntry], folder: Path) -> None:
    """Read the settings of all devices without opening one.

    Raises:
        ConfigurationError: one of them cannot be; the message names the device.
    """
    for name in entries:
        try:
            check_entry(name, entries, folder)
        except ConfigurationError as error:
            raise ConfigurationError(f"devices.{name}: {error.message}", hint=error.hint) from error


def check_entry(name: str, entries: Mapping[str, DeviceEntry], folder: Path) -> DevicePlan | None:
    """Return how a device is reached; None for a drawer, which its printer's line reaches.

    Raises:
        ConfigurationError: its settings cannot be; the message does not repeat its name.
    """
    entry = entries[name]
    try:
        plan = None
        if is_connector(entry):
            connector(name, entry, entries)
        else:
            plan = plan_device(name, entry, folder)
            plan.driver(UNHEARD)
        _check_failover(name, entries)
    except ConfigurationError as error:
        words = error.message.removeprefix(f"devices.{name}: ")
        raise ConfigurationError(words, hint=error.hint) from error
    return plan


def _check_failover(name: str, entries: Mapping[str, DeviceEntry]) -> None:
    other = entries[name].failover
    printers = [each for each, entry in entries.items() if each != name and may_print(entry)]
    if other and other not in printers:
        raise ConfigurationError(
            f"its failover {other!r} is no other printer of this till",
            hint=unknown_name("printers", other, printers),
        )


def class_of(entry: DeviceEntry, folder: Path) -> str:
    """Return the class of a device; empty where its address does not tell."""
    if is_connector(entry):
        return CONNECTOR.device_class
    try:
        return plan_device("", entry, folder).spec.device_class
    except ConfigurationError:
        return ""

"""The doctor: looks a till over, and says of everything what to do. It changes nothing.

Each check is a small function that returns a `Check`. What they look at comes in a `Surroundings`,
which tests make by themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.config import load_config
from posframe.doctor import devices, folder, journal, machine, plugins
from posframe.doctor.check import BROKEN, OK, WARN, Check
from posframe.doctor.surroundings import Surroundings
from posframe.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from posframe.config import TillConfig

__all__ = ["BROKEN", "OK", "WARN", "Check", "Surroundings", "examine"]


def examine(till: Path, around: Surroundings) -> Iterator[Check]:
    """Yield everything there is to say about a till, as it is found out."""
    yield machine.python()
    yield machine.sqlite(around)
    yield machine.disk(till, around)
    yield machine.disk_speed(till, around)
    yield machine.clock_synchronised(around)
    yield machine.terminal(around)
    try:
        config = load_config(till)
    except ConfigurationError as error:
        yield Check("settings", BROKEN, error.message, error.hint)
        return
    yield Check("settings", OK, f"till {config.till.id}, {config.till.currency}")
    yield from _of_till(config, around)


def _of_till(config: TillConfig, around: Surroundings) -> Iterator[Check]:
    yield machine.timezone(config)
    yield from folder.rights(config)
    yield plugins.assembled(config, around)
    yield from plugins.load_times(config, around)
    yield from journal.checks(config, around)
    yield folder.backup(config, around)
    yield from devices.checks(config, around)

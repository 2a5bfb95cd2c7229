"""``posframe hal test``, ``monitor``, ``record`` and ``replay``: one device, connected now."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

Till = Annotated[Path | None, Parameter(name="--till")]
Flag = Annotated[bool, Parameter(negative="")]


def try_(device: str, /, *, till: Till = None, seconds: float = 20) -> int:
    """Connect one device and do with it what you can check: print, weigh, scan, open, show, sound.

    Exit status 1: the device did not do it. The till must not be running.

    Args:
        device: a device of the till, or any device's address.
        till: the till's folder; the current one, unless an address is given.
        seconds: how long a scale is read, or a scanner listened to.
    """
    from posframe.cli.hal_watch import try_one

    return try_one(device, till, seconds)


def monitor(device: str, /, *, till: Till = None, wire: Flag = False) -> int:
    """Print what a device reports, and how it stands, until Ctrl-C.

    Args:
        device: a device of the till, or any device's address.
        till: the till's folder; the current one, unless an address is given.
        wire: also print every byte that goes over its line.
    """
    from posframe.cli.hal_watch import watch

    return watch(device, till, wire=wire)


def record(
    device: str, file: Path, /, *, till: Till = None, test: Flag = False, seconds: float = 20
) -> int:
    """Write what goes over a device's line to a file, until Ctrl-C.

    Of a device that reads what is personal, such as cards, only lengths are written.

    Args:
        device: a device of the till, or any device's address.
        file: gets one JSON object a line; a file that is there is not written over.
        till: the till's folder; the current one, unless an address is given.
        test: do meanwhile what ``posframe hal test`` does, and end with it.
        seconds: with --test, how long a scale is read, or a scanner listened to.
    """
    from posframe.cli.hal_watch import record_to

    return record_to(device, file, till, seconds=seconds if test else None)


def replay(file: Path, /, *, driver: str) -> int:
    """Play a recording to a driver; print what it makes of it, and the first difference.

    Exit status 1: the driver writes something else than was recorded.

    Args:
        file: as ``posframe hal record`` writes it.
        driver: its name, with options as in an address: ``'mt8217?unit=lb'``.
    """
    from posframe.cli.hal_replay import play

    return play(file, driver)

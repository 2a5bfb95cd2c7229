"""Why the system does not open a device, as the error that says what happens next.

Who holds a device is read from /proc: of other users' programs only their existence shows there.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

from posframe.hal.errors import AccessDenied, DeviceHeld
from posframe.hal.transports import TransportError
from posframe.hal.udev import advice

if TYPE_CHECKING:
    from posframe.errors import DeviceError

PROCESSES = Path("/proc")
HOLDERS_NAMED_MAX = 3
_DENIED = {errno.EACCES, errno.EPERM}
_HELD = {errno.EBUSY, errno.EAGAIN}
_ABSENT = {errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.ENOTDIR}


def refusal(name: str, error: OSError, *, path: str = "", uri: str = "") -> DeviceError:
    """Return the error for a device called ``name`` that could not be opened.

    Reads /proc where somebody holds it: call it in a thread.

    Args:
        name: the device in words of the operator's settings.
        error: what the system said.
        path: its device file.
        uri: its address, if not ``name``, for the rule that would let the till at it.
    """
    if error.errno in _DENIED:
        return AccessDenied(f"{name}: the till's user may not use it", hint=advice(uri or name))
    if error.errno in _HELD:
        return held(name, path)
    if error.errno in _ABSENT:
        return TransportError(f"{name} is not there", hint="check its cable and its power")
    reason = error.strerror or str(error)
    return TransportError(f"{name} cannot be opened: {reason}")


def held(name: str, path: str, *, hint: str = "") -> DeviceHeld:
    """Return the error for a device that somebody else has, named where that can be seen."""
    who = holders(path) if path else ()
    named = ", ".join(who[:HOLDERS_NAMED_MAX]) or "another program"
    hint = hint or "end that program, or take the device out of its settings"
    return DeviceHeld(f"{name} is in use by {named}", hint=hint)


def holders(path: str, processes: Path | None = None) -> tuple[str, ...]:
    """Return who has ``path`` open, as ``command (process 123)``; this process comes last."""
    wanted = os.path.realpath(path)
    others: list[str] = []
    mine: list[str] = []
    for folder in (processes or PROCESSES).glob("[0-9]*"):
        if _has_open(folder, wanted):
            own = folder.name == str(os.getpid())
            (mine if own else others).append(_named(folder, own=own))
    return (*sorted(others), *mine)


def _has_open(process: Path, wanted: str) -> bool:
    try:
        return any(_target(link) == wanted for link in (process / "fd").iterdir())
    except OSError:
        return False  # another user's, or just ended


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        return ""  # closed meanwhile


def _named(process: Path, *, own: bool) -> str:
    if own:
        return "this till itself"
    try:
        command = (process / "comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        command = "a program"
    return f"{command} (process {process.name})"

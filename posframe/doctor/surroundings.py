"""What the checks look at beyond the till's folder; tests put other things in its place."""

from __future__ import annotations

import ctypes
import grp
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from posframe.config import TillConfig
from posframe.hal.scan import Roots, stable_name
from posframe.store.health import sqlite_version

SYNCS = 7
SYNC_BYTES = 4_096
LOADING_S = 60.0
_NOT_SYNCHRONISED = 5
"""What adjtimex(2) answers then: TIME_ERROR."""
_TIMEX_BYTES = 512
"""More than any Linux writes; all zero, the call only asks."""


@attrs.frozen
class TerminalFacts:
    """What the terminal is that the command runs in."""

    is_terminal: bool
    encoding: str
    columns: int
    rows: int
    name: str
    """Of its kind, from TERM."""
    true_colours: bool


def _terminal() -> TerminalFacts:
    size = shutil.get_terminal_size((80, 24))
    return TerminalFacts(
        is_terminal=sys.stdout.isatty(),
        encoding=(sys.stdout.encoding or "ascii").lower(),
        columns=size.columns,
        rows=size.lines,
        name=os.environ.get("TERM", ""),
        true_colours=os.environ.get("COLORTERM", "") in {"truecolor", "24bit"},
    )


def _sync_ms(folder: Path) -> float:
    """Return the median time to have a page on disk, in milliseconds.

    Raises:
        OSError: the folder cannot be written.
    """
    path = folder / f".doctor-{os.getpid()}"
    taken = []
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        for at in range(SYNCS):
            began_s = time.perf_counter()
            os.pwrite(descriptor, bytes(SYNC_BYTES), at * SYNC_BYTES)
            os.fdatasync(descriptor)
            taken.append((time.perf_counter() - began_s) * 1000)
    finally:
        os.close(descriptor)
        path.unlink()
    return statistics.median(taken)


def _is_synchronised() -> bool | None:
    """Return whether the system keeps its clock right by others; None where it does not tell."""
    try:
        answer = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    except (OSError, AttributeError):
        return None
    return None if answer < 0 else answer != _NOT_SYNCHRONISED


def _load_ms(names: Sequence[str]) -> dict[str, float]:
    """Return how long each plugin takes to load in a new process, in milliseconds."""
    done = subprocess.run(  # noqa: S603 - our own module, and names that till.toml was checked for
        [sys.executable, "-m", "posframe.doctor.loading", *names],
        capture_output=True,
        text=True,
        timeout=LOADING_S,
        check=False,
    )
    pairs = (line.rpartition(" ") for line in done.stdout.splitlines())
    return {name: float(took) for name, _, took in pairs if name in names}


def _groups() -> frozenset[str]:
    """Return the names of the groups of the user that this runs as."""
    names = set()
    for number in (os.getegid(), *os.getgroups()):
        try:
            names.add(grp.getgrgid(number).gr_name)
        except KeyError:
            continue  # a number without a name
    return frozenset(names)


def _no_till(_config: TillConfig) -> Any:  # noqa: ANN401 - a till
    raise NotImplementedError("whoever examines a till says how one is assembled without selling")


@attrs.frozen(kw_only=True)
class Surroundings:
    """The machine, as far as checks look at it."""

    assemble: Callable[[TillConfig], Any] = _no_till
    """Assembles the till without touching its journal; returns it, to be closed."""
    sqlite: Callable[[], str] = sqlite_version
    free_bytes: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free
    sync_ms: Callable[[Path], float] = _sync_ms
    is_synchronised: Callable[[], bool | None] = _is_synchronised
    now_s: Callable[[], float] = time.time
    terminal: Callable[[], TerminalFacts] = _terminal
    load_ms: Callable[[Sequence[str]], Mapping[str, float]] = _load_ms
    groups: Callable[[], frozenset[str]] = _groups
    is_root: bool = attrs.field(factory=lambda: os.geteuid() == 0)
    allowed: Callable[[Path], bool] = lambda path: os.access(path, os.R_OK | os.W_OK)
    stable_name: Callable[[str], str] = lambda path: stable_name(path, Roots())

"""The machine below the till: Python, SQLite, disk, clock, terminal."""

from __future__ import annotations

import platform
import sys
from typing import TYPE_CHECKING

from posframe.doctor.check import BROKEN, OK, WARN, Check
from posframe.errors import ConfigurationError
from posframe.store.health import SQLITE_WANTED, is_safe
from posframe.system import SystemClock

if TYPE_CHECKING:
    from pathlib import Path

    from posframe.config import TillConfig
    from posframe.doctor.surroundings import Surroundings

PYTHON_MIN = (3, 11)
FREE_WARN_BYTES = 1 << 30
FREE_BROKEN_BYTES = 100 << 20
SYNC_WARN_MS = 30.0
"""A line of a sale is on disk before it shows: from here on, operators see it wait."""
SYNC_BROKEN_MS = 500.0
COLUMNS_MIN, ROWS_MIN = 80, 24
_POOR_TERMINALS = frozenset({"", "dumb", "unknown"})


def python() -> Check:
    """Look at the version of Python."""
    version = platform.python_version()
    if sys.version_info < PYTHON_MIN:  # pragma: no cover - posframe does not install there
        return Check("python", BROKEN, f"Python {version}", "install Python 3.11 or newer")
    return Check("python", OK, f"Python {version}")


def sqlite(around: Surroundings) -> Check:
    """Look at the version of SQLite: older ones can damage a journal."""
    version = around.sqlite()
    if not is_safe(version):
        words = f"SQLite {version} can damage a journal; {SQLITE_WANTED} is the oldest safe one"
        return Check("sqlite", BROKEN, words, "pip install --upgrade apsw")
    return Check("sqlite", OK, f"SQLite {version}")


def disk(folder: Path, around: Surroundings) -> Check:
    """Look at the room on the till's disk."""
    try:
        free = around.free_bytes(folder)
    except OSError as error:
        words = f"{folder} cannot be looked at: {error.strerror}"
        return Check("disk", BROKEN, words, f"posframe new till {folder}")
    words = f"{free >> 20:,} MiB free"
    if free < FREE_BROKEN_BYTES:
        return Check("disk", BROKEN, f"only {words}", f"free space on the disk of {folder}")
    if free < FREE_WARN_BYTES:
        return Check("disk", WARN, words, f"free space on the disk of {folder}")
    return Check("disk", OK, words)


def disk_speed(folder: Path, around: Surroundings) -> Check:
    """Write a few pages into the till's folder, and take the time until they are on disk."""
    try:
        took_ms = around.sync_ms(folder)
    except OSError as error:
        words = f"{folder} cannot be written: {error.strerror}"
        return Check("disk speed", BROKEN, words, f"sudo chown -R $USER {folder}")
    words = f"a write is on disk after {took_ms:.1f} ms"
    slow = "move the till's folder to a solid-state disk in this machine"
    if took_ms > SYNC_BROKEN_MS:
        return Check("disk speed", BROKEN, words, slow)
    if took_ms > SYNC_WARN_MS:
        return Check("disk speed", WARN, f"{words}: each line of a sale waits so long", slow)
    return Check("disk speed", OK, words)


def clock_synchronised(around: Surroundings) -> Check:
    """Look whether the system keeps its clock right."""
    synchronised = around.is_synchronised()
    if synchronised is None:
        return Check("clock", OK, "this system does not tell whether its clock is synchronised")
    if not synchronised:
        words = "the clock is not synchronised: receipts will bear a wrong time"
        return Check("clock", WARN, words, "sudo timedatectl set-ntp true")
    return Check("clock", OK, "synchronised")


def timezone(config: TillConfig) -> Check:
    """Look whether the till's time zone is known."""
    try:
        SystemClock(config.till.timezone)
    except ConfigurationError as error:
        return Check("time zone", BROKEN, error.message, error.hint)
    return Check("time zone", OK, config.till.timezone)


def terminal(around: Surroundings) -> Check:
    """Look whether the terminal shows what the till writes."""
    facts = around.terminal()
    if not facts.is_terminal:
        return Check("terminal", OK, "not looked at: this is not printed on a terminal")
    if facts.encoding.replace("-", "") != "utf8":
        words = f"it is written in {facts.encoding}: names and boxes come out wrong"
        return Check("terminal", BROKEN, words, "export LANG=C.UTF-8")
    if facts.name in _POOR_TERMINALS:
        words = f"TERM={facts.name}: it cannot place text"
        return Check("terminal", BROKEN, words, "export TERM=xterm-256color")
    size = f"{facts.columns} columns, {facts.rows} rows"
    if facts.columns < COLUMNS_MIN or facts.rows < ROWS_MIN:
        fix = f"make its window or its letters fit {COLUMNS_MIN} columns and {ROWS_MIN} rows"
        return Check("terminal", WARN, f"only {size}", fix)
    colours = "all colours" if facts.true_colours else f"the colours of {facts.name}"
    return Check("terminal", OK, f"UTF-8, {size}, {colours}")

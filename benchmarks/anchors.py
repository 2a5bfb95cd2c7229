"""Anchors: the least that any till would have to do here, for ratios measured in the same run.

Run ``python -m benchmarks.anchors [--folder DIR]``. A folder on no real disk makes every ratio of a
durable line meaningless, and is said so.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from benchmarks.measuring import HEADER, compared, heading, in_turns, micros, print_table
from benchmarks.processes import environment
from benchmarks.pseudo_terminal import PseudoTerminal

if TYPE_CHECKING:
    from collections.abc import Sequence

ROW: Final = os.urandom(256)
NO_DISK_S: Final = 20e-6
"""No disk flushes as quickly: such a folder is in memory."""

MINIMAL_APP: Final = """
from textual.app import App
from textual.widgets import Static
class Minimal(App):
    def compose(self):
        yield Static("READY")
Minimal().run()
"""
BARE: Final = (sys.executable, "-c", "print('READY', flush=True)")
MINIMAL: Final = (sys.executable, "-c", MINIMAL_APP)


def main() -> None:
    """Print the anchors of this machine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="on the disk to measure")
    parser.add_argument("--calls", type=int, default=400)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder, Flush(Path(folder)) as flush:
        database = _database(Path(folder))
        found = in_turns(
            {
                "append 256 B, fdatasync": flush,
                "SQLite, one row, WAL FULL": lambda: _insert(database),
            },
            calls=options.calls,
        )
        database.close()
    anchor = found["append 256 B, fdatasync"]
    heading("Anchors")
    print_table(HEADER, [compared(name, each, anchor) for name, each in found.items()])
    if anchor.p50_s < NO_DISK_S:
        print("This folder is on no disk: name one with --folder.")
    for name, command in (("bare Python", BARE), ("minimal Textual app", MINIMAL)):
        print(f"{name}: {micros(sorted(_start_s(command) for _ in range(5))[2])} µs")


class Flush:
    """Appends one row to a file and flushes it to the disk, each time it is called."""

    def __init__(self, folder: Path) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        self._descriptor = os.open(folder / "anchor.log", flags, 0o640)

    def __call__(self) -> None:
        """Do it once."""
        os.write(self._descriptor, ROW)
        os.fdatasync(self._descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)


def minimal_start_s() -> float:
    """Return how long a minimal Textual app takes to its first frame on a real terminal."""
    return _start_s(MINIMAL)


def bare_start_s() -> float:
    """Return how long an interpreter takes to say one word."""
    begin = time.perf_counter()
    subprocess.run(BARE, check=True, stdout=subprocess.DEVNULL, env=environment())
    return time.perf_counter() - begin


def _start_s(command: Sequence[str]) -> float:
    begin = time.perf_counter()
    with PseudoTerminal(command) as terminal:
        terminal.read_until(b"READY")
        return time.perf_counter() - begin


def _database(folder: Path) -> sqlite3.Connection:
    database = sqlite3.connect(folder / "anchor.db", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE rows (body BLOB)")
    return database


def _insert(database: sqlite3.Connection) -> None:
    database.execute("INSERT INTO rows VALUES (?)", (ROW,))


if __name__ == "__main__":
    main()

"""Counting flushes: a file layer under SQLite that passes everything on and counts what is synced.

It is slower than none, so nothing is timed while it counts.
"""

from __future__ import annotations

from typing import Final

import apsw

NAME: Final = "counting-flushes"


class CountingDisk(apsw.VFS):
    """Passes on to the system's own layer; ``flushes`` says how often a file was flushed."""

    def __init__(self) -> None:
        super().__init__(NAME, "")
        self.flushes = 0

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 - SQLite's name
        """Open a file that counts."""
        return _CountingFile(self, name, flags)


class _CountingFile(apsw.VFSFile):
    def __init__(
        self, disk: CountingDisk, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> None:
        super().__init__("", name, flags)
        self._disk = disk

    def xSync(self, flags: int) -> None:  # noqa: N802 - SQLite's name
        self._disk.flushes += 1
        super().xSync(flags)

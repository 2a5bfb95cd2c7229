"""The lock file: one process a till, refused by name and number."""

from __future__ import annotations

import contextlib
import fcntl
import os
from typing import TYPE_CHECKING, Self

from posframe.errors import JournalBusy, JournalUnavailable

if TYPE_CHECKING:
    from pathlib import Path


class TillLock:
    """Held while a till runs; the system lets go of it when the process ends, however it ends."""

    def __init__(self, path: Path, name: str) -> None:
        """Take the lock.

        Raises:
            JournalBusy: another process holds it; the message names it.
            JournalUnavailable: the folder cannot be written.
        """
        self._path = path
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        except OSError as error:
            raise JournalUnavailable(
                f"The till's folder {path.parent} cannot be written ({error.strerror})",
                hint="make it writable, then start the till again",
            ) from error
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(self._descriptor, 200, 0).decode(errors="replace").strip()
            os.close(self._descriptor)
            raise JournalBusy(
                f"This till is running already: {holder or 'unknown'}",
                hint="use that one, or close it first",
            ) from error
        self.was_left = os.fstat(self._descriptor).st_size > 0
        """True: the till before this one ended without letting go, by a crash or a power cut."""
        with contextlib.suppress(OSError):  # on a full disk the lock holds, and names nobody
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, f"{name}, process {os.getpid()}\n".encode(), 0)
            os.fsync(self._descriptor)  # after a power cut the next start has to see it

    def check_wal(self, journal: Path) -> None:
        """After a crash the newest rows are in the WAL alone; without it nothing shows that.

        Raises:
            JournalUnavailable: it is not there; the lock is let go.
        """
        wal = journal.with_name(f"{journal.name}-wal")
        if self.was_left and journal.exists() and not wal.exists():
            self.release(clean=False)
            raise JournalUnavailable(
                f"{wal} is missing; this till ended by a crash and its last sales may be in it",
                hint="put it back, or go on without it by making an empty file of that name",
            )

    def release(self, *, clean: bool = True) -> None:
        """Let go; the file stays, since removing it could free another's lock.

        Args:
            clean: False leaves it as by a crash, for the next start to see.
        """
        if self._descriptor >= 0:
            if clean:
                with contextlib.suppress(OSError):
                    os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

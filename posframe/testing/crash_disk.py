"""A disk that can lose its power: a VFS that knows what was written since each file's last sync.

::

    disk = CrashDisk(folder)
    … run a till with StoreOptions(path=folder / "till.db", vfs=disk.name) …
    disk.reboot(17, random.Random(1), other_folder)  # what a cut before operation 17 leaves

What was not synced is dropped, kept, kept in part, or torn at sectors of 512 bytes. Every operation
is recorded, so that one run can be cut at all of its points; ``cut_at`` cuts a run while it runs,
and ``fault`` makes single operations fail. The index of a WAL (``-shm``) never survives.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import apsw
import attrs

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Mapping
    from types import TracebackType

SECTOR_BYTES = 512
_NUMBERS = itertools.count(1)


@attrs.frozen
class Operation:
    """One thing asked of the disk."""

    kind: Literal["read", "write", "truncate", "sync", "lost sync", "delete"]
    """Reads are shown to ``fault`` and not recorded. After a lost sync, what it was for can still
    be read, and will never be on the disk: so Linux does after a failed ``fsync``."""
    file: str
    """Its name without the folder."""
    offset: int = 0
    """Where a write begins; for a truncate the new length."""
    data: bytes = b""


class LostSyncError(apsw.IOError):
    """Raised by a ``fault`` to make a sync fail so that what was written before it is lost."""


class CrashDisk(apsw.VFS):
    """A VFS over real files that remembers each operation. It never really syncs: that is slow."""

    def __init__(
        self,
        folder: Path,
        *,
        cut_at: int | None = None,
        fault: Callable[[Operation], None] | None = None,
    ) -> None:
        """Register the VFS under ``name``.

        Args:
            folder: where its files are; what is in it now counts as synced.
            cut_at: the power goes before the operation of this number, from 0; then all fails.
            fault: told each operation before it is done; raises an ``apsw.Error`` to make it fail.
        """
        self.name = f"crash-disk-{next(_NUMBERS)}"
        self.operations: list[Operation] = []
        self.cut_at, self.fault = cut_at, fault
        self._begin = _files(folder)
        self._platter = _Platter(self._begin)
        super().__init__(self.name, "")

    def reboot(self, at: int, rng: random.Random, folder: Path) -> None:
        """Write what is left when the power goes before operation ``at`` into an empty folder.

        Costs least when ``at`` rises from call to call.
        """
        assert 0 <= at <= len(self.operations), "the run has such an operation"
        if at < self._platter.done:
            self._platter = _Platter(self._begin)
        for operation in self.operations[self._platter.done : at]:
            self._platter.advance(operation)
        for name, content in self._platter.survivors(rng).items():
            (folder / name).write_bytes(content)

    def xOpen(  # noqa: N802 - SQLite's name
        self, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> apsw.VFSFile:
        """Open a file; of SQLite's own temporary files nothing is recorded."""
        self._refuse_if_cut()
        if name is None:
            return super().xOpen(name, flags)
        return _CrashFile(self, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: FBT001, N802 - SQLite's signature
        """Delete a file; without a sync of the folder it may be there again after a cut."""
        operation = Operation("delete", Path(filename).name)
        self.before(operation)
        super().xDelete(filename, syncdir)
        self.operations.append(operation)

    def excepthook(
        self,
        etype: type[BaseException] | None,
        evalue: BaseException | None,
        etraceback: TracebackType | None,
    ) -> bool:
        """Say nothing of failures that SQLite keeps to itself, as it does at a checkpoint."""
        return True

    def before(self, operation: Operation) -> None:
        """Let ``fault`` see an operation, or refuse it because the power is gone."""
        self._refuse_if_cut()
        if self.fault is not None:
            self.fault(operation)

    def _refuse_if_cut(self) -> None:
        if self.cut_at is not None and len(self.operations) >= self.cut_at:
            raise apsw.IOError("the power is gone")


class _CrashFile(apsw.VFSFile):
    def __init__(self, disk: CrashDisk, name: str | apsw.URIFilename, flags: list[int]) -> None:
        super().__init__("", name, flags)
        full = name.filename() if isinstance(name, apsw.URIFilename) else name
        self._disk, self._name = disk, Path(full).name

    def excepthook(
        self,
        etype: type[BaseException] | None,
        evalue: BaseException | None,
        etraceback: TracebackType | None,
    ) -> bool:
        """Say nothing, as above."""
        return True

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802 - SQLite's name
        if self._disk.fault is not None or self._disk.cut_at is not None:
            self._disk.before(Operation("read", self._name, offset))
        return super().xRead(amount, offset)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - SQLite's name
        operation = Operation("write", self._name, offset, bytes(data))
        self._disk.before(operation)
        super().xWrite(data, offset)
        self._disk.operations.append(operation)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802 - SQLite's name
        operation = Operation("truncate", self._name, newsize)
        self._disk.before(operation)
        super().xTruncate(newsize)
        self._disk.operations.append(operation)

    def xSync(self, flags: int) -> None:  # noqa: N802 - SQLite's name
        del flags
        try:
            self._disk.before(Operation("sync", self._name))
        except LostSyncError:
            self._disk.operations.append(Operation("lost sync", self._name))
            raise
        self._disk.operations.append(Operation("sync", self._name))


class _Platter:
    """What is surely on the disk after some operations, and what may be."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.done = 0
        self._sure = {name: bytearray(content) for name, content in files.items()}
        self._pending: dict[str, list[Operation]] = {}
        self._deleted: dict[str, bytearray] = {}

    def advance(self, operation: Operation) -> None:
        self.done += 1
        name = operation.file
        if operation.kind == "sync":
            if name not in self._sure:  # SQLite syncs the folder with a file it has made
                self._deleted.clear()
            content = self._sure.setdefault(name, bytearray())
            for each in self._pending.pop(name, ()):
                _apply(content, each)
        elif operation.kind == "lost sync":
            self._pending.pop(name, None)
        elif operation.kind == "delete":
            self._pending.pop(name, None)
            self._deleted[name] = self._sure.pop(name, bytearray())
        else:
            self._pending.setdefault(name, []).append(operation)

    def survivors(self, rng: random.Random) -> dict[str, bytes]:
        """Return the files after a cut: all that was synced, and what chance leaves of the rest."""
        fate = rng.choice(("dropped", "kept", "part", "torn"))
        found = {name: bytearray(content) for name, content in self._sure.items()}
        for name, content in self._deleted.items():
            if rng.random() < 0.5:
                found.setdefault(name, bytearray(content))
        for name, operations in self._pending.items():
            left = [piece for each in operations for piece in _left_of(each, fate, rng)]
            if left:
                content = found.setdefault(name, bytearray())
                for piece in left:
                    _apply(content, piece)
        return {name: bytes(content) for name, content in found.items()}


def _left_of(operation: Operation, fate: str, rng: random.Random) -> Iterator[Operation]:
    if fate == "torn" and operation.kind == "write" and rng.random() < 0.5:
        for sector in _sectors(operation):
            if rng.random() < 0.5:
                yield sector
    elif fate == "kept" or (fate != "dropped" and rng.random() < 0.5):
        yield operation


def _sectors(operation: Operation) -> Iterator[Operation]:
    """Split a write where a disk may tear it."""
    start, end = operation.offset, operation.offset + len(operation.data)
    while start < end:
        stop = min(end, (start // SECTOR_BYTES + 1) * SECTOR_BYTES)
        part = operation.data[start - operation.offset : stop - operation.offset]
        yield attrs.evolve(operation, offset=start, data=part)
        start = stop


def _apply(content: bytearray, operation: Operation) -> None:
    length = len(content)
    if operation.kind == "truncate":
        del content[operation.offset :]
        content.extend(bytes(max(0, operation.offset - length)))
        return
    content.extend(bytes(max(0, operation.offset - length)))
    content[operation.offset : operation.offset + len(operation.data)] = operation.data


def _files(folder: Path) -> dict[str, bytes]:
    if not folder.is_dir():
        return {}
    return {
        each.name: each.read_bytes()
        for each in folder.iterdir()
        if each.is_file() and not each.name.endswith("-shm")
    }

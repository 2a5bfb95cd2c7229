"""A file that receives the bytes, or a device file such as /dev/usb/lp0."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Self

import anyio
import anyio.to_thread

from posframe.errors import ConfigurationError
from posframe.hal.transports import CHUNK_BYTES_MAX, OPEN_DEADLINE_S
from posframe.hal.transports.descriptor import DescriptorTransport


class FileTransport(DescriptorTransport):
    """A file, appended to; or a character device, whose acceptance says nothing about paper."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.name = f"file:{path}"
        self._regular = False

    @classmethod
    def from_address(cls, address: str) -> Self:
        """Return the transport for ``/path``, with or without the two slashes of a URL."""
        path = address.removeprefix("//")
        if not path or "\x00" in path:
            raise ConfigurationError(
                f"file:{address} names no file", hint="Write file:/dev/usb/lp0"
            )
        return cls(Path(path))

    async def open(self, deadline_s: float = OPEN_DEADLINE_S) -> None:
        """Open the file, made when it is not there; its folder must exist.

        ``deadline_s`` is not needed: opening waits for nothing.
        """
        del deadline_s
        if self.is_open:
            return
        self.taken = 0
        try:
            self._descriptor = await anyio.to_thread.run_sync(_open, self.path)
        except OSError as error:
            reason = error.strerror or str(error)
            raise self._failed(
                f"{self.name} cannot be opened: {reason}", hint=_hint(error)
            ) from error
        self._regular = stat.S_ISREG(os.fstat(self._descriptor).st_mode)
        self.confirms = self._regular

    async def read(self, size_max: int, deadline_s: float) -> bytes:
        """Return what has arrived, at most ``size_max`` bytes; a file never answers."""
        self._required()
        if self._regular:
            await anyio.sleep(deadline_s)
            return b""
        return await super().read(size_max, deadline_s)

    async def _push(self, piece: memoryview, length: int) -> None:
        """Hand over ``piece``: the event loop cannot wait for files, so a thread writes to them."""
        if not self._regular:
            return await super()._push(piece, length)
        assert len(piece) <= CHUNK_BYTES_MAX, "a chunk is short: so is the wait for its thread"
        try:
            self.taken += await anyio.to_thread.run_sync(os.write, self._required(), piece)
        except OSError as error:
            raise await self._lost(error, length) from error

    def _release(self, descriptor: int) -> None:
        os.close(descriptor)


def _open(path: Path) -> int:
    try:
        special = not stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError:
        special = False
    if special:
        return os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)


def _hint(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "The user the till runs as needs write access; printers usually belong to group lp"
    if isinstance(error, FileNotFoundError):
        return "Its folder does not exist: make it, or mend the path"
    return ""

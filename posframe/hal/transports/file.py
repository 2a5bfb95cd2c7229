"""A file that receives the bytes, a FIFO, or a device file such as /dev/usb/lp0."""

from __future__ import annotations

import errno
import os
import select
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from posframe.errors import ConfigurationError
from posframe.hal.transports import CHUNK_BYTES_MAX, NO_OPTIONS, OPEN_DEADLINE_S, TransportError
from posframe.hal.transports.descriptor import DescriptorTransport, seen_at
from posframe.hal.transports.refusals import refusal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from posframe.errors import DeviceError

DEVICES = Path("/dev")


class FileTransport(DescriptorTransport):
    """A file, appended to; or a character device, whose acceptance says nothing about paper."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.name = f"file:{path}"
        self._regular = False
        self._answers = False
        self._closed = anyio.Event()

    @classmethod
    def from_address(cls, address: str, options: Mapping[str, str] = NO_OPTIONS) -> Self:
        """Return the transport for ``/path``, with or without the two slashes of a URL."""
        del options
        path = address.removeprefix("//")
        if not path or "\x00" in path:
            raise ConfigurationError(
                f"file:{address} names no file", hint="Write file:/dev/usb/lp0"
            )
        return cls(Path(path))

    def present(self) -> bool | None:
        """Return whether its device file is there, or the folder that the file would be made in."""
        there = seen_at(self.path)
        if there is False and not self.path.is_relative_to(DEVICES):
            return self.path.parent.is_dir()
        return there

    async def open(self, deadline_s: float = OPEN_DEADLINE_S) -> None:
        """Open the file, made when it is not there; its folder must exist.

        ``deadline_s`` is not needed: opening waits for nothing.
        """
        del deadline_s
        if self.is_open:
            return
        self.taken = 0
        descriptor = await anyio.to_thread.run_sync(self._opened)
        kind = os.fstat(descriptor).st_mode
        self._regular = stat.S_ISREG(kind)
        self._answers = stat.S_ISCHR(kind) and _can_wait(descriptor)
        self.confirms = self._regular
        self._closed = anyio.Event()
        self._descriptor = descriptor

    async def read(self, size_max: int, deadline_s: float) -> bytes:
        """Return what has arrived, at most ``size_max`` bytes; a file or FIFO never answers."""
        self._required()
        if self._answers:
            return await super().read(size_max, deadline_s)
        with anyio.move_on_after(deadline_s):
            await self._closed.wait()
        self._required()
        return b""

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
        self._closed.set()

    def _opened(self) -> int:
        try:
            return _open(self.path)
        except OSError as error:
            raise self._refused(error) from error

    def _refused(self, error: OSError) -> DeviceError:
        if isinstance(error, FileNotFoundError) and not self.path.is_relative_to(DEVICES):
            return TransportError(
                f"{self.name} cannot be opened: {error.strerror}",
                hint="Its folder does not exist: make it, or mend the path",
            )
        if error.errno == errno.ENXIO:
            return TransportError(
                f"{self.name}: nobody is at its other end", hint="start what reads from it"
            )
        return refusal(self.name, error, path=str(self.path))


def _open(path: Path) -> int:
    try:
        kind = path.stat().st_mode
    except FileNotFoundError:
        if path.is_relative_to(DEVICES):
            raise  # a device that is away: a file in its place would swallow receipts
        kind = stat.S_IFREG
    if stat.S_ISREG(kind):
        return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    if stat.S_ISFIFO(kind):
        # For reading as well, it would give back what was written to it.
        return os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    return os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)


def _can_wait(descriptor: int) -> bool:
    """Return whether the event loop can wait for the device: not for /dev/null, for one."""
    with select.epoll() as poll:
        try:
            poll.register(descriptor, select.EPOLLIN)
        except PermissionError:
            return False
    return True

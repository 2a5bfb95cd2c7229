"""Writing to and reading from a non-blocking descriptor on the event loop, counting every byte.

What is opened and how is the business of the transports that use it.
"""

from __future__ import annotations

import os
import select
from abc import abstractmethod
from pathlib import Path

import anyio
import anyio.lowlevel

from posframe.hal.transports import CHUNK_BYTES_MAX, Transport, TransportError


class DescriptorTransport(Transport):
    """A line that is a descriptor of the system; subclasses open it."""

    name: str

    def __init__(self) -> None:
        self._descriptor: int | None = None

    @abstractmethod
    def _release(self, descriptor: int) -> None:
        """Close ``descriptor`` and what it belongs to."""

    @property
    def is_open(self) -> bool:
        """Whether the line was opened and has not failed since."""
        return self._descriptor is not None

    async def close(self) -> None:
        """Disconnect and wake whoever waits; doing so again does nothing."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is None:
            return
        # A waiter left on a closed descriptor hangs for ever, and its number is soon used again.
        anyio.notify_closing(descriptor)
        self._release(descriptor)

    async def write(self, data: bytes, deadline_s: float) -> int:
        """Hand over all of ``data`` within ``deadline_s`` seconds; return its length."""
        self.taken = self.unsure = 0
        length = len(data)
        self._required(length)
        rest = memoryview(data)
        with anyio.move_on_after(deadline_s) as limit:
            while self.taken < length:
                await self._push(rest[self.taken : self.taken + CHUNK_BYTES_MAX], length)
        if limit.cancelled_caught and self.taken < length:
            raise self._failed(f"{self.name} took no more data for {deadline_s:g} s", length=length)
        return length

    async def read(self, size_max: int, deadline_s: float) -> bytes:
        """Return what has arrived, at most ``size_max`` bytes; empty when nothing came in time.

        What is there is returned however late it is looked for: when the event loop was held up,
        the rest of a message must not seem to be missing.
        """
        ends_s = anyio.current_time() + deadline_s
        await anyio.lowlevel.checkpoint()
        while True:
            descriptor = self._required()
            data = await self._arrived(descriptor, size_max)
            left_s = ends_s - anyio.current_time()
            if data or left_s <= 0:
                return data
            with anyio.move_on_after(left_s):
                await self._news(descriptor)

    async def _arrived(self, descriptor: int, size_max: int) -> bytes:
        """Return what is there now; empty when nothing is."""
        look = select.poll()  # a read of nothing can look like a hang-up: not of an idle line
        look.register(descriptor, select.POLLIN)
        if not look.poll(0):
            return b""
        try:
            data = os.read(descriptor, size_max)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise await self._lost(error) from error
        if not data:
            raise await self._lost(None)
        return data

    async def _news(self, descriptor: int) -> None:
        try:
            await anyio.wait_readable(descriptor)
        except anyio.ClosedResourceError as error:
            raise self._closed_here() from error
        except OSError as error:
            raise await self._lost(error) from error

    async def _push(self, piece: memoryview, length: int) -> None:
        """Hand over some of ``piece``, waiting only where the system has no room for it."""
        await anyio.lowlevel.checkpoint()
        try:
            self.taken += os.write(self._required(length), piece)
        except BlockingIOError:
            await self._room(length)
        except OSError as error:
            raise await self._lost(error, length) from error

    async def _room(self, length: int) -> None:
        try:
            await anyio.wait_writable(self._required(length))
        except anyio.ClosedResourceError as error:
            raise self._closed_here(length) from error
        except OSError as error:
            raise await self._lost(error, length) from error

    def _required(self, length: int = 0) -> int:
        if self._descriptor is None:
            raise self._failed(f"{self.name} is not connected", length=length)
        return self._descriptor

    def _closed_here(self, length: int = 0) -> TransportError:
        # Whoever closed it may have opened it again by now: that line is not this task's to close.
        return self._failed(f"{self.name} was closed by the till", length=length)

    async def _lost(self, error: Exception | None, length: int = 0) -> TransportError:
        reason = getattr(error, "strerror", None) or "the other side closed the connection"
        await self.close()
        return self._failed(f"{self.name} was lost: {reason}", length=length)


def seen_at(path: str | Path) -> bool | None:
    """Return whether a path is there now; None where the system does not let it be looked for."""
    try:
        return Path(path).exists()
    except OSError:
        return None

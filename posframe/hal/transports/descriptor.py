"""Writing to and reading from a non-blocking descriptor on the event loop, counting every byte.

What is opened and how is the business of the transports that use it.
"""

from __future__ import annotations

import os
from abc import abstractmethod

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
        self.taken = 0
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
        """Return what has arrived, at most ``size_max`` bytes; empty when nothing came in time."""
        with anyio.move_on_after(deadline_s):
            while True:
                descriptor = self._required()
                try:
                    await anyio.wait_readable(descriptor)
                    data = os.read(self._required(), size_max)
                except BlockingIOError:
                    continue
                except (OSError, anyio.ClosedResourceError) as error:
                    raise await self._lost(error) from error
                if not data:
                    raise await self._lost(None)
                return data
        return b""

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
        except (OSError, anyio.ClosedResourceError) as error:
            raise await self._lost(error, length) from error

    def _required(self, length: int = 0) -> int:
        if self._descriptor is None:
            raise self._failed(f"{self.name} is not connected", length=length)
        return self._descriptor

    async def _lost(self, error: Exception | None, length: int = 0) -> TransportError:
        reason = getattr(error, "strerror", None) or "the other side closed the connection"
        await self.close()
        return self._failed(f"{self.name} was lost: {reason}", length=length)

"""A peer in this process: what tests talk to instead of a device, with faults at any byte."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import anyio
import anyio.lowlevel

from posframe.hal.transports import CHUNK_BYTES_MAX, OPEN_DEADLINE_S, Transport

if TYPE_CHECKING:
    from collections.abc import Callable

BYTES_KEPT_MAX = 16 * 1024 * 1024


class MemoryTransport(Transport):
    """Feeds a peer function and reads its answers; without a peer it only remembers.

    ``lost_after`` bytes the line breaks and ``stuck_after`` bytes the peer takes no more, both
    counted from the first byte ever written; ``absent`` makes opening fail.
    """

    def __init__(
        self,
        peer: Callable[[bytes], bytes] | None = None,
        *,
        lost_after: float = math.inf,
        stuck_after: float = math.inf,
        absent: bool = False,
    ) -> None:
        self.sent = bytearray()
        """Everything the peer was given."""
        self.lost_after = lost_after
        self.stuck_after = stuck_after
        self.absent = absent
        self.confirms = True  # the peer has processed what it was given when write returns
        self._peer = peer
        self._answers = bytearray()
        self._arrived = anyio.Event()
        self._open = False

    async def open(self, deadline_s: float = OPEN_DEADLINE_S) -> None:
        """Connect; a transport that is open stays as it is."""
        del deadline_s
        await anyio.lowlevel.checkpoint()
        self.taken = 0
        if self.absent:
            raise self._failed("memory: there is no device")
        self._open = True

    async def close(self) -> None:
        """Disconnect and wake whoever waits; doing so again does nothing."""
        self._open = False
        self._arrived.set()

    @property
    def is_open(self) -> bool:
        """Whether the line was opened and has not failed since."""
        return self._open

    async def write(self, data: bytes, deadline_s: float) -> int:
        """Hand over all of ``data`` within ``deadline_s`` seconds; return its length."""
        self.taken = 0
        with anyio.move_on_after(deadline_s) as limit:
            while self.taken < len(data):
                await self._push(data[self.taken : self.taken + CHUNK_BYTES_MAX], len(data))
        if limit.cancelled_caught:
            raise self._failed(f"memory: took no more data for {deadline_s:g} s", length=len(data))
        return len(data)

    async def read(self, size_max: int, deadline_s: float) -> bytes:
        """Return what has arrived, at most ``size_max`` bytes; empty when nothing came in time."""
        with anyio.move_on_after(deadline_s):
            while not self._answers:
                self._check()
                self._arrived = anyio.Event()
                await self._arrived.wait()
        data = bytes(self._answers[:size_max])
        del self._answers[:size_max]
        return data

    def answer(self, data: bytes) -> None:
        """Let ``data`` arrive from the peer, unasked."""
        assert len(self._answers) + len(data) <= BYTES_KEPT_MAX, "nobody reads the answers"
        self._answers += data
        self._arrived.set()

    async def _push(self, piece: bytes, length: int) -> None:
        await anyio.lowlevel.checkpoint()
        self._check(length)
        room = min(self.lost_after, self.stuck_after) - len(self.sent)
        part = piece[: max(0, int(min(room, len(piece))))]
        assert len(self.sent) + len(part) <= BYTES_KEPT_MAX, "a test writes less than this"
        self.sent += part
        self.taken += len(part)
        if part and self._peer:
            self.answer(self._peer(part))
        if len(part) < len(piece):
            if self.stuck_after <= self.lost_after:
                await anyio.sleep_forever()
            self._open = False
            raise self._failed("memory: the line broke", length=length)

    def _check(self, length: int = 0) -> None:
        if not self._open:
            raise self._failed("memory: is not connected", length=length)

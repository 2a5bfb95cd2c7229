"""A line to a device in software in this process, with the faults of a script on it.

The simulator's clock is the event loop's, so a virtual clock drives both.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import anyio
import anyio.lowlevel

from posframe.hal.simulators.wire import Wire
from posframe.hal.transports import CHUNK_BYTES_MAX, OPEN_DEADLINE_S, Transport

if TYPE_CHECKING:
    from collections.abc import Iterable

    from posframe.hal.simulators.faults import Fault
    from posframe.hal.simulators.simulator import Simulator

TICK_S_MIN = 0.001
"""A simulator that is due again and again without end does not stop the loop."""


class SimulatedTransport(Transport):
    """Feeds a simulator and reads its answers, while it has its own sense of time.

    ``lost_after`` bytes written the line breaks, ``cut_after`` bytes read it does, and
    ``stuck_after`` bytes the device takes no more; ``absent`` makes opening fail.
    """

    def __init__(
        self,
        simulator: Simulator,
        faults: Iterable[Fault] = (),
        *,
        lost_after: float = math.inf,
        cut_after: float = math.inf,
        stuck_after: float = math.inf,
    ) -> None:
        self.simulator = simulator
        self.name = "sim:"
        self.lost_after = lost_after
        self.cut_after = cut_after
        self.stuck_after = stuck_after
        self.absent = False
        self.written = 0
        """Bytes the device was given since this line was made."""
        self.arrived = 0
        """Bytes the host was given since this line was made."""
        self._faults = tuple(faults)
        self._made: Wire | None = None
        self._changed = anyio.Event()
        self._open = False

    async def open(self, deadline_s: float = OPEN_DEADLINE_S) -> None:
        """Connect; a transport that is open stays as it is."""
        del deadline_s
        await anyio.lowlevel.checkpoint()
        self.taken = 0
        if self.absent:
            raise self._failed("sim: there is no device")
        if not self._open:
            self._open = True
            self._wire.connect(anyio.current_time())

    async def close(self) -> None:
        """Disconnect and wake whoever waits; doing so again does nothing."""
        self._end()

    @property
    def is_open(self) -> bool:
        """Whether the line was opened and has not failed since."""
        return self._open

    def act(self, words: str) -> None:
        """Do what a person does at the device, and carry what it sends because of it.

        Raises:
            DataError: there is no such act, or its words mean nothing.
        """
        self._wire.act(words, anyio.current_time())
        self._stir()

    def spoil(self, fault: Fault) -> None:
        """Let ``fault`` strike from now on."""
        self._wire.spoil(fault, anyio.current_time())
        self._stir()

    def pull(self) -> None:
        """Pull the cable: the line breaks, and cannot be opened."""
        self.absent = True
        self._end()

    def plug(self) -> None:
        """Put the cable back in."""
        self.absent = False

    async def write(self, data: bytes, deadline_s: float) -> int:
        """Hand over all of ``data`` within ``deadline_s`` seconds; return its length."""
        self.taken = 0
        with anyio.move_on_after(deadline_s) as limit:
            while self.taken < len(data):
                await self._push(data[self.taken : self.taken + CHUNK_BYTES_MAX], len(data))
        if limit.cancelled_caught and self.taken < len(data):
            raise self._failed(f"sim: took no more data for {deadline_s:g} s", length=len(data))
        return len(data)

    async def read(self, size_max: int, deadline_s: float) -> bytes:
        """Return what has arrived, at most ``size_max`` bytes; empty when nothing came in time."""
        ends_s = anyio.current_time() + deadline_s
        while True:
            self._check()
            now_s = anyio.current_time()
            self._wire.advance(now_s)
            data = self._ready(size_max, now_s)
            if data or (now_s >= ends_s and self._open):
                await anyio.lowlevel.checkpoint()
                return data
            if self._open:
                await self._news(ends_s)

    @property
    def _wire(self) -> Wire:
        """The wire, made when first used: its faults begin in the time of that loop."""
        if self._made is None:
            self._made = Wire(self.simulator, self._faults, anyio.current_time())
        return self._made

    async def _push(self, part: bytes, length: int) -> None:
        await anyio.lowlevel.checkpoint()
        self._check(length)
        self._wire.advance(anyio.current_time())
        allowed = min(self.lost_after, self.stuck_after) - self.written
        room = self._wire.room
        wanted = max(0, min(allowed, len(part)))
        taken = part[: int(wanted if room is None else min(room, wanted))]
        if taken:
            self.written += len(taken)
            self.taken += len(taken)
            self._wire.receive(taken, anyio.current_time())
            self._stir()
        if self._wire.broken or (len(taken) == allowed < len(part) and not self._is_stuck):
            self._end()
            raise self._failed("sim: the line broke", length=length)
        if not taken:
            await self._news(math.inf)

    @property
    def _is_stuck(self) -> bool:
        return self.stuck_after <= self.lost_after

    def _ready(self, size_max: int, now_s: float) -> bytes:
        """Return what has arrived by now; a close that has arrived breaks the line."""
        data = self._wire.take(size_max, now_s)
        room = int(min(self.cut_after - self.arrived, len(data)))
        self.arrived += room
        if room < len(data) or self._wire.broken:
            self._end()
        return data[:room]

    async def _news(self, ends_s: float) -> None:
        """Wait until something may have changed, at the latest until ``ends_s``."""
        changed, due_s, now_s = self._changed, self._wire.due_s(), anyio.current_time()
        wait_s = math.inf if due_s is None else max(TICK_S_MIN, due_s - now_s)
        with anyio.move_on_after(min(wait_s, ends_s - now_s)):
            await changed.wait()

    def _stir(self) -> None:
        changed, self._changed = self._changed, anyio.Event()
        changed.set()

    def _end(self) -> None:
        if self._open:
            self._open = False
            self._wire.disconnect()
        self._stir()

    def _check(self, length: int = 0) -> None:
        if not self._open:
            raise self._failed("sim: the line is closed", length=length)

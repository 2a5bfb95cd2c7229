"""A line to a device in software in this process, with the faults of a script on it.

The simulator's clock is the event loop's, so a virtual clock drives both.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import anyio
import anyio.lowlevel

from posframe.hal.simulators.faults import FaultyWay
from posframe.hal.transports import CHUNK_BYTES_MAX, OPEN_DEADLINE_S, Transport

if TYPE_CHECKING:
    from collections.abc import Iterable

    from posframe.hal.simulators.faults import Fault, Piece
    from posframe.hal.simulators.simulator import Simulator

BYTES_KEPT_MAX = 16 * 1024 * 1024


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
        faults = tuple(faults)
        self._to_device = FaultyWay(fault for fault in faults if fault.receives)
        self._from_device = FaultyWay(fault for fault in faults if not fault.receives)
        self._pieces: list[Piece] = []
        self._news = anyio.Event()
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
            self._carry(self.simulator.connected(anyio.current_time()))

    async def close(self) -> None:
        """Disconnect and wake whoever waits; doing so again does nothing."""
        if self._open:
            self._open = False
            self._pieces.clear()
            self.simulator.disconnected()
        self._news.set()

    @property
    def is_open(self) -> bool:
        """Whether the line was opened and has not failed since."""
        return self._open

    def act(self, words: str) -> None:
        """Do what a person does at the device, and carry what it sends because of it."""
        self._carry(self.simulator.act(words, anyio.current_time()))

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
            data = self._ready(size_max)
            now_s = anyio.current_time()
            if data or now_s >= ends_s:
                await anyio.lowlevel.checkpoint()
                return data
            self._news = anyio.Event()
            with anyio.move_on_after(min(ends_s, self._next_s()) - now_s):
                await self._news.wait()
            self._carry(self.simulator.tick(anyio.current_time()))

    async def _push(self, part: bytes, length: int) -> None:
        await anyio.lowlevel.checkpoint()
        self._check(length)
        room = min(self.lost_after, self.stuck_after) - self.written
        taken = part[: max(0, int(min(room, len(part))))]
        self.written += len(taken)
        self.taken += len(taken)
        now_s = anyio.current_time()
        for piece in self._to_device.carry(taken, now_s) if taken else ():
            self._carry(self.simulator.feed(piece.data, now_s))
            if piece.closes:
                await self._break(length)
        if len(taken) < len(part):
            if self.stuck_after <= self.lost_after:
                await anyio.sleep_forever()
            await self._break(length)

    async def _break(self, length: int = 0) -> None:
        await self.close()
        raise self._failed("sim: the line broke", length=length)

    def _carry(self, data: bytes) -> None:
        if not data:
            return
        self._pieces += self._from_device.carry(data, anyio.current_time())
        self._pieces.sort(key=lambda piece: piece.at_s)
        assert sum(len(piece.data) for piece in self._pieces) <= BYTES_KEPT_MAX, "nobody reads"
        self._news.set()

    def _ready(self, size_max: int) -> bytes:
        """Return what has arrived by now; a close that has arrived breaks the line."""
        now_s, data = anyio.current_time(), b""
        while self._pieces and self._pieces[0].at_s <= now_s and len(data) < size_max:
            piece = self._pieces.pop(0)
            data += piece.data
            if piece.closes:
                self._open = False
        rest = data[size_max:]
        if rest:
            self._pieces.insert(0, type(piece)(rest, now_s))
        room = int(min(self.cut_after - self.arrived, len(data[:size_max])))
        self.arrived += room
        if room < len(data[:size_max]):
            self._open = False
        return data[: min(room, size_max)]

    def _next_s(self) -> float:
        due_s = self.simulator.due_s()
        first_s = self._pieces[0].at_s if self._pieces else math.inf
        return min(first_s, math.inf if due_s is None else due_s)

    def _check(self, length: int = 0) -> None:
        if not self._open:
            raise self._failed("sim: the line is closed", length=length)

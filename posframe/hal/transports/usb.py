"""USB devices without a driver of the system: printers, and whatever has a pair of bulk endpoints.

::

    usb://04b8:0e15                 the only one of this model
    usb://04b8:0e15/X3RK000123      the one with this serial number, in whichever socket
    usb://04b8:0e15?port=1-1.2      the one in this socket: for models that all have the same number

libusb's calls block, so they run in threads: one slot for reading and one for writing, or a read
would hold up a receipt. Each call is short. A cancelled task does not wait for it: what it still
reads is kept for the next read, what it still writes is in ``unsure``.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

import anyio
import anyio.lowlevel
import anyio.to_thread

from posframe.hal.transports import (
    CHUNK_BYTES_MAX,
    NO_OPTIONS,
    OPEN_DEADLINE_S,
    Transport,
    TransportError,
)
from posframe.hal.transports.settings import LineSettings
from posframe.hal.transports.usb_claim import Choice, ClaimedDevice, bulk_pair, claim
from posframe.hal.transports.usb_find import TREE, UsbIdentity, UsbThing, require_pyusb, seen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

SLICE_MS = 250
"""Longest call to libusb: closing waits for one."""
HUNG_S = 2.0
"""How much longer than asked a call may take before it is given up."""
EMPTY_REST_S = 0.02
"""Rest after an empty answer: some printers give one at once, for ever."""

T = TypeVar("T")


class UsbTransport(Transport):
    """A pair of bulk endpoints. What the device took may lie in its buffer for long."""

    OPTIONS: ClassVar[frozenset[str]] = frozenset({"port", "interface"})
    KIND: ClassVar[str] = "usb"

    def __init__(
        self,
        identity: UsbIdentity,
        *,
        interface: int | None = None,
        backend: UsbThing = None,
        tree: Path = TREE,
    ) -> None:
        self.identity = identity
        self.name = f"{self.KIND}:{identity}"
        self._interface = interface
        self._backend = backend
        self._tree = tree
        self._device: ClaimedDevice | None = None
        self._arrived: deque[bytes] = deque()
        self._gone = anyio.Event()
        self._attempt = 0
        """Number of the latest write: a call left behind by an older one has no say any more."""
        self._reader, self._read_turn = anyio.CapacityLimiter(1), threading.Lock()
        self._writer, self._write_turn = anyio.CapacityLimiter(1), threading.Lock()

    @classmethod
    def from_address(cls, address: str, options: Mapping[str, str] = NO_OPTIONS) -> Self:
        """Return the transport for ``//VID:PID[/SERIAL]``."""
        identity = UsbIdentity.parse(cls.KIND, address, options)
        settings = LineSettings(cls.KIND, options)
        given = settings.text("interface")
        interface = settings.number("interface", 0, 0, 255) if given else None
        require_pyusb()
        return cls(identity, interface=interface)

    def present(self) -> bool | None:
        """Return whether the device is plugged in now."""
        return seen(self.identity, self._tree, self._backend)

    async def open(self, deadline_s: float = OPEN_DEADLINE_S) -> None:
        """Find the device, wherever it is now, and claim it.

        ``deadline_s`` is not needed: each question to the device ends after a second.
        """
        del deadline_s
        if self._device is not None:
            return
        self.taken = self.unsure = 0
        self._arrived.clear()
        self._gone = anyio.Event()
        self._device = await anyio.to_thread.run_sync(self._claimed, limiter=self._writer)
        self.note = _note(self.name, self.identity, self._device)

    async def close(self) -> None:
        """Disconnect once the calls under way have returned, and give the device back."""
        device, self._device = self._device, None
        if device is None:
            return
        self._gone.set()
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(self._give_back, device)

    @property
    def is_open(self) -> bool:
        """Whether the line was opened and has not failed since."""
        return self._device is not None

    async def write(self, data: bytes, deadline_s: float) -> int:
        """Hand over all of ``data`` within ``deadline_s`` seconds; return its length."""
        self.taken = self.unsure = 0
        self._attempt += 1
        length = len(data)
        ends_s = anyio.current_time() + deadline_s
        await anyio.lowlevel.checkpoint()
        done = 0
        while done < length:
            device = self._required(length)
            left_s = ends_s - anyio.current_time()
            if left_s <= 0:
                raise self._failed(
                    f"{self.name} took no more data for {deadline_s:g} s", length=length
                )
            chunk = data[done : done + CHUNK_BYTES_MAX]
            # From here on the device can have the chunk: a call that fails does not tell how much.
            self.taken, self.unsure = done + len(chunk), len(chunk)
            arguments = (device, chunk, done, left_s, self._attempt)
            done += await self._call(self._write_slice, arguments, length) or 0
        return length

    async def read(self, size_max: int, deadline_s: float) -> bytes:
        """Return what has arrived, at most ``size_max`` bytes; empty when nothing came in time."""
        ends_s = anyio.current_time() + deadline_s
        await anyio.lowlevel.checkpoint()
        asked = False  # however late it is, what is there has to be asked for once
        while True:
            device = self._required()
            if self._arrived:
                return self._next(size_max)
            left_s = ends_s - anyio.current_time()
            if left_s <= 0 and asked:
                return b""
            asked = True
            if device.endpoints.into is None:
                await self._until_gone(left_s)
            elif await self._call(self._read_slice, (device, left_s), 0) == 0:
                await self._until_gone(min(left_s, EMPTY_REST_S))

    def _choice(self) -> Choice:
        return bulk_pair(self._interface)

    def _send(self, device: ClaimedDevice, chunk: bytes, timeout_ms: int) -> int:
        return device.write(chunk, timeout_ms)

    def _next(self, size_max: int) -> bytes:
        """Return what has arrived, joined; the endpoint's packets mean nothing."""
        data = self._arrived.popleft()
        while self._arrived and len(data) < size_max:
            data += self._arrived.popleft()
        if data[size_max:]:
            self._arrived.appendleft(data[size_max:])
        return data[:size_max]

    async def _until_gone(self, wait_s: float) -> None:
        with anyio.move_on_after(wait_s):
            await self._gone.wait()

    async def _call(
        self, act: Callable[..., T], arguments: tuple[object, ...], length: int
    ) -> T | None:
        """Run one short call in its slot; a call that hangs or fails is the end of the line."""
        slot = self._writer if length else self._reader
        with anyio.move_on_after(SLICE_MS / 1000 + HUNG_S):
            try:
                return await anyio.to_thread.run_sync(
                    act, *arguments, abandon_on_cancel=True, limiter=slot
                )
            except OSError as error:
                reason = error.strerror or str(error)
                raise await self._lost(reason, length) from error
        raise await self._lost("the system does not return from a call to it", length)

    def _write_slice(
        self, device: ClaimedDevice, chunk: bytes, done: int, left_s: float, attempt: int
    ) -> int:
        with self._write_turn:
            if attempt != self._attempt or device is not self._device:
                return 0  # cancelled before it began: to write now would open the device anew
            count = self._send(device, chunk, _slice_ms(left_s))
            assert 0 <= count <= len(chunk), "a device takes no more than it is given"
            if attempt == self._attempt:
                self.taken, self.unsure = done + count, 0
            return count

    def _read_slice(self, device: ClaimedDevice, left_s: float) -> int | None:
        """Keep what arrives, and return how much; None when nothing came."""
        with self._read_turn:
            if device is not self._device:
                return None
            data = device.read(_slice_ms(left_s))
            if data:
                self._arrived.append(data)
            return None if data is None else len(data)

    def _claimed(self) -> ClaimedDevice:
        return claim(self.name, self.identity, self._choice(), self._backend)

    def _give_back(self, device: ClaimedDevice) -> None:
        turns = (self._read_turn, self._write_turn)
        had = [turn for turn in turns if turn.acquire(timeout=HUNG_S)]
        try:
            if len(had) == len(turns):  # or a call hangs in it: to close it would crash the process
                device.close()
        finally:
            for turn in had:
                turn.release()

    def _required(self, length: int = 0) -> ClaimedDevice:
        if self._device is None:
            raise self._failed(f"{self.name} is not connected", length=length)
        return self._device

    async def _lost(self, reason: str, length: int) -> TransportError:
        await self.close()
        return self._failed(f"{self.name} was lost: {reason}", length=length)


def _slice_ms(left_s: float) -> int:
    return max(1, min(SLICE_MS, int(left_s * 1000)))


def _note(name: str, identity: UsbIdentity, device: ClaimedDevice) -> str:
    """Return what to tell about a device that could be taken for another."""
    if identity.serial:
        return ""
    if identity.port:
        return f"{name} is known by its socket: it must stay there"
    if device.serial:
        return f"{name} is any of its model; this one is usb://{identity.model}/{device.serial}"
    return (
        f"{name} is any of its model, as it has no serial number; "
        f"a second one needs ?port={device.port} and to stay in that socket"
    )

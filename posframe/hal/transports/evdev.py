"""Input devices of the system, such as a scanner that types: whole events, kept from all others.

What the keys mean is a codec's business. An event is 24 bytes: time, type, code and value, as a
64-bit Linux has them.
"""

from __future__ import annotations

import errno
import fcntl
import os
from typing import TYPE_CHECKING, ClassVar, Self

import anyio
import anyio.to_thread

from posframe.errors import ConfigurationError
from posframe.hal.errors import Unsupported
from posframe.hal.transports import NO_OPTIONS, OPEN_DEADLINE_S
from posframe.hal.transports.descriptor import DescriptorTransport, seen_at
from posframe.hal.transports.refusals import held, refusal
from posframe.hal.transports.settings import LineSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

EVENT_BYTES = 24
EVIOCGRAB = 0x40044590


class EvdevTransport(DescriptorTransport):
    """An input device, read only; nobody else sees its events while ``grab`` is on.

    ``opener`` and ``control`` (fcntl.ioctl) are for tests, which have a pipe instead of a device.
    """

    OPTIONS: ClassVar[frozenset[str]] = frozenset({"grab"})

    def __init__(
        self,
        path: str,
        *,
        grab: bool = True,
        opener: Callable[[str, int], int] = os.open,
        control: Callable[[int, int, int], object] = fcntl.ioctl,
    ) -> None:
        super().__init__()
        self.path = path
        self.name = f"evdev:{path}"
        self._grab = grab
        self._open_path = opener
        self._control = control
        self._half = b""

    @classmethod
    def from_address(cls, address: str, options: Mapping[str, str] = NO_OPTIONS) -> Self:
        """Return the transport for ``/dev/input/…``."""
        path = address.removeprefix("//")
        if not path.startswith("/") or not path.isprintable():
            raise ConfigurationError(
                f"evdev:{address} names no input device",
                hint="write evdev:/dev/input/by-id/… and choose the one that ends in -event-kbd",
            )
        return cls(path, grab=LineSettings("evdev", options).truth("grab", default=True))

    def present(self) -> bool | None:
        """Return whether its device file is there now."""
        return seen_at(self.path)

    async def open(self, deadline_s: float = OPEN_DEADLINE_S) -> None:
        """Open the device and keep it from all others; waits for nothing."""
        del deadline_s
        if self.is_open:
            return
        self.taken = 0
        self._half = b""
        self._descriptor = await anyio.to_thread.run_sync(self._opened)

    async def write(self, data: bytes, deadline_s: float) -> int:
        """Refuse: an input device is read only."""
        del data, deadline_s
        raise Unsupported(f"{self.name} takes no data", hint="it is an input device")

    async def read(self, size_max: int, deadline_s: float) -> bytes:
        """Return whole events, at most ``size_max`` bytes; empty when none came in time."""
        assert size_max >= EVENT_BYTES, "an event is read whole"
        ends_s = anyio.current_time() + deadline_s
        most = size_max - size_max % EVENT_BYTES
        while True:
            left_s = max(0.0, ends_s - anyio.current_time())
            data = await super().read(most - len(self._half), left_s)
            self._half += data
            whole = len(self._half) - len(self._half) % EVENT_BYTES
            if whole or not data:
                events, self._half = self._half[:whole], self._half[whole:]
                return events

    def _opened(self) -> int:
        try:
            descriptor = self._open_path(self.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            raise refusal(self.name, error, path=self.path) from error
        try:
            if self._grab:
                self._control(descriptor, EVIOCGRAB, 1)
        except OSError as error:
            os.close(descriptor)
            if error.errno == errno.EBUSY:
                raise held(self.name, self.path) from error
            raise refusal(self.name, error, path=self.path) from error
        return descriptor

    def _release(self, descriptor: int) -> None:
        os.close(descriptor)  # the system lets go of the grab with the descriptor

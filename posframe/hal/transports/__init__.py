"""Transports: bytes to a device and back, without knowing what they mean.

::

    memory:                     a peer in this process, for tests
    virtual:FOLDER[?columns=N]  a printer in this process that writes its receipts to a folder
    file:/path                  a file, or a device such as /dev/usb/lp0
    tcp://host:port             a printer on the network

Reconnecting, leases and health belong to the supervisor; what the bytes say to the codecs.
"""

from __future__ import annotations

import difflib
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Self

from posframe.errors import ConfigurationError, DeviceOffline
from posframe.hal.progress import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

CHUNK_BYTES_MAX = 4096
"""Most that is handed to the system at once."""
OPEN_DEADLINE_S = 5.0


class TransportError(DeviceOffline):
    """The line to a device failed; what it has received is in ``outcome`` and ``written``."""

    def __init__(
        self,
        message: str,
        *,
        outcome: Outcome = Outcome.NOT_STARTED,
        written: int = 0,
        hint: str = "",
    ) -> None:
        super().__init__(message, hint=hint)
        self.outcome = outcome
        self.written = written
        """Bytes of the failed write that the device can have, at most."""


class Transport(ABC):
    """A line to one device. Own it with ``async with``, or open and close it.

    One task writes at a time and one reads. Cancelling a call leaves the line usable for closing
    only: ``taken`` says how much of the write was handed over.
    """

    confirms: bool = False
    """Whether what `write` has accepted is certain to have been processed at the other end."""
    taken: int = 0
    """Bytes of the latest write handed to the system so far: the most the device can have."""

    @abstractmethod
    async def open(self, deadline_s: float = OPEN_DEADLINE_S) -> None:
        """Connect; a transport that is open stays as it is.

        Raises:
            TransportError: the device cannot be reached within ``deadline_s`` seconds.
        """

    @abstractmethod
    async def close(self) -> None:
        """Disconnect and wake whoever waits; doing so again does nothing."""

    @property
    @abstractmethod
    def is_open(self) -> bool:
        """Whether the line was opened and has not failed since."""

    @abstractmethod
    async def write(self, data: bytes, deadline_s: float) -> int:
        """Hand over all of ``data`` within ``deadline_s`` seconds; return its length.

        Raises:
            TransportError: not all of it could be handed over; ``written`` says how much was.
        """

    @abstractmethod
    async def read(self, size_max: int, deadline_s: float) -> bytes:
        """Return what has arrived, at most ``size_max`` bytes; empty when nothing came in time.

        Raises:
            TransportError: the line is closed, by this side or the other.
        """

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def _failed(self, message: str, *, length: int = 0, hint: str = "") -> TransportError:
        """Return the error that says what became of a write of ``length`` bytes."""
        if not self.taken:
            outcome = Outcome.NOT_STARTED
        elif self.taken < length:
            outcome = Outcome.PARTIAL
        else:
            outcome = Outcome.UNKNOWN
        return TransportError(message, outcome=outcome, written=self.taken, hint=hint)


def transport_from_uri(uri: str) -> Transport:
    """Return the transport that ``uri`` names, not yet open.

    Raises:
        ConfigurationError: the scheme is unknown or the address cannot be read.
    """
    scheme, colon, address = uri.partition(":")
    make = _SCHEMES.get(scheme.lower()) if colon else None
    if make is None:
        near = difflib.get_close_matches(scheme.lower(), _SCHEMES, n=1)
        known = ", ".join(f"{name}:" for name in sorted(_SCHEMES))
        raise ConfigurationError(
            f"There is no transport for {uri!r}",
            hint=f"Did you mean {near[0]}:?" if near else f"Known are {known}",
        )
    return make(address)


async def open_transport(uri: str, deadline_s: float = OPEN_DEADLINE_S) -> Transport:
    """Return the transport that ``uri`` names, open.

    Raises:
        ConfigurationError: the scheme is unknown or the address cannot be read.
        TransportError: the device cannot be reached within ``deadline_s`` seconds.
    """
    transport = transport_from_uri(uri)
    await transport.open(deadline_s)
    return transport


# Each transport is imported when a till names it: a headless till loads none it does not use.
def _tcp(address: str) -> Transport:
    from posframe.hal.transports.tcp import TcpTransport

    return TcpTransport.from_address(address)


def _file(address: str) -> Transport:
    from posframe.hal.transports.file import FileTransport

    return FileTransport.from_address(address)


def _memory(_: str) -> Transport:
    from posframe.hal.transports.memory import MemoryTransport

    return MemoryTransport()


def _virtual(address: str) -> Transport:
    from posframe.hal.transports.virtual import VirtualTransport

    return VirtualTransport.from_address(address)


_SCHEMES: dict[str, Callable[[str], Transport]] = {
    "tcp": _tcp,
    "file": _file,
    "memory": _memory,
    "virtual": _virtual,
}

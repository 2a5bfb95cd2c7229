"""Transports: bytes to a device and back, without knowing what they mean.

::

    serial:/dev/serial/by-id/…  a serial port or USB adapter, with all its line settings
    usb://VID:PID[/SERIAL]      a USB printer, or whatever else has a pair of bulk endpoints
    hid://VID:PID[/SERIAL]      a HID device, one report a read; hidraw:/dev/hidraw0 by its path
    evdev:/dev/input/by-id/…    an input device of the system, kept from all other programs
    tcp://host:port             a printer on the network
    file:/path                  a file, or a device such as /dev/usb/lp0
    virtual:FOLDER[?columns=N]  a printer in this process that writes its receipts to a folder
    replay:FILE                 a recording of a device, see `posframe.hal.wire_log`
    memory:                     a peer in this process, for tests

Reconnecting, leases and health belong to the supervisor; what the bytes say to the codecs.
"""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Self
from urllib.parse import parse_qsl

from posframe.errors import ConfigurationError, DeviceOffline
from posframe.hal.progress import Outcome
from posframe.hal.uri import unknown_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

CHUNK_BYTES_MAX = 4096
"""Most that is handed to the system at once."""
OPEN_DEADLINE_S = 5.0
NO_OPTIONS: Mapping[str, str] = MappingProxyType({})


class TransportError(DeviceOffline):
    """The line to a device failed; what it has received is in ``outcome``, a range of bytes."""

    def __init__(
        self,
        message: str,
        *,
        outcome: Outcome = Outcome.NOT_STARTED,
        written: int = 0,
        least: int = 0,
        hint: str = "",
    ) -> None:
        super().__init__(message, hint=hint)
        self.outcome = outcome
        self.written = written
        """Bytes of the failed write that the device can have, at most."""
        self.least = least
        """Bytes of the failed write that were handed over for certain."""


class Transport(ABC):
    """A line to one device. Own it with ``async with``, or open and close it.

    One task writes at a time and one reads. Cancelling a call leaves the line usable for closing
    only: ``taken`` and ``taken_least`` say how much of the write was handed over.
    """

    OPTIONS: ClassVar[frozenset[str]] = frozenset()
    """Names of the options its address may have."""
    confirms: bool = False
    """Whether what `write` has accepted is certain to have been processed at the other end."""
    taken: int = 0
    """Bytes of the latest write handed over so far: the most the device can have."""
    unsure: int = 0
    """Those of ``taken`` of which nobody knows whether they were handed over."""
    note: str = ""
    """What the operator should know about how the device was found: by its socket, for one."""

    @classmethod
    def from_address(cls, address: str, options: Mapping[str, str] = NO_OPTIONS) -> Transport:
        """Return the transport for what follows the colon of an address, not yet open.

        Raises:
            ConfigurationError: the address or an option cannot be read, or a library is missing.
        """
        del address, options  # those that need them read them
        return cls()

    @property
    def taken_least(self) -> int:
        """Bytes of the latest write that were handed over for certain."""
        return max(0, self.taken - self.unsure)

    @abstractmethod
    async def open(self, deadline_s: float = OPEN_DEADLINE_S) -> None:
        """Connect; a transport that is open stays as it is.

        Raises:
            TransportError: the device cannot be reached within ``deadline_s`` seconds.
            AccessDenied: the system refuses the till's user; the hint says how to allow it.
            DeviceHeld: another program has the device.
            ConfigurationError: the address fits more than one device, or a library is missing.
        """

    @abstractmethod
    async def close(self) -> None:
        """Disconnect and wake whoever waits; doing so again does nothing."""

    @property
    @abstractmethod
    def is_open(self) -> bool:
        """Whether the line was opened and has not failed since."""

    def present(self) -> bool | None:
        """Return whether the device can be seen now; None where only connecting tells.

        Cheap and without waiting: asked every second or two while a device is away.
        """
        return None

    @abstractmethod
    async def write(self, data: bytes, deadline_s: float) -> int:
        """Hand over all of ``data`` within ``deadline_s`` seconds; return its length.

        Raises:
            TransportError: not all of it could be handed over; says how much was.
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
        return TransportError(
            message, outcome=outcome, written=self.taken, least=self.taken_least, hint=hint
        )


def make_transport(name: str, address: str, options: Mapping[str, str] = NO_OPTIONS) -> Transport:
    """Return the transport called ``name`` for ``address``, not yet open.

    Raises:
        ConfigurationError: there is none, its address or an option cannot be read, or it needs a
            library that is not installed.
    """
    kind = _kind(name)
    for option in options:
        if option not in kind.OPTIONS:
            raise ConfigurationError(
                f"{name}: has no option {option!r}",
                hint=unknown_name("options", option, kind.OPTIONS)
                if kind.OPTIONS
                else "it has none",
            )
    return kind.from_address(address, options)


def transport_options(name: str) -> frozenset[str]:
    """Return the names of the options that addresses of the transport ``name`` may have.

    Raises:
        ConfigurationError: there is no such transport.
    """
    return _kind(name).OPTIONS


def transport_from_uri(uri: str) -> Transport:
    """Return the transport that ``uri`` names, such as ``tcp://10.0.0.5:9100``, not yet open.

    Raises:
        ConfigurationError: there is none, its address or an option cannot be read, or it needs a
            library that is not installed.
    """
    scheme, colon, rest = uri.partition(":")
    if not colon:
        raise _unknown(scheme, f"There is no transport for {uri!r}")
    address, _, query = rest.partition("?")
    return make_transport(scheme.lower(), address, dict(parse_qsl(query, keep_blank_values=True)))


async def open_transport(uri: str, deadline_s: float = OPEN_DEADLINE_S) -> Transport:
    """Return the transport that ``uri`` names, open.

    Raises:
        ConfigurationError: the scheme is unknown or the address cannot be read.
        DeviceError: the device cannot be had within ``deadline_s`` seconds.
    """
    transport = transport_from_uri(uri)
    await transport.open(deadline_s)
    return transport


_KINDS = {
    "evdev": ("evdev", "EvdevTransport"),
    "file": ("file", "FileTransport"),
    "hid": ("hid", "HidTransport"),
    "hidraw": ("hid", "HidrawTransport"),
    "memory": ("memory", "MemoryTransport"),
    "replay": ("replay", "ReplayTransport"),
    "serial": ("serial", "SerialTransport"),
    "tcp": ("tcp", "TcpTransport"),
    "usb": ("usb", "UsbTransport"),
    "virtual": ("virtual", "VirtualTransport"),
}


def _kind(name: str) -> type[Transport]:
    """Import a transport when a till names it: a headless till loads none it does not use."""
    if name not in _KINDS:
        raise _unknown(name, f"There is no transport {name!r}")
    module, kind = _KINDS[name]
    found: type[Transport] = getattr(importlib.import_module(f"{__name__}.{module}"), kind)
    return found


def _unknown(name: str, message: str) -> ConfigurationError:
    return ConfigurationError(message, hint=unknown_name("transports", name.lower(), _KINDS))

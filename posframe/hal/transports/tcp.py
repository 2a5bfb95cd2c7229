"""Printers and other devices that listen on a TCP port, such as 9100."""

from __future__ import annotations

import errno
import os
import socket
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

import anyio

from posframe.errors import ConfigurationError
from posframe.hal.transports import NO_OPTIONS, OPEN_DEADLINE_S
from posframe.hal.transports.descriptor import DescriptorTransport

if TYPE_CHECKING:
    from collections.abc import Mapping

PRINTER_PORT = 9100
_HINT = "switch it on, and check its network cable and address"
SEND_BUFFER_BYTES = 16 * 1024
"""Asked of the system: a large one would swallow whole receipts for a printer that is not there."""


class TcpTransport(DescriptorTransport):
    """A TCP connection. What it accepted is on its way, not yet on paper."""

    def __init__(self, host: str, port: int = PRINTER_PORT) -> None:
        super().__init__()
        self.host = host
        self.port = port
        self.name = f"tcp://{host}:{port}"
        self._socket: socket.socket | None = None

    @classmethod
    def from_address(cls, address: str, options: Mapping[str, str] = NO_OPTIONS) -> Self:
        """Return the transport for ``//host:port``; the port is 9100 when left out."""
        del options
        try:
            parts = urlsplit(f"tcp:{address}")
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port = None, None
        if not host or parts.path not in ("", "/"):
            raise ConfigurationError(
                f"tcp:{address} names no host and port", hint="Write tcp://192.168.1.50:9100"
            )
        return cls(host, port or PRINTER_PORT)

    async def open(self, deadline_s: float = OPEN_DEADLINE_S) -> None:
        """Connect; a transport that is open stays as it is."""
        if self.is_open:
            return
        self.taken = 0
        try:
            with anyio.fail_after(deadline_s):
                self._socket = await _connected(self.host, self.port)
        except TimeoutError as error:
            words = f"{self.name} did not answer within {deadline_s:g} s"
            raise self._failed(words, hint=_HINT) from error
        except (OSError, UnicodeError) as error:  # a name that no host can have is the latter
            words = f"{self.name} cannot be reached: {getattr(error, 'strerror', None) or error}"
            raise self._failed(words, hint=_HINT) from error
        self._descriptor = self._socket.fileno()

    async def write(self, data: bytes, deadline_s: float) -> int:
        """Hand over all of ``data`` within ``deadline_s`` seconds; return its length."""
        await self._notice_end()
        return await super().write(data, deadline_s)

    async def _notice_end(self) -> None:
        """Refuse a line that the other side has closed: its first write would seem to succeed."""
        self.taken = 0
        self._required()
        assert self._socket is not None, "an open line has its socket"
        try:
            ended = not self._socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return
        except OSError as error:
            raise await self._lost(error) from error
        if ended:
            raise await self._lost(None)

    def _release(self, descriptor: int) -> None:
        assert self._socket is not None, "an open line has its socket"
        assert self._socket.fileno() == descriptor, "the descriptor is the socket's"
        self._socket.close()
        self._socket = None


async def _connected(host: str, port: int) -> socket.socket:
    """Return a socket connected to the first of the host's addresses that accepts."""
    found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    failure: OSError = OSError(errno.EADDRNOTAVAIL, os.strerror(errno.EADDRNOTAVAIL))
    for family, kind, protocol, _, address in found:
        line = socket.socket(family, kind, protocol)
        try:
            line.setblocking(False)  # noqa: FBT003 - the socket module's own signature
            line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            await _finish_connecting(line, address)
        except OSError as error:
            line.close()
            failure = error
        except BaseException:
            line.close()
            raise
        else:
            return line
    raise failure


async def _finish_connecting(line: socket.socket, address: tuple[object, ...]) -> None:
    code = line.connect_ex(address)
    if code == errno.EINPROGRESS:
        await anyio.wait_writable(line)
        code = line.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if code:
        raise OSError(code, os.strerror(code))

"""Where a device in software is plugged in: a TCP port, or a pseudo-terminal behind a link.

A socket gives one host at a time, as a descriptor that does not block. What is said over it is
`serving`'s business.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import socket
import sys
import termios
import tty
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import anyio

from posframe.errors import ConfigurationError, DeviceError
from posframe.hal.transports.tcp import PRINTER_PORT

if TYPE_CHECKING:
    from collections.abc import Iterator

FORM = "write tcp://127.0.0.1:9100 or pty:/tmp/scale"
LOOK_S = 0.05
"""Rest between two looks whether a pseudo-terminal was opened: the system does not tell."""
LINGER_S = 0.2
LINGER_LOOK_S = 0.005
RECEIVE_BUFFER_BYTES = 4096
"""Asked of the system for a device whose buffer can fill: a large one would swallow receipts."""


def socket_at(where: str, *, narrow: bool = False) -> DeviceSocket:
    """Return the place that ``tcp://host:port`` or ``pty:/path/of/link`` names, not yet open.

    A port that is 0 becomes one that is free. ``narrow``: the device takes only so much at once,
    and hosts are to notice.

    Raises:
        ConfigurationError: ``where`` is neither.
    """
    scheme, _, address = where.partition(":")
    if scheme == "pty" and address.removeprefix("//"):
        return PtySocket(Path(address.removeprefix("//")))
    try:
        parts = urlsplit(where)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if scheme != "tcp" or not host or parts.path not in ("", "/"):
        raise ConfigurationError(f"Cannot listen on {where!r}", hint=FORM)
    return TcpSocket(host, PRINTER_PORT if port is None else port, narrow=narrow)


class DeviceSocket(ABC):
    """A place for one host at a time."""

    @property
    @abstractmethod
    def address(self) -> str:
        """How a till names it: ``tcp://127.0.0.1:9100`` or ``serial:/tmp/scale``."""

    @abstractmethod
    def open(self) -> None:
        """Let hosts come; a socket that is open stays as it is.

        Raises:
            DeviceError: the place is taken, or cannot be used.
        """

    @abstractmethod
    async def host(self) -> int:
        """Return the descriptor of the next host, once there is one."""

    @abstractmethod
    def part(self, descriptor: int) -> None:
        """Let go of a host that has left."""

    @abstractmethod
    async def hang_up(self, descriptor: int) -> None:
        """End the connection of a host that is still there; the next may come.

        What was written before still reaches it, if it reads.
        """

    @abstractmethod
    def close(self) -> None:
        """Let no host come any more; doing so again does nothing."""


class TcpSocket(DeviceSocket):
    """A TCP port. The next host waits until the one before has hung up, as at most printers."""

    def __init__(self, host: str, port: int, *, narrow: bool = False) -> None:
        self.hostname = host
        self.port = port
        self._narrow = narrow
        self._listener: socket.socket | None = None
        self._client: socket.socket | None = None

    @property
    def address(self) -> str:
        """``tcp://host:port``; a port that was 0 is the one it came to be."""
        host = f"[{self.hostname}]" if ":" in self.hostname else self.hostname
        return f"tcp://{host}:{self.port}"

    def open(self) -> None:
        """Listen."""
        if self._listener is not None:
            return
        try:
            self._listener = self._listening()
        except OSError as error:
            raise DeviceError(
                f"{self.address} cannot be served: {error.strerror or error}",
                hint="choose another port, or end what listens there",
            ) from error
        self.port = self._listener.getsockname()[1]

    def _listening(self) -> socket.socket:
        found = socket.getaddrinfo(self.hostname, self.port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, address = found[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setblocking(False)  # noqa: FBT003 - the socket module's own signature
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if self._narrow:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
            listener.bind(address)
            listener.listen()
        except OSError:
            listener.close()
            raise
        return listener

    async def host(self) -> int:
        """Return the next host's descriptor."""
        while True:
            assert self._listener is not None, "hosts come to an open socket"
            await anyio.wait_readable(self._listener)
            try:
                client, _ = self._listener.accept()
            except OSError:  # it has left again
                continue
            client.setblocking(False)  # noqa: FBT003 - the socket module's own signature
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._client = client
            return client.fileno()

    def part(self, descriptor: int) -> None:
        """Close the connection."""
        client, self._client = self._client, None
        if client is not None:
            assert client.fileno() == descriptor, "one host at a time"
            client.close()

    async def hang_up(self, descriptor: int) -> None:
        """Close the connection."""
        self.part(descriptor)

    def close(self) -> None:
        """Refuse hosts, those that wait as well."""
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.close()


class PtySocket(DeviceSocket):
    """A pseudo-terminal, as a serial line without speed and parity, behind a link of a fixed name.

    A host that opens it within `LOOK_S` of the one before it is taken for the same one.
    """

    def __init__(self, link: Path) -> None:
        self.link = link.absolute()
        self._master: int | None = None
        self._name = ""

    @property
    def address(self) -> str:
        """``serial:`` and the link."""
        return f"serial:{self.link}"

    def open(self) -> None:
        """Make a pseudo-terminal and the link to it, in place of a link that was left behind."""
        if self._master is not None:
            return
        if self.link.exists() and not self.link.is_symlink():
            raise DeviceError(
                f"{self.link} is in the way", hint="choose a name that is not there yet"
            )
        try:
            self._master, terminal = pty.openpty()
            tty.setraw(terminal)
            self._name = os.ttyname(terminal)
            os.close(terminal)  # held open, it would hide that the host has left
            os.set_blocking(self._master, False)
            draft = self.link.with_name(f".{self.link.name}.draft")
            draft.unlink(missing_ok=True)
            draft.symlink_to(self._name)
            draft.replace(self.link)
        except OSError as error:
            self.close()
            raise DeviceError(
                f"{self.link} cannot be made: {error.strerror}", hint="its folder must exist"
            ) from error

    async def host(self) -> int:
        """Return the descriptor, once somebody has opened the other end."""
        while True:
            assert self._master is not None, "hosts come to an open socket"
            if self._is_opened(self._master):
                return self._master
            await anyio.sleep(LOOK_S)

    @staticmethod
    def _is_opened(master: int) -> bool:
        """Whether somebody has it open, or had and has left bytes."""
        poll = select.poll()
        poll.register(master, select.POLLIN)
        found = dict(poll.poll(0)).get(master, 0)
        return bool(found & select.POLLIN) or not found & select.POLLHUP

    def part(self, descriptor: int) -> None:
        """Make it as it was: raw, and without what the last host has not read."""
        assert descriptor == self._master, "one host at a time"
        with contextlib.suppress(OSError, termios.error), self._terminal() as terminal:
            tty.setraw(terminal)  # flushes as well

    async def hang_up(self, descriptor: int) -> None:
        """Take the terminal away under the host's hands, and put another in its place.

        The system forgets what the host has not read by then.
        """
        assert descriptor == self._master, "one host at a time"
        with anyio.move_on_after(LINGER_S):
            await anyio.sleep(LINGER_LOOK_S)
            while self._unread():  # noqa: ASYNC110 - the system does not tell
                await anyio.sleep(LINGER_LOOK_S)
        self.close()
        self.open()

    @contextlib.contextmanager
    def _terminal(self) -> Iterator[int]:
        """Open the host's end for a moment."""
        terminal = os.open(self._name, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            yield terminal
        finally:
            os.close(terminal)

    def _unread(self) -> bool:
        with self._terminal() as terminal:
            count = fcntl.ioctl(terminal, termios.FIONREAD, bytes(4))
        return int.from_bytes(count, sys.byteorder) > 0

    def close(self) -> None:
        """Take terminal and link away."""
        master, self._master = self._master, None
        if master is not None:
            anyio.notify_closing(master)
            os.close(master)
            with contextlib.suppress(OSError):
                if self.link.readlink() == Path(self._name):
                    self.link.unlink()

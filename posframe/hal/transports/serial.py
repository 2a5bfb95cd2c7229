"""Serial ports and USB adapters: pyserial opens and configures, the event loop reads and writes.

::

    serial:/dev/serial/by-id/usb-FTDI_…?baud=9600&format=7E1&flow=rtscts
    serial:socket://10.0.0.7:4001       a terminal server; its line is configured at the server

The path is resolved at each opening, so a by-id name finds its device in another socket too. What
the bits on the wire are is in `serial_line`.
"""

from __future__ import annotations

import fcntl
import os
import struct
import termios
from typing import TYPE_CHECKING, Any, ClassVar

import anyio
import anyio.to_thread

from posframe.errors import ConfigurationError
from posframe.hal.transports import NO_OPTIONS, OPEN_DEADLINE_S, Transport, TransportError
from posframe.hal.transports.descriptor import DescriptorTransport, seen_at
from posframe.hal.transports.refusals import refusal
from posframe.hal.transports.serial_line import (
    LINE_OPTIONS,
    ModemLines,
    ParityMarks,
    SerialLine,
    read_line,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from posframe.errors import DeviceError

SOCKET = "socket:"
PACED_BYTES_MAX = 64
"""Most in the system's hands while the device may say stop by DSR: printers ask with 128 free."""
BITS = 10
"""On the wire for one byte, about."""
PACE_S = 0.002
STALL_S = 0.25
"""How long closing waits for a device that takes nothing of what is still to go."""
DRAIN_S_MAX = 10.0
DRAIN_CHECK_S = 0.01


class SerialTransport(DescriptorTransport):
    """A serial port. What it accepted is in the system's buffer and on its way."""

    OPTIONS: ClassVar[frozenset[str]] = LINE_OPTIONS

    def __init__(self, path: str, line: SerialLine | None = None) -> None:
        super().__init__()
        self.path = path
        self.line = line or SerialLine()
        self.name = f"serial:{path}"
        self._port: Any = None  # a serial.Serial; pyserial is loaded when a port is named
        self._marks = ParityMarks()

    @classmethod
    def from_address(cls, address: str, options: Mapping[str, str] = NO_OPTIONS) -> Transport:
        """Return the transport for ``/dev/…`` or for ``socket://host:port``."""
        line = read_line(options)
        if address.startswith(SOCKET):
            from posframe.hal.transports.tcp import TcpTransport

            return TcpTransport.from_address(address.removeprefix(SOCKET))
        path = address.removeprefix("//")
        if not path.startswith("/") or not path.isprintable():
            raise ConfigurationError(
                f"serial:{address} names no port",
                hint="write serial:/dev/serial/by-id/… or serial:/dev/ttyUSB0",
            )
        _library()
        return cls(path, line)

    @property
    def parity_errors(self) -> int:
        """Characters that arrived damaged, as far as the settings have the system tell."""
        return self._marks.seen

    def present(self) -> bool | None:
        """Return whether its device file is there now."""
        return seen_at(self.path)

    async def open(self, deadline_s: float = OPEN_DEADLINE_S) -> None:
        """Open and configure the port; ``deadline_s`` is not needed: opening waits for nothing."""
        del deadline_s
        if self.is_open:
            return
        self.taken = self.unsure = 0
        self._marks = ParityMarks()
        self._port = await anyio.to_thread.run_sync(self._opened)
        self._descriptor = self._port.fd

    async def close(self) -> None:
        """Disconnect once the device has taken what is on its way, or has stopped taking it.

        Bytes it does not take are dropped: the system would wait for it up to 30 s, and the whole
        till with it. They count as unsure.
        """
        descriptor, self._descriptor = self._descriptor, None
        port, self._port = self._port, None
        if descriptor is None:
            return
        anyio.notify_closing(descriptor)
        try:
            with anyio.move_on_after(DRAIN_S_MAX, shield=True):
                await self._drain(descriptor)
        finally:
            self._release(descriptor)
            port.close()

    async def read(self, size_max: int, deadline_s: float) -> bytes:
        """Return what has arrived, at most ``size_max`` bytes; empty when nothing came in time."""
        if not self.line.marks_parity:
            return await super().read(size_max, deadline_s)
        ends_s = anyio.current_time() + deadline_s
        data = b""
        while not data:
            left_s = max(0.0, ends_s - anyio.current_time())
            raw = await super().read(size_max, left_s)
            data = self._marks.feed(raw)
            if not raw:
                break
        return data

    def modem_lines(self) -> ModemLines | None:
        """Return the device's control lines; None where the port has none, as a pty."""
        try:
            found = fcntl.ioctl(self._required(), termios.TIOCMGET, bytes(4))
        except OSError:
            return None
        return ModemLines.from_bits(struct.unpack("I", found)[0])

    def set_lines(self, *, dtr: bool | None = None, rts: bool | None = None) -> None:
        """Raise or drop this side's control lines; None leaves one as it is.

        Raises:
            TransportError: the port has none, or is not open.
        """
        descriptor = self._required()
        try:
            for bit, raised in ((termios.TIOCM_DTR, dtr), (termios.TIOCM_RTS, rts)):
                if raised is not None:
                    request = termios.TIOCMBIS if raised else termios.TIOCMBIC
                    fcntl.ioctl(descriptor, request, struct.pack("I", bit))
        except OSError as error:
            raise self._failed(f"{self.name} has no control lines: {error.strerror}") from error

    async def _push(self, piece: memoryview, length: int) -> None:
        """Hand over some of ``piece``; little at a time where the device stops us by DSR.

        Linux has no DTR/DSR flow control of its own and pyserial adds none, so it is done here.
        """
        if self.line.flow != "dsrdtr":
            return await super()._push(piece, length)
        lines = self.modem_lines()
        room = PACED_BYTES_MAX - _unsent_bytes(self._required(length))
        if room <= 0 or (lines is not None and not lines.dsr):
            return await anyio.sleep(max(PACE_S, PACED_BYTES_MAX / 2 * BITS / self.line.baud))
        return await super()._push(piece[:room], length)

    async def _drain(self, descriptor: int) -> None:
        """Wait until nothing is left to go, or none of it has gone for `STALL_S`."""
        left, since_s = _unsent_bytes(descriptor), anyio.current_time()
        while left:
            await anyio.sleep(DRAIN_CHECK_S)
            now = _unsent_bytes(descriptor)
            if now < left:
                left, since_s = now, anyio.current_time()
            elif anyio.current_time() - since_s > STALL_S:
                break

    def _release(self, descriptor: int) -> None:
        """Drop what the device has not taken and let others in; pyserial closes the descriptor."""
        left = _unsent_bytes(descriptor)
        if left:
            self.unsure = min(self.taken, left)
            _quietly(lambda: termios.tcflush(descriptor, termios.TCOFLUSH))
        if self.line.exclusive:
            _quietly(lambda: fcntl.ioctl(descriptor, termios.TIOCNXCL))

    def _opened(self) -> Any:  # noqa: ANN401 - a serial.Serial; pyserial may be missing
        serial = _library()
        line = self.line
        port = serial.Serial()
        port.port = self.path
        port.baudrate, port.bytesize = line.baud, line.data_bits
        port.parity, port.stopbits = line.parity, line.stop_bits
        port.rtscts, port.xonxoff = line.flow == "rtscts", line.flow == "xonxoff"
        port.dtr, port.rts = line.dtr, line.rts
        port.exclusive = line.exclusive or None
        try:
            self._open_port(port)
            try:
                self._adjust(port.fd)
            except BaseException:
                port.close()
                raise
        except ValueError as error:
            raise ConfigurationError(f"{self.name}: {error}", hint="mend its settings") from error
        except (OSError, termios.error) as error:
            raise self._refused(error) from error
        return port

    def _open_port(self, port: Any) -> None:  # noqa: ANN401 - a serial.Serial
        try:
            port.open()
        except termios.error:
            if not self._is_pty():
                raise
            # A pty has neither parity nor character size: asked again for nothing but these, it
            # refuses (measured), and a simulator could be connected to only once.
            port.bytesize, port.parity = 8, "N"
            port.open()

    def _is_pty(self) -> bool:
        return os.path.realpath(self.path).startswith("/dev/pts/")

    def _adjust(self, descriptor: int) -> None:
        """Set what pyserial does not: real waiting for a byte, parity marks, one user at a time."""
        settings = termios.tcgetattr(descriptor)
        # pyserial leaves VMIN at 0: then a read with nothing there looks like a hang-up.
        settings[6][termios.VMIN] = 1
        settings[0] &= ~termios.BRKINT
        if self.line.marks_parity:
            settings[0] |= termios.INPCK | termios.PARMRK
            settings[0] &= ~termios.IGNPAR
        termios.tcsetattr(descriptor, termios.TCSANOW, settings)
        # On a pty this mark would outlive a crash of the till for as long as its other end is open
        # (measured); there pyserial's lock, which the system takes back, has to do.
        if self.line.exclusive and not self._is_pty():
            fcntl.ioctl(descriptor, termios.TIOCEXCL)

    def _refused(self, error: Exception) -> DeviceError:
        code = getattr(error, "errno", None)
        if code is None:
            reason = str(error)
            hint = "it is no serial port, or there is no hardware behind it"
            return TransportError(f"{self.name} cannot be used: {reason}", hint=hint)
        return refusal(self.name, OSError(code, os.strerror(code)), path=self.path)


def _unsent_bytes(descriptor: int) -> int:
    """Return how much the system still has to send; 0 where it does not tell, as after a loss."""
    try:
        return int(struct.unpack("I", fcntl.ioctl(descriptor, termios.TIOCOUTQ, bytes(4)))[0])
    except OSError:
        return 0


def _quietly(act: Callable[[], object]) -> None:
    """Do what may fail on a line that is lost already."""
    try:
        act()
    except (OSError, termios.error):
        return


def _library() -> Any:  # noqa: ANN401 - a module that may be missing
    try:
        import serial
    except ImportError as error:
        raise ConfigurationError(
            "Serial ports need pyserial, which is not installed",
            hint="run: pip install 'posframe[devices]'",
        ) from error
    return serial

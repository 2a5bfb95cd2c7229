"""A till's dialogue on a real connection: carries bytes and time, and judges nothing."""

from __future__ import annotations

import os
import socket
import tty

import anyio

from posframe_payments.zvt.dialogue import Dialogue, Timings
from posframe_payments.zvt.framing import TcpLine
from posframe_payments.zvt.serial_line import SerialLine

PATIENT = Timings(acknowledge_s=10.0, answer_s=20.0, command_max_s=40.0)


class Connection:
    """One connection to a terminal: a socket, or a serial line that was opened."""

    def __init__(self, descriptor, line, timings=PATIENT):
        self._descriptor = descriptor
        self.dialogue = Dialogue(line, timings=timings)
        self.heard = 0

    async def ask(self, command, *, keep=True):
        """Return the facts of one command, until it ended or the connection was lost."""
        now_s = anyio.current_time
        facts = self.dialogue.start(command, now_s())
        while self.dialogue.is_open:
            if self.dialogue.awaits_decision:
                facts += self.dialogue.answer_status(keep=keep, now_s=now_s())
            if not self._write():
                facts += self.dialogue.lose()
                break
            data = await self._read()
            if data is None:
                facts += self.dialogue.tick(now_s())
            elif data:
                self.heard += 1
                facts += self.dialogue.feed(data, now_s())
            else:
                facts += self.dialogue.lose()
        self._write()
        return facts

    def close(self):
        """End the connection."""
        os.close(self._descriptor)

    def _write(self):
        try:
            os.write(self._descriptor, self.dialogue.outgoing())
        except OSError:
            return False
        return True

    async def _read(self):
        """Return bytes, nothing when the line is gone, None when time is up."""
        due_s = self.dialogue.deadline_s()
        with anyio.move_on_after(max(0.0, due_s - anyio.current_time())):
            await anyio.wait_readable(self._descriptor)
            try:
                return os.read(self._descriptor, 4096)
            except OSError:
                return b""
        return None


async def connect(port, timings=PATIENT):
    """Call a terminal on TCP."""
    with socket.socket() as client:
        client.setblocking(False)  # noqa: FBT003 - the socket module's own signature
        try:
            client.connect(("127.0.0.1", port))
        except BlockingIOError:
            await anyio.wait_writable(client)
        return Connection(client.detach(), TcpLine(), timings)


def open_serial(path):
    """Open a terminal's serial line."""
    descriptor = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    tty.setraw(descriptor)
    return Connection(descriptor, SerialLine())

"""A virtual receipt printer on a TCP port: what it prints goes to a folder."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread
from anyio.abc import SocketAttribute

from posframe.errors import ConfigurationError, DeviceError
from posframe.hal.simulators.receipt_folder import ReceiptFolder
from posframe.hal.transports.tcp import TcpTransport

if TYPE_CHECKING:
    from pathlib import Path

    from anyio.abc import SocketStream, TaskStatus

    from posframe.hal.simulators.escpos_printer import VirtualPrinter


async def serve(
    uri: str,
    folder: Path,
    *,
    columns: int = 48,
    task_status: TaskStatus[int] = anyio.TASK_STATUS_IGNORED,
) -> None:
    """Listen on ``tcp://host:port`` until cancelled and print what arrives into ``folder``.

    One client at a time, as most printers do: the next waits until the first has hung up. The
    task status tells the port, for a ``uri`` whose port is 0.

    Raises:
        ConfigurationError: ``uri`` is no ``tcp://host:port``.
        DeviceError: the port is taken or the folder cannot be made.
    """
    host, port = _address(uri)
    try:
        printer = (await anyio.to_thread.run_sync(ReceiptFolder, folder)).printer(columns)
        listener = await anyio.create_tcp_listener(local_host=host, local_port=port)
    except OSError as error:
        raise DeviceError(f"{uri} cannot be served: {error.strerror or error}") from error
    async with listener:
        port = listener.extra(SocketAttribute.local_port)  # noqa: S610 - no database here
        task_status.started(port)
        turn = anyio.CapacityLimiter(1)
        await listener.serve(functools.partial(_print, printer, turn))


async def _print(
    printer: VirtualPrinter, turn: anyio.CapacityLimiter, client: SocketStream
) -> None:
    async with client, turn:
        try:
            async for data in client:
                answers = await anyio.to_thread.run_sync(printer.feed, data)
                if answers:
                    await client.send(answers)
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            return  # the client is gone; the paper stays


def _address(uri: str) -> tuple[str, int]:
    scheme, _, address = uri.partition(":")
    if scheme != "tcp":
        raise ConfigurationError(f"Cannot listen on {uri!r}", hint="Write tcp://127.0.0.1:9100")
    transport = TcpTransport.from_address(address)
    return transport.host, transport.port

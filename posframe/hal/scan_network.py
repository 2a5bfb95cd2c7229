"""Printers on the network, looked for at the hosts that somebody names and nowhere else."""

from __future__ import annotations

import anyio

from posframe.errors import DeviceError
from posframe.hal.scan import Candidate
from posframe.hal.transports.tcp import TcpTransport

TRY_S = 1.5


async def scan_hosts(hosts: list[str]) -> tuple[list[Candidate], list[str]]:
    """Return hosts that take a connection where receipt printers listen, and why others do not.

    Nothing is sent.

    Raises:
        ConfigurationError: one of them is no name of a host.
    """
    lines = {host: TcpTransport.from_address(f"//{host}") for host in hosts}
    answers: dict[str, str] = {}

    async def attempt(host: str) -> None:
        try:
            await lines[host].open(TRY_S)
            answers[host] = ""
        except DeviceError as error:
            answers[host] = str(error)
        finally:
            with anyio.CancelScope(shield=True):
                await lines[host].close()

    async with anyio.create_task_group() as tasks:
        for host in lines:
            tasks.start_soon(attempt, host)
    found = [_candidate(lines[host]) for host in lines if not answers[host]]
    return found, [words for words in answers.values() if words]


def _candidate(line: TcpTransport) -> Candidate:
    return Candidate(
        f"Host {line.host} takes connections for printing",
        tuple(f"{driver}+{line.name}" for driver in ("escpos", "star")),
        ("which of the two it speaks stands on its self-test page",),
    )

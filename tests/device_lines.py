"""Devices in software on lines of the system, for tests that go through the command line."""

from __future__ import annotations

import contextlib
import os
import pty
import tty
from concurrent.futures import Future
from typing import TYPE_CHECKING

import anyio
import attrs
from anyio.from_thread import BlockingPortal, start_blocking_portal

from posframe.hal.registry import simulator_spec
from posframe.hal.simulators.serving import Line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@attrs.frozen
class Plugged:
    """A device in software that is plugged in."""

    line: Line
    portal: BlockingPortal
    going_on: list[Future[None]]
    """What is still being done, or has failed."""

    @property
    def address(self) -> str:
        """The transport's part of its address."""
        return self.line.address

    def act(self, words: str) -> None:
        """Do what a person does, now."""
        self.portal.call(self.line.act, words)

    def repeat(self, words: str, *, times: int, every_s: float) -> None:
        """Do it again and again from now on, while the test goes on."""

        async def keep_on() -> None:
            for _ in range(times):
                await anyio.sleep(every_s)
                self.line.act(words)

        self.going_on.append(self.portal.start_task_soon(keep_on))


class Desk:
    """Where devices are plugged in; each gets a terminal or a port of its own."""

    def __init__(self, folder: Path, portal: BlockingPortal) -> None:
        self._folder, self._portal = folder, portal
        self.going_on: list[Future[None]] = []

    def plug(self, name: str, *, where: str = "", **options: str) -> Plugged:
        """Plug in the simulator called ``name``; at a terminal in the folder unless told where."""
        simulator = simulator_spec(name).make(options)
        line = Line(simulator, where or f"pty:{self._folder / name}")
        self._portal.start_task(lambda *, task_status: line.run(task_status=task_status))
        return Plugged(line, self._portal, self.going_on)


@contextlib.contextmanager
def desk_in(folder: Path) -> Iterator[Desk]:
    """Give a desk, in a thread of its own, until the block ends."""
    with start_blocking_portal() as portal:
        desk = Desk(folder, portal)
        try:
            yield desk
            for each in desk.going_on:
                if each.done():
                    each.result()  # an act that there is none of would prove nothing
        finally:
            portal.call(portal.stop, True)  # noqa: FBT003 - cancels what still serves


@contextlib.contextmanager
def terminal():
    """Give the path of a serial line whose other end nobody answers at, and that end."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    path = os.ttyname(slave)
    os.close(slave)
    try:
        yield path, master
    finally:
        os.close(master)

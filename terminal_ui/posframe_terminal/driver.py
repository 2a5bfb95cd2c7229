"""The driver: between the till and its terminal.

It lives where Textual's own does not: on input that is not UTF-8, on Esc followed by a scan, on
a terminal that stops reading. When the terminal or the parent goes away, or a signal says so,
it tells the app why and lets it leave with the terminal restored. The same for a browser is in
``web_driver``.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

from textual.drivers.linux_driver import LinuxDriver

from posframe_terminal.keystream import KeyStream, Stall
from posframe_terminal.outlet import Outlet
from posframe_terminal.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import App
    from textual.message import Message

_SIGNALS: Final = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


class Tenant(Protocol):
    """What a driver needs of the app it serves."""

    acting: str
    """Characters after which the app wants to know that nothing followed."""

    def leave(self, why: str) -> None:
        """Exit; called on the loop, possibly more than once."""

    def repaint(self) -> None:
        """Write the whole screen again: frames were dropped."""

    def take(self, messages: list[Message]) -> None:
        """Take events in their order; called on the loop."""


class TillDriver(LinuxDriver):
    """A terminal on this machine or at the other end of an ssh session."""

    reports_silence: Final = True

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._link = Link(app)
        self._reader = self._new_reader()

    def write(self, data: str) -> None:
        """Write without ever waiting."""
        self._link.write(data.encode("utf-8", "replace"))

    def start_application_mode(self) -> None:
        """Take the terminal over and the signals that mean leaving."""
        assert self._file is not None, "Textual draws on standard error"
        self._link.open(self._file.fileno())
        self._reader = self._new_reader()
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual's
        self._link.catch_signals()
        self._link.repaint()  # after a stop, another program has had the screen

    def disable_input(self) -> None:
        """Stop reading."""
        self._reader.stop()
        super().disable_input()

    def close(self) -> None:
        """Let the last words out and stop writing."""
        super().close()
        self._link.close()

    def send_message(self, message: Message) -> None:
        """Collect for the batch that goes to the app after each read."""
        self._link.batch.append(message)

    def run_input_thread(self) -> None:
        """Read until the end."""
        if why := self._reader.run():
            self._link.lost(why)

    def _new_reader(self) -> Reader:
        stream = KeyStream(self._link.tenant.acting)
        return Reader(
            self.fileno,
            take=lambda data, stalled: self._process(stream.feed(data), stalled=stalled),
            silence=lambda: self._process(stream.silence()),
            patience=stream.patience,
        )

    def _process(self, messages: list[Message], *, stalled: bool = False) -> None:
        if stalled:
            self._link.batch.append(Stall())
        for message in messages:
            self.process_message(message)
        self._link.deliver()


class Link:
    """What a driver of any kind has: the way out, the batch on its way in, the reasons to leave."""

    def __init__(self, app: App[Any]) -> None:
        self.tenant = cast("Tenant", app)
        self.batch: list[Message] = []
        self._loop = asyncio.get_running_loop()
        self._outlet: Outlet | None = None

    def open(self, descriptor: int) -> None:
        """Open the way out."""
        self._outlet = Outlet(
            descriptor,
            drained=self.repaint,
            lost=self.lost,
        )

    def close(self) -> None:
        """Close the way out; nothing is written after it."""
        if self._outlet is not None:
            self._outlet.close()

    def write(self, data: bytes) -> int:
        """Write now or later; answers like ``os.write``."""
        if self._outlet is not None:
            self._outlet.write(data)
        return len(data)

    def deliver(self) -> None:
        """Hand the batch to the app in one wake-up; from the input thread."""
        if self.batch:
            batch, self.batch = self.batch, []
            self._soon(self.tenant.take, batch)

    def lost(self, why: str) -> None:
        """Tell the app to leave; from any thread."""
        self._soon(self.tenant.leave, why)

    def repaint(self) -> None:
        """Have the app write the whole screen again; from any thread."""
        self._soon(self.tenant.repaint)

    def catch_signals(self) -> None:
        """Leave in order when told to."""
        for number in _SIGNALS:
            self._loop.add_signal_handler(number, self.tenant.leave, signal.Signals(number).name)

    def _soon(self, call: Callable[..., None], *arguments: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: we have left already
            self._loop.call_soon_threadsafe(call, *arguments)

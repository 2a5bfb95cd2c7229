"""The driver of a browser tab: what ``driver`` does, through the packets of textual-serve.

A till behind a browser leaves when its tab is closed, dropped, or the server is gone.
"""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Any, Final, cast

from textual.drivers._byte_stream import ByteStream
from textual.drivers.web_driver import WebDriver

from posframe_terminal.driver import Link
from posframe_terminal.keystream import KeyStream, Stall
from posframe_terminal.reader import Reader

if TYPE_CHECKING:
    from textual.app import App
    from textual.message import Message


class TillWebDriver(WebDriver):
    """A browser tab."""

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
        self._write = cast("Any", self._link.write)  # frames, packets, everything
        self._reader = self._new_reader()

    def start_application_mode(self) -> None:
        """Greet the server and take the signals that mean leaving."""
        self._link.open(self.fileno)
        super().start_application_mode()
        self._link.catch_signals()

    def stop_application_mode(self) -> None:
        """Stop reading and tell the server."""
        self._reader.stop()
        super().stop_application_mode()

    def close(self) -> None:
        """Let the last words out and stop writing."""
        super().close()
        self._link.close()

    def send_message(self, message: Message) -> None:
        """Collect for the batch that goes to the app after each read."""
        self._link.batch.append(message)

    def run_input_thread(self) -> None:
        """Read packets until the end."""
        if why := self._reader.run():
            self._link.lost(why)

    def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
        """Take a packet about the tab itself."""
        if packet_type == "exit":
            self._link.lost("the browser tab was closed")
        else:
            super().on_meta(packet_type, payload)

    def _new_reader(self) -> Reader:
        assert sys.__stdin__ is not None, "the server talks to us through standard input"
        stream, packets = KeyStream(self._link.tenant.acting), ByteStream()

        def take(data: bytes, stalled: bool) -> None:  # noqa: FBT001 - the reader's signature
            if stalled:
                self._link.batch.append(Stall())
            for kind, payload in packets.feed(data):
                if kind == "D":
                    self._process(stream.feed(payload))
                else:
                    with contextlib.suppress(ValueError, KeyError, TypeError):  # no such packet
                        self._on_meta(kind, payload)
            self._link.deliver()

        return Reader(
            sys.__stdin__.fileno(),
            take=take,
            silence=lambda: self._process(stream.silence()),
            patience=stream.patience,
        )

    def _process(self, messages: list[Message]) -> None:
        for message in messages:
            self.process_message(message)
        self._link.deliver()

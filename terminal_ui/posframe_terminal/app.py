"""The app: Textual's loop round one canvas, one intake and one pump.

All input enters through ``_taken``; nothing has focus and no binding of Textual's is left, so
no key can quit, open a palette or be eaten by a widget. Back-office screens pushed over the
canvas get their keys from Textual as usual.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import traceback
from threading import Timer
from typing import TYPE_CHECKING, Final

from rich.color import ColorSystem
from textual import events
from textual.app import App, ComposeResult

from posframe import masked
from posframe_terminal.canvas import Canvas
from posframe_terminal.door import Meaning, TillDoor, no_meaning
from posframe_terminal.driver import TillDriver
from posframe_terminal.intake import HOLD_IN_RUN_S, Intake, Item, pasted
from posframe_terminal.keystream import Quiet, Stall
from posframe_terminal.paint.screens import Screens
from posframe_terminal.pump import Pump
from posframe_terminal.theme import MONO, THEMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.driver import Driver
    from textual.message import Message

    from posframe_terminal.keys import KeyTable

LEAVE_WITHIN_S: Final = 5.0
"""A till told to leave is gone by then, whatever hangs: the journal needs no farewell."""
_COLOURS: Final = {
    "truecolor": ColorSystem.TRUECOLOR,
    "256": ColorSystem.EIGHT_BIT,
    "standard": ColorSystem.STANDARD,
}

_log = logging.getLogger(__name__)


class TillApp(App[str], inherit_bindings=False):
    """A till's terminal. ``run`` returns why it ended."""

    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    ESCAPE_TO_MINIMIZE = False

    def __init__(  # noqa: PLR0913 - the one place where a terminal is put together
        self,
        door: TillDoor,
        table: KeyTable,
        *,
        screens: Screens | None = None,
        meaning: Meaning = no_meaning,
        theme: str = "dark",
        plain: bool = False,
        scan_prefix: str = "",
        driver: type[Driver] = TillDriver,
    ) -> None:
        """``plain``: only glyphs of a console font; ``scan_prefix``: what a scanner sends first."""
        super().__init__(driver_class=driver)
        self.acting = table.acting
        self.pump = Pump(door, table, screens or Screens(), meaning=meaning, plain=plain)
        self.pump.present = self.present
        self.pump.bell = self.bell
        self.pump.leave = self.leave
        self._screens = screens or Screens()
        self._door = door
        self._theme_name = theme
        self._intake = Intake(acting=table.acting, prefix=scan_prefix)
        self._canvas = Canvas(THEMES[theme], send=self._send, resized=self.present)
        self._pumping: asyncio.Task[None] | None = None
        self._unlisten: Callable[[], None] | None = None
        self._unhear: Callable[[], None] | None = None
        self._last_resort: Timer | None = None

    def compose(self) -> ComposeResult:
        """Show the canvas and nothing else."""
        yield self._canvas

    def on_mount(self) -> None:
        """Paint before Textual's first frame, and start pumping."""
        self.use_theme(self._theme_name)
        self.present()
        self._unlisten = self._door.listen(self._changed)
        self._unhear = self._door.hear(self.feed)
        self._pumping = asyncio.create_task(self.pump.run(), name="posframe-pump")
        self._pumping.add_done_callback(self._pump_ended)
        if not self.is_headless:
            gc.freeze()  # what is loaded stays; looking at it again costs a key 20 to 40 ms

    def _fatal_error(self) -> None:
        """End with what went wrong.

        Textual would add every local variable, and with them what was typed or scanned.
        """
        self.panic(masked(traceback.format_exc()))

    def on_unmount(self) -> None:
        """Stop pumping; what is being committed is committed without us."""
        for end in (self._unlisten, self._unhear):
            if end is not None:
                end()
        if self._pumping is not None:
            self._pumping.cancel()

    def use_theme(self, name: str) -> None:
        """Show everything in the colours of one of ``THEMES``."""
        colours = _COLOURS.get(self.console.color_system or "")
        theme = THEMES[name] if colours else MONO
        self._canvas.use(theme, colours or ColorSystem.STANDARD)

    def present(self) -> None:
        """Show the present view; the canvas is as large as the terminal."""
        width, height = self.size
        if not self._exit:
            view = self.pump.view()
            self._canvas.show(self._screens.paint(view, width, height, under=self.pump.under))

    def leave(self, why: str) -> None:
        """Exit with the terminal restored; a second call changes nothing."""
        if self._last_resort is None:
            _log.warning("leaving: %s", why)
            self._last_resort = Timer(LEAVE_WITHIN_S, os._exit, (1,))
            self._last_resort.daemon = True
            self._last_resort.start()
            self.exit(why)

    def left(self) -> None:
        """Take that ``run`` has returned: no last resort is needed."""
        if self._last_resort is not None:
            self._last_resort.cancel()

    def repaint(self) -> None:
        """Write the whole screen again, once there is one."""
        if self._running and self._screen_stacks[self._current_mode]:
            self.screen.refresh()

    def take(self, messages: list[Message]) -> None:
        """Take events from the driver in their order."""
        for message in messages:
            if not (self._selling and self._taken(message)):
                self.post_message(message)

    async def on_event(self, event: events.Event) -> None:
        """Take input before Textual does; leave it everything else."""
        if not (self._selling and self._taken(event)):
            await super().on_event(event)

    def feed(self, item: Item) -> None:
        """Take a scan from a device, or anything else that did not come through the terminal."""
        self.pump.feed(item)

    @property
    def _selling(self) -> bool:
        return len(self._screen_stacks[self._current_mode]) <= 1

    def _taken(self, event: Message) -> bool:
        """Take an input event; False when it is none."""
        match event:
            case events.Key(key=key, character=character, time=at_s):
                self._feed_all(self._intake.key(key, character, at_s))
                self._watch_hold()
            case events.Paste(text=text):
                self._feed_all(pasted(text))
            case Quiet():
                self._feed_all(self._intake.quiet())
            case Stall():
                self._intake.stalled()
            case _:
                return False
        return True

    def _feed_all(self, items: list[Item]) -> None:
        for item in items:
            self.pump.feed(item)

    def _watch_hold(self) -> None:
        """End the wait for more by the clock where the driver does not report silence."""
        if self._intake.holding and not getattr(self._driver, "reports_silence", False):
            loop = asyncio.get_running_loop()
            loop.call_later(HOLD_IN_RUN_S, lambda: self._feed_all(self._intake.quiet()))

    def _send(self, text: str) -> bool:
        """Write straight to the terminal while the canvas is all there is on it."""
        driver = self._driver
        direct = self._running and not self._batch_count and not self.is_headless
        if driver is None or not direct or not self._selling:
            return False
        driver.write(f"\x1b[?2026h{text}\x1b[?2026l" if self._sync_available else text)
        return True

    def _changed(self) -> None:
        """Show a change that no key of ours has made."""
        if not self.pump.backlog:
            self.present()

    def _pump_ended(self, pumping: asyncio.Task[None]) -> None:
        """Leave when the pump has died: a till that looks alive but is deaf is worse than none."""
        if not pumping.cancelled() and not self._exit:
            _log.critical("the pump ended", exc_info=pumping.exception())
            self.leave("the terminal failed inside")

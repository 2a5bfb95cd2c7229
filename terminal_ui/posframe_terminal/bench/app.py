"""The panel: paper, drawer, display, scanner and scale of a bench on one screen, worked by keys."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input, Static

from posframe_terminal.bench.help import HelpScreen
from posframe_terminal.bench.panes import DevicePane, DisplayPane, ScalePane, ScannerPane
from posframe_terminal.bench.printer_panes import DrawerPane, PrinterPane

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.binding import BindingType

    from posframe import Bench, BenchDevice
    from posframe_terminal.bench.panes import Codes

LOOK_S = 0.1
FOCUS_KEYS = ("f2", "f3", "f4", "f5", "f6", "f7")
GLOBAL_KEYS = (
    ("F1", "Help"),
    ("Tab", "Next"),
    ("F8", "Type an act"),
    ("F9", "Cable"),
    ("F11", "Bytes"),
    ("F10", "Quit"),
)
ACT_KEYS = (("Enter", "Do it"), ("Esc", "Leave"))
HELP_KEYS = (("↑↓", "Scroll"), ("Esc", "Back to the panel"))


class BenchApp(App[BaseException | None], inherit_bindings=False):
    """The panel of a bench. ``run`` returns why it failed; None when it was left."""

    ENABLE_COMMAND_PALETTE = False
    CSS_PATH = "bench.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next"),
        Binding("shift+tab", "app.focus_previous"),
        Binding("f1", "help"),
        Binding("f8", "type"),
        Binding("f9", "cable"),
        Binding("f10,ctrl+q,ctrl+c", "quit"),
        Binding("f11,ctrl+b", "bytes"),
        *(Binding(key, f"pane({at})") for at, key in enumerate(FOCUS_KEYS)),
    ]

    def __init__(self, bench: Bench, codes: Codes = (), notice: Sequence[str] = ()) -> None:
        """Show a bench, and serve it on the panel's event loop.

        Args:
            bench: its devices.
            codes: codes of the shop, with the name of what has them.
            notice: the first lines of the log: how to start the till beside it.
        """
        super().__init__()
        self.bench = bench
        self._codes = codes
        self._notice = notice
        self._serving: asyncio.Task[None] | None = None
        self._logged = (0, 0)
        self._headed: object = None
        self._head = Static(id="head", markup=False)
        self._history = Static(id="log", markup=False)
        self._line = Input(id="act", placeholder="such as: put 1.250 | fault on 57 delay 2 x3")
        self._keys = Static(id="keys")

    def compose(self) -> ComposeResult:
        """Put the panes on the screen: paper to the left, everything else to the right."""
        panes = self._panes()
        yield self._head
        with Horizontal(id="devices"):
            yield from (pane for pane in panes if isinstance(pane, PrinterPane))
            with VerticalScroll(id="side", can_focus=False):
                yield from (pane for pane in panes if not isinstance(pane, PrinterPane))
        yield self._history
        yield self._line
        yield self._keys

    def on_mount(self) -> None:
        """Serve the devices, and look at them again and again."""
        self._line.display = False
        self.panes = list(self.query(DevicePane))
        self._serving = asyncio.create_task(self.bench.run(), name="posframe-bench")
        self._serving.add_done_callback(self._ended)
        self.set_interval(LOOK_S, self.look)
        self.panes[0].focus()
        for words in self._notice:
            self.bench.note("bench", words)
        self.look()

    async def on_unmount(self) -> None:
        """End the lines: their links go."""
        if self._serving is not None:
            self._serving.cancel()
            await asyncio.wait([self._serving])

    def look(self) -> None:
        """Show everything as it is now."""
        if not self.screen_stack:  # it is being left
            return
        self.bench.look()
        for pane in self.panes:
            pane.look()
        self._show_log()
        self._show_keys()

    def on_device_pane_said(self, message: DevicePane.Said) -> None:
        """Show why an act was not done."""
        self.bench.note("!", message.words)
        self.look()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Do the act that was typed."""
        words, pane = message.value.strip(), self._acting
        self._hide_input()
        if words:
            pane.do(words)

    def on_descendant_focus(self) -> None:
        """Show the keys of the pane that was gone to."""
        self._show_keys()

    def on_input_blurred(self) -> None:
        """Take the line for acts away when another pane is gone to."""
        self._line.display = False

    def on_key(self, event: events.Key) -> None:
        """Leave the line for acts by Esc."""
        if event.key == "escape" and self._line.display:
            self._hide_input()
            event.stop()

    def action_pane(self, at: int) -> None:
        """Go to a device."""
        if at < len(self.panes):
            self.screen.set_focus(self.panes[at])

    def action_cable(self) -> None:
        """Pull or plug the cable of the device that has the focus."""
        self._pane.cable()

    def action_bytes(self) -> None:
        """Show the bytes on all lines in the log, or no longer."""
        self.bench.shows_bytes = not self.bench.shows_bytes
        words = "bytes are shown" if self.bench.shows_bytes else "bytes are hidden"
        self.bench.note("bench", words)
        self.look()

    def action_type(self) -> None:
        """Ask for an act of the device that has the focus."""
        self._acting = self._pane
        self._line.value, self._line.display = "", True
        self._line.border_title = f"{self._acting.device.name}: what is done"
        self.screen.set_focus(self._line)

    def action_help(self) -> None:
        """Say what can be done."""
        self.push_screen(HelpScreen(self._pane.device, self._pane.KEYS))

    async def action_quit(self) -> None:
        """Leave."""
        self.exit()

    @property
    def _pane(self) -> DevicePane:
        return self.focused if isinstance(self.focused, DevicePane) else self.panes[0]

    def _hide_input(self) -> None:
        self._line.display = False
        self.screen.set_focus(self._acting)

    def _panes(self) -> list[DevicePane]:
        """Return a pane for each device, and one for the drawer on a printer's connector."""
        panes: list[DevicePane] = []
        for device in self.bench:
            panes += self._panes_of(device, len(panes))
        return panes

    def _panes_of(self, device: BenchDevice, at: int) -> list[DevicePane]:
        key, after = (
            FOCUS_KEYS[place].upper() if place < len(FOCUS_KEYS) else "Tab"
            for place in (at, at + 1)
        )
        acts = device.acts()
        if device.prints:
            panes: list[DevicePane] = [PrinterPane(self.bench, device, key)]
            own = "drawer" in self.bench.devices
            return panes if own else [*panes, DrawerPane(self.bench, device, after, "drawer")]
        if "put" in acts:
            return [ScalePane(self.bench, device, key)]
        if "scan" in acts:
            return [ScannerPane(self.bench, device, key, self._codes)]
        shows = device.view()[0].startswith("+-")
        return [(DisplayPane if shows else DevicePane)(self.bench, device, key)]

    def _show_log(self) -> None:
        happenings, height = self.bench.happenings, max(1, self._history.content_size.height)
        last = (happenings[-1].number if happenings else 0, height)
        if last == self._logged:
            return
        self._logged = last
        shown = list(happenings)[-height:]
        rows = (f"{each.at_s:8.2f} {each.device:<8} {each.words}" for each in shown)
        self._history.update("\n".join(rows))

    def _show_keys(self) -> None:
        helping = len(self.screen_stack) > 1
        own = HELP_KEYS if helping else ACT_KEYS if self._line.display else self._pane.KEYS
        head = f" posframe bench   {self.bench.receipts} receipts   {self.bench.folder}"
        if (own, head) == self._headed:
            return
        self._headed = (own, head)
        keys = Text()
        for row in (own, GLOBAL_KEYS):
            for key, words in row:
                keys.append(f" {key} ", "reverse")
                keys.append(f" {words} ")
            keys.append("\n")
        self._keys.update(keys)
        self._head.update(head)

    def _ended(self, serving: asyncio.Task[None]) -> None:
        """Leave with the reason when the devices cannot be served."""
        if not serving.cancelled():
            error: BaseException | None = serving.exception()
            while isinstance(error, BaseExceptionGroup):
                error = error.exceptions[0]
            if error is not None:
                self.exit(error)

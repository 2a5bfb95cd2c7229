"""What can be done to a device of the bench: its keys, and everything that can be typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from posframe import BenchDevice

FAULTS = """\
A fault is typed as: fault WHERE WHAT [xN]
  on HEX            the answer to the command HEX
  tx|rx on HEX      HEX itself, sent or received
  [rx] at byte N    from that byte of a connection on
  [rx] after T s    the next bytes after T seconds
  drop | delay S | corrupt BIT | split N | merge | nak | duplicate | close
"""


class HelpScreen(ModalScreen[None]):
    """A page over the panel; any of its keys leaves it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,enter,f10,q", "dismiss"),
        Binding("up", "scroll(-1)"),
        Binding("down", "scroll(1)"),
        Binding("pageup", "scroll(-10)"),
        Binding("pagedown", "scroll(10)"),
    ]

    def __init__(self, device: BenchDevice, keys: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self._device = device
        self._keys = keys

    def compose(self) -> ComposeResult:
        """Show the page."""
        device = self._device
        rows = [f"{device.name}: {device.spec.title}", f'uri = "{device.uri}"', ""]
        rows += [f"  {key:<12}{words}" for key, words in self._keys]
        rows += ["", "F8, then one of:", *(f"  {usage}" for usage in device.usages())]
        with VerticalScroll(id="help"):
            yield Static(Text("\n".join((*rows, "", FAULTS, "Esc leaves this page."))))

    def action_scroll(self, lines: int) -> None:
        """Go up or down the page."""
        self.query_one("#help").scroll_relative(y=lines, animate=False)

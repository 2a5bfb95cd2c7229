"""The canvas: the one widget of selling, which shows painted rows and sends what differs.

Textual lays out, clips and repaints it like any widget; between two full repaints only the
cells that changed are written, straight to the driver. That saves the compositor's message
hops, its timer and the rendering of whole rows on every key.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from posframe_terminal.pen import Pen

if TYPE_CHECKING:
    from rich.color import ColorSystem
    from textual import events
    from textual.geometry import Region, Size

    from posframe_terminal.paint.rows import Row
    from posframe_terminal.theme import Theme

Send: TypeAlias = Callable[[str], bool]
"""Write to the terminal now, or answer False: then the canvas asks for a repaint."""


class Canvas(Widget):
    """Rows of styled text over the whole screen."""

    DEFAULT_CSS = "Canvas { width: 100%; height: 100%; }"

    def __init__(self, theme: Theme, *, send: Send, resized: Callable[[], None]) -> None:
        super().__init__()
        self._send = send
        self._resized = resized
        self._rows: list[Row] = []
        self._pen = Pen(theme)
        self._strip = lru_cache(maxsize=512)(self._strip_of)

    @property
    def rows(self) -> Sequence[Row]:
        """What is shown now."""
        return self._rows

    def use(self, theme: Theme, colours: ColorSystem) -> None:
        """Show everything in this theme's colours, as far as the terminal has them."""
        self._pen = Pen(theme, colours)
        self._pen.assume(self._rows)
        self._strip.cache_clear()
        self.refresh()

    def show(self, rows: list[Row]) -> None:
        """Show ``rows`` in place of those before; only cells that differ are written."""
        before, self._rows = self._rows, rows
        if len(before) != len(rows):
            self._pen.assume(rows)
            self.refresh()
            return
        changes = self._pen.change_to(rows)
        if changes and not self._send(changes):
            self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the strips of a region; Textual's styles and filters have no part in them."""
        width = self.size.width
        rows = self._rows[crop.y : crop.bottom]
        strips = [self._strip(row).adjust_cell_length(width) for row in rows]
        strips += [Strip.blank(width)] * (crop.height - len(strips))
        if crop.x == 0 and crop.width == width:
            return strips
        return [strip.crop(crop.x, crop.right) for strip in strips]

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Return the width of the screen: a canvas has no size of its own."""
        del viewport
        return container.width

    def on_resize(self, event: events.Resize) -> None:
        """Have the rows painted again in the new size."""
        event.stop()
        self._resized()

    def _strip_of(self, row: Row) -> Strip:
        style = self._pen.style
        return Strip([Segment(text, style(name)) for text, name in row])

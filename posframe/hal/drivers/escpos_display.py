"""Customer displays that speak ESC/POS, alone or on a receipt printer's line."""

from __future__ import annotations

import attrs

from posframe.hal.codecs.display_text import Encoding
from posframe.hal.codecs.escpos_display import TABLES, EscposDisplay
from posframe.hal.driver import DeviceSetup, DriverSpec
from posframe.hal.options import between
from posframe.hal.text_display import DisplayOptions, TextDisplay


@attrs.frozen(kw_only=True)
class Options(DisplayOptions):
    """Options of ``escpos-display``."""

    columns: int = attrs.field(default=20, validator=between(8, 40))
    """Characters in a row."""
    rows: int = attrs.field(default=2, validator=between(1, 4))
    """Rows of the display."""
    brightness: int = attrs.field(default=4, validator=between(1, 4))
    """1 is the darkest, 4 the brightest."""
    encoding: Encoding = "cp437"
    """The character table to use; ``ascii`` where none is right."""
    table: int = attrs.field(default=-1, validator=between(-1, 255))
    """The display's own number for that table; -1: the usual one."""
    on_printer: bool = False
    """The printer's line goes through the display."""

    def __attrs_post_init__(self) -> None:
        if self.table < 0 and self.encoding not in {"ascii", *TABLES}:
            raise ValueError(
                f"encoding={self.encoding} has no usual number; add table= from the manual"
            )

    @property
    def table_number(self) -> int | None:
        """What to select; None: nothing."""
        return self.table if self.table >= 0 else TABLES.get(self.encoding)


def _make(setup: DeviceSetup) -> TextDisplay:
    options: Options = setup.options
    dialect = EscposDisplay(
        level=options.brightness, table=options.table_number, on_printer=options.on_printer
    )
    return TextDisplay(setup, dialect, shared=options.on_printer)


DRIVER = DriverSpec(
    name="escpos-display",
    device_class="display",
    title="Customer displays that speak ESC/POS, such as Epson DM-D",
    transports=("serial", "tcp", "file"),
    make=_make,
    options=Options,
    line={"baud": "9600", "format": "8N1"},
    simulator="escpos-display",
)

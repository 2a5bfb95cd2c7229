"""Customer displays with the CD5220 command set."""

from __future__ import annotations

from typing import Literal

import attrs
from attrs.validators import and_, ge, le

from posframe.hal.codecs.cd5220_display import Cd5220Display
from posframe.hal.codecs.display_text import Encoding
from posframe.hal.driver import DeviceSetup, DriverSpec
from posframe.hal.text_display import TextDisplay


@attrs.frozen(kw_only=True)
class Options:
    """Options of ``cd5220``."""

    columns: int = attrs.field(default=20, validator=and_(ge(8), le(20)))
    """Characters in a row."""
    rows: int = attrs.field(default=2, validator=and_(ge(1), le(2)))
    """Rows of the display."""
    brightness: int = attrs.field(default=4, validator=and_(ge(1), le(4)))
    """1 is the darkest, 4 the brightest."""
    encoding: Encoding = "cp437"
    """The character table the display is set to; ``ascii`` where none is right."""
    table: int = attrs.field(default=-1, validator=and_(ge(-1), le(255)))
    """Number to select that table with, for displays that can; -1: send none."""
    mode: Literal["string", "cursor"] = "string"
    """``string`` writes whole rows, ``cursor`` only what differs: fewer bytes, more commands."""


def _make(setup: DeviceSetup) -> TextDisplay:
    options: Options = setup.options
    dialect = Cd5220Display(
        level=options.brightness,
        strings=options.mode == "string",
        table=options.table if options.table >= 0 else None,
    )
    return TextDisplay(
        setup,
        dialect,
        columns=options.columns,
        rows=options.rows,
        encoding=options.encoding,
    )


DRIVER = DriverSpec(
    name="cd5220",
    device_class="display",
    title="Customer displays with the CD5220 command set",
    transports=("serial", "tcp", "file"),
    make=_make,
    options=Options,
    line={"baud": "9600", "format": "8N1"},
    simulator="cd5220",
)

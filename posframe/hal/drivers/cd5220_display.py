"""Customer displays with the CD5220 command set."""

from __future__ import annotations

from typing import Literal

import attrs

from posframe.hal.codecs.cd5220_display import Cd5220Display
from posframe.hal.driver import DeviceSetup, DriverSpec
from posframe.hal.options import between
from posframe.hal.text_display import DisplayOptions, TextDisplay


@attrs.frozen(kw_only=True)
class Options(DisplayOptions):
    """Options of ``cd5220``."""

    brightness: int = attrs.field(default=4, validator=between(1, 4))
    """1 is the darkest, 4 the brightest."""
    table: int = attrs.field(default=-1, validator=between(-1, 255))
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
    return TextDisplay(setup, dialect)


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

"""Customer displays with the AEDEX or EMAX command set."""

from __future__ import annotations

import attrs
from attrs.validators import and_, ge, le, matches_re

from posframe.hal.codecs.aedex_display import AedexDisplay
from posframe.hal.codecs.display_text import Encoding
from posframe.hal.driver import DeviceSetup, DriverSpec
from posframe.hal.text_display import TextDisplay


@attrs.frozen(kw_only=True)
class Options:
    """Options of ``aedex``."""

    columns: int = attrs.field(default=20, validator=and_(ge(8), le(20)))
    """Characters in a row."""
    rows: int = attrs.field(default=2, validator=and_(ge(1), le(2)))
    """Rows of the display."""
    encoding: Encoding = "cp437"
    """The character table the display is set to; ``ascii`` where none is right."""
    attention: str = attrs.field(default="!#", validator=matches_re(r"[!-~]{2}"))
    """The two characters that every command begins with, if the display was told others."""
    reset: bool = False
    """Reset the display at the start with command A; on some makes it scrolls text instead."""


def _make(setup: DeviceSetup) -> TextDisplay:
    options: Options = setup.options
    dialect = AedexDisplay(
        columns=options.columns,
        rows=options.rows,
        attention=options.attention.encode("ascii"),
        resets=options.reset,
    )
    return TextDisplay(
        setup,
        dialect,
        columns=options.columns,
        rows=options.rows,
        encoding=options.encoding,
        shared=True,  # a device behind it may answer through it
    )


DRIVER = DriverSpec(
    name="aedex",
    device_class="display",
    title="Customer displays with the AEDEX or EMAX command set",
    transports=("serial", "tcp", "file"),
    make=_make,
    options=Options,
    line={"baud": "9600", "format": "8N1"},
    simulator="aedex",
)

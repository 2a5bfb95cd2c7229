"""Customer displays with the AEDEX or EMAX command set."""

from __future__ import annotations

import attrs
from attrs.validators import matches_re

from posframe.hal.codecs.aedex_display import AedexDisplay
from posframe.hal.driver import DeviceSetup, DriverSpec
from posframe.hal.text_display import DisplayOptions, TextDisplay


@attrs.frozen(kw_only=True)
class Options(DisplayOptions):
    """Options of ``aedex``."""

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
    # a device behind it may answer through it
    return TextDisplay(setup, dialect, shared=True)


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

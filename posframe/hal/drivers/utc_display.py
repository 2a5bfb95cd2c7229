"""Customer displays with the UTC command set, enhanced or standard."""

from __future__ import annotations

from typing import Literal

import attrs
from attrs.validators import and_, ge, le

from posframe.hal.codecs.display_text import Encoding
from posframe.hal.codecs.utc_display import UtcDisplay
from posframe.hal.driver import DeviceSetup, DriverSpec
from posframe.hal.text_display import TextDisplay


@attrs.frozen(kw_only=True)
class Options:
    """Options of ``utc``."""

    columns: int = attrs.field(default=20, validator=and_(ge(8), le(20)))
    """Characters in a row."""
    rows: int = attrs.field(default=2, validator=and_(ge(1), le(2)))
    """Rows of the display."""
    encoding: Encoding = "cp437"
    """The character table the display is set to; ``ascii`` where none is right."""
    mode: Literal["enhanced", "standard"] = "enhanced"
    """``enhanced`` writes both rows at once, ``standard`` only what differs."""
    position: Literal["10", "0F"] = "10"
    """Standard mode: the byte before a position, in hex; manuals differ."""
    leave: Literal["0F", "1E"] = "0F"
    """The byte after ESC that ends enhanced mode, in hex: 1E on Posiflex displays."""


def _make(setup: DeviceSetup) -> TextDisplay:
    options: Options = setup.options
    dialect = UtcDisplay(
        columns=options.columns,
        rows=options.rows,
        enhanced=options.mode == "enhanced",
        position=options.position,
        leave=options.leave,
    )
    return TextDisplay(
        setup,
        dialect,
        columns=options.columns,
        rows=options.rows,
        encoding=options.encoding,
        shared=options.mode == "enhanced",  # a device behind it may answer through it
    )


DRIVER = DriverSpec(
    name="utc",
    device_class="display",
    title="Customer displays with the UTC command set",
    transports=("serial", "tcp", "file"),
    make=_make,
    options=Options,
    line={"baud": "9600", "format": "8N1"},
    simulator="utc",
)

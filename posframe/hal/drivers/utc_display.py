"""Customer displays with the UTC command set, enhanced or standard."""

from __future__ import annotations

from typing import Literal

import attrs

from posframe.hal.codecs.utc_display import UtcDisplay
from posframe.hal.driver import DeviceSetup, DriverSpec
from posframe.hal.text_display import DisplayOptions, TextDisplay


@attrs.frozen(kw_only=True)
class Options(DisplayOptions):
    """Options of ``utc``."""

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
    # a device behind it may answer through it
    return TextDisplay(setup, dialect, shared=options.mode == "enhanced")


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

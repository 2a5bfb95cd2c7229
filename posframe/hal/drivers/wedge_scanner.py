"""Barcode scanners that type like a keyboard, each on an input device of its own.

``wedge+evdev:/dev/input/by-id/usb-…-event-kbd?layout=de``: the device is kept from all other
programs, so no code lands in a field, and none is missed because a field had the focus.
"""

from __future__ import annotations

from typing import Literal

import attrs

from posframe.hal.codecs.scans import LENGTH_MAX, ScanFormat
from posframe.hal.codecs.wedge import Message, Typing, WedgeCodec
from posframe.hal.driver import DeviceSetup, DriverSpec
from posframe.hal.input_reader import InputReader
from posframe.hal.options import between


@attrs.frozen(kw_only=True)
class WedgeOptions:
    """Options of the address."""

    layout: Literal["us", "gb", "de", "fr", "es", "it", "pl"] = "us"
    """Country that the scanner is set to: not that of the till's keyboard."""
    suffix: Literal["any", "CR", "TAB", "none"] = "any"
    """What it types after a code: Enter, Tab, either, or nothing, so that silence ends it."""
    prefix: str = ""
    """What it types before; other input is rejected."""
    aim: bool = False
    """It sends AIM identifiers, which tell what kind of code was read: set it so if it can."""
    idle_ms: int = attrs.field(default=500, validator=between(20, 5000))
    """Silence after which a code without its end is given up, in milliseconds."""
    length_max: int = attrs.field(default=LENGTH_MAX, validator=between(1, 10_000))
    """Characters that a code has at most."""
    caps: bool = False
    """Caps Lock is on when the device is opened; set it where upper and lower case are swapped."""
    num: bool = True
    """Num Lock is on when the device is opened."""


class WedgeScanner(InputReader[Message]):
    """One scanner. It cannot be told to beep."""

    def __init__(self, setup: DeviceSetup) -> None:
        options: WedgeOptions = setup.options
        form = ScanFormat(prefix=options.prefix, aim=options.aim, length_max=options.length_max)
        typing = Typing(
            layout=options.layout,
            suffix=options.suffix,
            idle_s=options.idle_ms / 1000,
            caps=options.caps,
            num=options.num,
            form=form,
        )
        super().__init__(setup, WedgeCodec(typing))


DRIVER = DriverSpec(
    name="wedge",
    device_class="scanner",
    title="Barcode scanner that types like a keyboard",
    transports=("evdev",),
    make=WedgeScanner,
    options=WedgeOptions,
    capabilities=frozenset({"aim"}),
    simulator="wedge",
)

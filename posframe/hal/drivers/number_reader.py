"""Readers of contactless cards and tags that send the number, by typing it or on a serial line.

Readers of the PC/SC kind, which must be asked for it, need another driver.
"""

from __future__ import annotations

from typing import Literal

import attrs

from posframe.hal.codecs.number_reader import Message, NumberCodec, NumberFormat
from posframe.hal.codecs.text_source import Source
from posframe.hal.driver import DeviceSetup, DriverSpec
from posframe.hal.input_reader import InputReader, ReaderOptions
from posframe.hal.options import between


@attrs.frozen(kw_only=True)
class NumberOptions(ReaderOptions):
    """Options of the address. Try a card whose printed number is known, then turn and change."""

    source: Literal["serial", "evdev"] = "evdev"
    """How the reader is connected: to a serial line, or as an input device that types."""
    reads: Literal["decimal", "hex", "wiegand"] = "decimal"
    """How it writes a number; ``wiegand``: 3 digits and 5, as in 213,02000."""
    digits: int = attrs.field(default=0, validator=between(0, 24))
    """Digits every number has; 0: ten for decimals, any even number for hexadecimal."""
    width_bytes: int = attrs.field(default=4, validator=between(3, 10))
    """Bytes of a number written in decimals."""
    reverse: bool = False
    """It sends the last byte first."""
    gives: Literal["hex", "decimal"] = "hex"
    """How the till is to write the number."""
    prefix: str = ""
    """What it sends before each number."""
    suffix: Literal["any", "none"] = "any"
    """``any``: Enter, Tab or ETX follows each number; ``none``: silence ends it."""
    repeat_ms: int = attrs.field(default=1000, validator=between(0, 60_000))
    """A card that is read again within this time, in milliseconds, has not been presented anew."""


class NumberReader(InputReader[Message]):
    """One reader."""

    def __init__(self, setup: DeviceSetup) -> None:
        options: NumberOptions = setup.options
        codec = NumberCodec(
            Source(origin=options.source, layout=options.layout),
            NumberFormat(
                reads=options.reads,
                digits=options.digits,
                width_bytes=options.width_bytes,
                reverse=options.reverse,
                gives=options.gives,
            ),
            prefix=options.prefix,
            ended=options.suffix == "any",
            repeat_s=options.repeat_ms / 1000,
        )
        super().__init__(setup, codec)


DRIVER = DriverSpec(
    name="nfc",
    device_class="card",
    title="Reader of contactless cards that sends their number",
    transports=("evdev", "serial", "tcp"),
    make=NumberReader,
    options=NumberOptions,
    line={"baud": "9600", "format": "8N1"},
    simulator="nfc",
    secret=True,
)

"""Readers of iButton keys (DS1990A), with which operators sign on and off."""

from __future__ import annotations

import attrs

from posframe.hal.codecs.ibutton import IButtonCodec, Message
from posframe.hal.codecs.text_source import Source
from posframe.hal.driver import DeviceSetup, DriverSpec
from posframe.hal.input_reader import InputReader, ReaderOptions
from posframe.hal.options import between


@attrs.frozen(kw_only=True)
class IButtonOptions(ReaderOptions):
    """Options of the address."""

    repeats: bool = True
    """It sends the key again and again while it is there: else nobody sees it taken away."""
    absent_ms: int = attrs.field(default=1000, validator=between(100, 60_000))
    """A key that was not sent again for so long, in milliseconds, has been taken away."""


class IButtonReader(InputReader[Message]):
    """One reader."""

    def __init__(self, setup: DeviceSetup) -> None:
        options: IButtonOptions = setup.options
        codec = IButtonCodec(
            Source(origin=options.source, layout=options.layout),
            absent_s=options.absent_ms / 1000,
            repeats=options.repeats,
        )
        super().__init__(setup, codec)


DRIVER = DriverSpec(
    name="ibutton",
    device_class="card",
    title="Reader of iButton keys",
    transports=("serial", "evdev", "tcp"),
    make=IButtonReader,
    options=IButtonOptions,
    line={"baud": "9600", "format": "8N1"},
    capabilities=frozenset({"checksum"}),
    simulator="ibutton",
    secret=True,  # the number is what an operator signs on with
)

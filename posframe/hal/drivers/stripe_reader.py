"""Magnetic stripe readers for loyalty and staff cards. Payment cards are refused, never read."""

from __future__ import annotations

from typing import Literal

import attrs

from posframe.hal.codecs.magnetic_stripe import Message, StripeCodec
from posframe.hal.codecs.text_source import Source
from posframe.hal.driver import DeviceSetup, DriverSpec
from posframe.hal.input_reader import InputReader, ReaderOptions
from posframe.hal.options import between


@attrs.frozen(kw_only=True)
class StripeOptions(ReaderOptions):
    """Options of the address."""

    track: Literal["any", "1", "2", "3"] = "any"
    """Track that holds the number; ``any``: the second, else the first, else the third."""
    gap_ms: int = attrs.field(default=100, validator=between(20, 2000))
    """Silence that ends a swipe, in milliseconds."""


class StripeReader(InputReader[Message]):
    """One reader."""

    codec: StripeCodec

    def __init__(self, setup: DeviceSetup) -> None:
        options: StripeOptions = setup.options
        source = Source(origin=options.source, layout=options.layout)
        codec = StripeCodec(source, track=options.track, gap_s=options.gap_ms / 1000)
        super().__init__(setup, codec)

    async def pump(self) -> None:
        """Take what the reader sends, for ever; leave nothing of a swipe that was cut short."""
        try:
            await super().pump()
        finally:
            self.codec.forget()


DRIVER = DriverSpec(
    name="msr",
    device_class="card",
    title="Magnetic stripe reader for loyalty and staff cards",
    transports=("serial", "evdev", "tcp"),
    make=StripeReader,
    options=StripeOptions,
    line={"baud": "9600", "format": "8N1"},
    simulator="msr",
    secret=True,
)

"""Keylocks on a serial line, or in a keyboard that sends keys for their positions.

A keylock in the operator's own keyboard shares its input device with typing: that belongs to the
terminal. This driver is for one with a device of its own.
"""

from __future__ import annotations

import attrs

from posframe.hal.codecs.keylock import KeylockCodec, Message, read_codes
from posframe.hal.codecs.text_source import Source
from posframe.hal.driver import DeviceSetup, DriverSpec
from posframe.hal.input_reader import InputReader, ReaderOptions


def _are_codes(_options: object, _field: attrs.Attribute[str], value: str) -> None:
    read_codes(value)


@attrs.frozen(kw_only=True)
class KeylockOptions(ReaderOptions):
    """Options of the address."""

    codes: str = attrs.field(default="LOCK:1,NORMAL:2,SUPERVISOR:3", validator=_are_codes)
    """What it sends for each position. A key that types nothing is its number: ``{183}:1``."""


class Keylock(InputReader[Message]):
    """One keylock. Where it stands is known once it has been turned."""

    def __init__(self, setup: DeviceSetup) -> None:
        options: KeylockOptions = setup.options
        source = Source(origin=options.source, layout=options.layout, names_keys=True)
        super().__init__(setup, KeylockCodec(source, read_codes(options.codes)))


DRIVER = DriverSpec(
    name="keylock",
    device_class="keylock",
    title="Keylock with positions",
    transports=("serial", "evdev", "tcp"),
    make=Keylock,
    options=KeylockOptions,
    line={"baud": "9600", "format": "8N1"},
    simulator="keylock",
)

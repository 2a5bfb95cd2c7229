"""Barcode scanners in HID-POS mode: they send whole codes with AIM identifiers, and type nothing.

Set the scanner to "USB HID POS" with the barcode of its manual. A Honeywell or Youjie scanner can
also be switched by a feature report, which transports cannot send yet.
"""

from __future__ import annotations

import attrs

from posframe.hal.codecs.hid_scanner import HidScannerCodec, Message
from posframe.hal.codecs.scans import LENGTH_MAX
from posframe.hal.driver import DeviceSetup, DriverSpec
from posframe.hal.input_reader import InputReader
from posframe.hal.options import between


@attrs.frozen(kw_only=True)
class HidScannerOptions:
    """Options of the address."""

    late_aim: bool = False
    """The AIM identifier and the data come one byte later than usual."""
    length_max: int = attrs.field(default=LENGTH_MAX, validator=between(1, 10_000))
    """Characters that a code has at most."""


class HidScanner(InputReader[Message]):
    """One scanner. It cannot be told to beep: HID-POS has no common report for that."""

    def __init__(self, setup: DeviceSetup) -> None:
        options: HidScannerOptions = setup.options
        codec = HidScannerCodec(late_aim=options.late_aim, length_max=options.length_max)
        super().__init__(setup, codec)


DRIVER = DriverSpec(
    name="hidpos",
    device_class="scanner",
    title="Barcode scanner in HID-POS mode",
    transports=("hid", "hidraw"),
    make=HidScanner,
    options=HidScannerOptions,
    capabilities=frozenset({"aim"}),
    simulator="hidpos",
)

"""What drivers of input devices have in common: what the codec reads is what happened.

Drivers of scanners, card readers and keylocks derive from `InputReader`.
"""

from __future__ import annotations

from typing import Generic, Literal, TypeVar

import attrs

from posframe.hal.driver import CodecDriver
from posframe.hal.driver_classes import InputDriver
from posframe.hal.facts import (
    CardRead,
    CardRefused,
    KeylockTurned,
    Scan,
    ScanRejected,
    TokenRemoved,
)

M = TypeVar("M", bound=Scan | ScanRejected | CardRead | CardRefused | TokenRemoved | KeylockTurned)


@attrs.frozen(kw_only=True)
class ReaderOptions:
    """Options of readers that are on a serial line, or type."""

    source: Literal["serial", "evdev"] = "serial"
    """How it is connected: to a serial line, or as an input device that types."""
    layout: Literal["us", "gb", "de", "fr", "es", "it", "pl"] = "us"
    """Country that it is set to where it types."""


class InputReader(CodecDriver[M], InputDriver, Generic[M]):
    """An input device whose codec gives facts."""

    def received(self, message: M) -> None:
        """Report what was read."""
        self.setup.emit(message)

"""What drivers of input devices have in common: what the codec reads is what happened.

Drivers of scanners, card readers and keylocks derive from `InputReader`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from attrs import Attribute, validators

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

if TYPE_CHECKING:
    from collections.abc import Callable

M = TypeVar("M", bound=Scan | ScanRejected | CardRead | CardRefused | TokenRemoved | KeylockTurned)


class InputReader(CodecDriver[M], InputDriver, Generic[M]):
    """An input device whose codec gives facts."""

    def received(self, message: M) -> None:
        """Report what was read."""
        self.setup.emit(message)


def between(least: int, most: int) -> Callable[[Any, Attribute[int], int], Any]:
    """Return a check that an option is a number from ``least`` to ``most``."""
    return validators.and_(validators.ge(least), validators.le(most))

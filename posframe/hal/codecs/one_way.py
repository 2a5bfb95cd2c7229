"""Devices that only listen: what comes from them all the same is counted, never understood."""

from __future__ import annotations

from typing import Never

from posframe.hal.driver import Codec
from posframe.hal.facts import WireNoise, noise_of


class OneWay(Codec[Never]):
    """The codec of a device without a voice.

    ``shared`` lines carry another device's answers, or echoes: those are no noise.
    """

    def __init__(self, *, shared: bool = False) -> None:
        self._shared = shared

    def feed(self, data: bytes, now_s: float) -> list[WireNoise]:
        """Take bytes, in pieces of any size; return them counted as noise."""
        del now_s
        if self._shared or not data:
            return []
        return [noise_of(data)]

"""Frames of a serial line, found among noise: where they begin, and when half a one is given up.

What a frame says is the business of each protocol's codec.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar, TypeVar

from posframe.hal.driver import Codec
from posframe.hal.facts import WireNoise, noise_of

if TYPE_CHECKING:
    import re

M = TypeVar("M")
MORE = 0
"""Bytes used of a frame that is not complete."""


class FrameCodec(Codec[M]):
    """A codec of short frames. A byte that begins none is noise; so is half a frame after a gap."""

    starts: re.Pattern[bytes]
    """Bytes that a frame begins with."""
    length_max: ClassVar[int]
    """Longest frame."""
    gap_s: ClassVar[float] = 0.1
    """Longest pause inside a frame."""
    blank: ClassVar[bytes] = b""
    """Bytes between frames that are no noise."""

    def __init__(self) -> None:
        self._half = b""
        self._last_s = 0.0

    @abstractmethod
    def frame(self, data: bytes, at: int) -> tuple[int, M | None]:
        """Return the length of the frame at ``at``, and its message.

        `MORE` where it is not complete. Without a message, those bytes are noise; after noise the
        search goes on at the next byte, so the length of what is noise is best 1.
        """

    def feed(self, data: bytes, now_s: float) -> list[M | WireNoise]:
        """Take bytes, in pieces of any size; return the messages they complete."""
        messages = self.tick(now_s)
        text, self._last_s = self._half + data, now_s
        at = noise_at = 0
        while at < len(text):
            found = self.starts.search(text, at)
            at = found.start() if found else len(text)
            if found is None:
                break
            length, message = self.frame(text, at)
            if length == MORE:
                if len(text) - at < self.length_max:
                    break
                length = 1
            if message is not None:
                messages += self._noise(text[noise_at:at])
                messages.append(message)
                noise_at = at + length
            at += length
        self._half = text[at:]
        return messages + self._noise(text[noise_at:at])

    def deadline_s(self) -> float | None:
        """Return when half a frame is given up; None: there is none."""
        return self._last_s + self.gap_s if self._half else None

    def tick(self, now_s: float) -> list[M | WireNoise]:
        """Give up half a frame that is too old."""
        if not self._half or now_s < self._last_s + self.gap_s:
            return []
        half, self._half = self._half, b""
        return list(self._noise(half))

    def _noise(self, data: bytes) -> list[M | WireNoise]:
        data = data.translate(None, self.blank)
        return [noise_of(data)] if data else []

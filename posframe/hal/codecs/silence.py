"""Protocols in which silence means something: it ends a frame, or shows that one was cut short.

A subclass says what bytes mean and what silence does; this says when. Pure, like every codec.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Generic, TypeVar

from posframe.hal.driver import Codec

if TYPE_CHECKING:
    from posframe.hal.facts import WireNoise

M = TypeVar("M")

GAP_S = 0.1
"""Longest pause inside one frame of a serial line, unless a protocol says otherwise."""


def earliest(*due_s: float | None) -> float | None:
    """Return the first of some times that something is due at; None: it never is."""
    return min((each for each in due_s if each is not None), default=None)


class SilenceCodec(Codec[M], Generic[M]):
    """A codec that is told when nothing has come for ``gap_s`` seconds while it holds something."""

    def __init__(self, gap_s: float) -> None:
        self._gap_s = gap_s
        self._due_s: float | None = None

    def feed(self, data: bytes, now_s: float) -> list[M | WireNoise]:
        """Take bytes, in pieces of any size; return the messages they complete."""
        # Bytes may come before anyone has looked at the clock: the silence was there all the same.
        found = self.tick(now_s)
        found += self._take(data, now_s)
        self._due_s = now_s + self._gap_s if self._holds() else None
        return found

    def deadline_s(self) -> float | None:
        """Return when `tick` is due at the latest; None: never, as nothing is half read."""
        return self._due_s

    def tick(self, now_s: float) -> list[M | WireNoise]:
        """End or give up what is half read, when the line has been silent for long enough."""
        if self._due_s is None or now_s < self._due_s:
            return []
        self._due_s = None
        return self._silent(now_s)

    @abstractmethod
    def _take(self, data: bytes, now_s: float) -> list[M | WireNoise]:
        """Take bytes; return the messages they complete."""

    @abstractmethod
    def _silent(self, now_s: float) -> list[M | WireNoise]:
        """Let go of everything half read; return what it amounts to."""

    @abstractmethod
    def _holds(self) -> bool:
        """Tell whether something is half read."""

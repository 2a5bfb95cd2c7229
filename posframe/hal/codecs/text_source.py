"""Where readers of cards and keys put their text: on a serial line, or typed like a keyboard.

What they read may be secret, so text is held in buffers that are overwritten after use. The bytes a
transport hands over cannot be overwritten; they live until the next garbage is collected.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

import attrs

from posframe.hal.codecs.input_events import InputEventsCodec
from posframe.hal.codecs.keyboard import Keyboard
from posframe.hal.codecs.silence import GAP_S, SilenceCodec, earliest
from posframe.hal.facts import WireNoise

if TYPE_CHECKING:
    from collections.abc import Iterator

M = TypeVar("M")

Origin = Literal["serial", "evdev"]

_ENDS = b"\r\n\t\x03"  # ETX
_BEGINS = 0x02  # STX
_NO_TEXT = 0x1A
LINE_BYTES_MAX = 256


@attrs.frozen(kw_only=True)
class Source:
    """How a reader is connected."""

    origin: Origin = "serial"
    layout: str = "us"
    """Country the reader is set to, where it types."""
    names_keys: bool = False
    """A key that types nothing gives its number: ``{183}``."""


class TextSource:
    """Bytes of the line in, characters of the text out, in a buffer of the caller's."""

    def __init__(self, source: Source) -> None:
        self._typed = source.origin == "evdev"
        self._events = InputEventsCodec(secret=True)
        self._keyboard = (
            Keyboard(source.layout, unknown=lambda code: f"{{{code}}}")
            if source.names_keys
            else Keyboard(source.layout)
        )

    def read(self, data: bytes, now_s: float) -> Iterator[int | WireNoise]:
        """Give the characters of the text one by one, as ISO 8859-1, and what is noise."""
        if not self._typed:
            yield from data
            return
        for event in self._events.feed(data, now_s):
            if isinstance(event, WireNoise):
                yield event
                continue
            for each in self._keyboard.take(event):
                yield ord(each) if ord(each) < 256 else _NO_TEXT

    def deadline_s(self) -> float | None:
        """Return when half an event is too old."""
        return self._events.deadline_s()

    def tick(self, now_s: float) -> list[WireNoise]:
        """Drop half an event that is too old."""
        return [each for each in self._events.tick(now_s) if isinstance(each, WireNoise)]

    def release(self) -> None:
        """Forget which keys are held."""
        self._keyboard.release()


def wipe(buffer: bytearray) -> None:
    """Overwrite ``buffer`` where it stands in memory."""
    buffer[:] = bytes(len(buffer))


class TextCodec(SilenceCodec[M], Generic[M]):
    """A codec of text from a source; subclasses give the characters a meaning."""

    def __init__(self, source: Source, gap_s: float = GAP_S) -> None:
        super().__init__(gap_s)
        self._source = TextSource(source)

    def deadline_s(self) -> float | None:
        """Return when `tick` is due at the latest; None: never, as nothing is half read."""
        return earliest(self._source.deadline_s(), super().deadline_s())

    def tick(self, now_s: float) -> list[M | WireNoise]:
        """Drop half an event, and end or give up what is half read."""
        return [*self._source.tick(now_s), *super().tick(now_s)]

    def _take(self, data: bytes, now_s: float) -> list[M | WireNoise]:
        found: list[M | WireNoise] = []
        for each in self._source.read(data, now_s):
            found += [each] if isinstance(each, WireNoise) else self._character(each, now_s)
        return found

    @abstractmethod
    def _character(self, character: int, now_s: float) -> list[M | WireNoise]:
        """Take one character of ISO 8859-1; return the messages it completes."""


class LineCodec(TextCodec[M], Generic[M]):
    """A codec of short lines: CR, LF, Tab or ETX ends one, STX begins one, silence too."""

    def __init__(self, source: Source, gap_s: float = GAP_S) -> None:
        super().__init__(source, gap_s)
        self._line = bytearray(LINE_BYTES_MAX)
        self._length = 0

    def _character(self, character: int, now_s: float) -> list[M | WireNoise]:
        if character in _ENDS:
            return self._end(now_s, ended=True)
        if character == _BEGINS:
            return self._end(now_s, ended=False)
        if self._length < LINE_BYTES_MAX:
            self._line[self._length] = character
        self._length += 1
        return []

    def _silent(self, now_s: float) -> list[M | WireNoise]:
        self._source.release()
        return self._end(now_s, ended=False)

    def _holds(self) -> bool:
        return self._length > 0

    def _end(self, now_s: float, *, ended: bool) -> list[M | WireNoise]:
        length = self._length
        if not length:
            return []
        try:
            if length > LINE_BYTES_MAX:
                return [WireNoise(length)]
            return self._read(self._line[:length].decode("latin-1"), now_s, ended=ended)
        finally:
            wipe(self._line)
            self._length = 0

    @abstractmethod
    def _read(self, line: str, now_s: float, *, ended: bool) -> list[M | WireNoise]:
        """Return what a line means; not ``ended``: silence ended it, so it may be cut short."""

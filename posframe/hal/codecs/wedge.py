"""Barcode scanners that type like a keyboard, read from an input device of their own.

The device is grabbed, so that everything it types is a code and its pace proves nothing: Enter or
Tab ends a code. A scanner that shares the operator's keyboard line is told by its pace instead,
which is the terminal's business.
"""

from __future__ import annotations

from typing import Literal

import attrs

from posframe.hal.codecs.input_events import InputEventsCodec
from posframe.hal.codecs.keyboard import Keyboard
from posframe.hal.codecs.scans import ScanFormat, cut_short, read_scan, too_long
from posframe.hal.codecs.silence import SilenceCodec, earliest
from posframe.hal.facts import Scan, ScanRejected, WireNoise

Suffix = Literal["any", "CR", "TAB", "none"]
_ENDS: dict[Suffix, str] = {"any": "\n\t", "CR": "\n", "TAB": "\t", "none": ""}

Message = Scan | ScanRejected


@attrs.frozen(kw_only=True)
class Typing:
    """How a scanner is set to type its codes."""

    layout: str = "us"
    suffix: Suffix = "any"
    """``any``: Enter or Tab."""
    idle_s: float = 0.5
    caps: bool = False
    num: bool = True
    form: ScanFormat = attrs.field(factory=ScanFormat)


class WedgeCodec(SilenceCodec[Message]):
    """Input events in, codes out."""

    def __init__(self, typing: Typing) -> None:
        super().__init__(typing.idle_s)
        self._typing = typing
        self._ends = _ENDS[typing.suffix]
        self._events = InputEventsCodec()
        self._keyboard = Keyboard(typing.layout, caps=typing.caps, num=typing.num)
        self._text: list[str] = []
        self._dropped = 0
        self._keeps = typing.form.length_max + len(typing.form.prefix) + 3

    def deadline_s(self) -> float | None:
        """Return when `tick` is due at the latest; None: never, as nothing is half read."""
        return earliest(self._events.deadline_s(), super().deadline_s())

    def tick(self, now_s: float) -> list[Message | WireNoise]:
        """Drop half an event, and end or reject the code that nothing has been added to."""
        noise = [each for each in self._events.tick(now_s) if isinstance(each, WireNoise)]
        return [*noise, *super().tick(now_s)]

    def _take(self, data: bytes, now_s: float) -> list[Message | WireNoise]:
        found: list[Message | WireNoise] = []
        for event in self._events.feed(data, now_s):
            if isinstance(event, WireNoise):
                found.append(event)
                continue
            for each in self._keyboard.take(event):
                found += self._character(each)
        return found

    def _character(self, typed: str) -> list[Message | WireNoise]:
        if typed in self._ends:
            return self._read()
        if len(self._text) < self._keeps:
            self._text.append(typed)
        else:
            self._dropped += 1
        return []

    def _read(self) -> list[Message | WireNoise]:
        text, dropped = "".join(self._text), self._dropped
        self._forget()
        return [too_long(len(text) + dropped)] if dropped else [*read_scan(text, self._typing.form)]

    def _silent(self, now_s: float) -> list[Message | WireNoise]:
        del now_s
        self._keyboard.release()
        if not self._ends:
            return self._read()
        length = len(self._text) + self._dropped
        self._forget()
        return [cut_short(length)] if length else []

    def _holds(self) -> bool:
        return bool(self._text or self._dropped)

    def _forget(self) -> None:
        self._text.clear()
        self._dropped = 0

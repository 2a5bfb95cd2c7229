"""Key stream: bytes from a terminal become Textual's events, whatever the bytes are.

Textual's parser does the work; here it is kept alive on malformed input, told that Esc followed
by a scan is Esc followed by a scan, and freed from a paste whose end never came. When to call
it is left to ``reader``.
"""

from __future__ import annotations

from codecs import getincrementaldecoder
from time import monotonic
from typing import TYPE_CHECKING, Final

from textual import events
from textual._xterm_parser import XTermParser

from posframe_terminal.intake import GAP_S, HOLD_IN_RUN_S, HOLD_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.message import Message

PASTE_SILENCE_S: Final = 1.0
"""A bracketed paste that pauses so long has lost its end."""
_PASTE_START: Final = "\x1b[200~"
_PASTE_END: Final = "\x1b[201~"


class Quiet(events.Event):
    """Nothing followed the last character for as long as a scan would have paused at most."""


class Stall(events.Event):
    """The keys that follow had been waiting to be read; their times prove nothing."""


class KeyStream:
    """Turns bytes into events; ``patience`` says how soon it wants to hear of silence."""

    def __init__(self, acting: str = "", *, clock: Callable[[], float] = monotonic) -> None:
        """Report ``Quiet`` after the characters in ``acting``."""
        self._acting = frozenset(acting)
        self._clock = clock
        self._decoder = getincrementaldecoder("utf-8")("replace")
        self._parser = _Parser()
        self._last_at_s = float("-inf")
        self._hold_s = 0.0
        self._tail = ""
        self._pasting = False

    def feed(self, data: bytes) -> list[Message]:
        """Return the events that ``data`` brings; those of an unfinished sequence come later."""
        now_s = self._clock()
        near = now_s - self._last_at_s <= GAP_S or len(data) > 1
        self._last_at_s = now_s
        messages = self._parsed(self._decoder.decode(data))
        self._hold_s = 0.0
        if messages and self._is_acting(messages[-1]):
            self._hold_s = HOLD_IN_RUN_S if near else HOLD_S
        return messages

    def silence(self) -> list[Message]:
        """Return what becomes clear because no byte came for as long as ``patience`` said."""
        now_s = self._clock()
        messages = self._guarded(self._parser.tick)
        if self._hold_s and now_s - self._last_at_s >= self._hold_s:
            self._hold_s = 0.0
            messages.append(Quiet())
        if self._pasting and now_s - self._last_at_s >= PASTE_SILENCE_S:
            messages += self._parsed(_PASTE_END)
        return messages

    def patience(self, otherwise_s: float) -> float:
        """Return how many seconds of silence would mean something."""
        if self._hold_s:
            return self._hold_s
        return self._parser.escape_delay_s if self._parser.in_sequence else otherwise_s

    def _parsed(self, text: str) -> list[Message]:
        self._note_paste(text)
        return self._guarded(lambda: self._parser.feed(text)) if text else []

    def _guarded(self, parse: Callable[[], Iterable[Message]]) -> list[Message]:
        """Parse; a sequence that the parser chokes on is dropped, and parsing goes on."""
        messages: list[Message] = []
        try:
            messages.extend(parse())
        except Exception:  # noqa: BLE001 - any bytes may come, and the till must stay awake
            self._parser = _Parser()
            self._pasting = False
        return messages

    def _note_paste(self, text: str) -> None:
        """Remember whether a paste is open, its marks possibly split over two reads."""
        seen = self._tail + text
        start, end = seen.rfind(_PASTE_START), seen.rfind(_PASTE_END)
        if max(start, end) >= 0:
            self._pasting = start > end
        self._tail = seen[-(len(_PASTE_END) - 1) :]

    def _is_acting(self, message: Message) -> bool:
        return isinstance(message, events.Key) and message.character in self._acting


class _Parser(XTermParser):
    """Textual's parser, for a terminal where a scanner types."""

    @property
    def in_sequence(self) -> bool:
        """Tell whether an escape sequence has begun and not ended."""
        return self._timeout_time is not None

    @property
    def escape_delay_s(self) -> float:
        """How long after Esc a sequence may still go on."""
        from textual.constants import ESCAPE_DELAY

        return ESCAPE_DELAY

    def _sequence_to_key_events(
        self,
        sequence: str,
        alt: bool = False,  # noqa: FBT001, FBT002 - Textual's signature
    ) -> Iterable[events.Key]:
        if len(sequence) == 2 and sequence[0] == "\x1b" and sequence[1] not in "[O":
            yield events.Key("escape", "\x1b")
            yield from super()._sequence_to_key_events(sequence[1])
        else:
            yield from super()._sequence_to_key_events(sequence, alt)

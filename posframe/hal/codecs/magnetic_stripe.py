"""Magnetic stripe readers: one swipe is up to three tracks, each between its sentinels.

::

    %DATA?   track 1        ;DATA?   track 2, and track 3 where one came before
    +DATA?   track 3        %E? ;E? +E?   a track that could not be read

Loyalty and staff cards become a token. Payment cards are refused whole, and so is whatever may be
one (`payment_card`): they belong to the card terminal. A swipe is judged when all of it is there,
and overwritten as soon as it is judged.
"""

from __future__ import annotations

from typing import Literal

import attrs

from posframe.hal.codecs.payment_card import may_be_payment_card
from posframe.hal.codecs.silence import GAP_S
from posframe.hal.codecs.text_source import Source, TextCodec, wipe
from posframe.hal.facts import CardRead, CardRefused, WireNoise

SWIPE_BYTES_MAX = 512
"""All three tracks of ISO/IEC 7811 hold 226 characters."""
OUTSIDE_MAX = 4
"""Visible characters outside the tracks: a check character each, and the state of the reader."""
KIND = "msr"

Track = Literal["any", "1", "2", "3"]
_ANY_ORDER = (2, 1, 3)

_PERCENT, _SEMICOLON, _PLUS, _END = b"%;+?"
_STARTS = (_PERCENT, _SEMICOLON, _PLUS)
_FIELD_ENDS = b"=^"
(_UNREADABLE,) = b"E"
(_BLANK,) = b" "
_TOKEN = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-./ ")

PAYMENT = CardRefused("Payment cards are read by the card terminal only")
UNREAD = CardRefused("The card could not be read; swipe it again")
EMPTY = CardRefused("The card holds no number on the track that is read")
FOREIGN = CardRefused("The card holds something else than a number")

Message = CardRead | CardRefused


@attrs.frozen
class _Span:
    """Where the data of a track stands between its sentinels."""

    track: int
    start: int
    end: int


class StripeCodec(TextCodec[Message]):
    """Gathers a swipe, judges it, and overwrites it."""

    def __init__(self, source: Source, *, track: Track = "any", gap_s: float = GAP_S) -> None:
        super().__init__(source, gap_s)
        self._order = _ANY_ORDER if track == "any" else (int(track),)
        self._swipe = bytearray(SWIPE_BYTES_MAX)
        self._length = 0

    def _character(self, character: int, now_s: float) -> list[Message | WireNoise]:
        del now_s
        if self._length < SWIPE_BYTES_MAX:
            self._swipe[self._length] = character
        self._length += 1
        return []

    def forget(self) -> None:
        """Overwrite what was read; also for a swipe that a lost line cut short."""
        wipe(self._swipe)
        self._length = 0

    def _silent(self, now_s: float) -> list[Message | WireNoise]:
        del now_s
        self._source.release()
        try:
            return self._judge(min(self._length, SWIPE_BYTES_MAX))
        finally:
            self.forget()

    def _holds(self) -> bool:
        return self._length > 0

    def _judge(self, length: int) -> list[Message | WireNoise]:
        if may_be_payment_card(self._swipe, length):
            return [PAYMENT]
        spans, outside = self._spans(length)
        if not spans and outside is not None:
            return [WireNoise(self._length)] if outside else []
        if outside is None or outside > OUTSIDE_MAX or self._length > length:
            return [UNREAD]
        return [self._card(spans)]

    def _spans(self, length: int) -> tuple[list[_Span], int | None]:
        """Return the tracks, and how much stands outside them; None: the last one has no end."""
        spans: list[_Span] = []
        at = outside = 0
        while at < length:
            if self._swipe[at] not in _STARTS:
                outside += self._swipe[at] > _BLANK
                at += 1
                continue
            end = self._swipe.find(_END, at + 1, length)
            if end < 0:
                return spans, None
            spans.append(_Span(_track(self._swipe[at], spans), at + 1, end))
            at = end + 1
        return spans, outside

    def _card(self, spans: list[_Span]) -> Message:
        readable = [each for each in spans if not self._is_unreadable(each)]
        if not readable:
            return UNREAD
        for track in self._order:
            for span in readable:
                if span.track == track and span.end > span.start:
                    return self._token(span)
        return EMPTY if len(readable) == len(spans) else UNREAD

    def _is_unreadable(self, span: _Span) -> bool:
        return span.end - span.start == 1 and self._swipe[span.start] == _UNREADABLE

    def _token(self, span: _Span) -> Message:
        """Return the first field of a track, which is no payment card's."""
        field = bytearray()
        for at in range(span.start, span.end):
            if self._swipe[at] in _FIELD_ENDS:
                break
            field.append(self._swipe[at])
        token = field.decode("ascii", "replace").strip()
        if not token or not _TOKEN.issuperset(field):
            return FOREIGN
        return CardRead(token, KIND)


def _track(sentinel: int, before: list[_Span]) -> int:
    if sentinel == _PERCENT:
        return 1
    if sentinel == _SEMICOLON and all(each.track != 2 for each in before):
        return 2
    return 3

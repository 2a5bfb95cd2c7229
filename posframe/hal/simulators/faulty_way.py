"""One direction of a line with its faults: bytes are put in, and taken out spoilt and in time.

Pure: the same bytes and times are struck in the same way, on whatever line. What can be written in
a script stands in `faults`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import attrs

from posframe.hal.simulators.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

NAK = 0x15
DELAY_S = 1.0
SPLIT_PAUSE_S = 0.02
"""Shorter than any protocol's longest gap between two characters of a message."""


@attrs.frozen
class Piece:
    """Bytes that travel together and arrive at ``at_s``; or the end of the line."""

    data: bytes
    at_s: float
    closes: bool = False


class FaultyWay:
    """One direction of a line. Nothing overtakes on it, and nothing follows its end."""

    def __init__(self) -> None:
        self.ended = False
        """The line has closed here; everything that came before it was taken."""
        self._watch = Watch()
        self._pieces: list[Piece] = []
        self._held = b""
        self._held_until_s: float | None = None
        self._dropping = 0

    def add(self, fault: Fault, now_s: float) -> None:
        """Let ``fault`` strike from now on."""
        self._watch.add(fault, now_s)

    def restart(self) -> None:
        """Begin a new connection: what was on its way is lost."""
        self._watch.restart()
        self._pieces.clear()
        self.ended, self._held, self._held_until_s, self._dropping = False, b"", None, 0

    @property
    def kept(self) -> int:
        """Bytes on their way."""
        return len(self._held) + sum(len(piece.data) for piece in self._pieces)

    def put(self, data: bytes, now_s: float, also: Iterable[Fault] = ()) -> list[Fault]:
        """Send ``data``; ``also`` strikes it as a whole. Return the faults that struck."""
        strikes = [Strike(0, len(data), fault) for fault in also]
        strikes += self._watch.strikes(data, now_s)
        starts = sorted({0, *(strike.start for strike in strikes)})
        for start, end in zip(starts, [*starts[1:], len(data)], strict=True):
            faults = [strike.fault for strike in strikes if strike.start == start]
            self._send(data[start:end], faults, now_s)
        return [strike.fault for strike in strikes]

    def due_s(self) -> float | None:
        """Return when `take` has something next; None: not before more is put in."""
        times = [piece.at_s for piece in self._pieces[:1]]
        times += [at for at in (self._held_until_s, self._watch.closing_s()) if at is not None]
        return None if self.ended else min(times, default=None)

    def take(self, size_max: int, now_s: float) -> bytes:
        """Return what has arrived, at most ``size_max`` bytes."""
        if self._held_until_s is not None and self._held_until_s <= now_s:
            self._release(self._held_until_s)
        data = b""
        while self._arrived(now_s) and len(data) < size_max:
            piece = self._pieces.pop(0)
            data += piece.data
            self.ended = self.ended or piece.closes
        if data[size_max:]:
            self._pieces.insert(0, Piece(data[size_max:], now_s))
        if not self._arrived(now_s) and self._watch.closes_now(now_s):
            self.ended = True
        return data[:size_max]

    def _arrived(self, now_s: float) -> bool:
        return bool(self._pieces) and self._pieces[0].at_s <= now_s and not self.ended

    def _send(self, data: bytes, faults: list[Fault], now_s: float) -> None:
        pieces = [self._rest(Piece(data, now_s))]
        for fault in faults:
            if fault.what == "drop":
                self._dropping += int(fault.argument or sum(len(each.data) for each in pieces))
                pieces = [self._rest(piece) for piece in pieces]
            else:
                pieces = [each for piece in pieces for each in _SPOIL[fault.what](fault, piece)]
        merging = next((fault for fault in faults if fault.what == "merge"), None)
        if merging is not None:
            self._held += b"".join(piece.data for piece in pieces)
            self._held_until_s = None if merging.argument is None else now_s + merging.argument
        elif any(piece.data for piece in pieces):
            self._release(pieces[0].at_s)
        for piece in pieces:
            if merging is None or piece.closes:
                self._queue(piece)

    def _rest(self, piece: Piece) -> Piece:
        """Return what of ``piece`` is left of the bytes that are being dropped."""
        lost = min(self._dropping, len(piece.data))
        self._dropping -= lost
        return attrs.evolve(piece, data=piece.data[lost:])

    def _release(self, at_s: float) -> None:
        """Let what was held go, together with what comes next."""
        self._queue(Piece(self._held, at_s))
        self._held, self._held_until_s = b"", None

    def _queue(self, piece: Piece) -> None:
        closed = self.ended or (bool(self._pieces) and self._pieces[-1].closes)
        if (piece.data or piece.closes) and not closed:
            self._pieces.append(piece)  # taken in this order, whatever its time


class Strike(NamedTuple):
    """A fault strikes at ``start`` of the bytes looked at; ``end`` is behind what it looked for."""

    start: int
    end: int
    fault: Fault


@attrs.define
class _Live:
    """A fault, when its time began, and how often it may still strike."""

    fault: Fault
    begun_s: float
    left: int


class Watch:
    """Looks for the places of faults in a stream, and counts how often each has struck."""

    def __init__(self) -> None:
        self._faults: list[_Live] = []
        self._tail = b""
        self._count = 0

    def add(self, fault: Fault, begun_s: float) -> None:
        """Watch for ``fault``, whose time begins at ``begun_s``."""
        self._faults.append(_Live(fault, begun_s, fault.times))

    def restart(self) -> None:
        """Begin to count bytes anew, for a new connection."""
        self._tail, self._count = b"", 0

    def strikes(self, data: bytes, now_s: float) -> list[Strike]:
        """Return what strikes ``data``, the next of the stream, first things first."""
        found: list[Strike] = []
        for live in self._faults:
            places = self._places(live.fault, data, now_s - live.begun_s) if live.left else []
            found += (Strike(start, end, live.fault) for start, end in places[: live.left])
            live.left -= len(places[: live.left])
        self._count += len(data)
        longest = max((len(live.fault.on) for live in self._faults), default=0)
        self._tail = (self._tail + data)[-(longest - 1) :] if longest > 1 else b""
        return sorted(found, key=lambda strike: strike.start)  # stable: in the script's order

    def closing_s(self) -> float | None:
        """Return when the line closes although nothing passes on it; None: never."""
        return min((at_s for at_s, _ in self._closing()), default=None)

    def closes_now(self, now_s: float) -> bool:
        """Whether the line closes of itself now; it does so once for each time it may."""
        due = [live for at_s, live in self._closing() if at_s <= now_s]
        for live in due[:1]:
            live.left -= 1
        return bool(due)

    def _closing(self) -> Iterator[tuple[float, _Live]]:
        for live in self._faults:
            if live.left and live.fault.what == "close" and live.fault.after_s is not None:
                yield live.begun_s + live.fault.after_s, live

    def _places(self, fault: Fault, data: bytes, elapsed_s: float) -> list[tuple[int, int]]:
        """Return where ``fault`` would strike ``data``, could it do so for ever."""
        if fault.on:
            return list(self._passages(fault.on, data))
        if fault.at_byte is not None:
            at = fault.at_byte - self._count
            return [(at, len(data))] if 0 <= at < len(data) else []
        late = fault.after_s is not None and elapsed_s >= fault.after_s
        return [(0, len(data))] if late and data else []

    def _passages(self, wanted: bytes, data: bytes) -> Iterator[tuple[int, int]]:
        """Yield where ``wanted`` ends in ``data``; it may have begun in what passed before."""
        tail = self._tail[-(len(wanted) - 1) :] if len(wanted) > 1 else b""
        stream, at = tail + data, 0
        while (at := stream.find(wanted, at)) >= 0:
            start, at = at - len(tail), at + len(wanted)
            yield max(0, start), at - len(tail)


def _delay(fault: Fault, piece: Piece) -> list[Piece]:
    late_s = DELAY_S if fault.argument is None else fault.argument
    return [attrs.evolve(piece, at_s=piece.at_s + late_s)]


def _corrupt(fault: Fault, piece: Piece) -> list[Piece]:
    first = bytes(each ^ 1 << int(fault.argument or 0) for each in piece.data[:1])
    return [attrs.evolve(piece, data=first + piece.data[1:])]


def _split(fault: Fault, piece: Piece) -> list[Piece]:
    half = 0 if fault.at_byte is not None else len(piece.data) // 2
    size = int(fault.argument or half)
    behind = attrs.evolve(piece, data=piece.data[size:], at_s=piece.at_s + SPLIT_PAUSE_S)
    return [attrs.evolve(piece, data=piece.data[:size]), behind]


def _nak(fault: Fault, piece: Piece) -> list[Piece]:
    byte = NAK if fault.argument is None else int(fault.argument)
    return [attrs.evolve(piece, data=bytes((byte,)))] if piece.data else [piece]


_SPOIL: dict[str, Callable[[Fault, Piece], list[Piece]]] = {
    "delay": _delay,
    "corrupt": _corrupt,
    "split": _split,
    "nak": _nak,
    "duplicate": lambda _, piece: [piece, piece],
    "close": lambda _, piece: [Piece(b"", piece.at_s, closes=True)],
    "merge": lambda _, piece: [piece],  # all pieces at once, when they are sent
}

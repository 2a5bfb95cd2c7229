"""Faults on a simulated line, scripted: what happens to bytes on their way, and when.

One a line::

    [rx|tx]  at byte N | after T s | on HEX
             drop | delay | corrupt | split | merge | close | nak | duplicate  [ARG] [xN]

``tx`` (the default) is what the device sends, ``rx`` what it receives. ``ARG``: bytes to drop or
split after, seconds to delay, bit to flip, byte of the NAK in hex. ``xN``: how often, once if left
out. ``#`` begins a comment.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from posframe.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable

FORM = (
    "[rx|tx], then: at byte N | after T s | on HEX, then: drop | delay | corrupt | split | merge | "
    "close | nak | duplicate, then: [ARG] [xN]"
)
NAK = 0x15
MERGE_S = 0.5
_LINE = re.compile(
    r"(?:(?P<way>rx|tx)\s+)?"
    r"(?:at\s+byte\s+(?P<byte>\d{1,9})|after\s+(?P<time>\d{1,6}(?:\.\d+)?)\s*s?"
    r"|on\s+(?P<bytes>(?:[0-9a-fA-F]{2}\s?)+?))\s+"
    r"(?P<what>drop|delay|corrupt|split|merge|close|nak|dup(?:licate)?)"
    r"(?:\s+(?P<arg>\d{1,9}(?:\.\d+)?|0x[0-9a-fA-F]{1,2}))?(?:\s+x(?P<times>\d{1,6}))?"
)


@attrs.frozen
class Fault:
    """One line of a fault script."""

    what: str
    receives: bool = False
    at_byte: int | None = None
    after_s: float | None = None
    on: bytes = b""
    argument: float | None = None
    times: int = 1


@attrs.frozen
class Piece:
    """Bytes that travel together: at ``at_s``, after which the line may close."""

    data: bytes
    at_s: float = 0.0
    closes: bool = False


def parse_faults(text: str) -> tuple[Fault, ...]:
    """Return the faults of a script.

    Raises:
        DataError: a line is no fault; names it and the valid form.
    """
    lines = ((at, line.partition("#")[0].strip()) for at, line in enumerate(text.splitlines(), 1))
    return tuple(_parsed(at, line) for at, line in lines if line)


def _parsed(at: int, line: str) -> Fault:
    found = _LINE.fullmatch(line)
    if found is None:
        raise DataError(f"Fault {line!r} in line {at} means nothing", hint=f"write {FORM}")
    what = "duplicate" if found["what"].startswith("dup") else found["what"]
    argument = found["arg"]
    return Fault(
        what=what,
        receives=found["way"] == "rx",
        at_byte=int(found["byte"]) if found["byte"] else None,
        after_s=float(found["time"]) if found["time"] else None,
        on=bytes.fromhex(found["bytes"] or ""),
        argument=float(int(argument, 16) if argument.startswith("0x") else argument)
        if argument
        else None,
        times=int(found["times"] or 1),
    )


class FaultyWay:
    """One direction of a line with its faults: bytes go in, pieces with their times come out."""

    def __init__(self, faults: Iterable[Fault], begun_s: float = 0.0) -> None:
        self._left = [[fault, fault.times] for fault in faults]
        self._begun_s = begun_s
        self._count = 0
        self._kept = b""

    def carry(self, data: bytes, now_s: float) -> list[Piece]:
        """Return ``data`` as it arrives at the other side."""
        first, self._count = self._count, self._count + len(data)
        pieces = [Piece(data, now_s)]
        for entry in self._left:
            fault, left = entry
            where = _where(fault, data, first, now_s - self._begun_s)
            if left and where is not None:
                entry[1] -= 1  # type: ignore[operator] # a list of a fault and a count
                pieces = self._spoilt(fault, pieces, where)  # type: ignore[arg-type]
        return [piece for piece in pieces if piece.data or piece.closes]

    def _spoilt(self, fault: Fault, pieces: list[Piece], at: int) -> list[Piece]:
        """Apply one fault at offset ``at`` of the bytes carried now."""
        head, hit, tail = _cut(pieces, at)
        now_s = hit.at_s
        size = int(fault.argument or 0)
        match fault.what:
            case "drop":
                rest = hit.data[size or len(hit.data) :]
                return [*head, Piece(rest, now_s, hit.closes), *tail]
            case "delay":
                late = now_s + (fault.argument or 1.0)
                return [*head, *(attrs.evolve(each, at_s=late) for each in (hit, *tail))]
            case "corrupt":
                flipped = bytes((hit.data[0] ^ 1 << size % 8,)) + hit.data[1:]
                return [*head, attrs.evolve(hit, data=flipped), *tail]
            case "split":
                pause = 0.02
                size = size or 1
                second = Piece(hit.data[size:], now_s + pause, hit.closes)
                return [*head, Piece(hit.data[:size], now_s), second, *tail]
            case "merge":
                late = now_s + (fault.argument or MERGE_S)
                return [*head, attrs.evolve(hit, at_s=late), *tail]
            case "close":
                return [*head, Piece(b"", now_s, closes=True)]
            case "nak":
                return [*head, Piece(bytes((size or NAK,)), now_s), *tail]
            case _:
                return [*head, attrs.evolve(hit, data=hit.data * 2), *tail]


def _where(fault: Fault, data: bytes, first: int, elapsed_s: float) -> int | None:
    """Return the offset in ``data`` that a fault strikes at; None: not here."""
    if fault.at_byte is not None:
        at = fault.at_byte - first
        return at if 0 <= at < len(data) else None
    if fault.after_s is not None:
        return 0 if elapsed_s >= fault.after_s and data else None
    found = data.find(fault.on)
    return None if found < 0 else found


def _cut(pieces: list[Piece], at: int) -> tuple[list[Piece], Piece, list[Piece]]:
    """Return the pieces before offset ``at``, the one that begins there, and those behind."""
    head: list[Piece] = []
    for index, piece in enumerate(pieces):
        if at < len(piece.data) or index == len(pieces) - 1:
            if at:
                head.append(Piece(piece.data[:at], piece.at_s))
            rest = attrs.evolve(piece, data=piece.data[at:] or piece.data[-1:] or b"\0")
            return head, rest, pieces[index + 1 :]
        head.append(piece)
        at -= len(piece.data)
    raise AssertionError("a fault strikes bytes that are carried")

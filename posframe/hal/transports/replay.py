"""A recorded device: expects what was written then, and gives what was read then, when it was.

::

    replay:/var/log/posframe/printer.jsonl            with the pauses of the recording
    replay:/var/log/posframe/printer.jsonl?timing=no  without them

An answer comes once everything written before it in the recording has been written again. The
first difference ends the line and is told with its place.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

import anyio
import anyio.lowlevel
import attrs

from posframe.errors import ConfigurationError, DataError
from posframe.hal.transports import NO_OPTIONS, OPEN_DEADLINE_S, Transport, TransportError
from posframe.hal.transports.settings import LineSettings
from posframe.hal.wire_log import WireRecord, read_records

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FILE_BYTES_MAX = 64 * 1024 * 1024
CONTEXT_BYTES = 8


@attrs.define
class _Answer:
    """Something that comes from the device: ``data``, or the end of the line when it is empty."""

    data: bytes
    after_bytes: int
    """How much has to be written first."""
    pause_s: float
    """How long after what came before it in the recording."""


class ReplayTransport(Transport):
    """A recording played back. ``timing`` keeps its pauses."""

    OPTIONS: ClassVar[frozenset[str]] = frozenset({"timing"})

    def __init__(
        self, records: Sequence[WireRecord], *, timing: bool = True, name: str = "replay:"
    ) -> None:
        self.name = name
        self.difference = ""
        """Where what was written differed first from the recording; empty as long as it did not."""
        self._expected, self._answers = _script(records)
        self._timing = timing
        self._written = 0
        self._played = 0
        self._since_s = 0.0
        self._news = anyio.Event()
        self._open = False

    @classmethod
    def from_address(cls, address: str, options: Mapping[str, str] = NO_OPTIONS) -> Self:
        """Return the transport for a file that `posframe.hal.wire_log` has exported."""
        path = Path(address.removeprefix("//"))
        try:
            if path.stat().st_size > FILE_BYTES_MAX:
                raise ConfigurationError(f"{path} is too long for a recording")
            with path.open(encoding="utf-8") as lines:
                records = read_records(lines)
            timing = LineSettings("replay", options).truth("timing", default=True)
            return cls(records, timing=timing, name=f"replay:{path}")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(
                f"replay:{address} cannot be read: {error}",
                hint="write replay:FILE, with a file that was exported from a wire log",
            ) from error
        except DataError as error:
            raise ConfigurationError(error.message, hint=error.hint) from error

    @property
    def finished(self) -> bool:
        """Whether everything of the recording has been written and read."""
        return self._written == len(self._expected) and self._played == len(self._answers)

    def present(self) -> bool | None:
        """Return that it is there."""
        return True

    async def open(self, deadline_s: float = OPEN_DEADLINE_S) -> None:
        """Begin; opened again after a loss, it goes on where it was."""
        del deadline_s
        await anyio.lowlevel.checkpoint()
        if not self._open:
            self._open, self.taken = True, 0
            self._since_s = anyio.current_time()

    async def close(self) -> None:
        """End, and wake whoever waits; doing so again does nothing."""
        self._open = False
        self._news.set()

    @property
    def is_open(self) -> bool:
        """Whether the line was opened and has not failed since."""
        return self._open

    async def write(self, data: bytes, deadline_s: float) -> int:
        """Compare ``data`` with the recording; all of it is taken unless it differs."""
        del deadline_s
        self.taken = 0
        await anyio.lowlevel.checkpoint()
        self._check(len(data))
        part = data[: self._until_failure()]
        same = _common(self._expected, self._written, part)
        self.taken = same
        self._written += same
        self._since_s = anyio.current_time()
        self._news.set()
        if same < len(part):
            raise await self._different(data[same:])
        if same < len(data):
            while self._answers[self._played].data:
                self._played += 1  # what was still to be read is lost with the line
            raise await self._lost(len(data))
        return len(data)

    async def read(self, size_max: int, deadline_s: float) -> bytes:
        """Return what the device sent at this place, at most ``size_max`` bytes."""
        ends_s = anyio.current_time() + deadline_s
        while True:
            self._check()
            due_s = self._due_s()
            now_s = anyio.current_time()
            if due_s is not None and due_s <= now_s:
                await anyio.lowlevel.checkpoint()
                return await self._play(size_max)
            if now_s >= ends_s:
                await anyio.lowlevel.checkpoint()
                return b""
            self._news = anyio.Event()
            with anyio.move_on_after((ends_s if due_s is None else min(due_s, ends_s)) - now_s):
                await self._news.wait()

    def _due_s(self) -> float | None:
        """Return when the next answer comes; None: not before something more is written."""
        if self._played == len(self._answers):
            return None
        answer = self._answers[self._played]
        if self._written < answer.after_bytes:
            return None
        return self._since_s + (answer.pause_s if self._timing else 0.0)

    async def _play(self, size_max: int) -> bytes:
        answer = self._answers[self._played]
        self._since_s = anyio.current_time()
        if not answer.data:
            raise await self._lost()
        data, answer.data = answer.data[:size_max], answer.data[size_max:]
        if answer.data:
            answer.pause_s = 0.0
        else:
            self._played += 1
        return data

    def _until_failure(self) -> int | None:
        """Return how much can be written before the line fails in the recording; None: all."""
        rest = self._answers[self._played :]
        at = next((each.after_bytes for each in rest if not each.data), None)
        return None if at is None else at - self._written

    async def _lost(self, length: int = 0) -> TransportError:
        self._played += 1
        await self.close()
        return self._failed(f"{self.name} was lost, as in the recording", length=length)

    async def _different(self, rest: bytes) -> TransportError:
        wanted = self._expected[self._written : self._written + CONTEXT_BYTES]
        self.difference = (
            f"at byte {self._written} of what is written, the recording has "
            f"{wanted.hex(' ') or 'nothing more'}, not {rest[:CONTEXT_BYTES].hex(' ')}"
        )
        await self.close()
        return self._failed(f"{self.name}: {self.difference}", length=self.taken + len(rest))

    def _check(self, length: int = 0) -> None:
        if not self._open:
            raise self._failed(f"{self.name} is not connected", length=length)


def _script(records: Sequence[WireRecord]) -> tuple[bytes, list[_Answer]]:
    """Return all that was written, and what came from the device at which place."""
    expected = bytearray()
    answers: list[_Answer] = []
    before_s = records[0].at_s if records else 0.0
    connected = True  # the oldest records may have made room
    for record in records:
        if record.data is None:
            raise DataError(
                "This recording holds lengths only: it is of a device of secrets",
                hint="it can be read, not played back",
            )
        if record.direction == "tx":
            expected += record.data
        elif record.direction == "rx" or (record.direction == "failed" and connected):
            answers.append(_Answer(record.data, len(expected), max(0.0, record.at_s - before_s)))
        # One loss is told by reader and writer, and by each attempt to connect again.
        connected = record.direction != "failed" and (connected or record.direction == "open")
        before_s = record.at_s
    return bytes(expected), answers


def _common(expected: bytes, start: int, data: bytes) -> int:
    """Return how many bytes of ``data`` are those of ``expected`` from ``start`` on."""
    if expected.startswith(data, start):
        return len(data)
    pairs = zip(expected[start : start + len(data)], data, strict=False)
    differs = (at for at, (one, other) in enumerate(pairs) if one != other)
    return next(differs, min(len(expected) - start, len(data)))

"""A device that repeats what it is told, for tests of the lines that devices hang on."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from posframe.errors import DataError
from posframe.hal.simulators.simulator import Act, Simulator, SimulatorSpec

if TYPE_CHECKING:
    from collections.abc import Mapping


class EchoDevice(Simulator):
    """Answers each line ending in CR with the same in brackets, and says what it is made to say.

    With ``room_bytes`` it takes so many and no more until ``empty`` makes room.
    """

    def __init__(self, *, room_bytes: int | None = None, greeting: bytes = b"") -> None:
        self.room_bytes = room_bytes
        self.greeting = greeting
        self.taken: list[tuple[float, bytes]] = []
        """What it was given, and when."""
        self.hosts = 0
        self.gone = 0
        self._half = b""
        self._later: deque[tuple[float, bytes]] = deque()

    @property
    def received(self) -> bytes:
        return b"".join(data for _, data in self.taken)

    def feed(self, data: bytes, now_s: float) -> bytes:
        assert data
        self.taken.append((now_s, data))
        if self.room_bytes is not None:
            assert len(data) <= self.room_bytes, "nobody hands over more than there is room for"
            self.room_bytes -= len(data)
        *lines, self._half = (self._half + data).split(b"\r")
        return b"".join(b"[" + line + b"]" for line in lines)

    def due_s(self) -> float | None:
        return self._later[0][0] if self._later else None

    def tick(self, now_s: float) -> bytes:
        due = b""
        while self._later and self._later[0][0] <= now_s:
            due += self._later.popleft()[1]
        return due

    def connected(self, now_s: float) -> bytes:
        self.hosts += 1
        return self.greeting

    def disconnected(self) -> None:
        self.gone += 1
        self._half = b""

    def acts(self) -> Mapping[str, Act]:
        return {
            "say": Act("say WORDS, as say hello", lambda words, _: words.encode()),
            "later": Act("later SECONDS, as later 0.5", self._say_later),
            "empty": Act("empty BYTES, as empty 100", self._empty),
        }

    def view(self) -> tuple[str, ...]:
        return (f"received {len(self.received)} bytes",)

    def _say_later(self, words: str, now_s: float) -> bytes:
        if not words.replace(".", "", 1).isdecimal():
            raise DataError(f"{words!r} is no time", hint="write later 0.5")
        self._later.append((now_s + float(words), b"later"))
        return b""

    def _empty(self, words: str, _: float) -> bytes:
        assert self.room_bytes is not None
        self.room_bytes += int(words)
        return b""


SIMULATOR = SimulatorSpec(
    name="echo", title="Repeats what it is told", make=lambda _options: EchoDevice()
)

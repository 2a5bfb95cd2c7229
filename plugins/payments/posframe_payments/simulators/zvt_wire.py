"""The terminal's side of a ZVT line: messages without frames on TCP, in frames on a serial line.

Written from the protocol, not from the till's codec. Built for being read by a till that is under
test, so it trusts what the till sends: what is no message is thrown away.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import attrs

_DLE, _STX, _ETX, _ACK, _NAK = 0x10, 0x02, 0x03, 0x06, 0x15
RESEND_S = 1.0
TRIES_MAX = 3


@attrs.frozen
class Heard:
    """A message of the till."""

    control: bytes
    data: bytes = attrs.field(default=b"", repr=False)


def message(control: str, data: bytes = b"", *, long: bool = False) -> bytes:
    """Return a message; ``long``: its length in three bytes although one would do."""
    if long or len(data) > 0xFE:
        return bytes.fromhex(control) + b"\xff" + len(data).to_bytes(2, "little") + data
    return bytes.fromhex(control) + bytes((len(data),)) + data


def digits(number: int, length: int) -> bytes:
    """Return a number in packed decimal digits."""
    return bytes.fromhex(str(number).zfill(2 * length))


def counted(data: bytes, places: int) -> bytes:
    """Return data behind its length in digits F0 to F9, as many as ``places``."""
    return bytes(0xF0 + int(each) for each in str(len(data)).zfill(places)) + data


def tagged(tag: str, value: bytes) -> bytes:
    """Return one tag of a container."""
    return bytes.fromhex(tag) + tag_length(len(value)) + value


def tag_length(length: int) -> bytes:
    """Return a length inside a container."""
    if length > 0xFF:
        return b"\x82" + length.to_bytes(2, "big")
    return b"\x81" + bytes((length,)) if length > 0x7F else bytes((length,))


class Port(ABC):
    """Where the till is plugged in."""

    def __init__(self) -> None:
        self._half = b""
        self._out = b""

    @abstractmethod
    def put(self, data: bytes, now_s: float) -> None:
        """Send a message."""

    @abstractmethod
    def put_half(self, data: bytes) -> None:
        """Send the first half of a message."""

    @abstractmethod
    def receive(self, data: bytes, now_s: float) -> list[Heard]:
        """Take bytes from the till."""

    def greet(self, data: bytes) -> None:
        """Send bytes that are no message."""
        self._out += data

    def take(self) -> bytes:
        """Return what is to go out now, once."""
        out, self._out = self._out, b""
        return out

    def due_s(self) -> float | None:
        """Return when `tick` has something to do."""
        return None

    def tick(self, now_s: float) -> None:
        """Send again what was not acknowledged."""
        del now_s

    def reset(self) -> None:
        """Forget what is half received and not yet sent: the connection is new."""
        self._half = self._out = b""


class PlainPort(Port):
    """TCP."""

    def put(self, data: bytes, now_s: float) -> None:
        """Send a message."""
        del now_s
        self._out += data

    def put_half(self, data: bytes) -> None:
        """Send the first half of a message."""
        self._out += data[: len(data) // 2]

    def receive(self, data: bytes, now_s: float) -> list[Heard]:
        """Take bytes from the till."""
        del now_s
        self._half += data
        heard = []
        while (size := _size(self._half)) is not None and len(self._half) >= size:
            heard.append(_heard(self._half[:size]))
            self._half = self._half[size:]
        return heard


class FramedPort(Port):
    """A serial line; ``spoils`` says of how many frames to come the checksum is to be wrong."""

    def __init__(self) -> None:
        super().__init__()
        self.spoils = 0
        self._queue: list[bytes] = []
        self._tries = 0
        self._again_s: float | None = None

    def put(self, data: bytes, now_s: float) -> None:
        """Send a message once those before it are acknowledged."""
        self._queue.append(data)
        if len(self._queue) == 1:
            self._tries = 0
            self._write(now_s)

    def put_half(self, data: bytes) -> None:
        """Send the first half of a frame."""
        whole = framed(data)
        self._out += whole[: len(whole) // 2]

    def receive(self, data: bytes, now_s: float) -> list[Heard]:
        """Take bytes from the till, answer its frames."""
        self._half += data
        heard = []
        while self._half:
            if self._half[0] == _ACK:
                self._taken(now_s)
            elif self._half[0] == _NAK and self._queue:
                self._write(now_s)
            elif self._half[0] == _DLE:
                size, body = _frame(self._half)
                if not size:
                    break
                self._out += bytes((_NAK if body is None else _ACK,))
                heard += [] if body is None else [_heard(body)]
                self._half = self._half[size:]
                continue
            self._half = self._half[1:]
        return heard

    def due_s(self) -> float | None:
        """Return when a frame is sent again."""
        return self._again_s

    def tick(self, now_s: float) -> None:
        """Send again what was not acknowledged, at most three times."""
        if self._again_s is not None and now_s >= self._again_s:
            if self._tries >= TRIES_MAX:
                self._taken(now_s)
            else:
                self._write(now_s)

    def reset(self) -> None:
        """Forget all that is under way."""
        super().reset()
        self._queue, self._again_s = [], None

    def _taken(self, now_s: float) -> None:
        self._queue, self._again_s, self._tries = self._queue[1:], None, 0
        if self._queue:
            self._write(now_s)

    def _write(self, now_s: float) -> None:
        spoilt = self.spoils > 0
        self.spoils -= spoilt
        self._tries += 1
        self._out += framed(self._queue[0], wrong=spoilt)
        self._again_s = now_s + RESEND_S


def framed(data: bytes, *, wrong: bool = False) -> bytes:
    """Return a message in its frame; ``wrong``: with a checksum that is not its own."""
    check = kermit(data + bytes((_ETX,))) ^ wrong
    doubled = b"".join(b"\x10\x10" if each == _DLE else bytes((each,)) for each in data)
    return bytes((_DLE, _STX)) + doubled + bytes((_DLE, _ETX, check & 0xFF, check >> 8))


def kermit(data: bytes) -> int:
    """Return CRC-16/KERMIT, bit by bit: the lowest bit first, through x^16 + x^12 + x^5 + 1."""
    register = 0
    for each in data:
        for bit in range(8):
            carry = (register ^ each >> bit) & 1
            register = register >> 1 ^ carry * 0x8408
    return register


def _size(data: bytes) -> int | None:
    if len(data) < 3 or (data[2] == 0xFF and len(data) < 5):
        return None
    return 5 + data[3] + 256 * data[4] if data[2] == 0xFF else 3 + data[2]


def _heard(data: bytes) -> Heard:
    return Heard(data[:2], data[5:] if data[2:3] == b"\xff" else data[3:])


def _frame(data: bytes) -> tuple[int, bytes | None]:
    """Return the length of a frame, 0 while it is not complete, and what is in it."""
    if len(data) > 1 and data[1] != _STX:
        return 1, None
    body, at = b"", 2
    while at + 1 < len(data):
        if data[at] != _DLE:
            body, at = body + data[at : at + 1], at + 1
        elif data[at + 1] == _DLE:
            body, at = body + data[at : at + 1], at + 2
        else:
            break
    if at + 4 > len(data):
        return 0, None
    wanted = data[at + 2] + 256 * data[at + 3]
    return at + 4, body if kermit(body + bytes((_ETX,))) == wanted else None

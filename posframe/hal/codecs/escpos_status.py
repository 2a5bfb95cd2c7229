"""ESC/POS, the way back: what a printer sends, and the questions that make it send.

Everything comes on one line, unnumbered and without a checksum::

    0xx1xx10                     answer to DLE EOT n; it does not say which n
    0xx1xx00 and three 0xx0xxxx  automatic status (ASB), when something has changed
    0xx0xxxx                     answer to GS r
    37 22 d1 d2 d3 d4 00         answer to GS ( H with the tag d1 to d4
    37 25 00                     buffers are cleared (DLE DC4 8)
    37, 53 or 5F … 00            other blocks
    11, 13                       XON, XOFF: anywhere

So one question may be out at a time, an answer nobody waits for is noise, and after a half message
the next one is certain only once a gap has passed. Sentences about bits are from the tables of the
command reference; none was checked on a real device.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import attrs

from posframe.hal.codecs.printer_status import NEAR_END, OK, OUT, PrinterStatus
from posframe.hal.driver import Codec
from posframe.hal.facts import WireNoise, noise_of

if TYPE_CHECKING:
    from collections.abc import Callable

GAP_S = 0.08
"""A message whose next byte takes longer than this was cut off."""
BLOCK_BYTES_MAX = 256


@attrs.frozen
class RealTimeReply:
    """What ``DLE EOT n`` asked for."""

    n: int
    bits: int


@attrs.frozen
class AutomaticStatus:
    """Four bytes of automatic status."""

    data: bytes


@attrs.frozen
class InOrderReply:
    """What ``GS r`` asked for, sent when everything before it was processed."""

    bits: int


@attrs.frozen
class ProcessReply:
    """The printer has processed everything up to this tag."""

    tag: bytes


@attrs.frozen
class BuffersCleared:
    """Nothing of what was not printed yet will be."""


@attrs.frozen
class Block:
    """Another block of data, such as a name asked for with ``GS I``."""

    head: int
    data: bytes


@attrs.frozen
class FlowControl:
    """XOFF (stop) or XON (go on)."""

    stop: bool


EscposMessage: TypeAlias = (
    RealTimeReply | AutomaticStatus | InOrderReply | ProcessReply | BuffersCleared | Block
    | FlowControl
)  # fmt: skip


class EscposStatusCodec(Codec[EscposMessage]):
    """Takes apart what a printer sends. Say what you ask for before you ask."""

    def __init__(self) -> None:
        self._real_time: int | None = None
        self._in_order = 0
        self._half = bytearray()
        self._touched_s = 0.0

    def expect_real_time(self, n: int | None) -> None:
        """Note that ``DLE EOT n`` is asked; None: its answer is not waited for any longer."""
        self._real_time = n

    def expect_in_order(self) -> None:
        """Note that ``GS r`` is asked once more."""
        self._in_order += 1

    def forget_in_order(self) -> None:
        """Note that no answer to ``GS r`` is to come any longer."""
        self._in_order = 0

    def feed(self, data: bytes, now_s: float) -> list[EscposMessage | WireNoise]:
        """Take bytes, in pieces of any size; return the messages they complete."""
        found = _Found()
        found.messages += self.tick(now_s)
        for byte in data:
            self._take(byte, found)
        if data:
            self._touched_s = now_s
        return found.all()

    def deadline_s(self) -> float | None:
        """Return when a half message will be too old."""
        return self._touched_s + GAP_S if self._half else None

    def tick(self, now_s: float) -> list[EscposMessage | WireNoise]:
        """Drop a half message that is too old."""
        if not self._half or now_s < self._touched_s + GAP_S:
            return []
        found = _Found()
        self._drop(found)
        return found.all()

    def _take(self, byte: int, found: _Found) -> None:
        if byte in (0x11, 0x13):
            found.message(FlowControl(byte == 0x13))
        elif not self._half:
            self._begin(byte, found)
        elif self._half[0] in _BLOCK_HEADS:
            self._in_block(byte, found)
        else:
            self._in_automatic(byte, found)

    def _begin(self, byte: int, found: _Found) -> None:
        if byte & 0x93 == 0x10 or byte in _BLOCK_HEADS:
            self._half.append(byte)
        elif byte & 0x93 == 0x12 and self._real_time is not None:
            found.message(RealTimeReply(self._real_time, byte))
            self._real_time = None
        elif byte & 0x90 == 0 and self._in_order:
            self._in_order -= 1
            found.message(InOrderReply(byte))
        else:
            found.noise.append(byte)

    def _in_automatic(self, byte: int, found: _Found) -> None:
        if byte & 0x93 == 0x12 and self._real_time is not None:
            self._answer_between(byte, found)
        elif byte & 0x90:
            self._restart(byte, found)
        else:
            self._half.append(byte)
            if len(self._half) == 4:
                found.message(AutomaticStatus(bytes(self._half)))
                self._half.clear()

    def _answer_between(self, byte: int, found: _Found) -> None:
        """Take an answer that interrupts an automatic status, as it does not wait."""
        assert self._real_time is not None, "the caller has looked"
        found.message(RealTimeReply(self._real_time, byte))
        self._real_time = None

    def _in_block(self, byte: int, found: _Found) -> None:
        if byte == 0:
            block = _block(bytes(self._half))
            if block is None:
                self._half.append(byte)
                self._drop(found)
            else:
                found.message(block)
                self._half.clear()
        elif byte < 0x20 or len(self._half) >= BLOCK_BYTES_MAX:
            self._restart(byte, found)
        else:
            self._half.append(byte)

    def _restart(self, byte: int, found: _Found) -> None:
        """Give up on a message that cannot go on with ``byte``, which may begin another."""
        self._drop(found)
        self._begin(byte, found)

    def _drop(self, found: _Found) -> None:
        found.noise += self._half
        self._half.clear()


class _Found:
    """Messages in the making, with runs of noise between them."""

    def __init__(self) -> None:
        self.messages: list[EscposMessage | WireNoise] = []
        self.noise = bytearray()

    def message(self, message: EscposMessage) -> None:
        self._end_noise()
        self.messages.append(message)

    def all(self) -> list[EscposMessage | WireNoise]:
        self._end_noise()
        return self.messages

    def _end_noise(self) -> None:
        if self.noise:
            self.messages.append(noise_of(self.noise))
            self.noise.clear()


_BLOCK_HEADS = frozenset((0x37, 0x53, 0x5F))


def _block(data: bytes) -> EscposMessage | None:
    """Return the message of a block without its NUL; None where it has not the length it needs."""
    if data[:2] == b"7\x22":
        return ProcessReply(data[2:]) if len(data) == 6 else None
    if data[:2] == b"7\x25":
        return BuffersCleared() if len(data) == 2 else None
    return Block(data[0], data[1:])


def real_time_request(n: int) -> bytes:
    """Return ``DLE EOT n``: 1 printer, 2 why it is off line, 3 errors, 4 paper."""
    assert n in (1, 2, 3, 4), f"there is no real-time status {n}"
    return bytes((0x10, 0x04, n))


def automatic_status_request(items: int = 0xFF) -> bytes:
    """Return ``GS a``: tell ``items`` whenever they change, and once now; 0 ends it."""
    return bytes((0x1D, 0x61, items))


def in_order_request(n: int = 1) -> bytes:
    """Return ``GS r n``: 1 paper, 2 drawer; answered when all before it is processed."""
    return bytes((0x1D, 0x72, n))


def process_request(tag: bytes) -> bytes:
    """Return ``GS ( H``: answer with ``tag`` when all before this is printed."""
    assert len(tag) == 4, "a tag has four characters"
    assert all(0x20 <= byte <= 0x7E for byte in tag), f"{tag!r} is not printable"
    return b"\x1d(H\x06\x0000" + tag


def process_tag(number: int) -> bytes:
    """Return a tag for ``number``; they repeat after some 81 million."""
    return bytes(0x20 + number // 95**place % 95 for place in (3, 2, 1, 0))


CLEAR_BUFFERS = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""``DLE DC4 8``: drop what is not printed; answered with `BuffersCleared`."""


def real_time_pulse(pin: int, on_ms: int) -> bytes:
    """Return ``DLE DC4 1``: a drawer pulse at once, in steps of 100 ms up to 800."""
    assert pin in (2, 5), f"drawers hang on pin 2 or 5, not {pin}"
    steps = min(max(-(-on_ms // 100), 1), 8)
    return bytes((0x10, 0x14, 1, 0 if pin == 2 else 1, steps))


def buzzer(times: int, length: int) -> bytes:
    """Return ``ESC B``, as many clones have it: ``times`` and ``length`` from 1 to 9."""
    return bytes((0x1B, 0x42, min(max(times, 1), 9), min(max(length, 1), 9)))


def status_of(message: AutomaticStatus) -> PrinterStatus:
    """Return what an automatic status says."""
    first, second, third, _ = message.data
    return PrinterStatus(
        online=not first & 0x08,
        drawer_pin_high=bool(first & 0x04),
        cover_open=bool(first & 0x20),
        cutter_error=bool(second & 0x08),
        unrecoverable=bool(second & 0x20),
        overheated=bool(second & 0x40),
        paper=_paper(near=third & 0x03, out=third & 0x0C),
    )


def with_reply(status: PrinterStatus, reply: RealTimeReply) -> PrinterStatus:
    """Return ``status`` with what one answer to ``DLE EOT`` says."""
    return _REPLIES[reply.n](status, reply.bits)


def _paper(*, near: int, out: int) -> str:
    return OUT if out else NEAR_END if near else OK


def _printer(status: PrinterStatus, bits: int) -> PrinterStatus:
    online = not bits & 0x08
    status = attrs.evolve(status, online=online, drawer_pin_high=bool(bits & 0x04))
    if online:  # nothing that stops a printer leaves it on line
        status = attrs.evolve(
            status, cover_open=False, cutter_error=False, unrecoverable=False, overheated=False
        )
    return status


def _offline_cause(status: PrinterStatus, bits: int) -> PrinterStatus:
    paper = OUT if bits & 0x20 else status.paper
    return attrs.evolve(status, cover_open=bool(bits & 0x04), paper=paper)


def _errors(status: PrinterStatus, bits: int) -> PrinterStatus:
    return attrs.evolve(
        status,
        cutter_error=bool(bits & 0x08),
        unrecoverable=bool(bits & 0x20),
        overheated=bool(bits & 0x40),
    )


def _roll(status: PrinterStatus, bits: int) -> PrinterStatus:
    return attrs.evolve(status, paper=_paper(near=bits & 0x0C, out=bits & 0x60))


_REPLIES: dict[int, Callable[[PrinterStatus, int], PrinterStatus]] = {
    1: _printer,
    2: _offline_cause,
    3: _errors,
    4: _roll,
}

"""A device in software and the bytes on their way to it and back, with the faults of a script.

Pure, as the simulator is: who owns the line tells the time and carries the bytes. `serving` does so
for lines of the system, the simulated transport inside a process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.hal.simulators.faulty_way import FaultyWay, Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from posframe.hal.simulators.faults import Fault
    from posframe.hal.simulators.simulator import Simulator

KEPT_BYTES_MAX = 16 * 1024 * 1024
"""A host that reads no answers loses the newest; far more than any device sends by itself."""


class Wire:
    """A simulator with a host at the other end, or none."""

    def __init__(
        self,
        simulator: Simulator,
        faults: Iterable[Fault] = (),
        now_s: float = 0.0,
        *,
        on_fault: Callable[[Fault], None] = lambda _fault: None,
    ) -> None:
        self.simulator = simulator
        self.connected = False
        self._on_fault = on_fault
        self._in, self._out = FaultyWay(), FaultyWay()
        self._commands = Watch()
        self._answer_faults: list[Fault] = []
        for fault in faults:
            self.spoil(fault, now_s)

    def spoil(self, fault: Fault, now_s: float) -> None:
        """Let ``fault`` strike from now on."""
        watch = self._in if fault.receives else self._out
        (self._commands if fault.answers else watch).add(fault, now_s)

    def connect(self, now_s: float) -> None:
        """Let a host open the line."""
        for each in (self._in, self._out, self._commands):
            each.restart()
        self._answer_faults.clear()
        self.connected = True
        self._send(self.simulator.connected(now_s), now_s)

    def disconnect(self) -> None:
        """Let the host go; what is on its way is lost."""
        if self.connected:
            self.connected = False
            for way in (self._in, self._out):
                way.restart()
            self.simulator.disconnected()

    @property
    def broken(self) -> bool:
        """Whether a fault has closed the line, and what came before it was taken."""
        return self._in.ended or self._out.ended

    @property
    def room(self) -> int | None:
        """How many bytes the host may hand over now; None: any number."""
        room = self.simulator.room_bytes
        return None if room is None else max(0, room - self._in.kept)

    def receive(self, data: bytes, now_s: float) -> None:
        """Take what the host sends."""
        assert self.connected, "bytes come from a host"
        self._struck(self._in.put(data, now_s))
        self.advance(now_s)

    def act(self, words: str, now_s: float) -> None:
        """Do what a person does at the device.

        Raises:
            DataError: there is no such act, or its words mean nothing.
        """
        self._send(self.simulator.act(words, now_s), now_s)

    def advance(self, now_s: float) -> None:
        """Let time pass: the device takes what has arrived, and sends what is due."""
        due_s = self.simulator.due_s()
        if due_s is not None and due_s <= now_s:
            self._send(self.simulator.tick(now_s), now_s)
        while data := self._in.take(self._device_room(), now_s):
            self._hand_over(data, now_s)

    def device_due_s(self) -> float | None:
        """Return when `advance` has something to do; None: not before something comes."""
        arriving_s = self._in.due_s() if self.connected and self._device_room() else None
        return _first(self.simulator.due_s(), arriving_s)

    def host_due_s(self) -> float | None:
        """Return when `take` has something or the line closes; None: not before something comes."""
        return self._out.due_s() if self.connected else None

    def due_s(self) -> float | None:
        """Return when anything is due; None: not before something comes."""
        return _first(self.device_due_s(), self.host_due_s())

    def take(self, size_max: int, now_s: float) -> bytes:
        """Return what has arrived at the host, at most ``size_max`` bytes."""
        return self._out.take(size_max, now_s)

    def _device_room(self) -> int:
        room = self.simulator.room_bytes
        return KEPT_BYTES_MAX if room is None else max(0, room)

    def _hand_over(self, data: bytes, now_s: float) -> None:
        """Feed the device, command by command where a fault waits for one."""
        at = 0
        for start, end, fault in self._commands.strikes(data, now_s):
            self._feed(data[at:start], now_s)
            self._answer_faults.append(fault)
            self._feed(data[max(at, start) : end], now_s)
            if fault.what == "close":  # that needs no answer
                self._answer(b"", now_s)
            at = max(at, end)
        self._feed(data[at:], now_s)

    def _feed(self, data: bytes, now_s: float) -> None:
        """Feed the device; byte by byte while an answer is awaited that shall be struck alone."""
        while data and self._answer_faults:
            self._send(self.simulator.feed(data[:1], now_s), now_s)
            data = data[1:]
        if data:
            self._send(self.simulator.feed(data, now_s), now_s)

    def _send(self, data: bytes, now_s: float) -> None:
        if data and self.connected and self._out.kept + len(data) <= KEPT_BYTES_MAX:
            self._answer(data, now_s)

    def _answer(self, data: bytes, now_s: float) -> None:
        faults, self._answer_faults = self._answer_faults, []
        self._struck(self._out.put(data, now_s, faults))

    def _struck(self, faults: Iterable[Fault]) -> None:
        for fault in faults:
            self._on_fault(fault)


def _first(*times: float | None) -> float | None:
    return min((each for each in times if each is not None), default=None)

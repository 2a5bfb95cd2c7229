"""What a driver is: one device on one open line, made anew each time the line is.

A driver speaks; it never connects again, never repeats and keeps nothing over a reconnect: that is
the supervisor's business. What each class of device adds stands in `driver_classes`. A `Codec` is
the pure half: bytes in, messages out, told the time instead of asking for it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, MutableMapping
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

import anyio
import attrs

from posframe.hal.errors import Unanswered
from posframe.hal.facts import Fact, WireNoise
from posframe.hal.transports import Transport

READ_BYTES_MAX = 4096
LISTEN_S = 3600.0
WRITE_S = 2.0
CANCEL_S = 1.0
"""What a driver may take to leave its line in a known state when it is cancelled."""

M = TypeVar("M")


class Codec(ABC, Generic[M]):
    """One protocol, pure: what arrives becomes messages. Noise is counted and skipped."""

    @abstractmethod
    def feed(self, data: bytes, now_s: float) -> list[M | WireNoise]:
        """Take bytes, in pieces of any size; return the messages they complete."""

    def deadline_s(self) -> float | None:
        """Return when `tick` is due at the latest; None: never, as nothing is half read."""
        return None

    def tick(self, now_s: float) -> list[M | WireNoise]:
        """Give up on what is half read and too old; return the messages that this completes."""
        del now_s
        return []


@attrs.frozen
class Conditions:
    """What keeps a device from working, and what will soon, in words for the operator."""

    blocking: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class DeviceSetup:
    """What a driver is made with."""

    name: str
    """The device's name in till.toml."""
    line: Transport
    options: Any
    """An instance of the driver's ``options`` class."""
    emit: Callable[[Fact], None]
    """Report a fact; never waits."""
    report: Callable[[Conditions], None] = lambda _conditions: None
    """Say what keeps the device from working; replaces what was said before."""
    memory: MutableMapping[str, str] = attrs.field(factory=dict)
    """What was learnt of the device itself, kept from one connection to the next."""
    folder: Path = Path()
    """Where relative paths of options begin: the till's folder."""


class Driver(ABC):
    """One device on one line."""

    check_every_s: ClassVar[float | None] = None
    """How long an idle device is left alone before `check`; None: its line tells by itself."""

    def __init__(self, setup: DeviceSetup) -> None:
        self.setup = setup
        self.line = setup.line

    async def start(self) -> None:  # noqa: B027 - most devices need nothing
        """Bring the device into the state this driver expects; the pump runs already.

        Raises:
            DeviceError: it does not answer as it should.
        """

    @abstractmethod
    async def pump(self) -> None:
        """Take what the device sends, for ever. Ends only by its line's `TransportError`."""

    async def check(self) -> None:  # noqa: B027 - most lines tell by themselves
        """Ask whether the device is still there.

        Raises:
            DeviceError: it is not.
        """

    async def end(self) -> None:  # noqa: B027 - most devices need nothing
        """Leave the device as it should be left, before its line is closed; must not raise."""


class CodecDriver(Driver, Generic[M]):
    """A driver whose messages come from a codec: reads, ticks, and matches answers to questions."""

    codec: Codec[M]

    def __init__(self, setup: DeviceSetup, codec: Codec[M]) -> None:
        super().__init__(setup)
        self.codec = codec
        self._wanted: Callable[[M], bool] | None = None
        self._answer: M | None = None
        self._answered = anyio.Event()

    async def pump(self) -> None:
        """Take what the device sends, for ever."""
        while True:
            await self.listen()

    async def listen(self) -> None:
        """Take what comes next, or what silence completes."""
        due_s = self.codec.deadline_s()
        wait_s = LISTEN_S if due_s is None else max(0.0, due_s - anyio.current_time())
        data = await self.line.read(READ_BYTES_MAX, wait_s)
        now_s = anyio.current_time()
        for message in self.codec.feed(data, now_s) if data else self.codec.tick(now_s):
            self._take(message)

    def received(self, message: M) -> None:
        """Take a message nobody asked for; the base class ignores it."""

    async def ask(
        self, request: bytes, wanted: Callable[[M], bool], deadline_s: float, *, what: str = ""
    ) -> M:
        """Send ``request`` and return the first message that is ``wanted``.

        One question at a time. An answer that comes when nothing is asked goes to `received`; one
        that is so late that the next question is out already is taken for the answer to that.
        Where answers do not say what they answer, keep silent after a question that got none, until
        its answer cannot come any more: `PolledScale` does.

        Raises:
            Unanswered: none came within ``deadline_s`` seconds.
            TransportError: the line failed.
        """
        assert self._wanted is None, "one question at a time"
        self._wanted, self._answer, self._answered = wanted, None, anyio.Event()
        try:
            with anyio.move_on_after(deadline_s):
                if request:
                    await self.line.write(request, deadline_s)
                await self._answered.wait()
        finally:
            self._wanted = None
        if self._answer is None:
            raise Unanswered(f"{self.setup.name} did not answer{f' {what}' if what else ''}")
        return self._answer

    async def send(self, data: bytes, deadline_s: float = WRITE_S) -> None:
        """Hand over ``data`` that no answer is expected to.

        Raises:
            TransportError: not all of it could be handed over.
        """
        await self.line.write(data, deadline_s)

    def _take(self, message: M | WireNoise) -> None:
        if isinstance(message, WireNoise):
            self.setup.emit(message)
        elif self._wanted is not None and self._answer is None and self._wanted(message):
            self._answer = message
            self._answered.set()
        else:
            self.received(message)


DEVICE_CLASSES = (
    "printer", "drawer", "display", "scale", "scanner", "card", "keylock", "tone",
)  # fmt: skip


@attrs.frozen(kw_only=True)
class DriverSpec:
    """What the entry point of a driver leads to (group ``posframe.drivers``)."""

    name: str
    """The first part of a device's address."""
    device_class: str = attrs.field(validator=attrs.validators.in_(DEVICE_CLASSES))
    title: str
    """One line for lists."""
    transports: tuple[str, ...]
    """Transports it works over."""
    make: Callable[[DeviceSetup], Driver]
    options: type | None = None
    """A frozen attrs class: the options of the address, all with defaults; its docs are theirs."""
    line: Mapping[str, str] = attrs.field(factory=dict)
    """Line settings of the protocol, such as ``{"baud": "9600", "format": "7E1"}``."""
    capabilities: frozenset[str] = frozenset()
    """What it can do: chosen tests, and what is offered. See docs/drivers/contracts.md."""
    simulator: str = ""
    """Name of its twin in ``posframe sim``; empty: there is none."""
    secret: bool = False
    """What it reads may be personal: its wire log keeps lengths, never bytes."""

"""Scales that speak when spoken to: questions and answers without numbers, kept from mixing up.

An answer that comes late looks like the answer to the next question, and would sell one load by
the weight of another. So a question that got none is followed by silence until none can come.
"""

from __future__ import annotations

import contextlib
import math
from typing import TYPE_CHECKING, ClassVar, TypeVar

import anyio
import attrs

from posframe.hal.driver import Codec, CodecDriver, DeviceSetup
from posframe.hal.driver_classes import ScaleDriver
from posframe.hal.errors import DeviceFault, Unanswered
from posframe.hal.progress import Outcome
from posframe.hal.transports import TransportError
from posframe.hal.weights import LIFTED, Load, Reading

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

M = TypeVar("M")
LATE_S = 0.2
"""How long a slow answer may still be on its way when its time is over."""
SWITCHED_ON = "check that the scale is switched on, and its cable"


class PolledScale(CodecDriver[M], ScaleDriver):
    """A scale that answers one question at a time."""

    answer_s: ClassVar[float] = 1.0
    """How long an answer may take."""

    def __init__(self, setup: DeviceSetup, codec: Codec[M]) -> None:
        super().__init__(setup, codec)
        self._late_until_s = -math.inf
        self._came = anyio.Event()
        self._said = False
        self._moved = False

    def received(self, message: M) -> None:
        """Take an answer that comes too late: the next question need not wait for it."""
        del message
        self._came.set()

    @contextlib.asynccontextmanager
    async def exchange(self, deadline_s: float) -> AsyncIterator[float]:
        """Own the line for one exchange of ``deadline_s`` seconds; gives the time it ends.

        Raises:
            Unanswered: all the time passed in waiting for a late answer to an earlier question.
        """
        ends_s = anyio.current_time() + deadline_s
        await self._quiet(ends_s)
        self._said = False
        try:
            yield ends_s
        except TransportError as error:
            if self._said and error.outcome is Outcome.NOT_STARTED:
                error.outcome = Outcome.UNKNOWN  # the scale has heard what went before
            raise

    async def question(
        self, request: bytes, wanted: Callable[[M], bool], ends_s: float, wait_s: float = math.inf
    ) -> M:
        """Send ``request`` and return the first message that is ``wanted``.

        Raises:
            Unanswered: none came until ``ends_s``, or within the time that this scale may take.
            TransportError: the line failed.
        """
        now_s = anyio.current_time()
        left_s = max(0.0, min(self.answer_s, ends_s - now_s, wait_s))
        self._late_until_s = now_s + max(left_s, self.answer_s) + LATE_S
        self._came = anyio.Event()
        try:
            answer = await self.ask(request, wanted, left_s)
        except TransportError:
            raise
        except Unanswered as error:
            error.hint = SWITCHED_ON
            self._said = True
            raise
        self._said, self._late_until_s = True, -math.inf
        return answer

    async def say(self, data: bytes) -> None:
        """Send what no answer is expected to.

        Raises:
            TransportError: the line failed.
        """
        await self.send(data)
        self._said = True

    def glimpsed(self, reading: Reading) -> None:
        """Note what was seen when nobody weighed: a load lifted then need not be lifted again."""
        self._moved |= reading.load in LIFTED

    def told(self, reading: Reading) -> Reading:
        """Return a reading that was asked for, with what was glimpsed before it."""
        moved, self._moved = self._moved or reading.moved, False
        return attrs.evolve(reading, moved=moved)

    async def _quiet(self, ends_s: float) -> None:
        """Wait until no late answer can be taken for the next one."""
        left_s = min(self._late_until_s, ends_s) - anyio.current_time()
        if left_s <= 0:
            return
        with anyio.move_on_after(left_s):
            await self._came.wait()
        if anyio.current_time() >= ends_s:
            raise Unanswered(f"{self.setup.name} did not answer", hint=SWITCHED_ON)
        self._late_until_s = -math.inf


async def until_zero(
    look: Callable[[float], Awaitable[Reading]], ends_s: float, poll_s: float
) -> None:
    """Have ``look(ends_s)`` tell what the scale says, until it is at zero.

    Raises:
        DeviceFault: it is not at zero by ``ends_s``.
    """
    while True:
        reading = await look(ends_s)
        if reading.load is Load.ZERO:
            return
        if anyio.current_time() + poll_s >= ends_s:
            raise not_zeroed(reading)
        await anyio.sleep(poll_s)


def not_zeroed(reading: Reading) -> DeviceFault:
    """Return the error of a scale that was told to be at zero and says otherwise."""
    shown = f" and shows {reading.weight}" if reading.weight else ""
    return DeviceFault(
        f"The scale was not set to zero: it is {reading.load.value}{shown}",
        fault="zero",
        outcome=Outcome.UNKNOWN,
        hint="take everything off, wait until it rests and try again",
    )

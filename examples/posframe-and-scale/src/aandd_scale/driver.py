"""The driver: what the till asks of the scale, in terms of its lines."""

from __future__ import annotations

from typing import Literal

import attrs

from aandd_scale.codec import (
    REFUSALS,
    TARE,
    WEIGH,
    ZERO,
    Acknowledged,
    Message,
    Refused,
    StandardFormat,
    reading_of,
)
from posframe.drivers import (
    DeviceSetup,
    DriverSpec,
    PolledScale,
    ProtocolError,
    Reading,
    Unsupported,
    until_zero,
)

ENDS = {"CRLF": b"\r\n", "CR": b"\r"}


@attrs.frozen(kw_only=True)
class Options:
    """Options of the device's address."""

    terminator: Literal["CRLF", "CR"] = "CRLF"
    """What ends a command: as the scale is set up, both or CR alone."""


class AandDScale(PolledScale[Message]):
    """One scale."""

    def __init__(self, setup: DeviceSetup) -> None:
        super().__init__(setup, StandardFormat())
        self._end = ENDS[setup.options.terminator]

    async def read(self, deadline_s: float) -> Reading:
        """Return what the scale says now."""
        async with self.exchange(deadline_s) as ends_s:
            return await self._look(ends_s)

    async def zero(self, deadline_s: float) -> None:
        """Set the empty platter to zero, and see that it is."""
        await self._command(ZERO, deadline_s)

    async def tare(self, grams: int | None, deadline_s: float) -> None:
        """Take off what lies on the platter."""
        if grams is not None:
            raise Unsupported(
                f"{self.setup.name} takes no known tare", hint="put the tare on the scale"
            )
        await self._command(TARE, deadline_s)

    async def _command(self, letter: bytes, deadline_s: float) -> None:
        # Not every scale is set up to acknowledge, so its weight is looked at instead.
        async with self.exchange(deadline_s) as ends_s:
            await self.say(letter + self._end)
            await until_zero(self._look, ends_s, self.poll_s)

    async def _look(self, ends_s: float) -> Reading:
        answer = await self.question(WEIGH + self._end, _is_answer, ends_s)
        if not isinstance(answer, Refused | Acknowledged):
            return reading_of(answer)
        if isinstance(answer, Refused) and answer.code in REFUSALS:
            return Reading(REFUSALS[answer.code])
        raise ProtocolError(
            f"{self.setup.name} refuses to weigh: {answer}",
            hint="check its line settings, and that it is in weighing mode",
        )


def _is_answer(message: Message) -> bool:
    """Tell whether a line answers Q; an acknowledgement answers Z or T."""
    return not isinstance(message, Acknowledged)


DRIVER = DriverSpec(
    name="aandd",
    device_class="scale",
    title="Scale with the A&D standard format",
    transports=("serial", "tcp", "replay"),
    make=AandDScale,
    options=Options,
    line={"baud": "2400", "format": "7E1"},  # as delivered, say the manuals; not verified
    capabilities=frozenset({"stable", "status", "zero", "tare"}),
    simulator="aandd",
)

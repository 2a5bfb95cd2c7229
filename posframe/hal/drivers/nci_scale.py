"""Scales with the NCI protocol: Weigh-Tronix, Brecknell, Avery and others."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from posframe.hal.codecs import nci
from posframe.hal.codecs.nci import Answer, Message, NciCodec, Unknown
from posframe.hal.driver import DeviceSetup, DriverSpec
from posframe.hal.errors import ProtocolError, Unsupported
from posframe.hal.polled_scale import PolledScale, until_zero

if TYPE_CHECKING:
    from posframe.hal.weights import Reading


class NciScale(PolledScale[Message]):
    """One scale."""

    check_every_s: ClassVar[float | None] = 1.0

    def __init__(self, setup: DeviceSetup) -> None:
        super().__init__(setup, NciCodec())

    async def read(self, deadline_s: float) -> Reading:
        """Return what the scale says now."""
        async with self.exchange(deadline_s) as ends_s:
            return self.told(await self._look(ends_s))

    async def zero(self, deadline_s: float) -> None:
        """Set the empty platter to zero, and see that it is."""
        async with self.exchange(deadline_s) as ends_s:
            answer = await self.question(nci.ZERO, _any, ends_s)
            if isinstance(answer, Unknown):
                raise Unsupported(
                    f"{self.setup.name} cannot be set to zero from here", hint="do it at the scale"
                )
            await until_zero(self._look, ends_s, self.poll_s)

    async def check(self) -> None:
        """Ask for the status alone: it says that the scale is there, and whether it is empty."""
        async with self.exchange(2 * self.answer_s) as ends_s:
            answer = await self.question(nci.STATUS, _any, ends_s)
        if isinstance(answer, Answer):
            self.glimpsed(nci.reading_of(answer))

    async def _look(self, ends_s: float) -> Reading:
        answer = await self.question(nci.WEIGH, _any, ends_s)
        if isinstance(answer, Unknown):
            raise ProtocolError(
                f"{self.setup.name} does not know the command for a weight",
                hint="set the scale to the NCI protocol, or use another driver",
            )
        return nci.reading_of(answer)


def _any(message: Message) -> bool:
    return isinstance(message, (Answer, Unknown))


DRIVER = DriverSpec(
    name="nci",
    device_class="scale",
    title="Scale with the NCI protocol: Weigh-Tronix, Brecknell, Avery",
    transports=("serial", "tcp", "replay"),
    make=NciScale,
    line={"baud": "9600", "format": "7E1", "parity_errors": "mark"},
    capabilities=frozenset({"status", "stable", "zero"}),
    simulator="nci",
)

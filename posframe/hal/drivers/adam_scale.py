"""Adam AZextra scales. They answer to a new weight only; silence is all they say else."""

from __future__ import annotations

from typing import ClassVar

from posframe.hal.codecs import adam
from posframe.hal.codecs.adam import AdamCodec, Message, OtherText
from posframe.hal.driver import DeviceSetup, DriverSpec
from posframe.hal.errors import ProtocolError, Unanswered, Unsupported
from posframe.hal.polled_scale import PolledScale
from posframe.hal.weights import Load, Reading, at_rest


class AdamScale(PolledScale[Message]):
    """One scale. That it stands empty, or is switched off, cannot be known from here."""

    poll_s: ClassVar[float] = 0.5
    """It beeps when asked for a weight it has said already."""
    refuses_same: ClassVar[bool] = True

    def __init__(self, setup: DeviceSetup) -> None:
        super().__init__(setup, AdamCodec())

    async def read(self, deadline_s: float) -> Reading:
        """Return what the scale says now; no answer is an answer."""
        async with self.exchange(deadline_s) as ends_s:
            try:
                answer = await self.question(adam.WEIGH, lambda _message: True, ends_s)
            except Unanswered:
                return Reading(Load.SILENT)
        if isinstance(answer, OtherText):
            raise ProtocolError(
                f"The scale prints labels: {answer.text.strip()!r}",
                hint="set its label format to the one that prints the weight alone",
            )
        # It speaks only of new weights; how sure it is of that is unverified on a real device.
        return at_rest(answer.weight, moved=True)

    async def zero(self, deadline_s: float) -> None:
        """Tell the scale to set itself to zero; it does not say whether it did."""
        async with self.exchange(deadline_s):
            await self.say(adam.ZERO)

    async def tare(self, grams: int | None, deadline_s: float) -> None:
        """Tell the scale to take off what lies on it; it does not say whether it did."""
        if grams is not None:
            raise Unsupported(
                f"{self.setup.name} takes off only what lies on it",
                hint="put the empty container on the scale, then take the tare",
            )
        async with self.exchange(deadline_s):
            await self.say(adam.TARE)


DRIVER = DriverSpec(
    name="adam",
    device_class="scale",
    title="Adam AZextra scale",
    transports=("serial", "tcp", "replay"),
    make=AdamScale,
    line={"baud": "4800", "format": "8N1"},
    capabilities=frozenset({"stable", "same", "zero", "tare"}),
    simulator="adam",
)

"""CAS scales: AP, AD, PD, SW; also Ohaus scales set to "CAS"."""

from __future__ import annotations

from typing import ClassVar

import anyio
import attrs

from posframe.hal.codecs import cas
from posframe.hal.codecs.cas import CasCodec, Damaged, Message, NotReady, Ready, Weighed
from posframe.hal.driver import DeviceSetup, DriverSpec
from posframe.hal.errors import ProtocolError
from posframe.hal.polled_scale import PolledScale
from posframe.hal.weights import Load, Reading

TRIES_MAX = 3
AGAIN_S = 0.1
"""Rest before a scale that was not ready is asked again."""


@attrs.frozen(kw_only=True)
class CasOptions:
    """Options of the address."""

    prices: bool = False
    """Ask for unit price and amount too, of a scale that computes them."""


class CasScale(PolledScale[Message]):
    """One scale. The protocol itself says: not ready or damaged, ask again."""

    check_every_s: ClassVar[float | None] = 1.0

    def __init__(self, setup: DeviceSetup) -> None:
        super().__init__(setup, CasCodec())
        options: CasOptions = setup.options
        self._request = cas.WEIGH_PRICED if options.prices else cas.WEIGH

    async def read(self, deadline_s: float) -> Reading:
        """Return what the scale says now."""
        return self.told(await self._look(deadline_s))

    async def check(self) -> None:
        """Ask for the weight: the scale states it as often as it is asked."""
        self.glimpsed(await self._look(2 * self.answer_s))

    async def _look(self, deadline_s: float) -> Reading:
        async with self.exchange(deadline_s) as ends_s:
            for attempt in range(TRIES_MAX):
                answer = await self._ask_once(ends_s)
                if isinstance(answer, Weighed):
                    return cas.reading_of(answer)
                if attempt < TRIES_MAX - 1:
                    await anyio.sleep(min(AGAIN_S, max(0.0, ends_s - anyio.current_time())))
        if isinstance(answer, NotReady):
            return Reading(Load.NOT_READY)
        raise ProtocolError(
            f"The weight arrived damaged {TRIES_MAX} times",
            hint="check the cable and the line settings (9600 8N1)",
        )

    async def _ask_once(self, ends_s: float) -> Message:
        answer = await self.question(cas.ENQUIRE, _is_ready, ends_s)
        if isinstance(answer, NotReady):
            return answer
        return await self.question(self._request, _is_block, ends_s)


def _is_ready(message: Message) -> bool:
    return isinstance(message, (Ready, NotReady))


def _is_block(message: Message) -> bool:
    return isinstance(message, (Weighed, Damaged, NotReady))


DRIVER = DriverSpec(
    name="cas",
    device_class="scale",
    title="Scale with the CAS protocol: CAS AP, AD, PD, SW; Ohaus",
    transports=("serial", "tcp", "replay"),
    make=CasScale,
    options=CasOptions,
    line={"baud": "9600", "format": "8N1"},
    capabilities=frozenset({"status", "stable", "checksum"}),
    simulator="cas",
)

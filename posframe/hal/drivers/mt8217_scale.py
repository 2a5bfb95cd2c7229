"""Mettler-Toledo 8217 scales, and the many that speak their protocol."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Literal

import anyio
import attrs

from posframe.hal.codecs import mt8217
from posframe.hal.codecs.mt8217 import Echo, Heard, Message, Mt8217Codec, Status, Weighed
from posframe.hal.driver import CANCEL_S, DeviceSetup, DriverSpec
from posframe.hal.errors import DeviceFault, ProtocolError, Unanswered, Unsupported
from posframe.hal.polled_scale import PolledScale, until_zero
from posframe.hal.transports import TransportError

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe.hal.weights import Reading

PROBE = b"hello"
PROBE_S = 0.5


@attrs.frozen(kw_only=True)
class Mt8217Options:
    """Options of the address."""

    unit: Literal["kg", "lb"] = "kg"
    """What the scale is set to; a weight in the other unit is refused."""
    probe: bool = False
    """Make sure at start that an 8217 is there, by its echo; not all models have it."""


class Mt8217Scale(PolledScale[Message]):
    """One scale. It says a weight once and then "unchanged", with some models."""

    codec: Mt8217Codec

    def __init__(self, setup: DeviceSetup) -> None:
        super().__init__(setup, Mt8217Codec())
        self._options: Mt8217Options = setup.options

    async def start(self) -> None:
        """Probe the scale, where its address says so."""
        if self._options.probe:
            async with self.exchange(PROBE_S * 3) as ends_s:
                await self._probe(ends_s)

    async def read(self, deadline_s: float) -> Reading:
        """Return what the scale says now."""
        async with self.exchange(deadline_s) as ends_s:
            return await self._look(ends_s)

    async def zero(self, deadline_s: float) -> None:
        """Set the empty platter to zero, and see that it is."""
        async with self.exchange(deadline_s) as ends_s:
            await self.question(mt8217.ZERO, _is_status, ends_s)
            await until_zero(self._look, ends_s, self.poll_s)

    async def tare(self, grams: int | None, deadline_s: float) -> None:
        """Take off a known tare, 0 for none, or what lies on the platter (None).

        A scale whose tare is not enabled does not answer.
        """
        if grams and (self._options.unit != "kg" or not 0 < grams <= mt8217.TARE_MAX):
            raise Unsupported(
                f"{self.setup.name} cannot take off {grams} g", hint="key the tare at the scale"
            )
        async with self.exchange(deadline_s) as ends_s:
            status = await self.question(mt8217.tare_request(grams), _is_status, ends_s)
        assert isinstance(status, Status), "a status was asked for"
        if bool(status.bits & mt8217.NET) != (grams != 0):
            raise DeviceFault(
                f"The scale took no tare: it is {mt8217.reading_of(status).load.value}",
                fault="tare",
                hint="empty it, wait until it shows zero, and put only the tare on it",
            )

    async def self_test(self, deadline_s: float) -> None:
        """Have the scale test itself.

        Raises:
            DeviceFault: it is broken; the message names what.
        """
        async with self.exchange(deadline_s) as ends_s:
            await self.question(mt8217.TEST_START, _is_heard(""), ends_s)
            while True:
                answer = await self.question(mt8217.TEST_RESULT, _is_status, ends_s)
                assert isinstance(answer, Status), "a status was asked for"
                if answer.bits != mt8217.TEST_NOT_RUN:
                    break
                await anyio.sleep(self.poll_s)
        if answer.bits != mt8217.TEST_PASSED:
            broken = ", ".join(mt8217.failed_tests(answer.bits)) or f"{answer.bits:#04x}"
            raise DeviceFault(
                f"The scale's self-test failed: {broken}",
                fault="out_of_order",
                hint="have it repaired; key the weights meanwhile",
            )

    async def _look(self, ends_s: float) -> Reading:
        answer = await self.question(mt8217.WEIGH, _is_reading, ends_s)
        assert isinstance(answer, (Weighed, Status)), "a reading was asked for"
        reading = mt8217.reading_of(answer)
        if reading.weight is not None and reading.weight.unit != self._options.unit:
            raise ProtocolError(
                f"The scale weighs in {reading.weight.unit}, not {self._options.unit}",
                hint=f"switch the scale over, or set its option unit={reading.weight.unit}",
            )
        return reading

    async def _probe(self, ends_s: float) -> None:
        self.codec.expect_echo(PROBE)
        try:
            await self.question(mt8217.ECHO_ON, _is_heard("E"), ends_s, PROBE_S)
            await self.question(PROBE, lambda message: isinstance(message, Echo), ends_s, PROBE_S)
        except Unanswered as error:
            raise ProtocolError(
                f"{self.setup.name} does not echo as an 8217 does",
                hint="check driver and line settings (9600 7E1), or leave out probe=yes",
            ) from error
        finally:
            self.codec.expect_echo(b"")
            # A scale left in echo mode would answer nothing else.
            with anyio.CancelScope(shield=True), contextlib.suppress(TransportError):
                await self.send(mt8217.ECHO_OFF, CANCEL_S)


def _is_reading(message: Message) -> bool:
    if isinstance(message, Status):
        return bool(message.bits & mt8217.ALWAYS)
    return isinstance(message, Weighed)


def _is_status(message: Message) -> bool:
    return isinstance(message, Status)


def _is_heard(letter: str) -> Callable[[Message], bool]:
    return lambda message: message == Heard(letter)


DRIVER = DriverSpec(
    name="mt8217",
    device_class="scale",
    title="Scale with the Mettler-Toledo 8217 protocol",
    transports=("serial", "tcp", "replay"),
    make=Mt8217Scale,
    options=Mt8217Options,
    line={"baud": "9600", "format": "7E1", "parity_errors": "mark"},
    capabilities=frozenset({"status", "stable", "same", "zero", "tare"}),
    simulator="mt8217",
)

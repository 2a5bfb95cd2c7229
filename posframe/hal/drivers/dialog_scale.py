"""Scales with Checkout-Dialog 02, 04 or 06: they are told the price, and compute the amount."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, ClassVar, Literal

import attrs

from posframe.errors import ConfigurationError, DeviceError
from posframe.hal.codecs import dialog
from posframe.hal.codecs.dialog import (
    DialogCodec,
    Message,
    Offer,
    ProofJudged,
    ProofWanted,
    Refused,
    Result,
    StatusCode,
    Taken,
)
from posframe.hal.codecs.dialog_approval import Approval, read_approval
from posframe.hal.driver import DeviceSetup, Driver, DriverSpec
from posframe.hal.errors import DeviceFault, ProtocolError, Unsupported
from posframe.hal.polled_scale import PolledScale
from posframe.hal.transports import TransportError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from posframe.hal.weights import Reading

PROOFS_MAX = 2
"""How often in one exchange a scale may ask for checksums."""


@attrs.frozen(kw_only=True)
class DialogOptions:
    """Options of the address."""

    unit: Literal["kg", "lb"] = "kg"
    """What the scale is set to; a weight in the other unit is refused."""
    idle_price: int = attrs.field(default=0, validator=attrs.validators.in_(range(1_000_000)))
    """Unit price in minor units to weigh for when the till has sent none; some refuse 0."""


@attrs.frozen(kw_only=True)
class Dialog06Options(DialogOptions):
    """Options of the address; polynomial and checksums have to be set."""

    polynomial: str = attrs.field(default="", repr=False)
    """What the scale's maker agreed with the till's: 4 or 5 hexadecimal digits."""
    checksums: str = attrs.field(default="", repr=False)
    """Of the approved program: 1 to 5 times 4 hexadecimal digits, with commas."""

    def __attrs_post_init__(self) -> None:
        if self.polynomial or self.checksums:
            read_approval(self.polynomial, self.checksums)


class DialogScale(PolledScale[Message]):
    """One scale. It refuses a load that was weighed already by itself."""

    poll_s: ClassVar[float] = 0.5
    refuses_same: ClassVar[bool] = True

    def __init__(self, setup: DeviceSetup, approval: Approval | None = None) -> None:
        super().__init__(setup, DialogCodec())
        self._options: DialogOptions = setup.options
        self._approval = approval
        self._offer = Offer(self._options.idle_price)
        self._priced = False
        self._weighing = False

    async def read(self, deadline_s: float) -> Reading:
        """Return what the scale says now; it is given the price anew for each weighing."""
        async with self._dialogue(deadline_s) as ends_s:
            refusal = None if self._weighing else await self._submit(ends_s)
            return dialog.reading_of(refusal) if refusal else await self._result(ends_s)

    async def price(self, minor: int, text: str, deadline_s: float) -> None:
        """Show a unit price and a name at the scale, which then computes the amount."""
        if not 0 <= minor <= dialog.PRICE_MAX:
            raise Unsupported(
                f"{self.setup.name} has six digits for a unit price", hint="sell it without scale"
            )
        await self._propose(attrs.evolve(self._offer, price_minor=minor, text=text), deadline_s)
        self._priced = True

    async def tare(self, grams: int | None, deadline_s: float) -> None:
        """Take off a known tare with the next weighings, 0 for none."""
        fits = grams == 0 or self._options.unit == "kg"
        if grams is None or not fits or not 0 <= grams <= dialog.TARE_MAX:
            raise Unsupported(
                f"{self.setup.name} takes a tare in grams, up to {dialog.TARE_MAX}, from here",
                hint="do it at the scale itself",
            )
        await self._propose(attrs.evolve(self._offer, tare=grams), deadline_s)

    async def _propose(self, offer: Offer, deadline_s: float) -> None:
        """Have the scale take ``offer``; it holds from then on."""
        before, self._offer, self._weighing = self._offer, offer, False
        try:
            async with self._dialogue(deadline_s) as ends_s:
                await self._submit(ends_s)
        except BaseException:
            self._offer = before
            raise

    @contextlib.asynccontextmanager
    async def _dialogue(self, deadline_s: float) -> AsyncIterator[float]:
        """Own the line for one exchange, and end it with EOT; gives the time it ends."""
        async with self.exchange(deadline_s) as ends_s:
            try:
                yield ends_s
            except BaseException as error:
                self._weighing = False  # what the scale is about is not known any more
                if isinstance(error, DeviceError):
                    with contextlib.suppress(TransportError):  # there is a graver error to tell
                        await self.say(dialog.EOT)
                raise
            await self.say(dialog.EOT)

    async def _submit(self, ends_s: float) -> StatusCode | None:
        """Tell the scale what to weigh for; return why it does not weigh now."""
        for _ in range(PROOFS_MAX + 1):
            answer = await self.question(dialog.offer_record(self._offer), _is_heard, ends_s)
            if isinstance(answer, Taken):
                self._weighing = True
                return None
            if isinstance(answer, Refused):
                return await self._status(ends_s)
            await self._prove(answer, ends_s)
        raise ProtocolError(
            "The scale asks for checksums again and again", hint="have its maker look at it"
        )

    async def _result(self, ends_s: float) -> Reading:
        """Ask what the scale has weighed."""
        answer = await self.question(dialog.ENQUIRE, _is_result, ends_s)
        if isinstance(answer, Refused):
            answer = await self._status(ends_s)
        self._weighing = isinstance(answer, StatusCode) and answer.code in dialog.PENDING
        if isinstance(answer, ProofWanted):
            await self._prove(answer, ends_s)
        if isinstance(answer, (ProofWanted, ProofJudged)):  # the weighing begins anew after it
            answer = StatusCode(dialog.NOT_FINISHED)
        assert isinstance(answer, (Result, StatusCode)), "a result was asked for"
        if isinstance(answer, Result):
            self._check(answer)
        return dialog.reading_of(answer, net=bool(self._offer.tare))

    async def _status(self, ends_s: float) -> StatusCode:
        """Ask why the scale refused; raise what is wrong with the record itself."""
        answer = await self.question(dialog.STATUS_REQUEST, _is_status, ends_s)
        if isinstance(answer, Taken):  # models that keep the status until it is asked for
            answer = await self.question(dialog.ENQUIRE, _is_code, ends_s)
        assert isinstance(answer, StatusCode), "a status was asked for"
        words = dialog.LOADS.get(answer.code, (None, ""))[1]
        if answer.code == "02":
            raise ProtocolError(
                "The scale did not understand the till",
                hint="set the line to 7O1 and its baud rate",
            )
        if answer.code == "10":
            raise Unsupported(f"{self.setup.name}: {words}", hint="do without tare and text")
        if answer.code in _REFUSED:
            fault, hint = _REFUSED[answer.code]
            raise DeviceFault(f"{self.setup.name}: {words}", fault=fault, hint=hint)
        return answer

    async def _prove(self, wanted: Message, ends_s: float) -> None:
        """Send the checksums that a Dialog 06 scale wants to see before it weighs."""
        assert isinstance(wanted, ProofWanted), "the scale wants to see checksums"
        if self._approval is None:
            raise DeviceFault(
                "The scale weighs for approved tills only", fault="approval", hint=_ASK_MAKER
            )
        pairs = self._approval.pairs(wanted.turn)
        answer = await self.question(dialog.checksum_record(pairs), _is_heard, ends_s)
        if isinstance(answer, Refused):
            await self._status(ends_s)
        judged = await self.question(dialog.ENQUIRE, _is_judged, ends_s)
        if judged != ProofJudged(valid=True):
            raise DeviceFault(
                "The scale does not accept this till's checksums", fault="approval", hint=_ASK_MAKER
            )

    def _check(self, result: Result) -> None:
        """Refuse a result that is not of what was asked for."""
        if result.weight is not None and result.weight.unit != self._options.unit:
            raise ProtocolError(
                f"The scale weighs in {result.weight.unit}, not {self._options.unit}",
                hint=f"switch the scale over, or set its option unit={result.weight.unit}",
            )
        if self._priced and result.price_minor != self._offer.price_minor:
            raise ProtocolError(
                "The scale computed with another unit price", hint="weigh again, or key the weight"
            )


_ASK_MAKER = (
    "use driver dialog06 with the polynomial and the checksums that the scale's maker agreed "
    "with the approved till's"
)
_REFUSED = {
    "11": ("price", "send the item's price before weighing, or set the option idle_price"),
    "12": ("tare", "key the tare at the scale"),
    "13": ("text", "send the price without a text"),
}


def _is_heard(message: Message) -> bool:
    return isinstance(message, (Taken, Refused, ProofWanted))


def _is_result(message: Message) -> bool:
    return isinstance(message, (Result, StatusCode, Refused, ProofWanted, ProofJudged))


def _is_status(message: Message) -> bool:
    return isinstance(message, (Taken, StatusCode))


def _is_code(message: Message) -> bool:
    return isinstance(message, StatusCode)


def _is_judged(message: Message) -> bool:
    return isinstance(message, ProofJudged)


def _make_06(setup: DeviceSetup) -> DialogScale:
    """Make the driver of a scale that weighs for approved tills only.

    Raises:
        ConfigurationError: what proves the approval is not set.
    """
    options: Dialog06Options = setup.options
    if not (options.polynomial and options.checksums):
        raise ConfigurationError(
            f"{setup.name}: a Dialog 06 scale needs the options polynomial and checksums",
            hint="get the polynomial and the checksums of the approved till from the scale's maker",
        )
    return DialogScale(setup, read_approval(options.polynomial, options.checksums))


def _spec(
    version: str, baud: str, make: Callable[[DeviceSetup], Driver], options: type
) -> DriverSpec:
    return DriverSpec(
        name=f"dialog{version}",
        device_class="scale",
        title=f"Scale with Checkout-Dialog {version}: Mettler, Bizerba, Dibal, Ohaus",
        transports=("serial", "tcp", "replay"),
        make=make,
        options=options,
        line={"baud": baud, "format": "7O1", "parity_errors": "mark"},
        capabilities=frozenset({"status", "stable", "same", "tare", "price"}),
        simulator=f"dialog{version}",
    )


DRIVER_02 = _spec("02", "2400", DialogScale, DialogOptions)
DRIVER_04 = _spec("04", "4800", DialogScale, DialogOptions)
DRIVER_06 = _spec("06", "9600", _make_06, Dialog06Options)

"""Asking a payment provider one thing: whatever goes wrong there becomes "nobody knows".

Deadlines, bugs and nonsense end here, and card data: in words, slips and the raw answer it is
masked; a reference or name that is a card's number makes an answer that cannot be stored. Of what a
provider raises that is no error of ours nothing is kept but its class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
import attrs

from posframe.errors import DeviceOffline, PluginError, PosframeError
from posframe.kernel.domain.card_guard import is_card_data, names_card, shown
from posframe.kernel.domain.payment import AnswerOutcome, Batch, ProviderAnswer, Slip
from posframe.kernel.providers import Identity, PaymentProvider

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from posframe.kernel.contracts import TenderType
    from posframe.kernel.domain.tender import Capabilities
    from posframe.kernel.providers import PaymentRequest

RAW_MAX = 8_192
"""Bytes of an answer that are stored as they came."""
_CUT_MAX = 64
"""Bytes behind them that are looked at: a card number that would be cut is masked whole."""
WORDS_MAX = 200
SLIPS_MAX = 4
SLIP_LINES_MAX = 200
LINE_MAX = 100
QR_MAX = 2_000
"""Bytes of a QR code; a larger one is not to be read off paper or a screen."""
NAME_MAX = 100
AMOUNT_MAX = 10**12
"""In minor units; more than this was never taken at a till."""


def unclear(words: str) -> ProviderAnswer:
    """Return that nobody knows, and why."""
    return ProviderAnswer(outcome=AnswerOutcome.UNKNOWN, words=words)


def trouble(error: Exception) -> str:
    """Return what may be stored and shown of an exception: our own words, or a bug's class."""
    if isinstance(error, PosframeError):
        return shown(error.message)
    return f"a fault ({type(error).__name__})"


def sound(answer: object) -> ProviderAnswer:
    """Return an answer that can be stored: one that is malformed says nothing."""
    if not isinstance(answer, ProviderAnswer) or not isinstance(answer.outcome, AnswerOutcome):
        return unclear("the provider's answer is no answer")
    names = (answer.reference, answer.currency, answer.terminal, answer.mark, answer.payment)
    if not all(_is_name(each) for each in names) or not isinstance(answer.raw, bytes):
        return unclear("the provider's answer is malformed, or named by a card number")
    amounts = (answer.amount_minor or 0, answer.tip_minor)
    if not all(type(each) is int and 0 <= each <= AMOUNT_MAX for each in amounts):
        return unclear("the provider named an amount that cannot be")
    from posframe.kernel.domain.card_packed import masked_bytes  # not before something was asked

    words = answer.words if isinstance(answer.words, str) else ""
    return attrs.evolve(
        answer,
        raw=masked_bytes(answer.raw[: RAW_MAX + _CUT_MAX])[:RAW_MAX],
        words=_clean(words, WORDS_MAX),
        slips=sound_slips(answer.slips),
        shows=_qr(answer.shows),
        offline=bool(answer.offline),
    )


def sound_slips(slips: object) -> tuple[Slip, ...]:
    """Return what can be printed of what a provider wants printed."""
    found = slips if isinstance(slips, tuple) else ()
    good = [each for each in found if isinstance(each, Slip) and isinstance(each.lines, tuple)]
    return tuple(
        attrs.evolve(
            each,
            lines=tuple(_clean(str(line), LINE_MAX) for line in each.lines[:SLIP_LINES_MAX]),
            qr=_qr(each.qr),
        )
        for each in good[:SLIPS_MAX]
    )


def sound_batch(batch: object) -> Batch:
    """Return a batch that can be stored.

    Raises:
        PluginError: it is none: nobody knows what was handed in.
    """
    names = (
        (batch.terminal, batch.mark, batch.currency, batch.reference)
        if (isinstance(batch, Batch))
        else (None,)
    )
    if not isinstance(batch, Batch) or not all(_is_name(each) for each in names):
        raise PluginError("What was reported of the batch is malformed", hint="look at its slip")
    amounts = (batch.count, batch.gross_minor, batch.fees_minor)
    if not all(each is None or (type(each) is int and abs(each) <= AMOUNT_MAX) for each in amounts):
        raise PluginError("The batch names a sum that cannot be", hint="look at its slip")
    return attrs.evolve(batch, slips=sound_slips(batch.slips))


def _clean(text: str, most: int) -> str:
    return shown(text.encode(errors="replace").decode())[:most]


def _qr(data: object) -> str:
    if not isinstance(data, str) or len(data.encode(errors="replace")) > QR_MAX:
        return ""
    return "" if is_card_data(data) else data  # other numbers in it are the shop's


def sound_identity(who: object) -> Identity:
    """Return who a terminal is.

    Raises:
        TypeError: what it said is no identity.
    """
    if isinstance(who, Identity) and _is_name(who.terminal) and _is_name(who.mark):
        return who
    raise TypeError("a terminal has to say who it is by an Identity")


def _is_name(text: object) -> bool:
    if not isinstance(text, str) or len(text) > NAME_MAX:
        return False
    return not text or (text.isprintable() and not names_card(text))


async def answered(ask: Callable[[], Awaitable[ProviderAnswer]], within_s: float) -> ProviderAnswer:
    """Return what a provider answers within a time; where it does not, that nobody knows."""
    try:
        with anyio.fail_after(within_s):
            return sound(await ask())
    except TimeoutError:
        return unclear("no answer in time")
    except Exception as error:  # noqa: BLE001 - a provider's bug says nothing about the money
        return unclear(trouble(error))


async def told(act: Callable[[], Awaitable[None]], within_s: float) -> bool:
    """Tell a provider something; whether it seems to have heard."""
    try:
        with anyio.fail_after(within_s):
            await act()
    except Exception:  # noqa: BLE001 - what came of it is read back, whatever happened here
        return False
    return True


def made(tender: TenderType) -> PaymentProvider:
    """Return the provider of a tender type; one that cannot be made says why, again and again."""
    assert tender.provider is not None, "only tender types with providers are asked"
    assert tender.rule.capabilities is not None, "assembly has looked"
    try:
        return tender.provider()
    except Exception as error:  # noqa: BLE001 - selling goes on with other media
        return AbsentProvider(tender.rule.capabilities, f"{tender.rule.label}: {trouble(error)}")


class AbsentProvider(PaymentProvider):
    """Stands for one that cannot be made: nothing is sent, and what is in doubt stays so."""

    def __init__(self, capabilities: Capabilities, words: str) -> None:
        self.capabilities = capabilities
        self._words = words

    async def identify(self) -> Identity:
        """Say why nothing can be sent."""
        raise DeviceOffline(self._words, hint="pay another way, and tell support")

    async def authorise(self, request: PaymentRequest) -> AsyncIterator[ProviderAnswer]:
        """Say that nobody knows; never reached, for nothing is sent."""
        del request
        yield unclear(self._words)

    async def reverse(self, request: PaymentRequest) -> ProviderAnswer:
        """Say that nobody knows: it is tried again, and then a person's."""
        del request
        return unclear(self._words)

    async def close_batch(self, key: str) -> Batch:
        """Say why nothing is handed in."""
        del key
        raise DeviceOffline(self._words, hint="mend that, then close the batch")


class PracticeProvider(PaymentProvider):
    """Takes every payment of a till in training, and reaches nobody."""

    def __init__(self, capabilities: Capabilities) -> None:
        self.capabilities = capabilities

    async def authorise(self, request: PaymentRequest) -> AsyncIterator[ProviderAnswer]:
        """Approve."""
        yield _practised(AnswerOutcome.APPROVED, request)

    async def refund(self, request: PaymentRequest) -> AsyncIterator[ProviderAnswer]:
        """Approve."""
        yield _practised(AnswerOutcome.APPROVED, request)

    async def inquire(self, request: PaymentRequest) -> ProviderAnswer:
        """Say that it was approved."""
        return _practised(AnswerOutcome.APPROVED, request)

    async def reverse(self, request: PaymentRequest) -> ProviderAnswer:
        """Say that it was given back."""
        return _practised(AnswerOutcome.REVERSED, request)


def _practised(outcome: AnswerOutcome, request: PaymentRequest) -> ProviderAnswer:
    return ProviderAnswer(
        outcome=outcome,
        reference="training",
        amount_minor=request.amount_minor,
        currency=request.currency,
        payment=request.payment,
        words="training: no money moved",
    )

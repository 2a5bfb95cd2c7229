"""What a payment provider is: asked in values, it brings back facts. The kernel matches and judges.

A provider talks to a terminal, a gateway or a ledger elsewhere. It never asks again by itself,
never reverses by itself and never decides what an answer means for the sale: the kernel does, from
what was on disk before anything was sent. An exception from a provider means "nobody knows".
"""

from __future__ import annotations

import abc
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

import attrs

from posframe.kernel.domain.payment import AnswerOutcome, Batch, ProviderAnswer
from posframe.value import Value

if TYPE_CHECKING:
    from posframe.kernel.domain.payment import Payment
    from posframe.kernel.domain.tender import Capabilities


@attrs.frozen(kw_only=True, eq=False, repr=False)
class PaymentRequest(Value):
    """One payment as the journal knows it; made by the kernel alone."""

    payment: str
    """Our id of it, for ever; providers that can carry a reference of ours carry this one."""
    kind: str = "charge"
    """``charge`` or ``refund``."""
    key: str
    """Idempotency key; it guards against copies made on the way, and is never sent to ask again."""
    amount_minor: int
    """What is to be taken, given back or undone, in minor units; positive."""
    currency: str
    terminal: str = ""
    """Who the terminal said it is, before the request was stored."""
    mark: str = ""
    """The last receipt number it had then; for terminals that know no references."""
    reference: str = ""
    """The provider's word for the payment, once it was heard."""
    original: str = ""
    """For a refund: the reference of the payment given back."""
    reversal: str = ""
    """For a reversal: its own key, the same each time it is asked for."""
    training: bool = False
    """True: practice. The runner never brings such a one here; refuse it all the same."""


def request_of(payment: Payment) -> PaymentRequest:
    """Return what a provider is asked with about a payment."""
    going_back = bool(payment.reversal)
    return PaymentRequest(
        payment=payment.id,
        kind=payment.kind,
        key=payment.key,
        amount_minor=payment.captured_minor if going_back else payment.asked_minor,
        currency=payment.currency,
        terminal=payment.terminal,
        mark=payment.mark,
        reference=payment.reference,
        original=payment.original,
        reversal=payment.reversal,
        training=payment.training,
    )


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Question(Value):
    """What only a person can tell, in the words they are asked with."""

    words: str
    wants_amount: bool = True
    wants_number: bool = True


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Identity(Value):
    """Who a terminal is, and the last receipt number it knows of; both may be unknown."""

    terminal: str = ""
    mark: str = ""


Done = Callable[[], Awaitable[None]]
"""Called once what was told is on disk; a provider lets go of it only then."""
Told = tuple[ProviderAnswer, Done]

_NOTHING_TOLD = ProviderAnswer(outcome=AnswerOutcome.UNKNOWN)


class PaymentProvider(abc.ABC):
    """One way of taking money by something outside. Everything here runs on the event loop.

    Calls may be cancelled at any await. While ``authorise`` is open, ``cancel`` may be called
    beside it; after its deadline ``inquire`` may be, with the call still open: answer by what is
    known. Anything else comes one call at a time.
    """

    capabilities: Capabilities
    """The same as in the rule of its tender type."""

    async def identify(self) -> Identity:
        """Return who the terminal is, and its last mark; asked before anything is stored as sent.

        Raises:
            PosframeError: it cannot be reached: nothing is sent, and the operator reads why.
        """
        return Identity()

    @abc.abstractmethod
    def authorise(self, request: PaymentRequest) -> AsyncIterator[ProviderAnswer]:
        """Ask for the money; yield provisional facts, then the last word.

        Between a provisional answer and the next step stands the commit: ``acknowledge`` follows
        it. Ending without a last word means "nobody knows".
        """

    async def acknowledge(self, request: PaymentRequest, *, keep: bool) -> None:  # noqa: B027 - one-step providers have none
        """Two-step only, after the commit: keep what was approved so far, or let it go.

        ``keep`` False is a wish: what became of it is read back.
        """

    async def inquire(self, request: PaymentRequest) -> ProviderAnswer:
        """Say what became of a payment. It reads only, and may be asked any number of times."""
        del request
        return _NOTHING_TOLD

    async def cancel(self, request: PaymentRequest) -> None:  # noqa: B027 - not all can
        """Wish that a payment under way be given up; only an answer tells whether it was."""

    async def reverse(self, request: PaymentRequest) -> ProviderAnswer:
        """Undo a payment; the same request again undoes nothing more and says ``reversed``."""
        del request
        return ProviderAnswer(outcome=AnswerOutcome.REFUSED, words="it cannot reverse")

    async def refund(self, request: PaymentRequest) -> AsyncIterator[ProviderAnswer]:
        """Give money back for a payment of earlier; ``approved`` means that it was given."""
        del request
        yield ProviderAnswer(outcome=AnswerOutcome.REFUSED, words="it cannot refund")

    async def listen(self) -> AsyncIterator[Told]:
        """Yield what is told unasked, each with what to call once it is on disk.

        What nobody can vouch for, such as a message whose signature is false, is yielded too: as
        ``UNKNOWN`` without a payment. It is written down, changes nothing, and is limited a day.
        """
        nothing: tuple[Told, ...] = ()
        for each in nothing:
            yield each

    async def totals(self, since: str) -> Sequence[ProviderAnswer]:
        """Return what was booked after the mark ``since``, for reconciliation."""
        del since
        return ()

    async def close_batch(self, key: str) -> Batch:
        """Hand in to the bank what was taken so far, and report it: a terminal's end of day.

        Asked only where ``capabilities.batches``, with no payment under way or in doubt. Doing it
        twice hands in nothing twice.

        Args:
            key: the same when one batch is asked for again, also after a restart of the till.

        Raises:
            PosframeError: it was not done, or nobody knows; the operator reads why.
        """
        del key
        return Batch()

    def question(self, request: PaymentRequest) -> Question:
        """Return what a person is asked when nothing else can tell."""
        del request
        return Question(words="Did it go through? Amount and number are on the slip")

    async def close(self) -> None:  # noqa: B027 - most hold nothing
        """Let go of lines and files."""

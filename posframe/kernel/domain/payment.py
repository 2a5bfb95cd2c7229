"""Payments by something outside: a terminal, a gateway, a ledger elsewhere. Values only.

What may follow what is in ``payment_judging``; how events change a payment is in
``payment_folding``. Amounts are minor units of the transaction's currency.
"""

from __future__ import annotations

import enum
from typing import Annotated

import attrs

from posframe.kernel.domain.tender import BLOCKING, TenderStatus
from posframe.value import Value


class AnswerOutcome(enum.Enum):
    """What a provider saw of a payment. Anything it is not sure of is ``UNKNOWN``."""

    APPROVED = "approved"
    PROVISIONAL = "provisional"
    """Approved so far; the last word is still to come."""
    DECLINED = "declined"
    REVERSED = "reversed"
    REFUSED = "refused"
    """A reversal or refund was not done, and will not be."""
    IN_PROGRESS = "in_progress"
    NOT_FOUND = "not_found"
    UNKNOWN = "unknown"


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Slip(Value):
    """What a provider wants printed: for the customer, the shop, about a batch, or to pay by."""

    kind: Annotated[str, 1]
    """``customer``, ``merchant``, ``batch`` or ``pay``."""
    lines: Annotated[tuple[str, ...], 2]
    """As the terminal lays them out; never a whole card number."""
    qr: Annotated[str, 3] = ""
    """Data of a QR code below them; empty: none."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Batch(Value):
    """What a terminal or gateway reports when the payments it holds are handed in to the bank."""

    terminal: Annotated[str, 1] = ""
    mark: Annotated[str, 2] = ""
    """Number of its last receipt."""
    count: Annotated[int | None, 3] = None
    """Payments and refunds in it; None: not said."""
    gross_minor: Annotated[int | None, 4] = None
    """What was taken less what was given back, before fees; None: not said."""
    fees_minor: Annotated[int | None, 5] = None
    """What is kept of it for fees; None: told later, by the settlement file."""
    currency: Annotated[str, 6] = ""
    reference: Annotated[str, 7] = ""
    """The provider's word for the batch."""
    slips: Annotated[tuple[Slip, ...], 8] = ()


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ProviderAnswer(Value):
    """Facts a provider brings back; the kernel matches and judges them."""

    outcome: Annotated[AnswerOutcome, 1]
    reference: Annotated[str, 2] = ""
    """The provider's word for the payment; never card data."""
    amount_minor: Annotated[int | None, 3] = None
    """What was taken, a tip included."""
    currency: Annotated[str, 4] = ""
    tip_minor: Annotated[int, 5] = 0
    terminal: Annotated[str, 6] = ""
    mark: Annotated[str, 7] = ""
    """Number of the last receipt the terminal knows of."""
    idle: Annotated[bool | None, 8] = None
    """False: the terminal is busy with something; None: it does not say."""
    payment: Annotated[str, 9] = ""
    """Our own id of the payment, where the answer carries it."""
    raw: Annotated[bytes, 10] = b""
    """The answer as it came, free of card data."""
    words: Annotated[str, 11] = ""
    slips: Annotated[tuple[Slip, ...], 12] = ()
    """Printed once, when the answer counts, or while under way to pay by."""
    shows: Annotated[str, 13] = ""
    """While under way: what the customer scans, as the data of a QR code."""
    offline: Annotated[bool, 14] = False
    """True: approved by a terminal that was cut off, at its own risk; its bank may refuse later."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Payment(Value):
    """One payment from its intent to its end; it may outlive the sale it was for."""

    id: Annotated[str, 1]
    transaction: Annotated[str, 2]
    type: Annotated[str, 3]
    """Id of the tender type, whose provider does it."""
    label: Annotated[str, 4]
    kind: Annotated[str, 5] = "charge"
    """``charge`` or ``refund``."""
    asked_minor: Annotated[int, 6]
    """What is to be taken, or given back; positive."""
    currency: Annotated[str, 7]
    key: Annotated[str, 8]
    """Idempotency key; one for ever."""
    status: Annotated[TenderStatus, 9] = TenderStatus.INTENDED
    intended_us: Annotated[int, 10] = 0
    terminal: Annotated[str, 11] = ""
    """Who the terminal said it is, just before anything was sent."""
    mark: Annotated[str, 12] = ""
    """Its last receipt number then."""
    captured_minor: Annotated[int, 13] = 0
    """What the provider says it took, the tip included."""
    tip_minor: Annotated[int, 14] = 0
    reference: Annotated[str, 15] = ""
    cause: Annotated[str, 16] = ""
    """Why it is in doubt, being given back, or with a person."""
    reversal: Annotated[str, 17] = ""
    """Key of its reversal; one for ever."""
    owner: Annotated[str, 18] = ""
    """Who has to see to it that the money goes back."""
    said_by: Annotated[str, 19] = ""
    """The person whose word it rests on; empty: the provider's."""
    cancel_wished: Annotated[bool, 20] = False
    deviating_minor: Annotated[int | None, 21] = None
    """Another amount than asked, said once; believed when it is said again."""
    look_us: Annotated[int, 22] = 0
    """Asked for once more after this moment; 0: no more."""
    original: Annotated[str, 23] = ""
    """For a refund: the reference of the payment given back."""
    original_payment: Annotated[str, 24] = ""
    late: Annotated[bool, 25] = False
    """True: it was closed, and then turned out to be approved."""
    training: Annotated[bool, 26] = False
    """True: practice; no provider ever hears of it."""

    @property
    def is_blocking(self) -> bool:
        """Tell whether its sale may neither close nor take another payment."""
        return self.status in BLOCKING

    @property
    def is_open(self) -> bool:
        """Tell whether anything can still become of it."""
        return self.is_blocking or self.status is TenderStatus.QUEUED_FOR_PERSON or self.look_us > 0


CLOSED = frozenset({TenderStatus.DECLINED, TenderStatus.VOIDED, TenderStatus.REVERSED})
"""Closed for the cashier, and yet a late approval finds its way."""

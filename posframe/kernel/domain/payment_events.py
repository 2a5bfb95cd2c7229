"""What happens to a payment by something outside, as events."""

from __future__ import annotations

from typing import Annotated

import attrs

from posframe.kernel.domain.event import event
from posframe.kernel.domain.payment import Batch, Payment, ProviderAnswer
from posframe.value import Value


@event("tender.Intended")
@attrs.frozen(eq=False, repr=False)
class PaymentIntended(Value):
    """A payment is wanted; on disk before anything is sent."""

    payment: Annotated[Payment, 1]


@event("tender.Sent")
@attrs.frozen(eq=False, repr=False)
class PaymentSent(Value):
    """It is about to be asked for; from here on a crash leaves it in doubt."""

    id: Annotated[str, 1]
    terminal: Annotated[str, 2] = ""
    mark: Annotated[str, 3] = ""


@event("tender.Doubted")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class PaymentDoubted(Value):
    """Nobody knows yet what became of it; the provider is asked, and nothing is charged again."""

    id: Annotated[str, 1]
    cause: Annotated[str, 2]
    answer: Annotated[tuple[ProviderAnswer, ...], 3] = ()
    deviating_minor: Annotated[int | None, 4] = None


@event("tender.Approved")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class PaymentApproved(Value):
    """The money was taken, or given back; where it goes is in the events beside this one."""

    id: Annotated[str, 1]
    answer: Annotated[ProviderAnswer, 2]
    captured_minor: Annotated[int, 3]
    tip_minor: Annotated[int, 4] = 0
    late: Annotated[bool, 5] = False
    said_by: Annotated[str, 6] = ""


@event("tender.Declined")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class PaymentDeclined(Value):
    """It was declined, as far as anybody knows; a later fact wins."""

    id: Annotated[str, 1]
    answer: Annotated[ProviderAnswer, 2]
    look_us: Annotated[int, 3] = 0


@event("tender.Voided")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class PaymentVoided(Value):
    """Nothing was charged, as far as anybody knows; a later fact wins."""

    id: Annotated[str, 1]
    cause: Annotated[str, 2]
    answer: Annotated[tuple[ProviderAnswer, ...], 3] = ()
    look_us: Annotated[int, 4] = 0
    said_by: Annotated[str, 5] = ""


@event("tender.ReversalIntended")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class ReversalIntended(Value):
    """The money is to go back; on disk before the provider is asked."""

    id: Annotated[str, 1]
    reversal: Annotated[str, 2]
    why: Annotated[str, 3]


@event("tender.Reversed")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class PaymentReversed(Value):
    """The money went back."""

    id: Annotated[str, 1]
    answer: Annotated[tuple[ProviderAnswer, ...], 2] = ()
    how: Annotated[str, 3] = ""
    """In a person's words, where no provider said it."""
    said_by: Annotated[str, 4] = ""


@event("tender.ReversalQueued")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class ReversalQueued(Value):
    """The provider cannot give the money back; a person has to."""

    id: Annotated[str, 1]
    owner: Annotated[str, 2]
    why: Annotated[str, 3]
    answer: Annotated[tuple[ProviderAnswer, ...], 4] = ()


@event("tender.CancelWished")
@attrs.frozen(eq=False, repr=False)
class CancelWished(Value):
    """The payment is to be given up; only the provider's answer tells whether it was."""

    id: Annotated[str, 1]


@event("tender.Alarmed")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class PaymentAlarmed(Value):
    """Something about a payment is not as it should be; a person should know."""

    id: Annotated[str, 1]
    kind: Annotated[str, 2]
    """``foreign``, ``late``, ``amount``, ``offline``, ``auto_reversed`` or ``contradicted``."""
    words: Annotated[str, 3]
    answer: Annotated[tuple[ProviderAnswer, ...], 4] = ()


@event("tender.StrayHeard")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class StrayHeard(Value):
    """A provider told of a payment the till does not know, or what nobody can vouch for.

    It changes no payment. Reconciliation finds here what a late message was about.
    """

    type: Annotated[str, 1]
    """Id of the tender type whose provider told it."""
    payment: Annotated[str, 2] = ""
    """Our id of it, as the message has it; empty: it named none, or is not to be trusted."""
    answer: Annotated[ProviderAnswer, 3]
    times: Annotated[int, 4] = 1
    """How many such were told today; those that are not written down are in this number."""


@event("tender.LookEnded")
@attrs.frozen(eq=False, repr=False)
class LookEnded(Value):
    """A payment that did not come about was asked for once more, and still did not."""

    id: Annotated[str, 1]


@event("tender.MarkSeen")
@attrs.frozen(eq=False, repr=False)
class MarkSeen(Value):
    """A terminal's last receipt number, which no later payment may claim."""

    terminal: Annotated[str, 1]
    mark: Annotated[str, 2]


@event("tender.Resolved")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class PaymentResolved(Value):
    """A person said what became of a payment; settlement later confirms or contradicts it."""

    id: Annotated[str, 1]
    paid: Annotated[bool, 2]
    amount_minor: Annotated[int, 3] = 0
    number: Annotated[str, 4] = ""
    """On the terminal's slip."""
    approver: Annotated[str, 5]
    reason: Annotated[str, 6] = ""


@event("tender.BatchClosed")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class BatchClosed(Value):
    """A terminal or gateway handed in to the bank what it took; printed slips are left out."""

    type: Annotated[str, 1]
    """Id of the tender type."""
    label: Annotated[str, 2]
    batch: Annotated[Batch, 3]


@event("approval.Given")
@attrs.frozen(kw_only=True, eq=False, repr=False)
class ApprovalGiven(Value):
    """Somebody answered for an action that is not everybody's to do."""

    action: Annotated[str, 1]
    """Id of the permission it needs, such as ``return_without_receipt``."""
    approver: Annotated[str, 2]
    amount_minor: Annotated[int, 3] = 0
    reason: Annotated[str, 4] = ""
    subject: Annotated[str, 5] = ""
    """What it is about: a payment, a receipt, a line."""
    id: Annotated[str, 6] = ""
    """Of the approval that this used up; empty: nobody signs in, the name is taken on trust."""
    operator: Annotated[str, 7] = ""
    """Who asked for it."""
    percent_milli: Annotated[int, 8] = 0

"""Commands about payments by something outside: of the payment runner, and of people.

Amounts are minor units of the till's currency.
"""

from __future__ import annotations

from typing import Literal

import attrs

from posframe.kernel.domain.payment import Batch, ProviderAnswer, Slip
from posframe.value import Value


@attrs.frozen(kw_only=True, eq=False, repr=False)
class SendPayment(Value):
    """Say that a payment is about to be asked for; from the effect runner."""

    id: str
    terminal: str = ""
    mark: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class HearProvider(Value):
    """Bring what a provider said of a payment; from the effect runner, or a webhook."""

    id: str
    answer: ProviderAnswer
    via: Literal["charge", "inquiry", "hook", "reverse", "look"]
    not_found_times: int = 0
    grace_is_over: bool = False


@attrs.frozen(kw_only=True, eq=False, repr=False)
class HearStray(Value):
    """Bring what a provider told of a payment the till does not know; from the payment runner."""

    type: str
    """Id of the tender type whose provider told it."""
    answer: ProviderAnswer
    times: int = 1
    """How many such were told by it today, this one included."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class LosePayment(Value):
    """Say that no answer about a payment came; from the effect runner."""

    id: str
    cause: str


@attrs.frozen(kw_only=True, eq=False, repr=False)
class CancelPayment(Value):
    """Wish that the payment under way be given up; empty: the last one of the open sale."""

    id: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ResolvePayment(Value):
    """Say what became of a payment that no provider can tell; a supervisor's word."""

    id: str = ""
    """Empty: the one in doubt, the open sale's before others."""
    paid: bool
    amount_minor: int = 0
    number: str = ""
    """On the terminal's slip."""
    approver: str = ""
    reason: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class QueueReversal(Value):
    """Hand a reversal that does not come about to a person; from the effect runner."""

    id: str
    why: str


@attrs.frozen(kw_only=True, eq=False, repr=False)
class GivenBack(Value):
    """Say that money which a provider could not give back was given back another way."""

    id: str = ""
    """Empty: the one that waits for it, the open sale's before others."""
    how: str
    approver: str = ""
    reason: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class PrintSlips(Value):
    """Print what a customer pays by while a payment is under way; from the payment runner."""

    id: str
    slips: tuple[Slip, ...]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class CloseBatch(Value):
    """Have a terminal or gateway hand in what it took; empty: all that can."""

    type: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class HearBatch(Value):
    """Bring what a terminal or gateway reported of a batch; from the payment runner."""

    type: str
    batch: Batch

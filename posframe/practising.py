"""What a till in training has in place of the world: payments that reach nobody, jobs not done.

Of the tender types and job handlers that plugins bring, nothing is kept here that could open a
line: a provider is never made, a handler never called. What they would have done is said instead.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final, Literal

import attrs

from posframe.asking import PracticeProvider, unclear
from posframe.kernel.contracts import JobHandler, JobResult, TenderType
from posframe.kernel.domain.payment import AnswerOutcome, ProviderAnswer
from posframe.kernel.domain.tender import Capabilities, TenderRule

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable

    from posframe.kernel.domain.transaction import Job
    from posframe.kernel.providers import PaymentProvider, PaymentRequest

Mood = Literal["approve", "decline", "doubt"]
"""What the practice terminal says to the next payments; ``doubt``: nothing anybody can tell."""

CARD: Final = "card"
"""Type of the card payment that a shop without one has in training."""
CAPABILITIES: Final = Capabilities(
    inquiry="none", reverse="reference", refund="free", answer_within_s=60, grace_s=60
)
"""A terminal that can be asked nothing afterwards: what is in doubt there is a person's at once."""


class PracticeTerminal:
    """What all payments of one till in training are asked; a lesson sets what it answers."""

    def __init__(self) -> None:
        self._mood: Mood = "approve"
        self._gate = threading.Lock()

    @property
    def mood(self) -> Mood:
        """What it says to the next payment."""
        with self._gate:
            return self._mood

    @mood.setter
    def mood(self, mood: Mood) -> None:
        with self._gate:
            self._mood = mood

    def __call__(self) -> PaymentProvider:
        """Return the provider that asks it."""
        return _MoodyProvider(self)


class _MoodyProvider(PracticeProvider):
    def __init__(self, terminal: PracticeTerminal) -> None:
        super().__init__(CAPABILITIES)
        self._terminal = terminal

    async def authorise(self, request: PaymentRequest) -> AsyncIterator[ProviderAnswer]:
        """Answer as the lesson has it."""
        mood = self._terminal.mood
        if mood == "decline":
            words = "training: the card was declined"
            yield ProviderAnswer(
                outcome=AnswerOutcome.DECLINED, payment=request.payment, words=words
            )
        elif mood == "doubt":
            yield unclear("training: the line was cut")
        else:
            async for answer in super().authorise(request):
                yield answer


def practice_tenders(
    tenders: Iterable[TenderType], terminal: Callable[[], PaymentProvider]
) -> tuple[TenderType, ...]:
    """Return tender types that ask ``terminal`` and nobody else; a card is among them always."""
    found = tuple(_practised(each, terminal) for each in tenders)
    if any(each.provider is not None or each.rule.id == CARD for each in found):
        return found
    rule = TenderRule(CARD, "Card", immediate=False, refunds="any", capabilities=CAPABILITIES)
    return (*found, TenderType(rule=rule, provider=terminal))


def practice_provider(tender: TenderType) -> PaymentProvider:
    """Return who takes a payment of practice; what a live till would ask is not made."""
    if tender.provider is not None and tender.rule.capabilities is CAPABILITIES:
        return tender.provider()  # of a till in training, where each has been replaced
    assert tender.rule.capabilities is not None, "only tender types with providers are asked"
    return PracticeProvider(tender.rule.capabilities)


class SilentHandler(JobHandler):
    """Does nothing outside, and says so."""

    async def perform(self, job: Job) -> JobResult:
        """Call it done."""
        return JobResult(outcome="done", detail=f"training: no {job.kind} was done")


def _practised(tender: TenderType, terminal: Callable[[], PaymentProvider]) -> TenderType:
    if tender.provider is None:
        return tender
    rule = attrs.evolve(tender.rule, capabilities=CAPABILITIES)
    return attrs.evolve(tender, rule=rule, provider=terminal, terminal="")

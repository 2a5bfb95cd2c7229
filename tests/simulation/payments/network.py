"""The line between a till and its providers: it loses, delays, repeats and garbles."""

from __future__ import annotations

from collections import Counter

import attrs

from posframe.kernel.domain.payment import AnswerOutcome, ProviderAnswer
from tests.simulation.payments.world import SECOND


class Network:
    """Carries requests there and answers back, each over a leg with faults of its own."""

    def __init__(self, world):
        self.world = world
        self.false_amounts = {}
        """By payment, amounts that never were, and how often each was said."""
        self.false_receipts = Counter()
        """By payment, how often an earlier receipt was said to be a terminal's last."""

    def ask(self, provider, work, request, hear):
        """Carry a request to a provider's ``work``; ``hear`` is called for every answer."""
        world = self.world
        if request.kind == "charge" and provider.kind == "nexo" and work == "charge":
            self._swap(provider, request)
        fault = world.fault(request.name, "request")
        if fault == "lost" and provider.kind != "dumb":
            return
        delay = world.chance(request.name, "leg", 50, 1500)
        if fault == "late":
            delay += world.chance(request.name, "late", 5 * SECOND, 50 * SECOND)
        elif fault == "very_late" and work == "charge" and provider.kind != "dumb":
            delay += world.chance(request.name, "late", 200 * SECOND, 500 * SECOND)

        def answer(seen):
            self._back(provider, request, seen, hear)

        world.at(delay, self._arrive, provider, work, request, answer, fault)
        if fault == "twice" and provider.kind != "dumb":
            world.at(delay + 200, self._arrive, provider, work, request, answer, "")

    def _arrive(self, provider, work, request, answer, fault):
        known = len(provider.ledger)
        getattr(provider, work)(request, answer)
        if fault == "very_late" and len(provider.ledger) > known:
            list(provider.ledger.values())[-1].excused = "lay in the network for longer than grace"

    def _swap(self, provider, request):
        if not self.world.fault(request.name, "swap"):
            return
        self.world.at(self.world.chance(request.name, "unplug", 1, 3000), provider.swap)
        back = self.world.chance(request.name, "plug", 10, 200) * SECOND
        self.world.at(back, provider.swap)

    def _back(self, provider, request, seen, hear):
        world = self.world
        fault = world.fault(request.name, "answer")
        delay = world.chance(request.name, "leg", 50, 1500)
        if fault == "lost":
            return
        if fault == "late":
            delay += world.chance(request.name, "late", 5 * SECOND, 50 * SECOND)
        elif fault == "twice":
            world.at(delay + 300, hear, seen)
        elif fault:
            seen = self._spoilt(provider, request, seen, fault)
        world.at(delay, hear, seen)

    def _spoilt(self, provider, request, seen, fault):
        if fault == "busy":
            return ProviderAnswer(
                outcome=AnswerOutcome.UNKNOWN, words="busy", terminal=seen.terminal, idle=False
            )
        if fault == "garbage":
            return ProviderAnswer(outcome=AnswerOutcome.UNKNOWN, words="unreadable")
        if fault == "foreign":
            return self._foreign(provider, request, seen)
        if fault == "terminal":
            return attrs.evolve(seen, terminal="T9" if seen.terminal else "")
        return self._with_false_amount(request, seen)

    def _with_false_amount(self, request, seen):
        false = self.world.chance(request.name, "amount", 1, 2 * request.amount)
        if seen.amount_minor in {None, false}:
            return seen
        said = self.false_amounts.setdefault(request.payment, {})
        said[false] = said.get(false, 0) + 1
        return attrs.evolve(seen, amount_minor=false)

    def _foreign(self, provider, request, seen):
        if provider.kind == "zvt":  # which names no payment: an earlier receipt, said once more
            self.false_receipts[request.payment] += 1
            return ProviderAnswer(
                outcome=AnswerOutcome.APPROVED,
                amount_minor=request.amount,
                currency="EUR",
                terminal=seen.terminal,
                mark=request.mark,
                idle=True,
            )
        return attrs.evolve(
            seen, outcome=AnswerOutcome.APPROVED, payment="another", reference="r-another",
            amount_minor=request.amount,
        )  # fmt: skip

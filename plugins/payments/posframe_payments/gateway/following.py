"""Following a payment that was asked for: what is passed on, and when it is over. Pure."""

from __future__ import annotations

from typing import Final

import attrs

from posframe import AnswerOutcome, ProviderAnswer

POLL_FIRST_S: Final = 0.5
POLL_LAST_S: Final = 3.0
POLL_GROWTH: Final = 1.5
LOST_MAX: Final = 5
"""So many polls in a row that bring nothing about the payment end it: nobody knows."""
POLLS_MAX: Final = 2_000


@attrs.define
class Following:
    """What was heard of one payment since it was asked for."""

    payment: str
    is_over: bool = False
    _heard: int = 0
    _lost: int = 0
    _is_foreign_told: bool = False
    _shown: ProviderAnswer | None = None
    _pause_s: float = POLL_FIRST_S

    def hear(self, answer: ProviderAnswer) -> ProviderAnswer | None:
        """Return what of an answer is passed on; None: nothing of it is new.

        Silence after the question itself ends it at once: the kernel asks what became of it.
        """
        self._heard += 1
        if answer.payment != self.payment:
            return self._beside(answer)
        self._lost = 0
        if answer.outcome is not AnswerOutcome.IN_PROGRESS:
            self.is_over = True
            return answer
        self.is_over = self._heard >= POLLS_MAX
        return self._progress(answer)

    def next_pause_s(self) -> float:
        """Return how long to wait before asking how it stands; longer each time, up to the last."""
        pause_s, self._pause_s = self._pause_s, min(POLL_LAST_S, self._pause_s * POLL_GROWTH)
        return pause_s

    def _beside(self, answer: ProviderAnswer) -> ProviderAnswer | None:
        """Count what says nothing of the payment; another's answer is passed on once."""
        self._lost += 1
        self.is_over = self._lost > LOST_MAX
        if answer.payment:
            is_told, self._is_foreign_told = self._is_foreign_told, True
            return None if is_told else answer
        self.is_over |= self._heard == 1
        return answer if self.is_over else None

    def _progress(self, answer: ProviderAnswer) -> ProviderAnswer | None:
        """Return what the customer or the cashier has not seen yet; a slip is printed once."""
        before, self._shown = self._shown, answer
        if before is None:
            return answer
        if (answer.words, answer.shows, answer.slips) == (before.words, before.shows, before.slips):
            return None
        return attrs.evolve(answer, slips=()) if answer.slips == before.slips else answer

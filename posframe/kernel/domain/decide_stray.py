"""What a provider tells of payments the till does not know: written down, within bounds.

A till remembers its latest payments only, and whoever can reach a webhook can send to it. Neither a
late message nor a forged one changes a payment here; both are found in the journal afterwards.
What names a payment is never dropped; of what names none a flood is counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from posframe.kernel.domain import events as ev
from posframe.kernel.domain.payment import AnswerOutcome

if TYPE_CHECKING:
    from collections.abc import Generator

    from posframe.kernel.domain import commands as cmd
    from posframe.kernel.domain.draft import Draft
    from posframe.kernel.domain.payment import ProviderAnswer

WRITTEN_A_DAY = 100
"""So many that name no payment are written down one by one; no stranger fills the disk."""
COUNTED_BY = 1_000
"""Of what is above that, each so-many-th is written, with the count."""
NAMED_A_DAY = 1_000
"""So many that name a payment are taken from one provider; it keeps the rest, and sends it anew."""


def hear_stray(draft: Draft, command: cmd.HearStray) -> Generator[Any, Any, str]:
    """Write down what was told; what names no payment is only counted where that is too much."""
    is_few = command.times <= WRITTEN_A_DAY or command.times % COUNTED_BY == 0
    if is_few or names_payment(command.answer):
        answer = attrs.evolve(command.answer, slips=(), shows="")
        draft.add(
            ev.StrayHeard(
                type=command.type, payment=answer.payment, answer=answer, times=command.times
            )
        )
    return ""
    yield


def names_payment(answer: ProviderAnswer) -> bool:
    """Tell whether an answer is about a payment: what nobody can vouch for names none."""
    is_known = answer.outcome is not AnswerOutcome.UNKNOWN
    return bool(answer.payment or (answer.reference and is_known))

"""What a provider tells of payments the till does not know: written down, within bounds.

A till remembers its latest payments only, and whoever can reach a webhook can send to it. Neither a
late message nor a forged one changes a payment here; both are found in the journal afterwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from posframe.kernel.domain import events as ev

if TYPE_CHECKING:
    from collections.abc import Generator

    from posframe.kernel.domain import commands as cmd
    from posframe.kernel.domain.draft import Draft

WRITTEN_A_DAY = 100
"""So many are written down one by one; no stranger fills the disk."""
COUNTED_BY = 1_000
"""Of what is above that, each so-many-th is written, with the count."""


def hear_stray(draft: Draft, command: cmd.HearStray) -> Generator[Any, Any, str]:
    """Write down what was told, or, where there was too much of it today, only count it."""
    if command.times <= WRITTEN_A_DAY or command.times % COUNTED_BY == 0:
        answer = attrs.evolve(command.answer, slips=(), shows="")
        draft.add(
            ev.StrayHeard(
                type=command.type, payment=answer.payment, answer=answer, times=command.times
            )
        )
    return ""
    yield

"""What a lesson is: steps with their words, hints, points, and what counts as having done them.

Values read from a data file (``lesson_files``) and followed by the ``coach``. Pure.
"""

from __future__ import annotations

from typing import Literal

import attrs

from posframe.practising import Mood
from posframe.value import Value

SaleNow = Literal["", "open", "none"]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Done(Value):
    """One condition of a step: so many events, deeds or refusals of a kind since it began."""

    event: str = ""
    """Name of the event, such as ``sale.LineAdded``; empty: it is about a deed or a refusal."""
    did: str = ""
    """What was asked and taken, where no event tells of it: ``total``, ``x_report``."""
    facts: tuple[tuple[str, str | int | bool], ...] = ()
    """What must hold of the event: ``("code", "10001")``, ``("quantity", 3000)``."""
    refused: str = ""
    """``approval``, ``price``, ``weight``, ``age``, ``code`` or ``any``: what was refused."""
    count: int = 1


@attrs.frozen(kw_only=True, eq=False, repr=False)
class StateNow(Value):
    """What must hold of the shadow till at a step's end; None and empty: anything."""

    sale: SaleNow = ""
    due_minor: int | None = None
    lines: int | None = None
    """Of the open sale, those that count."""
    held: int | None = None
    payments: int | None = None
    """Those that are not at their end."""
    counted_minor: int | None = None
    """Cash of the last count of the newest shift that has ended."""

    @property
    def is_any(self) -> bool:
        """True: nothing is asked of it."""
        return self == StateNow()


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Step(Value):
    """One thing to do."""

    id: str
    """Names it in results: a mistake is told as LESSON/STEP."""
    say: str
    """What to do, in one or two short sentences."""
    hint: str
    """How: what to type, with the keys."""
    hint_after_s: int = 30
    points: int = 10
    done: tuple[Done, ...] = ()
    """All of these, in any order."""
    state: StateNow = StateNow()
    wrong: tuple[Done, ...] = ()
    """Each such event is a mistake."""
    card: Mood | None = None
    """What the practice terminal answers from this step on; None: as before."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Lesson(Value):
    """A scripted lesson."""

    id: str
    version: int
    title: str
    about: tuple[str, ...]
    """Permissions of the kernel's that who passed it is trained for."""
    role: str
    """The role it is for: practice is decided as for it."""
    minutes: int
    """Allowed; each begun minute more costs points."""
    pass_percent: int
    start: tuple[str, ...] = ()
    """Entries done on the shadow till before it begins."""
    card: Mood = "approve"
    """What the practice terminal answers at first."""
    steps: tuple[Step, ...] = ()

    @property
    def points(self) -> int:
        """What all its steps are worth."""
        return sum(step.points for step in self.steps)

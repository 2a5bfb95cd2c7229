"""A basket's units in parts that no offer connects, each solved: a value that changes derive from.

Nothing in it is changed in place, so an action that is undone leaves nothing stale: whoever keeps
the old value has the old state, whole.
"""

from __future__ import annotations

import attrs

from posframe_promotions.solving.component import Component
from posframe_promotions.solving.offers import UnitClass
from posframe_promotions.solving.persistent import PersistentMap
from posframe_promotions.solving.solution import Application, Solution, Used


@attrs.frozen(eq=False)
class Part:
    """A component and its solution."""

    component: Component
    solution: Solution


@attrs.frozen
class Row:
    """What one offer comes to in the whole basket."""

    saving_minor: int
    applications: int


@attrs.frozen(eq=False)
class Partition:
    """Units, what each offer finds of them, and the solved parts; made and changed by a ``Solver``.

    Keys are SKUs and the places of offers in their index.
    """

    units: PersistentMap[str, tuple[UnitClass, ...]] = attrs.Factory(PersistentMap)
    """The classes of each SKU."""
    takers: PersistentMap[int, tuple[str, ...]] = attrs.Factory(PersistentMap)
    """The SKUs here that an offer takes, of offers that hang them together."""
    counts: PersistentMap[int, tuple[int, ...]] = attrs.Factory(PersistentMap)
    """The units here that each group of such an offer would take."""
    parts: PersistentMap[str, Part] = attrs.Factory(PersistentMap)
    """The part that each SKU belongs to; SKUs that no offer takes belong to none."""
    rows: PersistentMap[str, Row] = attrs.Factory(PersistentMap)
    """By offer id."""
    saving_minor: int = 0
    short_by_minor: int = 0
    """The most by which all parts together may fall short; 0: proven optimal."""
    work: int = 0
    """Transitions spent on the parts as they are."""

    def solution(self) -> Solution:
        """Join the parts into the solution of the whole basket; its cost grows with the basket."""
        parts = {id(part): part for _, part in self.parts.items()}.values()
        made: dict[str, list[Application]] = {}
        for part in sorted(parts, key=_place):
            for used in part.solution.used:
                made.setdefault(used.offer, []).extend(used.applications)
        joined = tuple(
            Used(
                id_, sum(one.saving_minor * one.times for one in applications), tuple(applications)
            )
            for id_, applications in sorted(made.items())
        )
        return Solution(joined, self.saving_minor, self.short_by_minor, self.work)

    def rows_changed_since(self, old: Partition) -> dict[str, Row | None]:
        """Return the rows, by offer id, that differ from those of ``old``; None: it has no more."""
        return dict(sorted(self.rows.changes_since(old.rows).items()))


def _place(part: Part) -> tuple[int, str]:
    first = part.component.classes[0]
    return -first.price_minor, first.sku

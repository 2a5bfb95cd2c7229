"""From deals to lines: which line's units stand in which deal, and what each gives up.

The solver knows units by SKU and price; lines of one SKU at one price take their places in order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe_promotions.solving import spread

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from posframe_promotions.solving import Used

Key = tuple[str, int]
"""SKU and price in minor units."""
Run = tuple[int, int]
"""Number of a line, and how many of its units."""


@attrs.frozen
class Taking:
    """What one application of an offer takes of one class of units."""

    offer: str
    application: tuple[Key, int]
    """Tells it from all others of the offer: the dearest class it could take, and its place."""
    parts: tuple[tuple[int, int], ...]
    """(minor units each gives up, count) of one deal."""
    times: int
    saving_minor: int
    """What one deal saves, on all classes together."""


@attrs.frozen
class Laid:
    """Units of one line in the deals of one taking: the same in each of ``times`` deals."""

    taking: Taking | None
    """None: units that no deal took."""
    first_deal: int
    times: int
    line: int
    share_minor: int
    count: int
    """Of one deal."""


def takings_of(used: Used, floor_minor: int, home: Key = ("", 0)) -> Iterator[tuple[Key, Taking]]:
    """Share out the savings of an offer's deals over their units, class by class.

    ``home`` is a class that is in no other part of the basket.
    """
    for place, application in enumerate(used.applications):
        counts = dict(application.units)
        for key, minor in spread(application, floor_minor):
            each, dearer = divmod(minor, counts[key])
            parts = ((each + 1, dearer), (each, counts[key] - dearer))
            yield (
                key,
                Taking(
                    used.offer,
                    (home, place),
                    tuple(part for part in parts if part[1]),
                    application.times,
                    application.saving_minor,
                ),
            )


def lay(takings: Iterable[Taking], runs: Sequence[Run]) -> Iterator[Laid]:
    """Put takings of one class on its units, line after line; the rest stays untaken."""
    queue = _Queue(runs)
    for taking in takings:
        deal_units = sum(count for _, count in taking.parts)
        deal = 0
        while deal < taking.times:
            line, there = queue.head()
            whole = min(taking.times - deal, there // deal_units)
            if whole:
                for share_minor, count in taking.parts:
                    yield Laid(taking, deal, whole, line, share_minor, count)
                queue.take(whole * deal_units)
            else:
                whole = 1
                yield from _split(taking, deal, queue)
            deal += whole
    for line, count in queue.rest():
        yield Laid(None, 0, 1, line, 0, count)


def _split(taking: Taking, deal: int, queue: _Queue) -> Iterator[Laid]:
    """Lay one deal over several lines."""
    for share_minor, wanted in taking.parts:
        left = wanted
        while left:
            line, there = queue.head()
            count = min(left, there)
            yield Laid(taking, deal, 1, line, share_minor, count)
            queue.take(count)
            left -= count


class _Queue:
    """Units of lines, taken from the front."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self._runs = list(reversed(runs))

    def head(self) -> Run:
        return self._runs[-1]

    def take(self, count: int) -> None:
        line, there = self._runs.pop()
        assert count <= there, "deals take what there is"
        if there > count:
            self._runs.append((line, there - count))

    def rest(self) -> list[Run]:
        return self._runs[::-1]

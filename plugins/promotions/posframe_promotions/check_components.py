"""Which offers compete for which goods, and what hangs together because of it.

The solver assigns each component of offers and goods by itself: small ones are solved to proof in
no time, large ones to a proven gap. An offer that glues many small ones into a large one costs
every sale that has its goods, so it is named, with what would be left without it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import attrs

from posframe_promotions.check_findings import found
from posframe_promotions.check_goods import places_of
from posframe_promotions.terms import UNIT_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from posframe_promotions.check_findings import Finding, Listed
    from posframe_promotions.check_goods import Shelf
    from posframe_promotions.terms import Offer

OVERLAPPING_MAX = 5
"""Offers for several units on one item up to which solving was not felt when it was measured."""
Pass = tuple[str, int]
"""Conflict rule and priority: what decides which offers are assigned together."""


@attrs.frozen(kw_only=True)
class Overlap:
    """Offers that compete for the same goods."""

    offers: tuple[str, ...]
    goods: int
    """How many SKUs they share, and no other offer with them."""
    example: str
    """One of these."""


@attrs.frozen(kw_only=True)
class Component:
    """Offers that are solved together when all their goods are in one sale."""

    conflict: str
    offers: tuple[str, ...]
    goods: int
    densest: str
    """The item that most of the offers take."""
    densest_offers: int
    glue: str = ""
    """The offer without which the largest part that is left is smallest."""
    left: tuple[tuple[int, int], ...] = ()
    """(offers, goods) of each part that is left without it, the largest first."""


@attrs.frozen
class _Node:
    """Goods that exactly the same offers take."""

    offers: tuple[int, ...]
    goods: int
    example: str


def overlaps(offers: Sequence[Listed], shelf: Shelf) -> tuple[Overlap, ...]:
    """Return the sets of offers that compete for goods, most goods first."""
    competing = [listed.offer for listed in offers if _competes(listed.offer)]
    return tuple(
        Overlap(
            offers=tuple(competing[at].id for at in node.offers),
            goods=node.goods,
            example=node.example,
        )
        for node in sorted(_nodes(competing, shelf), key=lambda node: (-node.goods, node.example))
        if len(node.offers) > 1
    )


def components(offers: Sequence[Listed], shelf: Shelf) -> tuple[Component, ...]:
    """Return what is solved together, the most offers first."""
    passes: dict[Pass, list[Offer]] = {}
    for listed in offers:
        offer = listed.offer
        if _competes(offer) and _joins(offer):
            level = offer.priority if offer.conflict == "exclusive" else 0
            passes.setdefault((offer.conflict, level), []).append(offer)
    parts = [
        part
        for (conflict, _), members in passes.items()
        for part in _components(conflict, members, _nodes(members, shelf))
    ]
    return tuple(sorted(parts, key=lambda part: (-len(part.offers), -part.goods, part.offers)))


def glue(parts: Sequence[Component], offers: Sequence[Listed]) -> Iterator[Finding]:
    """Yield, for each component that is too large, the offer to look at first."""
    by_id = {listed.offer.id: listed for listed in offers}
    for part in parts:
        if len(part.offers) <= OVERLAPPING_MAX:
            continue
        largest, goods = part.left[0] if part.left else (0, 0)
        split = f"{len(part.left)} parts" if len(part.left) > 1 else "one part"
        yield found(
            by_id[part.glue], "glue", "",
            f"joins {len(part.offers)} offers on {part.goods} goods, which are then assigned"
            f" together; without it they are {split}, the largest of {largest} offers on"
            f" {goods} goods",
            f"narrow its goods; keep to {OVERLAPPING_MAX} offers for several units on an item"
            f" ({part.densest} is in {part.densest_offers})",
            weight="warning", others=tuple(id_ for id_ in part.offers if id_ != part.glue),
        )  # fmt: skip


def _competes(offer: Offer) -> bool:
    return not offer.is_basket and offer.conflict != "stack"


def _joins(offer: Offer) -> bool:
    """Tell whether its units depend on each other: not where each is one application, unlimited."""
    single = offer.kind in UNIT_KINDS or (offer.kind.startswith("at_least") and offer.n == 1)
    return not single or offer.max_uses is not None


def _nodes(offers: Sequence[Offer], shelf: Shelf) -> list[_Node]:
    """Put goods that the same offers take together."""
    of_any = tuple(at for at, offer in enumerate(offers) if _skus(offer, shelf) is None)
    takers: dict[str, list[int]] = {sku: [] for sku in shelf.wares} if of_any else {}
    for at, offer in enumerate(offers):
        for sku in _skus(offer, shelf) or ():
            takers.setdefault(sku, []).append(at)
    counts: Counter[tuple[int, ...]] = Counter()
    examples: dict[tuple[int, ...], str] = {}
    for sku, named in takers.items():
        key = tuple(named)
        counts[key] += 1
        if key not in examples or sku < examples[key]:
            examples[key] = sku
    if of_any and not takers:
        counts[()], examples[()] = 1, "any goods"
    return [
        _Node(tuple(sorted((*key, *of_any))), goods, examples[key]) for key, goods in counts.items()
    ]


def _skus(offer: Offer, shelf: Shelf) -> frozenset[str] | None:
    """Return all that an offer takes, in whatever place; None: any goods."""
    skus: set[str] = set()
    for place in places_of(offer):
        named = shelf.skus_of(place.goods)
        if named is None:
            return None
        skus |= named
    return frozenset(skus)


def _components(
    conflict: str, offers: Sequence[Offer], nodes: Sequence[_Node]
) -> Iterator[Component]:
    graph = _Graph(len(offers), nodes)
    by_offer: dict[int, list[_Node]] = {}
    for node in nodes:
        by_offer.setdefault(node.offers[0], []).append(node)
    for members in graph.components():
        own = [node for at in members for node in by_offer.get(at, ())]
        if not own:  # an offer on goods that there are not joins nothing
            continue
        densest = min(own, key=lambda node: (-len(node.offers), -node.goods, node.example))
        parts = {at: graph.left_without(at) for at in members}
        glue_at = min(members, key=lambda at: (parts[at][:1], offers[at].id))
        yield Component(
            conflict=conflict,
            offers=tuple(sorted(offers[at].id for at in members)),
            goods=sum(node.goods for node in own),
            densest=densest.example,
            densest_offers=len(densest.offers),
            glue=offers[glue_at].id if len(members) > 1 else "",
            left=parts[glue_at] if len(members) > 1 else (),
        )


class _Graph:
    """Offers joined by goods; says what falls apart without one of them, in one walk over it.

    Depth first: an offer holds a part together with the rest when nothing below it in the walk
    leads back above it (articulation points, Hopcroft and Tarjan 1973).
    """

    def __init__(self, offers: int, nodes: Sequence[_Node]) -> None:
        self._count = offers
        self._goods = [0] * offers + [node.goods for node in nodes]
        self._beside: list[list[int]] = [[] for _ in range(offers + len(nodes))]
        for at, node in enumerate(nodes, offers):
            for offer in node.offers:
                self._beside[offer].append(at)
                self._beside[at].append(offer)
        self._order: dict[int, int] = {}
        self._parts: dict[int, list[tuple[int, int]]] = {}
        self._whole: dict[int, tuple[int, int]] = {}

    def components(self) -> Iterator[frozenset[int]]:
        """Yield the offers of each component, and get ready to say what is left of it."""
        for root in range(self._count):
            if root not in self._order:
                walked = self._walk(root)
                members = frozenset(at for at in walked if at < self._count)
                whole = len(members), sum(self._goods[at] for at in walked)
                self._whole.update(dict.fromkeys(members, whole))
                yield members

    def left_without(self, offer: int) -> tuple[tuple[int, int], ...]:
        """Return (offers, goods) of the parts that are left, the largest first."""
        parts = self._parts.get(offer, [])
        offers, goods = self._whole[offer]
        rest = (
            offers - 1 - sum(each[0] for each in parts),
            goods - sum(each[1] for each in parts),
        )
        return tuple(sorted((each for each in (*parts, rest) if each[0]), reverse=True))

    def _walk(self, root: int) -> list[int]:
        """Visit all that hangs together with ``root``, and note the parts below each offer."""
        low: dict[int, int] = {}
        sizes: dict[int, tuple[int, int]] = {}
        walked = [root]
        self._enter(root, low, sizes)
        path = [(root, -1, iter(self._beside[root]))]
        while path:
            at, above, beside = path[-1]
            for other in beside:
                if other not in self._order:
                    self._enter(other, low, sizes)
                    walked.append(other)
                    path.append((other, at, iter(self._beside[other])))
                    break
                if other != above:
                    low[at] = min(low[at], self._order[other])
            else:
                path.pop()
                if path:
                    self._leave(at, path[-1][0], low, sizes)
        return walked

    def _enter(self, at: int, low: dict[int, int], sizes: dict[int, tuple[int, int]]) -> None:
        self._order[at] = low[at] = len(self._order)
        sizes[at] = int(at < self._count), self._goods[at]

    def _leave(
        self, at: int, above: int, low: dict[int, int], sizes: dict[int, tuple[int, int]]
    ) -> None:
        low[above] = min(low[above], low[at])
        sizes[above] = sizes[above][0] + sizes[at][0], sizes[above][1] + sizes[at][1]
        if low[at] >= self._order[above] and above < self._count:
            self._parts.setdefault(above, []).append(sizes[at])

"""What the solver is told: offers of four shapes, units of equal price, and how much it may work.

Everything is frozen, hashable and whole: money in minor units, percentages in thousandths of a
percent. Which offers are in force, for whom and when, was decided before; nothing here knows it.
"""

from __future__ import annotations

import attrs

PERCENT_FULL_MILLI = 100_000


@attrs.frozen(kw_only=True)
class UnitGroup:
    """The units that one place of a deal can be filled with."""

    skus: frozenset[str] | None
    """None: any."""
    count: int = 1
    """Units of the group in one deal."""
    percent_milli: int = 0
    """Off each unit of the group in a deal, rounded half up per unit; 0: it only supports."""

    def __attrs_post_init__(self) -> None:
        assert self.count > 0, "a place without units is no place"
        assert 0 <= self.percent_milli <= PERCENT_FULL_MILLI, "percent off a price"


@attrs.frozen(kw_only=True, cache_hash=True)
class PatternOffer:
    """A deal of ``count`` units of each group: bundles, n for a price, n at a percentage, X and Y.

    At most one of ``price_minor`` and ``amount_minor`` is given, and then the groups have no
    percentages. A unit may fill a place of any group that names it, but only one.
    """

    id: str
    groups: tuple[UnitGroup, ...]
    price_minor: int | None = None
    """What all units of one deal cost together."""
    amount_minor: int | None = None
    """Off one deal as a whole, never more than what its units cost above the floor."""
    max_uses: int | None = None
    """The most deals; None: no limit."""
    floor_minor: int = 0
    """The lowest price a unit may reach. With a price or an amount, units below it take no part."""

    def __attrs_post_init__(self) -> None:
        assert self.groups, "a deal has units"
        assert self.price_minor is None or self.amount_minor is None, "a price or an amount"
        assert (
            not any(group.percent_milli for group in self.groups)
            or self.price_minor is self.amount_minor is None
        ), "percentages, or one price or amount for all"
        _check_limits(self.max_uses, self.floor_minor)


@attrs.frozen(kw_only=True, cache_hash=True)
class UnitOffer:
    """Something off each single unit, alone: exactly one of the three."""

    id: str
    skus: frozenset[str] | None
    percent_milli: int | None = None
    amount_minor: int | None = None
    price_minor: int | None = None
    max_uses: int | None = None
    floor_minor: int = 0

    def __attrs_post_init__(self) -> None:
        given = (self.percent_milli, self.amount_minor, self.price_minor)
        assert sum(each is not None for each in given) == 1, "percent, amount or price"
        _check_limits(self.max_uses, self.floor_minor)


@attrs.frozen(kw_only=True, cache_hash=True)
class CheapestOffer:
    """A deal of n units of which the cheapest are discounted; n for m is ``discounted = n - m``."""

    id: str
    skus: frozenset[str] | None
    n: int
    percent_milli: int = PERCENT_FULL_MILLI
    discounted: int = 1
    max_uses: int | None = None
    floor_minor: int = 0

    def __attrs_post_init__(self) -> None:
        assert 0 < self.discounted <= self.n, "some units of the deal are discounted"
        assert 0 <= self.percent_milli <= PERCENT_FULL_MILLI, "percent off a price"
        _check_limits(self.max_uses, self.floor_minor)


@attrs.frozen(kw_only=True, cache_hash=True)
class AtLeastOffer:
    """Something off each unit as soon as n or more of them take part: a percentage or a price."""

    id: str
    skus: frozenset[str] | None
    n: int
    percent_milli: int | None = None
    price_minor: int | None = None
    floor_minor: int = 0

    def __attrs_post_init__(self) -> None:
        assert self.n > 0, "some units take part"
        given = (self.percent_milli, self.price_minor)
        assert sum(each is not None for each in given) == 1, "percent or price"
        _check_limits(None, self.floor_minor)

    @property
    def max_uses(self) -> None:
        """No limit: there is one application, of all its units."""


Offer = PatternOffer | UnitOffer | CheapestOffer | AtLeastOffer


@attrs.frozen(order=False)
class UnitClass:
    """Units that nothing tells apart: ``count`` of one SKU at one price after line discounts."""

    sku: str
    price_minor: int
    count: int

    def __attrs_post_init__(self) -> None:
        assert self.price_minor >= 0, "returns take no part"
        assert self.count > 0, "a class has units"


@attrs.frozen
class Limit:
    """How much may be worked: counted, never timed, so that every machine finds the same."""

    transitions: int
    """Steps (a state times an option) for each component."""


def groups_of(offer: Offer) -> tuple[frozenset[str] | None, ...]:
    """Return the SKUs of each place of ``offer``; None: any."""
    if isinstance(offer, PatternOffer):
        return tuple(group.skus for group in offer.groups)
    return (offer.skus,)


def _check_limits(max_uses: int | None, floor_minor: int) -> None:
    assert max_uses is None or max_uses > 0, "an offer that may be used"
    assert floor_minor >= 0, "the floor is a price"

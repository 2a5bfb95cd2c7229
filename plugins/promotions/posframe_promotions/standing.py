"""The standing of one sale: its units, its deals, and the rows they come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe import OfferApplication, OfferRow
from posframe_promotions.basket_units import BasketUnits
from posframe_promotions.conditions import PLUGIN
from posframe_promotions.deals import Deals
from posframe_promotions.stacking import Deal, Pieces, deals_of
from posframe_promotions.whole_basket import WholeBasket
from posframe_promotions.words import rule_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from posframe import LineItem, Rounding, SaleView
    from posframe_promotions.laying import Laid
    from posframe_promotions.program import Program
    from posframe_promotions.solving import Limit, Solver
    from posframe_promotions.stacking import Given
    from posframe_promotions.terms import Offer


class Standing:
    """What is remembered of one sale under one program, and brought up to its lines each time."""

    def __init__(
        self,
        program: Program,
        solver_for: Callable[[tuple[Offer, ...]], Solver],
        limit: Limit,
        *,
        rounding: Rounding,
        currency: str,
    ) -> None:
        self._program = program
        self._solver_for = solver_for
        self._limit = limit
        self._currency = currency
        self._units = BasketUnits(rounding)
        self._deals = Deals(program, solver_for, limit)
        self._of_deals: dict[str, OfferRow] = {}
        self._given: list[Given] = []
        self._gap = 0
        self._words: dict[str, str] = {}
        self.rows: Mapping[str, OfferRow] = {}
        """The rows of all offers that save something, by id."""

    def changed_lines(self, sale: SaleView) -> Iterable[LineItem]:
        """Return the lines that are not those that were seen."""
        return self._units.changed_lines(sale)

    def refresh(self, sale: SaleView) -> None:
        """Bring the rows up to the lines as they are."""
        version = self._units.version
        touched = self._units.refresh(sale)
        if self._units.version == version:
            return
        changed = self._deals.refresh(self._units, touched)
        for offer in changed:
            row = self._deal_row(offer)
            if row is None:
                self._of_deals.pop(offer, None)
            else:
                self._of_deals[offer] = row
        program, gap = self._program, self._deals.short_by_minor
        is_more = bool(program.stack or program.late or program.basket)
        if not (changed or is_more or gap != self._gap):
            return
        self._gap = gap
        self._given = self._give() if is_more else []
        rows = self._of_deals | {given.offer.id: self._given_row(given) for given in self._given}
        self.rows = _with_gap(rows, gap)

    def applications(self) -> Iterator[OfferApplication]:
        """Yield the deals behind the rows, in the order in which they are given."""
        deals = self._deals
        for offer in sorted(deals.shares):
            laid = (
                [each for each in found if _is_of(each, offer)] for found in deals.laid.values()
            )
            yield from (_application(offer, deal) for deal in deals_of(laid))
        for weighed in deals.weighed:
            units = ((weighed.number, self._units.goods[weighed.number].weight_milli),)
            yield _application(weighed.offer, Deal(units, weighed.saving_minor))
        for given in self._given:
            yield from (_application(given.offer.id, deal) for deal in given.deals())

    def _give(self) -> list[Given]:
        """Give the offers that come after the passes."""
        program, units = self._program, self._units
        giving = _Giving(self._deals.used_groups)
        left_minor = units.amount_minor + sum(row.minor for row in self._of_deals.values())
        if all(map(_asks_for_all, program.basket)) and not (program.stack or program.late):
            whole = WholeBasket(units, None, {}, spent_minor=left_minor, left_minor=left_minor)
            giving.give(program.basket, whole.give)
            return giving.given
        exclusive = program.passes[: program.exclusive_passes]
        barred = (offer.id for offers in exclusive for offer in offers)
        pieces = Pieces(units, self._deals, barred)

        def stacked(offer: Offer) -> Given | None:
            return pieces.stack(offer, self._solver_for, self._limit)

        giving.give(program.stack, stacked)
        spent = dict(pieces.left)
        giving.give(program.late, stacked)
        whole = WholeBasket(
            units,
            pieces,
            spent,
            spent_minor=sum(spent.values()),
            left_minor=sum(pieces.left.values()),
        )
        giving.give(program.basket, whole.give)
        return giving.given

    def _deal_row(self, offer: str) -> OfferRow | None:
        shares: dict[int, int] = {}
        for by_line in self._deals.shares.get(offer, {}).values():
            for number, minor in by_line.items():
                shares[number] = shares.get(number, 0) - minor
        if not shares:
            return None
        return self._row(self._program.terms[offer], shares, self._deals.uses(offer))

    def _given_row(self, given: Given) -> OfferRow:
        shares = {number: -minor for number, minor in given.shares.items()}
        row = self._row(given.offer, shares, given.applications)
        return attrs.evolve(row, minor=-given.saving_minor, short_by_minor=given.short_by_minor)

    def _row(self, offer: Offer, shares: Mapping[int, int], applications: int) -> OfferRow:
        words = self._words.get(offer.id)
        if words is None:
            words = self._words[offer.id] = rule_words(offer, self._currency)
        return OfferRow(
            offer.id,
            offer.label,
            sum(shares.values()),
            tuple(sorted((number, minor) for number, minor in shares.items() if minor)),
            applications,
            PLUGIN,
            words,
        )


def _is_of(laid: Laid, offer: str) -> bool:
    return laid.taking is not None and laid.taking.offer == offer


def _application(offer: str, deal: Deal) -> OfferApplication:
    return OfferApplication(
        offer=offer, units=deal.units, saving_minor=deal.saving_minor, times=deal.times
    )


class _Giving:
    """Gives offers in turn, of each group at most one."""

    def __init__(self, groups: Iterable[str]) -> None:
        self.given: list[Given] = []
        self._barred = set(groups)

    def give(self, offers: Iterable[Offer], how: Callable[[Offer], Given | None]) -> None:
        for offer in offers:
            found = None if offer.group in self._barred else how(offer)
            if found is not None:
                self.given.append(found)
                if offer.group:
                    self._barred.add(offer.group)


def _asks_for_all(offer: Offer) -> bool:
    """Tell whether an offer on the basket needs nothing but its total."""
    return offer.goods.is_any and offer.kind != "gift"


def _with_gap(rows: dict[str, OfferRow], short_by_minor: int) -> Mapping[str, OfferRow]:
    """Note on the first row by how much the passes may miss the largest saving."""
    if short_by_minor and rows:
        first = min(rows)
        gap = rows[first].short_by_minor + short_by_minor
        rows[first] = attrs.evolve(rows[first], short_by_minor=gap)
    return rows

"""The figures of a business day or a shift, as X and Z say them. How they grow: ``day_totals``.

All amounts are minor units of the till's currency.
"""

from __future__ import annotations

from typing import Annotated

import attrs

from posframe.kernel.domain.counters import Counters
from posframe.kernel.domain.day_totals_rows import (
    NOTHING,
    BatchTotal,
    DepartmentTotal,
    NamedTally,
    Tally,
    TaxTotal,
    TenderTotal,
    with_rows,
)
from posframe.kernel.domain.shift import TenderSum
from posframe.value import Value


@attrs.frozen(kw_only=True, eq=False, repr=False)
class DayTotals(Value):
    """Every figure of a day or shift; an empty one changes nothing it is merged with."""

    first_receipt: Annotated[int, 1] = 0
    """0: no receipt."""
    last_receipt: Annotated[int, 2] = 0
    counters: Annotated[Counters, 3] = Counters()
    """Documents with what they came to, cash rounding included: what grand totals add up."""
    sales: Annotated[Tally, 4] = NOTHING
    """Receipts on which nothing came back; here and below their gross, before cash rounding."""
    returns: Annotated[Tally, 5] = NOTHING
    """Receipts on which all goods came back."""
    exchanges: Annotated[Tally, 6] = NOTHING
    """Receipts on which some came back and some were sold."""
    voids: Annotated[Tally, 7] = NOTHING
    """Receipts that undo another as a whole."""
    returned: Annotated[Tally, 8] = NOTHING
    """Lines that came back, on returns and exchanges alike."""
    gross_minor: Annotated[int, 9] = 0
    """Of all documents: sales, returns, exchanges and voids; net and tax."""
    net_minor: Annotated[int, 10] = 0
    tax_minor: Annotated[int, 11] = 0
    taxes: Annotated[tuple[TaxTotal, ...], 12] = ()
    departments: Annotated[tuple[DepartmentTotal, ...], 13] = ()
    discounts: Annotated[tuple[NamedTally, ...], 14] = ()
    """``line`` by hand, ``offer``, ``basket`` by hand, and ``returned``: taken back with goods."""
    voided_lines: Annotated[Tally, 15] = NOTHING
    """Taken back before completion; what they cost, basket-wide discounts apart."""
    voided_after_total: Annotated[Tally, 16] = NOTHING
    """Of these, after a tender was offered, or the total asked for where that was journalled."""
    overrides: Annotated[Tally, 17] = NOTHING
    """Prices changed by hand, and by how much the lines' list prices changed."""
    cancelled: Annotated[Tally, 18] = NOTHING
    """Sales given up, and what they had come to."""
    tenders: Annotated[tuple[TenderTotal, ...], 19] = ()
    rounding_minor: Annotated[int, 20] = 0
    """What cash rounding added to what was paid."""
    float_minor: Annotated[int, 21] = 0
    """Cash in the drawer when the day began; of parts of one day the first alone has it."""
    movements: Annotated[tuple[NamedTally, ...], 22] = ()
    """Cash moved, by kind and reason: what the drawer gained. ``no_sale`` gains nothing."""
    kicks: Annotated[int, 23] = 0
    """How often the drawer was told to open."""
    kicks_without_sale: Annotated[int, 24] = 0
    copies: Annotated[int, 25] = 0
    approvals: Annotated[tuple[NamedTally, ...], 26] = ()
    """By permission."""
    resolved: Annotated[tuple[NamedTally, ...], 27] = ()
    """Payments in doubt that rest on a person's word: ``paid`` or ``unpaid``."""
    reversed: Annotated[tuple[NamedTally, ...], 28] = ()
    """Payments that were given back or undone, by tender type."""
    batches: Annotated[tuple[BatchTotal, ...], 29] = ()
    training: Annotated[int, 30] = 0
    """Documents of practice, which are in none of the other figures."""
    differences: Annotated[tuple[NamedTally, ...], 31] = ()
    """Over and short of confirmed takings, by ``Difference.type``; what agrees is left out."""
    brought_minor: Annotated[int, 32] = 0
    """Cash that came with drawers or as floats from the safe, less what went there with them."""
    found: Annotated[tuple[NamedTally, ...], 33] = ()
    """What counts found, confirmed or not: ``over`` or ``short``, of ``float`` or ``cash``."""
    foreign_float: Annotated[tuple[TenderSum, ...], 34] = ()
    """Foreign notes in the drawers when the day began, by currency in minor units of its own; of
    parts of one day the first alone has it."""
    foreign: Annotated[tuple[TenderSum, ...], 35] = ()
    """By how much they are more or less since: sales, movements, floats, counts."""

    @property
    def cash_sales_minor(self) -> int:
        """Cash of the till's own currency that was taken and kept, change given."""
        return sum(
            (0 if each.is_foreign else each.taken_minor) - each.change_minor
            for each in self.tenders
            if each.is_cash
        )

    @property
    def cash_refunds_minor(self) -> int:
        """Cash that was given back; zero or negative."""
        return sum(each.given_back_minor for each in self.tenders if each.is_cash)

    @property
    def drawer_minor(self) -> int:
        """Cash that should be in the drawer."""
        moved = sum(each.minor for each in self.movements)
        sold = self.cash_sales_minor + self.cash_refunds_minor
        return self.float_minor + moved + sold + self.brought_minor + self.found_minor

    @property
    def foreign_notes(self) -> tuple[TenderSum, ...]:
        """Foreign notes that should be in the drawers, by currency."""
        notes = with_rows(self.foreign_float, self.foreign)
        return tuple(each for each in notes if each.minor)

    @property
    def found_minor(self) -> int:
        """What counts found over, less what they found short: from then on it is there."""
        return sum(each.minor for each in self.found)

    @property
    def no_sales(self) -> int:
        """How often the drawer was opened for nothing."""
        return moved(self, "no_sale").count

    @property
    def tip_minor(self) -> int:
        """Tips of all tenders."""
        return sum(each.tip_minor for each in self.tenders)


def has_figures(totals: DayTotals) -> bool:
    """Tell whether anything happened; the float, and an approval of the close itself, are none."""
    return attrs.evolve(totals, float_minor=0, foreign_float=(), approvals=()) != DayTotals()


def has_trade(totals: DayTotals) -> bool:
    """Tell whether there are figures that the date of their day goes with: receipts, cash moved.

    What only repeats or confirms, such as a copy, or takings confirmed, is none of them.
    """
    moved_cash = totals.movements or totals.brought_minor or totals.found or totals.foreign
    return bool(totals.last_receipt or moved_cash)


def moved(totals: DayTotals, kind: str) -> Tally:
    """Return the cash movements of one kind, whatever their reasons."""
    rows = [each for each in totals.movements if each.name == kind]
    return Tally(sum(each.count for each in rows), sum(each.minor for each in rows))

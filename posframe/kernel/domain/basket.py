"""The basket: the priced content of an open transaction, one persistent value.

Every index and running sum lives inside it, so that keeping the old reference undoes a change and a
line costs the same in a basket of 10 and of 10,000. Totals are read off in ``totals``.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Annotated

import attrs

from posframe.kernel.domain.tax import (
    Tax,
    TaxAmount,
    TaxKeys,
    TaxPolicy,
    discountable_part,
    tax_keys,
    tax_minors,
)
from posframe.kernel.domain.vector import PersistentMap, Vector
from posframe.value import Value

LINES_MAX = 10_000


class LineKind(enum.Enum):
    """What a line does to the basket."""

    SALE = "sale"
    RETURN = "return"
    DEPOSIT = "deposit"


@attrs.frozen(eq=False, repr=False)
class PriceAdjustment(Value):
    """A reason-coded change to a line's or the whole basket's price; negative takes off."""

    id: Annotated[str, 1]
    kind: Annotated[str, 2]
    """``percent`` or ``amount``."""
    value: Annotated[int, 3]
    """Thousandths of a percent, or minor units; what the operator asked for, always positive."""
    minor: Annotated[int, 4]
    """What it comes to, signed."""
    label: Annotated[str, 5]
    reason: Annotated[str, 6] = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ReturnTerms(Value):
    """On what terms goods came back."""

    reason: Annotated[str, 1] = ""
    condition: Annotated[str, 2] = ""
    """Id of what the operator saw, such as ``damaged``."""
    goes_to: Annotated[str, 3] = "stock"
    """``stock``, ``quarantine`` or ``scrap``."""
    taxes: Annotated[tuple[TaxAmount, ...] | None, 4] = None
    """What each tax of the sale brings back; None: reckoned as for a sale, where none is known."""
    receipt_number: Annotated[int, 5] = 0
    """The receipt the goods were sold on; 0: none was shown."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class LineItem(Value):
    """One sequence-numbered line. Amounts are minor units of the transaction's currency."""

    number: Annotated[int, 1]
    sku: Annotated[str, 2]
    text: Annotated[str, 3]
    quantity_milli: Annotated[int, 4] = 1000
    unit: Annotated[str, 5] = "pcs"
    unit_price_minor: Annotated[int, 6]
    list_minor: Annotated[int, 7]
    """Price times quantity, rounded once, before any adjustment."""
    adjustments: Annotated[tuple[PriceAdjustment, ...], 8] = ()
    deal_minor: Annotated[int, 9] = 0
    """Share of the offers that took this line; negative is a saving."""
    taxes: Annotated[tuple[Tax, ...], 10] = ()
    department: Annotated[str, 11] = ""
    price_version: Annotated[int, 12] = 0
    kind: Annotated[LineKind, 13] = LineKind.SALE
    parent: Annotated[int, 14] = 0
    """Line this one follows (a deposit and its bottle); 0: none."""
    voided: Annotated[bool, 15] = False
    code: Annotated[str, 16] = ""
    """What was scanned or keyed."""
    catalogue_price_minor: Annotated[int | None, 17] = None
    """The price an override replaced."""
    minimum_age_years: Annotated[int, 18] = 0
    original: Annotated[str, 19] = ""
    """For a return: the transaction the goods were sold in."""
    original_line: Annotated[int, 20] = 0
    attributes: Annotated[tuple[tuple[str, str], ...], 21] = ()
    """What the code said beside the item: batch, expiry, serial number."""
    weighed: Annotated[bool, 22] = False
    price_list: Annotated[str, 23] = ""
    """The price list that gave its price; empty: the catalogue's own price."""
    listed: Annotated[bool, 24] = False
    """True: price lists have prices for it, so its quantity or customer may change its price."""
    price_per_milli: Annotated[int, 25] = 1000
    """How much of the unit ``unit_price_minor`` buys: 6000 for a carton's price."""
    tax_category: Annotated[str, 26] = ""
    """What its taxes were looked up by."""
    fulfilment: Annotated[str, 27] = ""
    """How it is handed over, where taxes depend on that: ``eat_in``, ``take_away``."""
    floor_minor: Annotated[int, 28] = 0
    """The lowest unit price an override may give it."""
    pack_milli: Annotated[int, 29] = 1000
    """How much of the item its code sells at once: 6000 for a carton of six."""
    override_reason: Annotated[str, 30] = ""
    """Why its price was changed by hand."""
    back: Annotated[ReturnTerms | None, 31] = None
    """On what terms it came back; None: it is sold."""
    taken_off_milli: Annotated[int, 32] = 0
    """How much of it lower quantities took off again, one after the other."""

    @property
    def amount_minor(self) -> int:
        """What the line costs after its own adjustments and its share of offers."""
        minor = self.list_minor + self.deal_minor
        for adjustment in self.adjustments:
            minor += adjustment.minor
        return minor

    @property
    def discountable(self) -> bool:
        """Tell whether discounts on the whole basket are shared to this line."""
        return self.kind is LineKind.SALE

    def discountable_of(self, minor: int) -> int:
        """Return what discounts may take off the line were it to cost ``minor``.

        All of it, or for goods whose price contains a fixed tax what is above that.
        """
        return discountable_part(minor, self.taxes, taxed_milli(self))


@attrs.frozen(eq=False, repr=False)
class OfferRow(Value):
    """What one offer saves in this basket; recorded, never recomputed on replay."""

    offer: Annotated[str, 1]
    label: Annotated[str, 2]
    minor: Annotated[int, 3]
    """Signed: a saving is negative."""
    shares: Annotated[tuple[tuple[int, int], ...], 4] = ()
    """(line number, minor) for each line it took; empty: shared over the basket at completion."""
    applications: Annotated[int, 5] = 1
    plugin: Annotated[str, 6] = ""
    rule: Annotated[str, 7] = ""
    """What the offer gives, in words that stand on their own years later."""
    short_by_minor: Annotated[int, 8] = 0
    """The most by which this and other offers on its goods miss the largest saving; 0: proven."""


@attrs.frozen(eq=False, repr=False)
class Coupon(Value):
    """A coupon presented in this sale; which offers it opens is its plugin's to say."""

    code: Annotated[str, 1]
    """As scanned or keyed; one sale takes a code once."""
    coupon: Annotated[str, 2]
    """The plugin's own id of it."""
    label: Annotated[str, 3] = ""
    plugin: Annotated[str, 4] = ""


@attrs.frozen(eq=False, repr=False)
class TaxGroup(Value):
    """Running sums of the lines that bear the same taxes."""

    taxes: tuple[Tax, ...]
    discountable: bool
    lines: int = 0
    amount_minor: int = 0
    tax_minor: tuple[int, ...] = ()
    """Per tax, the sum of what each line bears when rounded line by line."""
    taxed_milli: int = 0
    discountable_minor: int = 0
    """What discounts on the whole basket may be taken from."""


GroupKey = tuple[str, TaxKeys]
GIVEN = "="
"""Marks groups of lines whose taxes are given by the sale they come back from."""


@attrs.frozen(eq=False, repr=False)
class Basket(Value):
    """Lines, offers and adjustments with their running sums."""

    policy: TaxPolicy = TaxPolicy()
    lines: Vector[LineItem] = attrs.field(factory=Vector)
    groups: Mapping[GroupKey, TaxGroup] = attrs.field(factory=dict)
    offers: Mapping[str, OfferRow] = attrs.field(factory=dict)
    adjustments: tuple[PriceAdjustment, ...] = ()
    by_sku: PersistentMap[str, tuple[int, ...]] = attrs.field(factory=PersistentMap)
    list_minor: int = 0
    """Sum of list prices of the lines that count."""
    active: int = 0
    """Lines that are not voided."""
    pieces_milli: int = 0
    limited: tuple[int, ...] = ()
    """Numbers of the lines with an age limit."""

    def line(self, number: int) -> LineItem | None:
        """Return the line with ``number`` (from 1), or None."""
        return self.lines[number - 1] if 1 <= number <= len(self.lines) else None

    def numbers_of(self, sku: str) -> tuple[int, ...]:
        """Return the numbers of all lines of ``sku``, voided ones included, in order."""
        return self.by_sku.get(sku) or ()

    def with_line(self, line: LineItem) -> Basket:
        """Return the basket with ``line`` added, or put in place of the one with its number."""
        old = self.line(line.number)
        assert old is not None or line.number == len(self.lines) + 1, "line numbers have no gaps"
        groups = dict(self.groups)
        if old is not None:
            _count(groups, old, -1, self.policy)
        _count(groups, line, 1, self.policy)
        list_minor, active, pieces = self._sums(old, line)
        return Basket(  # by constructor: attrs.evolve costs six times as much, on every scan
            self.policy,
            self.lines.replace(line.number - 1, line) if old else self.lines.append(line),
            groups,
            self.offers,
            self.adjustments,
            self.by_sku if old else self._indexed(line),
            list_minor,
            active,
            pieces,
            (*self.limited, line.number) if line.minimum_age_years and not old else self.limited,
        )

    def with_offers(self, changed: tuple[OfferRow, ...], removed: tuple[str, ...]) -> Basket:
        """Return the basket with offer rows replaced and their shares moved onto the lines."""
        moved: dict[int, int] = {}
        offers = dict(self.offers)
        for offer in (*removed, *(row.offer for row in changed)):
            old = offers.pop(offer, None)
            for number, minor in old.shares if old else ():
                moved[number] = moved.get(number, 0) - minor
        for row in changed:
            offers[row.offer] = row
            for number, minor in row.shares:
                moved[number] = moved.get(number, 0) + minor
        return attrs.evolve(_with_deals(self, moved), offers=offers)

    def with_adjustment_minors(self, minors: tuple[tuple[str, int], ...]) -> Basket:
        """Return the basket with discounts on the whole of it coming to other amounts."""
        if not minors:
            return self
        by_id = dict(minors)
        adjustments = tuple(
            attrs.evolve(each, minor=by_id.get(each.id, each.minor)) for each in self.adjustments
        )
        return attrs.evolve(self, adjustments=adjustments)

    def _indexed(self, line: LineItem) -> PersistentMap[str, tuple[int, ...]]:
        return self.by_sku.set(line.sku, (*self.numbers_of(line.sku), line.number))

    def _sums(self, old: LineItem | None, new: LineItem) -> tuple[int, int, int]:
        list_minor, active, pieces = self.list_minor, self.active, self.pieces_milli
        for line, sign in ((old, -1), (new, 1)):
            if line is not None and not line.voided:
                list_minor += sign * line.list_minor
                active += sign
                pieces += sign * pieces_of(line)
        return list_minor, active, pieces


def pieces_of(line: LineItem) -> int:
    """Return how many pieces a line counts as, in thousandths: weighed goods count as one."""
    if line.kind is LineKind.DEPOSIT:
        return 0
    return 1000 if line.weighed else abs(line.quantity_milli)


def taxed_milli(line: LineItem) -> int:
    """Return the quantity that fixed taxes count: negative where money goes back for it."""
    quantity = line.quantity_milli
    return -quantity if quantity * line.list_minor < 0 else quantity


def group_key(line: LineItem) -> GroupKey:
    """Return what lines must share to be summed together: a code's rate may change in a sale."""
    if given_minors(line) is not None:
        return GIVEN, tax_keys(line.taxes)
    return "+" if line.discountable else "-", tax_keys(line.taxes)


def given_minors(line: LineItem) -> tuple[int, ...] | None:
    """Return what the taxes of a line that comes back were settled to be; None: reckon them."""
    if line.back is None or line.back.taxes is None:
        return None
    return tuple(tax.minor for tax in line.back.taxes)


def _count(groups: dict[GroupKey, TaxGroup], line: LineItem, sign: int, policy: TaxPolicy) -> None:
    if line.voided:
        return
    amount, quantity = line.amount_minor, taxed_milli(line)
    minors = given_minors(line)
    if minors is None:
        minors = tax_minors(amount, line.taxes, policy.rounding, quantity)
    key = group_key(line)
    group = groups.get(key)
    if group is None:
        group = TaxGroup(line.taxes, line.discountable, tax_minor=(0,) * len(minors))
    if group.lines + sign == 0:
        del groups[key]
        return
    groups[key] = TaxGroup(
        group.taxes,
        group.discountable,
        group.lines + sign,
        group.amount_minor + sign * amount,
        tuple(sum_ + sign * minor for sum_, minor in zip(group.tax_minor, minors, strict=True)),
        group.taxed_milli + sign * quantity,
        group.discountable_minor + sign * discountable_part(amount, line.taxes, quantity)
        if group.discountable
        else 0,
    )


def _with_deals(basket: Basket, moved: dict[int, int]) -> Basket:
    for number, minor in moved.items():
        line = basket.line(number)
        if minor and line is not None:
            basket = basket.with_line(attrs.evolve(line, deal_minor=line.deal_minor + minor))
    return basket

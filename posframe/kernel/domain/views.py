"""What hooks see: a narrow read-only view of the sale, and the answers they give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe.kernel.domain.instant import Instant
from posframe.kernel.domain.item import Item
from posframe.kernel.domain.tax import TaxPolicy
from posframe.kernel.domain.totals import discountable_minor
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posframe.kernel.domain.basket import Coupon, LineItem, OfferRow
    from posframe.kernel.domain.rounding import Rounding
    from posframe.kernel.domain.tender import Tender
    from posframe.kernel.domain.totals import Totals
    from posframe.kernel.domain.transaction import Transaction


class SaleView:
    """The open transaction as a plugin may read it. Amounts are minor units."""

    __slots__ = ("_transaction",)

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @property
    def id(self) -> str:
        """The transaction's identifier."""
        return self._transaction.id

    @property
    def currency(self) -> str:
        """ISO 4217 code."""
        return self._transaction.currency

    @property
    def training(self) -> bool:
        """True: practice. Nothing it comes to moves money, goods or points."""
        return self._transaction.training

    @property
    def customer(self) -> str:
        """Neutral reference of the customer; empty: nobody's."""
        return self._transaction.customer

    @property
    def customer_plugin(self) -> str:
        """The plugin that knows the customer."""
        return self._transaction.customer_plugin

    @property
    def customer_groups(self) -> tuple[str, ...]:
        """Groups the customer belongs to."""
        return self._transaction.customer_groups

    @property
    def coupons(self) -> tuple[Coupon, ...]:
        """Coupons presented in this sale, in order."""
        return self._transaction.coupons

    @property
    def rounding(self) -> Rounding:
        """How discounts and taxes of this sale are rounded."""
        return self._transaction.basket.policy.rounding

    @property
    def totalled(self) -> bool:
        """True: the total was asked for, so a price rule may take more work to find more."""
        return self._transaction.totalled

    @property
    def tender_meant(self) -> str:
        """Id of the medium the customer means to pay with; empty: not said yet."""
        return self._transaction.tender_meant

    @property
    def opened_us(self) -> int:
        """When it began, in microseconds since 1970 UTC."""
        return self._transaction.opened_us

    @property
    def totals(self) -> Totals:
        """The sums as they stand."""
        return self._transaction.totals

    @property
    def due_minor(self) -> int:
        """What is still to be paid."""
        return self._transaction.due_minor

    @property
    def tenders(self) -> tuple[Tender, ...]:
        """All tenders so far, in order, voided ones too."""
        return self._transaction.tenders

    @property
    def offers(self) -> tuple[OfferRow, ...]:
        """Offers in force."""
        return tuple(self._transaction.basket.offers.values())

    def offer(self, id_: str) -> OfferRow | None:
        """Return the row of an offer in force."""
        return self._transaction.basket.offers.get(id_)

    @property
    def goods_minor(self) -> int:
        """What discounts and offers on the whole sale may be taken from."""
        return discountable_minor(self._transaction.basket)

    @property
    def line_count(self) -> int:
        """Number of lines, voided ones included."""
        return len(self._transaction.basket.lines)

    def lines(self) -> Iterator[LineItem]:
        """Yield the lines that count, in order."""
        return (line for line in self._transaction.basket.lines if not line.voided)

    def line(self, number: int) -> LineItem | None:
        """Return a line by its number, voided or not."""
        return self._transaction.basket.line(number)

    def lines_since(self, earlier: SaleView) -> Iterator[LineItem]:
        """Yield the lines that are not the very ones of an earlier view, voided ones too.

        In order; what both views share is passed over, so that a scan costs little in any basket.
        Lines that only the earlier one has are not told: compare ``line_count``.
        """
        before = earlier._transaction.basket.lines
        for line, known in self._transaction.basket.lines.changes_since(before):
            if line is not known:
                yield line

    def lines_of(self, sku: str) -> tuple[LineItem, ...]:
        """Return the lines of one item that count; does not walk the basket."""
        basket = self._transaction.basket
        lines = (basket.lines[number - 1] for number in basket.numbers_of(sku))
        return tuple(line for line in lines if not line.voided)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class FoundItem(Value):
    """An item, and what its code said about this piece of it."""

    item: Item
    code: str = ""
    quantity_milli: int | None = None
    """From the code: a pack size, or a weight in thousandths."""
    price_minor: int | None = None
    """From the code: the price of what is in the hand."""
    attributes: tuple[tuple[str, str], ...] = ()


@attrs.frozen(kw_only=True, eq=False, repr=False)
class FoundCustomer(Value):
    """A customer, by a neutral reference and words without personal data."""

    customer: str
    label: str = ""
    plugin: str = ""
    """Filled in by the kernel."""
    groups: tuple[str, ...] = ()
    """Groups that price lists and offers may be for, such as ``staff`` or ``trade``."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class FoundCoupon(Value):
    """A coupon that may be used in this sale."""

    coupon: str
    """The plugin's own id of it."""
    label: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class FoundPrice(Value):
    """What a price list asks for an item."""

    price_minor: int
    price_per_milli: int = 1000
    """How much of the unit the price buys."""
    price_list: str
    version: int = 0


@attrs.frozen(kw_only=True, eq=False, repr=False)
class FoundReceipt(Value):
    """A completed transaction, looked up by its receipt number."""

    transaction: str
    receipt_number: int
    copies: int


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Moment(Value):
    """All that a decision may know beside state, command and answers: time, place, a fresh id."""

    wall_us: int
    local_date: str
    """The date at the till's time zone, as YYYY-MM-DD."""
    operator: str
    id: str
    """Unique, rising; ids of what the command makes derive from it."""
    policy: TaxPolicy = TaxPolicy()
    instant: Instant = Instant(boot="", since_us=0)
    """The same moment by a clock that nobody sets."""
    approvals: tuple[str, ...] = ()
    """Ids of approvals that were given for this command."""

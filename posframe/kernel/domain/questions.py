"""Questions a decision asks of the world around it; the engine answers them through hooks.

``decide`` yields one and is sent the answer, so that a test can drive it with a list.
"""

from __future__ import annotations

from typing import Any

import attrs

from posframe.kernel.domain.basket import LineItem
from posframe.kernel.domain.tender import Tender
from posframe.kernel.domain.views import Moment, SaleView

# Questions live for microseconds and are compared by nobody: plain slots, no equality.


@attrs.frozen(eq=False, repr=False)
class FindItem:
    """Which item is it? Answer: FoundItem or None."""

    code: str
    aim: str
    at_us: int


@attrs.frozen(eq=False, repr=False)
class FindTaxes:
    """Which taxes does it bear? Answer: a tuple of Tax."""

    category: str
    department: str
    fulfilment: str
    at_us: int


@attrs.frozen(eq=False, repr=False)
class FindPrice:
    """What do price lists ask for it? Answer: FoundPrice, or None for the catalogue's own price."""

    sku: str
    quantity_milli: int
    """Of the item in the whole sale, entered by codes that sell ``pack_milli`` at once."""
    pack_milli: int
    groups: tuple[str, ...]
    at_us: int


@attrs.frozen(eq=False, repr=False)
class TellOffers:
    """Which offers are there on it? Answer: a tuple of words, for who asks for its price."""

    sku: str
    department: str
    currency: str
    at_us: int


@attrs.frozen(eq=False, repr=False)
class FindCoupon:
    """Which coupon is it? Answer: (FoundCoupon, plugin name) or None."""

    code: str
    sale: SaleView
    at_us: int


@attrs.frozen(eq=False, repr=False)
class FindCustomer:
    """Whose card is it? Answer: FoundCustomer or None."""

    code: str


@attrs.frozen(eq=False, repr=False)
class FindReceipt:
    """Which transaction has this receipt number? Answer: FoundReceipt or None."""

    receipt_number: int


@attrs.frozen(eq=False, repr=False)
class FindSale:
    """What was sold on a receipt, and what came back of it? Answer: SoldSale or None."""

    receipt_number: int = 0
    transaction: str = ""
    """Asked instead, where the receipt's number is not known."""


@attrs.frozen(eq=False, repr=False)
class PriceSale:
    """What do offers save now? Answer: OfferRows that may have changed, whole; 0 takes one away."""

    sale: SaleView
    changed: tuple[int, ...]


@attrs.frozen(eq=False, repr=False)
class VetoLines:
    """May these lines stand? Raises RuleViolation when not."""

    sale: SaleView
    lines: tuple[LineItem, ...]


@attrs.frozen(eq=False, repr=False)
class VetoTender:
    """May this tender be taken? Raises RuleViolation when not."""

    sale: SaleView
    tender: Tender


@attrs.frozen(eq=False, repr=False)
class VetoCompletion:
    """May the sale be closed? Raises RuleViolation when not."""

    sale: SaleView


@attrs.frozen(eq=False, repr=False)
class DecidePlugin:
    """What comes of a plugin's command? Answer: its own events."""

    command: Any
    sale: SaleView | None
    moment: Moment


@attrs.frozen(eq=False, repr=False)
class Contribute:
    """What do plugins add to this action? Answer: their own events."""

    sale: SaleView | None
    events: tuple[Any, ...]


@attrs.frozen(eq=False, repr=False)
class MayOpenDrawer:
    """Is the drawer opened for this? Answer: True, or False to leave it shut."""

    reason: str
    sale: SaleView | None


@attrs.frozen(eq=False, repr=False)
class JournalHead:
    """What is the last row of the journal? Answer: (sequence number, hash in hex)."""

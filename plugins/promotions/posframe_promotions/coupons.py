"""Coupons: which offer a code opens, and whether it may be used in a sale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe import FoundCoupon, RuleViolation
from posframe_promotions.conditions import PLUGIN
from posframe_promotions.windows import is_open, is_over

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import tzinfo

    from posframe import SaleView
    from posframe_promotions.terms import CouponTerms, Offer

Uses = list[tuple[str, str]]
"""(code, customer) of each use of an offer's coupons."""


def spelt(code: str) -> str:
    """Return a code as it is compared: capitals and spaces around it do not matter."""
    return code.strip().upper()


class Coupons:
    """The coupons of a till's offers."""

    def __init__(
        self, offers: Iterable[Offer], zone: tzinfo, uses: Callable[[str, str], Uses]
    ) -> None:
        self._zone = zone
        self._uses = uses
        """Uses by offer, with what sales other than the one named have presented."""
        self._by_code = {
            code: (offer, offer.coupon)
            for offer in offers
            if offer.coupon is not None
            for code in offer.coupon.codes
        }
        self._by_offer = {offer.id: (offer, coupon) for offer, coupon in self._by_code.values()}

    def identify(self, code: str, sale: SaleView, at_us: int) -> FoundCoupon | None:
        """Return the coupon a code is; None: no coupon.

        Raises:
            RuleViolation: it is one, and cannot be used in this sale.
        """
        found = self._by_code.get(spelt(code))
        if found is None:
            return None
        offer, terms = found
        if any(each.coupon == offer.id and each.plugin == PLUGIN for each in sale.coupons):
            raise RuleViolation(f"{offer.label} has its coupon already", hint="go on")
        self._check_window(offer, terms, at_us)
        self._check_customer(offer, terms, sale)
        self._check_uses(offer, terms, spelt(code), sale)
        return FoundCoupon(coupon=offer.id, label=offer.label)

    def check(self, sale: SaleView, offer_id: str) -> None:
        """Check what may have changed since a coupon was presented: whose the sale is.

        Raises:
            RuleViolation: it cannot be used by the customer the sale belongs to now.
        """
        found = self._by_offer.get(offer_id)
        if found is not None:
            offer, terms = found
            self._check_customer(offer, terms, sale)
            self._check_uses(offer, terms, "", sale)

    def _check_window(self, offer: Offer, terms: CouponTerms, at_us: int) -> None:
        for window in (terms.window, offer.window):
            if is_over(window, at_us, self._zone):
                raise RuleViolation(
                    f"The coupon for {offer.label} has expired", hint="go on without it"
                )
        if not is_open(terms.window, at_us, self._zone):
            raise RuleViolation(
                f"The coupon for {offer.label} is not valid now", hint="go on without it"
            )

    def _check_customer(self, offer: Offer, terms: CouponTerms, sale: SaleView) -> None:
        is_personal = bool(terms.customers) or terms.per_member is not None
        if is_personal and not sale.customer:
            raise RuleViolation(
                f"The coupon for {offer.label} is for members",
                hint="scan the customer's card first",
            )
        if terms.customers and sale.customer not in terms.customers:
            raise RuleViolation(
                f"The coupon for {offer.label} is another customer's",
                hint="go on without it, or take it back",
            )

    def _check_uses(self, offer: Offer, terms: CouponTerms, code: str, sale: SaleView) -> None:
        if not terms.single_use and terms.limit is None and terms.per_member is None:
            return
        uses = self._uses(offer.id, sale.id)
        if terms.single_use and any(used == code for used, _ in uses):
            raise RuleViolation(
                f"The coupon {code} is used up", hint="each is good once; go on without it"
            )
        if terms.limit is not None and len(uses) >= terms.limit:
            raise RuleViolation(
                f"The coupons for {offer.label} are used up", hint="go on without it"
            )
        if terms.per_member is not None:
            own = sum(customer == sale.customer for _, customer in uses)
            if own >= terms.per_member:
                raise RuleViolation(
                    f"This customer has used the coupon for {offer.label}",
                    hint="go on without it, or take it back",
                )

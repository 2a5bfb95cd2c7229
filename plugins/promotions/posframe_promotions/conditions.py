"""Which offers are in force for a sale: when it was opened, whose it is, what was presented."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe_promotions.windows import is_open

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo

    from posframe import SaleView
    from posframe_promotions.terms import Offer

PLUGIN = "promotions"
"""This plugin's name in till.toml, which the kernel puts beside its rows and coupons."""

Facts = tuple[int, str, tuple[str, ...], tuple[object, ...], str]
"""All that the conditions of offers look at."""


def facts_of(sale: SaleView) -> Facts:
    """Return what the offers in force depend on; of two sales with equal ones they are the same."""
    return (
        sale.opened_us,
        sale.customer,
        sale.customer_groups,
        sale.coupons,
        sale.tender_meant,
    )


def in_force(offers: Iterable[Offer], sale: SaleView, zone: tzinfo) -> tuple[Offer, ...]:
    """Return the offers that this sale may have, in their order.

    The moment that counts is the opening of the sale: who queued through the end of a happy hour
    still has it, and the price is the same whenever it is reckoned.
    """
    presented = {each.coupon for each in sale.coupons if each.plugin == PLUGIN}
    return tuple(
        offer
        for offer in offers
        if _is_for(offer, sale, presented) and is_open(offer.window, sale.opened_us, zone)
    )


def _is_for(offer: Offer, sale: SaleView, presented: set[str]) -> bool:
    if offer.tender and offer.tender != sale.tender_meant:
        return False
    if offer.members_only and not sale.customer:
        return False
    if offer.customer_groups and offer.customer_groups.isdisjoint(sale.customer_groups):
        return False
    coupon = offer.coupon
    if coupon is None:
        return True
    return offer.id in presented and (not coupon.customers or sale.customer in coupon.customers)

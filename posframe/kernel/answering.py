"""Who answers the questions a decision asks: hooks, and the journal for receipts."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from posframe.kernel.domain import questions as q

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe.kernel.activation import Hooks
    from posframe.kernel.domain.sold import SoldSale
    from posframe.kernel.domain.views import FoundReceipt


def answering(
    hooks: Hooks,
    find_receipt: Callable[[int], FoundReceipt | None],
    find_sale: Callable[[int, str], SoldSale | None],
    head: Callable[[], tuple[int, str]] = lambda: (0, ""),
) -> dict[type, Callable[[Any], Any]]:
    """Return by question what gives its answer."""
    return {
        q.FindItem: lambda a: hooks.identify_item(a.code, a.aim, a.at_us),
        q.FindTaxes: lambda a: hooks.tax_profile(a.category, a.department, a.fulfilment, a.at_us),
        q.FindPrice: lambda a: hooks.line_price(
            a.sku, a.quantity_milli, a.pack_milli, a.groups, a.at_us
        ),
        q.TellOffers: lambda a: told_offers(hooks, a),
        q.FindCoupon: lambda a: hooks.identify_coupon(a.code, a.sale, a.at_us),
        q.FindCustomer: lambda a: hooks.identify_customer(a.code),
        q.FindReceipt: lambda a: find_receipt(a.receipt_number),
        q.FindSale: lambda a: find_sale(a.receipt_number, a.transaction),
        q.JournalHead: lambda _: head(),
        q.PriceSale: lambda a: hooks.price(a.sale, a.changed),
        q.VetoLines: lambda a: hooks.before_line(a.sale, a.lines),
        q.VetoTender: lambda a: hooks.before_tender(a.sale, a.tender),
        q.VetoCompletion: lambda a: hooks.before_complete(a.sale),
        q.DecidePlugin: lambda a: hooks.decide(a.command, a.sale, a.moment),
        q.Contribute: lambda a: hooks.contribute(a.sale, a.events),
        q.MayOpenDrawer: lambda a: hooks.may_open_drawer(a.reason, a.sale),
    }


def told_offers(hooks: Hooks, asked: q.TellOffers) -> tuple[str, ...]:
    """Return what price rules say of an item; one that cannot tell, or fails, says nothing.

    Nothing is priced by these words, so that a failure is no fault of the sale's.
    """
    words: list[str] = []
    for plugin, rule in hooks.price_rules:
        tell = getattr(rule, "offers_on", None)
        if tell is None or plugin.quarantined:
            continue
        with contextlib.suppress(Exception):
            words += tell(
                asked.sku,
                department=asked.department,
                currency=asked.currency,
                at_us=asked.at_us,
            )
    return tuple(map(str, words))

"""Parts that deeds of an exception report are made of, and deeds that make a sale come to less."""

from __future__ import annotations

import attrs

from posframe.kernel.domain import events as ev
from posframe.kernel.domain.basket import LineItem, LineKind, PriceAdjustment
from posframe.kernel.domain.tax import TaxPolicy
from posframe.kernel.domain.tender import Tender
from posframe.kernel.domain.totals import Totals
from posframe.kernel.domain.transaction import Closing, Counters, Job


def opened(transaction, *, training=False, kind="sale"):
    return ev.TransactionOpened(
        transaction=transaction, number=1, kind=kind, opened_us=0, operator="1", currency="EUR",
        policy=TaxPolicy(), training=training,
    )  # fmt: skip


def goods(number, minor, **more):
    return LineItem(
        number=number, sku="A", text="A", unit_price_minor=minor, list_minor=minor, **more
    )


def off(id_, minor):
    return PriceAdjustment(id_, "amount", minor, -minor, "Discount")


def tender(minor, type_="cash"):
    return Tender(id="t", type=type_, label=type_, tendered_minor=minor, applied_minor=minor)


def completed(transaction, minor=500, *, kind="sale", tenders=None, **more):
    return ev.TransactionCompleted(
        transaction=transaction, number=1, kind=kind, receipt_number=1, opened_us=0,
        completed_us=0, operator="1", currency="EUR", lines=(), voided_lines=0, offers=(),
        adjustments=(), taxes=(), totals=Totals(),
        tenders=(tender(minor),) if tenders is None else tenders,
        closing=Closing(
            transaction=transaction, receipt_number=1, gross_minor=minor, rounding_minor=0,
            tendered_minor=minor, change_minor=0, tenders=(),
        ),
        day=Counters(), ever=Counters(), **more,
    )  # fmt: skip


def kick(subject=""):
    return ev.JobQueued(Job(id="k", kind="kick", device="drawer", subject=subject))


def approval(approver, minor=0, action="refund_cash"):
    return ev.ApprovalGiven(action=action, approver=approver, amount_minor=minor)


def voided(transaction, minor, *before):
    """A bottle and its deposit, voided by one key."""
    bottle, deposit = goods(1, minor), goods(2, 25, kind=LineKind.DEPOSIT, parent=1)
    return [
        [opened(transaction), ev.LineAdded(bottle), ev.LineAdded(deposit)],
        *before,
        [ev.LineVoided(1), ev.LineVoided(2)],
    ]


def less(transaction, minor, *before):
    """Three bottles with their deposits become one, by one key."""

    def pieces(count, off=0):
        each = {"quantity_milli": count * 1_000, "taken_off_milli": off}
        bottles = attrs.evolve(goods(1, minor), list_minor=count * minor, **each)
        deposit = goods(2, 25, kind=LineKind.DEPOSIT, parent=1)
        return bottles, attrs.evolve(deposit, list_minor=count * 25, **each)

    return [
        [opened(transaction), *map(ev.LineAdded, pieces(3))],
        *before,
        [ev.LineChanged(each, "quantity") for each in pieces(1, 2_000)],
    ]


def sold_cheap(transaction, minor):
    """A discount on one piece and a price 100 below the catalogue's; then there are nine."""

    def pieces(count):
        line = goods(1, 90_000, catalogue_price_minor=90_100)
        off_ = (off("manual-1-a", count * minor),)
        return attrs.evolve(
            line, quantity_milli=count * 1_000, list_minor=count * 90_000, adjustments=off_
        )

    return [
        [opened(transaction), ev.LineAdded(goods(1, 90_100))],
        [ev.LineChanged(pieces(1))],
        [ev.LineChanged(pieces(9), "quantity")],
        [completed(transaction)],
    ]


def cheap_all(transaction, minor):
    """A percentage on the whole sale, and then more goods are sold."""
    percent = PriceAdjustment("manual-0-a", "percent", 10_000, 0, "Discount 10 %")
    return [
        [opened(transaction), ev.LineAdded(goods(1, 90_000))],
        [ev.BasketAdjusted(percent), ev.Repriced(adjustments=(("manual-0-a", -minor),))],
        [ev.LineAdded(goods(2, 90_000)), ev.Repriced(adjustments=(("manual-0-a", -9 * minor),))],
        [completed(transaction)],
    ]


def override(transaction, minor):
    """A price by hand 100 below the catalogue's, and then two of it: still one override."""
    low = goods(1, minor, catalogue_price_minor=minor + 100)
    two = attrs.evolve(low, quantity_milli=2_000, list_minor=2 * minor)
    return [
        [opened(transaction), ev.LineAdded(goods(1, minor + 100))],
        [ev.LineChanged(low, "price"), ev.Repriced()],
        [ev.LineChanged(two, "quantity")],
    ]

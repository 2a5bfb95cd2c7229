"""Journals told deed by deed, each with the signs that a reader of the deed would expect."""

from __future__ import annotations

import attrs

from posframe.exceptions.signs import SignKind
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.approvals import Approval, Request
from posframe.kernel.domain.basket import Coupon, LineKind, PriceAdjustment, ReturnTerms
from posframe.kernel.domain.counting import Count, CountRow
from posframe.kernel.domain.event import event_name
from posframe.kernel.domain.instant import Instant
from posframe.kernel.domain.shift import Declared, Difference, Shift
from posframe.kernel.domain.transaction import Job
from posframe.kernel.ports import Recorded
from tests.exceptions.deed_parts import (
    approval,
    cheap_all,
    completed,
    goods,
    kick,
    less,
    off,
    opened,
    override,
    sold_cheap,
    tender,
    voided,
)

NOON_US = 1_767_268_800_000_000
S = 1_000_000
K = SignKind


@attrs.frozen
class Named:
    """An event that is known by its name alone."""

    event_name: str


class Tale:
    """A journal in the making: one action a second, unless told otherwise."""

    def __init__(self):
        self.rows, self.wall_us, self.date = [], NOON_US, "2026-01-01"

    def act(self, *events, actor="1", transaction="", after_us=S):
        """Write one action; an event may come with a transaction of its own, as a pair."""
        self.wall_us += after_us
        first = len(self.rows) + 1
        for each in events:
            event, about = each if isinstance(each, tuple) else (each, transaction)
            self.rows.append(
                Recorded(
                    len(self.rows) + 1, first, f"c{first}", event_name(event), 1,
                    self.wall_us, self.date, actor, about, event,
                )
            )  # fmt: skip
        return self


def _line_discounts(transaction, minor):
    once = goods(1, 90_000, adjustments=(off("manual-1-a", minor), off("back-offers", 7)))
    twice = attrs.evolve(once, adjustments=(*once.adjustments, off("manual-1-b", 5)))
    return [
        [opened(transaction), ev.LineAdded(goods(1, 90_000))],
        [ev.LineChanged(once)],
        [ev.LineChanged(twice)],
    ]


def _basket_discount(transaction, minor):
    """Ten percent: what it comes to is in the pricing of the same action."""
    percent = PriceAdjustment("manual-0-a", "percent", 10_000, 0, "Discount 10 %")
    return [
        [opened(transaction), ev.LineAdded(goods(1, 90_000))],
        [ev.BasketAdjusted(percent), ev.Repriced(adjustments=(("manual-0-a", -minor),))],
        [ev.LineVoided(9), ev.Repriced(adjustments=(("manual-0-a", -1), ("x", -1)))],
    ]


def _blind(minor):
    return goods(1, -minor, kind=LineKind.RETURN, back=ReturnTerms(reason="broken"))


def _resolved(minor, approver):
    said = ev.PaymentResolved(id="p", paid=True, amount_minor=minor, approver=approver)
    return [[said, approval(approver, minor, "resolve_payment")]]


COUPON = Coupon(coupon="c", code="C", label="C", plugin="p")


def asking(minor):
    return Request(permission="refund_cash", amount_minor=minor, operator="SELF")


def granted(minor):
    return Approval(
        id="a", request=asking(minor), approver="boss", reason="so", at=Instant(boot="", since_us=0)
    )


def shift(id_, differs_minor, *, first=None, card=0, by="boss"):
    """A shift of SELF with 100.00 expected, counted once or twice and confirmed: its actions."""

    def counted(minor):
        row = CountRow(denomination_minor=1, pieces=10_000 + minor)
        return Declared(operator="SELF", at_us=0, cash=Count(rows=(row,)))

    def minor(declared):
        return declared.cash.total_minor - 10_000

    begun = Shift(id=id_, business_date="", drawer="1", operator="SELF", opened_us=0)
    counts = [counted(each) for each in (first, differs_minor) if each is not None]
    found = (
        Difference(type="cash", expected_minor=10_000, declared_minor=10_000 + minor(counts[-1])),
        Difference(type="card", expected_minor=card, declared_minor=0),
    )
    whole = attrs.evolve(begun, counts=tuple(counts), confirmed_by=by)
    again = [[(ev.ShiftRecounted(id=id_, declared=each), "")] for each in counts[1:]]
    return [
        [(ev.ShiftOpened(shift=begun), ""), (kick(), "")],
        [(kick(), ""), (ev.ShiftEnded(id=id_, declared=counts[0]), "")],
        *again,
        [(ev.ShiftConfirmed(shift=whole, differences=found), "")],
    ]


DEEDS = {
    # name: (deed of transaction and amount -> actions, amount -> [(kind, amount)])
    "sale": (
        lambda t, m: [[opened(t), ev.LineAdded(goods(1, m))], [completed(t, m), kick(t)]],
        lambda m: [],
    ),
    "void": (voided, lambda m: [(K.LINE_VOID, m + 25)]),
    "void after total": (
        lambda t, m: voided(t, m, [ev.Totalled()]),
        lambda m: [(K.VOID_AFTER_TOTAL, m + 25)],
    ),
    "void after money": (
        lambda t, m: voided(t, m, [ev.TenderApplied(tender(m))]),
        lambda m: [(K.VOID_AFTER_TOTAL, m + 25)],
    ),
    "override": (override, lambda m: [(K.PRICE_OVERRIDE, 100)]),
    "line discounts": (
        _line_discounts, lambda m: [(K.MANUAL_DISCOUNT, m), (K.MANUAL_DISCOUNT, 5)],
    ),
    "basket discount": (
        _basket_discount, lambda m: [(K.MANUAL_DISCOUNT, m), (K.LINE_VOID, 0)],
    ),
    "no sale": (lambda t, m: [[(ev.CashMoved("no_sale", 0), ""), (kick(), "")]],
                lambda m: [(K.NO_SALE, 0)]),
    "skim": (lambda t, m: [[(ev.CashMoved("skim", -m), "")]], lambda m: [(K.SKIM, m)]),
    "less": (less, lambda m: [(K.LINE_VOID, 2 * m + 50)]),
    "less after total": (
        lambda t, m: less(t, m, [ev.Totalled()]),
        lambda m: [(K.VOID_AFTER_TOTAL, 2 * m + 50)],
    ),
    "sold cheap": (sold_cheap, lambda m: [(K.MANUAL_DISCOUNT, 9 * m), (K.PRICE_OVERRIDE, 900)]),
    "cheap all": (cheap_all, lambda m: [(K.MANUAL_DISCOUNT, 9 * m)]),
    "pickup": (lambda t, m: [[(kick(), ""), (ev.CashMoved("pickup", -m), "")]], lambda m: []),
    "paid out": (lambda t, m: [[(ev.CashMoved("paid_out", -m), "")]],
                 lambda m: [(K.PAID_OUT, m)]),
    "lone kick": (lambda t, m: [[(kick(), "")]], lambda m: [(K.DRAWER_WITHOUT_SALE, 0)]),
    "print": (lambda t, m: [[ev.JobQueued(Job(id="p", kind="print", device="printer"))]],
              lambda m: []),
    "refund": (
        lambda t, m: [[opened(t)], [completed(t, -m - 3, tenders=(
            tender(-m), tender(-1, "gift_card"), tender(-2, "gift_card")), refers_to=("old",))]],
        lambda m: [(K.REFUND, m + 3)],
    ),
    "blind return": (
        lambda t, m: [[opened(t), ev.LineAdded(_blind(m))], [ev.LineChanged(_blind(m))]],
        lambda m: [(K.BLIND_RETURN, m)],
    ),
    "return": (
        lambda t, m: [[opened(t), ev.LineAdded(
            goods(1, -m, kind=LineKind.RETURN, original="old"))]],
        lambda m: [],
    ),
    "post-void": (
        lambda t, m: [[opened(t, kind="void"), completed(t, -m, kind="void", refers_to=("old",),
                                                         tenders=(tender(-m),))]],
        lambda m: [(K.POST_VOID, m)],
    ),
    "cancelled": (
        lambda t, m: [[opened(t)], [ev.TransactionCancelled(
            transaction=t, number=1, gross_minor=m, lines=2)]],
        lambda m: [(K.CANCELLED, m)],
    ),
    "cancelled empty": (
        lambda t, m: [[opened(t)], [ev.TransactionCancelled(
            transaction=t, number=1, gross_minor=0, lines=0)]],
        lambda m: [],
    ),
    "cancelled late": (
        lambda t, m: [[opened(t)], [ev.Totalled()], [ev.TransactionCancelled(
            transaction=t, number=1, gross_minor=m, lines=2)]],
        lambda m: [(K.CANCELLED_AFTER_TOTAL, m)],
    ),
    "own word": (
        lambda t, m: _resolved(m, "SELF"),
        lambda m: [(K.RESOLVED_BY_HAND, m), (K.OWN_APPROVAL, m)],
    ),
    "another's word": (
        lambda t, m: _resolved(m, "boss"),
        lambda m: [(K.RESOLVED_BY_HAND, m), (K.APPROVAL_TAKEN, m), (K.APPROVAL_GIVEN, m),
                   (K.APPROVAL_PAIR, m)],
    ),
    "given back": (
        lambda t, m: [[ev.PaymentReversed(id="p", how="cash", said_by="boss")],
                      [ev.PaymentReversed(id="q")]],
        lambda m: [(K.GIVEN_BACK_BY_HAND, 0)],
    ),
    "copy": (lambda t, m: [[(ev.CopyAsked(t, 7, 1), "")]], lambda m: [(K.COPY, 0)]),
    "look": (lambda t, m: [[(ev.PriceLooked(sku="A"), "")]], lambda m: [(K.PRICE_LOOK, 0)]),
    "asked": (
        lambda t, m: [[(ev.ApprovalAsked(request=asking(m)), "")],
                      [(ev.ApprovalDenied(request=asking(m), approver="boss"), "")]],
        lambda m: [(K.APPROVAL_ASKED, m), (K.APPROVAL_DENIED, m)],
    ),
    "tried": (
        lambda t, m: [[(ev.ApprovalDenied(
            request=asking(m), approver="boss", without_say=True), "")]],
        lambda m: [(K.TRIED_TO_APPROVE, m)],
    ),
    "granted": (
        lambda t, m: [[(ev.ApprovalAsked(request=asking(m)), "")],
                      [(ev.ApprovalGranted(approval=granted(m), mark="b"), "")]],
        lambda m: [(K.APPROVAL_ASKED, m)],
    ),
    "late discount": (
        lambda t, m: [[opened(t), ev.LineAdded(goods(1, 90_000))], [ev.Totalled()],
                      [ev.LineChanged(goods(1, 90_000, adjustments=(off("manual-1-a", m),)))]],
        lambda m: [(K.MANUAL_DISCOUNT, m), (K.CUT_AFTER_TOTAL, m)],
    ),
    "late price": (
        lambda t, m: [[opened(t), ev.LineAdded(goods(1, m + 100))], [ev.Totalled()],
                      [ev.LineChanged(goods(1, m, catalogue_price_minor=m + 100))]],
        lambda m: [(K.PRICE_OVERRIDE, 100), (K.CUT_AFTER_TOTAL, 100)],
    ),
    "dearer late": (
        lambda t, m: [[opened(t), ev.LineAdded(goods(1, m))], [ev.Totalled()],
                      [ev.LineChanged(goods(1, m + 100, catalogue_price_minor=m))]],
        lambda m: [(K.PRICE_OVERRIDE, -100)],
    ),
    "late coupon": (
        lambda t, m: [[opened(t), ev.LineAdded(goods(1, m))], [ev.CouponAdded(COUPON)],
                      [ev.Totalled()], [ev.CouponAdded(COUPON)]],
        lambda m: [(K.CUT_AFTER_TOTAL, 0)],
    ),
    "late basket discount": (
        lambda t, m: [[opened(t), ev.LineAdded(goods(1, 90_000))], [ev.Totalled()],
                      [ev.BasketAdjusted(off("manual-0-a", m)),
                       ev.Repriced(adjustments=(("manual-0-a", -m),))]],
        lambda m: [(K.MANUAL_DISCOUNT, m), (K.CUT_AFTER_TOTAL, m)],
    ),
    "freed": (lambda t, m: [[(ev.NumberFreed(mark="m"), "")]], lambda m: [(K.NUMBER_FREED, 0)]),
    "short": (lambda t, m: shift(t, -m), lambda m: [(K.CASH_SHORT, m)]),
    "over": (lambda t, m: shift(t, m), lambda m: [(K.CASH_OVER, -m)]),
    "right": (lambda t, m: shift(t, 0), lambda m: []),
    "slips": (lambda t, m: shift(t, 0, card=m), lambda m: [(K.SUMS_DIFFER, 0)]),
    "own takings": (lambda t, m: shift(t, 0, by="SELF"), lambda m: [(K.SELF_CONFIRMED, 0)]),
    "recounted": (
        lambda t, m: shift(t, -m, first=-m - 5),
        lambda m: [(K.RECOUNTED, 0), (K.CASH_SHORT, m)],
    ),
    "agreed again": (
        lambda t, m: shift(t, 0, first=-m), lambda m: [(K.RECOUNTED, 0), (K.AGREED_AGAIN, 0)],
    ),
    "member": (lambda t, m: [[opened(t), completed(t, m, customer="c-1")]],
               lambda m: [(K.MEMBER_SALE, m)]),
}  # fmt: skip
"""All deeds; whoever approves is ``boss``, or ``SELF`` for the one who does it."""
TILL_DEEDS = {
    "no sale", "pickup", "skim", "tried", "paid out", "lone kick", "look", "asked", "granted",
    "freed", "short", "over", "right", "slips", "own takings", "recounted", "agreed again",
}  # fmt: skip
"""Those that belong to no transaction."""


def as_by(value, operator):
    """Return an event, or a part of one, in which SELF is the one who acts."""
    if value == "SELF":
        return operator
    if isinstance(value, tuple):
        return tuple(as_by(each, operator) for each in value)
    if attrs.has(type(value)):
        parts = {each.name: getattr(value, each.name) for each in attrs.fields(type(value))}
        told = {name: as_by(each, operator) for name, each in parts.items()}
        changed = {name: each for name, each in told.items() if each is not parts[name]}
        return attrs.evolve(value, **changed) if changed else value
    return value


def told(deeds, order=None):
    """Return the journal of deeds, and what it should show: (operator, kind, amount) of each sign.

    Args:
        deeds: (operator, name of the deed, amount, whether it is training) of each.
        order: which deed goes on next, over and over; None: one after the other.
    """
    expected, queues = [], []
    for at, (operator, name, minor, training) in enumerate(deeds):
        actions, shows = DEEDS[name]
        practice = training and name not in TILL_DEEDS
        before = [[opened(f"s{at}", training=True)]] if practice else []
        queues.append([(at, operator, each) for each in (*before, *actions(f"s{at}", minor))])
        for kind, amount in () if practice else shows(minor):
            of_boss = kind in {K.APPROVAL_GIVEN, K.TRIED_TO_APPROVE}
            expected.append(("boss" if of_boss else operator, kind, amount))
    tale = Tale()
    steps = iter(order or ())
    while any(queues):
        open_ = [queue for queue in queues if queue]
        at, operator, action = open_[next(steps, 0) % len(open_)].pop(0)
        events = [
            (as_by(each[0], operator), each[1]) if isinstance(each, tuple)
            else as_by(each, operator)
            for each in action
        ]  # fmt: skip
        tale.act(*events, actor=operator, transaction=f"s{at}")
    return tale.rows, expected

"""The table of rules: each pattern with what is usual of it and what more weighs."""

from __future__ import annotations

from typing import Literal

import attrs

from posframe.exceptions.signs import SignKind
from posframe.value import Value


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Rule(Value):
    """One pattern: which signs it looks at, how many are usual, and what each more weighs."""

    id: str
    words: str
    kinds: tuple[SignKind, ...]
    tags: tuple[str, ...] = ()
    """Only signs with one of these; empty: all."""
    after: tuple[SignKind, ...] = ()
    """Only signs that come behind one of these; empty: all."""
    opposite: bool = False
    """True: only where the sign right before it, of those, is of another kind."""
    same: Literal["operator", "goods"] = "operator"
    """What the sign before has in common: who did it, or the receipt that goods came back on."""
    within_s: int = 0
    """How long before it may be; 0: any time."""
    span: Literal["day", "period"] = "day"
    """What ``free`` is for: a business day, or all days that are looked at together."""
    per_tag: bool = False
    """True: what is usual is so for each tag, such as each member."""
    free: int = 0
    """How many an operator has in its span before they count."""
    weight: int = 1
    """Points of each that counts."""
    least_minor: int = 0
    """Signs of smaller amounts are left out."""


_K = SignKind
RULES: tuple[Rule, ...] = (
    Rule(
        id="void_after_total",
        words="Lines voided after the total was told or money was taken",
        kinds=(_K.VOID_AFTER_TOTAL,),
        free=2,
        weight=10,
    ),
    Rule(id="line_voids", words="Lines voided", kinds=(_K.LINE_VOID,), free=10, weight=1),
    Rule(
        id="cancelled_after_total",
        words="Sales cancelled after the total was told or money was taken",
        kinds=(_K.CANCELLED_AFTER_TOTAL,),
        free=1,
        weight=10,
    ),
    Rule(id="cancelled", words="Sales cancelled", kinds=(_K.CANCELLED,), free=3, weight=3),
    Rule(id="post_voids", words="Receipts undone", kinds=(_K.POST_VOID,), free=1, weight=10),
    Rule(
        id="no_sale_after_void",
        words="Drawer opened without a sale soon after a void",
        kinds=(_K.NO_SALE, _K.DRAWER_WITHOUT_SALE),
        after=(
            _K.LINE_VOID,
            _K.VOID_AFTER_TOTAL,
            _K.CANCELLED,
            _K.CANCELLED_AFTER_TOTAL,
            _K.POST_VOID,
        ),
        within_s=60,
        weight=25,
    ),
    Rule(id="no_sales", words="Drawer opened by no-sale", kinds=(_K.NO_SALE,), free=2, weight=5),
    Rule(
        id="drawer_without_sale",
        words="Drawer opened with no sale and no movement of cash",
        kinds=(_K.DRAWER_WITHOUT_SALE,),
        weight=15,
    ),
    Rule(id="paid_out", words="Cash paid out", kinds=(_K.PAID_OUT,), free=2, weight=3),
    Rule(id="skims", words="Notes taken to the safe", kinds=(_K.SKIM,), free=6, weight=2),
    Rule(
        id="large_skims",
        words="Many notes taken to the safe at once",
        kinds=(_K.SKIM,),
        weight=5,
        least_minor=50_000,
    ),
    Rule(
        id="price_overrides",
        words="Prices changed by hand",
        kinds=(_K.PRICE_OVERRIDE,),
        free=3,
        weight=4,
    ),
    Rule(
        id="manual_discounts",
        words="Discounts given by hand",
        kinds=(_K.MANUAL_DISCOUNT,),
        free=5,
        weight=3,
    ),
    Rule(
        id="cut_after_total",
        words="Prices, discounts and coupons that came after the total was told",
        kinds=(_K.CUT_AFTER_TOTAL,),
        free=3,
        weight=5,
    ),
    Rule(id="refunds", words="Money given back", kinds=(_K.REFUND,), free=5, weight=2),
    Rule(
        id="blind_returns",
        words="Goods taken back without a receipt",
        kinds=(_K.BLIND_RETURN,),
        weight=10,
    ),
    Rule(
        id="refund_to_card",
        words="Money given back to a gift card or as store credit",
        kinds=(_K.REFUND,),
        tags=("gift_card", "store_credit"),
        weight=10,
    ),
    Rule(
        id="copy_then_refund",
        words="Receipt copied, and then its goods returned or undone",
        kinds=(_K.REFUND, _K.POST_VOID),
        after=(_K.COPY,),
        same="goods",
        weight=20,
    ),
    Rule(id="copies", words="Receipts copied", kinds=(_K.COPY,), free=3, weight=2),
    Rule(
        id="payments_by_word",
        words="Payments settled by a person's word",
        kinds=(_K.RESOLVED_BY_HAND, _K.GIVEN_BACK_BY_HAND),
        weight=10,
    ),
    Rule(
        id="own_approvals",
        words="Approvals given to oneself",
        kinds=(_K.OWN_APPROVAL,),
        weight=15,
    ),
    Rule(
        id="approvals_denied",
        words="Approvals denied",
        kinds=(_K.APPROVAL_DENIED,),
        free=1,
        weight=5,
    ),
    Rule(
        id="tried_to_approve",
        words="Tried to approve without a say",
        kinds=(_K.TRIED_TO_APPROVE,),
        free=1,
        weight=5,
    ),
    Rule(
        id="approvals_given",
        words="Approvals given to others",
        kinds=(_K.APPROVAL_GIVEN,),
        free=30,
        weight=1,
    ),
    Rule(
        id="same_approver",
        words="One approver for many approvals of one operator",
        kinds=(_K.APPROVAL_PAIR,),
        per_tag=True,
        free=8,
        weight=3,
    ),
    Rule(
        id="wrong_pins",
        words="Wrong PINs typed on one's number, or on a number nobody is known by",
        kinds=(_K.WRONG_PIN,),
        free=4,
        weight=3,
    ),
    Rule(
        id="guessed_pins",
        words="Wrong PINs typed at a till where one was signed in",
        kinds=(_K.GUESSED_PIN,),
        free=4,
        weight=5,
    ),
    Rule(
        id="numbers_freed",
        words="Locked numbers freed",
        kinds=(_K.NUMBER_FREED,),
        free=2,
        weight=3,
    ),
    Rule(
        id="cash_short",
        words="Drawer short of cash",
        kinds=(_K.CASH_SHORT,),
        weight=5,
        least_minor=100,
    ),
    Rule(
        id="cash_over",
        words="Drawer over in cash",
        kinds=(_K.CASH_OVER,),
        weight=3,
        least_minor=100,
    ),
    Rule(
        id="short_again",
        words="Drawer short of cash again and again",
        kinds=(_K.CASH_SHORT,),
        span="period",
        free=2,
        weight=10,
        least_minor=100,
    ),
    Rule(
        id="short_after_over",
        words="Drawer short of cash after it had been over, or the other way round",
        kinds=(_K.CASH_SHORT, _K.CASH_OVER),
        after=(_K.CASH_SHORT, _K.CASH_OVER),
        opposite=True,
        span="period",
        free=1,
        weight=5,
        least_minor=100,
    ),
    Rule(
        id="sums_differ",
        words="Slips, vouchers, foreign notes or the float that differed",
        kinds=(_K.SUMS_DIFFER,),
        weight=3,
    ),
    Rule(
        id="recounts",
        words="Drawer counted again",
        kinds=(_K.RECOUNTED,),
        span="period",
        free=2,
        weight=2,
    ),
    Rule(
        id="agreed_again",
        words="Drawer right to the last coin, but only when counted again",
        kinds=(_K.AGREED_AGAIN,),
        weight=10,
    ),
    Rule(
        id="unconfirmed",
        words="Takings that nobody had confirmed when the day was closed",
        kinds=(_K.UNCONFIRMED,),
        weight=5,
    ),
    Rule(
        id="self_confirmed",
        words="Takings confirmed by who had counted them",
        kinds=(_K.SELF_CONFIRMED,),
        weight=10,
    ),
    Rule(
        id="same_member",
        words="One member in many sales of one operator",
        kinds=(_K.MEMBER_SALE,),
        per_tag=True,
        free=3,
        weight=10,
    ),
    Rule(id="price_looks", words="Prices looked up", kinds=(_K.PRICE_LOOK,), free=30, weight=1),
    Rule(
        id="clock_jumps",
        words="Clock put back or forward",
        kinds=(_K.CLOCK_BACK, _K.CLOCK_FORWARD),
        weight=10,
    ),
)

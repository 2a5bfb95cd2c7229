"""Signs: what an operator did that is worth counting, each counted once. Weighs nothing."""

from __future__ import annotations

import enum

import attrs

from posframe.value import Value


class SignKind(enum.Enum):
    """What happened."""

    LINE_VOID = "line_void"
    """A line taken back, or a part of one by a lower quantity."""
    VOID_AFTER_TOTAL = "void_after_total"
    CANCELLED = "cancelled"
    CANCELLED_AFTER_TOTAL = "cancelled_after_total"
    POST_VOID = "post_void"
    PRICE_OVERRIDE = "price_override"
    MANUAL_DISCOUNT = "manual_discount"
    CUT_AFTER_TOTAL = "cut_after_total"
    """A price, discount or coupon that came when the customer had been told what it costs."""
    NO_SALE = "no_sale"
    DRAWER_WITHOUT_SALE = "drawer_without_sale"
    PAID_OUT = "paid_out"
    SKIM = "skim"
    REFUND = "refund"
    BLIND_RETURN = "blind_return"
    RESOLVED_BY_HAND = "resolved_by_hand"
    GIVEN_BACK_BY_HAND = "given_back_by_hand"
    APPROVAL_ASKED = "approval_asked"
    APPROVAL_DENIED = "approval_denied"
    TRIED_TO_APPROVE = "tried_to_approve"
    """Of who had no say in it, and not of who asked."""
    APPROVAL_TAKEN = "approval_taken"
    APPROVAL_GIVEN = "approval_given"
    OWN_APPROVAL = "own_approval"
    APPROVAL_PAIR = "approval_pair"
    """Tagged with who approved, to see whether it is always the same one."""
    COPY = "copy"
    PRICE_LOOK = "price_look"
    WRONG_PIN = "wrong_pin"
    """Of whose number it is; nobody's, where the number is not known."""
    GUESSED_PIN = "guessed_pin"
    """Of who was signed in while it was typed."""
    NUMBER_FREED = "number_freed"
    CASH_SHORT = "cash_short"
    CASH_OVER = "cash_over"
    SUMS_DIFFER = "sums_differ"
    """Slips, vouchers, foreign notes or the float."""
    RECOUNTED = "recounted"
    AGREED_AGAIN = "agreed_again"
    """The cash was right to the minor unit, but only when counted again."""
    UNCONFIRMED = "unconfirmed"
    SELF_CONFIRMED = "self_confirmed"
    CLOCK_BACK = "clock_back"
    CLOCK_FORWARD = "clock_forward"
    MEMBER_SALE = "member_sale"
    """No sign by itself: a member who buys too often of one operator is."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Sign(Value):
    """One thing that happened. Amounts are minor units, positive where the shop has less."""

    kind: SignKind
    operator: str
    """Who did it; empty: nobody was signed in."""
    business_date: str
    seq: int
    rows: tuple[int, ...]
    """Sequence numbers of all rows it rests on."""
    wall_us: int
    transaction: str = ""
    minor: int = 0
    tags: tuple[str, ...] = ()
    """Tender types of a refund, the permission of an approval, the member of a sale, the approver
    of a pair, what of a shift differs."""
    refers: tuple[str, ...] = ()
    """For a refund: the transactions whose goods came back."""

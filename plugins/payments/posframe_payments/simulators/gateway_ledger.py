"""A simulated gateway's payments, its customers, and what the acquirer behind it booked.

It goes on by itself, as a far side does: what it was asked for is booked though nobody listens any
more. Its truth is the ledger of an ``Acquirer``.
"""

from __future__ import annotations

import asyncio
from typing import Final

import attrs

from posframe_payments.simulators.acquirer import Acquirer, Movement

FAULTS: Final = (
    "unreachable",  # the line breaks before the terminal is named
    "lost request",  # the line breaks, nothing was heard
    "late request",  # heard late, never answered
    "lost answer",  # heard, and the line breaks
    "lost reversal",  # given back, and the line breaks
    "twice",  # answers twice
    "half",  # answers with half a message
    "garbage",  # answers with no JSON, having heard nothing
    "page",  # something on the way answers with a page of its own
    "elsewhere",  # something on the way says that it has moved
    "out of order",  # an error 500, having heard it
    "busy",  # another payment is under way, it says; having heard nothing
    "other amount",  # names another amount, once
    "foreign",  # answers about another payment
    "lost poll",  # the line breaks while it is asked how it stands
    "decline",  # the customer's bank declines
    "decline and charge",  # it declines, and charges late
    "deaf to cancel",  # no cancel is heeded
    "settled",  # no reversal: the bank has it already
)
QR: Final = "https://pay.example/"


class Refusal(Exception):
    """The gateway does not do it, and did nothing."""

    def __init__(self, status: int, error: str, words: str = "") -> None:
        super().__init__(error)
        self.status, self.error, self.words = status, error, words


@attrs.define(kw_only=True)
class Kept:
    """One payment or refund as the gateway keeps it."""

    payment: str
    kind: str = ""
    asked_minor: int = 0
    currency: str = ""
    terminal: str = ""
    original: str = ""
    by: str = ""
    status: str = "cancelled"
    """A payment that was cancelled before it was asked for is kept too: it is refused for ever."""
    reference: str = ""
    taken_minor: int = 0
    tip_minor: int = 0
    words: str = ""
    movement: int | None = None
    is_handed_in: bool = False
    wanted: bytes = b""


@attrs.frozen(kw_only=True)
class HandedIn:
    """One batch."""

    batch: str
    count: int
    gross_minor: int


class GatewayLedger:
    """The far side without its wire."""

    def __init__(self, terminal: str = "R-1", *, customer_s: float = 1.0) -> None:
        """Make an empty ledger.

        Args:
            terminal: what its reader, or the shop's account, is called.
            customer_s: how long customers take; below 0: they never pay.
        """
        self.terminal, self.customer_s = terminal, customer_s
        self.acquirer = Acquirer()
        self.late_s = 30.0
        self.is_online = True
        self.tip_minor, self.takes_minor = 0, 0
        """What the next customer adds; what the card has only, where that is above zero."""
        self.payments: dict[str, Kept] = {}
        self.changed: list[str] = []
        """Payments whose status changed, in order; what webhooks tell."""
        self._batches: dict[str, HandedIn] = {}
        self._faults: dict[str, int] = {}

    def fail(self, name: str, times: int = 1) -> None:
        """Have something go wrong ``times`` times; names are those of `FAULTS`."""
        assert name in FAULTS, f"{name!r} is none of {', '.join(FAULTS)}"
        self._faults[name] = times

    def happens(self, name: str) -> bool:
        """Tell whether a fault happens now, and count it down."""
        assert name in FAULTS, f"{name!r} is none of {', '.join(FAULTS)}"
        left = self._faults.get(name, 0)
        self._faults[name] = max(0, left - 1)
        return left > 0

    def taken(self, payment: str) -> list[int]:
        """Return the amounts charged under a payment of the till's, in minor units."""
        return [each.amount_minor for each in self._moved(payment) if each.kind == "charge"]

    def returned(self, payment: str) -> list[int]:
        """Return the amounts that went back under it."""
        moved = self._moved(payment)
        return [each.amount_minor for each in moved if each.kind == "refund" or not each.stands]

    def ask(self, wanted: Kept) -> Kept:
        """Take a payment in, and let things go their way; a copy of it changes nothing.

        Raises:
            Refusal: another payment has that name.
        """
        known = self.payments.get(wanted.payment)
        if known is not None:
            if known.wanted and known.wanted != wanted.wanted:
                raise Refusal(409, "conflict", "another payment has that name")
            return known
        self.payments[wanted.payment] = wanted
        wanted.reference = f"G{len(self.payments):06d}"
        wanted.status = "pending"
        if wanted.kind == "refund":
            self._refund(wanted)
        elif self.customer_s >= 0:
            self._later(self.customer_s, wanted)
        return wanted

    def known(self, payment: str) -> Kept:
        """Return a payment.

        Raises:
            Refusal: it is not known.
        """
        if payment not in self.payments:
            raise Refusal(404, "not_found")
        return self.payments[payment]

    def cancel(self, payment: str) -> Kept:
        """Give a payment up where it is not too late; one not known yet is refused for ever."""
        known = self.payments.setdefault(payment, Kept(payment=payment))
        if known.status == "pending" and not self.happens("deaf to cancel"):
            self._change(known, "cancelled", "the till cancelled it")
        return known

    def reverse(self, payment: str) -> Kept:
        """Give all of a payment back; one given back stays so.

        Raises:
            Refusal: it is not known, not paid, or too late.
        """
        known = self.known(payment)
        if known.status == "reversed":
            return known
        if known.status == "pending" or known.kind == "refund":
            raise Refusal(409, "not_now", "that cannot be reversed")
        if known.status == "approved":
            if known.is_handed_in or self.happens("settled"):
                raise Refusal(409, "settled", "the bank has it already")
            assert known.movement is not None, "it was booked"
            self.acquirer.reverse(known.movement, at_s=_now_s())
            self._change(known, "reversed", "given back")
        return known

    def hand_in(self, key: str) -> HandedIn:
        """Hand in what is booked and was not yet; by the same key nothing more."""
        if key not in self._batches:
            open_ = [
                each
                for each in self.payments.values()
                if each.status == "approved" and not each.is_handed_in
            ]
            for each in open_:
                each.is_handed_in = True
            signs = {"charge": 1, "refund": -1}
            self._batches[key] = HandedIn(
                batch=f"B{len(self._batches) + 1:04d}",
                count=len(open_),
                gross_minor=sum(signs[each.kind] * each.taken_minor for each in open_),
            )
        return self._batches[key]

    def pay(self, kept: Kept) -> None:
        """Let the customer of a payment come to an end with it."""
        if kept.status != "pending":
            return
        if self.happens("decline"):
            self._change(kept, "declined", "the bank declines")
        elif self.happens("decline and charge"):
            self._change(kept, "declined", "the bank declines")
            asyncio.get_running_loop().call_later(self.late_s, self._book, kept)
        else:
            self._book(kept)

    def _book(self, kept: Kept) -> None:
        taken = min(self.takes_minor or kept.asked_minor, kept.asked_minor)
        kept.tip_minor, self.tip_minor, self.takes_minor = self.tip_minor, 0, 0
        kept.taken_minor = taken + kept.tip_minor
        kept.movement = self.acquirer.charge(
            kept.taken_minor, terminal=kept.terminal, reference=kept.reference, at_s=_now_s()
        ).number
        self._change(kept, "approved", "approved")

    def _refund(self, kept: Kept) -> None:
        if kept.asked_minor > self._left(kept.original):
            self._change(kept, "declined", "more than is left of the payment")
            return
        kept.taken_minor = kept.asked_minor
        kept.movement = self.acquirer.refund(
            kept.asked_minor, terminal=kept.terminal, reference=kept.reference, at_s=_now_s()
        ).number
        self._change(kept, "approved", "given back")

    def _left(self, reference: str) -> int:
        charged = [each for each in self.payments.values() if each.reference == reference]
        back = [each for each in self.payments.values() if each.original == reference]
        taken = sum(each.taken_minor for each in charged if each.status == "approved")
        return taken - sum(each.taken_minor for each in back if each.status == "approved")

    def _change(self, kept: Kept, status: str, words: str) -> None:
        kept.status, kept.words = status, words
        self.changed.append(kept.payment)

    def _later(self, after_s: float, kept: Kept) -> None:
        asyncio.get_running_loop().call_later(after_s, self.pay, kept)

    def _moved(self, payment: str) -> list[Movement]:
        known = self.payments.get(payment)
        reference = known.reference if known else ""
        return [
            each for each in self.acquirer.movements if reference and each.reference == reference
        ]


def _now_s() -> float:
    return asyncio.get_running_loop().time()

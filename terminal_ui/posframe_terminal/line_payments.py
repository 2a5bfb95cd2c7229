"""Payments in line mode: what becomes of them is said as it comes, and the list by places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from posframe import events, format_minor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from posframe import Outcome, Till

_TYPED: Final = {
    "cancel": ".cancelpay {place}",
    "paid": ".resolve {place} paid AMOUNT NUMBER by=WHO",
    "not paid": ".resolve {place} not by=WHO",
    "given back": ".givenback {place} HOW by=WHO",
}


class LinePayments:
    """Tells what nobody typed: a sale that was paid, a payment that is in doubt."""

    def __init__(self, till: Till, exponent: int, say: Callable[[list[str]], None]) -> None:
        """``say`` is called on the engine thread and must not wait."""
        self._till, self._exponent, self._say = till, exponent, say
        self._told: frozenset[str] = frozenset(till.notices())
        self._payments: object = till.state.payments
        till.listen(self._after)

    def close(self) -> None:
        """Tell nothing more."""
        self._till.unlisten(self._after)

    def _after(self, outcomes: list[Outcome]) -> None:
        said = [words for outcome in outcomes for words in self._ended(outcome)]
        payments = self._till.state.payments
        if payments is not self._payments:  # most commits are about goods
            self._payments = payments
            notices = self._till.notices()
            said += [f"{each}." for each in notices if each not in self._told]
            self._told = frozenset(notices)
        if said:
            self._say(said)

    def _ended(self, outcome: Outcome) -> list[str]:
        """Return what is said of a sale that ended by a provider's answer, not by an entry."""
        found = {type(row.event): row.event for row in outcome.recorded}
        completed = found.get(events.TransactionCompleted)
        if completed is None or events.PaymentApproved not in found:
            return []
        if events.PaymentResolved in found:
            return []  # a person's word, typed here: it is answered there
        closing = completed.closing
        total_minor = closing.gross_minor + closing.rounding_minor
        if total_minor < 0:
            given_back = format_minor(-total_minor, self._exponent)
            return [f"{outcome.words}.", f"Given back {given_back}."]
        total = format_minor(total_minor, self._exponent)
        change = format_minor(closing.change_minor, self._exponent)
        return [f"{outcome.words}.", f"Paid {total}, change {change}."]


def payment_sentence(place: int, payment: Mapping[str, Any], exponent: int) -> str:
    """Return a payment of the list in words, with what can be typed about it."""
    amount = format_minor(payment["amount"], exponent)
    since = payment["since"][11:16]
    words = payment["words"]
    stop = "" if words.endswith((".", "?")) else "."
    what = f"Payment {place}: {payment['label']} {amount} of {payment['sale']}"
    typed = [_TYPED[each].format(place=place) for each in payment["answers"]]
    can = f" Type {', or '.join(typed)}." if typed else ""
    return f"{what}, {payment['standing']} since {since}: {words}{stop}{can}"

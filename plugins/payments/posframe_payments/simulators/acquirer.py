"""The acquirer's own ledger: what was truly charged, given back and refunded, and when.

Simulated terminals and gateways write it; a check compares it with what a till believes. A movement
is never changed in place: its reversal makes a new value of it.
"""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class Movement:
    """One charge of a card, or one refund to it."""

    number: int
    kind: str
    """``charge`` or ``refund``."""
    at_s: float
    amount_minor: int
    terminal: str
    reference: str
    """What the terminal or gateway calls it: a receipt number, a payment id."""
    reversed_at_s: float | None = None

    @property
    def stands(self) -> bool:
        """Whether it was not taken back."""
        return self.reversed_at_s is None


class Acquirer:
    """Charges, refunds and reversals in the order they happened."""

    def __init__(self) -> None:
        self._movements: list[Movement] = []

    @property
    def movements(self) -> tuple[Movement, ...]:
        """All of them, oldest first."""
        return tuple(self._movements)

    @property
    def charges(self) -> tuple[Movement, ...]:
        """Charges that stand."""
        return tuple(each for each in self._movements if each.kind == "charge" and each.stands)

    @property
    def refunds(self) -> tuple[Movement, ...]:
        """Refunds that stand."""
        return tuple(each for each in self._movements if each.kind == "refund" and each.stands)

    @property
    def taken_minor(self) -> int:
        """What customers paid, less what they got back."""
        charged = sum(each.amount_minor for each in self.charges)
        return charged - sum(each.amount_minor for each in self.refunds)

    def charge(self, amount_minor: int, *, terminal: str, reference: str, at_s: float) -> Movement:
        """Take money from a card."""
        return self._add("charge", amount_minor, terminal, reference, at_s)

    def refund(self, amount_minor: int, *, terminal: str, reference: str, at_s: float) -> Movement:
        """Give money to a card."""
        return self._add("refund", amount_minor, terminal, reference, at_s)

    def reverse(self, number: int, *, at_s: float) -> bool:
        """Take a movement back; False where it was taken back before."""
        found = self._movements[number]
        if not found.stands:
            return False
        self._movements[number] = attrs.evolve(found, reversed_at_s=at_s)
        return True

    def _add(
        self, kind: str, amount_minor: int, terminal: str, reference: str, at_s: float
    ) -> Movement:
        assert amount_minor > 0, "a movement is of some money"
        made = Movement(
            number=len(self._movements),
            kind=kind,
            at_s=at_s,
            amount_minor=amount_minor,
            terminal=terminal,
            reference=reference,
        )
        self._movements.append(made)
        return made

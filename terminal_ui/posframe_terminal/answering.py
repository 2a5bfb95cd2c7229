"""Answering: a person's word about a payment that nothing else can tell, field after field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import attrs

from posframe import OpenPayment, RuleViolation, commands

if TYPE_CHECKING:
    from posframe import EntryRules

Answer = Literal["paid", "not paid", "given back"]

FIELDS: Final[dict[Answer, tuple[str, ...]]] = {
    "paid": ("amount", "number", "approved by", "reason"),
    "not paid": ("approved by", "reason"),
    "given back": ("how", "approved by"),
}
_MISSING: Final = {
    "amount": "type the amount that stands on the slip",
    "number": "type the number that stands on the slip",
    "approved by": "type the name or number of who answers for this",
    "how": "type it, as: cash, slip 4711",
}
"""What to do where a field stays empty; a reason may."""


@attrs.define
class Answering:
    """What was said so far of one payment."""

    payment: OpenPayment
    answer: Answer
    said: dict[str, str] = attrs.field(factory=dict)
    amount_minor: int = 0

    @property
    def field(self) -> str:
        """The field that is filled next; empty: all are."""
        return next((each for each in FIELDS[self.answer] if each not in self.said), "")

    def fill(self, text: str, rules: EntryRules) -> None:
        """Take ``text`` as the next field.

        Raises:
            RuleViolation: it is empty, or no amount above zero.
        """
        field, text = self.field, text.strip()
        if not text and field in _MISSING:
            raise RuleViolation(f"The field {field!r} is empty", hint=_MISSING[field])
        if field == "amount":
            amount = rules.amount(text)
            if amount <= 0:
                raise RuleViolation("Nothing is no payment", hint=_MISSING[field])
            self.amount_minor = amount
        self.said[field] = text

    def amount_typed(self, text: str, rules: EntryRules) -> commands.ResolvePayment | None:
        """Return what an amount would come to, before it is taken; None: none is asked for."""
        if self.field != "amount" or not text.strip():
            return None
        minor = rules.amount(text)
        return commands.ResolvePayment(id=self.payment.id, paid=True, amount_minor=minor)

    def command(self) -> Any:  # noqa: ANN401 - a command, or None
        """Return the command once every field is filled."""
        if self.field:
            return None
        said = self.said
        if self.answer == "given back":
            return commands.GivenBack(
                id=self.payment.id, how=said["how"], approver=said["approved by"]
            )
        return commands.ResolvePayment(
            id=self.payment.id,
            paid=self.answer == "paid",
            amount_minor=self.amount_minor,
            number=said.get("number", ""),
            approver=said["approved by"],
            reason=said["reason"],
        )

"""Forms filled on the entry line, field after field: learning an unknown code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe import RuleViolation, commands

if TYPE_CHECKING:
    from posframe import EntryRules


@attrs.define
class Learning:
    """What is known so far of an item whose code nobody knew."""

    code: str
    categories: tuple[str, ...] = ("standard",)
    """Tax categories of the shop; the first is meant when nothing is typed."""
    price_minor: int | None = None
    name: str = ""
    tax_category: str = ""

    def fill(self, text: str, rules: EntryRules) -> None:
        """Take ``text`` as the next field.

        Raises:
            RuleViolation: it is empty, no price, or no tax category.
        """
        text = text.strip()
        if self.price_minor is None:
            self._fill_price(text, rules)
        elif not self.name:
            if not text:
                raise RuleViolation("The name is missing", hint="type it, then Enter")
            self.name = text
        else:
            self.tax_category = self._category(text)

    def command(self) -> commands.Learn | None:
        """Return the command once every field is filled."""
        if self.price_minor is None or not self.name or not self.tax_category:
            return None
        return commands.Learn(
            code=self.code,
            name=self.name,
            price_minor=self.price_minor,
            tax_category=self.tax_category,
        )

    def _fill_price(self, text: str, rules: EntryRules) -> None:
        price = rules.amount(text) if text else 0
        if price <= 0:
            raise RuleViolation("The price is missing", hint="type it, then Enter")
        self.price_minor = price

    def _category(self, text: str) -> str:
        """Return the category meant; its first letters are enough."""
        meant = [each for each in self.categories if each.startswith(text.lower())]
        if text.lower() in self.categories:
            return text.lower()
        if not text or len(meant) == 1:
            return meant[0]
        raise RuleViolation(
            f"{text!r} is no tax category", hint=f"one of: {', '.join(self.categories)}"
        )

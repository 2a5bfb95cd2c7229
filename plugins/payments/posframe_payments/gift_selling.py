"""Selling gift cards: a line without tax, and a card that is worth its price once all is paid.

A card that can buy goods of several rates is a multi-purpose voucher (directive (EU) 2016/1065):
its sale bears no tax, what is bought with it does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from posframe import FoundItem, Item, LineKind, Money, RuleViolation, Tax, Treatment
from posframe_payments import gift_events as gift

if TYPE_CHECKING:
    from posframe import LineItem, SaleView, events
    from posframe_payments.gift_ledger import Card, GiftLedger
    from posframe_payments.gift_settings import GiftRules

SKU: Final = "giftcard"
CATEGORY: Final = "payments.gift_card"
_CARD: Final = "gift_card"
"""The line's attribute that names the card."""
NO_TAX: Final = (
    Tax(
        code="voucher",
        label="Voucher",
        numerator=0,
        treatment=Treatment.OUT_OF_SCOPE,
        reason="multi-purpose voucher, taxed when it is used",
    ),
)


class GiftSelling:
    """Judges lines that sell cards, and issues them."""

    def __init__(self, rules: GiftRules, ledger: GiftLedger) -> None:
        self._rules = rules
        self._ledger = ledger

    def item(self, card: Card) -> FoundItem:
        """Return what scanning a card sells: an amount, which is asked for.

        Raises:
            RuleViolation: it cannot be sold, or loaded again.
        """
        self._check(card)
        name = f"{card.noun} load" if card.state == "issued" else card.noun
        item = Item(sku=SKU, name=name, unit_price_minor=None, tax_category=CATEGORY)
        return FoundItem(item=item, attributes=((_CARD, card.card),))

    def judge_lines(self, sale: SaleView, lines: tuple[LineItem, ...]) -> None:
        """Object to a card at another price than its worth, and to too large an amount."""
        for line in lines:
            if line.sku != SKU or line.voided or line.kind is LineKind.RETURN:
                continue
            if line.quantity_milli != 1000:
                raise RuleViolation("Each gift card is its own line", hint="scan the next one")
            if line.adjustments:
                raise RuleViolation(
                    "A gift card is sold at what it is worth", hint="discount other goods"
                )
            card = self._ledger.card(card_in(line))
            if card is not None:
                self._check_worth(sale, card)

    def judge_completion(self, sale: SaleView) -> None:
        """Object where a card was voided or sold elsewhere since its line was added."""
        for line in sale.lines_of(SKU):
            card = self._ledger.card(card_in(line))
            if card is None:
                raise RuleViolation(
                    "A gift card of this sale is not known any more", hint="take its line back"
                )
            if line.kind is LineKind.RETURN:
                self._check_returned(sale, card)
            else:
                self._check(card)
                self._check_worth(sale, card)

    def completed(self, completed: events.TransactionCompleted) -> list[Any]:
        """Return what the cards of a completed sale are worth from here on."""
        found: list[Any] = []
        fresh: set[str] = set()
        for each in completed.lines:
            if each.line.sku == SKU and not completed.training:
                card = self._ledger.card(card_in(each.line))
                if card is None:
                    raise RuleViolation(
                        "A gift card of this sale is not known any more", hint="take its line back"
                    )
                found.append(self._worth(card, each.line, completed, card.card in fresh))
                fresh.add(card.card)
        return found

    def _worth(
        self,
        card: Card,
        line: LineItem,
        completed: events.TransactionCompleted,
        is_issued: bool,  # noqa: FBT001 - by an earlier line of the same sale
    ) -> Any:  # noqa: ANN401 - one of the events of cards
        minor, transaction = abs(line.list_minor), completed.transaction
        if line.kind is LineKind.RETURN:
            return gift.CardVoided(
                card=card.card, minor=minor, transaction=transaction, reason="returned"
            )
        valid_us = self._rules.valid_us
        expires_us = completed.completed_us + valid_us if valid_us else 0
        if card.state == "issued" or is_issued:
            return gift.CardLoaded(
                card=card.card, minor=minor, transaction=transaction, expires_us=expires_us
            )
        return gift.CardIssued(
            card=card.card,
            ending=card.ending,
            kind=gift.GIFT,
            minor=minor,
            transaction=transaction,
            expires_us=expires_us,
        )

    def _check(self, card: Card) -> None:
        if card.kind != gift.GIFT:
            raise RuleViolation(
                f"{card.noun} is nothing to sell", hint="to pay with it type .gift CODE"
            )
        if card.state == "voided":
            raise RuleViolation(f"{card.noun} was voided", hint="take another card")
        if card.state == "issued" and not self._rules.reloadable:
            raise RuleViolation(
                f"{card.noun} is sold already", hint="to pay with it type .gift CODE PIN"
            )

    def _check_worth(self, sale: SaleView, card: Card) -> None:
        own = [line for line in sale.lines_of(SKU) if card_in(line) == card.card]
        worth = card.balance_minor + sum(
            line.list_minor for line in own if line.kind is not LineKind.RETURN
        )
        if worth > self._rules.most_minor:
            most = Money(self._rules.most_minor, self._rules.currency).major
            raise RuleViolation(
                f"{card.noun} would be worth {Money(worth, self._rules.currency).major},"
                f" and a card is worth at most {most}",
                hint="check the amount, type it again",
            )

    def _check_returned(self, sale: SaleView, card: Card) -> None:
        back = sum(
            abs(line.list_minor)
            for line in sale.lines_of(SKU)
            if card_in(line) == card.card and line.kind is LineKind.RETURN
        )
        if back > card.balance_minor:
            left = Money(card.balance_minor, self._rules.currency).major
            raise RuleViolation(
                f"{card.noun} has only {left} left", hint="give back no more than that"
            )


def card_in(line: LineItem) -> str:
    """Return the card that a line sells."""
    return dict(line.attributes).get(_CARD, "")


def sold_minor(sale: SaleView) -> int:
    """Return what a sale's gift cards cost."""
    return sum(line.amount_minor for line in sale.lines_of(SKU))

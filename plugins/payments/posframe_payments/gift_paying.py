"""Paying with gift cards and store credit: what a tender takes stands or falls with the tender.

Both are in one action: the judge sees the balance as it is, and what is taken is written beside the
tender that takes it. A tender taken back gives it back the same way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe import Money, RuleViolation, TenderRule, TenderType, events, receipt
from posframe_payments import gift_events as gift
from posframe_payments.gift_codes import card_of, code_for, ending_of
from posframe_payments.gift_selling import sold_minor

if TYPE_CHECKING:
    from posframe import SaleView, Tender
    from posframe_payments.gift_ledger import Card, GiftLedger
    from posframe_payments.gift_settings import GiftRules

KINDS = frozenset({gift.GIFT, gift.CREDIT})
"""Ids of the two tender types."""


class GiftPaying:
    """Judges tenders by cards, and moves their money."""

    def __init__(self, rules: GiftRules, ledger: GiftLedger) -> None:
        self._rules = rules
        self._ledger = ledger

    def tender_types(self) -> list[TenderType]:
        """Return gift card and store credit."""
        return [
            TenderType(rule=TenderRule(id=gift.GIFT, label="Gift card", refunds="any")),
            TenderType(rule=TenderRule(id=gift.CREDIT, label="Store credit", refunds="any")),
        ]

    def judge_tender(self, sale: SaleView, tender: Tender) -> None:
        """Object to a tender without a card that is good for it."""
        if tender.type not in KINDS:
            return
        minor = tender.applied_minor
        if minor < 0 and tender.type == gift.CREDIT:
            self._check_most("Store credit", -minor)
            return
        card = self._presented(sale, tender.type)
        if minor < 0:
            self._check_most(card.noun, card.balance_minor - minor)
            return
        self._check_balance(card, minor)
        other_goods = sale.totals.gross_minor - sold_minor(sale)
        if self._paid_minor(sale) + minor > other_goods:
            raise RuleViolation(
                "A gift card is not bought with a gift card",
                hint=f"at most {self._text(max(0, other_goods - self._paid_minor(sale)))} of this"
                " sale; pay the rest another way",
            )

    def applied(self, sale: SaleView, tender: Tender) -> list[Any]:
        """Return what a tender that was just applied does to cards."""
        if tender.type not in KINDS:
            return []
        minor = tender.applied_minor
        if minor < 0 and tender.type == gift.CREDIT:
            return [self._credit(sale, tender.id, -minor)]
        card = self._presented(sale, tender.type).card
        if minor < 0:
            return [gift.CardLoaded(card=card, minor=-minor, transaction=sale.id, tender=tender.id)]
        return [gift.CardRedeemed(card=card, minor=minor, transaction=sale.id, tender=tender.id)]

    def voided(self, sale: SaleView, tender: str) -> list[Any]:
        """Return what taking a tender back does to cards."""
        if any(each.id == tender and each.type not in KINDS for each in sale.tenders):
            return []
        found = self._ledger.of_tender(tender)
        if found is None or found[1] == 0:
            return []
        card, minor = found
        if minor < 0:
            return [gift.CardGivenBack(card=card, minor=-minor, transaction=sale.id, tender=tender)]
        return [gift.CardVoided(card=card, minor=minor, transaction=sale.id, tender=tender)]

    def sections(self, completed: events.TransactionCompleted) -> list[receipt.Section]:
        """Return the slip of each store credit that a transaction gave out, with its code."""
        blocks: list[Any] = []
        for tender in () if completed.training else completed.tenders:
            if tender.type == gift.CREDIT and tender.applied_minor < 0:
                code = code_for(tender.id, self._rules.prefix, self._rules.secret)
                grouped = " ".join(code[at : at + 4] for at in range(0, len(code), 4))
                amount = receipt.Cell(self._text(-tender.applied_minor), align=receipt.Align.RIGHT)
                blocks.append(receipt.Columns((receipt.Cell("Store credit for"), amount)))
                blocks.append(receipt.Text(grouped, receipt.Align.CENTRE, bold=True))
        return [receipt.Section("store_credit", tuple(blocks))] if blocks else []

    def _credit(self, sale: SaleView, tender: str, minor: int) -> gift.CardIssued:
        code = code_for(tender, self._rules.prefix, self._rules.secret)
        valid_us = self._rules.credit_valid_us
        return gift.CardIssued(
            card=card_of(code, self._rules.secret),
            ending=ending_of(code),
            kind=gift.CREDIT,
            minor=minor,
            transaction=sale.id,
            expires_us=sale.opened_us + valid_us if valid_us else 0,
            tender=tender,
        )

    def _presented(self, sale: SaleView, kind: str) -> Card:
        card = self._ledger.presented(sale.id)
        if card is None:
            noun = "gift card" if kind == gift.GIFT else "store credit"
            raise RuleViolation(f"Which {noun}?", hint="type .gift, its code and its PIN")
        if card.kind != kind:
            raise RuleViolation(
                f"{card.noun} was presented last", hint=f"type {card.kind}, or present the other"
            )
        return card

    def _check_balance(self, card: Card, minor: int) -> None:
        left = card.balance_minor
        if card.state != "issued" or left == 0:
            raise RuleViolation(f"{card.noun} is spent", hint="pay another way")
        if minor > left:
            raise RuleViolation(
                f"{card.noun} has only {self._text(left)}",
                hint=f"type {self._text(left)} {card.kind}, and pay the rest another way",
            )

    def _check_most(self, noun: str, minor: int) -> None:
        if minor > self._rules.most_minor:
            raise RuleViolation(
                f"{noun} would be worth more than {self._text(self._rules.most_minor)}",
                hint="give the money back another way",
            )

    def _paid_minor(self, sale: SaleView) -> int:
        return sum(
            each.applied_minor
            for each in sale.tenders
            if each.type in KINDS and each.status.value == "applied"
        )

    def _text(self, minor: int) -> str:
        return Money(minor, self._rules.currency).major

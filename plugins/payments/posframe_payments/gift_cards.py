"""Gift cards and store credit as a method: selling, paying, and the commands about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe import Action, events
from posframe_payments import gift_commands
from posframe_payments.gift_codes import is_of_shop, spelt
from posframe_payments.gift_desk import GiftDesk
from posframe_payments.gift_events import GIFT_EVENTS
from posframe_payments.gift_ledger import GIFT_LEDGER, GiftLedger
from posframe_payments.gift_paying import GiftPaying
from posframe_payments.gift_selling import CATEGORY, NO_TAX, GiftSelling
from posframe_payments.gift_settings import gift_rules
from posframe_payments.methods import Method
from posframe_payments.permissions import USE_CARD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from posframe import (
        CommandType,
        FoundItem,
        LineItem,
        PluginContext,
        Projection,
        SaleView,
        Tax,
        Tender,
        TenderType,
        receipt,
    )
    from posframe_payments.settings import GiftSettings


class GiftCards(Method):
    """One ledger, two tenders: ``gift`` for cards sold, ``credit`` for what returns gave."""

    def __init__(self, settings: GiftSettings, context: PluginContext) -> None:
        rules = gift_rules(settings, context)
        ledger = GiftLedger(context)
        self._prefix = rules.prefix
        self._desk = GiftDesk(rules, ledger)
        self._selling = GiftSelling(rules, ledger)
        self._paying = GiftPaying(rules, ledger)

    def tender_types(self) -> Sequence[TenderType]:
        """Return gift card and store credit."""
        return self._paying.tender_types()

    def event_classes(self) -> Sequence[type]:
        """Return what happens to cards."""
        return GIFT_EVENTS

    def projections(self) -> Sequence[Projection]:
        """Return the ledger."""
        return (GIFT_LEDGER,)

    def commands(self) -> Sequence[CommandType]:
        """Return what can be asked about cards."""
        return self._desk.commands()

    def actions(self) -> Sequence[Action]:
        """Return the presenting of a card."""
        return (
            Action(
                id="gift_card",
                label="Gift card",
                contexts=("payment",),
                entry=".gift",
                help="Pay from a gift card or store credit: its code, then its PIN",
                permission=USE_CARD,
            ),
        )

    def parse(self, text: str, screen: str) -> Any:  # noqa: ANN401 - any command
        """Read ``.gift`` and the other entries about cards."""
        del screen
        return gift_commands.parse(text) if text.startswith(".gift") else None

    def item(self, code: str) -> FoundItem | None:
        """Sell or load a card that is scanned."""
        found = spelt(code)
        if not is_of_shop(found, self._prefix):
            return None
        return self._selling.item(self._desk.known(found))

    def taxes(self, category: str) -> tuple[Tax, ...] | None:
        """Tax no voucher."""
        return NO_TAX if category == CATEGORY else None

    def judge_lines(self, sale: SaleView, lines: tuple[LineItem, ...]) -> None:
        """Object to lines of cards."""
        self._selling.judge_lines(sale, lines)

    def judge_tender(self, sale: SaleView, tender: Tender) -> None:
        """Object to a tender by cards."""
        self._paying.judge_tender(sale, tender)

    def judge_completion(self, sale: SaleView) -> None:
        """Object to cards that cannot be issued."""
        self._selling.judge_completion(sale)

    def contribute(self, sale: SaleView, found: tuple[Any, ...]) -> list[Any]:
        """Move the cards' money in the action that moves the sale's."""
        own: list[Any] = []
        for each in found:
            if isinstance(each, events.TenderApplied):
                own += self._paying.applied(sale, each.tender)
            elif isinstance(each, events.TenderVoided):
                own += self._paying.voided(sale, each.id)
            elif isinstance(each, events.TransactionCompleted):
                own += self._selling.completed(each)
        return own

    def sections(self, completed: events.TransactionCompleted) -> list[receipt.Section]:
        """Print the store credit that was given out."""
        return self._paying.sections(completed)

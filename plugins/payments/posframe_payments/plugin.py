"""Payments: the media this till takes: cash of any currency, gift cards, credit, accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe import ConfigurationError, PluginContext, TenderType, hookimpl
from posframe_payments.cash import cash_tender
from posframe_payments.settings import PaymentsConfig

if TYPE_CHECKING:
    from collections.abc import Sequence

    from posframe import (
        Action,
        CommandType,
        FoundItem,
        LineItem,
        Permission,
        Projection,
        RuleViolation,
        SaleView,
        Tax,
        Tender,
        events,
        receipt,
    )
    from posframe_payments.methods import Method

_QUICK = "plugins.payments.quick_cash"


class PaymentsPlugin:
    """The methods that till.toml names, each asked in turn."""

    Config = PaymentsConfig
    criticality = "required"

    def __init__(self, config: PaymentsConfig, context: PluginContext) -> None:
        self._cash = cash_tender(context, [_note(each, context) for each in config.quick_cash])
        self._methods = _methods(config, context)
        if config.limits or config.most_change:
            self._limit(config, context)

    def _limit(self, config: PaymentsConfig, context: PluginContext) -> None:
        from posframe_payments.limits import PaymentLimits

        limits = PaymentLimits(config.limits, config.most_change, context)
        limits.check_methods(each.rule.id for each in self.posframe_tender_types())
        self._methods.append(limits)

    @staticmethod
    @hookimpl
    def posframe_cli() -> list[Any]:
        """Bring ``posframe payments``, ``posframe settle`` and ``posframe reconcile``."""
        from posframe_payments.cli import app
        from posframe_payments.settlement import reconcile_command, settle_command

        return [app, settle_command.app, reconcile_command.app]

    @hookimpl
    def posframe_tender_types(self) -> Sequence[TenderType]:
        """Offer cash, and what the methods bring."""
        return [self._cash, *(each for method in self._methods for each in method.tender_types())]

    @hookimpl
    def posframe_events(self) -> list[type]:
        """Register what the methods keep in the journal."""
        return [each for method in self._methods for each in method.event_classes()]

    @hookimpl
    def posframe_projections(self) -> list[Projection]:
        """Keep the methods' ledgers."""
        return [each for method in self._methods for each in method.projections()]

    @hookimpl
    def posframe_commands(self) -> list[CommandType]:
        """Bring the methods' commands."""
        return [each for method in self._methods for each in method.commands()]

    @staticmethod
    @hookimpl
    def posframe_permissions() -> list[Permission]:
        """Declare who may do what with gift cards and reconciliations."""
        from posframe_payments.permissions import PERMISSIONS

        return list(PERMISSIONS)

    @hookimpl
    def posframe_actions(self) -> list[Action]:
        """Offer the methods' actions."""
        return [each for method in self._methods for each in method.actions()]

    @hookimpl
    def posframe_parse_entry(self, text: str, screen: str, sale: SaleView | None) -> Any:  # noqa: ANN401 - as specified
        """Read the methods' entries."""
        for method in self._methods:
            found = method.parse(text, screen)
            if found is not None:
                return found
        return None

    @hookimpl
    def posframe_identify_item(self, code: str, aim: str, at_us: int) -> FoundItem | None:
        """Sell gift cards, and take payments on account."""
        for method in self._methods:
            found = method.item(code)
            if found is not None:
                return found
        return None

    @hookimpl
    def posframe_tax_profile(
        self, category: str, department: str, fulfilment: str, at_us: int
    ) -> tuple[Tax, ...] | None:
        """Tax what the methods sell: it bears none."""
        for method in self._methods:
            taxes = method.taxes(category)
            if taxes is not None:
                return taxes
        return None

    @hookimpl
    def posframe_before_line(
        self, sale: SaleView, lines: tuple[LineItem, ...]
    ) -> RuleViolation | None:
        """Let the methods object to lines."""
        for method in self._methods:
            method.judge_lines(sale, lines)
        return None

    @hookimpl
    def posframe_before_tender(self, sale: SaleView, tender: Tender) -> RuleViolation | None:
        """Let the methods object to a tender."""
        for method in self._methods:
            method.judge_tender(sale, tender)
        return None

    @hookimpl
    def posframe_before_complete(self, sale: SaleView) -> RuleViolation | None:
        """Let the methods object to closing the sale."""
        for method in self._methods:
            method.judge_completion(sale)
        return None

    @hookimpl
    def posframe_contribute(self, sale: SaleView | None, events: tuple[Any, ...]) -> list[Any]:
        """Write what moves the methods' ledgers beside what moves the sale's money.

        Practice moves nothing.
        """
        if sale is None or sale.training:
            return []
        return [each for method in self._methods for each in method.contribute(sale, events)]

    @hookimpl
    def posframe_receipt_sections(
        self, completed: events.TransactionCompleted
    ) -> list[receipt.Section]:
        """Print what the methods gave out."""
        return [each for method in self._methods for each in method.sections(completed)]


def _methods(config: PaymentsConfig, context: PluginContext) -> list[Method]:
    """Return the methods that are configured; a till loads no others."""
    return [*_of_the_shop(config, context), *_outside(config, context)]


def _of_the_shop(config: PaymentsConfig, context: PluginContext) -> list[Method]:
    methods: list[Method] = []
    if config.currencies:
        from posframe_payments.foreign_cash import ForeignCash

        methods.append(ForeignCash(config.currencies, context))
    if config.gift is not None:
        from posframe_payments.gift_cards import GiftCards

        methods.append(GiftCards(config.gift, context))
    if config.account is not None:
        from posframe_payments.account import CustomerAccount

        methods.append(CustomerAccount(config.account, context))
    return methods


def _outside(config: PaymentsConfig, context: PluginContext) -> list[Method]:
    """Return the methods that ask a terminal, a gateway or a bank."""
    methods: list[Method] = []
    if any(each.kind == "zvt" for each in config.terminals.values()):
        from posframe_payments.zvt_cards import ZvtCards

        methods.append(ZvtCards(config.terminals, context))
    if config.qr:
        from posframe_payments.qr_tenders import QrTenders

        methods.append(QrTenders(config.qr, context))
    if any(each.kind == "nexo" for each in config.terminals.values()):
        from posframe_payments.nexo.method import NexoTerminals

        methods.append(NexoTerminals(config.terminals, context))
    if config.gateways:
        from posframe_payments.gateway.method import Gateways

        methods.append(Gateways(config.gateways, context))
    if config.settlement:
        from posframe_payments.settlement.keeping import Settlement

        methods.append(Settlement(config.settlement, context))
    return methods


def _note(text: str, context: PluginContext) -> int:
    """Return a note of the settings in minor units; one the till would refuse is no key."""
    minor = context.amount_minor(text, _QUICK)
    if minor <= 0:
        raise ConfigurationError(f"{_QUICK}: {text} is not above zero", hint="take it out")
    if minor > context.cash_limit_minor:
        raise ConfigurationError(
            f"{_QUICK}: {text} is above cash.limit", hint="take it out, or raise the limit"
        )
    return minor

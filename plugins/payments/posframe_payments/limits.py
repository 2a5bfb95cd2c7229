"""Limits of payment: the most that a method takes in one sale, by customer; the most change given.

They are a guard against slips of the finger and a rule of the shop; what a method itself can take
is the method's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from posframe import ConfigurationError, Money, RuleViolation
from posframe_payments.methods import Method

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from posframe import PluginContext, SaleView, Tender
    from posframe_payments.settings import LimitSettings

WHERE: Final = "plugins.payments.limits"


@attrs.frozen(kw_only=True)
class _Limit:
    """The settings of one method in minor units; None: no limit."""

    sale: int | None
    without_customer: int | None
    groups: dict[str, int]
    customers: dict[str, int]
    refund: int | None

    def of(self, sale: SaleView) -> int | None:
        """Return what one sale takes at most: by customer, by group, by having none, by method."""
        if sale.customer in self.customers:
            return self.customers[sale.customer]
        own = [self.groups[group] for group in sale.customer_groups if group in self.groups]
        if own:
            return max(own)
        if not sale.customer and self.without_customer is not None:
            return self.without_customer
        return self.sale


class PaymentLimits(Method):
    """Judges every tender by the shop's limits."""

    def __init__(
        self, limits: Mapping[str, LimitSettings], most_change: str, context: PluginContext
    ) -> None:
        self._limits = {
            method: _limit(settings, f"{WHERE}.{method}", context)
            for method, settings in limits.items()
        }
        setting = "plugins.payments.most_change"
        self._most_change = _amount(most_change, setting, context)
        self._currency = context.currency

    def check_methods(self, known: Iterable[str]) -> None:
        """Refuse a limit for a method that this plugin does not bring.

        Raises:
            ConfigurationError: it is named.
        """
        names = sorted(known)
        for method in self._limits:
            if method not in names:
                raise ConfigurationError(
                    f"{WHERE}.{method} limits no method of this till",
                    hint=f"there are: {', '.join(names)}",
                )

    def judge_tender(self, sale: SaleView, tender: Tender) -> None:
        """Object to a tender above a limit, and to more change than anybody gives."""
        if self._most_change is not None and tender.change_minor > self._most_change:
            raise RuleViolation(
                f"That would be {self._text(tender.change_minor)} change",
                hint=f"at most {self._text(self._most_change)} is given: type the amount again",
            )
        limit = self._limits.get(tender.type)
        if limit is None:
            return
        if tender.applied_minor < 0:
            self._check_refund(limit, sale, tender)
            return
        most = limit.of(sale)
        taken = taken_minor(sale, tender.type)
        if most is not None and taken + tender.applied_minor > most:
            left = max(0, most - taken)
            raise RuleViolation(
                f"{tender.label} is taken up to {self._text(most)} in a sale like this",
                hint=f"check the amount; {self._text(left)} can still be paid so",
            )

    def _check_refund(self, limit: _Limit, sale: SaleView, tender: Tender) -> None:
        given = given_back_minor(sale, tender.type)
        if limit.refund is not None and given - tender.applied_minor > limit.refund:
            left = max(0, limit.refund - given)
            raise RuleViolation(
                f"{tender.label} is given back up to {self._text(limit.refund)} in one sale",
                hint=f"{self._text(left)} can still go back so; the rest another way",
            )

    def _text(self, minor: int) -> str:
        return Money(minor, self._currency).major


def taken_minor(sale: SaleView, type_: str) -> int:
    """Return what a sale has taken by a method so far."""
    return sum(
        each.applied_minor
        for each in sale.tenders
        if each.type == type_ and each.status.value == "applied"
    )


def given_back_minor(sale: SaleView, type_: str) -> int:
    """Return what a sale has given back by a method so far; positive."""
    return -sum(
        min(0, each.applied_minor)
        for each in sale.tenders
        if each.type == type_ and each.status.value == "applied"
    )


def _limit(settings: LimitSettings, where: str, context: PluginContext) -> _Limit:
    return _Limit(
        sale=_amount(settings.sale, f"{where}.sale", context),
        without_customer=_amount(settings.without_customer, f"{where}.without_customer", context),
        groups=_amounts(settings.groups, f"{where}.groups", context),
        customers=_amounts(settings.customers, f"{where}.customers", context),
        refund=_amount(settings.refund, f"{where}.refund", context),
    )


def _amounts(table: Mapping[str, str], where: str, context: PluginContext) -> dict[str, int]:
    return {key: context.amount_minor(text, f"{where}.{key}") for key, text in table.items()}


def _amount(text: str, where: str, context: PluginContext) -> int | None:
    return context.amount_minor(text, where) if text else None

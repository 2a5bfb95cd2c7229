"""The customer's account: pay later, up to a credit limit; and pay what is owed.

What is owed is a tender of the sale that was charged. Paying it later is a line without tax, for
the tax was in that sale.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from posframe import (
    Action,
    FoundItem,
    Item,
    LineKind,
    Money,
    RuleViolation,
    Tax,
    TenderRule,
    TenderType,
    Treatment,
    commands,
    events,
)
from posframe_payments.account_events import (
    ACCOUNT_EVENTS,
    AccountCharged,
    AccountCredited,
    AccountPaid,
)
from posframe_payments.account_file import read_limits
from posframe_payments.account_ledger import ACCOUNT_LEDGER, AccountLedger
from posframe_payments.methods import Method

if TYPE_CHECKING:
    from collections.abc import Sequence

    from posframe import LineItem, PluginContext, Projection, SaleView, Tender
    from posframe_payments.settings import AccountSettings

WHERE: Final = "plugins.payments.account"
TYPE: Final = "account"
SKU: Final = "accountpayment"
ENTRY: Final = ".accountpay"
CATEGORY: Final = "payments.account"
NO_TAX: Final = (
    Tax(
        code="debt",
        label="Account",
        numerator=0,
        treatment=Treatment.OUT_OF_SCOPE,
        reason="payment of what was sold and taxed before",
    ),
)


class CustomerAccount(Method):
    """Charges sales to customers' accounts, and takes what they pay on them."""

    def __init__(self, settings: AccountSettings, context: PluginContext) -> None:
        path = context.folder / settings.file
        self._limits = read_limits(path, f"{WHERE}.file", context.amount_minor)
        self._ledger = AccountLedger(context)
        self._currency = context.currency

    def tender_types(self) -> Sequence[TenderType]:
        """Return the account."""
        return (TenderType(rule=TenderRule(id=TYPE, label="On account")),)

    def event_classes(self) -> Sequence[type]:
        """Return what happens to accounts."""
        return ACCOUNT_EVENTS

    def projections(self) -> Sequence[Projection]:
        """Return the ledger."""
        return (ACCOUNT_LEDGER,)

    def actions(self) -> Sequence[Action]:
        """Return the payment of what is owed."""
        return (
            Action(
                id="account_pay",
                label="Pay account",
                entry=ENTRY,
                help="The customer pays what is owed: the amount is asked for",
                permission="sell",
            ),
        )

    def parse(self, text: str, screen: str) -> Any:  # noqa: ANN401 - any command
        """Read ``.accountpay``: a line whose amount the till then asks for."""
        del screen
        return commands.AddItem(code=SKU) if text.strip().lower() == ENTRY else None

    def item(self, code: str) -> FoundItem | None:
        """Return the line that pays what is owed."""
        if code != SKU:
            return None
        name = "Payment on account"
        return FoundItem(
            item=Item(sku=SKU, name=name, unit_price_minor=None, tax_category=CATEGORY), code=SKU
        )

    def taxes(self, category: str) -> tuple[Tax, ...] | None:
        """Tax no debt again."""
        return NO_TAX if category == CATEGORY else None

    def judge_lines(self, sale: SaleView, lines: tuple[LineItem, ...]) -> None:
        """Object to paying more than is owed, or nobody's debt."""
        if any(line.sku == SKU and not line.voided for line in lines):
            self._check_payment(sale)
            self._check_given_back(sale)

    def judge_tender(self, sale: SaleView, tender: Tender) -> None:
        """Object to a charge above the limit, or to nobody's account."""
        if tender.type != TYPE:
            return
        limit = self._limits.get(sale.customer)
        if not sale.customer or limit is None:
            words = "This customer has no account" if sale.customer else "Whose account?"
            raise RuleViolation(words, hint="scan the customer's card, or pay another way")
        owed, minor = self._ledger.owed_minor(sale.customer), tender.applied_minor
        if paying_minor(sale) and minor > 0:
            raise RuleViolation("An account is not paid by itself", hint="pay another way")
        if minor < 0 and -minor > owed:
            raise RuleViolation(
                f"The account owes only {self._text(owed)}",
                hint="give the money back as it was paid",
            )
        if owed + minor > limit:
            left = self._text(max(0, limit - owed))
            raise RuleViolation(
                f"The account is good for {left} more, of {self._text(limit)}",
                hint=f"check the amount; type {left} {TYPE}, and pay the rest another way",
            )

    def judge_completion(self, sale: SaleView) -> None:
        """Object where the customer was changed after the account was charged."""
        if any(tender.type == TYPE for tender in sale.tenders):
            self._check_customer(sale)
        if any(True for _ in sale.lines_of(SKU)):
            self._check_payment(sale)
            self._check_given_back(sale)

    def _check_customer(self, sale: SaleView) -> None:
        for customer, minor in self._ledger.of_sale(sale.id).items():
            if minor and customer != sale.customer:
                raise RuleViolation(
                    "Another customer's account was charged",
                    hint="take that tender back with -, or put the customer back",
                )

    def contribute(self, sale: SaleView, found: tuple[Any, ...]) -> list[Any]:
        """Move the account in the action that moves the sale's money."""
        own: list[Any] = []
        for each in found:
            if isinstance(each, events.TenderApplied) and each.tender.type == TYPE:
                own.append(_applied(sale, each.tender))
            elif isinstance(each, events.TenderVoided):
                own += self._voided(sale, each.id)
            elif isinstance(each, events.TransactionCompleted) and not each.training:
                own += _paid(each)
        return own

    def _voided(self, sale: SaleView, tender: str) -> list[Any]:
        if any(each.id == tender and each.type != TYPE for each in sale.tenders):
            return []
        charged = self._ledger.of_tender(tender)
        if charged is None or charged[1] == 0:
            return []
        customer, minor = charged
        named = {"customer": customer, "transaction": sale.id, "tender": tender}
        if minor < 0:
            return [AccountCharged(minor=-minor, **named)]
        return [AccountCredited(minor=minor, why="taken back", **named)]

    def _check_payment(self, sale: SaleView) -> None:
        if sale.customer not in self._limits:
            raise RuleViolation("Whose account is paid?", hint="scan the customer's card first")
        owed, minor = self._ledger.owed_minor(sale.customer), paying_minor(sale)
        if any(line.adjustments for line in sale.lines_of(SKU)):
            raise RuleViolation("A debt has no discount", hint="discount other goods")
        if minor > owed:
            raise RuleViolation(
                f"That is {self._text(minor)}, and only {self._text(owed)} is owed",
                hint="check the amount, type it again",
            )

    def _check_given_back(self, sale: SaleView) -> None:
        """Refuse to owe one customer again what another had paid."""
        back = [line for line in sale.lines_of(SKU) if line.kind is LineKind.RETURN]
        if any(self._ledger.payer(line.original) != sale.customer for line in back):
            raise RuleViolation(
                "That was paid on another customer's account",
                hint="scan the card of the customer who paid it, then take it back",
            )

    def _text(self, minor: int) -> str:
        return Money(minor, self._currency).major


def paying_minor(sale: SaleView) -> int:
    """Return what the lines of a sale pay of an account."""
    return sum(line.list_minor for line in sale.lines_of(SKU))


def _applied(sale: SaleView, tender: Tender) -> AccountCharged | AccountCredited:
    minor = tender.applied_minor
    named = {"customer": sale.customer, "transaction": sale.id, "tender": tender.id}
    if minor < 0:
        return AccountCredited(minor=-minor, why="returned", **named)
    return AccountCharged(minor=minor, **named)


def _paid(completed: events.TransactionCompleted) -> list[AccountPaid]:
    minor = sum(each.line.list_minor for each in completed.lines if each.line.sku == SKU)
    if not minor:
        return []
    return [
        AccountPaid(customer=completed.customer, minor=minor, transaction=completed.transaction)
    ]

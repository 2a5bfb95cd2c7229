"""posframe: a framework for tills that can be trusted with money.

The names below are the public ones; a plugin imports from here and nowhere deeper. They are loaded
on first use, so that importing the pure domain loads neither database nor screen.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from posframe.version import __version__

if TYPE_CHECKING:
    from posframe.actions import ACTIONS as ACTIONS
    from posframe.door import ask_running as ask_running
    from posframe.errors import ConfigurationError as ConfigurationError
    from posframe.errors import DataError as DataError
    from posframe.errors import DeviceError as DeviceError
    from posframe.errors import DeviceNeedsAttention as DeviceNeedsAttention
    from posframe.errors import DeviceOffline as DeviceOffline
    from posframe.errors import JournalError as JournalError
    from posframe.errors import PluginError as PluginError
    from posframe.errors import PosframeError as PosframeError
    from posframe.errors import RuleViolation as RuleViolation
    from posframe.errors import SaleChanged as SaleChanged
    from posframe.exception_page import ExceptionPage as ExceptionPage
    from posframe.exception_page import exception_page as exception_page
    from posframe.exception_page import exceptions_asked_for as exceptions_asked_for
    from posframe.explained import Explanation as Explanation
    from posframe.explained import explanation as explanation
    from posframe.giving_back import MoneyBack as MoneyBack
    from posframe.giving_back import WayBack as WayBack
    from posframe.giving_back import money_back as money_back
    from posframe.guarded_output import guard_output as guard_output
    from posframe.hal import facts as facts
    from posframe.hal.simulators.bench import Bench as Bench
    from posframe.hal.simulators.bench import BenchDevice as BenchDevice
    from posframe.kernel.contracts import Action as Action
    from posframe.kernel.contracts import CommandType as CommandType
    from posframe.kernel.contracts import ExplainedRule as ExplainedRule
    from posframe.kernel.contracts import JobHandler as JobHandler
    from posframe.kernel.contracts import JobResult as JobResult
    from posframe.kernel.contracts import OfferApplication as OfferApplication
    from posframe.kernel.contracts import Permission as Permission
    from posframe.kernel.contracts import PluginContext as PluginContext
    from posframe.kernel.contracts import PriceRule as PriceRule
    from posframe.kernel.contracts import Projection as Projection
    from posframe.kernel.contracts import Report as Report
    from posframe.kernel.contracts import Statement as Statement
    from posframe.kernel.contracts import TenderType as TenderType
    from posframe.kernel.contracts import ToldRule as ToldRule
    from posframe.kernel.domain import commands as commands
    from posframe.kernel.domain import events as events
    from posframe.kernel.domain import receipt as receipt
    from posframe.kernel.domain.approvals import Request as Request
    from posframe.kernel.domain.basket import Coupon as Coupon
    from posframe.kernel.domain.basket import LineItem as LineItem
    from posframe.kernel.domain.basket import LineKind as LineKind
    from posframe.kernel.domain.basket import OfferRow as OfferRow
    from posframe.kernel.domain.basket import PriceAdjustment as PriceAdjustment
    from posframe.kernel.domain.card_data import holds_card_number as holds_card_number
    from posframe.kernel.domain.card_data import masked as masked
    from posframe.kernel.domain.carried_forward import OpenMatter as OpenMatter
    from posframe.kernel.domain.cash_rounding import CashRounding as CashRounding
    from posframe.kernel.domain.entry import EntryRules as EntryRules
    from posframe.kernel.domain.entry_people import Identify as Identify
    from posframe.kernel.domain.events import event as event
    from posframe.kernel.domain.identifiers import is_valid_gtin as is_valid_gtin
    from posframe.kernel.domain.identifiers import to_gtin14 as to_gtin14
    from posframe.kernel.domain.item import Item as Item
    from posframe.kernel.domain.money import Money as Money
    from posframe.kernel.domain.money import format_minor as format_minor
    from posframe.kernel.domain.money import parse_minor as parse_minor
    from posframe.kernel.domain.payment import AnswerOutcome as AnswerOutcome
    from posframe.kernel.domain.payment import Batch as Batch
    from posframe.kernel.domain.payment import Payment as Payment
    from posframe.kernel.domain.payment import ProviderAnswer as ProviderAnswer
    from posframe.kernel.domain.payment import Slip as Slip
    from posframe.kernel.domain.permissions import FREELY as FREELY
    from posframe.kernel.domain.permissions import WITH_APPROVAL as WITH_APPROVAL
    from posframe.kernel.domain.permissions import Grant as Grant
    from posframe.kernel.domain.permissions import Limit as Limit
    from posframe.kernel.domain.quantity import Quantity as Quantity
    from posframe.kernel.domain.quantity import format_milli as format_milli
    from posframe.kernel.domain.quantity import parse_milli as parse_milli
    from posframe.kernel.domain.rates import Rate as Rate
    from posframe.kernel.domain.refusals import ApprovalNeeded as ApprovalNeeded
    from posframe.kernel.domain.refusals import SignInNeeded as SignInNeeded
    from posframe.kernel.domain.rounding import Rounding as Rounding
    from posframe.kernel.domain.rounding import allocate as allocate
    from posframe.kernel.domain.rounding import divide as divide
    from posframe.kernel.domain.tax import Tax as Tax
    from posframe.kernel.domain.tax import TaxKind as TaxKind
    from posframe.kernel.domain.tax import Treatment as Treatment
    from posframe.kernel.domain.tender import Capabilities as Capabilities
    from posframe.kernel.domain.tender import Foreign as Foreign
    from posframe.kernel.domain.tender import Tender as Tender
    from posframe.kernel.domain.tender import TenderRule as TenderRule
    from posframe.kernel.domain.transaction import Job as Job
    from posframe.kernel.domain.transaction import TillState as TillState
    from posframe.kernel.domain.transaction import Transaction as Transaction
    from posframe.kernel.domain.views import FoundCoupon as FoundCoupon
    from posframe.kernel.domain.views import FoundCustomer as FoundCustomer
    from posframe.kernel.domain.views import FoundItem as FoundItem
    from posframe.kernel.domain.views import FoundPrice as FoundPrice
    from posframe.kernel.domain.views import Moment as Moment
    from posframe.kernel.domain.views import SaleView as SaleView
    from posframe.kernel.engine import Outcome as Outcome
    from posframe.kernel.hookspecs import hookimpl as hookimpl
    from posframe.kernel.ports import Recorded as Recorded
    from posframe.kernel.providers import Identity as Identity
    from posframe.kernel.providers import PaymentProvider as PaymentProvider
    from posframe.kernel.providers import PaymentRequest as PaymentRequest
    from posframe.kernel.providers import Question as Question
    from posframe.owner import open_as_owner as open_as_owner
    from posframe.payment_list import OpenPayment as OpenPayment
    from posframe.payment_list import open_payments as open_payments
    from posframe.payment_list import payment_outcome as payment_outcome
    from posframe.reading import JournalReader as JournalReader
    from posframe.reading import ShopReader as ShopReader
    from posframe.reading import Ware as Ware
    from posframe.reading import read_shop as read_shop
    from posframe.reading import sale_before_offers as sale_before_offers
    from posframe.report_text import open_matters as open_matters
    from posframe.report_text import opened_lines as opened_lines
    from posframe.report_text import report_lines as report_lines
    from posframe.returnable import Returnable as Returnable
    from posframe.returnable import ReturnableLine as ReturnableLine
    from posframe.returnable import find_returnable as find_returnable
    from posframe.returnable import lines_with as lines_with
    from posframe.returnable import sold_on as sold_on
    from posframe.script import Script as Script
    from posframe.session import Session as Session
    from posframe.shift_list import open_shifts as open_shifts
    from posframe.till import Till as Till
    from posframe.training.panel import Panel as Panel
    from posframe.training.practice import Practice as Practice
    from posframe.training.script import PracticeScript as PracticeScript

_HOME = {
    "posframe.actions": "ACTIONS",
    "posframe.door": "ask_running",
    "posframe.errors": "ConfigurationError DataError DeviceError DeviceNeedsAttention DeviceOffline"
    " JournalError PluginError PosframeError RuleViolation SaleChanged",
    "posframe.exception_page": "ExceptionPage exception_page exceptions_asked_for",
    "posframe.explained": "Explanation explanation",
    "posframe.guarded_output": "guard_output",
    "posframe.hal": "facts",
    "posframe.hal.simulators.bench": "Bench BenchDevice",
    "posframe.kernel.contracts": "Action CommandType ExplainedRule JobHandler JobResult"
    " OfferApplication Permission PluginContext"
    " PriceRule Projection Report Statement TenderType ToldRule",
    "posframe.kernel.domain": "commands events receipt",
    "posframe.kernel.domain.approvals": "Request",
    "posframe.kernel.domain.basket": "Coupon LineItem LineKind OfferRow PriceAdjustment",
    "posframe.kernel.domain.card_data": "holds_card_number masked",
    "posframe.kernel.domain.carried_forward": "OpenMatter",
    "posframe.kernel.domain.cash_rounding": "CashRounding",
    "posframe.kernel.domain.events": "event",
    "posframe.kernel.domain.identifiers": "is_valid_gtin to_gtin14",
    "posframe.kernel.domain.entry": "EntryRules",
    "posframe.kernel.domain.entry_people": "Identify",
    "posframe.kernel.domain.item": "Item",
    "posframe.kernel.domain.money": "Money format_minor parse_minor",
    "posframe.kernel.domain.permissions": "FREELY Grant Limit WITH_APPROVAL",
    "posframe.kernel.domain.quantity": "Quantity format_milli parse_milli",
    "posframe.kernel.domain.rates": "Rate",
    "posframe.kernel.domain.refusals": "ApprovalNeeded SignInNeeded",
    "posframe.kernel.domain.rounding": "Rounding allocate divide",
    "posframe.kernel.domain.tax": "Tax TaxKind Treatment",
    "posframe.kernel.domain.payment": "AnswerOutcome Batch Payment ProviderAnswer Slip",
    "posframe.kernel.domain.tender": "Capabilities Foreign Tender TenderRule",
    "posframe.kernel.domain.transaction": "Job TillState Transaction",
    "posframe.kernel.domain.views": "FoundCoupon FoundCustomer FoundItem FoundPrice Moment"
    " SaleView",
    "posframe.kernel.engine": "Outcome",
    "posframe.kernel.hookspecs": "hookimpl",
    "posframe.kernel.ports": "Recorded",
    "posframe.kernel.providers": "Identity PaymentProvider PaymentRequest Question",
    "posframe.giving_back": "MoneyBack WayBack money_back",
    "posframe.owner": "open_as_owner",
    "posframe.payment_list": "OpenPayment open_payments payment_outcome",
    "posframe.reading": "JournalReader ShopReader Ware read_shop sale_before_offers",
    "posframe.report_text": "open_matters opened_lines report_lines",
    "posframe.returnable": "Returnable ReturnableLine find_returnable lines_with sold_on",
    "posframe.script": "Script",
    "posframe.session": "Session",
    "posframe.shift_list": "open_shifts",
    "posframe.till": "Till",
    "posframe.training.panel": "Panel",
    "posframe.training.practice": "Practice",
    "posframe.training.script": "PracticeScript",
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names.split()}

__all__ = [
    "__version__",
    *sorted(_MODULE_OF),
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever is public
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module 'posframe' has no attribute {name!r}")
    loaded = importlib.import_module(module)
    found = getattr(loaded, name, None)
    return found if found is not None else importlib.import_module(f"{module}.{name}")


def __dir__() -> list[str]:
    return sorted(__all__)

"""What plugins answer, looked at before the kernel believes it: kinds, and whole amounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from posframe.kernel.contracts import (
    Action,
    CommandType,
    Permission,
    Projection,
    Report,
    TenderType,
)
from posframe.kernel.domain.item import Item
from posframe.kernel.domain.kernel_permissions import MACHINE, kernel_permission_of
from posframe.kernel.domain.tax import Tax, TaxKind, Treatment, taxes_problem
from posframe.kernel.domain.views import FoundCoupon, FoundCustomer, FoundItem, FoundPrice

_ELEMENTS: dict[str, type] = {
    "posframe_events": type,
    "posframe_commands": CommandType,
    "posframe_projections": Projection,
    "posframe_tender_types": TenderType,
    "posframe_permissions": Permission,
    "posframe_reports": Report,
    "posframe_actions": Action,
}
_MAPPINGS = frozenset({"posframe_job_handlers"})


def contribution_problem(hook: str, found: Any) -> str:  # noqa: ANN401 - whatever a plugin gave
    """Say what is wrong with what a plugin contributes to a collecting hook; empty: nothing."""
    if hook in _MAPPINGS:
        return "" if isinstance(found, Mapping) else f"returned {found!r}, not a mapping"
    wanted = _ELEMENTS.get(hook, object)
    for each in found:
        if not isinstance(each, wanted):
            return f"returned {each!r}, not a {wanted.__name__}"
    return ""


def answer_problem(hook: str, answer: Any) -> str:  # noqa: ANN401 - whatever a plugin gave
    """Say what is wrong with an answer; empty: it is what the hook asks for."""
    judge = _JUDGES.get(hook)
    return "" if judge is None or judge(answer) else f"returned {answer!r}, which is no answer"


def _is_item(answer: Any) -> bool:  # noqa: ANN401 - as above
    if type(answer) is not FoundItem or type(answer.item) is not Item:
        return False
    item = answer.item
    return type(item.minimum_age_years) is int and all(
        each is None or type(each) is int
        for each in (item.unit_price_minor, answer.price_minor, answer.quantity_milli)
    )


def _is_customer(answer: Any) -> bool:  # noqa: ANN401 - as above
    return type(answer) is FoundCustomer and type(answer.customer) is str and answer.customer != ""


def _is_coupon(answer: Any) -> bool:  # noqa: ANN401 - as above
    return type(answer) is FoundCoupon and type(answer.coupon) is str and answer.coupon != ""


def _is_price(answer: Any) -> bool:  # noqa: ANN401 - as above
    return (
        type(answer) is FoundPrice
        and type(answer.price_minor) is type(answer.price_per_milli) is type(answer.version) is int
        and answer.price_minor >= 0
        and answer.price_per_milli > 0
        and type(answer.price_list) is str
    )


def _is_profile(answer: Any) -> bool:  # noqa: ANN401 - as above
    if _profiles.get(id(answer)) is answer:  # on every scan, and profiles answer with few tuples
        return True
    if type(answer) is not tuple or not all(map(_is_tax, answer)) or taxes_problem(answer):
        return False
    if len(_profiles) >= _PROFILES_MAX:
        _profiles.clear()
    _profiles[id(answer)] = answer
    return True


def _is_tax(tax: Any) -> bool:  # noqa: ANN401 - as above
    return (
        type(tax) is Tax
        and type(tax.code) is type(tax.label) is type(tax.reason) is type(tax.entity) is str
        and type(tax.numerator) is type(tax.denominator) is type(tax.amount_minor) is int
        and type(tax.included) is type(tax.affects_base) is type(tax.base_affected) is bool
        and type(tax.kind) is TaxKind
        and type(tax.treatment) is Treatment
        and tax.numerator >= 0
        and tax.denominator > 0
        and tax.amount_minor >= 0
    )


def _is_command(answer: Any) -> bool:  # noqa: ANN401 - as above
    """Refuse what the till alone sends, such as that somebody signed in: no entry means it."""
    return kernel_permission_of(answer) != MACHINE


_PROFILES_MAX = 1024
_profiles: dict[int, tuple[Tax, ...]] = {}
"""Profiles found good, by identity: they cannot change, and while one is kept its id is its own."""

_JUDGES: dict[str, Callable[[Any], bool]] = {
    "posframe_parse_entry": _is_command,
    "posframe_identify_item": _is_item,
    "posframe_identify_customer": _is_customer,
    "posframe_identify_coupon": _is_coupon,
    "posframe_line_price": _is_price,
    "posframe_tax_profile": _is_profile,
    "posframe_drawer_policy": lambda answer: type(answer) is bool,
}

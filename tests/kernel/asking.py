"""Plugins in a few words, and how the kernel asks each of their hooks."""

from __future__ import annotations

from posframe.kernel.activation import ActivePlugin
from posframe.kernel.domain.item import Item
from posframe.kernel.domain.transaction import Transaction
from posframe.kernel.domain.views import FoundItem, SaleView
from posframe.kernel.hookspecs import hookimpl
from tests.kernel.making import VAT19, basket_of, line

PEN = FoundItem(item=Item(sku="PEN", name="Pen", unit_price_minor=100), code="PEN")
TENDER = line(1, 100)


def active(plugin, name="acme", criticality="degradable"):
    return ActivePlugin(name, "2.1", plugin, criticality, "acme-pos")


def plugin(**hooks):
    """Return a plugin whose hooks are these functions, marked as implementations."""
    marked = {name: staticmethod(hookimpl(function)) for name, function in hooks.items()}
    return type("Acme", (), marked)()


def answering(hook, answer):
    """Return a plugin that answers one hook, with a value or by raising it."""

    def give(*_):
        if isinstance(answer, Exception):
            raise answer
        return answer

    functions = {
        "posframe_parse_entry": lambda text, screen, sale: give(),
        "posframe_identify_item": lambda code, aim, at_us: give(),
        "posframe_identify_customer": lambda code: give(),
        "posframe_identify_coupon": lambda code, sale, at_us: give(),
        "posframe_line_price": lambda sku, quantity_milli, pack_milli, groups, at_us: give(),
        "posframe_tax_profile": lambda category, department, fulfilment, at_us: give(),
        "posframe_drawer_policy": lambda reason, sale: give(),
        "posframe_before_line": lambda sale, lines: give(),
        "posframe_before_tender": lambda sale, tender: give(),
        "posframe_before_complete": lambda sale: give(),
        "posframe_contribute": lambda sale, events: give(),
        "posframe_receipt_sections": lambda completed: give(),
        "posframe_committed": lambda recorded: give(),
    }
    return plugin(**{hook: functions.get(hook, lambda: give())})


def standing(*rows):
    """Return a sale of two lines at 1.00 in which these offers stand."""
    basket = basket_of([line(1, 100, VAT19), line(1, 100, VAT19)], offers=rows)
    transaction = Transaction(
        id="t", number=1, opened_us=0, operator="1", currency="EUR", basket=basket
    )
    return SaleView(transaction)


SALE = standing()
CALLS = {
    "posframe_parse_entry": lambda hooks: hooks.parse_entry("x", "sale", None),
    "posframe_identify_item": lambda hooks: hooks.identify_item("x", "", 0),
    "posframe_identify_customer": lambda hooks: hooks.identify_customer("x"),
    "posframe_identify_coupon": lambda hooks: hooks.identify_coupon("x", SALE, 0),
    "posframe_line_price": lambda hooks: hooks.line_price("x", 1000, 1000, (), 0),
    "posframe_tax_profile": lambda hooks: hooks.tax_profile("x", "", "", 0),
    "posframe_drawer_policy": lambda hooks: hooks.may_open_drawer("sale", None),
    "posframe_before_line": lambda hooks: hooks.before_line(SALE, ()),
    "posframe_before_tender": lambda hooks: hooks.before_tender(SALE, TENDER),
    "posframe_before_complete": lambda hooks: hooks.before_complete(SALE),
    "posframe_contribute": lambda hooks: hooks.contribute(SALE, ()),
}
"""How the kernel asks each hook while selling."""

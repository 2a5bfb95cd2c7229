"""Plugins are checked before anything is sold: hooks, marks, arguments, contributions."""

from __future__ import annotations

import pytest

from posframe.errors import ConfigurationError, PluginError
from posframe.kernel.activation import Hooks
from posframe.kernel.contracts import TenderType
from posframe.kernel.domain.tender import TenderRule
from posframe.kernel.domain.views import FoundCustomer
from posframe.kernel.hookspecs import COLLECT, hookimpl
from tests.kernel.asking import active, answering, plugin
from tests.kernel.notes import Note, Noted

CARD = FoundCustomer(customer="c-1")


# Before anything is sold


def test_a_misspelt_hook_is_an_error_with_a_suggestion():
    with pytest.raises(ConfigurationError) as refused:
        Hooks([active(plugin(posframe_identify_itme=lambda code: None))])
    assert refused.value.message == (
        "Plugin acme 2.1 implements an unknown hook posframe_identify_itme"
    )
    assert refused.value.hint == "did you mean posframe_identify_item?"


def test_a_hook_like_no_other_is_an_error_too():
    with pytest.raises(ConfigurationError) as refused:
        Hooks([active(plugin(**{f"posframe_{'x' * 40}": lambda: None}))])
    assert "posframe_xxx" in refused.value.message
    assert "hooks.md" in refused.value.hint


def test_a_hook_that_is_not_marked_is_an_error():
    class Unmarked:
        def posframe_identify_customer(self, code):
            return None

    with pytest.raises(ConfigurationError, match="posframe_identify_customer is not marked") as no:
        Hooks([active(Unmarked())])
    assert "@hookimpl" in no.value.hint


@pytest.mark.parametrize(
    ("function", "message", "hint"),
    [
        (lambda cod, aim, at_us: 0, "posframe_identify_item has no argument 'cod'", "'code'?"),
        (lambda code, aim, at_us, zzz: 0, "has no argument 'zzz'", "it has: code, aim, at_us"),
        (lambda code: 0, "lacks the argument aim, at_us", "it has: code, aim, at_us"),
        (lambda: 0, "lacks the argument code, aim, at_us", "it has: code, aim, at_us"),
    ],
)
def test_arguments_are_named_as_specified(function, message, hint):
    with pytest.raises(ConfigurationError) as refused:
        Hooks([active(plugin(posframe_identify_item=function))])
    assert refused.value.message.startswith("Plugin acme 2.1: ")
    assert message in refused.value.message
    assert hint in refused.value.hint


def test_methods_functions_and_static_ones_are_all_hooks():
    class Three:
        @hookimpl
        def posframe_identify_customer(self, code):
            return CARD

        @staticmethod
        @hookimpl
        def posframe_drawer_policy(reason, sale):
            return False

        @classmethod
        @hookimpl
        def posframe_before_complete(cls, sale):
            return None

    hooks = Hooks([active(Three())])
    assert hooks.identify_customer("x").customer == "c-1"
    assert hooks.may_open_drawer("sale", None) is False
    assert [each.name for each in hooks.implementations("posframe_before_complete")] == ["acme"]


# Collecting


def boom():
    raise ValueError("no\nidea")


def half():
    yield TenderType(rule=TenderRule("cash", "Cash"))
    raise ValueError("no idea")


@pytest.mark.parametrize("function", [boom, half])
def test_a_till_does_not_start_on_half_a_contribution(function):
    """Also when it fails while it is being read, and whatever the plugin's criticality."""
    hooks = Hooks([active(plugin(posframe_tender_types=function), criticality="advisory")])
    with pytest.raises(PluginError) as refused:
        hooks.collect("posframe_tender_types")
    assert refused.value.message.startswith(
        "Plugin acme 2.1 failed in posframe_tender_types: ValueError: no"
    )
    assert "\n" not in refused.value.message


@pytest.mark.parametrize(
    ("hook", "rubbish"),
    [
        ("posframe_events", [Noted("an instance")]),
        ("posframe_commands", [Note]),
        ("posframe_projections", ["notes"]),
        ("posframe_tender_types", [TenderRule("cash", "Cash")]),
        ("posframe_permissions", ["may"]),
        ("posframe_reports", [None]),
        ("posframe_actions", [{"id": "x"}]),
        ("posframe_job_handlers", [("print", object())]),
    ],
)
def test_rubbish_is_no_contribution(hook, rubbish):
    with pytest.raises(PluginError) as refused:
        Hooks([active(answering(hook, rubbish))]).collect(hook)
    assert refused.value.message.startswith(f"Plugin acme 2.1 failed in {hook}: TypeError")


@pytest.mark.parametrize("hook", sorted(COLLECT))
def test_nothing_is_a_fine_contribution(hook):
    """None, or an empty list: the plugin brings none of it."""
    assert Hooks([active(answering(hook, None))]).collect(hook) == []
    empty = {} if hook == "posframe_job_handlers" else ()
    found = Hooks([active(answering(hook, empty))]).collect(hook)
    assert [answer for _, answer in found] == [empty]

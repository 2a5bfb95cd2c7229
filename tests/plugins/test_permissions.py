"""Commands of the plugins, each tried by every role: as their permissions say, and as a whole."""

from __future__ import annotations

import attrs
import pytest

from posframe import CommandType, ConfigurationError, Permission, open_as_owner, plugins
from posframe.kernel.activation import ActivePlugin
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.permissions import USUAL_ROLES
from posframe.kernel.domain.refusals import ApprovalNeeded, NotAllowed, SignInNeeded
from posframe.kernel.hookspecs import hookimpl
from posframe_inventory.commands import AskStock, CountStock, ReceiveGoods, ReleaseGoods
from posframe_loyalty.commands import AskPoints, EnrolCard, NewCard
from posframe_payments.gift_commands import (
    AskCard,
    ExpireCards,
    PresentCard,
    RegisterCard,
    VoidCard,
)
from posframe_payments.settlement.records import EndTask, Reconciled, TakeReconciliation
from tests.kernel.shop import PlainCatalogue, open_till, recorded_of, write_settings
from tests.plugins.payments.desks import SECRET, code
from tests.plugins.payments.settlement.card_shop import MAP

CARD = "9528000000017"
MORE = """
[operators]
sign_in = true

[plugins.loyalty]
card_prefix = "9528"

[plugins.inventory]

[plugins.payments.gift]
prefix = "2990"

[plugins.payments.settlement.cash]
map = "acme.toml"
"""
ASKED = {
    NewCard(CARD): "loyalty.enrol",
    EnrolCard(CARD, 100): "loyalty.bring_points",
    AskPoints(CARD): "loyalty.points",
    ReceiveGoods("PEN", 1_000): "inventory.receive",
    CountStock("PEN", 1_000): "inventory.count",
    ReleaseGoods("PEN", 1_000): "inventory.release",
    AskStock("PEN"): "inventory.stock",
    RegisterCard(code(), "1234"): "payments.gift_register",
    PresentCard(code(), "1234"): "payments.gift_use",
    AskCard(code(), "1234"): "payments.gift_use",
    VoidCard(code(), "lost"): "payments.gift_void",
    ExpireCards(): "payments.gift_expire",
    EndTask(number=1, how="seen"): "payments.task",
}
"""A command of each class, and the permission it asks for."""
EXPECTED = {
    "loyalty.enrol": "aaa", "loyalty.bring_points": "paa", "loyalty.points": "aaa",
    "inventory.receive": "-aa", "inventory.count": "-aa", "inventory.release": "-aa",
    "inventory.stock": "aaa", "payments.gift_use": "aaa", "payments.gift_register": "-aa",
    "payments.gift_void": "paa", "payments.gift_expire": "--a", "payments.reconcile": "--a",
    "payments.task": "--a",
}  # fmt: skip
"""Cashier, supervisor, manager: alone, with an approval, not at all. All others: not at all."""
TRIED = ("cashier", "supervisor", "manager")


@pytest.fixture
def till(tmp_path):
    folder = written(tmp_path)
    with open_till(folder, catalogue=PlainCatalogue()) as opened:
        yield opened


def written(folder, more=MORE):
    secret = folder / "gift.secret"
    secret.write_bytes(SECRET)
    secret.chmod(0o600)
    (folder / "acme.toml").write_text(MAP, encoding="utf-8")
    write_settings(folder, plugins=("payments", "loyalty", "inventory"), more=more)
    return folder


def taken(desk, command):
    """Tell what became of a command: "a" alone, "p" with an approval, "-" not at all."""
    before, rows = desk.state, len(recorded_of(desk))
    error = desk.do(command).error
    if isinstance(error, (NotAllowed, ApprovalNeeded, SignInNeeded)):
        assert (desk.state, len(recorded_of(desk))) == (before, rows)
    if isinstance(error, ApprovalNeeded):
        assert error.request is not None
        return "p"
    return {NotAllowed: "-", SignInNeeded: "nobody"}.get(type(error), "a")


def all_commands(till):
    return {each.command for _, found in till.hooks.collect("posframe_commands") for each in found}


def reconciliation():
    done = Reconciled(key="k", file="f", sha256="s", methods=("cash",), first_day="2026-01-01",
                      last_day="2026-01-01", since_day="2026-01-01")  # fmt: skip
    return TakeReconciliation(reconciled=done, settled=(), found=())


@pytest.mark.parametrize("role", USUAL_ROLES)
def test_every_command_of_a_plugin_does_for_every_role_what_its_permission_says(till, role):
    asked = {**ASKED, reconciliation(): "payments.reconcile"}
    assert {type(each) for each in asked} == all_commands(till), "a new one needs its line above"
    till.do(cmd.SignIn(operator="9", role=role, how="pin"))
    place = TRIED.index(role) if role in TRIED else None
    for command, permission in asked.items():
        expected = "-" if place is None else EXPECTED[permission][place]
        assert (taken(till, command), permission) == (expected, permission)


def test_with_nobody_signed_in_no_command_of_a_plugin_is_taken(till):
    for command in (*ASKED, reconciliation()):
        assert taken(till, command) == "nobody"


def test_every_permission_of_a_plugin_is_asked_for_by_something(till):
    declared = {
        each.id for _, found in till.hooks.collect("posframe_permissions") for each in found
    }
    assert declared == {*ASKED.values(), "payments.reconcile"} == set(EXPECTED)


def test_a_shop_changes_the_permission_of_a_plugin_as_any_other(tmp_path):
    more = MORE + '\n[roles.cashier]\nallow = { "inventory.receive" = "any" }\n'
    with open_till(written(tmp_path, more), catalogue=PlainCatalogue()) as till:
        till.do(cmd.SignIn(operator="9", role="cashier", how="pin"))
        assert taken(till, ReceiveGoods("PEN", 1_000)) == "a"
        assert taken(till, CountStock("PEN", 1_000)) == "-"


def test_the_owner_of_the_files_imports_with_nobody_signed_in(tmp_path):
    """A file of cards is no operator's work; the journal says who did it."""
    folder = written(tmp_path)
    with open_as_owner(folder) as till:
        assert till.do(EnrolCard(CARD, 100)).accepted
        row = next(each for each in recorded_of(till) if each.name == "loyalty.CardEnrolled")
        assert row.actor == "owner"
    with open_till(folder, path=folder / "till.db") as till:
        assert taken(till, EnrolCard(CARD, 5)) == "nobody"


# Checked at start


@attrs.frozen
class Ring:
    """A command of a plugin that is not well declared."""


def acme(asked, declared="acme.ring"):
    """Return a plugin whose command asks for one permission and that declares another."""

    class Acme:
        Config = None

        def __init__(self, _config, _context):
            pass

        @hookimpl
        def posframe_permissions(self):
            return [Permission(id=declared, label="Ringing")]

        @hookimpl
        def posframe_commands(self):
            said = CommandType(command=Ring, decide=lambda *_: ("Rung", ()), permission=asked)
            return [said]

    return Acme


@pytest.fixture
def with_acme(monkeypatch, tmp_path):
    """Open a till with a plugin more."""
    made = plugins.make_plugins

    def open_(cls):
        def more(config, context_for):
            found = made(config, context_for)
            context_for("acme")
            return [*found, ActivePlugin("acme", "1", cls(None, None), "degradable", "acme")]

        monkeypatch.setattr("posframe.assembly.make_plugins", more)
        write_settings(tmp_path, more="\n[operators]\nsign_in = true\n")
        return open_till(tmp_path)

    return open_


def test_a_permission_that_nobody_declares_is_refused_at_start_with_the_nearest(with_acme):
    with pytest.raises(ConfigurationError) as refusal:
        with_acme(acme("acme.rign"))
    assert "plugin acme: Ring asks for permission 'acme.rign'" in refusal.value.message
    assert refusal.value.hint == "did you mean acme.ring?"


def test_a_command_that_names_none_starts_and_is_for_nobody(with_acme):
    with with_acme(acme("")) as till:
        assert taken(till, Ring()) == "nobody"
        for role in USUAL_ROLES:
            till.do(cmd.SignIn(operator="9", role=role, how="pin"))
            assert taken(till, Ring()) == "-"


def test_a_permission_declared_twice_is_refused_at_start(with_acme):
    with pytest.raises(ConfigurationError, match="sell is declared twice"):
        with_acme(acme("sell", declared="sell"))

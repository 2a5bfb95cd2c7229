"""Every command by every role: what the table of permissions says happens, and nothing else."""

from __future__ import annotations

import inspect

import attrs
import pytest

from posframe.errors import RuleViolation
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.approvals import taker_of
from posframe.kernel.domain.kernel_permissions import (
    ANYBODY,
    KERNEL_PERMISSIONS,
    MACHINE,
    kernel_permission_of,
)
from posframe.kernel.domain.permissions import (
    USUAL_ROLES,
    WITH_APPROVAL,
    Amount,
    Answer,
    RoleSetting,
    compose_roles,
)
from posframe.kernel.domain.refusals import SignInNeeded
from tests.kernel.command_cases import CASES, PEN_PAID, coming_back, in_doubt, scanned, sold
from tests.kernel.guarded import GUARDED, ME, ROLES, GuardedDay

NO_COMMANDS = {cmd.Seen, cmd.Settings, cmd.TenderRule, cmd.ControlSettings}
COMMANDS = {
    each
    for each in vars(cmd).values()
    if inspect.isclass(each) and attrs.has(each) and each not in NO_COMMANDS
}


def at_the_desk(case_, role):
    desk = GuardedDay(attrs.evolve(GUARDED, receipt_device="printer"))
    case_.ready(desk)
    return desk.become(role)


def verdict(case_, role):
    """Return what a role may do by the table: nothing helps where one of all is denied."""
    answers = [
        ROLES.decide(role, permission, Amount(minor=minor, percent_milli=percent)).answer
        for permission, minor, percent in case_.asks
    ]
    return next((each for each in (Answer.DENY, Answer.ASK) if each in answers), Answer.ALLOW)


@pytest.mark.parametrize("role", USUAL_ROLES)
@pytest.mark.parametrize("case_", CASES, ids=lambda each: each.name)
def test_every_command_does_for_every_role_what_the_table_says(case_, role):
    """Alone, with the approvals that it then asks for, or not at all; refused, nothing changes."""
    desk = at_the_desk(case_, role)
    command = case_.of(desk)
    expected = verdict(case_, role)
    if expected is Answer.DENY:
        assert desk.denied(command)
        return
    asked = [each for each in desk.as_needed(command) if not taker_of(each)]  # that one always is
    by_table = [
        each
        for each in case_.asks
        if ROLES.decide(role, each[0], Amount(minor=each[1], percent_milli=each[2])).answer
        is Answer.ASK
    ]
    assert [(each.permission, each.amount_minor, each.percent_milli) for each in asked] == by_table
    assert all(each.operator == ME for each in asked)


def test_every_command_of_an_operator_is_tried():
    """A command that is new is missed here until it has its case."""
    tried = {type(case_.of(at_the_desk(case_, "manager"))) for case_ in CASES}
    sent_by_the_till = {
        each for each in COMMANDS - {cmd.MoveCash} if kernel_permission_of(made(each)) == MACHINE
    }
    assert tried | sent_by_the_till == COMMANDS
    assert not tried & sent_by_the_till


def made(cls):
    """Make a command of a class, whatever its fields: only the class is asked about."""
    return cls.__new__(cls)


@pytest.mark.parametrize("case_", CASES, ids=lambda each: each.name)
@pytest.mark.parametrize("way", ["nobody", "locked"])
def test_with_nobody_at_the_till_no_command_of_an_operator_is_taken(case_, way):
    """Not even an end of the shift or a message; and nothing changes."""
    desk = at_the_desk(case_, "manager")
    command = case_.of(desk)
    desk.do(cmd.SignOut() if way == "nobody" else cmd.Lock())
    desk._stopped(command, SignInNeeded)


def test_names_in_a_command_approve_nothing_where_operators_sign_in():
    """A manager's number typed as the approver is a word like any other."""
    desk = GuardedDay()
    sold(desk)
    desk.become("cashier")
    for command in (
        cmd.PostVoid(approver="77", reason="x"),
        cmd.ReturnWithoutReceipt(code="PEN", approver="77"),
    ):
        assert desk.needs(command).operator == ME
    desk.become("manager")
    in_doubt(desk)
    desk.become("cashier")
    assert desk.needs(attrs.evolve(PEN_PAID, approver="77")).permission == "resolve_payment"
    given = desk.approved(attrs.evolve(PEN_PAID, approver="ghost"), desk.needs(PEN_PAID))
    resolved = next(each for each in desk.events if isinstance(each, ev.PaymentResolved))
    assert (resolved.approver, given[0].operator) == ("77", ME)


def test_who_may_resolve_a_payment_alone_answers_for_it_alone():
    desk = GuardedDay()
    in_doubt(desk)
    desk.do(attrs.evolve(PEN_PAID, approver="ghost"))
    resolved = next(each for each in desk.events if isinstance(each, ev.PaymentResolved))
    assert resolved.approver == ME
    assert not any(isinstance(each, ev.ApprovalGiven) for each in desk.events)


def test_above_the_shops_limit_cash_goes_back_with_a_second_person_whoever_it_is():
    """``returns.cash_limit`` 2.28, and 2.29 go back: a manager needs another manager."""
    desk = GuardedDay(attrs.evolve(GUARDED, refund_cash_max_minor=228))
    coming_back(desk)
    request = desk.needs(cmd.Pay(type="cash"))
    assert (request.permission, request.amount_minor) == ("refund_cash", 229)
    desk.approved(cmd.Pay(type="cash"), request)
    assert desk.sale is None


def test_a_command_of_a_plugin_without_a_permission_is_for_nobody():
    """Empty is not the till's own: it was never declared."""

    class Forgotten:
        pass

    control = attrs.evolve(GUARDED.control, plugin_permissions=((Forgotten, ""),))
    for settings in (GUARDED, attrs.evolve(GUARDED, control=control)):
        for role in USUAL_ROLES:
            assert "declared by nothing" in GuardedDay(settings, role).denied(Forgotten())
        desk = GuardedDay(settings)
        desk.do(cmd.SignOut())
        desk._stopped(Forgotten(), SignInNeeded)


def test_anybody_means_whoever_is_signed_in():
    assert ANYBODY not in ROLES.permissions


def sold_twice(desk):
    sold(desk)
    sold(desk)


BOUND = (
    (cmd.VoidLine(number=1), cmd.VoidLine(number=3), scanned("PEN", "MILK", "PEN")),
    (cmd.OverridePrice(number=1, price_minor=50), cmd.OverridePrice(number=3, price_minor=50),
     scanned("PEN", "MILK", "PEN")),
    (cmd.Discount(number=1, percent_milli=50_000), cmd.Discount(number=3, percent_milli=50_000),
     scanned("PEN", "MILK", "PEN")),
    (cmd.Return(receipt_number=1, number=1), cmd.Return(receipt_number=2, number=1), sold_twice),
    (cmd.Reprint(), cmd.Reprint(receipt_number=1), sold_twice),
    (cmd.MoveCash(kind="paid_out", amount_minor=100, reason="post"),
     cmd.MoveCash(kind="paid_out", amount_minor=100, reason="tips"), sold_twice),
    (cmd.ReturnWithoutReceipt(code="PEN"), cmd.ReturnWithoutReceipt(code="MILK", price_minor=100),
     sold_twice),
    (cmd.Learn(code="A1", name="New", price_minor=250),
     cmd.Learn(code="A2", name="New", price_minor=250), sold_twice),
)  # fmt: skip
"""The same of something else: same permission, amount and percentage."""


@pytest.mark.parametrize(("asked", "other", "ready"), BOUND)
def test_an_approval_for_one_thing_is_none_for_another_that_costs_the_same(asked, other, ready):
    """A role that asks for everything: what was approved of one line is not another's."""
    everything = tuple((id_, WITH_APPROVAL) for id_ in ROLES.permissions if id_ != "sell")
    strict = compose_roles(
        KERNEL_PERMISSIONS, [RoleSetting(id="strict", like="cashier", grants=everything)]
    )
    control = attrs.evolve(GUARDED.control, roles=strict)
    desk = GuardedDay(attrs.evolve(GUARDED, control=control))
    ready(desk)
    desk.become("strict")
    wanted, needed = desk.needs(asked), desk.needs(other)
    same = ("permission", "amount_minor", "percent_milli", "operator")
    assert [getattr(wanted, each) for each in same] == [getattr(needed, each) for each in same]
    with pytest.raises(RuleViolation, match="That approval is for something else"):
        desk.approved(other, wanted)
    desk.approved(asked, wanted)

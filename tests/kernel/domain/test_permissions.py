"""Who may do what: alone, with an approval, or not at all."""

from __future__ import annotations

import inspect

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import ConfigurationError
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.kernel_permissions import (
    ANYBODY,
    CASH_KINDS,
    KERNEL_PERMISSIONS,
    MACHINE,
    permission_of,
)
from posframe.kernel.domain.permissions import (
    ANY,
    FREELY,
    NEVER,
    NO_AMOUNT,
    USUAL_ROLES,
    WITH_APPROVAL,
    Amount,
    Answer,
    Grant,
    Limit,
    Permission,
    RoleSetting,
    compose_roles,
)

ALLOW, ASK, DENY = Answer.ALLOW, Answer.ASK, Answer.DENY
UP_TO_50 = Grant(allow=Limit(minor=5_000), ask=Limit(minor=50_000))
REFUND = Permission(
    id="refund", label="Cash back", roles=(("cashier", UP_TO_50), ("manager", FREELY))
)
CUT = Permission(
    id="cut",
    label="A discount",
    roles=(
        ("cashier", Grant(allow=Limit(minor=500, percent_milli=10_000), ask=ANY)),
        ("supervisor", WITH_APPROVAL),
    ),
)
FOR_OTHERS = Permission(
    id="approve", label="Approving for others", roles=(("supervisor", FREELY), ("manager", FREELY))
)
ROLES = compose_roles((REFUND, CUT, FOR_OTHERS), ())
KERNEL = compose_roles(KERNEL_PERMISSIONS, ())


def answer(role, permission, minor=None, percent_milli=None, roles=ROLES):
    return roles.decide(role, permission, Amount(minor=minor, percent_milli=percent_milli)).answer


# Thresholds


@pytest.mark.parametrize(
    ("minor", "expected"),
    [(0, ALLOW), (5_000, ALLOW), (5_001, ASK), (50_000, ASK), (50_001, DENY)],
)
def test_a_limit_itself_is_within_and_one_more_is_not(minor, expected):
    assert answer("cashier", "refund", minor) is expected


@pytest.mark.parametrize(
    ("minor", "percent_milli", "expected"),
    [(500, 10_000, ALLOW), (501, 10_000, ASK), (500, 10_001, ASK), (501, 10_001, ASK)],
)
def test_where_amount_and_percentage_are_limited_both_hold(minor, percent_milli, expected):
    assert answer("cashier", "cut", minor, percent_milli) is expected


@pytest.mark.parametrize(("minor", "percent_milli"), [(None, None), (500, None), (None, 10_000)])
def test_what_is_not_known_is_above_every_limit(minor, percent_milli):
    assert answer("cashier", "cut", minor, percent_milli) is ASK
    assert ROLES.decide("cashier", "refund").answer is DENY


def test_without_a_limit_any_amount_goes():
    assert answer("manager", "refund", 10**12) is ALLOW
    assert answer("supervisor", "cut", 10**12, 10**6) is ASK
    assert ROLES.decide("manager", "refund", NO_AMOUNT).answer is ALLOW


def test_a_sign_cannot_slip_under_a_limit():
    with pytest.raises(AssertionError):
        Amount(minor=-1)
    with pytest.raises(AssertionError):
        Amount(percent_milli=-1)


NUMBER = st.none() | st.integers(0, 30)
LIMIT = st.none() | st.builds(Limit, minor=NUMBER, percent_milli=NUMBER)


@given(LIMIT, LIMIT, st.integers(0, 40), st.integers(0, 40), st.integers(0, 9), st.integers(0, 9))
def test_more_is_never_easier(allow, ask, minor, percent, more, more_percent):
    grant = Grant(allow=allow, ask=ask)
    order = [ALLOW, ASK, DENY]
    less = grant.answer(Amount(minor=minor, percent_milli=percent))
    bigger = grant.answer(Amount(minor=minor + more, percent_milli=percent + more_percent))
    unknown = grant.answer(NO_AMOUNT)
    assert order.index(less) <= order.index(bigger) <= order.index(unknown)


# What is not declared


@pytest.mark.parametrize("role", ["cashier", "manager", "", "unheard-of"])
def test_what_nobody_declared_nobody_may(role):
    verdict = ROLES.decide(role, "fly")
    assert verdict.answer is DENY
    assert "'fly'" in verdict.message


@pytest.mark.parametrize("role", ["", "unheard-of", "auditor"])
def test_a_role_nobody_declared_may_nothing(role):
    assert ROLES.decide(role, "refund", Amount(minor=0)).answer is DENY
    assert not ROLES.may_approve(role, "refund", Amount(minor=0))


# Words


def test_a_verdict_is_a_sentence_and_names_the_limit_that_was_passed():
    asked = ROLES.decide("cashier", "refund", Amount(minor=5_001))
    assert asked.message == "Cash back this much needs an approval"
    assert asked.limit == Limit(minor=5_000)
    denied = ROLES.decide("cashier", "refund", Amount(minor=50_001))
    assert denied.message == "Cash back this much is not for a cashier"
    assert ROLES.decide("supervisor", "cut").message == "A discount needs an approval"
    assert ROLES.decide("auditor", "cut").message == "A discount is not for an auditor"
    assert ROLES.decide("", "cut").message == "A discount is not for this operator"
    assert ROLES.decide("manager", "refund").message == ""


# Approving


def test_only_what_one_may_do_alone_can_be_approved_for_others():
    assert ROLES.may_approve("manager", "refund", Amount(minor=10**9))
    assert not ROLES.may_approve("supervisor", "cut")  # would have to ask as well
    assert not ROLES.may_approve("supervisor", "refund", Amount(minor=1))


def test_being_allowed_is_not_enough_to_approve():
    assert answer("cashier", "refund", 100) is ALLOW
    assert not ROLES.may_approve("cashier", "refund", Amount(minor=100))


# Roles of a shop


def test_settings_replace_what_they_name_and_nothing_else():
    roles = compose_roles(
        (REFUND, CUT, FOR_OTHERS), (RoleSetting(id="cashier", grants=(("refund", NEVER),)),)
    )
    assert answer("cashier", "refund", 1, roles=roles) is DENY
    assert answer("cashier", "cut", 500, 10_000, roles=roles) is ALLOW
    assert answer("manager", "refund", 1, roles=roles) is ALLOW
    assert roles.labels["cashier"] == "a cashier"


def test_a_role_of_the_shops_own_begins_with_nothing_or_like_a_usual_one():
    roles = compose_roles(
        (REFUND, CUT, FOR_OTHERS),
        (
            RoleSetting(id="baker", grants=(("cut", FREELY),)),
            RoleSetting(
                id="head",
                label="a head cashier",
                like="cashier",
                grants=(("refund", WITH_APPROVAL),),
            ),
        ),
    )
    assert answer("baker", "refund", 1, roles=roles) is DENY
    assert answer("baker", "cut", roles=roles) is ALLOW
    assert roles.labels["baker"] == "baker"
    assert answer("head", "refund", 1, roles=roles) is ASK
    assert answer("head", "cut", 500, 10_000, roles=roles) is ALLOW
    assert answer("cashier", "refund", 1, roles=roles) is ALLOW
    assert "a head cashier" in roles.decide("head", "approve").message


def test_a_usual_role_that_is_like_another_keeps_nothing_of_its_own():
    roles = compose_roles(
        (REFUND, CUT, FOR_OTHERS), (RoleSetting(id="manager", like="supervisor"),)
    )
    assert answer("manager", "refund", 1, roles=roles) is DENY
    assert answer("manager", "cut", roles=roles) is ASK


def refused(permissions, *settings):
    with pytest.raises(ConfigurationError) as error:
        compose_roles(permissions, settings)
    return error.value


def test_an_unknown_permission_is_refused_at_start_with_the_nearest_one():
    error = refused((REFUND,), RoleSetting(id="cashier", grants=(("refnud", FREELY),)))
    assert error.message == "roles.cashier: there is no permission 'refnud' on this till"
    assert error.hint == "did you mean refund?"
    error = refused((REFUND, CUT), RoleSetting(id="cashier", grants=(("xyz", FREELY),)))
    assert error.hint == "there are: refund, cut"
    error = refused((), RoleSetting(id="cashier", grants=(("xyz", FREELY),)))
    assert error.hint == "there are: none"


def test_unknown_roles_are_refused_too():
    error = refused((REFUND,), RoleSetting(id="head", like="casheir"))
    assert error.hint == "did you mean cashier?"
    misspelt = Permission(id="x", label="X", roles=(("manger", FREELY),))
    assert refused((misspelt,)).hint == "did you mean manager?"


def test_nothing_is_said_twice():
    assert "declared twice" in refused((REFUND, REFUND)).message
    twice = RoleSetting(id="cashier")
    assert "there twice" in refused((REFUND,), twice, twice).message
    both = RoleSetting(id="cashier", grants=(("refund", FREELY), ("refund", NEVER)))
    assert "two things" in refused((REFUND,), both).message


@pytest.mark.parametrize(
    ("grant", "words"),
    [
        (Grant(allow=Limit(minor=-1)), "below zero"),
        (Grant(ask=Limit(percent_milli=-1)), "below zero"),
        (Grant(allow=Limit(minor=10), ask=Limit(minor=9)), "more is allowed"),
        (Grant(allow=ANY, ask=Limit(minor=9)), "more is allowed"),
        (Grant(allow=Limit(minor=5), ask=Limit(minor=9, percent_milli=1)), "more is allowed"),
    ],
)
def test_limits_that_contradict_each_other_are_refused_wherever_they_stand(grant, words):
    assert (
        words in refused((REFUND,), RoleSetting(id="cashier", grants=(("refund", grant),))).message
    )
    assert words in refused((Permission(id="x", label="X", roles=(("cashier", grant),)),)).message


def test_equal_limits_and_wider_ones_for_asking_are_taken():
    for ask in (Limit(minor=10), Limit(minor=11), ANY):
        grant = Grant(allow=Limit(minor=10, percent_milli=5), ask=ask)
        compose_roles((REFUND,), (RoleSetting(id="cashier", grants=(("refund", grant),)),))


def test_what_actions_ask_for_is_checked_at_start():
    ROLES.check_asked(("refund", "cut"), "Action x")
    with pytest.raises(ConfigurationError, match="Action x asks for permission 'cutt'") as error:
        ROLES.check_asked(("refund", "cutt"), "Action x")
    assert error.value.hint == "did you mean cut?"


# The kernel's own


def test_the_proposed_roles_are_these():
    """By hand, from the operator model of the threat review: who may alone, asks, may not."""
    expected = {
        "sell": "aaa--",
        "override_price": "paa--",
        "discount": "paa--",
        "return": "aaa--",
        "return_late": "paa--",
        "return_without_receipt": "paa--",
        "refund_cash": "paa--",
        "refund_other_tender": "paa--",
        "post_void": "paa--",
        "void_after_total": "paa--",
        "no_sale": "paa--",
        "resolve_payment": "paa--",
        "pickup": "paa--",
        "approve": "-aa--",
        "free_number": "-aa--",
        "count_expected": "--a--",
        "day_close": "--a--",
        "exceptions": "--a--",
        "operators": "--a--",
        "journal_read": "--a-a",
        "devices": "---a-",
        "configuration": "---a-",
    }
    roles = ("cashier", "supervisor", "manager", "technician", "auditor")
    letters = {ALLOW: "a", ASK: "p", DENY: "-"}
    amount = Amount(minor=10**6, percent_milli=50_000)
    found = {
        each: "".join(letters[KERNEL.decide(role, each, amount).answer] for role in roles)
        for each in expected
    }
    assert found == expected


def test_a_cashier_takes_ten_percent_off_alone_and_a_supervisor_half():
    assert answer("cashier", "discount", 1, 10_000, roles=KERNEL) is ALLOW
    assert answer("cashier", "discount", 1, 10_001, roles=KERNEL) is ASK
    assert answer("supervisor", "discount", 1, 50_000, roles=KERNEL) is ALLOW
    assert answer("supervisor", "discount", 1, 50_001, roles=KERNEL) is ASK


def test_a_trainee_may_nothing_where_it_counts():
    for permission in KERNEL.permissions:
        assert KERNEL.decide("trainee", permission).answer is DENY


def test_whatever_is_asked_for_somebody_can_approve():
    """No request ends in front of a closed door: a manager can answer for each."""
    for permission in KERNEL.permissions:
        for role in USUAL_ROLES:
            if KERNEL.decide(role, permission).answer is ASK:
                assert KERNEL.may_approve("manager", permission)


def commands():
    found = {each for each in vars(cmd).values() if inspect.isclass(each) and attrs.has(each)}
    return sorted(found - NO_COMMANDS, key=lambda each: each.__name__)


NO_COMMANDS = {cmd.Seen, cmd.Settings, cmd.TenderRule, cmd.ControlSettings}


def made(command):
    """A command of a class, whatever its fields: only the class is asked about."""
    return command.__new__(command)


@pytest.mark.parametrize("command", commands(), ids=lambda each: each.__name__)
def test_every_command_asks_for_a_permission_that_is_declared(command):
    if command is cmd.MoveCash:
        return
    permission = permission_of(made(command))
    assert permission in {MACHINE, ANYBODY} or permission in KERNEL.permissions


@pytest.mark.parametrize("kind", sorted(CASH_KINDS))
def test_cash_movements_ask_by_their_kind(kind):
    assert permission_of(cmd.MoveCash(kind=kind)) == kind
    assert kind in KERNEL.permissions


@pytest.mark.parametrize("kind", ["", "gift", "sell"])
def test_no_other_kind_borrows_a_permission_or_passes_for_the_tills_own(kind):
    asked = permission_of(cmd.MoveCash(kind=kind))
    assert asked != MACHINE
    for role in USUAL_ROLES:
        assert KERNEL.decide(role, asked).answer is DENY


def test_only_what_the_till_itself_sends_asks_for_nothing():
    machine = {each.__name__ for each in commands() if permission_of_class(each) == MACHINE}
    assert machine == {
        *("Start", "Anchor", "NoteFault", "ClaimJobs", "SettleJob"),
        *("SendPayment", "HearProvider", "HearStray", "HearBatch", "LosePayment"),
        *("QueueReversal", "PrintSlips"),
        *("SignIn", "RefuseSignIn", "GrantApproval", "DenyApproval", "NoteLesson"),
        "OpenReportFor",
    }


def test_whoever_is_signed_in_may_leave_lock_ask_and_read_messages():
    anybody = {each.__name__ for each in commands() if permission_of_class(each) == ANYBODY}
    assert anybody == {"SignOut", "Lock", "LeaveMessage", "ReadMessage", "AskApproval"}


def permission_of_class(command):
    return "no_sale" if command is cmd.MoveCash else permission_of(made(command))


def test_a_command_that_nobody_entered_stops_where_it_is_tried():
    with pytest.raises(AssertionError, match="asks for no permission"):
        permission_of(object())


def test_every_approval_the_kernel_asks_for_today_is_declared():
    today = {
        *("post_void", "refund_cash", "refund_other_tender"),
        *("return_without_receipt", "return_late"),
    }
    assert today <= set(KERNEL.permissions)

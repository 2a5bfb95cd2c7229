"""An approval is for one thing, once, within a minute, and by somebody else."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
)

from posframe.errors import RuleViolation
from posframe.kernel.domain.approvals import VALID_US, Approvals, Request, grant, use
from posframe.kernel.domain.instant import Instant
from posframe.kernel.domain.permissions import (
    FREELY,
    WITH_APPROVAL,
    Grant,
    Limit,
    Permission,
    compose_roles,
)

SECOND = 1_000_000
ROLES = compose_roles(
    (
        Permission(
            id="post_void",
            label="Undoing a sale",
            roles=(
                ("cashier", WITH_APPROVAL),
                ("supervisor", Grant(allow=Limit(minor=10_000))),
                ("manager", FREELY),
                ("technician", FREELY),
            ),
        ),
        Permission(
            id="approve",
            label="Approving for others",
            roles=(("supervisor", FREELY), ("manager", FREELY)),
        ),
    ),
    (),
)
REQUEST = Request(permission="post_void", amount_minor=899, subject="17", operator="anna")


def at(seconds, boot="a"):
    return Instant(boot=boot, since_us=int(seconds * SECOND))


def granted(request=REQUEST, **changes):
    terms = {
        "id_": "1",
        "approver": "berta",
        "role": "supervisor",
        "roles": ROLES,
        "reason": "wrong goods",
        "at": at(0),
        "approvals": Approvals(),
    }
    return grant(request, **{**terms, **changes})


GIVEN = Approvals().given(granted())


def refusal(function, *args, **named):
    with pytest.raises(RuleViolation) as error:
        function(*args, **named)
    assert error.value.hint
    return error.value.message


# Giving


def test_an_approval_holds_all_that_the_journal_has_to_name():
    approval = granted(reason=" wrong goods ", approver=" berta ")
    assert approval.request == REQUEST
    assert (approval.approver, approval.reason, approval.at) == ("berta", "wrong goods", at(0))


@pytest.mark.parametrize("approver", ["anna", "ANNA", " anna ", "Anna"])
def test_nobody_approves_for_himself_however_the_name_is_written(approver):
    assert refusal(granted, approver=approver) == "Nobody approves for himself"


@pytest.mark.parametrize("approver", ["", "  "])
def test_an_approval_without_a_name_is_none(approver):
    assert refusal(granted, approver=approver) == "Nobody approves for himself"


@pytest.mark.parametrize("reason", ["", "  "])
def test_an_approval_without_a_reason_is_none(reason):
    assert refusal(granted, reason=reason) == "An approval needs a reason"


def test_the_approver_has_to_be_allowed_the_very_amount():
    assert granted(attrs.evolve(REQUEST, amount_minor=10_000)).approver == "berta"
    above = attrs.evolve(REQUEST, amount_minor=10_001)
    assert refusal(granted, above) == "Undoing a sale this much is not for a supervisor"
    assert granted(above, role="manager").approver == "berta"


def test_an_amount_nobody_reckoned_is_above_the_approvers_limit():
    unknown = attrs.evolve(REQUEST, amount_minor=None)
    assert refusal(granted, unknown) == "Undoing a sale this much is not for a supervisor"


def test_whoever_would_have_to_ask_cannot_approve():
    assert refusal(granted, role="cashier") == "Undoing a sale needs an approval"


def test_being_allowed_oneself_is_not_being_allowed_to_approve():
    assert refusal(granted, role="technician") == "Approving for others is not for a technician"
    assert "nothing installed" in refusal(granted, attrs.evolve(REQUEST, permission="fly"))


def test_an_id_is_given_once():
    with pytest.raises(AssertionError):
        granted(approvals=GIVEN)
    with pytest.raises(AssertionError):
        granted(approvals=GIVEN.used("1"))


# Using


def test_an_approval_is_used_for_what_it_was_given_for():
    assert use(GIVEN, "1", REQUEST, at(0)) == granted()


def test_it_is_used_once():
    spent = GIVEN.used("1")
    assert (set(spent.open), set(spent.spent)) == (set(), {"1"})
    assert refusal(use, spent, "1", REQUEST, at(1)) == "That approval was used already"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"amount_minor": 898}, "another amount"),
        ({"amount_minor": 900}, "another amount"),
        ({"amount_minor": None}, "another amount"),
        ({"percent_milli": 1}, "another amount"),
        ({"subject": "18"}, "something else"),
        ({"subject": ""}, "something else"),
        ({"permission": "refund_cash"}, "another action"),
        ({"operator": "carla"}, "another operator"),
    ],
)
def test_it_is_used_for_nothing_else_not_even_for_less(changes, words):
    other = attrs.evolve(REQUEST, **changes)
    assert refusal(use, GIVEN, "1", other, at(0)) == f"That approval is for {words}"


def test_the_approver_cannot_use_it_after_signing_in_himself():
    own = attrs.evolve(REQUEST, operator="berta")
    assert refusal(use, GIVEN, "1", own, at(0)) == "Nobody approves for himself"


def test_it_holds_for_less_than_a_minute():
    assert use(GIVEN, "1", REQUEST, Instant(boot="a", since_us=VALID_US - 1))
    assert refusal(use, GIVEN, "1", REQUEST, at(60)) == "That approval came too late"
    assert VALID_US == 60 * SECOND


def test_it_does_not_outlive_a_restart():
    assert refusal(use, GIVEN, "1", REQUEST, at(0, "b")) == "That approval came too late"


def test_an_id_that_was_made_up_is_not_known():
    assert refusal(use, GIVEN, "2", REQUEST, at(0)) == "That approval is not known here"


def test_using_what_is_not_known_changes_nothing():
    assert GIVEN.used("2") is GIVEN


def test_a_refused_use_leaves_the_approval_as_it_was():
    refusal(use, GIVEN, "1", attrs.evolve(REQUEST, subject="18"), at(0))
    assert use(GIVEN, "1", REQUEST, at(1))


# Memory


def test_what_is_over_is_let_go_when_the_next_is_given():
    later = GIVEN.used("1").given(granted(id_="2", at=at(30)))
    assert set(later.spent) == {"1"}
    much_later = later.given(granted(id_="3", at=at(60)))
    assert (set(much_later.open), set(much_later.spent)) == ({"2", "3"}, set())
    rebooted = much_later.given(granted(id_="4", at=at(1, "b")))
    assert set(rebooted.open) == {"4"}
    assert refusal(use, rebooted, "1", REQUEST, at(1, "b")) == "That approval is not known here"


class Replays(RuleBasedStateMachine):
    """Approvals are given, used, used again, altered and left lying, in any order.

    Beside it stands the simplest account there is: a list of what was given and when, and of what
    went through.
    """

    ids = Bundle("ids")

    def __init__(self):
        super().__init__()
        self.approvals, self.now, self.boot = Approvals(), 0, 0
        self.given, self.through = {}, []

    @property
    def instant(self):
        return Instant(boot=str(self.boot), since_us=self.now)

    @rule(
        target=ids,
        operator=st.sampled_from(["anna", "carla"]),
        approver=st.sampled_from(["anna", "berta"]),
        minor=st.sampled_from([100, 200, 20_000]),
    )
    def give(self, operator, approver, minor):
        request = attrs.evolve(REQUEST, operator=operator, amount_minor=minor)
        id_ = str(len(self.given) + 1)
        try:
            approval = granted(
                request, id_=id_, approver=approver, at=self.instant, approvals=self.approvals
            )
        except RuleViolation:
            assert operator == approver or minor == 20_000
            return multiple()
        assert operator != approver
        self.approvals = self.approvals.given(approval)
        self.given[id_] = (operator, approver, minor, self.now, self.boot)
        return id_

    @rule(
        id_=ids,
        operator=st.sampled_from(["anna", "berta", "carla"]),
        minor=st.sampled_from([100, 200]),
    )
    def take(self, id_, operator, minor):
        request = attrs.evolve(REQUEST, operator=operator, amount_minor=minor)
        by, approver, bound, since, boot = self.given[id_]
        is_right = (
            (operator, minor, self.boot) == (by, bound, boot)
            and operator != approver
            and self.now - since < VALID_US
            and id_ not in self.through
        )
        try:
            use(self.approvals, id_, request, self.instant)
        except RuleViolation:
            assert not is_right
        else:
            assert is_right
            self.approvals = self.approvals.used(id_)
            self.through.append(id_)

    @rule(us=st.sampled_from([0, 1, SECOND, 30 * SECOND, VALID_US - 1, VALID_US]))
    def wait(self, us):
        self.now += us

    @rule()
    def restart(self):
        self.now, self.boot = 0, self.boot + 1

    @invariant()
    def each_went_through_at_most_once(self):
        assert len(self.through) == len(set(self.through))


TestReplays = Replays.TestCase

"""Who answers for a drawer: another's shift, a hand-over, and a count that could not be taken."""

from __future__ import annotations

import attrs
import pytest

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.counting import Count, CountRow
from posframe.kernel.domain.entry import EntryRules
from posframe.kernel.domain.entry_shifts import END, CountAsked, shift
from posframe.kernel.domain.kernel_permissions import KERNEL_PERMISSIONS
from posframe.kernel.domain.permissions import WITH_APPROVAL, RoleSetting, compose_roles
from posframe.kernel.domain.refusals import ApprovalNeeded
from posframe.script import Script
from tests.kernel.guarded import CONTROL, FLOAT, GUARDED, ME, OTHER, GuardedDay
from tests.kernel.shop import events_of, open_till, write_settings
from tests.signing import PINS, ROLES, SIGN_IN, open_signing_till, write_operators

AUDITOR = "9"
SHARED = '\n[shifts]\nneeded = true\nreason_limit = "1.00"\n'
FLOATING = (
    '\n[shifts]\nneeded = true\nreason_limit = "1.00"\ndrawers = ["1"]\nfloating = ["F1"]\n'
    "self_confirm = true\n"
)


@pytest.fixture
def till(tmp_path, monkeypatch):
    """One drawer that everybody sells into; cashier 17 has just opened it."""
    monkeypatch.setitem(PINS, AUDITOR, "112358")
    monkeypatch.setitem(ROLES, AUDITOR, "auditor")
    write_settings(tmp_path, plugins=("payments",), more=SIGN_IN + SHARED)
    write_operators(tmp_path, tuple(PINS))
    with open_signing_till(tmp_path) as opened:
        done(Script(opened), ".shift open 3x50")
        yield opened


@pytest.fixture
def script(till):
    return Script(till)


@pytest.fixture
def trusting(tmp_path):
    """A till where nobody signs in, with a floating drawer that is away."""
    write_settings(tmp_path, more=FLOATING)
    with open_till(tmp_path) as opened:
        yield Script(opened)


def done(script, *lines):
    """Do lines that are all taken; return the last answer."""
    answer = {}
    for line in lines:
        answer = script.line(line)
        assert answer["accepted"], (line, answer)
    return answer


def refused(script, line):
    answer = script.line(line)
    assert not answer["accepted"], (line, answer)
    assert answer["hint"], "a refusal says what to do next"
    return f"{answer['message']} | {answer['hint']}"


def as_(script, number):
    return done(script, f".signin {number} {PINS[number]}")


def asked(script):
    """Return the permission that waits for an approval, and what it is about."""
    request = script.session.wants_approval
    return (request.permission, request.subject) if request is not None else None


def shifts(script):
    return [
        (each.id, each.operator, each.state.value)
        for each in script.session.till.state.control.shifts
    ]


def test_who_shares_a_drawer_sells_into_it_without_anybodys_word(script):
    as_(script, "18")
    done(script, "8006", "+", "")
    assert script.session.till.state.control.shifts[0].cash.cash_sales_minor > 0


@pytest.mark.parametrize("entry", [".shift end 1x50", ".shift end 1 1x50"])
def test_who_only_shares_a_drawer_asks_before_they_end_its_shift(script, entry):
    as_(script, "18")
    assert "another's shift needs an approval" in refused(script, entry)
    assert asked(script) == ("shift_other", "shift 1")
    assert shifts(script) == [("1", "17", "open")]
    done(script, f".approve 42 {PINS['42']} 17 went home ill")
    assert shifts(script) == [("1", "17", "ended")]


@pytest.mark.parametrize("entry", [".shift recount 3x50", ".shift explain cash lost"])
def test_who_only_shares_a_drawer_asks_before_they_recount_or_explain(script, entry):
    done(script, ".shift end 2x50")
    as_(script, "18")
    refused(script, entry)
    assert asked(script) == ("shift_other", "shift 1")


def test_who_has_a_shared_drawer_or_counted_it_has_part_in_it(script):
    as_(script, "18")
    refused(script, ".shift end 2x50")
    done(script, f".approve 42 {PINS['42']} 17 went home ill")
    done(script, ".shift explain cash 18 counted it")  # who counted
    as_(script, "17")
    done(script, ".shift recount 3x50")  # whose it is


def test_who_only_shares_a_drawer_needs_a_second_word_to_hand_it_over(script):
    as_(script, "18")
    refused(script, ".handover 42 3x50")
    assert asked(script) == ("shift_other", "shift 1")
    refused(script, f".approve 7 {PINS['7']} 17 went home ill")  # taken; now who takes it
    assert asked(script) == ("hand_over", "shift 1 to 42")
    done(script, f".approve 42 {PINS['42']} counted")
    assert shifts(script) == [("1", "17", "ended"), ("2", "42", "open")]


def test_a_drawer_that_one_takes_oneself_needs_the_word_for_anothers_alone(script):
    as_(script, "18")
    refused(script, ".handover 18 3x50")
    assert asked(script) == ("shift_other", "shift 1")
    done(script, f".approve 42 {PINS['42']} 17 went home ill")
    assert shifts(script) == [("1", "17", "ended"), ("2", "18", "open")]


def test_a_drawer_is_handed_over_by_the_word_of_who_takes_it(script):
    words = refused(script, ".handover 18 3x50")
    assert words == (
        "Operator 18 has to answer for the drawer | operator 18 approves with number and PIN"
    )
    assert shifts(script) == [("1", "17", "open")]
    done(script, f".approve 18 {PINS['18']} counted together")  # a cashier, who approves nothing
    assert shifts(script) == [("1", "17", "ended"), ("2", "18", "open")]
    (given,) = events_of(script.session.till, ev.ApprovalGiven)
    assert (given.action, given.approver, given.subject) == ("hand_over", "18", "shift 1 to 18")


def test_a_drawer_that_was_counted_heap_by_heap_waits_for_who_takes_it(script):
    done(script, ".handover 18", "3x50")
    refused(script, "done")
    done(script, f".approve 18 {PINS['18']} counted together")
    assert script.session.counting is None
    assert shifts(script) == [("1", "17", "ended"), ("2", "18", "open")]


@pytest.mark.parametrize("other", ["42", "7"])
def test_nobody_takes_a_drawer_for_another(script, other):
    refused(script, ".handover 18 3x50")
    words = refused(script, f".approve {other} {PINS[other]} I say so")
    assert "Operator 18 takes the drawer and answers for it" in words
    assert [each.approver for each in events_of(script.session.till, ev.ApprovalDenied)] == [other]
    assert shifts(script) == [("1", "17", "open")]
    done(script, f".approve 18 {PINS['18']} counted together")  # it went on waiting


def test_a_drawer_is_not_handed_to_who_may_have_none_and_nobody_counts_first(script):
    assert "Operator 9 may have no drawer" in refused(script, ".handover 9")
    assert script.session.counting is None


def test_a_word_for_one_hand_over_is_none_for_another(script):
    refused(script, ".handover 18 3x50")
    refused(script, ".handover 42 3x50")  # another wants the drawer
    words = refused(script, f".approve 18 {PINS['18']} counted together")
    assert "Operator 42 takes the drawer" in words


def test_a_count_is_refused_once_somebody_used_the_drawer_since_it_began(script):
    done(script, ".shift end", "3x50")
    as_(script, "18")
    done(script, "8006", "+", "")
    as_(script, "17")
    assert "The drawer was used since the count began | give this count up with .leave" in (
        refused(script, "done")
    )
    assert shifts(script) == [("1", "17", "open")]
    done(script, ".leave", ".shift end", "3x50", "1x5", "done")
    assert shifts(script) == [("1", "17", "ended")]


def test_a_count_waits_for_who_counts_while_nobody_uses_the_drawer(script):
    """The control: that somebody signs in and out spoils no count."""
    done(script, ".shift end", "3x50")
    as_(script, "18")
    as_(script, "17")
    done(script, "done")
    assert shifts(script) == [("1", "17", "ended")]


def test_a_float_is_counted_anew_once_its_drawer_was_used(trusting):
    done(trusting, ".shift open", "3x50")
    other = Script(trusting.session.till)
    done(other, ".shift open 3x50", ".shift end 3x50", ".shift confirm")
    assert "The drawer was used since the count began" in refused(trusting, "done")


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (".shift recount", "No shift waits to be confirmed"),
        (".shift recount 5", "Shift 5 is confirmed already, or there is none"),
        (".shift open 9", "There is no drawer '9'"),
        (".shift open F1", "Drawer F1 stands at no till"),
        (".shift end", "You have no shift open"),
        (".shift end 44", "Shift 44 is confirmed already, or there is none"),
        (".shift end 137.95", "Shift 137.95 is confirmed already, or there is none"),
        (".handover 18", "You have no shift open"),
    ],
)
def test_a_count_that_could_not_be_taken_is_refused_before_anybody_counts(trusting, entry, words):
    assert words in refused(trusting, entry)
    assert trusting.session.counting is None


def test_nobody_counts_a_third_time_nor_a_shift_that_is_ended(trusting):
    done(trusting, ".shift open 3x50", ".shift end 3x50")
    assert "count it again with .shift recount 1" in refused(trusting, ".shift end 1")
    done(trusting, ".shift recount 3x50")
    assert "It was counted twice already" in refused(trusting, ".shift recount")
    assert trusting.session.counting is None
    words = refused(trusting, ".shift end 1")
    assert ".shift recount" not in words
    assert ".shift confirm 1" in words


def test_an_ended_shift_whose_drawer_is_in_use_is_not_to_be_counted_again(trusting):
    done(trusting, ".shift open 3x50", ".shift end 3x50", ".shift open 3x50")
    words = refused(trusting, ".shift end 1")
    assert ".shift recount" not in words
    assert ".shift confirm 1" in words
    assert "Drawer 1 is not as it was counted" in refused(trusting, ".shift recount 1")
    assert trusting.session.counting is None


@pytest.mark.parametrize(
    ("line", "name", "heaps"),
    [
        ("20 x 5", "", ("20 x 5",)),
        ("20 x5", "", ("20 x5",)),
        ("20x 5 1x10", "", ("20x 5", "1x10")),
        ("412 g 2.00", "", ("412 g 2.00",)),
        ("412g 2.00", "", ("412g 2.00",)),
        ("3 rolls 1.00", "", ("3 rolls 1.00",)),
        ("bundle 50", "", ("bundle 50",)),
        ("7 20 x 5", "7", ("20 x 5",)),
        ("7 3 rolls 1.00", "7", ("3 rolls 1.00",)),
        ("7", "7", ()),
        ("done", "", ("done",)),
    ],
)
def test_the_first_word_of_a_heap_is_no_shift(line, name, heaps):
    found = shift([END, *line.split()], None, EntryRules())
    assert found == CountAsked(what=END, name=name, entries=heaps)


def test_a_role_that_has_to_ask_needs_both_a_supervisor_and_who_takes_the_drawer():
    asks = RoleSetting(id="cashier", grants=(("hand_over", WITH_APPROVAL),))
    control = attrs.evolve(CONTROL, roles=compose_roles(KERNEL_PERMISSIONS, (asks,)))
    desk = GuardedDay(attrs.evolve(GUARDED, control=control), "cashier")
    desk.do(cmd.OpenShift(count=FLOAT))
    command = cmd.HandOver(count=FLOAT, to=OTHER)
    first = desk.needs(command)
    assert first.subject == "shift 1"
    with pytest.raises(ApprovalNeeded) as second:
        desk.approved(command, first)
    assert second.value.request.subject == f"shift 1 to {OTHER}"
    desk.approved(command, first, second.value.request)
    assert [each.operator for each in desk.state.control.shifts] == [ME, OTHER]


def test_a_taker_whose_role_may_have_no_drawer_cannot_answer_for_one():
    """Also where nobody looked before the count, as at another screen."""
    desk = GuardedDay(role="cashier")
    desk.do(cmd.OpenShift(count=FLOAT))
    request = desk.needs(cmd.HandOver(count=FLOAT, to=OTHER))
    desk.do(cmd.AskApproval(request=request))
    words = desk.do(
        cmd.GrantApproval(request=request, approver=OTHER, role="auditor", reason="seen")
    )
    assert words.startswith(f"Operator {OTHER} may have no drawer")
    assert [type(each) for each in desk.events][:1] == [ev.ApprovalDenied]


def test_a_drawer_is_not_counted_for_somebody_who_has_one_already(trusting):
    till = trusting.session.till
    done(trusting, ".shift open 1 3x50", ".drawer F1 here")
    till.do(cmd.HandOver(count=Count(rows=(CountRow(denomination_minor=5_000, pieces=3),)), to="2"))
    done(trusting, ".shift open F1 1x50")
    assert "2 has shift 2 open on drawer 1" in refused(trusting, ".handover 2")
    assert trusting.session.counting is None

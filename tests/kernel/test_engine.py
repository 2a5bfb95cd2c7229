"""The engine: groups of actions, refusals that change nothing, and what a failing disk leaves."""

from __future__ import annotations

import attrs
import pytest

from posframe.errors import (
    JournalCorrupt,
    JournalError,
    PluginError,
    PosframeError,
    RuleViolation,
)
from posframe.kernel import engine as engine_module
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import questions
from posframe.kernel.domain.events import LineVoided
from posframe.kernel.engine import Engine
from posframe.kernel.hookspecs import hookimpl
from posframe.kernel.ports import ActionHead
from tests.kernel.notes import REQUIRED, NotesPlugin
from tests.kernel.shop import group, open_till, recorded_of, with_plugins, write_settings


@pytest.fixture
def till(tmp_path):
    write_settings(tmp_path)
    with with_plugins(notes=NotesPlugin(REQUIRED)):
        opened = open_till(tmp_path, path=tmp_path / "till.db")
    yield opened
    opened.close()


@pytest.fixture
def engine(till):
    """The engine of a till, used on its thread by ``group``."""
    return till.parts.engine


DISK = JournalError("The disk failed", hint="check the disk")
PEN = cmd.AddItem(code="PEN")


def lines(till):
    sale = till.state.transaction
    return len(sale.basket.lines) if sale else 0


# Groups


def test_actions_of_a_group_see_each_other_and_share_a_commit(till, monkeypatch):
    commits = []
    commit = till.parts.journal.commit
    monkeypatch.setattr(till.parts.journal, "commit", lambda: commits.append(1) or commit())
    outcomes = group(till, PEN, PEN, cmd.VoidLine(), cmd.Pay(type="cash"))
    assert [outcome.accepted for outcome in outcomes] == [True] * 4
    assert len(commits) == 1
    assert outcomes[3].words == "Receipt 1"
    assert {outcome.state.last_receipt_number for outcome in outcomes} == {1}, "the state after"


def test_a_refusal_changes_nothing_and_stops_nobody(till):
    head = till.parts.engine.head_seq
    outcomes = group(till, PEN, cmd.VoidLine(number=9), PEN)
    assert [outcome.accepted for outcome in outcomes] == [True, False, True]
    refused = outcomes[1]
    assert (refused.words, refused.hint) == ("There is no line 9", "lines are 1 to 1")
    assert isinstance(refused.error, RuleViolation)
    assert refused.recorded == ()
    assert lines(till) == 2
    assert till.parts.engine.head_seq == head + 4


def test_an_action_that_does_nothing_is_accepted_without_a_row(till):
    head = till.parts.engine.head_seq
    (outcome,) = group(till, cmd.ClaimJobs(ids=("nothing",)))
    assert outcome.accepted
    assert outcome.recorded == ()
    assert till.parts.engine.head_seq == head


def test_rows_carry_who_asked_and_when(till):
    (outcome,) = group(till, PEN)
    for row in outcome.recorded:
        assert (row.actor, row.wall_us) == ("7", till.parts.clock.wall_us())
        assert (row.command, row.business_date) == (outcome.id, "2026-01-01")


def test_a_broken_promise_stops_its_action_and_not_the_till(till, monkeypatch):
    """An assertion fails in a decision: words for support, nothing written, the next scan works."""
    real = engine_module.decide

    def broken(state, command, moment, settings):
        if command == cmd.CheckAge():
            raise AssertionError("two and two are five")
        return real(state, command, moment, settings)

    monkeypatch.setattr(engine_module, "decide", broken)
    first, second = group(till, cmd.CheckAge(), PEN)
    assert type(first.error) is PosframeError
    assert "AssertionError: two and two are five" in first.words
    assert "tell support" in first.hint
    assert second.accepted


def test_a_command_nobody_knows_is_refused(till):
    (outcome,) = group(till, object())
    assert isinstance(outcome.error, PluginError)
    assert outcome.words == "No plugin of this till knows object"


# Repetition (law 8)


def test_the_same_id_twice_in_a_group_is_one_action(till):
    first, second, third = group(till, PEN, PEN, PEN, ids=["a1", "a1", "a2"])
    assert (first.repeated, second.repeated, third.repeated) == (False, True, False)
    assert second.recorded == first.recorded
    assert lines(till) == 2


def test_a_refused_command_sent_again_is_decided_again(till):
    """It did nothing, so nothing is repeated."""
    first, second = group(till, cmd.VoidLine(), cmd.VoidLine(), ids=["a1", "a1"])
    assert (first.accepted, second.accepted, second.repeated) == (False, False, False)
    group(till, PEN)
    (third,) = group(till, cmd.VoidLine(), ids=["a1"])
    assert (third.accepted, third.repeated) == (True, False)


def test_commands_long_ago_are_remembered_by_the_journal(till, monkeypatch):
    """What memory has forgotten is found on disk."""
    monkeypatch.setattr(engine_module, "REMEMBERED_COMMANDS", 1)
    (first,) = group(till, PEN, ids=["a1"])
    group(till, PEN, PEN, ids=["a2", "a3"])
    (again,) = group(till, PEN, ids=["a1"])
    assert (again.accepted, again.repeated, again.words) == (True, True, "Done before")
    assert [row.seq for row in again.recorded] == [row.seq for row in first.recorded]
    assert lines(till) == 3


def test_an_id_of_long_ago_that_was_never_used_is_new(till):
    group(till, PEN, ids=["b1"])
    (outcome,) = group(till, PEN, ids=["a1"])
    assert (outcome.accepted, outcome.repeated) == (True, False)


# Folding


def test_a_new_engine_over_the_same_journal_has_the_same_state(till):
    group(till, PEN, PEN, cmd.Discount(number=0, percent_milli=5_000), cmd.Suspend(), PEN)
    again = till.call(lambda: Engine(till.parts.engine.parts))
    assert again.state == till.state
    assert again.head_seq == till.parts.engine.head_seq


def test_a_checkpoint_shortens_the_fold_and_changes_nothing(till):
    group(till, PEN, PEN)
    engine = till.parts.engine
    rows = engine.rows_since_checkpoint
    assert rows == engine.head_seq
    till.call(engine.checkpoint)
    assert engine.rows_since_checkpoint == 0
    till.call(engine.checkpoint)
    group(till, PEN)
    assert engine.rows_since_checkpoint == 1
    again = till.call(lambda: Engine(engine.parts))
    assert again.rows_since_checkpoint == 1
    assert again.state == till.state


def test_a_journal_that_makes_no_sense_is_refused_by_its_row(till, tmp_path):
    """Each row is whole, and together they say what cannot have happened."""
    head = ActionHead(command="x", wall_us=0, mono_us=0, business_date="", actor="")

    def write():
        journal = till.parts.journal
        journal.begin()
        journal.append(head, [(LineVoided(5), "")])
        journal.commit()
        return Engine(till.parts.engine.parts)

    with pytest.raises(JournalCorrupt, match=r"Row 2 of the journal, sale\.LineVoided") as error:
        till.call(write)
    assert "journal verify" in error.value.hint


# Plugins' faults


class Faulty(NotesPlugin):
    """Fails when asked what goes with an action."""

    @hookimpl
    def posframe_contribute(self, sale, events):
        raise ValueError("out of ideas")


def test_faults_are_journalled_with_the_action_that_met_them(tmp_path):
    """Also when that action was refused; a fault of the note is not chased."""
    write_settings(tmp_path)
    with with_plugins(faulty=Faulty()), open_till(tmp_path) as till:
        head = till.parts.engine.head_seq
        (outcome,) = group(till, PEN)
        assert outcome.accepted
        names = [row.name for row in recorded_of(till)[head:]]
        assert names == ["day.Opened", "sale.Opened", "sale.LineAdded", "plugin.Faulted"]
        assert [row.name for row in outcome.recorded] == names[:3]
        faulted = recorded_of(till)[-1]
        assert faulted.action == faulted.seq, "an action of its own"
        assert faulted.event.message == "ValueError: out of ideas"


def test_a_fault_that_cannot_be_noted_stops_nothing(tmp_path, monkeypatch):
    write_settings(tmp_path)
    with with_plugins(faulty=Faulty()), open_till(tmp_path) as till:
        journal = till.parts.journal
        real = journal.append

        def append(head, events):
            if type(events[0][0]).__name__ == "PluginFaulted":
                raise DISK
            return real(head, events)

        monkeypatch.setattr(journal, "append", append)
        assert group(till, PEN)[0].accepted
        assert lines(till) == 1


def test_every_question_has_somebody_who_answers(engine):
    asked = {
        each for each in vars(questions).values()
        if isinstance(each, type) and each.__module__ == questions.__name__
    }  # fmt: skip
    assert asked == set(engine._answers)
    assert all(attrs.has(each) for each in asked)

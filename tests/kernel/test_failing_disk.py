"""A disk that fails under the engine: what is said done is done, and nothing stands by halves."""

from __future__ import annotations

import pytest

from posframe.errors import (
    JournalBusy,
    JournalCorrupt,
    JournalError,
    JournalFull,
    JournalUnavailable,
    RuleViolation,
)
from posframe.kernel.domain import commands as cmd
from posframe.kernel.hookspecs import hookimpl
from posframe.kernel.ports import Head
from tests.kernel.notes import REQUIRED, Note, NotesPlugin, notes_in
from tests.kernel.shop import group, open_till, with_plugins, write_settings

PEN = cmd.AddItem(code="PEN")


@pytest.fixture
def till(tmp_path):
    write_settings(tmp_path)
    with with_plugins(notes=NotesPlugin(REQUIRED)):
        opened = open_till(tmp_path, path=tmp_path / "till.db")
    yield opened
    opened.close()


def lines(till):
    sale = till.state.transaction
    return len(sale.basket.lines) if sale else 0


def failing(journal, monkeypatch, name, error, *, before=False):
    """Let one call of a journal's method fail, after doing its work unless ``before``."""
    real = getattr(journal, name)

    def fail(*arguments):
        monkeypatch.setattr(journal, name, real)
        if not before:
            real(*arguments)
        raise error

    monkeypatch.setattr(journal, name, fail)


DISK = JournalError("The disk failed", hint="check the disk")


def test_a_group_that_cannot_begin_is_refused_whole(till, monkeypatch):
    busy = JournalBusy("Another program holds it", hint="close it")
    failing(till.parts.journal, monkeypatch, "begin", busy, before=True)
    outcomes = group(till, PEN, PEN)
    assert {outcome.words for outcome in outcomes} == {"Another program holds it"}
    assert lines(till) == 0
    assert group(till, PEN)[0].accepted


def test_a_commit_that_failed_and_is_not_on_disk_was_not_done(till, monkeypatch):
    """Every action of the group is refused by name; a refusal stays the refusal it was."""
    journal = till.parts.journal
    (old,) = group(till, PEN, ids=["a0"])
    real = journal.commit

    def fail():
        monkeypatch.setattr(journal, "commit", real)
        journal.rollback()
        raise DISK

    monkeypatch.setattr(journal, "commit", fail)
    done, refused, idle, old_again, new_again = group(
        till, PEN, cmd.VoidLine(number=9), cmd.ClaimJobs(ids=("x",)), PEN, PEN,
        ids=["a1", "a2", "a3", "a0", "a1"],
    )  # fmt: skip
    assert (done.accepted, done.recorded) == (False, ())
    assert done.words == "The disk failed; nothing of this was stored"
    assert (refused.accepted, refused.words) == (False, "There is no line 9")
    assert idle.accepted, "it did nothing, and that stands"
    assert (old_again.accepted, old_again.repeated) == (True, True), "that was done long before"
    assert old_again.recorded == old.recorded
    assert (new_again.accepted, new_again.repeated) == (False, False)
    assert lines(till) == 1
    (again,) = group(till, PEN, ids=["a1"])
    assert (again.accepted, again.repeated) == (True, False)
    assert lines(till) == 2


def test_a_commit_that_failed_and_is_on_disk_was_done(till, monkeypatch):
    failing(till.parts.journal, monkeypatch, "commit", DISK)
    first, second = group(till, PEN, Note("a"))
    assert (first.accepted, second.accepted) == (True, True)
    assert lines(till) == 1
    assert notes_in(till) == ["a"]
    (again,) = group(till, PEN, ids=[first.id])
    assert again.repeated
    assert lines(till) == 1


def test_a_group_lost_in_the_middle_leaves_the_till_as_before(till, monkeypatch):
    """The database drops everything by itself: also what had been decided well."""
    journal = till.parts.journal
    group(till, PEN)
    before, head = till.state, till.parts.engine.head_seq
    real, calls = journal.append, []

    def fail(*arguments):
        calls.append(1)
        if len(calls) == 2:
            journal.query("ROLLBACK")
            raise JournalFull("The disk is full", hint="free space")
        return real(*arguments)

    monkeypatch.setattr(journal, "append", fail)
    outcomes = group(till, PEN, PEN, PEN)
    assert {outcome.accepted for outcome in outcomes} == {False}
    assert {outcome.words for outcome in outcomes} == {"The disk is full"}
    assert till.state == before
    assert till.parts.engine.head_seq == head
    monkeypatch.setattr(journal, "append", real)
    assert group(till, PEN)[0].recorded[0].seq == head + 1


def test_a_group_that_a_plugins_question_lost_is_lost_whole(tmp_path):
    """Reading failed under a hook and dropped it: the refusal is not all there is to say."""
    journals = []

    class Reader(NotesPlugin):
        @hookimpl
        def posframe_before_line(self, sale, lines):
            if len(sale.offers) or sale.line_count < 2:
                return None
            journals[0].query("ROLLBACK")
            return RuleViolation("No", hint="no")

    write_settings(tmp_path)
    with with_plugins(reader=Reader()), open_till(tmp_path) as till:
        journals.append(till.parts.journal)
        head = till.parts.engine.head_seq
        first, second = group(till, PEN, PEN)
        assert (first.accepted, second.accepted) == (False, False)
        assert "nothing of this was stored" in first.words
        assert second.words == "No"
        assert lines(till) == 0
        assert till.parts.engine.head_seq == head
        assert group(till, PEN)[0].accepted


def test_an_action_the_disk_refuses_leaves_the_others_of_its_group(till, monkeypatch):
    failing(till.parts.journal, monkeypatch, "append", DISK, before=True)
    first, second = group(till, PEN, PEN)
    assert (first.accepted, first.words) == (False, "The disk failed")
    assert second.accepted
    assert lines(till) == 1


def test_a_journal_that_cannot_be_reopened_stops_the_till(till, monkeypatch):
    """Nothing more is taken, and every answer says why."""
    journal = till.parts.journal
    gone = JournalUnavailable("The journal cannot be reopened", hint="check the disk")
    failing(journal, monkeypatch, "commit", DISK, before=True)
    monkeypatch.setattr(journal, "recover", lambda: (_ for _ in ()).throw(gone))
    before = till.state
    for _ in range(3):
        (outcome,) = group(till, PEN)
        assert (outcome.accepted, outcome.words) == (False, "The journal cannot be reopened")
    assert till.state == before
    till.parts.engine.checkpoint()


def test_a_journal_that_ends_elsewhere_stops_the_till(till, monkeypatch):
    """Neither before nor after the group: somebody else has been at it."""
    journal = till.parts.journal
    failing(journal, monkeypatch, "commit", DISK, before=True)
    monkeypatch.setattr(journal, "recover", lambda: Head(99, b"x" * 32))
    (outcome,) = group(till, PEN)
    assert isinstance(outcome.error, JournalCorrupt)
    assert "ends at row 99" in outcome.words
    assert not group(till, PEN)[0].accepted


def test_what_nobody_foresaw_stops_the_till_and_says_so(till, monkeypatch):
    """After it nothing in memory can be relied on."""
    failing(till.parts.journal, monkeypatch, "begin", MemoryError("no memory"), before=True)
    (outcome,) = group(till, PEN)
    assert isinstance(outcome.error, JournalUnavailable)
    assert "The till has stopped: MemoryError: no memory" in outcome.words
    assert not group(till, PEN)[0].accepted

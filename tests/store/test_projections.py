"""Read models: folded with the action, required or left behind, rebuilt; never a cursor."""

from __future__ import annotations

import attrs
import pytest

from posframe.errors import JournalError, JournalFull, PluginError
from posframe.kernel.domain.events import KERNEL_EVENTS, ItemLearned
from posframe.store.codec import Codec
from tests.kernel.notes import NOTES, REQUIRED, Noted


def notes_in(journal):
    return [text for _, text in journal.query(NOTES.queries["all"])]


def position(journal, name="notes"):
    rows = journal.query("SELECT version, position, error FROM projection WHERE name = ?", (name,))
    return rows[0] if rows else None


def catch_up(journal):
    slices = 1
    while journal.catch_up():
        slices += 1
    return slices


def failing_at(*texts, model=NOTES):
    """Return the model, unable to take notes of these texts."""

    def apply(row):
        if row.event.text in texts:
            raise ValueError(f"no {row.event.text}")
        yield from NOTES.apply(row)

    return attrs.evolve(model, apply=apply)


# In the action


def test_a_current_read_model_is_folded_in_the_action(open_journal, write):
    """In its group it is seen; rolled back it was never there."""
    journal = open_journal(NOTES)
    write(journal, Noted("a"))
    write(journal, Noted("b"), commit=False)
    assert notes_in(journal) == ["a", "b"]
    journal.rollback()
    assert notes_in(journal) == ["a"]
    assert position(journal) == (1, None, "")


def test_it_is_told_only_the_events_it_handles(open_journal, write):
    told = []
    model = attrs.evolve(NOTES, handles=frozenset({"other.Event"}), apply=told.append)
    write(open_journal(model), Noted("a"))
    assert told == []


def test_a_required_one_that_fails_refuses_the_action(open_journal, write):
    """Nothing of the action stands, and the next one is taken."""
    journal = open_journal(REQUIRED)
    with pytest.raises(
        PluginError, match=r"read model notes cannot take notes\.Noted: bad"
    ) as error:
        write(journal, Noted("a"), Noted("bad"))
    assert "the action was not done" in error.value.hint
    assert journal.head.seq == 0
    write(journal, Noted("b"))
    assert notes_in(journal) == ["b"]
    assert position(journal) == (1, None, "")


def test_a_degradable_one_that_fails_is_left_behind_and_said(open_journal, write):
    """The action stands; half of a row leaves nothing; the rest waits."""
    said = []
    journal = open_journal(NOTES, failed=lambda model, error: said.append((model.name, str(error))))
    write(journal, Noted("a"))
    write(journal, Noted("b"), Noted("bad"), Noted("c"))
    write(journal, Noted("d"))
    assert notes_in(journal) == ["a", "b"]
    assert said == [("notes", "bad notes are not kept")]
    assert position(journal) == (1, 2, "bad notes are not kept")
    assert journal.projections.behind == {"notes": "ValueError: bad notes are not kept"}
    assert journal.catch_up() is False, "a frozen one is not tried again until the next start"
    assert notes_in(journal) == ["a", "b"]


def test_a_frozen_one_is_tried_again_at_the_next_start(open_journal, write):
    """Mended meanwhile it takes what it missed; still broken it stays where it was."""
    journal = open_journal(NOTES)
    write(journal, Noted("a"), Noted("bad"), Noted("c"))
    journal.close()
    journal = open_journal(NOTES)
    assert journal.projections.behind == {"notes": ""}
    catch_up(journal)
    assert position(journal)[1] == 1
    assert journal.projections.behind["notes"].startswith("ValueError")
    write(journal, Noted("d"))
    journal.close()
    mended = attrs.evolve(NOTES, apply=lambda row: [("keep", (row.seq, row.event.text))])
    journal = open_journal(mended)
    catch_up(journal)
    assert notes_in(journal) == ["a", "bad", "c", "d"]
    assert position(journal) == (1, None, "")
    write(journal, Noted("e"))
    assert notes_in(journal)[-1] == "e"


def test_an_action_that_is_refused_unfreezes_what_it_froze(open_journal, write):
    """One model fails, then a required one: the action is undone, and so is the freezing."""
    other = attrs.evolve(
        failing_at("odd", model=REQUIRED),
        name="other",
        migrations=(NOTES.migrations[0].replace("notes_note", "other_note"),),
        statements={"keep": "INSERT INTO other_note VALUES (?, ?)"},
        queries={},
    )
    journal = open_journal(NOTES, other)
    with pytest.raises(PluginError):
        write(journal, Noted("bad"), Noted("odd"))
    assert journal.projections.behind == {}
    write(journal, Noted("a"))
    assert notes_in(journal) == ["a"]
    journal.close()
    assert open_journal(NOTES, other).projections.behind == {}


def test_a_lost_group_unfreezes_what_it_froze(open_journal, write):
    journal = open_journal(NOTES)
    write(journal, Noted("bad"), commit=False)
    assert journal.projections.behind
    journal.rollback()
    assert journal.projections.behind == {}
    assert position(journal) == (1, None, "")


def test_a_full_disk_is_not_the_plugins_fault(open_journal, write):
    """Also of a degradable one: the action is refused, and nothing is frozen."""
    journal = open_journal(NOTES)
    write(journal, Noted("a"))
    (pages,) = journal.query("PRAGMA page_count")[0]
    journal.query(f"PRAGMA max_page_count = {pages}")
    large = Noted("".join(map(chr, range(0x4E00, 0x9000))))
    with pytest.raises(JournalFull):
        write(journal, large)
    assert journal.projections.behind == {}
    journal.query(f"PRAGMA max_page_count = {pages + 1_000}")
    rows = write(journal, Noted("z"))
    assert rows[0].seq == journal.head.seq
    assert notes_in(journal)[-1] == "z"
    assert len(notes_in(journal)) == journal.head.seq


@pytest.mark.parametrize("required", [True, False])
def test_a_disk_that_is_full_of_a_read_model_refuses_the_action(open_journal, write, required):
    """The row would have fitted, what it is folded into does not: nobody is frozen for that."""

    def apply(row):
        yield "keep", (row.seq, row.event.text * (1 if row.event.text == "a" else 100_000))

    journal = open_journal(attrs.evolve(NOTES, required=required, apply=apply))
    write(journal, Noted("a"))
    (pages,) = journal.query("PRAGMA page_count")[0]
    journal.query(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(JournalFull):
        write(journal, Noted("b"))
    assert journal.projections.behind == {}
    assert notes_in(journal) == ["a"]
    assert journal.head.seq == 1
    write(journal, Noted("a"))
    assert notes_in(journal) == ["a", "a"]


def test_a_disk_that_is_full_stops_no_catching_up_for_good(open_journal, write):
    """The slice is tried again, from where it began."""
    journal = open_journal()
    for text in ("a", "b"):
        write(journal, Noted(text))
    journal.close()

    def apply(row):
        yield "keep", (row.seq, row.event.text * 200_000)

    journal = open_journal(attrs.evolve(NOTES, apply=apply))
    (pages,) = journal.query("PRAGMA page_count")[0]
    journal.query(f"PRAGMA max_page_count = {pages + 60}")
    with pytest.raises(JournalFull):
        journal.catch_up()
    assert journal.projections.behind == {"notes": ""}
    journal.query("PRAGMA max_page_count = 100000")
    catch_up(journal)
    assert [text[:1] for text in notes_in(journal)] == ["a", "b"]


def test_a_commit_that_fails_while_catching_up_is_tried_again(open_journal, write, monkeypatch):
    journal = open_journal()
    write(journal, Noted("a"))
    journal.close()
    journal = open_journal(NOTES)
    commit = journal.commit

    def fail():
        monkeypatch.setattr(journal, "commit", commit)
        raise JournalError("The disk failed")

    monkeypatch.setattr(journal, "commit", fail)
    with pytest.raises(JournalError, match="The disk failed"):
        journal.catch_up()
    assert not journal.in_group
    assert journal.projections.behind == {"notes": ""}
    catch_up(journal)
    assert notes_in(journal) == ["a"]


def test_rows_it_does_not_handle_are_passed_over_while_catching_up(open_journal, write):
    journal = open_journal()
    write(journal, Noted("a"), ItemLearned(code="1", name="A", price_minor=1, tax_category="x"))
    write(journal, Noted("b"))
    journal.close()
    journal = open_journal(NOTES)
    catch_up(journal)
    assert notes_in(journal) == ["a", "b"]


# Catching up


def test_a_new_read_model_is_filled_from_the_journal(open_journal, write, monkeypatch):
    """In slices between sales; what is sold meanwhile comes with the last one."""
    monkeypatch.setattr("posframe.store.journal.CATCH_UP_ROWS", 4)
    journal = open_journal()
    for at in range(10):
        write(journal, Noted(str(at)))
    journal.close()
    journal = open_journal(NOTES)
    assert journal.projections.behind == {"notes": ""}
    assert journal.catch_up() is True
    assert notes_in(journal) == ["0", "1", "2", "3"]
    write(journal, Noted("meanwhile"))
    assert notes_in(journal) == ["0", "1", "2", "3"], "in its turn, not before"
    assert catch_up(journal) == 2
    assert notes_in(journal) == [*map(str, range(10)), "meanwhile"]
    write(journal, Noted("live"))
    assert notes_in(journal)[-1] == "live"


def test_a_start_in_the_middle_goes_on_there(open_journal, write, monkeypatch):
    monkeypatch.setattr("posframe.store.journal.CATCH_UP_ROWS", 4)
    journal = open_journal()
    for at in range(10):
        write(journal, Noted(str(at)))
    journal.close()
    journal = open_journal(NOTES)
    journal.catch_up()
    journal.close()
    journal = open_journal(NOTES)
    catch_up(journal)
    assert notes_in(journal) == [*map(str, range(10))]


def test_a_read_model_may_say_that_it_starts_today(open_journal, write):
    journal = open_journal()
    write(journal, Noted("before"))
    journal.close()
    today = attrs.evolve(NOTES, backfill="from_now")
    journal = open_journal(today)
    assert journal.projections.behind == {}
    write(journal, Noted("after"))
    assert notes_in(journal) == ["after"]
    journal.close()
    journal = open_journal(today)
    assert (journal.projections.behind, notes_in(journal)) == ({}, ["after"])


def test_a_new_version_is_dropped_and_folded_anew(open_journal, write):
    journal = open_journal(NOTES)
    write(journal, Noted("a"), Noted("b"))
    journal.close()
    script = "CREATE TABLE notes_loud (seq INTEGER PRIMARY KEY, text TEXT);"
    second = attrs.evolve(
        NOTES,
        version=2,
        migrations=(script,),
        statements={"keep": "INSERT INTO notes_loud VALUES (?, upper(?))"},
        queries={"all": "SELECT seq, text FROM notes_loud ORDER BY seq"},
    )
    journal = open_journal(second)
    assert journal.query("SELECT name FROM sqlite_schema WHERE name = 'notes_note'") == []
    catch_up(journal)
    assert journal.query(second.queries["all"]) == [(1, "A"), (2, "B")]
    assert position(journal) == (2, None, "")


def test_a_plugin_that_returns_takes_what_it_missed(open_journal, write):
    """While it was away its read model stood still and kept what it had."""
    journal = open_journal(NOTES)
    write(journal, Noted("a"))
    journal.close()
    journal = open_journal()
    write(journal, Noted("b"))
    assert notes_in(journal) == ["a"]
    assert position(journal) == (1, 1, "")
    journal.close()
    journal = open_journal(NOTES)
    catch_up(journal)
    write(journal, Noted("c"))
    assert notes_in(journal) == ["a", "b", "c"]


def test_rebuilt_it_is_what_it_was(open_journal, write):
    """Dropping it and folding the journal gives the same rows."""
    journal = open_journal(NOTES)
    for at in range(30):
        write(journal, *[Noted(f"{at}.{each}") for each in range(at % 4)] or [Noted("one")])
    live = journal.query(NOTES.queries["all"])
    journal.close()
    journal = open_journal(attrs.evolve(NOTES, version=2))
    catch_up(journal)
    assert journal.query(NOTES.queries["all"]) == live


def test_rows_of_an_unknown_event_freeze_what_would_have_to_read_them(open_journal, write, codec):
    """The plugin that knew it is an older one now: its read model waits for the newer."""
    journal = open_journal()
    write(journal, Noted("a"))
    journal.close()
    journal = open_journal(NOTES, codec=Codec(KERNEL_EVENTS))
    catch_up(journal)
    assert "notes.Noted version 1 is newer" in journal.projections.behind["notes"]


def test_a_statement_nobody_named_is_the_plugins_fault(open_journal, write):
    model = attrs.evolve(NOTES, apply=lambda row: [("missing", ())])
    journal = open_journal(model)
    write(journal, Noted("a"))
    assert "KeyError" in journal.projections.behind["notes"]

"""The journal: rows only added, chained, found by command, whole after whatever happened."""

from __future__ import annotations

import hashlib
import itertools

import apsw
import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import (
    JournalCorrupt,
    JournalError,
    JournalFull,
    JournalUnavailable,
    PluginError,
)
from posframe.kernel.domain.events import KERNEL_EVENTS
from posframe.kernel.domain.transaction import TillState
from posframe.kernel.ports import ActionHead
from posframe.store.chain import GENESIS, row_hash
from posframe.store.codec import Codec, RawEvent
from tests.kernel.notes import NOTES, REQUIRED, Noted


def rows(journal):
    return journal.query("SELECT * FROM journal ORDER BY seq")


def tamper(path, *statements):
    """Change the database behind the till's back."""
    connection = apsw.Connection(str(path))
    for statement in statements:
        connection.execute(statement)
    connection.close()


# The chain


@given(
    previous=st.binary(min_size=32, max_size=32),
    header=st.lists(st.one_of(st.integers(0, 2**62), st.text(max_size=5)), max_size=12),
    body=st.binary(max_size=40),
)
def test_a_rows_hash_covers_the_row_before_its_header_and_its_body(previous, header, body):
    """SHA-256 of all three, one behind the other."""
    expected = hashlib.sha256(previous + msgpack.packb(header) + body).digest()
    assert row_hash(previous, header, body) == expected
    assert row_hash(previous, [*header, 0], body) != expected
    assert row_hash(previous, header, body + b"\0") != expected


def test_rows_are_chained_from_the_first_on(open_journal, write):
    journal = open_journal()
    write(journal, Noted("a"), Noted("b"))
    write(journal, Noted("c"))
    previous = GENESIS
    for seq, row in enumerate(rows(journal), start=1):
        *header, body, before, hash_ = row
        assert header[0] == seq
        assert before == previous
        previous = hashlib.sha256(previous + msgpack.packb(header) + body).digest()
        assert hash_ == previous
    assert (journal.head.seq, journal.head.hash) == (3, previous)


def test_a_row_carries_who_when_and_which_action(open_journal, write):
    journal = open_journal()
    write(journal, Noted("a"), command="c1", transaction="")
    write(journal, Noted("b"), Noted("c"), command="c2")
    columns = [row[:12] for row in rows(journal)]
    when = (1_000, "b", 1, "2026-01-01", "1")
    assert columns == [
        (1, 1, 1, "c1", "notes.Noted", 1, *when, ""),
        (2, 1, 2, "c2", "notes.Noted", 1, *when, "t-1"),
        (3, 1, 2, "c2", "notes.Noted", 1, *when, "t-1"),
    ]


# Reading


def test_reading_begins_behind_a_row(open_journal, write):
    journal = open_journal()
    recorded = [write(journal, Noted(text))[0] for text in "abcd"]
    for after in range(5):
        found = list(journal.read(after))
        assert [row.event for row in found] == [row.event for row in recorded[after:]]
    (first, *_) = journal.read()
    assert (first.seq, first.action, first.command, first.name) == (1, 1, "c000001", "notes.Noted")
    assert (first.version, first.wall_us, first.business_date) == (1, 1_000, "2026-01-01")
    assert (first.actor, first.transaction) == ("1", "t-1")


def test_a_command_is_found_with_all_its_rows_and_only_them(open_journal, write):
    journal = open_journal()
    write(journal, Noted("a"), command="c1")
    write(journal, Noted("b"), Noted("c"), command="c2")
    write(journal, Noted("d"), command="c3")
    assert [row.event.text for row in journal.find_command("c2")] == ["b", "c"]
    assert [row.event.text for row in journal.find_command("c3")] == ["d"]
    assert journal.find_command("c4") == []
    assert journal.find_command("") == []


def test_a_command_of_the_group_under_way_is_found(open_journal, write):
    journal = open_journal()
    write(journal, Noted("a"), command="c1", commit=False)
    assert [row.seq for row in journal.find_command("c1")] == [1]
    journal.rollback()
    assert journal.find_command("c1") == []


def test_the_newest_command_is_the_greatest(open_journal, write):
    journal = open_journal()
    assert journal.newest_command() == ""
    for command in ("b", "c", "a"):
        write(journal, Noted(command), command=command)
    assert journal.newest_command() == "c"


def test_a_command_is_written_once(open_journal, write):
    """The database itself refuses a second action of one command."""
    journal = open_journal()
    write(journal, Noted("a"), command="c1")
    with pytest.raises(JournalError):
        write(journal, Noted("b"), command="c1")
    assert journal.head.seq == 1


# Groups


def test_a_group_is_one_commit_of_several_actions(open_journal, write, tmp_path, codec):
    """Another reader sees all of it or nothing."""
    journal = open_journal(NOTES)
    reader = apsw.Connection(str(tmp_path / "till.db"), flags=apsw.SQLITE_OPEN_READONLY)
    journal.begin()
    for at in range(3):
        _append(journal, Noted(str(at)), f"c{at}")
    assert reader.execute("SELECT count(*) FROM journal").fetchone() == (0,)
    assert journal.in_group
    journal.commit()
    assert not journal.in_group
    assert reader.execute("SELECT count(*) FROM journal").fetchone() == (3,)
    reader.close()


def _append(journal, event, command):
    head = ActionHead(command=command, wall_us=0, mono_us=0, business_date="", actor="")
    return journal.append(head, [(event, "")])


def test_a_refused_action_leaves_the_others_of_its_group(open_journal):
    """Sequence and chain go on as if it had never been tried."""
    journal = open_journal(REQUIRED)
    journal.begin()
    _append(journal, Noted("a"), "c1")
    with pytest.raises(PluginError):
        _append(journal, Noted("bad"), "c2")
    _append(journal, Noted("c"), "c3")
    journal.commit()
    assert [(row.seq, row.event.text) for row in journal.read()] == [(1, "a"), (2, "c")]
    assert journal.query(NOTES.queries["all"]) == [(1, "a"), (2, "c")]
    chain = rows(journal)
    assert chain[1][13] == chain[0][14]


def test_a_rolled_back_group_was_never_there(open_journal, write):
    journal = open_journal()
    write(journal, Noted("a"))
    head = journal.head
    write(journal, Noted("b"), commit=False)
    journal.rollback()
    assert journal.head == head
    journal.rollback()
    assert journal.head == head
    assert write(journal, Noted("c"))[0].seq == 2


def test_nothing_is_written_outside_of_a_group(open_journal):
    """A savepoint of its own would commit by itself, behind everybody's back."""
    journal = open_journal()
    with pytest.raises(JournalError):
        _append(journal, Noted("a"), "c1")
    assert list(journal.read()) == []
    with pytest.raises(JournalError):
        journal.commit()


def test_a_full_disk_drops_the_group_and_the_next_one_goes_on(open_journal, write):
    journal = open_journal()
    write(journal, Noted("a"))
    (pages,) = journal.query("PRAGMA page_count")[0]
    journal.query(f"PRAGMA max_page_count = {pages}")
    noise = Noted("".join(map(chr, range(0x4E00, 0x9000))))
    with pytest.raises(JournalFull, match="disk is full") as error:
        write(journal, noise)
    assert "free space" in error.value.hint
    assert journal.head.seq == 1
    journal.query("PRAGMA max_page_count = 100000")
    write(journal, noise)
    assert [row.seq for row in journal.read()] == [1, 2]


# Opening again


def test_what_was_committed_is_there_again(open_journal, write):
    journal = open_journal()
    write(journal, Noted("a"))
    write(journal, Noted("b"), commit=False)
    journal.close()
    journal = open_journal()
    assert [row.event.text for row in journal.read()] == ["a"]
    assert journal.head.seq == 1
    write(journal, Noted("c"))
    assert journal.head.seq == 2


def test_recovering_reads_the_head_that_is_on_disk(open_journal, write):
    """Law 3: after a failed commit nobody knows until it has been read."""
    journal = open_journal(NOTES)
    write(journal, Noted("a"))
    head = journal.head
    write(journal, Noted("b"), commit=False)
    assert journal.recover() == head
    write(journal, Noted("c"))
    written = journal.head
    assert journal.recover() == written
    assert journal.query(NOTES.queries["all"]) == [(1, "a"), (2, "c")]


def test_a_journal_that_cannot_be_reopened_says_so(open_journal, write, tmp_path):
    journal = open_journal()
    write(journal, Noted("a"))
    for suffix in ("", "-wal", "-shm"):
        (tmp_path / f"till.db{suffix}").unlink(missing_ok=True)
    (tmp_path / "till.db").mkdir()
    with pytest.raises(JournalUnavailable, match="cannot be reopened") as error:
        journal.recover()
    assert "start the till again" in error.value.hint


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE journal SET body = x'8101' WHERE seq = 2",
        "UPDATE journal SET actor = 'somebody else' WHERE seq = 2",
        "UPDATE journal SET hash = x'00' WHERE seq = 2",
        "DELETE FROM journal WHERE seq = 2",
    ],
)
def test_a_till_does_not_start_on_a_broken_chain(open_journal, write, tmp_path, change):
    journal = open_journal()
    for text in "abc":
        write(journal, Noted(text))
    journal.close()
    tamper(tmp_path / "till.db", change)
    with pytest.raises(JournalCorrupt, match=r"Row [23] of the journal does not continue") as error:
        open_journal()
    assert "journal verify" in error.value.hint


def test_a_row_that_cannot_be_read_is_named(open_journal, write, tmp_path):
    """The chain may be whole and a body still be rubbish: written so by something else."""
    journal = open_journal()
    write(journal, Noted("a"))
    write(journal, Noted("b"))
    *header, _, previous, _ = rows(journal)[1]
    hash_ = row_hash(previous, header, b"\xc1").hex()
    journal.close()
    tamper(
        tmp_path / "till.db", f"UPDATE journal SET body = x'c1', hash = x'{hash_}' WHERE seq = 2"
    )
    journal = open_journal()
    with pytest.raises(JournalCorrupt, match="Row 2 of the journal is damaged"):
        list(journal.read())


def test_rows_of_a_removed_plugin_stay_and_are_read_raw(open_journal, write, codec):
    journal = open_journal()
    write(journal, Noted("a"))
    before = rows(journal)
    journal.close()
    journal = open_journal(codec=Codec(KERNEL_EVENTS))
    (row,) = journal.read()
    assert isinstance(row.event, RawEvent)
    assert codec.decode(row.event.name, row.event.version, row.event.body) == Noted("a")
    assert rows(journal) == before


@pytest.mark.parametrize(
    "content", [b"not a database at all" * 100, b"SQLite format 3\0" + b"\xff" * 200]
)
def test_a_file_that_is_no_database_is_refused(open_journal, tmp_path, content):
    (tmp_path / "till.db").write_bytes(content)
    with pytest.raises(JournalCorrupt, match="damaged") as error:
        open_journal()
    assert "restore the latest backup" in error.value.hint


def test_a_folder_that_is_not_there_is_refused(open_journal, tmp_path):
    with pytest.raises(JournalUnavailable, match="cannot be opened") as error:
        open_journal(path=tmp_path / "nowhere" / "till.db")
    assert "check that its folder exists" in error.value.hint


def test_a_database_another_program_holds_is_busy(open_journal, tmp_path, monkeypatch):
    monkeypatch.setattr("posframe.store.database.BUSY_TIMEOUT_MS", 1)
    journal = open_journal()
    other = apsw.Connection(str(tmp_path / "till.db"))
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(JournalError, match="Another program holds") as error:
        journal.begin()
    assert "close it" in error.value.hint
    other.execute("ROLLBACK")
    other.close()
    journal.begin()
    journal.rollback()


def test_growing_the_wal_changes_nothing_that_is_read(open_journal, write):
    journal = open_journal(NOTES)
    write(journal, Noted("a"))
    before = rows(journal)
    journal.grow_wal()
    assert rows(journal) == before
    assert journal.damage() == ""
    assert not journal.in_group
    assert journal.query("SELECT name FROM sqlite_schema WHERE name LIKE 'wal%'") == []


def test_without_room_to_grow_the_till_goes_on(open_journal, write):
    journal = open_journal()
    write(journal, Noted("a"))
    journal.query("PRAGMA max_page_count = 60")
    with pytest.raises(JournalFull):
        journal.grow_wal()
    assert not journal.in_group
    write(journal, Noted("b"))


def test_a_database_closed_in_peace_continues_its_wal(open_journal, write):
    journal = open_journal()
    write(journal, Noted("a"))
    journal.close()
    journal = open_journal(was_closed=True)
    write(journal, Noted("b"))
    assert [row.event.text for row in journal.read()] == ["a", "b"]


def test_groups_of_any_size_are_kept(open_journal, write):
    """Sequence numbers rise by one whatever is committed, refused or rolled back between."""
    journal = open_journal(REQUIRED)
    kept = []
    for at, (size, ending) in enumerate(itertools.product((1, 2, 3), ("commit", "roll", "bad"))):
        events = [Noted(f"{at}.{each}") for each in range(size)]
        if ending == "bad":
            with pytest.raises(PluginError):
                write(journal, *events, Noted("bad"))
            continue
        write(journal, *events, commit=ending == "commit")
        if ending == "roll":
            journal.rollback()
        else:
            kept += events
    found = list(journal.read())
    assert [row.event for row in found] == kept
    assert [row.seq for row in found] == list(range(1, len(kept) + 1))


def test_an_empty_journal_folds_to_the_empty_state(open_journal):
    journal = open_journal()
    assert journal.load() == (TillState(), 0)
    assert journal.head.seq == 0
    assert journal.head.hash == GENESIS

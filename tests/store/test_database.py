"""The database's errors become the journal's, each with the next step in words."""

from __future__ import annotations

import apsw
import pytest

from posframe.errors import (
    JournalBusy,
    JournalCorrupt,
    JournalError,
    JournalFull,
    JournalUnavailable,
    PluginError,
)
from posframe.kernel.domain.transaction import TillState
from posframe.store import journal as journal_module
from posframe.store.beside import row_beside
from posframe.store.database import (
    grow_wal,
    is_sound,
    open_database,
    open_reader,
    transaction,
    translated,
)
from tests.kernel.notes import REQUIRED, Noted

WORDS = {
    apsw.FullError: (JournalFull, "disk is full"),
    apsw.CorruptError: (JournalCorrupt, "damaged"),
    apsw.NotADBError: (JournalCorrupt, "damaged"),
    apsw.BusyError: (JournalBusy, "Another program holds"),
    apsw.LockedError: (JournalBusy, "Another program holds"),
    apsw.ReadOnlyError: (JournalUnavailable, "cannot be written"),
    apsw.PermissionsError: (JournalUnavailable, "cannot be written"),
    apsw.CantOpenError: (JournalUnavailable, "cannot be opened"),
    apsw.IOError: (JournalUnavailable, "The disk failed"),
    apsw.ConnectionClosedError: (JournalUnavailable, "was closed after a failure"),
}


ERRORS = [
    each for each in vars(apsw).values() if isinstance(each, type) and issubclass(each, apsw.Error)
]


@pytest.mark.parametrize("error", ERRORS)
def test_every_error_of_the_database_is_one_of_the_journals(error):
    """Also those nobody thinks of today; with what to do wherever it is known."""
    expected, words = WORDS.get(error, (JournalError, "refused"))
    with pytest.raises(JournalError) as raised, translated():
        raise error("what it says")
    assert type(raised.value) is expected
    assert words in raised.value.message
    assert raised.value.hint or expected is JournalError
    assert isinstance(raised.value.__cause__, error)


def test_other_errors_pass_through():
    with pytest.raises(ValueError, match="not of the database"), translated():
        raise ValueError("not of the database")


def test_a_reader_does_not_write(tmp_path):
    open_database(tmp_path / "till.db").close()
    reader = open_reader(tmp_path / "till.db")
    with pytest.raises(JournalUnavailable, match="cannot be written"):
        grow_wal(reader)
    assert not reader.in_transaction
    reader.close()


def test_a_transaction_is_whole_or_nothing(tmp_path):
    connection = open_database(tmp_path / "till.db", synchronous="OFF")
    with transaction(connection):
        connection.execute("CREATE TABLE kept (x)")
    for more in ("SELECT 1", "ROLLBACK"):  # a full disk rolls back by itself
        with pytest.raises(KeyError):
            broken_off(connection, more)
    assert not connection.in_transaction
    tables = connection.execute("SELECT name FROM sqlite_schema").fetchall()
    assert tables == [("kept",)]
    connection.close()


def broken_off(connection, more):
    with transaction(connection):
        connection.execute("CREATE TABLE gone (x)")
        connection.execute(more).fetchall()
        raise KeyError("gone")


def test_soundness_is_told_in_words(tmp_path, open_journal, write):
    journal = open_journal()
    write(journal, Noted("a"))
    assert journal.damage() == ""
    (tmp_path / "garbage.db").write_bytes(b"no database " * 100)
    reader = open_reader(tmp_path / "garbage.db")
    assert "damaged" in is_sound(reader)
    reader.close()


def test_a_closed_journal_says_that_it_was_closed(open_journal):
    journal = open_journal()
    journal.close()
    with pytest.raises(JournalUnavailable, match="was closed after a failure"):
        journal.begin()


def test_one_row_can_be_read_beside_the_running_till(tmp_path, open_journal, write, codec):
    """By a query that names it; from any thread, by a connection of its own."""
    journal = open_journal()
    write(journal, Noted("a"), Noted("b"))
    path = tmp_path / "till.db"
    row = row_beside(path, codec, "SELECT max(seq) FROM journal WHERE seq <= ?", (2,))
    assert (row.seq, row.event) == (2, Noted("b"))
    assert row_beside(path, codec, "SELECT seq FROM journal WHERE seq = ?", (9,)) is None


class Unruly:
    """A connection on which nothing can be taken back."""

    def __init__(self, connection, *refused):
        self.connection, self.refused = connection, refused

    def __getattr__(self, name):
        return getattr(self.connection, name)

    def execute(self, sql, *arguments, **more):
        if sql.startswith(self.refused):
            raise apsw.IOError("disk I/O error")
        return self.connection.execute(sql, *arguments, **more)


def test_an_action_that_cannot_be_taken_back_takes_its_group_with_it(open_journal, write):
    """Half of it must not be committed with what comes after."""
    journal = open_journal(REQUIRED)
    write(journal, Noted("a"))
    real = journal._connection
    journal._connection = Unruly(real, "ROLLBACK TO")
    with pytest.raises(PluginError):
        write(journal, Noted("bad"))
    assert not journal.in_group
    journal._connection = real
    write(journal, Noted("c"))
    assert [(row.seq, row.event.text) for row in journal.read()] == [(1, "a"), (2, "c")]


def test_a_disk_that_fails_again_is_said_to(open_journal, write, monkeypatch):
    """What a failed commit left is written anew; if that fails too, the till stops."""

    def fail(_connection):
        raise JournalUnavailable("The disk failed", hint="check the disk")

    journal = open_journal()
    write(journal, Noted("a"))
    journal.settle(TillState())
    assert journal.load() == (TillState(), 1)
    monkeypatch.setattr(journal_module, "rewrite_wal", fail)
    with pytest.raises(JournalUnavailable, match="The disk failed again") as refused:
        journal.settle(TillState())
    assert "it will say what was stored" in refused.value.hint

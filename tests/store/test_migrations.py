"""Migrations: forward only, all or nothing, each script as it was when it ran, backed up before."""

from __future__ import annotations

import apsw
import pytest

from posframe.errors import JournalCorrupt, JournalError, JournalUnavailable
from posframe.store.database import open_database
from posframe.store.migrations import BACKUPS_KEPT, Series, back_up, migrate

FIRST = "CREATE TABLE notes_a (x INTEGER) STRICT;"
SECOND = "ALTER TABLE notes_a ADD COLUMN y INTEGER; CREATE INDEX notes_y ON notes_a (y);"


@pytest.fixture
def connection(tmp_path):
    opened = open_database(tmp_path / "till.db", synchronous="OFF")
    yield opened
    opened.close()


def tables(connection):
    rows = connection.execute("SELECT name FROM sqlite_schema WHERE name LIKE 'notes%' ORDER BY 1")
    return [name for (name,) in rows]


def applied(connection):
    rows = connection.execute("SELECT namespace, number FROM migration ORDER BY namespace, number")
    return rows.fetchall()


def notes(*scripts, **more):
    return Series("notes", scripts, **more)


def test_scripts_run_once_and_in_order(connection):
    assert migrate(connection, [notes(FIRST)]) == 1
    assert migrate(connection, [notes(FIRST)]) == 0
    assert migrate(connection, [notes(FIRST, SECOND)]) == 1
    assert applied(connection) == [("notes", 1), ("notes", 2)]
    assert tables(connection) == ["notes_a", "notes_y"]


def test_each_namespace_counts_for_itself(connection):
    other = Series("other", ("CREATE TABLE other_a (x INTEGER);",))
    assert migrate(connection, [notes(FIRST, SECOND), other]) == 3
    assert applied(connection) == [("notes", 1), ("notes", 2), ("other", 1)]
    assert migrate(connection, [other]) == 0, "a namespace that is away is left alone"


def test_a_script_that_ran_may_not_change(connection):
    migrate(connection, [notes(FIRST)])
    with pytest.raises(JournalCorrupt, match="Migration notes 1 is not the one that ran") as error:
        migrate(connection, [notes(FIRST + " ", SECOND)])
    assert "append the change as a new one" in error.value.hint
    assert applied(connection) == [("notes", 1)]


def test_a_newer_database_is_refused(connection):
    migrate(connection, [notes(FIRST, SECOND)])
    with pytest.raises(JournalCorrupt, match="knows migration notes 2, this software does not"):
        migrate(connection, [notes(FIRST)])


@pytest.mark.parametrize("broken", ["CREATE TABLE (", "INSERT INTO nothing VALUES (1);"])
def test_a_script_that_fails_changes_nothing(connection, broken):
    """Neither its own half, nor the scripts of the same start before it."""
    with pytest.raises(JournalError, match="nothing was changed") as error:
        migrate(connection, [notes(FIRST, f"{SECOND} {broken}")])
    assert "backup" in error.value.hint
    assert tables(connection) == []
    assert applied(connection) == []
    assert not connection.in_transaction
    assert migrate(connection, [notes(FIRST, SECOND)]) == 2


@pytest.mark.parametrize(
    "script",
    [
        "CREATE TABLE journal2 (x);",
        "DROP TABLE kernel_a;",
        "DELETE FROM kernel_a;",
        "INSERT INTO kernel_a VALUES (2);",
        "ALTER TABLE kernel_a RENAME TO notes_b;",
        "CREATE TABLE notes_b (x); ALTER TABLE notes_b RENAME TO journal2;",
        "CREATE TEMP TABLE notes_b (x);",
        "PRAGMA quick_check(kernel_a);",
        "CREATE TABLE notes_b AS SELECT * FROM kernel_a;",
        "CREATE VIEW notes_b AS SELECT 1; CREATE VIEW spy AS SELECT 1;",
        "CREATE INDEX notes_b ON kernel_a (x);",
        "CREATE TRIGGER notes_b AFTER INSERT ON kernel_a BEGIN SELECT 1; END;",
        "CREATE TABLE notes_b (x); CREATE TRIGGER notes_c AFTER INSERT ON notes_b"
        " BEGIN DELETE FROM kernel_a; END;",
        "PRAGMA writable_schema=ON;",
        "PRAGMA synchronous=OFF;",
        "ATTACH DATABASE ':memory:' AS elsewhere;",
        "COMMIT;",
        "ROLLBACK;",
        "SAVEPOINT mine;",
        "UPDATE sqlite_master SET sql = '';",
        "CREATE TABLE notes_b (x); COMMIT; DROP TABLE kernel_a; BEGIN;",
    ],
)
def test_a_plugins_script_touches_its_own_tables_only(connection, script):
    kernel = Series(
        "kernel", ("CREATE TABLE kernel_a (x INTEGER); INSERT INTO kernel_a VALUES (1)",)
    )
    migrate(connection, [kernel])
    with pytest.raises(JournalError, match="nothing was changed"):
        migrate(connection, [notes(FIRST, script, own_tables_only=True)])
    assert connection.execute("SELECT x FROM kernel_a").fetchall() == [(1,)]
    assert tables(connection) == []
    assert connection.authorizer is None
    assert connection.execute("PRAGMA synchronous").fetchone() == (0,)


def test_a_plugins_own_tables_may_be_made_altered_and_filled(connection):
    script = (
        "CREATE TABLE notes_b (x TEXT PRIMARY KEY, y INTEGER UNIQUE) STRICT;"
        "CREATE UNIQUE INDEX notes_c ON notes_b (x, y); INSERT INTO notes_b VALUES ('a', 1);"
        "ALTER TABLE notes_b ADD COLUMN z INTEGER; ALTER TABLE notes_b RENAME COLUMN z TO zz;"
        "ALTER TABLE notes_b ADD COLUMN w INTEGER; ALTER TABLE notes_b DROP COLUMN w;"
        "ALTER TABLE notes_a RENAME TO notes_e;"
        "UPDATE notes_b SET y = 2; CREATE VIEW notes_d AS SELECT x FROM notes_b;"
        "DROP INDEX notes_c; DROP VIEW notes_d;"
    )
    migrate(connection, [notes(FIRST, SECOND, script, own_tables_only=True)])
    assert connection.execute("SELECT * FROM notes_b").fetchall() == [("a", 2, None)]


def test_a_namespace_is_made_anew_in_one_go(connection):
    """Dropped and made in one transaction: a failure leaves the old one."""
    connection.execute("CREATE TABLE projection (name TEXT)")
    migrate(connection, [notes(FIRST)])
    connection.execute("INSERT INTO notes_a VALUES (7)")
    with pytest.raises(JournalError):
        migrate(connection, [notes(SECOND)], anew=["notes"])
    assert connection.execute("SELECT x FROM notes_a").fetchall() == [(7,)]
    changed = "CREATE TABLE notes_z (x INTEGER);"
    assert migrate(connection, [notes(changed)], anew=["notes"]) == 1
    assert tables(connection) == ["notes_z"]
    assert applied(connection) == [("notes", 1)]


# Backups


def test_a_backup_is_made_before_the_first_change(connection, tmp_path):
    """Of a database that holds anything; with what was in it before."""
    folder = tmp_path / "backups"
    migrate(connection, [notes(FIRST)], folder)
    assert not folder.exists(), "there was nothing to keep"
    connection.execute("INSERT INTO notes_a VALUES (7)")
    migrate(connection, [notes(FIRST)], folder)
    assert not folder.exists(), "nothing changes"
    migrate(connection, [notes(FIRST, SECOND)], folder)
    (kept,) = folder.iterdir()
    assert kept.name == "till-0001.db"
    copy = apsw.Connection(str(kept), flags=apsw.SQLITE_OPEN_READONLY)
    assert copy.execute("SELECT * FROM notes_a").fetchall() == [(7,)]
    assert applied(copy) == [("notes", 1)]
    copy.close()


def test_a_failed_migration_leaves_its_backup(connection, tmp_path):
    migrate(connection, [notes(FIRST)])
    with pytest.raises(JournalError):
        migrate(connection, [notes(FIRST, "CREATE TABLE (")], tmp_path / "backups")
    assert [each.name for each in (tmp_path / "backups").iterdir()] == ["till-0001.db"]


def test_the_latest_backups_are_kept_and_strangers_left_alone(connection, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    strangers = [folder / name for name in ("till-old.db", "till-.db", "notes.txt", "till-²3.db")]
    for each in strangers:
        each.write_text("mine")
    for _ in range(BACKUPS_KEPT + 3):
        newest = back_up(connection, folder)
    numbers = sorted(int(each.stem[5:]) for each in folder.glob("till-[0-9]*.db"))
    assert numbers == [BACKUPS_KEPT + 3 - at for at in reversed(range(BACKUPS_KEPT))]
    assert newest.name == f"till-{BACKUPS_KEPT + 3:04}.db"
    assert all(each.read_text() == "mine" for each in strangers)
    assert not list(folder.glob("*.part"))


def test_a_backup_that_was_cut_short_is_made_anew(connection, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "till-0001.part").write_bytes(b"half of one")
    assert back_up(connection, folder).name == "till-0001.db"
    assert not list(folder.glob("*.part"))


def test_without_room_for_a_backup_nothing_changes(connection, tmp_path):
    """A file stands where the folder should be."""
    migrate(connection, [notes(FIRST)])
    (tmp_path / "backups").write_text("a file")
    with pytest.raises(JournalUnavailable, match="backup before a change cannot be written"):
        migrate(connection, [notes(FIRST, SECOND)], tmp_path / "backups")
    assert applied(connection) == [("notes", 1)]

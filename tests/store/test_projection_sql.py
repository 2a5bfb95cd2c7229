"""A plugin's SQL touches its own tables and nothing else, one statement under one name."""

from __future__ import annotations

import apsw
import attrs
import pytest

from posframe.errors import JournalUnavailable, PluginError
from posframe.store.projections import check_statements
from tests.kernel.notes import NOTES

KEPT = "INSERT INTO notes_note VALUES (?, ?)"
SNEAKY = [
    "INSERT INTO journal DEFAULT VALUES",
    "DELETE FROM journal",
    "UPDATE journal SET body = x''",
    "INSERT INTO notes_note SELECT seq, name FROM journal",
    "INSERT INTO notes_note SELECT 1, sql FROM sqlite_schema",
    "INSERT INTO notes_note VALUES ((SELECT max(seq) FROM journal), 'x')",
    "WITH gone AS (SELECT 1) DELETE FROM journal WHERE seq IN gone",
    "WITH j AS (SELECT seq FROM journal) INSERT INTO notes_note SELECT seq, 'x' FROM j",
    "DELETE FROM notes_note WHERE seq IN (SELECT seq FROM journal)",
    "UPDATE notes_note SET text = (SELECT hash FROM journal LIMIT 1)",
    "INSERT INTO notes_note VALUES (1, 'a') ON CONFLICT DO UPDATE SET text ="
    " (SELECT name FROM journal)",
    "DROP TABLE notes_note",
    "CREATE TABLE notes_other (x)",
    "ALTER TABLE notes_note ADD COLUMN z",
    "CREATE TRIGGER notes_t AFTER INSERT ON notes_note BEGIN DELETE FROM journal; END",
    "PRAGMA writable_schema = ON",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA table_info(journal)",
    "SELECT * FROM pragma_table_info('journal')",
    "ATTACH DATABASE ':memory:' AS elsewhere",
    "DETACH DATABASE main",
    "BEGIN",
    "COMMIT",
    "commit",
    "ROLLBACK",
    "SAVEPOINT mine",
    "RELEASE action",
    "ROLLBACK TO action",
    "VACUUM",
    "VACUUM INTO 'copy.db'",
    "/* no verb first */ VACUUM",
    "",
    "EXPLAIN SELECT 1",
    "REINDEX",
    "ANALYZE",
    "SELECT nothing(",
    "INSERT INTO missing VALUES (1)",
]


@pytest.mark.parametrize("sql", SNEAKY)
@pytest.mark.parametrize("kind", ["statements", "queries"])
def test_what_is_not_its_own_is_refused_at_the_start(open_journal, kind, sql):
    """Before anything is sold, by the name of the read model and the statement."""
    model = attrs.evolve(NOTES, **{kind: {"sneaky": sql}})
    with pytest.raises(PluginError) as refused:
        open_journal(model, path=":memory:")
    assert "SQL of the read model notes" in refused.value.message
    assert sql in refused.value.message


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1; DELETE FROM journal",
        "SELECT 1; COMMIT",
        "SELECT seq FROM notes_note;\nDELETE FROM notes_note",
        "SELECT 1 ;; SELECT 2",
    ],
)
@pytest.mark.parametrize("kind", ["statements", "queries"])
def test_one_name_is_one_statement(open_journal, kind, sql):
    """Only the first is compiled under the authorizer; a second would pass unseen."""
    with pytest.raises(PluginError, match="more than one statement"):
        open_journal(attrs.evolve(NOTES, **{kind: {"two": sql}}), path=":memory:")


@pytest.mark.parametrize("sql", [KEPT, "DELETE FROM notes_note", "UPDATE notes_note SET text = ''"])
def test_a_query_does_not_write(open_journal, sql):
    with pytest.raises(PluginError, match="refused"):
        open_journal(attrs.evolve(NOTES, queries={"write": sql}), path=":memory:")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT upper(text), count(*) FROM notes_note GROUP BY 1 ORDER BY 2 DESC LIMIT ?",
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION SELECT x + 1 FROM n WHERE x < ?) SELECT x FROM n",
        "SELECT a.seq FROM notes_note a JOIN notes_note b USING (seq) WHERE a.text LIKE '%;%' ;  ",
    ],
)
def test_its_own_tables_may_be_asked_anything(open_journal, sql):
    open_journal(attrs.evolve(NOTES, queries={"ask": sql}), path=":memory:")


def test_its_own_trigger_may_not_reach_further(tmp_path):
    """A trigger that is there already is judged with the statement that sets it off."""
    connection = apsw.Connection(":memory:")
    connection.execute(
        "CREATE TABLE journal (x); CREATE TABLE notes_note (seq, text);"
        "CREATE TRIGGER notes_t AFTER INSERT ON notes_note BEGIN DELETE FROM journal; END"
    )
    with pytest.raises(PluginError, match="refused"):
        check_statements(connection, NOTES)
    assert connection.authorizer is None


def test_a_disk_that_fails_while_statements_are_judged_is_no_fault_of_theirs():
    with pytest.raises(JournalUnavailable, match="disk I/O error"):
        check_statements(Failing(), NOTES)


class Failing:
    """A connection whose cursors meet a broken disk."""

    authorizer = None

    def cursor(self):
        return self

    def execute(self, *_, **__):
        raise apsw.IOError("disk I/O error")


def test_a_script_that_reaches_further_stops_the_start(open_journal):
    model = attrs.evolve(NOTES, migrations=(*NOTES.migrations, "DELETE FROM journal;"))
    with pytest.raises(Exception, match="nothing was changed"):
        open_journal(model, path=":memory:")

"""Groups, threads and callbacks: each command is answered once, truly, and the till goes on."""

from __future__ import annotations

import threading

import apsw
import pytest

from posframe.errors import JournalCorrupt, JournalError, JournalUnavailable, RuleViolation
from posframe.kernel import engine
from posframe.kernel.domain import commands as cmd
from posframe.testing.disk_faults import DiskFault
from posframe.testing.lives import Life, Shop
from posframe.testing.power_cuts import look_at_files
from posframe.testing.tills import make_till

PEN, INK = cmd.AddItem(code="PEN"), cmd.AddItem(code="INK")
A, B, C = ("a" * 32, "b" * 32, "c" * 32)


@pytest.fixture
def life(tmp_path):
    shop = Shop.make(tmp_path / "shop")
    folder = tmp_path / "life"
    folder.mkdir()
    return Life(shop, folder)


def skus(life):
    sale = life.state.transaction
    return [line.sku for line in sale.basket.lines] if sale else []


def answers(outcomes):
    return [(outcome.accepted, outcome.repeated) for outcome in outcomes]


class TestTheSameCommandTwice:
    """Law 8, inside one group."""

    def test_is_done_once_and_answered_twice(self, life):
        outcomes = life.do([PEN, INK, PEN], [A, B, A])
        assert answers(outcomes) == [(True, False), (True, False), (True, True)]
        assert outcomes[2].recorded == outcomes[0].recorded
        assert skus(life) == ["PEN", "INK"]

    def test_is_refused_once_and_answered_twice(self, life):
        outcomes = life.do(
            [cmd.AddItem(code="nothing"), PEN, cmd.AddItem(code="nothing")], [A, B, A]
        )
        assert answers(outcomes) == [(False, False), (True, False), (False, False)]
        assert outcomes[2].words == outcomes[0].words

    def test_is_told_not_done_twice_when_the_commit_failed(self, life):
        """The second found the rows of the first, which were never on disk."""
        life.disk.fault = DiskFault("write", 0, apsw.FullError)
        outcomes = life.do([PEN, PEN], [A, A])
        assert answers(outcomes) == [(False, False), (False, False)]
        assert skus(life) == []
        assert answers(life.do([PEN], [A])) == [(True, False)]
        assert skus(life) == ["PEN"]

    def test_done_before_stays_done_when_its_group_is_lost(self, life):
        assert life.do([PEN], [A])[0].accepted
        lose_the_group(life)
        outcomes = life.do([PEN, INK], [A, B])
        assert answers(outcomes) == [(True, True), (False, False)]
        assert skus(life) == ["PEN"]


def lose_the_group(life):
    """Let the next read of the journal's file fail: SQLite drops the transaction with it."""
    life.journal._connection.release_memory()
    life.journal._connection.execute("PRAGMA cache_size=1")
    life.disk.fault = DiskFault("read", 0, apsw.IOError)


def test_a_group_lost_while_reading_leaves_no_gap_in_the_chain(life, monkeypatch):
    """The failure may be caught by whoever asked; the rows before it are gone all the same."""
    life.do([PEN], [A])
    find = life.assembly.hooks.identify_item

    def reads(code, aim, at_us):
        if code == "INK":
            lose_the_group(life)
            with pytest.raises(JournalError):
                life.journal.query("SELECT * FROM sales_receipt, sales_department, journal")
        return find(code, aim, at_us)

    monkeypatch.setattr(life.assembly.hooks, "identify_item", reads)
    outcomes = life.do([PEN, INK, PEN], [B, C, "d" * 32])
    life.disk.fault = None
    assert answers(outcomes) == [(False, False)] * 3
    assert "nothing of this was stored" in outcomes[0].words
    assert skus(life) == ["PEN"]
    assert life.do([PEN], [B])[0].accepted
    life.do([cmd.Pay(type="cash")])
    life.end()
    assert look_at_files(life) == []


def test_a_commit_that_failed_and_is_there_is_told_done(life):
    """Law 3: found by reading, and written anew before it is told.

    A log that begins anew syncs its head first; where that fails, nothing is there yet. Whether it
    does so here depends on how long the log is by now, so both of its syncs are tried.
    """
    done, told = [], []
    for sync, id_ in ((0, A), (1, B), (0, C)):
        life.disk.fault = fault = DiskFault("sync", sync)
        done += [accepted for accepted, _ in answers(life.do([PEN], [id_]))]
        told += [done[-1]] * fault.failed
        assert skus(life) == ["PEN"] * sum(done)
    assert any(told)


def test_a_broken_promise_after_a_failed_commit_stops_the_till_in_words(life, monkeypatch):
    """Whatever goes wrong while recovering, each command gets an answer and nothing goes on."""
    life.disk.fault = DiskFault("sync", 0)

    def broken(_state, _event):
        raise AssertionError("simulated")

    monkeypatch.setattr(engine, "evolve", broken)
    outcome = life.do([PEN], [A])[0]
    assert isinstance(outcome.error, (JournalUnavailable, JournalCorrupt))
    assert outcome.hint
    monkeypatch.undo()
    assert not life.do([PEN], [B])[0].accepted


def test_what_a_plugin_raises_after_the_commit_changes_no_answer(life, monkeypatch):
    """``posframe_committed`` is told of what is on disk; it can object to nothing."""
    hooks = life.assembly.hooks
    owner = hooks.plugins[0]

    def objects(recorded):
        raise RuleViolation("too late")

    monkeypatch.setitem(hooks._calls, "posframe_committed", [(owner, objects)])
    assert life.do([PEN], [A])[0].accepted
    assert owner.last_fault.startswith("posframe_committed")


class TestTheEngineThread:
    @pytest.fixture
    def till(self, tmp_path):
        with make_till(tmp_path / "till") as made:
            yield made

    def test_shows_what_it_answered(self, till):
        """The state is there when the answer is, however long others are told of it."""
        go_on = threading.Event()

        def slow(_outcomes):
            go_on.wait(20)

        till.listen(slow)
        outcome = till.do(PEN)
        assert till.state is outcome.state
        go_on.set()

    @pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
    def test_survives_whoever_is_told(self, till):
        """A screen that has gone away must not take the till with it."""

        def fails(_told):
            raise RuntimeError("the screen has gone away")

        till.listen(fails)
        assert till.submit(PEN, fails).wait(20).accepted
        assert till.do(INK).accepted
        assert len(till.state.transaction.basket.lines) == 2

    def test_answers_every_command_when_the_journal_fails(self, till, monkeypatch):
        def fails():
            raise ZeroDivisionError("simulated")

        monkeypatch.setattr(till.parts.journal, "begin", fails)
        tickets = [till.submit(PEN) for _ in range(3)]
        assert all(not ticket.wait(20).accepted for ticket in tickets)


def test_a_document_is_found_while_the_engine_is_busy(tmp_path):
    """Who prints must not wait for the engine: it may be waiting for him."""
    with make_till(tmp_path / "till") as till:
        till.do(PEN)
        till.do(cmd.Pay(type="cash"))
        transaction = till.state.last.transaction
        till._completed._latest.clear()
        go_on = threading.Event()
        till.listen(lambda _outcomes: go_on.wait(20))
        till.submit(PEN)
        document = till.receipt(transaction)
        go_on.set()
        assert document is not None


def test_what_a_cut_left_of_a_commit_is_not_continued_by_the_next(tmp_path):
    """Two power cuts: the first tears a commit, which the start finds undone and shows so; then
    comes one that begins with the same page, and is cut behind it. Continued in the same WAL, the
    rest of the old one would lie behind it, fit, and be done after all.
    """
    assert resurrected(tmp_path, was_closed=True), "the trap is one"
    assert not resurrected(tmp_path, was_closed=False)


def resurrected(tmp_path, *, was_closed):
    folder = tmp_path / str(was_closed)
    folder.mkdir()
    wal = folder / "till.db-wal"
    connection = database(folder, was_closed=True)
    for number in range(3):
        connection.execute("INSERT INTO t VALUES (?, 'kept')", (number,))
    before = wal.read_bytes()
    connection.execute(
        "BEGIN; INSERT INTO s VALUES ('same'); INSERT INTO t VALUES (9, 'old'); COMMIT"
    )
    after = wal.read_bytes()
    frame = 24 + 4096
    first = slice(len(before), len(before) + frame)
    kill(connection)
    wal.write_bytes(before + bytes(frame) + after[first.stop :])  # its first page was lost
    connection = database(folder, was_closed=was_closed)
    assert ("old",) not in set(connection.execute("SELECT what FROM t"))
    connection.execute(
        "BEGIN; INSERT INTO s VALUES ('same'); INSERT INTO t VALUES (9, 'new'); COMMIT"
    )
    written = wal.read_bytes()
    kill(connection)
    if len(written) >= first.stop:  # cut behind its first page: what follows is as it was
        wal.write_bytes(written[: first.stop] + after[first.stop :])
    connection = database(folder, was_closed=True)
    found = set(connection.execute("SELECT what FROM t"))
    connection.close()
    return ("old",) in found


def database(folder, *, was_closed):
    """Open as the journal does, with a small table before the large one."""
    from posframe.store.database import open_database, rewrite_wal

    connection = open_database(folder / "till.db")
    if not was_closed:
        rewrite_wal(connection)
    connection.execute("CREATE TABLE IF NOT EXISTS s (a)")
    connection.execute("CREATE TABLE IF NOT EXISTS t (n INTEGER PRIMARY KEY, what)")
    return connection


def kill(connection):
    """Let go of the file as it is."""
    connection.close(force=True)

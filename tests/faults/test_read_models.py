"""Read models that fail: what memory says of them and what is on disk never part."""

from __future__ import annotations

import attrs
import pytest

from posframe.errors import JournalError, PluginError
from posframe.kernel.contracts import Projection
from posframe.kernel.domain.events import KERNEL_EVENTS, CashMoved
from posframe.kernel.ports import ActionHead
from posframe.store.codec import Codec
from posframe.store.journal import SqliteJournal, StoreOptions


class Tally:
    """A read model that adds up cash, in two statements, and fails when it is told to."""

    def __init__(self, name, **options):
        self.fails_at = ""
        self.projection = Projection(
            name=name,
            handles=frozenset({"cash.Moved"}),
            migrations=(f"CREATE TABLE {name}_sum (kind TEXT PRIMARY KEY, minor INTEGER) STRICT",),
            statements={
                "add": f"INSERT INTO {name}_sum VALUES (?, ?)"
                " ON CONFLICT DO UPDATE SET minor = minor + excluded.minor"
            },
            queries={"sums": f"SELECT kind, minor FROM {name}_sum ORDER BY kind"},
            apply=self.apply,
            **options,
        )

    def apply(self, row):
        yield "add", ("all", row.event.minor)
        if row.event.reason == self.fails_at != "":
            raise ValueError("told to")
        yield "add", (row.event.kind, row.event.minor)


class Books:
    """A journal with a degradable and a required read model."""

    def __init__(self, path):
        self.path = path
        self.degradable, self.required = Tally("soft"), Tally("strict", required=True)
        self.models = [self.degradable.projection, self.required.projection]
        self.number = 0
        self.journal = self.open()

    def open(self):
        return SqliteJournal(StoreOptions(path=self.path), Codec(KERNEL_EVENTS), self.models)

    def reopen(self):
        self.journal.close()
        self.journal = self.open()

    def append(self, *reasons):
        self.number += 1
        head = ActionHead(
            command=f"{self.number:032x}", wall_us=1, mono_us=1, business_date="", actor="1"
        )
        self.journal.append(head, [(CashMoved("paid_in", 100, reason), "") for reason in reasons])

    def do(self, *reasons):
        self.journal.begin()
        try:
            self.append(*reasons)
        finally:
            self.journal.commit()

    def catch_up(self):
        while self.journal.catch_up():
            pass

    def sums(self, tally):
        return dict(self.journal.query(tally.projection.queries["sums"]))

    def behind(self):
        return set(self.journal.projections.behind)


@pytest.fixture
def books(tmp_path):
    made = Books(tmp_path / "till.db")
    yield made
    made.journal.close()


BOTH = {"all": 200, "paid_in": 200}


def test_one_frozen_in_an_action_that_is_refused_is_not_frozen(books):
    """On disk it is current: frozen in memory, it would miss what comes next for ever."""
    books.degradable.fails_at = books.required.fails_at = "bad"
    with pytest.raises(PluginError):
        books.do("bad")
    assert books.behind() == set()
    books.do("good")
    books.do("good")
    books.reopen()
    assert books.sums(books.degradable) == BOTH


def test_one_frozen_in_a_group_that_is_lost_is_not_frozen(books):
    books.degradable.fails_at = "bad"
    books.journal.begin()
    books.append("bad")
    assert books.behind() == {"soft"}
    books.journal.rollback()
    assert books.behind() == set()
    books.do("good")
    books.do("good")
    books.reopen()
    assert books.sums(books.degradable) == BOTH


def test_one_that_froze_catches_up_after_a_restart_and_counts_once(books):
    """A6: the sale goes on, the row that failed is taken whole when the plugin is mended."""
    books.degradable.fails_at = "bad"
    books.do("good", "bad")
    assert books.behind() == {"soft"}
    assert books.sums(books.required) == BOTH
    assert books.sums(books.degradable) == {"all": 100, "paid_in": 100}
    books.degradable.fails_at = ""
    books.reopen()
    books.catch_up()
    assert books.sums(books.degradable) == BOTH


def test_one_that_fails_half_way_while_catching_up_leaves_no_half(books):
    """The first statement of the row that failed would be counted again at the next try."""
    books.degradable.fails_at = "bad"
    books.do("bad")
    books.do("good")
    books.reopen()
    books.catch_up()
    assert books.behind() == {"soft"}
    assert books.sums(books.degradable) == {}
    books.degradable.fails_at = ""
    books.reopen()
    books.catch_up()
    assert books.sums(books.degradable) == BOTH


def test_a_slice_of_catching_up_that_is_rolled_back_is_done_again(books, monkeypatch):
    """Memory must not have moved on when the tables have not."""
    books.degradable.fails_at = "bad"
    books.do("bad")
    books.do("good")
    books.degradable.fails_at = ""
    books.reopen()
    with monkeypatch.context() as patched:
        patched.setattr(books.journal, "commit", failing_commit)
        with pytest.raises(JournalError):
            books.journal.catch_up()
    assert books.behind() == {"soft"}
    books.catch_up()
    assert books.sums(books.degradable) == BOTH


def failing_commit():
    raise JournalError("simulated")


def test_a_plugin_that_returns_catches_up_from_where_it_left(books):
    """A8; its tables stay meanwhile as they were."""
    books.do("good")
    books.models = [books.required.projection]
    books.reopen()
    books.do("good")
    books.models = [books.degradable.projection, books.required.projection]
    books.reopen()
    assert books.behind() == {"soft"}
    books.catch_up()
    assert books.sums(books.degradable) == BOTH


def test_a_plugin_that_was_away_twice_misses_nothing(books):
    """Away, back but not caught up, away again: its position is where it was."""
    for models in ([], [books.degradable.projection], []):
        books.models = [*models, books.required.projection]
        books.reopen()
        books.do("good")
    books.models = [books.degradable.projection, books.required.projection]
    books.reopen()
    books.catch_up()
    assert books.sums(books.degradable) == {"all": 300, "paid_in": 300}


def test_a_new_version_is_folded_anew_once(books):
    books.do("good")
    books.do("good")
    books.models[0] = attrs.evolve(books.models[0], version=2)
    books.reopen()
    assert books.sums(books.degradable) == {}
    books.catch_up()
    assert books.sums(books.degradable) == BOTH
    books.reopen()
    assert books.behind() == set()
    assert books.sums(books.degradable) == BOTH

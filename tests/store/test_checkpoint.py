"""Checkpoints: a cache of the state, equal to the fold, left aside whenever it may not be."""

from __future__ import annotations

import apsw
import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posframe.errors import JournalCorrupt, RuleViolation
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.events import KERNEL_EVENTS
from posframe.kernel.domain.transaction import TillState, Transaction
from posframe.store.checkpoint import StateImage, TransactionImage, image_of, state_of
from posframe.store.codec import Codec
from tests.kernel.driving import Desk
from tests.kernel.notes import Noted
from tests.kernel.shop import PenOffers

KERNEL = Codec(KERNEL_EVENTS)
commands = st.lists(
    st.one_of(
        st.builds(cmd.AddItem, code=st.sampled_from(["PEN", "PEN", "COLA", "GIN", "card"])),
        st.builds(cmd.VoidLine, number=st.one_of(st.none(), st.integers(1, 4))),
        st.builds(cmd.Discount, number=st.integers(0, 3), percent_milli=st.integers(1, 90_000)),
        st.builds(cmd.OverridePrice, number=st.integers(1, 4), price_minor=st.integers(0, 500)),
        st.builds(cmd.Suspend, note=st.text(max_size=3)),
        st.builds(cmd.Resume, place=st.just(1)),
        st.builds(cmd.Pay, type=st.just("cash"), amount_minor=st.sampled_from([None, 5, 20_000])),
        st.just(cmd.CheckAge()),
        st.just(cmd.Reprint()),
    ),
    max_size=14,
)


def lived(todo):
    """Return the state of a desk that has done what it could of ``todo``."""
    offers = PenOffers()
    desk = Desk(PriceSale=lambda asked: tuple(offers.price(asked.sale, asked.changed)))
    for command in todo:
        try:
            desk.do(command)
        except RuleViolation:
            continue
    return desk.state


@given(todo=commands)
def test_a_state_comes_back_from_its_image_as_it_was(todo):
    """Open and held sales with every index and sum, jobs, counters, the last closing."""
    state = lived(todo)
    body = KERNEL.encode_value(image_of(state))
    assert state_of(KERNEL.decode_value(StateImage, body)) == state


def test_an_image_forgets_no_field():
    """A field added to the state and not to its image would be lost at the next start."""
    images = {field.name for field in attrs.fields(StateImage)}
    states = {field.name for field in attrs.fields(TillState)} - {"quarantined"}
    assert {{"transaction": "open"}.get(name, name) for name in states} == images
    transactions = {field.name for field in attrs.fields(Transaction)} - {"basket"}
    basket = {"policy", "lines", "offers", "adjustments"}
    assert {field.name for field in attrs.fields(TransactionImage)} == transactions | basket


@given(todo=commands, more=commands)
@settings(max_examples=20)
def test_folding_on_from_a_checkpoint_is_folding_it_all(todo, more):
    """Invariant 18: fold(fold(first half), second half) is the fold of both."""
    half = lived(todo)
    desk, again = Desk(), Desk()
    desk.state = half
    again.state = state_of(KERNEL.decode_value(StateImage, KERNEL.encode_value(image_of(half))))
    desk.count = again.count = 1_000
    for command in more:
        for each in (desk, again):
            try:
                each.do(command)
            except RuleViolation:
                continue
    assert desk.state == again.state


STATE = lived([cmd.AddItem(code="COLA"), cmd.Pay(type="cash", amount_minor=5)])


@pytest.fixture
def saved(open_journal, write):
    """A journal closed with a checkpoint at row 2, and one more row."""
    journal = open_journal()
    write(journal, Noted("a"), Noted("b"))
    journal.save(STATE)
    write(journal, Noted("c"))
    journal.close()
    return open_journal


def test_a_start_begins_at_the_checkpoint(saved):
    assert saved().load() == (STATE, 2)


def test_the_latest_checkpoint_counts(saved):
    journal = saved()
    journal.save(TillState())
    assert journal.load() == (TillState(), 3)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE checkpoint SET body = substr(body, 1, length(body) - 1)",
        "UPDATE checkpoint SET body = x''",
        "UPDATE checkpoint SET body = x'80'",
        "UPDATE checkpoint SET fingerprint = 'of other software'",
        "UPDATE checkpoint SET seq = 1",
        "UPDATE checkpoint SET hash = x'00'",
        "UPDATE checkpoint SET body = CAST(replace(CAST(body AS TEXT), 'T01', 'T02') AS BLOB)",
        "DELETE FROM checkpoint",
    ],
)
def test_one_that_does_not_fit_is_left_aside(saved, tmp_path, change):
    """Another software's, of another row, or with one byte changed: the journal is folded."""
    connection = apsw.Connection(str(tmp_path / "till.db"))
    connection.execute(change)
    connection.close()
    assert saved().load() == (TillState(), 0)


def test_one_of_a_journal_that_went_another_way_stops_the_start(saved, tmp_path, write):
    """Put back from a backup: the row it names has another hash, so rows were lost."""
    connection = apsw.Connection(str(tmp_path / "till.db"))
    kept = connection.execute("SELECT * FROM checkpoint").fetchall()
    connection.execute("DELETE FROM journal WHERE seq > 1")
    connection.execute("DELETE FROM checkpoint")
    connection.close()
    journal = saved()
    write(journal, Noted("other"))
    journal.close()
    connection = apsw.Connection(str(tmp_path / "till.db"))
    connection.execute("INSERT INTO checkpoint VALUES (?, ?, ?, ?, ?)", kept[0])
    connection.close()
    with pytest.raises(JournalCorrupt, match="is missing or another than it was"):
        saved()


def test_one_that_this_software_cannot_read_is_left_aside(saved, monkeypatch):
    """Sealed by this very software and still not readable: a cache is no reason to stop."""

    def broken(_image):
        raise KeyError("a field of tomorrow")

    journal = saved()
    monkeypatch.setattr("posframe.store.checkpoint.state_of", broken)
    assert journal.load() == (TillState(), 0)

"""Flipped bytes, logs that are missing or another's: found, named, and nothing is sold on them."""

from __future__ import annotations

import shutil

import apsw
import pytest

from posframe.anchors import is_genuine
from posframe.errors import JournalCorrupt, PosframeError
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.events import KERNEL_EVENTS
from posframe.store.codec import Codec
from posframe.store.database import open_reader
from posframe.store.verify import verify

PEN, INK, PAY = "1 * PEN", "2 * INK", ("=", "50.00")
PAGE_BYTES = 4_096
ACTION_WORDS = ("stop selling", "restore", "sell nothing", "put it back", "till.toml")
"""Each message says what to do next."""


@pytest.fixture
def sold(shop):
    """A till that sold twice and was closed."""
    shop.sell(PEN, INK, *PAY, INK, *PAY, PEN)
    return shop


def query(shop, sql, *parameters):
    reader = open_reader(shop.journal)
    try:
        return reader.execute(sql, parameters).fetchall()
    finally:
        reader.close()


def flip(shop, offset):
    data = bytearray(shop.journal.read_bytes())
    data[offset] ^= 0x5A
    shop.journal.write_bytes(data)


def flip_in_row(shop, seq):
    """Flip a byte of a row's body; also in what a page that was split still has of it."""
    cell = b"".join(query(shop, "SELECT body, previous, hash FROM journal WHERE seq = ?", seq)[0])
    data = shop.journal.read_bytes()
    found = [at for at in range(len(data)) if data.startswith(cell, at)]
    assert found
    for at in found:
        flip(shop, at + 3)


def offset_of_page(shop, name):
    ((page,),) = query(shop, "SELECT rootpage FROM sqlite_schema WHERE name = ?", name)
    return (page - 1) * PAGE_BYTES


def verdict(shop):
    reader = open_reader(shop.journal)
    try:
        return verify(reader, Codec(KERNEL_EVENTS), is_genuine)
    finally:
        reader.close()


def assert_says_what_next(error):
    assert any(each in str(error) for each in ACTION_WORDS), error


class TestFlippedBytes:
    @pytest.mark.parametrize("seq", [1, 3, 5, 9])
    def test_in_a_row_are_named_by_its_number(self, seq, sold):
        """F64: the first bad row, and no other."""
        flip_in_row(sold, seq)
        found = verdict(sold)
        assert (found.seq, found.problem) == (seq, "its content is not what was written")
        told = sold.run("-m", "posframe", "journal", "verify", "--till", str(sold.path))
        assert told.returncode == 1
        assert f"row {seq}" in told.stdout
        assert "stop selling" in told.stdout

    def test_behind_the_checkpoint_stop_the_start(self, sold):
        """The rows a start folds are checked before anything is shown of them."""
        connection = apsw.Connection(str(sold.journal))
        connection.execute("DELETE FROM checkpoint")
        connection.close()
        flip_in_row(sold, 4)
        with pytest.raises(JournalCorrupt, match="Row 4 of the journal") as refused:
            sold.open()
        assert_says_what_next(refused.value)

    def test_in_the_checkpoint_cost_only_time(self, sold):
        """It is a cache with a seal of its own: the journal is folded instead."""
        with sold.open() as till:
            state = till.state
        ((body,),) = query(sold, "SELECT body FROM checkpoint")
        flip(sold, sold.journal.read_bytes().index(body) + 20)
        with sold.open() as till:
            assert till.state == state

    def test_in_the_pages_of_the_journal_stop_the_start(self, sold):
        ((page,),) = query(sold, "SELECT max(pageno) FROM dbstat WHERE name = 'journal'")
        flip(sold, (page - 1) * PAGE_BYTES)
        with pytest.raises(JournalCorrupt, match="damaged") as refused:
            sold.open()
        assert_says_what_next(refused.value)
        assert verdict(sold).seq >= 1

    def test_in_an_index_are_found_though_every_row_is_good(self, sold):
        """A command looked for in a damaged index would be done twice."""
        newest = query(sold, "SELECT max(command) FROM journal")[0][0].encode()
        data = sold.journal.read_bytes()
        start = offset_of_page(sold, "journal_command")
        flip(sold, data.index(newest, start, start + PAGE_BYTES) + 10)
        found = verdict(sold)
        assert found.seq == 0
        assert "the file is damaged" in found.problem

    @pytest.mark.parametrize("table", ["sales_receipt", "inventory_stock"])
    def test_in_the_pages_of_a_read_model_refuse_the_sale(self, table, sold):
        """Where one page is damaged others may be; the open sale is not lost."""
        flip(sold, offset_of_page(sold, table))
        with sold.open() as till:
            due = till.state.transaction.due_minor
            refused = till.do(cmd.Pay(type="cash"))
            assert not refused.accepted
            assert "damaged" in refused.words
            assert_says_what_next(refused.hint)
            assert till.state.transaction.due_minor == due
            assert not till.do(cmd.Pay(type="cash")).accepted
        assert query(sold, "SELECT count(*) FROM journal WHERE name = 'sale.Completed'") == [(2,)]


class TestTheLog:
    """F65: after a crash the newest rows are in ``till.db-wal`` alone."""

    @pytest.fixture
    def crashed(self, shop, died):
        died(shop.script(PEN, INK, *PAY, crash="sale.completed"))
        return shop

    def test_a_missing_one_stops_the_start_until_somebody_says_so(self, crashed):
        log = crashed.journal.with_name("till.db-wal")
        kept = log.rename(log.with_name("elsewhere"))
        for _ in range(2):
            with pytest.raises(PosframeError, match=r"till\.db-wal is missing") as refused:
                crashed.open()
            assert_says_what_next(refused.value)
        kept.rename(log)
        with crashed.open() as till:
            assert till.state.last_receipt_number == 1

    def test_an_empty_one_is_how_somebody_says_so(self, crashed):
        log = crashed.journal.with_name("till.db-wal")
        log.write_bytes(b"")
        with crashed.open() as till:
            assert till.state.last_receipt_number == 0

    def test_after_a_clean_end_it_holds_nothing(self, sold):
        """So a backup that is put in the database's place is not mixed with it."""
        log = sold.journal.with_name("till.db-wal")
        assert not log.exists() or log.stat().st_size == 0

    def test_a_backup_put_in_place_is_what_it_was(self, shop, tmp_path):
        shop.sell(PEN, *PAY)
        shutil.copyfile(shop.journal, tmp_path / "backup.db")
        before = shop.check()
        shop.sell(*[PEN] * 30, *PAY)
        shutil.copyfile(tmp_path / "backup.db", shop.journal)
        assert shop.check() == before
        assert shop.stock("PEN") == -1_000

    def test_that_of_another_till_is_not_sold_on(self, crashed, make_shop, died):
        """The database keeps its own rows: with its own log back it goes on."""
        other = make_shop("other")
        text = (other.path / "till.toml").read_text().replace('id = "T01"', 'id = "T02"')
        (other.path / "till.toml").write_text(text)
        died(other.script(INK, PEN, *PAY, crash="sale.completed"))
        log = crashed.journal.with_name("till.db-wal")
        own = log.read_bytes()
        shutil.copyfile(other.journal.with_name("till.db-wal"), log)
        with pytest.raises(PosframeError) as refused:
            crashed.open()
        assert_says_what_next(refused.value)
        log.write_bytes(own)
        with crashed.open() as till:
            assert till.state.last_receipt_number == 1
        crashed.check()

    def test_that_of_a_longer_past_is_seen(self, sold, died):
        """Pages of an older log over a newer database."""
        shop = sold
        died(shop.script(INK, *PAY, crash="sale.completed"))
        old = shop.journal.with_name("till.db-wal").read_bytes()
        shop.sell(*[PEN, INK, "-"] * 10, *PAY)
        died(shop.script(PEN, crash="action.committed"))
        log = shop.journal.with_name("till.db-wal")
        newest = log.read_bytes()
        database = shop.journal.read_bytes()
        log.write_bytes(old)
        with pytest.raises(PosframeError) as refused:
            shop.open()
        assert_says_what_next(refused.value)
        assert shop.journal.read_bytes() == database, "a start that is refused changes nothing"
        log.write_bytes(newest)
        with shop.open() as till:
            assert till.state.last_receipt_number == 4
        shop.check()

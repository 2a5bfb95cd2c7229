"""Disks that are full, read-only, slow or held by another: said clearly, and nothing is lost."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading

import apsw
import pytest

from posframe.errors import JournalBusy, JournalUnavailable
from posframe.kernel.domain import commands as cmd
from posframe.store import database
from posframe.store.journal import StoreOptions
from posframe.testing.crash_disk import CrashDisk

PEN, PAY = "1 * PEN", ("=", "5.00")


class Disk:
    """A till's disk on which a test lets operations fail while it likes."""

    def __init__(self, shop):
        self.failing = lambda _operation: None
        self.disk = CrashDisk(shop.path, fault=self._fault)
        self.store = StoreOptions(
            path=shop.journal, vfs=self.disk.name, was_closed=True, checkpoint_pages=20
        )

    def fail(self, error, kind, file=""):
        def failing(operation):
            if operation.kind == kind and operation.file.endswith(file):
                raise error

        self.failing = failing

    def mend(self):
        self.failing = lambda _operation: None

    def count(self, kind):
        return sum(each.kind == kind for each in self.disk.operations)

    def _fault(self, operation):
        self.failing(operation)


@pytest.fixture
def disk(shop):
    shop.sell(PEN, *PAY, PEN)
    return Disk(shop)


def lines(till):
    return [line.sku for line in till.state.transaction.basket.lines]


class TestAFullDisk:
    """F60 and F61."""

    def test_refuses_says_so_and_goes_on_when_there_is_room(self, shop, disk):
        with shop.open(store=disk.store) as till:
            disk.fail(apsw.FullError("simulated"), "write", "-wal")
            for _ in range(3):
                refused = till.do(cmd.AddItem(code="INK"))
                assert refused.words == "The disk is full and nothing of this was stored"
                assert refused.hint == "free space, then do it again"
                assert lines(till) == ["PEN"]
            disk.mend()
            assert till.do(cmd.AddItem(code="INK")).accepted
            assert till.do(cmd.Pay(type="cash")).accepted
        shop.check()

    def test_while_the_log_is_grown_at_idle_stops_nothing(self, shop, disk):
        """A transaction left open by it would refuse every sale after it."""
        with shop.open(store=disk.store) as till:
            disk.fail(apsw.FullError("simulated"), "write", "-wal")
            with pytest.raises(Exception, match="full"):
                till.call(till.parts.journal.grow_wal)
            disk.mend()
            assert till.do(cmd.AddItem(code="INK")).accepted
        shop.check()

    def test_a_real_one(self, shop, tmp_path):
        """F60 and F61, on a small file system in memory that is filled to the last byte.

        Commits into the room the WAL has already stand, though nothing can be moved on from it.
        """
        mounted = tmp_path / "small"
        mounted.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(mounted)]
        if subprocess.run(mount, capture_output=True, check=False).returncode:
            pytest.skip("no right to mount a tmpfs of two MiB here")
        try:
            self.fill_and_sell(shop, mounted)
        finally:
            subprocess.run(["umount", str(mounted)], check=True)

    def fill_and_sell(self, shop, mounted):
        store = StoreOptions(path=mounted / "till.db", checkpoint_pages=20)
        with shop.open(store=store) as till:
            till.call(till.parts.journal.grow_wal)
            fill(mounted / "ballast")
            done = 0
            while (outcome := till.do(cmd.AddItem(code="INK"))).accepted:
                done += 1
            assert outcome.words == "The disk is full and nothing of this was stored"
            assert not till.do(cmd.AddItem(code="INK")).accepted
            assert len(lines(till)) == done > 0
            (mounted / "ballast").unlink()
            assert till.do(cmd.Pay(type="cash")).accepted
        with shop.open(store=store) as till:
            rows = till.call(lambda: list(till.parts.journal.read()))
            assert sum(row.name == "sale.LineAdded" for row in rows) == done
            assert till.state.last_receipt_number == 1
            assert till.call(till.parts.journal.damage) == ""


def fill(path):
    """Write until there is no room for another byte."""
    with path.open("ab", buffering=0) as file:
        for size in (4096, 64, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(bytes(size))


class TestAReadOnlyFolder:
    """F67."""

    def test_refuses_the_sale_and_keeps_what_was_shown(self, shop, disk):
        with shop.open(store=disk.store) as till:
            disk.fail(apsw.ReadOnlyError("simulated"), "write")
            refused = till.do(cmd.AddItem(code="INK"))
            assert not refused.accepted
            assert "cannot be written" in refused.words
            assert refused.hint == "make it writable, then do it again"
            assert lines(till) == ["PEN"]
            disk.mend()
            assert till.do(cmd.AddItem(code="INK")).accepted
        shop.check()

    def test_does_not_start_and_says_why(self, shop):
        if os.geteuid() == 0:
            pytest.skip("root writes everywhere")
        shop.path.chmod(0o500)
        try:
            with pytest.raises(JournalUnavailable, match="cannot be written"):
                shop.open()
        finally:
            shop.path.chmod(0o700)


def test_another_writer_is_waited_for_and_then_named(shop, disk, monkeypatch):
    """F63: the sale is refused for the moment, and nothing of it is stored."""
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 20)
    with shop.open() as till:
        other = apsw.Connection(str(shop.journal))
        other.execute("BEGIN IMMEDIATE")
        refused = till.do(cmd.AddItem(code="INK"))
        assert refused.words == "Another program holds the till's database"
        assert refused.hint == "close it, then do it again"
        other.execute("ROLLBACK")
        assert till.do(cmd.AddItem(code="INK")).accepted
        other.close()
    shop.check()


def test_a_reader_holds_up_nothing(shop, disk):
    """A report may read for as long as it likes."""
    with shop.open() as till:
        reader = apsw.Connection(str(shop.journal), flags=apsw.SQLITE_OPEN_READONLY)
        reader.execute("BEGIN")
        before = reader.execute("SELECT count(*) FROM journal").fetchall()
        for _ in range(20):
            assert till.do(cmd.AddItem(code="INK")).accepted
        assert reader.execute("SELECT count(*) FROM journal").fetchall() == before
        reader.close()
    shop.check()


def test_a_till_closed_beside_a_reader_starts_as_after_a_crash(shop, disk):
    """Its log could not be emptied, so the next start begins it anew."""
    with shop.open() as till:
        reader = apsw.Connection(str(shop.journal), flags=apsw.SQLITE_OPEN_READONLY)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM journal").fetchall()
        assert till.do(cmd.AddItem(code="INK")).accepted
    assert (shop.path / "till.lock").read_text()
    with shop.open() as till:
        assert lines(till) == ["PEN", "INK"]
    reader.close()
    shop.check()
    assert not (shop.path / "till.lock").read_text()


def test_a_start_that_fails_does_not_hide_the_crash_before_it(shop, died, monkeypatch):
    died(shop.script(PEN, crash="action.committed"))
    with monkeypatch.context() as patched:
        patched.setattr("posframe.till.assemble", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            shop.open()
    assert (shop.path / "till.lock").read_text()
    shop.check()


def test_ten_scans_on_a_slow_disk_share_flushes(shop, disk):
    """F68: what waits while one flush runs goes with the next; no scan has a flush of its own."""
    begun, go_on = threading.Event(), threading.Event()
    with shop.open(store=disk.store) as till:
        before = disk.count("sync")

        def slow(operation):
            if operation.kind == "sync":
                begun.set()
                go_on.wait(30)

        disk.failing = slow
        first = till.submit(cmd.AddItem(code="PEN"))
        assert begun.wait(30)
        rest = [till.submit(cmd.AddItem(code="PEN")) for _ in range(9)]
        go_on.set()
        outcomes = [ticket.wait(30) for ticket in (first, *rest)]
        assert all(outcome.accepted for outcome in outcomes)
        assert disk.count("sync") - before <= 3  # one or two commits, and perhaps a WAL begun anew
        assert lines(till) == ["PEN"] * 11
    shop.check()


HOLD = """
import os, sys
from pathlib import Path
from posframe.till import Ports, Till
with Till.open(Path(os.environ["FOLDER"]), Ports(effects=False)):
    print("open", flush=True)
    sys.stdin.read()
"""


def test_a_second_till_in_one_folder_is_refused_by_name_and_number(shop):
    """A25: one writer, ever."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        env={**os.environ, "FOLDER": str(shop.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout.readline() == "open\n"
    with pytest.raises(JournalBusy) as refused:
        shop.open()
    assert f"till T01, process {holder.pid}" in refused.value.message
    assert refused.value.hint == "use that one, or close it first"
    holder.communicate("")
    shop.sell(PEN)

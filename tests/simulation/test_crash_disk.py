"""The crash disk itself: what it forgets, what it keeps, and that it counts as it cuts."""

from __future__ import annotations

import contextlib
import random

import apsw
import pytest

from posframe.testing.crash_disk import SECTOR_BYTES, CrashDisk, LostSyncError


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "disk"
    made.mkdir()
    return made


def filled(disk, folder, rows=5):
    connection = apsw.Connection(str(folder / "a.db"), vfs=disk.name)
    try:
        connection.execute("PRAGMA journal_mode=WAL").fetchall()
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE IF NOT EXISTS t (n INTEGER PRIMARY KEY, filling BLOB)")
        for n in range(rows):
            connection.execute("INSERT INTO t VALUES (?, zeroblob(3000))", (n,))
    except apsw.Error:
        with contextlib.suppress(apsw.Error):
            connection.close(force=True)
        raise
    return connection


def rebooted(disk, at, seed, folder):
    folder.mkdir()
    disk.reboot(at, random.Random(seed), folder)
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def test_what_was_synced_is_kept_whatever_chance_says(folder, tmp_path):
    disk = CrashDisk(folder)
    connection = filled(disk, folder)
    end = len(disk.operations)
    assert disk.operations[-1].kind == "sync"
    files = {each.name: each.read_bytes() for each in folder.iterdir()}
    for seed in range(8):
        left = rebooted(disk, end, seed, tmp_path / str(seed))
        assert left == {name: data for name, data in files.items() if not name.endswith("-shm")}
    connection.close()


def test_what_was_not_synced_is_dropped_kept_or_torn(folder, tmp_path):
    """All fates occur, and what is torn is torn at sectors."""
    disk = CrashDisk(folder)
    connection = filled(disk, folder)
    at = len(disk.operations) - 1  # the last sync is not asked any more
    before = max(n for n in range(at) if disk.operations[n].kind == "sync") + 1
    sure = rebooted(disk, before, 0, tmp_path / "sure")["a.db-wal"]
    whole = (folder / "a.db-wal").read_bytes()
    found = {
        rebooted(disk, at, seed, tmp_path / f"at-{seed}")["a.db-wal"].ljust(len(whole), b"\0")
        for seed in range(60)
    }
    assert sure.ljust(len(whole), b"\0") in found
    assert whole in found
    assert len(found) > 20
    page = disk.operations[before + 1]  # behind the header of its frame
    edges = range(page.offset - page.offset % SECTOR_BYTES, page.offset + 4096, SECTOR_BYTES)
    sectors = [slice(max(edge, page.offset), edge + SECTOR_BYTES) for edge in edges]
    full = [sector for sector in sectors if any(whole[sector])]
    torn = [[each[sector] == whole[sector] for sector in full] for each in found]
    assert any(any(same) and not all(same) for same in torn)
    connection.close()


@pytest.mark.parametrize("at", [0, 3, 8, 14, 21, 29])
def test_a_recorded_cut_is_what_a_real_cut_leaves(at, folder, tmp_path):
    """Cutting a record afterwards stands for cutting the run: both leave the same to the letter."""
    recorded = CrashDisk(folder)
    filled(recorded, folder).close()
    live = tmp_path / "live"
    live.mkdir()
    disk = CrashDisk(live, cut_at=at)
    with pytest.raises(apsw.Error):
        filled(disk, live)
    assert len(disk.operations) == at
    shape = [(each.kind, each.file, each.offset, len(each.data)) for each in recorded.operations]
    assert shape[:at] == [(e.kind, e.file, e.offset, len(e.data)) for e in disk.operations]
    for seed in range(4):
        first = rebooted(recorded, at, seed, tmp_path / f"recorded-{seed}")
        again = rebooted(disk, at, seed, tmp_path / f"live-{seed}")
        assert {name: len(data) for name, data in first.items()} == {
            name: len(data) for name, data in again.items()
        }


def test_after_a_cut_nothing_can_be_read_or_opened(folder):
    disk = CrashDisk(folder)
    connection = filled(disk, folder)
    disk.cut_at = len(disk.operations)
    with pytest.raises(apsw.Error):
        connection.execute("INSERT INTO t VALUES (99, NULL)")
    with pytest.raises(apsw.Error):
        apsw.Connection(str(folder / "a.db"), vfs=disk.name)
    disk.cut_at = None
    connection.close()


def test_a_lost_sync_loses_what_can_still_be_read(folder, tmp_path):
    """So Linux does: the page stays in memory, is taken for clean, and never reaches the disk."""
    failing = [False]

    def fault(operation):
        if failing[0] and operation.kind == "sync":
            failing[0] = False
            raise LostSyncError("simulated")

    disk = CrashDisk(folder, fault=fault)
    connection = filled(disk, folder)
    before = rebooted(disk, len(disk.operations), 0, tmp_path / "before")["a.db-wal"]
    failing[0] = True
    with pytest.raises(apsw.IOError):
        connection.execute("INSERT INTO t VALUES (99, zeroblob(3000))")
    assert len((folder / "a.db-wal").read_bytes()) > len(before)
    for seed in range(8):
        again = rebooted(disk, len(disk.operations), seed, tmp_path / str(seed))
        assert again["a.db-wal"] == before

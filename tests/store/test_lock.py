"""One process a till: the second is refused by the name of the first, whatever became of others."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from posframe.errors import JournalBusy, JournalUnavailable
from posframe.store.lock import TillLock


def test_a_second_till_is_refused_by_name_and_number(tmp_path):
    with TillLock(tmp_path / "till.lock", "till T01"):
        with pytest.raises(JournalBusy) as refused:
            TillLock(tmp_path / "till.lock", "till T01")
        assert f"running already: till T01, process {os.getpid()}" in refused.value.message
        assert "use that one" in refused.value.hint
    TillLock(tmp_path / "till.lock", "till T01").release()


def test_a_holder_that_wrote_nothing_is_unknown(tmp_path):
    with TillLock(tmp_path / "till.lock", "till T01"):
        (tmp_path / "till.lock").write_text("")
        with pytest.raises(JournalBusy, match="running already: unknown"):
            TillLock(tmp_path / "till.lock", "till T01")


def test_a_lock_let_go_twice_is_let_go(tmp_path):
    lock = TillLock(tmp_path / "till.lock", "till T01")
    lock.release()
    lock.release()
    assert (tmp_path / "till.lock").exists(), "removing it could free another's lock"


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(JournalUnavailable, match="cannot be written") as refused:
        TillLock(tmp_path / "nowhere" / "till.lock", "till T01")
    assert str(tmp_path / "nowhere") in refused.value.message
    assert "make it writable" in refused.value.hint


HOLD = """
import sys, time
from pathlib import Path
from posframe.store.lock import TillLock
lock = TillLock(Path(sys.argv[1]), "till T01")
print("held", flush=True)
time.sleep(60)
"""


def test_a_killed_till_frees_its_lock_and_is_noticed(tmp_path):
    """The system lets go of it; the next start knows that it was not closed."""
    path = tmp_path / "till.lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(JournalBusy, match=f"till T01, process {holder.pid}"):
        TillLock(path, "till T01")
    holder.send_signal(signal.SIGKILL)
    holder.wait(20)
    holder.stdout.close()
    with TillLock(path, "till T01") as lock:
        assert lock.was_left
    with TillLock(path, "till T01") as lock:
        assert not lock.was_left


def test_after_a_crash_a_missing_wal_is_asked_for(tmp_path):
    """The last sales may be in it alone; an empty file says that they may go."""
    (tmp_path / "till.lock").write_text("till T01, process 1\n")
    journal = tmp_path / "till.db"
    with TillLock(tmp_path / "till.lock", "till T01") as lock:
        lock.check_wal(journal)  # there is no journal either
        lock.release(clean=False)
    journal.write_bytes(b"")
    lock = TillLock(tmp_path / "till.lock", "till T01")
    with pytest.raises(JournalUnavailable, match=r"till\.db-wal is missing"):
        lock.check_wal(journal)
    (tmp_path / "till.db-wal").write_bytes(b"")
    with TillLock(tmp_path / "till.lock", "till T01") as lock:
        lock.check_wal(journal)

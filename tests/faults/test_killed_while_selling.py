"""SIGKILL at the named points of a sale: what was shown is there after the restart, once."""

from __future__ import annotations

import itertools
import signal
import subprocess
import sys

import pytest

from posframe.kernel.domain import commands as cmd

PEN, INK, PAY = "1 * PEN", "2 * INK", ("=", "50.00")
CARD = "9528000000017"
SALE_MINOR = 150 + 2 * 1295


def test_killed_before_the_first_line_is_committed(shop, died):
    """F1: no sale, and no receipt number used."""
    died(shop.script(PEN, crash="sale.opened"))
    with shop.open() as till:
        assert till.state.transaction is None
        assert till.state.last_receipt_number == 0
    shop.sell(PEN, *PAY)
    with shop.open() as till:
        assert till.state.last_receipt_number == 1
    shop.check()


def test_killed_before_the_commit_the_line_is_not_there(shop, died):
    died(shop.script(PEN, INK, crash="action.appended:3"))  # the first is the start
    with shop.open() as till:
        assert [line.sku for line in till.state.transaction.basket.lines] == ["PEN"]
    shop.check()


def test_killed_after_the_commit_the_line_is_there_once(shop, died):
    """F2: it was not shown yet; it was on disk."""
    died(shop.script(PEN, INK, crash="action.committed:3"))
    with shop.open() as till:
        assert [line.sku for line in till.state.transaction.basket.lines] == ["PEN", "INK"]
        assert till.state.transaction.due_minor == SALE_MINOR
    shop.check()


def test_killed_with_the_total_shown_the_sale_comes_back(shop):
    """F4: the same lines and the same total, to be paid."""
    process = subprocess.Popen(
        [sys.executable, "-m", "posframe", "script", "--till", str(shop.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    process.stdin.write(f"{PEN}\n{INK}\n=\n")
    process.stdin.flush()
    shown = [process.stdout.readline() for _ in range(3)]
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert f'"due": {SALE_MINOR}' in shown[-1]
    with shop.open() as till:
        assert till.state.transaction.due_minor == SALE_MINOR
        assert till.do(cmd.Pay(type="cash")).accepted
    shop.check()


@pytest.mark.parametrize("point", ["action.appended", "projection.applied", "action.committed"])
def test_killed_at_completion_stock_and_points_come_with_the_receipt(point, shop, died):
    """F13: receipt, stock and points are one action; all of it is there or none."""
    shop.sell(f".enrol {CARD}", ".receive INK 10", PEN, INK, CARD)
    for number in itertools.count(1):
        process = shop.script(*PAY, crash=f"{point}:{number}")
        if process.returncode != -signal.SIGKILL:
            break
        with shop.open() as till:
            done = till.state.last_receipt_number
        assert (shop.stock("INK"), shop.points(CARD)) == ((8_000, 27) if done else (10_000, 0))
        if done:
            break
    assert number > {"projection.applied": 3}.get(point, 0)
    with shop.open() as till:
        assert till.state.last_receipt_number == 1
    assert (shop.stock("INK"), shop.points(CARD)) == (8_000, 27)
    assert shop.names().count("sale.Completed") == 1


def test_killed_ten_times_while_recovering_it_recovers(shop, died):
    """F19: recovering is reading; it can be cut as often as you like."""
    died(shop.script(PEN, INK, crash="action.committed:3"))
    for _ in range(10):
        died(shop.script(crash="recovery.folded"))
    with shop.open() as till:
        assert till.state.transaction.due_minor == SALE_MINOR
    shop.check()


def test_killed_twice_with_the_index_of_the_log_gone(shop, died):
    """F20."""
    died(shop.script(PEN, INK, crash="action.committed:3"))
    shop.journal.with_name("till.db-shm").unlink()
    died(shop.script(PEN, crash="action.committed:1"))
    shop.journal.with_name("till.db-shm").unlink()
    with shop.open() as till:
        skus = [line.sku for line in till.state.transaction.basket.lines]
        assert skus == ["PEN", "INK", "PEN"]
    shop.check()


WRITES = """
import os, signal
from pathlib import Path
from posframe.kernel.domain import commands as cmd
from posframe.store.journal import StoreOptions
from posframe.testing.crash_disk import CrashDisk
from posframe.till import Ports, Till

folder, left = Path(os.environ["FOLDER"]), {left}

def fault(operation):
    global left
    left -= operation.kind == "write"
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)

with Till.open(folder, Ports(effects=False)) as till:
    till.do(cmd.AddItem(code="PEN"))
disk = CrashDisk(folder, fault=fault)
store = StoreOptions(path=folder / "till.db", vfs=disk.name)
with Till.open(folder, Ports(effects=False, store=store)) as till:
    till.do(cmd.AddItem(code="INK"))
"""


@pytest.mark.parametrize("left", [0, 1, 3, 5, 7])
def test_killed_at_a_write_of_a_commit_it_is_whole_or_not_there(left, shop, died):
    """F3, with a real death; the power cuts of the simulation go through every write."""
    died(shop.python(WRITES.format(left=left)))
    with shop.open() as till:
        skus = [line.sku for line in till.state.transaction.basket.lines]
        assert skus in (["PEN"], ["PEN", "INK"])
    shop.check()

"""Crash points: they kill where they are told to, and nowhere else."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import posframe

PASSES = """
from posframe.crashpoint import crashpoint
for n in range(4):
    print(n, flush=True)
    crashpoint('here')
"""


def test_unset_it_passes(shop):
    process = shop.python(PASSES)
    assert (process.returncode, process.stdout.split()) == (0, ["0", "1", "2", "3"])


def test_another_name_passes(shop):
    assert shop.python(PASSES, crash="elsewhere").returncode == 0


def test_it_kills_at_the_first_or_the_nth_time(shop):
    for crash, printed in (("here", 1), ("here:1", 1), ("here:3", 3)):
        process = shop.python(PASSES, crash=crash)
        assert process.returncode == -signal.SIGKILL
        assert len(process.stdout.split()) == printed


def test_never_reached_the_nth_time_it_passes(shop):
    assert shop.python(PASSES, crash="here:5").returncode == 0


def test_every_point_is_killed_at_by_some_test():
    """A point that no test names proves nothing."""
    root = Path(posframe.__file__).parent
    sources = (path.read_text(encoding="utf-8") for path in root.rglob("*.py"))
    points = {
        name for text in sources for name in re.findall(r'^\s+crashpoint\("(.+?)"\)', text, re.M)
    }
    tests = "".join(each.read_text(encoding="utf-8") for each in Path(__file__).parent.glob("*.py"))
    assert len(points) >= 8
    assert {name for name in points if name not in tests} == set()

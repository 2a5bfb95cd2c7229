"""The pieces that plugin authors get: a clock, ids, a till in a folder."""

from __future__ import annotations

import pytest

from posframe.errors import PosframeError
from posframe.kernel.domain import commands as cmd
from posframe.testing.ports import NOON_US, CountingIds, ManualClock
from posframe.testing.tills import make_till, memory_catalogue, quiet_ports
from posframe.till import Ports


def test_the_clock_moves_when_told():
    clock = ManualClock(timezone="Europe/Berlin")
    assert clock.local_text(clock.wall_us()) == "2026-01-01 13:00:00"
    clock.advance(90_000_000)
    assert (clock.wall_us(), clock.mono_us()) == (NOON_US + 90_000_000, 90_000_000)


def test_the_clock_jumps_and_monotonic_time_does_not_notice():
    clock = ManualClock()
    clock.advance(5)
    clock.jump(0)
    assert (clock.wall_us(), clock.mono_us()) == (0, 5)
    assert clock.local_date(clock.wall_us()) == "1970-01-01"


def test_time_does_not_pass_backwards():
    with pytest.raises(AssertionError, match="jumps"):
        ManualClock().advance(-1)


def test_ids_rise_and_are_the_same_in_every_run():
    first, again = CountingIds(), CountingIds()
    ids = [first.next(0) for _ in range(300)]
    assert ids == [again.next(NOON_US) for _ in range(300)]
    assert ids == sorted(set(ids))
    assert {len(each) for each in ids} == {32}


def test_a_till_goes_on_where_it_stopped(tmp_path):
    clock, ids = ManualClock(), CountingIds()
    ports = Ports(clock=clock, ids=ids, effects=False, lock=False)
    with make_till(tmp_path, ports=ports) as till:
        assert till.do(cmd.AddItem(code="PEN")).accepted
        assert till.do(cmd.AddItem(code="4006381333931")).accepted
        before = till.state
    with make_till(tmp_path, ports=ports) as till:
        assert till.state == before
        assert till.do(cmd.Pay(type="cash")).accepted
        jobs = {job.kind: job.status.value for job in till.state.jobs.values()}
        assert jobs == {"kick": "queued", "print": "queued"}


def test_a_till_takes_plugins_and_their_settings(tmp_path):
    settings = '[plugins.loyalty]\ncard_prefix = "9528"\n'
    with make_till(tmp_path, plugins=("payments", "loyalty"), settings=settings) as till:
        assert {each.name for each in till.hooks.plugins} >= {"payments", "loyalty"}
    with pytest.raises(PosframeError, match="card_prefix"):
        make_till(tmp_path / "other", plugins=("payments", "loyalty"))


def test_ports_and_goods_can_be_ones_own(tmp_path):
    catalogue = memory_catalogue(())
    ports = quiet_ports()
    assert ports.catalogue is None
    with make_till(tmp_path, items=(), ports=ports) as till:
        assert not till.do(cmd.AddItem(code="PEN")).accepted
    assert catalogue.search("pen", 5, 0) == ()

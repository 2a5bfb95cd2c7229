"""Laws of the bus: input reaches one taker, once; everything else reaches everybody."""

from __future__ import annotations

import anyio
import pytest

from posframe.hal.bus import INPUT_KEPT_MAX, DeviceBus
from posframe.hal.facts import DeviceEvent, DeviceState, Overrun, Scan, StateChanged


def scan(code, sequence=1):
    return DeviceEvent("scanner", sequence, Scan(code))


@pytest.fixture
def heard():
    return []


@pytest.fixture
def bus(heard):
    bus = DeviceBus()
    bus.listen(heard.append)
    return bus


def test_input_that_nobody_leased_reaches_every_listener(bus, heard):
    more = []
    end = bus.listen(more.append)
    bus.publish(scan("1"), "scanner")
    end()
    bus.publish(scan("2"), "scanner")
    assert [event.fact.code for event in heard] == ["1", "2"]
    assert [event.fact.code for event in more] == ["1"]


async def test_the_newest_lease_takes_input_and_giving_it_back_gives_it_to_the_one_below(
    bus, heard
):
    with bus.lease("scanner", "stocktake") as below:
        with bus.lease("scanner", "dialog") as above:
            bus.publish(scan("1"), "scanner")
        bus.publish(scan("2"), "scanner")
    bus.publish(scan("3"), "scanner")
    assert (await anext(above)).fact.code == "1"
    assert (await anext(below)).fact.code == "2"
    assert [event.fact.code for event in heard] == ["3"]


async def test_dialogs_may_close_in_any_order(bus, heard):
    first, second = bus.lease("scanner", "first"), bus.lease("scanner", "second")
    with second:
        pass
    second = bus.lease("scanner", "second")
    below = first.__enter__()
    above = second.__enter__()
    first.__exit__(None, None, None)
    bus.publish(scan("1"), "scanner")
    second.__exit__(None, None, None)
    assert (await anext(above)).fact.code == "1"
    with anyio.move_on_after(0.01) as limit:
        await anext(below)
    assert limit.cancelled_caught
    assert not heard


def test_a_scan_that_arrived_under_a_lease_never_falls_to_the_sale(bus, heard):
    """A dialog that closes in the same moment keeps what was meant for it."""
    with bus.lease("scanner", "dialog"):
        bus.publish(scan("1"), "scanner")
    assert heard == []


def test_a_lease_takes_input_of_its_class_only_and_no_states(bus, heard):
    with bus.lease("scale", "weighing"):
        bus.publish(scan("1"), "scanner")
        bus.publish(DeviceEvent("scale", 1, StateChanged(DeviceState.READY)), "scale")
    assert len(heard) == 2


def test_input_that_is_not_taken_is_bounded_and_its_loss_is_told(bus, heard):
    with bus.lease("scanner", "sleeper"):
        for number in range(INPUT_KEPT_MAX + 2):
            bus.publish(scan(str(number), number), "scanner")
    assert [event.fact for event in heard] == [Overrun(1), Overrun(1)]


async def test_a_taker_that_waits_is_woken(bus):
    async def publish():
        await anyio.sleep(0.01)
        bus.publish(scan("1"), "scanner")

    with bus.lease("scanner", "dialog") as lease:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(publish)
            with anyio.fail_after(5):
                assert (await anext(lease)).fact.code == "1"

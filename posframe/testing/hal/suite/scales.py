"""What scales must do: sell what rests above zero, exactly, and nothing else."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import anyio

from posframe.errors import DeviceError
from posframe.hal.simulators.faults import parse_faults
from posframe.hal.weights import Load, Reading, Weight
from posframe.testing.hal.suite.runs import Line, inject, perform, reference, tap
from posframe.testing.hal.suite.selection import needs

if TYPE_CHECKING:
    from posframe.hal.progress import Progress
    from posframe.testing.hal.kit import Kit
    from posframe.testing.hal.workbench import Workbench

DEADLINE_S = 10.0
SHORT_S = 0.5
LATE_S = 0.1
"""How long after its time an answer may still come."""
RESTS_S = 5.0
"""A load rests within this time."""
TRIES_MAX = 40
UNITS = ("mg", "g", "kg", "t", "oz", "lb", "ct", "ozt", "dwt", "gr", "tl")


@needs("scale")
async def test_a_reading_is_exact_and_complete(kit: Kit) -> None:
    """Points 42 and 47: at rest there is a weight above zero, in whole digits and a known unit."""
    good = await reference(kit)
    reading = good.value
    assert isinstance(reading, Reading), f"`golden` returns the reading, not {reading!r}"
    assert reading.load is Load.STABLE, f"A load at rest is {reading.load.value}"
    assert reading.weight is not None, "A load at rest has a weight"
    wrong = _inexact(reading.weight)
    assert not wrong, wrong
    assert reading.weight.digits > 0, "Only what is above zero is STABLE"


@needs("scale", field="readings")
async def test_each_load_is_read_as_what_it_is(kit: Kit) -> None:
    """Points 42 to 47: above, at and below zero, with its decimals, its unit and its tare."""
    for act, expected in kit.readings.items():
        run = await perform(kit, work=_rested(act, expected.load))
        assert not run.bug, f"After {act!r}: {run.bug}"
        assert run.error is None, f"After {act!r}: {run.error!r}"
        assert run.value == expected, f"After {act!r} it reads {run.value}, not {expected}"


@needs("scale", field="bad_acts")
async def test_what_may_not_be_sold_is_never_stable(kit: Kit) -> None:
    """Points 42 and 44: in motion, overloaded, below zero, out of order: never a stable weight."""
    for act in kit.bad_acts:
        run = await perform(kit, work=_right_after(act))
        assert not run.bug, f"After {act!r}: {run.bug}"
        if run.error is None:
            assert run.value.load is not Load.STABLE, f"After {act!r} it would sell {run.value}"


@needs("scale")
async def test_a_silent_scale_has_no_weight_to_sell(kit: Kit) -> None:
    """A scale that does not answer is an error, or a reading that nobody can sell by."""

    async def unheard(bench: Workbench, progress: Progress) -> Any:  # noqa: ANN401
        del progress
        tap(bench).silent = True
        return await bench.driver.read(DEADLINE_S)

    run = await perform(kit, work=unheard)
    assert not run.bug, run.bug
    assert run.error is not None or run.value.load is not Load.STABLE, (
        f"The scale said nothing, and {run.value} would be sold"
    )


@needs("scale")
async def test_what_nobody_asked_for_is_not_sold(kit: Kit) -> None:
    """A weight that came before the question belongs to a load that may be gone."""
    good = await reference(kit)
    said = bytes(good.line.tap.said)

    async def unasked(bench: Workbench, progress: Progress) -> Any:  # noqa: ANN401
        del progress
        inject(bench, said)
        await anyio.sleep(0.2)
        tap(bench).silent = True
        return await bench.driver.read(DEADLINE_S)

    run = await perform(kit, work=unasked)
    assert not run.bug, run.bug
    assert run.error is not None or run.value.load is not Load.STABLE, (
        f"Nobody had asked, nobody answered, and {run.value} would be sold"
    )


@needs("scale", field="readings")
async def test_a_late_answer_is_not_taken_for_the_next(kit: Kit) -> None:
    """One that comes when its time is over: the load is another by then."""
    good = await reference(kit)
    if good.sent == good.start_sent:
        return  # it was not asked: a scale that sends by itself answers nobody too late
    other = next(
        (act for act, reading in kit.readings.items() if _differs(reading, good.value)), ""
    )
    assert other, "The kit's readings have a stable weight that is not that of `golden`"

    async def late(bench: Workbench, progress: Progress) -> Any:  # noqa: ANN401
        del progress
        with contextlib.suppress(DeviceError):
            await bench.driver.read(SHORT_S)
        bench.line.act(other)
        with anyio.move_on_after(RESTS_S):
            return await bench.driver.read(RESTS_S)

    faults = parse_faults(f"tx at byte {good.start_heard} delay {SHORT_S + LATE_S}")
    run = await perform(kit, Line(kit.simulator(), faults), late)
    assert not run.bug, run.bug
    if isinstance(run.value, Reading) and run.value.load is Load.STABLE:
        assert run.value.weight == kit.readings[other].weight, (
            f"The load before this one was sold: {run.value.weight}"
        )


def _differs(reading: Reading, other: Reading) -> bool:
    return reading.load is Load.STABLE and reading.weight != other.weight


def _rested(act: str, load: Load) -> Any:  # noqa: ANN401 - the work of a run
    """Return the work of doing ``act`` and reading until the load rests as ``load``."""

    async def work(bench: Workbench, progress: Progress) -> Reading | None:
        del progress
        bench.line.act(act)
        reading: Reading | None = None
        with anyio.move_on_after(RESTS_S * 2):
            await anyio.sleep(RESTS_S)
            for _ in range(TRIES_MAX):
                reading = await bench.driver.read(DEADLINE_S)
                if reading.load is load:
                    break
                await anyio.sleep(bench.driver.poll_s)
        return reading

    return work


def _right_after(act: str) -> Any:  # noqa: ANN401 - the work of a run
    async def work(bench: Workbench, progress: Progress) -> Reading:
        del progress
        bench.line.act(act)
        reading: Reading = await bench.driver.read(DEADLINE_S)
        return reading

    return work


def _inexact(weight: Weight) -> str:
    if type(weight.digits) is not int or type(weight.decimals) is not int:
        return f"{weight!r} is not exact: digits and decimals are whole numbers"
    if not 0 <= weight.decimals <= 6:
        return f"{weight!r} has {weight.decimals} decimals"
    return "" if weight.unit in UNITS else f"{weight.unit!r} is no unit of weight"

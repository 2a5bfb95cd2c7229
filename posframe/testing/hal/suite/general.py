"""What every driver must do in its life: open, be asked, be broken off, be asked again, close."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import math
import os
import threading
import time
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from posframe.errors import DeviceError
from posframe.hal.driver import CANCEL_S
from posframe.hal.errors import outcome_of
from posframe.hal.progress import Outcome
from posframe.hal.transports import TransportError
from posframe.testing.hal.suite.questions import allowed_s, questions
from posframe.testing.hal.suite.runs import Line, Run, exchange_of, perform, reference, tap
from posframe.testing.hal.suite.selection import INPUTS, PROMISING, needs
from posframe.testing.hal.suite.soundness import unsound
from posframe.testing.hal.workbench import Workbench, workbench

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posframe.hal.progress import Progress
    from posframe.testing.hal.kit import Kit

ROUNDS = 100
DEADLINE_S = 3.0
STEPS_MAX = 400
"""Steps at which an exchange is broken off; a longer one is broken off at so many of them."""
START_S = 5.0
CHECK_S = 2.0
"""When a supervisor breaks off `start` and `check`."""
HOUR_S = 3600.0
TOLD_S = 0.1
"""How soon a device says what was done to it, if it tells by itself."""


async def test_it_works_and_works_again(kit: Kit) -> None:
    """Point 12: the exchange does what it says, once each time it is asked for."""
    good = await reference(kit)

    async def twice(bench: Workbench, progress: Progress) -> Any:  # noqa: ANN401
        await exchange_of(kit)(bench, progress)
        progress.__init__()  # type: ignore[misc] # a new effect begins at nothing
        return await exchange_of(kit)(bench, progress)

    run = await perform(kit, work=twice)
    assert not run.bug, run.bug
    assert run.error is None, f"The second exchange on one line fails: {run.error!r}"
    if not kit.stimulus:
        assert run.effects == 2, f"Two exchanges happened {run.effects} times"
    assert good.value is None or run.value is not None, "The second exchange gave nothing"


async def test_opening_and_closing_leaks_nothing(kit: Kit) -> None:
    """Point 1: a hundred times open and closed, twice each, leaves no task, thread or file."""
    line = Line(kit.simulator())
    await _opened_and_closed(kit, line)
    before = _belongings()
    for _ in range(ROUNDS):
        await _opened_and_closed(kit, line)
    left = {what: now - before[what] for what, now in _belongings().items()}
    assert not any(count > 0 for count in left.values()), (
        f"After {ROUNDS} times open and closed there is more than before: {left}; "
        "end in `end`, or in the task that began it, whatever `start` and `pump` begin"
    )
    run = await perform(kit, Line(line.tap.device))
    assert not run.bug, run.bug
    assert run.error is None, f"After {ROUNDS} times open and closed: {run.error!r}"


async def test_an_absent_device_is_an_error_and_nothing_was_begun(kit: Kit) -> None:
    """Point 2: on a line that is not there, all that is asked fails soon and did not start."""
    line = Line(kit.simulator())
    line.absent = True
    run = await perform(kit, line)
    assert not run.bug, run.bug
    assert run.error is not None, "A line that cannot be opened was used all the same"
    assert outcome_of(run.error) is Outcome.NOT_STARTED, "Nothing can have been begun"

    line.absent = False
    for name, ask in questions(kit).items():
        line = Line(kit.simulator())

        async def ask_without(bench: Workbench, progress: Progress, ask: Any = ask) -> None:  # noqa: ANN401
            await bench.line.close()
            with anyio.fail_after(allowed_s(kit, DEADLINE_S)):
                await ask(bench.driver, progress, DEADLINE_S)

        run = await perform(kit, line, ask_without)
        assert not run.bug, f"{name} on a closed line: {run.bug}"
        if run.sent > run.start_sent:
            pytest.fail(f"{name} wrote on a closed line")
        if kit.spec.device_class in PROMISING and name != "check":
            assert run.error is not None, f"{name} on a closed line gives no error"
            assert run.progress.outcome is Outcome.NOT_STARTED, f"{name}: nothing can have begun"


async def test_listening_ends_when_the_line_does(kit: Kit) -> None:
    """Point 9: `pump` on a closed line ends by that line's error, so that the loss is noticed."""
    async with workbench(kit) as bench:
        await bench.line.close()
        with anyio.move_on_after(1.0):
            while not bench.lost:  # noqa: ASYNC110 - a list tells nobody that it grew
                await anyio.sleep(0.01)
        lost = bench.lost[:]
        try:
            with anyio.move_on_after(1.0) as limit:
                await bench.driver.pump()
            ended = "waits" if limit.cancelled_caught else "ends without an error"
        except TransportError:
            ended = ""
    assert lost, "The line was closed, and `pump` goes on"
    assert not ended, f"The line is closed, and `pump` {ended}"


@pytest.mark.parametrize("trouble", ["silent", "takes nothing", "takes one byte"])
async def test_every_question_ends_at_its_deadline(kit: Kit, trouble: str) -> None:
    """Points 4 and 23: a device that says nothing, or takes nothing, is not waited for longer."""
    for name, ask in questions(kit).items():

        async def ask_now(bench: Workbench, progress: Progress, ask: Any = ask) -> Any:  # noqa: ANN401
            if trouble == "silent":
                tap(bench).silent = True
            else:
                bench.line.stuck_after = bench.line.written + (trouble == "takes one byte")
            return await ask(bench.driver, progress, DEADLINE_S)

        run = await perform(kit, work=ask_now)
        assert not run.bug, f"{name}, and the device {trouble}: {run.bug}"
        assert run.elapsed_s <= allowed_s(kit, DEADLINE_S), (
            f"{name}, and the device {trouble}: {run.elapsed_s:.1f} s instead of {DEADLINE_S:g}"
        )
        if kit.spec.device_class in PROMISING and name != "check":
            wrong = unsound(kit, run, run)
            assert not wrong, f"{name}, and the device {trouble}: {wrong}"


@pytest.mark.parametrize("trouble", ["silent", "takes nothing"])
async def test_starting_ends_in_time(kit: Kit, trouble: str) -> None:
    """Point 4: where nothing answers, `start` gives up, or lets itself be broken off at once."""
    line = Line(kit.simulator())
    line.tap.silent = trouble == "silent"
    line.stuck_after = 0 if trouble == "takes nothing" else line.stuck_after
    crashed: list[Exception] = []
    async with workbench(kit, line, start=False) as bench:
        began_s = anyio.current_time()
        try:
            with anyio.move_on_after(START_S):
                await bench.driver.start()
        except DeviceError:
            pass
        except Exception as error:  # noqa: BLE001 - whatever else it is, it is told below
            crashed.append(error)
        took_s = anyio.current_time() - began_s
        bench.line.stuck_after = math.inf
    assert not crashed, f"`start`, and the device {trouble}: it crashed with {crashed[0]!r}"
    assert took_s <= START_S + 1.2 * CANCEL_S, (
        f"`start`, and the device {trouble}: broken off after {START_S:g} s, it took {took_s:.1f} s"
    )


async def test_checking_finds_a_device_that_is_gone(kit: Kit) -> None:
    """Point 17: what `check` asks of a device that is there, it misses of one that is not."""
    asked: list[bool] = []

    async def healthy(bench: Workbench, progress: Progress) -> None:
        del progress
        sent, heard = bench.line.written, bench.line.arrived
        await bench.driver.check()
        await anyio.sleep(TOLD_S)
        asked.append(bench.line.written > sent and bench.line.arrived > heard)

    run = await perform(kit, work=healthy)
    assert not run.bug, run.bug
    assert run.error is None, f"The device is there, and `check` says: {run.error!r}"
    if asked != [True]:
        return  # its line tells by itself, or there is no way back

    async def gone(bench: Workbench, progress: Progress) -> bool:
        del progress
        tap(bench).silent = True
        with anyio.move_on_after(CHECK_S) as limit:
            await bench.driver.check()
        return not limit.cancelled_caught

    run = await perform(kit, work=gone)
    assert not run.bug, run.bug
    assert run.value is not True, "The device no longer answers, and `check` is content"


@needs(but=INPUTS)
async def test_broken_off_anywhere_it_is_sound_and_the_next_line_works(kit: Kit) -> None:
    """Point 5: cancelled at each await, it ends at once, claims no more than is so, and goes on."""
    good = await reference(kit)
    for step in _some(range(1, good.steps + 1)):
        line = Line(kit.simulator())
        run = await perform(kit, line, at=step, deed=lambda scope, _: scope.cancel())
        where = f"Cancelled at step {step} of {good.steps}"
        wrong = unsound(kit, run, good)
        assert not wrong, f"{where}: {wrong}"
        assert run.after_s <= 1.2 * CANCEL_S, f"{where}, it took {run.after_s:.1f} s to end"
        await _works_again(kit, line, good, where)


async def test_a_cable_pulled_while_sending_is_told_soundly(kit: Kit) -> None:
    """Points 9 and 10: pulled after each byte sent, no false claim; the next line works."""
    good = await reference(kit)
    for sent in _some(range(good.sent)):
        line = Line(kit.simulator(), lost_after=sent)
        run = await perform(kit, line)
        where = f"The cable was pulled after {sent} of {good.sent} bytes sent"
        wrong = unsound(kit, run, good)
        assert not wrong, f"{where}: {wrong}"
        assert run.error is not None, f"{where}, and no error was raised"
        await _works_again(kit, line, good, where)


async def test_a_cable_pulled_while_listening_is_told_soundly(kit: Kit) -> None:
    """Points 9 and 10: pulled before each byte that comes, no false claim; the next line works."""
    good = await reference(kit)
    for heard in _some(range(good.heard)):
        line = Line(kit.simulator(), cut_after=heard)
        run = await perform(kit, line)
        where = f"The cable was pulled before byte {heard + 1} of {good.heard} that came"
        wrong = unsound(kit, run, good)
        assert not wrong, f"{where}: {wrong}"
        await _works_again(kit, line, good, where)


async def test_what_the_wall_clock_says_changes_nothing(
    kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Point 18: an hour forward or back at every look at it, and the exchange is the same."""
    good = await reference(kit)
    real, real_ns, jumps = time.time, time.time_ns, _jumps()
    monkeypatch.setattr(time, "time", lambda: real() + next(jumps))
    monkeypatch.setattr(time, "time_ns", lambda: real_ns() + int(next(jumps)) * 10**9)
    run = await perform(kit)
    monkeypatch.undo()
    assert not run.bug, run.bug
    assert run.error is None, f"While the wall clock jumps: {run.error!r}"
    assert (run.value, run.effects) == (good.value, good.effects), (
        f"While the wall clock jumps it is {run.value}, not {good.value}"
    )
    assert run.elapsed_s == pytest.approx(good.elapsed_s, abs=0.001), (
        "The wall clock decides how long it waits; use anyio.current_time()"
    )


@needs(field="bad_acts", but=("printer",))
async def test_what_keeps_the_device_is_said(kit: Kit) -> None:
    """A device in trouble says so, in a word of its kit; nothing is claimed that is not so."""
    good = await reference(kit)
    for act, word in kit.bad_acts.items():
        run = await perform(kit, work=functools.partial(after, kit, act))
        wrong = unsound(kit, run, good) if kit.spec.device_class in PROMISING else run.bug
        assert not wrong, f"After {act!r}: {wrong}"
        assert word.casefold() in run.told(), f"After {act!r} nobody says {word!r}: {run.told()}"


async def after(kit: Kit, act: str, bench: Workbench, progress: Progress) -> Any:  # noqa: ANN401
    """Do the kit's exchange after an act that the device has told, by itself or when checked.

    A load still swings, so a scale is asked at once.
    """
    bench.line.act(act)
    await anyio.sleep(TOLD_S)
    check_every_s = bench.driver.check_every_s
    if kit.spec.device_class in PROMISING and check_every_s is not None:
        await anyio.sleep(check_every_s)
        await bench.driver.check()
    return await exchange_of(kit)(bench, progress)


async def _works_again(kit: Kit, line: Line, good: Run, where: str) -> None:
    """Put the cable back: a new driver on a new line to the same device."""
    run = await perform(kit, Line(line.tap.device))
    assert not run.bug, f"{where}; on the next line, {run.bug}"
    assert run.error is None, f"{where}; on the next line it fails: {run.error!r}"
    assert run.value == good.value, f"{where}; on the next line: {run.value}, not {good.value}"
    if not kit.stimulus:
        assert run.effects == 1, f"{where}; the next exchange happened {run.effects} times"


async def _opened_and_closed(kit: Kit, line: Line) -> None:
    async with workbench(kit, line) as bench:
        await line.open()
        with contextlib.suppress(DeviceError):
            await bench.driver.end()
    await line.close()
    await anyio.sleep(0.01)  # what was cancelled ends in its own time


def _belongings() -> dict[str, int]:
    open_files = "/proc/self/fd"
    return {
        "tasks": len(asyncio.all_tasks()),
        "threads": threading.active_count(),
        "files": len(os.listdir(open_files)) if os.path.isdir(open_files) else 0,  # noqa: PTH112, PTH208 - no path: a list of numbers
    }


def _some(steps: range) -> range:
    """Return all steps, or every n-th of very many."""
    return steps[:: max(1, -(-len(steps) // STEPS_MAX))]


def _jumps() -> Iterator[float]:
    while True:
        yield HOUR_S
        yield -HOUR_S

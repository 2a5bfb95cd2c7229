"""Laws of the virtual clock: waiting costs nothing, order is kept, nothing else is overtaken."""

from __future__ import annotations

import os
import time

import anyio
import anyio.to_thread
import pytest

from posframe.testing.virtual_clock import VIRTUAL_TIME, Stuck


def run(work):
    return anyio.run(work, backend_options=VIRTUAL_TIME[1])


def test_ten_thousand_seconds_pass_at_once():
    """A deadline of hours is tested in a moment."""

    async def wait():
        began_s = anyio.current_time()
        await anyio.sleep(10_000)
        return anyio.current_time() - began_s

    real_s = time.monotonic()
    assert run(wait) == pytest.approx(10_000)
    assert time.monotonic() - real_s < 5


def test_who_waits_shorter_is_woken_first():
    """The clock jumps to the next one who waits, never over one."""
    woken = []

    async def sleeper(seconds):
        await anyio.sleep(seconds)
        woken.append((seconds, round(anyio.current_time())))

    async def wait():
        async with anyio.create_task_group() as tasks:
            for seconds in (3, 1, 2, 1000):
                tasks.start_soon(sleeper, seconds)

    run(wait)
    assert woken == [(1, 1001), (2, 1002), (3, 1003), (1000, 2000)]


def test_a_deadline_is_kept_to_the_digit_in_every_run():
    """The same work takes the same time, on any machine."""

    async def wait():
        with anyio.move_on_after(0.1):
            await anyio.sleep_forever()
        with anyio.move_on_after(3.3):
            await anyio.Event().wait()
        return anyio.current_time()

    assert run(wait) == run(wait) == pytest.approx(1003.4)


def test_work_in_a_thread_is_waited_for_and_takes_no_time():
    """A picture that is made in a thread is ready before any deadline."""

    async def wait():
        with anyio.move_on_after(0.01) as limit:
            found = await anyio.to_thread.run_sync(lambda: time.sleep(0.05) or "done")
        return found, limit.cancelled_caught, anyio.current_time()

    assert run(wait) == ("done", False, pytest.approx(1000.0))


def test_a_step_too_small_for_a_large_number_still_passes():
    """After years, a nanosecond is less than the clock can show; it must not stand still."""

    async def wait():
        await anyio.sleep(10.0**9)
        for _ in range(10):
            await anyio.sleep(10.0**-9)

    run(wait)


def test_a_pipe_is_refused():
    """Real bytes take real time, and the clock would have passed their deadline."""
    reader, writer = os.pipe()

    async def wait():
        with anyio.move_on_after(1):
            await anyio.wait_readable(reader)

    try:
        with pytest.raises(AssertionError, match="overtakes ports and sockets"):
            run(wait)
    finally:
        os.close(reader)
        os.close(writer)


def test_waiting_for_nothing_is_found_out(monkeypatch):
    """Without a deadline and without anyone to wake it, a test would stand for ever."""
    monkeypatch.setattr("posframe.testing.virtual_clock.STUCK_S", 0.05)

    async def wait():
        await anyio.Event().wait()

    with pytest.raises(Stuck):
        run(wait)

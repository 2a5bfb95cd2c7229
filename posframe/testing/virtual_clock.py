"""An event loop whose clock jumps: whoever waits is woken at once, as if the time had passed.

Ten thousand seconds take a tenth of one, and every run takes the same time to the last digit. It
is for what lives in this process alone: work in anyio's threads is waited for, and takes no time,
but a port, a socket or a pipe would be overtaken by the clock, so the loop refuses them.

::

    anyio.run(test, backend_options={"loop_factory": VirtualClockLoop})

Time passes only while everybody waits: whoever asks again and again without a pause stops it. In
pytest, let the fixture ``anyio_backend`` return `VIRTUAL_TIME`.
"""

from __future__ import annotations

import asyncio
import math
import selectors
from typing import TYPE_CHECKING, Any

import anyio.to_thread

if TYPE_CHECKING:
    from collections.abc import Callable

STUCK_S = 5.0
"""Real seconds after which a loop that nothing can wake is given up."""
THREAD_S = 0.01

Events = list[tuple[selectors.SelectorKey, int]]


class VirtualClockLoop(asyncio.SelectorEventLoop):
    """A loop that has its own time. It begins at 1,000 s, like a machine that runs for a while."""

    def __init__(self) -> None:
        self._selector_of_time = _JumpingSelector(lambda: _threads_at_work(self))
        super().__init__(self._selector_of_time)
        # Finer than this, what is due now would stay due for ever once the clock shows years.
        self._clock_resolution = 1e-6

    def time(self) -> float:
        """Return the seconds that have passed on this loop's clock."""
        return self._selector_of_time.now_s


VIRTUAL_TIME: tuple[str, dict[str, Any]] = ("asyncio", {"loop_factory": VirtualClockLoop})
"""What the fixture ``anyio_backend`` returns for tests in virtual time."""


class Stuck(RuntimeError):
    """Everything waits, and nothing will ever wake it."""


class _JumpingSelector(selectors.DefaultSelector):
    """Finds what is ready; where nothing is, lets the time pass that would have been waited."""

    def __init__(self, threads_at_work: Callable[[], bool]) -> None:
        super().__init__()
        self.now_s = 1000.0
        self._threads_at_work = threads_at_work

    def select(self, timeout: float | None = None) -> Events:
        """Return what is ready; jump by ``timeout`` seconds where nothing is."""
        ready = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        while self._threads_at_work():
            ready = super().select(THREAD_S)
            if ready:
                return ready
        if timeout is None:
            return self._waited_in_vain()
        assert len(self.get_map()) <= 1, "a virtual clock overtakes ports and sockets"
        # A step too small to be seen in a large number would never arrive.
        self.now_s = max(self.now_s + timeout, math.nextafter(self.now_s, math.inf))
        return []

    def _waited_in_vain(self) -> Events:
        ready = super().select(STUCK_S)
        if not ready:
            raise Stuck("Everything waits, and nothing will ever wake it")
        return ready


def _threads_at_work(loop: VirtualClockLoop) -> bool:
    if not loop.is_running():
        return False
    try:
        return anyio.to_thread.current_default_thread_limiter().borrowed_tokens > 0
    except RuntimeError:  # not begun by anyio: it has no threads either
        return False

"""One effect on a supervised device: done once or not at all, and honest about which."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import anyio

from posframe.errors import DeviceError, DeviceOffline
from posframe.hal.devices import JobResult
from posframe.hal.errors import Expired, Unanswered
from posframe.hal.progress import Outcome, Progress

if TYPE_CHECKING:
    from posframe.hal.supervisor import SupervisedDevice

AGAIN_S = 0.05
LAST_WORDS_S = 1.0
"""A driver gets so much less, or a quarter: its own words are better than "took too long"."""
Work = Callable[[Any, Progress, float], Awaitable[str]]
"""``work(driver, progress, deadline_s)``: does it, and returns remarks for the operator."""


async def have_done(device: SupervisedDevice, work: Work, deadline_s: float) -> JobResult:
    """Have ``device`` do ``work`` within ``deadline_s`` seconds; return what became of it.

    Where the line turns out to be dead before one byte has gone, as a printer's that hangs up on
    idle tills, it is tried again: the first try cannot have had an effect.
    """
    ends_s = anyio.current_time() + deadline_s
    while True:
        progress = Progress()
        left_s = max(0.0, ends_s - anyio.current_time())
        try:
            remarks = await device.perform(_bound(work, progress, ends_s), deadline_s=left_s)
        except DeviceError as error:
            if not _was_dead(error, progress) or anyio.current_time() + AGAIN_S > ends_s:
                return JobResult(progress.outcome, str(error))
            await anyio.sleep(AGAIN_S)  # until its supervisor has noticed
        except Exception as error:  # noqa: BLE001 - a driver's bug is a result as well
            words = f"{device.name} failed: {type(error).__name__}: {error}"
            return JobResult(progress.outcome, words)
        else:
            return _finished(progress, remarks)


def _was_dead(error: DeviceError, progress: Progress) -> bool:
    """Tell whether the line was dead all along; an expired turn is no such thing."""
    lost = isinstance(error, DeviceOffline) and not isinstance(error, (Expired, Unanswered))
    return lost and progress.outcome is Outcome.NOT_STARTED


def _bound(work: Work, progress: Progress, ends_s: float) -> Callable[[Any], Awaitable[str]]:
    def bound(driver: Any) -> Awaitable[str]:  # noqa: ANN401 - any driver
        left_s = max(0.0, ends_s - anyio.current_time())
        return work(driver, progress, left_s - min(LAST_WORDS_S, left_s / 4))

    return bound


def _finished(progress: Progress, remarks: str) -> JobResult:
    """Return the result of an effect whose driver is content with it."""
    outcome = progress.outcome
    if outcome is Outcome.UNKNOWN and not remarks:
        remarks = "Sent; this device does not tell whether it was done"
    return JobResult(outcome, remarks, sent=progress.sent)

"""Receipts through supervised printers: each job once, on the first printer that can take it."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

import anyio
import attrs

from posframe.hal.devices import JobResult, PosPrinter
from posframe.hal.effect import have_done
from posframe.hal.progress import Outcome, Progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from posframe.hal.driver_classes import PrinterDriver
    from posframe.hal.supervisor import SupervisedDevice
    from posframe.kernel.domain.receipt import ReceiptDocument

RESULTS_KEPT_MAX = 256
"""Jobs whose results are remembered, so that a repeated job is answered and not printed again."""


class SupervisedPrinter(PosPrinter):
    """A receipt printer with those that take over for it, in their order."""

    def __init__(self, devices: Sequence[SupervisedDevice], mark: str = "") -> None:
        """``mark`` stands on every line of all that is printed; empty: nothing does."""
        assert devices, "there is a printer"
        self._mark = mark
        self._devices = tuple(devices)
        self._results: OrderedDict[str, JobResult] = OrderedDict()
        self._under_way: dict[str, anyio.Event] = {}

    async def submit(
        self, document: ReceiptDocument, *, job_id: str, deadline_s: float
    ) -> JobResult:
        """Print ``document`` within ``deadline_s`` seconds; a ``job_id`` is printed once.

        A printer that cannot take it now is passed over for one that can. Only a job of which
        not one byte was sent goes on to the next printer.
        """
        ends_s = anyio.current_time() + deadline_s
        with anyio.move_on_after(deadline_s):
            while job_id in self._under_way:
                await self._under_way[job_id].wait()
        if job_id in self._results:
            return self._results[job_id]
        if job_id in self._under_way:
            return JobResult(Outcome.UNKNOWN, "It is still being printed")
        self._under_way[job_id] = anyio.Event()
        try:
            return await self._submit(document, job_id, ends_s)
        finally:
            self._under_way.pop(job_id).set()

    async def _submit(self, document: ReceiptDocument, job_id: str, ends_s: float) -> JobResult:
        if self._mark:
            document = attrs.evolve(document, mark=self._mark)
        ready = [device for device in self._devices if device.state.is_usable]
        others = [device for device in self._devices if device not in ready]
        result = JobResult(Outcome.NOT_STARTED, "No printer is ready")
        for at, device in enumerate((*ready, *others)):
            left_s = max(0.0, ends_s - anyio.current_time())
            share_s = left_s if at >= len(self._devices) - 1 else left_s / 2
            result = await self._print(device, document, job_id, share_s)
            if result.outcome is not Outcome.NOT_STARTED:
                break
        return result

    async def _print(
        self, device: SupervisedDevice, document: ReceiptDocument, job_id: str, deadline_s: float
    ) -> JobResult:
        async def work(driver: PrinterDriver, progress: Progress, left_s: float) -> str:
            reached.append(progress)
            return await driver.print_receipt(document, progress, left_s)

        reached: list[Progress] = []
        try:
            result = await have_done(device, work, deadline_s)
        except BaseException:
            outcome = reached[-1].outcome if reached else Outcome.NOT_STARTED
            self._remember(job_id, JobResult(outcome, "Cancelled while printing"))
            raise
        return self._remember(job_id, result)

    def _remember(self, job_id: str, result: JobResult) -> JobResult:
        if result.outcome is not Outcome.NOT_STARTED:  # what never happened may come again
            self._results[job_id] = result
            if len(self._results) > RESULTS_KEPT_MAX:
                self._results.popitem(last=False)
        return result

"""An ESC/POS printer without a supervisor: connects by itself, asks nothing, confirms nothing.

`escpos_printer` is the driver that tills use.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from posframe.hal.codecs.escpos import EncodedReceipt, ReceiptEncoder, drawer_kick
from posframe.hal.devices import CashDrawer, JobResult, PosPrinter
from posframe.hal.progress import Outcome
from posframe.hal.transports import Transport, TransportError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from posframe.hal.profiles import PrinterProfile
    from posframe.kernel.domain.receipt import ReceiptDocument

RESULTS_KEPT_MAX = 256
"""Jobs whose results are remembered, so that a repeated job is answered and not printed again."""


class EscposPrinter(PosPrinter, CashDrawer):
    """One ESC/POS printer. Connects when it has something to do, again after each loss."""

    def __init__(
        self,
        transport: Transport,
        profile: PrinterProfile,
        *,
        logos: Mapping[str, Path] | None = None,
    ) -> None:
        self._transport = transport
        self._encoder = ReceiptEncoder(profile, logos)
        self._wire = anyio.Lock()  # commands of two jobs must not mix
        self._results: OrderedDict[str, JobResult] = OrderedDict()

    async def submit(
        self, document: ReceiptDocument, *, job_id: str, deadline_s: float
    ) -> JobResult:
        """Print ``document`` within ``deadline_s`` seconds; a ``job_id`` is printed once."""
        ends_at = anyio.current_time() + deadline_s
        if self._encoder.profile.native_qr:
            receipt = self._encoder.encode(document)  # 0.2 ms: quicker here than in a thread
        else:
            receipt = await anyio.to_thread.run_sync(self._encoder.encode, document)
        async with _Turn(self._wire, deadline_s) as mine:
            if not mine:
                return JobResult(Outcome.NOT_STARTED, "The printer is busy with another job")
            if job_id in self._results:
                return self._results[job_id]
            # Whatever ends this job, cancelling included, its result is on record.
            try:
                result = await self._send(receipt.data, ends_at)
            except BaseException:
                self._remember(job_id, self._interrupted(len(receipt.data)))
                raise
            result = _with_remarks(result, receipt)
            self._remember(job_id, result)
            return result

    async def kick(
        self, *, pin: int = 2, on_ms: int = 50, off_ms: int = 500, deadline_s: float
    ) -> JobResult:
        """Open the drawer within ``deadline_s`` seconds."""
        ends_at = anyio.current_time() + deadline_s
        async with _Turn(self._wire, deadline_s) as mine:
            if not mine:
                return JobResult(Outcome.NOT_STARTED, "The printer that opens the drawer is busy")
            return await self._send(drawer_kick(pin, on_ms, off_ms), ends_at)

    def unprintable(self, text: str) -> str:
        """Return the characters of ``text`` that this printer lacks, to be said at start."""
        return self._encoder.unprintable(text)

    async def close(self) -> None:
        """Disconnect; the next job connects again."""
        await self._transport.close()

    async def _send(self, data: bytes, ends_at: float) -> JobResult:
        self._transport.taken = 0
        complete = False
        try:
            await self._transport.open(_left(ends_at))
            await self._transport.write(data, _left(ends_at))
            complete = True
        except TransportError as error:
            return JobResult(error.outcome, str(error))
        finally:
            if not complete:
                # What the printer holds is unknown or half a command: begin with a new line.
                with anyio.CancelScope(shield=True):
                    await self._transport.close()
        if self._transport.confirms:
            return JobResult(Outcome.DONE, sent=True)
        return JobResult(
            Outcome.UNKNOWN, "Sent; this printer does not tell whether it printed", sent=True
        )

    def _interrupted(self, length: int) -> JobResult:
        """Return the result of a job that was cancelled, from the bytes that had gone by then."""
        taken = self._transport.taken
        if not taken:
            return JobResult(Outcome.NOT_STARTED, "Cancelled before it began")
        outcome = Outcome.PARTIAL if taken < length else Outcome.UNKNOWN
        return JobResult(outcome, "Cancelled while printing")

    def _remember(self, job_id: str, result: JobResult) -> None:
        if result.outcome is Outcome.NOT_STARTED:
            return  # nothing happened: the same job may come again
        self._results[job_id] = result
        if len(self._results) > RESULTS_KEPT_MAX:
            self._results.popitem(last=False)


class _Turn:
    """Holds a lock, or says that it could not be had in time."""

    def __init__(self, lock: anyio.Lock, deadline_s: float) -> None:
        self._lock = lock
        self._deadline_s = deadline_s
        self._mine = False

    async def __aenter__(self) -> bool:
        with anyio.move_on_after(self._deadline_s):
            await self._lock.acquire()
            self._mine = True
        return self._mine

    async def __aexit__(self, *_: object) -> None:
        if self._mine:
            self._lock.release()


def _left(ends_at: float) -> float:
    return max(0.0, ends_at - anyio.current_time())


def _with_remarks(result: JobResult, receipt: EncodedReceipt) -> JobResult:
    """Add what the printer could not draw, so that somebody mends the profile or the logo."""
    remarks = [result.detail] if result.detail else []
    if receipt.lost:
        remarks.append("Cannot print " + " ".join(receipt.lost))
    remarks += [f"Logo {name} is missing" for name in receipt.missing_logos]
    return JobResult(result.outcome, "; ".join(remarks), result.sent)

"""Print and kick: the jobs of every till, through the devices that till.toml names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio.to_thread

from posframe.errors import PluginError, PosframeError
from posframe.hal.progress import Outcome
from posframe.kernel.contracts import JobHandler, JobResult

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe.devices import Devices
    from posframe.hal.devices import JobResult as DeviceResult
    from posframe.kernel.activation import Hooks
    from posframe.kernel.domain.receipt import ReceiptDocument
    from posframe.kernel.domain.transaction import Job
    from posframe.payments import PaymentRunner

PRINT_DEADLINE_S = 20.0
KICK_DEADLINE_S = 3.0
BATCH_DEADLINE_S = 300.0
OWN = "posframe"
"""The plugin that brings the kernel's own jobs."""


class PrintHandler(JobHandler):
    """Prints receipts, or slips that explain prices."""

    def __init__(self, devices: Devices, document: Callable[[Job], ReceiptDocument | None]) -> None:
        self._devices, self._document = devices, document

    async def perform(self, job: Job) -> JobResult:
        """Print the document that ``job`` is about."""
        printer = self._devices.hardware().printer
        # In a thread: an old receipt is read from disk, and the drawer of this one is not kept.
        document = await anyio.to_thread.run_sync(self._document, job)
        if document is None or printer is None:
            return JobResult(outcome="failed", detail="there is no such document or printer")
        result = await printer.submit(document, job_id=job.id, deadline_s=PRINT_DEADLINE_S)
        return _job_result(result)


class KickHandler(JobHandler):
    """Opens the drawer."""

    def __init__(self, devices: Devices) -> None:
        self._devices = devices

    async def perform(self, _job: Job) -> JobResult:
        """Open the drawer once."""
        drawer = self._devices.hardware().drawer
        if drawer is None:
            return JobResult(outcome="failed", detail="there is no drawer")
        return _job_result(await drawer.kick(deadline_s=KICK_DEADLINE_S))


class BatchHandler(JobHandler):
    """Has terminals and gateways hand in what they took."""

    deadline_s = BATCH_DEADLINE_S

    def __init__(self, payments: Callable[[], PaymentRunner]) -> None:
        """``payments`` returns who talks to providers; it may have to load them first."""
        self._payments = payments

    async def perform(self, job: Job) -> JobResult:
        """Close one batch; whatever goes wrong, a person is asked, who may have it done again.

        It waits for payments that began meanwhile.
        """
        runner = await anyio.to_thread.run_sync(self._payments)
        try:
            is_closed = await runner.close_batch(job.subject, job.key or job.id)
        except PosframeError as error:
            return JobResult(outcome="unknown", detail=str(error))
        if is_closed:
            return JobResult(outcome="done")
        return JobResult(outcome="not_started", detail="a payment is under way there, or in doubt")


def device_handlers(
    devices: Devices,
    document: Callable[[Job], ReceiptDocument | None],
    explanation: Callable[[Job], ReceiptDocument | None],
) -> dict[str, JobHandler]:
    """Return who prints and kicks; waits until the devices are made.

    Args:
        devices: the till's hardware.
        document: finds the receipt, or the report, a job is about.
        explanation: finds the slip an explain job is about.

    Raises:
        PosframeError: they cannot be made.
    """
    if devices.is_empty:
        return {}
    hardware = devices.hardware()
    handlers: dict[str, JobHandler] = {}
    if hardware.printer is not None:
        handlers["print"] = PrintHandler(devices, document)
        handlers["explain"] = PrintHandler(devices, explanation)
        handlers["slip"] = PrintHandler(devices, _slip)
        handlers["report"] = PrintHandler(devices, document)
    if hardware.drawer is not None:
        handlers["kick"] = KickHandler(devices)
    return handlers


def all_handlers(hooks: Hooks, *, training: bool = False) -> dict[str, JobHandler]:
    """Return who does the jobs of each kind, of every plugin and of the kernel's own.

    In training the plugins' jobs are done by nobody: they reach outside.

    Raises:
        PluginError: two plugins do jobs of one kind, or one failed.
    """
    from posframe.practising import SilentHandler

    handlers: dict[str, JobHandler] = {}
    owners: dict[str, str] = {}
    for plugin, found in hooks.collect("posframe_job_handlers"):
        for kind in found:
            other = owners.setdefault(kind, plugin.name)
            if other != plugin.name:
                raise PluginError(
                    f"Plugins {other} and {plugin.name} both do jobs of the kind {kind!r}",
                    hint="take one of them out of plugins.enable",
                )
        silent = training and plugin.name != OWN
        handlers |= dict.fromkeys(found, SilentHandler()) if silent else found
    return handlers


def _slip(job: Job) -> ReceiptDocument:
    from posframe.kernel.domain.receipt import slip

    return slip(job.lines, job.qr)


def _job_result(result: DeviceResult) -> JobResult:
    """Judge a device's answer: what was handed over whole counts as done where nobody can tell."""
    if result.outcome is Outcome.DONE or result.sent:
        return JobResult(outcome="done", detail=result.detail)
    if result.outcome is Outcome.NOT_STARTED:
        return JobResult(outcome="not_started", detail=result.detail)
    return JobResult(outcome="unknown", detail=result.detail)

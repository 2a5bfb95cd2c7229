"""Print and kick: the two jobs of every till, through the devices that till.toml names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.errors import ConfigurationError, PluginError
from posframe.hal.progress import Outcome
from posframe.kernel.contracts import JobHandler, JobResult

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe.config import DeviceEntry, TillConfig
    from posframe.hal.devices import CashDrawer
    from posframe.hal.devices import JobResult as DeviceResult
    from posframe.hal.drivers.escpos_printer import EscposPrinter
    from posframe.kernel.activation import Hooks
    from posframe.kernel.domain.receipt import ReceiptDocument
    from posframe.kernel.domain.transaction import Job

PRINT_DEADLINE_S = 20.0
KICK_DEADLINE_S = 3.0
_RELATIVE = ("virtual:", "file:")


class PrintHandler(JobHandler):
    """Prints receipts."""

    def __init__(
        self, printer: EscposPrinter, document: Callable[[Job], ReceiptDocument | None]
    ) -> None:
        self._printer, self._document = printer, document

    async def perform(self, job: Job) -> JobResult:
        """Print the receipt that ``job`` is about."""
        document = self._document(job)
        if document is None:
            return JobResult(outcome="failed", detail="there is no such receipt")
        result = await self._printer.submit(document, job_id=job.id, deadline_s=PRINT_DEADLINE_S)
        return _job_result(result)

    async def close(self) -> None:
        """Disconnect."""
        await self._printer.close()


class KickHandler(JobHandler):
    """Opens the drawer."""

    def __init__(self, drawer: CashDrawer, pin: int) -> None:
        self._drawer, self._pin = drawer, pin

    async def perform(self, _job: Job) -> JobResult:
        """Open the drawer once."""
        return _job_result(await self._drawer.kick(pin=self._pin, deadline_s=KICK_DEADLINE_S))


def device_handlers(
    config: TillConfig, document: Callable[[Job], ReceiptDocument | None]
) -> dict[str, JobHandler]:
    """Return handlers for the configured printer and drawer.

    Raises:
        ConfigurationError: a device's driver, address or profile is unknown.
    """
    handlers: dict[str, JobHandler] = {}
    printer_entry = config.devices.get("printer")
    printer = _printer(config, printer_entry) if printer_entry else None
    if printer is not None:
        handlers["print"] = PrintHandler(printer, document)
    drawer_entry = config.devices.get("drawer")
    if drawer_entry is not None and printer is not None:
        handlers["kick"] = KickHandler(printer, drawer_entry.pin)
    return handlers


def all_handlers(hooks: Hooks) -> dict[str, JobHandler]:
    """Return who does the jobs of each kind, of every plugin and of the kernel's own.

    Raises:
        PluginError: two plugins do jobs of one kind, or one failed.
    """
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
        handlers |= found
    return handlers


def check_devices(config: TillConfig) -> None:
    """Refuse devices this till could not use, before anything is sold.

    Raises:
        ConfigurationError: see the message.
    """
    for name, entry in config.devices.items():
        if name not in {"printer", "drawer"}:
            raise ConfigurationError(
                f"devices.{name} is not a device this posframe drives",
                hint="there are: printer, drawer",
            )
        wanted = "escpos" if name == "printer" else "printer-kick"
        if entry.driver != wanted:
            raise ConfigurationError(
                f"devices.{name}.driver {entry.driver!r} is unknown", hint=f"write {wanted!r}"
            )
    drawer = config.devices.get("drawer")
    if drawer is not None and (drawer.via or "printer") not in config.devices:
        raise ConfigurationError(
            f"devices.drawer.via names {drawer.via!r}, which is no device",
            hint="name the printer its cable is in",
        )
    if drawer is not None and drawer.pin not in {2, 5}:
        raise ConfigurationError("devices.drawer.pin must be 2 or 5", hint="most drawers use 2")


def _printer(config: TillConfig, entry: DeviceEntry) -> EscposPrinter:
    from posframe.hal.drivers.escpos_printer import EscposPrinter
    from posframe.hal.profiles import load_profile
    from posframe.hal.transports import transport_from_uri

    profile = load_profile(entry.profile or "generic-80mm")
    return EscposPrinter(transport_from_uri(resolved_uri(config, entry.uri)), profile)


def resolved_uri(config: TillConfig, uri: str) -> str:
    """Return a device's address with a relative file or folder taken from the till's folder."""
    for scheme in _RELATIVE:
        if uri.startswith(scheme):
            return scheme + str((config.folder / uri[len(scheme) :]).absolute())
    return uri


def _job_result(result: DeviceResult) -> JobResult:
    """Judge a device's answer: what was handed over whole counts as done where nobody can tell."""
    if result.outcome is Outcome.DONE or result.sent:
        return JobResult(outcome="done", detail=result.detail)
    if result.outcome is Outcome.NOT_STARTED:
        return JobResult(outcome="not_started", detail=result.detail)
    return JobResult(outcome="unknown", detail=result.detail)

"""One device for a command: found in a till's settings or given by its address, and connected.

It is connected as the till would, by the same supervisor, and by nobody else: a till that runs
keeps its devices.
"""

from __future__ import annotations

import contextlib
import functools
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
import attrs

from posframe.config import DeviceEntry, load_config
from posframe.errors import ConfigurationError, JournalBusy
from posframe.hal.driver import DeviceSetup
from posframe.hal.entries import check_entry
from posframe.hal.facts import DeviceState, StateChanged
from posframe.hal.hardware import CONNECTOR, DevicePlan, connector, is_connector, plan_device
from posframe.hal.supervisor import SupervisedDevice
from posframe.hal.uri import parse_uri, unknown_name
from posframe.hal.wire_log import LoggedTransport
from posframe.store.running import lock_holder
from posframe.till import LOCK_FILE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from posframe.hal.drawers import ConnectorOptions
    from posframe.hal.driver import Driver
    from posframe.hal.facts import DeviceEvent
    from posframe.hal.supervisor import Report
    from posframe.hal.wire_log import WireLog

EVENTS_KEPT_MAX = 10_000
"""A noisy line must not fill the memory while nobody reads what it reports."""
READY_S = 12.0
"""Longest wait for a device to say how it stands: opening, starting, and a little."""


@attrs.frozen(kw_only=True)
class Target:
    """A device, and how to reach it."""

    name: str
    uri: str
    plan: DevicePlan
    """Of the device that has the line: of a drawer on a connector, its printer's."""
    connector: ConnectorOptions | None = None

    @property
    def device_class(self) -> str:
        """What kind of device it is: ``printer``, ``scale``."""
        return CONNECTOR.device_class if self.connector else self.plan.spec.device_class


def find_target(device: str, till: Path | None) -> Target:
    """Return the device of a till by name, or any by its address.

    Raises:
        ConfigurationError: there is none, or its settings cannot be.
        JournalBusy: its till is running, and has its devices.
    """
    folder = till or Path()
    if ":" in device:
        if till is None:
            return _alone(device, folder)
        name = parse_uri(device).driver
        entries = {**load_config(folder).devices, name: DeviceEntry(uri=device)}
    else:
        name, entries = device, dict(load_config(folder).devices)
    if name not in entries:
        raise ConfigurationError(
            f"This till has no device {name!r}",
            hint=unknown_name("devices", name, entries, "" if entries else "it has none"),
        )
    _refuse_running(name, folder)
    try:
        return _target(name, entries, folder)
    except ConfigurationError as error:
        raise ConfigurationError(f"devices.{name}: {error.message}", hint=error.hint) from error


def _alone(uri: str, folder: Path) -> Target:
    entry = DeviceEntry(uri=uri)
    if is_connector(entry):
        raise ConfigurationError(
            f"{uri} hangs on a printer, which only a till knows",
            hint="name the till: posframe hal test drawer --till FOLDER",
        )
    name = parse_uri(uri).driver
    return _target(name, {name: entry}, folder)


def _refuse_running(name: str, folder: Path) -> None:
    holder = lock_holder(folder / LOCK_FILE)
    if holder:
        raise JournalBusy(
            f"This till is running and has its devices: {holder}",
            hint="close the till first, then test it",
        )


def _target(name: str, entries: dict[str, DeviceEntry], folder: Path) -> Target:
    entry = entries[name]
    plan = check_entry(name, entries, folder)
    if plan is not None:
        return Target(name=name, uri=entry.uri, plan=plan)
    printer, options = connector(name, entry, entries)
    plan = plan_device(printer, entries[printer], folder)
    return Target(name=name, uri=entry.uri, plan=plan, connector=options)


class Session:
    """A connected device and what it reports, while the block of `connected` runs."""

    def __init__(self, target: Target, log: WireLog | None) -> None:
        self.target = target
        self.device = SupervisedDevice(
            target.plan.name, functools.partial(self._driver, log), self._heard
        )
        self._events: deque[DeviceEvent] = deque(maxlen=EVENTS_KEPT_MAX)
        self._news = anyio.Event()

    @property
    def driver(self) -> Driver | None:
        """The driver while the device is connected."""
        return self.device.driver

    async def settled(self) -> DeviceState:
        """Wait until the device has said how it stands, and return that; keeps its events."""
        with anyio.move_on_after(READY_S):
            while self.device.state in {DeviceState.CLOSED, DeviceState.CONNECTING}:
                await self._news.wait()
        return self.device.state

    async def event(self) -> DeviceEvent:
        """Return the next event, in the order they happened."""
        while not self._events:
            await self._news.wait()
        return self._events.popleft()

    def drop_events(self) -> None:
        """Forget what was reported until now."""
        self._events.clear()

    def _driver(self, log: WireLog | None, report: Report) -> Driver:
        plan = self.target.plan
        line = plan.line()
        return plan.spec.make(
            DeviceSetup(
                name=plan.name,
                line=LoggedTransport(line, log) if log is not None else line,
                options=plan.options,
                emit=report.emit,
                report=report.conditions,
                memory=plan.memory,
                folder=plan.folder,
            )
        )

    def _heard(self, event: DeviceEvent) -> None:
        self._events.append(event)
        news, self._news = self._news, anyio.Event()
        news.set()


@contextlib.asynccontextmanager
async def connected(target: Target, log: WireLog | None = None) -> AsyncIterator[Session]:
    """Keep a device connected while the block runs; ``log`` notes what goes over its line."""
    session = Session(target, log)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(session.device.run)
        try:
            yield session
        finally:
            tasks.cancel_scope.cancel()


_NEXT = {
    DeviceState.OFFLINE: "check its cable, its power and its address",
    DeviceState.BLOCKED: "put that right, then try again",
}


def say_state(change: StateChanged | SupervisedDevice, say: Callable[[str], None]) -> None:
    """Say how a device stands: its state, why, and what to do."""
    state = change.state.value
    say(f"{state}: {change.reason}" if change.reason else state)
    hint = change.hint
    if not hint:
        hint = _NEXT.get(change.state, "")
    if hint:
        say(f"  {hint}")

"""All devices of one till: made from their addresses, supervised together, found by name."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import attrs

from posframe.errors import ConfigurationError, DeviceError
from posframe.hal.bus import DeviceBus
from posframe.hal.codecs.tone import BAD
from posframe.hal.displaying import LatestDisplay
from posframe.hal.drawers import ConnectorDrawer, ConnectorOptions, OwnDrawer
from posframe.hal.driver import DeviceSetup, DriverSpec
from posframe.hal.facts import DeviceEvent, DeviceState, StateChanged
from posframe.hal.options import read_options
from posframe.hal.printing import SupervisedPrinter
from posframe.hal.registry import driver_spec
from posframe.hal.scales import SupervisedScale
from posframe.hal.supervisor import POLICY, Policy, Report, SupervisedDevice
from posframe.hal.transports import make_transport, transport_options
from posframe.hal.uri import DeviceUri, parse_uri, unknown_name

if TYPE_CHECKING:
    from posframe.config import DeviceEntry
    from posframe.hal.driver import Driver
    from posframe.hal.transports import Transport

PRINTER = "printer"
DRAWER = "drawer"
ON_PRINTER = "on"
"""The transport of a drawer whose cable is in a printer: ``drawer+on://PRINTER``."""
SIGNAL_S = 1.0
"""A sound that comes later belongs to nothing any more."""
_IN_FOLDER = frozenset({"virtual", "file", "replay"})
"""Transports whose relative paths begin in the till's folder."""
_OWN = {PRINTER: "printer", DRAWER: "drawer"}
"""Classes of the devices that a till knows by their names."""


@attrs.frozen(kw_only=True)
class DevicePlan:
    """How to reach one device: what its address means, read and checked, nothing opened."""

    name: str
    uri: DeviceUri
    spec: DriverSpec
    options: Any
    line_options: Mapping[str, str]
    folder: Path
    memory: dict[str, str] = attrs.field(factory=dict)
    """What its drivers have learnt, one after another."""

    def line(self) -> Transport:
        """Return the line to the device, not yet open."""
        address = self.uri.address
        if self.uri.transport in _IN_FOLDER:
            path = address.removeprefix("//")
            address = str(self.folder / path) if path else ""
        return make_transport(self.uri.transport, address, self.line_options)

    def driver(self, report: Report) -> Driver:
        """Return a new driver on a new line."""
        return self.spec.make(
            DeviceSetup(
                name=self.name,
                line=self.line(),
                options=self.options,
                emit=report.emit,
                report=report.conditions,
                memory=self.memory,
                folder=self.folder,
            )
        )


def plan_device(name: str, entry: DeviceEntry, folder: Path) -> DevicePlan:
    """Return how to reach a device of till.toml.

    Raises:
        ConfigurationError: its address, driver or an option cannot be; the message names it.
    """
    try:
        uri = parse_uri(entry.uri)
        spec = _spec_for(uri)
        _check_class(name, spec)
        given = {**spec.line, **uri.options, **entry.options}
        known = transport_options(uri.transport)
        _check_names(spec, given, known)
        return DevicePlan(
            name=name,
            uri=uri,
            spec=spec,
            options=read_options(
                spec,
                {key: value for key, value in given.items() if key not in {*known, *spec.line}},
            ),
            line_options={key: str(value) for key, value in given.items() if key in known},
            folder=folder,
        )
    except ConfigurationError as error:
        raise ConfigurationError(f"devices.{name}: {error.message}", hint=error.hint) from error


def _check_names(spec: DriverSpec, given: Mapping[str, object], line: frozenset[str]) -> None:
    """Refuse an option that neither the driver nor its line has: the nearest is of either."""
    own = {field.name for field in attrs.fields(spec.options)} if spec.options else set()
    known = {*own, *line, *spec.line}
    for name in given:
        if name not in known:
            raise ConfigurationError(
                f"Driver {spec.name} has no option {name!r}",
                hint=unknown_name("options", name, known),
            )


def _check_class(name: str, spec: DriverSpec) -> None:
    wanted = _OWN.get(name, spec.device_class)
    if spec.device_class != wanted:
        raise ConfigurationError(
            f"The {wanted} of this till cannot be a {spec.device_class}",
            hint=f"give this device another name than {name}",
        )


def _spec_for(uri: DeviceUri) -> DriverSpec:
    spec = driver_spec(uri.driver)
    if uri.transport not in spec.transports:
        raise ConfigurationError(
            f"Driver {spec.name} does not work over {uri.transport}:",
            hint=unknown_name("it works over", uri.transport, spec.transports),
        )
    return spec


class Hardware:
    """The devices of a till. Everything here runs on one event loop, that of `run`."""

    def __init__(
        self,
        entries: Mapping[str, DeviceEntry],
        folder: Path,
        policy: Policy = POLICY,
        *,
        logo: str = "",
        mark: str = "",
    ) -> None:
        """Make the devices, connected by ``run``.

        Args:
            entries: devices by name.
            folder: where relative paths begin.
            policy: how they are supervised.
            logo: picture file in ``folder`` for printers that name none of their own.
            mark: stands on every line that is printed; empty: nothing does.
        """
        self.bus = DeviceBus()
        self.devices: dict[str, SupervisedDevice] = {}
        self.plans: dict[str, DevicePlan] = {}
        """Of the devices whose settings can be read."""
        self._entries, self._folder, self._policy = entries, folder, policy
        self._logo, self._mark = logo, mark
        self.drawers: dict[str, ConnectorDrawer | OwnDrawer] = {}
        for name, entry in entries.items():
            if not is_connector(entry):
                self.devices[name] = self._device(name)
        self._hang_drawers()
        self.printer = self._printer()
        self.display = self._display()
        self.scale = self._scale()

    async def run(self) -> None:
        """Keep all devices connected until cancelled."""
        unlisten = self.bus.listen(self._heard)
        try:
            async with anyio.create_task_group() as tasks:
                for device in self.devices.values():
                    tasks.start_soon(device.run)
                for follower in (self.display, self.scale):
                    if follower is not None:
                        tasks.start_soon(follower.run)
        finally:
            unlisten()

    async def signal(self, *, good: bool, source: str = "") -> None:
        """Tell by sound whether input was taken: at the scanner it came from, and by the tone.

        What is taken needs no tone of the till's: the scanner has beeped already.
        """
        scanner = self.devices.get(source)
        if scanner is not None and self.class_of(source) == "scanner":
            with contextlib.suppress(DeviceError):
                await scanner.perform(
                    lambda driver: driver.feedback(good=good), deadline_s=SIGNAL_S
                )
        for tone in [] if good else self.of_class("tone"):
            with contextlib.suppress(DeviceError):
                await tone.perform(lambda driver: driver.sound(BAD), deadline_s=SIGNAL_S)

    def of_class(self, device_class: str) -> list[SupervisedDevice]:
        """Return the devices of a class, in the order of till.toml."""
        return [
            self.devices[name]
            for name, plan in self.plans.items()
            if plan.spec.device_class == device_class
        ]

    def class_of(self, name: str) -> str:
        """Return the class of a device; empty where its settings cannot be read."""
        if name in self.drawers:
            return "drawer"
        plan = self.plans.get(name)
        return plan.spec.device_class if plan else ""

    def device_behind(self, name: str) -> SupervisedDevice:
        """Return a device; for a drawer on a connector the printer that it hangs on."""
        drawer = self.drawers.get(name)
        return drawer.printer if isinstance(drawer, ConnectorDrawer) else self.devices[name]

    def _device(self, name: str) -> SupervisedDevice:
        with contextlib.suppress(ConfigurationError):  # told by the device, which tries again
            self.plans[name] = self._plan(name)
        return SupervisedDevice(
            name,
            functools.partial(self._driver, name),
            functools.partial(self._publish, name),
            attrs.evolve(self._policy, losses_max=self._entries[name].losses_per_minute),
        )

    def _plan(self, name: str) -> DevicePlan:
        plan = plan_device(name, self._entries[name], self._folder)
        if self._logo and getattr(plan.options, "logo", None) == "":
            return attrs.evolve(plan, options=attrs.evolve(plan.options, logo=self._logo))
        return plan

    def _driver(self, name: str, report: Report) -> Driver:
        entry = self._entries[name]
        if is_connector(entry):
            connector(name, entry, self._entries)  # says what is wrong with it
        plan = self.plans.get(name) or self._plan(name)
        self.plans[name] = plan
        return plan.driver(report)

    def _publish(self, name: str, event: DeviceEvent) -> None:
        plan = self.plans.get(name)
        self.bus.publish(event, plan.spec.device_class if plan else "")

    def _printer(self) -> SupervisedPrinter | None:
        """Return the receipt printer with those that take over for it, one after another."""
        names, name = [], PRINTER
        while name in self.devices and name not in names and may_print(self._entries[name]):
            names.append(name)
            name = self._entries[name].failover
        printers = [self.devices[each] for each in names]
        return SupervisedPrinter(printers, self._mark) if printers else None

    def _hang_drawers(self) -> None:
        """Find the printer of each drawer on a connector; the one named drawer is the till's."""
        for name, entry in self._entries.items():
            if not is_connector(entry):
                continue
            try:
                printer, options = connector(name, entry, self._entries)
            except ConfigurationError:
                self.devices[name] = self._device(name)  # which tells what is wrong
            else:
                self.drawers[name] = ConnectorDrawer(self.devices[printer], options)
        if DRAWER in self.devices:
            self.drawers[DRAWER] = OwnDrawer(self.devices[DRAWER])
        self.drawer = self.drawers.get(DRAWER)

    def _display(self) -> LatestDisplay | None:
        found = self.of_class("display")
        return LatestDisplay(found[0]) if found else None

    def _scale(self) -> SupervisedScale | None:
        found = self.of_class("scale")
        return SupervisedScale(found[0]) if found else None

    def _heard(self, event: DeviceEvent) -> None:
        display = self.display
        if display is None or event.device != display.device.name:
            return
        if isinstance(event.fact, StateChanged) and event.fact.state is DeviceState.READY:
            display.again()


def is_connector(entry: DeviceEntry) -> bool:
    """Tell whether a device is a drawer whose cable is in a printer."""
    return entry.uri.partition(":")[0].strip().endswith(f"+{ON_PRINTER}")


def may_print(entry: DeviceEntry) -> bool:
    """Tell whether a device is a printer; one whose settings cannot be read may be meant as one."""
    if is_connector(entry):
        return False
    try:
        return _spec_for(parse_uri(entry.uri)).device_class == "printer"
    except ConfigurationError:
        return True


def connector(
    name: str, entry: DeviceEntry, entries: Mapping[str, DeviceEntry]
) -> tuple[str, ConnectorOptions]:
    """Return the printer a drawer hangs on, and how it is opened.

    Raises:
        ConfigurationError: there is no such printer, or an option cannot be.
    """
    uri = parse_uri(entry.uri)
    printer = uri.address.removeprefix("//")
    printers = [each for each, other in entries.items() if may_print(other)]
    if printer not in printers:
        raise ConfigurationError(
            f"devices.{name} hangs on {printer!r}, which is no printer of this till",
            hint=unknown_name("printers", printer, printers),
        )
    return printer, read_options(CONNECTOR, {**uri.options, **entry.options})


def _no_driver(setup: DeviceSetup) -> Driver:
    raise AssertionError(f"{setup.name} has no line of its own")


CONNECTOR = DriverSpec(
    name="drawer",
    device_class="drawer",
    title="Cash drawer on the connector of a receipt printer",
    transports=(ON_PRINTER,),
    make=_no_driver,
    options=ConnectorOptions,
    capabilities=frozenset({"sensor"}),
)

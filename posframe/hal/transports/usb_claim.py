"""One USB device of ours: its interface claimed, its endpoints. All calls block.

Nothing is reset, and a configuration is set only where there is none: printers answer both by
forgetting what they were doing.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import attrs

from posframe.errors import ConfigurationError
from posframe.hal.transports.refusals import held, refusal
from posframe.hal.transports.usb_find import (
    UsbIdentity,
    UsbThing,
    dispose,
    find_device,
    port_of,
    quietly,
    serial_of,
    usb_backend,
)

if TYPE_CHECKING:
    from posframe.errors import DeviceError

BULK, INTERRUPT = 2, 3
PRINTER_CLASS, HID_CLASS = 7, 3
PACKET_BITS = 0x7FF
SET_REPORT_MS = 250
Choice = Callable[[Iterable[UsbThing]], "Endpoints | None"]
"""Picks the interface to talk to among those of a device."""


@attrs.frozen
class Endpoints:
    """The part of a device that is talked to."""

    interface: int
    setting: int
    out: UsbThing
    into: UsbThing


class ClaimedDevice:
    """A device that is ours until closed; the system's own driver gets it back then."""

    def __init__(self, device: UsbThing, endpoints: Endpoints, *, detached: bool) -> None:
        self._device = device
        self._detached = detached
        self.endpoints = endpoints
        self.serial = serial_of(device)
        self.port = port_of(device)

    def write(self, data: bytes, timeout_ms: int) -> int:
        """Return how much of ``data`` the device took in time.

        Raises:
            OSError: it failed; how much it had taken by then is lost.
        """
        assert timeout_ms >= 1, "libusb takes 0 for endless"
        try:
            return int(self.endpoints.out.write(data, timeout_ms))
        except OSError as error:
            if _timed_out(error):
                return 0  # pyusb returns the count when a part of it went
            raise

    def read(self, timeout_ms: int) -> bytes | None:
        """Return one transfer of the device; None when none came in time.

        Raises:
            OSError: it failed.
        """
        assert timeout_ms >= 1, "libusb takes 0 for endless"
        into = self.endpoints.into
        try:
            # A packet at a time: a longer read waits on after a full packet, a shorter overflows.
            return bytes(into.read(into.wMaxPacketSize & PACKET_BITS, timeout_ms))
        except OSError as error:
            if _timed_out(error):
                return None
            if error.errno == errno.EPIPE:
                quietly(into.clear_halt)  # or it would stay stalled for whoever opens it next
            raise

    def set_report(self, report: bytes) -> int:
        """Send a HID output report by the control endpoint; its first byte is its number."""
        kind_and_number = 0x0200 | report[0]
        body = report[1:] if report[0] == 0 else report
        where = self.endpoints.interface
        self._device.ctrl_transfer(0x21, 0x09, kind_and_number, where, body, SET_REPORT_MS)
        return len(report)

    def close(self) -> None:
        """Give the device back."""
        _give_back(self._device, self.endpoints.interface, detached=self._detached)


def claim(
    name: str,
    identity: UsbIdentity,
    choose: Choice,
    backend: UsbThing = None,
) -> ClaimedDevice:
    """Return the device of an identity with the interface that ``choose`` picks.

    Raises:
        DeviceError: it is not there, not ours to use, or somebody else's.
        ConfigurationError: more than one fits, it has no such interface, or libusb is missing.
    """
    device = None
    try:
        device = find_device(name, identity, backend or usb_backend())
        return _claimed(name, device, choose)
    except OSError as error:
        refused = _refused(name, identity, device, error)
        if device is not None:
            dispose(device)
        raise refused from error


def bulk_pair(wanted: int | None) -> Choice:
    """Return a choice of the interface that prints: a printer's first, then any bulk pair.

    ``wanted`` is an interface number, if the operator has given one.
    """

    def choose(interfaces: Iterable[UsbThing]) -> Endpoints | None:
        found = []
        for each in interfaces:
            out, into = endpoint(each, BULK, 0x00), endpoint(each, BULK, 0x80)
            if out is None or wanted not in (None, each.bInterfaceNumber):
                continue
            printer = each.bInterfaceClass == PRINTER_CLASS
            # Protocol 2 answers, 1 only listens; 3 and 4 (IPP) wrap every byte.
            worth = (printer, {2: 2, 1: 1}.get(each.bInterfaceProtocol, 0), into is not None)
            ends = Endpoints(each.bInterfaceNumber, each.bAlternateSetting, out, into)
            found.append((worth, ends))
        best = max(found, key=lambda each: each[0], default=None)
        return best[1] if best else None

    return choose


def hid_reports(wanted: int | None) -> Choice:
    """Return a choice of the interface that sends HID reports."""

    def choose(interfaces: Iterable[UsbThing]) -> Endpoints | None:
        for each in interfaces:
            into = endpoint(each, INTERRUPT, 0x80)
            fits = each.bInterfaceClass == HID_CLASS and wanted in (None, each.bInterfaceNumber)
            if fits and into is not None:
                out = endpoint(each, INTERRUPT, 0x00)
                return Endpoints(each.bInterfaceNumber, each.bAlternateSetting, out, into)
        return None

    return choose


def endpoint(interface: UsbThing, kind: int, way: int) -> UsbThing:
    """Return the first endpoint of a kind and direction (0x80: from the device), or None."""
    for each in interface:
        if each.bmAttributes & 3 == kind and each.bEndpointAddress & 0x80 == way:
            return each
    return None


def _claimed(
    name: str,
    device: UsbThing,
    choose: Choice,
) -> ClaimedDevice:
    from usb.core import USBError
    from usb.util import claim_interface

    try:
        interfaces = device.get_active_configuration()
    except USBError as error:
        if error.errno is not None:
            raise
        device.set_configuration()  # it has none yet: pyusb's own error, without a number
        interfaces = device.get_active_configuration()
    chosen = choose(interfaces)
    if chosen is None:
        dispose(device)
        raise ConfigurationError(
            f"{name} has no interface of the kind wanted", hint="is it the right device?"
        )
    detached = _detach(device, chosen.interface)
    try:
        claim_interface(device, chosen.interface)
        if chosen.setting:
            device.set_interface_altsetting(chosen.interface, chosen.setting)
        return ClaimedDevice(device, chosen, detached=detached)
    except BaseException:
        _give_back(device, chosen.interface, detached=detached)
        raise


def _detach(device: UsbThing, interface: int) -> bool:
    """Take the interface from the system's driver, such as usblp; return whether it had it."""
    try:
        if not device.is_kernel_driver_active(interface):
            return False
        device.detach_kernel_driver(interface)
    except NotImplementedError:
        return False  # other systems have no such thing
    return True


def _give_back(device: UsbThing, interface: int, *, detached: bool) -> None:
    from usb.util import release_interface

    quietly(lambda: release_interface(device, interface))
    if detached:
        quietly(lambda: device.attach_kernel_driver(interface))
    dispose(device)


def _refused(name: str, identity: UsbIdentity, device: UsbThing, error: OSError) -> DeviceError:
    node = ""
    if device is not None:
        node = f"/dev/bus/usb/{device.bus or 0:03d}/{device.address or 0:03d}"
    if error.errno == errno.EBUSY:
        hint = "end that program; a print server such as CUPS must not have this printer"
        return held(name, node, hint=hint)
    return refusal(name, error, path=node, uri=f"usb://{identity.model}")


def _timed_out(error: OSError) -> bool:
    from usb.core import USBTimeoutError

    return isinstance(error, USBTimeoutError) or error.errno == errno.ETIMEDOUT

"""HID devices by libusb, for systems whose kernel has no hidraw: one report a transfer."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from posframe.hal.transports.usb import UsbTransport
from posframe.hal.transports.usb_claim import Choice, hid_reports

if TYPE_CHECKING:
    from posframe.hal.transports.usb_claim import ClaimedDevice


class HidUsbTransport(UsbTransport):
    """The interrupt endpoints of a HID interface, taken from the system's own driver meanwhile."""

    OPTIONS: ClassVar[frozenset[str]] = frozenset({"port", "interface"})
    KIND: ClassVar[str] = "hid"

    def _choice(self) -> Choice:
        return hid_reports(self._interface)

    def _next(self, size_max: int) -> bytes:
        report = self._arrived.popleft()
        assert len(report) <= size_max, "a report is read whole"
        return report

    def _send(self, device: ClaimedDevice, chunk: bytes, timeout_ms: int) -> int:
        """Send one report whole; its number 0 stands for none and is not sent."""
        if device.endpoints.out is None:
            return device.set_report(chunk)
        unnumbered = chunk[0] == 0
        count = device.write(chunk[1:] if unnumbered else chunk, timeout_ms)
        return count + 1 if count and unnumbered else count

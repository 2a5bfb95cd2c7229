"""HID devices – scanners, scales, card readers that do not type: one report a read, never a part.

::

    hid://0922:8003              found among the system's hidraw devices
    hid://05e0:1300?usage=8c     the interface whose reports are a scanner's (usage page 8C)
    hid://05e0:1300?via=usb      by libusb, where the kernel has no hidraw
    hidraw:/dev/hidraw0          by its path, which may change when it is plugged in again

A write is one output report whose first byte is its number, 0 where the device does not number.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import anyio
import anyio.to_thread
import attrs

from posframe.errors import ConfigurationError
from posframe.hal.transports import NO_OPTIONS, OPEN_DEADLINE_S, Transport, TransportError
from posframe.hal.transports.descriptor import DescriptorTransport, seen_at
from posframe.hal.transports.refusals import refusal
from posframe.hal.transports.settings import LineSettings
from posframe.hal.transports.usb_find import UsbIdentity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HIDRAW = Path("/sys/class/hidraw")
DEVICES = Path("/dev")
REPORT_BYTES_MAX = 4096
_SOCKET = re.compile(r"/(?P<port>\d+-\d+(?:\.\d+)*):\d+\.(?P<interface>\d+)/")


class HidrawTransport(DescriptorTransport):
    """A hidraw device: the system hands over one report a read, and takes one a write.

    ``opener`` is for tests, which have a socket instead of a device.
    """

    OPTIONS: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, path: str, *, opener: Callable[[str, int], int] = os.open) -> None:
        super().__init__()
        self.path = path
        self._open_path = opener
        self.name = f"hidraw:{path}"

    @classmethod
    def from_address(cls, address: str, options: Mapping[str, str] = NO_OPTIONS) -> Transport:
        """Return the transport for ``/dev/hidraw0``."""
        del options
        path = address.removeprefix("//")
        if not path.startswith("/") or not path.isprintable():
            raise ConfigurationError(
                f"hidraw:{address} names no device", hint="write hidraw:/dev/hidraw0"
            )
        return cls(path)

    def present(self) -> bool | None:
        """Return whether its device file is there now."""
        return seen_at(self.path)

    async def open(self, deadline_s: float = OPEN_DEADLINE_S) -> None:
        """Open the device; ``deadline_s`` is not needed: opening waits for nothing."""
        del deadline_s
        if self.is_open:
            return
        self.taken = 0
        self._descriptor = await anyio.to_thread.run_sync(self._opened)

    async def read(self, size_max: int, deadline_s: float) -> bytes:
        """Return one report; empty when none came in time."""
        report = await super().read(REPORT_BYTES_MAX, deadline_s)
        assert len(report) <= size_max, "a report is read whole"
        return report

    async def write(self, data: bytes, deadline_s: float) -> int:
        """Hand over one report within ``deadline_s`` seconds; return its length."""
        assert len(data) <= REPORT_BYTES_MAX, "a report is written whole"
        return await super().write(data, deadline_s)

    async def _push(self, piece: memoryview, length: int) -> None:
        """Hand over a report in a thread: the system waits for the device, up to 5 s."""
        try:
            self.taken += await anyio.to_thread.run_sync(os.write, self._required(length), piece)
        except OSError as error:
            raise await self._lost(error, length) from error

    def _node(self) -> str:
        return self.path

    def _opened(self) -> int:
        path = self._node()
        try:
            return self._open_path(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            raise refusal(self.name, error, path=path) from error

    def _release(self, descriptor: int) -> None:
        os.close(descriptor)


class HidTransport(HidrawTransport):
    """A HID device by its identity, looked up at each opening among the system's hidraw devices.

    ``classes`` and ``devices`` are the system's folders, others in tests.
    """

    OPTIONS: ClassVar[frozenset[str]] = frozenset({"via", "port", "interface", "usage"})

    def __init__(
        self,
        identity: UsbIdentity,
        *,
        interface: int | None = None,
        usage: int | None = None,
        classes: Path = HIDRAW,
        devices: Path = DEVICES,
        opener: Callable[[str, int], int] = os.open,
    ) -> None:
        super().__init__("", opener=opener)
        self.identity = identity
        self.name = f"hid:{identity}"
        self._interface = interface
        self._usage = usage
        self._classes = classes
        self._devices = devices

    @classmethod
    def from_address(cls, address: str, options: Mapping[str, str] = NO_OPTIONS) -> Transport:
        """Return the transport for ``//VID:PID[/SERIAL]``, over hidraw or over libusb."""
        settings = LineSettings("hid", options)
        if settings.choice("via", "hidraw", ("hidraw", "usb")) == "usb":
            if "usage" in options:
                raise settings.refuse("usage", options["usage"], "name the interface with via=usb")
            from posframe.hal.transports.hid_usb import HidUsbTransport

            return HidUsbTransport.from_address(address, options)
        interface = settings.number("interface", 0, 0, 255) if "interface" in options else None
        usage = settings.text("usage")
        if usage and not re.fullmatch(r"[0-9a-fA-F]{1,4}", usage):
            raise settings.refuse("usage", usage, "write a usage page such as 8c")
        identity = UsbIdentity.parse("hid", address, options)
        return cls(identity, interface=interface, usage=int(usage, 16) if usage else None)

    def present(self) -> bool | None:
        """Return whether such a device is plugged in; None where the system does not tell."""
        return bool(self._found()) if self._classes.is_dir() else None

    def _node(self) -> str:
        """Return the device file of the one device that fits."""
        found = self._found()
        if not found:
            raise TransportError(f"{self.name} is not there", hint="check its cable and its power")
        if len(found) > 1:
            raise self._ambiguous(found)
        if not self.identity.serial:
            self.note = self._note(found[0])
        return str(self._devices / found[0].node)

    def _found(self) -> list[HidrawDevice]:
        every = hidraw_devices(self._classes)
        fitting = [each for each in every if each.fits(self.identity)]
        if self._interface is not None:
            fitting = [each for each in fitting if each.interface == self._interface]
        if self._usage is not None:
            fitting = [each for each in fitting if self._usage in each.usages()]
        return fitting

    def _ambiguous(self, found: list[HidrawDevice]) -> ConfigurationError:
        """Tell parts of one device from devices that are alike."""
        places = ", ".join(f"{each.node} ({each.place})" for each in found)
        if len({each.port for each in found}) == 1:
            hint = "name one: ?interface=0, or ?usage=8c for a scanner, ?usage=8d for a scale"
        else:
            hint = (
                "name one by its serial number, or if it has none of its own by its socket: "
                f"?port={found[0].port}; it must stay in that socket then"
            )
        return ConfigurationError(f"{self.name} fits {places}", hint=hint)

    def _note(self, device: HidrawDevice) -> str:
        if self.identity.port:
            return f"{self.name} is known by its socket: it must stay there"
        if device.serial:
            return f"{self.name} is any of its model; this one is {self.name}/{device.serial}"
        return (
            f"{self.name} is any of its model, as it has no serial number; "
            f"a second one needs ?port={device.port} and to stay in that socket"
        )


@attrs.frozen
class HidrawDevice:
    """What the system says of one hidraw device."""

    node: str
    model: str
    serial: str
    port: str
    """Socket it is in; empty for one without a cable."""
    interface: int | None
    folder: Path

    @property
    def place(self) -> str:
        """Where it is, in words."""
        return f"socket {self.port}, interface {self.interface}" if self.port else "no socket"

    def fits(self, identity: UsbIdentity) -> bool:
        """Return whether this is what ``identity`` names."""
        return (
            self.model == identity.model
            and identity.serial in ("", self.serial)
            and identity.port in ("", self.port)
        )

    def usages(self) -> frozenset[int]:
        """Return the usage pages of its reports."""
        try:
            return usage_pages((self.folder / "report_descriptor").read_bytes())
        except OSError:
            return frozenset()


def hidraw_devices(classes: Path = HIDRAW) -> list[HidrawDevice]:
    """Return all hidraw devices of the system."""
    try:
        entries = sorted(classes.iterdir())
    except OSError:
        return []
    return [found for entry in entries if (found := _described(entry)) is not None]


def usage_pages(descriptor: bytes) -> frozenset[int]:
    """Return the usage pages of the application collections in a report descriptor."""
    pages: set[int] = set()
    page, at = 0, 0
    while at < len(descriptor):
        item = descriptor[at]
        size = (
            (0, 1, 2, 4)[item & 3] if item != 0xFE else 2 + int.from_bytes(descriptor[at + 1 :][:1])
        )
        value = int.from_bytes(descriptor[at + 1 : at + 1 + size], "little")
        if item & 0xFC == 0x04:  # usage page
            page = value
        elif item & 0xFC == 0xA0 and value == 1:  # collection, application
            pages.add(page)
        at += 1 + size
    return frozenset(pages)


def _described(entry: Path) -> HidrawDevice | None:
    folder = entry / "device"
    try:
        text = (folder / "uevent").read_text(encoding="utf-8", errors="replace")
        place = f"{folder.resolve()}/"
    except OSError:
        return None  # unplugged meanwhile
    facts = dict(line.partition("=")[::2] for line in text.splitlines())
    numbers = facts.get("HID_ID", "").split(":")
    if len(numbers) != 3:
        return None
    socket = _SOCKET.search(place)
    return HidrawDevice(
        node=entry.name,
        model=":".join(number[-4:].lower() for number in numbers[1:]),
        serial=facts.get("HID_UNIQ", ""),
        port=socket["port"] if socket else "",
        interface=int(socket["interface"]) if socket else None,
        folder=folder,
    )

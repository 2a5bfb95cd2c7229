"""USB devices in this process, behind pyusb's own border: what the tests of USB lines talk to."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace

import attrs
import usb.backend
from usb.core import USBError, USBTimeoutError

from posframe.hal.transports.usb import UsbTransport
from posframe.hal.transports.usb_find import UsbIdentity

BULK, INTERRUPT = 2, 3
ENODEV, EBUSY, EACCES, EPIPE = 19, 16, 13, 32


def no_device():
    return USBError("No such device (it may have been disconnected)", -4, ENODEV)


def line(*devices, serial="", port="", **options):
    """Return a line, not yet open, to whichever of ``devices`` fits."""
    identity = UsbIdentity("04b8", "0e15", serial, port)
    return UsbTransport(identity, backend=FakeUsb(*devices), **options)


@attrs.define
class Part:
    """One interface, or an alternate setting of one: its class and its endpoints."""

    number: int
    kind: tuple[int, int, int]
    ends: tuple[tuple[int, int, int], ...]
    """Address, kind and packet size."""
    setting: int = 0


PRINTER = Part(0, (7, 1, 2), ((0x01, BULK, 64), (0x82, BULK, 64)))


@attrs.define(eq=False)
class FakeDevice:
    """A device: takes bytes, gives packets, and fails as told."""

    vendor: int = 0x04B8
    product: int = 0x0E15
    serial: str = ""
    bus: int = 1
    address: int = 5
    ports: tuple[int, ...] = (2,)
    parts: tuple[Part, ...] = (PRINTER,)
    configuration: int = 1
    driver: bool = True
    """The system's own driver has the interface."""
    denied: bool = False
    busy: bool = False
    lost_after: float = float("inf")
    room: float = float("inf")
    at_once: int = 1 << 20
    """Most it takes in one transfer, whatever it is given."""
    pause_s: float = 0.0
    """How long each transfer to it lasts."""
    stalled: bool = False
    empty: bool = False
    """Gives an empty packet at once, for ever."""
    hung: threading.Event | None = None
    gone: bool = False
    received: bytearray = attrs.field(factory=bytearray)
    answers: list[bytes] = attrs.field(factory=list)
    calls: list[tuple[str, object]] = attrs.field(factory=list)
    handles: int = 0
    news: threading.Condition = attrs.field(factory=threading.Condition)

    def answer(self, *packets):
        with self.news:
            self.answers += packets
            self.news.notify_all()

    def unplug(self):
        with self.news:
            self.gone = True
            self.news.notify_all()

    def named(self, name):
        return [argument for call, argument in self.calls if call == name]


class FakeUsb(usb.backend.IBackend):
    """All devices that are plugged in."""

    def __init__(self, *devices):
        self.devices = list(devices)

    def enumerate_devices(self):
        return iter([each for each in self.devices if not each.gone])

    def get_parent(self, dev):
        return None

    def get_device_descriptor(self, dev):
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x200, bDeviceClass=0, bDeviceSubClass=0,
            bDeviceProtocol=0, bMaxPacketSize0=64, idVendor=dev.vendor, idProduct=dev.product,
            bcdDevice=0x100, iManufacturer=0, iProduct=0, iSerialNumber=3 if dev.serial else 0,
            bNumConfigurations=1, address=dev.address, bus=dev.bus, port_number=dev.ports[-1],
            port_numbers=dev.ports, speed=2,
        )  # fmt: skip

    def get_configuration_descriptor(self, dev, config):
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=32,
            bNumInterfaces=len({part.number for part in dev.parts}), bConfigurationValue=1,
            iConfiguration=0, bmAttributes=0xC0, bMaxPower=1, extra_descriptors=[],
        )  # fmt: skip

    def get_interface_descriptor(self, dev, intf, alt, config):
        part = self._settings(dev, intf)[alt]
        kind, sub, protocol = part.kind
        return SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=part.number,
            bAlternateSetting=part.setting, bNumEndpoints=len(part.ends), bInterfaceClass=kind,
            bInterfaceSubClass=sub, bInterfaceProtocol=protocol, iInterface=0,
            extra_descriptors=[],
        )  # fmt: skip

    def get_endpoint_descriptor(self, dev, ep, intf, alt, config):
        address, kind, size = self._settings(dev, intf)[alt].ends[ep]
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=address, bmAttributes=kind,
            wMaxPacketSize=size, bInterval=0, bRefresh=0, bSynchAddress=0, extra_descriptors=[],
        )  # fmt: skip

    def open_device(self, dev):
        if dev.gone:
            raise no_device()
        if dev.denied:
            raise USBError("Access denied (insufficient permissions)", -3, EACCES)
        dev.handles += 1
        return dev

    def close_device(self, dev_handle):
        dev_handle.handles -= 1

    def set_configuration(self, dev_handle, config_value):
        dev_handle.calls.append(("configure", config_value))
        dev_handle.configuration = config_value

    def get_configuration(self, dev_handle):
        return dev_handle.configuration

    def set_interface_altsetting(self, dev_handle, intf, altsetting):
        dev_handle.calls.append(("setting", (intf, altsetting)))

    def claim_interface(self, dev_handle, intf):
        if dev_handle.busy or dev_handle.driver:
            raise USBError("Resource busy", -6, EBUSY)
        dev_handle.calls.append(("claim", intf))

    def release_interface(self, dev_handle, intf):
        dev_handle.calls.append(("release", intf))
        if dev_handle.gone:
            raise no_device()

    def is_kernel_driver_active(self, dev_handle, intf):
        return dev_handle.driver

    def detach_kernel_driver(self, dev_handle, intf):
        dev_handle.calls.append(("detach", intf))
        dev_handle.driver = False

    def attach_kernel_driver(self, dev_handle, intf):
        if dev_handle.gone:
            raise no_device()
        dev_handle.calls.append(("attach", intf))
        dev_handle.driver = True

    def clear_halt(self, dev_handle, ep):
        dev_handle.calls.append(("clear", ep))
        dev_handle.stalled = False

    def reset_device(self, dev_handle):
        dev_handle.calls.append(("reset", None))

    def bulk_write(self, dev_handle, ep, intf, data, timeout):
        return self._write(dev_handle, data, timeout)

    def intr_write(self, dev_handle, ep, intf, data, timeout):
        return self._write(dev_handle, data, timeout)

    def bulk_read(self, dev_handle, ep, intf, buff, timeout):
        return self._read(dev_handle, buff, timeout)

    def intr_read(self, dev_handle, ep, intf, buff, timeout):
        return self._read(dev_handle, buff, timeout)

    def ctrl_transfer(self, dev_handle, *request):
        kind, number, value, index, data, _timeout = request
        if dev_handle.gone:
            raise no_device()
        if (kind, number) == (0x80, 6) and value >> 8 == 3:
            text = dev_handle.serial.encode("utf-16-le") if value & 0xFF else b"\x09\x04"
            found = bytes((2 + len(text), 3)) + text
            for at, code in enumerate(found):
                data[at] = code
            return len(found)
        dev_handle.calls.append(("control", (kind, number, value, index)))
        dev_handle.received += data.tobytes()
        return len(data)

    def _settings(self, dev, intf):
        numbers = sorted({part.number for part in dev.parts})
        return [part for part in dev.parts if part.number == numbers[intf]]

    def _write(self, dev, data, timeout):
        dev.calls.append(("write", (len(data), timeout)))
        if dev.hung:
            dev.hung.wait(10)
        if dev.gone:
            raise no_device()
        time.sleep(dev.pause_s)
        data = data.tobytes()
        if len(dev.received) + len(data) > dev.lost_after:
            dev.received += data[: int(dev.lost_after) - len(dev.received)]
            dev.gone = True
            raise no_device()
        taken = data[: int(min(dev.at_once, dev.room - len(dev.received), len(data)))]
        dev.received += taken
        if len(taken) < len(data) and len(dev.received) == dev.room:
            time.sleep(timeout / 1000)
            if not taken:
                raise USBTimeoutError("Operation timed out", -7, 110)
        return len(taken)

    def _read(self, dev, buff, timeout):
        dev.calls.append(("read", (len(buff), timeout)))
        if dev.hung:
            dev.hung.wait(10)
        if dev.stalled:
            raise USBError("Pipe error", -9, EPIPE)
        if dev.empty:
            return 0
        with dev.news:
            dev.news.wait_for(lambda: dev.answers or dev.gone, timeout / 1000)
            if dev.gone:
                raise no_device()
            if not dev.answers:
                raise USBTimeoutError("Operation timed out", -7, 110)
            packet = dev.answers.pop(0)
        assert len(packet) <= len(buff), "libusb would report an overflow and lose the packet"
        for at, code in enumerate(packet):
            buff[at] = code
        return len(packet)

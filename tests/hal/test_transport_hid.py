"""Laws of HID lines: one report a read, and the device that was named.

There is no hidraw here: a socket that keeps packets apart stands in for the device, folders like
the system's for its list. With libusb, the devices of `fake_usb` do.
"""

from __future__ import annotations

import os
import socket

import anyio
import attrs
import pytest

from posframe.errors import ConfigurationError
from posframe.hal.errors import AccessDenied, DeviceHeld
from posframe.hal.progress import Outcome
from posframe.hal.transports import TransportError, transport_from_uri, transport_options
from posframe.hal.transports.hid import HidrawTransport, HidTransport, usage_pages
from posframe.hal.transports.hid_usb import HidUsbTransport
from posframe.hal.transports.usb_find import UsbIdentity
from tests.hal.fake_usb import INTERRUPT, FakeDevice, FakeUsb, Part

KEYBOARD = bytes.fromhex("05 01 09 06 a1 01 05 07 19 e0 29 e7 81 02 c0")
SCANNER = bytes.fromhex("06 8c 00 09 02 a1 01 09 12 a1 02 c0 05 09 c0")
SCALE = bytes.fromhex("05 8d 09 20 a1 01 c0")


@attrs.define
class System:
    """Folders like those of the system, with sockets for devices."""

    folder: object
    peers: dict[str, socket.socket] = attrs.field(factory=dict)
    refused: int = 0

    @property
    def classes(self):
        return self.folder / "class"

    @property
    def devices(self):
        return self.folder / "dev"

    def plug(self, node, place="1-1.2:1.0", model="0922:8003", serial="", report=SCALE):
        vendor, product = model.upper().split(":")
        socket_name = place.partition(":")[0]
        device = self.folder / "devices" / "usb1" / socket_name / place / f"0003:{model}.{node}"
        device.mkdir(parents=True)
        (device / "uevent").write_text(
            f"DRIVER=hid-generic\nHID_ID=0003:0000{vendor}:0000{product}\n"
            f"HID_NAME=A device\nHID_PHYS=usb-0000:00:14.0-1/input0\nHID_UNIQ={serial}\n"
        )
        (device / "report_descriptor").write_bytes(report)
        (self.classes / node).mkdir()
        (self.classes / node / "device").symlink_to(device)

    def unplug(self, node):
        (self.classes / node / "device").unlink()
        (self.classes / node).rmdir()

    def open(self, path, flags):
        assert flags & os.O_NONBLOCK
        if self.refused:
            raise OSError(self.refused, os.strerror(self.refused))
        mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        theirs.setblocking(False)  # noqa: FBT003 - the socket module's own signature
        self.peers[path.rpartition("/")[2]] = theirs
        mine.setblocking(False)  # noqa: FBT003 - the socket module's own signature
        return mine.detach()

    def line(self, serial="", port="", **options):
        return HidTransport(
            UsbIdentity("0922", "8003", serial, port),
            classes=self.classes, devices=self.devices, opener=self.open, **options,
        )  # fmt: skip


@pytest.fixture
def system(tmp_path):
    made = System(tmp_path)
    made.classes.mkdir()
    yield made
    for peer in made.peers.values():
        peer.close()


async def test_a_read_is_one_report_and_a_write_is_one(system):
    system.plug("hidraw0")
    async with system.line() as transport:
        scale = system.peers["hidraw0"]
        for report in (b"\x03\x02\x0b\xff\xa0\x00", b"\x03\x04\x0b\xff\xa1\x00", b"\x03"):
            scale.send(report)
        assert await transport.read(4096, 1) == b"\x03\x02\x0b\xff\xa0\x00"
        assert await transport.read(4096, 1) == b"\x03\x04\x0b\xff\xa1\x00"
        assert await transport.read(4096, 1) == b"\x03"
        assert await transport.read(4096, 0.01) == b""
        assert await transport.write(b"\x02\x01", 1) == 2
        assert await transport.write(b"\x02\x02", 1) == 2
        assert (scale.recv(99), scale.recv(99)) == (b"\x02\x01", b"\x02\x02")
        assert (transport.taken_least, transport.taken) == (2, 2)


async def test_a_device_pulled_out_ends_the_line(system):
    system.plug("hidraw0")
    async with system.line() as transport:
        system.peers["hidraw0"].close()
        with pytest.raises(TransportError, match="was lost"):
            await transport.write(b"\x02\x01", 1)
        assert not transport.is_open
    async with system.line() as transport:
        system.peers["hidraw0"].close()
        with pytest.raises(TransportError, match="was lost"):
            await transport.read(4096, 1)


async def test_closing_wakes_who_reads(system):
    system.plug("hidraw0")
    transport = system.line()
    await transport.open()
    with anyio.fail_after(2):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(anyio.sleep, 0.02)
            tasks.start_soon(transport.close)
            with pytest.raises(TransportError):
                await transport.read(4096, 60)


async def test_a_device_is_found_again_under_another_name(system):
    system.plug("hidraw0", serial="A7")
    transport = system.line(serial="A7")
    assert transport.present() is True
    async with transport:
        assert transport.note == ""
    system.unplug("hidraw0")
    assert transport.present() is False
    with pytest.raises(TransportError, match="is not there") as caught:
        await transport.open()
    assert caught.value.outcome is Outcome.NOT_STARTED
    system.plug("hidraw5", "3-1:1.0", serial="OTHER")
    system.plug("hidraw6", "2-4:1.0", serial="A7")
    async with transport:
        assert list(system.peers) == ["hidraw0", "hidraw6"]


async def test_of_a_device_with_parts_the_one_of_a_kind_is_taken(system):
    """Scanners are a keyboard as well; their codes come by the part of usage page 8C."""
    system.plug("hidraw0", "1-1:1.0", report=KEYBOARD)
    system.plug("hidraw1", "1-1:1.1", report=SCANNER)
    with pytest.raises(ConfigurationError) as caught:
        await system.line().open()
    assert "hidraw0 (socket 1-1, interface 0)" in caught.value.message
    assert "?usage=8c" in caught.value.hint
    async with system.line(usage=0x8C):
        assert list(system.peers) == ["hidraw1"]
    async with system.line(interface=0):
        assert list(system.peers) == ["hidraw1", "hidraw0"]


async def test_devices_alike_are_told_apart_by_their_sockets_and_it_is_said(system):
    system.plug("hidraw0", "1-1.2:1.0")
    system.plug("hidraw1", "1-1.3:1.0")
    system.plug("hidraw2", "1-1.4:1.0", model="0922:8004")
    with pytest.raises(ConfigurationError) as caught:
        await system.line().open()
    assert "?port=1-1.2" in caught.value.hint
    async with system.line(port="1-1.3") as transport:
        assert list(system.peers) == ["hidraw1"]
        assert "known by its socket" in transport.note


async def test_a_device_known_by_its_model_only_is_said_to_be(system):
    system.plug("hidraw0")
    async with system.line() as transport:
        assert "?port=1-1.2" in transport.note
    system.unplug("hidraw0")
    system.plug("hidraw1", "1-3:1.0", serial="A7")
    async with system.line() as transport:
        assert "hid://0922:8003/A7" in transport.note


@pytest.mark.parametrize(("code", "kind"), [(13, AccessDenied), (16, DeviceHeld)])
async def test_a_device_that_may_not_be_opened_says_why(system, code, kind):
    system.plug("hidraw0")
    system.refused = code
    with pytest.raises(kind) as caught:
        await system.line().open()
    if kind is AccessDenied:
        assert 'SUBSYSTEM=="hidraw", ATTRS{idVendor}=="0922"' in caught.value.hint


def test_a_system_without_hidraw_does_not_tell(tmp_path):
    transport = HidTransport(UsbIdentity("0922", "8003"), classes=tmp_path / "none")
    assert transport.present() is None


def test_the_usage_pages_are_those_of_the_collections_of_applications():
    assert usage_pages(KEYBOARD) == {0x01}
    assert usage_pages(SCANNER) == {0x8C}
    assert usage_pages(KEYBOARD + SCALE) == {0x01, 0x8D}
    assert usage_pages(b"\xfe\x03\x01\xa1\x01\x05" + SCALE) == {0x8D}  # a long item is skipped
    assert usage_pages(SCANNER[:6]) == frozenset()
    assert usage_pages(b"\xfe") == frozenset()


async def test_a_device_file_by_its_path(system):
    transport = HidrawTransport("/dev/hidraw7", opener=system.open)
    async with transport:
        system.peers["hidraw7"].send(b"\x01")
        assert await transport.read(4096, 1) == b"\x01"
    assert transport_from_uri("hidraw:/dev/hidraw7").path == "/dev/hidraw7"
    assert transport_from_uri("hidraw:/dev/hidraw7").present() is False


SCALE_USB = Part(0, (3, 0, 0), ((0x81, INTERRUPT, 8),))
SCANNER_USB = Part(1, (3, 0, 0), ((0x82, INTERRUPT, 64), (0x03, INTERRUPT, 64)))


def over_usb(*parts, interface=None):
    device = FakeDevice(vendor=0x0922, product=0x8003, parts=parts)
    identity = UsbIdentity("0922", "8003")
    return device, HidUsbTransport(identity, interface=interface, backend=FakeUsb(device))


async def test_over_libusb_a_read_is_one_report_too():
    device, transport = over_usb(SCALE_USB)
    async with transport:
        device.answer(b"\x03\x02\x0b\xff\xa0\x00", bytes(8), b"\x03")
        await anyio.sleep(0.01)
        assert await transport.read(4096, 1) == b"\x03\x02\x0b\xff\xa0\x00"
        assert await transport.read(4096, 1) == bytes(8)
        assert await transport.read(4096, 1) == b"\x03"
    # A read longer than a packet would take the next report with a full one.
    assert {size for size, _ in device.named("read")} == {8}


async def test_over_libusb_a_report_is_written_by_whichever_endpoint_there_is():
    device, transport = over_usb(SCALE_USB)
    async with transport:
        assert await transport.write(b"\x02\x01", 1) == 2
        assert await transport.write(b"\x00\x05", 1) == 2
    assert device.named("control") == [(0x21, 9, 0x0202, 0), (0x21, 9, 0x0200, 0)]
    assert device.received == b"\x02\x01\x05"
    device, transport = over_usb(SCALE_USB, SCANNER_USB, interface=1)
    async with transport:
        assert await transport.write(b"\x04\x01", 1) == 2
        assert await transport.write(b"\x00\x05", 1) == 2
    assert device.named("claim") == [1]
    assert device.received == b"\x04\x01\x05"


def test_an_address_says_which_part_and_which_way():
    assert type(transport_from_uri("hid://0922:8003")) is HidTransport
    usb = transport_from_uri("hid://0922:8003/A7?via=usb&port=1-2")
    assert type(usb) is HidUsbTransport
    assert usb.name == "hid://0922:8003/A7?port=1-2"
    assert transport_options("hid") == {"via", "port", "interface", "usage"}
    assert transport_options("hidraw") == frozenset()


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("hid:/dev/hidraw0", "write hid://04b8:0e15"),
        ("hid://0922:8003?via=bluetooth", "one of: hidraw, usb"),
        ("hid://0922:8003?usage=scale", "a usage page such as 8c"),
        ("hid://0922:8003?usage=8c&via=usb", "name the interface"),
        ("hidraw:hidraw0", "write hidraw:/dev/hidraw0"),
    ],
)
def test_an_address_that_cannot_be_read_says_how_to_write_it(uri, message):
    with pytest.raises(ConfigurationError, match=message):
        transport_from_uri(uri)

"""Laws of USB devices, behind pyusb's border: the right one is found, borrowed and given back.

No real device was tried: libusb and the kernel below it are assumed to do what pyusb says.
"""

from __future__ import annotations

import pytest

from posframe.errors import ConfigurationError
from posframe.hal.errors import AccessDenied, DeviceHeld
from posframe.hal.progress import Outcome
from posframe.hal.transports import TransportError, transport_from_uri, transport_options
from posframe.hal.transports.usb import UsbTransport
from posframe.hal.transports.usb_find import UsbIdentity
from tests.hal.fake_usb import BULK, INTERRUPT, PRINTER, FakeDevice, Part, line


async def test_the_device_is_borrowed_from_the_system_and_neither_reset_nor_configured():
    printer = FakeDevice()
    async with line(printer):
        assert not printer.driver
    assert printer.driver
    assert [call for call, _ in printer.calls] == ["detach", "claim", "release", "attach"]
    assert printer.handles == 0


async def test_a_device_without_a_configuration_gets_its_first():
    printer = FakeDevice(configuration=0, driver=False)
    async with line(printer):
        assert printer.named("configure") == [1]


async def test_the_interface_that_prints_and_answers_is_taken():
    ends = PRINTER.ends
    printer = FakeDevice(
        parts=(
            Part(0, (3, 1, 1), ((0x84, INTERRUPT, 8),)),
            Part(1, (7, 1, 4), ends),  # IPP
            Part(1, (7, 1, 1), ((0x03, BULK, 64),), setting=1),
            Part(1, (7, 1, 2), ((0x05, BULK, 64), (0x86, BULK, 64)), setting=2),
            Part(2, (255, 0, 0), ends),
        )
    )
    async with line(printer) as transport:
        assert transport._device.endpoints.out.bEndpointAddress == 0x05
        assert printer.named("claim") == [1]
        assert printer.named("setting") == [(1, 2)]
        await transport.write(b"receipt", 1)
    async with line(printer, interface=2):
        assert printer.named("claim") == [1, 2]
    with pytest.raises(ConfigurationError, match="no interface of the kind"):
        await line(printer, interface=0).open()
    assert printer.handles == 0
    assert printer.driver


async def test_a_device_is_found_by_its_number_in_whichever_socket():
    one, other = FakeDevice(serial="ONE", ports=(1,)), FakeDevice(serial="TWO", ports=(2,))
    transport = line(one, other, serial="TWO")
    async with transport:
        await transport.write(b"2", 1)
        assert transport.note == ""
    other.ports, one.ports, other.address = (1, 4), (2,), 9
    transport._backend.devices.reverse()
    async with transport:
        await transport.write(b"2", 1)
    assert (other.received, one.received) == (b"22", b"")
    assert (one.handles, other.handles) == (0, 0)


async def test_a_device_that_was_pulled_out_is_found_when_it_is_back():
    printer = FakeDevice(serial="ONE")
    transport = line(printer, serial="ONE")
    async with transport:
        printer.unplug()
        with pytest.raises(TransportError):
            await transport.write(b"receipt", 1)
    assert transport.present() is False
    with pytest.raises(TransportError, match="is not there") as caught:
        await transport.open()
    assert caught.value.outcome is Outcome.NOT_STARTED
    printer.gone, printer.driver, printer.ports, printer.address = False, True, (3, 1), 77
    assert transport.present() is True
    async with transport:
        await transport.write(b"receipt", 1)
    assert printer.received == b"receipt"


@pytest.mark.parametrize("serial", ["", "0000000000"])
async def test_devices_alike_are_told_apart_by_their_sockets_and_it_is_said(serial):
    one = FakeDevice(ports=(1, 2), serial=serial)
    other = FakeDevice(ports=(1, 3), serial=serial)
    with pytest.raises(ConfigurationError) as caught:
        await line(one, other, serial=serial).open()
    assert "fits 2 devices, in the sockets 1-1.2, 1-1.3" in caught.value.message
    assert "?port=1-1.2" in caught.value.hint
    async with line(one, other, port="1-1.3") as transport:
        await transport.write(b"3", 1)
        assert "known by its socket" in transport.note
    assert (one.received, other.received) == (b"", b"3")
    assert (one.handles, other.handles) == (0, 0)


async def test_a_device_known_by_its_model_only_is_said_to_be():
    async with line(FakeDevice()) as transport:
        assert "?port=1-2" in transport.note
    async with line(FakeDevice(serial="X3RK")) as transport:
        assert "usb://04b8:0e15/X3RK" in transport.note


async def test_a_device_of_another_program_says_what_usually_has_it():
    printer = FakeDevice(busy=True)
    with pytest.raises(DeviceHeld, match="in use by another program") as caught:
        await line(printer).open()
    assert "CUPS" in caught.value.hint
    assert caught.value.outcome is Outcome.NOT_STARTED
    assert printer.driver, "the system's driver gets it back"
    assert printer.handles == 0


@pytest.mark.parametrize("serial", ["", "X3RK"])
async def test_a_forbidden_device_is_told_with_the_rule_that_allows_it(serial):
    printer = FakeDevice(denied=True, serial=serial)
    with pytest.raises(AccessDenied) as caught:
        await line(printer, serial=serial).open()
    assert (
        'SUBSYSTEM=="usb", ATTR{idVendor}=="04b8", ATTR{idProduct}=="0e15", TAG+="uaccess", '
        'GROUP="lp", MODE="0660"' in caught.value.hint
    )


async def test_libusb_that_is_not_installed_is_told_with_what_installs_it(monkeypatch):
    monkeypatch.setattr("usb.backend.libusb1.get_backend", lambda: None)
    with pytest.raises(ConfigurationError, match=r"apt install libusb-1\.0-0"):
        await transport_from_uri("usb://04b8:0e15").open()


def test_a_device_is_seen_without_being_asked(tmp_path):
    printer = UsbIdentity("04b8", "0e15", "X3RK")
    assert UsbTransport(printer, tree=tmp_path / "none").present() is None
    assert UsbTransport(printer, tree=tmp_path).present() is False
    folder = tmp_path / "1-1.2"
    folder.mkdir()
    facts = {"idVendor": "04b8\n", "idProduct": "0e15\n", "serial": "X3RK\n"}
    for name, text in facts.items():
        assert UsbTransport(printer, tree=tmp_path).present() is False
        (folder / name).write_text(text)
    assert UsbTransport(printer, tree=tmp_path).present() is True
    other = UsbIdentity("04b8", "0e15", "OTHER")
    assert UsbTransport(other, tree=tmp_path).present() is False
    for port, there in (("1-1.2", True), ("1-1.3", False)):
        identity = UsbIdentity("04b8", "0e15", port=port)
        assert UsbTransport(identity, tree=tmp_path).present() is there


def test_an_address_says_what_is_meant():
    transport = transport_from_uri("usb://04B8:0E15/AB%20C?interface=1")
    assert transport.identity == UsbIdentity("04b8", "0e15", "AB C")
    assert transport.name == "usb://04b8:0e15/AB C"
    assert transport_from_uri("usb://04b8:0e15?port=1-1.4").identity.port == "1-1.4"
    assert transport_options("usb") == {"port", "interface"}


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("usb://4b8:e15", "write usb://04b8:0e15"),
        ("usb:/dev/usb/lp0", "write usb://04b8:0e15"),
        ("usb://04b8:0e15?port=2", "a socket such as 1-1.2"),
        ("usb://04b8:0e15?interface=one", "whole number from 0 to 255"),
        ("usb://04b8:0e15?serial=X", "options: interface, port"),
    ],
)
def test_an_address_that_cannot_be_read_says_how_to_write_it(uri, message):
    with pytest.raises(ConfigurationError, match=message):
        transport_from_uri(uri)

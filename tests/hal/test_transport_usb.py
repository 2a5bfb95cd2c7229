"""Laws of USB lines, behind pyusb's border: ranges that hold the truth, the right device.

No real device was tried: libusb and the kernel below it are assumed to do what pyusb says.
"""

from __future__ import annotations

import threading
import time

import anyio
import pytest

from posframe.errors import ConfigurationError
from posframe.hal.errors import AccessDenied, DeviceHeld
from posframe.hal.progress import Outcome
from posframe.hal.transports import TransportError, transport_from_uri, transport_options
from posframe.hal.transports import usb as usb_module
from posframe.hal.transports.usb import UsbTransport
from posframe.hal.transports.usb_find import UsbIdentity
from tests.hal.fake_usb import BULK, INTERRUPT, PRINTER, FakeDevice, FakeUsb, Part

MESSAGE = bytes(at % 251 for at in range(10_000))


def line(*devices, serial="", port="", **options):
    identity = UsbIdentity("04b8", "0e15", serial, port)
    return UsbTransport(identity, backend=FakeUsb(*devices), **options)


async def test_bytes_go_both_ways():
    printer = FakeDevice(serial="X3RK")
    async with line(printer, serial="X3RK") as transport:
        assert await transport.write(MESSAGE, 5) == len(MESSAGE)
        assert transport.taken == transport.taken_least == len(MESSAGE)
        assert printer.received == MESSAGE
        assert not transport.confirms
        printer.answer(b"\x12", b"\x16\x14")
        assert await transport.read(1, 1) == b"\x12"
        assert await transport.read(1, 1) == b"\x16"
        assert await transport.read(9, 1) == b"\x14"
        assert await transport.read(9, 0.01) == b""


async def test_what_the_device_takes_less_of_is_offered_again():
    """python-escpos ignores the count: the rest of the receipt is lost in silence."""
    printer = FakeDevice(at_once=1000)
    async with line(printer) as transport:
        await transport.write(MESSAGE, 5)
    assert printer.received == MESSAGE


async def test_no_call_is_long_or_endless():
    printer = FakeDevice(room=5000)
    async with line(printer) as transport:
        with pytest.raises(TransportError):
            await transport.write(MESSAGE, 0.6)
        await transport.read(9, 0.3)
    calls = printer.named("write") + printer.named("read")
    assert all(1 <= timeout_ms <= 250 for _, timeout_ms in calls)  # libusb takes 0 for endless
    assert all(size <= 4096 for size, _ in printer.named("write"))
    assert {size for size, _ in printer.named("read")} == {64}


async def test_a_printer_that_takes_no_more_ends_the_write_at_its_deadline_with_the_count():
    printer = FakeDevice(room=5000)
    async with line(printer) as transport:
        started = time.monotonic()
        with pytest.raises(TransportError, match=r"took no more data for 0\.4 s") as caught:
            await transport.write(MESSAGE, 0.4)
        assert 0.35 < time.monotonic() - started < 0.6
    assert caught.value.outcome is Outcome.PARTIAL
    assert caught.value.least == caught.value.written == len(printer.received) == 5000


@pytest.mark.parametrize("length", [100, 4096, 4097, 10_000])
@pytest.mark.parametrize("lost_after", [0, 1, 99, 4095, 4096, 4097, 8191, 8192, 9999])
async def test_a_device_pulled_out_at_any_byte_leaves_a_range_that_holds_the_truth(
    length, lost_after
):
    if lost_after >= length:
        return
    printer = FakeDevice(lost_after=lost_after)
    async with line(printer) as transport:
        with pytest.raises(TransportError, match="was lost: No such device") as caught:
            await transport.write(MESSAGE[:length], 5)
        assert not transport.is_open
    error = caught.value
    done = lost_after // 4096 * 4096
    assert (error.least, error.written) == (done, min(done + 4096, length))
    assert error.least <= len(printer.received) <= error.written
    assert error.outcome is (Outcome.PARTIAL if error.written < length else Outcome.UNKNOWN)


async def test_cancelling_takes_less_than_50_ms_and_what_was_written_stays_in_the_range():
    printer = FakeDevice(pause_s=0.1)
    async with line(printer) as transport:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(transport.write, MESSAGE, 60)
            await anyio.sleep(0.05)
            tasks.cancel_scope.cancel()
            started = time.monotonic()
        assert time.monotonic() - started < 0.05
        least, most = transport.taken_least, transport.taken
    assert (least, most) == (0, 4096)
    assert least <= len(printer.received) <= most
    assert (transport.taken_least, transport.taken) == (4096, 4096)
    assert printer.handles == 0


async def test_what_is_written_after_a_cancelled_write_comes_after_it():
    """A driver that takes back a receipt writes once more: its bytes must not be overtaken."""
    printer = FakeDevice(pause_s=0.05)
    async with line(printer) as transport:
        with anyio.move_on_after(0.02):
            await transport.write(MESSAGE, 60)
        assert await transport.write(b"\x18", 5) == 1
        assert (transport.taken_least, transport.taken) == (1, 1)
    assert printer.received == MESSAGE[:4096] + b"\x18"


async def test_the_count_of_a_cancelled_write_does_not_become_that_of_the_next():
    printer = FakeDevice(pause_s=0.1)
    async with line(printer) as transport, anyio.create_task_group() as tasks:
        with anyio.move_on_after(0.02):
            await transport.write(MESSAGE, 60)
        tasks.start_soon(transport.write, b"\x18", 5)
        await anyio.sleep(0.13)  # the first call has returned, the second is under way
        assert len(printer.received) == 4096
        assert (transport.taken_least, transport.taken) == (0, 1)


async def test_a_call_that_comes_too_late_does_not_touch_the_device():
    """pyusb would open it anew, and nobody would close it."""
    printer = FakeDevice()
    transport = line(printer)
    await transport.open()
    device = transport._device
    await transport.close()
    printer.answer(b"\x12")
    assert transport._write_slice(device, b"receipt", 0, 1.0, transport._attempt) == 0
    assert transport._read_slice(device, 1.0) is None
    assert (printer.handles, printer.received, printer.answers) == (0, b"", [b"\x12"])


async def test_a_cancelled_read_is_prompt_and_loses_nothing():
    printer = FakeDevice()
    async with line(printer) as transport:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(transport.read, 9, 60)
            await anyio.sleep(0.02)
            tasks.cancel_scope.cancel()
            started = time.monotonic()
        assert time.monotonic() - started < 0.05
        printer.answer(b"\x12")  # arrives in the call that nobody waits for any more
        await anyio.sleep(0.05)
        printer.answer(b"\x16")
        assert await transport.read(1, 1) == b"\x12"
        assert await transport.read(1, 1) == b"\x16"


async def test_what_has_arrived_is_read_however_late_it_is_looked_for():
    printer = FakeDevice()
    async with line(printer) as transport:
        printer.answer(b"\x12")
        assert await transport.read(9, 0) == b"\x12"
        assert await transport.read(9, 0) == b""


async def test_a_read_in_progress_does_not_hold_up_a_write():
    printer = FakeDevice()
    async with line(printer) as transport, anyio.create_task_group() as tasks:
        tasks.start_soon(transport.read, 9, 60)
        await anyio.sleep(0.02)
        started = time.monotonic()
        await transport.write(b"receipt", 5)
        assert time.monotonic() - started < 0.1
        tasks.cancel_scope.cancel()


async def test_a_device_pulled_out_ends_a_read_and_a_write():
    printer = FakeDevice(room=0)
    lost = []

    async def wait(call, *arguments):
        try:
            await call(*arguments)
        except TransportError as error:
            lost.append(error)

    async with line(printer) as transport:
        with anyio.fail_after(2):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(wait, transport.read, 9, 60)
                tasks.start_soon(wait, transport.write, b"receipt", 60)
                await anyio.sleep(0.05)
                printer.unplug()
    assert len(lost) == 2
    assert printer.handles == 0


async def test_closing_wakes_who_reads():
    transport = line(FakeDevice())
    await transport.open()

    async def wait():
        with pytest.raises(TransportError, match="is not connected"):
            await transport.read(9, 60)

    with anyio.fail_after(1):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(wait)
            await anyio.sleep(0.02)
            await transport.close()
    with pytest.raises(TransportError, match="is not connected") as caught:
        await transport.write(b"x", 1)
    assert caught.value.outcome is Outcome.NOT_STARTED


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


async def test_a_device_that_cannot_answer_is_silent():
    printer = FakeDevice(parts=(Part(0, (7, 1, 1), ((0x01, BULK, 64),)),))
    async with line(printer) as transport:
        await transport.write(b"receipt", 1)
        assert await transport.read(9, 0.02) == b""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(anyio.sleep, 0.01)
            tasks.start_soon(transport.close)
            with pytest.raises(TransportError, match="is not connected"):
                await transport.read(9, 60)


async def test_empty_answers_do_not_keep_the_processor_busy():
    printer = FakeDevice(empty=True)
    async with line(printer) as transport:
        assert await transport.read(9, 0.2) == b""
    assert 3 < len(printer.named("read")) < 15


async def test_a_stalled_endpoint_is_cleared_for_the_next_connection():
    printer = FakeDevice(stalled=True)
    async with line(printer) as transport:
        with pytest.raises(TransportError, match="Pipe error"):
            await transport.read(9, 1)
    assert printer.named("clear") == [0x82]
    printer.answer(b"\x12")
    async with line(printer) as transport:
        assert await transport.read(9, 1) == b"\x12"


async def test_a_call_that_hangs_is_given_up_and_blocks_nobody(monkeypatch):
    monkeypatch.setattr(usb_module, "HUNG_S", 0.1)
    printer = FakeDevice(hung=threading.Event())
    transport = line(printer)
    await transport.open()
    started = time.monotonic()
    with pytest.raises(TransportError, match="does not return") as caught:
        await transport.write(b"receipt", 60)
    assert time.monotonic() - started < 1
    assert (caught.value.least, caught.value.written) == (0, 7)
    assert caught.value.outcome is Outcome.UNKNOWN
    printer.hung.set()


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


async def test_nothing_is_left_open_by_200_connections():
    printer = FakeDevice()
    transport = line(printer)
    await transport.open()
    await transport.close()
    before = threading.active_count()
    for _ in range(200):
        async with transport:
            pass
    assert printer.handles == 0
    assert threading.active_count() <= before


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

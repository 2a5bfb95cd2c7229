"""Laws of bytes on USB lines, behind pyusb's border: ranges that hold the truth, prompt ends.

No real device was tried: libusb and the kernel below it are assumed to do what pyusb says. Which
device it is, is tested in `test_transport_usb_devices`.
"""

from __future__ import annotations

import threading
import time

import anyio
import pytest

from posframe.hal.progress import Outcome
from posframe.hal.transports import TransportError
from posframe.hal.transports import usb as usb_module
from tests.hal.fake_usb import BULK, FakeDevice, Part, line

MESSAGE = bytes(at % 251 for at in range(10_000))


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

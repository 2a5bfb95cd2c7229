"""Laws of wire logs and recordings: what went over the wire, no byte of a secret, and again."""

from __future__ import annotations

import json
import time

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import ConfigurationError, DataError
from posframe.hal.progress import Outcome
from posframe.hal.transports import TransportError, transport_from_uri
from posframe.hal.transports.memory import MemoryTransport
from posframe.hal.transports.replay import ReplayTransport
from posframe.hal.transports.usb import UsbTransport
from posframe.hal.transports.usb_find import UsbIdentity
from posframe.hal.wire_log import LoggedTransport, WireLog, WireRecord, read_records
from tests.hal.fake_usb import FakeDevice, FakeUsb


class Clock:
    """Seconds that pass by being asked for."""

    def __init__(self):
        self.at_s = 0.0

    def __call__(self):
        self.at_s += 0.25
        return self.at_s


def records(log):
    return [(each.direction, each.data) for each in log]


async def test_what_goes_over_a_line_is_noted_in_order():
    log = WireLog(now_s=Clock())
    async with LoggedTransport(MemoryTransport(bytes.upper), log) as transport:
        await transport.write(b"abc", 1)
        await transport.read(2, 1)
        await transport.read(9, 1)
        await transport.read(9, 0)
    assert log.export() == (
        '{"t": 0.25, "d": "open"}\n'
        '{"t": 0.5, "d": "tx", "x": "616263"}\n'
        '{"t": 0.75, "d": "rx", "x": "4142"}\n'
        '{"t": 1.0, "d": "rx", "x": "43"}\n'
    )
    assert read_records(log.export().splitlines()) == list(log)


async def test_of_a_write_that_fails_what_really_went_is_noted():
    log = WireLog()
    inner = MemoryTransport(lost_after=5)
    async with LoggedTransport(inner, log) as transport:
        with pytest.raises(TransportError) as caught:
            await transport.write(b"receipt", 1)
        assert caught.value.outcome is Outcome.PARTIAL
        assert (transport.taken_least, transport.taken) == (5, 5)
        with pytest.raises(TransportError):
            await transport.read(9, 1)
    assert records(log)[1:] == [("tx", b"recei"), ("failed", b""), ("failed", b"")]
    assert [each.why for each in log][2:] == ["memory: the line broke", "memory: is not connected"]


async def test_of_a_cancelled_write_what_really_went_is_noted():
    log = WireLog()
    async with LoggedTransport(MemoryTransport(stuck_after=5), log) as transport:
        with anyio.move_on_after(0.02):
            await transport.write(b"receipt", 60)
    assert records(log)[1:] == [("tx", b"recei")]


async def test_bytes_of_which_nobody_knows_are_marked():
    log = WireLog()
    device = FakeDevice(lost_after=5000)
    line = UsbTransport(UsbIdentity("04b8", "0e15"), backend=FakeUsb(device))
    async with LoggedTransport(line, log) as transport:
        with pytest.raises(TransportError):
            await transport.write(bytes(9000), 1)
        assert (transport.taken_least, transport.taken) == (4096, 8192)
    sent = [(each.length, each.unsure) for each in log if each.direction == "tx"]
    assert sent == [(4096, 0), (4096, 4096)]
    assert '"u": 4096' in log.export()


async def test_no_byte_of_a_secret_is_kept():
    log = WireLog(secret=True)
    async with LoggedTransport(MemoryTransport(bytes.upper), log) as transport:
        await transport.write(b";5413330089010434=2512", 1)
        await transport.read(99, 1)
    lines = [json.loads(line) for line in log.export().splitlines()]
    assert [(line["d"], line.get("n"), line.get("x")) for line in lines] == [
        ("open", None, None), ("tx", 22, None), ("rx", 22, None),
    ]  # fmt: skip
    text = log.export() + repr(list(log)) + repr(vars(log))
    for part in ("5413", b"5413330089010434".hex(), "2512"):
        assert part not in text


async def test_a_line_that_is_logged_is_as_the_line_itself():
    inner = MemoryTransport(absent=True)
    transport = LoggedTransport(inner, WireLog())
    assert (transport.confirms, transport.note, transport.present()) == (True, "", None)
    with pytest.raises(TransportError, match="there is no device"):
        await transport.open()
    inner.absent = False
    async with transport:
        await transport.open()
        await transport.write(b"x", 1)
        transport.taken = 0  # as a driver does before it opens
        assert inner.taken == 0
    assert not transport.is_open
    assert [each.direction for each in transport.log] == ["failed", "open", "tx"]


@given(st.lists(st.binary(max_size=9000), max_size=60))
def test_a_log_has_a_bound_and_keeps_the_newest(pieces):
    log = WireLog(bytes_max=8192, now_s=Clock())
    for piece in pieces:
        log.carried("tx", piece)
    kept = b"".join(each.data for each in log)
    assert b"".join(pieces).endswith(kept)
    assert sum(each.size for each in log) <= 8192
    if log.forgotten:  # no more than had to make room for the largest record, of 4096 + 32
        assert sum(each.size for each in log) > 8192 - 4128
    else:
        assert kept == b"".join(pieces)


@given(
    st.lists(
        st.one_of(
            st.builds(
                lambda at, way, data: WireRecord(at / 1000, way, data, len(data)),
                st.integers(0, 10**9),
                st.sampled_from(["tx", "rx"]),
                st.binary(max_size=50),
            ),
            st.builds(
                lambda at, way, count: WireRecord(at / 1000, way, None, count),
                st.integers(0, 10**9),
                st.sampled_from(["tx", "rx"]),
                st.integers(0, 10**6),
            ),
            st.builds(
                lambda at, why: WireRecord(at / 1000, "failed", why=why),
                st.integers(0, 10**9),
                st.text(),
            ),
        )
    )
)
def test_an_exported_log_is_read_back_as_it_was(all_records):
    text = "".join(f"{each.line()}\n" for each in all_records)
    assert read_records(text.split("\n")) == all_records


@pytest.mark.parametrize(
    "line",
    ["tx 1b40", "[]", "{}", '{"t": 1, "d": "tx", "x": "1b4"}', '{"t": 1, "d": "sent", "x": ""}',
     '{"t": "x", "d": "tx", "x": ""}', '{"t": 1, "d": "tx", "x": 7}'],
)  # fmt: skip
def test_a_line_that_is_no_record_is_named(line):
    with pytest.raises(DataError, match="Line 2 of the recording"):
        read_records(['{"t": 0, "d": "open"}', line])


RECORDING = [
    WireRecord(10.0, "open"),
    WireRecord(10.0, "tx", b"\x1b@", 2),
    WireRecord(10.0, "tx", b"\x10\x04\x01", 3),
    WireRecord(10.1, "rx", b"\x12", 1),
    WireRecord(10.1, "rx", b"\x14\x00", 2),
    WireRecord(10.1, "tx", b"receipt", 7),
    WireRecord(10.1, "rx", b"\x37", 1),
]


async def test_a_recording_is_played_back_whatever_the_pieces():
    async with ReplayTransport(RECORDING) as device:
        await device.write(b"\x1b", 1)
        assert await device.read(9, 0.01) == b""
        await device.write(b"@\x10\x04\x01", 1)
        started = time.monotonic()
        assert await device.read(9, 5) == b"\x12"
        assert 0.05 < time.monotonic() - started < 1
        assert await device.read(1, 5) == b"\x14"
        assert await device.read(1, 5) == b"\x00"
        assert not device.finished
        await device.write(b"receipt", 1)
        assert await device.read(9, 5) == b"\x37"
        assert await device.read(9, 0.01) == b""
        assert device.finished
        assert device.difference == ""


async def test_the_pauses_of_a_recording_can_be_left_out():
    slow = [WireRecord(0.0, "open"), WireRecord(3600.0, "rx", b"A", 1)]
    async with ReplayTransport(slow, timing=False) as device:
        assert await device.read(9, 0) == b"A"
    async with ReplayTransport(slow) as device:
        assert await device.read(9, 0.01) == b""


async def test_a_write_wakes_who_waits_for_its_answer():
    device = ReplayTransport(RECORDING, timing=False)
    async with device, anyio.create_task_group() as tasks:
        tasks.start_soon(device.write, b"\x1b@\x10\x04\x01", 1)
        assert await device.read(9, 5) == b"\x12"


@pytest.mark.parametrize(
    ("written", "message", "count"),
    [
        (b"\x1b@\x10\x04\x02", "at byte 4 of what is written, the recording has 01 72", 4),
        (b"\x00", "at byte 0 of what is written, the recording has 1b 40 10 04", 0),
        (b"\x1b@\x10\x04\x01receipt\n", "at byte 12 .* has nothing more, not 0a", 12),
    ],
)
async def test_the_first_difference_is_told_with_its_place(written, message, count):
    async with ReplayTransport(RECORDING) as device:
        with pytest.raises(TransportError, match=message) as caught:
            await device.write(written, 1)
        assert caught.value.written == count
        assert not device.is_open
        assert device.difference


async def test_a_loss_of_the_recording_is_a_loss_again_and_the_rest_follows_it():
    lost = [
        WireRecord(0.0, "open"),
        WireRecord(0.0, "tx", b"rece", 4),
        WireRecord(0.0, "failed", why="it was pulled out"),
        WireRecord(0.0, "failed", why="seen by the reader too"),
        WireRecord(0.5, "failed", why="not back yet"),
        WireRecord(0.9, "open"),
        WireRecord(0.9, "tx", b"receipt", 7),
        WireRecord(0.9, "rx", b"\x37", 1),
    ]
    device = ReplayTransport(lost, timing=False)
    await device.open()
    with pytest.raises(TransportError, match="was lost, as in the recording") as caught:
        await device.write(b"receipt", 1)
    assert caught.value.outcome is Outcome.PARTIAL
    assert caught.value.written == 4
    assert not device.is_open
    with pytest.raises(TransportError, match="not connected"):
        await device.read(9, 1)
    async with device:
        await device.write(b"receipt", 1)
        assert await device.read(9, 1) == b"\x37"
    assert device.finished


async def test_a_loss_while_reading_is_a_loss_again():
    lost = [WireRecord(0.0, "rx", b"A", 1), WireRecord(0.0, "failed", why="pulled out")]
    async with ReplayTransport(lost, timing=False) as device:
        assert await device.read(9, 1) == b"A"
        with pytest.raises(TransportError, match="as in the recording"):
            await device.read(9, 1)


async def test_what_was_logged_can_be_played_back(tmp_path):
    log = WireLog()
    async with LoggedTransport(MemoryTransport(bytes.upper), log) as transport:
        for data in (b"abc", b"def"):
            await transport.write(data, 1)
            assert await transport.read(9, 1) == data.upper()
    path = tmp_path / "printer.jsonl"
    path.write_text(log.export())
    device = transport_from_uri(f"replay:{path}?timing=no")
    assert device.present() is True
    async with device:
        for data in (b"abc", b"def"):
            await device.write(data, 1)
            assert await device.read(9, 1) == data.upper()
    assert device.finished


async def test_closing_wakes_who_reads():
    device = ReplayTransport([])
    await device.open()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(anyio.sleep, 0.01)
        tasks.start_soon(device.close)
        with pytest.raises(TransportError, match="not connected"):
            await device.read(9, 60)


def test_a_file_that_is_no_recording_says_why(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot be read"):
        transport_from_uri(f"replay:{tmp_path}/none")
    path = tmp_path / "log"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        transport_from_uri(f"replay:{path}")
    path.write_text("12:00 printed\n")
    with pytest.raises(ConfigurationError, match="Line 1 of the recording is no record"):
        transport_from_uri(f"replay:{path}")
    path.write_text('{"t": 1, "d": "rx", "n": 37}\n')
    with pytest.raises(ConfigurationError, match="holds lengths only"):
        transport_from_uri(f"replay:{path}")

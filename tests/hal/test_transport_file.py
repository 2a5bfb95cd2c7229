"""Laws of files as lines: device files, paper in a file, a fifo; who may not, and who has it."""

from __future__ import annotations

import errno
import os
import pty
import tty
from pathlib import Path

import pytest

from posframe.hal.errors import AccessDenied, DeviceHeld
from posframe.hal.transports import Outcome, TransportError
from posframe.hal.transports.file import FileTransport

LARGE = bytes(8 * 1024 * 1024)


async def test_a_file_is_appended_to(tmp_path):
    path = tmp_path / "paper"
    for data in (b"one\n", b"two\n" * 5000):
        async with FileTransport(path) as transport:
            assert await transport.write(data, 1) == len(data)
            assert transport.confirms
            assert await transport.read(1, 0.01) == b""
    assert path.read_bytes() == b"one\n" + b"two\n" * 5000


async def test_a_file_is_not_made_where_there_is_no_folder(tmp_path):
    with pytest.raises(TransportError, match="Its folder does not exist"):
        await FileTransport(tmp_path / "no" / "paper").open()
    assert not (tmp_path / "no").exists()


def refused(code):
    def refuse(*_):
        raise OSError(code, os.strerror(code))

    return refuse


async def test_a_forbidden_printer_file_is_told_with_the_exact_rule_that_allows_it(monkeypatch):
    monkeypatch.setattr("posframe.hal.transports.file._open", refused(errno.EACCES))
    with pytest.raises(AccessDenied) as caught:
        await FileTransport(Path("/dev/usb/lp0")).open()
    assert caught.value.outcome is Outcome.NOT_STARTED
    rule = 'SUBSYSTEM=="usbmisc", KERNEL=="lp0", TAG+="uaccess", GROUP="lp", MODE="0660"'
    assert rule in caught.value.hint
    assert "group lp" in caught.value.hint


async def test_a_printer_file_that_is_taken_names_who_has_it(monkeypatch, tmp_path):
    path = tmp_path / "lp0"
    path.touch()
    monkeypatch.setattr("posframe.hal.transports.file._open", refused(errno.EBUSY))
    with path.open("rb"), pytest.raises(DeviceHeld, match="in use by this till itself"):
        await FileTransport(path).open()
    with pytest.raises(DeviceHeld, match="in use by another program"):
        await FileTransport(path).open()


async def test_a_printer_file_that_is_away_is_not_made(monkeypatch, tmp_path):
    monkeypatch.setattr("posframe.hal.transports.file.DEVICES", tmp_path)
    transport = FileTransport(tmp_path / "lp0")
    assert transport.present() is False
    with pytest.raises(TransportError, match="is not there"):
        await transport.open()
    assert not (tmp_path / "lp0").exists()
    (tmp_path / "lp0").touch()
    assert transport.present() is True


async def test_a_fifo_gets_the_bytes_and_does_not_give_them_back(tmp_path):
    path = tmp_path / "fifo"
    os.mkfifo(path)
    with pytest.raises(TransportError, match="nobody is at its other end"):
        await FileTransport(path).open()
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    async with FileTransport(path) as transport:
        await transport.write(b"receipt", 1)
        assert await transport.read(9, 0.01) == b""
        assert os.read(reader, 100) == b"receipt"
        with pytest.raises(TransportError, match="took no more data") as caught:
            await transport.write(LARGE, 0.05)
        assert caught.value.least == caught.value.written == len(os.read(reader, len(LARGE)))
        os.close(reader)
        with pytest.raises(TransportError, match="was lost") as caught:
            await transport.write(b"receipt", 1)
    assert caught.value.outcome is Outcome.NOT_STARTED


async def test_a_device_that_nothing_can_wait_for_takes_bytes_and_answers_nothing():
    async with FileTransport(Path("/dev/null")) as transport:
        assert await transport.write(b"receipt", 1) == 7
        assert await transport.read(9, 0.01) == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
async def test_a_full_disk_is_told_with_the_count():
    async with FileTransport.from_address("/dev/full") as transport:
        with pytest.raises(TransportError, match="No space left") as caught:
            await transport.write(b"receipt", 1)
    assert caught.value.outcome is Outcome.NOT_STARTED


async def test_a_character_device_carries_bytes_both_ways_and_confirms_nothing():
    mine, theirs = pty.openpty()
    tty.setraw(theirs)
    try:
        async with FileTransport.from_address(os.ttyname(theirs)) as transport:
            assert not transport.confirms
            await transport.write(b"receipt", 1)
            assert os.read(mine, 100) == b"receipt"
            os.write(mine, b"\x12")
            assert await transport.read(9, 1) == b"\x12"
            with pytest.raises(TransportError, match="took no more data") as caught:
                await transport.write(LARGE, 0.1)
            assert caught.value.outcome is Outcome.PARTIAL
    finally:
        os.close(mine)
        os.close(theirs)

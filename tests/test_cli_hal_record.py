"""``posframe hal record``, ``replay`` and ``monitor``: what goes over a line, kept and played."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from posframe.cli.main import FAILED, UNUSABLE
from tests.device_commands import command_line, obey_ctrl_c, said_by
from tests.device_lines import desk_in, terminal
from tests.kernel.shop import write_settings

QUICK = ("--seconds", "1.2")


@pytest.fixture
def cli(capsys, monkeypatch):
    return said_by(command_line(capsys, monkeypatch))


@pytest.fixture
def desk(tmp_path):
    with desk_in(tmp_path) as made:
        yield made


@pytest.fixture
def folder(tmp_path):
    write_settings(tmp_path)
    return tmp_path


def test_a_recording_plays_back_to_what_it_was(cli, desk, tmp_path):
    """The same facts, and no difference."""
    scanner = desk.plug("scanner")
    scanner.repeat("scan 4006381333931", times=60, every_s=0.3)
    file = tmp_path / "recording.jsonl"
    status, words = cli(
        "hal", "record", f"scanner+{scanner.address}", file, "--test", "--seconds", "1.5"
    )
    assert status == 0
    assert f"posframe hal replay {file} --driver scanner" in words
    records = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    received = b"".join(bytes.fromhex(each["x"]) for each in records if each["d"] == "rx")
    assert b"4006381333931" in received
    status, words = cli("hal", "replay", file, "--driver", "scanner")
    assert status == 0
    assert "scan 4006381333931, 13 characters" in words
    assert "played to its end, without a difference" in words


def test_a_scale_is_asked_again_when_its_recording_plays(cli, desk, tmp_path):
    scale = desk.plug("mt8217")
    scale.act("put 1.250")
    file = tmp_path / "recording.jsonl"
    assert cli(
        "hal", "record", f"mt8217+{scale.address}", file, "--test", "--seconds", "1.5"
    )[0] == 0  # fmt: skip
    status, words = cli("hal", "replay", file, "--driver", "mt8217")
    assert status == 0
    assert "1.250 kg, stable" in words


def test_the_first_difference_is_told_with_its_place(cli, tmp_path):
    """Recorded with one driver, played to another: byte, what was recorded, what was written."""
    file = tmp_path / "recording.jsonl"
    file.write_text('{"t": 0, "d": "open"}\n{"t": 0.1, "d": "tx", "x": "1b40"}\n', "utf-8")
    status, words = cli("hal", "replay", file, "--driver", "mt8217")
    assert status == FAILED
    assert "first difference: at byte 0" in words
    assert "1b 40" in words


def test_options_of_the_driver_are_as_in_an_address(cli, tmp_path):
    file = tmp_path / "recording.jsonl"
    file.write_text('{"t": 0, "d": "rx", "x": "5d4530343030363338313333333933310d"}\n', "utf-8")
    assert "AIM ]E0" in cli("hal", "replay", file, "--driver", "scanner?aim=yes")[1]
    status, words = cli("hal", "replay", file, "--driver", "scanner?aim=maybe")
    assert status == UNUSABLE
    assert "write yes or no" in words


def test_a_recording_of_what_is_personal_holds_lengths_only(cli, desk, tmp_path):
    """No byte is in the file; and it says so when it is to be played."""
    reader = desk.plug("ibutton")
    reader.repeat("touch 012BC5FB000000", times=60, every_s=0.3)
    file = tmp_path / "recording.jsonl"
    _, words = cli("hal", "record", f"ibutton+{reader.address}", file, "--test", *QUICK)
    assert "lengths are recorded, no bytes" in words
    text = file.read_text("utf-8")
    assert '"n"' in text
    assert '"x"' not in text
    status, words = cli("hal", "replay", file, "--driver", "ibutton")
    assert status == UNUSABLE
    assert "lengths only" in words


@pytest.mark.parametrize(
    ("text", "said"),
    [(None, "cannot be read"), ("rubbish\n", "Line 1 of the recording is no record")],
)
def test_what_is_no_recording_is_said(cli, tmp_path, text, said):
    file = tmp_path / "recording.jsonl"
    if text is not None:
        file.write_text(text, "utf-8")
    status, words = cli("hal", "replay", file, "--driver", "scanner")
    assert status == UNUSABLE
    assert said in words


def test_a_file_that_is_there_is_not_written_over(cli, folder):
    status, words = cli("hal", "record", "printer", folder / "till.toml", "--till", folder)
    assert status == UNUSABLE
    assert "exists already" in words


# monitor


def interrupted(arguments, after, when=lambda _line: None):
    """Run a command line until it has printed ``after``, then press Ctrl-C; return all it said.

    ``when`` is called with each line until then.
    """
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "posframe", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "COLUMNS": "80"},
        preexec_fn=obey_ctrl_c,
    ) as process:
        try:
            lines = []
            for line in process.stdout:
                lines.append(line)
                when(line)
                if after in line:
                    process.send_signal(signal.SIGINT)
                    break
            lines += process.stdout
            said = "".join(lines)
            assert "Traceback" not in said
            return process.wait(), said
        finally:
            process.kill()  # one that does not end would be waited for


@pytest.mark.timeout(60)
def test_a_monitor_prints_states_facts_and_bytes_until_interrupted(desk):
    scanner = desk.plug("scanner")
    scanner.repeat("scan 4006381333931", times=40, every_s=0.5)
    status, said = interrupted(
        ["hal", "monitor", f"scanner+{scanner.address}", "--wire"], "13 characters"
    )
    assert status == 0
    assert "  ready" in said
    assert "scan 4006381333931, 13 characters" in said
    assert "< 34" in said, "hexadecimal, from the device"


@pytest.mark.timeout(60)
def test_rubbish_on_the_line_is_counted_and_shown():
    """In bytes; and a code that comes after it is read."""
    with terminal() as (path, device):

        def answer(line):
            if "  ready" in line:
                os.write(device, b"\x02rubbish\xff\x03" * 200)
            elif "rejected" in line or "noise" in line:
                os.write(device, b"\r4006381333931\r")

        status, said = interrupted(
            ["hal", "monitor", f"scanner+serial:{path}"], "scan 4006381333931", answer
        )
    assert status == 0
    assert "rejected" in said or "noise" in said

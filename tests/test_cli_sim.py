"""``posframe sim``: devices in software that do what is typed, and say what happens to them."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import anyio
import attrs
import pytest

from posframe.cli import sim_run
from posframe.cli.main import UNUSABLE, run
from posframe.cli.sim_bench import DEVICES, bench_of, notice, shop_codes
from posframe.cli.sim_run import Plan
from posframe.errors import ConfigurationError, DataError
from posframe.hal.registry import installed_simulators, simulator_spec
from posframe.hal.simulators.bench import Bench
from tests.device_commands import obey_ctrl_c
from tests.hal import echo_device
from tests.hal.echo_device import EchoDevice

SALE = b"\x1b@Milk 1.19\nTOTAL 1.19\n\x1dV\x00\x1bp\x00\x19\xfa"


@pytest.fixture
def keyboard(monkeypatch):
    """Standard input as a pipe: what is written to it is typed."""
    theirs, mine = os.pipe()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(fileno=lambda: theirs))
    yield lambda *lines: os.write(mine, "".join(f"{line}\n" for line in lines).encode())
    os.close(theirs)
    os.close(mine)


@pytest.fixture
def complaint(capsys):
    def call(*arguments):
        capsys.readouterr()
        assert run([str(each) for each in arguments]) == UNUSABLE
        err = capsys.readouterr().err
        assert "Traceback" not in err
        return " ".join(err.split())

    return call


def plan_of(tmp_path, simulator=None, spec=echo_device.SIMULATOR, **more):
    return Plan(
        spec=spec, simulator=simulator or EchoDevice(), where=f"pty:{tmp_path}/device", **more
    )


@contextlib.asynccontextmanager
async def running(plan):
    """Run a device as the command does until the block ends; it may have ended by itself."""
    with anyio.fail_after(20):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(sim_run.run, plan)
            yield
            tasks.cancel_scope.cancel()


async def until(holds):
    with anyio.fail_after(15):
        while not holds():  # noqa: ASYNC110 - what is waited for makes no event
            await anyio.sleep(0.01)


class Screen:
    """What was printed until now."""

    def __init__(self, capsys):
        self._capsys, self.text = capsys, ""

    def shows(self, words):
        self.text += self._capsys.readouterr().out
        return words in self.text


@pytest.fixture
def screen(capsys):
    return Screen(capsys)


async def test_what_is_typed_is_done_and_what_happens_is_printed(tmp_path, keyboard, screen):
    link = tmp_path / "device"
    async with running(plan_of(tmp_path)):
        await until(lambda: screen.shows("Type help"))
        assert f'uri = "echo+serial:{link}"' in screen.text
        keyboard("help")
        await until(lambda: screen.shows("empty BYTES, as empty 100\npull\nplug\n"))
        host = os.open(link, os.O_RDWR | os.O_NOCTTY)
        await until(lambda: screen.shows("a host has connected"))
        keyboard("say hello")
        await anyio.wait_readable(host)
        assert os.read(host, 99) == b"hello"
        keyboard("pull")
        await until(lambda: screen.shows("the cable was pulled"))
        await until(lambda: not link.exists())
        os.close(host)
        keyboard("plug")
        await until(link.exists)


async def test_what_changes_at_the_device_is_printed_and_view_shows_it_whole(
    tmp_path, keyboard, screen
):
    async with running(plan_of(tmp_path)):
        await until(lambda: screen.shows("Type help"))
        (tmp_path / "device").write_bytes(b"1234567")
        await until(lambda: screen.shows("    received 7 bytes\n"))
        keyboard("view")
        await until(lambda: screen.shows("\nreceived 7 bytes\n"))


async def test_an_act_that_means_nothing_is_said_and_ends_nothing(tmp_path, keyboard, screen):
    async with running(plan_of(tmp_path)):
        keyboard("later soon", "sing", "", "fault nothing")
        await until(lambda: screen.shows("'soon' is no time: write later 0.5\n"))
        await until(lambda: screen.shows("This device knows no 'sing'"))
        await until(lambda: screen.shows("'nothing' in line 1 means nothing"))
        keyboard("say fine", "view")
        await until(lambda: screen.shows("received 0 bytes"))


async def test_quit_ends_it(tmp_path, keyboard):
    keyboard("quit")
    with anyio.fail_after(5):
        await sim_run.run(plan_of(tmp_path))
    assert not (tmp_path / "device").is_symlink()


@pytest.mark.parametrize("ending", ["pipe", "file", "none"])
async def test_a_device_goes_on_when_nobody_types_any_more(tmp_path, monkeypatch, screen, ending):
    typed = tmp_path / "typed"
    typed.write_text("view\nsay last words without an end of line", encoding="utf-8")
    descriptor = os.open(typed if ending == "file" else os.devnull, os.O_RDONLY)
    stdin = SimpleNamespace(fileno=lambda: descriptor)
    if ending == "none":
        stdin = open(os.devnull)  # noqa: PTH123, SIM115, ASYNC230 - closed at once: that is the point
        stdin.close()
    monkeypatch.setattr(sys, "stdin", stdin)
    async with running(plan_of(tmp_path)):
        await until((tmp_path / "device").exists)
        if ending == "file":
            await until(lambda: screen.shows("received 0 bytes"))
        await anyio.sleep(0.05)
        assert (tmp_path / "device").exists()
    os.close(descriptor)


async def test_a_scenario_and_faults_happen_to_the_device(tmp_path, keyboard, screen):
    plan = plan_of(
        tmp_path,
        scenario="at 0.05 say hello\nafter 0.05 pull\nafter 0.05 plug",
        faults="on 57 nak",
        wire=True,
    )
    async with running(plan):
        await until(lambda: screen.shows("the cable was plugged in"))
        assert re.findall(r"^ +[\d.]+  (.*)$", screen.text, re.MULTILINE)[:4] == [
            "say hello", "pull", "the cable was pulled", "plug"]  # fmt: skip
        await until((tmp_path / "device").exists)
        host = os.open(tmp_path / "device", os.O_RDWR | os.O_NOCTTY)
        os.write(host, b"W\r")
        await anyio.wait_readable(host)
        assert os.read(host, 9) == b"\x15"
        await until(lambda: screen.shows("rx 57 0D\n"))
        await until(lambda: screen.shows("fault: on 57 nak\n"))
        await until(lambda: screen.shows("tx 15\n"))
        os.close(host)


async def test_of_a_device_that_reads_what_is_personal_no_byte_is_printed(
    tmp_path, keyboard, screen
):
    secret = attrs.evolve(echo_device.SIMULATOR, secret=True)
    async with running(plan_of(tmp_path, spec=secret, wire=True)):
        await until((tmp_path / "device").exists)
        (tmp_path / "device").write_bytes(b"4711")
        await until(lambda: screen.shows("rx 4 bytes\n"))
        assert "34 37" not in screen.text


async def test_a_printer_puts_its_receipts_and_kicks_into_a_folder(tmp_path, keyboard):
    printer = simulator_spec("escpos").make({})
    paper = tmp_path / "paper"
    async with running(plan_of(tmp_path, printer, out=paper)):
        await until((tmp_path / "device").exists)
        for _ in range(3):
            (tmp_path / "device").write_bytes(SALE)
            await anyio.sleep(0.1)
        await until((paper / "receipt-000003.txt").exists)
        await until(lambda: (paper / "drawer.log").read_text().count("pin 2, 50 ms on") == 3)
    assert (paper / "receipt-000001.txt").read_text() == "Milk 1.19\nTOTAL 1.19\n"
    assert (paper / "receipt-000001.bin").read_bytes().startswith(b"\x1b@Milk")
    assert not (paper / "receipt-000004.txt").exists()


async def test_receipts_of_one_burst_are_all_kept(tmp_path, keyboard):
    printer = simulator_spec("escpos").make({"roll": "99999"})
    paper = tmp_path / "paper"
    async with running(plan_of(tmp_path, printer, out=paper)):
        await until((tmp_path / "device").exists)
        with (tmp_path / "device").open("wb") as host:
            await anyio.to_thread.run_sync(host.write, b"12345\n\x1dV\x00" * 400)
            await anyio.to_thread.run_sync(host.flush)
            await until((paper / "receipt-000400.txt").exists)


async def test_only_what_prints_has_paper(tmp_path, keyboard):
    with pytest.raises(ConfigurationError, match="prints nothing"):
        await sim_run.run(plan_of(tmp_path, out=tmp_path / "paper"))
    (tmp_path / "file").touch()
    printer = simulator_spec("escpos").make({})
    with pytest.raises(ConfigurationError, match="cannot be made"):
        await sim_run.run(plan_of(tmp_path, printer, out=tmp_path / "file" / "paper"))


async def test_a_scenario_that_fails_ends_the_command_with_its_line(tmp_path, keyboard):
    with anyio.fail_after(5), pytest.raises(BaseExceptionGroup) as caught:
        await sim_run.run(plan_of(tmp_path, scenario="\nat 0 later soon"))
    assert caught.group_contains(DataError, match=r"Line 2: 'soon' is no time")


# The command


def test_the_list_names_every_device_with_its_options(capsys):
    assert run(["sim", "list"]) == 0
    out = capsys.readouterr().out
    assert {line.split()[0] for line in out.splitlines() if not line.startswith(" ")} == set(
        installed_simulators()
    )
    assert "escpos          ESC/POS" in out
    assert "--option columns=…" in out


def test_a_device_that_is_broken_is_listed_as_such(capsys, monkeypatch):
    def broken(name):
        raise ConfigurationError(f"The simulator {name} cannot be loaded")

    monkeypatch.setattr("posframe.hal.registry.simulator_spec", broken)
    assert run(["sim", "list"]) == 0
    assert "escpos          broken: The simulator escpos cannot" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["escpus"], "There is no simulator 'escpus' did you mean 'escpos'?"),
        (["escpos", "--option", "columns"], "The option 'columns' cannot be read"),
        (["escpos", "--option", "a=1", "--option", "a=2"], "The option 'a=2' cannot be read"),
        (["escpos", "--option", "colour=red"], "colour=red"),
        (["escpos", "--listen", "udp:x"], "Cannot listen on 'udp:x' write tcp://"),
        (["escpos", "--listen", "pty:{}/no/link"], "its folder must exist"),
        (["escpos", "--scenario", "{}/none"], "none cannot be read: No such file"),
        (["escpos", "--scenario", "{}/bad"], "in line 2 means nothing"),
        (["escpos", "--faults", "{}/bad"], "Fault 'cover open' in line 2 means nothing"),
        (["scanner", "--out", "{}"], "This device prints nothing"),
        (["bench", "printer"], "The device 'printer' cannot be read write each once"),
        (["bench", "a=tone", "a=tone"], "The device 'a=tone' cannot be read"),
        (["bench", "a=none"], "There is no simulator 'none'"),
        (["bench", "a=tone@udp:x", "--folder", "{}/b"], "Cannot listen on 'udp:x'"),
        (["bench", "a=tone", "--folder", "{}/bad"], "bad cannot be made"),
        (["bench", "--till", "{}/no"], "no/till.toml"),
    ],
)
def test_what_cannot_be_is_said_with_how_to_write_it(complaint, tmp_path, arguments, message):
    (tmp_path / "bad").write_text("# nothing\ncover open\n", encoding="utf-8")
    assert message in complaint("sim", *(each.format(tmp_path) for each in arguments))


def test_the_command_serves_until_it_is_interrupted(tmp_path):
    link = tmp_path / "glass"
    command = [sys.executable, "-m", "posframe", "sim", "cd5220", "--listen", f"pty:{link}"]
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=obey_ctrl_c,
    )
    ends_s = time.monotonic() + 20
    while not link.exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < ends_s
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, err) == (0, b"")
    assert out.startswith(b'Customer display, CD5220. In till.toml: uri = "cd5220+serial:')
    assert not link.is_symlink()


# The bench


def test_without_a_screen_the_bench_says_what_to_install(complaint, monkeypatch):
    monkeypatch.setattr("posframe.plugins.installed", dict)
    assert "no screen pip install 'posframe[terminal]'" in complaint("sim", "bench")


def test_the_bench_of_a_till_is_in_its_folder_and_offers_its_goods(tmp_path, monkeypatch, capsys):
    seen = []

    def panel(bench, codes, words):
        seen.extend((bench, codes, words))
        return 0

    shop = tmp_path / "shop"
    assert run(["new", "till", str(shop), "--demo"]) == 0
    terminal = SimpleNamespace(bench=panel)
    monkeypatch.setattr("posframe.plugins.load_target", lambda _: terminal)
    assert run(["sim", "bench", "--till", str(shop), "tone=tone"]) == 0
    bench, codes, words = seen
    assert bench.folder == shop / "bench"
    assert set(codes) == set(shop_codes(None)), "the demonstration shop's, as they stand on goods"
    assert ("9521307000162", "Fresh whole milk 3.5 % 1 l") in codes
    assert any(len(code) == 8 for code, _ in codes)
    assert f"posframe run --till {shop}" in words[1]
    assert "\n".join(words) in capsys.readouterr().out


def test_the_usual_bench_has_what_a_counter_has(tmp_path):
    assert [words.partition("=")[0] for words in DEVICES] == [
        "printer", "display", "scanner", "scale"]  # fmt: skip
    assert str(Path("x", "devices.toml")) in notice(Path("x"), None)[0]


def test_a_device_of_the_bench_can_be_put_elsewhere(tmp_path):
    bench = bench_of(tmp_path, ["printer=escpos@tcp://127.0.0.1:0", "key=keylock"])
    assert isinstance(bench, Bench)
    assert [device.uri for device in bench] == [
        "escpos+tcp://127.0.0.1:0",
        f"keylock+serial:{tmp_path}/key",
    ]

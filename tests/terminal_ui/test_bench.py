"""The panel of the bench under Textual's pilot: keys in, devices and screen out."""

from __future__ import annotations

import contextlib
import os
import socket

import anyio
import pytest

from posframe import Bench, DeviceError
from posframe.hal.registry import simulator_spec
from posframe_terminal.bench.app import BenchApp
from posframe_terminal.bench.panes import in_grams, kilograms
from posframe_terminal.bench.start import start

COUNTER = {
    "printer": "escpos",
    "display": "escpos-display",
    "scanner": "scanner",
    "scale": "mt8217",
}
CODES = (("9521307000162", "Fresh whole milk"), ("20041038", "Strawberry yoghurt"))
SALE = b"\x1b@Milk        1.19\nTOTAL       1.19\n\x1dV\x00\x1bp\x00\x19\xfa"


def bench_in(folder, devices=None, **places):
    specs = {name: simulator_spec(kind) for name, kind in (devices or COUNTER).items()}
    return Bench(folder, specs, {"printer": "tcp://127.0.0.1:0", **places})


async def shows(app, pilot, *words):
    """Wait until the screen shows all of ``words``."""
    with anyio.move_on_after(5):
        while missing := [each for each in words if each not in screen_of(app)]:
            await shown(app, pilot)
    assert not missing, screen_of(app)


async def shown(app, pilot):
    """Return the screen, after everything was looked at once more."""
    await pilot.pause()
    app.look()
    await pilot.pause()
    return screen_of(app)


def screen_of(app):
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


@contextlib.asynccontextmanager
async def panel(folder, devices=None, size=(80, 24), **places):
    app = BenchApp(bench_in(folder, devices, **places), CODES, ["How to start the till"])
    async with app.run_test(size=size) as pilot:
        await until(app, lambda: (folder / "devices.toml").exists())
        yield app, pilot


async def until(app, holds):
    with anyio.fail_after(5):
        while not holds():  # noqa: ASYNC110 - what is waited for makes no event
            await anyio.sleep(0.01)
    app.look()


@contextlib.contextmanager
def host(app, name):
    """Connect to a device as a till does; yield how to send and how to read."""
    kind, _, place = app.bench.devices[name].line.address.partition(":")
    if kind == "tcp":
        with socket.create_connection(("127.0.0.1", int(place.rpartition(":")[2]))) as client:
            client.setblocking(False)  # noqa: FBT003 - the socket module's own signature
            yield client.fileno()
    else:
        line = os.open(place, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            yield line
        finally:
            os.close(line)


async def read(line):
    with anyio.fail_after(5):
        await anyio.wait_readable(line)
        return os.read(line, 100)


async def read_all(line, size):
    got = b""
    while len(got) < size:
        got += await read(line)
    return got


async def test_everything_is_on_one_small_screen(tmp_path):
    async with panel(tmp_path) as (app, pilot):
        rows = (await shown(app, pilot)).splitlines()
        assert len(rows) == 24
        assert max(map(len, rows)) <= 80
        text = "\n".join(rows)
        for title in ("F2 printer", "F3 drawer", "F4 display", "F5 scanner", "F6 scale"):
            assert f"{title}: no till" in text
        assert "paper ok, cover closed" in text
        assert "How to start the till" in text
        assert "9521307000162 Fresh whole" in text
        assert "on it 0.000 kg" in text
        for key in ("F1", "Tab", "F8", "F9", "F10", "F11"):
            assert f" {key} " in rows[-1]


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (140, 50)])
async def test_each_pane_is_reached_and_says_its_keys(tmp_path, size):
    keys = {"f2": "Near end", "f3": "Open by its key", "f5": "Scan", "f6": "Jolt"}
    async with panel(tmp_path, size=size) as (app, pilot):
        for key, words in keys.items():
            await pilot.press(key)
            await shows(app, pilot, words)
            assert app.focused.region.height >= 2
        await pilot.press("tab")
        assert app.focused is app.panes[0]
        await pilot.press("shift+tab")
        assert app.focused is app.panes[-1]


async def test_what_is_printed_scrolls_by_and_the_drawer_opens(tmp_path):
    async with panel(tmp_path) as (app, pilot):
        with host(app, "printer") as line:
            for _ in range(20):
                os.write(line, SALE)
            os.write(line, b"not cut yet\n")
            await until(app, lambda: app.bench.devices["printer"].simulator.printer.paper)
            await shows(app, pilot, "TOTAL       1.19", "8<", "not cut yet", "20 receipts")
            await shows(app, pilot, "F2 printer: till connected", "*** OPEN ***, 20 pulses")
            await pilot.press("f2", "pageup", "up")
            await shows(app, pilot, "11 more below")
            assert "not cut yet" not in await shown(app, pilot)
            await pilot.press(*["pagedown"] * 2)
            await shows(app, pilot, "not cut yet")
            await pilot.press("f3", "c")
            await shows(app, pilot, "closed, 20 pulses")
            assert not app.bench.devices["printer"].simulator.drawer_open
            await pilot.press("o", "s")
            await shows(app, pilot, "*** OPEN ***, STUCK")


async def test_paper_cover_cutter_and_power_are_keys(tmp_path):
    async with panel(tmp_path) as (app, pilot):
        printer = app.bench.devices["printer"].simulator
        await pilot.press("f2", "c", "p", "j")
        assert (printer.cover_open, printer.paper, printer.cutter_jammed) == (True, "out", True)
        await shows(app, pilot, "paper out, COVER OPEN, CUTTER JAMMED, stopped")
        await pilot.press("c", "p", "j", "n")
        assert (printer.cover_open, printer.paper) == (False, "near end")
        await shows(app, pilot, "paper near end, cover closed, cutter ok, ready")
        await pilot.press("o")
        assert not printer.power
        await shows(app, pilot, "OFF")


async def test_what_the_customer_reads_is_on_the_panel(tmp_path):
    async with panel(tmp_path) as (app, pilot):
        with host(app, "display") as line:
            os.write(line, b"\x0cMilk            1.19")
            glass = app.bench.devices["display"].simulator.glass
            await until(app, lambda: glass.lines()[0])
            await shows(app, pilot, "|Milk            1.19|")


async def test_a_code_is_typed_or_chosen_and_scanned(tmp_path):
    async with panel(tmp_path) as (app, pilot):
        with host(app, "scanner") as line:
            await until(app, lambda: app.bench.devices["scanner"].line.connected)
            await pilot.press("f5", *"4006381333931", "enter")
            assert await read_all(line, 14) == b"4006381333931\r"
            await pilot.press(*"yogh")
            await shows(app, pilot, "20041038 Strawberry")
            assert "9521307000162" not in await shown(app, pilot)
            await pilot.press("down", "enter")
            assert await read_all(line, 9) == b"20041038\r"
            await pilot.press("enter")
            assert await read_all(line, 9) == b"20041038\r", "Enter scans it once more"
            await pilot.press("escape", "down", "down", "up", "enter")
            assert await read_all(line, 14) == b"9521307000162\r"
            await pilot.press("escape", "x", "y", "backspace")
            await shows(app, pilot, "scan x_")
            await pilot.press("up", "down", "escape", "enter")
            assert app.bench.devices["scanner"].simulator.scans == 4, "nothing is no code"


async def test_weight_is_typed_put_step_by_step_and_taken_off(tmp_path):
    async with panel(tmp_path) as (app, pilot):
        platter = app.bench.devices["scale"].simulator.platter
        await pilot.press("f6", *"1.25", "enter")
        assert platter.load == 1_250_000
        await shows(app, pilot, "on it 1.250 kg")
        await pilot.press("right", "up", "left", "down", "down")
        assert platter.load == 1_150_000
        with host(app, "scale") as line:
            answer = b""
            with anyio.fail_after(5):
                while answer != b"\x0201.150\r":
                    os.write(line, b"W")
                    answer = await read(line)
                    while not answer.endswith(b"\r"):
                        answer += await read(line)
                    await anyio.sleep(0.05)
        await pilot.press("j", "t")
        assert platter.load == 0
        await pilot.press(*"9,9x", "backspace", "backspace")
        await shows(app, pilot, "put 9_")
        await pilot.press("escape", "down", "enter")
        assert platter.load == 0
        await shows(app, pilot, "on it 0.000 kg")


@pytest.mark.parametrize("name", list(COUNTER))
async def test_a_cable_is_pulled_and_plugged_by_one_key(tmp_path, name):
    async with panel(tmp_path) as (app, pilot):
        device = app.bench.devices[name]
        pane = next(pane for pane in app.panes if pane.device is device)
        pane.focus()
        with host(app, name) as line:
            await until(app, lambda: device.line.connected)
            await pilot.press("f9")
            await shows(app, pilot, f"{name}: CABLE PULLED")
            with contextlib.suppress(OSError):
                assert await read(line) == b""
            await until(app, lambda: not device.line.connected)
        await pilot.press("f9")
        await until(app, lambda: _opens(app, name))
        await shows(app, pilot, f"{name}: no till")


def _opens(app, name):
    try:
        with host(app, name):
            return True
    except OSError:
        return False


async def test_any_act_can_be_typed_and_a_refused_one_says_why(tmp_path):
    async with panel(tmp_path) as (app, pilot):
        await pilot.press("f2", "f8", *"paper 20", "enter")
        assert app.bench.devices["printer"].simulator.paper == "near end"
        assert app.focused is app.panes[0]
        await pilot.press("f8", *"sing", "enter")
        await shows(app, pilot, "This device knows no 'sing'")
        await pilot.press("f8", *"fault on 57 explode", "enter")
        await shows(app, pilot, "means nothing")
        await pilot.press("f8", *"fault on 57 nak", "escape")
        assert "fault on 57 nak" not in await shown(app, pilot)
        assert app.focused is app.panes[0]
        await pilot.press("f8", "f5", "a")
        assert not app._line.display
        await shows(app, pilot, "scan a_")


async def test_the_bytes_on_the_lines_are_shown_when_asked_for(tmp_path):
    async with panel(tmp_path) as (app, pilot):
        with host(app, "printer") as line:
            os.write(line, b"\x10\x04\x01")
            await read(line)
            assert "rx 10 04 01" not in await shown(app, pilot)
            await pilot.press("f11")
            os.write(line, b"\x10\x04\x01" + b"x" * 40)
            await read(line)
            app.look()
            await shows(app, pilot, "rx 10 04 01 78")
            await pilot.press("f11")
            await shows(app, pilot, "bytes are hidden")


async def test_help_names_every_act_of_the_device_and_leaves_by_a_key(tmp_path):
    async with panel(tmp_path, size=(100, 50)) as (app, pilot):
        await pilot.press("f6", "f1")
        text = await shown(app, pilot)
        device = app.bench.devices["scale"]
        assert all(usage in text for usage in device.usages())
        assert "mt8217+serial:" in text
        assert "duplicate | close" in text
        await shows(app, pilot, "Back to the panel")
        await pilot.press("down", "up", "pagedown", "pageup", "f9", "escape")
        assert all(each.line.plugged for each in app.bench), "keys of the panel wait"
        await shows(app, pilot, "F6 scale")
        assert len(app.screen_stack) == 1


async def test_other_devices_have_plain_panes(tmp_path):
    devices = {"key": "keylock", "drawer": "relay", "tone": "tone", "pole": "cd5220", "a": "tone",
               "b": "tone", "c": "tone"}  # fmt: skip
    async with panel(tmp_path, devices) as (app, pilot):
        await shows(app, pilot, "F3 drawer: no till")
        await shows(app, pilot, "drawer closed")
        await pilot.press("f8", *"turn SUPERVISOR", "enter")
        assert app.bench.happenings[-1].words == "turn SUPERVISOR"
        await pilot.press("f3", *["tab"] * 5)
        await shows(app, pilot, "Tab c: no till")
        assert "[devices.printer]" not in app.bench.settings()
        assert app.bench.settings().count("[devices.drawer]") == 1


async def test_of_a_device_that_reads_what_is_personal_no_byte_is_shown(tmp_path):
    async with panel(tmp_path, {"cards": "msr"}) as (app, pilot):
        with host(app, "cards") as line:
            await until(app, lambda: app.bench.devices["cards"].line.connected)
            await pilot.press("f11", "f8", *"swipe ;12345678?", "enter")
            await read(line)
            await shows(app, pilot, "cards    tx ", " bytes")
            assert "31 32" not in screen_of(app)


async def test_a_drawer_of_its_own_takes_the_place_of_the_printer_s(tmp_path):
    async with panel(tmp_path, {"printer": "escpos", "drawer": "relay"}) as (app, _):
        settings = app.bench.settings()
        assert settings.count("[devices.drawer]") == 1
        assert f'uri = "relay+serial:{tmp_path}/drawer"' in settings


async def test_the_settings_are_lines_of_till_toml(tmp_path):
    import tomllib

    async with panel(tmp_path) as (app, _):
        settings = tomllib.loads((tmp_path / "devices.toml").read_text())["devices"]
        assert {name: entry["uri"] for name, entry in settings.items()} == {
            "printer": f"escpos+{app.bench.devices['printer'].line.address}",
            "drawer": "drawer+on://printer",
            "display": f"escpos-display+serial:{tmp_path}/display",
            "scanner": f"scanner+serial:{tmp_path}/scanner",
            "scale": f"mt8217+serial:{tmp_path}/scale",
        }
        assert not settings["printer"]["uri"].endswith(":0")
    assert not (tmp_path / "scale").is_symlink(), "links go with the bench"


@pytest.mark.parametrize("key", ["f10", "ctrl+q", "ctrl+c"])
async def test_it_is_left_by_a_key(tmp_path, key):
    app = BenchApp(bench_in(tmp_path))
    async with app.run_test() as pilot:
        await pilot.press(key)
    assert app.return_value is None
    assert not app.is_running


async def test_devices_that_cannot_be_served_end_it_with_the_reason(tmp_path):
    app = BenchApp(bench_in(tmp_path, scale=f"pty:{tmp_path}/none/scale"))
    async with app.run_test():
        await until(app, lambda: app.return_value is not None)
    assert isinstance(app.return_value, DeviceError)
    assert "its folder must exist" in app.return_value.hint


def test_the_reason_is_raised_for_the_command_line(tmp_path, monkeypatch):
    monkeypatch.setattr(BenchApp, "run", lambda *_args, **_more: DeviceError("taken"))
    with pytest.raises(DeviceError, match="taken"):
        start(bench_in(tmp_path), (), ())
    monkeypatch.setattr(BenchApp, "run", lambda *_args, **_more: None)
    assert start(bench_in(tmp_path), (), ()) == 0


@pytest.mark.parametrize(
    ("text", "grams"),
    [("1.25", 1250), ("0.005", 5), (".5", 500), ("2", 2000), ("99", 30_000), ("1.2345", None),
     ("", None), (".", None), ("1.2.3", None)],
)  # fmt: skip
def test_kilograms_are_read_exactly(text, grams):
    assert in_grams(text) == grams
    if grams and grams < 30_000:
        assert in_grams(kilograms(grams)) == grams

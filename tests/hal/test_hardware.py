"""Laws of a till's devices together: each is made from its address, and fails for itself alone."""

from __future__ import annotations

import anyio
import pytest

from posframe.config import DeviceEntry
from posframe.errors import ConfigurationError
from posframe.hal.drivers import cd5220_display
from posframe.hal.entries import check_devices
from posframe.hal.facts import DeviceState, Scan, StateChanged
from posframe.hal.progress import Outcome
from posframe.hal.registry import simulator_spec
from posframe.hal.simulators.escpos_paper import Kick
from posframe.testing.virtual_clock import VIRTUAL_TIME
from tests.hal.hardware_bench import AWAY, Wires, opened
from tests.hal.printer_bench import FULL, device, note, texts

PRINTER = f"escpos+tcp://printer?profile={FULL}"
SCALE = "mt8217+serial:/dev/scale"
DISPLAY = "cd5220+serial:/dev/display"
SCANNER = "scanner+serial:/dev/scanner"


@pytest.fixture
def anyio_backend():
    return VIRTUAL_TIME


@pytest.fixture
def wires(monkeypatch):
    found = Wires(
        printer=device(sensor="none"),
        scale=simulator_spec("mt8217").make({"load": "1.250"}),
        display=simulator_spec("cd5220").make({}),
        scanner=simulator_spec("scanner").make({}),
    )
    monkeypatch.setattr("posframe.hal.hardware.make_transport", found.make)
    return found


async def printed(shop, words="one", job="1"):
    return (await shop.printer.submit(note(words), job_id=job, deadline_s=5.0)).outcome


BROKEN = {
    "receipt printer": ("is no device address", "write DRIVER+TRANSPORT:ADDRESS"),
    "escpoz+tcp://x": ("There is no driver 'escpoz'", "did you mean 'escpos'?"),
    "escpos+tpc://x": ("does not work over tpc", "did you mean 'tcp'?"),
    "escpos+tcp://x:port": ("is not understood", "Write tcp://"),
    "escpos+tcp://x?profil=y": ("has no option 'profil'", "did you mean 'profile'?"),
    "escpos+tcp://x?profile=generic-80m": ("generic-80m", "generic-80mm"),
    "mt8217+serial:ttyUSB0": ("names no port", "write serial:/dev/"),
    "mt8217+serial:/dev/ttyS0?baud=fast": ("baud=fast", "whole number"),
    "mt8217+serial:/dev/ttyS0?unit=stone": ("unit=stone cannot be", "kg, lb"),
    "drawer+on://prnter": ("no printer of this till", "did you mean 'printer'?"),
    "drawer+on://printer?pin=3": ("pin", ""),
    "drawer+on://printer?pni=2": ("has no option 'pni'", "did you mean 'pin'?"),
    "drawer+on://scale": ("no printer of this till", "devices:"),
    "drawer+on://broken": ("no printer of this till", "devices:"),
}


@pytest.mark.parametrize("uri", BROKEN)
async def test_a_setting_that_cannot_be_fails_its_own_device_with_what_can(wires, uri):
    words, hint = BROKEN[uri]
    async with opened(wires, {"broken": uri, "printer": PRINTER, "scale": SCALE}) as shop:
        broken = shop.devices["broken"]
        assert broken.state is DeviceState.FAILED
        assert words in broken.reason
        assert hint in broken.hint
        assert await printed(shop) is Outcome.DONE
        assert str((await shop.scale.weigh(5.0)).weight) == "1.250 kg"
        assert broken.state is DeviceState.FAILED
        assert (shop.state("printer"), shop.state("scale")) == ("ready", "ready")


@pytest.mark.parametrize("uri", BROKEN)
def test_the_same_is_said_by_who_checks_the_settings(wires, uri):
    entries = {name: DeviceEntry(uri=found) for name, found in
               {"broken": uri, "printer": PRINTER, "scale": SCALE}.items()}  # fmt: skip
    with pytest.raises(ConfigurationError) as refused:
        check_devices(entries, AWAY)
    words, hint = BROKEN[uri]
    assert refused.value.message.startswith("devices.broken: ")
    assert words in refused.value.message
    assert hint in refused.value.hint
    del entries["broken"]
    check_devices(entries, AWAY)


async def test_a_device_that_is_not_there_keeps_nobody_waiting(wires):
    wires.unplugged |= {"scale", "display", "scanner"}
    entries = {"scale": SCALE, "display": DISPLAY, "scanner": SCANNER, "printer": PRINTER}
    async with opened(wires, entries) as shop:
        shop.display.show(("Milk", "1.19"))
        begun = anyio.current_time()
        assert await printed(shop) is Outcome.DONE
        assert anyio.current_time() - begun < 1.0
        assert {shop.state(name) for name in ("scale", "display", "scanner")} == {"offline"}
        wires.unplugged.clear()
        await shop.settle()
        assert {shop.state(name) for name in entries} == {"ready"}


async def test_a_driver_that_cannot_be_loaded_fails_its_devices_only(wires, monkeypatch):
    real = wires.make

    def broken(name):
        if name == "cd5220":
            raise ConfigurationError("The driver cd5220 needs glass, which is not installed")
        return found(name)

    found = monkeypatch.undo or None
    assert real
    del broken, found

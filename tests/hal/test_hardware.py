"""Laws of a till's devices together: each is made from its address, and fails for itself alone."""

from __future__ import annotations

import anyio
import pytest

from posframe.config import DeviceEntry
from posframe.errors import ConfigurationError
from posframe.hal import registry
from posframe.hal.entries import check_devices
from posframe.hal.facts import DeviceState, Scan
from posframe.hal.progress import Outcome
from posframe.hal.registry import simulator_spec
from posframe.hal.simulators.escpos_paper import Kick
from posframe.hal.transports import make_transport
from posframe.testing.virtual_clock import VIRTUAL_TIME
from tests.hal.hardware_bench import AWAY, Wires, opened
from tests.hal.printer_bench import FULL, device, note, texts

PRINTER = f"escpos+tcp://printer?profile={FULL}"
SCALE = "mt8217+serial:/dev/scale"
DISPLAY = "cd5220+serial:/dev/display"
SCANNER = "scanner+serial:/dev/scanner"
ALL = {"printer": PRINTER, "scale": SCALE, "display": DISPLAY, "scanner": SCANNER}


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


async def printed(shop, words="one"):
    return (await shop.printer.submit(note(words), job_id=words, deadline_s=5.0)).outcome


BROKEN = {
    "receipt printer": ("is no device address", "write DRIVER+TRANSPORT:ADDRESS"),
    "escpoz+tcp://x": ("There is no driver 'escpoz'", "did you mean 'escpos'?"),
    "escpos+tpc://x": ("does not work over tpc", "did you mean 'tcp'?"),
    "escpos+tcp://x:port": ("names no host and port", "tcp://"),
    "escpos+tcp://x?profil=y": ("has no option 'profil'", "did you mean 'profile'?"),
    "escpos+tcp://x?profile=generic-80m": ("generic-80m", "generic-80mm"),
    "escpos+virtual:": ("virtual: is not understood", "Write virtual:FOLDER"),
    "mt8217+serial:ttyUSB0": ("names no port", "write serial:/dev/"),
    "mt8217+serial:/dev/ttyS0?baud=fast": ("baud=fast", "whole number"),
    "mt8217+serial:/dev/ttyS0?buad=9600": ("has no option 'buad'", "did you mean 'baud'?"),
    "mt8217+serial:/dev/ttyS0?unit=stone": ("unit=stone cannot be", "kg, lb"),
    "drawer+on://prnter": ("no printer of this till", "did you mean 'printer'?"),
    "drawer+on://broken": ("no printer of this till", "printers: printer"),
    "drawer+on://scale": ("no printer of this till", "printers: printer"),
    "drawer+on://printer?pin=3": ("pin", ""),
    "drawer+on://printer?pni=2": ("has no option 'pni'", "did you mean 'pin'?"),
}


@pytest.mark.parametrize("uri", BROKEN)
async def test_a_setting_that_cannot_be_fails_its_own_device_and_says_what_can(wires, uri):
    words, hint = BROKEN[uri]
    async with opened(wires, {"printer": PRINTER, "scale": SCALE, "broken": uri}) as shop:
        broken = shop.devices["broken"]
        for _ in range(2):
            assert broken.state is DeviceState.FAILED
            assert words in broken.reason
            assert hint in broken.hint
            await anyio.sleep(100.0)  # it is tried again, and is still so
        assert await printed(shop) is Outcome.DONE
        assert str((await shop.scale.weigh(5.0)).weight) == "1.250 kg"
        assert (shop.state("printer"), shop.state("scale")) == ("ready", "ready")


@pytest.mark.parametrize("uri", BROKEN)
def test_the_same_is_said_by_who_only_checks_the_settings(wires, uri):
    uris = {"printer": PRINTER, "scale": SCALE, "broken": uri}
    entries = {name: DeviceEntry(uri=found) for name, found in uris.items()}
    words, hint = BROKEN[uri]
    with pytest.raises(ConfigurationError) as refused:
        check_devices(entries, AWAY)
    assert refused.value.message.startswith("devices.broken: ")
    assert words in refused.value.message
    assert hint in refused.value.hint
    del entries["broken"]
    check_devices(entries, AWAY)


async def test_devices_that_are_not_there_keep_nobody_waiting_and_come_when_they_are_back(wires):
    wires.unplugged |= {"scale", "display", "scanner"}
    async with opened(wires, ALL) as shop:
        shop.display.show(("Milk", "1.19"))
        begun = anyio.current_time()
        assert await printed(shop) is Outcome.DONE
        assert anyio.current_time() - begun < 1.0
        assert {shop.state(name) for name in ("scale", "display", "scanner")} == {"offline"}
        wires.unplugged.clear()
        await shop.settle()
        assert {shop.state(name) for name in ALL} == {"ready"}


async def test_a_driver_that_cannot_be_loaded_fails_its_devices_only(wires, monkeypatch):
    def load(offer, default):
        if offer.name == "cd5220":
            raise ModuleNotFoundError("No module named 'glass'", name="glass")
        return loaded(offer, default)

    loaded = registry.load
    monkeypatch.setattr(registry, "load", load)
    async with opened(wires, ALL) as shop:
        found = shop.devices["display"]
        assert (shop.state("display"), found.reason) == (
            "failed", "devices.display: The driver cd5220 needs glass, which is not installed",
        )  # fmt: skip
        assert "pip install" in found.hint
        assert {shop.state(name) for name in ALL if name != "display"} == {"ready"}


async def test_a_bug_in_a_display_s_driver_fails_the_display_only(wires, monkeypatch):
    async def show(self, lines):
        raise ZeroDivisionError("division by zero")

    async with opened(wires, ALL) as shop:
        driver = shop.devices["display"].driver
        monkeypatch.setattr(type(driver), "show", show)
        shop.display.show(("Milk", "1.19"))
        await shop.settle()
        assert (shop.state("display"), shop.devices["display"].reason) == (
            "failed", "ZeroDivisionError: division by zero",
        )  # fmt: skip
        assert await printed(shop) is Outcome.DONE
        monkeypatch.undo()
        monkeypatch.setattr("posframe.hal.hardware.make_transport", wires.make)
        await shop.settle(61.0)
        assert "Milk" in "\n".join(wires.twins["display"].view()), "it is tried again"


async def test_a_bug_in_a_scale_s_driver_that_is_watched_fails_the_scale_only(wires, monkeypatch):
    async def read(self, deadline_s):
        raise ZeroDivisionError("division by zero")

    async with opened(wires, ALL) as shop:
        await shop.scale.weigh(5.0)
        monkeypatch.setattr(type(shop.devices["scale"].driver), "read", read)
        await shop.settle()
        assert shop.state("scale") == "failed"
        assert await printed(shop) is Outcome.DONE


async def test_a_drawer_on_a_connector_is_opened_by_its_printer(wires):
    drawers = {
        "drawer": "drawer+on://printer",
        "second": DeviceEntry(uri="drawer+on://printer?pin=5&on_ms=100", options={"off_ms": 200}),
    }
    async with opened(wires, {**drawers, **ALL}) as shop:
        for name in drawers:
            result = await shop.drawers[name].kick(deadline_s=3.0)
            assert result.sent
            assert (shop.state(name), shop.class_of(name)) == ("ready", "drawer")
        assert shop.drawer is shop.drawers["drawer"]
        assert list(wires.twins["printer"].printer.kicks) == [Kick(2, 50, 500), Kick(5, 100, 200)]
        assert "drawer" not in shop.devices, "its printer's line is its own"
        await wires.pull("printer")
        await shop.settle()
        assert shop.state("drawer") == "offline"


async def test_a_drawer_without_its_printer_says_so_and_opens_for_nobody(wires):
    async with opened(wires, {**ALL, "drawer": "drawer+on://prnter"}) as shop:
        result = await shop.drawer.kick(deadline_s=3.0)
        assert result.outcome is Outcome.NOT_STARTED
        assert "hangs on 'prnter', which is no printer of this till" in result.detail
        assert shop.class_of("drawer") == "drawer"
        assert not wires.twins["printer"].printer.kicks


async def test_a_drawer_of_its_own_is_opened_by_its_own_line(wires):
    wires.twins["relay"] = relay = simulator_spec("relay").make({})
    async with opened(wires, {**ALL, "drawer": "relay+serial:/dev/relay"}) as shop:
        assert (await shop.drawer.kick(deadline_s=3.0)).sent
        assert len(relay.pulses) == 1
        assert not wires.twins["printer"].printer.kicks
        assert shop.class_of("drawer") == "drawer"


@pytest.mark.parametrize(("name", "uri"), [("printer", SCALE), ("drawer", DISPLAY)])
async def test_what_a_till_knows_by_name_has_to_be_such_a_device(wires, name, uri):
    """A receipt for a scale would be an error inside its driver, and end the scale with it."""
    async with opened(wires, {**ALL, name: uri}) as shop:
        assert f"The {name} of this till cannot be a" in shop.devices[name].reason
        with pytest.raises(ConfigurationError, match=f"devices.{name}"):
            check_devices({name: DeviceEntry(uri=uri)}, AWAY)


async def test_devices_are_found_by_their_class(wires):
    more = {"back": "escpos+memory:", "odd": "nonsense", "drawer": "drawer+on://back"}
    async with opened(wires, {**more, **ALL}) as shop:
        assert [each.name for each in shop.of_class("printer")] == ["back", "printer"]
        assert [each.name for each in shop.of_class("scanner")] == ["scanner"]
        assert shop.of_class("card") == []
        assert {name: shop.class_of(name) for name in more} == {
            "back": "printer", "odd": "", "drawer": "drawer",
        }  # fmt: skip
        assert shop.scale.device is shop.devices["scale"]
        assert shop.display.device is shop.devices["display"]


def test_a_till_without_such_devices_has_none(tmp_path):
    from posframe.hal.hardware import Hardware

    hardware = Hardware({}, tmp_path)
    found = (hardware.printer, hardware.drawer, hardware.display, hardware.scale)
    assert found == (None, None, None, None)


async def test_a_scan_reaches_the_newest_lease_of_scanners_and_else_everybody(wires):
    async with opened(wires, ALL) as shop:
        with shop.bus.lease("scanner", "a dialog") as lease:
            wires.act("scanner", "scan 96385074")
            await shop.settle(0.5)
            assert (await anext(lease)).fact.code == "96385074"
        assert shop.facts("scanner") == []
        wires.act("scanner", "scan 4006381333931")
        await shop.settle(0.5)
        assert [fact.code for fact in shop.facts("scanner") if isinstance(fact, Scan)] == [
            "4006381333931"
        ]


async def test_the_display_shows_the_latest_value_again_after_a_reconnect(wires):
    async with opened(wires, ALL) as shop:
        shown = wires.twins["display"].shown
        shop.display.show(("Milk", "1.19"))
        await shop.settle(0.1)
        assert reads(shown[-1]) == ("Milk", "1.19")
        await wires.pull("display")
        wires.twins["display"].restarted()
        await shop.settle(20.0)
        wires.plug("display")
        await shop.settle()
        assert reads(shown[-1]) == ("Milk", "1.19")


async def test_values_that_came_while_the_display_was_away_are_skipped(wires):
    wires.unplugged.add("display")
    async with opened(wires, ALL) as shop:
        for number in range(100):
            shop.display.show(("Milk", f"{number}.00"))
            await shop.settle(0.1)
        wires.plug("display")
        await shop.settle()
        assert [reads(rows) for rows in wires.twins["display"].shown] == [
            ("", ""), ("Milk", "99.00"),
        ]  # fmt: skip


async def test_the_same_value_is_not_sent_twice(wires):
    async with opened(wires, ALL) as shop:
        shop.display.show(("Milk", "1.19"))
        await shop.settle(0.1)
        sent = wires.lines["display"].written
        for _ in range(3):
            shop.display.show(("Milk", "1.19"))
            await shop.settle(0.1)
        assert wires.lines["display"].written == sent


def reads(rows):
    return tuple(row.strip() for row in rows)


async def test_line_settings_are_the_protocol_s_unless_till_toml_says_otherwise(wires):
    entries = {
        "own": "mt8217+serial:/dev/scale",
        "uri": "mt8217+serial:/dev/scale?baud=4800&unit=lb",
        "table": DeviceEntry(
            uri="mt8217+serial:/dev/scale?baud=4800",
            options={"baud": 2400, "exclusive": False, "probe": False},
        ),
        "network": "mt8217+tcp://scale",
    }
    default = {"baud": "9600", "format": "7E1", "parity_errors": "mark"}
    async with opened(wires, entries) as shop:
        assert [options for _, _, options in wires.asked[:4]] == [
            default,
            {**default, "baud": "4800"},
            {**default, "baud": "2400", "exclusive": "False"},
            {},
        ]
        assert shop.plans["uri"].options.unit == "lb"
    line = make_transport("serial", "/dev/scale", wires.asked[2][2]).line
    assert (line.baud, line.data_bits, line.parity, line.exclusive) == (2400, 7, "E", False)


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("escpos+virtual:receipts", "/a till's folder/receipts"),
        ("escpos+virtual://receipts", "/a till's folder/receipts"),
        ("escpos+file:paper/today", "/a till's folder/paper/today"),
        ("escpos+file:/dev/usb/lp0", "/dev/usb/lp0"),
        ("escpos+file:///dev/usb/lp0", "/dev/usb/lp0"),
        ("mt8217+replay:scale.log", "/a till's folder/scale.log"),
        ("escpos+serial:/dev/ttyS0", "/dev/ttyS0"),
    ],
)
async def test_relative_paths_begin_in_the_till_s_folder(wires, uri, path):
    wires.twins[path.rpartition("/")[2]] = device()
    async with opened(wires, {"some": uri}):
        assert wires.asked[0][1] == path


async def test_a_virtual_printer_writes_its_receipts_into_the_till_s_folder(tmp_path):
    async with opened(Wires(), {"printer": "escpos+virtual:receipts"}, tmp_path) as shop:
        assert await printed(shop, "whole") is Outcome.DONE
    (receipt,) = (tmp_path / "receipts").glob("*.txt")
    assert "whole" in receipt.read_text("utf-8")


async def test_how_often_a_line_may_be_lost_is_the_device_s_own(wires):
    careful = DeviceEntry(uri=SCALE, losses_per_minute=1)
    async with opened(wires, {**ALL, "scale": careful}) as shop:
        for _ in range(3):
            await wires.pull("scale")
            await wires.pull("scanner")
            wires.unplugged.clear()
            await shop.settle()
        assert shop.state("scale") == "failed"
        assert "again and again" in shop.devices["scale"].reason
        assert shop.state("scanner") == "ready"


async def test_everything_ends_when_the_till_does(wires):
    async with opened(wires, ALL) as shop:
        await printed(shop)
    assert {shop.state(name) for name in ALL} == {"closed"}
    assert not any(line.is_open for line in wires.lines.values())
    assert texts(wires.twins["printer"]) == ["one\n"]

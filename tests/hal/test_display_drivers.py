"""Customer displays: what a customer reads, whatever happens to the line before and meanwhile."""

from __future__ import annotations

import math

import anyio
import attrs
import pytest

from posframe.errors import ConfigurationError
from posframe.hal.driver import DeviceSetup
from posframe.hal.facts import WireNoise
from posframe.hal.options import read_options
from posframe.hal.simulators.aedex_display import AedexSimulator
from posframe.hal.simulators.cd5220_display import Cd5220Simulator
from posframe.hal.simulators.escpos_display import EscposDisplaySimulator
from posframe.hal.simulators.glass import Glass
from posframe.hal.simulators.utc_display import UtcSimulator
from posframe.hal.transports import TransportError
from posframe.hal.transports.file import FileTransport
from posframe.hal.transports.simulated import SimulatedTransport
from posframe.testing.hal.kits import outputs
from posframe.testing.hal.workbench import workbench

BASE = {
    "escpos": outputs.ESCPOS_DISPLAY,
    "escpos on a printer's line": outputs.ESCPOS_DISPLAY_ON_PRINTER,
    "cd5220": outputs.CD5220,
    "cd5220 cursor": outputs.CD5220_CURSOR,
    "utc": outputs.UTC,
    "utc standard": outputs.UTC_STANDARD,
    "aedex": outputs.AEDEX,
}


def variant(kit, make, **options):
    return attrs.evolve(kit, simulator=lambda: make(Glass()), options={**kit.options, **options})


KITS = {
    **BASE,
    "utc at power-up enhanced": variant(outputs.UTC, lambda it: UtcSimulator(it, enhanced=True)),
    "utc left by 1E": variant(outputs.UTC, lambda it: UtcSimulator(it, leave=b"\x1e"), leave="1E"),
    "utc placed by 0F": variant(
        outputs.UTC_STANDARD, lambda it: UtcSimulator(it, position=b"\x0f"), position="0F"
    ),
    "aedex reset": variant(outputs.AEDEX, AedexSimulator, reset="yes"),
}
BLANK = ("", "")


@pytest.fixture(params=KITS.values(), ids=KITS)
def kit(request):
    return request.param


async def test_the_customer_reads_what_is_shown_last(kit):
    async with workbench(kit) as bench:
        glass, garbage = bench.simulator.glass, bench.simulator.garbage
        for lines in (
            ("Tomatoes  2.50", "TOTAL  17.49"),
            ("Tomatoes  2.50", "TOTAL  17.50"),
            ("Thank you", ""),
            ("", "at the bottom"),
            ("12345678901234567890", "12345678901234567890"),
            ("", ""),
            ("x", "y", "never seen"),
        ):
            await bench.driver.show(lines)
            shown = tuple(spread(line) for line in lines[:2])
            assert glass.lines() == shown
        assert not glass.cursor_shown
        assert bench.simulator.garbage == garbage
        await bench.driver.clear()
        assert glass.lines() == BLANK


def spread(line):
    left, gap, right = line.partition("  ")
    return left.ljust(20 - len(right)) + right if gap else line


async def test_the_display_is_left_blank(kit):
    async with workbench(kit) as bench:
        await bench.driver.show(("Thank you", "Good bye"))
    assert bench.simulator.glass.lines() == BLANK


async def test_a_line_lost_at_any_byte_leaves_nothing_behind_on_the_next_one(kit):
    lines = ("Tomatoes  2.50", "TOTAL  17.49")
    async with workbench(kit) as bench:
        await bench.driver.show(("Before", "before"))
        await bench.driver.show(lines)
        length = bench.line.written
    for offset in range(length):
        simulator = kit.simulator()
        line = SimulatedTransport(simulator, lost_after=offset)
        async with workbench(kit, line, start=False) as bench:
            with pytest.raises(TransportError):
                await everything(bench.driver, lines)
        async with workbench(kit, SimulatedTransport(simulator)) as bench:
            assert simulator.glass.lines() == BLANK
            await bench.driver.show(lines)
            assert simulator.glass.lines() == tuple(map(spread, lines))


async def everything(driver, lines):
    await driver.start()
    await driver.show(("Before", "before"))
    await driver.show(lines)


async def test_a_display_that_lost_its_power_comes_back_with_the_next_line(kit):
    simulator = kit.simulator()
    async with workbench(kit, SimulatedTransport(simulator)) as bench:
        await bench.driver.show(("Tomatoes", "2.50"))
        bench.line.act("power")
        assert simulator.glass.lines() == BLANK
    async with workbench(kit, SimulatedTransport(simulator)) as bench:
        await bench.driver.show(("Tomatoes", "2.50"))
        assert simulator.glass.lines() == ("Tomatoes", "2.50")


async def test_bytes_that_arrive_one_by_one_show_the_same(kit):
    whole, single = kit.simulator(), kit.simulator()
    async with workbench(kit, SimulatedTransport(whole)) as bench:
        driver = bench.driver
        sent = []
        send = driver.line.write

        async def write(data, deadline_s):
            sent.append(data)
            return await send(data, deadline_s)

        driver.line.write = write
        await driver.start()
        await driver.show(("Tomatoes  2.50", "TOTAL"))
        for byte in b"".join(sent):
            single.feed(bytes((byte,)), 0.0)
        assert single.glass.lines() == whole.glass.lines() != BLANK


class SlowLine(SimulatedTransport):
    """Hands over one byte at a time, and can be cancelled at each."""

    async def write(self, data, deadline_s):
        with anyio.fail_after(deadline_s):
            for byte in data:
                await super().write(bytes((byte,)), deadline_s)
        return len(data)


async def test_a_cancelled_text_is_sent_whole_or_not_at_all(kit):
    for steps in range(6):
        async with workbench(kit, SlowLine(kit.simulator())) as bench:
            await bench.driver.show(("Before", "before"))
            with anyio.CancelScope() as scope:
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(bench.driver.show, ("Tomatoes  2.50", "TOTAL  17.49"))
                    for _ in range(steps):
                        await anyio.lowlevel.checkpoint()
                    scope.cancel()
            lines = bench.simulator.glass.lines()
            assert lines in {("Before", "before"), ("Tomatoes        2.50", "TOTAL          17.49")}
            if isinstance(bench.simulator, EscposDisplaySimulator):
                assert bench.simulator.selected is not bench.simulator.shared
            await bench.driver.show(("After", "after"))
            assert bench.simulator.glass.lines() == ("After", "after")


async def test_after_a_text_that_went_in_part_the_next_one_is_read_whole(kit, monkeypatch):
    monkeypatch.setattr("posframe.hal.text_display.CANCEL_S", 0.001)
    async with workbench(kit) as bench:
        await bench.driver.show(("Before", "before"))
        for taken in range(1, 12):
            bench.line.stuck_after = bench.line.written + taken
            with pytest.raises(TransportError):
                await bench.driver.show(("Tomatoes  2.50", "TOTAL  17.49"))
            bench.line.stuck_after = math.inf
            await bench.driver.show(("Before", "before"))
            assert bench.simulator.glass.lines() == ("Before", "before")
        bench.line.stuck_after = bench.line.written + 2
        with pytest.raises(TransportError):
            await bench.driver.show(("Tomatoes  2.50", "TOTAL  17.49"))
        bench.line.stuck_after = math.inf
    assert bench.simulator.glass.lines() == BLANK


async def test_a_display_that_takes_no_more_ends_in_time(kit, monkeypatch):
    monkeypatch.setattr("posframe.hal.text_display.CANCEL_S", 0.05)
    async with workbench(kit) as bench:
        bench.line.stuck_after = bench.line.written + 1
        with anyio.fail_after(1), pytest.raises(TransportError):
            await bench.driver.show(("Tomatoes", ""))


async def test_it_is_known_which_letters_a_display_lacks():
    lithuanian = attrs.evolve(outputs.CD5220, options={"encoding": "cp775"})
    for kit, lacked in ((outputs.CD5220, "ąų"), (lithuanian, "")):
        async with workbench(kit) as bench:
            assert bench.driver.unprintable("Tomatai\xa0ąųą 1.00") == lacked


async def test_the_same_text_costs_nothing_where_places_can_be_written():
    for name in ("escpos", "escpos on a printer's line", "cd5220 cursor", "utc standard"):
        async with workbench(KITS[name]) as bench:
            await bench.driver.show(("Tomatoes", "2.50"))
            written = bench.line.written
            await bench.driver.show(("Tomatoes", "2.50"))
            assert bench.line.written == written


async def test_a_printer_on_the_same_line_receives_nothing_of_it():
    async with workbench(outputs.ESCPOS_DISPLAY_ON_PRINTER) as bench:
        simulator = bench.simulator
        await bench.line.write(b"\x1b@receipt\n", 1)
        await bench.driver.show(("Tomatoes", "2.50"))
        assert not simulator.selected
        await bench.line.write(b"more\n", 1)
    assert simulator.passed == b"\x18\x18\x1b@receipt\nmore\n"  # CAN means nothing outside pages
    assert simulator.garbage == 0
    assert bench.facts == []


async def test_whole_rows_are_what_makes_a_cd5220_deaf():
    simulator = Cd5220Simulator(Glass())
    simulator.feed(b"\x1bQACOFFEE\r\x1b*\x01\x1bl\x01\x02TOTAL", 0.0)
    assert simulator.glass.lines() == ("COFFEE", "")
    assert simulator.glass.brightness == 4
    assert simulator.ignored == 7
    assert "string mode" in simulator.view()
    async with workbench(outputs.CD5220, SimulatedTransport(simulator)) as bench:
        await bench.driver.show(("Tea", "TOTAL"))
        assert simulator.glass.lines() == ("Tea", "TOTAL")
        assert simulator.ignored == 9  # two more: what ends a row cut short, before it is cleared
        assert simulator.garbage == 0


async def test_what_the_device_behind_a_display_says_is_no_noise_and_what_a_display_says_is():
    for name, facts in (("aedex", []), ("utc", []), ("cd5220", [WireNoise(2, b"hi")])):
        async with workbench(KITS[name]) as bench:
            bench.simulator.tick = lambda _now_s: b""
            for message in bench.driver.codec.feed(b"hi", 0.0):
                bench.driver.setup.emit(message)
            assert bench.facts == facts


async def test_a_device_file_receives_the_same_bytes(tmp_path):
    spec = outputs.ESCPOS_DISPLAY.spec
    async with FileTransport(tmp_path / "glass") as line:
        setup = DeviceSetup(
            name="display", line=line, options=read_options(spec, {}), emit=lambda _: None
        )
        driver = spec.make(setup)
        await driver.start()
        await driver.show(("HI",))
        await driver.end()
    start = bytes.fromhex("1818 1B40 1F01 1F4300 1F5804 1B7400")
    assert (tmp_path / "glass").read_bytes() == start + b"\x0cHI" + b"\x0c"


async def test_the_brightness_and_the_table_are_set_at_the_start():
    options = {"brightness": "2", "encoding": "cp858"}
    kit = attrs.evolve(outputs.ESCPOS_DISPLAY, options=options)
    async with workbench(kit) as bench:
        assert bench.simulator.glass.brightness == 2
        await bench.driver.show(("17.49 €",))
        assert bench.simulator.glass.lines()[0] == "17.49 €"
    async with workbench(attrs.evolve(outputs.CD5220, options={"brightness": "1"})) as bench:
        assert bench.simulator.glass.brightness == 1


async def test_a_display_of_another_size_is_filled_to_its_edges():
    options = {"columns": "16", "rows": "1"}
    for kit, make in (
        (outputs.ESCPOS_DISPLAY, EscposDisplaySimulator),
        (outputs.CD5220, Cd5220Simulator),
        (outputs.UTC, UtcSimulator),
        (outputs.AEDEX, AedexSimulator),
    ):
        small = attrs.evolve(kit, options=options, simulator=lambda make=make: make(Glass(16, 1)))
        async with workbench(small) as bench:
            assert (bench.driver.columns, bench.driver.rows) == (16, 1)
            await bench.driver.show(("TOTAL  17.49", "lost"))
            assert bench.simulator.glass.lines() == ("TOTAL      17.49",)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("escpos", {"columns": "7"}),
        ("escpos", {"brightness": "5"}),
        ("escpos", {"encoding": "utf-8"}),
        ("escpos", {"encoding": "cp1257"}),
        ("cd5220", {"rows": "3"}),
        ("cd5220", {"mode": "strings"}),
        ("cd5220", {"on_printer": "yes"}),
        ("utc", {"position": "11"}),
        ("utc", {"brightness": "1"}),
        ("aedex", {"attention": "!"}),
        ("aedex", {"columns": "wide"}),
    ],
)
def test_options_a_dialect_lacks_are_refused(name, options):
    with pytest.raises(ConfigurationError, match="Driver"):
        read_options(KITS[name].spec, options)


def test_a_table_by_its_own_number_needs_no_usual_one():
    options = read_options(outputs.ESCPOS_DISPLAY.spec, {"encoding": "cp1257", "table": "25"})
    assert options.table_number == 25

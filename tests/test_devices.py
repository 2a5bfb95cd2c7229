"""Laws of the till's devices as every other part sees them: any thread asks, and nobody waits."""

from __future__ import annotations

import threading
import time
from concurrent.futures import CancelledError

import anyio
import pytest

from posframe import facts
from posframe.config import load_config
from posframe.devices import Devices
from posframe.errors import DeviceError
from posframe.hal.facts import DeviceState
from posframe.hal.transports import transport_from_uri
from posframe.kernel.domain.transaction import TillState
from posframe.loop_thread import LoopThread
from posframe.testing.tills import make_till, write_settings
from tests.device_commands import add
from tests.device_lines import desk_in

SOON_S = 5.0


class Counter:
    """The devices of a till in a folder, and all that was heard of them."""

    def __init__(self, folder):
        self.folder = folder
        self.loop = LoopThread()
        self.devices = Devices(load_config(folder), self.loop)
        self.heard = []

    def listen(self):
        return self.devices.listen(self.heard.append)

    def report(self, name):
        return next(each for each in self.devices.reports() if each.name == name)

    def ready(self, *names, **plugged):
        """Wait until devices are connected; those by keyword have noticed it, too."""
        self.devices.begin()
        until(lambda: all(self.report(name).state == "ready" for name in (*names, *plugged)))
        until(lambda: all(each.line.connected for each in plugged.values()))

    def codes(self):
        scans = [event.fact for event in self.heard if isinstance(event.fact, facts.Scan)]
        return [scan.code for scan in scans]

    def close(self):
        self.devices.close()
        self.loop.close()


def until(holds):
    ends_s = time.monotonic() + SOON_S
    while not holds():
        assert time.monotonic() < ends_s, "it never came true"
        time.sleep(0.002)


@pytest.fixture
def folder(tmp_path):
    """A till with a printer in software and a drawer on it."""
    write_settings(tmp_path)
    return tmp_path


@pytest.fixture
def desk(folder):
    with desk_in(folder) as found:
        yield found


@pytest.fixture
def counter(folder):
    """The devices of the till as they are first asked for, whatever was added until then."""
    made = []

    def make():
        made.append(Counter(folder))
        return made[-1]

    yield make
    for each in made:
        each.close()


def scale(desk, folder, **options):
    plugged = desk.plug("mt8217", swing_ms="0", settle_ms="0", **options)
    add(folder, "scale", f"mt8217+{plugged.address}")
    return plugged


def scanner(desk, folder):
    plugged = desk.plug("scanner")
    add(folder, "scanner", f"scanner+{plugged.address}")
    return plugged


def test_nothing_is_connected_before_somebody_needs_it(desk, folder, counter):
    plugged = scanner(desk, folder)
    before = set(threading.enumerate())
    shop = counter()
    assert [report.state for report in shop.devices.reports()] == ["closed"] * 3
    assert [report.name for report in shop.devices.reports()] == ["printer", "drawer", "scanner"]
    assert not shop.devices.has("scanner")
    shop.devices.follow(TillState())
    shop.devices.retry("scanner")
    shop.devices.signal(good=False, source="scanner")
    assert set(threading.enumerate()) <= before
    assert not plugged.line.connected
    assert not (folder / "receipts").exists()
    shop.listen()
    until(lambda: plugged.line.connected)
    assert shop.devices.has("scanner")


def test_a_job_is_need_enough(folder, counter):
    shop = counter()
    assert shop.devices.hardware().printer is not None
    shop.ready("printer", "drawer")
    assert (folder / "receipts").is_dir()


def test_who_listens_hears_in_the_order_of_the_scanner_from_any_thread(desk, folder, counter):
    plugged = scanner(desk, folder)
    shop = counter()
    ended = []
    thread = threading.Thread(target=lambda: ended.append(shop.listen()))
    thread.start()
    thread.join()
    shop.ready(scanner=plugged)
    for number in range(20):
        plugged.act(f"scan {number:06d}")
    until(lambda: len(shop.codes()) == 20)
    assert shop.codes() == [f"{number:06d}" for number in range(20)]
    ended[0]()
    more = []
    shop.devices.listen(more.append)
    plugged.act("scan 999999")
    until(lambda: more)
    assert len(shop.codes()) == 20


def test_a_listener_that_fails_ends_neither_the_devices_nor_the_others(desk, folder, counter):
    plugged = scanner(desk, folder)
    shop = counter()
    shop.devices.listen(lambda event: event.nonsense)
    shop.listen()
    shop.ready("printer", scanner=plugged)
    plugged.act("scan 96385074")
    until(lambda: shop.codes() == ["96385074"])
    assert shop.report("scanner").state == "ready"


def test_each_device_says_how_it_stands_and_why(desk, folder, counter):
    scale(desk, folder)
    add(folder, "second", f"mt8217+serial:{folder}/nowhere")
    add(folder, "odd", "mt8217+serial:/dev/ttyUSB0?unti=kg")
    shop = counter()
    assert not any(report.reason for report in shop.devices.reports())
    shop.devices.begin()
    assert {report.state for report in shop.devices.reports()} <= {"connecting", "ready", "closed"}
    shop.ready("printer", "drawer", "scale")
    until(lambda: shop.report("second").state == "offline")
    second, odd, drawer = (shop.report(name) for name in ("second", "odd", "drawer"))
    assert "is not there" in second.reason
    assert (odd.state, odd.device_class, odd.hint) == ("failed", "", "did you mean 'unit'?")
    assert (drawer.device_class, drawer.uri) == ("drawer", "drawer+on://printer")
    assert shop.report("scale").device_class == "scale"
    assert {name: shop.report(name).is_well for name in ("second", "odd", "scale", "drawer")} == {
        "second": False, "odd": False, "scale": True, "drawer": True,
    }  # fmt: skip


def test_a_device_that_goes_and_comes_is_told(desk, folder, counter):
    plugged = scale(desk, folder)
    shop = counter()
    shop.listen()
    shop.ready("scale")
    plugged.portal.call(plugged.line.pull)
    until(lambda: shop.report("scale").state == "offline")
    assert shop.report("scale").reason
    plugged.portal.call(plugged.line.plug)
    shop.ready("scale")
    states = [
        event.fact.state
        for event in shop.heard
        if event.device == "scale" and isinstance(event.fact, facts.StateChanged)
    ]
    assert states[:3] == [DeviceState.CONNECTING, DeviceState.READY, DeviceState.OFFLINE]
    assert states[-1] is DeviceState.READY


def test_the_scale_answers_a_thread_that_need_not_wait(desk, folder, counter):
    plugged = scale(desk, folder)
    shop = counter()
    asked = shop.devices.weigh(30.0)
    shop.ready("scale")
    assert not asked.done()
    plugged.act("put 1.250")
    assert str(asked.result(SOON_S).weight) == "1.250 kg"


def test_a_question_taken_back_leaves_the_scale_alone(desk, folder, counter):
    plugged = scale(desk, folder)
    shop = counter()
    shop.ready("scale")
    first = shop.devices.weigh(30.0)
    second = shop.devices.weigh(30.0)
    until(lambda: shop.report("scale").waiting == 1)
    second.cancel()
    first.cancel()
    until(lambda: shop.report("scale").waiting == 0)
    with pytest.raises(CancelledError):
        first.result(0)
    time.sleep(0.05)
    plugged.act("put 1.250")
    time.sleep(0.05)
    assert plugged.line.simulator.weighings == 0, "nobody asks any more"
    assert str(shop.devices.weigh(30.0).result(SOON_S).weight) == "1.250 kg"


def test_a_scale_that_refuses_says_it_in_the_future(desk, folder, counter):
    scale(desk, folder)
    shop = counter()
    shop.ready("scale")
    with pytest.raises(DeviceError, match="There is nothing on the scale"):
        shop.devices.weigh(0.3).result(SOON_S)


def test_a_till_without_a_scale_says_so(counter):
    with pytest.raises(DeviceError, match="This till has no scale"):
        counter().devices.weigh(1.0)


def test_a_till_without_devices_says_so_and_costs_nothing(folder, counter):
    path = folder / "till.toml"
    text = path.read_text("utf-8")
    path.write_text(text[: text.index("[devices.printer]")], "utf-8")
    before = set(threading.enumerate())
    bare = counter()
    bare.listen()
    bare.devices.begin()
    bare.devices.follow(TillState())
    assert bare.devices.reports() == ()
    assert not bare.devices.has("printer")
    for asked in (bare.devices.hardware, lambda: bare.devices.weigh(1.0)):
        with pytest.raises(DeviceError, match="This till has no devices"):
            asked()
    bare.close()
    assert set(threading.enumerate()) <= before


def test_many_threads_that_begin_at_once_connect_once(desk, folder, counter):
    plugged = scanner(desk, folder)
    shop = counter()
    gate = threading.Barrier(8)
    heard = [[] for _ in range(8)]

    def begin(ear):
        gate.wait()
        shop.devices.listen(ear.append)
        shop.devices.hardware()

    threads = [threading.Thread(target=begin, args=(ear,)) for ear in heard]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    shop.ready(scanner=plugged)
    first = max(heard, key=len)
    assert [event.sequence for event in first if event.device == "scanner"] == [1, 2]


def test_closing_lets_every_line_go_and_leaves_no_thread(desk, folder, counter):
    plugged = [scale(desk, folder), scanner(desk, folder)]
    before = set(threading.enumerate())
    shop = counter()
    shop.listen()
    shop.ready("printer", "scale", "scanner")
    lines = [each.driver.line for each in shop.devices.hardware().devices.values()]
    asked = shop.devices.weigh(30.0)
    shop.devices.close()
    assert not any(line.is_open for line in lines), "when it returns"
    assert [report.state for report in shop.devices.reports()] == ["closed"] * 4
    with pytest.raises((DeviceError, CancelledError)):
        asked.result(SOON_S)
    shop.devices.close()
    shop.close()
    until(lambda: not any(each.line.connected for each in plugged))
    until(lambda: set(threading.enumerate()) <= before)


def test_nothing_begins_again_after_closing(desk, folder, counter):
    """A commit may come between the devices' end and the till's: a thread then would stay."""
    display = desk.plug("cd5220")
    add(folder, "display", f"cd5220+{display.address}")
    shop = counter()
    shop.ready("display")
    with make_till(folder / "other") as till:
        shop.close()
        before = set(threading.enumerate())
        shop.devices.follow(sold(till))
        shop.devices.retry("display")
        shop.devices.signal(good=False, source="display")
        shop.listen()
        shop.devices.begin()
        for asked in (shop.devices.hardware, lambda: shop.devices.weigh(1.0)):
            with pytest.raises(DeviceError, match="This till is closed"):
                asked()
        assert set(threading.enumerate()) <= before
    never = counter()
    never.close()
    never.listen()
    assert never.devices.reports()[0].state == "closed"


def sold(till):
    """Sell a pen of 1.50; return the state, which the customer display has not shown yet."""
    from posframe import commands

    return till.do(commands.AddItem(code="4006381333931")).state


def test_a_loop_that_was_closed_is_not_begun_again():
    loop = LoopThread()
    loop.close()
    loop.close()
    with pytest.raises(RuntimeError, match="was closed"):
        loop.portal()


def test_closing_at_once_waits_for_what_is_being_made(folder, counter):
    before = set(threading.enumerate())
    for _ in range(5):
        shop = counter()
        shop.devices.begin()
        begun = time.monotonic()
        shop.close()
        assert time.monotonic() - begun < 2.0
        until(lambda: set(threading.enumerate()) <= before)


def test_a_person_need_not_wait_until_a_device_is_tried_again(desk, folder, counter):
    plugged = scale(desk, folder)
    with anyio.from_thread.start_blocking_portal() as portal:
        held = transport_from_uri(plugged.address)
        portal.call(held.open)
        shop = counter()
        shop.devices.begin()
        until(lambda: shop.report("scale").state == "failed")
        assert "in use by this till itself" in shop.report("scale").reason
        portal.call(held.close)
    shop.devices.retry("scale")
    shop.ready("scale")


def test_the_display_follows_the_sale_and_shows_it_when_it_is_first_connected(desk, folder):
    display = desk.plug("escpos-display", columns="40")
    add(folder, "display", f"escpos-display+{display.address}?columns=40")
    glass = display.line.simulator.glass
    with make_till(folder) as till:
        sold(till)
        display.portal.call(display.line.pull)
        till.devices.begin()
        until(lambda: till.devices.reports()[2].state == "offline")
        display.portal.call(display.line.plug)
        until(lambda: "TOTAL" in "".join(glass.lines()))
        assert glass.lines()[1].endswith("1.50"), (
            "the amount stands at the right of a wide one, too"
        )
        sold(till)
        until(lambda: glass.lines()[1].endswith("3.00"))

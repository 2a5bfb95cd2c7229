"""Laws of the ESC/POS driver on bad lines and unknown printers; the drawer on its connector."""

from __future__ import annotations

import anyio
import attrs
import pytest

from posframe.errors import ConfigurationError
from posframe.hal.codecs.escpos_status import AutomaticStatus, ProcessReply
from posframe.hal.drivers.escpos_printer import DRIVER
from posframe.hal.errors import DeviceFault, Unanswered, Unsupported
from posframe.hal.facts import DrawerChanged, WireNoise
from posframe.hal.options import read_options
from posframe.hal.polarity import Polarity
from posframe.hal.profiles import load_profile
from posframe.hal.progress import Outcome, Progress
from posframe.hal.simulators.escpos_paper import Kick
from posframe.hal.simulators.faults import parse_faults
from posframe.hal.simulators.printer_device import Body
from posframe.kernel.domain.receipt import (
    Cut,
    Logo,
    QrCode,
    ReceiptDocument,
    Section,
    Text,
)
from posframe.testing.virtual_clock import VIRTUAL_TIME
from tests.hal.printer_bench import (
    CLONE,
    CLONE_QUIRKS,
    FULL,
    OLD,
    bench,
    device,
    failed,
    line_to,
    note,
    printed,
    texts,
)


@pytest.fixture
def anyio_backend():
    return VIRTUAL_TIME


@pytest.mark.parametrize("profile", [FULL, OLD, CLONE])
async def test_a_cable_pulled_anywhere_in_a_long_receipt_is_told_soundly(profile, tmp_path):
    image = pytest.importorskip("PIL.Image")
    image.effect_noise((576, 60), 90).save(tmp_path / "logo.png")
    blocks = (Logo("logo"), Text("one"), QrCode("https://a.b/1"), Cut())
    document = ReceiptDocument(sections=(Section("sale", blocks),))
    options = {"logo": str(tmp_path / "logo.png")}
    whole = line_to(device())
    async with bench(whole, profile, **options) as it:
        begun = it.line.written
        await printed(it.driver, document)
    for after in [*range(begun, begun + 40), *range(begun, whole.written, 97), whole.written - 1]:
        printer = device()
        async with bench(line_to(printer, lost_after=after), profile, **options) as it:
            progress, _ = await failed(it.driver, document)
        outcome = progress.outcome
        assert outcome is not Outcome.DONE, after
        assert outcome is not Outcome.NOT_STARTED or not printer.printer.paper, after
        assert outcome is not Outcome.PARTIAL or not printer.whole_receipts, after
        # The next receipt is whole: the printer no longer waits for the rest of a picture.
        done = printer.whole_receipts
        async with bench(line_to(printer), profile) as it:
            await printed(it.driver, note("next"))
        cut = [receipt for receipt in printer.printer.receipts if receipt.cut]
        assert outcome is not Outcome.PARTIAL or len(cut) == 1, f"{after}: finished afterwards"
        assert texts(printer)[-1] == "next\n", after
        assert printer.whole_receipts == done + 1, after


@pytest.mark.parametrize("quirks", [(), ("deaf",)])
@pytest.mark.parametrize("profile", [FULL, OLD, CLONE])
async def test_a_printer_left_in_the_middle_of_a_picture_is_brought_back(profile, quirks):
    printer = device(*quirks)
    printer.feed(b"\x1b@\x1dv0\x00\x40\x00\xff\x00" + bytes(1000), 0)  # 64 bytes, 255 rows
    async with bench(line_to(printer), profile) as it:
        await printed(it.driver, note("next"))
    assert texts(printer)[-1] == "next\n"


async def test_without_a_way_back_a_picture_cut_off_is_completed_blindly():
    printer = device("mute")
    printer.feed(b"\x1b@\x1dv0\x00\x48\x00\xff\x00" + bytes(1000), 0)
    async with bench(line_to(printer), CLONE, answers="no") as it:
        await printed(it.driver, note("next"))
    assert texts(printer)[-1] == "next\n"


async def test_an_answer_that_comes_too_late_is_noise():
    async with bench(line_to(device())) as it:
        it.line.spoil(parse_faults("on 100401 delay 1")[0])
        with pytest.raises(Unanswered):
            await it.driver.check()
        await anyio.sleep(2)
        assert it.facts == [WireNoise(1, b"\x12")]
        await it.driver.check()


async def test_a_state_told_unasked_does_not_replace_asking_where_it_is_not_promised():
    printer = device(*CLONE_QUIRKS)
    async with bench(line_to(printer), CLONE) as it:
        it.driver.received(AutomaticStatus(b"\x10\x00\x00\x00"))
        printer.cover_open = True
        with pytest.raises(DeviceFault):
            await printed(it.driver)


async def test_noise_on_a_silent_line_is_no_answer():
    async with bench(line_to(device("mute", *CLONE_QUIRKS)), CLONE) as it:
        it.driver.received(AutomaticStatus(b"\x38\x00\x00\x00"))
        assert not it.driver.heard
        assert (await printed(it.driver)).outcome is Outcome.UNKNOWN


async def test_answers_nobody_waits_for_are_not_kept():
    async with bench(line_to(device())) as it:
        for number in range(100):
            it.driver.received(ProcessReply(f"{number:04d}".encode()))
        assert not it.driver._passed  # white box: memory must not grow


@pytest.mark.parametrize("profile", [FULL, OLD])
async def test_a_silent_printer_whose_profile_promises_answers_is_not_there(profile):
    with pytest.raises(BaseExceptionGroup) as error:
        async with bench(line_to(device("mute")), profile):
            pytest.fail("it has not answered")
    (found,) = error.value.exceptions
    assert isinstance(found, Unanswered)
    assert "switched on" in found.hint


async def test_a_silent_clone_is_used_and_asked_again_later():
    printer = device("mute", *CLONE_QUIRKS)
    async with bench(line_to(printer), CLONE) as it:
        assert (await printed(it.driver)).outcome is Outcome.UNKNOWN
        await it.driver.check()
        assert not it.driver.heard
        printer.body = Body(quirks=frozenset(CLONE_QUIRKS))
        await it.driver.check()
        assert it.driver.heard
        it.line.act("cover open")
        await it.driver.check()
        assert it.conditions[-1].blocking == ("The printer's cover is open",)


async def test_a_printer_that_has_answered_and_no_longer_does_is_lost():
    printer = device()
    async with bench(line_to(printer), CLONE) as it:
        await it.driver.check()
        printer.body = Body(quirks=frozenset({"mute"}))
        with pytest.raises(Unanswered):
            await it.driver.check()
        progress, error = await failed(it.driver)
        assert isinstance(error, Unanswered)
        assert progress.outcome is Outcome.NOT_STARTED


async def test_a_profile_of_another_language_is_refused_with_the_driver_that_speaks_it():
    with pytest.raises(ConfigurationError, match="speaks Star Line Mode") as error:
        async with bench(line_to(device()), "TSP600"):
            pytest.fail("it speaks another language")
    assert "star+tcp" in error.value.hint


def test_an_unknown_option_or_profile_is_refused():
    with pytest.raises(ConfigurationError, match="no option 'profil'"):
        read_options(DRIVER, {"profil": "x"})
    with pytest.raises(ConfigurationError, match="fence=always"):
        read_options(DRIVER, {"fence": "always"})


async def kicked(driver, deadline_s=3.0, **pulse):
    progress = Progress()
    return await driver.kick(progress, deadline_s, **pulse), progress


async def test_a_kick_is_one_pulse_of_the_given_length():
    async with bench(line_to(device(sensor="none"))) as it:
        remarks, progress = await kicked(it.driver)
        await kicked(it.driver, pin=5, on_ms=100, off_ms=100)
    assert list(it.simulator.printer.kicks) == [Kick(2, 50, 500), Kick(5, 100, 100)]
    assert (remarks, progress.outcome, progress.sent) == ("", Outcome.UNKNOWN, True)


@pytest.mark.parametrize("sensor", ["high_open", "low_open"])
async def test_a_drawer_seen_open_is_done(sensor):
    async with bench(line_to(device(sensor=sensor)), sense=sensor) as it:
        remarks, progress = await kicked(it.driver)
        assert (remarks, progress.outcome) == ("", Outcome.DONE)
        assert DrawerChanged(open=True) in it.facts
        _, progress = await kicked(it.driver)
        assert progress.outcome is Outcome.DONE, "it stands open already"
        it.line.act("drawer close")
        await anyio.sleep(0.1)
        assert it.facts[-1] == DrawerChanged(open=False)
        assert it.driver.drawer_pin_high is (sensor == "low_open")


async def test_a_drawer_that_stays_closed_is_said_to():
    async with bench(line_to(device()), sense="high_open") as it:
        it.line.act("drawer stuck")
        remarks, progress = await kicked(it.driver)
        assert (remarks, progress.outcome) == ("The drawer did not open", Outcome.UNKNOWN)


async def test_a_drawer_is_watched_by_asking_where_nothing_is_told():
    async with bench(line_to(device(*CLONE_QUIRKS)), CLONE, sense="high_open") as it:
        _, progress = await kicked(it.driver)
        assert progress.outcome is Outcome.DONE


async def test_what_the_sensor_means_is_learnt_from_kicks():
    async with bench(line_to(device(sensor="low_open"))) as it:
        outcomes = []
        for _ in range(3):
            _, progress = await kicked(it.driver)
            await anyio.sleep(0.5)
            it.line.act("drawer close")
            await anyio.sleep(10)
            outcomes.append(progress.outcome)
        assert outcomes == [Outcome.UNKNOWN, Outcome.DONE, Outcome.DONE]
        kept = it.driver.sensor.polarity
    async with bench(line_to(device(sensor="low_open"))) as it:
        it.driver.sensor.polarity = Polarity.from_text(kept.to_text())
        _, progress = await kicked(it.driver)
        assert progress.outcome is Outcome.DONE


@pytest.mark.parametrize("act", ["cover open", "paper out"])
async def test_a_kick_never_waits_in_a_printer_that_cannot_work(act):
    async with bench(line_to(device())) as it:
        it.line.act(act)
        await anyio.sleep(0.1)
        progress = Progress()
        with pytest.raises(DeviceFault):
            await it.driver.kick(progress, 3.0)
        assert progress.outcome is Outcome.NOT_STARTED
        it.line.act("cover close")
        it.line.act("paper new")
        await anyio.sleep(10)
        assert not it.simulator.printer.kicks


async def test_a_kick_that_met_trouble_on_its_way_is_taken_back():
    async with bench(line_to(device())) as it:
        it.simulator.cover_open = True  # between the last news and the pulse
        progress = Progress()
        with pytest.raises(DeviceFault):
            await it.driver.kick(progress, 1.0)
        assert progress.outcome is Outcome.PARTIAL
        it.line.act("cover close")
        await anyio.sleep(10)
        assert not it.simulator.printer.kicks


async def test_a_pulse_in_real_time_works_while_the_printer_does_not(monkeypatch):
    profile = attrs.evolve(load_profile(FULL), real_time_pulse=True)
    monkeypatch.setattr("posframe.hal.drivers.escpos_printer.load_profile", lambda *_: profile)
    async with bench(line_to(device())) as it:
        it.line.act("cover open")
        await anyio.sleep(0.1)
        _, progress = await kicked(it.driver, pin=5)
        assert progress.outcome is Outcome.UNKNOWN
        assert list(it.simulator.printer.kicks) == [Kick(5, 100, 100)]


async def test_only_a_printer_with_a_buzzer_beeps(monkeypatch):
    async with bench(line_to(device())) as it:
        with pytest.raises(Unsupported, match="no buzzer"):
            await it.driver.beep()
    profile = attrs.evolve(load_profile(CLONE), buzzer=True)
    monkeypatch.setattr("posframe.hal.drivers.escpos_printer.load_profile", lambda *_: profile)
    line = line_to(device())
    heard = []
    original = line.write

    async def noted(data, deadline_s):
        heard.append(data)
        return await original(data, deadline_s)

    line.write = noted
    async with bench(line, CLONE) as it:
        await it.driver.beep(3, 1)
    assert heard[-1] == b"\x1bB\x03\x01"

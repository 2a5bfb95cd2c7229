"""Laws of the simulated Star printer and of the driver that speaks to it."""

from __future__ import annotations

import anyio
import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import ConfigurationError
from posframe.hal.errors import DeviceFault, Unanswered
from posframe.hal.facts import CoverChanged, PaperChanged
from posframe.hal.profiles import load_profile
from posframe.hal.progress import Outcome, Progress
from posframe.hal.simulators.escpos_paper import Kick, Look, PrintedLine, QrItem, Run
from posframe.hal.simulators.faults import parse_faults
from posframe.hal.simulators.printer_device import Body
from posframe.hal.simulators.star_printer import SIMULATOR, StarDevice
from posframe.hal.transports.simulated import SimulatedTransport
from posframe.kernel.domain.receipt import Cut, ReceiptDocument, Section, Text
from posframe.testing.hal.kits.printers import STAR
from posframe.testing.hal.workbench import workbench
from posframe.testing.virtual_clock import VIRTUAL_TIME

HEX = bytes.fromhex
ASK = HEX("1B0601")


@pytest.fixture
def anyio_backend():
    return VIRTUAL_TIME


def device(*quirks, **body):
    return StarDevice(Body(quirks=frozenset(quirks), **body))


def fed(printer, *pieces):
    return b"".join(printer.feed(piece, 0) for piece in pieces)


def line_to(printer, faults="", **ends):
    return SimulatedTransport(printer, parse_faults(faults), **ends)


def bench(line, **options):
    return workbench(attrs.evolve(STAR, options=options), line)


def note(*words):
    return ReceiptDocument(sections=(Section("note", (*map(Text, words), Cut())),))


async def printed(driver, document=None, deadline_s=5.0):
    progress = Progress()
    await driver.print_receipt(document or note("one"), progress, deadline_s)
    return progress


# The printer


@pytest.mark.parametrize(
    ("act", "block"),
    [
        ("", "23 06 00 00 00 00 00 00 00"),
        ("drawer open", "23 06 04 00 00 00 00 00 00"),
        ("cover open", "23 06 28 00 00 00 00 00 00"),
        ("paper 5", "23 06 00 00 00 04 00 00 00"),
        ("paper out", "23 06 08 00 00 0C 00 00 00"),
        ("cutter jam", "23 06 08 08 00 00 00 00 00"),
    ],
)
def test_asked_it_tells_by_the_tables(act, block):
    printer = device()
    if act:
        printer.act(act, 0)
    assert fed(printer, ASK) == HEX(block)


def test_it_counts_what_is_printed_and_tells_once_that_it_did():
    printer = device()
    fed(printer, b"a\n\x17")
    assert fed(printer, ASK, ASK) == HEX("23 06 02 00 00 00 00 02 00  23 06 00 00 00 00 00 02 00")
    fed(printer, b"\x17" * 31)
    assert fed(printer, ASK)[7] == 0
    fed(printer, b"\x17\x18")
    assert fed(printer, ASK) == HEX("23 06 00 00 00 00 00 00 00")
    fed(printer, b"\x17\x1b\x1eE\x00")
    assert printer.counter == 0


def test_changes_are_told_where_that_is_wanted():
    printer = device()
    assert fed(printer, HEX("1B1E6101")) == HEX("23 06 00 00 00 00 00 00 00")
    assert printer.act("cover open", 0) == HEX("23 06 28 00 00 00 00 00 00")
    assert printer.act("cover close", 0) == HEX("23 06 00 00 00 00 00 00 00")
    assert fed(printer, b"\x17") == HEX("23 06 02 00 00 00 00 02 00")
    fed(printer, HEX("1B1E6100"))
    assert printer.act("cover open", 0) == b""


def test_out_of_paper_it_keeps_the_rest_and_the_count():
    printer = device()
    printer.act("paper 1", 0)
    fed(printer, b"a\nb\n\x1bd\x03\x17")
    assert (printer.text(), printer.counter) == ("a\n", 0)
    printer.act("paper new", 0)
    assert (printer.text().rstrip("\n"), printer.counter) == ("a\nb", 1)


def test_a_reset_in_real_time_drops_what_waits():
    printer = device()
    printer.act("cover open", 0)
    fed(printer, b"a\n", HEX("1B0618"))
    printer.act("cover close", 0)
    assert not printer.text()


def test_an_older_model_sends_seven_bytes():
    assert fed(device("short"), ASK) == HEX("0F 02 00 00 00 00 00")
    assert fed(device("mute"), ASK) == b""


def test_enquiries_are_one_byte_that_is_no_status():
    printer = device()
    assert fed(printer, b"\x05\x04") == HEX("00 10")


def test_looks_codes_and_pictures_are_kept():
    printer = device()
    fed(
        printer,
        HEX("1B45 1B2D01 1B690102") + b"A\n" + HEX("1B46 1B2D00 1B690000 1B34") + b"r\n",
        HEX("1B35 1B1D6102") + b"x\n",
        HEX("1B1D795332 05 1B1D795331 03 1B1D794431 00 0200 6869 1B1D7950"),
    )
    assert printer.printer.paper == [
        PrintedLine((Run("A", Look(bold=True, underline=True, width=3, height=2)),)),
        PrintedLine((Run("r", Look(reverse=True)),)),
        PrintedLine((Run("x"),), 2),
        QrItem(b"hi", 5, "H", 2),
    ]
    assert printer.view()


def test_leaving_raster_mode_cuts_unless_told_otherwise():
    for mode, receipts in ((b"", 1), (b"\x1b*rE13\x00", 1), (b"\x1b*rE1\x00", 0)):
        printer = device()
        fed(printer, b"\x1b*rA" + mode + b"b\x01\x00\xff" + b"\x1b*rB")
        assert len(printer.printer.receipts) == receipts


def test_drawers_are_kicked_as_set():
    printer = device()
    fed(printer, HEX("07 1B070A3207 1A"))
    assert list(printer.printer.kicks) == [Kick(2, 200, 200), Kick(2, 100, 500), Kick(5, 200, 200)]
    assert printer.drawer_open


@pytest.mark.parametrize(
    "unknown", [b"\x1b\xff", b"\x01", b"\x1b\x1d\x7f", b"\x1bb\x0f\x01\x01\x01x\x1e"]
)
def test_unknown_commands_are_skipped_and_listed(unknown):
    printer = device()
    fed(printer, unknown, b"text\n")
    assert printer.printer.unknown
    assert "text" in printer.text()


def test_a_page_that_is_not_known_is_listed():
    printer = device()
    fed(printer, HEX("1B1D74C8") + b"x\n")
    assert printer.printer.unknown == [HEX("1B1D74C8")]


@given(st.binary(max_size=300))
def test_noise_is_survived(data):
    printer = device()
    printer.feed(data, 0)
    printer.view()


@given(st.data())
def test_bytes_may_come_in_pieces_of_any_size(data):
    stream = (
        b"\x1b@a\n\x1b*rA\x1b*rP0\x00\x1b*rE1\x00b\x02\x00\xff\x00\x1b*rB"
        + HEX("1B62 03 02 02 3C") + b"4006381333931\x1e" + HEX("1B1D794431 00 0200 6869 1B1D7950")
        + b"\x17" + ASK + b"\x1bd\x03"
    )  # fmt: skip
    cut = data.draw(st.lists(st.integers(0, len(stream)), max_size=8).map(sorted))
    whole, pieces = device(), device()
    answers = whole.feed(stream, 0)
    heard = b""
    for start, end in zip([0, *cut], [*cut, len(stream)], strict=True):
        heard += pieces.feed(stream[start:end], 0)
    assert heard == answers
    assert [each.items for each in pieces.printer.receipts] == [
        each.items for each in whole.printer.receipts
    ]


def test_options_make_it():
    assert SIMULATOR.make({"columns": "42", "quirks": "short"}).body.columns == 42
    with pytest.raises(ConfigurationError):
        SIMULATOR.make({"quirks": "deaf"})


# The driver


async def test_a_receipt_is_confirmed_by_the_count_over_more_than_a_round_of_it():
    async with bench(line_to(device())) as it:
        for number in range(70):
            assert (await printed(it.driver, note(str(number)))).outcome is Outcome.DONE
            assert it.simulator.counter not in (0, 1, 2), "these are kept for beginning anew"
        assert it.simulator.whole_receipts == 70


async def test_what_was_printed_at_once_is_confirmed_at_once():
    async with bench(line_to(device())) as it:
        begun_s = anyio.current_time()
        await printed(it.driver)
        assert anyio.current_time() - begun_s < 0.05


@pytest.mark.parametrize("counter", [0, 1, 2, 3, 31])
async def test_whatever_the_count_was_it_begins_anew(counter):
    printer = device()
    printer.counter = counter
    async with bench(line_to(printer)) as it:
        assert (await printed(it.driver)).outcome is Outcome.DONE


@pytest.mark.parametrize("asb", [False, True])
@pytest.mark.parametrize("speed", [0, 2])
@pytest.mark.parametrize("counter", [0, 1, 2, 28, 29])
async def test_no_count_of_an_earlier_connection_confirms_a_new_receipt(
    counter, speed, asb, monkeypatch
):
    profile = attrs.evolve(load_profile("star-tsp650"), asb=asb)
    monkeypatch.setattr("posframe.hal.drivers.star_printer.load_profile", lambda *_: profile)
    printer = device(speed=speed)
    async with bench(line_to(printer)) as it:
        for _ in range(counter):
            await printed(it.driver, deadline_s=60.0)
        it.line.act("paper 1")
        progress = Progress()
        with pytest.raises(DeviceFault):
            await it.driver.print_receipt(note("old", "old"), progress, 3.0)
        assert progress.outcome is Outcome.UNKNOWN
    whole = printer.whole_receipts
    line = line_to(printer)
    read = line.read

    async def slowly(size_max, deadline_s):
        del size_max  # so that what is told can be looked at between any two bytes
        await anyio.sleep(0.001)
        return await read(1, deadline_s)

    line.read = slowly
    async with bench(line) as it:
        it.line.act("paper 6")
        await it.driver.check()
        progress = Progress()
        with anyio.move_on_after(20.0):
            await it.driver.print_receipt(note(*("new",) * 9), progress, 60.0)
        assert progress.outcome is not Outcome.DONE
        assert printer.whole_receipts == whole + 1, "the old one came out"


async def test_an_older_model_confirms_nothing():
    async with bench(line_to(device("short"))) as it:
        progress = await printed(it.driver)
        assert (progress.outcome, progress.sent) == (Outcome.UNKNOWN, True)


async def test_a_slow_printer_is_waited_for():
    async with bench(line_to(device(speed=2))) as it:
        begun_s = anyio.current_time()
        progress = await printed(it.driver, note(*"abcdefghij"), 60.0)
        assert progress.outcome is Outcome.DONE
        assert anyio.current_time() - begun_s > 5


async def test_out_of_paper_it_waits_until_there_is_some():
    async with bench(line_to(device())) as it, anyio.create_task_group() as tasks:
        it.line.act("paper 1")

        async def refill():
            await anyio.sleep(20)
            it.line.act("paper new")

        tasks.start_soon(refill)
        assert (await printed(it.driver, note("a", "b"), 60.0)).outcome is Outcome.DONE
        assert PaperChanged("out") in it.facts


async def test_trouble_is_noticed_when_it_is_asked():
    async with bench(line_to(device())) as it:
        it.line.act("cover open")
        progress = Progress()
        with pytest.raises(DeviceFault) as error:
            await it.driver.print_receipt(note("x"), progress, 1.0)
        assert error.value.fault == "cover"
        assert progress.outcome is Outcome.NOT_STARTED
        assert it.facts == [CoverChanged(open=True)]
        it.line.act("cover close")
        await it.driver.check()
        assert (await printed(it.driver)).outcome is Outcome.DONE


@pytest.mark.parametrize(
    "left",
    [
        "1B",
        "1B1D7944310020",  # QR data whose length is half known
        "1B1D794431000005" + "61" * 10,
        "1B62030202 3C 3430",  # a barcode without its end
        "1B2A7241 1B2A725030",  # raster mode
        "1B2A7241 1B2A72503000 62 4800 FF",
    ],
)
async def test_a_printer_left_in_the_middle_of_a_command_is_brought_back(left):
    printer = device()
    printer.feed(HEX(left), 0)
    async with bench(line_to(printer)) as it:
        assert (await printed(it.driver, note("next"))).outcome is Outcome.DONE
    assert printer.printer.receipts[-1].text().rstrip("\n") == "next"


async def test_a_silent_printer_is_not_there_unless_nothing_is_asked():
    with pytest.raises(BaseExceptionGroup) as error:
        async with bench(line_to(device("mute"))):
            pytest.fail("it has not answered")
    assert isinstance(error.value.exceptions[0], Unanswered)
    for options in ({"fence": "none"}, {"answers": "no"}):
        async with bench(line_to(device("mute")), **options) as it:
            assert (await printed(it.driver)).outcome is Outcome.UNKNOWN
            assert it.simulator.whole_receipts == 1


async def test_the_drawer_is_seen_open():
    async with bench(line_to(device()), sense="high_open") as it:
        progress = Progress()
        assert await it.driver.kick(progress, 3.0, on_ms=100) == ""
        assert progress.outcome is Outcome.DONE
        assert list(it.simulator.printer.kicks) == [Kick(2, 100, 500)]


async def test_profiles_of_another_language_or_with_what_star_lacks_are_refused(monkeypatch):
    with pytest.raises(ConfigurationError, match="speaks ESC/POS"):
        async with bench(line_to(device()), profile="epson-tm-t20"):
            pytest.fail("it speaks another language")
    profile = attrs.evolve(load_profile("star-tsp650"), buffer_clear=True)
    monkeypatch.setattr("posframe.hal.drivers.star_printer.load_profile", lambda *_: profile)
    with pytest.raises(ConfigurationError, match="has no buffer_clear"):
        async with bench(line_to(device())):
            pytest.fail("there is no such command")

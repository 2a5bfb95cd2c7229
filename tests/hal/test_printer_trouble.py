"""Laws of the ESC/POS driver without paper, with an open cover: who waits, and what comes out."""

from __future__ import annotations

import anyio
import pytest

from posframe.hal.errors import DeviceFault
from posframe.hal.facts import CoverChanged, PaperChanged
from posframe.hal.progress import Outcome, Progress
from posframe.hal.transports import TransportError
from posframe.kernel.domain.receipt import (
    Cut,
    Logo,
    ReceiptDocument,
    Section,
    Text,
)
from posframe.testing.virtual_clock import VIRTUAL_TIME
from tests.hal.printer_bench import (
    CLONE,
    FULL,
    LONG,
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


@pytest.mark.parametrize(
    ("act", "fault", "word"),
    [
        ("paper out", "paper", "out of paper"),
        ("cover open", "cover", "cover"),
        ("cutter jam", "cutter", "cutter"),
    ],
)
@pytest.mark.parametrize("profile", [FULL, OLD, CLONE])
async def test_trouble_before_a_receipt_is_said_and_nothing_sent(profile, act, fault, word):
    async with bench(line_to(device()), profile) as it:
        it.line.act(act)
        await anyio.sleep(0.1)
        progress, error = await failed(it.driver, error=DeviceFault)
        assert (error.fault, error.outcome) == (fault, Outcome.NOT_STARTED)
        assert word in str(error)
        assert error.hint
        assert progress.outcome is Outcome.NOT_STARTED
        assert not it.simulator.text()
        assert word in it.conditions[-1].blocking[0]
        assert it.line.is_open


@pytest.mark.parametrize("profile", [FULL, OLD])
async def test_out_of_paper_in_the_middle_it_waits_and_is_done_when_there_is_paper(profile):
    async with bench(line_to(device()), profile) as it, anyio.create_task_group() as tasks:
        it.line.act("paper 1")

        async def refill():
            await anyio.sleep(40)  # far longer than a confirmation may take
            assert it.conditions[-1].blocking == ("The printer is out of paper",)
            it.line.act("paper new")

        tasks.start_soon(refill)
        progress = await printed(it.driver, note("one", "two", "three"), 60.0)
        assert progress.outcome is Outcome.DONE
    assert texts(it.simulator) == ["one\ntwo\nthree\n"]
    assert [each.blocking for each in it.conditions] == [(), ("The printer is out of paper",), ()]


async def test_a_receipt_that_is_given_up_is_taken_back_and_never_comes_out():
    async with bench(line_to(device())) as it:
        it.line.act("paper 1")
        progress, error = await failed(it.driver, note("one", "two"), 2.0, DeviceFault)
        assert (progress.outcome, progress.discarded) == (Outcome.PARTIAL, True)
        assert error.fault == "paper"
        assert it.line.is_open
        it.line.act("paper new")
        await anyio.sleep(10)
        assert texts(it.simulator) == []
        assert it.simulator.text() == "one\n"
        assert (await printed(it.driver, note("next"))).outcome is Outcome.DONE
        assert it.simulator.whole_receipts == 1


async def test_what_cannot_be_taken_back_stays_unknown():
    async with bench(line_to(device("no_clear", "no_process_id")), OLD) as it:
        it.line.act("paper 1")
        progress, _ = await failed(it.driver, note("one", "two"), 2.0, DeviceFault)
        assert (progress.outcome, progress.discarded) == (Outcome.UNKNOWN, False)
        it.line.act("paper new")
        assert texts(it.simulator) == ["one\ntwo\n"], "it comes out by itself"


async def test_a_clear_that_is_not_answered_proves_nothing():
    async with bench(line_to(device(), "tx on 372500 drop x9")) as it:
        it.line.act("paper 1")
        progress, _ = await failed(it.driver, note("one", "two"), 2.0, DeviceFault)
        assert (progress.outcome, progress.discarded) == (Outcome.UNKNOWN, False)


async def test_a_receipt_finished_in_the_last_moment_is_done_though_given_up():
    """Its confirmation is on its way while it is taken back."""
    async with bench(line_to(device(), "tx on 3722 delay 1.2 x2")) as it:
        progress = Progress()
        with anyio.move_on_after(1.0):
            await it.driver.print_receipt(note("one"), progress, 60.0)
        assert progress.outcome is Outcome.DONE
        assert texts(it.simulator) == ["one\n"]


async def test_whether_the_last_line_was_cut_off_decides_what_is_claimed_of_what_was_taken_back():
    """Paper that ends under the cutter: all is on paper, but for the confirmation."""
    for lines, outcome in ((1, Outcome.PARTIAL), (2, Outcome.UNKNOWN), (3, Outcome.UNKNOWN)):
        printer = device(roll_lines=lines, near_lines=0)
        async with bench(line_to(printer)) as it:
            progress, _ = await failed(it.driver, note("one", "two"), 2.0)
            assert progress.outcome is outcome or printer.whole_receipts == 0, lines
            if progress.outcome is Outcome.PARTIAL:
                assert printer.whole_receipts == 0, lines


async def test_a_long_receipt_stops_where_the_paper_does():
    """What was not sent yet is not sent to a printer that waits for paper."""
    async with bench(line_to(device(speed=100))) as it:
        it.line.act("paper 50")
        progress, _ = await failed(it.driver, LONG, 30.0, DeviceFault)
        assert progress.outcome is Outcome.PARTIAL
        assert it.line.written < 30_000
        it.line.act("paper new")
        await anyio.sleep(60)
        assert it.simulator.whole_receipts == 0


async def test_half_a_receipt_that_cannot_be_taken_back_ends_the_line():
    """The next one would go on in the middle of it."""
    line = line_to(device("no_clear", "no_process_id", buffer_bytes=10**6))
    write = line.write

    async def slowly(data, deadline_s):
        written = await write(data, deadline_s)
        await anyio.sleep(0.1)
        return written

    line.write = slowly
    async with bench(line, OLD) as it:
        it.line.act("paper 50")
        progress, _ = await failed(it.driver, LONG, 5.0, DeviceFault)
        assert progress.outcome is Outcome.PARTIAL
        assert not it.line.is_open


async def test_after_something_was_taken_back_the_next_receipt_is_confirmed():
    """Answers that were dropped with it are not waited for."""
    async with bench(line_to(device()), fence="gs_r") as it:
        it.line.act("paper 1")
        progress, _ = await failed(it.driver, note("one", "two"), 2.0, DeviceFault)
        assert progress.discarded
        it.line.act("paper new")
        await anyio.sleep(0.1)
        assert (await printed(it.driver, note("next"))).outcome is Outcome.DONE


async def test_nothing_is_asked_in_the_middle_of_a_picture(tmp_path):
    """A question there would be part of the picture, and shift all that follows."""
    image = pytest.importorskip("PIL.Image")
    image.effect_noise((576, 200), 90).save(tmp_path / "logo.png")  # 14 KB: four pieces
    blocks = (Text("one"), Text("two"), Logo("logo"), Text("end"), Cut())
    document = ReceiptDocument(sections=(Section("x", blocks),))
    options = {"logo": str(tmp_path / "logo.png")}
    async with bench(line_to(device()), **options) as it:
        await printed(it.driver, document)
        (expected,) = it.simulator.printer.receipts
    async with bench(line_to(device()), **options) as it, anyio.create_task_group() as tasks:
        it.line.act("paper 1")

        async def refill():
            await anyio.sleep(20)
            it.line.act("paper new")

        tasks.start_soon(refill)
        assert (await printed(it.driver, document, 60.0)).outcome is Outcome.DONE
        (receipt,) = it.simulator.printer.receipts
        assert receipt.items == expected.items


async def test_a_long_receipt_goes_out_in_pieces_of_4096_bytes():
    sizes = []
    line = line_to(device())
    original = line.write

    async def noted(data, deadline_s):
        sizes.append(len(data))
        return await original(data, deadline_s)

    line.write = noted
    async with bench(line) as it:
        assert (await printed(it.driver, LONG)).outcome is Outcome.DONE
    assert max(sizes) == 4096
    assert len(texts(it.simulator)[0].splitlines()) == 400


async def test_a_printer_that_takes_nothing_is_given_up_at_the_deadline():
    async with bench(line_to(device())) as it:
        it.line.stuck_after = it.line.written + 10
        begun_s = anyio.current_time()
        progress, error = await failed(it.driver, deadline_s=2.0)
        assert isinstance(error, TransportError)
        assert (progress.least, progress.most) == (10, 10)
        assert anyio.current_time() - begun_s == pytest.approx(2.0, abs=0.1)
        assert progress.outcome is Outcome.PARTIAL
        assert not it.line.is_open


async def test_a_full_printer_without_paper_is_named_as_what_it_is():
    async with bench(line_to(device())) as it:
        it.line.act("paper 1")
        it.line.stuck_after = it.line.written + 4096
        progress, error = await failed(it.driver, LONG, 2.0)
        assert isinstance(error, DeviceFault)
        assert error.fault == "paper"
        assert progress.outcome is Outcome.PARTIAL


async def test_near_the_end_of_the_paper_is_told_once():
    async with bench(line_to(device())) as it:
        it.line.act("paper 50")
        for number in range(3):
            assert (await printed(it.driver, note(str(number)))).outcome is Outcome.DONE
        assert it.facts.count(PaperChanged("near end")) == 1
        assert [each.warnings for each in it.conditions if each.warnings] == [
            ("The paper is near its end",)
        ]


async def test_facts_are_told_once_for_each_change_and_none_for_how_it_was_found():
    async with bench(line_to(device())) as it:
        await it.driver.check()
        await it.driver.check()
        assert it.facts == []
        for act in ("cover open", "cover close", "paper out", "paper new"):
            it.line.act(act)
            await anyio.sleep(0.1)
            await it.driver.check()
        assert it.facts == [
            CoverChanged(open=True),
            CoverChanged(open=False),
            PaperChanged("out"),
            PaperChanged("ok"),
        ]


async def test_what_is_wrong_at_the_beginning_is_told():
    printer = device()
    printer.act("paper out", 0)
    async with bench(line_to(printer)) as it:
        assert it.facts == [PaperChanged("out")]
        assert it.conditions[-1].blocking == ("The printer is out of paper",)
        it.line.act("paper new")
        await it.driver.check()
        assert it.conditions[-1].blocking == ()
        assert (await printed(it.driver)).outcome is Outcome.DONE

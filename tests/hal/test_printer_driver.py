"""Laws of the ESC/POS driver: what it may claim of a receipt, and of its characters."""

from __future__ import annotations

import anyio
import pytest

from posframe.hal.driver import DeviceSetup
from posframe.hal.drivers.escpos_printer import DRIVER
from posframe.hal.errors import Unanswered
from posframe.hal.facts import CoverChanged
from posframe.hal.options import read_options
from posframe.hal.progress import Outcome, Progress
from posframe.hal.receipt_printer import CONFIRM_S
from posframe.hal.simulators.escpos_device import EscposDevice
from posframe.hal.simulators.printer_device import Body
from posframe.hal.transports.memory import MemoryTransport
from posframe.kernel.domain.receipt import (
    Cut,
    Logo,
    QrCode,
    ReceiptDocument,
    Section,
    Text,
)
from posframe.testing.hal.kits.printers import ESCPOS, ESCPOS_CLONE, ESCPOS_MUTE, ESCPOS_OLD
from posframe.testing.hal.workbench import workbench
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


@pytest.mark.parametrize(
    ("kit", "outcome"),
    [
        (ESCPOS, Outcome.DONE),
        (ESCPOS_OLD, Outcome.DONE),
        (ESCPOS_CLONE, Outcome.UNKNOWN),
        (ESCPOS_MUTE, Outcome.UNKNOWN),
    ],
)
async def test_done_is_said_where_the_printer_confirms_and_sent_where_it_cannot(kit, outcome):
    async with workbench(kit) as it:
        progress = await printed(it.driver)
    assert (progress.outcome, progress.sent) == (outcome, True)
    assert texts(it.simulator) == ["one\n"]


async def test_where_the_profile_has_automatic_status_nothing_is_asked_before_the_first_byte():
    """Three questions at 2 ms each would make the first byte late."""
    async with bench(line_to(device())) as it:
        before = it.line.written
        sent = []
        original = it.line.write

        async def noted(data, deadline_s):
            sent.append(data)
            return await original(data, deadline_s)

        it.line.write = noted
        await printed(it.driver)
    assert sent[0].startswith(b"\x1b@\x1da\xff")
    assert it.line.written > before


async def test_automatic_status_survives_the_initialising_of_each_receipt():
    async with bench(line_to(device())) as it:
        await printed(it.driver)
        it.line.act("cover open")
        await anyio.sleep(0.1)
        assert it.driver.status.cover_open
        assert CoverChanged(open=True) in it.facts


@pytest.mark.parametrize("speed", [0, 2])
@pytest.mark.parametrize(
    ("profile", "quirks"), [(FULL, ("no_clear",)), (OLD, ("no_clear", "no_process_id"))]
)
async def test_no_answer_owed_to_an_earlier_connection_confirms_a_new_receipt(
    profile, quirks, speed
):
    """Out of paper, the printer still owes the answer of the receipt before."""
    printer = device(*quirks, speed=speed)
    async with bench(line_to(printer), profile) as it:
        it.line.act("paper 1")
        await failed(it.driver, note("old", "old"), 2.0)
    async with bench(line_to(printer), profile) as it:
        it.line.act("paper 6")  # enough for the rest of the old one, and half of the new one
        await it.driver.check()
        progress = Progress()
        with anyio.move_on_after(3.0):
            await it.driver.print_receipt(note(*("new",) * 8), progress, 60.0)
        assert progress.outcome in {Outcome.UNKNOWN, Outcome.NOT_STARTED}
        assert printer.whole_receipts == 1
        assert texts(printer)[0] == "old\nold\n"


class Owing(EscposDevice):
    """Still owes an answer to GS r, which it sends just before that to the next one."""

    late_s = None

    def feed(self, data, now_s):
        answers = super().feed(data, now_s)
        if self.late_s is None and data.endswith(b"\x1dr\x01"):
            self.late_s = now_s + 0.05
            return b"\x00"
        return answers

    def due_s(self):
        return self.late_s

    def tick(self, now_s):
        if self.late_s is not None and now_s >= self.late_s:
            self.late_s = float("inf")
            return b"\x00"
        return b""


async def test_an_answer_owed_for_long_is_not_taken_for_the_newest_question():
    printer = Owing(Body(quirks=frozenset({"no_clear"})))
    async with bench(line_to(printer), OLD) as it:
        it.simulator.cover_open = True  # before the receipt is printed
        progress, _ = await failed(it.driver, deadline_s=2.0)
        assert progress.outcome is not Outcome.DONE


async def test_a_lost_confirmation_leaves_it_unknown_and_begins_anew():
    async with bench(line_to(device(), "tx on 3722 drop x2")) as it:
        progress, error = await failed(it.driver, deadline_s=60)
        assert isinstance(error, Unanswered)
        assert "did not confirm" in str(error)
        assert progress.outcome is Outcome.UNKNOWN
        assert texts(it.simulator) == ["one\n"]
        assert not it.line.is_open
        assert anyio.current_time() < 1000 + 2 * CONFIRM_S


async def test_a_fence_may_be_left_out_or_chosen():
    async with bench(line_to(device()), fence="none") as it:
        assert (await printed(it.driver)).outcome is Outcome.UNKNOWN
    async with bench(line_to(device()), CLONE, fence="gs_r") as it:
        assert (await printed(it.driver)).outcome is Outcome.DONE
    async with bench(line_to(device()), CLONE, fence="process_id") as it:
        assert (await printed(it.driver)).outcome is Outcome.DONE


async def test_a_printer_without_gs_r_is_not_believed_to_have_it():
    async with bench(line_to(device(*CLONE_QUIRKS)), CLONE, fence="gs_r") as it:
        assert (await printed(it.driver)).outcome is Outcome.UNKNOWN


async def test_a_line_that_confirms_by_itself_is_believed():
    printer = device()
    line = MemoryTransport(lambda data: printer.feed(data, 0))
    driver = DRIVER.make(
        DeviceSetup(name="device", line=line, options=read_options(DRIVER, {}), emit=lambda _: None)
    )
    await line.open()
    await driver.start()
    await driver.check()
    assert (await printed(driver)).outcome is Outcome.DONE
    progress = Progress()
    await driver.kick(progress, 1.0)
    assert progress.outcome is Outcome.DONE
    assert texts(printer) == ["one\n"]
    assert bytes(line.sent[:2]) == b"\x1b@", "nothing is sent to a file but receipts"


async def test_what_could_not_be_printed_as_written_is_said(tmp_path):
    blocks = (Text("红 5 ₽ Ω"), Logo("shop"), Cut())
    document = ReceiptDocument(sections=(Section("x", blocks),))
    async with bench(line_to(device()), CLONE) as it:
        remarks = await it.driver.print_receipt(document, Progress(), 5.0)
        assert it.driver.unprintable("5€ 红茶") == "红茶"
    assert remarks == "Cannot print 红; Printed in other letters: ₽; Logo shop is missing"


async def test_the_logo_is_that_of_the_option(tmp_path):
    image = pytest.importorskip("PIL.Image")
    image.new("1", (16, 3)).save(tmp_path / "logo.png")
    document = ReceiptDocument(sections=(Section("x", (Logo("logo"), Cut())),))
    async with bench(line_to(device()), logo=str(tmp_path / "logo.png")) as it:
        assert await it.driver.print_receipt(document, Progress(), 5.0) == ""
    (receipt,) = it.simulator.printer.receipts
    assert (receipt.items[0].row_bytes, receipt.items[0].rows) == (2, 3)


async def test_a_printer_that_draws_no_qr_codes_gets_them_from_a_thread():
    async with bench(line_to(device(columns=32)), "generic-58mm") as it:
        document = ReceiptDocument(sections=(Section("x", (QrCode("https://a.b/1"), Text("x"))),))
        await printed(it.driver, document)
        assert it.simulator.printer.paper

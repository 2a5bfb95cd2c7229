"""Laws of the printer driver: what a job's result may claim, and that an id prints once."""

from __future__ import annotations

import anyio
import pytest

from posframe.hal.drivers.escpos_simple import RESULTS_KEPT_MAX, EscposPrinter
from posframe.hal.profiles import load_profile
from posframe.hal.progress import Outcome
from posframe.hal.simulators.escpos_paper import Kick
from posframe.hal.simulators.escpos_printer import VirtualPrinter
from posframe.hal.transports import transport_from_uri
from posframe.hal.transports.memory import MemoryTransport
from posframe.kernel.domain.receipt import Cut, Logo, QrCode, ReceiptDocument, Section, Text

PROFILE = load_profile("generic-80mm")


def note(*words):
    blocks = (*map(Text, words), Cut())
    return ReceiptDocument(sections=(Section("note", blocks),))


@pytest.fixture
def paper():
    return VirtualPrinter()


@pytest.fixture
def line(paper):
    return MemoryTransport(peer=paper.feed)


@pytest.fixture
def printer(line):
    return EscposPrinter(line, PROFILE)


async def test_a_receipt_is_printed_and_the_drawer_opened(printer, paper, sale):
    result = await printer.submit(sale, job_id="1", deadline_s=1)
    assert (result.outcome, result.sent, result.detail) == (Outcome.DONE, True, "")
    assert (await printer.kick(deadline_s=1)).outcome is Outcome.DONE
    assert len(paper.receipts) == 1
    assert list(paper.kicks) == [Kick(2, 50, 500)]
    assert not paper.unknown
    await printer.close()


async def test_the_same_job_is_printed_once(printer, paper):
    first = await printer.submit(note("one"), job_id="1", deadline_s=1)
    assert await printer.submit(note("one"), job_id="1", deadline_s=1) is first
    assert len(paper.receipts) == 1


async def test_a_job_that_never_started_may_come_again(printer, line, paper):
    line.absent = True
    result = await printer.submit(note("one"), job_id="1", deadline_s=1)
    assert (result.outcome, result.sent) == (Outcome.NOT_STARTED, False)
    line.absent = False
    assert (await printer.submit(note("one"), job_id="1", deadline_s=1)).outcome is Outcome.DONE
    assert len(paper.receipts) == 1


@pytest.mark.parametrize("fault", ["lost_after", "stuck_after"])
async def test_a_line_cut_at_any_byte_never_claims_too_much_or_too_little(fault):
    probe = MemoryTransport()
    await EscposPrinter(probe, PROFILE).submit(note("one", "two"), job_id="1", deadline_s=1)
    for after in range(len(probe.sent)):
        paper = VirtualPrinter()
        printer = EscposPrinter(MemoryTransport(paper.feed, **{fault: after}), PROFILE)
        result = await printer.submit(note("one", "two"), job_id="1", deadline_s=0.01)
        assert result.outcome is (Outcome.PARTIAL if after else Outcome.NOT_STARTED)
        assert not result.sent
        assert not paper.receipts


async def test_a_partial_job_is_never_printed_again_by_itself(paper):
    line = MemoryTransport(peer=paper.feed, lost_after=10)
    printer = EscposPrinter(line, PROFILE)
    first = await printer.submit(note("one", "two"), job_id="1", deadline_s=1)
    line.lost_after = 10**9
    assert first.outcome is Outcome.PARTIAL
    assert await printer.submit(note("one", "two"), job_id="1", deadline_s=1) is first
    assert (await printer.submit(note("three"), job_id="2", deadline_s=1)).outcome is Outcome.DONE


async def test_sent_without_a_confirmation_is_unknown_and_says_sent(line, printer):
    line.confirms = False
    result = await printer.submit(note("one"), job_id="1", deadline_s=1)
    assert (result.outcome, result.sent) == (Outcome.UNKNOWN, True)
    assert "does not tell" in result.detail


@pytest.mark.parametrize(("after", "outcome"), [(0, Outcome.NOT_STARTED), (9, Outcome.PARTIAL)])
async def test_a_cancelled_job_stays_on_record(paper, after, outcome):
    line = MemoryTransport(peer=paper.feed, stuck_after=after)
    printer = EscposPrinter(line, PROFILE)
    with anyio.move_on_after(0.05) as scope:
        await printer.submit(note("one", "two"), job_id="1", deadline_s=60)
    assert scope.cancelled_caught
    assert not line.is_open
    line.stuck_after = 10**9
    again = await printer.submit(note("one", "two"), job_id="1", deadline_s=1)
    assert again.outcome is (Outcome.DONE if outcome is Outcome.NOT_STARTED else outcome)


async def test_a_busy_printer_refuses_in_time_and_loses_nothing(paper):
    line = MemoryTransport(peer=paper.feed, stuck_after=5)
    printer = EscposPrinter(line, PROFILE)
    results = {}

    async def first():
        results["first"] = await printer.submit(note("one", "two"), job_id="1", deadline_s=0.3)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(first)
        await anyio.sleep(0.02)
        results["second"] = await printer.submit(note("two"), job_id="2", deadline_s=0.05)
        results["kick"] = await printer.kick(deadline_s=0.05)
    assert results["first"].outcome is Outcome.PARTIAL
    assert results["second"].outcome is Outcome.NOT_STARTED
    assert results["kick"].outcome is Outcome.NOT_STARTED
    assert "busy" in results["kick"].detail
    assert not paper.kicks


async def test_jobs_of_many_tasks_do_not_mix(printer, paper):
    async with anyio.create_task_group() as tasks:
        for number in range(20):
            tasks.start_soon(_submit, printer, number)
            tasks.start_soon(_kick, printer)
    assert sorted(receipt.text() for receipt in paper.receipts) == sorted(
        f"{n} {n}\n" for n in range(20)
    )
    assert len(paper.kicks) == 20
    assert not paper.unknown


async def _submit(printer, number):
    await printer.submit(note(f"{number} {number}"), job_id=str(number), deadline_s=5)


async def _kick(printer):
    await printer.kick(deadline_s=5)


async def test_what_could_not_be_printed_is_said(printer):
    blocks = (Text("红"), Logo("shop"))
    result = await printer.submit(
        ReceiptDocument(sections=(Section("x", blocks),)), job_id="1", deadline_s=1
    )
    assert result.detail == "Cannot print 红; Logo shop is missing"
    assert printer.unprintable("5€ 红茶") == "红茶"


async def test_a_printer_without_qr_is_served_from_a_thread(paper):
    printer = EscposPrinter(MemoryTransport(peer=paper.feed), load_profile("generic-58mm"))
    blocks = (QrCode("https://a.b/1"),)
    document = ReceiptDocument(sections=(Section("x", blocks),))
    assert (await printer.submit(document, job_id="1", deadline_s=5)).outcome is Outcome.DONE
    assert paper.paper


async def test_results_are_kept_for_a_while_only(printer):
    for number in range(RESULTS_KEPT_MAX + 1):
        await printer.submit(note(), job_id=str(number), deadline_s=1)
    assert len(printer._results) == RESULTS_KEPT_MAX  # white box: memory must not grow


async def test_a_virtual_printer_fills_its_folder(tmp_path, sale):
    printer = EscposPrinter(transport_from_uri(f"virtual:{tmp_path}/paper"), PROFILE)
    for job_id in ("1", "2"):
        assert (await printer.submit(sale, job_id=job_id, deadline_s=5)).outcome is Outcome.DONE
    await printer.kick(pin=5, deadline_s=5)
    receipts = ["receipt-000001.bin", "receipt-000001.txt", "receipt-000002.bin"]
    names = sorted(path.name for path in (tmp_path / "paper").iterdir())
    assert names == ["drawer.log", *receipts, "receipt-000002.txt"]
    assert "Café Posframe" in (tmp_path / "paper" / "receipt-000001.txt").read_text("utf-8")
    assert "pin 5, 50 ms on, 500 ms off" in (tmp_path / "paper" / "drawer.log").read_text("utf-8")

"""Laws of printing over several printers: each receipt comes out once, wherever it can, or nobody
says that it did."""

from __future__ import annotations

import random

import anyio
import pytest

from posframe.config import DeviceEntry
from posframe.errors import ConfigurationError
from posframe.hal import effect
from posframe.hal.devices import JobResult
from posframe.hal.entries import check_devices
from posframe.hal.printing import RESULTS_KEPT_MAX, SupervisedPrinter
from posframe.hal.progress import Outcome
from posframe.hal.registry import simulator_spec
from posframe.hal.simulators.printer_device import Body
from posframe.testing.virtual_clock import VIRTUAL_TIME
from tests.hal.hardware_bench import AWAY, Wires, opened
from tests.hal.printer_bench import FULL, LONG, device, note, texts
from tests.hal.served import served, until

NEVER_LOST = {"losses_per_minute": 100_000}
ENTRIES = {
    "printer": DeviceEntry(
        uri=f"escpos+tcp://printer?profile={FULL}", failover="back", **NEVER_LOST
    ),
    "back": DeviceEntry(uri=f"escpos+tcp://back?profile={FULL}", **NEVER_LOST),
}


@pytest.fixture
def anyio_backend():
    return VIRTUAL_TIME


@pytest.fixture
def wires(monkeypatch):
    found = Wires(printer=device(sensor="none"), back=device(sensor="none"))
    monkeypatch.setattr("posframe.hal.hardware.make_transport", found.make)
    return found


@pytest.fixture
async def shop(wires):
    async with opened(wires, ENTRIES) as found:
        yield found


async def printed(shop, words="one", *, job="", document=None, deadline_s=10.0):
    """Have it printed; return what was told of it."""
    return await shop.printer.submit(
        document or note(words), job_id=job or words, deadline_s=deadline_s
    )


def paper(wires, name="printer"):
    """Return what stands on the receipts that were cut."""
    receipts = wires.twins[name].printer.receipts
    return [receipt.text().strip() for receipt in receipts if receipt.cut]


async def test_the_first_printer_prints_while_it_can(shop, wires):
    assert (await printed(shop)).outcome is Outcome.DONE
    assert (paper(wires), paper(wires, "back")) == (["one"], [])


async def test_a_printer_that_is_away_is_passed_over_and_prints_nothing_later(shop, wires):
    await wires.pull("printer")
    await shop.settle()
    begun = anyio.current_time()
    assert (await printed(shop)).outcome is Outcome.DONE
    assert anyio.current_time() - begun < 1.0, "a ready printer is not waited for"
    wires.plug("printer")
    await shop.settle(60.0)
    assert (paper(wires), paper(wires, "back")) == ([], ["one"])
    await printed(shop, "two")
    assert (paper(wires), paper(wires, "back")) == (["two"], ["one"])


@pytest.mark.parametrize(
    ("trouble", "mended"), [("paper out", "paper new"), ("cover open", "cover close")]
)
async def test_a_printer_that_a_person_has_to_look_after_is_passed_over(
    shop, wires, trouble, mended
):
    wires.act("printer", trouble)
    await shop.settle()
    assert shop.state("printer") == "blocked"
    assert (await printed(shop)).outcome is Outcome.DONE
    wires.act("printer", mended)
    await shop.settle(60.0)
    assert (paper(wires), paper(wires, "back")) == ([], ["one"])


async def test_a_printer_found_blocked_when_its_turn_comes_is_passed_over(shop, wires, monkeypatch):
    """Its state was good when it was chosen."""
    driver = shop.devices["printer"].driver
    ready = driver._ready

    async def late():
        wires.act("printer", "cover open")
        await anyio.sleep(0.01)
        await ready()

    monkeypatch.setattr(driver, "_ready", late)
    assert (await printed(shop)).outcome is Outcome.DONE
    wires.act("printer", "cover close")
    await shop.settle(60.0)
    assert (paper(wires), paper(wires, "back")) == ([], ["one"])


@pytest.mark.parametrize(
    ("after", "outcome"),
    [
        (1, Outcome.PARTIAL),
        (20, Outcome.PARTIAL),
        (30, Outcome.UNKNOWN),  # in its last command, which anything could complete
        (None, Outcome.UNKNOWN),
    ],
)
async def test_a_job_of_which_a_byte_was_sent_never_goes_to_the_second(shop, wires, after, outcome):
    line = wires.lines["printer"]
    if after is None:
        line.cut_after = line.arrived
    else:
        line.lost_after = line.written + after
    result = await printed(shop)
    assert result.outcome is outcome
    assert result.detail
    assert (await printed(shop)) == result, "asked again, it is answered"
    await shop.settle(60.0)
    assert paper(wires, "back") == []
    assert paper(wires) in ([[]] if outcome is Outcome.PARTIAL else [[], ["one"]])


async def test_paper_that_ends_in_mid_receipt_does_not_send_it_to_the_second(shop, wires):
    wires.act("printer", "paper 50")
    result = await printed(shop, document=LONG, job="long")
    assert result.outcome is Outcome.PARTIAL
    assert "paper" in result.detail.lower()
    assert paper(wires, "back") == []


async def test_a_job_that_comes_again_is_answered_and_not_printed(shop, wires):
    told = [await printed(shop, job="17") for _ in range(3)]
    assert told == [JobResult(Outcome.DONE, sent=True)] * 3
    assert (paper(wires), paper(wires, "back")) == (["one"], [])


async def test_a_job_that_comes_again_while_it_is_printed_gets_the_same_answer(shop, wires):
    told = []

    async def ask():
        told.append((await printed(shop, job="17")).outcome)

    async with anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(ask)
    assert told == [Outcome.DONE] * 3
    assert paper(wires) == ["one"]


async def test_who_asks_again_does_not_wait_longer_than_he_may(shop, wires):
    wires.lines["printer"].stuck_after = wires.lines["printer"].written
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(lambda: printed(shop, job="17", deadline_s=8.0))
        await anyio.sleep(0.1)
        begun = anyio.current_time()
        again = await printed(shop, job="17", deadline_s=1.0)
        assert anyio.current_time() - begun == pytest.approx(1.0, abs=0.01)
        assert again.outcome is Outcome.UNKNOWN


async def test_a_job_that_never_began_may_come_again(shop, wires):
    for name in ENTRIES:
        await wires.pull(name)
    begun = anyio.current_time()
    result = await printed(shop, deadline_s=8.0)
    assert result.outcome is Outcome.NOT_STARTED
    assert anyio.current_time() - begun == pytest.approx(8.0, abs=0.5)
    assert "back" in result.detail
    for name in ENTRIES:
        wires.plug(name)
    await shop.settle(60.0)
    assert (paper(wires), paper(wires, "back")) == ([], []), "it is not printed by itself"
    assert (await printed(shop)).outcome is Outcome.DONE


async def test_a_printer_that_comes_back_in_time_prints(shop, wires):
    for name in ENTRIES:
        await wires.pull(name)

    async def put_back():
        await anyio.sleep(7.0)
        wires.plug("back")

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(put_back)
        assert (await printed(shop)).outcome is Outcome.DONE
    assert paper(wires, "back") == ["one"]


async def test_what_was_cancelled_while_it_was_printed_is_not_printed_again(shop, wires):
    wires.twins["printer"].body = Body(speed=1, sensor="none")  # a line a second
    with anyio.move_on_after(2.0) as cancelled:
        await printed(shop, document=note(*"abcdef"), job="17", deadline_s=60.0)
    assert cancelled.cancelled_caught
    await shop.settle(60.0)
    before = wires.lines["printer"].written
    again = await printed(shop, document=note(*"abcdef"), job="17")
    assert again.outcome in {Outcome.PARTIAL, Outcome.UNKNOWN}
    assert again.detail == "Cancelled while printing"
    assert wires.lines["printer"].written - before < 40
    assert paper(wires, "back") == []


async def test_what_was_cancelled_before_it_began_may_come_again(shop, wires):
    for name in ENTRIES:
        await wires.pull(name)
    with anyio.move_on_after(0.5):
        await printed(shop, job="17")
    for name in ENTRIES:
        wires.plug(name)
    await shop.settle()
    assert (await printed(shop, job="17")).outcome is Outcome.DONE
    assert paper(wires) == ["one"]


async def test_as_many_results_as_it_says_are_remembered(shop, wires):
    for number in range(RESULTS_KEPT_MAX + 1):
        await printed(shop, job=str(number))
    assert len(paper(wires)) <= RESULTS_KEPT_MAX + 1
    sent = wires.lines["printer"].written
    for number in range(1, RESULTS_KEPT_MAX + 1):
        assert (await printed(shop, job=str(number))).outcome is Outcome.DONE
    assert wires.lines["printer"].written - sent < 100, "nothing but a look at the printer"
    assert len(shop.printer._results) == RESULTS_KEPT_MAX  # white box: memory must not grow


@pytest.mark.parametrize("seed", range(3))
async def test_receipts_come_out_once_whatever_happens_to_two_printers(shop, wires, seed):
    check(wires, await pulled(shop, wires, random.Random(seed), shop.printer))


async def test_the_check_sees_a_till_that_prints_on_the_second_what_is_in_doubt(shop, wires):
    """Control: whatever the first does not confirm goes to the second."""

    class Eager(SupervisedPrinter):
        async def submit(self, document, *, job_id, deadline_s):
            for each in self._devices:
                result = await SupervisedPrinter([each]).submit(
                    document, job_id=job_id, deadline_s=deadline_s / 2
                )
                if result.outcome is Outcome.DONE:
                    break
            return result

    eager = Eager([shop.devices["printer"], shop.devices["back"]])
    told = await pulled(shop, wires, random.Random(0), eager)
    with pytest.raises(AssertionError):
        check(wires, told)


async def pulled(shop, wires, draw, printer):
    """Return what 60 jobs were told while both cables were pulled and put back."""
    told = {}

    async def hands(name):
        while True:
            await anyio.sleep(draw.random() * 2)
            fault = draw.choice(["lost_after", "cut_after", "pulled"])
            if fault == "pulled":
                await wires.pull(name)
            else:
                line = wires.lines[name]
                setattr(line, fault, (line.written if fault == "lost_after" else line.arrived) + 9)
            await anyio.sleep(draw.random() * 2)
            wires.plug(name)

    async with anyio.create_task_group() as tasks:
        for name in ENTRIES:
            tasks.start_soon(hands, name)
        for number in range(60):
            words = f"receipt {number:02d}."
            result = await printer.submit(note(words), job_id=words, deadline_s=4.0)
            told[words] = result.outcome
            await anyio.sleep(draw.random())
        tasks.cancel_scope.cancel()
    await shop.settle(30.0)
    return told


def check(wires, told):
    whole = paper(wires) + paper(wires, "back")
    counted = {words: sum(words in text for text in whole) for words in told}
    assert max(counted.values()) == 1
    for words, outcome in told.items():
        if outcome is Outcome.DONE:
            assert counted[words] == 1
        elif outcome in {Outcome.NOT_STARTED, Outcome.PARTIAL}:
            assert counted[words] == 0
    assert {Outcome.DONE, Outcome.PARTIAL, Outcome.UNKNOWN} <= set(told.values())


async def test_a_chain_of_printers_that_leads_round_ends(wires):
    entries = {**ENTRIES, "back": DeviceEntry(uri=ENTRIES["back"].uri, failover="printer")}
    async with opened(wires, entries) as shop:
        for name in entries:
            await wires.pull(name)
        assert (await printed(shop, deadline_s=2.0)).outcome is Outcome.NOT_STARTED


@pytest.mark.parametrize("other", ["scale", "nothing", "printer", "drawer"])
async def test_only_another_printer_takes_over(wires, other):
    entries = {
        "printer": DeviceEntry(uri=ENTRIES["printer"].uri, failover=other),
        "scale": DeviceEntry(uri="mt8217+serial:/dev/scale"),
        "drawer": DeviceEntry(uri="drawer+on://printer"),
        "back": ENTRIES["back"],
    }
    with pytest.raises(ConfigurationError, match="no other printer of this till") as refused:
        check_devices(entries, AWAY)
    assert "back" in refused.value.hint
    wires.twins["scale"] = simulator_spec("mt8217").make({})
    async with opened(wires, entries) as shop:
        await wires.pull("printer")
        result = await printed(shop, deadline_s=2.0)
        assert result.outcome is Outcome.NOT_STARTED
        await shop.settle()
        assert shop.state("scale") == "ready", "it is not given receipts"


async def test_a_line_that_was_dead_before_the_first_byte_is_opened_anew(shop, wires):
    """A printer on the network hangs up on tills that were silent for some minutes."""
    wires.lines["printer"].lost_after = wires.lines["printer"].written
    assert (await printed(shop)).outcome is Outcome.DONE
    assert (paper(wires), paper(wires, "back")) == (["one"], [])


async def test_without_opening_it_anew_the_job_would_be_refused(shop, wires, monkeypatch):
    """Control: what the test above proves is not the second printer's doing."""
    monkeypatch.setattr(effect, "_was_dead", lambda error, progress: False)
    monkeypatch.setattr(shop.printer, "_devices", (shop.devices["printer"],))
    wires.lines["printer"].lost_after = wires.lines["printer"].written
    assert (await printed(shop)).outcome is Outcome.NOT_STARTED
    assert paper(wires) == []


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_network_printer_that_closed_an_idle_line_prints_the_next_receipt():
    async with served("tcp://127.0.0.1:0", device(sensor="none")) as line:
        entries = {"printer": f"escpos+{line.address}?profile={FULL}"}
        async with opened(Wires(), entries, settle_s=0.0) as shop:
            for words in ("one", "two", "three"):
                assert (await printed(shop, words)).outcome is Outcome.DONE
                line.pull()
                await until(lambda: not line.connected)
                line.plug()
        assert [text.strip() for text in texts(line.simulator)] == ["one", "two", "three"]

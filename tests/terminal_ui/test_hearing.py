"""What devices bring to the screen: scans are sold, a weight answers its own question only."""

from __future__ import annotations

import pytest

from posframe import facts
from posframe.hal.errors import DeviceFault
from posframe_terminal.door import Scanned, Weight
from posframe_terminal.intake import Key, Scan
from tests.device_lines import desk_in
from tests.terminal_ui.selling import CARD, MILK
from tests.terminal_ui.stand import (
    BANANAS,
    FLOWERS,
    SAFFRON,
    PlayedDevices,
    Stand,
    open_till,
    standing,
)

GS1_MILK = f"010{MILK}"


@pytest.fixture
async def stand(tmp_path):
    async with standing(tmp_path, "scanner", "scale") as found:
        yield found


def brought(stand, kind):
    return [request for request in stand.requests if isinstance(request, kind)]


async def test_a_scan_of_a_device_is_sold_with_its_aim_identifier(stand):
    stand.till.devices.bring(facts.Scan(GS1_MILK, "]C1"))
    await stand.until(lambda: stand.sold)
    assert stand.sold == [("Milk 1 l", 1000)]
    (request,) = brought(stand, Scanned)
    assert (request.code, request.aim, request.source) == (GS1_MILK, "]C1", "scanner")


async def test_scans_are_sold_in_the_order_they_were_made_with_what_is_typed_before_them(stand):
    stand.type("3*")
    for code in (MILK, "96385074", MILK):
        stand.till.devices.bring(facts.Scan(code))
    await stand.until(lambda: len(stand.sold) == 3)
    assert stand.sold == [("Milk 1 l", 3000), ("Rye bread", 1000), ("Milk 1 l", 1000)]


async def test_a_scan_under_a_question_waits_until_it_is_answered(stand):
    await stand.ask()
    stand.till.devices.bring(facts.Scan(MILK))
    await stand.until(lambda: stand.view.entry.scans_held == 1)
    assert stand.sold == []
    stand.press("escape")
    await stand.until(lambda: stand.sold)
    assert stand.sold == [("Milk 1 l", 1000)]


async def test_a_card_that_was_presented_is_taken_as_scanned(stand):
    stand.type(f".enrol {CARD} 150\r")
    await stand.settle()
    stand.till.devices.bring(facts.CardRead(CARD, "msr"), "reader")
    await stand.until(lambda: brought(stand, Scanned))
    await stand.settle()
    assert stand.view.member.id == "Card ...0048"


async def test_a_state_that_changes_is_shown_and_noise_is_not(stand):
    await stand.settle()
    shown = len(stand.shown)
    stand.till.devices.bring(facts.WireNoise(3))
    await stand.settle()
    assert len(stand.shown) == shown
    stand.till.devices.bring(facts.StateChanged(facts.DeviceState.OFFLINE, "pulled"))
    await stand.until(lambda: len(stand.shown) > shown)


async def test_the_scale_answers_the_question_for_a_weight(stand):
    await stand.ask()
    assert "Put it on the scale, or key its weight." in stand.view.text
    stand.till.devices.answer("0.642 kg")
    await stand.until(lambda: stand.sold)
    await stand.settle()
    assert stand.sold == [("Bananas", 642)]
    assert stand.view.screen == "sale"
    assert len(stand.till.devices.asked) == 1


@pytest.mark.parametrize(
    ("item", "weight", "milli"),
    [
        (BANANAS, "1.000 kg", 1000),
        (BANANAS, "120 kg", 120_000),
        (BANANAS, "642 g", 642),
        (SAFFRON, "642 g", 642_000),
        (SAFFRON, "0.642 kg", 642_000),
        (SAFFRON, "9.999 kg", 9_999_000),
    ],
)
async def test_whatever_the_scale_shows_is_sold_exactly(stand, item, weight, milli):
    """A weight in whole units is no PLU typed twice."""
    await stand.ask(item)
    stand.till.devices.answer(weight)
    await stand.until(lambda: stand.sold)
    assert [quantity for _, quantity in stand.sold] == [milli]


async def test_a_question_for_a_price_is_not_asked_of_the_scale(stand):
    await stand.ask(FLOWERS)
    await stand.settle()
    assert stand.till.devices.asked == []


async def test_without_a_scale_nobody_is_sent_to_one(tmp_path):
    async with standing(tmp_path, "scanner") as stand:
        await stand.ask()
        assert not any("scale" in words for words in stand.view.text)
        stand.type("0.642\r")
        await stand.until(lambda: stand.sold)
    assert stand.till.devices.asked == []


async def test_what_the_operator_types_wins_over_the_scale(stand):
    await stand.ask()
    stand.type("1.5")
    await stand.settle()
    stand.till.devices.answer("0.642 kg")
    await stand.settle()
    assert stand.sold == []
    assert stand.view.entry.text == "1.5"
    stand.press("enter")
    await stand.until(lambda: stand.sold)
    await stand.settle()
    assert stand.sold == [("Bananas", 1500)]


async def test_a_refused_figure_does_not_keep_the_scale_from_answering(stand):
    await stand.ask()
    stand.type("10005\r")
    await stand.until(lambda: stand.view.entry.refused)
    stand.till.devices.answer("0.642 kg")
    await stand.until(lambda: stand.sold)
    assert stand.sold == [("Bananas", 642)]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            DeviceFault("This load was weighed already", fault="same", hint="lift it once"),
            "This load was weighed already (lift it once)",
        ),
        ("1.25 lb", "The scale weighs in lb, this item is sold by the kg"),
        (ZeroDivisionError("division by zero"), "division by zero"),
    ],
)
async def test_why_the_scale_gave_no_weight_stands_in_the_pop_up(stand, answer, words):
    await stand.ask()
    stand.till.devices.answer(answer)
    await stand.until(lambda: any(words in each for each in stand.view.text))
    assert stand.view.screen == "price"
    stand.type("0.5\r")
    await stand.until(lambda: stand.sold)
    await stand.ask()
    assert not any(words in each for each in stand.view.text), "it was about the one before"


@pytest.mark.parametrize("end", [("escape",), ("0", ".", "5", "enter")])
async def test_a_question_that_is_closed_takes_its_weighing_back(stand, end):
    await stand.ask()
    stand.press(*(key for key in end if len(key) > 1)) if len(end) == 1 else stand.type("0.5\r")
    await stand.settle()
    assert [asked.cancelled() for asked in stand.till.devices.asked] == [True]


async def test_a_terminal_that_is_left_takes_its_weighing_back_and_hears_no_more(tmp_path):
    async with standing(tmp_path, "scale") as stand:
        await stand.ask()
        devices = stand.till.devices
        assert len(devices.listeners) == 1
    assert devices.asked[0].cancelled()
    assert devices.listeners == []


async def test_another_question_is_asked_anew(stand):
    await stand.ask()
    stand.press("escape")
    await stand.settle()
    await stand.ask(SAFFRON)
    assert [asked.cancelled() for asked in stand.till.devices.asked] == [True, False]
    stand.till.devices.answer("5 g")
    await stand.until(lambda: stand.sold)
    assert stand.sold == [("Saffron", 5000)]


async def test_a_weight_that_was_on_its_way_when_its_question_closed_is_nobody_s(stand):
    """It cannot be cancelled any more: it was given already."""
    await stand.ask()
    stand.till.devices.asked[0].set_running_or_notify_cancel()
    stand.press("escape")
    await stand.settle()
    await stand.ask()
    stand.till.devices.answer("0.642 kg", question=0)
    await stand.settle()
    assert stand.sold == []
    assert stand.view.screen == "price"
    stand.till.devices.answer("1.000 kg", question=1)
    await stand.until(lambda: stand.sold)
    assert stand.sold == [("Bananas", 1000)]


async def test_why_an_earlier_question_got_no_weight_is_not_said_of_a_later_one(stand):
    await stand.ask()
    stand.till.devices.asked[0].set_running_or_notify_cancel()
    stand.press("escape")
    await stand.settle()
    await stand.ask()
    stand.till.devices.answer(DeviceFault("The scale is overloaded", fault="overload"), question=0)
    await stand.settle()
    stand.pump.present()
    assert not any("overloaded" in words for words in stand.view.text)


@pytest.mark.parametrize("later", [BANANAS, SAFFRON, FLOWERS])
async def test_a_weight_behind_keys_that_close_its_question_answers_no_later_one(tmp_path, later):
    """All of it waits in the one queue while a commit takes its time."""
    with open_till(tmp_path) as till:
        till.devices = devices = PlayedDevices("scale")
        stand = Stand(till)
        with stand.hearing():
            async with stand.pumping():
                await stand.ask()
            for item in (Key("escape"), Scan(later)):
                stand.pump.feed(item)
            devices.answer("0.642 kg", question=0)
            await stand.until(lambda: len(stand.pump.backlog) == 3)
            async with stand.pumping():
                await stand.until(lambda: brought(stand, Weight))
                await stand.settle()
                assert stand.sold == []
                assert stand.view.screen == "price"
                stand.type("450\r" if later == FLOWERS else "0.5\r")
                await stand.until(lambda: stand.sold)


@pytest.fixture
def lines(tmp_path):
    with desk_in(tmp_path) as desk:
        scanner = desk.plug("scanner", aim="yes")
        scale = desk.plug("mt8217", swing_ms="0", settle_ms="0")
        yield scanner, scale


async def test_real_lines_bring_a_scan_and_a_weight(tmp_path, lines):
    scanner, scale = lines
    settings = "".join(
        f'\n[devices.{name}]\nuri = "{uri}"\n'
        for name, uri in (
            ("scanner", f"scanner+{scanner.address}?aim=yes"),
            ("scale", f"mt8217+{scale.address}"),
        )
    )
    with open_till(tmp_path / "till", settings) as till:
        stand = Stand(till)
        with stand.hearing():
            async with stand.pumping():
                await stand.until(lambda: all(each.line.connected for each in lines))
                scanner.act(f"scan ]C1 {GS1_MILK}")
                await stand.until(lambda: stand.sold == [("Milk 1 l", 1000)])
                assert brought(stand, Scanned)[0].aim == "]C1"
                await stand.ask()
                scale.act("put 0.645")
                await stand.until(lambda: len(stand.sold) == 2)
                assert stand.sold[1] == ("Bananas", 645)
                assert [report.state for report in till.devices.reports()].count("ready") >= 2

"""Laws of the till's scale: each load is sold once, and a question survives the cable."""

from __future__ import annotations

import anyio
import pytest

from posframe.errors import DataError, DeviceError
from posframe.hal import scales
from posframe.hal.facts import DeviceState
from posframe.hal.registry import simulator_spec
from posframe.hal.weights import Load, Reading
from posframe.testing.virtual_clock import VIRTUAL_TIME
from tests.hal.hardware_bench import Wires, opened
from tests.hal.scale_bench import STILL

SCALE = {"scale": "mt8217+serial:/dev/scale"}
NOTHING = "There is nothing on the scale (put the goods on it, or key the weight)"
SAME = "This load was weighed already (lift it once and put it back, or key the weight)"
MOTION = "The scale is not at rest (wait until it is, or key the weight)"


@pytest.fixture
def anyio_backend():
    return VIRTUAL_TIME


@pytest.fixture
def wires(monkeypatch):
    found = Wires(scale=simulator_spec("mt8217").make(STILL))
    monkeypatch.setattr("posframe.hal.hardware.make_transport", found.make)
    return found


@pytest.fixture
async def shop(wires):
    async with opened(wires, SCALE) as found:
        yield found


async def weighed(shop, deadline_s=2.0):
    return str((await shop.scale.weigh(deadline_s)).weight)


async def refused(shop, deadline_s=2.0):
    """Return the sentence that the cashier gets, and the seconds until then."""
    begun = anyio.current_time()
    with pytest.raises(DeviceError) as error:
        await shop.scale.weigh(deadline_s)
    return str(error.value), anyio.current_time() - begun


async def test_a_load_is_sold_once_until_it_was_lifted(shop, wires):
    wires.act("scale", "put 1.250")
    assert await weighed(shop) == "1.250 kg"
    for _ in range(3):
        assert (await refused(shop))[0] == SAME
        await anyio.sleep(30.0)
    wires.act("scale", "take")
    await anyio.sleep(0.6)
    wires.act("scale", "put 0.800")
    assert await weighed(shop) == "0.800 kg"


async def test_a_load_that_was_lifted_between_two_sales_need_not_be_lifted_again(shop, wires):
    """Nobody asks then; two bags of the same weight are two bags."""
    wires.act("scale", "put 1.250")
    assert await weighed(shop) == "1.250 kg"
    await anyio.sleep(10.0)
    wires.act("scale", "take")
    await anyio.sleep(0.6)
    wires.act("scale", "put 1.250")
    await anyio.sleep(10.0)
    assert await weighed(shop) == "1.250 kg"


async def test_nobody_would_know_without_watching(wires, monkeypatch):
    """Control: what the test above proves is not the scale's own doing."""
    monkeypatch.setattr(scales, "LOOK_EVERY_S", 1e6)
    async with opened(wires, SCALE) as shop:
        wires.act("scale", "put 1.250")
        await weighed(shop)
        wires.act("scale", "take")
        await anyio.sleep(0.6)
        wires.act("scale", "put 1.250")
        assert (await refused(shop))[0] == SAME


async def test_a_scale_that_nothing_was_weighed_on_is_left_alone(shop, wires):
    sent = wires.lines["scale"].written
    await anyio.sleep(600.0)
    assert wires.lines["scale"].written == sent
    wires.act("scale", "put 1.250")
    await weighed(shop)
    wires.act("scale", "take")
    await anyio.sleep(1.0)
    sent = wires.lines["scale"].written
    await anyio.sleep(600.0)
    assert wires.lines["scale"].written == sent, "it was seen empty: there is no more to see"


@pytest.mark.parametrize(
    ("acts", "sentence"),
    [
        ((), NOTHING),
        (("lift",), "The scale is below zero"),
        (("overload",), "The scale is overloaded"),
        (("put 1.250",), ""),
    ],
)
async def test_at_the_deadline_the_cashier_is_told_what_is_in_the_way(shop, wires, acts, sentence):
    for act in acts:
        wires.act("scale", act)
    if not sentence:
        assert await weighed(shop, 3.0) == "1.250 kg"
        return
    words, took_s = await refused(shop, 3.0)
    assert words.startswith(sentence)
    assert "or key the weight" in words
    assert took_s == pytest.approx(3.0, abs=0.2)


async def test_a_load_that_never_rests_is_told(wires):
    wires.twins["scale"] = simulator_spec("mt8217").make({"swing_ms": "0", "settle_ms": "60000"})
    async with opened(wires, SCALE) as shop:
        wires.act("scale", "put 1.250")
        assert (await refused(shop, 3.0))[0] == MOTION


@pytest.mark.parametrize("away_s", [0.0, 0.05, 0.1, 0.5, 1.0, 7.3])
async def test_a_scale_that_goes_away_in_mid_question_answers_when_it_is_back(shop, wires, away_s):
    async def hands():
        await anyio.sleep(away_s)
        await wires.pull("scale")
        await anyio.sleep(10.0)
        wires.act("scale", "put 1.250")
        wires.plug("scale")

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(hands)
        assert await weighed(shop, 60.0) == "1.250 kg"


@pytest.mark.parametrize(
    ("fault", "after"), [("lost_after", 0), ("cut_after", 0), ("cut_after", 4)]
)
async def test_a_line_that_breaks_in_mid_exchange_is_asked_anew(shop, wires, fault, after):
    wires.act("scale", "put 1.250")
    line = wires.lines["scale"]
    setattr(line, fault, (line.written if fault == "lost_after" else line.arrived) + after)
    assert await weighed(shop, 10.0) == "1.250 kg"
    assert wires.lines["scale"] is not line
    assert (await refused(shop))[0] == SAME


async def test_a_scale_switched_off_in_mid_question_answers_when_it_is_on_again(shop, wires):
    """Its cable stays: nothing tells but its silence."""

    async def hands():
        wires.act("scale", "off")
        await anyio.sleep(10.0)
        wires.act("scale", "on")
        await anyio.sleep(5.0)
        wires.act("scale", "put 1.250")

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(hands)
        assert await weighed(shop, 60.0) == "1.250 kg"


async def test_a_load_that_was_sold_is_remembered_over_a_reconnect(shop, wires):
    wires.act("scale", "put 1.250")
    await weighed(shop)
    await wires.pull("scale")
    await anyio.sleep(5.0)
    wires.plug("scale")
    await anyio.sleep(2.0)
    assert (await refused(shop))[0] == SAME
    wires.act("scale", "take")
    await anyio.sleep(1.0)
    wires.act("scale", "put 1.250")
    assert await weighed(shop) == "1.250 kg"


async def test_a_scale_that_stays_away_says_so_when_the_time_is_over(wires):
    wires.unplugged.add("scale")
    async with opened(wires, SCALE) as shop:
        words, took_s = await refused(shop, 10.0)
        assert words == "scale: sim: there is no device"
        assert 10.0 <= took_s < 12.0


async def test_a_scale_that_came_late_and_stays_empty_gives_the_cashier_s_sentence(wires):
    wires.unplugged.add("scale")
    async with opened(wires, SCALE) as shop:

        async def hands():
            await anyio.sleep(30.0)
            wires.plug("scale")

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(hands)
            words, took_s = await refused(shop, 60.0)
        assert words == NOTHING
        assert took_s == pytest.approx(60.0, abs=2.0)


async def test_watching_waits_while_somebody_asks(shop, wires):
    wires.act("scale", "put 1.250")
    await weighed(shop)
    waiting = []

    async def count():
        while True:
            await anyio.sleep(0.05)
            waiting.append(shop.scale.device.waiting)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(count)
        await refused(shop, 5.0)
        tasks.cancel_scope.cancel()
    assert set(waiting) == {0}


async def test_a_question_taken_back_leaves_the_scale_to_the_next_one(shop, wires):
    for after_s in (0.0, 0.01, 0.15, 0.4, 1.0):
        with anyio.move_on_after(after_s):
            await shop.scale.weigh(60.0)
    wires.act("scale", "put 1.250")
    assert await weighed(shop) == "1.250 kg"
    assert shop.scale.device.state is DeviceState.READY


async def test_a_scale_of_another_unit_is_said_and_goes_on(shop, wires):
    wires.act("scale", "put 1.250")
    with pytest.raises(DataError, match="weighs in kg, this item is sold by the lb"):
        await shop.scale.weigh(2.0, unit="lb")
    assert shop.scale.device.state is DeviceState.READY
    assert await weighed(shop) == "1.250 kg", "that load was not sold"


async def test_a_scale_that_is_out_of_order_is_told_at_once(shop, wires, monkeypatch):
    async def read(self, deadline_s):
        return Reading(Load.FAULT)

    monkeypatch.setattr(type(shop.scale.device.driver), "read", read)
    words, took_s = await refused(shop, 60.0)
    assert words.startswith("The scale is out of order")
    assert took_s < 1.0

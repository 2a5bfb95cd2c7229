"""What holds for every scale and its driver, whatever it speaks."""

from __future__ import annotations

import anyio
import pytest

from posframe.hal.driver import DriverSpec
from posframe.hal.errors import DeviceFault, Unanswered, Unsupported
from posframe.hal.facts import WireNoise
from posframe.hal.progress import Outcome
from posframe.hal.transports import TransportError
from posframe.hal.weighing import Weigher
from posframe.hal.weights import Load, Reading, Weight
from posframe.testing.hal.kits.scales import (
    ADAM,
    APPROVAL,
    CAS,
    DIALOG02,
    DIALOG04,
    DIALOG06,
    HIDSCALE,
    MT8217,
    NCI,
)
from posframe.testing.virtual_clock import VIRTUAL_TIME
from tests.hal.scale_bench import scale

KG1250 = Weight(1250, 3, "kg")
STABLE = Reading(Load.STABLE, KG1250)
KITS = (MT8217, NCI, CAS, DIALOG02, DIALOG04, DIALOG06, HIDSCALE, ADAM)
SEVEN_BITS = (MT8217, NCI, DIALOG02, DIALOG04, DIALOG06)


def named(kit):
    return kit.spec.name


EVERY = pytest.mark.parametrize("kit", KITS, ids=named)


@pytest.fixture
def anyio_backend():
    return VIRTUAL_TIME


def twin_options(kit):
    return APPROVAL if kit.spec.name == "dialog06" else {}


async def fails(error, awaitable):
    with pytest.raises(error) as caught:
        await awaitable
    assert caught.value.hint
    return caught.value


@EVERY
async def test_a_load_is_weighed_once_it_rests_and_once_only(kit):
    """Points 42 and 43, with every scale, and with loads that swing as they do."""
    async with scale(kit, still=False, **twin_options(kit)) as bench:
        driver, weigher = bench.driver, Weigher()
        await anyio.sleep(1)
        bench.line.act("put 1.250")
        began_s = anyio.current_time()
        reading = await weigher.weigh(driver, deadline_s=10, unit="kg")
        assert reading.weight == KG1250
        assert anyio.current_time() - began_s >= 0.5, "the load swings first"
        again = await fails(DeviceFault, weigher.weigh(driver, deadline_s=2))
        assert again.fault in {"same_weight", "silent"}
        bench.line.act("put 1.250")
        assert (await weigher.weigh(driver, deadline_s=10)).weight == KG1250
        await fails(DeviceFault, weigher.weigh(driver, deadline_s=2))


@EVERY
@pytest.mark.parametrize(
    ("act", "faults"),
    [
        ("take", {"empty", "below_minimum", "silent"}),
        ("lift", {"under_zero", "silent"}),
        ("overload", {"overload", "silent"}),
    ],
)
async def test_below_at_and_far_above_zero_nothing_is_sold(kit, act, faults):
    """Point 44."""
    async with scale(kit, **twin_options(kit)) as bench:
        bench.line.act(act)
        fault = await fails(DeviceFault, Weigher().weigh(bench.driver, deadline_s=3))
        assert fault.fault in faults
        assert bench.simulator.weighings == 0


@EVERY
async def test_a_scale_that_is_switched_off_is_not_waited_for_longer_than_allowed(kit):
    async with scale(kit, load="1.250", **twin_options(kit)) as bench:
        bench.line.act("off")
        await anyio.sleep(0.2)
        began_s = anyio.current_time()
        await fails((Unanswered, DeviceFault), Weigher().weigh(bench.driver, deadline_s=3))
        assert anyio.current_time() - began_s <= 3
        bench.line.act("take")
        bench.line.act("on")
        bench.line.act("put 1.250")
        await anyio.sleep(1.2)
        assert (await Weigher().weigh(bench.driver, deadline_s=5)).weight == KG1250


@pytest.mark.parametrize("kit", [*SEVEN_BITS, CAS, ADAM], ids=named)
async def test_a_line_that_fails_at_the_first_byte_has_begun_nothing(kit):
    async with scale(kit, load="1.250", **twin_options(kit)) as bench:
        await bench.line.close()
        with pytest.raises(TransportError) as caught:
            await bench.driver.read(1.0)
        assert caught.value.outcome is Outcome.NOT_STARTED


@pytest.mark.parametrize(("kit", "heard"), [(CAS, 1), (DIALOG04, 13)])
async def test_a_line_that_fails_at_the_second_question_has_begun_something(kit, heard):
    async with scale(kit, load="1.250") as bench:
        bench.line.lost_after = bench.line.written + heard
        with pytest.raises(TransportError) as caught:
            await bench.driver.read(1.0)
        assert caught.value.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("kit", [*SEVEN_BITS, ADAM], ids=named)
async def test_a_damaged_answer_is_no_weight_and_the_next_is_taken(kit):
    """Point 45: the line marks a wrong parity; here the eighth bit does."""
    async with scale(
        kit, faults="tx at byte 2 corrupt 7", load="1.250", **twin_options(kit), again="yes"
    ) as bench:
        reading = await Weigher().weigh(bench.driver, deadline_s=10)
        assert reading.weight == KG1250
        assert any(isinstance(fact, WireNoise) for fact in bench.facts)


@pytest.mark.parametrize("kit", [MT8217, NCI, CAS], ids=named)
async def test_an_answer_that_comes_too_late_is_never_the_next_one(kit):
    """The weight of a load that is gone would be sold for the one that lies there now."""
    async with scale(kit, faults="tx at byte 0 delay 1.1", load="1.250") as bench:
        await fails(Unanswered, bench.driver.read(1.0))
        bench.line.act("put 0.500")
        reading = await bench.driver.read(3.0)
        assert reading == Reading(Load.STABLE, Weight(500, 3, "kg"))


@EVERY
async def test_a_scale_is_watched_for_a_lift_unless_it_refuses_the_same_load_itself(kit):
    """Each look at a Dialog scale shows a price, and at an Adam scale beeps."""
    async with scale(kit, load="1.250", **twin_options(kit)) as bench:
        weigher = Weigher()
        assert not weigher.waits_for_lift
        await weigher.weigh(bench.driver, deadline_s=2)
        watched = kit.spec.name in {"mt8217", "nci", "cas", "hidscale"}
        assert weigher.waits_for_lift is watched
        bench.line.act("take")
        await weigher.read(bench.driver, 2)
        assert not weigher.waits_for_lift


@EVERY
async def test_what_a_scale_cannot_do_it_says_before_anything_is_sent(kit):
    async with scale(kit, **twin_options(kit)) as bench:
        capabilities = kit.spec.capabilities
        for name, ask in (
            ("zero", bench.driver.zero(1.0)),
            ("tare", bench.driver.tare(None, 1.0)),
            ("price", bench.driver.price(199, "Apples", 1.0)),
        ):
            if name in capabilities:
                ask.close()
            else:
                await fails(Unsupported, ask)
        assert bench.line.writes == []


@EVERY
def test_each_scale_is_a_scale_with_the_line_of_its_protocol(kit):
    spec = kit.spec
    assert isinstance(spec, DriverSpec)
    assert spec.device_class == "scale"
    assert spec.simulator == spec.name
    lines = {
        "mt8217": "9600 7E1", "nci": "9600 7E1", "cas": "9600 8N1", "dialog02": "2400 7O1",
        "dialog04": "4800 7O1", "dialog06": "9600 7O1", "adam": "4800 8N1", "hidscale": "",
    }  # fmt: skip
    found = " ".join(spec.line[key] for key in ("baud", "format") if key in spec.line)
    assert found == lines[spec.name]

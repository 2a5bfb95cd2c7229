"""What may be sold: at rest, above zero, and no load twice."""

from __future__ import annotations

import itertools

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import DataError
from posframe.hal.driver import DeviceSetup
from posframe.hal.driver_classes import ScaleDriver
from posframe.hal.errors import DeviceFault, Unanswered
from posframe.hal.transports.memory import MemoryTransport
from posframe.hal.weighing import SAME_WITHIN, Refusal, Rules, Trail, Weigher, judge, weigh
from posframe.hal.weights import Load, Reading, Weight
from posframe.testing.virtual_clock import VIRTUAL_TIME


@pytest.fixture
def anyio_backend():
    return VIRTUAL_TIME


def kg(grams, load=Load.STABLE, **fields):
    return Reading(load, Weight(grams, 3, "kg"), **fields)


EMPTY, MOTION, SAME = (Reading(load) for load in (Load.ZERO, Load.MOTION, Load.SAME))
A, B = kg(1250), kg(500)


class Script(ScaleDriver):
    """A scale that gives one reading or error after another, the last one for ever."""

    def __init__(self, *script):
        super().__init__(
            DeviceSetup(name="scale", line=MemoryTransport(), options=None, emit=lambda _: None)
        )
        self.script = list(script)
        self.asked_s = []

    async def pump(self):
        await anyio.sleep_forever()

    async def read(self, deadline_s):
        self.asked_s.append((anyio.current_time(), deadline_s))
        step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(step, Exception):
            await anyio.sleep(deadline_s)
            raise step
        return step


async def weighed(weigher, *script, **rules):
    return await weigher.weigh(Script(*script), **{"deadline_s": 2.0, **rules})


async def refused(weigher, *script, **rules):
    with pytest.raises(DeviceFault) as refusal:
        await weighed(weigher, *script, **rules)
    assert refusal.value.hint
    return refusal.value.fault


async def test_the_load_is_waited_for_until_it_rests():
    script = Script(MOTION, kg(1300, Load.MOTION), kg(1245, Load.MOTION), A, B)
    began_s = anyio.current_time()
    assert await weigh(script, deadline_s=5.0) == A
    assert anyio.current_time() - began_s == pytest.approx(3 * script.poll_s)
    assert len(script.asked_s) == 4


@pytest.mark.parametrize(
    ("reading", "fault", "words"),
    [
        (MOTION, "motion", "not at rest"),
        (kg(1250, Load.MOTION), "motion", "not at rest"),
        (EMPTY, "empty", "nothing on the scale"),
        (kg(0, Load.STABLE), "empty", "nothing on the scale"),
        (kg(-5, Load.STABLE), "empty", "nothing on the scale"),
        (kg(-5, Load.UNDER_ZERO), "under_zero", "below zero"),
        (Reading(Load.OVERLOAD), "overload", "overloaded"),
        (Reading(Load.BELOW_MINIMUM), "below_minimum", "too light"),
        (Reading(Load.NOT_READY), "not_ready", "not ready"),
        (Reading(Load.SILENT), "silent", "no new weight"),
        (SAME, "same_weight", "weighed already"),
        (Reading(Load.STABLE), "empty", "nothing on the scale"),
    ],
)
async def test_what_may_not_be_sold_ends_with_words_for_the_cashier(reading, fault, words):
    began_s = anyio.current_time()
    with pytest.raises(DeviceFault, match=words) as refusal:
        await weighed(Weigher(), reading)
    assert refusal.value.fault == fault
    assert "key the weight" in refusal.value.hint
    assert 1.6 <= anyio.current_time() - began_s <= 2.0


async def test_a_scale_out_of_order_is_not_waited_for():
    began_s = anyio.current_time()
    with pytest.raises(DeviceFault, match="out of order: memory"):
        await weighed(Weigher(), Reading(Load.FAULT, detail="memory"))
    assert anyio.current_time() == began_s


async def test_the_last_thing_in_the_way_is_what_is_said():
    assert await refused(Weigher(), MOTION, MOTION, Reading(Load.OVERLOAD)) == "overload"


async def test_a_lost_answer_is_asked_for_again_while_there_is_time():
    assert await weighed(Weigher(), Unanswered("no answer"), A, deadline_s=5.0) == A
    with pytest.raises(Unanswered):
        await weighed(Weigher(), MOTION, Unanswered("no answer"))


async def test_no_question_outlasts_the_deadline():
    script = Script(Unanswered("no answer"))
    began_s = anyio.current_time()
    with pytest.raises(Unanswered):
        await weigh(script, deadline_s=2.0)
    assert anyio.current_time() - began_s <= 2.0
    assert [deadline_s for _, deadline_s in script.asked_s] == pytest.approx([1.5, 0.35])


async def test_a_load_is_sold_once():
    weigher = Weigher()
    assert await weighed(weigher, A) == A
    assert await refused(weigher, A) == "same_weight"
    assert weigher.last == A


@pytest.mark.parametrize("between", [EMPTY, MOTION, kg(-5, Load.UNDER_ZERO), kg(0, Load.ZERO)])
async def test_the_same_weight_is_sold_again_once_zero_or_motion_was_seen(between):
    weigher = Weigher()
    await weighed(weigher, A)
    assert await weighed(weigher, A, between, A) == A
    await weigher.read(Script(between), 1.0)  # seen by a display between two weighings
    assert await weighed(weigher, A) == A
    assert await refused(weigher, A) == "same_weight"


@pytest.mark.parametrize("between", [Reading(Load.OVERLOAD), Reading(Load.NOT_READY), SAME])
async def test_nothing_else_makes_it_another_load(between):
    weigher = Weigher()
    await weighed(weigher, A)
    assert await refused(weigher, between, A) == "same_weight"


async def test_another_weight_is_another_load_but_a_drifting_one_is_not():
    weigher = Weigher()
    await weighed(weigher, A)
    assert await refused(weigher, kg(1260)) == "same_weight"
    assert await refused(weigher, kg(1240)) == "same_weight"
    # Two decimals are the coarser: ten hundredths are allowed, a hundred grams.
    assert await refused(weigher, Reading(Load.STABLE, Weight(135, 2, "kg"))) == "same_weight"
    assert await weighed(weigher, kg(1261)) == kg(1261)


async def test_a_weight_after_a_tare_or_in_another_unit_does_not_compare():
    weigher = Weigher()
    await weighed(weigher, A)
    assert await refused(weigher, kg(1050, net=True)) == "same_weight"
    assert await refused(weigher, Reading(Load.STABLE, Weight(276, 2, "lb"))) == "same_weight"
    await weighed(weigher, MOTION, kg(1050, net=True))
    weigher.tared()
    assert await refused(weigher, kg(900, net=True)) == "same_weight"


async def test_a_scale_that_vouches_for_another_load_is_believed():
    weigher = Weigher()
    await weighed(weigher, A)
    assert await weighed(weigher, kg(1250, moved=True)) == A


async def test_a_load_may_be_weighed_twice_where_that_is_wanted():
    weigher = Weigher()
    await weighed(weigher, A)
    assert await weighed(weigher, A, require_change=False) == A
    assert await weighed(weigher, SAME, require_change=False) == A


async def test_the_same_is_the_weight_heard_last_if_it_was_not_sold():
    weigher = Weigher()
    await weigher.read(Script(A), 1.0)  # a scale that states each weight once has stated it here
    assert await weighed(weigher, SAME) == A
    assert await refused(weigher, SAME) == "same_weight"


async def test_the_same_is_nothing_once_an_answer_may_have_been_lost():
    """The lost answer may have been the weight of another load, which "same" then means."""
    weigher = Weigher()
    await weigher.read(Script(A), 1.0)
    with pytest.raises(Unanswered):
        await weigher.read(Script(Unanswered("no answer")), 1.0)
    assert await refused(weigher, SAME) == "same_weight"
    await weigher.read(Script(B), 1.0)
    with anyio.move_on_after(0.5):
        await weigher.read(Script(Unanswered("no answer")), 1.0)
    assert await refused(weigher, SAME) == "same_weight"


@pytest.mark.parametrize("between", [EMPTY, MOTION, Reading(Load.OVERLOAD), Reading(Load.SILENT)])
async def test_the_same_is_nothing_once_the_load_was_seen_otherwise(between):
    """What the scale means by "same" then is a weight that nobody has heard."""
    weigher = Weigher()
    await weighed(weigher, A)
    await weigher.read(Script(between), 1.0)
    assert await refused(weigher, SAME) == "same_weight"


async def test_what_was_sold_before_a_reconnect_is_not_sold_after_it():
    last = await weigh(Script(A), deadline_s=1.0)
    assert await refused(Weigher(last), A) == "same_weight"
    with pytest.raises(DeviceFault):
        await weigh(Script(A), deadline_s=1.0, last=last)
    assert await weigh(Script(EMPTY, A), deadline_s=1.0, last=last) == A


async def test_a_weight_below_what_is_asked_for_is_refused():
    assert await refused(Weigher(), kg(95), minimum_milli=100) == "below_minimum"
    assert await weighed(Weigher(), kg(100), minimum_milli=100) == kg(100)
    grams = Reading(Load.STABLE, Weight(95, 0, "g"))
    assert await refused(Weigher(), grams, minimum_milli=100, unit="kg") == "below_minimum"
    assert await weighed(Weigher(), grams, minimum_milli=100, unit="g") == grams


async def test_a_scale_in_another_unit_is_refused_and_the_load_not_used_up():
    weigher = Weigher()
    with pytest.raises(DataError, match="weighs in kg, this item is sold by the lb"):
        await weighed(weigher, A, unit="lb")
    assert await weighed(weigher, A, unit="kg") == A


LOADS = st.sampled_from([*Load])
READINGS = st.builds(
    Reading,
    LOADS,
    st.none() | st.integers(-20, 40).map(lambda digits: Weight(digits, 3, "kg")),
    net=st.booleans(),
    moved=st.booleans(),
)


def sell(readings, rules=Rules()):  # noqa: B008 - frozen
    """Return for each reading whether it was sold, and as what."""
    trail, sold = Trail(), []
    for reading in readings:
        trail, verdict = judge(trail.seen(reading), reading, rules)
        sold.append(verdict if isinstance(verdict, Reading) else None)
    return sold


@given(st.lists(READINGS, max_size=20))
def test_only_a_stable_weight_above_zero_is_ever_sold(readings):
    for reading, sold in zip(readings, sell(readings), strict=True):
        if sold is not None:
            assert sold.load is Load.STABLE
            assert sold.weight.digits > 0
            assert reading.load in {Load.STABLE, Load.SAME}
            assert reading.load is Load.SAME or reading == sold


@given(st.lists(READINGS, max_size=20))
def test_between_two_sales_a_change_was_seen_or_vouched_for_or_weighed(readings):
    sold = sell(readings)
    at = [index for index, each in enumerate(sold) if each is not None]
    for one, other in itertools.pairwise(at):
        between = readings[one + 1 : other + 1]
        lifted = {Load.ZERO, Load.MOTION, Load.UNDER_ZERO, Load.BELOW_MINIMUM}
        seen = any(each.load in lifted for each in between)
        vouched = any(each.moved and each.load is not Load.SAME for each in between)
        apart = any(
            each.load is Load.STABLE
            and each.weight is not None
            and each.net == sold[one].net
            and abs(each.weight.digits - sold[one].weight.digits) > SAME_WITHIN
            for each in between
        )
        assert seen or vouched or apart


@given(st.lists(READINGS, max_size=20), st.integers(1, 40))
def test_nothing_below_the_minimum_is_sold_and_every_refusal_says_what_to_do(readings, minimum):
    for each in sell(readings, Rules(minimum_milli=minimum)):
        assert each is None or each.weight.milli("kg") >= minimum
    for reading in readings:
        _, verdict = judge(Trail().seen(reading), reading, Rules(minimum_milli=minimum))
        if isinstance(verdict, Refusal):
            assert verdict.fault
            assert verdict.message
            assert verdict.hint


@given(st.lists(READINGS, max_size=20))
def test_the_same_is_sold_only_as_the_last_weight_that_was_stated(readings):
    sold = sell(readings)
    for at, (reading, each) in enumerate(zip(readings, sold, strict=True)):
        if reading.load is Load.SAME and each is not None:
            before = [other for other in readings[:at] if other.load is not Load.SAME]
            assert before
            assert before[-1] == each

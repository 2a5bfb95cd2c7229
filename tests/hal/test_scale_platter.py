"""The physics of simulated scales: loads swing, settle, drift, and are told for what they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import ConfigurationError, DataError
from posframe.hal.simulators.mt8217_scale import make
from posframe.hal.simulators.platter import MICRO, Platter, platter_from, read_micro

KG = MICRO
LOADS = st.integers(-1_000, 18_000).map(lambda grams: grams * 1000)


def loaded(load, now_ms=0, **fields):
    platter = Platter(**fields)
    platter.put(load, now_ms)
    return platter


def test_a_load_swings_around_its_weight_by_a_quarter_each_time_and_settles():
    platter = loaded(4 * KG)
    shown = [platter.shown(60 * swing).weight for swing in range(7)]
    # 4 kg from below, then 1 kg above, a quarter below, a sixteenth above, …, in steps of 5 g.
    assert shown == [0, 5 * KG, 3_750_000, 4_065_000, 3_985_000, 4_005_000, 4_000_000]


def test_a_load_is_in_motion_until_it_has_rested_400_ms_within_a_division():
    platter = loaded(4 * KG)
    # 4 kg / 4^5 is 3.9 g, less than a division, for the first time: after five swings of 60 ms.
    assert platter.shown(300 + 399).moving
    assert not platter.shown(300 + 400).moving


def test_a_load_without_swing_is_at_rest_at_once():
    shown = loaded(KG, swing_ms=0, settle_ms=0).shown(0)
    assert (shown.weight, shown.moving) == (KG, False)


@given(loads=st.lists(LOADS, min_size=1, max_size=5), gap_ms=st.integers(0, 2000))
def test_at_rest_it_always_shows_what_lies_on_it(loads, gap_ms):
    platter, now_ms = Platter(), 0
    for load in loads:
        platter.put(load, now_ms)
        assert platter.shown(now_ms).moving
        now_ms += gap_ms
    shown = platter.shown(now_ms + 5000)
    assert not shown.moving
    assert abs(shown.weight - loads[-1]) * 2 <= platter.division
    assert shown.weight % platter.division == 0
    assert shown.under == (shown.weight < 0)
    assert shown.at_zero == (shown.weight == 0)


@given(load=LOADS, at_ms=st.integers(0, 5000))
def test_the_same_moment_always_shows_the_same(load, at_ms):
    assert loaded(load).shown(at_ms) == loaded(load).shown(at_ms)


def test_the_same_load_again_was_lifted_meanwhile():
    platter = loaded(KG)
    platter.weighed()
    assert not platter.moved
    platter.put(KG, 10_000)
    assert platter.moved
    assert platter.shown(10_000).moving
    assert platter.shown(10_000).weight == 0


def test_a_weighed_load_counts_as_moved_only_when_someone_touches_it():
    for touch in (lambda p: p.jolt(9_000), lambda p: p.put(0, 9_000), lambda p: p.put(KG, 9_000)):
        platter = loaded(KG)
        platter.weighed()
        platter.shown(8_000)
        assert not platter.moved
        touch(platter)
        assert platter.moved
    assert loaded(0).emptied


def test_a_push_keeps_it_in_motion_and_changes_no_weight():
    platter = loaded(KG, swing_ms=0, settle_ms=0)
    platter.jolt(1000)
    assert platter.shown(1299).moving
    assert not platter.shown(1300).moving
    assert platter.shown(1300).weight == KG


@pytest.mark.parametrize(
    ("load", "over", "under", "light"),
    [
        (15_045_000, False, False, False),  # nine divisions above its 15 kg are still shown
        (15_050_000, True, False, False),
        (-5_000, False, True, False),
        (95_000, False, False, True),
        (100_000, False, False, False),
        (0, False, False, False),
    ],
)
def test_it_knows_its_limits(load, over, under, light):
    shown = loaded(load, minimum=100_000, swing_ms=0, settle_ms=0).shown(0)
    assert (shown.over, shown.under, shown.below_minimum) == (over, under, light)
    assert shown.is_sellable == (not (over or under or light) and load > 0)


def test_zero_is_set_within_a_fiftieth_of_the_capacity_and_at_rest():
    platter = loaded(300_000, swing_ms=0)
    assert not platter.zero(399)  # not yet at rest
    assert platter.zero(400)
    assert platter.shown(400).at_zero
    platter.put(305_000, 1000)
    assert not platter.zero(9000)
    assert platter.shown(9000).weight == 5_000


def test_a_tare_is_taken_off_and_makes_the_weight_net():
    platter = loaded(50_000, swing_ms=0, settle_ms=0)
    assert platter.take_tare(0)
    platter.put(KG, 10)
    assert (platter.shown(10).weight, platter.shown(10).net) == (950_000, True)
    platter.put(0, 20)
    assert (platter.shown(20).weight, platter.shown(20).at_zero) == (-50_000, True)
    assert not platter.take_tare(20)
    assert platter.preset_tare(0)
    assert not platter.shown(20).net
    assert not platter.preset_tare(16 * KG)


def test_the_zero_drifts_with_time_since_it_was_set():
    platter = loaded(0, drift=10_000, swing_ms=0, settle_ms=0)
    assert platter.zero(0)
    assert platter.shown(30_000).weight == 5_000
    assert platter.zero(30_000)
    assert platter.shown(30_000).weight == 0


def test_switched_on_it_finds_its_zero_or_says_that_it_cannot():
    platter = loaded(KG, swing_ms=0, settle_ms=0)
    platter.power_on(10)
    assert not platter.initial_error
    assert platter.shown(10).at_zero
    platter.put(2 * KG, 20)
    platter.power_on(30)
    assert platter.initial_error
    platter.put(KG, 40)
    platter.put(0, 50)
    assert platter.zero(60)
    assert not platter.initial_error


def test_options_are_read_exactly_or_refused():
    platter = platter_from({"unit": "lb", "capacity": "30", "division": "0.01", "load": "2.76"})
    assert (platter.unit, platter.capacity, platter.load) == ("lb", 30 * KG, 2_760_000)
    assert not platter.shown(0).moving
    for wrong in ({"unit": "st"}, {"load": "1,2,3"}, {"division": "0"}, {"swing_ms": "-1"}):
        with pytest.raises(ConfigurationError):
            platter_from(wrong)
    with pytest.raises(ConfigurationError, match="no option"):
        make({"lode": "1"})
    with pytest.raises(ConfigurationError, match="cannot weigh in g"):
        make({"unit": "g"})


def test_a_person_has_hands():
    scale = make({"swing_ms": "0", "settle_ms": "0"})
    for words, load in (("put 1.250", 1_250_000), ("overload", 18 * KG), ("take", 0)):
        scale.act(words, 1.0)
        assert scale.platter.load == load
    scale.act("lift", 2.0)
    assert scale.view() == ("on", "load -1.500 kg", "weighings 0")
    scale.act("put 1.000", 3.0)
    scale.act("tare", 3.0)
    assert scale.view()[-1] == "tare 1.000 kg"
    scale.act("tare 0", 3.0)
    assert len(scale.view()) == 3
    scale.act("off", 3.0)
    assert scale.feed(b"W", 3.0) == b""
    scale.act("put 0.000", 3.0)
    scale.act("on", 4.0)
    assert scale.feed(b"W", 4.0) == b"\x02?P\r"
    for wrong in ("put", "put much", "take it", "climb"):
        with pytest.raises(DataError):
            scale.act(wrong, 5.0)


def test_weights_are_written_to_the_millionth():
    assert read_micro("1.250001") == 1_250_001
    with pytest.raises(DataError):
        read_micro("0.0000001")

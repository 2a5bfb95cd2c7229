"""A drawer's sensor: what it means is learnt from kicks, for either wiring, or not claimed."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import DataError
from posframe.hal.polarity import (
    LEARN_KICKS,
    OPENS_WITHIN_S,
    UNLEARN_KICKS,
    DrawerSensor,
    Polarity,
    Verdict,
)

SENSES = st.sampled_from(["learn", "high_open", "low_open", "none"])
BOTH = pytest.mark.parametrize("high_open", [True, False], ids=["high is open", "low is open"])


@attrs.define
class Drawer:
    """A drawer with its sensor, as it really is; a time passes between any two things."""

    high_open: bool
    sensor: DrawerSensor = attrs.field(factory=DrawerSensor)
    open: bool = False
    stuck: bool = False
    now_s: float = 0.0
    followed: int = 0
    """Kicks that the level followed."""

    def __attrs_post_init__(self):
        self.sensor.level(0.0, high=self.level)

    @property
    def level(self):
        return self.open is self.high_open

    def move(self, *, open_):
        self.now_s += 5.0
        self.open = open_
        self.sensor.level(self.now_s, high=self.level)

    def kick(self, after_s=0.1, *, shut_after_s=None):
        """Kick, wait for the verdict as a driver does, and return it."""
        self.now_s += 5.0
        self.sensor.kicked(self.now_s)
        was_open = self.open
        if not was_open and not self.stuck:
            self._changes(self.now_s + after_s, open_=True)
        elif was_open and shut_after_s is not None:
            self._changes(self.now_s + shut_after_s, open_=False)
        verdict = self.sensor.verdict(self.now_s)
        if verdict is None:
            self.now_s = self.sensor.due_s
            verdict = self.sensor.verdict(self.now_s)
        return verdict

    def _changes(self, now_s, *, open_):
        self.open = open_
        self.followed += 1
        self.sensor.level(now_s, high=self.level)
        self.now_s = now_s


def taught(high_open):
    drawer = Drawer(high_open)
    for _ in range(LEARN_KICKS):
        drawer.kick()
        drawer.move(open_=False)
    return drawer


@BOTH
def test_nothing_is_claimed_before_kicks_have_agreed(high_open):
    drawer = Drawer(high_open)
    for _ in range(LEARN_KICKS - 1):
        assert drawer.sensor.is_open is None
        assert drawer.kick() is Verdict.UNKNOWN
        drawer.move(open_=False)
        assert drawer.sensor.is_open is None
    assert drawer.kick() is Verdict.OPENED
    assert drawer.sensor.is_open is True
    assert drawer.sensor.polarity.high_is_open is high_open


@BOTH
def test_stuck_closed_and_open_already_are_told_apart_once_it_is_known(high_open):
    drawer = taught(high_open)
    assert drawer.sensor.is_open is False
    drawer.stuck = True
    assert drawer.kick() is Verdict.STUCK
    drawer.stuck = False
    assert drawer.kick() is Verdict.OPENED
    assert drawer.kick() is Verdict.ALREADY_OPEN
    assert Verdict.OPENED.seen_open
    assert Verdict.ALREADY_OPEN.seen_open
    assert not Verdict.STUCK.seen_open
    assert not Verdict.UNKNOWN.seen_open


@BOTH
def test_before_it_is_known_a_level_that_stays_says_nothing(high_open):
    drawer = Drawer(high_open, stuck=True)
    assert drawer.kick() is Verdict.UNKNOWN
    drawer = Drawer(high_open, open=True)
    assert drawer.kick() is Verdict.UNKNOWN
    assert drawer.sensor.polarity == Polarity()


@BOTH
def test_the_verdict_waits_for_the_sensor_and_no_longer(high_open):
    drawer = taught(high_open)
    sensor, now_s = drawer.sensor, drawer.now_s + 1
    sensor.kicked(now_s)
    assert sensor.due_s == now_s + OPENS_WITHIN_S
    assert sensor.verdict(now_s) is None
    assert sensor.verdict(now_s + OPENS_WITHIN_S - 0.001) is None
    assert sensor.verdict(now_s + OPENS_WITHIN_S) is Verdict.STUCK
    sensor.kicked(now_s + 10)
    assert sensor.level(now_s + 10.05, high=high_open) is True
    assert sensor.verdict(now_s + 10.05) is Verdict.OPENED


def test_while_it_is_learnt_nothing_is_waited_for_once_the_level_has_changed():
    sensor = DrawerSensor()
    sensor.level(0.0, high=False)
    sensor.kicked(1.0)
    assert sensor.verdict(1.0) is None
    sensor.level(1.1, high=True)
    assert sensor.verdict(1.1) is Verdict.UNKNOWN


def test_a_switch_that_bounces_is_one_piece_of_evidence():
    sensor = DrawerSensor()
    sensor.level(0.0, high=False)
    sensor.kicked(1.0)
    for at in range(8):
        sensor.level(1.1 + at / 100, high=at % 2 == 0)
    assert sensor.polarity == Polarity(agreeing=1)


def test_a_change_long_after_the_kick_is_no_evidence():
    sensor = DrawerSensor()
    for at in range(9):
        sensor.level(10.0 * at, high=False)
        sensor.kicked(10.0 * at)
        sensor.level(10.0 * at + OPENS_WITHIN_S, high=True)
    assert sensor.polarity == Polarity()


@BOTH
def test_a_drawer_pushed_shut_just_after_a_kick_teaches_nothing_wrong(high_open):
    drawer = Drawer(high_open, open=True)
    assert drawer.kick(shut_after_s=0.2) is Verdict.UNKNOWN
    assert drawer.kick() is Verdict.UNKNOWN
    drawer.move(open_=False)
    assert drawer.kick() is Verdict.OPENED
    assert drawer.sensor.polarity.high_is_open is high_open
    for _ in range(UNLEARN_KICKS - 1):
        drawer.move(open_=True)
        assert drawer.kick(shut_after_s=0.2) is Verdict.ALREADY_OPEN
        assert drawer.sensor.is_open is False
    assert drawer.sensor.polarity.high_is_open is high_open


@BOTH
def test_what_was_learnt_wrong_is_turned_round(high_open):
    drawer = Drawer(high_open, DrawerSensor(Polarity(learnt=not high_open)))
    for _ in range(UNLEARN_KICKS):
        drawer.kick()
        drawer.move(open_=False)
    assert drawer.sensor.polarity.high_is_open is high_open
    assert drawer.kick() is Verdict.OPENED


@BOTH
def test_a_level_that_first_comes_after_the_kick_still_tells_that_it_stands_open(high_open):
    sensor = DrawerSensor(Polarity(learnt=high_open))
    sensor.kicked(0.0)
    assert sensor.verdict(0.0) is None
    sensor.level(0.1, high=high_open)
    assert sensor.verdict(0.1) is Verdict.OPENED
    sensor.lost()
    assert sensor.is_open is None
    assert sensor.due_s is None
    assert sensor.verdict(0.2) is Verdict.UNKNOWN


def test_a_drawer_without_a_sensor_is_never_judged_and_never_waited_for():
    sensor = DrawerSensor(Polarity("none"))
    sensor.level(0.0, high=True)
    sensor.kicked(1.0)
    assert sensor.verdict(1.0) is Verdict.UNKNOWN
    sensor.level(1.1, high=False)
    assert sensor.is_open is None
    assert sensor.polarity == Polarity("none")


@pytest.mark.parametrize(("sense", "high_open"), [("high_open", True), ("low_open", False)])
def test_a_polarity_that_is_set_is_known_from_the_first_kick_and_never_relearnt(sense, high_open):
    drawer = Drawer(high_open, DrawerSensor(Polarity(sense)))
    assert drawer.sensor.is_open is False
    assert drawer.kick() is Verdict.OPENED
    wrong = Drawer(not high_open, DrawerSensor(Polarity(sense)))
    for _ in range(UNLEARN_KICKS + 1):
        wrong.kick()
        wrong.move(open_=False)
    assert wrong.sensor.polarity == Polarity(sense)


def test_noting_a_level_tells_whether_the_drawer_moved():
    sensor = DrawerSensor(Polarity("high_open"))
    assert sensor.level(0.0, high=True) is True  # now it is known
    assert sensor.level(1.0, high=True) is False
    assert sensor.level(2.0, high=False) is True
    assert DrawerSensor().level(0.0, high=True) is False


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("kick"), st.floats(0.0, OPENS_WITHIN_S - 0.01)),
        st.tuples(st.sampled_from(["open", "close", "jam", "free"]), st.none()),
    ),
    max_size=40,
)


def lived(high_open, steps):
    """Return a drawer after a day on which nobody pushes it shut within moments of a kick."""
    drawer, told = Drawer(high_open), []
    for what, after_s in steps:
        if what == "kick":
            was_open, was_stuck = drawer.open, drawer.stuck
            verdict = drawer.kick(after_s)
            told.append(verdict)
            if verdict is not Verdict.UNKNOWN:
                assert drawer.followed >= LEARN_KICKS
                assert verdict is truth(was_open=was_open, was_stuck=was_stuck)
        elif what in {"open", "close"}:
            drawer.move(open_=what == "open")
        else:
            drawer.stuck = what == "jam"
        assert drawer.sensor.is_open in {None, drawer.open}
        assert (drawer.sensor.is_open is None) is (drawer.followed < LEARN_KICKS)
    return drawer, told


def truth(*, was_open, was_stuck):
    if was_open:
        return Verdict.ALREADY_OPEN
    return Verdict.STUCK if was_stuck else Verdict.OPENED


@given(st.booleans(), STEPS)
def test_what_is_claimed_is_so_and_only_after_evidence(high_open, steps):
    lived(high_open, steps)


@given(STEPS)
def test_either_wiring_is_learnt_alike(steps):
    one, told = lived(True, steps)  # noqa: FBT003 - the wiring
    other, also_told = lived(False, steps)  # noqa: FBT003 - the wiring
    assert told == also_told
    assert one.sensor.is_open is other.sensor.is_open
    assert one.sensor.polarity.agreeing == -other.sensor.polarity.agreeing


@given(SENSES, st.lists(st.tuples(st.booleans(), st.booleans()), max_size=12))
def test_what_was_learnt_is_kept_as_text(sense, kicks):
    polarity = Polarity(sense)
    for before, after in kicks:
        polarity = polarity.after_kick(high_before=before, high_after=after)
    assert Polarity.from_text(polarity.to_text(), sense) == polarity


@pytest.mark.parametrize("text", ["", "high", "high 4", "open +1", "high +1\n", "unknown +22"])
def test_text_that_says_something_else_is_refused(text):
    with pytest.raises(DataError, match="wired"):
        Polarity.from_text(text)


def test_kept_text_is_readable():
    polarity = Polarity().after_kick(high_before=False, high_after=True)
    assert polarity.to_text() == "unknown +1"
    polarity = polarity.after_kick(high_before=False, high_after=True)
    assert polarity.to_text() == "high +2"
    assert Polarity.from_text("low -3") == Polarity(learnt=False, agreeing=-3)

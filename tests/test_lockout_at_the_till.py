"""Lock-out at a till: wrong PINs cost time, whoever tries, however often it is switched off."""

from __future__ import annotations

import random
import threading

import pytest

from posframe.kernel.domain import control_folding, lockout
from posframe.kernel.domain import events as ev
from posframe.pins import REFUSED
from posframe.script import Script
from posframe.testing.ports import ManualClock
from tests.kernel.shop import crash
from tests.signing import (
    BADGES,
    PINS,
    CountingKeepers,
    fail,
    open_signing_till,
    said,
    write_signing_settings,
)

SECOND_US = 1_000_000
DAY_S = 86_400
TRIES_A_DAY = 5 + 6 + 46
"""Four tries are free and the fifth brings the first wait, of 30 s. Six waits double up to half an
hour: 30 + 60 + 120 + 240 + 480 + 960 = 1890 s. Of the other 84,510 s of a day each further try
takes 1800 s: 46 of them."""
WRONG = "555123"


@pytest.fixture
def folder(tmp_path):
    write_signing_settings(tmp_path)
    return tmp_path


@pytest.fixture
def keepers():
    return CountingKeepers()


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def till(folder, keepers, clock):
    with open_signing_till(folder, keepers=keepers, clock=clock, signed_in="") as opened:
        yield opened


@pytest.fixture
def script(till):
    return Script(till)


def test_a_right_pin_is_refused_while_the_number_waits(till, clock, keepers):
    """Unverified: whoever guesses learns nothing from the time either."""
    fail(till, "17", 5)
    count = len(keepers.verified)
    outcome = till.signing.sign_in("17", PINS["17"])
    assert outcome.words == "Too many wrong tries: wait 30 s"
    clock.advance(29_999_999)
    assert till.signing.sign_in("17", PINS["17"]).words == "Too many wrong tries: wait 1 s"
    assert len(keepers.verified) == count
    clock.advance(1)
    assert till.signing.sign_in("17", PINS["17"]).accepted
    fail(till, "17", 5)


def test_one_number_that_waits_holds_nobody_else_up(till):
    fail(till, "17", 5)
    assert not till.signing.sign_in("17", PINS["17"]).accepted
    assert till.signing.sign_in("18", PINS["18"]).accepted


def test_a_supervisor_frees_a_number_and_a_cashier_does_not(till, script):
    fail(till, "17", 5)
    assert till.signing.sign_in("18", PINS["18"]).accepted
    assert not script.line(".free 17")["accepted"]
    assert not till.signing.free("17").accepted
    assert not till.signing.sign_in("17", PINS["17"]).accepted
    assert till.signing.sign_in("42", PINS["42"]).accepted
    assert said(script.line(".free 17")) == (True, "It can be tried again")
    assert till.signing.sign_in("17", PINS["17"]).accepted


def test_many_at_once_get_no_more_tries_than_one(till, keepers):
    """Eight doors, one number: the fifth wrong try ends it for all."""
    begin = threading.Barrier(8)
    words = []

    def guess():
        begin.wait()
        words.extend(till.signing.sign_in("17", WRONG).words for _ in range(4))

    threads = [threading.Thread(target=guess) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert keepers.verified.count("17") == 5
    assert words.count(REFUSED) == 5
    assert len(words) == 32


def test_approving_and_signing_in_share_their_wrong_tries(till, keepers):
    assert till.signing.sign_in("17", PINS["17"]).accepted
    script = Script(till)
    assert script.line(".nosale to see")["asks"]["permission"] == "no_sale"
    fail(till, "42", 2)
    assert till.signing.approve("42", WRONG, "why").words == REFUSED
    assert till.signing.deny("42", WRONG, "no").words == REFUSED
    assert said(script.line(f".approve 42 {WRONG} why")) == (False, REFUSED)
    assert keepers.verified.count("42") == 5
    for outcome in (
        till.signing.approve("42", PINS["42"], "why"),
        till.signing.deny("42", PINS["42"], "no"),
        till.signing.sign_in("42", PINS["42"]),
        till.signing.sign_in_badge(BADGES["42"], PINS["42"]),
    ):
        assert outcome.words == "Too many wrong tries: wait 30 s"
    assert keepers.verified.count("42") == 5


def guess_for_a_day(folder, keepers, restart_when):
    """Try one PIN after another for a day; what restarts the till whenever the attacker likes."""
    clock, path = ManualClock(), str(folder / "till.db")
    till = open_signing_till(folder, keepers=keepers, clock=clock, path=path, signed_in="")
    begun, restarts = clock.mono_us(), 0
    while clock.mono_us() - begun < DAY_S * SECOND_US and len(keepers.verified) < 4 * TRIES_A_DAY:
        outcome = till.signing.sign_in("17", WRONG)
        if outcome.words == REFUSED:
            continue
        if restart_when(clock.mono_us()):
            restarts += 1
            crash(till) if restarts % 2 else till.close()
            till = open_signing_till(folder, keepers=keepers, clock=clock, path=path, signed_in="")
        clock.advance(15 * SECOND_US)
    till.close()
    return restarts


def test_a_day_of_guessing_gets_as_many_tries_as_the_waits_let_through(folder, keepers):
    """The figure that the page for operators names, reached to the try."""
    guess_for_a_day(folder, keepers, lambda _us: False)
    assert len(keepers.verified) == TRIES_A_DAY


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_number_of_restarts_gives_one_try_more(folder, keepers, seed):
    """Whoever switches the till off and on waits from the beginning."""
    chance = random.Random(seed)
    restarts = guess_for_a_day(folder, keepers, lambda _us: chance.random() < 0.02)
    assert restarts > 10
    assert 5 < len(keepers.verified) <= TRIES_A_DAY


def test_what_keeps_guessing_out_is_the_fold_of_wrong_tries(folder, keepers, monkeypatch):
    """The negative control: without it a day has no end of tries."""
    monkeypatch.delitem(control_folding._FOLDS, ev.TryFailed)
    guess_for_a_day(folder, keepers, lambda _us: False)
    assert len(keepers.verified) == 4 * TRIES_A_DAY


def test_a_try_counts_though_the_till_dies_right_after_it(folder, keepers):
    """The row is on disk before a word is said."""
    path, clock = str(folder / "till.db"), ManualClock()
    for _ in range(5):
        till = open_signing_till(folder, keepers=keepers, clock=clock, path=path, signed_in="")
        assert till.signing.sign_in("17", WRONG).words == REFUSED
        crash(till)
    with open_signing_till(folder, keepers=keepers, clock=clock, path=path, signed_in="") as till:
        assert till.signing.sign_in("17", PINS["17"]).words == "Too many wrong tries: wait 30 s"
    assert len(keepers.verified) == 5


# Memory


def guess_behind_noise(till, clock, tries):
    """Fill the memory of wrong tries, then guess, with a fresh number after each four."""
    for number in range(100, 150):
        for _ in range(5):
            till.signing.sign_in(str(number), WRONG)
    words = []
    for at in range(tries):
        words.append(till.signing.sign_in("17", WRONG).words)
        if at % 4 == 3:
            till.signing.sign_in(str(1_000 + at), WRONG)
        clock.advance(30_000)
    return words


def test_no_made_up_numbers_push_out_the_wait_of_an_operator(till, clock, keepers, monkeypatch):
    """A memory of fifty marks, for the ten thousand there are."""
    monkeypatch.setattr(lockout, "MARKS_MAX", 50)
    words = guess_behind_noise(till, clock, 40)
    assert words.count(REFUSED) <= 5
    assert keepers.verified.count("17") <= 5


def test_numbers_of_nobody_never_fill_the_memory(till, clock):
    """They share 64 marks; the operators of the shop have their own."""
    for number in range(100, 400):
        till.signing.sign_in(str(number), WRONG)
    assert len(till.state.control.lockouts.tries) <= 64
    assert till.signing.sign_in("17", PINS["17"]).words == "Operator 17"


def test_what_keeps_noise_out_is_that_no_mark_of_today_is_let_go(till, clock, monkeypatch):
    """The negative control: with marks of their own, and the fewest tries let go, no wait comes."""

    def letting_go(self, mark, at):
        tries = dict(self.tries)
        if mark not in tries and len(tries) >= 50:
            del tries[min(tries, key=lambda each: tries[each].failed)]
        failed = tries[mark].failed if mark in tries else 0
        return lockout.Lockouts(tries={**tries, mark: lockout.Tries(failed=failed + 1, last=at)})

    monkeypatch.setattr(lockout.Lockouts, "failed", letting_go)
    monkeypatch.setattr(type(till.signing), "_mark", lambda self, typed: typed)
    assert guess_behind_noise(till, clock, 40).count(REFUSED) == 40

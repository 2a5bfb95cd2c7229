"""Leases: two tills and an owner that never meet, and no card is spent twice."""

from __future__ import annotations

import random

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe_payments.leases import Ask, Holder, Owner, Row

CARD = "c"
TILLS = ("T1", "T2")


def owner_of(minor):
    return Owner(balances={CARD: minor})


def test_what_is_lent_to_one_till_is_not_there_for_another():
    """Part of the rest is granted where not all is there."""
    owner, first = owner_of(1000).grant(Ask(request="a", till="T1", card=CARD, minor=700))
    owner, second = owner.grant(Ask(request="b", till="T2", card=CARD, minor=700))
    owner, third = owner.grant(Ask(request="c", till="T2", card=CARD, minor=700))
    assert (first.minor, second.minor, third.minor) == (700, 300, 0)
    assert owner.free_minor(CARD) == 0


def test_the_same_request_has_the_same_answer_for_ever():
    """Whatever was spent or ended since."""
    ask = Ask(request="a", till="T1", card=CARD, minor=700)
    owner, answer = owner_of(1000).grant(ask)
    again, repeated = owner.grant(ask)
    assert (again, repeated) == (owner, answer)
    owner = owner.fold("T1", (Row(number=1, request="a", what="ended"),))
    again, repeated = owner.grant(ask)
    assert (again, repeated) == (owner, answer)
    assert owner.free_minor(CARD) == 1000


def test_a_request_given_up_before_it_arrived_is_never_granted():
    """The row that gives it up overtook the request."""
    till = Holder(till="T1").ask("a", CARD, 700)
    ask = till.asks["a"]
    till = till.end("a")
    owner = owner_of(1000).fold("T1", till.rows)
    owner, answer = owner.grant(ask)
    assert (answer.minor, owner.free_minor(CARD)) == (0, 1000)
    assert till.hear(answer) == till


def test_an_answer_that_nobody_waits_for_is_nothing_to_spend():
    """The till gave up; the owner frees the value when it reads so, and not before."""
    till = Holder(till="T1").ask("a", CARD, 700)
    owner, answer = owner_of(1000).grant(till.asks["a"])
    till = till.end("a").hear(answer)
    assert till.spend("a", 1) is None
    assert owner.free_minor(CARD) == 300
    assert owner.fold("T1", till.rows).free_minor(CARD) == 1000


def test_a_till_spends_no_more_than_it_holds():
    till = Holder(till="T1").ask("a", CARD, 700)
    _, answer = owner_of(1000).grant(till.asks["a"])
    till = till.hear(answer)
    assert till.spend("a", 701) is None
    assert till.spend("a", 0) is None
    assert till.give_back("a", 1) is None
    spent = till.spend("a", 700)
    assert spent.spend("a", 1) is None
    back = spent.give_back("a", 200)
    assert back.spend("a", 200).leases["a"].spent_minor == 700
    ended = back.end("a")
    assert ended.spend("a", 1) is None
    assert ended.give_back("a", 1) is None
    assert ended.end("a") == ended


def test_a_gap_in_the_rows_ends_the_reading():
    """What comes behind it is sent again from the cursor."""
    till = Holder(till="T1").ask("a", CARD, 700)
    owner, answer = owner_of(1000).grant(till.asks["a"])
    till = till.hear(answer).spend("a", 100).spend("a", 50)
    owner = owner.fold("T1", till.rows[1:])
    assert (owner.balances[CARD], owner.cursors) == (1000, {})
    owner = owner.fold("T1", till.rows)
    assert (owner.balances[CARD], owner.cursors) == (850, {"T1": 2})


def test_a_dead_till_is_let_go_by_a_person_and_what_it_spent_is_told_later():
    """It turns up again: the difference has a name, and no balance falls below zero."""
    till = Holder(till="T1").ask("a", CARD, 700)
    owner, answer = owner_of(1000).grant(till.asks["a"])
    till = till.hear(answer).spend("a", 600)
    owner = owner.let_go("T1")
    assert owner.free_minor(CARD) == 1000
    other = Holder(till="T2").ask("b", CARD, 1000)
    owner, answer = owner.grant(other.asks["b"])
    other = other.hear(answer).spend("b", 1000)
    owner = owner.fold("T2", other.rows).fold("T1", till.rows)
    assert (owner.balances[CARD], owner.overdrawn[CARD]) == (0, 600)


class World:
    """An owner, two tills, and a line that loses, doubles, delays and mixes up what it carries.

    Every change of a till is in its journal before anything is sent, so a crash can lose no more
    than a message on its way; the line loses those.
    """

    def __init__(self, seed, issued, owner_class=Owner):
        self.dice = random.Random(seed)
        self.issued = issued
        self.owner = owner_class(balances={CARD: issued})
        self.tills = {name: Holder(till=name) for name in TILLS}
        self.line = []
        self.count = 0

    def send(self, *message):
        """Lose one in four, double one in four; nothing arrives at once or in order."""
        for _ in range(self.dice.choice((0, 1, 1, 2))):
            self.line.append(message)

    def step(self):
        name = self.dice.choice(TILLS)
        self.dice.choice((self.ask, self.spend, self.spend, self.end, self.retell))(name)
        if self.line and self.dice.random() < 0.7:
            self.deliver(self.line.pop(self.dice.randrange(len(self.line))))
        self.check()

    def ask(self, name):
        self.count += 1
        request = f"{name}-{self.count}"
        self.commit(name, self.tills[name].ask(request, CARD, self.dice.randrange(1, 600)))
        self.send("ask", name, self.tills[name].asks[request])

    def spend(self, name):
        till = self.tills[name]
        if till.leases:
            request = self.dice.choice(sorted(till.leases))
            minor = self.dice.randrange(1, 200)
            move = till.spend if self.dice.random() < 0.8 else till.give_back
            self.commit(name, move(request, minor) or till)

    def end(self, name):
        till = self.tills[name]
        if self.dice.random() < 0.5 and (till.leases or till.asks):
            self.commit(name, till.end(self.dice.choice(sorted({**till.leases, **till.asks}))))

    def retell(self, name):
        """Ask again for what was not answered, and tell the rows from some cursor on."""
        till = self.tills[name]
        for ask in till.asks.values():
            self.send("ask", name, ask)
        start = self.dice.randrange(len(till.rows) + 1)
        self.send("rows", name, till.rows[start:])

    def commit(self, name, till):
        self.tills[name] = till

    def deliver(self, message):
        what, name, content = message
        if what == "ask":
            self.owner, answer = self.owner.grant(content)
            self.send("answer", name, answer)
        elif what == "rows":
            self.owner = self.owner.fold(name, content)
        else:
            self.commit(name, self.tills[name].hear(content))

    @property
    def spent(self):
        leases = (lease for till in self.tills.values() for lease in till.leases.values())
        return sum(lease.spent_minor for lease in leases)

    def check(self):
        """Hold at every moment: never more spent than issued, never more lent than there is."""
        assert self.spent <= self.issued
        balance = self.owner.balances[CARD]
        held = sum(each.held_minor for each in self.owner.leases.values())
        assert 0 <= held <= balance
        assert not self.owner.overdrawn

    def settle(self):
        """Let everything through, end all, and compare the books."""
        for name in TILLS:
            for request in sorted({**self.tills[name].leases, **self.tills[name].asks}):
                self.commit(name, self.tills[name].end(request))
            self.owner = self.owner.fold(name, self.tills[name].rows)
        while self.line:
            self.deliver(self.line.pop())
            self.check()
        assert self.owner.balances[CARD] == self.issued - self.spent
        assert self.owner.free_minor(CARD) == self.issued - self.spent


def run(seed, issued=1000, steps=150, owner_class=Owner):
    world = World(seed, issued, owner_class)
    for _ in range(steps):
        world.step()
    world.settle()
    return world


@given(st.integers(0, 2**32), st.integers(0, 2000))
def test_no_card_is_spent_twice_whatever_the_line_does(seed, issued):
    """Invariant I15; and when all is told, what is left is there to be spent again."""
    run(seed, issued)


def test_the_worlds_spend_and_lend():
    """A law about tills that do nothing would prove nothing."""
    worlds = [run(seed) for seed in range(50)]
    assert sum(world.spent > 0 for world in worlds) > 25
    assert any(lease.granted_minor == 0 for each in worlds for lease in each.owner.leases.values())


@attrs.frozen(kw_only=True)
class FreesByItself(Owner):
    """Broken: takes a lease for ended when somebody else wants the card, as a clock would."""

    def free_minor(self, card):
        return self.balances.get(card, 0)


@attrs.frozen(kw_only=True)
class CountsTwice(Owner):
    """Broken: believes every row that comes, known or not."""

    def fold(self, till, rows):
        owner = self
        for row in rows:
            owner = owner._take(till, row)
        return owner


@attrs.frozen(kw_only=True)
class GrantsAgain(Owner):
    """Broken: a request that is repeated is a new one."""

    def grant(self, ask):
        ended = {key: each for key, each in self.leases.items() if key != ask.request}
        return super().grant(ask) if not ended else self._anew(ask, ended)

    def _anew(self, ask, others):
        fresh = attrs.evolve(self, leases=others)
        return Owner.grant(fresh, ask)


@pytest.mark.parametrize("broken", [FreesByItself, CountsTwice, GrantsAgain])
def test_each_broken_owner_is_caught(broken):
    """Within fifty worlds: the law would see it."""
    caught = 0
    for seed in range(50):
        try:
            run(seed, owner_class=broken)
        except AssertionError:
            caught += 1
    assert caught

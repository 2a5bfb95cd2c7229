"""Offers are proposals: the kernel asks every rule, checks its rows, and blames by name."""

from __future__ import annotations

import attrs
import pytest

from posframe.errors import PluginError, RuleViolation
from posframe.kernel.activation import Hooks
from posframe.kernel.active import FAULTS_MAX
from posframe.kernel.domain.basket import OfferRow
from tests.kernel.asking import SALE, active, plugin, standing


def pricing(answer, name="acme", criticality="degradable"):
    """Return a plugin with one price rule that gives or raises ``answer``."""

    class Rule:
        def price(self, sale, changed):
            if isinstance(answer, Exception):
                raise answer
            return answer(sale, changed) if callable(answer) else answer

    return active(plugin(posframe_price_rules=lambda: [Rule()]), name, criticality)


def row(offer, *shares, minor=None):
    return OfferRow(
        offer, offer, sum(each for _, each in shares) if minor is None else minor, shares
    )


def test_rows_of_all_rules_are_put_together_with_their_owners():
    hooks = Hooks([pricing([row("a", (1, -10))], "one"), pricing([row("b", minor=-5)], "two")])
    found = hooks.price(SALE, (1,))
    assert [(each.offer, each.minor, each.plugin) for each in found] == [
        ("a", -10, "one"), ("b", -5, "two"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "answer",
    [ValueError("x"), 5, ["row"], [row("a", (1, -101))], [row("a", (9, -1))],
     [row("a", (1, -1)), row("a", (2, -1))], [row("a", minor=-0.5)], RuleViolation("no"), None],
)  # fmt: skip
def test_a_rule_that_fails_takes_no_offer_and_is_named(answer):
    broken = pricing(answer)
    hooks = Hooks([broken, pricing([row("b", (1, -10))], "good")])
    assert [each.offer for each in hooks.price(SALE, (1,))] == ["b"]
    assert broken.faults == 1
    assert "posframe_price_rules" in broken.last_fault
    required = Hooks([pricing(answer, criticality="required")])
    with pytest.raises(PluginError, match=r"acme 2\.1 failed in posframe_price_rules"):
        required.price(SALE, (1,))


def owned(*rows):
    """Return a sale in which these offers of plugin ``acme`` stand."""
    return standing(*(attrs.evolve(each, plugin="acme") for each in rows))


def test_offers_of_a_rule_that_failed_do_not_stand_on_what_changed():
    """Those on other lines do: they were right and nothing about them changed."""
    sale = owned(row("one", (1, -10)), row("two", (2, -10)), row("all", minor=-5))
    failing = Hooks([pricing(ValueError("x"))])
    gone = {each.offer: (each.minor, each.shares) for each in failing.price(sale, (1,))}
    assert gone == {"one": (0, ()), "all": (0, ())}
    aside = pricing([row("one", (1, -20))])
    aside.faults = FAULTS_MAX
    gone = {each.offer: each.minor for each in Hooks([aside]).price(sale, (1,))}
    assert gone == {"one": 0, "all": 0}


def test_offers_that_together_take_too_much_lose_the_last_one():
    """Its plugin is named; the others stand."""
    first = pricing([row("a", (1, -60))], "first")
    second = pricing([row("b", (1, -60)), row("c", (2, -10))], "second")
    hooks = Hooks([first, second])
    found = {each.offer: each.minor for each in hooks.price(SALE, (1,))}
    assert found == {"a": -60, "b": 0, "c": -10}
    assert (first.faults, second.faults) == (0, 1)
    assert "'b' takes more than there is" in second.last_fault


def test_an_offer_of_a_plugin_that_is_gone_is_taken_away_without_blame():
    """Recorded when it was here; its line costs less now than it takes."""
    sale = owned(row("old", (1, -80)))
    other = pricing([row("new", (1, -30))], "here")
    found = {each.offer: each.minor for each in Hooks([other]).price(sale, (1,))}
    assert found == {"new": 0}
    assert other.faults == 1
    alone = Hooks([])
    assert alone.price(sale, (1,)) == ()

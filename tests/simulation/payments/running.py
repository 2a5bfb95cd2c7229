"""Run worlds: one of a seed, many in a row, and the shortest story of one that went wrong."""

from __future__ import annotations

from collections import Counter

import attrs

from tests.simulation.payments.cashier import Cashier, plans
from tests.simulation.payments.checker import Checker
from tests.simulation.payments.providers import PROVIDERS
from tests.simulation.payments.till import Till
from tests.simulation.payments.world import DEFAULT_KINDS, SECOND, World

SALES = 12
NOISY = 4 * 3600 * SECOND
QUIET = 6 * 3600 * SECOND


@attrs.frozen(kw_only=True)
class Setting:
    """What sort of worlds: the sound engine's, or those of a broken one."""

    till: type = Till
    kinds: tuple = DEFAULT_KINDS
    rates: dict = attrs.field(factory=dict)
    sales: int = SALES
    gross: int = 0
    """What every sale costs; 0: they differ."""
    habits: dict = attrs.field(factory=dict)
    """What every cashier does, by fields of ``Plan``."""
    addressed: bool = True
    """False: a terminal takes requests that were meant for another."""


@attrs.frozen
class Result:
    seed: int
    violations: list
    counts: Counter
    hits: Counter
    drawn: list
    story: list


def run(seed, setting=None, *, only=None, tells=False):
    """Live through one world; return what was found."""
    setting = setting or Setting()
    world = World(seed, rates=setting.rates, only=only)
    if tells:
        world.story = []
    checking = []
    providers = {
        kind: PROVIDERS[kind](world, lambda entry: checking[0].booked(entry))
        for kind in setting.kinds
    }
    for provider in providers.values():
        provider.addressed = setting.addressed
    till = setting.till(world, providers)
    work = plans(world, setting.sales, setting.kinds)
    for plan in work:
        plan.gross = setting.gross or plan.gross
        for habit, value in setting.habits.items():
            setattr(plan, habit, value)
    cashier = Cashier(world, till, providers, work)
    checker = Checker(world, till, providers, cashier)
    checking.append(checker)
    is_done = world.run_until(lambda: cashier.is_done, NOISY)
    world.faults_on = False
    is_done = world.run_until(lambda: cashier.is_done, world.now + QUIET)
    if not is_done:
        checker._violated("the shop cannot close", "till")
    world.run_until(lambda: False, world.now + 3600 * SECOND)
    checker.at_rest()
    return Result(
        seed, checker.violations, checker.counts, world.hits, world.drawn, world.story or []
    )


def run_many(payments, setting=None, first=1, step=1):
    """Run worlds until so many payments were made; return counts, hits and what went wrong."""
    counts, hits, wrong, seed = Counter(), Counter(), [], first
    while counts["payments"] < payments:
        result = run(seed, setting)
        counts += result.counts
        counts["worlds"] += 1
        hits += result.hits
        if result.violations:
            wrong.append((seed, result.violations))
        seed += step
    return counts, hits, wrong


def payments_until_caught(setting, limit, first=1):
    """Return how many payments were made until something was violated, and what; or nothing."""
    payments, seed = 0, first
    while payments < limit:
        result = run(seed, setting)
        payments += result.counts["payments"]
        if result.violations:
            return payments, result.violations[0]
        seed += 1
    return payments, ""


def shortest(seed, setting=None):
    """Leave out faults as long as something is still violated; return the story that is left."""
    names = run(seed, setting).drawn
    size = max(1, len(names) // 2)
    while size:
        at = 0
        while at < len(names):
            fewer = names[:at] + names[at + size :]
            if run(seed, setting, only=set(fewer)).violations:
                names = fewer
            else:
                at += size
        size //= 2
    return run(seed, setting, only=set(names), tells=True)

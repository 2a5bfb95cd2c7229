"""A world of one seed: its clock, what happens next, its faults, and the story of it all.

Every fault is drawn from a hash of (seed, payment, point, how often this point was passed), apart
from what people do, so that leaving some faults out does not shift the others.
"""

from __future__ import annotations

import hashlib
import heapq
import itertools
import random
from collections import Counter, defaultdict

NOON_US = 1_767_268_800_000_000
SECOND = 1000
"""Times are milliseconds since the world began."""
DEFAULT_KINDS = ("gateway", "nexo", "zvt", "dumb")

RATES = {
    # legs of the network, in percent
    "request": {"lost": 8, "late": 8, "very_late": 1, "twice": 5},
    "answer": {
        "lost": 6, "late": 5, "twice": 4, "amount": 3, "foreign": 3, "busy": 3, "garbage": 3,
        "terminal": 2,
    },
    # what a provider does beside its work
    "decision": {"declined": 13, "declined_then_charged": 1, "partial": 3, "tip": 3},
    "hook": {"told": 25},
    "refuses": {"settled": 4},
    "swap": {"swapped": 5},
    "unacknowledged": {"reverses": 40, "reversal_fails": 15},
    # the till
    "before_commit": {"crash": 4}, "after_commit": {"crash": 4}, "commit": {"kept": 2, "lost": 2},
    "before_send": {"crash": 4}, "after_send": {"crash": 4}, "before_hearing": {"crash": 4},
    "after_hearing": {"crash": 4}, "recovery": {"crash": 10}, "clock": {"jump": 1},
    "machine": {"pause": 1},
    # people
    "person": {"wrong": 5, "wrong_amount": 1, "later": 15},
}  # fmt: skip


class World:
    """Time, chance and story of one seed."""

    def __init__(self, seed, *, rates=None, only=None):
        self.seed, self.only = seed, only
        self.rates = {**RATES, **(rates or {})}
        self.now = 0
        self.wall_offset_us = 0
        self.faults_on = True
        self.story = None
        """A list of lines, where it is to be told."""
        self.drawn = []
        self.hits = Counter()
        """How often each fault happened, and under a point's own name how often it was passed."""
        self.counts = Counter()
        self._passed = defaultdict(int)
        self._heap = []
        self._order = itertools.count()

    @property
    def wall_us(self):
        return NOON_US + self.now * 1000 + self.wall_offset_us

    def at(self, delay, act, *args):
        """Do something in ``delay`` milliseconds."""
        heapq.heappush(self._heap, (self.now + max(0, delay), next(self._order), act, args))

    def run_until(self, is_over, limit):
        """Let time pass until something is so, or until a moment; tell whether it is so."""
        while not is_over():
            if not self._heap or self._heap[0][0] > limit:
                return False
            self.now, _, act, args = heapq.heappop(self._heap)
            act(*args)
        return True

    def tell(self, *words):
        if self.story is not None:
            self.story.append(f"{self.now / 1000:9.1f} " + " ".join(str(each) for each in words))

    def fault(self, about, point):
        """Return the fault at a point, or nothing; numbered by how often the point was passed."""
        number = self._passed[about, point]
        self._passed[about, point] = number + 1
        if not self.faults_on:
            return ""
        self.hits[point] += 1
        name = (about, point, number)
        drawn = self._hash(name) % 10_000 / 100
        for kind, percent in self.rates[point].items():
            if drawn < percent:
                if self.only is not None and name not in self.only:
                    return ""
                self.drawn.append(name)
                self.hits[f"{point}.{kind}"] += 1
                self.tell("  fault", kind, "at", point, "of", about, f"#{number}")
                return kind
            drawn -= percent
        return ""

    def chance(self, about, point, low, high):
        """Return a whole number within bounds that depends on nothing but the seed and its name."""
        number = self._passed[about, point]
        self._passed[about, point] = number + 1
        return low + self._hash((about, point, number, "chance")) % (high - low + 1)

    def person(self, name):
        """Return a source of chance for one person's plans."""
        return random.Random(f"{self.seed}/{name}")

    def _hash(self, name):
        text = f"{self.seed}/{name}".encode()
        return int.from_bytes(hashlib.blake2b(text, digest_size=6).digest(), "big")

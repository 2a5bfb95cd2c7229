"""Leases: how tills without a line to the ledger's owner still spend no card twice. Pure, no wire.

A till asks for a part of a card; the owner sets it aside and the till spends it, owner reachable or
not. What it spends and that it ends are rows of its journal, numbered without gaps. The owner folds
them by its cursor: a row counts once however often it comes, and what is left of an ended lease is
free again only when the row that ends it has been folded. **No clock frees anything**: a till that
is dead is let go by a person.

A request has an id that was stored before it was sent, and the same id has the same answer for
ever: an answer that got lost is asked for again. Amounts are minor units, ``card`` is the ledger's
name of a card. The process of the owner, and how messages travel, are not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import attrs


@attrs.frozen(kw_only=True)
class Ask:
    """Ask the owner for a part of a card."""

    request: str
    till: str
    card: str
    minor: int


@attrs.frozen(kw_only=True)
class Answer:
    """Say what a request comes to; 0 where there is nothing to be had."""

    request: str
    card: str
    minor: int


@attrs.frozen(kw_only=True)
class Row:
    """One row of a till's journal about a lease."""

    number: int
    """From 1, without gaps, for each till."""
    request: str
    what: Literal["spent", "given_back", "ended"]
    minor: int = 0


@attrs.frozen(kw_only=True)
class Lease:
    """A part of a card, set aside for one till."""

    till: str
    card: str
    granted_minor: int
    spent_minor: int = 0
    """As far as the owner has heard."""
    is_open: bool = True

    @property
    def held_minor(self) -> int:
        """What the till may still spend."""
        return self.granted_minor - self.spent_minor if self.is_open else 0


@attrs.frozen(kw_only=True)
class Owner:
    """The one ledger of all cards."""

    balances: Mapping[str, int] = attrs.field(factory=dict)
    """By card: what was issued and loaded, less what is known to be spent. Never below zero."""
    leases: Mapping[str, Lease] = attrs.field(factory=dict)
    """By request; an ended one stays, so that its request is never granted again."""
    cursors: Mapping[str, int] = attrs.field(factory=dict)
    """By till: the last row that was folded."""
    overdrawn: Mapping[str, int] = attrs.field(factory=dict)
    """By card: what tills spent of leases that a person had let go; a difference to be told."""

    def free_minor(self, card: str) -> int:
        """Return what of a card is not set aside for any till."""
        held = sum(each.held_minor for each in self.leases.values() if each.card == card)
        return self.balances.get(card, 0) - held

    def grant(self, ask: Ask) -> tuple[Owner, Answer]:
        """Set aside what is asked for, as far as it is there; the same request, the same answer."""
        lease = self.leases.get(ask.request)
        if lease is None:
            minor = max(0, min(ask.minor, self.free_minor(ask.card)))
            lease = Lease(till=ask.till, card=ask.card, granted_minor=minor)
            leases = {**self.leases, ask.request: lease}
            return attrs.evolve(self, leases=leases), _answer(ask.request, lease)
        return self, _answer(ask.request, lease)

    def fold(self, till: str, rows: tuple[Row, ...]) -> Owner:
        """Take rows of a till's journal; those known are passed over, a gap ends the reading.

        The till sends again from the cursor on.
        """
        owner = self
        for row in rows:
            cursor = owner.cursors.get(till, 0)
            if row.number <= cursor:
                continue
            if row.number > cursor + 1:
                break
            owner = attrs.evolve(
                owner._take(till, row), cursors={**owner.cursors, till: row.number}
            )
        return owner

    def let_go(self, till: str) -> Owner:
        """End all leases of a till: a person's word that it is dead."""
        leases = {
            request: attrs.evolve(lease, is_open=False) if lease.till == till else lease
            for request, lease in self.leases.items()
        }
        return attrs.evolve(self, leases=leases)

    def _take(self, till: str, row: Row) -> Owner:
        lease = self.leases.get(row.request)
        if lease is None:  # given up before the request ever came: it is refused if it comes yet
            lease = Lease(till=till, card="", granted_minor=0, is_open=False)
            return attrs.evolve(self, leases={**self.leases, row.request: lease})
        if row.what == "ended":
            ended = attrs.evolve(lease, is_open=False)
            return attrs.evolve(self, leases={**self.leases, row.request: ended})
        minor = row.minor if row.what == "spent" else -row.minor
        moved = attrs.evolve(lease, spent_minor=lease.spent_minor + minor)
        left = self.balances.get(lease.card, 0) - minor
        short = max(0, -left)
        overdrawn = self.overdrawn
        if short:
            overdrawn = {**overdrawn, lease.card: overdrawn.get(lease.card, 0) + short}
        return attrs.evolve(
            self,
            leases={**self.leases, row.request: moved},
            balances={**self.balances, lease.card: left + short},
            overdrawn=overdrawn,
        )


@attrs.frozen(kw_only=True)
class Holder:
    """A till's side: all of it is in the till's journal, so that a restart gives it back."""

    till: str
    asks: Mapping[str, Ask] = attrs.field(factory=dict)
    """Requests without an answer yet; sent again until there is one."""
    leases: Mapping[str, Lease] = attrs.field(factory=dict)
    rows: tuple[Row, ...] = ()

    def ask(self, request: str, card: str, minor: int) -> Holder:
        """Store a request; it is sent after the commit."""
        assert request not in self.asks, "an id is for one request"
        assert request not in self.leases, "an id is for one request"
        ask = Ask(request=request, till=self.till, card=card, minor=minor)
        return attrs.evolve(self, asks={**self.asks, request: ask})

    def hear(self, answer: Answer) -> Holder:
        """Take an answer; one that is known, or that nobody waits for any more, changes nothing."""
        ask = self.asks.get(answer.request)
        if ask is None:
            return self
        lease = Lease(till=self.till, card=ask.card, granted_minor=answer.minor)
        asks = {key: each for key, each in self.asks.items() if key != answer.request}
        return attrs.evolve(self, asks=asks, leases={**self.leases, answer.request: lease})

    def spend(self, request: str, minor: int) -> Holder | None:
        """Spend of a lease; None: it does not hold so much."""
        lease = self.leases.get(request)
        if lease is None or not 0 < minor <= lease.held_minor:
            return None
        return self._moved(request, "spent", minor)

    def give_back(self, request: str, minor: int) -> Holder | None:
        """Take back a payment from an open lease; None: not so much was spent."""
        lease = self.leases.get(request)
        if lease is None or not lease.is_open or not 0 < minor <= lease.spent_minor:
            return None
        return self._moved(request, "given_back", minor)

    def end(self, request: str) -> Holder:
        """End a lease, or give up a request that was not answered; from here nothing is spent."""
        if request in self.asks:
            asks = {key: each for key, each in self.asks.items() if key != request}
            return attrs.evolve(self, asks=asks, rows=self._with(request, "ended", 0))
        lease = self.leases.get(request)
        if lease is None or not lease.is_open:
            return self
        leases = {**self.leases, request: attrs.evolve(lease, is_open=False)}
        return attrs.evolve(self, leases=leases, rows=self._with(request, "ended", 0))

    def _moved(self, request: str, what: Literal["spent", "given_back"], minor: int) -> Holder:
        lease = self.leases[request]
        sign = 1 if what == "spent" else -1
        moved = attrs.evolve(lease, spent_minor=lease.spent_minor + sign * minor)
        return attrs.evolve(
            self,
            leases={**self.leases, request: moved},
            rows=self._with(request, what, minor),
        )

    def _with(
        self, request: str, what: Literal["spent", "given_back", "ended"], minor: int
    ) -> tuple[Row, ...]:
        row = Row(number=len(self.rows) + 1, request=request, what=what, minor=minor)
        return (*self.rows, row)


def _answer(request: str, lease: Lease) -> Answer:
    """Return what a lease was granted with; what is spent since is the till's own to know."""
    return Answer(request=request, card=lease.card, minor=lease.granted_minor)

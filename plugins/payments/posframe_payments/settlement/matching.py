"""Which tender, booking and row are one payment; what their differences mean is asked elsewhere.

Sure marks come first: our own word for the payment, the provider's, the number on the slip. Only
what these leave over is held together by amount and time; where more than one could be meant, all
of them become one group, and nothing is guessed. Whatever order the three come in, the groups are
the same.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Final, Literal

import attrs

from posframe_payments.settlement.rows import (
    Booking,
    JournalTender,
    ProviderBooking,
    SettlementRow,
)
from posframe_payments.settlement.union import Union

REFERENCE_DAYS: Final = 7
"""Terminals use their numbers again: the same reference after more days is another payment."""
PAIRS_MAX: Final = 200_000
"""Pairs of one amount at one terminal that are looked at; with more all are named together."""

How = Literal["", "payment", "reference", "receipt", "time", "day", "duplicate"]
_Item = int
_Pairing = Callable[[Sequence[_Item], Sequence[_Item]], Iterator[tuple[_Item, ...]]]


@attrs.frozen(kw_only=True)
class Group:
    """What is one payment; more than one of a side: it cannot be told which."""

    tenders: tuple[JournalTender, ...] = ()
    bookings: tuple[ProviderBooking, ...] = ()
    rows: tuple[SettlementRow, ...] = ()
    how: How = ""
    """By what it was held together: the least sure of the marks; empty: it stands alone."""

    @property
    def is_ambiguous(self) -> bool:
        """Whether it cannot be told which belongs to which."""
        return max(len(self.tenders), len(self.bookings), len(self.rows)) > 1


def grouped(
    tenders: Sequence[JournalTender],
    bookings: Sequence[ProviderBooking],
    rows: Sequence[SettlementRow],
    *,
    window_s: int,
) -> list[Group]:
    """Return all of them in groups, each in one.

    Args:
        tenders: What the journal says.
        bookings: What the provider's own list says.
        rows: Charges and refunds of the settlement.
        window_s: How far clocks may differ, where only amount and time are known.
    """
    items: list[JournalTender | ProviderBooking | SettlementRow] = [
        *sorted(tenders, key=in_order),
        *sorted(bookings, key=in_order),
        *sorted(rows, key=in_order),
    ]
    return _Matching(items, window_s).groups()


def in_order(at: Booking) -> tuple[object, ...]:
    """Return what bookings are sorted by, so that the order they came in does not matter."""
    time_s = -1 if at.time_s is None else at.time_s
    names = (at.terminal, _receipt(at), at.reference, at.payment)
    place = (at.file, at.line) if isinstance(at, SettlementRow) else ("", 0)
    return (at.day, time_s, *names, *_money(at), place, repr(at))


class _Matching:
    """Items by their place in one list; joined ones share a root."""

    def __init__(
        self, items: list[JournalTender | ProviderBooking | SettlementRow], window_s: int
    ) -> None:
        self._items = items
        self._window_s = window_s
        self._union = Union(len(items))
        self._how: dict[_Item, How] = {}
        self._sides = [_side(each) for each in items]
        self._held = [{side} for side in self._sides]

    def groups(self) -> list[Group]:
        for how, pairing in self._passes():
            for left, right in ((_PAID, _BOOKED), (_BOOKED, _SETTLED), (_PAID, _SETTLED)):
                self._pair(left, right, how, pairing)
        # What the journal holds for unpaid gets only what nothing paid accounts for.
        for how, pairing in self._passes():
            for right in (_BOOKED, _SETTLED):
                self._pair(_UNPAID, right, how, pairing)
        return [self._group(members) for members in self._union.sets()]

    def _passes(self) -> tuple[tuple[How, _Pairing], ...]:
        return (
            ("payment", lambda left, right: self._by_name(left, right, lambda at: at.payment)),
            ("reference", lambda left, right: self._by_name(left, right, lambda at: at.reference)),
            ("receipt", self._by_receipt),
            ("receipt", self._by_receipt_in_time),
            ("receipt", self._by_slip),
            ("time", self._by_time),
            ("day", self._by_day),
        )

    def _pair(self, left: str, right: str, how: How, pairing: _Pairing) -> None:
        """Join what of two sides belongs together, of those that have no other side yet."""
        lefts = self._without(left, right)
        rights = self._without(right, left)
        for joined in list(pairing(lefts, rights)):
            if len(joined) > 2 or self._go_together(*joined):
                self._join(joined, how)

    def _join(self, items: Sequence[_Item], how: How) -> None:
        held = set().union(*(self._held[self._union.root(each)] for each in items))
        for each in items:
            self._held[self._union.join(items[0], each)] = held
            self._how[each] = how

    def _go_together(self, one: _Item, other: _Item) -> bool:
        """Return whether no side would be there twice."""
        roots = self._union.root(one), self._union.root(other)
        return self._held[roots[0]].isdisjoint(self._held[roots[1]])

    def _without(self, side: str, other: str) -> list[_Item]:
        others = {_PAID, _UNPAID} if other in {_PAID, _UNPAID} else {other}
        return [
            item
            for item, own in enumerate(self._sides)
            if own == side and not self._held[self._union.root(item)] & others
        ]

    def _keyed(
        self,
        lefts: Sequence[_Item],
        rights: Sequence[_Item],
        key: Callable[[Booking], Hashable],
    ) -> Iterator[tuple[list[_Item], list[_Item]]]:
        """Yield the items of both sides that have the same key; None: no key."""
        by_key: dict[Hashable, tuple[list[_Item], list[_Item]]] = defaultdict(lambda: ([], []))
        for place, items in enumerate((lefts, rights)):
            for item in items:
                found = key(self._items[item])
                if found is not None:
                    by_key[found][place].append(item)
        return (each for each in by_key.values() if all(each))

    def _by_name(
        self,
        lefts: Sequence[_Item],
        rights: Sequence[_Item],
        name: Callable[[Booking], str],
    ) -> Iterator[tuple[_Item, ...]]:
        """The same name and sign: exactly the same first, then the one that is left of each."""
        for some, others in self._keyed(
            lefts, rights, lambda at: (name(at), at.is_refund) if name(at) else None
        ):
            joined: set[_Item] = set()
            for same in self._keyed(some, others, lambda at: (_money(at), at.day)):
                joined.update(*same)
                yield (*same[0], *same[1])
            left = [each for each in (*some, *others) if each not in joined]
            if len(left) == 2 and left[0] in some and left[1] in others and self._is_near(*left):
                yield tuple(left)

    def _is_near(self, one: _Item, other: _Item) -> bool:
        days = self._items[one].day.toordinal() - self._items[other].day.toordinal()
        return abs(days) <= REFERENCE_DAYS

    def _by_receipt(
        self, lefts: Sequence[_Item], rights: Sequence[_Item]
    ) -> Iterator[tuple[_Item, ...]]:
        for some, others in self._keyed(
            lefts,
            rights,
            lambda at: (at.terminal, _receipt(at), _money(at), at.day) if _receipt(at) else None,
        ):
            yield (*some, *others)

    def _by_receipt_in_time(
        self, lefts: Sequence[_Item], rights: Sequence[_Item]
    ) -> Iterator[tuple[_Item, ...]]:
        """Around midnight the two clocks may write different days."""
        for some, others in self._keyed(
            lefts,
            rights,
            lambda at: (at.terminal, _receipt(at), _money(at)) if _receipt(at) else None,
        ):
            yield from self._in_time(some, others)

    def _by_slip(
        self, lefts: Sequence[_Item], rights: Sequence[_Item]
    ) -> Iterator[tuple[_Item, ...]]:
        """One slip of one terminal on one day is one payment, whatever amounts the two name."""
        for some, others in self._keyed(
            lefts,
            rights,
            lambda at: (
                (at.terminal, _receipt(at), at.day, at.is_refund)
                if at.terminal and _receipt(at)
                else None
            ),
        ):
            if len(some) == len(others) == 1:
                yield (*some, *others)

    def _by_time(
        self, lefts: Sequence[_Item], rights: Sequence[_Item]
    ) -> Iterator[tuple[_Item, ...]]:
        for some, others in self._keyed(lefts, rights, lambda at: (at.terminal, _money(at))):
            yield from self._in_time(some, others)

    def _by_day(
        self, lefts: Sequence[_Item], rights: Sequence[_Item]
    ) -> Iterator[tuple[_Item, ...]]:
        """Where one of the two has no time."""
        for some, others in self._keyed(
            lefts, rights, lambda at: (at.terminal, _money(at), at.day)
        ):
            if len(some) * len(others) > PAIRS_MAX:
                yield (*some, *others)
                continue
            pairs = [(one, other) for one in some for other in others if self._may_be(one, other)]
            timed = [pair for pair in pairs if any(self._at(each) is None for each in pair)]
            yield from _components(timed)

    def _in_time(self, some: list[_Item], others: list[_Item]) -> Iterator[tuple[_Item, ...]]:
        """Yield what is within the window of each other, directly or by way of others."""
        timed = sorted((at, other) for other in others if (at := self._at(other)) is not None)
        times = [at for at, _ in timed]
        pairs: list[tuple[_Item, _Item]] = []
        for one in some:
            at = self._at(one)
            if at is None:
                continue
            first = bisect_left(times, at - self._window_s)
            after = bisect_right(times, at + self._window_s)
            if len(pairs) + after - first > PAIRS_MAX:
                yield (*some, *(other for _, other in timed))
                return
            near = (other for _, other in timed[first:after])
            pairs += [(one, other) for other in near if self._may_be(one, other)]
        yield from _components(pairs)

    def _at(self, item: _Item) -> int | None:
        return self._items[item].at_s

    def _may_be(self, one: _Item, other: _Item) -> bool:
        """Two slips with different numbers are two payments."""
        numbers = {_receipt(self._items[one]), _receipt(self._items[other])}
        return len(numbers - {""}) < 2 and self._go_together(one, other)

    def _group(self, members: Sequence[_Item]) -> Group:
        items = [self._items[each] for each in members]
        hows = {self._how[each] for each in members if each in self._how}
        return Group(
            tenders=tuple(each for each in items if isinstance(each, JournalTender)),
            bookings=tuple(each for each in items if isinstance(each, ProviderBooking)),
            rows=tuple(each for each in items if isinstance(each, SettlementRow)),
            how=max(hows, key=_HOWS.index, default=""),
        )


_PAID, _UNPAID, _BOOKED, _SETTLED = "paid", "unpaid", "booked", "settled"
_HOWS: Final[tuple[How, ...]] = ("", "payment", "reference", "receipt", "time", "day")


def _side(item: Booking) -> str:
    if isinstance(item, JournalTender):
        return _PAID if item.paid else _UNPAID
    return _BOOKED if isinstance(item, ProviderBooking) else _SETTLED


def _money(at: Booking) -> tuple[int, str]:
    return at.amount_minor, at.currency


def _receipt(at: Booking) -> str:
    return at.receipt.lstrip("0")


def _components(pairs: Sequence[tuple[_Item, _Item]]) -> Iterator[tuple[_Item, ...]]:
    """Yield what hangs together by pairs."""
    places = {item: place for place, item in enumerate(sorted({i for pair in pairs for i in pair}))}
    union = Union(len(places))
    for one, other in pairs:
        union.join(places[one], places[other])
    items = list(places)
    for members in union.sets():
        yield tuple(items[each] for each in members)

"""Sets that are joined and never parted."""

from __future__ import annotations


class Union:
    """Numbers from 0, each in a set of its own at first."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))

    def root(self, item: int) -> int:
        """Return the number that stands for an item's set."""
        while self._parent[item] != item:
            self._parent[item] = self._parent[self._parent[item]]
            item = self._parent[item]
        return item

    def join(self, one: int, other: int) -> int:
        """Make one set of two; return the number that stands for it, the lower one."""
        low, high = sorted((self.root(one), self.root(other)))
        self._parent[high] = low
        return low

    def sets(self) -> list[list[int]]:
        """Return the sets in order of their lowest members, members in order."""
        sets: dict[int, list[int]] = {}
        for item in range(len(self._parent)):
            sets.setdefault(self.root(item), []).append(item)
        return list(sets.values())

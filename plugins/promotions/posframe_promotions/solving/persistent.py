"""A map whose old versions stay valid when a new one is made, so that undoing is keeping one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

K = TypeVar("K", bound="str | int")
V = TypeVar("V")

_BUCKETS = 128


class PersistentMap(Generic[K, V]):
    """An immutable mapping in buckets: a change copies those it touches and shares the others."""

    __slots__ = ("_buckets",)

    def __init__(self, items: Mapping[K, V] | None = None) -> None:
        self._buckets: tuple[dict[K, V], ...] = ({},) * _BUCKETS
        if items:
            self._buckets = self.changed(dict(items))._buckets  # noqa: SLF001 - one of its own kind

    def get(self, key: K) -> V | None:
        """Return the value at ``key``, or None."""
        return self._buckets[hash(key) % _BUCKETS].get(key)

    def changed(self, changes: Mapping[K, V | None]) -> PersistentMap[K, V]:
        """Return this map with new values; a key whose new value is None goes."""
        buckets = list(self._buckets)
        copied = set()
        for key, value in changes.items():
            at = hash(key) % _BUCKETS
            if at not in copied:
                copied.add(at)
                buckets[at] = buckets[at].copy()
            if value is None:
                buckets[at].pop(key, None)
            else:
                buckets[at][key] = value
        made: PersistentMap[K, V] = object.__new__(PersistentMap)
        made._buckets = tuple(buckets)
        return made

    def items(self) -> Iterator[tuple[K, V]]:
        """Yield everything, in no order."""
        for bucket in self._buckets:
            yield from bucket.items()

    def changes_since(self, old: PersistentMap[K, V]) -> dict[K, V | None]:
        """Return what differs from an ``old`` version; None: it is gone. What is shared is free."""
        found: dict[K, V | None] = {}
        for own, other in zip(self._buckets, old._buckets, strict=True):
            if own is not other:
                found.update({key: None for key in other if key not in own})
                found.update({key: value for key, value in own.items() if other.get(key) != value})
        return found

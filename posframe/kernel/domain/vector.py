"""Persistent collections: a vector and a map whose old versions stay valid when a new one is made.

The basket keeps its lines and every index in them, so that undoing an action is keeping the old
reference. Two levels bound the copying: a change costs the same at 10 lines and at 10,000.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")
K = TypeVar("K", bound="str | int")
V = TypeVar("V")

_WIDTH = 32
_BUCKETS = 128


class Vector(Generic[T]):
    """An immutable sequence: appending or replacing an element gives a new one, cheaply."""

    __slots__ = ("_chunks", "_tail")

    def __init__(self, items: Iterable[T] = ()) -> None:
        flat = tuple(items)
        whole = len(flat) // _WIDTH * _WIDTH
        self._chunks: tuple[tuple[T, ...], ...] = tuple(
            flat[start : start + _WIDTH] for start in range(0, whole, _WIDTH)
        )
        self._tail: tuple[T, ...] = flat[whole:]

    def append(self, item: T) -> Vector[T]:
        """Return this vector with ``item`` at its end."""
        tail = (*self._tail, item)
        if len(tail) < _WIDTH:
            return _vector(self._chunks, tail)
        return _vector((*self._chunks, tail), ())

    def replace(self, index: int, item: T) -> Vector[T]:
        """Return this vector with ``item`` in place of the element at ``index`` (from 0)."""
        assert 0 <= index < len(self), "only what is there is replaced"
        chunk_index, offset = divmod(index, _WIDTH)
        if chunk_index == len(self._chunks):
            return _vector(self._chunks, _replaced(self._tail, offset, item))
        chunks = self._chunks
        return _vector(
            _replaced(chunks, chunk_index, _replaced(chunks[chunk_index], offset, item)), self._tail
        )

    def changes_since(self, old: Vector[T]) -> Iterator[tuple[T, T | None]]:
        """Yield elements that may differ from those of an ``old`` version, each with its old one.

        Chunks that both share are passed over, so that a line added to 10,000 costs little.
        """
        for at, chunk in enumerate((*self._chunks, self._tail)):
            begin = at * _WIDTH
            known = old._chunks[at] if at < len(old._chunks) else ()
            if at == len(old._chunks):
                known = old._tail
            if chunk is not known:
                for offset, item in enumerate(chunk):
                    yield item, old[begin + offset] if begin + offset < len(old) else None

    def __getitem__(self, index: int) -> T:
        if index < 0:
            index += len(self)
            if index < 0:
                raise IndexError("before the beginning")
        chunk_index, offset = divmod(index, _WIDTH)
        if chunk_index == len(self._chunks):
            return self._tail[offset]
        return self._chunks[chunk_index][offset]

    def __len__(self) -> int:
        return len(self._chunks) * _WIDTH + len(self._tail)

    def __iter__(self) -> Iterator[T]:
        for chunk in self._chunks:
            yield from chunk
        yield from self._tail

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Vector):
            return NotImplemented
        return self._tail == other._tail and self._chunks == other._chunks

    def __hash__(self) -> int:
        return hash((self._chunks, self._tail))

    def __repr__(self) -> str:
        return f"Vector({list(self)!r})"


class PersistentMap(Generic[K, V]):
    """An immutable mapping: setting a key gives a new one, cheaply."""

    __slots__ = ("_buckets",)

    def __init__(self) -> None:
        self._buckets: tuple[dict[K, V], ...] = ({},) * _BUCKETS

    def get(self, key: K) -> V | None:
        """Return the value at ``key``, or None."""
        return self._buckets[hash(key) % _BUCKETS].get(key)

    def set(self, key: K, value: V) -> PersistentMap[K, V]:
        """Return this map with ``value`` at ``key``."""
        index = hash(key) % _BUCKETS
        changed: PersistentMap[K, V] = object.__new__(PersistentMap)
        changed._buckets = _replaced(self._buckets, index, {**self._buckets[index], key: value})
        return changed

    def items(self) -> dict[K, V]:
        """Return a plain dictionary of everything here."""
        return {key: value for bucket in self._buckets for key, value in bucket.items()}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PersistentMap):
            return NotImplemented
        return self._buckets == other._buckets

    def __hash__(self) -> int:
        return hash(frozenset(self.items()))

    def __repr__(self) -> str:
        return f"PersistentMap({self.items()!r})"


def _vector(chunks: tuple[tuple[T, ...], ...], tail: tuple[T, ...]) -> Vector[T]:
    made: Vector[T] = object.__new__(Vector)
    made._chunks = chunks  # noqa: SLF001 - a constructor beside the public one
    made._tail = tail  # noqa: SLF001 - as above
    return made


def _replaced(items: tuple[T, ...], index: int, item: T) -> tuple[T, ...]:
    return (*items[:index], item, *items[index + 1 :])

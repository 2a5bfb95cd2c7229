"""Turn typed words into queries of the search index, and plan which to ask.

The index can find all words with one beginning by itself, but gathers their items first: 20 ms for
a common beginning among a million items. Lists side by side are read step by step, and no further
than needed.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Final

import attrs

from posframe.catalogue.indexing import BEGINNING_LENGTH_MAX
from posframe.catalogue.schema import fetch
from posframe.catalogue.words import is_spaceless

if TYPE_CHECKING:
    from collections.abc import Sequence

    import apsw

PART_LENGTH_MIN: Final = 3
"""Letters of a part that is looked for inside words: the trigram index knows no shorter ones."""

_LONGER_WORDS_MAX: Final = 16
"""Words with one beginning that are looked up side by side, the most frequent ones."""
_COUNTED_WORDS_MAX: Final = 500
"""Words with one beginning whose items are counted; more words are taken for many items."""
_GATHERED_ITEMS_MAX: Final = 2000
"""Items with a beginning up to which the index may gather them: 0.5 ms."""
_WIDER_MAX: Final = 8
"""Items read in vain for each one that fits, up to which a shorter beginning is asked for."""
_INNER_WORDS_MAX: Final = 12
"""Words looked up in which a typed part occurs, the most frequent ones."""

_CHECK_COST: Final = 120
"""Checking the words on one item, measured in steps along a list of the index: 5 µs to 40 ns."""


@attrs.frozen
class Term:
    """A typed word as the index is asked for it."""

    query: str
    """Empty: nothing can fit."""
    needle: str
    """What a fitting item's folded text, with spaces around, has to contain."""
    items: int
    """How many items are likely to fit."""
    wider: str = ""
    """A query that yields more than fits, but all of it; empty where ``query`` does."""


def beginning(connection: apsw.Connection, word: str) -> Term:
    """Return the term for words that begin so."""
    if is_spaceless(word):
        items = min(_count(connection, character) for character in word)
        return Term(" AND ".join(f'"{character}"' for character in word), word, items)
    if len(word) <= BEGINNING_LENGTH_MAX:
        return Term(f'"{word}"*', f" {word}", _count(connection, word))
    bounds = (word, word + "\U0010ffff")
    ((words, items),) = fetch(connection, _COUNT_LONGER, (*bounds, _COUNTED_WORDS_MAX))
    if not words:
        return Term("", f" {word}", 0)
    if items <= _GATHERED_ITEMS_MAX:
        return Term(f'"{word}"*', f" {word}", items)
    frequent = _any_of(fetch(connection, _FREQUENT_WORDS, (*bounds, _LONGER_WORDS_MAX)))
    short = word[:BEGINNING_LENGTH_MAX]
    items_of_short = _count(connection, short)
    if words <= _LONGER_WORDS_MAX or items_of_short > _WIDER_MAX * items:
        return Term(frequent, f" {word}", items)
    return Term(frequent, f" {word}", items_of_short, wider=f'"{short}"*')


def part(connection: apsw.Connection, word: str) -> Term | None:
    """Return the term for words that begin with it or contain it; None if none contain it."""
    inner = fetch(connection, _INNER_WORDS, (f"%{word}%", f"{word}%", _INNER_WORDS_MAX))
    if not inner:
        return None
    whole = beginning(connection, word)
    either = " OR ".join(filter(None, (whole.query, _any_of(inner))))
    return Term(either, word, whole.items + sum(count for _, count in inner))


def plan(connection: apsw.Connection, terms: Sequence[Term], limit: int) -> list[Term]:
    """Return the terms to ask the index for; the others are cheaper to check on what it yields.

    Lists are read until ``limit`` items fit: soon for common words, to the end for rare ones. How
    many fit is estimated as if words occurred independently of each other.
    """
    if not terms:
        return []
    total = max(_count(connection, ""), 1)
    ordered = sorted(terms, key=lambda term: term.items)
    shares = [min(max(term.items, 1) / total, 1.0) for term in ordered]
    read = min(limit / (total * prod(shares)), 1.0)

    def cost(asked: int) -> float:
        return read * total * (sum(shares[:asked]) + _CHECK_COST * prod(shares[:asked]))

    return ordered[: min(range(1, len(ordered) + 1), key=cost)]


def all_of(queries: list[str]) -> str:
    """Return the query for items that fit all of the queries."""
    return " AND ".join(f"({query})" for query in queries)


def _any_of(words: list[tuple[str, int]]) -> str:
    return " OR ".join(f'"{word}"' for word, _ in words)


def _count(connection: apsw.Connection, text: str) -> int:
    found = fetch(connection, "SELECT items FROM beginning WHERE text = ?", (text,))
    return int(found[0][0]) if found else 1


_COUNT_LONGER: Final = """
SELECT count(*), coalesce(sum(items), 0)
FROM (SELECT items FROM word WHERE word >= ? AND word < ? LIMIT ?)
"""
_FREQUENT_WORDS: Final = (
    "SELECT word, items FROM word WHERE word >= ? AND word < ? ORDER BY id LIMIT ?"
)
_INNER_WORDS: Final = """
SELECT word_part.word, word.items FROM word_part JOIN word ON word.id = word_part.rowid
WHERE word_part.word LIKE ? AND word_part.word NOT LIKE ? ORDER BY word_part.rowid LIMIT ?
"""

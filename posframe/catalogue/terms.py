"""Turn typed words into queries of the search index that are read only as far as needed.

The index can find all words with one beginning by itself, but gathers their items first: 20 ms for
a common beginning among a million items. Lists side by side are read step by step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from posframe.catalogue.indexing import BEGINNING_LENGTH_MAX
from posframe.catalogue.schema import fetch
from posframe.catalogue.words import is_spaceless

if TYPE_CHECKING:
    import apsw

PART_LENGTH_MIN: Final = 3
"""Letters of a part that is looked for inside words: the trigram index knows no shorter ones."""

_LONGER_WORDS_MAX: Final = 48
"""Words with one beginning that are looked up side by side, the most frequent ones."""
_INNER_WORDS_MAX: Final = 12
"""Words looked up in which a typed part occurs, the most frequent ones."""


@attrs.frozen
class Term:
    """A typed word as the index is asked for it."""

    query: str
    """Empty: nothing can fit."""
    needle: str
    """What a fitting item's folded text, with spaces around, has to contain."""
    rarity: int
    """Larger for words that are likely to be in fewer items."""
    wider: str = ""
    """A query that yields more than fits, but all of it; empty where ``query`` does."""


def beginning(connection: apsw.Connection, word: str) -> Term:
    """Return the term for words that begin so."""
    if is_spaceless(word):
        return Term(" AND ".join(f'"{character}"' for character in word), word, len(word))
    if len(word) <= BEGINNING_LENGTH_MAX:
        return Term(f'"{word}"*', f" {word}", len(word) - BEGINNING_LENGTH_MAX)
    bounds = (word, word + "\U0010ffff")
    longer = fetch(connection, _LONGER_WORDS, (*bounds, _LONGER_WORDS_MAX + 1))
    if len(longer) <= _LONGER_WORDS_MAX:
        # The first import numbers words by frequency, later ones are rarer still.
        rarity = min((number for _, number in longer), default=0)
        return Term(_any_of(longer), f" {word}", rarity)
    frequent = fetch(connection, _FREQUENT_WORDS, (*bounds, _LONGER_WORDS_MAX))
    return Term(_any_of(frequent), f" {word}", 0, wider=f'"{word[:BEGINNING_LENGTH_MAX]}"*')


def part(connection: apsw.Connection, word: str) -> Term:
    """Return the term for words that begin with it or contain it."""
    whole = beginning(connection, word)
    inner = fetch(connection, _INNER_WORDS, (f"%{word}%", _INNER_WORDS_MAX))
    either = " OR ".join(filter(None, (whole.query, _any_of(inner))))
    return attrs.evolve(whole, query=either, needle=word, wider="")


def all_of(queries: list[str]) -> str:
    """Return the query for items that fit all of the queries."""
    return " AND ".join(f"({query})" for query in queries)


def _any_of(words: list[tuple[str, int]]) -> str:
    return " OR ".join(f'"{word}"' for word, _ in words)


_LONGER_WORDS: Final = "SELECT word, id FROM word WHERE word >= ? AND word < ? LIMIT ?"
_FREQUENT_WORDS: Final = (
    "SELECT word, id FROM word WHERE word >= ? AND word < ? ORDER BY id LIMIT ?"
)
_INNER_WORDS: Final = "SELECT word, rowid FROM word_part WHERE word LIKE ? ORDER BY rowid LIMIT ?"

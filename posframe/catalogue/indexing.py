"""Keep the search index in step with the items; asking it is `searching`'s."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posframe.catalogue.rows import BRAND, NAME, RANK, WORDS, Row
from posframe.catalogue.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    import apsw

ID_BITS: Final = 40
"""Bits of an entry's number that hold the item's id; those above hold its rank."""
ID_MASK: Final = (1 << ID_BITS) - 1

BEGINNING_LENGTH_MAX: Final = 4
"""Characters up to which the index holds ready lists of the items with a word that begins so."""

WORD_LENGTH_MIN: Final = BEGINNING_LENGTH_MAX + 1
"""Longer beginnings are looked up among the words, so all words of this length on are kept."""

_FILL_MEMORY_BYTES: Final = 256 * 2**20
_DEFAULT_MEMORY_BYTES: Final = 2**20
_AUTOMERGE: Final = 4  # segments of a level from which a part is merged with each write
_CRISISMERGE: Final = 16  # segments from which all are merged at once
_SEGMENTS_MAX: Final = 1000


def add(connection: apsw.Connection, items: Iterable[tuple[int, Row]]) -> None:
    """Index items, given by id and row."""
    entries = _entries(items)
    connection.executemany("INSERT INTO search (rowid, words) VALUES (?, ?)", entries)
    words = {word for _, text in entries for word in fold(text).split()}
    for word in sorted(word for word in words if len(word) >= WORD_LENGTH_MIN):
        _add_word(connection, word)


def remove(connection: apsw.Connection, items: Iterable[tuple[int, Row]]) -> None:
    """Take items out, given by id and the row they were indexed by; their words stay known."""
    connection.executemany(
        "INSERT INTO search (search, rowid, words) VALUES ('delete', ?, ?)", _entries(items)
    )


def rebuild(connection: apsw.Connection) -> None:
    """Index every active item anew."""
    connection.execute("INSERT INTO search (search) VALUES ('delete-all')")
    begin_filling(connection)
    fill(connection, 0, ID_MASK)
    end_filling(connection)


def begin_filling(connection: apsw.Connection) -> None:
    """Get ready for many entries: keep them in memory, and merge what is written later at once."""
    _configure(connection, "automerge", 0)
    _configure(connection, "crisismerge", _SEGMENTS_MAX)
    _configure(connection, "hashsize", _FILL_MEMORY_BYTES)


def fill(connection: apsw.Connection, first_id: int, last_id: int) -> None:
    """Index the active items with these ids."""
    connection.execute(_FILL, {"bits": ID_BITS, "first": first_id, "last": last_id})


def end_filling(connection: apsw.Connection) -> None:
    """Merge the entries and gather the words."""
    connection.execute("INSERT INTO search (search) VALUES ('optimize')")
    _configure(connection, "automerge", _AUTOMERGE)
    _configure(connection, "crisismerge", _CRISISMERGE)
    _configure(connection, "hashsize", _DEFAULT_MEMORY_BYTES)
    _gather_words(connection)


# Ascending: a smaller number than the last makes the index write out what it holds in memory.
_FILL: Final = """
INSERT INTO search (rowid, words)
SELECT rank << :bits | id, iif(words = '', name || ' ' || brand, words)
FROM item WHERE id BETWEEN :first AND :last AND active ORDER BY rank, id
"""


def _entries(items: Iterable[tuple[int, Row]]) -> list[tuple[int, str]]:
    return sorted(
        (row[RANK] << ID_BITS | item_id, row[WORDS] or f"{row[NAME]} {row[BRAND]}")
        for item_id, row in items
    )


def _gather_words(connection: apsw.Connection) -> None:
    for statement in _LIST_WORDS:
        connection.execute(statement)
    connection.execute(_GATHER_WORDS, (WORD_LENGTH_MIN,))
    connection.execute(_GATHER_PARTS)
    connection.execute("INSERT INTO beginning SELECT '', count(*) FROM item")
    for length in range(1, BEGINNING_LENGTH_MAX + 1):
        connection.execute(_GATHER_BEGINNINGS, (length,))
    connection.execute("DROP TABLE temp.listed")


# Listed once: the vocabulary counts by reading the whole index.
_LIST_WORDS: Final = (
    "DELETE FROM word",
    "DELETE FROM beginning",
    "INSERT INTO word_part (word_part) VALUES ('delete-all')",
    "CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, search, row)",
    "CREATE TABLE temp.listed AS SELECT term, doc AS items FROM temp.vocabulary",
    "DROP TABLE temp.vocabulary",
)
_GATHER_WORDS: Final = """
INSERT INTO word (word, items) SELECT term, items FROM temp.listed
WHERE length(term) >= ? ORDER BY items DESC, term
"""
_GATHER_PARTS: Final = """
INSERT INTO word_part (rowid, word)
SELECT id, word FROM word WHERE word NOT GLOB '*[0-9]*' ORDER BY id
"""
_GATHER_BEGINNINGS: Final = """
INSERT INTO beginning SELECT substr(term, 1, ?1), sum(items) FROM temp.listed
WHERE length(term) >= ?1 GROUP BY 1
"""


def _add_word(connection: apsw.Connection, word: str) -> None:
    if connection.execute("SELECT 1 FROM word WHERE word = ?", (word,)).get is not None:
        return
    connection.execute("INSERT INTO word (word, items) VALUES (?, 1)", (word,))
    if not any(digit in word for digit in "0123456789"):
        connection.execute(
            "INSERT INTO word_part (rowid, word) VALUES (last_insert_rowid(), ?)", (word,)
        )


def _configure(connection: apsw.Connection, setting: str, value: int) -> None:
    connection.execute("INSERT INTO search (search, rank) VALUES (?, ?)", (setting, value))

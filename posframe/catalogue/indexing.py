"""Keep the search index in step with the items; asking it is `searching`'s."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posframe.catalogue.words import index_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    import apsw

ID_BITS: Final = 40
"""Bits of an entry's number that hold the item's id; those above hold its rank."""
ID_MASK: Final = (1 << ID_BITS) - 1

PART_LENGTH_MIN: Final = 3
"""Letters of a part of a word that can be found inside it: the trigram index knows no shorter."""
WORD_LENGTH_MIN: Final = PART_LENGTH_MIN + 1
"""Shorter words have no inside that their beginning does not find."""

_NAME_LENGTH_MAX: Final = 0xFF
_FILL_MEMORY_BYTES: Final = 256 * 2**20
_DEFAULT_MEMORY_BYTES: Final = 2**20


def rank(popularity: int, name: str) -> int:
    """Return the place in search results, smallest first: by popularity, then short names first.

    Popularity counts by its order of magnitude in twos, so that an item does not change its place,
    and with it the index, whenever one is sold.
    """
    return (63 - min(popularity.bit_length(), 63)) << 8 | min(len(name), _NAME_LENGTH_MAX)


def entry_id(item_rank: int, item_id: int) -> int:
    """Return the number of an item's entry in the index."""
    return item_rank << ID_BITS | item_id


def add(connection: apsw.Connection, entries: Iterable[tuple[int, str, str]]) -> None:
    """Index ``(entry id, name, brand)`` of items that are not in the index."""
    # Ascending: a smaller number than the last one makes the index write out what it holds.
    texts = [(number, index_text(name, brand)) for number, name, brand in sorted(entries)]
    connection.executemany("INSERT INTO search (rowid, words) VALUES (?, ?)", texts)
    words = {word for _, text in texts for word in text.split() if _has_parts(word)}
    for word in sorted(words):
        new = connection.execute("INSERT OR IGNORE INTO word (word) VALUES (?) RETURNING id", (word,))
        for (word_id,) in new.fetchall():
            connection.execute("INSERT INTO word_part (rowid, word) VALUES (?, ?)", (word_id, word))


def remove(connection: apsw.Connection, entry_ids: Iterable[int]) -> None:
    """Take entries out of the index; their words remain known, which costs nothing."""
    connection.executemany(
        "DELETE FROM search WHERE rowid = ?", ((number,) for number in sorted(entry_ids))
    )


def rebuild(connection: apsw.Connection) -> None:
    """Index every active item anew, in one go: 15 times faster an item than `add`."""
    connection.create_scalar_function("index_text", index_text, 2, deterministic=True)
    try:
        connection.execute("INSERT INTO search (search) VALUES ('delete-all')")
        _configure(connection, automerge=0, memory_bytes=_FILL_MEMORY_BYTES)
        connection.execute(_FILL, {"bits": ID_BITS})
        connection.execute("INSERT INTO search (search) VALUES ('optimize')")
        _configure(connection, automerge=4, memory_bytes=_DEFAULT_MEMORY_BYTES)
        _rebuild_words(connection)
    finally:
        connection.create_scalar_function("index_text", None, 2)


# Names in ASCII need no folding here: the tokenizer does the same to them, in C.
_FILL: Final = """
INSERT INTO search (rowid, words)
SELECT rank << :bits | id,
       CASE WHEN octet_length(name) + octet_length(brand) = length(name) + length(brand)
            THEN name || ' ' || brand ELSE index_text(name, brand) END
FROM item WHERE active ORDER BY rank, id
"""


def _rebuild_words(connection: apsw.Connection) -> None:
    connection.execute("DROP TABLE IF EXISTS temp.vocabulary")
    connection.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, search, row)")
    connection.execute("DELETE FROM word")
    connection.execute(
        "INSERT INTO word (word) SELECT term FROM temp.vocabulary"
        " WHERE length(term) >= ? AND term NOT GLOB '*[0-9]*' ORDER BY doc DESC, term",
        (WORD_LENGTH_MIN,),
    )
    connection.execute("DROP TABLE temp.vocabulary")
    connection.execute("INSERT INTO word_part (word_part) VALUES ('rebuild')")


def _has_parts(word: str) -> bool:
    return len(word) >= WORD_LENGTH_MIN and not any(map(str.isdigit, word))


def _configure(connection: apsw.Connection, *, automerge: int, memory_bytes: int) -> None:
    connection.execute("INSERT INTO search (search, rank) VALUES ('automerge', ?)", (automerge,))
    connection.execute("INSERT INTO search (search, rank) VALUES ('hashsize', ?)", (memory_bytes,))

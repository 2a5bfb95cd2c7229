"""Search the catalogue as the operator types: which items, in which order; prices are `store`'s.

Every word typed has to begin a word of name or brand, in any order. The index yields items in order
of rank, so a search reads the first candidates, checks the words on them and stops. Only where that
gives too few does it look further: inside words, and in codes.
"""

from __future__ import annotations

import contextlib
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Final

import attrs

from posframe.catalogue.indexing import ID_MASK, PART_LENGTH_MIN
from posframe.catalogue.records import canonical_code
from posframe.catalogue.words import fold, is_spaceless
from posframe.catalogue.writing import TAIL_LENGTH, tail

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import apsw

TEXT_LENGTH_MAX: Final = 100
"""Characters of the typed text that are looked at."""
WORDS_MAX: Final = 8
"""Words of it that are looked at."""

_PREFIX_LENGTH_MAX: Final = 5
"""The index holds ready lists for beginnings up to this length; longer ones would be gathered from
all words that begin so, which for a common word of a million items takes 20 ms."""
_DRIVERS_MAX: Final = 2
"""Words looked up in the index; the others are checked on what it yields."""
_CANDIDATES_MAX: Final = 300
"""Items read and checked before the search goes on with all words; 2 µs each."""
_INNER_WORDS_MAX: Final = 12
"""Words looked for in which a typed part occurs, the most frequent ones."""
_CODES_MAX: Final = 60
_CODE_DIGITS_MIN: Final = 3
_GTIN_PADDINGS: Final = ("", "0", "00", "000000")
"""Zeros in front of a GTIN-14, -13, -12 and -8 as it is stored."""


@attrs.frozen
class Hit:
    """An item found, with the code it was found by, if it was."""

    item_id: int
    code: str = ""


def search(connection: apsw.Connection, text: str, limit: int) -> list[Hit]:
    """Return up to ``limit`` items, the likeliest first."""
    typed = text[:TEXT_LENGTH_MAX].strip()
    words = fold(typed).split()[:WORDS_MAX]
    exact = _by_exact_code(connection, typed)
    names = [Hit(item_id) for item_id in _by_words(connection, words, limit)] if words else []
    codes = _by_digits(connection, words, limit)
    interleaved = chain.from_iterable(zip_longest(codes, names))
    unique = {hit.item_id: hit for hit in reversed([*exact, *filter(None, interleaved)])}
    return list(reversed(unique.values()))[:limit]


def _by_exact_code(connection: apsw.Connection, typed: str) -> list[Hit]:
    rows = connection.execute(_EXACT, (canonical_code(typed), typed)).fetchall()
    return [Hit(item_id, code) for item_id, code in rows]


# Names


@attrs.frozen
class _Candidate:
    item_id: int
    text: str
    """Folded name and brand, with a space at either end."""


def _by_words(connection: apsw.Connection, words: list[str], limit: int) -> list[int]:
    """Find the words as beginnings; where these are too few, as parts too."""
    found = _by_beginnings(connection, words, limit)
    if len(found) < limit:
        known = {candidate.item_id for candidate in found}
        inside = _by_parts(connection, words, limit)
        found += [candidate for candidate in inside if candidate.item_id not in known]
    return [candidate.item_id for candidate in found]


def _by_beginnings(connection: apsw.Connection, words: list[str], limit: int) -> list[_Candidate]:
    def fits(candidate: _Candidate) -> bool:
        return all(_begins(word, candidate.text) for word in words)

    drivers = sorted(words, key=_selectivity)[-_DRIVERS_MAX:]
    query = " AND ".join(_term(word[:_PREFIX_LENGTH_MAX]) for word in drivers)
    found, is_complete = _first(_candidates(connection, query), fits, limit)
    if not is_complete:
        # The words looked up are common and the rest is not: now the long words are cheap to gather.
        query = " AND ".join(map(_term, words))
        found, _ = _first(_candidates(connection, query), fits, limit)
    return sorted(found, key=lambda candidate: _unlikeliness(words, candidate.text))


def _by_parts(connection: apsw.Connection, words: list[str], limit: int) -> list[_Candidate]:
    """Find words inside longer ones: "milch" in Vollmilch, "oliv öl" in Olivenöl."""
    parts = [word for word in words if len(word) >= PART_LENGTH_MIN and not is_spaceless(word)]
    if not parts:
        return []

    def fits(candidate: _Candidate) -> bool:
        return all(word in candidate.text for word in words)

    terms = (_term_or_inner(connection, part) for part in parts[:_DRIVERS_MAX])
    found, _ = _first(_candidates(connection, " AND ".join(terms)), fits, limit)
    return found


def _candidates(connection: apsw.Connection, query: str) -> Iterator[_Candidate]:
    with contextlib.closing(connection.execute(_CANDIDATES, (query,))) as rows:
        for item_id, name, brand in rows:
            yield _Candidate(item_id, f" {fold(f'{name} {brand}')} ")


def _first(
    candidates: Iterator[_Candidate], fits: Callable[[_Candidate], bool], limit: int
) -> tuple[list[_Candidate], bool]:
    """Return the first that fit, and whether a longer look could find no more of them."""
    found: list[_Candidate] = []
    for number, candidate in enumerate(candidates, 1):
        if fits(candidate):
            found.append(candidate)
        if len(found) >= limit:
            return found, True
        if number >= _CANDIDATES_MAX:
            return found, False
    return found, True


def _selectivity(word: str) -> tuple[bool, int]:
    """Order words by how few items they are likely to be in: letters before digits, then length."""
    return not word.isdigit(), min(len(word), _PREFIX_LENGTH_MAX)


def _begins(word: str, text: str) -> bool:
    return f" {word}" in text or (word in text and is_spaceless(word))


def _unlikeliness(words: list[str], text: str) -> tuple[int, bool]:
    """Order by whole words first, then by whether the name begins with what was typed first."""
    whole = sum(f" {word} " in text for word in words)
    return -whole, not text.startswith(words[0], 1)


def _term(word: str) -> str:
    """Return the index query for a beginning; of a spaceless run, for all of its characters."""
    if is_spaceless(word):
        return " AND ".join(f'"{character}"' for character in word)
    return f'"{word}"*'


def _term_or_inner(connection: apsw.Connection, part: str) -> str:
    rows = connection.execute(_INNER_WORDS, (f"%{part}%", _INNER_WORDS_MAX)).fetchall()
    return "(" + " OR ".join([_term(part[:_PREFIX_LENGTH_MAX]), *(f'"{word}"' for (word,) in rows)]) + ")"


# Codes


def _by_digits(connection: apsw.Connection, words: list[str], limit: int) -> list[Hit]:
    """Find the longest run of digits at an end of a code, of items that the other words begin."""
    digits = max((word for word in words if _is_code_part(word)), key=len, default="")
    if not digits:
        return []
    others = [word for word in words if word != digits]
    rows = chain(_by_code_end(connection, digits), _by_code_beginning(connection, digits))
    found: dict[int, Hit] = {}
    for item_id, name, brand, code in rows:
        text = f" {fold(f'{name} {brand}')}" if others else ""
        if all(_begins(word, text) for word in others):
            found.setdefault(item_id, Hit(item_id, code))
        if len(found) >= limit:
            break
    return list(found.values())


def _is_code_part(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) >= _CODE_DIGITS_MIN


_CodeRows = "Iterable[tuple[int, str, str, str]]"


def _by_code_end(connection: apsw.Connection, digits: str) -> Iterable[tuple[int, str, str, str]]:
    first = tail(digits)
    assert first is not None, "the caller passes digits"
    width = 10 ** max(TAIL_LENGTH - len(digits), 0)
    rows = connection.execute(_CODES_BY_TAIL, (first, first + width, _CANDIDATES_MAX)).fetchall()
    # A short code looks like one that ends in zeros, a long one is cut: compare the whole.
    return (row for row in rows if row[3].endswith(digits))


def _by_code_beginning(
    connection: apsw.Connection, digits: str
) -> Iterator[tuple[int, str, str, str]]:
    for padding in _GTIN_PADDINGS:
        beginning = padding + digits
        # ":" is the character after "9".
        yield from connection.execute(
            _CODES_FROM, (beginning, beginning + ":", _CODES_MAX)
        ).fetchall()


_EXACT: Final = """
SELECT item.id, code.code FROM code JOIN item ON item.id = code.item
WHERE code.code = ? AND item.active
UNION ALL
SELECT id, gtin FROM item WHERE sku = ? AND active
"""
_CANDIDATES: Final = f"""
SELECT item.id, item.name, item.brand
FROM search CROSS JOIN item ON item.id = search.rowid & {ID_MASK}
WHERE search MATCH ? ORDER BY search.rowid
"""
_INNER_WORDS: Final = "SELECT word FROM word_part WHERE word LIKE ? ORDER BY rowid LIMIT ?"
_CODES_BY_TAIL: Final = """
SELECT item.id, item.name, item.brand, code.code
FROM code INDEXED BY code_by_tail JOIN item ON item.id = code.item
WHERE tail >= ? AND tail < ? AND item.active LIMIT ?
"""
_CODES_FROM: Final = """
SELECT item.id, item.name, item.brand, code.code
FROM code JOIN item ON item.id = code.item
WHERE code.code >= ? AND code.code < ? AND item.active LIMIT ?
"""

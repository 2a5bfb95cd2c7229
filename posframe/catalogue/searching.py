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

from posframe.catalogue.indexing import BEGINNING_LENGTH_MAX, ID_MASK
from posframe.catalogue.records import canonical_code
from posframe.catalogue.rows import TAIL_LENGTH, tail
from posframe.catalogue.schema import fetch
from posframe.catalogue.words import fold, is_spaceless

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import apsw

TEXT_LENGTH_MAX: Final = 100
"""Characters of the typed text that are looked at."""
WORDS_MAX: Final = 8
"""Words of it that are looked at."""

_DRIVERS_MAX: Final = 2
"""Words looked up in the index; the others are checked on what it yields."""
_CANDIDATES_MAX: Final = 300
"""Items read and checked before the search goes on with all words; 2 µs each."""
_LONGER_WORDS_MAX: Final = 64
"""Words with one beginning that are looked up one by one; of more, the shorter beginning is."""
_INNER_WORDS_MAX: Final = 12
"""Words looked up in which a typed part occurs, the most frequent ones."""
_PART_LENGTH_MIN: Final = 3
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
    rows = fetch(connection, _EXACT, (canonical_code(typed), typed))
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

    terms = {word: _beginning(connection, word) for word in words}
    if not all(terms.values()):
        return []
    drivers = sorted(words, key=_selectivity)[-_DRIVERS_MAX:]
    found, is_complete = _first(
        _candidates(connection, [terms[word] for word in drivers]), fits, limit
    )
    if not is_complete:
        found, _ = _first(_candidates(connection, terms.values()), fits, limit)
    return sorted(found, key=lambda candidate: _unlikeliness(words, candidate.text))


def _by_parts(connection: apsw.Connection, words: list[str], limit: int) -> list[_Candidate]:
    """Find words inside longer ones: "milch" in Vollmilch, "oliv öl" in Olivenöl."""
    parts = [word for word in words if len(word) >= _PART_LENGTH_MIN and not is_spaceless(word)]

    def fits(candidate: _Candidate) -> bool:
        return all(word in candidate.text for word in words)

    terms = [_part(connection, part) for part in sorted(parts, key=_selectivity)[-_DRIVERS_MAX:]]
    if not terms or not all(terms):
        return []
    return _first(_candidates(connection, terms), fits, limit)[0]


def _candidates(connection: apsw.Connection, terms: Iterable[str]) -> Iterator[_Candidate]:
    query = " AND ".join(f"({term})" for term in terms)
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
    return not word.isdigit(), len(word)


def _begins(word: str, text: str) -> bool:
    return f" {word}" in text or (word in text and is_spaceless(word))


def _unlikeliness(words: list[str], text: str) -> tuple[int, bool]:
    """Order by whole words first, then by whether the name begins with what was typed first."""
    whole = sum(f" {word} " in text for word in words)
    return -whole, not text.startswith(words[0], 1)


def _beginning(connection: apsw.Connection, word: str) -> str:
    """Return the index query for words that begin so; empty when there are none.

    For a beginning longer than its lists, the index would gather the items of all words that begin
    so: 20 ms for a common one. The lists of these words, side by side, are read as far as needed.
    """
    if is_spaceless(word):
        return " AND ".join(f'"{character}"' for character in word)
    if len(word) <= BEGINNING_LENGTH_MAX:
        return f'"{word}"*'
    bounds = (word, word + "\U0010ffff", _LONGER_WORDS_MAX + 1)
    longer = fetch(connection, _LONGER_WORDS, bounds)
    if len(longer) > _LONGER_WORDS_MAX:
        return f'"{word[:BEGINNING_LENGTH_MAX]}"*'
    return _any_of(longer)


def _part(connection: apsw.Connection, part: str) -> str:
    """Return the index query for words that begin with or contain the part."""
    inner = fetch(connection, _INNER_WORDS, (f"%{part}%", _INNER_WORDS_MAX))
    either = filter(None, (_beginning(connection, part), _any_of(inner)))
    return " OR ".join(either)


def _any_of(words: list[tuple[str]]) -> str:
    return "(" + " OR ".join(f'"{word}"' for (word,) in words) + ")" if words else ""


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


def _by_code_end(connection: apsw.Connection, digits: str) -> Iterable[tuple[int, str, str, str]]:
    first = tail(digits)
    assert first is not None, "the caller passes digits"
    width = 10 ** max(TAIL_LENGTH - len(digits), 0)
    rows = fetch(connection, _CODES_BY_TAIL, (first, first + width, _CANDIDATES_MAX))
    # A short code looks like one that ends in zeros, a long one is cut: compare the whole.
    return (row for row in rows if row[3].endswith(digits))


def _by_code_beginning(
    connection: apsw.Connection, digits: str
) -> Iterator[tuple[int, str, str, str]]:
    for padding in _GTIN_PADDINGS:
        beginning = padding + digits
        # ":" is the character after "9".
        yield from fetch(connection, _CODES_FROM, (beginning, beginning + ":", _CODES_MAX))


_EXACT: Final = """
SELECT item.id, code.code FROM code JOIN item ON item.id = code.item
WHERE code.code = ? AND item.active
UNION ALL
SELECT id, '' FROM item WHERE sku = ? AND active
"""
_CANDIDATES: Final = f"""
SELECT item.id, item.name, item.brand
FROM search CROSS JOIN item ON item.id = search.rowid & {ID_MASK}
WHERE search MATCH ? ORDER BY search.rowid
"""  # noqa: S608 - our names
_LONGER_WORDS: Final = "SELECT word FROM word WHERE word >= ? AND word < ? LIMIT ?"
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

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

from posframe.catalogue.indexing import ID_MASK
from posframe.catalogue.records import canonical_code
from posframe.catalogue.rows import TAIL_LENGTH, tail
from posframe.catalogue.schema import fetch
from posframe.catalogue.terms import PART_LENGTH_MIN, all_of, beginning, part, plan
from posframe.catalogue.words import fold, is_spaceless

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import apsw

TEXT_LENGTH_MAX: Final = 100
"""Characters of the typed text that are looked at."""
WORDS_MAX: Final = 8
"""Words of it that are looked at."""

_CANDIDATES_MAX: Final = 600
"""Items read and checked at most for one question to the index; 3 µs each."""
_ENOUGH: Final = 3
"""Hits from which parts inside words are not looked for."""
_CODES_MAX: Final = 200
"""Codes with one ending whose items are checked for further words."""
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
    few = len(words) == 1 or len(names) < _ENOUGH
    codes = _by_digits(connection, words, limit) if few else []
    interleaved = chain.from_iterable(zip_longest(codes, names))
    unique = {hit.item_id: hit for hit in reversed([*exact, *filter(None, interleaved)])}
    return list(reversed(unique.values()))[:limit]


def _by_exact_code(connection: apsw.Connection, typed: str) -> list[Hit]:
    rows = fetch(connection, _EXACT, (canonical_code(typed), typed))
    return [Hit(item_id, code) for item_id, code in rows]


# Names


def _by_words(connection: apsw.Connection, words: list[str], limit: int) -> list[int]:
    """Find the words as beginnings; where these give next to nothing, as parts too."""
    found = _by_beginnings(connection, words, limit)
    if len(found) < _ENOUGH:
        found |= {k: v for k, v in _by_parts(connection, words, limit).items() if k not in found}
    return list(found)


def _by_beginnings(connection: apsw.Connection, words: list[str], limit: int) -> dict[int, str]:
    """Return ids and folded texts of items, the likeliest first."""
    terms = [beginning(connection, word) for word in words]
    if not all(term.query for term in terms):
        return {}
    asked = plan(connection, terms, limit)
    needles = [term.needle for term in terms]
    found, is_complete = _read(connection, [t.wider or t.query for t in asked], needles, limit)
    if not is_complete:
        found, _ = _read(connection, [term.query for term in terms], needles, limit)
    return dict(sorted(found.items(), key=lambda entry: _unlikeliness(words, entry[1])))


def _by_parts(connection: apsw.Connection, words: list[str], limit: int) -> dict[int, str]:
    """Find words inside longer ones: "milch" in Vollmilch, "oliv öl" in Olivenöl."""
    parts = [word for word in words if len(word) >= PART_LENGTH_MIN and not is_spaceless(word)]
    terms = [part(connection, word) for word in parts]
    if not terms or not all(term.query for term in terms):
        return {}
    asked = plan(connection, terms, limit)
    return _read(connection, [term.query for term in asked], words, limit)[0]


def _read(
    connection: apsw.Connection, queries: list[str], needles: list[str], limit: int
) -> tuple[dict[int, str], bool]:
    """Return the first items that contain the needles, and whether asking more exactly is vain."""
    found: dict[int, str] = {}
    with contextlib.closing(connection.execute(_CANDIDATES, (all_of(queries),))) as rows:
        for number, (item_id, name, brand) in enumerate(rows, 1):
            text = fold(f" {name} {brand} ")
            for needle in needles:
                if needle not in text:
                    break
            else:
                found[item_id] = text
                if len(found) >= limit:
                    return found, True
            if number >= _CANDIDATES_MAX:
                return found, False
    return found, True


def _unlikeliness(words: list[str], text: str) -> tuple[int, bool]:
    """Order by whole words first, then by whether the name begins with what was typed first."""
    whole = sum(f" {word} " in text for word in words)
    return -whole, not text.startswith(words[0], 1)


# Codes


def _by_digits(connection: apsw.Connection, words: list[str], limit: int) -> list[Hit]:
    """Find the longest run of digits at an end of a code, of items that the other words begin."""
    digits = max((word for word in words if _is_code_part(word)), key=len, default="")
    if not digits:
        return []
    needles = [word if is_spaceless(word) else f" {word}" for word in words if word != digits]
    rows = chain(
        _by_code_end(connection, digits, _CODES_MAX if needles else limit),
        _by_code_beginning(connection, digits, limit),
    )
    found: dict[int, Hit] = {}
    for item_id, name, brand, code in rows:
        text = fold(f" {name} {brand} ") if needles else ""
        if all(needle in text for needle in needles):
            found.setdefault(item_id, Hit(item_id, code))
        if len(found) >= limit:
            break
    return list(found.values())


def _is_code_part(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) >= _CODE_DIGITS_MIN


_CodeRow = tuple[int, str, str, str]  # id, name, brand, code


def _by_code_end(connection: apsw.Connection, digits: str, limit: int) -> Iterable[_CodeRow]:
    first = tail(digits)
    assert first is not None, "the caller passes digits"
    width = 10 ** max(TAIL_LENGTH - len(digits), 0)
    rows = fetch(connection, _CODES_BY_TAIL, (first, first + width, limit))
    # A short code looks like one that ends in zeros, a long one is cut: compare the whole.
    return (row for row in rows if row[3].endswith(digits))


def _by_code_beginning(connection: apsw.Connection, digits: str, limit: int) -> Iterator[_CodeRow]:
    for padding in _GTIN_PADDINGS:
        first = padding + digits
        yield from fetch(connection, _CODES_FROM, (first, first + ":", limit))  # ":" follows "9"


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

"""Search the catalogue as the operator types: which items, in which order; prices are `store`'s.

Every word typed has to begin a word of name or brand, in any order. The index yields items in order
of rank, so a search reads the first candidates, checks the words on them and stops. Only where that
gives too few does it look further: inside words, and in codes.
"""

from __future__ import annotations

import contextlib
from itertools import chain, islice, zip_longest
from typing import TYPE_CHECKING, Final

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

_CANDIDATES_MAX: Final = 400
"""Items read and checked at most for one question to the index; 5 µs each."""
_FEW: Final = 3
"""Fewer hits than these are worth a longer search."""
_WORDS_WITH_PARTS: Final = 2
"""Of so many words at most, parts inside words fill up the result; of more, they replace it."""
_CODES_MAX: Final = 100
"""Codes with one ending whose items are checked for further words."""
_CODE_DIGITS_MIN: Final = 3
_GTIN_PADDINGS: Final = ("", "0", "00", "000000")
"""Zeros in front of a GTIN-14, -13, -12 and -8 as it is stored."""


def search(connection: apsw.Connection, text: str, limit: int) -> dict[int, str]:
    """Return up to ``limit`` items by id, the likeliest first, with the code matched if any.

    A code or SKU typed in full comes first. Codes that begin or end so take turns with names.
    """
    typed = "".join(filter(str.isprintable, text[:TEXT_LENGTH_MAX])).strip()
    words = fold(typed).split()[:WORDS_MAX]
    found = dict(fetch(connection, _EXACT, (canonical_code(typed), typed)))
    names = _by_beginnings(connection, words, limit)
    codes = _by_digits(connection, words, limit) if len(words) == 1 or len(names) < _FEW else {}
    enough = limit if len(words) <= _WORDS_WITH_PARTS else _FEW
    if not codes and len(names) < enough:
        names |= _by_parts(connection, words, limit)
    in_turn = chain.from_iterable(zip_longest(codes.items(), names.items()))
    for item_id, code in filter(None, in_turn):
        found.setdefault(item_id, code)
    return dict(islice(found.items(), limit))


# Names


def _by_beginnings(connection: apsw.Connection, words: list[str], limit: int) -> dict[int, str]:
    terms = [beginning(connection, word) for word in words]
    if not all(term.query for term in terms):
        return {}
    asked = plan(connection, terms, limit)
    needles = [term.needle for term in terms]
    texts, is_complete = _read(connection, [t.wider or t.query for t in asked], needles, limit)
    if not is_complete:
        texts, _ = _read(connection, [term.query for term in terms], needles, limit)
    return dict.fromkeys(sorted(texts, key=lambda id_: _unlikeliness(words, texts[id_])), "")


def _by_parts(connection: apsw.Connection, words: list[str], limit: int) -> dict[int, str]:
    """Find words inside longer ones: "milch" in Vollmilch, "oliv öl" in Olivenöl."""
    looked_up = [word for word in words if len(word) >= PART_LENGTH_MIN and _can_be_part(word)]
    parts = {word: part(connection, word) for word in looked_up}
    if not any(parts.values()) and not any(map(_is_short_part, words)):
        return {}
    terms = [parts[word] or beginning(connection, word) for word in looked_up]
    if not all(term.query for term in terms):
        return {}
    needles = [_part_needle(word) for word in words]
    asked = plan(connection, terms, limit)
    texts, _ = _read(connection, [term.query for term in asked], needles, limit)
    return dict.fromkeys(texts, "")


def _part_needle(word: str) -> str:
    if not _can_be_part(word):
        return word if is_spaceless(word) else f" {word}"
    # Two letters are in most names somewhere; at the end of a word they are what it is: Olivenöl.
    return f"{word} " if len(word) < PART_LENGTH_MIN else word


def _can_be_part(word: str) -> bool:
    return len(word) > 1 and not word.isdigit() and not is_spaceless(word)


def _is_short_part(word: str) -> bool:
    return _can_be_part(word) and len(word) < PART_LENGTH_MIN


def _read(
    connection: apsw.Connection, queries: list[str], needles: list[str], limit: int
) -> tuple[dict[int, str], bool]:
    """Return the first items that contain the needles, and whether asking more exactly is vain."""
    found: dict[int, str] = {}
    if not queries:
        return found, True
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


def _by_digits(connection: apsw.Connection, words: list[str], limit: int) -> dict[int, str]:
    """Find the longest run of digits at an end of a code, of items that the other words begin."""
    digits = max((word for word in words if _is_code_part(word)), key=len, default="")
    if not digits:
        return {}
    needles = [word if is_spaceless(word) else f" {word}" for word in words if word != digits]
    rows = chain(
        _by_code_end(connection, digits, _CODES_MAX if needles else limit),
        _by_code_beginning(connection, digits, limit),
    )
    found: dict[int, str] = {}
    for item_id, name, brand, code in rows:
        text = fold(f" {name} {brand} ") if needles else ""
        if all(needle in text for needle in needles):
            found.setdefault(item_id, code)
        if len(found) >= limit:
            break
    return found


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

"""Words of a name as search compares them: folded, split and cut; ranking is `searching`'s.

Upper case, accents and width fall away. Scripts written without spaces are indexed by character,
so that any part of a name in them can be found.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_SPACELESS: Final = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x3400, 0x4DBF),  # Han, extension A
    (0x4E00, 0x9FFF),  # Han
    (0xAC00, 0xD7AF),  # Hangul: has spaces, but its compounds are searched by syllable
    (0xF900, 0xFAFF),  # Han, compatibility
    (0x20000, 0x323AF),  # Han, further extensions
)

_SPACELESS_RUN: Final = re.compile(
    "([" + "".join(f"{chr(first)}-{chr(last)}" for first, last in _SPACELESS) + "]+)"
)

_LETTERS: Final = dict(zip("øłđðı", "olddi", strict=True)) | {"æ": "ae", "œ": "oe", "þ": "th"}
"""Letters that Unicode does not take apart but a keyboard without them is used to type."""


class _Folding(dict[int, str]):
    """What each character becomes; filled as characters turn up, so the rest is a lookup in C."""

    def __missing__(self, point: int) -> str:
        character = chr(point)
        if unicodedata.combining(character) >= 10:  # 7 to 9 change the letter: nukta, kana, virama
            folded = ""
        elif unicodedata.category(character)[0] in "LMN":
            folded = _LETTERS.get(character, character)
        else:
            folded = " "
        self[point] = folded
        return folded


_FOLDING: Final = _Folding()
_ASCII_FOLDING: Final = bytes(ord(_FOLDING[ord(chr(n).lower())]) for n in range(128)).ljust(256)


def fold(text: str) -> str:
    """Return ``text`` in small letters without accents, everything but letters and digits a space.

    Runs of a script without spaces stand by themselves.
    """
    if text.isascii():
        return text.encode().translate(_ASCII_FOLDING).decode()
    folded = unicodedata.normalize("NFKD", text).casefold().translate(_FOLDING)
    if folded.isascii():
        return folded
    # Composed again, because a Hangul syllable is one character to search for.
    return _SPACELESS_RUN.sub(r" \1 ", unicodedata.normalize("NFC", folded))


def index_text(*parts: str) -> str:
    """Return the words to index, separated by spaces; spaceless scripts character by character."""
    folded = fold(" ".join(parts))
    if folded.isascii():
        return folded
    return _SPACELESS_RUN.sub(lambda run: " ".join(run[0]), folded)


def is_spaceless(word: str) -> bool:
    """Tell whether a folded word is a run of a script without spaces."""
    return _SPACELESS_RUN.match(word) is not None

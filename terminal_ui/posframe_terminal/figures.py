"""Big figures, three rows high: the amount that a customer reads across the counter.

The shapes are box-drawing characters; ``plain`` gives shapes of ASCII for fonts without them.
Only digits, sign and separators have a shape; anything else stands small on the lowest row.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from posframe_terminal.cells import clean, width_of

ROWS: Final = 3


@lru_cache(maxsize=256)
def big(text: str, *, plain: bool = False) -> tuple[str, str, str]:
    """Return the three rows of ``text``, all of the same width."""
    shapes = _PLAIN_SHAPES if plain else _SHAPES
    glyphs = [shapes.get(character) or _small(character) for character in clean(text)]
    top, middle, low = ("".join(glyph[row] for glyph in glyphs) for row in range(ROWS))
    return top, middle, low


def big_width(text: str) -> int:
    """Return how many cells the rows of ``big(text)`` take."""
    return width_of(big(text)[0])


def _small(character: str) -> tuple[str, str, str]:
    blank = " " * width_of(character)
    return blank, blank, character


def _shapes(*rows: str) -> dict[str, tuple[str, str, str]]:
    top, middle, low = rows
    digits = {
        str(digit): (top[at : at + 3], middle[at : at + 3], low[at : at + 3])
        for digit, at in enumerate(range(0, 30, 3))
    }
    return digits | {" ": ("  ", "  ", "  ")}


_SHAPES: Final = _shapes(
    "┏━┓ ╻ ╺━┓╺━┓╻ ╻┏━╸┏━╸╺━┓┏━┓┏━┓",
    "┃ ┃ ┃ ┏━┛ ━┫┗━┫┗━┓┣━┓  ┃┣━┫┗━┫",
    "┗━┛ ╹ ┗━╸╺━┛  ╹╺━┛┗━┛  ╹┗━┛╺━┛",
) | {"-": ("  ", "╺╸", "  "), ".": (" ", " ", "•"), ",": (" ", " ", ","), "'": ("╵", " ", " ")}

_PLAIN_SHAPES: Final = _shapes(
    " _     _  _     _  _  _  _  _ ",
    "| |  | _| _||_||_ |_   ||_||_|",
    "|_|  ||_  _|  | _||_|  ||_| _|",
) | {"-": ("  ", "--", "  "), ".": (" ", " ", "."), ",": (" ", " ", ","), "'": ("'", " ", " ")}

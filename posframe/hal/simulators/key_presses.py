"""Devices that type: text as the input events of a keyboard, with tables of their own.

Two countries are enough to see that a layout matters; what a layout lacks is typed by its number
with Alt held.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from posframe.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# As a 64-bit Linux on a little-endian machine has them.
_EVENT = struct.Struct("<qqHHi")
_KEY = 1
_SHIFT, _CTRL, _ALT, _ALTGR = 42, 29, 56, 100
_F8, _CLOSING_BRACKET = 66, 27
_NAMED = {"\r": 28, "\n": 28, "\t": 15}
_PAD = (82, 79, 80, 81, 75, 76, 77, 71, 72, 73)

Move = tuple[int, bool]
"""A key, and whether it goes down."""


def _keys(*rows: tuple[int, str, str]) -> dict[str, tuple[int, bool]]:
    """Return character to key and Shift, from rows of (first key, plain, shifted)."""
    table: dict[str, tuple[int, bool]] = {" ": (57, False)}
    for first, plain, shifted in rows:
        table |= {each: (first + at, False) for at, each in enumerate(plain)}
        table |= {each: (first + at, True) for at, each in enumerate(shifted)}
    return table


_US = _keys(
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
)
_DE = _keys(
    (2, "1234567890ß", '!"§$%&/()=?'),
    (16, "qwertzuiopü+", "QWERTZUIOPÜ*"),
    (30, "asdfghjklöä", "ASDFGHJKLÖÄ"),
    (43, "#yxcvbnm,.-", "'YXCVBNM;:_"),
    (86, "<", ">"),
)
_DE_ALTGR = {
    "{": 8, "[": 9, "]": 10, "}": 11, "\\": 12, "@": 16, "€": 18, "~": 27, "|": 86, "µ": 50,
}  # fmt: skip
_DE_DEAD = {"^": (41, False), "´": (13, False), "`": (13, True)}

LAYOUTS: Mapping[str, Mapping[str, tuple[int, bool]]] = {"us": _US, "de": _DE}
GS_KEYS = ("ctrl", "alt", "f8")
"""How scanners type the separator of GS1 codes."""


def key_moves(text: str, layout: str, gs: str = "ctrl") -> list[Move]:
    """Return the keys that type ``text``, in their order.

    Raises:
        DataError: a character has neither a key nor a number.
    """
    return [move for each in text for move in _character(each, layout, gs)]


def events(moves: Iterable[Move], now_s: float, pace_s: float = 0.0) -> list[bytes]:
    """Return the bytes of the input events, one piece for each move of a key."""
    pieces = []
    for code, down in moves:
        time = divmod(int(now_s * 1_000_000), 1_000_000)
        pieces.append(_EVENT.pack(*time, _KEY, code, down) + _EVENT.pack(*time, 0, 0, 0))
        now_s += pace_s
    return pieces


def _character(character: str, layout: str, gs: str) -> list[Move]:
    if character in _NAMED:
        return _press(_NAMED[character])
    if character == "\x1d" and gs != "alt":
        return _press(_F8) if gs == "f8" else _press(_CLOSING_BRACKET, _CTRL)
    if layout == "de" and character in _DE_ALTGR:
        return _press(_DE_ALTGR[character], _ALTGR)
    if layout == "de" and character in _DE_DEAD:
        code, shift = _DE_DEAD[character]
        return [*_press(code, *((_SHIFT,) if shift else ())), *_press(57)]
    found = LAYOUTS[layout].get(character)
    if found is None:
        return _by_number(character)
    code, shift = found
    return _press(code, *((_SHIFT,) if shift else ()))


def _press(code: int, *held: int) -> list[Move]:
    return [
        *((each, True) for each in held),
        (code, True),
        (code, False),
        *((each, False) for each in reversed(held)),
    ]


def _by_number(character: str) -> list[Move]:
    """Hold Alt and type the number that Windows gives the character, with its leading zero."""
    try:
        (number,) = character.encode("cp1252")
    except UnicodeEncodeError as error:
        raise DataError(
            f"No key types {character!r}", hint="scan a code of Western letters and digits"
        ) from error
    pad = [move for digit in f"{number:04d}" for move in _press(_PAD[int(digit)])]
    return [(_ALT, True), *pad, (_ALT, False)]

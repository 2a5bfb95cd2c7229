"""Keyboard layouts: which character each key of a keyboard gives, by country.

Scanners and readers that type are set to a country in their own manual, and mean the layouts of
Windows; the tables follow those where the systems differ. Four levels a key: plain, Shift, AltGr,
AltGr with Shift. A space in a table stands for no character.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

# Key codes of Linux (input-event-codes.h), row by row from the top left.
_ROWS = (
    (41, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13),
    (16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27),
    (30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 43),
    (86, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53),  # 86: the key that American keyboards lack
)
_LEVELS = 4
PLAIN, SHIFT, ALTGR, ALTGR_SHIFT = range(_LEVELS)


@attrs.frozen
class Layout:
    """One country's keyboard."""

    keys: Mapping[int, str]
    """Key code to its four characters."""
    dead: frozenset[tuple[int, int]]
    """Key and level that wait for a letter to stand on; a space makes them stand alone."""
    decimal: str
    """What the decimal key of the number pad gives."""
    pages: tuple[str, str]
    """Code pages of numbers typed with Alt: without, and with a leading zero."""

    @property
    def has_altgr(self) -> bool:
        """Whether the right Alt key leads to a third level."""
        return any(levels[ALTGR] != " " for levels in self.keys.values())


def _layout(
    *rows: tuple[str, ...],
    dead: tuple[tuple[int, int], ...] = (),
    decimal: str = ",",
    pages: tuple[str, str] = ("cp850", "cp1252"),
) -> Layout:
    """Return a layout from its rows, each the characters of up to four levels."""
    keys: dict[int, str] = {}
    for codes, levels in zip(_ROWS, rows, strict=True):
        assert all(len(level) == len(codes) for level in levels), levels
        for at, code in enumerate(codes):
            given = "".join(level[at] for level in levels)
            keys[code] = given.ljust(_LEVELS)
    return Layout(keys, frozenset(dead), decimal, pages)


LAYOUTS: Mapping[str, Layout] = {
    "us": _layout(
        ("`1234567890-=", "~!@#$%^&*()_+"),
        ("qwertyuiop[]", "QWERTYUIOP{}"),
        ("asdfghjkl;'\\", 'ASDFGHJKL:"|'),
        ("\\zxcvbnm,./", "|ZXCVBNM<>?"),
        decimal=".",
        pages=("cp437", "cp1252"),
    ),
    "gb": _layout(
        ("`1234567890-=", '¬!"£$%^&*()_+', "¦   €        "),
        ("qwertyuiop[]", "QWERTYUIOP{}", "  é   úíó   ", "  É   ÚÍÓ   "),
        ("asdfghjkl;'#", "ASDFGHJKL:@~", "á           ", "Á           "),
        ("\\zxcvbnm,./", "|ZXCVBNM<>?"),
        decimal=".",
    ),
    "de": _layout(
        ("^1234567890ß´", '°!"§$%&/()=?`', "  ²³   {[]}\\ "),
        ("qwertzuiopü+", "QWERTZUIOPÜ*", "@ €        ~"),
        ("asdfghjklöä#", "ASDFGHJKLÖÄ'"),
        ("<yxcvbnm,.-", ">YXCVBNM;:_", "|      µ   "),
        dead=((41, PLAIN), (13, PLAIN), (13, SHIFT)),
    ),
    "fr": _layout(
        ("²&é\"'(-è_çà)=", " 1234567890°+", "  ~#{[|`\\^@]}"),
        ("azertyuiop^$", "AZERTYUIOP¨£", "  €        ¤"),
        ("qsdfghjklmù*", "QSDFGHJKLM%µ"),
        ("<wxcvbn,;:!", ">WXCVBN?./§"),
        dead=((26, PLAIN), (26, SHIFT), (3, ALTGR), (8, ALTGR)),
        decimal=".",
    ),
    "es": _layout(
        ("º1234567890'¡", 'ª!"·$%&/()=?¿', "\\|@#~€¬      "),
        ("qwertyuiop`+", "QWERTYUIOP^*", "  €       []"),
        ("asdfghjklñ´ç", "ASDFGHJKLÑ¨Ç", "          {}"),
        ("<zxcvbnm,.-", ">ZXCVBNM;:_"),
        dead=((26, PLAIN), (26, SHIFT), (40, PLAIN), (40, SHIFT), (5, ALTGR)),
        decimal=".",
    ),
    "it": _layout(
        ("\\1234567890'ì", '|!"£$%&/()=?^', "     €     `~"),
        ("qwertyuiopè+", "QWERTYUIOPé*", "  €       []", "          {}"),
        ("asdfghjklòàù", "ASDFGHJKLç°§", "         @# "),
        ("<zxcvbnm,.-", ">ZXCVBNM;:_"),
        decimal=".",
    ),
    "pl": _layout(
        ("`1234567890-=", "~!@#$%^&*()_+", "     €       "),
        ("qwertyuiop[]", "QWERTYUIOP{}", "  ę   € ó   ", "  Ę     Ó   "),
        ("asdfghjkl;'\\", 'ASDFGHJKL:"|', "ąś      ł   ", "ĄŚ      Ł   "),
        ("\\zxcvbnm,./", "|ZXCVBNM<>?", " żźć  ń    ", " ŻŹĆ  Ń    "),
        pages=("cp852", "cp1250"),
    ),
}

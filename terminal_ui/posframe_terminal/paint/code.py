"""QR codes in terminal cells: two modules a cell, dark on light whatever the theme.

A code that does not fit is not drawn at all: half a code is none.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from posframe_terminal.paint.rows import Row

QUIET: Final = 2
"""Light modules around the code. ISO/IEC 18004 asks for 4; the light ground of the last two would
cost a screen of 24 rows two versions, and cameras of phones do with less."""
STYLE: Final = "qr"
_HALVES: Final = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


@lru_cache(maxsize=4)
def qr_rows(data: str, width: int, height: int) -> tuple[Row, ...]:
    """Return a code as rows of ``width`` or fewer cells; none where it does not fit."""
    import segno

    try:
        matrix = segno.make_qr(data.encode(), error="l", boost_error=False).matrix
    except segno.DataOverflowError:
        return ()
    side = len(matrix) + 2 * QUIET
    if side > width or (side + 1) // 2 > height:
        return ()
    quiet = (0,) * QUIET
    light = (0,) * side
    modules = [*[light] * QUIET, *((*quiet, *row, *quiet) for row in matrix), *[light] * QUIET]
    if side % 2:
        modules.append(light)
    return tuple(
        (("".join(_HALVES[bool(a), bool(b)] for a, b in zip(up, low, strict=True)), STYLE),)
        for up, low in zip(modules[::2], modules[1::2], strict=True)
    )

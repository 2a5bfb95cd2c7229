"""Pictures as dots for receipt printers: logos, and QR codes for printers that draw none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PIL.Image import Image as PictureFile

ROWS_MAX = 1600
"""Longest picture, some 20 cm of paper; what is longer is made smaller."""
PIXELS_MAX = 16_000_000
"""Largest picture that is read: it takes four bytes a pixel, twice."""


@attrs.frozen
class Raster:
    """A black and white picture: ``row_bytes`` a row, the highest bit leftmost, 1 is black."""

    row_bytes: int
    rows: int
    data: bytes = attrs.field(repr=False)


def load_picture(path: Path, dots: int) -> Raster:
    """Return the picture in a file, made smaller where it does not fit ``dots``; needs Pillow.

    Raises:
        OSError: the file is missing or holds no picture that can be used.
    """
    from PIL import Image, ImageOps

    try:
        with Image.open(path) as picture:
            grey = _on_white(picture)
    except OSError:
        raise
    except Exception as error:  # Pillow's readers of damaged files raise whatever comes to them
        raise OSError(f"{path.name} holds no picture that can be used: {error}") from error
    if grey.width > dots or grey.height > ROWS_MAX:
        grey.thumbnail((dots, ROWS_MAX))
    # A row holds whole bytes; Pillow pads the last one with zeros, which print white.
    bits = ImageOps.invert(grey).convert("1")
    return Raster((bits.width + 7) // 8, bits.height, bits.tobytes())


def _on_white(picture: PictureFile) -> PictureFile:
    """Return a picture in greys, what is transparent in white."""
    if picture.width * picture.height > PIXELS_MAX:
        raise OSError("it is too large a picture for a receipt")
    from PIL import Image

    flat = Image.new("RGBA", picture.size, "white")
    flat.alpha_composite(picture.convert("RGBA"))
    return flat.convert("L")


def has_cross(data: str) -> bool:
    """Tell whether a QR code bears the Swiss cross, which no printer draws by itself.

    A Swiss QR-bill does, and is known by its first line (Swiss Implementation Guidelines for the
    QR-bill).
    """
    return data.startswith(("SPC\n", "SPC\r\n"))


def qr_picture(data: str, dots: int, module_dots: int) -> Raster:
    """Return a QR code as a picture, its quiet zone included; modules shrink until it fits."""
    import segno

    # The mask is pinned: choosing the best of eight takes five times as long as all the rest.
    code = segno.make_qr(data.encode(), error="m", mask=3, boost_error=False, mode="byte")
    rows = [bytes(row) for row in code.matrix_iter(scale=1, border=4)]
    scale = max(1, min(module_dots, dots // len(rows)))
    row_bytes = (len(rows) * scale + 7) // 8
    lines = b"".join(_packed(row, scale, row_bytes) * scale for row in rows)
    if has_cross(data):
        lines = _with_cross(lines, row_bytes, (len(rows) - 8) * scale)
    return Raster(row_bytes, len(rows) * scale, lines)


def _with_cross(lines: bytes, row_bytes: int, symbol_dots: int) -> bytes:
    """Return a picture with the Swiss cross in the middle of its symbol.

    The logo is 7 mm of a symbol of 46 mm: a white edge, a black square, and a cross in it whose
    arms are 6 wide and reach over 20 of the square's 32 parts, as the coat of arms has them.
    """
    rows = len(lines) // row_bytes
    logo = symbol_dots * 7 // 46
    edge = max(1, logo // 14)
    square = logo - 2 * edge
    first = (rows - logo) // 2
    drawn = []
    for y in range(rows):
        bits = f"{int.from_bytes(lines[y * row_bytes : (y + 1) * row_bytes]):0{row_bytes * 8}b}"
        if first <= y < first + logo:
            cross = "".join(_cross_bit(x - edge, y - first - edge, square) for x in range(logo))
            bits = bits[:first] + cross + bits[first + logo :]
        drawn.append(int(bits, 2).to_bytes(row_bytes))
    return b"".join(drawn)


def _cross_bit(x: int, y: int, square: int) -> str:
    """Return "1" where a dot of the logo is black; the square begins at 0, 0."""
    if not (0 <= x < square and 0 <= y < square):
        return "0"
    along, across = sorted((abs(2 * x + 1 - square), abs(2 * y + 1 - square)), reverse=True)
    is_cross = across * 32 <= 6 * square and along * 32 <= 20 * square
    return "0" if is_cross else "1"


def raster_commands(picture: Raster, rows_max: int) -> bytes:
    """Return ``GS v 0`` commands of at most ``rows_max`` rows each."""
    return b"".join(_slices(picture, rows_max))


def _slices(picture: Raster, rows_max: int) -> Iterator[bytes]:
    width = picture.row_bytes.to_bytes(2, "little")
    for top in range(0, picture.rows, rows_max):
        rows = min(rows_max, picture.rows - top)
        start = top * picture.row_bytes
        yield b"\x1dv0\x00" + width + rows.to_bytes(2, "little")
        yield _REAL_TIME.sub(b"\x11", picture.data[start : start + rows * picture.row_bytes])


# Some printers obey DLE EOT, DLE ENQ and DLE DC4 (which kicks the drawer) even inside a picture
# (unverified): one black dot more is the cheaper harm.
_REAL_TIME = re.compile(rb"\x10(?=[\x04\x05\x14])")


def _packed(modules: bytes, scale: int, row_bytes: int) -> bytes:
    bits = "".join(("1" if dark else "0") * scale for dark in modules)
    return int(bits.ljust(row_bytes * 8, "0"), 2).to_bytes(row_bytes, "big")

"""The Swiss cross in the QR code of a QR-bill: it is right, and the code still reads."""

from __future__ import annotations

import pytest

from posframe.hal.codecs.escpos import ReceiptEncoder
from posframe.hal.codecs.raster import qr_picture
from posframe.hal.profiles import load_profile
from posframe.kernel.domain.receipt import slip

BILL = "SPC\n0200\n1\nCH9300762011623852957\nS\nShop\n\n\n3000\nBern\nCH\n" + "\n" * 20 + "EPD"
OTHER = BILL.replace("SPC", "SPD")


def rows(data, module_dots=6):
    """Return the dots of a picture as rows of ``#`` and blanks."""
    picture = qr_picture(data, 576, module_dots)
    wide = picture.row_bytes
    bits = [
        f"{int.from_bytes(picture.data[at : at + wide]):0{wide * 8}b}"
        for at in range(0, len(picture.data), wide)
    ]
    return [row[: picture.rows].replace("1", "#").replace("0", " ") for row in bits]


def middle(data, dots, module_dots=6):
    found = rows(data, module_dots)
    first = (len(found) - dots) // 2
    return [row[first : first + dots] for row in found[first : first + dots]]


def test_the_cross_is_white_in_a_black_square_in_a_white_edge():
    """37 modules of 6 dots are 222, of which 7 of 46 parts are 33; arms of 29 * 6 / 32, 20 / 32."""
    logo = middle(BILL, 33)
    assert len(rows(BILL)) == (37 + 8) * 6
    assert [row.strip() for row in (logo[0], logo[1], logo[-2], logo[-1])] == [""] * 4
    assert logo[2] == logo[-3] == "  " + "#" * 29 + "  "
    assert logo[16] == "  " + "#" * 5 + " " * 19 + "#" * 5 + "  "  # the arm across
    assert logo[9] == "  " + "#" * 12 + " " * 5 + "#" * 12 + "  "  # the arm upwards
    turned = ["".join(column) for column in zip(*logo, strict=True)]
    assert logo == turned == logo[::-1], "the same from every side"


def test_no_dot_outside_of_the_logo_is_changed():
    """But for it, the picture is what it would be without."""
    import segno

    code = segno.make_qr(BILL.encode(), error="m", mask=3, boost_error=False, mode="byte")
    plain = ["".join(" #"[dot] * 6 for dot in row) for row in code.matrix_iter(border=4)]
    plain = [row for row in plain for _ in range(6)]
    first = (len(plain) - 33) // 2
    inside = range(first, first + 33)
    for y, (was, now) in enumerate(zip(plain, rows(BILL), strict=True)):
        differs = [x for x in range(len(was)) if was[x] != now[x]]
        assert all(x in inside for x in differs)
        assert y in inside or not differs


def test_other_codes_bear_none():
    assert middle(OTHER, 33)[16] != middle(BILL, 33)[16]


@pytest.mark.parametrize("module_dots", [2, 3, 4, 5, 6, 8])
def test_a_code_with_the_cross_is_read(module_dots):
    """At every size, by a reader that knows nothing of it."""
    image = pytest.importorskip("PIL.Image")
    zxingcpp = pytest.importorskip("zxingcpp")
    found = rows(BILL, module_dots)
    dots = b"".join(bytes(0 if dot == "#" else 255 for dot in row) for row in found)
    drawn = image.frombytes("L", (len(found), len(found)), dots)
    (read,) = zxingcpp.read_barcodes(drawn.resize((len(found) * 2, len(found) * 2)))
    assert read.text == BILL


def test_a_printer_that_draws_codes_itself_is_sent_a_picture_of_the_bill_only():
    """GS ( k is its own code, GS v 0 a picture."""
    encoder = ReceiptEncoder(load_profile("generic-80mm"))
    assert encoder.profile.native_qr
    bill, other = (encoder.encode(slip((), data)).data for data in (BILL, OTHER))
    assert (b"\x1d(k" in bill, b"\x1dv0" in bill) == (False, True)
    assert (b"\x1d(k" in other, b"\x1dv0" in other) == (True, False)

"""QR codes on the screen: what a telephone reads off the cells is what was to be shown."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posframe_terminal.paint.code import QUIET, qr_rows

EPC = "BCD\n002\n1\nSCT\n\nTest store\nDE89370400440532013000\nEUR1.19\n\n\n000000-1\n"
DARK = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}


def read(rows) -> str:
    """Return what an independent reader sees in the cells, dark on light."""
    image = pytest.importorskip("PIL.Image")
    zxingcpp = pytest.importorskip("zxingcpp")
    cells = ["".join(text for text, _ in row) for row in rows]
    drawn = image.new("L", (len(cells[0]), 2 * len(cells)), 255)
    for y, line in enumerate(cells):
        for x, cell in enumerate(line):
            for half, dark in enumerate(DARK[cell]):
                drawn.putpixel((x, 2 * y + half), 0 if dark else 255)
    (found,) = zxingcpp.read_barcodes(drawn.resize((drawn.width * 4, drawn.height * 4), 0))
    return found.bytes.decode()


def test_the_cells_are_read_as_what_was_to_be_shown():
    assert read(qr_rows(EPC, 60, 30)) == EPC


@settings(max_examples=20)
@given(st.text("0123456789ABCxyz/:?&=-é", min_size=1, max_size=200))
def test_any_code_that_is_drawn_is_read_as_it_is(data):
    assert read(qr_rows(data, 80, 60)) == data


def test_all_rows_are_of_one_width_and_in_a_style_of_their_own():
    rows = qr_rows(EPC, 60, 30)
    assert {(len(text), style) for row in rows for text, style in row} == {(33 + 2 * QUIET, "qr")}


@pytest.mark.parametrize(("width", "height"), [(36, 30), (60, 18), (0, 0)])
def test_a_code_that_does_not_fit_is_not_drawn_at_all(width, height):
    """33 modules and the light border are 37 cells wide and 19 high."""
    assert qr_rows(EPC, width, height) == ()
    assert qr_rows(EPC, 37, 19)


def test_more_than_any_code_holds_is_not_drawn():
    assert qr_rows("x" * 5_000, 1_000, 1_000) == ()

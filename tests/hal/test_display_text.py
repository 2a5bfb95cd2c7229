"""Text on customer displays: what the display lacks, what is too wide, and what stays whole."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.hal.codecs.display_text import Alphabet, blank, fit, redrawn

NUMBER = re.compile("[0-9][0-9.,]*")
CP437 = Alphabet("cp437")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Welcome", "Welcome             "),
        ("   Welcome", "   Welcome          "),
        ("TOTAL         17.49", "TOTAL          17.49"),  # one short: the amount goes to the edge
        ("TOTAL  17.49 EUR", "TOTAL      17.49 EUR"),
        ("Strawberry yoghurt  12.99", "Strawberry yo. 12.99"),
        ("Strawberry yoghurt 12.99", "Strawberry yo. 12.99"),
        ("Strawberry yoghurt 12.99 €", "Strawberry.  12.99 €"),
        ("                17.49 EUR", "           17.49 EUR"),
        ("Please take your receipt", "Please take your re."),
        ("Cherries ba 1000g  12.99", "Cherries ba.   12.99"),  # 1. would be a lie
        ("1234567890123456789.00 EUR", "####################"),
        ("TOTAL  1234567890123456789.00 EUR", "####################"),
        ("TOTAL  12345678901234567.00", "12345678901234567.00"),
        ("TOTAL  1234567890123456.00", " 1234567890123456.00"),
        ("", "                    "),
    ],
)
def test_what_stands_at_the_right_is_kept_and_the_left_shows_where_it_was_cut(text, shown):
    assert fit(text, 20) == shown


LINE = st.text(alphabet=st.sampled_from("ab1.- €é\n"), max_size=40)
AMOUNT = st.from_regex(r"[0-9]{1,7}\.[0-9]{2}( EUR)?", fullmatch=True)


@given(LINE, st.integers(8, 40))
def test_a_row_is_exactly_as_wide_as_the_display(text, columns):
    assert len(CP437.rows((text,), columns, 1)[0]) == columns


@given(st.text(alphabet="abcde ", min_size=1), AMOUNT, st.integers(15, 40), st.integers(2, 9))
def test_an_amount_stands_whole_at_the_right_edge(name, amount, columns, gap):
    shown = fit(f"x{name.strip()}" + " " * gap + amount, columns)
    assert shown.endswith(f" {amount}")


@given(st.text(alphabet="ab 0123456789.,", min_size=21, max_size=60))
def test_no_number_is_ever_cut_in_two(text):
    text = text.strip()
    numbers = {number.strip(".,") for number in NUMBER.findall(text)}
    assert numbers.issuperset(number.strip(".,") for number in NUMBER.findall(fit(text, 20)))


@pytest.mark.parametrize(
    ("text", "bytes_"),
    [
        ("Café", b"Caf\x82"),
        ("17.49 €", b"17.49 EUR"),
        ("Ačiū", b"Aciu"),
        ("Чай", b"Chay"),
        ("茶", b"?"),
        ("a\xa0b", b"a b"),
        ("a\rb\x1b@", b"a?b?@"),
        ("e\u0301", b"\x82"),
        ("x\u0302", b"x"),
    ],
)
def test_what_the_display_lacks_is_replaced_by_what_reads_the_same(text, bytes_):
    assert CP437.encode(CP437.prepare(text)) == bytes_


def test_the_euro_is_one_character_where_the_table_has_it():
    assert Alphabet("cp858").rows(("5 €",), 8, 1) == (b"5 \xd5     ",)
    assert Alphabet("cp1252").rows(("5 €",), 8, 1) == (b"5 \x80     ",)
    assert Alphabet("ascii").rows(("5 €",), 8, 1) == (b"5 EUR   ",)


def test_an_amount_that_grows_by_transliteration_pushes_the_left_part():
    assert CP437.rows(("Grapes      17.49 €",), 19, 1) == (b"Grapes    17.49 EUR",)
    assert CP437.rows(("Grapefruits 17.49 €",), 19, 1) == (b"Grapefru. 17.49 EUR",)
    assert CP437.rows(("        1717.49 €",), 17, 1) == (b"      1717.49 EUR",)


@given(st.text(max_size=60), st.sampled_from(["ascii", "cp437", "cp866", "cp1252", "cp1257"]))
def test_no_text_holds_a_byte_that_a_display_would_obey(text, encoding):
    alphabet = Alphabet(encoding)
    (row,) = alphabet.rows((text,), 20, 1)
    assert len(row) == 20
    assert all(byte >= 0x20 and byte != 0x7F for byte in row)


def test_there_are_as_many_rows_as_the_display_has():
    assert CP437.rows(("a", "b", "c"), 8, 2) == (b"a       ", b"b       ")
    assert CP437.rows((), 8, 2) == (b"        ", b"        ")


def goto(column, row):
    return bytes((0x1F, 0x24, column, row))


ROWS = st.tuples(*[st.text(alphabet="ab ", min_size=8, max_size=8).map(str.encode)] * 2)


@given(ROWS, ROWS)
def test_what_is_redrawn_leads_from_any_text_to_any_other(before, after):
    data = redrawn(before, after, goto, b"\x0c")
    assert played(before, data) == after
    assert len(data) <= 2 * (4 + 8)


def test_what_differs_is_written_over_and_short_gaps_with_it():
    before = (b"Tomatoes        2.50", b"TOTAL           2.50")
    after = (b"Bananas         3.50", b"TOTAL           6.00")
    # 'Bananas ' differs in a run; the amounts in one and three places, with the point between.
    assert redrawn(before, after, goto, b"\x0c") == (
        goto(1, 1) + b"Bananas " + goto(17, 1) + b"3" + goto(17, 2) + b"6.0"
    )
    assert redrawn(after, after, goto, b"\x0c") == b""


def test_clearing_first_is_cheaper_than_writing_blanks():
    before = (b"Tomatoes        2.50", b"TOTAL           2.50")
    after = (b"Thanks              ", b" " * 20)
    assert redrawn(before, after, goto, b"\x0c") == b"\x0cThanks"
    assert redrawn(before, blank(after), goto, b"\x0c") == b"\x0c"


def played(rows, data):
    """Return what stands on a glass of eight columns once ``data`` was written over ``rows``."""
    cells = [bytearray(row) for row in rows]
    column = row = 1
    while data:
        if data[:1] == b"\x0c":
            cells, column, row, data = [bytearray(b" " * 8), bytearray(b" " * 8)], 1, 1, data[1:]
        elif data[:1] == b"\x1f":
            column, row, data = data[2], data[3], data[4:]
        else:
            cells[row - 1][column - 1] = data[0]
            column, data = column + 1, data[1:]
    return tuple(map(bytes, cells))

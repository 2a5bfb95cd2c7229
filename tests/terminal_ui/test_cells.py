"""Text for cells: safe, and exactly as wide as asked."""

import unicodedata

import pytest
import wcwidth
from hypothesis import given
from hypothesis import strategies as st

from posframe_terminal.cells import clean, figure, fit, plain, width_of, wrapped
from posframe_terminal.figures import big, big_width

ANY_TEXT = st.text(st.characters(), max_size=60)
BIDI = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def cells(text: str) -> int:
    """Another library's count, character by character, as terminals count."""
    return sum(max(wcwidth.wcwidth(character), 0) for character in text)


@given(ANY_TEXT, st.integers(0, 40), st.sampled_from(["left", "right", "centre"]))
def test_any_text_becomes_exactly_the_cells_asked_for(text, width, align):
    shown = fit(text, width, align)
    assert cells(shown) == width_of(shown) == width


@given(ANY_TEXT)
def test_nothing_that_a_terminal_obeys_is_left(text):
    for character in clean(text):
        assert unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}
        assert character not in BIDI


@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing(text):
    assert clean(clean(text)) == clean(text)


def test_every_character_there_is_keeps_its_columns_and_plain_ones_too():
    for code in range(0x110000):
        shown = clean("a" + chr(code))
        assert cells(shown) == width_of(shown), hex(code)
        assert width_of(plain(shown)) == width_of(shown), hex(code)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mRed\x1b[0m wine\x07", "␛[31mRed␛[0m wine␇"),
        ("[bold]Bread[/bold] [@click=app.bell]x[/]", "[bold]Bread[/bold] [@click=app.bell]x[/]"),
        ("a\x9b31mb\x7f", "a�31mb␡"),
        ("pay \u202e99.1\u202c", "pay 99.1"),
        ("a\u200bb\u00adc\ufeffd", "abcd"),
        ("\U0001f1e6\U0001f1f9 wine", "AT wine"),
        ("👍🏽 👨\u200d👩\u200d👧", "👍 👨👩👧"),
        ("e\u0301", "é"),
        ("a" + "\u0301" * 50, "á" + "\u0301" * 3),
        ("\u0301x", "x"),
        ("two\nlines\ttab", "two␊lines␉tab"),
    ],
)
def test_what_is_dangerous_is_shown_or_dropped(text, shown):
    assert clean(text) == shown


def test_wide_characters_keep_their_columns_when_cut():
    assert fit("老干妈风味", 4) == "老… "
    assert fit("老干妈风味", 10) == "老干妈风味"


def test_a_figure_is_never_cut():
    assert figure("1234.56", 9) == "  1234.56"
    assert figure("1234567.89", 9) == "#########"


@given(ANY_TEXT, st.integers(1, 30), st.integers(1, 4))
def test_wrapped_lines_are_all_as_wide_as_asked(text, width, lines_max):
    lines = wrapped(text, width, lines_max)
    assert len(lines) <= lines_max
    assert all(width_of(line) == width for line in lines)


def test_wrapping_loses_no_words():
    assert wrapped("the quick brown fox jumps", 10, 5) == ["the quick ", "brown fox ", "jumps     "]
    assert wrapped("the quick brown fox jumps", 10, 2) == ["the quick ", "brown fox…"]


@given(st.text("0123456789.,-' ", max_size=12), st.booleans())
def test_big_figures_have_three_rows_of_one_width(text, bare):
    rows = big(text, plain=bare)
    assert {width_of(row) for row in rows} == {big_width(text)}
    assert not bare or "".join(rows).isascii()


def test_big_figures_read_as_what_they_are():
    assert big("25.94", plain=True) == (
        " _  _   _    ",
        " _||_  |_||_|",
        "|_  _|. _|  |",
    )

"""Laws of making text harmless and measuring it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.kernel.domain.receipt_text import clean, display_width, spread

ANY_TEXT = st.text(alphabet=st.characters())
HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(ANY_TEXT)
def test_nothing_that_could_be_obeyed_or_hide_survives_cleaning(text):
    assert not [char for char in clean(text) if unicodedata.category(char) in HIDDEN]


@given(ANY_TEXT)
def test_cleaning_twice_is_cleaning_once(text):
    assert clean(clean(text)) == clean(text)


@given(st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x7E)))
def test_ordinary_text_is_left_alone(text):
    assert clean(text) == text


def test_control_bytes_are_shown_as_pictures_one_for_one():
    assert clean("a\x1bp\x00\x7f\tb\n") == "a␛p␀␡␉b␊"
    assert clean("\x85\x9b") == "\ufffd\ufffd"


def test_lone_surrogates_and_line_separators_become_replacement_characters():
    assert clean("a\ud800b\u2028c") == "a\ufffdb\ufffdc"


def test_bidirectional_and_zero_width_characters_are_dropped():
    assert clean("12\u202e34\u2066\u200b\u200d\ufeff\u00ad\u061c5\ufe0f") == "12345"


def test_unusual_spaces_become_a_space_and_joining_ones_stay_joining():
    assert clean("1\u202f234\u2009567\xa0€") == "1\xa0234 567\xa0€"


def test_marks_are_composed_with_their_letters():
    assert clean("Cafe\u0301") == "Café"


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", 0),
        ("Café €", 6),
        ("中文", 4),
        ("ｱｲ", 2),
        ("Ｆ", 2),
        ("한국", 4),
        ("a\u0331b", 2),
        ("🍎", 2),
        ("ą–“", 3),
    ],
)
def test_width_counts_columns_not_characters(text, columns):
    assert display_width(text) == columns


@given(st.text(alphabet="ab中é ", max_size=30), st.integers(0, 60))
def test_spreading_keeps_every_word_and_never_shortens(text, columns):
    spreaded = spread(text, columns)
    assert spreaded.split() == text.split()
    assert len(spreaded) >= len(text)


def test_spreading_fills_the_width_at_the_gap_before_the_amount():
    assert spread("TOTAL  9.99", 20) == "TOTAL           9.99"

"""Keyboards: every key of every layout types what is printed on it."""

from __future__ import annotations

import pytest

from posframe.hal.codecs.input_events import KeyMoved, KeysLost, LockLamp
from posframe.hal.codecs.keyboard import UNKNOWN, Keyboard
from posframe.hal.codecs.keyboard_layouts import LAYOUTS

SHIFT, CTRL, ALT, ALTGR, CAPS, NUM, SPACE, ENTER = 42, 29, 56, 100, 58, 69, 57, 28
PAD = {"0": 82, "1": 79, "2": 80, "3": 81, "4": 75, "5": 76, "6": 77, "7": 71, "8": 72, "9": 73}
DIGIT_ROW = range(2, 12)


def press(keyboard, *keys):
    """Press the last key while the others are held; return what that types."""
    typed = "".join(keyboard.take(KeyMoved(key, down=True)) for key in keys)
    return typed + "".join(keyboard.take(KeyMoved(key, down=False)) for key in reversed(keys))


def typed(layout, *strokes, **locks):
    keyboard = Keyboard(layout, **locks)
    return "".join(press(keyboard, *stroke) for stroke in strokes)


@pytest.mark.parametrize(
    ("layout", "plain", "shifted"),
    [
        ("us", "1234567890", "!@#$%^&*()"),
        ("gb", "1234567890", '!"£$%^&*()'),
        ("de", "1234567890", '!"§$%&/()='),
        ("fr", "&é\"'(-è_çà", "1234567890"),
        ("es", "1234567890", '!"·$%&/()='),
        ("it", "1234567890", '!"£$%&/()='),
        ("pl", "1234567890", "!@#$%^&*()"),
    ],
)
def test_the_row_of_digits(layout, plain, shifted):
    assert typed(layout, *((key,) for key in DIGIT_ROW)) == plain
    assert typed(layout, *((SHIFT, key) for key in DIGIT_ROW)) == shifted


@pytest.mark.parametrize(
    ("layout", "letters"),
    [
        ("us", "qwertyasdfghzxcvbn"),
        ("gb", "qwertyasdfghzxcvbn"),
        ("de", "qwertzasdfghyxcvbn"),
        ("fr", "azertyqsdfghwxcvbn"),
        ("es", "qwertyasdfghzxcvbn"),
        ("it", "qwertyasdfghzxcvbn"),
        ("pl", "qwertyasdfghzxcvbn"),
    ],
)
def test_the_letters_in_both_cases(layout, letters):
    keys = [*range(16, 22), *range(30, 36), *range(44, 50)]
    assert typed(layout, *((key,) for key in keys)) == letters
    assert typed(layout, *((54, key) for key in keys)) == letters.upper()


@pytest.mark.parametrize(
    ("layout", "strokes", "text"),
    [
        ("us", [(26,), (27,), (43,), (SHIFT, 41), (12,), (53,)], "[]\\~-/"),
        ("gb", [(43,), (SHIFT, 43), (SHIFT, 40), (86,), (ALTGR, 5), (SHIFT, 41)], "#~@\\€¬"),
        ("de", [(53,), (SHIFT, 8), (12,), (SHIFT, 53), (SHIFT, 43), (SHIFT, 27)], "-/ß_'*"),
        ("de", [(ALTGR, 16), (ALTGR, 18), (ALTGR, 27), (ALTGR, 12), (ALTGR, 86)], "@€~\\|"),
        ("de", [(ALTGR, 8), (ALTGR, 9), (ALTGR, 10), (ALTGR, 11)], "{[]}"),
        ("fr", [(ALTGR, 11), (ALTGR, 5), (ALTGR, 13), (ALTGR, 9), (7,), (9,)], "@{}\\-_"),
        ("fr", [(39,), (50,), (SHIFT, 51), (SHIFT, 52), (53,), (SHIFT, 53)], "m,./!§"),
        ("es", [(ALTGR, 3), (39,), (ALTGR, 2), (53,), (SHIFT, 53), (ALTGR, 26)], "@ñ|-_["),
        ("it", [(ALTGR, 39), (ALTGR, 40), (26,), (ALTGR, SHIFT, 26), (13,)], "@#è{ì"),
        ("pl", [(ALTGR, 30), (ALTGR, SHIFT, 38), (ALTGR, 45), (26,)], "ąŁź["),
    ],
)  # fmt: skip
def test_signs_and_third_levels(layout, strokes, text):
    assert typed(layout, *strokes) == text


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_sign_that_codes_are_made_of_can_be_typed(layout):
    """By one key and its levels, or by a dead key and a space."""
    reachable = set("".join(LAYOUTS[layout].keys.values()))
    needed = "0123456789 !\"%&'()*+,-./:;<=>?_[]{}|\\@#$^`~"
    missing = set(needed) - reachable
    assert missing == set()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_character_of_a_code_stands_on_two_keys_of_one_level(layout):
    for level in range(2):
        characters = [levels[level] for levels in LAYOUTS[layout].keys.values()]
        letters = [each for each in characters if each.isalnum()]
        assert len(letters) == len(set(letters))


@pytest.mark.parametrize(
    ("layout", "strokes", "text"),
    [
        ("de", [(41,), (SPACE,)], "^"),
        ("de", [(13,), (18,)], "é"),
        ("de", [(SHIFT, 13), (30,)], "à"),
        ("de", [(41,), (2,)], "^1"),
        ("de", [(41,), (13,), (SPACE,)], "^´"),
        ("de", [(41,), (ENTER,)], "^\n"),
        ("fr", [(26,), (18,)], "ê"),
        ("fr", [(SHIFT, 26), (SPACE,)], "¨"),
        ("fr", [(ALTGR, 10)], "^"),
        ("es", [(40,), (30,)], "á"),
        ("es", [(ALTGR, 5), (49,)], "ñ"),
        ("us", [(41,), (18,)], "`e"),
    ],
)
def test_dead_keys_wait_for_their_letter(layout, strokes, text):
    assert typed(layout, *strokes) == text


def test_caps_lock_turns_letters_and_nothing_else():
    assert typed("us", (CAPS,), (30,), (SHIFT, 30), (2,), (SHIFT, 2), (12,)) == "Aa1!-"
    assert typed("us", (CAPS,), (30,), (CAPS,), (30,)) == "Aa"
    assert typed("de", (40,), (12,), (SHIFT, 40), caps=True) == "Äßä"
    assert typed("fr", (SHIFT, 43), caps=True) == "µ"  # its capital is another letter


def test_the_lamp_of_caps_lock_tells_how_it_stands():
    keyboard = Keyboard("us")
    assert keyboard.take(LockLamp(1, on=True)) == ""
    assert press(keyboard, 30) == "A"
    assert keyboard.take(LockLamp(1, on=False)) == ""
    assert press(keyboard, 30) == "a"


def test_the_number_pad_types_digits_while_num_lock_is_on():
    digits = [(PAD[each],) for each in "0123456789"]
    assert typed("us", *digits) == "0123456789"
    assert typed("us", *digits[:3], num=False) == UNKNOWN * 3
    assert typed("us", (NUM,), *digits[:1], (NUM,), *digits[1:2]) == UNKNOWN + "1"
    assert typed("us", (55,), (74,), (78,), (98,), (83,), (96,)) == "*-+/.\n"
    assert typed("de", (83,)) == ","


@pytest.mark.parametrize(
    ("layout", "number", "text"),
    [
        ("us", "65", "A"),
        ("us", "0065", "A"),
        ("us", "029", "\x1d"),
        ("us", "0029", "\x1d"),
        ("us", "13", "\n"),
        ("us", "9", "\t"),
        ("us", "130", "é"),  # code page 437
        ("de", "0228", "ä"),  # Windows 1252
        ("de", "225", "ß"),  # code page 850
        ("de", "0128", "€"),
        ("pl", "0185", "ą"),  # Windows 1250
        ("pl", "165", "ą"),  # code page 852
        ("us", "0", UNKNOWN),
        ("us", "0129", UNKNOWN),  # stands for nothing
        ("us", "256", UNKNOWN),
    ],
)
def test_numbers_typed_with_alt_are_characters(layout, number, text):
    keyboard = Keyboard(layout, num=False)  # Num Lock does not matter here
    assert keyboard.take(KeyMoved(ALT, down=True)) == ""
    for digit in number:
        assert press(keyboard, PAD[digit]) == ""
    assert keyboard.take(KeyMoved(ALT, down=False)) == text


def test_alt_with_another_key_is_no_text():
    assert typed("us", (ALT, 30), (30,)) == UNKNOWN + "a"
    assert typed("us", (ALT, 2)) == UNKNOWN  # a digit of the upper row is no number


def test_the_right_alt_is_alt_where_there_is_no_third_level():
    assert typed("us", (100, 30)) == UNKNOWN
    keyboard = Keyboard("us")
    keyboard.take(KeyMoved(100, down=True))
    press(keyboard, PAD["6"])
    press(keyboard, PAD["5"])
    assert keyboard.take(KeyMoved(100, down=False)) == "A"


def test_ctrl_and_alt_are_altgr_as_windows_has_it():
    assert typed("de", (CTRL, ALT, 16)) == "@"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_ctrl_with_the_place_of_the_closing_bracket_is_gs(layout):
    assert typed(layout, (CTRL, 27)) == "\x1d"


@pytest.mark.parametrize(
    ("layout", "stroke", "text"),
    [
        ("de", (CTRL, 10), "\x1d"),  # the key that has ] on its third level
        ("us", (CTRL, 43), "\x1c"),
        ("us", (CTRL, 7), "\x1e"),
        ("us", (CTRL, 12), "\x1f"),
        ("us", (CTRL, 50), "\n"),  # M
        ("us", (CTRL, 36), "\n"),  # J
        ("us", (CTRL, 23), "\t"),  # I
        ("us", (CTRL, 34), "\x07"),  # G
        ("us", (66,), "\x1d"),  # F8, as some scanners send FNC1
        ("us", (59,), UNKNOWN),  # F1
        ("us", (CTRL, 2), UNKNOWN),
    ],
)
def test_control_characters(layout, stroke, text):
    assert typed(layout, stroke) == text


def test_lost_events_leave_no_key_held_and_a_mark_in_the_text():
    keyboard = Keyboard("us")
    keyboard.take(KeyMoved(SHIFT, down=True))
    assert keyboard.take(KeysLost()) == UNKNOWN
    assert press(keyboard, 30) == "a"

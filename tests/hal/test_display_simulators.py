"""Displays in software: what stands on the glass after commands of the manuals' tables."""

from __future__ import annotations

import pytest

from posframe.errors import ConfigurationError, DataError
from posframe.hal.registry import simulator_spec
from posframe.hal.simulators.glass import SCROLL_S

NAMES = ["escpos-display", "cd5220", "utc", "aedex"]


def made(name, **options):
    return simulator_spec(name).make(options)


def after(simulator, *pieces):
    for piece in pieces:
        assert simulator.feed(piece, 0.0) == b""
    return simulator.glass.lines()


def test_the_glass_is_shown_in_its_frame():
    display = made("escpos-display", columns="10")
    after(display, b"HI\x1f$\x01\x02\x1fX\x02THERE\x01")
    assert display.view() == (
        "+----------+",
        "|HI        |",
        "|THERE     |",
        "+----------+",
        "brightness 2, cursor at 6,2",
        "1 bytes of garbage",
    )


@pytest.mark.parametrize(
    ("mode", "shown"),
    [
        (b"\x1f\x01", ("QBCDEFGH", "IJKLMNOP")),
        (b"\x1f\x02", ("IJKLMNOP", "Q")),
        (b"\x1f\x03", ("JKLMNOPQ", "")),
    ],
)
def test_what_is_too_long_is_wrapped_or_pushed_as_the_mode_says(mode, shown):
    display = made("escpos-display", columns="8")
    assert after(display, mode + b"ABCDEFGHIJKLMNOPQ") == shown


def test_a_mode_changed_at_the_end_of_a_row_goes_on_in_the_next():
    display = made("escpos-display", columns="8")
    assert after(display, b"\x1f\x03ABCDEFGH\x1f\x01I") == ("ABCDEFGH", "I")


@pytest.mark.parametrize(
    ("name", "begin", "end"),
    [
        ("cd5220", b"\x1bQDOPEN TODAY\r", b"\x0c"),
        ("utc", b"\x1bd\x1buDOPEN TODAY\r", b"\x1buA\r"),
        ("aedex", b"!#4OPEN TODAY\r", b"!#1\r"),
    ],
)
def test_text_runs_through_the_upper_row_until_something_else_is_written(name, begin, end):
    display = made(name, columns="8")
    assert after(display, begin) == ("OPEN TOD", "")
    assert display.due_s() == SCROLL_S
    display.tick(2 * SCROLL_S)
    assert display.glass.lines() == ("EN TODAY", "")
    assert "scrolls" in "".join(display.view())
    assert after(display, end) == ("", "")
    assert display.due_s() is None


def test_any_command_ends_the_running_text_of_a_cd5220():
    display = made("cd5220")
    assert after(display, b"\x1bQDOPEN\r", b"\x1b*\x02HI") == ("HI", "")
    assert display.glass.brightness == 2


def test_a_blinking_glass_is_dark_at_the_end_of_the_scale():
    display = made("escpos-display")
    after(display, b"HI\x1fE\x0a")
    assert "blinks every 500 ms" in display.view()[-1]
    assert after(display, b"\x1fE\xff") == ("", "")
    assert "dark" in display.view()[-1]
    assert after(display, b"\x1fE\x00") == ("HI", "")


def test_bytes_above_ascii_are_read_in_the_table_that_was_selected():
    display = made("escpos-display")
    assert after(display, b"\x82\x1bt\x13\xd5") == ("é€", "")
    assert after(display, b"\x1bt\x63") == ("é€", "")
    assert display.garbage == 1


@pytest.mark.parametrize("name", ["cd5220", "escpos-display"])
def test_places_beyond_the_glass_are_garbage(name):
    display = made(name)
    goto = b"\x1bl" if name == "cd5220" else b"\x1f$"
    after(display, goto + b"\x15\x01" + goto + b"\x01\x03" + b"A")
    assert display.garbage == 2
    assert display.glass.lines() == ("A", "")


def test_a_row_without_an_end_is_garbage_and_the_next_one_is_read():
    display = made("cd5220")
    assert after(display, b"\x1bQA" + b"x" * 21, b"\x0c\x1bQAHI\r") == ("HI", "")
    assert display.garbage == 23


def test_utc_switches_between_its_modes():
    display = made("utc", begins="enhanced")
    assert after(display, b"receipt\n\x1buIupper               lower\r") == ("upper", "lower")
    assert display.passed == b"receipt\n"
    assert after(display, b"\x1b\x0f\r\x10\x22!") == ("upper", "lower         !")
    assert after(display, b"\x1f") == ("", "")


def test_an_aedex_display_obeys_other_attention_characters_once_told():
    display = made("aedex", resets="no")
    assert after(display, b"!#8~$\r~$1HI\r!#1NO\r") == ("HI", "")
    assert display.passed == b"!#1NO\r"
    assert after(display, b"~$AHO\r") == ("HO", "")
    display = made("aedex")
    assert after(display, b"!#8~$\r~$2HI\r~$A\r!!#2HO\r") == ("", "HO")
    assert display.passed == b"!"


@pytest.mark.parametrize("name", NAMES)
def test_a_power_cut_blanks_the_glass(name):
    display = made(name)
    after(display, {"aedex": b"!#1HI\r"}.get(name, b"HI"))
    assert display.glass.lines() == ("HI", "")
    display.act("power", 1.0)
    assert display.glass.lines() == ("", "")
    with pytest.raises(DataError, match="knows no"):
        display.act("kick", 1.0)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "options", [{"column": "20"}, {"columns": "wide"}, {"rows": "0"}, {"encoding": "cp0"}]
)
def test_a_display_that_cannot_be_made_says_so(name, options):
    with pytest.raises(ConfigurationError):
        made(name, **options)


@pytest.mark.parametrize(
    ("name", "options"),
    [("utc", {"leave": "10"}), ("aedex", {"resets": "si"}), ("escpos-display", {"shared": "si"})],
)
def test_a_choice_that_is_none_is_refused_with_the_choices(name, options):
    with pytest.raises(ConfigurationError) as refusal:
        made(name, **options)
    assert refusal.value.hint.startswith(("one of: ", "write yes or no"))

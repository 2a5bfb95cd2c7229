"""The bytes of customer displays, by dialect, against the command tables of manuals."""

from __future__ import annotations

import pytest

from posframe.hal.codecs import aedex_display, cd5220_display, escpos_display, utc_display
from posframe.hal.codecs.aedex_display import AedexDisplay
from posframe.hal.codecs.cd5220_display import Cd5220Display
from posframe.hal.codecs.escpos_display import EscposDisplay
from posframe.hal.codecs.utc_display import UtcDisplay

HEX = bytes.fromhex
BLANK = b" " * 20
COFFEE = b"COFFEE              "
TOTAL = b"TOTAL          17.49"
FULL = (b"x" * 20, b"x" * 20)


def test_escpos_writes_the_total_on_the_second_row():
    assert escpos_display.goto(1, 2) + b"TOTAL 17.49" == HEX("1F240102 544F54414C20 31372E3439")
    before, after = (COFFEE, BLANK), (COFFEE, b"TOTAL 17.49         ")
    assert EscposDisplay().show(after, before) == HEX("1F240102 544F54414C20 31372E3439")


def test_escpos_single_commands():
    assert HEX("0C") == escpos_display.CLEAR
    assert HEX("1B40") == escpos_display.INIT
    assert HEX("1F01") == escpos_display.OVERWRITE
    assert escpos_display.cursor(shown=False) == HEX("1F4300")
    assert escpos_display.cursor(shown=True) == HEX("1F4301")
    assert escpos_display.brightness(1) == HEX("1F5801")
    assert escpos_display.brightness(4) == HEX("1F5804")
    assert escpos_display.character_table(19) == HEX("1B7413")
    assert HEX("1B3D02") == escpos_display.SELECT_DISPLAY
    assert HEX("1B3D01") == escpos_display.SELECT_PRINTER


def test_escpos_starts_blank_without_cursor_and_with_its_table():
    assert EscposDisplay(level=2, table=19).start() == HEX("1818 1B40 1F01 1F4300 1F5802 1B7413")
    assert EscposDisplay(table=None).start() == HEX("1818 1B40 1F01 1F4300 1F5804")


def test_escpos_clears_where_that_is_shorter_than_writing_over():
    assert EscposDisplay().show((COFFEE, TOTAL), FULL) == (
        HEX("0C") + b"COFFEE" + HEX("1F240102") + b"TOTAL" + HEX("1F241002") + b"17.49"
    )
    assert EscposDisplay().show((COFFEE, TOTAL), (TOTAL, COFFEE))[:4] == HEX("0C") + b"COF"


def test_escpos_on_a_printers_line_gives_the_line_back_each_time():
    dialect = EscposDisplay(on_printer=True)
    assert dialect.start() == HEX("1818 1B3D02 1B40 1F01 1F4300 1F5804 1B7400 1B3D01")
    assert dialect.show((COFFEE, BLANK), (BLANK, BLANK)) == HEX("1B3D02 0C 434F46464545 1B3D01")
    assert dialect.show((COFFEE, BLANK), (COFFEE, BLANK)) == b""
    assert dialect.end() == HEX("1B3D02 0C 1B3D01")


def test_cd5220_writes_a_whole_row():
    assert cd5220_display.row_string(1, COFFEE) == HEX("1B5141 434F46464545") + b" " * 14 + b"\r"
    assert cd5220_display.row_string(2, TOTAL) == HEX("1B5142") + TOTAL + HEX("0D")


def test_cd5220_single_commands():
    assert HEX("0C") == cd5220_display.CLEAR
    assert HEX("1B40") == cd5220_display.INIT
    assert HEX("1B11") == cd5220_display.OVERWRITE
    assert cd5220_display.goto(20, 2) == HEX("1B6C1402")
    assert cd5220_display.cursor(shown=False) == HEX("1B5F00")
    assert cd5220_display.brightness(3) == HEX("1B2A03")


def test_cd5220_leaves_string_mode_before_it_says_anything_else():
    start = Cd5220Display(level=1).start()
    assert start == HEX("0D0D 0C 1B40 1B11 1B5F00 1B2A01")
    assert Cd5220Display(level=1, table=19).start() == start + HEX("1B7413")
    assert Cd5220Display().end() == HEX("0C")


def test_cd5220_writes_both_rows_each_time_in_string_mode():
    data = HEX("1B5141") + COFFEE + HEX("0D 1B5142") + TOTAL + HEX("0D")
    for before in ((BLANK, BLANK), (COFFEE, TOTAL)):
        assert Cd5220Display().show((COFFEE, TOTAL), before) == data
    assert Cd5220Display().show((BLANK, BLANK), (COFFEE, TOTAL)) == HEX("0C")


def test_cd5220_writes_what_differs_at_the_cursor():
    dialect = Cd5220Display(strings=False)
    before = (COFFEE, b"TOTAL          17.99")
    assert dialect.show((COFFEE, TOTAL), before) == HEX("1B6C1302 34")  # the 4 of 17.49
    assert dialect.show((COFFEE, BLANK), FULL) == HEX("0C 434F46464545")


def test_utc_writes_rows():
    assert utc_display.upper_line(b"HI") == HEX("1B7541 4849 0D")
    assert utc_display.lower_line(b"HI") == HEX("1B7542 4849 0D")
    assert utc_display.both_lines(COFFEE + TOTAL) == HEX("1B7549") + COFFEE + TOTAL + HEX("0D")


def test_utc_writes_both_rows_with_one_command_in_enhanced_mode():
    dialect = UtcDisplay()
    assert dialect.show((COFFEE, TOTAL), FULL) == HEX("1B7549") + COFFEE + TOTAL + HEX("0D")
    assert dialect.end() == HEX("1B7549") + b" " * 40 + HEX("0D")
    narrow = UtcDisplay(columns=16)
    assert narrow.show((b"a" * 16, b"b" * 16), FULL) == (
        HEX("1B7541") + b"a" * 16 + HEX("0D 1B7542") + b"b" * 16 + HEX("0D")
    )


@pytest.mark.parametrize(
    ("settings", "start"),
    [
        ({}, "0D 1B0F0D 1F 11 14 1B64"),
        ({"leave": "1E"}, "0D 1B1E 1F 11 14 1B64"),
        ({"enhanced": False}, "0D 1B0F0D 1F 11 14"),
    ],
)
def test_utc_starts_from_standard_mode_in_its_variants(settings, start):
    assert UtcDisplay(**settings).start() == HEX(start)


@pytest.mark.parametrize("position", ["10", "0F"])
def test_utc_writes_what_differs_at_a_position_in_standard_mode(position):
    dialect = UtcDisplay(enhanced=False, position=position)
    assert dialect.goto(1, 1) == HEX(position + "00")
    assert dialect.goto(20, 2) == HEX(position + "27")
    before = (COFFEE, b"TOTAL          17.99")
    assert dialect.show((COFFEE, TOTAL), before) == HEX(position + "26 34")
    assert dialect.show((COFFEE, BLANK), FULL) == HEX("1F1114") + b"COFFEE"
    assert dialect.end() == HEX("1F1114")


def test_aedex_writes_rows():
    dialect = AedexDisplay()
    assert dialect.command(b"1", b"HI") == HEX("212331 4849 0D")
    assert dialect.command(b"2", b"HI") == HEX("212332 4849 0D")
    assert dialect.command(b"9", COFFEE + TOTAL) == HEX("212339") + COFFEE + TOTAL + HEX("0D")
    assert dialect.command(b"A") == HEX("212341 0D")


def test_aedex_writes_both_rows_with_one_command():
    blank = HEX("212339") + b" " * 40 + HEX("0D")
    assert AedexDisplay().show((COFFEE, TOTAL), FULL) == HEX("212339") + COFFEE + TOTAL + b"\r"
    assert AedexDisplay().start() == HEX("0D") + blank
    assert AedexDisplay(resets=True).start() == HEX("0D 212341 0D") + blank
    assert AedexDisplay().end() == blank
    assert AedexDisplay(rows=1).show((COFFEE,), FULL) == HEX("212331") + COFFEE + HEX("0D")
    assert AedexDisplay(attention=b"~$").show((COFFEE,), FULL)[:3] == b"~$1"


def test_no_name_gives_an_aedex_display_a_command():
    row = b"Tea !#8ab           "
    data = AedexDisplay().show((row, b"!".rjust(20)), FULL)
    assert data.count(aedex_display.AedexDisplay().attention) == 1
    assert data[3:23] == b"Tea ! 8ab           "
    split = AedexDisplay().show((b"!".rjust(20), b"#8ab".ljust(20)), FULL)
    assert split.count(b"!#") == 1

"""Keystrokes with times: which are a person's, which a scanner's, which were pasted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe_terminal.intake import Intake, Key, Paste, Retract, Scan, pasted, proven

EAN = "4006581002330"
NAMES = {"+": "plus", "-": "minus", "*": "asterisk", "/": "slash", "%": "percent_sign"}


class Keyboard:
    """Types into an intake at a pace, and keeps what came out."""

    def __init__(self, **options) -> None:
        self.intake = Intake(**options)
        self.now_s = 100.0
        self.items = []

    def type(self, text: str, gap_s: float = 0.1) -> "Keyboard":
        for character in text:
            self.now_s += gap_s
            name = {"\r": "enter", "\n": "ctrl+j"}.get(character, NAMES.get(character, character))
            self.items += self.intake.key(name, character, self.now_s)
        return self

    def scan(self, text: str, gap_s: float = 0.002) -> "Keyboard":
        self.now_s += 0.2
        return self.type(text, gap_s)

    def wait(self) -> "Keyboard":
        self.items += self.intake.quiet()
        return self

    @property
    def scans(self) -> list[str]:
        return [item.code for item in self.items if isinstance(item, Scan)]

    @property
    def text(self) -> str:
        """What is left in the entry line."""
        kept = ""
        for item in self.items:
            if isinstance(item, Retract):
                kept = kept[: len(kept) - item.count]
            elif isinstance(item, Key) and item.text and item.name not in NAMES.values():
                kept += item.text
        return kept

    @property
    def actions(self) -> list[str]:
        return [
            item.name
            for item in self.items
            if isinstance(item, Key) and item.name in NAMES.values()
        ]


def test_what_a_person_types_is_keys():
    keyboard = Keyboard().type(EAN + "\r")
    assert keyboard.items == [*(Key(c, c) for c in EAN), Key("enter")]


@pytest.mark.parametrize("ending", ["\r", "\r\n", "\n", "\t"])
@pytest.mark.parametrize("gap_s", [0.0, 0.001, 0.034])
def test_what_a_scanner_types_is_a_scan(ending, gap_s):
    keyboard = Keyboard().scan(EAN + ending.replace("\t", "\r"), gap_s)
    assert keyboard.scans == [EAN]
    assert keyboard.text == ""
    assert Key("enter") not in keyboard.items


def test_a_scan_ended_by_tab_is_a_scan():
    intake = Intake()
    for n, c in enumerate(EAN):
        intake.key(c, c, n * 0.001)
    assert intake.key("tab", "\t", 0.014) == [Retract(13), Scan(EAN)]


def test_what_was_typed_before_a_scan_stays():
    keyboard = Keyboard().type("3").scan(EAN + "\r")
    assert keyboard.text == "3"
    assert keyboard.scans == [EAN]


def test_the_line_feed_after_a_carriage_return_is_dropped_but_enter_alone_is_not():
    assert Keyboard().scan(EAN + "\r\n").items[-1] == Scan(EAN)
    assert Keyboard().type("\r").type("\n").items == [Key("enter"), Key("enter")]


def test_a_short_run_is_not_a_scan():
    assert Keyboard().scan("12345\r").scans == []


def test_a_key_held_down_is_not_a_scan():
    assert Keyboard().scan("0000000\r", 0.03).scans == []


def test_separators_stay_in_the_code():
    assert Keyboard().scan("]C1010400658100233\x1d10A1\r").scans == ["]C1010400658100233\x1d10A1"]


@pytest.mark.parametrize("code", ["A-B-C-1234", "+H123ABC01234567890D", "10%OFF", "-123456"])
@pytest.mark.parametrize("gap_s", [0.001, 0.02])
def test_action_characters_never_act_inside_a_scan(code, gap_s):
    keyboard = Keyboard().scan(code + "\r", gap_s)
    assert keyboard.actions == []
    assert keyboard.scans == [code]


def test_an_action_character_acts_once_nothing_follows():
    keyboard = Keyboard().type("3").type("-")
    assert keyboard.actions == []
    assert keyboard.intake.holding
    assert keyboard.wait().actions == ["minus"]
    assert not keyboard.intake.holding


def test_an_action_character_acts_before_the_key_that_a_person_presses_next():
    keyboard = Keyboard().type("+").type("5")
    assert keyboard.items == [Key("plus", "+"), Key("5", "5")]


def test_only_characters_that_are_keys_of_something_are_held():
    assert Keyboard(acting="+").type("*").items == [Key("asterisk", "*")]


def test_keypad_names_are_those_of_the_main_block():
    intake = Intake(acting="")
    assert intake.key("add", None, 1.0) == [Key("plus", "+")]
    assert intake.key("decimal", ".", 2.0) == [Key("full_stop", ".")]


def test_function_keys_pass_and_end_a_run():
    keyboard = Keyboard().scan("4006581")
    keyboard.items += keyboard.intake.key("f9", None, keyboard.now_s + 0.001)
    assert keyboard.items[-1] == Key("f9")
    assert keyboard.type("002330\r", 0.001).scans == ["002330"]


def test_keys_that_waited_are_a_scan_only_when_the_code_proves_it():
    typed = Keyboard()
    typed.intake.stalled()
    assert typed.scan("500012\r", 0.0).scans == []
    assert typed.text == "500012"
    scanned = Keyboard()
    scanned.intake.stalled()
    assert scanned.scan(EAN + "\r", 0.0).scans == [EAN]
    assert typed.scan("500012\r").scans == ["500012"], "the next run is fresh"


def test_a_prefix_that_cannot_be_shown_begins_a_scan_and_is_no_key():
    """STX, as many scanners are set to send it."""
    intake = Intake(prefix="\x02")
    items = intake.key("ctrl+b", "\x02", 1.0)
    for at, digit in enumerate("42", start=1):
        items += intake.key(digit, digit, 1.0 + at * 0.01)
    items += intake.key("enter", "\r", 1.03)
    assert items == [Key("4", "4"), Key("2", "2"), Retract(2), Scan("42")]


def test_a_prefix_makes_even_a_short_code_a_scan():
    keyboard = Keyboard(prefix="~").scan("~42\r")
    assert keyboard.scans == ["42"]
    assert keyboard.text == ""


@given(st.lists(st.text(st.sampled_from("0123456789ABC-+/"), min_size=6, max_size=30), max_size=8))
def test_every_scan_of_a_burst_arrives_in_order(codes):
    keyboard = Keyboard()
    for code in codes:
        keyboard.scan(code + "\r\n")
    assert keyboard.scans == [code for code in codes if len(set(code)) > 1]
    assert keyboard.actions == []


@given(
    st.lists(
        st.tuples(st.sampled_from("0123456789*+-./aZ\r\n\x1d"), st.sampled_from([0, 0.01, 0.1]))
    )
)
def test_no_character_is_lost_or_doubled(strokes):
    keyboard = Keyboard()
    for character, gap_s in strokes:
        keyboard.type(character, gap_s)
    keyboard.wait()
    kept = []
    for item in keyboard.items:
        if isinstance(item, Retract):
            del kept[len(kept) - item.count :]
        elif isinstance(item, Scan):
            kept += item.code
        elif isinstance(item, Key):
            kept += item.text
    assert kept == [c for c, _ in strokes if c not in "\r\n"]


def test_a_paste_is_scans_and_text():
    assert pasted("4006581002330\r\n4006581002331\rrest") == [
        Scan("4006581002330", "paste"),
        Scan("4006581002331", "paste"),
        Paste("rest"),
    ]
    assert pasted("  \x1b[31m ") == [Paste("[31m")]
    assert pasted("") == []


def test_a_huge_paste_is_refused_whole():
    (item,) = pasted("1\n" * 20_000)
    assert isinstance(item, Paste)
    assert item.refused
    assert not item.text


@pytest.mark.parametrize(
    ("code", "is_proven"),
    [
        ("4006581002331", False),
        ("4006381333931", True),
        ("96385074", True),
        ("96385073", False),
        ("]E04006381333932", True),
        ("500012", False),
        ("10A\x1d21B", True),
    ],
)
def test_a_code_proves_itself_by_its_check_digit_or_form(code, is_proven):
    assert proven(code) is is_proven

"""Painting: what each screen looks like, and that it always fits."""

import re

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.kernel.domain.explaining_words import Said
from posframe_terminal.paint.rows import width_of_row
from posframe_terminal.paint.screens import Screens
from posframe_terminal.views import EntryLine, Line, Money, Note, SaleView
from tests.terminal_ui.examples import ALL, EMPTY, HEAD, HINTS, LINES, SALE

SCREENS = Screens()


def painted(view, width=80, height=24, under=SALE):
    return SCREENS.paint(view, width, height, under=under)


def words(rows) -> list[str]:
    return ["".join(text for text, _ in row).rstrip() for row in rows]


def with_styles(rows) -> str:
    """The screen as text, then per row the styles with their widths: layout and looks in one."""
    styles = [" ".join(f"{style}:{len(text)}" for text, style in row) for row in rows]
    return "\n".join([*words(rows), "", *styles]) + "\n"


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
@pytest.mark.parametrize("name", ALL)
def test_a_screen_looks_as_it_did(name, size, text_snapshot):
    assert with_styles(painted(ALL[name], *size)) == text_snapshot


@pytest.mark.parametrize("name", ALL)
def test_a_screen_in_console_glyphs_is_the_same_screen(name, text_snapshot):
    view = attrs.evolve(ALL[name], plain=True)
    rows = painted(view, under=attrs.evolve(SALE, plain=True))
    assert "\n".join(words(rows)).isascii()
    assert "\n".join(words(rows)) == text_snapshot


@pytest.mark.parametrize("name", ALL)
@given(width=st.integers(1, 200), height=st.integers(1, 60))
def test_a_screen_fits_any_terminal(name, width, height):
    rows = painted(ALL[name], width, height)
    assert len(rows) == height
    assert {width_of_row(row) for row in rows} == {width}


ANYTHING = st.text(st.characters(), max_size=80)
BIG = st.integers(-(10**12), 10**12)
ANY_LINE = st.builds(
    Line,
    number=st.integers(1, 99999),
    quantity=ANYTHING,
    name=ANYTHING,
    unit_minor=st.none() | BIG,
    sum_minor=BIG,
    notes=st.lists(st.builds(Note, text=ANYTHING, amount_minor=st.none() | BIG), max_size=3).map(
        tuple
    ),
    flag=ANYTHING,
    voided=st.booleans(),
)


@given(
    lines=st.lists(ANY_LINE, max_size=30),
    marked=st.none() | st.integers(0, 40),
    size=st.sampled_from([(80, 24), (97, 31), (120, 36)]),
    total=BIG,
    words_=st.tuples(ANYTHING, ANYTHING, ANYTHING),
)
def test_no_text_and_no_amount_breaks_the_columns(lines, marked, size, total, words_):
    text, message, notice = words_
    view = SaleView(
        head=attrs.evolve(HEAD, operator=text, title=message, training=notice),
        lines=lines,
        marked=marked,
        total_minor=total,
        entry=EntryLine(text=text, meaning=message, message=notice),
        notice=notice,
        hints=HINTS,
    )
    rows = painted(view, *size)
    assert len(rows) == size[1]
    assert {width_of_row(row) for row in rows} == {size[0]}


class CountedLines:
    """Ten thousand lines that remember which were asked for."""

    def __init__(self) -> None:
        self.asked = set()

    def __len__(self) -> int:
        return 10_000

    def __getitem__(self, index: int) -> Line:
        assert 0 <= index < 10_000
        self.asked.add(index)
        return attrs.evolve(LINES[1], number=index + 1)

    def __iter__(self):
        raise AssertionError("a screen must not walk the basket")


@pytest.mark.parametrize("marked", [None, 0, 5_000, 9_999])
def test_only_lines_on_the_screen_are_asked_for(marked):
    lines = CountedLines()
    painted(attrs.evolve(EMPTY, lines=lines, marked=marked))
    assert len(lines.asked) < 40


@pytest.mark.parametrize("marked", [*range(0, 40, 3), 38, 39, None])
def test_the_marked_line_is_on_the_screen_and_pointed_at(marked):
    lines = tuple(attrs.evolve(LINES[n % 2], number=n + 1, name=f"item {n + 1}") for n in range(40))
    rows = painted(attrs.evolve(EMPTY, lines=lines, marked=marked))
    pointed = [words([row])[0] for row in rows if row[0] == (">", "line.new")]
    number = 40 if marked is None else marked + 1
    assert len(pointed) == 1
    assert f"item {number} " in pointed[0]


def test_a_line_painted_before_is_the_same_row_again():
    before = painted(SALE)
    more = attrs.evolve(SALE, lines=(*LINES, LINES[0]), total_minor=2713)
    after = painted(more)
    assert all(one is other for one, other in zip(before[4][:7], after[4][:7], strict=True))


@pytest.mark.parametrize(
    ("minor", "shown"), [(500, "    5.00/6 "), (99_999, "999.99/6 "), (999_999, " 9999.99 ")]
)
def test_what_a_price_is_for_gives_way_to_the_price(minor, shown):
    pack = attrs.evolve(LINES[1], unit_minor=minor, per="6", sum_minor=1)
    assert shown in words(painted(attrs.evolve(EMPTY, lines=(pack,))))[4]


LONG = attrs.evolve(
    ALL["explain"],
    rows=tuple(
        Said(kind="step", text=f"step {at} " + "and on " * (at % 4 * 10) + "stop", minor=at)
        for at in range(60)
    ),
)


@pytest.mark.parametrize("marked", [None, 0, 7, 31, 58, 59, 99])
def test_an_explanation_begins_with_the_marked_row_and_fills_the_screen(marked):
    """Scrolled to its end it shows its end, with no row left empty that one above could fill."""
    body = words(painted(attrs.evolve(LONG, marked=marked)))[4:19]
    told = [int(found[1]) for row in body if (found := re.match(r" {5}step (\d+) ", row))]
    assert told == list(range(told[0], told[0] + len(told)))
    assert min(marked or 0, 59) in told
    assert told[0] == (marked or 0) or (told[-1] == 59 and "stop" in "".join(body)[-10:])
    assert body.count("") <= 3, "the longest row takes four"


def test_only_steps_on_the_screen_are_asked_for():
    asked = []

    class Many:
        def __len__(self):
            return 50_000

        def __getitem__(self, index):
            asked.append(index)
            return LONG.rows[index % 60]

    painted(attrs.evolve(LONG, rows=Many(), marked=25_000))
    assert len(asked) < 20


def test_an_error_stands_on_the_entry_line_with_a_sign():
    view = attrs.evolve(SALE, entry=EntryLine(text="99", message="not found", severity="error"))
    assert words(painted(view))[20] == f" > 99_{'! not found':>73}"


def test_a_long_message_takes_the_rule_below_too():
    message = "The printer has no paper and the receipt of sale 104232 is not printed (load paper)"
    text = "\n".join(words(painted(attrs.evolve(SALE, entry=EntryLine(message=message)))))
    assert all(word in text for word in message.split())


def test_what_waits_is_shown_while_the_till_saves():
    entry = EntryLine(busy=True, waiting=3, waiting_text="3*4")
    assert words(painted(attrs.evolve(SALE, entry=entry)))[20].endswith(
        "[3 waiting: 3*4] SAVING..."
    )


def test_a_very_long_entry_shows_its_end():
    rows = painted(attrs.evolve(SALE, entry=EntryLine(text="x" * 300 + "END", meaning="m")))
    assert "END_" in words(rows)[20]


def test_a_total_too_long_for_big_figures_is_written_small():
    rows = painted(attrs.evolve(SALE, total_minor=10**11))
    assert "1000000000.00" in "\n".join(words(rows))


def test_currencies_have_their_own_decimals():
    yen = attrs.evolve(SALE, money=Money(currency="JPY", exponent=0), saved_minor=249)
    dinar = attrs.evolve(SALE, money=Money(currency="TND", exponent=3), saved_minor=249)
    assert "saved 249" in "\n".join(words(painted(yen)))
    assert "saved 0.249" in "\n".join(words(painted(dinar)))


def test_training_is_a_banner_over_everything():
    view = attrs.evolve(SALE, head=attrs.evolve(HEAD, training="TRAINING - NOTHING IS SOLD"))
    assert words(painted(view))[0].startswith("▓▓▓ TRAINING - NOTHING IS SOLD ▓▓▓")


def test_a_pin_is_shown_as_stars():
    assert "1234" not in "\n".join(words(painted(ALL["ask"])))

"""The pen, judged by a terminal emulator: what it writes turns one screen into the other."""

import pyte
from hypothesis import given
from hypothesis import strategies as st

from posframe_terminal.cells import fit
from posframe_terminal.paint.screens import Screens
from posframe_terminal.pen import Pen, changed_runs
from posframe_terminal.theme import DARK
from tests.terminal_ui.examples import ALL, SALE

WIDTH = 12
STYLES = st.sampled_from(["text", "total", "error", "unknown"])
SPANS = st.tuples(st.text("ab 老é─\u0301", max_size=8), STYLES)
ROW = st.lists(SPANS, min_size=1, max_size=4)


def row_of(parts):
    """Fields of three cells each: a row of twelve."""
    fields = [(fit(text, 3), style) for text, style in parts]
    return (*fields, *[("   ", "text")] * (4 - len(fields)))


SCREEN = st.lists(ROW.map(row_of), min_size=3, max_size=3)


def shown(*writings: str, size=(WIDTH, 3)):
    screen = pyte.Screen(*size)
    stream = pyte.Stream(screen)
    stream.feed("\x1b[?7l")  # as the driver sets it: no wrapping at the right edge
    for writing in writings:
        stream.feed(writing)
    return [
        [(c.data, c.fg, c.bg, c.bold) for c in (screen.buffer[y][x] for x in range(size[0]))]
        for y in range(size[1])
    ]


def writes(before, after):
    """What draws ``before`` from nothing, and what then changes it into ``after``."""
    blank = [((" " * WIDTH, "none"),)] * len(before)
    pen = Pen(DARK)
    pen.assume(blank)
    return pen.change_to(before), pen.change_to(after)


@given(SCREEN, SCREEN)
def test_the_changes_lead_to_the_same_screen_as_drawing_it_anew(before, after):
    first, second = writes(before, after)
    anew, _ = writes(after, after)
    assert shown(first, second) == shown(anew)


@given(SCREEN)
def test_nothing_is_written_where_nothing_changed(screen):
    assert writes(screen, screen)[1] == ""


@given(SCREEN, SCREEN)
def test_no_run_begins_or_ends_inside_a_wide_character(before, after):
    from posframe_terminal.pen import cells_of

    for old, new in zip(before, after, strict=True):
        cells = cells_of(new)
        for start, end in changed_runs(cells_of(old), cells):
            assert cells[start][0]
            assert end == len(cells) or cells[end][0]


def test_screens_follow_each_other_without_a_trace():
    screens = Screens()
    pen, size = Pen(DARK), (80, 24)
    pen.assume([((" " * 80, "none"),)] * 24)
    written = []
    for view in [*ALL.values(), *reversed(ALL.values())]:
        rows = screens.paint(view, *size, under=SALE)
        written.append(pen.change_to(rows))
        screen = pyte.Screen(*size)
        pyte.Stream(screen).feed("".join(written))
        expected = ["".join(text for text, _ in row) for row in rows]
        assert screen.display == expected

"""Painting people, cash and the day: what each screen looks like, and that it always fits."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe_terminal import pages
from posframe_terminal.control_pages import (
    CashDayView,
    CashRow,
    CountingView,
    Fact,
    HeapRow,
    LockView,
    MessageRow,
    MessagesView,
    ReportView,
    ShiftRow,
    ShiftsView,
    TakingsRow,
)
from posframe_terminal.keys import Hint
from posframe_terminal.paint.rows import styles_in, width_of_row
from posframe_terminal.paint.screens import Screens
from posframe_terminal.return_pages import ApprovalView
from posframe_terminal.theme import THEMES
from posframe_terminal.views import EntryLine
from tests.terminal_ui.examples import HEAD, HINTS, SALE

SCREENS = Screens()
OWN = (
    *HINTS,
    Hint("F9", "Done", "count_done", "The heaps are counted."),
    Hint("F11", "Print", "report_print", "Prints the report."),
)
FACTS = (
    Fact(label="OPEN SALE", value="8 items, 25.94, not paid", severity="warning"),
    Fact(label="HELD", value="2 sales, oldest 27:40"),
    Fact(label="PAYMENTS", value="1 payment in doubt", severity="error"),
    Fact(label="DAY", value="2026-11-21 is open"),
    Fact(label="SHIFT", value="of 17, drawer 1, since 08:00"),
    Fact(
        label="PRN",
        value="offline: the printer does not answer, see that it has power and is connected",
        severity="error",
    ),
)
NUMBER = LockView(
    head=attrs.evolve(HEAD, title="LOCKED", operator=""),
    hints=OWN[:1],
    entry=EntryLine(text="17"),
    title="Main St., till S01-T02. Locked since 14:02, operator 17.",
    time="14:07",
    facts=FACTS,
    how="Type your number, then Enter; or show your badge.",
)
DENOMINATIONS = (
    *("0.01", "0.02", "0.05", "0.10", "0.20", "0.50", "1.00", "2.00"),
    *("5.00", "10.00", "20.00", "50.00", "100.00", "200.00"),
)
COUNTED = {"0.50": (7, 350), "1.00": (75, 7_500), "20.00": (12, 24_000)}
COUNTING = CountingView(
    head=attrs.evolve(HEAD, title="COUNTING"),
    hints=OWN,
    entry=EntryLine(text="12x10"),
    title="COUNT THE DRAWER TO END THE SHIFT",
    heaps=(
        *(
            HeapRow(
                label=each,
                pieces=str(COUNTED[each][0]) if each in COUNTED else "",
                sum_minor=COUNTED[each][1] if each in COUNTED else None,
            )
            for each in DENOMINATIONS
        ),
        HeapRow(label="20.00", pieces="3", sum_minor=6_000, currency="USD"),
    ),
    total_minor=31_850,
    last=("12 x 20.00 = 240.00", "3 rolls, 75 x 1.00 = 75.00", "7 x 0.50 = 3.50"),
    notes=("Heaps like 20x5, 3 rolls 1.00 or 412g 2.00; - takes back, done ends, .leave stops",),
    first=("count_done",),
)
ENDED = ShiftRow(
    id="7", operator="ANNA K. 17", drawer="1", since="21 Nov 08:00",
    state="waits to be confirmed", severity="warning",
    takings=(
        TakingsRow(label="cash", expected_minor=31_900, counted_minor=31_850),
        TakingsRow(label="card", expected_minor=91_240, counted_minor=91_240, reason="slips agree"),
    ),
    missing=("cash",),
)  # fmt: skip
SHIFTS = ShiftsView(
    head=attrs.evolve(HEAD, title="SHIFTS"),
    hints=OWN,
    rows=(
        ENDED,
        ShiftRow(id="8", operator="BEN 18", drawer="F1 (away)", since="21 Nov 14:00", state="open"),
    ),
    notes=("Type a reason, then Enter, for the first that is missing; F9 confirms the takings.",),
)
HIDDEN = tuple(attrs.evolve(each, expected_minor=None) for each in ENDED.takings)
ALL = {
    "lock-number": NUMBER,
    "lock-pin": attrs.evolve(
        NUMBER, number="17", asks_pin=True, secret=True, entry=EntryLine(text="••••"),
        how="Type your PIN, then Enter. Esc asks for the number again.",
    ),
    "lock-wrong": attrs.evolve(
        NUMBER, facts=(), entry=EntryLine(
            message="Number or PIN is wrong (type both again)", severity="error"),
    ),
    "counting": COUNTING,
    "counting-slips": attrs.evolve(
        COUNTING, asks="card", sums=(("voucher", "15.00"),), entry=EntryLine(text="412.50 17"),
        notes=("Sum of card, as 412.50, or 412.50 17 with the number of slips",),
    ),
    "counting-manager": attrs.evolve(COUNTING, expected=(("drawer 1", "319.00"),)),
    "shifts": SHIFTS,
    "shifts-hidden": attrs.evolve(
        SHIFTS, rows=(attrs.evolve(ENDED, takings=HIDDEN),), denied=frozenset({"void"})
    ),
    "shifts-none": attrs.evolve(SHIFTS, rows=()),
    "cash-day": CashDayView(
        head=attrs.evolve(HEAD, title="CASH AND DAY"),
        hints=OWN,
        standing=FACTS[3:5],
        rows=(
            CashRow(label="End the shift", entry=".shift end", usage=".shift end",
                    note="count the drawer"),
            CashRow(label="Hand over", entry=".handover", usage=".handover NUMBER",
                    note="the drawer to another operator", complete=False),
            CashRow(label="Close the day", entry=".closeday", usage=".closeday", denied=True),
        ),
        marked=1,
    ),
    "report": ReportView(
        head=attrs.evolve(HEAD, title="X REPORT"),
        hints=OWN,
        title="X REPORT",
        rows=tuple(f"line {number:<34}1.00" for number in range(1, 60)),
        notes=("F11 prints it. Esc leads back.",),
        marked=12,
    ),
    "messages": MessagesView(
        head=attrs.evolve(HEAD, title="MESSAGES"),
        hints=OWN,
        warnings=("3 wrong tries on your number since you were here",),
        messages=(MessageRow(author="BEN 18", left="Sat 21 Nov 13:50",
                             text="The scale is slow after lunch: tap it twice."),),
    ),
    "approval-signed": ApprovalView(
        head=HEAD,
        hints=HINTS,
        title="WHO ANSWERS FOR THIS?",
        text=("A discount by hand this much needs an approval.",
              "Asked by ANNA K. 17, 0.48 EUR, 40 %. It holds for this once, and for a minute."),
        fields=(
            pages.Field(label="number", value="42"),
            pages.Field(label="PIN", current=True),
            pages.Field(label="reason"),
        ),
        entry=EntryLine(text="••••"),
        choices=(pages.Choice(key="F8", label="say no instead"),),
        severity="warning",
        secret=True,
    ),
    "sale-greyed": attrs.evolve(SALE, denied=frozenset({"price", "discount"})),
    "menu-greyed": pages.MenuView(
        head=HEAD, hints=HINTS, about="sale", rows=HINTS, denied=frozenset({"price"})
    ),
}  # fmt: skip


def painted(view, width=80, height=24):
    return SCREENS.paint(view, width, height, under=SALE)


def words(rows):
    return "\n".join("".join(text for text, _ in row).rstrip() for row in rows) + "\n"


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
@pytest.mark.parametrize("name", ALL)
def test_a_screen_of_people_and_cash_looks_as_it_did(name, size, text_snapshot):
    assert words(painted(ALL[name], *size)) == text_snapshot


@pytest.mark.parametrize("name", ALL)
@given(width=st.integers(1, 200), height=st.integers(1, 60), plain=st.booleans())
def test_a_screen_of_people_and_cash_fits_any_terminal(name, width, height, plain):
    rows = painted(attrs.evolve(ALL[name], plain=plain), width, height)
    assert len(rows) == height
    assert {width_of_row(row) for row in rows} == {width}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", ALL)
def test_every_style_of_these_screens_is_in_every_theme(name, theme):
    assert styles_in(painted(ALL[name])).keys() <= THEMES[theme].keys()


@pytest.mark.parametrize("name", ALL)
def test_a_bare_console_shows_them_in_glyphs_it_has(name):
    text = words(painted(attrs.evolve(ALL[name], plain=True)))
    assert all(ord(each) < 0x100 for each in text), text


@given(
    text=st.text(max_size=80),
    minor=st.none() | st.integers(-(10**12), 10**12),
    marked=st.none() | st.integers(0, 90),
)
def test_no_text_and_no_amount_breaks_them(text, minor, marked):
    fact = Fact(label=text, value=text, severity="error")
    heap = HeapRow(label=text, pieces=text, sum_minor=minor)
    takings = TakingsRow(label=text, expected_minor=minor, counted_minor=minor or 0, reason=text)
    shift = attrs.evolve(ENDED, operator=text, state=text, takings=(takings,) * 9, missing=(text,))
    for view in (
        attrs.evolve(NUMBER, title=text, facts=(fact,) * 30, how=text, time=text[:5]),
        attrs.evolve(COUNTING, heaps=(heap,) * 40, last=(text,) * 9, title=text, asks=text),
        attrs.evolve(SHIFTS, rows=(shift,) * 40, notes=(text,), marked=marked),
        attrs.evolve(ALL["messages"], messages=(MessageRow(author=text, left=text, text=text),)),
        attrs.evolve(ALL["report"], rows=(text,) * 50, title=text, notes=(text,), marked=marked),
    ):
        assert {width_of_row(each) for each in painted(view)} == {80}

"""Painting what comes back: what each screen looks like, and that it always fits."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe_terminal import pages
from posframe_terminal.keys import Hint
from posframe_terminal.paint.rows import width_of_row
from posframe_terminal.paint.screens import Screens
from posframe_terminal.return_pages import (
    ApprovalView,
    ReceiptRow,
    ReceiptView,
    ReturnsView,
    SoldRow,
    SoldView,
)
from posframe_terminal.views import EntryLine
from tests.terminal_ui.examples import HEAD, HINTS, SALE

SCREENS = Screens()
OWN = (
    *HINTS,
    Hint("F6", "Condition", "condition", "The next condition."),
    Hint("F8", "No receipt", "return_blind", "Without a receipt."),
    Hint("F9", "All", "return_all", "All of it."),
)
ROWS = (
    ReceiptRow(number=1, text="Whole milk 1 l", sold="1", left="", amount_minor=119,
               state="came back"),
    ReceiptRow(number=2, text="Cola 0.33 l can", sold="6", left="4", amount_minor=414),
    ReceiptRow(number=3, text="Deposit", sold="6", left="4", amount_minor=150, follows=True),
    ReceiptRow(number=4, text="Ham, cut", sold="0.333 kg", left="0.333 kg", amount_minor=666,
               state="in held sale 12"),
)  # fmt: skip
RECEIPT = ReceiptView(
    head=attrs.evolve(HEAD, title="RECEIPT 12"),
    hints=OWN,
    entry=EntryLine(text="2 is=dam"),
    title="RECEIPT 12 of 2026-11-21",
    total_minor=1349,
    paid=("Card: 10.00 can go back", "Cash: 2.30 can go back", "Gift card: all went back"),
    rows=ROWS,
    conditions=("good", "opened", "damaged"),
    condition="opened",
    notes=("Enter takes the marked line back. Typed before it: 2, of which two; a reason.",),
    first=("return_all", "condition"),
    marked=1,
)
REFUND = pages.PaymentView(
    head=HEAD,
    hints=OWN,
    to_pay_minor=-399,
    open_minor=-149,
    items="1",
    tenders=(pages.TenderRow(label="Cash", amount_minor=-250),),
    ways=(
        pages.Way(action="card", label="Card", note="1.49", key="F2"),
        pages.Way(action="cash", label="Cash", note="needs an approval", key="Enter"),
    ),
    paid=(("Card", 149),),
)
ALL = {
    "receipt": RECEIPT,
    "receipt-none": attrs.evolve(RECEIPT, rows=(), notes=("Nothing was sold on this receipt.",)),
    "sold": SoldView(
        head=attrs.evolve(HEAD, title="SOLD"),
        hints=OWN,
        title="COLA 0.33 L CAN SOLD TODAY",
        rows=tuple(
            SoldRow(receipt_number=number, number=2, sold_at="14:07", text="Cola 0.33 l can",
                    sold="6", left=left, amount_minor=414)
            for number, left in ((112, "6"), (12, "4"), (3, "none"))
        ),
        marked=1,
    ),
    "returns": ReturnsView(head=HEAD, hints=OWN, last="receipt 12, 13.49"),
    "approval": ApprovalView(
        head=HEAD,
        hints=HINTS,
        title="WHO ANSWERS FOR THIS?",
        text=("12.95 back without a receipt needs an approval.",),
        fields=(
            pages.Field(label="name", value="Anna K."),
            pages.Field(label="reason", note="may be empty", current=True),
        ),
        choices=(pages.Choice(key="Esc", label="leave it"),),
        severity="warning",
    ),
    "refund": REFUND,
    "gave-back": pages.ChangeView(
        head=HEAD, hints=OWN, change_minor=1295, label="GIVE BACK",
        rows=(("Cash", -1295), ("to give back", 1295), ("in cash", 1295)),
    ),
    "sale-back": attrs.evolve(SALE, total_minor=-1295),
}  # fmt: skip


def painted(view, width=80, height=24):
    return SCREENS.paint(view, width, height, under=SALE)


def words(rows):
    return "\n".join("".join(text for text, _ in row).rstrip() for row in rows) + "\n"


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
@pytest.mark.parametrize("name", ALL)
def test_a_screen_of_returns_looks_as_it_did(name, size, text_snapshot):
    assert words(painted(ALL[name], *size)) == text_snapshot


@pytest.mark.parametrize("name", ALL)
@given(width=st.integers(1, 200), height=st.integers(1, 60), plain=st.booleans())
def test_a_screen_of_returns_fits_any_terminal(name, width, height, plain):
    rows = painted(attrs.evolve(ALL[name], plain=plain), width, height)
    assert len(rows) == height
    assert {width_of_row(row) for row in rows} == {width}


@given(
    text=st.text(max_size=60),
    figures=st.text(max_size=20),
    minor=st.integers(-(10**12), 10**12),
    marked=st.none() | st.integers(0, 90),
)
def test_no_text_and_no_amount_breaks_a_receipt(text, figures, minor, marked):
    row = ReceiptRow(
        number=7, text=text, sold=figures, left=figures, amount_minor=minor, state=text
    )
    view = attrs.evolve(
        RECEIPT, rows=(row,) * 80, paid=(text,) * 9, notes=(text,), total_minor=minor, marked=marked
    )
    rows = painted(view)
    assert {width_of_row(each) for each in rows} == {80}
    assert any(each[0][0].startswith(" >") for each in rows), "the marked line is in sight"

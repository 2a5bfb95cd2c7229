"""Laws of laying out receipts in columns."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.kernel.domain.receipt import (
    Align,
    Barcode,
    BarcodeKind,
    Cell,
    Columns,
    Cut,
    Feed,
    Logo,
    QrCode,
    ReceiptDocument,
    Rule,
    Section,
    Text,
    Total,
)
from posframe.kernel.domain.receipt_layout import (
    BarcodeLine,
    CutLine,
    FeedLine,
    LogoLine,
    QrLine,
    TextLine,
    layout,
    plain_text,
)
from posframe.kernel.domain.receipt_text import clean, display_width

WORDS = st.text(alphabet="abc XYZ-/é€中文字ą\u0331", max_size=60)
RIGHT = Align.RIGHT


def document(*blocks, **fields):
    return ReceiptDocument(sections=(Section("test", blocks),), **fields)


def rows(*blocks, columns=20):
    """Return the rows of text, as wide as they are drawn."""
    return [
        "".join(span.text for span in line.spans)
        for line in layout(document(*blocks), columns)
        if isinstance(line, TextLine)
    ]


def letters(text):
    return Counter(text.replace(" ", ""))


@given(WORDS, st.integers(8, 60), st.integers(1, 4))
def test_no_paragraph_is_wider_than_the_paper_and_no_letter_is_lost(text, columns, times):
    lines = layout(document(Text(text, big=(times, 1))), columns)
    printed = [span for line in lines for span in line.spans]
    assert all(display_width(span.text) * times <= columns for span in printed)
    assert "".join(span.text for span in printed).replace(" ", "") == clean(text).replace(" ", "")


@given(
    st.lists(
        st.tuples(WORDS, st.none() | st.integers(1, 12), st.sampled_from(Align)),
        min_size=1,
        max_size=4,
    ),
    st.integers(12, 60),
)
def test_no_row_of_columns_is_wider_than_the_paper_and_no_letter_is_lost(cells, columns):
    printed = rows(Columns(tuple(Cell(*cell) for cell in cells)), columns=columns)
    assert all(display_width(row) <= columns for row in printed)
    assert letters("".join(printed)) == letters("".join(clean(text) for text, *_ in cells))


@given(WORDS, st.integers(0, 10**9), st.integers(24, 60))
def test_amounts_end_at_the_right_edge_whatever_stands_before_them(name, minor, columns):
    first = rows(Columns((Cell(name), Cell(str(minor), align=RIGHT))), columns=columns)[0]
    assert display_width(first) == columns
    assert first.endswith(f" {minor}") or not clean(name)


def test_long_names_wrap_beside_the_amount_at_spaces():
    assert rows(Columns((Cell("Coffee beans dark roast"), Cell("29.98", align=RIGHT)))) == [
        "Coffee beans   29.98",
        "dark roast          ",
    ]


def test_wide_characters_keep_the_columns_aligned():
    assert rows(
        Columns((Cell("红茶"), Cell("2", 3, RIGHT), Cell("12.00", 8, RIGHT))),
        Columns((Cell("Tea"), Cell("2", 3, RIGHT), Cell("12.00", 8, RIGHT))),
    ) == ["红茶      2    12.00", "Tea       2    12.00"]


def test_a_wide_character_is_never_cut_in_half():
    assert rows(Text("中文商品中文商品"), columns=9) == ["中文商品", "中文商品"]


def test_columns_that_do_not_fit_side_by_side_are_stacked():
    cells = (Cell("Name of it"), Cell("123456789", align=RIGHT), Cell("987654321", align=RIGHT))
    assert rows(Columns(cells)) == ["Name of it", " 123456789 987654321"]


def test_an_amount_wider_than_its_column_widens_it():
    assert rows(Columns((Cell("Sum"), Cell("1234567.89", 4, RIGHT)))) == ["Sum       1234567.89"]


def test_no_line_is_broken_within_an_amount():
    assert rows(Text("You saved 1\u202f234\xa0€ today"), columns=15) == [
        "You saved",
        "1\xa0234\xa0€ today",
    ]


def test_a_total_is_bold_and_as_large_as_fits():
    large, high = layout(document(Total("TOTAL", "9.99"), Total("TOTAL EUR", "123456.99")), 24)
    assert large.spans[0].text == "TOTAL   9.99"
    assert high.spans[0].text == "TOTAL EUR      123456.99"
    assert [
        (s.bold, s.width, s.height) for line in (large, high) for s in (line.spans[0].style,)
    ] == [
        (True, 2, 2),
        (True, 1, 2),
    ]


def test_a_rule_crosses_the_paper_even_when_its_character_is_wide_or_none():
    assert rows(Rule(), Rule("="), Rule("一"), Rule("")) == [
        "-" * 20,
        "=" * 20,
        "一" * 10,
        "-" * 20,
    ]


def test_a_copy_says_so_at_the_top():
    first = layout(document(Text("Shop"), copy=True, copy_text="KOPIJA"), 20)[0]
    assert first.spans[0].text == "KOPIJA"
    assert first.align is Align.CENTRE


def test_pictures_codes_feeds_and_cuts_pass_through():
    blocks = (
        Logo("shop"),
        Barcode(BarcodeKind.EAN8, "96385074"),
        QrCode("x"),
        Feed(2),
        Feed(0),
        Cut(),
    )
    assert layout(document(*blocks), 20) == (
        LogoLine("shop"),
        BarcodeLine(BarcodeKind.EAN8, "96385074"),
        QrLine("x"),
        FeedLine(2),
        CutLine(),
    )


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (BarcodeKind.EAN13, "4006381333932"),  # wrong check digit
        (BarcodeKind.EAN13, "400638133393"),
        (BarcodeKind.UPC_A, "4006381333931"),
        (BarcodeKind.CODE39, "lower"),
        (BarcodeKind.CODE128, ""),
        (BarcodeKind.CODE128, "é"),
        (BarcodeKind.CODE128, "a\x1bp"),
        (BarcodeKind.CODE128, "9" * 81),
    ],
)
def test_data_a_barcode_cannot_carry_is_printed_as_text(kind, data):
    lines = layout(document(Barcode(kind, data)), 100)
    assert "".join(line.spans[0].text for line in lines) == clean(data)


def test_qr_codes_carry_line_feeds_but_no_other_control_byte():
    assert layout(document(QrCode("BCD\n002\n1")), 20) == (QrLine("BCD\n002\n1"),)
    assert rows(QrCode("a\x10\x14\x01")) == ["a␐␔␁"]
    assert rows(QrCode("x", "Scan me")) == ["Scan me"]


def test_plain_text_reads_like_the_paper():
    text = plain_text(
        document(
            Logo("shop"),
            Text("Café", Align.CENTRE, bold=True, big=(2, 2)),
            Columns((Cell("Tea"), Cell("1\u202f000.00", align=RIGHT))),
            Total("TOTAL", "9.99"),
            Text("right", RIGHT),
            Barcode(BarcodeKind.EAN8, "96385074"),
            QrCode("https://a.b/1\x0a"),
            Feed(1),
            Text("end"),
            Cut(),
        ),
        24,
    )
    assert text.splitlines() == [
        "         [shop]",
        "          Café",
        "Tea             1 000.00",
        "TOTAL               9.99",
        "                   right",
        "    [EAN-8 96385074]",
        "  [QR https://a.b/1␊]",
        "",
        "end",
    ]


@given(st.text(alphabet=st.characters()))
def test_plain_text_never_holds_a_control_character(text):
    blocks = (Text(text), Rule(text), Logo(text), QrCode(text, text), Total(text, text))
    plain = plain_text(document(*blocks, copy=True, copy_text=text), 32)
    assert clean(plain.replace("\n", "")) == plain.replace("\n", "")

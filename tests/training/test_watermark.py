"""The mark of practice: on every line of everything printed, on any paper, by any printer."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.hal.codecs.escpos import ReceiptEncoder
from posframe.hal.codecs.escpos_text import Face
from posframe.hal.profiles import load_profile
from posframe.kernel.domain import receipt
from posframe.kernel.domain.receipt import Align, Cell, ReceiptDocument, Section
from posframe.kernel.domain.receipt_layout import CutLine, TextLine, layout, plain_text
from posframe.kernel.domain.receipt_text import display_width
from posframe.pole import marked_rows
from posframe.training.shadow import paper_of
from tests.training.stand import play, practising, until

MARK = "TRAINING"

words = st.text(max_size=60)
cells = st.builds(Cell, words, st.none() | st.integers(1, 12), st.sampled_from(list(Align)))
sizes = st.tuples(st.integers(1, 8), st.integers(1, 8))
blocks = st.one_of(
    st.builds(receipt.Text, words, st.sampled_from(list(Align)), st.booleans(), sizes),
    st.builds(receipt.Columns, st.lists(cells, min_size=1, max_size=4).map(tuple)),
    st.builds(receipt.Rule, st.sampled_from(["-", "=", "老", ""])),
    st.builds(receipt.Total, words, words),
    st.builds(receipt.Barcode, st.just(receipt.BarcodeKind.CODE128), words),
    st.builds(receipt.Barcode, st.just(receipt.BarcodeKind.EAN13), st.just("4006381333931")),
    st.builds(receipt.QrCode, words, words),
    st.builds(receipt.Logo, words),
    st.builds(receipt.Feed, st.integers(-1, 4)),
    st.just(receipt.Cut()),
)
documents = st.builds(
    ReceiptDocument,
    sections=st.lists(
        st.builds(Section, words, st.lists(blocks, max_size=6).map(tuple)), max_size=3
    ).map(tuple),
    copy=st.booleans(),
)


def unmarked(document, columns):
    """The lines of a document that do not end with the mark, or its first three letters."""
    ends = MARK if columns >= 29 else MARK[:3]
    return [
        line
        for line in layout(document, columns)
        if not isinstance(line, CutLine)
        and not (isinstance(line, TextLine) and _text(line).endswith(f" {ends}"))
    ]


def _text(line):
    return "".join(span.text for span in line.spans)


@given(documents, st.integers(8, 80))
def test_every_line_of_a_marked_document_ends_with_the_mark(document, columns):
    assert unmarked(attrs.evolve(document, mark=MARK), columns) == []


@given(documents.filter(lambda each: each.copy), st.integers(8, 80))
def test_a_document_that_is_not_marked_is_found_out(document, columns):
    """The negative control: what is real carries no mark, and the test above would see it."""
    assert unmarked(document, columns) != []


@given(documents, st.integers(24, 80))
def test_a_marked_line_is_no_wider_than_the_paper_and_the_mark_stands_at_its_edge(
    document, columns
):
    for line in layout(attrs.evolve(document, mark=MARK), columns):
        if isinstance(line, TextLine):
            taken = sum(display_width(each.text) * each.style.width for each in line.spans)
            assert taken == columns


@given(documents, st.integers(8, 80))
def test_nothing_of_a_marked_document_can_be_scanned(document, columns):
    """Its barcode would open a real receipt of that number, and its QR code could be paid by."""
    kinds = {type(line) for line in layout(attrs.evolve(document, mark=MARK), columns)}
    assert kinds <= {TextLine, CutLine}


def test_the_data_of_a_code_is_still_to_be_read():
    code = receipt.Barcode(receipt.BarcodeKind.CODE128, "T01-000042")
    document = ReceiptDocument(sections=(Section("x", (code,)),), mark=MARK)
    assert plain_text(document, 32) == "T01-000042              TRAINING\n"


def test_a_letter_too_large_for_what_is_left_is_printed_smaller_beside_the_mark():
    """19 columns less the short mark leave 15; eight times a wide letter would take 16."""
    text = receipt.Text("老", Align.LEFT, big=(8, 2))
    for line in layout(ReceiptDocument(sections=(Section("x", (text,)),), mark=MARK), 19):
        assert sum(display_width(each.text) * each.style.width for each in line.spans) == 19
        assert _text(line).endswith(" TRA")


def test_a_mark_that_some_printer_lacks_is_refused_by_an_assertion():
    document = ReceiptDocument(sections=(), mark="ÜBUNG")
    with pytest.raises(AssertionError):
        layout(document, 32)


@pytest.mark.parametrize("profile", ["generic-80mm", "generic-58mm"])
@given(document=documents)
def test_the_mark_reaches_the_bytes_of_the_paper_once_for_each_line(profile, document):
    encoder = ReceiptEncoder(load_profile(profile))
    marked = attrs.evolve(document, mark=MARK)
    laid_out = layout(marked, encoder.profile.columns, Face(encoder._characters))
    lines = [each for each in laid_out if isinstance(each, TextLine)]
    assert encoder.encode(marked).data.count(b" TRAINING") == len(lines)


ENTRIES = st.lists(
    st.sampled_from(
        ["9521307000162", "3 * 1001", "0.250 * 1101", "1011", "-", "10 % all", ".off 0.10 1",
         ".why print", ".hold", ".recall", "+", "50.00", "", ".reprint", ".nosale", ".pickup 1.00",
         ".return 1 1", ".postvoid", ".x"]
    ),
    max_size=25,
)  # fmt: skip


@given(entries=ENTRIES)
def test_whatever_is_practised_every_line_on_paper_is_marked(made_paper, entries):
    """Receipts, copies, slips and explanations, as they come out of the printer of the till."""
    for entry in entries:
        made_paper.line(entry)
    made_paper.practice.shadow.drain()
    papers = paper_of(made_paper.till.config.folder)
    for paper in papers[-12:]:
        lines = paper.read_text(encoding="utf-8").splitlines()
        assert lines
        assert [line for line in lines if not line.endswith(f" {MARK}")] == []


@pytest.fixture(scope="module")
def made_paper(made_shop, tmp_path_factory):
    from tests.training.stand import copy_shop

    folder = copy_shop(made_shop, tmp_path_factory.mktemp("paper") / "shop")
    with practising(folder) as script:
        script.line(".training")
        yield script


def test_a_real_receipt_carries_no_mark_and_has_its_barcode(script):
    """The negative control of the paper of practice."""
    play(script, ["9521307000162", "+", ""])
    script.till.drain()
    paper = script.till.config.folder / "receipts" / "receipt-000001.txt"
    until(paper.exists)
    text = paper.read_text(encoding="utf-8")
    assert MARK not in text
    assert "T01-000001" in text


def test_receipt_and_explanation_are_marked_where_they_are_shown_too(script):
    from posframe.explained import price_slip

    play(script, [".training", "9521307000162", "+", ""])
    shadow = script.practice.shadow
    id_ = shadow.state.last.transaction
    assert {shadow.receipt(id_).mark, shadow.receipt(id_, copy=1).mark} == {MARK}
    assert price_slip(shadow, id_).mark == MARK


@given(st.text(max_size=40), st.text(max_size=40), st.integers(8, 40))
def test_both_rows_of_a_customer_display_are_marked_and_as_wide_as_it_is(first, second, columns):
    rows = marked_rows((first[:columns], second[:columns]), columns, MARK)
    assert all(row.startswith(MARK[: min(8, len(row))]) or row[0] == "T" for row in rows)
    assert all(display_width(row) <= columns for row in rows)


def test_a_customer_display_keeps_the_amount_beside_the_mark():
    rows = marked_rows(("TOTAL          12.34", "Change          7.66"), 20, MARK)
    assert rows == ("TRAINING TOTAL 12.34", "TRAINING Change 7.66")
    assert marked_rows(("TOTAL 12.34", ""), 20, "") == ("TOTAL 12.34", "")

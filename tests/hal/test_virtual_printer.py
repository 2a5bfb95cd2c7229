"""Laws of the virtual printer, fed with bytes from the command tables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.hal.codecs.escpos import ReceiptEncoder
from posframe.hal.profiles import load_profile
from posframe.hal.simulators.escpos_paper import (
    BarcodeItem,
    Gap,
    Kick,
    Look,
    PrintedLine,
    QrItem,
    RasterItem,
    Run,
)
from posframe.hal.simulators.escpos_printer import RECEIPTS_KEPT_MAX, VirtualPrinter
from posframe.hal.simulators.print_head import PAPER_ITEMS_MAX

HEX = bytes.fromhex


def fed(data, **options):
    printer = VirtualPrinter(**options)
    printer.feed(data)
    return printer


def lines(data, **options):
    return [item.text for item in fed(data, **options).paper if isinstance(item, PrintedLine)]


def test_text_is_decoded_by_the_number_of_its_page():
    assert lines(b"\x82\n\x1bt\x10\xe9\n\x1bt\x13\xd5\n\x1bt\x11\x97\n\x1bt3\xe8\n") == [
        "é", "é", "€", "Ч", "č",
    ]  # fmt: skip


def test_an_unknown_page_is_listed_and_read_as_437():
    printer = fed(b"\x1bt\xfe\x82\n")
    assert printer.paper == [PrintedLine((Run("é"),))]
    assert printer.unknown == [b"\x1bt\xfe"]


def test_kanji_mode_reads_two_bytes_as_one_wide_character():
    printer = fed(b"\x1c&\xba\xec\xb2\xe8 A\n\x1c.\x82\n")
    assert printer.paper[0].runs == (Run("红茶", double=True), Run(" A"))
    assert printer.paper[0].cells == 6
    assert printer.paper[1].text == "é"


def test_chinese_models_fall_back_into_kanji_mode_at_each_init():
    assert lines(b"\x1c.\x82\n\x1b@\xba\xec\n", starts_in_kanji=True)[-1] == "红"


def test_looks_follow_the_commands():
    printer = fed(
        b"\x1bE\x01a\x1bE\x00\x1b-\x01b\x1b-\x00\x1d!\x12c\x1d!\x00\x1bM\x01d\x1bM\x00\x1dB\x01e\x1dB\x00f"
        b"\x1b!\xb9g\x1b!\x00h\n"
    )
    assert [(run.text, run.look) for run in printer.paper[0].runs] == [
        ("a", Look(bold=True)),
        ("b", Look(underline=True)),
        ("c", Look(width=2, height=3)),
        ("d", Look(small=True)),
        ("e", Look(reverse=True)),
        ("f", Look()),
        ("g", Look(bold=True, underline=True, width=2, height=2, small=True)),
        ("h", Look()),
    ]
    assert not printer.unknown


def test_alignment_is_obeyed_at_the_beginning_of_a_line_only():
    printer = fed(b"\x1ba\x01a\x1ba\x02\n\x1ba2b\n")
    assert [line.align for line in printer.paper] == [1, 2]


def test_a_line_that_is_too_long_goes_on_below():
    assert lines(b"12345678901\n", columns=10) == ["1234567890", "1"]
    assert lines(b"\x1d!\x10123456\n", columns=10) == ["12345", "6"]
    assert lines(b"123456789\x1c&\xba\xec\n", columns=10) == ["123456789", "红"]


def test_codes_and_pictures_are_kept_with_their_data():
    printer = fed(
        HEX("1B6101 1D2H".replace("H", "8") + "6B0400314132 00")
        + HEX("1D286B0300314304 1D286B0300314531 1D286B0600315030 616263 1D286B0300315130")
        + HEX("1D6840 1D7702 1D4802 1D6B02") + b"4006381333931\x00"
        + HEX("1D6B49 06") + b"{BT{{1" + HEX("1D763000 0200 0300 8000FFFF0000")
    )  # fmt: skip
    assert printer.paper == [
        QrItem(b"abc", 4, "M", 1),
        BarcodeItem("EAN-13", b"4006381333931", 64, 2, readable=True, align=1),
        BarcodeItem("CODE128", b"T{1", 64, 2, readable=True, align=1),
        RasterItem(2, 3, HEX("8000FFFF0000"), 1),
    ]


def test_feeds_are_blank_paper():
    printer = fed(b"a\x1bd\x03\x1bd\x02\x1bJ\x1e")
    assert printer.paper == [PrintedLine((Run("a"),)), *[PrintedLine()] * 4, Gap(30)]


@pytest.mark.parametrize(
    "cut", [b"\x1dVB\x00", b"\x1dV\x01", b"\x1dV0", b"\x1dVA\x05", b"\x1bi", b"\x1bm"]
)
def test_each_cut_ends_a_receipt_with_its_bytes(cut):
    seen = []
    printer = VirtualPrinter(on_receipt=seen.append)
    printer.feed(b"\x1b@one\n" + cut + b"two\n" + cut)
    assert [receipt.text() for receipt in printer.receipts] == ["one\n", "two\n"]
    assert [receipt.raw for receipt in seen] == [b"\x1b@one\n" + cut, b"two\n" + cut]
    assert not printer.unknown


def test_paper_left_in_a_printer_without_a_cutter_is_torn_off_before_the_next_receipt():
    printer = fed(b"\x1b@one\n\x1b@two\n")
    assert [(receipt.raw, receipt.cut) for receipt in printer.receipts] == [(b"\x1b@one\n", False)]
    printer.tear_off()
    assert printer.receipts[-1].raw == b"\x1b@two\n"


def test_drawers_are_kicked_in_order_and_in_real_time():
    printer = fed(b"\x1bp\x00\x19\xfa\x1bp1\x32\x32\x10\x14\x01\x00\x02")
    assert list(printer.kicks) == [Kick(2, 50, 500), Kick(5, 100, 100), Kick(2, 200, 200)]


def test_requests_are_answered():
    assert VirtualPrinter().feed(b"\x10\x04\x01") == b"\x12"
    assert VirtualPrinter().feed(b"\x1dr\x01") == b"\x00"
    assert VirtualPrinter().feed(b"\x1d(H\x06\x0000abcd") == b"7\x22abcd\x00"
    assert VirtualPrinter().feed(b"\x1da\xff") == b"\x10\x00\x00\x00"


def test_unknown_commands_are_skipped_and_listed():
    printer = fed(b"\x1b\x7fab\x07\x1d(A\x02\x00\x01\x02c\x1d(k\x03\x000A0\x1dk\x60\x01x\n")
    assert printer.paper[0].text == "abc"
    assert printer.unknown == [
        b"\x1b\x7f",
        b"\x07",
        b"\x1d(A\x02\x00\x01\x02",
        b"\x1d(k\x03\x000A0",
        b"\x1dk`\x01x",
    ]


@pytest.mark.parametrize(
    "command",
    [
        b"\x1b*!\x02\x00" + b"\xff" * 6, b"\x1bD\x08\x10\x00", b"\x1d*\x01\x01" + b"\xff" * 8,
        b"\x1d8L\x02\x00\x00\x000p", b"\x1b2", b"\x1b3\x20", b"\x1c!\x08", b"\x1dL\x00\x00",
        b"\x1bR\x00", b"\x10\x04\x07\x01", b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08",
        b"\x1b=\x01",
    ],
)  # fmt: skip
def test_parameters_of_commands_are_never_printed(command):
    assert lines(command + b"end\n") == ["end"]


def test_an_absurd_length_does_not_swallow_the_rest():
    assert lines(b"\x1dv0\x00\xff\xff\xff\xffend\n")[-1].endswith("end")
    assert lines(b"\x1dk\x02" + b"9" * 300 + b"\n")


@given(st.binary(max_size=400))
def test_noise_is_survived(data):
    printer = fed(data)
    printer.tear_off()
    assert isinstance(printer.text(), str)


@given(st.data())
def test_bytes_may_come_in_pieces_of_any_size(data):
    profile = load_profile("gb18030-80mm")
    raw = bytes(data.draw(st.binary(max_size=80))) + ReceiptEncoder(profile).encode(SALE).data
    whole = fed(raw)
    pieces = VirtualPrinter()
    at = 0
    while at < len(raw):
        size = data.draw(st.integers(1, 200))
        pieces.feed(raw[at : at + size])
        at += size
    assert pieces.text() == whole.text()
    assert list(pieces.receipts) == list(whole.receipts)
    assert pieces.unknown == whole.unknown


def test_what_is_kept_has_a_limit():
    printer = fed(b"a\n\x1bi" * (RECEIPTS_KEPT_MAX + 5) + b"b\n" * (PAPER_ITEMS_MAX + 5))
    assert len(printer.receipts) == RECEIPTS_KEPT_MAX
    assert len(printer.paper) == 5


def test_the_text_of_a_receipt_shows_large_print_across_the_paper(sale):
    profile = load_profile("generic-80mm")
    printer = fed(ReceiptEncoder(profile).encode(sale).data)
    text = printer.receipts[0].text().splitlines()
    assert text[0] == "Café Posframe".center(48).rstrip()
    assert text[2] == "1 x Crème brûlée 0                          0.99"
    assert text[-5] == "TOTAL                                  1234.56 €"
    assert text[-2:] == ["             [EAN-13 4006381333931]", "               [QR https://a.b/1]"]


def _sale():
    from posframe.kernel.domain.receipt import Align, Cut, QrCode, ReceiptDocument, Section, Text

    blocks = (Text("红茶 é", Align.CENTRE, bold=True, big=(2, 2)), QrCode("x"), Text("€"), Cut())
    return ReceiptDocument(sections=(Section("sale", blocks),))


SALE = _sale()

"""The bytes of receipts in Star Line Mode, against the tables and examples worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import ConfigurationError
from posframe.hal.codecs.escpos import ReceiptEncoder
from posframe.hal.codecs.raster import Raster
from posframe.hal.codecs.star import (
    RESET,
    RESYNC,
    StarEncoder,
    barcode_commands,
    drawer_kick,
    qr_commands,
    raster_commands,
)
from posframe.hal.profiles import load_profile
from posframe.hal.simulators.escpos_paper import PrintedLine, RasterItem
from posframe.hal.simulators.star_commands import StarTokenizer
from posframe.hal.simulators.star_head import VirtualStarPrinter
from posframe.kernel.domain.receipt import (
    Align,
    Barcode,
    BarcodeKind,
    Cut,
    Feed,
    Logo,
    QrCode,
    ReceiptDocument,
    Section,
    Text,
    Total,
)
from posframe.kernel.domain.receipt_text import clean

HEX = bytes.fromhex
STAR = load_profile("star-tsp650")


def encode(*blocks, profile=STAR, **fields):
    return StarEncoder(profile).encode(
        ReceiptDocument(sections=(Section("test", blocks),), **fields)
    )


def printed(*blocks, **fields):
    """Return the printer that has printed a receipt, torn off."""
    printer = VirtualStarPrinter()
    for token in StarTokenizer().feed(encode(*blocks, **fields).data):
        printer.obey(token)
    printer.tear_off()
    return printer


def test_a_new_line_begins_with_escape_at_and_cancel():
    assert HEX("1B40 18") == RESET


def test_a_receipt_begins_with_escape_at_and_leaves_the_count_alone():
    assert encode(Text("Thank you")).data == b"\x1b@Thank you\n"


def test_the_euro_sign_is_d5_on_page_4():
    assert encode(Text("Café 5€")).data == HEX("1B40 1B1D7404 436166 82 2035 D5 0A")


def test_languages_bring_their_pages():
    assert encode(Text("Чай"), language="ru").data == HEX("1B40 1B1D740A 97A0A9 0A")
    assert encode(Text("Żółć"), language="pl").data[2:6] == HEX("1B1D7405")


def test_styles_are_switched_where_they_change_and_left_as_found():
    data = encode(
        Text("a", Align.CENTRE, bold=True, big=(2, 3)),
        Text("b", Align.CENTRE, bold=True, big=(2, 3)),
        Text("c", underline=True),
        Text("d", Align.RIGHT),
    ).data
    assert data == HEX(
        "1B40 1B1D6101 1B45 1B690201 61 0A 62 0A"
        "1B1D6100 1B46 1B2D01 1B690000 63 0A 1B1D6102 1B2D00 64 0A 1B1D6100"
    )


def test_letters_are_six_times_as_large_at_most():
    assert HEX("1B690505") in encode(Text("a", big=(8, 8))).data


@pytest.mark.parametrize(
    ("cutter", "bytes_"), [("partial", "1B6403"), ("full", "1B6402"), ("none", "1B6105")]
)
def test_a_receipt_ends_as_the_printer_can_end_it(cutter, bytes_):
    profile = load_profile("star-tsp650", {"cutter": cutter})
    assert encode(Cut(), profile=profile).data == b"\x1b@" + HEX(bytes_)


def test_feeds_longer_than_a_command_allows_are_repeated():
    assert encode(Feed(3), Feed(300)).data == HEX("1B40 1B6103 1B617F 1B617F 1B612E")


def test_the_drawer_is_kicked_in_steps_of_ten_milliseconds():
    assert drawer_kick(on_ms=100, off_ms=500) == HEX("1B07 0A 32 07")
    assert drawer_kick() == HEX("1B07 05 32 07")
    assert drawer_kick(on_ms=0, off_ms=9999) == HEX("1B07 01 7F 07")
    assert drawer_kick(pin=5) == HEX("1A")


def test_a_qr_code_is_drawn_by_the_printer():
    assert qr_commands("https://a.b/1", 4) == HEX(
        "1B1D795330 02  1B1D795332 04  1B1D795331 01"
        "1B1D794431 00 0D00 68747470733A2F2F612E622F31  1B1D7950"
    )
    assert qr_commands("x", 16, "H")[6:18] == HEX("1B1D795332 08 1B1D795331 03")


def test_a_barcode_is_drawn_by_the_printer():
    assert barcode_commands(BarcodeKind.EAN13, "4006381333931") == (
        HEX("1B62 03 02 02 3C") + b"4006381333931" + HEX("1E")
    )
    assert barcode_commands(BarcodeKind.UPC_A, "036000291452", 2)[:6] == HEX("1B62 01 02 01 3C")
    assert barcode_commands(BarcodeKind.EAN8, "96385074")[2] == 2
    assert barcode_commands(BarcodeKind.CODE39, "T1")[2] == 4
    assert barcode_commands(BarcodeKind.CODE128, "T1") == HEX("1B62 06 02 02 3C 5431 1E")


def test_a_barcode_whose_data_the_printer_would_misread_is_printed_as_text():
    assert barcode_commands(BarcodeKind.CODE128, "5% off") == b""
    (line, *_) = printed(Barcode(BarcodeKind.CODE128, "5% off")).receipts[0].items
    assert isinstance(line, PrintedLine)
    assert line.text == "5% off"


def test_a_picture_is_sent_row_by_row_in_the_middle_and_cuts_nothing():
    picture = Raster(2, 3, HEX("8000 FFFF 0000"))
    assert raster_commands(picture, 16) == HEX(
        "1B2A7241 1B2A7250 30 00 1B2A7245 31 0062 0200 8000  62 0200 FFFF  62 0200 0000  1B2A7242"
    )
    assert HEX("62 0400 0000 8000") in raster_commands(picture, 48)


def test_what_completes_a_broken_command_prints_nothing_by_itself():
    printer = VirtualStarPrinter()
    for token in StarTokenizer().feed(RESYNC.replace(b"\x00", b"")):
        printer.obey(token)
    assert not printer.paper
    assert not printer.unknown


def test_a_logo_is_drawn_in_the_middle_and_the_paper_is_not_cut_there(tmp_path):
    image = pytest.importorskip("PIL.Image")
    image.new("L", (16, 3), 0).save(tmp_path / "logo.png")
    encoder = StarEncoder(STAR, {"shop": tmp_path / "logo.png"})
    blocks = (Text("a"), Logo("shop"), Text("b"), Cut())
    data = encoder.encode(ReceiptDocument(sections=(Section("x", blocks),))).data
    printer = VirtualStarPrinter()
    for token in StarTokenizer().feed(data):
        printer.obey(token)
    (receipt,) = printer.receipts
    picture = next(item for item in receipt.items if isinstance(item, RasterItem))
    assert picture.data[:37] == bytes(35) + b"\xff\xff"  # 72 bytes wide, 2 of them in the middle


def test_each_encoder_refuses_the_printers_of_the_other():
    with pytest.raises(ConfigurationError, match="speaks ESC/POS, not Star") as error:
        StarEncoder(load_profile("epson-tm-t20"))
    assert "escpos+tcp" in error.value.hint
    with pytest.raises(ConfigurationError, match="speaks Star Line Mode, not ESC/POS"):
        ReceiptEncoder(STAR)


def test_the_place_of_the_last_command_is_known():
    for blocks, last in (
        ((Text("a"), Cut()), HEX("1B6403")),
        ((Text("a", bold=True), Text("b")), b"\x1bFb\n"),
        ((Text("a"), Feed(2)), HEX("1B6102")),
    ):
        result = encode(*blocks)
        assert result.data[result.last_at :] == last
    assert encode().last_at == 0


HOSTILE_PARTS = (
    *("\x07", "\x1a", "\x1c", "\x1b\x07\x0a\x32\x07", "\x1bd\x03", "\x18", "\x17", "\x05", "\x04"),
    *("\x1b\x06\x18", "\x1b*rA", "b\x10\x00", "\x1e", "%", "\n", "\r", "[bold]x[/]", "é", "红"),
)
HOSTILE = st.one_of(
    st.text(alphabet=st.characters()), st.lists(st.sampled_from(HOSTILE_PARTS)).map("".join)
)


@given(HOSTILE, HOSTILE)
def test_no_text_is_ever_obeyed(text, more):
    printer = printed(
        Text(text, Align.CENTRE, big=(2, 1)),
        Total(more, text),
        Barcode(BarcodeKind.CODE128, text),
        Barcode(BarcodeKind.CODE39, more),
        QrCode(text, more),
        Text("end"),
        Cut(),
    )
    assert not printer.kicks
    assert not printer.unknown
    assert len(printer.receipts) == 1
    shown = printer.receipts[0].text()
    assert shown.rstrip("\n").endswith("end")
    assert clean(shown.replace("\n", "")) == shown.replace("\n", "")


@pytest.mark.parametrize("page", STAR.pages, ids=lambda page: page.encoding)
def test_every_character_of_a_page_prints_as_itself(page):
    """The printer decodes by page number with Python's own tables: ours must agree with them."""
    profile = load_profile("star-tsp650", {"pages": {str(page.number): page.encoding}})
    high = "".join(bytes((byte,)).decode(page.encoding, "ignore") for byte in range(0x80, 0x100))
    text = "".join(char for char in high if char.isprintable() and clean(char) == char)
    assert len(text) > 80
    blocks = [Text(text[at : at + 40]) for at in range(0, len(text), 40)]
    printer = VirtualStarPrinter()
    for token in StarTokenizer().feed(encode(*blocks, profile=profile).data):
        printer.obey(token)
    # Marks above and below one letter have an order of their own.
    assert sorted("".join(item.text for item in printer.paper)) == sorted(text)

"""The bytes of receipts, against examples worked out by hand from the command tables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.hal.codecs.escpos import ReceiptEncoder, barcode_commands, drawer_kick, qr_commands
from posframe.hal.codecs.raster import Raster, load_picture, qr_picture, raster_commands
from posframe.hal.profiles import load_profile
from posframe.hal.simulators.escpos_paper import PrintedLine, QrItem, RasterItem
from posframe.hal.simulators.escpos_printer import VirtualPrinter
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
from posframe.kernel.domain.receipt_layout import Span, TextLine
from posframe.kernel.domain.receipt_text import clean

EPSON = load_profile("epson-tm-t20")
GENERIC = load_profile("generic-80mm")
SMALL = load_profile("generic-58mm")
CHINESE = load_profile("gb18030-80mm")
CHINESE_STAY = load_profile("gb18030-80mm", {"kanji_switch": "stay"})
PROFILES = [EPSON, GENERIC, SMALL, CHINESE, CHINESE_STAY]
HEX = bytes.fromhex


def document(*blocks, **fields):
    return ReceiptDocument(sections=(Section("test", blocks),), **fields)


def encode(profile, *blocks, **fields):
    return ReceiptEncoder(profile).encode(document(*blocks, **fields))


def printed(profile, *blocks, **fields):
    """Return the printer that has printed a receipt, torn off."""
    printer = VirtualPrinter(columns=profile.columns, starts_in_kanji=bool(profile.kanji))
    printer.feed(encode(profile, *blocks, **fields).data)
    printer.tear_off()
    return printer


def test_the_euro_sign_is_d5_on_page_19():
    assert encode(EPSON, Text("Café 5€")).data == HEX("1B40 1B7413 436166 82 2035 D5 0A")


def test_plain_english_selects_no_code_page():
    assert encode(EPSON, Text("Thank you")).data == b"\x1b@Thank you\n"


def test_chinese_clones_are_taken_out_of_kanji_mode_first():
    assert encode(GENERIC, Text("é")).data == HEX("1B40 1C2E 1B7413 82 0A")


def test_styles_are_switched_where_they_change_and_left_as_found():
    data = encode(
        EPSON,
        Text("a", Align.CENTRE, bold=True, big=(2, 3)),
        Text("b", Align.CENTRE, bold=True, big=(2, 3)),
        Text("c", underline=True),
        Text("d", Align.RIGHT),
    ).data
    assert data == HEX(
        "1B40 1B6101 1B4501 1D2112 61 0A 62 0A"
        "1B6100 1B4500 1B2D01 1D2100 63 0A 1B6102 1B2D00 64 0A 1B6100"
    )


@pytest.mark.parametrize(
    ("cutter", "bytes_"), [("partial", "1D564200"), ("full", "1D564100"), ("none", "1B6405")]
)
def test_a_receipt_ends_as_the_printer_can_end_it(cutter, bytes_):
    profile = load_profile("epson-tm-t20", {"cutter": cutter})
    assert encode(profile, Cut()).data == b"\x1b@" + HEX(bytes_)


def test_feeds_longer_than_a_byte_counts_are_repeated():
    assert encode(EPSON, Feed(3), Feed(300)).data == HEX("1B40 1B6403 1B64FF 1B642D")


def test_the_drawer_is_kicked_on_its_pin_in_steps_of_two_milliseconds():
    assert drawer_kick() == HEX("1B70 00 19 FA")
    assert drawer_kick(pin=5, on_ms=100, off_ms=100) == HEX("1B70 01 32 32")
    assert drawer_kick(on_ms=0, off_ms=9999) == HEX("1B70 00 01 FF")


def test_a_qr_code_is_drawn_by_the_printer():
    assert qr_commands("https://a.b/1", 4) == HEX(
        "1D286B 0400 314132 00  1D286B 0300 3143 04  1D286B 0300 3145 31"
        "1D286B 1000 315030 68747470733A2F2F612E622F31  1D286B 0300 315130"
    )


def test_a_barcode_is_drawn_by_the_printer():
    setup = HEX("1D6840 1D7703 1D6600 1D4802")
    assert barcode_commands(BarcodeKind.EAN13, "4006381333931") == (
        setup + HEX("1D6B02") + b"4006381333931\x00"
    )
    assert barcode_commands(BarcodeKind.CODE128, "T{1") == setup + HEX("1D6B49 06") + b"{BT{{1"
    assert barcode_commands(BarcodeKind.CODE39, "T1")[-6:] == HEX("1D6B04") + b"T1\x00"
    assert barcode_commands(BarcodeKind.UPC_A, "036000291452")[12:15] == HEX("1D6B00")
    assert barcode_commands(BarcodeKind.EAN8, "96385074")[12:15] == HEX("1D6B03")


def test_a_picture_is_sent_as_raster_in_slices():
    picture = Raster(2, 3, HEX("8000 FFFF 0000"))
    assert raster_commands(picture, 255) == HEX("1D763000 0200 0300 8000FFFF0000")
    assert raster_commands(picture, 2) == HEX("1D763000 0200 0200 8000FFFF 1D763000 0200 0100 0000")


def test_no_picture_holds_a_real_time_command():
    data = raster_commands(Raster(3, 2, HEX("1004 10 14 1005")), 255)
    assert not [code for code in (b"\x10\x04", b"\x10\x05", b"\x10\x14") if code in data[8:]]


def test_lithuanian_takes_its_own_page_even_where_others_hold_the_text():
    assert encode(EPSON, Text("Ačiū"), language="lt").data == HEX("1B40 1B7433 41E869FB 0A")
    assert encode(EPSON, Text("Ačiū"), language="lt-LT").data[2:5] == HEX("1B7433")
    sunmi = load_profile("Sunmi-V2")  # has page 775 only, at 33
    assert encode(sunmi, Text("Ačiū"), language="lt").data == HEX("1B40 1B7421 41D169D7 0A")


def test_russian_takes_page_866():
    assert encode(EPSON, Text("Чай"), language="ru").data == HEX("1B40 1B7411 97A0A9 0A")


def test_one_page_is_chosen_for_the_whole_receipt_where_one_holds_it_all():
    data = encode(EPSON, Text("Tea"), Text("Café"), Text("Žuvėdra"), Text("Öl")).data
    assert data.count(b"\x1bt") == 1
    assert data[2:4] != b"\x1bt"  # selected where it is first needed
    data = encode(EPSON, Text("über"), Text("Чай"), Text("über"), Text("naïve")).data
    assert data.count(b"\x1bt") == 3


def test_chinese_is_sent_in_kanji_mode_and_only_that():
    assert encode(CHINESE, Text("红茶 5€ é")).data == HEX(
        "1B40 1C2E 1C26 BAEC B2E8 2035 1C2E 1B7413 D5 20 82 0A"
    )


def test_models_that_switch_late_stay_in_kanji_mode_throughout():
    result = encode(CHINESE_STAY, Text("红茶 5€"), Text("Tea"))
    assert result.data == HEX("1B40 1C2E 1C26 BAEC B2E8 2035 A2E3 0A 546561 0A 1C2E")
    assert result.lost == {}


def test_what_is_sent_in_two_bytes_takes_two_columns():
    cells = (Cell("红茶“”"), Cell("5", align=Align.RIGHT))
    assert printed(CHINESE, Columns(cells)).receipts[0].items[0].cells == CHINESE.columns


def test_missing_characters_are_replaced_before_the_columns_are_set():
    cells = (Cell("Œuf – „bio“"), Cell("5 ₽", align=Align.RIGHT))
    result = encode(SMALL, Columns(cells))
    line = printed(SMALL, Columns(cells)).receipts[0].items[0]
    assert line.text.split() == ["Œuf", "–", "„bio“", "5", "RUB"]
    assert line.cells == SMALL.columns
    assert result.replaced == {"₽": 1}
    assert result.lost == {}


def test_letters_lose_their_marks_before_they_are_given_up():
    pages = {"0": "cp437"}
    result = encode(load_profile("generic-58mm", {"pages": pages}), Text("ąŁ€дώ红 5‰"))
    assert result.data == b"\x1b@\x1c.aLEURdo? 5?\n"
    assert result.lost == {"红": 1, "‰": 1}
    assert result.replaced == {"ą": 1, "Ł": 1, "€": 1, "д": 1, "ώ": 1}


def test_the_till_can_ask_at_start_what_will_not_print():
    assert ReceiptEncoder(SMALL).unprintable("ąčęėįšųūž") == "ėįųū"
    assert ReceiptEncoder(EPSON).unprintable("ąčęėįšųūž“„–€") == ""


def test_a_logo_is_rasterised_once_and_a_missing_one_is_reported(tmp_path):
    image = pytest.importorskip("PIL.Image")
    path = tmp_path / "logo.png"
    picture = image.new("L", (16, 3), 255)
    picture.putpixel((0, 0), 0)
    picture.save(path)
    (tmp_path / "broken.png").write_bytes(b"no picture")
    logos = {"shop": path, "broken": tmp_path / "broken.png"}
    encoder = ReceiptEncoder(EPSON, logos)
    receipt = document(Logo("shop"), Logo("broken"), Logo("other"))
    result = encoder.encode(receipt)
    assert result.missing_logos == ("broken", "other")
    assert result.data == HEX("1B40 1B6101 1D763000 0200 0300 8000 0000 0000 1B6100")
    path.unlink()
    assert encoder.encode(receipt) == result


def test_a_logo_that_is_damaged_or_far_too_large_is_a_missing_one(tmp_path):
    image = pytest.importorskip("PIL.Image")
    picture = image.new("L", (16, 3), 255)
    for kind in ("png", "bmp", "ppm", "gif"):
        picture.save(tmp_path / f"whole.{kind}")
        whole = (tmp_path / f"whole.{kind}").read_bytes()
        for at in range(min(len(whole), 64)):
            path = tmp_path / f"damaged.{kind}"
            path.write_bytes(whole[:at] + b"\xff" + whole[at + 1 :])
            result = ReceiptEncoder(EPSON, {"shop": path}).encode(document(Logo("shop"), Cut()))
            assert result.missing_logos in {(), ("shop",)}
    huge = tmp_path / "huge.pgm"
    huge.write_bytes(b"P5 9000 9000 255\n")
    result = ReceiptEncoder(EPSON, {"shop": huge}).encode(document(Logo("shop"), Cut()))
    assert result.missing_logos == ("shop",)


def test_a_logo_wider_than_the_paper_is_made_narrower(tmp_path):
    image = pytest.importorskip("PIL.Image")
    image.new("RGBA", (1000, 100), (0, 0, 0, 0)).save(tmp_path / "wide.png")
    picture = load_picture(tmp_path / "wide.png", 384)
    assert (picture.row_bytes, picture.rows) == (48, 38)
    assert not any(picture.data), "transparent is white"


def test_a_printer_without_qr_gets_a_picture_that_holds_the_same_modules():
    segno = pytest.importorskip("segno")
    (item, *_) = printed(SMALL, QrCode("https://a.b/1")).receipts[0].items
    assert isinstance(item, RasterItem)
    code = segno.make_qr(b"https://a.b/1", error="m", mask=3, boost_error=False)
    rows = [list(row) for row in code.matrix_iter(border=4)]
    scale = item.rows // len(rows)
    for y, row in enumerate(rows):
        line = item.data[y * scale * item.row_bytes :][: item.row_bytes]
        bits = "".join(f"{byte:08b}" for byte in line)
        assert [int(bits[x * scale]) for x in range(len(row))] == row


@pytest.mark.parametrize(("length", "module_dots"), [(14, 6), (600, 5), (2331, 3)])
def test_a_qr_code_gets_the_largest_modules_that_fit(length, module_dots):
    item = printed(EPSON, QrCode("x" * length)).receipts[0].items[0]
    assert item == QrItem(b"x" * length, module_dots, "M", 1)


def test_more_than_a_qr_code_holds_is_printed_as_text():
    lines = printed(EPSON, QrCode("x" * 2332)).receipts[0].items
    assert "".join(line.text for line in lines) == "x" * 2332


def test_a_qr_picture_never_exceeds_the_paper():
    picture = qr_picture("x" * 300, 100, 6)
    assert picture.rows <= 100


def test_a_barcode_too_wide_for_the_paper_is_printed_as_text():
    items = printed(SMALL, Barcode(BarcodeKind.CODE128, "9" * 30)).receipts[0].items
    assert items == (PrintedLine(items[0].runs, 1),)
    assert items[0].text == "9" * 30
    plain = load_profile("generic-58mm", {"native_barcodes": False})
    assert (
        printed(plain, Barcode(BarcodeKind.EAN8, "96385074")).receipts[0].text().strip()
        == "96385074"
    )


HOSTILE_PARTS = (
    *(
        "\x1bp\x00\x19\xfa",
        "\x10\x14\x01\x00\x05",
        "\x1dVB\x00",
        "\x1b@",
        "\x1di",
        "\x1c&",
        "\x1c.",
    ),
    *("\x10\x04\x01", "\x1dv0\x00\xff\xff\xff\xff", "[bold]x[/]", "\x9b", "\x07", "\n", "\r", "{B"),
    *("红茶", "é"),
)
HOSTILE = st.one_of(
    st.text(alphabet=st.characters()), st.lists(st.sampled_from(HOSTILE_PARTS)).map("".join)
)


@given(st.sampled_from(PROFILES), HOSTILE, HOSTILE)
def test_no_text_is_ever_obeyed(profile, text, more):
    blocks = (
        Text(text, Align.CENTRE, big=(2, 1)),
        Columns((Cell(text), Cell(more, align=Align.RIGHT))),
        Total(more, text),
        Rule(text),
        Barcode(BarcodeKind.CODE128, text),
        Barcode(BarcodeKind.CODE39, more),
        QrCode(text, more),
        Text("end"),
    )
    printer = printed(profile, *blocks, Cut(), copy=True, copy_text=more)
    assert not printer.kicks
    assert not printer.unknown
    assert len(printer.receipts) == 1
    assert printer.receipts[0].text().rstrip("\n").endswith("end")
    assert clean(printer.receipts[0].text().replace("\n", "")) == printer.receipts[
        0
    ].text().replace("\n", "")


@given(st.sampled_from([profile for profile in PROFILES if profile is not SMALL]), HOSTILE)
def test_no_printed_text_holds_a_control_byte(profile, text):
    plain = ReceiptEncoder(profile).encode(document(Text("x" * 9, Align.RIGHT), Text(text)))
    start = plain.data.index(b"xxx") + 10
    body = plain.data[start:].replace(b"\x1ba\x00", b"").replace(b"\n", b"")
    for switch in (
        b"\x1c&",
        b"\x1c.",
        *(bytes((0x1B, 0x74, page.number)) for page in profile.pages),
    ):
        body = body.replace(switch, b"")
    assert not [byte for byte in body if byte < 0x20 or byte == 0x7F]


@pytest.mark.parametrize("profile", PROFILES)
def test_lines_that_nobody_cleaned_are_not_obeyed_either(profile):
    line = TextLine((Span("a\x1bp\x00\x19\x7f\x85\n\u202eb\x10\x14"), Span("\x1bi")))
    data = ReceiptEncoder(profile).encode_lines((line,)).data
    assert b"a?p??????b???i\n" in data


@pytest.mark.parametrize("page", EPSON.pages, ids=lambda page: page.encoding)
def test_every_character_of_a_page_prints_as_itself(page):
    """The printer decodes by page number with Python's own tables: ours must agree with them."""
    profile = load_profile("epson-tm-t20", {"pages": {str(page.number): page.encoding}})
    high = "".join(bytes((byte,)).decode(page.encoding, "ignore") for byte in range(0x80, 0x100))
    text = "".join(char for char in high if char.isprintable() and clean(char) == char)
    assert len(text) > 80
    blocks = [Text(text[at : at + 40]) for at in range(0, len(text), 40)]
    result = encode(profile, *blocks)
    shown = printed(profile, *blocks).receipts[0]
    assert "".join(line.text for line in shown.items) == text
    assert not result.lost
    assert not result.replaced


@given(
    st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x2FFF), max_size=40),
    st.sampled_from(["en", "lt", "ru", "el"]),
)
def test_what_is_not_reported_as_lost_prints_as_written(text, language):
    result = encode(EPSON, Text(text), language=language)
    shown = "".join(
        line.text for line in printed(EPSON, Text(text), language=language).receipts[0].items
    )
    if not result.lost and not result.replaced:
        assert shown.replace(" ", "") == clean(text).replace(" ", "").replace("\xa0", "")


@given(
    st.text(alphabet="红茶商品中文“—…Tea é€ĄЖ5.", max_size=60),
    st.sampled_from([CHINESE, CHINESE_STAY]),
)
def test_chinese_text_prints_as_written_within_the_columns(text, profile):
    result = encode(profile, Text(text))
    lines = printed(profile, Text(text)).receipts[0].items if text else ()
    assert all(line.cells <= profile.columns for line in lines)
    if not result.lost and not result.replaced:
        assert "".join(line.text for line in lines).replace(" ", "") == text.replace(" ", "")

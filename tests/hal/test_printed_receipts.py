"""What comes out of a printer is what was to be said: read back from bytes, and from pictures."""

from __future__ import annotations

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posframe.hal.codecs.escpos import ReceiptEncoder
from posframe.hal.codecs.raster import ROWS_MAX, load_picture
from posframe.hal.codecs.star import StarEncoder
from posframe.hal.profiles import load_profile
from posframe.hal.simulators.escpos_device import EscposDevice
from posframe.hal.simulators.escpos_paper import PrintedLine
from posframe.hal.simulators.printer_device import Body
from posframe.hal.simulators.star_printer import StarDevice
from posframe.kernel.domain.receipt import (
    Align,
    Barcode,
    BarcodeKind,
    Cell,
    Columns,
    Cut,
    Feed,
    QrCode,
    ReceiptDocument,
    Rule,
    Section,
    Text,
    Total,
)
from posframe.kernel.domain.receipt_layout import plain_text

ESCPOS, STAR = load_profile("epson-tm-t20"), load_profile("star-tsp650")
DRAWS_NOTHING = load_profile("generic-58mm")
LANGUAGES = [
    pytest.param(ReceiptEncoder, EscposDevice, ESCPOS, id="escpos"),
    pytest.param(StarEncoder, StarDevice, STAR, id="star"),
]


def document(*blocks, **fields):
    return ReceiptDocument(sections=(Section("test", blocks),), **fields)


def printer_of(encoder, device, profile, receipt):
    """Return the simulated printer that has printed ``receipt``."""
    printer = device(Body(columns=profile.columns))
    printer.feed(encoder(profile).encode(receipt).data, 0)
    return printer


# The text


PLAIN = st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=70)
AMOUNT = st.integers(0, 10**7).map(lambda minor: f"{minor // 100}.{minor % 100:02d}")
BLOCKS = st.one_of(
    st.builds(
        Text,
        PLAIN,
        st.sampled_from(Align),
        st.booleans(),
        st.tuples(st.integers(1, 3), st.integers(1, 3)),
        st.booleans(),
    ),
    st.builds(
        lambda name, amount, bold: Columns((Cell(name), Cell(amount, align=Align.RIGHT)), bold),
        PLAIN,
        AMOUNT,
        st.booleans(),
    ),
    st.builds(Total, PLAIN, AMOUNT),
    st.builds(Rule, st.sampled_from("-=.*")),
    st.builds(Feed, st.integers(0, 5)),
    st.builds(QrCode, PLAIN, PLAIN),
    st.just(Barcode(BarcodeKind.EAN13, "4006381333931")),
    st.just(Barcode(BarcodeKind.EAN8, "96385074")),
)


@pytest.mark.parametrize(("encoder", "device", "profile"), LANGUAGES)
@given(blocks=st.lists(BLOCKS, max_size=8), copy=st.booleans())
def test_any_receipt_reads_on_paper_as_it_does_on_a_screen(encoder, device, profile, blocks, copy):
    receipt = document(*blocks, Text("end"), Cut(), copy=copy)
    printer = printer_of(encoder, device, profile, receipt)
    (paper,) = printer.printer.receipts
    screen = plain_text(receipt, profile.columns)
    assert paper.text().split() == screen.split()
    assert [line.rstrip() for line in paper.text().splitlines()] == screen.rstrip("\n").split("\n")
    assert not printer.printer.unknown
    assert not printer.printer.kicks
    assert paper.cut


@pytest.mark.parametrize(("encoder", "device", "profile"), LANGUAGES)
@given(blocks=st.lists(BLOCKS, max_size=6))
def test_no_line_is_ever_wider_than_the_paper(encoder, device, profile, blocks):
    printer = printer_of(encoder, device, profile, document(*blocks, Text("end"), Cut()))
    (paper,) = printer.printer.receipts
    lines = [item for item in paper.items if isinstance(item, PrintedLine)]
    assert all(line.cells <= profile.columns for line in lines)


@pytest.mark.parametrize(("encoder", "device", "profile"), LANGUAGES)
@given(
    text=st.text(alphabet="aąčęėįšųūžéèêçñöäüß€5 „“–ĄČŁłŚśŽžДдЖж红", max_size=40),
    language=st.sampled_from(["en", "lt", "pl", "ru"]),
)
def test_every_letter_is_on_paper_or_said_to_be_missing(encoder, device, profile, text, language):
    receipt = document(Text(text), Text("end"), Cut(), language=language)
    made = encoder(profile)
    result = made.encode(receipt)
    printer = device(Body(columns=profile.columns))
    printer.feed(result.data, 0)
    shown = printer.text()
    said = {*result.lost, *result.replaced}
    assert {char for char in text if not char.isspace()} - set(shown) <= said
    assert said <= set(made.unprintable(text))


@pytest.mark.parametrize(("encoder", "device", "profile"), LANGUAGES)
@pytest.mark.parametrize("language", ["en", "lt", "de", "fr", "pl"])
def test_the_euro_sign_is_on_paper_wherever_the_printer_has_it(encoder, device, profile, language):
    receipt = document(Text("5 €"), Cut(), language=language)
    assert printer_of(encoder, device, profile, receipt).text() == "5 €\n"


def test_the_last_command_can_be_told_from_what_is_before_it():
    """What was sent before its place cannot have finished the receipt."""
    receipt = document(Text("a", Align.CENTRE, bold=True), QrCode("x"), Cut())
    for encoder, device, profile in (each.values for each in LANGUAGES):
        result = encoder(profile).encode(receipt)
        printer = device(Body(columns=profile.columns))
        printer.feed(result.data[: result.last_at], 0)
        assert not printer.printer.receipts
        printer.feed(result.data[result.last_at :], 0)
        assert printer.whole_receipts == 1


# The codes


def read_codes(printer, *symbologies):
    """Return what a scanner for ``symbologies`` reads from the newest receipt."""
    image = pytest.importorskip("PIL.Image")
    zxingcpp = pytest.importorskip("zxingcpp")
    picture = image.open(io.BytesIO(printer.png())).convert("L")
    formats = [getattr(zxingcpp.BarcodeFormat, each) for each in symbologies]
    return [found.text for found in zxingcpp.read_barcodes(picture, formats=formats)]


@pytest.mark.parametrize(("encoder", "device", "profile"), LANGUAGES)
@pytest.mark.parametrize(
    ("kind", "data", "symbology"),
    [
        (BarcodeKind.EAN13, "4006381333931", "EAN13"),
        (BarcodeKind.EAN8, "96385074", "EAN8"),
        (BarcodeKind.UPC_A, "036000291452", "UPCA"),
        (BarcodeKind.CODE128, "T-2026/0001{x}", "Code128"),
        (BarcodeKind.CODE39, "ABC-123", "Code39"),
    ],
)
def test_a_barcode_can_be_scanned_from_the_paper(encoder, device, profile, kind, data, symbology):
    receipt = document(Text("receipt"), Barcode(kind, data), Text("end"), Cut())
    (text,) = read_codes(printer_of(encoder, device, profile, receipt), symbology)
    assert text.lstrip("0") == data.lstrip("0")  # a UPC-A is an EAN-13 that begins with 0


@pytest.mark.parametrize(
    ("encoder", "device", "profile"),
    [*LANGUAGES, pytest.param(ReceiptEncoder, EscposDevice, DRAWS_NOTHING, id="as a picture")],
)
@pytest.mark.parametrize("length", [1, 40, 300])
def test_a_qr_code_can_be_scanned_from_the_paper(encoder, device, profile, length):
    data = ("https://posframe.example/r/" + "x7Qé" * 80)[:length]
    receipt = document(Text("receipt"), QrCode(data, "scan me"), Cut())
    printer = printer_of(encoder, device, profile, receipt)
    if not printer.printer.receipts:  # a printer without a cutter
        printer.printer.tear_off()
    assert read_codes(printer, "QRCode") == [data]


def test_a_payment_code_of_several_lines_keeps_them():
    data = "BCD\n002\n1\nSCT\n\nPosframe\nLT121000011101001000\nEUR12.34"
    printer = printer_of(ReceiptEncoder, EscposDevice, ESCPOS, document(QrCode(data), Cut()))
    assert read_codes(printer, "QRCode") == [data]


@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=60)
)
def test_whatever_a_qr_code_carries_is_read_back(data):
    printer = printer_of(ReceiptEncoder, EscposDevice, ESCPOS, document(QrCode(data), Cut()))
    assert read_codes(printer, "QRCode") == [data]


# Pictures


def test_a_picture_too_long_for_a_receipt_is_made_smaller(tmp_path):
    image = pytest.importorskip("PIL.Image")
    image.new("L", (100, 10 * ROWS_MAX), 0).save(tmp_path / "tall.png")
    picture = load_picture(tmp_path / "tall.png", 576)
    assert (picture.rows, picture.row_bytes) == (ROWS_MAX, 2)
    image.new("L", (4000, 4000), 0).save(tmp_path / "square.png")
    picture = load_picture(tmp_path / "square.png", 576)
    assert (picture.rows, picture.row_bytes * 8) == (576, 576)


def test_a_picture_that_would_fill_the_memory_is_refused(tmp_path, monkeypatch):
    image = pytest.importorskip("PIL.Image")
    image.new("1", (100, 100)).save(tmp_path / "bomb.png")
    monkeypatch.setattr("posframe.hal.codecs.raster.PIXELS_MAX", 100)
    with pytest.raises(OSError, match="too large a picture"):
        load_picture(tmp_path / "bomb.png", 576)
    monkeypatch.setattr(image, "MAX_IMAGE_PIXELS", 100)
    with pytest.raises(OSError, match="no picture that can be used"):
        load_picture(tmp_path / "bomb.png", 576)

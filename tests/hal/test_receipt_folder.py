"""Laws of the folder, the picture and the commands around the virtual printer."""

from __future__ import annotations

import pytest

from posframe.cli.receipts import app as receipts_app
from posframe.errors import DataError, DeviceError
from posframe.hal.codecs.escpos import ReceiptEncoder, drawer_kick
from posframe.hal.profiles import load_profile
from posframe.hal.simulators.escpos_paper import Look, PrintedLine, PrintedReceipt, Run
from posframe.hal.simulators.receipt_folder import ReceiptFolder, render_png
from posframe.kernel.domain.receipt import Cut, ReceiptDocument, Section, Text

PROFILE = load_profile("epson-tm-t20")


def receipt_bytes(*words):
    blocks = (*map(Text, words), Cut())
    return ReceiptEncoder(PROFILE).encode(ReceiptDocument(sections=(Section("x", blocks),))).data


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "paper"


def fill(folder, *words):
    for word in words:
        ReceiptFolder(folder).printer().feed(receipt_bytes(word))


def test_numbers_go_on_from_the_receipts_already_there(folder):
    fill(folder, "one", "two")
    (folder / "receipt-note.bin").touch()
    fill(folder, "three")
    assert (folder / "receipt-000003.txt").read_text("utf-8") == "three\n"
    assert (folder / "receipt-000003.bin").read_bytes() == receipt_bytes("three")
    assert not list(folder.glob(".*"))


def test_the_drawer_log_has_a_line_for_each_kick(folder):
    printer = ReceiptFolder(folder, clock=lambda: 0.5).printer()
    printer.feed(drawer_kick() + drawer_kick(pin=5, on_ms=100, off_ms=200))
    assert (folder / "drawer.log").read_text("utf-8").splitlines() == [
        "1970-01-01T00:00:00.500+00:00 pin 2, 50 ms on, 500 ms off",
        "1970-01-01T00:00:00.500+00:00 pin 5, 100 ms on, 200 ms off",
    ]


def test_a_picture_has_ink_where_the_receipt_has_print(folder, sale):
    image = pytest.importorskip("PIL.Image")
    ReceiptFolder(folder).printer().feed(ReceiptEncoder(PROFILE).encode(sale).data)
    path = render_png(folder / "receipt-000001.bin")
    assert path == folder / "receipt-000001.png"
    with image.open(path) as picture:
        paper = picture.convert("L")
        assert paper.width == 48 * 12 + 4 * 28
        assert paper.height > 30 * 30
        dark = paper.point(lambda value: 255 if value < 100 else 0).getbbox()
    assert 56 <= dark[0] < 60, "the rule reaches from edge to edge of the print"
    assert 56 + 48 * 12 - 4 < dark[2] <= 56 + 48 * 12


def test_the_paper_of_a_picture_is_as_wide_as_its_text(folder):
    image = pytest.importorskip("PIL.Image")
    printer = ReceiptFolder(folder).printer(columns=32)
    printer.feed(receipt_bytes("-" * 32))
    with image.open(render_png(folder / "receipt-000001.bin")) as picture:
        assert picture.width == 32 * 12 + 4 * 28
    out = folder / "wide.png"
    with image.open(render_png(folder / "receipt-000001.bin", out, columns=48)) as picture:
        assert picture.width == 48 * 12 + 4 * 28


def test_characters_that_no_font_has_are_drawn_as_numbered_boxes():
    pytest.importorskip("PIL")
    from posframe.hal.simulators.receipt_picture import draw

    look = Look(bold=True, underline=True, reverse=True, width=2, height=3)
    line = PrintedLine((Run("\U000f1234"), Run("红", double=True), Run("é", look)), 1)
    assert draw(PrintedReceipt((line,), 32, b"")).height > 72


def test_a_barcode_that_cannot_be_drawn_does_not_spoil_the_picture(folder):
    pytest.importorskip("PIL")
    printer = ReceiptFolder(folder).printer()
    printer.feed(
        b"\x1bJ\x10\x1dk\x02123\x00\x1dH\x02\x1dk\x04T1\x00\x1dkI\x04{BT1\x1dk\x63\x01x\x1bi"
    )
    assert render_png(folder / "receipt-000001.bin").stat().st_size > 0


def test_a_file_without_a_receipt_is_refused(tmp_path):
    (tmp_path / "x.bin").write_bytes(drawer_kick())
    with pytest.raises(DeviceError, match="holds no printed receipt"):
        render_png(tmp_path / "x.bin")


def test_the_command_shows_the_latest_receipts(folder, capsys):
    fill(folder, "one", "two", "three")
    receipts_app(["show", str(folder), "--last", "2"], result_action="return_value")
    assert capsys.readouterr().out == "--- receipt-000002.txt\ntwo\n--- receipt-000003.txt\nthree\n"
    with pytest.raises(DataError, match="no receipts"):
        receipts_app(["show", str(folder / "none")], result_action="return_value")


def test_the_command_draws_a_receipt_by_either_of_its_files(folder, capsys):
    pytest.importorskip("PIL")
    fill(folder, "one")
    for name in ("receipt-000001.txt", "receipt-000001.bin"):
        receipts_app(["png", str(folder / name)], result_action="return_value")
    assert capsys.readouterr().out.split() == [str(folder / "receipt-000001.png")] * 2
    with pytest.raises(DataError, match=r"from the \.bin file"):
        receipts_app(["png", str(folder / "receipt-000009.txt")], result_action="return_value")

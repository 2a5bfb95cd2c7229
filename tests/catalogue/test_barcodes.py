from __future__ import annotations

import contextlib
import csv
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from biip.checksums import gs1_price_weight_check_digit
from hypothesis import given
from hypothesis import strategies as st

from posframe.catalogue.barcodes import Reading, ReadingKind, interpret
from posframe.catalogue.embedded import EmbeddedFormat, EmbeddedFormats, value_check_digit
from posframe.errors import ConfigurationError, DataError
from posframe.kernel.domain.identifiers import GTIN_LENGTHS, check_digit, expand_upce
from posframe.kernel.domain.quantity import KILOGRAM, PIECE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EAN = "4006381333931"
GS = "\x1d"
ELEMENTS = f"010950110153000339220099{GS}10AB-123"


def layout(prefix: str, kind: str = "weight", decimals: int = 3, **more: object) -> EmbeddedFormat:
    places = {"item": (2, 7), "value": (7, 12)} | more
    return EmbeddedFormat(prefix=prefix, kind=kind, decimals=decimals, **places)  # type: ignore[arg-type]


SCALE = EmbeddedFormats(
    formats=(
        layout("22"),
        layout("21", "price", 2),
        layout("26", "count", 0),
        layout("23", "price", 2, item=(2, 6), inner_check=True),
    )
)


def first(raw: str, **options: object) -> Reading:
    return interpret(raw, **options)[0]  # type: ignore[arg-type]


def gtins(raw: str, **options: object) -> list[str]:
    return [one.gtin for one in interpret(raw, **options) if one.gtin]  # type: ignore[arg-type]


def expands(code: str) -> bool:
    with contextlib.suppress(DataError):
        return bool(expand_upce(code))
    return False


def with_check(twelve: str) -> str:
    return twelve + check_digit(twelve)


# Rank


@pytest.mark.parametrize("code", [EAN, "96385074", "036000291452", "10614141000415"])
def test_valid_check_digit_makes_a_gtin(code):
    """A bare code of a GTIN's length is a GTIN first; it may be the shop's own number still."""
    readings = interpret(code)
    assert readings[0].kind is ReadingKind.GTIN
    assert readings[0].code == readings[0].gtin == code.zfill(14)
    assert (readings[-1].kind, readings[-1].code) == (ReadingKind.SKU, code)


def test_bare_ean_is_no_element_string():
    """The digits of an EAN are an element string too, with another meaning: never read so."""
    assert all(one.kind is not ReadingKind.ELEMENTS for one in interpret(EAN))


@pytest.mark.parametrize(
    "raw",
    [
        f"]C1{ELEMENTS}",
        f"]d2{ELEMENTS}",
        f"]Q3{ELEMENTS}",
        f"]e0{ELEMENTS}",
        f"{GS}{ELEMENTS}",
        "(01)09501101530003(3922)0099(10)AB-123",
    ],
)
def test_symbology_fnc1_or_parentheses_make_an_element_string(raw):
    """What the scanner says, or the sign it sends in front, or the way it is printed."""
    reading = first(raw)
    assert (reading.kind, reading.code) == (ReadingKind.ELEMENTS, "09501101530003")
    assert (reading.price_minor, reading.attributes) == (99, (("batch", "AB-123"),))
    assert first(ELEMENTS.split(GS)[0]).kind is ReadingKind.SKU


@pytest.mark.parametrize("aim", ["]E0", "E0"])
def test_symbology_given_apart_counts_like_one_in_front(aim):
    """Some drivers split the AIM identifier off."""
    assert interpret(EAN, aim=aim) == interpret(f"]E0{EAN}")


def test_symbology_decides_between_upce_and_ean8():
    """01234565 is valid as both; without a word from the scanner the configuration decides."""
    ean8, upce = "00000001234565", "00012345000065"
    assert gtins("01234565", aim="]E4") == [ean8]
    assert gtins("01234565", aim="]E0") == [upce]
    assert gtins("01234565") == [ean8, upce]
    assert gtins("01234565", formats=EmbeddedFormats(prefer_upce=True)) == [upce, ean8]


@pytest.mark.parametrize(
    ("upce", "upca"),
    [
        ("04252614", "042100005264"),
        ("01234531", "012300000451"),
        ("01234543", "012340000053"),
    ],
)
def test_upce_finds_its_upca(upce, upca):
    """The short code on a small pack is the long one of the catalogue."""
    assert upca.zfill(14) in gtins(upce)


def test_six_digits_are_a_plu_unless_the_till_reads_upce():
    """A keyed item number must not turn into another item's barcode."""
    assert [one.kind for one in interpret("425261")] == [ReadingKind.PLU]
    preferring = interpret("425261", formats=EmbeddedFormats(prefer_upce=True))
    assert [one.kind for one in preferring] == [ReadingKind.PLU, ReadingKind.GTIN]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("9783161484100", ReadingKind.ISBN),
        ("9790260000438", ReadingKind.ISBN),
        ("9770317847001", ReadingKind.ISSN),
    ],
)
def test_books_and_magazines_are_plain_ean_with_their_kind(code, kind):
    """They are looked up like any other item."""
    reading = first(code)
    assert (reading.kind, reading.gtin) == (kind, code.zfill(14))


def test_add_on_of_a_magazine_is_kept_apart():
    """The issue number is not part of the item's number."""
    reading = first("]E3977031784700112")
    assert (reading.gtin, reading.attributes) == ("09770317847001", (("add_on", "12"),))


@pytest.mark.parametrize(
    "code", ["ART-7", "käse 5", "7", "4011", "123456", "12345678901", "9" * 20]
)
def test_anything_else_is_tried_as_it_stands(code):
    """SKUs are any text, PLUs one to six digits."""
    (reading,) = interpret(f" {code}\r\n")
    is_plu = code.isdigit() and len(code) <= 6
    assert (reading.kind, reading.code) == (
        ReadingKind.PLU if is_plu else ReadingKind.SKU,
        code,
    )


# Element strings and Digital Links


def test_measures_dates_and_serials_are_read():
    """1.250 kg, expiry at the end of the month when the day is 00."""
    reading = first(f"{GS}0109501101530003310300125017261200{GS}21S1")
    assert (reading.quantity_milli, reading.unit) == (1250, KILOGRAM)
    assert reading.attributes == (("expiry", "2026-12-31"), ("serial", "S1"))
    assert first(f"{GS}01095011015300033012").unit is PIECE


def test_price_in_another_currency_is_refused():
    """8.40 dollars are not 8.40 euros."""
    assert first("(01)09501101530003(3932)978000840").price_minor == 840
    with pytest.raises(DataError, match="currency 840"):
        interpret("(01)09501101530003(3932)840000840")


def test_measure_finer_than_can_be_sold_is_refused():
    """Nothing is rounded in silence."""
    assert first("(01)09501101530003(3104)012500").quantity_milli == 1250
    with pytest.raises(DataError, match="decimals"):
        interpret("(01)09501101530003(3104)012501")


def test_digital_link_is_read_and_never_fetched(monkeypatch):
    """What is behind the address of a code is nobody's business at the till."""

    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    reading = first("https://id.gs1.org/01/09521234543213/10/LOT?3103=000195&17=251231")
    assert (reading.kind, reading.gtin) == (ReadingKind.LINK, "09521234543213")
    assert (reading.quantity_milli, reading.unit) == (195, KILOGRAM)
    assert reading.attributes == (("batch", "LOT"), ("expiry", "2025-12-31"))


@pytest.mark.parametrize(
    "raw",
    [
        "https://example.com",
        "http://[",
        "https://id.gs1.org/00/106141412345678908",
        "(01)09501101530004",
        "(99)X",
        "]C1zzz",
        "]C10109501101530003" + "39",
        GS,
        f"{EAN}{GS}",
        "(01)0950110153000²",
    ],
)
def test_malformed_elements_and_links_say_so(raw):
    """A message and a hint, whatever the parser thinks of it."""
    with pytest.raises(DataError) as refusal:
        interpret(raw)
    assert refusal.value.message


# Weight, price and count in the code


def test_weight_price_and_count_are_taken_from_the_code():
    """22 IIIII VVVVV C and its like, by the till's own table."""
    weight, price, count = (
        first(with_check(digits), formats=SCALE)
        for digits in ("220401101250", "210401100349", "260401100012")
    )
    assert (weight.quantity_milli, weight.unit, weight.price_minor) == (1250, KILOGRAM, None)
    assert (price.quantity_milli, price.unit, price.price_minor) == (None, None, 349)
    assert (count.quantity_milli, count.unit) == (12_000, PIECE)


def test_item_of_a_scale_code_is_looked_for_under_all_its_names():
    """As zeroed code, with its prefix, by its digits, and without leading zeros; then as it is."""
    code = with_check("220401101250")
    readings = interpret(code, formats=SCALE)
    zeroed = with_check("220401100000").zfill(14)
    codes = [one.code for one in readings]
    assert codes == [zeroed, "2204011", "04011", "4011", code.zfill(14), code]


def test_without_a_table_a_scale_code_is_a_number_like_any_other():
    """The layouts are national: nothing is guessed."""
    reading = first(with_check("220401101250"))
    assert (reading.kind, reading.quantity_milli) == (ReadingKind.GTIN, None)


def test_upca_is_read_with_a_zero_in_front():
    """2IIIIIKVVVVC, twelve digits, has the prefix 02."""
    formats = EmbeddedFormats(formats=(layout("02", "price", 2, value=(8, 12), inner_check=True),))
    digits = f"2{4011:05}{value_check_digit('0349')}0349"
    reading = first(with_check(digits), formats=formats)
    assert (reading.kind, reading.price_minor) == (ReadingKind.EMBEDDED, 349)


def test_wrong_check_digit_of_the_price_is_refused():
    """The outer check digit does not see a swap inside the price that the inner one does."""
    right = value_check_digit("00349")
    good = f"234011{right}00349"
    assert first(with_check(good), formats=SCALE).price_minor == 349
    bad = f"234011{(int(right) + 1) % 10}00349"
    with pytest.raises(DataError, match=r"price .* is misread"):
        interpret(with_check(bad), formats=SCALE)


@given(st.integers(0, 99_999))
def test_check_digits_of_values_are_the_standards(value):
    """Compared with an independent implementation."""
    for text in (f"{value:05}", f"{value % 10_000:04}"):
        assert int(value_check_digit(text)) == gs1_price_weight_check_digit(text)


def test_price_follows_the_decimals_of_the_currency():
    """Two decimals in the code are two of three in Kuwait, and do not fit the yen."""
    code = with_check("210401100349")
    dinar = EmbeddedFormats(formats=SCALE.formats, currency="KWD", currency_number="414")
    assert first(code, formats=dinar).price_minor == 3490
    yen = EmbeddedFormats(formats=SCALE.formats, currency="JPY", currency_number="392")
    with pytest.raises(DataError, match="decimals"):
        interpret(code, formats=yen)


@pytest.mark.parametrize(
    "broken",
    [
        {"prefix": ""},
        {"prefix": "2x"},
        {"prefix": "22", "item": (2, 8)},
        {"prefix": "22", "value": (7, 13)},
        {"prefix": "22", "value": (9, 9)},
        {"prefix": "22", "decimals": 6},
        {"prefix": "22", "kind": "colour"},
        {"prefix": "22", "value": (9, 12), "inner_check": True},
    ],
)
def test_layout_that_cannot_be_is_refused_at_the_start(broken):
    """A till with a wrong table does not start, instead of selling wrong weights."""
    with pytest.raises(ConfigurationError, match="not possible"):
        layout(**broken)


# Malformed codes


def test_wrong_check_digit_says_what_it_should_be():
    """The sentence is for the operator."""
    with pytest.raises(DataError, match=r"4006381333932 .*1.*"):
        interpret("4006381333932")


@pytest.mark.parametrize(
    "raw", ["", "  \r\n", "\x00", "4\x1b[2J", "\u202e931", "]C1", "x" * 201, "\udcff", "4\x1d5"]
)
def test_what_is_no_code_is_refused(raw):
    """Empty, endless, or with signs that steer a terminal or turn text around."""
    with pytest.raises(DataError) as refusal:
        interpret(raw)
    assert refusal.value.hint
    assert refusal.value.message.isprintable()


@given(st.text(max_size=60) | st.from_regex(r"(\][A-Za-z]\d)?[\d()\x1dA-Z/:.?=&-]{0,60}"))
def test_any_input_is_read_or_refused_in_words(raw):
    """Scanner noise is a message, never a crash, and what is read can be looked up."""
    with contextlib.suppress(DataError):
        readings = interpret(raw, formats=SCALE)
        assert readings
        assert all(one.code.isprintable() and one.code for one in readings)


def test_real_codes_with_wrong_check_digits_are_refused_or_not_found(
    real_data: Callable[[str], Path],
):
    """435 codes off real packs: those of a GTIN's length get the sentence."""
    with real_data("off_ean_invalid_checkdigit.csv").open(encoding="utf-8", newline="") as file:
        codes = [row["ean"] for row in csv.DictReader(file)]
    assert len(codes) == 435
    for code in codes:
        if len(code) == 8 and code[0] in "01" and expands(code):
            assert gtins(code) == [expand_upce(code).zfill(14)]  # a UPC-E all the same
        elif len(code) in GTIN_LENGTHS:
            with pytest.raises(DataError, match="Check digit"):
                interpret(code)
        else:
            assert {one.kind for one in interpret(code)} <= {ReadingKind.PLU, ReadingKind.SKU}


def test_parser_of_element_strings_is_not_loaded_for_plain_codes():
    """It takes a tenth of a second, which a till that starts does not have."""
    script = (
        "import sys\n"
        "from posframe.catalogue.lookup import find\n"
        "from posframe.catalogue.store import Catalogue\n"
        f"find(Catalogue.in_memory(), '{EAN}', 0)\n"
        "sys.exit('biip' in sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0

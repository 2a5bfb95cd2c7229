from __future__ import annotations

import pytest

from posframe.catalogue.embedded import EmbeddedFormat, EmbeddedFormats
from posframe.catalogue.lookup import find, formats_of
from posframe.catalogue.records import ItemCode, NewItem
from posframe.config import BarcodesSection, EmbeddedEntry
from posframe.errors import ConfigurationError, DataError
from posframe.kernel.domain.identifiers import check_digit
from posframe.kernel.domain.quantity import GRAM, KILOGRAM
from tests.catalogue.conftest import NOW_US, item

EAN = "4006381333931"

SCALE = EmbeddedFormats(
    formats=(
        EmbeddedFormat(prefix="22", item=(2, 7), value=(7, 12), kind="weight", decimals=3),
        EmbeddedFormat(prefix="21", item=(2, 7), value=(7, 12), kind="price", decimals=2),
    )
)


def scale_code(twelve: str) -> str:
    return twelve + check_digit(twelve)


def found(catalogue, raw, **options):
    answer = find(catalogue, raw, NOW_US, **options)
    assert answer is not None, raw
    return answer


@pytest.mark.parametrize(
    "raw", [EAN, f"]E0{EAN}", EAN.zfill(14), f"(01)0{EAN}(10)A", f"https://x.example/01/0{EAN}"]
)
def test_item_is_found_however_its_code_is_written(catalogue, raw):
    """One number, five ways to carry it."""
    catalogue.put_item(item("1", "Pen", EAN), at_us=0)
    assert found(catalogue, raw).item.sku == "1"


def test_plain_code_says_nothing_of_the_piece(catalogue):
    """No quantity, price or attribute comes from a code that has none."""
    catalogue.put_item(item("1", "Pen", EAN, price_minor=99), at_us=0)
    answer = found(catalogue, EAN)
    assert (answer.quantity_milli, answer.price_minor, answer.attributes) == (None, None, ())
    assert answer.code == EAN.zfill(14)


def test_pack_and_batch_come_from_the_code(catalogue):
    """The carton's code sells six; its element string also says which batch."""
    catalogue.put_item(
        NewItem(sku="1", name="Beer", codes=(ItemCode("10614141000415", 6000),)), at_us=0
    )
    answer = found(catalogue, "(01)10614141000415(10)LOT7(17)261231")
    assert answer.quantity_milli == 6000
    assert answer.attributes == (("batch", "LOT7"), ("expiry", "2026-12-31"))


def test_weight_and_price_of_the_scale_reach_the_line(catalogue):
    """The label's weight is the quantity; the label's price is the price."""
    catalogue.put_item(item("1", "Ham", "4011", unit=KILOGRAM, weighed=True), at_us=0)
    weighed = found(catalogue, scale_code("220401101250"), formats=SCALE)
    assert (weighed.item.sku, weighed.quantity_milli, weighed.price_minor) == ("1", 1250, None)
    priced = found(catalogue, scale_code("210401100349"), formats=SCALE)
    assert (priced.quantity_milli, priced.price_minor) == (None, 349)


def test_weight_is_given_in_the_unit_the_item_is_sold_by(catalogue):
    """Kilograms become grams; a piece with its weight on it stays one piece."""
    catalogue.put([item("1", "Saffron", "4011", unit=GRAM), item("2", "Melon", "4012")], at_us=0)
    grams = found(catalogue, scale_code("220401100005"), formats=SCALE)
    assert grams.quantity_milli == 5000
    piece = found(catalogue, scale_code("220401201250"), formats=SCALE)
    assert piece.quantity_milli is None
    assert ("measure", "1.250 kg") in piece.attributes


def test_shops_own_number_of_a_gtins_length_is_found_as_it_stands(catalogue):
    """What is in the catalogue is sold, even where its last digit is no check digit."""
    catalogue.put([item("1", "Own", "4006381333932"), item("12345678", "Other")], at_us=0)
    assert found(catalogue, "4006381333932").item.sku == "1"
    assert found(catalogue, "12345678").item.sku == "12345678"
    with pytest.raises(DataError, match="Check digit"):
        find(catalogue, "4006381333933", NOW_US)


def test_barcode_comes_before_a_sku_of_the_same_digits(catalogue):
    """The reading the standard gives is tried first."""
    catalogue.put([item(EAN, "By SKU"), item("2", "By barcode", EAN)], at_us=0)
    assert found(catalogue, EAN).item.name == "By barcode"


def test_unknown_code_is_nothing_and_malformed_is_a_message(catalogue):
    """The till asks what to do with the one, and says what is wrong with the other."""
    assert find(catalogue, EAN, NOW_US) is None
    assert find(catalogue, "4711", NOW_US) is None
    for raw in ("", "\x00", "x" * 500, "\udcff"):
        with pytest.raises(DataError):
            find(catalogue, raw, NOW_US)


def test_layouts_come_from_the_tills_configuration():
    """``[[barcodes.embedded]]`` is read as it is documented."""
    entry = EmbeddedEntry(prefix="22", item=(2, 7), value=(7, 12), kind="weight", decimals=3)
    formats = formats_of(BarcodesSection(prefer_upce=True, embedded=(entry,)))
    assert formats.formats == SCALE.formats[:1]
    assert formats.prefer_upce
    broken = EmbeddedEntry(prefix="22", item=(2,), value=(7, 12), kind="weight", decimals=3)
    with pytest.raises(ConfigurationError, match="begin and end"):
        formats_of(BarcodesSection(embedded=(broken,)))

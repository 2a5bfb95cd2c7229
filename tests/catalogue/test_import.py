from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.catalogue import importer
from posframe.catalogue.columns import ColumnMap
from posframe.catalogue.importer import ImportOptions, import_csv
from posframe.catalogue.records import ItemCode, NewItem
from posframe.catalogue.store import Catalogue
from posframe.errors import ConfigurationError, DataError
from posframe.kernel.domain.quantity import KILOGRAM
from tests.catalogue.conftest import NOW_US, item, names

if TYPE_CHECKING:
    from pathlib import Path

EAN = "4006381333931"
EAN8 = "96385074"


def content(catalogue: Catalogue) -> list[NewItem]:
    return list(catalogue.items(at_us=NOW_US))


def tally(report: importer.ImportReport) -> tuple[int, int, int, int]:
    return report.inserted, report.updated, report.unchanged, report.refused


@pytest.fixture(params=["empty", "holding items"])
def either(request: pytest.FixtureRequest, catalogue: Catalogue) -> Catalogue:
    """An empty catalogue is filled in another way than one that holds items."""
    if request.param == "holding items":
        catalogue.put_item(item("old", "Old"), at_us=0)
    return catalogue


def test_row_becomes_an_item_with_all_its_columns(either, write_csv):
    """Every column of our own format is taken."""
    path = write_csv(
        "sku,name,brand,department,unit,price,tax_category,codes,plu,weighed,minimum_age_years,"
        "deposit_sku,open_price,popularity,active,learned",
        f'1,"Käse, mild",Øl,dairy,kg,12.99,reduced,{EAN}|10614141000415*6,4711,1,18,DEP,0,7,1,0',
    )
    report = import_csv(either, path, at_us=5)
    assert tally(report) == (1, 0, 0, 0)
    assert report.written
    assert content(either)[-1] == NewItem(
        sku="1",
        name="Käse, mild",
        codes=(ItemCode(EAN), ItemCode("10614141000415", 6000), ItemCode("4711")),
        price_minor=1299,
        unit=KILOGRAM,
        brand="Øl",
        department="dairy",
        tax_category="reduced",
        minimum_age_years=18,
        weighed=True,
        deposit_sku="DEP",
        popularity=7,
    )


def test_second_import_updates_what_differs_and_nothing_else(catalogue, write_csv):
    """New, changed and unchanged are told apart; a new price holds from the import on."""
    header = "sku,name,price,gtin"
    import_csv(catalogue, write_csv(header, f"1,A,1.00,{EAN}", "2,B,2.00,", "3,C,3.00,"), at_us=10)
    again = write_csv(header, f"1,A,1.00,{EAN}", "2,B2,2.00,", "3,C,3.50,", "4,D,4.00,")
    assert tally(import_csv(catalogue, again, at_us=20)) == (1, 2, 1, 0)
    prices = [[one.minor for one in catalogue.prices(sku)] for sku in "1234"]
    assert prices == [[100], [200], [300, 350], [400]]
    third = catalogue.find_sku("3", 19)
    assert third is not None
    assert third.unit_price_minor == 300


def test_item_the_file_does_not_name_stays(catalogue, write_csv):
    """A file of this week's changes is no order to forget the rest."""
    catalogue.put_item(item("old", "Old"), at_us=0)
    import_csv(catalogue, write_csv("sku,name", "1,New"), at_us=0)
    assert {one.sku for one in content(catalogue)} == {"old", "1"}


# Maps


def test_map_says_what_foreign_columns_mean(catalogue, write_csv, tmp_path):
    """Semicolons, decimal commas, another encoding, other headers, defaults."""
    table = tmp_path / "map.toml"
    table.write_text(
        '[columns]\nsku = "Artikel"\nname = "Bezeichnung"\ngtin = "EAN"\nprice = "VK"\n'
        '[defaults]\ntax_category = "food"\ndepartment = "dairy"\n'
        '[options]\ndelimiter = ";"\ndecimal = ","\nencoding = "cp1252"\nprice = "gross major"\n',
        encoding="utf-8",
    )
    path = write_csv(
        "Artikel;Bezeichnung;EAN;VK;Rest", f"1;Käse;{EAN};1,99;x", "2;Öl;;;x", encoding="cp1252"
    )
    report = import_csv(catalogue, path, ImportOptions(columns=ColumnMap.load(table)), at_us=0)
    assert report.refused == 0
    first, second = content(catalogue)
    assert (first.name, first.price_minor, first.tax_category) == ("Käse", 199, "food")
    assert (second.name, second.price_minor, second.department) == ("Öl", None, "dairy")


def test_price_in_minor_units_is_taken_as_it_is(catalogue, write_csv):
    """1234 is 12.34."""
    columns = ColumnMap(price="gross minor")
    path = write_csv("sku,name,price", "1,A,1234", "2,B,12.34")
    report = import_csv(catalogue, path, ImportOptions(columns=columns), at_us=0)
    assert content(catalogue)[0].price_minor == 1234
    assert [error.line for error in report.errors] == [3]


def test_other_decimal_mark_is_refused_not_guessed(catalogue, write_csv):
    """1.234 may be one or one thousand: the map says which mark is the decimal one."""
    path = write_csv('sku,name,price\n1,A,"1,99"', "2,B,1.99")
    report = import_csv(catalogue, path, at_us=0)
    assert [error.value for error in report.errors] == ["1,99"]


def test_list_of_barcodes_needs_no_other_number(catalogue, write_csv):
    """Without a column for SKUs, the GTIN is the SKU."""
    import_csv(catalogue, write_csv("ean,name", f"{EAN},Pen"), at_us=0)
    (pen,) = content(catalogue)
    assert (pen.sku, pen.gtin) == (EAN, EAN.zfill(14))


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ('[colums]\nsku = "a"', "Unknown table 'colums'"),
        ('[columns]\nsko = "a"', "Unknown field 'sko'"),
        ('[options]\ndelimeter = ";"', "Unknown option 'delimeter'"),
        ('[options]\ndecimal = ";"', "Unknown decimal mark"),
        ('[options]\nprice = "net major"', "Unknown price option"),
        ('[options]\ndelimiter = ";;"', "not one character"),
        ('[options]\nencoding = "utf-9"', "Unknown encoding"),
        ("[columns", "cannot be read"),
        ('[columns]\nsku = "sku"\nname = "titel"', "Unknown column 'titel'"),
        ('[columns]\nname = "name"', "No column gives the sku"),
        ('[defaults]\nunit = "kilo"', "Unknown unit"),
    ],
)
def test_wrong_map_is_refused_before_anything_is_read(
    catalogue, write_csv, tmp_path, toml, message
):
    """The message names the key and the likely spelling."""
    table = tmp_path / "map.toml"
    table.write_text(toml, encoding="utf-8")
    path = write_csv("sku,name,title", "1,A,x")
    with pytest.raises((ConfigurationError, DataError), match=message):
        import_csv(catalogue, path, ImportOptions(columns=ColumnMap.load(table)), at_us=0)
    assert catalogue.version == 0


# Rows that are refused


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        (",A,1,,,", "sku"),
        ("1,,1,,,", "name"),
        ("1,A,one,,,", "price"),
        ("1,A,-1,,,", "price"),
        ("1,A,1.999,,,", "price"),
        ("1,A,1," + EAN[:-1] + "2,,", "gtin"),
        ("1,A,1,123,,", "gtin"),
        ("1,A,1,,1234567,", "plu"),
        ("1,A,1,,,kilo", "unit"),
        ("1,A\x07,1,,,", "name"),
        ("1,A", ""),
    ],
)
def test_bad_cell_is_named_and_good_rows_go_in(either, write_csv, cells, column):
    """Line, column, value and reason; the others are imported."""
    path = write_csv("sku,name,price,gtin,plu,unit", "a,Good,1,,,", cells, "b,Good,1,,,")
    report = import_csv(either, path, at_us=0)
    assert (report.rows, report.inserted, report.refused) == (3, 2, 1)
    (error,) = report.errors
    assert (error.line, error.column) == (3, column)
    assert error.message
    assert {one.sku for one in content(either)} >= {"a", "b"}


def test_all_bad_cells_of_a_row_are_named_at_once(catalogue, write_csv):
    """Nobody should have to import ten times to mend one row."""
    report = import_csv(catalogue, write_csv("sku,name,price", ",,x"), at_us=0)
    assert [error.column for error in report.errors] == ["sku", "name", "price"]
    assert (report.refused, report.error_count) == (1, 3)


def test_undecodable_bytes_spoil_their_row_only(catalogue, tmp_path):
    """One row of another encoding is one error."""
    path = tmp_path / "items.csv"
    path.write_bytes("sku,name,brand\n1,A,\n2,K\xe4se,\n3,C,M\xe4rz\n4,D,\n".encode("latin-1"))
    report = import_csv(catalogue, path, at_us=0)
    assert [error.line for error in report.errors] == [3, 4]
    assert {one.sku for one in content(catalogue)} == {"1", "4"}


def test_sku_or_code_that_occurs_twice_is_reported(either, write_csv):
    """The first row counts, the second is named, whichever way the catalogue is filled."""
    path = write_csv(
        "sku,name,gtin",
        f"1,A,{EAN}",
        "1,Again,",
        f"2,B,{EAN}",
        f"3,C,{EAN8}",
        "1,And again,",
    )
    report = import_csv(either, path, at_us=0)
    assert [(error.line, error.column) for error in report.errors] == [
        (3, "sku"),
        (4, "gtin"),
        (6, "sku"),
    ]
    assert [one.name for one in content(either) if one.sku != "old"] == ["A", "C"]
    assert names(either, "again") == []
    assert names(either, "b") == []


def test_code_passes_from_one_item_to_an_earlier_one(catalogue, write_csv):
    """The item that gives a code up may come after the one that takes it."""
    catalogue.put([item("1", "A"), item("2", "B", EAN)], at_us=0)
    path = write_csv("sku,name,gtin", f"1,A,{EAN}", "2,B,")
    assert tally(import_csv(catalogue, path, at_us=1)) == (0, 2, 0, 0)
    match = catalogue.find_code(EAN.zfill(14), NOW_US)
    assert match is not None
    assert match.item.sku == "1"


def test_lines_are_counted_as_an_editor_counts_them(catalogue, write_csv):
    """A line break within quotes is a line; blank lines are no rows."""
    path = write_csv("sku,name,price", '1,"two\nlines",1', "", '2,"three\r\nlines\n",x', "3,C,x")
    report = import_csv(catalogue, path, at_us=0)
    assert (report.rows, [error.line for error in report.errors]) == (3, [7, 8])
    assert content(catalogue)[0].name == "two lines"


def test_errors_kept_are_bounded_and_all_are_written_to_the_file(
    catalogue, write_csv, tmp_path, monkeypatch
):
    """A file of a million bad rows fills neither memory nor screen."""
    monkeypatch.setattr(importer, "ERRORS_MAX", 5)
    path = write_csv("sku,name,price", *(f"{n},A,x{n}" for n in range(20)))
    errors = tmp_path / "errors.csv"
    report = import_csv(catalogue, path, ImportOptions(errors_path=errors), at_us=0)
    assert (len(report.errors), report.error_count, report.refused) == (5, 20, 20)
    with errors.open(encoding="utf-8", newline="") as file:
        written = list(csv.DictReader(file))
    assert [row["value"] for row in written] == [f"x{n}" for n in range(20)]


rows = st.lists(
    st.fixed_dictionaries(
        {
            "sku": st.sampled_from(["", "1", "2", "3", "4", "5", " 6 "]),
            "name": st.text(max_size=12),
            "price": st.sampled_from(["", "1", "2.50", "-1", "x", "1,5"]),
            "gtin": st.sampled_from(["", EAN, EAN8, "0" + EAN, "4006381333932"]),
        }
    ),
    max_size=12,
)


def test_a_row_that_waits_for_a_code_is_still_the_first_of_its_sku(catalogue, write_csv):
    """Its code comes free further down the file; what names the SKU again there is refused."""
    import_csv(catalogue, write_csv("sku,name,gtin", "1,A,", f"2,B,{EAN8}"), at_us=0)
    path = write_csv("sku,name,gtin", f"1,A,{EAN8}", "2,B,", "1,A,")
    assert tally(import_csv(catalogue, path, at_us=0)) == (0, 2, 0, 1)
    assert catalogue.find_code(EAN8.zfill(14), NOW_US).item.sku == "1"
    assert tally(import_csv(catalogue, path, at_us=0)) == (0, 0, 2, 1)


@given(rows, rows)
def test_every_row_is_counted_once_and_filling_equals_merging(before, table):
    """New, changed, unchanged and refused add up; both ways to write give one content."""

    def put(catalogue: Catalogue, these: list[dict[str, str]], folder: Path) -> object:
        path = folder / "rows.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, ["sku", "name", "price", "gtin"])
            writer.writeheader()
            writer.writerows(these)
        report = import_csv(catalogue, path, at_us=NOW_US)
        assert sum(tally(report)) == report.rows == len(these)
        return report

    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Catalogue.in_memory() as filled, Catalogue.in_memory() as merged:
            merged.put_item(item("anchor", "Anchor"), at_us=0)
            put(filled, table, folder)
            put(merged, table, folder)
            assert content(filled) == content(merged)[1:]
            put(merged, before, folder)
            put(merged, table, folder)
            report = put(merged, table, folder)
            assert (report.inserted, report.updated) == (0, 0)  # type: ignore[attr-defined]
            for one in content(merged):
                for entry in one.codes:
                    match = merged.find_code(entry.code, NOW_US)
                    assert match is not None
                    assert match.item.sku == one.sku

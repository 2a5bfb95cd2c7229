from __future__ import annotations

import csv
import gzip
import io
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.catalogue import filling, importer, reading
from posframe.catalogue.columns import ColumnMap
from posframe.catalogue.exporter import export_csv
from posframe.catalogue.importer import ImportOptions, import_csv
from posframe.catalogue.records import ItemCode, NewItem
from posframe.catalogue.store import Catalogue
from posframe.errors import ConfigurationError, DataError
from posframe.kernel.domain.quantity import KILOGRAM
from tests.catalogue.conftest import NOW_US, item, names

if TYPE_CHECKING:
    from collections.abc import Callable
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


# Whole or not at all


def test_dry_run_says_the_same_and_writes_nothing(either, write_csv):
    """The report of a dry run is that of the import."""
    path = write_csv("sku,name,price", "1,A,1", "2,B,x", "1,C,1", "old,Old,2")
    before = content(either), either.version
    dry = import_csv(either, path, ImportOptions(dry_run=True), at_us=0)
    assert not dry.written
    assert (content(either), either.version) == before
    assert names(either, "a") == []
    real = import_csv(either, path, at_us=0)
    assert tally(dry) == tally(real)
    assert dry.errors == real.errors


def test_strict_import_with_a_bad_row_writes_nothing(either, write_csv):
    """All rows or none."""
    before = content(either), either.version
    bad = write_csv("sku,name,price", "1,A,1", "2,B,x")
    report = import_csv(either, bad, ImportOptions(strict=True), at_us=0)
    assert (report.written, report.refused) == (False, 1)
    assert (content(either), either.version) == before
    good = write_csv("sku,name,price", "1,A,1", "2,B,2")
    assert import_csv(either, good, ImportOptions(strict=True), at_us=0).written


def test_failure_on_the_way_leaves_the_old_content(either, write_csv):
    """Whatever interrupts an import, the catalogue is what it was, and works."""

    def interrupt(rows: int, bytes_read: int, bytes_total: int) -> None:
        raise KeyboardInterrupt

    before = content(either), either.version
    path = write_csv("sku,name", *(f"{n},Thing {n}" for n in range(40)))
    with pytest.raises(KeyboardInterrupt):
        import_csv(either, path, ImportOptions(progress=interrupt), at_us=0)
    assert (content(either), either.version) == before
    assert import_csv(either, path, at_us=0).inserted == 40
    assert names(either, "thing 7") == ["Thing 7"]


def test_items_are_written_while_others_are_indexed(catalogue, write_csv, monkeypatch):
    """Filling works in steps, on two threads: what turns up late is kept as well as the first."""
    monkeypatch.setattr(reading, "_BATCH_ROWS", 40)
    monkeypatch.setattr(filling, "_STEP_ITEMS", 40)
    rows = [f"{n},Thing {n} née {n % 13},department {n // 10},{n}.00" for n in range(2000)]
    assert import_csv(catalogue, write_csv("sku,name,department,price", *rows), at_us=0).written
    for number in (0, 39, 40, 1234, 1999):
        (hit,) = catalogue.search(f"thing {number} nee", 1, at_us=0)
        assert hit.item.sku == str(number)
        assert hit.item.department == f"department {number // 10}"
        assert hit.item.unit_price_minor == number * 100


def test_progress_tells_rows_and_bytes(catalogue, write_csv):
    """A bar can be drawn: rows so far, bytes read, bytes in all."""
    told = []

    def note(rows: int, bytes_read: int, bytes_total: int) -> None:
        told.append((rows, bytes_read, bytes_total))

    path = write_csv("sku,name", *(f"{n},Thing {n}" for n in range(12_000)))
    import_csv(catalogue, path, ImportOptions(progress=note), at_us=0)
    size = path.stat().st_size
    assert [rows for rows, _, _ in told] == [5000, 10_000, 12_000]
    assert told[-1][1:] == (size, size)


@pytest.mark.parametrize("held", [0, 1])
def test_catalogue_is_old_or_new_after_a_kill_at_any_moment(tmp_path, write_csv, held):
    """Killed in the middle, an import leaves the catalogue whole: all rows or none (kill -9)."""
    path = write_csv("sku,name,price,gtin", *(f"{n},Thing {n},1.00," for n in range(60_000)))
    database = tmp_path / "catalogue.db"
    with Catalogue.open(database) as catalogue:
        catalogue.put([item("held", "Held")][:held], at_us=0)
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from posframe.catalogue.store import Catalogue\n"
        "from posframe.catalogue.importer import import_csv\n"
        "catalogue = Catalogue.open(Path(sys.argv[1]))\n"
        "print('ready', flush=True)\n"
        "import_csv(catalogue, Path(sys.argv[2]), at_us=0)\n"
    )
    seen = set()
    for delay_s in (0.02, 0.4, 0.8, 1.2):
        command = [sys.executable, "-c", script, str(database), str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(delay_s)
            os.kill(process.pid, signal.SIGKILL)
        with Catalogue.open(database) as catalogue:
            seen.add(catalogue.count())
            is_new = catalogue.count() > held
            assert catalogue.count() == held + 60_000 * is_new
            assert len(names(catalogue, "thing 59999")) == is_new
    assert held in seen


# Files


def test_gzipped_file_is_read_by_its_content_not_its_name(catalogue, tmp_path):
    """The ending of the name does not matter."""
    path = tmp_path / "items.csv"
    path.write_bytes(gzip.compress(b"sku,name\n1,A\n"))
    assert import_csv(catalogue, path, at_us=0).inserted == 1


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (gzip.compress(b"sku,name\n" + b"1,A\n" * 9999)[:-40], "damaged"),
        (b"\x1f\x8bno gzip at all", "cannot be read|damaged"),
        (None, "cannot be read"),
    ],
)
def test_file_that_cannot_be_read_says_so(either, tmp_path, data, message):
    """Nothing of it is taken."""
    path = tmp_path / "items.csv"
    if data is not None:
        path.write_bytes(data)
    before = content(either)
    with pytest.raises(DataError, match=message):
        import_csv(either, path, at_us=0)
    assert content(either) == before


def test_file_in_another_encoding_says_so(catalogue, tmp_path):
    """UTF-16 read as such, and cut off in the middle of a character."""
    path = tmp_path / "items.csv"
    path.write_bytes("sku,name\n1,A\n".encode("utf-16")[:-1])
    options = ImportOptions(columns=ColumnMap(encoding="utf-16"))
    with pytest.raises(DataError, match="encoding"):
        import_csv(catalogue, path, options, at_us=0)


def test_endless_cell_is_one_error(catalogue, write_csv):
    """A forgotten quote swallows what follows, and is reported where it ends."""
    path = write_csv("sku,name", "1,A", '2,"' + "x" * 200_000, "3,C")
    report = import_csv(catalogue, path, at_us=0)
    assert report.refused >= 1
    assert report.inserted >= 1
    assert sum(tally(report)) == report.rows


def test_export_read_back_gives_the_same_catalogue(catalogue, tmp_path):
    """Names with commas, quotes and line ends' worth of trouble come back as they were."""
    things = [
        item("1", 'A "quoted", name', EAN, price_minor=199, brand="Ø"),
        NewItem(sku="2", name="B", codes=(ItemCode("10614141000415", 6500), ItemCode("7"))),
        item("3", "=1+1", active=False, learned=True, popularity=5, open_price=True),
    ]
    catalogue.put(things, at_us=0)
    text = io.StringIO()
    assert export_csv(catalogue, text, at_us=NOW_US) == 3
    path = tmp_path / "export.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    with Catalogue.in_memory() as copy:
        assert import_csv(copy, path, at_us=0).inserted == 3
        assert content(copy) == content(catalogue) == things
    assert tally(import_csv(catalogue, path, at_us=9)) == (0, 0, 3, 0)


def test_thirty_thousand_real_products_come_in_without_a_lost_row(
    catalogue, real_data: Callable[[str], Path]
):
    """Each row is an item that its barcode finds, or is named as a repetition of one."""
    path = real_data("off_ean_products_30k.csv.gz")
    columns = ColumnMap(columns={"sku": "ean", "gtin": "ean", "name": "name"})
    report = import_csv(catalogue, path, ImportOptions(columns=columns), at_us=0)
    assert report.rows == 30_000
    assert report.inserted + report.refused == 30_000
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        products = list(csv.DictReader(file))
    repeated = len(products) - len({product["ean"].zfill(14) for product in products})
    assert report.refused == repeated == 3
    for product in products:
        match = catalogue.find_code(product["ean"].zfill(14), NOW_US)
        assert match is not None
        assert match.item.unit_price_minor is None

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

from posframe.catalogue import filling, importer, reading
from posframe.catalogue.columns import ColumnMap
from posframe.catalogue.exporter import export_csv
from posframe.catalogue.importer import ImportOptions, import_csv
from posframe.catalogue.records import ItemCode, NewItem
from posframe.catalogue.store import Catalogue
from posframe.errors import DataError
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

"""``posframe catalogue``: import, find, show, learned, export."""

from __future__ import annotations

import csv
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import cyclopts

from posframe.errors import DataError

if TYPE_CHECKING:
    from posframe.catalogue.importer import ImportReport
    from posframe.catalogue.store import Catalogue

app = cyclopts.App(name="catalogue", help="Import goods, and look at them.")
ERRORS_SHOWN = 20
FIELDS = ("sku", "name", "brand", "department", "unit", "price", "tax_category", "codes")


@app.command(name="import")
def import_(
    file: Path,
    /,
    *,
    till: Path = Path(),
    map: Path | None = None,  # noqa: A002 - the word people type
    dry_run: bool = False,
    strict: bool = False,
    errors: Path | None = None,
) -> int:
    """Import goods from a CSV file; the till sees all of it or nothing.

    Args:
        file: with a header row; .gz is read too.
        till: the till's folder.
        map: a TOML file that says what the columns mean.
        dry_run: only say what would happen.
        strict: write nothing if any row is refused.
        errors: write every refused row's error to this CSV file.
    """
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from posframe.catalogue.columns import ColumnMap
    from posframe.catalogue.importer import ImportOptions, import_csv

    columns = ColumnMap.load(map) if map else ColumnMap()
    bar = (TextColumn("{task.fields[rows]:>10,} rows"), BarColumn(), TimeRemainingColumn())
    with _opened(till) as catalogue, Progress(*bar, transient=True) as progress:
        task = progress.add_task("", total=None, rows=0)
        options = ImportOptions(
            columns=columns,
            dry_run=dry_run,
            strict=strict,
            errors_path=errors,
            progress=lambda rows, done, total: progress.update(
                task, rows=rows, completed=done, total=total
            ),
        )
        report = import_csv(catalogue, file, options, at_us=_now_us())
    _print_report(report, dry_run=dry_run)
    return 1 if report.refused else 0


@app.command
def find(text: str, /, *, till: Path = Path()) -> int:
    """Search goods by parts of name, brand or code.

    Args:
        text: what to look for.
        till: the till's folder.
    """
    with _opened(till, read_only=True) as catalogue:
        hits = catalogue.search(text, at_us=_now_us())
        for hit in hits:
            price = _price(catalogue, hit.item.unit_price_minor)
            print(f"{hit.item.sku:<14} {price:>10}  {hit.item.name}")
    if not hits:
        print(f"nothing is named {text!r}")
    return 0 if hits else 1


@app.command
def show(code: str, /, *, till: Path = Path()) -> int:
    """Say what a scanned or keyed code means at this till.

    Args:
        code: barcode, PLU or SKU.
        till: the till's folder.
    """
    from posframe.catalogue.finder import CatalogueFinder
    from posframe.config import load_config
    from posframe.till import CATALOGUE_FILE

    config = load_config(till)
    finder = CatalogueFinder.open(till / CATALOGUE_FILE, config.till.currency, config.barcodes)
    try:
        found = finder.find(code, "", _now_us())
    finally:
        finder.close()
    if found is None:
        raise DataError(f"{code} is not in the catalogue", hint="posframe catalogue find NAME")
    print(f"{found.item.sku}  {found.item.name}")
    for name in ("department", "brand", "unit", "tax_category", "gtin", "price_version"):
        print(f"  {name:<14} {getattr(found.item, name)}")
    for name in ("quantity_milli", "price_minor", "attributes"):
        if getattr(found, name):
            print(f"  from the code: {name} {getattr(found, name)}")
    return 0


@app.command
def learned(*, till: Path = Path()) -> int:
    """List what was learnt at the till and is not in the catalogue's file yet.

    Args:
        till: the till's folder.
    """
    from posframe.catalogue.learned import LIST
    from posframe.store.database import open_reader, translated
    from posframe.till import JOURNAL_FILE

    path = till / JOURNAL_FILE
    if not path.exists():
        print("nothing was learnt")
        return 0
    connection = open_reader(path)
    with translated():
        rows = connection.execute(LIST).fetchall()
    connection.close()
    writer = csv.writer(sys.stdout)
    writer.writerow(("code", "name", "price_minor", "tax_category", "department", "learned_us"))
    writer.writerows(rows)
    return 0


@app.command
def export(file: Path | None = None, /, *, till: Path = Path()) -> int:
    """Write the catalogue as CSV, in the columns that import reads.

    Args:
        file: where to; without it, standard output.
        till: the till's folder.
    """
    target = file.open("w", encoding="utf-8", newline="") if file else sys.stdout
    with _opened(till, read_only=True) as catalogue:
        writer = csv.writer(target)
        writer.writerow(FIELDS)
        for item in catalogue.items(at_us=_now_us()):
            price = "" if item.price_minor is None else _price(catalogue, item.price_minor)
            codes = "|".join(each.code for each in item.codes)
            place = (item.brand, item.department, item.unit.code)
            writer.writerow((item.sku, item.name, *place, price, item.tax_category, codes))
    if file:
        target.close()
    return 0


def _opened(till: Path, *, read_only: bool = False) -> Catalogue:
    from posframe.catalogue.store import Catalogue
    from posframe.config import load_config
    from posframe.till import CATALOGUE_FILE

    currency = load_config(till).till.currency
    return Catalogue.open(till / CATALOGUE_FILE, currency=currency, read_only=read_only)


def _price(catalogue: Catalogue, minor: int | None) -> str:
    from posframe.kernel.domain.currencies import exponent
    from posframe.kernel.domain.money import format_minor

    return "open price" if minor is None else format_minor(minor, exponent(catalogue.currency))


def _print_report(report: ImportReport, *, dry_run: bool) -> None:
    done = "would be" if dry_run else "were" if report.written else "would have been"
    print(
        f"{report.rows:,} rows: {report.inserted:,} {done} inserted, {report.updated:,} updated, "
        f"{report.unchanged:,} unchanged, {report.refused:,} refused"
    )
    for error in report.errors[:ERRORS_SHOWN]:
        print(f"  line {error.line}, {error.column}: {error.message}")
    if report.error_count > ERRORS_SHOWN:
        print(f"  … and {report.error_count - ERRORS_SHOWN:,} more; --errors FILE writes them all")


def _now_us() -> int:
    return time.time_ns() // 1000

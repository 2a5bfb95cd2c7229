"""Real goods through the importer: a till with 92,331 products of a grocer, 30,000 barcodes."""

from __future__ import annotations

import csv
import gzip
import time
from typing import TYPE_CHECKING, Final

from benchmarks import plain_shop
from benchmarks.shop import PLUGINS
from posframe.catalogue.columns import ColumnMap
from posframe.catalogue.finder import CatalogueFinder
from posframe.catalogue.importer import ImportOptions, import_csv
from posframe.catalogue.store import Catalogue
from posframe.config import BarcodesSection
from posframe.till import CATALOGUE_FILE

if TYPE_CHECKING:
    from pathlib import Path

BARCODES: Final = "off_ean_products_30k.csv.gz"
PRODUCTS: Final = "completejourney_products.csv.gz"
COLUMNS: Final = {
    "sku": "product_id",
    "name": "product_type",
    "department": "department",
    "tax_category": "department",
    "brand": "brand",
}


def make_shop(folder: Path, departments: dict[str, str], data: Path) -> None:
    """Make a till whose catalogue is the real products, taxed by their department."""
    folder.mkdir(parents=True)
    names = ", ".join(f'"{name}"' for name in PLUGINS)
    taxes = "".join(_tax(name) for name in sorted(set(departments.values())))
    folder.joinpath("till.toml").write_text(
        'format = 1\n[till]\nid = "R1"\ncurrency = "USD"\n'
        f'[plugins]\nenable = [{names}]\n[plugins.loyalty]\ncard_prefix = "9528"\n{taxes}',
        encoding="utf-8",
    )
    columns = ColumnMap(
        columns=COLUMNS, defaults={"open_price": "1", "name": "Product without a name"}
    )
    with Catalogue.open(folder / CATALOGUE_FILE, currency="USD") as catalogue:
        options = ImportOptions(columns=columns)
        begin = time.perf_counter()
        report = import_csv(catalogue, data / PRODUCTS, options, at_us=0)
        seconds = time.perf_counter() - begin
    assert report.refused == 0, report.errors[:3]
    print(f"{report.inserted:,} products imported in {seconds:.1f} s")


def _tax(department: str) -> str:
    rate = 7 if department in plain_shop.FOOD else 19
    tax = f'code = "vat{rate}", label = "VAT {rate} %", rate = "{rate}", included = true'
    return f'[tax.categories."{department}"]\ntaxes = [{{ {tax} }}]\n'


def import_barcodes(path: Path, data: Path) -> int:
    """Import 30,000 real barcodes; return how many rows of the file cannot be scanned then.

    Two codes stand in the file twice and one in two lengths: of those the first row counts.
    """
    source = data / BARCODES
    with Catalogue.open(path) as catalogue:
        report = import_csv(catalogue, source, at_us=0)
        finder = CatalogueFinder(catalogue, BarcodesSection(), None)
        with gzip.open(source, "rt", encoding="utf-8", newline="") as file:
            found = [finder.find(row["ean"], "", 0) is not None for row in csv.DictReader(file)]
    print(
        f"{report.rows:,} real barcodes: {report.inserted:,} goods, {report.refused} of them"
        f" named again, {sum(found):,} of {len(found):,} rows scanned"
    )
    return len(found) - sum(found)

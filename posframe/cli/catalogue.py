"""``posframe catalogue``: import, export and look at what a till sells."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self

from cyclopts import App, Parameter

from posframe.errors import ConfigurationError, RuleViolation
from posframe.kernel.domain.quantity import Quantity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from posframe.catalogue.importer import ImportReport
    from posframe.catalogue.store import Catalogue
    from posframe.config import TillConfig
    from posframe.kernel.domain.item import Item
    from posframe.kernel.domain.views import FoundItem

app = App(name="catalogue", help="Import, export and look at what a till sells.")

Till = Annotated[Path, Parameter(name="--till")]

CATALOGUE_FILE = "catalogue.db"
JOURNAL_FILE = "till.db"
_ERRORS_SHOWN = 20
_CURRENCY_WITHOUT_CONFIGURATION = "EUR"


@app.command(name="import")
def import_(
    file: Path,
    *,
    till: Till,
    map_: Annotated[Path | None, Parameter(name="--map")] = None,
    dry_run: Annotated[bool, Parameter(negative="")] = False,
    strict: Annotated[bool, Parameter(negative="")] = False,
    errors: Path | None = None,
) -> int:
    """Put the items of a CSV file into the catalogue, all at once.

    Args:
        file: The file, gzipped or not; its first row names the columns.
        till: The till's folder.
        map_: A TOML file that says what the columns mean.
        dry_run: Only say what would happen.
        strict: Change nothing if any row is refused.
        errors: Write all refused rows to this CSV file.
    """
    from posframe.catalogue.columns import ColumnMap
    from posframe.catalogue.importer import ImportOptions, import_csv

    columns = ColumnMap.load(map_) if map_ else ColumnMap()
    with open_catalogue(till) as catalogue, _ProgressBar() as bar:
        options = ImportOptions(
            columns=columns, dry_run=dry_run, strict=strict, errors_path=errors, progress=bar
        )
        report = import_csv(catalogue, file, options, at_us=now_us())
    _show_report(report)
    return 1 if report.refused else 0


@app.command
def find(text: str, *, till: Till, limit: int = 20) -> int:
    """Search for items by parts of name, brand or code.

    Args:
        text: What an operator would type.
        till: The till's folder.
        limit: Most items shown.
    """
    with open_catalogue(till, read_only=True) as catalogue:
        hits = catalogue.search(text, limit, at_us=now_us())
        _show_items(((hit.item, hit.code) for hit in hits), catalogue.currency)
    return 0 if hits else 1


@app.command
def show(code: str, *, till: Till) -> None:
    """Show the item that a code means, with its prices.

    Args:
        code: A barcode, PLU or SKU.
        till: The till's folder.
    """
    from posframe.catalogue.lookup import find as find_code
    from posframe.catalogue.lookup import formats_of

    config = config_of(till)
    with open_catalogue(till, read_only=True) as catalogue:
        formats = formats_of(config.barcodes, currency=catalogue.currency) if config else None
        found = find_code(catalogue, code, now_us(), formats=formats)
        if found is None:
            raise RuleViolation(f"Nothing is known by {code}", hint="Try: posframe catalogue find")
        _show_items([(found.item, found.code)], catalogue.currency)
        for name, value in _said_by_code(found):
            print(f"{name}: {value}")
        _show_prices(catalogue, found.item.sku)


@app.command
def learned(*, till: Till) -> None:
    """List what was learnt at the till from unknown barcodes and waits for the back office.

    An item waits until the catalogue has its code, and one of the catalogue as long as its column
    ``learned`` says yes.

    Args:
        till: The till's folder.
    """
    from posframe.catalogue.learned import learned_items

    with open_catalogue(till, read_only=True) as catalogue:
        waiting = [
            (item.sku, item.name, item.unit_price_minor, item.department)
            for item in learned_items(till / JOURNAL_FILE)
            if not catalogue.is_known(item.sku)
        ]
        waiting += [
            (item.sku, item.name, item.price_minor, item.department)
            for item in catalogue.learned(at_us=now_us())
        ]
        rows = [
            (code, name, price_text(minor, catalogue.currency), department)
            for code, name, minor, department in waiting
        ]
    _show_table("Learned at the till", ("code", "name", "price", "department"), rows)


@app.command
def export(file: Path | None = None, *, till: Till) -> None:
    """Write the catalogue as CSV, which import reads back.

    Args:
        file: Where to; to standard output when left out.
        till: The till's folder.
    """
    from posframe.catalogue.exporter import export_csv

    with open_catalogue(till, read_only=True) as catalogue:
        if file is None:
            export_csv(catalogue, sys.stdout, at_us=now_us())
            return
        try:
            with file.open("w", encoding="utf-8", newline="") as out:
                count = export_csv(catalogue, out, at_us=now_us())
        except OSError as error:
            raise ConfigurationError(
                f"{file} cannot be written: {error.strerror}", hint="Name another file"
            ) from error
    print(f"{count} items written to {file}")


def open_catalogue(till: Path, *, read_only: bool = False) -> Catalogue:
    """Open the catalogue in a till's folder, in the till's currency."""
    from posframe.catalogue.store import Catalogue

    config = config_of(till)
    currency = config.till.currency if config else _CURRENCY_WITHOUT_CONFIGURATION
    return Catalogue.open(till / CATALOGUE_FILE, currency=currency, read_only=read_only)


def config_of(till: Path) -> TillConfig | None:
    """Return the till's configuration; a folder that is prepared before it has none."""
    from posframe.config import FILE_NAME, load_config

    return load_config(till) if (till / FILE_NAME).exists() else None


def now_us() -> int:
    """Return microseconds since 1970 UTC."""
    return time.time_ns() // 1000


class _ProgressBar:
    """Shows how far an import is, if anybody looks."""

    def __enter__(self) -> Self:
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self._bar = Progress(
            TextColumn("importing"),
            BarColumn(),
            TextColumn("{task.fields[rows]:,} rows"),
            TimeRemainingColumn(),
            transient=True,
        )
        self._bar.start()
        self._task = self._bar.add_task("import", rows=0)
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def __call__(self, rows: int, bytes_read: int, bytes_total: int) -> None:
        self._bar.update(self._task, completed=bytes_read, total=bytes_total, rows=rows)


def _show_report(report: ImportReport) -> None:
    rows = [
        ("rows", f"{report.rows:,}"),
        ("new", f"{report.inserted:,}"),
        ("changed", f"{report.updated:,}"),
        ("unchanged", f"{report.unchanged:,}"),
        ("refused", f"{report.refused:,}"),
    ]
    _show_table("Imported" if report.written else "Nothing was written", ("", ""), rows)
    if report.errors:
        shown = [
            (str(error.line), error.column, error.value[:40], error.message)
            for error in report.errors[:_ERRORS_SHOWN]
        ]
        title = f"Refused, the first {len(shown)} of {report.error_count:,} reasons"
        _show_table(title, ("line", "column", "value", "why"), shown)


def _show_items(found: Iterable[tuple[Item, str]], currency: str) -> None:
    rows = [
        (item.sku, code, item.name, item.brand, price_text(item.unit_price_minor, currency))
        for item, code in found
    ]
    _show_table("Items", ("SKU", "code", "name", "brand", f"price {currency}"), rows)


def _show_prices(catalogue: Catalogue, sku: str) -> None:
    rows = [
        (
            _moment(p.valid_from_us),
            _moment(p.valid_until_us),
            price_text(p.minor, catalogue.currency),
        )
        for p in catalogue.prices(sku)
    ]
    _show_table("Prices", ("from", "until", catalogue.currency), rows)


def _said_by_code(found: FoundItem) -> Iterable[tuple[str, str]]:
    if found.quantity_milli is not None:
        yield "quantity", str(Quantity(found.quantity_milli, found.item.unit))
    if found.price_minor is not None:
        yield "price in the code, in minor units", str(found.price_minor)
    yield from found.attributes


def _show_table(title: str, headers: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", show_header=any(headers))
    for header in headers:
        table.add_column(header)
    for row in rows:
        table.add_row(*(Text(_printable(cell)) for cell in row))  # Text: a name may hold [brackets]
    Console().print(table)


def _printable(text: str) -> str:
    """Replace what could steer the terminal: names are shown as they came in."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)


def price_text(minor: int | None, currency: str) -> str:
    """Return a price as it is shown; None: the operator keys it."""
    from posframe.kernel.domain.currencies import exponent
    from posframe.kernel.domain.money import format_minor

    return "open" if minor is None else format_minor(minor, exponent(currency))


def _moment(at_us: int | None) -> str:
    if at_us is None:
        return ""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at_us // 1_000_000))

"""A shop to measure in: a till's folder with invented goods, made through the public doors only."""

from __future__ import annotations

import csv
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from posframe import commands
from posframe.catalogue.importer import import_csv
from posframe.catalogue.store import Catalogue
from posframe.kernel.domain.identifiers import check_digit
from posframe.till import CATALOGUE_FILE

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from posframe import Till

PLUGINS: Final = ("payments", "loyalty", "inventory")
CARD: Final = "9528000000017"
AT_US: Final = 1_700_000_000_000_000
BURST: Final = 2_000
"""Scans submitted at once when a basket is filled; a till lets some thousands wait."""


@attrs.frozen(kw_only=True)
class Shop:
    """What the shop is like."""

    skus: int = 1_000
    plugins: tuple[str, ...] = PLUGINS
    printer: str = ""
    """Address of an ESC/POS printer with a drawer on it; empty: neither."""
    currency: str = "EUR"
    timezone: str = "Europe/Berlin"


def add_folder_option(parser: argparse.ArgumentParser) -> None:
    """Let a benchmark be told on which disk to work."""
    parser.add_argument("--folder", type=Path, help="work here; it has to be on a real disk")


@contextmanager
def workspace(parent: Path | None = None) -> Iterator[Path]:
    """Make a folder for the time of a block."""
    with tempfile.TemporaryDirectory(prefix="posframe-bench-", dir=parent) as folder:
        yield Path(folder)


def make_shop(folder: Path, shop: Shop) -> list[str]:
    """Make a till's folder and return the barcodes of its goods."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.joinpath("till.toml").write_text(till_toml(shop), encoding="utf-8")
    codes = codes_of(shop)
    goods = folder / "goods.csv"
    with goods.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("sku", "name", "department", "price", "tax_category", "gtin"))
        for number, code in enumerate(codes):
            category = ("standard", "reduced")[number % 2]
            price = f"{number % 40}.{number % 10}9"
            department = f"department {number % 20}"
            writer.writerow((f"A{number}", name_of(number), department, price, category, code))
    with Catalogue.open(folder / CATALOGUE_FILE, currency=shop.currency) as catalogue:
        report = import_csv(catalogue, goods, at_us=AT_US)
    assert report.refused == 0, report.errors
    goods.unlink()
    return codes


def codes_of(shop: Shop) -> list[str]:
    """Return the barcodes of a shop's goods."""
    return [_ean(number) for number in range(shop.skus)]


def name_of(number: int) -> str:
    """Return the name of one of the goods: letters, none of which its neighbours have there too.

    A screen sends only what differs from what it shows; such a name is always sent whole.
    """
    return "".join(chr(ord("a") + (number + 3 * place) % 26) for place in range(8))


def till_toml(shop: Shop) -> str:
    """Return the settings of a till."""
    names = ", ".join(f'"{name}"' for name in shop.plugins)
    return (
        f'format = 1\n[till]\nid = "B1"\nstore = "Benchmark"\ncurrency = "{shop.currency}"\n'
        f'timezone = "{shop.timezone}"\n[plugins]\nenable = [{names}]\n'
        + (_LOYALTY if "loyalty" in shop.plugins else "")
        + _TAXES
        + (_DEVICES.format(shop.printer) if shop.printer else "")
    )


def fill_basket(till: Till, codes: Sequence[str], lines: int) -> None:
    """Make the open sale one of ``lines`` lines; what was open is given up."""
    if till.state.transaction is not None:
        accept(till, commands.Cancel())
    for begin in range(0, lines, BURST):
        count = min(BURST, lines - begin)
        tickets = [
            till.submit(commands.AddItem(code=codes[(begin + at) % len(codes)]))
            for at in range(count)
        ]
        for ticket in tickets:
            outcome = ticket.wait()
            assert outcome.accepted, outcome.words
    sale = till.call(lambda: till.parts.engine.state.transaction)
    assert (len(sale.basket.lines) if sale else 0) == lines, "every line is in the basket"


def accept(till: Till, command: object) -> None:
    """Do a command that has to be accepted: a refusal is quick and would flatter the figure."""
    outcome = till.do(command)
    assert outcome.accepted, outcome.words


def _ean(number: int) -> str:
    digits = f"4{number * 7919 % 10**11:011d}"
    return digits + check_digit(digits)


_LOYALTY: Final = '[plugins.loyalty]\ncard_prefix = "9528"\n'
_TAXES: Final = """
[tax.categories.standard]
taxes = [{ code = "vat19", label = "VAT 19 %", rate = "19", included = true }]
[tax.categories.reduced]
taxes = [{ code = "vat7", label = "VAT 7 %", rate = "7", included = true }]
"""
_DEVICES: Final = """
[devices.printer]
uri = "escpos+{}"
[devices.drawer]
uri = "drawer+on://printer"
"""

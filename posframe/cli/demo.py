"""Filling a demonstration till: goods, prices, offers, loyalty cards, stock; each by its door."""

from __future__ import annotations

import csv
import shutil
import time
import zoneinfo
from typing import TYPE_CHECKING

from posframe.catalogue.importer import import_csv
from posframe.catalogue.price_import import import_prices
from posframe.catalogue.price_lists import PriceList
from posframe.catalogue.store import Catalogue
from posframe.config import load_config
from posframe.demo import members_path, offers_path, prices_paths, products_path
from posframe.errors import DataError
from posframe.session import Session
from posframe.till import CATALOGUE_FILE, Till

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OPENING_STOCK = 60
"""Pieces or kilograms of everything that is kept in stock."""


def fill(folder: Path) -> None:
    """Put the demonstration shop into a till's folder.

    Raises:
        DataError: a row or an entry was refused; the shop is not whole.
    """
    _fill_catalogue(folder)
    shutil.copyfile(offers_path(), folder / offers_path().name)
    with Till.open(folder) as till:
        session = Session(till)
        tickets = [till.submit(session.read(entry)) for entry in _entries()]
        for ticket in tickets:
            error = ticket.wait().error
            if error is not None:
                raise error


def _fill_catalogue(folder: Path) -> None:
    till, now_us = load_config(folder).till, time.time_ns() // 1000
    zone = zoneinfo.ZoneInfo(till.timezone)
    with Catalogue.open(folder / CATALOGUE_FILE, currency=till.currency) as catalogue:
        errors = list(import_csv(catalogue, products_path(), at_us=now_us).errors)
        for id_, path in prices_paths().items():
            done = import_prices(catalogue, path, _PRICE_LISTS[id_], zone=zone, at_us=now_us)
            errors += done.errors
    if errors:
        raise DataError(f"The demonstration shop has bad rows: {errors[0]}")


_PRICE_LISTS = {
    "member": PriceList(id="member", name="Member prices", groups=("member",)),
    "bulk": PriceList(id="bulk", name="Six and more"),
}


def _entries() -> Iterator[str]:
    with members_path().open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield f".enrol {row['card_number']} {row['points']}"
    with products_path().open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["open_price"] != "1" and not row["sku"].startswith("DEP"):
                yield f".count {row['sku']} {OPENING_STOCK}"

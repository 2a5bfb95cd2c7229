"""Filling a demonstration till: goods, loyalty cards and stock, each through its public door."""

from __future__ import annotations

import csv
import time
from typing import TYPE_CHECKING

from posframe.catalogue.importer import import_csv
from posframe.catalogue.store import Catalogue
from posframe.config import load_config
from posframe.demo import members_path, products_path
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
    config = load_config(folder)
    with Catalogue.open(folder / CATALOGUE_FILE, currency=config.till.currency) as catalogue:
        report = import_csv(catalogue, products_path(), at_us=time.time_ns() // 1000)
    if report.refused:
        raise DataError(f"The demonstration shop has bad rows: {report.errors[0]}")
    with Till.open(folder) as till:
        session = Session(till)
        tickets = [till.submit(session.read(entry)) for entry in _entries()]
        for ticket in tickets:
            error = ticket.wait().error
            if error is not None:
                raise error


def _entries() -> Iterator[str]:
    with members_path().open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield f".enrol {row['card_number']} {row['points']}"
    with products_path().open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["open_price"] != "1" and not row["sku"].startswith("DEP"):
                yield f".count {row['sku']} {OPENING_STOCK}"

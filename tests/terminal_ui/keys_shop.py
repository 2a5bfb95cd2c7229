"""The shop of the day by keys: its folder on disk, and its journal watched from outside."""

from __future__ import annotations

import contextlib
import datetime
import sqlite3
import time
from pathlib import Path

import attrs

from posframe.catalogue.records import ItemCode, NewItem
from posframe.catalogue.store import Catalogue
from posframe.kernel.domain.quantity import Unit
from posframe.testing.tills import GOODS
from tests.simulation.day_shop import make_shop

PATIENCE_S = 20.0


def make_keys_shop(folder: Path, url: str) -> Path:
    """Write the till's folder, with a catalogue on disk and a rate of the dollar from today."""
    make_shop(folder, url)
    settings = folder / "till.toml"
    today = datetime.datetime.fromtimestamp(time.time(), tz=datetime.UTC).date().isoformat()
    text = settings.read_text().replace("2025-12-31", today)
    settings.write_text(text.replace('enable = ["payments"', 'enable = ["terminal", "payments"'))
    catalogue = Catalogue.open(folder / "catalogue.db", currency="EUR")
    catalogue.put((*GOODS, *LESSON_GOODS), at_us=0)
    catalogue.close()
    return folder


LESSON_GOODS = (
    NewItem(
        sku="10001",
        name="Fresh whole milk",
        codes=(ItemCode("9521307000162"),),
        price_minor=119,
        tax_category="reduced",
    ),
    NewItem(
        sku="11001",
        name="Wheat roll",
        codes=(ItemCode("1001"),),
        price_minor=35,
        tax_category="reduced",
    ),
    NewItem(
        sku="10025",
        name="Mountain cheese",
        codes=(ItemCode("1101"),),
        price_minor=1890,
        unit=Unit.KILOGRAM,
        weighed=True,
        tax_category="reduced",
    ),
)
"""What the lesson of the day is about, as the demonstration shop has them."""


@attrs.define
class Watch:
    """Looks at the journal from outside."""

    path: Path

    def rows(self, after: int) -> list[tuple[int, str]]:
        """Return number and name of the rows behind one."""
        return self._asked("SELECT seq, name FROM journal WHERE seq > ? ORDER BY seq", after)

    def head(self) -> int:
        """Return the number of the last row; 0 while there is none."""
        found = self._asked("SELECT coalesce(max(seq), 0), '' FROM journal WHERE seq > ?", 0)
        return found[0][0] if found else 0

    def _asked(self, sql: str, after: int) -> list[tuple[int, str]]:
        if not self.path.exists():
            return []
        uri = f"file:{self.path}?mode=ro"
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=10)) as connection:
                    return connection.execute(sql, (after,)).fetchall()
            except sqlite3.OperationalError:  # it is being made, or put in order after a kill
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

"""Tills for tests: a folder with a few goods, nothing outside, the same day every time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from posframe.catalogue.finder import CatalogueFinder
from posframe.catalogue.records import ItemCode, NewItem
from posframe.catalogue.store import Catalogue
from posframe.config import FILE_NAME, BarcodesSection
from posframe.testing.ports import CountingIds, ManualClock
from posframe.till import Ports, Till

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

GOODS = (
    NewItem(sku="PEN", name="Pen", codes=(ItemCode("4006381333931"),), price_minor=150),
    NewItem(sku="PAD", name="Pad", codes=(ItemCode("96385074"),), price_minor=399),
    NewItem(sku="INK", name="Ink", codes=(ItemCode("036000291452"),), price_minor=1295),
    NewItem(sku="TEA", name="Tea", price_minor=249, tax_category="reduced"),
    NewItem(sku="GIN", name="Gin", price_minor=1799, minimum_age_years=18),
)
"""What test tills sell; TEA is taxed at 7 %, GIN needs an age check."""

_SETTINGS = """format = 1

[till]
id = "T01"
store = "Test store"
currency = "EUR"
country = "DE"

[plugins]
enable = [{plugins}]

[tax.categories.standard]
taxes = [{{ code = "vat19", label = "VAT 19 %", rate = "19", included = true }}]

[tax.categories.reduced]
taxes = [{{ code = "vat7", label = "VAT 7 %", rate = "7", included = true }}]

[cash]
denominations = ["0.01", "0.02", "0.05", "0.10", "0.20", "0.50", "1", "2", "5", "10", "20", "50"]
float = "150.00"

[devices.printer]
uri = "escpos+virtual:receipts"

[devices.drawer]
uri = "drawer+on://printer"
"""


def make_till(
    folder: Path,
    *,
    items: Iterable[NewItem] = GOODS,
    plugins: Sequence[str] = ("payments",),
    settings: str = "",
    ports: Ports | None = None,
) -> Till:
    """Open a till in ``folder``; one that is there already goes on where it stopped.

    Args:
        folder: gets a ``till.toml`` if it has none.
        items: what it sells; the catalogue is in memory.
        plugins: names of installed plugins.
        settings: more text for ``till.toml``, such as a plugin's table.
        ports: instead of ``quiet_ports()``: a clock to move, effects that are done, a crash disk.

    Raises:
        PosframeError: it cannot start; the message says what to do.
    """
    write_settings(folder, plugins=plugins, settings=settings)
    chosen = ports or quiet_ports()
    if chosen.catalogue is None:
        chosen = attrs.evolve(chosen, catalogue=memory_catalogue(items))
    return Till.open(folder, chosen)


def quiet_ports() -> Ports:
    """Return ports of a till alone in the world: its clock stands, its jobs wait, no lock, no key.

    To open the same folder again, pass ``ids`` that begin above those the journal has.
    """
    return Ports(clock=ManualClock(), ids=CountingIds(), effects=False, lock=False)


def memory_catalogue(items: Iterable[NewItem] = GOODS, *, currency: str = "EUR") -> CatalogueFinder:
    """Return a catalogue of ``items`` that ends with the process."""
    catalogue = Catalogue.in_memory(currency=currency)
    catalogue.put(items, at_us=0)
    return CatalogueFinder(catalogue, BarcodesSection(), None)


def write_settings(
    folder: Path, *, plugins: Sequence[str] = ("payments",), settings: str = ""
) -> None:
    """Write the ``till.toml`` of a test till into ``folder``, unless it has one."""
    path = folder / FILE_NAME
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        names = ", ".join(f'"{name}"' for name in plugins)
        path.write_text(_SETTINGS.format(plugins=names) + settings, encoding="utf-8")

"""The page of price lists: its file can be imported, and says what the page says of it."""

from __future__ import annotations

import zoneinfo
from typing import TYPE_CHECKING

import attrs

from posframe.catalogue.price_file import COLUMNS
from posframe.catalogue.price_import import import_prices
from posframe.catalogue.price_lists import PriceList, PriceQuery
from posframe.catalogue.records import ItemCode, NewItem
from posframe.catalogue.store import Catalogue
from posframe.cli import prices
from posframe.kernel.domain.quantity import KILOGRAM
from tests.docs.pages import blocks, page, tables

if TYPE_CHECKING:
    from pathlib import Path

PAGE = page("docs/tills/prices.md")
UTC = zoneinfo.ZoneInfo("UTC")
DECEMBER_US = 1_796_083_200_000_000
"""2026-12-01 00:00 UTC."""


def named(heading: str) -> set[str]:
    return {row[0].strip("`") for row in tables(PAGE, heading)}


def test_the_file_of_the_page_means_what_the_page_says(tmp_path: Path):
    """0.99; 0.89 from twelve; 5.40 the carton; 1.79 for 100 g in December."""
    path = tmp_path / "prices.csv"
    path.write_text(blocks(PAGE, "csv")[0].text, encoding="utf-8")
    carton = (ItemCode("10614141000415", 6000),)
    with Catalogue.in_memory() as catalogue:
        beer = NewItem(sku="BEER", name="Beer", price_minor=100, codes=carton)
        ham = NewItem(sku="HAM", name="Ham", price_minor=1990, unit=KILOGRAM, weighed=True)
        catalogue.put([beer, ham], at_us=0)
        assert import_prices(catalogue, path, PriceList(id="a"), zone=UTC, at_us=0).written

        def asked(sku: str, **query: int) -> tuple[int, int]:
            at = PriceQuery(**{"at_us": DECEMBER_US, **query})
            found = catalogue.price_lists.find(sku, at)
            assert found is not None
            return found.price_minor, found.price_per_milli

        assert asked("BEER") == (99, 1000)
        assert asked("BEER", quantity_milli=12_000) == (89, 1000)
        assert asked("BEER", pack_milli=6000, quantity_milli=6000) == (540, 6000)
        assert asked("HAM") == (179, 100)
        assert asked("HAM", at_us=DECEMBER_US - 1) == (1990, 1000)


def test_the_page_names_every_column_and_every_option():
    """And none that there is not."""
    assert named("## A file") == set(COLUMNS)
    options = {f"--{field.name.rstrip('_')}" for field in attrs.fields(prices.Terms)}
    rows = tables(PAGE, "## A list")
    told = {option for row in rows for option in row[0].replace("`", "").split(", ")}
    assert told == {"--list", *options}

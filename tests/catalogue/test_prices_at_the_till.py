"""Price lists at a till: the price of the moment, of the card, of the store, on the record."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from posframe.catalogue.finder import CatalogueFinder
from posframe.catalogue.price_import import import_prices
from posframe.catalogue.price_lists import PriceList
from posframe.catalogue.records import ItemCode, NewItem
from posframe.catalogue.store import Catalogue
from posframe.config import BarcodesSection
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.quantity import KILOGRAM
from posframe.session import Session
from posframe.testing.ports import ManualClock
from posframe.testing.tills import make_till, quiet_ports

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
CARD, STAFF_CARD = "9528000000017", "9528001000016"
CARTON = "10614141000415"
ITEMS = (
    NewItem(sku="TEA1", name="Tea", price_minor=200, floor_minor=120),
    NewItem(sku="BEER1", name="Beer", price_minor=100, codes=(ItemCode(CARTON, 6000),)),
    NewItem(sku="HAM1", name="Ham", price_minor=1990, unit=KILOGRAM, weighed=True),
)
LOYALTY = """
[plugins.loyalty]
card_prefix = "9528"
groups = ["member"]

[plugins.loyalty.prefix_groups]
9528001 = "staff"
"""


class Cashier:
    """A till whose clock is moved, and whose catalogue somebody else changes."""

    def __init__(self, folder: Path, tmp_path: Path) -> None:
        self.clock = ManualClock(_us(2026, 11, 30, 22))
        self.path = tmp_path / "catalogue.db"
        with Catalogue.open(self.path) as catalogue:
            catalogue.put(ITEMS, at_us=0)
        finder = CatalogueFinder.open(self.path, "EUR", BarcodesSection())
        ports = attrs.evolve(quiet_ports(), clock=self.clock, catalogue=finder)
        plugins = ("payments", "loyalty")
        self.till = make_till(folder, plugins=plugins, settings=LOYALTY, ports=ports)
        self.session = Session(self.till)
        self._file = tmp_path / "list.csv"

    def lists(self, id_: str, *rows: str, **terms: Any) -> None:
        """Import a price list, as the back office would, while the till is running."""
        self._file.write_text("\n".join(rows), encoding="utf-8")
        with Catalogue.open(self.path) as catalogue:
            done = import_prices(
                catalogue, self._file, PriceList(id=id_, **terms), zone=BERLIN, at_us=0
            )
        assert done.written, done.errors

    def __call__(self, *entries: str) -> list[int]:
        """Type entries and return what the lines cost."""
        for entry in entries:
            outcome = self.till.do(self.session.read(entry))
            assert outcome.accepted, outcome.words
        return [line.amount_minor for line in self.lines if not line.voided]

    @property
    def lines(self) -> list[Any]:
        return list(self.till.state.transaction.basket.lines)


def _us(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp()) * 1_000_000


@pytest.fixture
def cashier(tmp_path: Path) -> Iterator[Cashier]:
    opened = Cashier(tmp_path / "till", tmp_path)
    yield opened
    opened.till.close()


def test_a_price_begins_and_ends_with_the_day_at_the_till(cashier):
    """December's price in Berlin: from 23:00 UTC of the 30th; the till did nothing meanwhile."""
    rows = ("sku,price,from,until", "TEA1,1.50,2026-12-01,2026-12-02")
    cashier.lists("advent", *rows)
    assert cashier("TEA1") == [200]
    for moment, price in (
        (_us(2026, 11, 30, 22, 59, 59), 200),
        (_us(2026, 11, 30, 23), 150),
        (_us(2026, 12, 2, 22, 59, 59), 150),
        (_us(2026, 12, 2, 23), 200),
    ):
        cashier.clock.jump(moment)
        assert set(cashier("TEA1")) == {price}


def test_a_list_that_is_imported_while_the_till_sells_counts_from_the_next_scan(cashier):
    """Goods the till sold without a list before are asked about now."""
    assert cashier("TEA1") == [200]
    cashier.lists("member", "sku,price", "TEA1,1.80")
    assert cashier("BEER1") == [200, 100]
    assert cashier("TEA1")[2] == 180


def test_a_members_card_brings_the_groups_of_its_beginning(cashier):
    """Every card is a member's; one that begins 9528001 is staff's too."""
    cashier.lists("member", "sku,price", "TEA1,1.80", groups=("member",))
    cashier.lists("staff", "sku,price", "TEA1,1.60", groups=("staff",))
    cashier(f".enrol {CARD}", f".enrol {STAFF_CARD}", "TEA1")
    assert cashier(f".customer {CARD}") == [180]
    assert cashier.till.state.transaction.customer_groups == ("member",)
    assert cashier(f".customer {STAFF_CARD}") == [160]
    assert cashier.till.state.transaction.customer_groups == ("member", "staff")
    assert cashier(".customer") == [200]


def test_a_list_of_another_store_is_not_for_this_one(cashier):
    """This one is called "Test store"."""
    cashier.lists("north", "sku,price", "TEA1,1.10", stores=("North",))
    cashier.lists("here", "sku,price", "TEA1,1.70", stores=("North", "Test store"))
    assert cashier("TEA1") == [170]


def test_cartons_weights_and_quantities_have_their_prices(cashier):
    """5.10 the carton; 1.79 for 100 g from half a kilogram on; 0.90 from twelve on."""
    cashier.lists(
        "all",
        "sku,price,min_quantity,pack,per",
        "BEER1,5.10,,6,",
        "BEER1,0.90,12,,",
        "HAM1,1.79,0.5,,0.1",
    )
    assert cashier(CARTON, "11 * BEER1") == [510, 1100]
    assert cashier("BEER1") == [510, 990, 90]
    # 0.3 kg at 19.90 is 5.97; 0.6 kg at 1.79 for 0.1 kg is twice 5.37.
    assert cashier("0.3 * HAM1")[3:] == [597]
    assert cashier("0.3 * HAM1")[3:] == [537, 537]


def test_the_record_says_which_price_each_line_was_sold_at(cashier):
    """By a number that stands for that price after the list is gone."""
    cashier.lists("member", "sku,price", "TEA1,1.80")
    cashier("TEA1", "BEER1")
    assert cashier.till.do(cmd.Pay(type="cash")).accepted
    rows = cashier.till.call(lambda: list(cashier.till.parts.journal.read()))
    sold = next(row.event for row in rows if row.name == "sale.Completed")
    lines = [each.line for each in sold.lines]
    tea, beer = lines
    assert (tea.price_list, beer.price_list) == ("member", "")
    with Catalogue.open(cashier.path) as catalogue:
        with catalogue.change():
            catalogue.price_lists.remove("member", at_us=1)
        found = [catalogue.price_lists.origin(line.price_version) for line in lines]
    assert [(each.sku, each.price_list, each.price_minor) for each in found] == [
        ("TEA1", "member", 180),
        ("BEER1", "", 100),
    ]


def test_an_operator_goes_no_lower_than_the_floor_of_the_catalogue(cashier):
    """1.20 will do, 1.19 will not; a list may ask less, for the back office wrote it."""
    cashier.lists("clearance", "sku,price", "TEA1,1.00")
    assert cashier("TEA1") == [100]
    outcome = cashier.till.do(cashier.session.read(".price 119"))
    assert (outcome.accepted, outcome.hint) == (False, "type 1.20 or more")
    assert cashier(".price 120") == [120]

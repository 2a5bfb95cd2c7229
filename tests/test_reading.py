"""A till read from outside: its past, its goods and its settings, while it may be running."""

from __future__ import annotations

import pytest

from posframe import (
    FoundCustomer,
    JournalReader,
    events,
    hookimpl,
    read_shop,
    sale_before_offers,
)
from posframe.catalogue.records import ItemCode, NewItem
from posframe.catalogue.store import Catalogue
from posframe.errors import ConfigurationError, JournalUnavailable
from posframe.kernel.domain import commands as cmd
from tests.kernel.notes import Note, Noted, NotesPlugin
from tests.kernel.shop import (
    PenOffers,
    events_of,
    open_till,
    recorded_of,
    with_offers,
    with_plugins,
    write_settings,
)

SECOND_US = 1_000_000


@pytest.fixture
def folder(tmp_path):
    write_settings(tmp_path, more='[plugins.loyalty]\ncard_prefix = "9"\n', plugins=())
    (tmp_path / "till.toml").write_text(
        (tmp_path / "till.toml")
        .read_text()
        .replace("enable = []", 'enable = ["payments", "loyalty"]')
    )
    return tmp_path


def sell(till, *codes):
    for code in codes:
        assert till.do(cmd.AddItem(code=code)).accepted
    assert till.do(cmd.Pay(type="cash")).accepted


# The journal


def test_the_rows_of_the_asked_kinds_are_read_in_order_while_the_till_runs(folder):
    with open_till(folder, path=folder / "till.db") as till:
        sell(till, "PEN")
        sell(till, "MILK", "PEN")
        known = [row for row in recorded_of(till) if row.name == "sale.Completed"]
        with JournalReader(folder) as journal:
            found = list(journal.read(events.TransactionCompleted))
            both = list(journal.read(events.TransactionOpened, events.LineAdded))
        assert [(row.seq, row.event) for row in found] == [(row.seq, row.event) for row in known]
        assert [row.name for row in both] == [
            "sale.Opened", "sale.LineAdded", "sale.Opened", "sale.LineAdded", "sale.LineAdded",
        ]  # fmt: skip
        till.do(cmd.AddItem(code="PEN"))


def test_a_journal_is_named_by_its_file_or_the_folder_of_its_till(folder):
    with open_till(folder, path=folder / "till.db") as till:
        sell(till, "PEN")
    for path in (folder, folder / "till.db"):
        with JournalReader(path) as journal:
            assert journal.count(events.TransactionCompleted) == 1
    Catalogue.open(folder / "catalogue.db", currency="EUR").close()
    for path in (
        folder / "nothing.db",
        folder.parent,
        folder / "till.toml",
        folder / "catalogue.db",
    ):
        with pytest.raises(JournalUnavailable, match="holds no journal"):
            JournalReader(path)


def test_rows_are_read_from_a_moment_until_another(folder):
    with open_till(folder, path=folder / "till.db") as till:
        clock = till.parts.clock
        moments = []
        for _ in range(3):
            sell(till, "PEN")
            moments.append(recorded_of(till)[-1].wall_us)
            clock.advance(60 * SECOND_US)
    with JournalReader(folder) as journal:
        kind = events.TransactionCompleted
        assert journal.count(kind, from_us=moments[1]) == 2
        assert journal.count(kind, until_us=moments[1]) == 1
        middle = list(journal.read(kind, from_us=moments[1], until_us=moments[2]))
        assert [row.event.receipt_number for row in middle] == [2]
        assert journal.count(kind, from_us=moments[1], until_us=moments[2]) == 1


def test_events_of_a_plugin_are_read_by_whoever_has_their_class(folder):
    with with_plugins(notes=NotesPlugin()), open_till(folder, path=folder / "till.db") as till:
        assert till.do(Note("a")).accepted
    with JournalReader(folder) as journal:
        assert [row.event for row in journal.read(Noted)] == [Noted("a")]


# Past sales


def test_a_completed_sale_is_seen_as_it_was_before_its_offers(folder):
    """Three pens for two, one pad taken back, a discount on one line, and 3 % off it all."""
    with open_till(folder, path=folder / "till.db") as till:
        with_offers(till, PenOffers())
        for code in ("PEN", "MILK", "PEN", "PEN"):
            till.do(cmd.AddItem(code=code))
        till.do(cmd.VoidLine(number=2))
        till.do(cmd.Discount(number=3, percent_milli=10_000))
        till.do(cmd.Discount(number=0, percent_milli=3_000))
        till.do(cmd.Pay(type="cash"))
        (completed,) = events_of(till, events.TransactionCompleted)
    assert [row.offer for row in completed.offers] == ["pens"]
    sale = sale_before_offers(completed)
    lines = list(sale.lines())
    assert [line.number for line in lines] == [1, 3, 4]
    assert [line.deal_minor for line in lines] == [0, 0, 0]
    # 0.99 each, of which a tenth of the second is 0.10
    assert [line.amount_minor for line in lines] == [99, 89, 99]
    assert (sale.line_count, sale.line(2).voided) == (4, True)
    assert sale.offers == ()
    assert (sale.totalled, sale.tender_meant) == (True, "cash")
    assert (sale.id, sale.opened_us, sale.currency) == (
        completed.transaction, completed.opened_us, "EUR",
    )  # fmt: skip
    rows = [row for row in PenOffers().price(sale, (1, 3, 4)) if row.minor]
    assert [(row.offer, row.minor, row.shares) for row in rows] == [
        (row.offer, row.minor, row.shares) for row in completed.offers
    ]


class Staff:
    """Knows one card, of somebody who is staff."""

    criticality = "degradable"

    @hookimpl
    def posframe_identify_customer(self, code):
        return FoundCustomer(customer="c7", groups=("staff",)) if code == "CARD7" else None


def test_a_completed_sale_keeps_the_groups_of_its_customer(folder):
    """Offers that are for them find them again."""
    with with_plugins(staff=Staff()), open_till(folder, path=folder / "till.db") as till:
        assert till.do(cmd.AddItem(code="CARD7")).accepted
        sell(till, "PEN")
    with JournalReader(folder) as journal:
        (row,) = journal.read(events.TransactionCompleted)
    assert row.event.customer_groups == ("staff",)
    sale = sale_before_offers(row.event)
    assert (sale.customer, sale.customer_plugin, sale.customer_groups) == (
        "c7", "staff", ("staff",),
    )  # fmt: skip


# The shop


def test_a_shop_is_read_without_starting_its_till(folder):
    shop = read_shop(folder)
    assert (shop.currency, shop.timezone, shop.store, shop.folder) == ("EUR", "UTC", "", folder)
    assert shop.tenders == ("cash",)
    assert shop.settings("loyalty") == {"card_prefix": "9"}
    assert shop.settings("payments") == {}
    assert not (folder / "till.db").exists()


def test_the_plugin_that_asks_is_not_made_for_its_settings_may_be_what_is_wrong(folder):
    path = folder / "till.toml"
    path.write_text(path.read_text().replace("card_prefix", "card_prfix"), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="card_prfix is not a setting"):
        read_shop(folder)
    shop = read_shop(folder, without="loyalty")
    assert shop.tenders == ("cash",)
    assert shop.settings("loyalty") == {"card_prfix": "9"}


def test_wares_are_what_can_be_sold_today(folder):
    with Catalogue.open(folder / "catalogue.db", currency="EUR") as catalogue:
        catalogue.put(
            [
                NewItem(
                    sku="PEN", name="Pen", department="Office", price_minor=150, floor_minor=120,
                    codes=(ItemCode("4006381333931"),),
                ),
                NewItem(sku="HAM", name="Ham", price_minor=1_990, weighed=True),
                NewItem(sku="FIX", name="Repair", price_minor=100, open_price=True),
                NewItem(sku="OLD", name="Gone", price_minor=100, active=False),
            ],
            at_us=0,
        )  # fmt: skip
    pen, ham, fix = read_shop(folder).wares()
    assert (pen.sku, pen.name, pen.department, pen.codes) == (
        "PEN", "Pen", "Office", ("04006381333931",),
    )  # fmt: skip
    assert (pen.price_minor, pen.floor_minor, pen.weighed) == (150, 120, False)
    assert (ham.sku, ham.weighed) == ("HAM", True)
    assert fix.price_minor is None, "it is keyed at the till"


def test_a_shop_without_a_catalogue_has_no_wares(folder):
    with pytest.raises(ConfigurationError):
        list(read_shop(folder).wares())

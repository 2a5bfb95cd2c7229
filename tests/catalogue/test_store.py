from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.catalogue import schema
from posframe.catalogue.records import ItemCode, NewItem
from posframe.catalogue.store import Catalogue
from posframe.errors import ConfigurationError, DataError, RuleViolation
from posframe.kernel.domain.quantity import KILOGRAM
from tests.catalogue.conftest import NOW_US, item

if TYPE_CHECKING:
    from pathlib import Path

EAN = "4006381333931"


def price(catalogue: Catalogue, sku: str, at_us: int) -> int | None:
    found = catalogue.find_sku(sku, at_us)
    assert found is not None
    return found.unit_price_minor


# Finding


def test_gtin_of_any_length_is_found_by_its_fourteen_digits(catalogue):
    """8, 12, 13 and 14 digits are one kind of number, stored in 14."""
    codes = ["96385074", "036000291452", EAN, "10614141000415"]
    catalogue.put([item(code, "Thing", code) for code in codes], at_us=NOW_US)
    for code in codes:
        match = catalogue.find_code(code.zfill(14), NOW_US)
        assert match is not None
        assert (match.item.sku, match.item.gtin) == (code, code.zfill(14))


def test_item_comes_back_with_all_that_was_put(catalogue):
    """Nothing an item says is lost or bent."""
    put = NewItem(
        sku="A 1",
        name="Käse [mild] «x»",
        codes=(ItemCode(EAN), ItemCode("4711", 6000)),
        price_minor=1999,
        unit=KILOGRAM,
        brand="Øl",
        department="dairy",
        tax_category="reduced",
        minimum_age_years=18,
        weighed=True,
        open_price=False,
        deposit_sku="DEP",
        popularity=12,
        learned=True,
    )
    catalogue.put_item(put, at_us=NOW_US)
    assert list(catalogue.items(at_us=NOW_US)) == [put]
    found = catalogue.find_sku("A 1", NOW_US)
    assert found is not None
    assert (found.unit, found.unit_price_minor, found.weighed) == (KILOGRAM, 1999, True)
    assert (found.tax_category, found.department, found.brand) == ("reduced", "dairy", "Øl")
    assert (found.minimum_age_years, found.deposit_sku) == (18, "DEP")


def test_pack_code_says_how_much_it_sells(catalogue):
    """The carton's code sells six of the item."""
    codes = (ItemCode(EAN), ItemCode("10614141000415", 6000))
    catalogue.put_item(NewItem(sku="1", name="Beer", codes=codes), at_us=NOW_US)
    match = catalogue.find_code("10614141000415", NOW_US)
    assert match is not None
    assert match.quantity_milli == 6000


@pytest.mark.parametrize("code", ["", "nothing", "\x00", "\udcff", "' OR 1=1 --", "x" * 10_000])
def test_what_is_not_there_is_not_found(catalogue, code):
    """A code is data, whatever it holds."""
    catalogue.put_item(item("1", "Thing", EAN), at_us=NOW_US)
    assert catalogue.find_code(code, NOW_US) is None
    assert catalogue.find_sku(code, NOW_US) is None


def test_item_set_aside_is_neither_found_nor_forgotten(catalogue):
    """A withdrawn item cannot be sold by mistake, and comes back as it was."""
    catalogue.put_item(item("1", "Thing", EAN, active=False), at_us=NOW_US)
    assert catalogue.find_code(EAN.zfill(14), NOW_US) is None
    assert catalogue.find_sku("1", NOW_US) is None
    assert catalogue.search("thing", at_us=NOW_US) == ()
    assert catalogue.is_known("1")
    catalogue.put_item(item("1", "Thing", EAN), at_us=NOW_US)
    assert catalogue.find_code(EAN.zfill(14), NOW_US) is not None
    assert len(catalogue.search("thing", at_us=NOW_US)) == 1


# Prices

moments = st.integers(min_value=0, max_value=20)
periods = st.tuples(moments, st.none() | moments, st.integers(min_value=0, max_value=999))


@given(st.lists(periods, max_size=8), moments)
def test_price_that_began_last_and_has_not_ended_wins(prices, at_us):
    """A till that was off when a price changed has the right one when it is on again."""
    kept = [(start, end, minor) for start, end, minor in prices if end is None or end > start]
    with Catalogue.in_memory() as catalogue:
        catalogue.put_item(item("1"), at_us=0)
        for start, end, minor in kept:
            catalogue.put_price("1", minor, valid_from_us=start, valid_until_us=end)
        holding = [
            (start, number, minor)
            for number, (start, end, minor) in enumerate(kept)
            if start <= at_us and (end is None or at_us < end)
        ]
        assert price(catalogue, "1", at_us) == (max(holding)[2] if holding else None)


def test_price_version_names_the_price_for_ever(catalogue):
    """A sale that says its price version can be checked years later."""
    catalogue.put([item("1", price_minor=100), item("2", price_minor=100)], at_us=0)
    version = catalogue.put_price("1", 90, valid_from_us=50, valid_until_us=60)
    found = catalogue.find_sku("1", 55)
    assert found is not None
    assert (found.price_version, found.unit_price_minor) == (version, 90)
    versions = [one.version for sku in ("1", "2") for one in catalogue.prices(sku)]
    assert len(set(versions)) == 3


def test_new_price_leaves_the_old_one_to_its_time(catalogue):
    """Putting an item at another price changes what it costs from then on, not what it did."""
    catalogue.put_item(item("1", price_minor=100), at_us=10)
    catalogue.put_item(item("1", price_minor=120), at_us=20)
    assert [price(catalogue, "1", at_us) for at_us in (0, 19, 20)] == [100, 100, 120]


def test_item_without_price_or_with_open_price_leaves_it_to_the_operator(catalogue):
    """None is no price; nothing is sold for zero because a price is missing."""
    catalogue.put([item("1"), item("2", price_minor=5, open_price=True)], at_us=0)
    assert price(catalogue, "1", 9) is None
    assert price(catalogue, "2", 9) is None
    assert catalogue.prices("2")[0].minor == 5


@pytest.mark.parametrize(
    ("minor", "start", "end"), [(-1, None, None), (1, -5, None), (1, 5, 5), (1, 6, 5)]
)
def test_price_that_cannot_hold_is_refused(catalogue, minor, start, end):
    """A price below zero, or one that ends before it begins, is a slip."""
    catalogue.put_item(item("1"), at_us=0)
    with pytest.raises(DataError):
        catalogue.put_price("1", minor, valid_from_us=start, valid_until_us=end)
    with pytest.raises(RuleViolation, match="no item"):
        catalogue.put_price("unknown", 1)


# Changing


def test_put_again_changes_nothing_and_counts_as_no_version(catalogue):
    """The version rises with each change, and only then."""
    things = [item("1", "Thing", EAN, price_minor=5), item("2", "Other", "4011")]
    assert catalogue.put(things, at_us=1) == 2
    assert catalogue.version == 1
    assert catalogue.put(things, at_us=2) == 0
    assert catalogue.version == 1
    assert catalogue.put([item("2", "Another", "4011")], at_us=3) == 1
    assert catalogue.version == 2


def test_code_given_up_by_one_item_is_free_for_the_next(catalogue):
    """A code passes from one item to another in one go."""
    catalogue.put([item("1", "Old", EAN, "4011")], at_us=0)
    catalogue.put([item("1", "Old", "4011"), item("2", "New", EAN)], at_us=1)
    match = catalogue.find_code(EAN.zfill(14), NOW_US)
    assert match is not None
    assert match.item.sku == "2"


@pytest.mark.parametrize(
    "batch",
    [
        [item("2", "Two"), item("3", "Three", EAN)],
        [item("2", "Two"), item("2", "Two again")],
        [item("2", "Two", "4011"), item("3", "Three", "4011")],
    ],
)
def test_items_that_collide_are_refused_with_all_that_came_along(catalogue, batch):
    """One SKU is one item, one code finds one item; a put stands or falls whole."""
    catalogue.put_item(item("1", "One", EAN), at_us=0)
    before = list(catalogue.items(at_us=NOW_US))
    with pytest.raises(RuleViolation):
        catalogue.put(batch, at_us=1)
    assert list(catalogue.items(at_us=NOW_US)) == before
    assert catalogue.search("two", at_us=NOW_US) == ()


@pytest.mark.parametrize(
    "bad",
    [
        item(""),
        item(" 1"),
        item("x" * 201),
        item("1", ""),
        item("1", "x" * 501),
        item("1", "a\nb"),
        item("1", "half \udcff"),
        item("1", "Thing", "4\x1d5"),
        item("1", "Thing", "4*5"),
        item("1", price_minor=-1),
        item("1", minimum_age_years=-1),
        item("1", popularity=-1),
        item("1", brand="a\x1b[2J"),
        NewItem(sku="1", name="Thing", codes=(ItemCode("1", 0),)),
    ],
)
def test_item_that_could_not_be_found_shown_or_sold_is_refused(catalogue, bad):
    """What is put can be keyed, scanned and printed."""
    with pytest.raises(DataError):
        catalogue.put_item(bad, at_us=0)
    assert catalogue.count() == 0


# The file


def test_reader_sees_the_old_content_until_the_change_is_whole(tmp_path: Path):
    """A till that scans during an import has the old catalogue or the new one."""
    path = tmp_path / "catalogue.db"
    with Catalogue.open(path) as writer:
        writer.put_item(item("1", price_minor=100), at_us=0)
        with Catalogue.open(path, read_only=True) as reader:
            with writer.change() as connection:
                connection.execute("UPDATE price SET minor = 200")
                assert price(reader, "1", 9) == 100
            assert price(reader, "1", 9) == 200


def test_second_writer_is_told_to_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Two programs that change the catalogue at once: one does, the other says so."""
    monkeypatch.setattr(schema, "BUSY_TIMEOUT_MS", 10)
    path = tmp_path / "catalogue.db"
    with (
        Catalogue.open(path) as one,
        Catalogue.open(path) as other,
        one.change(),
        pytest.raises(RuleViolation, match="Another program"),
    ):
        other.put_item(item("1"), at_us=0)


def test_content_and_version_outlive_the_process(tmp_path: Path):
    """What was put is there when the file is opened again."""
    path = tmp_path / "catalogue.db"
    with Catalogue.open(path) as catalogue:
        catalogue.put_item(item("1", "Thing", EAN, price_minor=5), at_us=0)
    with Catalogue.open(path, read_only=True) as catalogue:
        assert catalogue.version == 1
        assert price(catalogue, "1", 9) == 5
        assert len(catalogue.search("thi", at_us=9)) == 1


def test_only_a_catalogue_of_this_shop_is_opened(tmp_path: Path):
    """Another program's file, another currency, a newer version: refused by name, left alone."""
    foreign = tmp_path / "foreign.db"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE theirs (a)")
    connection.close()
    before = foreign.read_bytes()
    with pytest.raises(ConfigurationError, match="not a catalogue"):
        Catalogue.open(foreign)
    assert foreign.read_bytes() == before
    euros = tmp_path / "catalogue.db"
    Catalogue.open(euros).close()
    with pytest.raises(ConfigurationError, match="CHF"):
        Catalogue.open(euros, currency="CHF")
    with sqlite3.connect(euros) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    with pytest.raises(ConfigurationError, match="newer"):
        Catalogue.open(euros)


def test_missing_or_damaged_file_says_what_to_do(tmp_path: Path):
    """The message names the file and the way out."""
    with pytest.raises(ConfigurationError, match="no catalogue"):
        Catalogue.open(tmp_path / "catalogue.db", read_only=True)
    with pytest.raises(ConfigurationError, match="no folder"):
        Catalogue.open(tmp_path / "nowhere" / "catalogue.db")
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(b"no database, rather something else\n" * 100)
    with pytest.raises(DataError, match="damaged"):
        Catalogue.open(damaged)


def test_reading_leaves_no_old_state_held(tmp_path: Path):
    """After a look-up the file can be checkpointed: no statement stays half read."""
    path = tmp_path / "catalogue.db"
    with Catalogue.open(path) as writer, Catalogue.open(path, read_only=True) as reader:
        writer.put_item(item("1", "Thing", EAN, price_minor=100), at_us=0)
        reader.find_code(EAN.zfill(14), 9)
        reader.search("thing", at_us=9)
        writer.put_price("1", 50)
        with writer.change() as connection:
            pass
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").get
        assert busy == 0

"""Which price is asked for an item: at any moment, for anybody, whatever the lists say."""

from __future__ import annotations

from fractions import Fraction

import apsw
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from posframe.catalogue import schema
from posframe.catalogue.price_lists import (
    ListPrice,
    PriceList,
    PriceQuery,
    best_price,
    obstacle,
    standing,
)
from posframe.catalogue.records import NewItem
from posframe.catalogue.store import Catalogue
from posframe.errors import DataError, RuleViolation
from tests.catalogue.conftest import NOW_US, item

DAY_US = 86_400_000_000


@pytest.fixture
def shop(catalogue: Catalogue) -> Catalogue:
    """TEA at 2.00 and HAM at 20.00; their rows have the numbers 1 and 2."""
    catalogue.put([item("TEA", price_minor=200), item("HAM", price_minor=2000)], at_us=0)
    return catalogue


def put(catalogue: Catalogue, price_list: PriceList, *prices: ListPrice, goods: int = 1):
    with catalogue.change():
        rows = [(goods, price) for price in prices]
        return catalogue.price_lists.replace(price_list, rows, at_us=NOW_US)


def at(price_list: PriceList, minor: int, **more) -> ListPrice:
    return ListPrice(price_list=price_list, price_minor=minor, **more)


def asked(catalogue: Catalogue, sku: str = "TEA", **query) -> tuple[str, int, int]:
    """Return list, price and what it buys."""
    found = catalogue.price_lists.find(sku, PriceQuery(**{"at_us": NOW_US, **query}))
    assert found is not None
    return found.price_list, found.price_minor, found.price_per_milli


# What is asked


def test_without_a_list_the_items_own_price_is_asked(shop):
    """By the number of that price, and in no list's name."""
    found = shop.price_lists.find("TEA", PriceQuery(at_us=NOW_US))
    (own,) = shop.prices("TEA")
    assert (found.price_list, found.price_minor, found.version) == ("", 200, own.version)
    assert (found.price_per_milli, shop.find_sku("TEA", NOW_US).listed) == (1000, False)


@pytest.mark.parametrize("sku", ["GONE", "", "\udcff", "' OR 1=1 --"])
def test_for_what_is_no_item_nothing_is_asked(shop, sku):
    assert shop.price_lists.find(sku, PriceQuery(at_us=NOW_US)) is None


def test_an_item_without_a_price_at_the_moment_has_none(catalogue):
    """Its only price begins tomorrow."""
    catalogue.put_item(item("TEA"), at_us=0)
    catalogue.put_price("TEA", 100, valid_from_us=NOW_US + 1)
    assert catalogue.price_lists.find("TEA", PriceQuery(at_us=NOW_US)) is None
    assert asked(catalogue, at_us=NOW_US + 1) == ("", 100, 1000)


def test_a_list_price_holds_from_its_first_moment_until_before_its_last(shop):
    """List and row have windows of their own, and both count."""
    summer = PriceList(id="summer", valid_from_us=NOW_US, valid_until_us=NOW_US + 10)
    put(shop, summer, at(summer, 150, valid_from_us=NOW_US + 2, valid_until_us=NOW_US + 20))
    for moment, price in ((0, 200), (1, 200), (2, 150), (9, 150), (10, 200), (30, 200)):
        assert asked(shop, at_us=NOW_US + moment)[1] == price


def test_a_list_for_groups_and_stores_is_for_nobody_else(shop):
    """One of several groups will do; the store has to be named."""
    staff = PriceList(id="staff", groups=("staff", "trade"), stores=("North",))
    put(shop, staff, at(staff, 150))
    assert asked(shop, groups=("member", "trade"), store="North")[0] == "staff"
    assert asked(shop, groups=("member",), store="North")[0] == ""
    assert asked(shop, groups=("staff",), store="South")[0] == ""
    assert asked(shop, groups=(), store="North")[0] == ""


def test_more_of_it_is_asked_for_less_from_a_quantity_on(shop):
    """From 12 on 1.80, from 24 on 1.60; 11.999 is not 12."""
    trade = PriceList(id="trade")
    put(shop, trade, at(trade, 180, minimum_milli=12_000), at(trade, 160, minimum_milli=24_000))
    for milli, price in ((11_999, 200), (12_000, 180), (23_999, 180), (24_000, 160)):
        assert asked(shop, quantity_milli=milli)[1] == price


def test_a_carton_has_its_own_price_and_otherwise_that_of_what_is_in_it(shop):
    """A carton of six is 5.80, though six are less; a carton of twelve is twelve at 0.95."""
    drinks = PriceList(id="drinks")
    put(shop, drinks, at(drinks, 95), at(drinks, 580, pack_milli=6000, per_milli=6000))
    assert asked(shop, pack_milli=6000, quantity_milli=6000) == ("drinks", 580, 6000)
    assert asked(shop, pack_milli=12_000, quantity_milli=12_000) == ("drinks", 95, 1000)
    assert asked(shop) == ("drinks", 95, 1000)


def test_a_part_of_a_carton_is_not_sold_at_the_cartons_price(shop):
    """Five of six left cost what five cost."""
    drinks = PriceList(id="drinks")
    put(shop, drinks, at(drinks, 95), at(drinks, 540, pack_milli=6000, per_milli=6000))
    assert asked(shop, pack_milli=6000, quantity_milli=5999) == ("drinks", 95, 1000)
    assert asked(shop, pack_milli=6000, quantity_milli=6000) == ("drinks", 540, 6000)
    assert asked(shop, quantity_milli=1) == ("drinks", 95, 1000), "weighed goods have no packs"


def test_priority_goes_before_price_and_price_before_name(shop):
    """A dearer list counts when it is told to; of two equal prices the first list by id."""
    first, second = PriceList(id="a"), PriceList(id="b")
    put(shop, second, at(second, 150))
    put(shop, first, at(first, 300, per_milli=2000))
    assert asked(shop) == ("a", 300, 2000)
    put(shop, first, at(first, 302, per_milli=2000))
    assert asked(shop) == ("b", 150, 1000)
    told = PriceList(id="c", priority=1)
    put(shop, told, at(told, 199))
    assert asked(shop)[0] == "c"


# Against a naive model

_IDS = ("a", "b", "c")
_MOMENTS = st.one_of(st.none(), st.integers(1, 12))


@st.composite
def lists(draw) -> list[tuple[PriceList, list[ListPrice]]]:
    found = []
    for id_ in draw(st.lists(st.sampled_from(_IDS), unique=True)):
        terms = PriceList(
            id=id_,
            groups=tuple(sorted(draw(st.sets(st.sampled_from(("x", "y")))))),
            stores=tuple(sorted(draw(st.sets(st.sampled_from(("N", "S")))))),
            valid_from_us=draw(_MOMENTS),
            valid_until_us=draw(_MOMENTS),
            priority=draw(st.integers(-1, 1)),
        )
        rows = st.builds(
            ListPrice,
            price_list=st.just(terms),
            pack_milli=st.sampled_from((1000, 6000)),
            minimum_milli=st.sampled_from((0, 2000, 6000)),
            per_milli=st.sampled_from((100, 1000, 6000)),
            price_minor=st.integers(0, 40),
            valid_from_us=_MOMENTS,
            valid_until_us=_MOMENTS,
        )
        found.append((terms, draw(st.lists(rows, max_size=4, unique_by=str))))
    return found


def naive(owned, found, query) -> tuple[str, Fraction] | None:
    """Say by definition which list prices one unit at what; the items' own price is a list too."""
    applying = [
        (-terms.priority, Fraction(row.price_minor, row.per_milli), terms.id, row.pack_milli)
        for terms, rows in found
        for row in rows
        if row.pack_milli in (1000, query.pack_milli)
        and row.minimum_milli <= query.quantity_milli
        and (row.pack_milli == 1000 or row.pack_milli <= query.quantity_milli)
        and (not terms.groups or set(terms.groups) & set(query.groups))
        and (not terms.stores or query.store in terms.stores)
        and all(
            (dated.valid_from_us or 0) <= query.at_us < (dated.valid_until_us or 99)
            for dated in (terms, row)
        )
    ]
    of_pack = [each for each in applying if each[3] == query.pack_milli]
    if applying:
        _, per_milli, id_, _ = min(of_pack or applying)
        return id_, per_milli * 1000
    began = [(begin, minor) for begin, minor in owned if begin <= query.at_us]
    return ("", Fraction(max(began)[1])) if began else None


@given(
    owned=st.dictionaries(st.integers(0, 12), st.integers(0, 40), min_size=1),
    found=lists(),
    query=st.builds(
        PriceQuery,
        quantity_milli=st.integers(1, 8000),
        pack_milli=st.sampled_from((1000, 6000)),
        groups=st.sampled_from(((), ("x",), ("x", "y"))),
        store=st.sampled_from(("", "N")),
        at_us=st.integers(0, 14),
    ),
)
def test_the_price_at_any_moment_is_that_of_a_naive_model(owned, found, query):
    """All there is, filtered by definition and sorted with exact fractions."""
    with Catalogue.in_memory() as catalogue:
        catalogue.put_item(item("TEA"), at_us=0)
        for begin, minor in owned.items():
            catalogue.put_price("TEA", minor, valid_from_us=begin)
        for terms, rows in found:
            put(catalogue, terms, *rows)
        price = catalogue.price_lists.find("TEA", query)
        listed = catalogue.find_sku("TEA", query.at_us).listed
    expected = naive(owned.items(), found, query)
    got = price and (price.price_list, Fraction(price.price_minor * 1000, price.price_per_milli))
    assert got == expected
    assert listed is any(rows for _, rows in found)


def test_every_price_says_why_it_counts_or_not(shop):
    """The words of `prices show` name the very reason, and one price at most counts."""
    low, high = PriceList(id="low"), PriceList(id="high", priority=1)
    groups, stores = PriceList(id="g", groups=("x",)), PriceList(id="s", stores=("N",))
    rows = {
        "counts": at(high, 100, version=1),
        "a list of higher priority counts": at(low, 90, version=2),
        "a lower price counts": at(high, 110, version=3),
        "the same price of another list counts": at(high, 200, per_milli=2000, version=4),
        "not for this customer": at(groups, 1),
        "not for this store": at(stores, 1),
        "from a larger quantity on": at(low, 1, minimum_milli=1001),
        "for another pack": at(low, 1, pack_milli=6000),
        "begins later": at(low, 1, valid_from_us=NOW_US + 1),
        "has ended": at(low, 1, valid_until_us=NOW_US),
    }
    query = PriceQuery(at_us=NOW_US)
    best = best_price(rows.values(), query)
    assert {standing(row, best, query): row for row in rows.values()} == rows
    carton = PriceQuery(at_us=NOW_US, pack_milli=6000, quantity_milli=6000)
    six = rows["for another pack"]
    assert obstacle(six, carton) is None
    assert standing(rows["counts"], six, carton) == "a price for the pack counts"


# Keeping


def test_a_price_keeps_its_number_for_as_long_as_it_is_the_same(shop):
    """What is new gets a new one; what is gone stays on record under the old one."""
    member = PriceList(id="member", groups=("member",))
    change = put(shop, member, at(member, 180), at(member, 170, minimum_milli=3000))
    assert (change.added, change.unchanged, change.removed) == (2, 0, 0)
    kept, gone = shop.price_lists.prices("TEA")
    change = put(shop, member, at(member, 180), at(member, 165, minimum_milli=3000))
    assert (change.added, change.unchanged, change.removed) == (1, 1, 1)
    assert shop.price_lists.prices("TEA")[0].version == kept.version
    past = shop.price_lists.origin(gone.version)
    assert (past.sku, past.price_list, past.price_minor) == ("TEA", "member", 170)
    assert past.replaced_us == NOW_US
    assert shop.price_lists.origin(kept.version).replaced_us is None


def test_the_number_of_a_price_is_of_one_price_only(shop):
    """Whether a list's or an item's own, now or long ago."""
    a, b = PriceList(id="a"), PriceList(id="b")
    for round_ in range(3):
        put(shop, a, at(a, 100 + round_))
        shop.put_price("TEA", 300 + round_, valid_from_us=NOW_US + round_)
        put(shop, b, at(b, 400 + round_), goods=2)
    versions = [each.version for sku in ("TEA", "HAM") for each in shop.prices(sku)]
    origins = [shop.price_lists.origin(number) for number in range(1, 30)]
    known = [each for each in origins if each is not None]
    assert len(known) == 11, "two first prices and three times three"
    assert sum(each.price_list == "" for each in known) == len(versions) == len(set(versions)) == 5
    assert shop.price_lists.origin(0) is None


def test_a_list_that_says_the_same_changes_nothing(shop):
    """Its content is compared, so a till need not look again."""
    terms = PriceList(id="a", name="Été", groups=("x",), stores=("Ø",), priority=3)
    put(shop, terms, at(terms, 180))
    before = shop.version
    put(shop, terms, at(terms, 180))
    assert shop.version == before
    assert shop.price_lists.lists() == [(terms, 1)]
    assert shop.price_lists.price_list("a") == terms


def test_what_a_list_says_of_itself_may_change_and_its_prices_keep_their_numbers(shop):
    a = PriceList(id="a")
    put(shop, a, at(a, 180))
    ((_, _, before),) = shop.price_lists.prices_of_list("a")
    dearer = PriceList(id="a", priority=5)
    put(shop, dearer, at(dearer, 180))
    ((sku, name, after),) = shop.price_lists.prices_of_list("a")
    assert (sku, name, after.version) == ("TEA", "Thing", before.version)
    assert after.price_list == dearer


def test_a_list_taken_away_leaves_its_prices_on_record(shop):
    """And its items are no longer asked about."""
    a = PriceList(id="a")
    put(shop, a, at(a, 180))
    (stored,) = shop.price_lists.prices("TEA")
    assert shop.find_sku("TEA", NOW_US).listed
    with shop.change():
        assert shop.price_lists.remove("a", at_us=NOW_US) == 1
    assert not shop.find_sku("TEA", NOW_US).listed
    assert shop.price_lists.lists() == []
    assert shop.price_lists.origin(stored.version).price_list == "a"
    with pytest.raises(RuleViolation, match="no price list a"), shop.change():
        shop.price_lists.remove("a", at_us=NOW_US)


def test_a_change_that_fails_leaves_the_old_list(shop):
    """Nothing is half imported, whatever goes wrong in the middle."""
    a = PriceList(id="a")
    put(shop, a, at(a, 180))
    before = shop.price_lists.prices("TEA")

    def half() -> None:
        with shop.change():
            shop.price_lists.replace(a, [(1, at(a, 1)), (2, at(a, 2))], at_us=NOW_US)
            assert shop.price_lists.prices("TEA") != before
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert shop.price_lists.prices("TEA") == before
    assert shop.price_lists.prices("HAM") == []


def test_what_another_process_imports_counts_at_once(tmp_path):
    """A till that is selling looks at each scan; nothing of the old list is remembered."""
    path, a = tmp_path / "catalogue.db", PriceList(id="a")
    with Catalogue.open(path) as office, Catalogue.open(path, read_only=True) as till:
        office.put_item(item("TEA", price_minor=200), at_us=0)
        assert asked(till)[1] == 200
        put(office, a, at(a, 150))
        assert (asked(till)[1], till.find_sku("TEA", NOW_US).listed) == (150, True)
        for_members = PriceList(id="a", groups=("member",))
        put(office, for_members, at(for_members, 150))
        assert asked(till)[1] == 200


def test_a_catalogue_of_before_price_lists_is_brought_up_to_date(tmp_path):
    """Its items, codes and prices are as they were; no floor, no list."""
    path = tmp_path / "catalogue.db"
    with Catalogue.open(path) as catalogue:
        catalogue.put_item(NewItem(sku="TEA", name="Tea", price_minor=200), at_us=0)
    old = apsw.Connection(str(path))
    for table in ("price_list", "list_price", "past_list_price"):
        old.execute(f"DROP TABLE {table}")
    old.execute("ALTER TABLE item DROP COLUMN floor_minor; PRAGMA user_version = 1")
    old.close()
    with Catalogue.open(path) as catalogue:
        a = PriceList(id="a")
        put(catalogue, a, at(a, 150))
        (kept,) = catalogue.items(at_us=NOW_US)
        assert (kept.sku, kept.price_minor, kept.floor_minor) == ("TEA", 200, 0)
        assert asked(catalogue) == ("a", 150, 1000)
    assert schema.SCHEMA_VERSION == 2


def test_damage_is_told_in_words(tmp_path):
    """As everywhere in the catalogue."""
    path, a = tmp_path / "catalogue.db", PriceList(id="a")
    with Catalogue.open(path) as catalogue:
        catalogue.put_item(item("TEA", price_minor=200), at_us=0)
        put(catalogue, a, at(a, 150))
        sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'list_price'"
        page = catalogue.connection.execute(sql).get
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 4096)
    with Catalogue.open(path) as catalogue, pytest.raises(DataError, match="damaged"):
        catalogue.price_lists.prices("TEA")


# The floor


@given(st.integers(0, 10**15 - 1))
@example(0)
def test_the_floor_of_an_item_comes_back_as_it_was_put(minor):
    with Catalogue.in_memory() as catalogue:
        catalogue.put_item(item("TEA", price_minor=1, floor_minor=minor), at_us=0)
        assert catalogue.find_sku("TEA", NOW_US).floor_minor == minor
        assert next(catalogue.items(at_us=NOW_US)).floor_minor == minor


@pytest.mark.parametrize("minor", [-1, 10**15])
def test_a_floor_that_is_no_price_is_refused(catalogue, minor):
    with pytest.raises(DataError, match="not a price"):
        catalogue.put_item(item("TEA", floor_minor=minor), at_us=0)

"""Price lists as files: all of a file or nothing, each bad row with its line, reason and remedy."""

from __future__ import annotations

import io
import zoneinfo
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.catalogue.price_dates import beginning_us, date_text, end_us
from posframe.catalogue.price_import import export_prices, import_prices
from posframe.catalogue.price_lists import PriceList
from posframe.catalogue.records import ItemCode, NewItem
from posframe.catalogue.store import Catalogue
from posframe.errors import DataError
from posframe.kernel.domain.quantity import KILOGRAM
from tests.catalogue.conftest import NOW_US, item

BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
EAN, CARTON = "4006381333931", "10614141000415"
A = PriceList(id="a")


@pytest.fixture
def shop(catalogue: Catalogue) -> Catalogue:
    codes = (ItemCode(EAN), ItemCode(CARTON, 6000))
    catalogue.put(
        [
            NewItem(sku="BEER", name="Beer", codes=codes, price_minor=100),
            NewItem(sku="HAM", name="Ham", unit=KILOGRAM, weighed=True, price_minor=1990),
            NewItem(sku="REPAIR", name="Repair", open_price=True, price_minor=1),
            NewItem(sku="NEW", name="New"),
        ],
        at_us=0,
    )
    return catalogue


def take(catalogue, path, price_list=A, **options):
    return import_prices(catalogue, path, price_list, zone=BERLIN, at_us=NOW_US, **options)


def rows(catalogue, id_="a"):
    """Return the rows of a list as they are written."""
    out = io.StringIO()
    export_prices(catalogue, id_, out, zone=BERLIN)
    return out.getvalue().splitlines()[1:]


def us(*parts):
    return int(datetime(*parts, tzinfo=UTC).timestamp()) * 1_000_000


# What a file says


def test_every_column_reads_as_it_is_described(shop, write_csv):
    """In any order, by SKU or code; the carton's code means a price for the carton."""
    path = write_csv(
        "From,sku,code,price,pack,per,min_quantity,until,name,currency",
        ",BEER,,0.99,,,,,whatever,EUR",
        ",,4006381333931,0.89,,,12,,,",
        f",,{CARTON},5.40,,,,,,",
        ",BEER,,10.20,6,12,24,,,",
        "2026-12-01,HAM,,1.79,,0.1,,2026-12-24,,",
    )
    done = take(shop, path)
    assert done.errors == ()
    assert (done.written, done.change.added) == (True, 5)
    assert rows(shop) == [
        "BEER,Beer,0.99,EUR,,,,,",
        "BEER,Beer,0.89,EUR,12,,,,",
        "BEER,Beer,5.40,EUR,,6,,,",
        "BEER,Beer,10.20,EUR,24,6,12,,",
        "HAM,Ham,1.79,EUR,,,0.1,2026-12-01 00:00,2026-12-25 00:00",
    ]
    (ham,) = shop.price_lists.prices("HAM")
    # Berlin is an hour before UTC in winter; the 24th is still in.
    assert ham.valid_from_us == us(2026, 11, 30, 23)
    assert ham.valid_until_us == us(2026, 12, 24, 23)


def test_a_file_of_a_spreadsheet_reads_as_well(shop, write_csv):
    """Semicolons, decimal commas, a byte order mark, lines of nothing at the end."""
    path = write_csv('"sku";"price";"per"', "HAM;1,79;0,1", "", ";;", encoding="utf-8-sig")
    assert take(shop, path).written
    assert rows(shop) == ["HAM,Ham,1.79,EUR,,,0.1,,"]


def test_a_list_has_just_what_its_file_says(shop, write_csv):
    """The next file takes out what it leaves out; one without rows empties the list."""
    take(shop, write_csv("sku,price", "BEER,0.99", "HAM,18.00"))
    change = take(shop, write_csv("sku,price", "BEER,0.99")).change
    assert (change.added, change.unchanged, change.removed) == (0, 1, 1)
    assert take(shop, write_csv("sku,price")).change.removed == 1
    assert rows(shop) == []


def test_a_dry_run_says_what_would_happen_and_writes_nothing(shop, write_csv):
    before = shop.version
    done = take(shop, write_csv("sku,price", "BEER,0.99"), dry_run=True)
    assert (done.written, done.change.added, shop.version) == (False, 1, before)
    assert shop.price_lists.lists() == []
    assert take(shop, write_csv("sku,price", "BEER,x"), dry_run=True).errors


# What is refused

_HEADER = "sku,code,price,currency,min_quantity,pack,per,from,until"


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("BEER,,-0.99,,,,,,", "price", "The price -0.99 is below zero (Write a price from 0 on)"),
        ("BEER,,-0.01,,,,,,", "price", "The price -0.01 is below zero"),
        ("BEER,,0.999,,,,,,", "price", "more decimals than an amount can have (Write at most 2"),
        ("BEER,,,,,,,,", "price", "The row has no price (Take the row out to end its price)"),
        ("BEER,,1e3,,,,,,", "price", "'1e3' is not an amount (Write it like"),
        ("BERE,,0.99,,,,,,", "sku", "no item with SKU BERE (Did you mean BEER?)"),
        ("XYZ,,0.99,,,,,,", "sku", "no item with SKU XYZ (Import the item first)"),
        (",4711,0.99,,,,,,", "code", "No item has the code 4711 (Import the item first)"),
        (",,0.99,,,,,,", "sku", "The row names no item (Write its SKU"),
        ("HAM,4006381333931,1,,,,,,", "code", "is of BEER, not of HAM (Take one of them out)"),
        ("REPAIR,,1,,,,,,", "sku", "The operator keys the price of REPAIR (Take open_price off"),
        ("NEW,,1,,,,,,", "sku", "NEW has no price of its own"),
        ("BEER,,0.99,USD,,,,,", "currency", "in USD, the catalogue is in EUR (Import the list of"),
        ("BEER,,0.99,,-1,,,,", "min_quantity", "-1 is below zero (Leave the cell empty"),
        ("BEER,,0.99,,1.5,,,,", "min_quantity", "BEER is sold by the piece (Write a whole number)"),
        ("BEER,,0.99,,many,,,,", "min_quantity", "'many' is not a quantity"),
        ("BEER,,0.99,,,12,,,", "pack", "No code of BEER sells 12 at once (Its codes sell: 1, 6)"),
        ("BEER,,0.99,,,0,,,", "pack", "0 is not above zero"),
        ("BEER,,0.99,,,,-1,,", "per", "-1 is not above zero (Leave the cell empty"),
        ("BEER,,0.99,,,,,2026-02-29,", "from", "2026-02-29 does not exist (February 2026 has 28"),
        ("BEER,,0.99,,,,,2026-13-01,", "from", "2026-13-01 does not exist (A year has the months"),
        ("BEER,,0.99,,,,,,31.12.2026", "until", "'31.12.2026' is not a date (Write 2026-12-31"),
        ("BEER,,0.99,,,,,,2026-12-31 24:00", "until", "24:00 does not exist (From 00:00 to"),
        ("BEER,,0.99,,,,,0026-12-31,", "from", "The year 26 is not one of prices (Write 2026"),
        ("BEER,,0.99,,,,,2026-12-02,2026-12-01", "until", "2026-12-02 and ends 2026-12-01, which"),
        ("BEER,,0.99,,,,,2026-12-01 09:00,2026-12-01 09:00", "until", "which is no time"),
        ("BEER,,0.99", "", "The row has 3 cells, the header 9 (Put amounts with a comma"),
        ("BEER,,0,99,,,,,,", "", "The row has 10 cells, the header 9"),
    ],
)
def test_one_bad_row_is_named_and_nothing_of_the_file_is_taken(shop, write_csv, row, column, words):
    """The row is the third line; the good ones around it are not taken either."""
    take(shop, write_csv("sku,price", "HAM,18.00"))
    before = shop.version, rows(shop)
    done = take(shop, write_csv(_HEADER, "HAM,,17.00,,,,,,", row, "BEER,,0.50,,,6,,,"))
    (error,) = done.errors
    assert (error.line, error.column) == (3, column)
    assert words in error.message
    assert (done.change, done.written) == (None, False)
    assert (shop.version, rows(shop)) == before


def test_every_bad_row_is_named_at_once(shop, write_csv):
    """Nobody has to import five times to find five mistakes; cells may hold line breaks."""
    path = write_csv("sku,name,price", 'BEER,"a\nb",x', "HAM,,1", "GONE,,1", "BEER,,-1")
    assert [error.line for error in take(shop, path).errors] == [3, 5, 6]


@pytest.mark.parametrize(
    ("first", "second", "same_time"),
    [
        ("", "", True),
        ("2026-12-01,", ",2026-12-01", True),
        (",2026-11-30", "2026-12-01,", False),
        ("2026-12-01,2026-12-31", "2026-12-10,2026-12-11", True),
        ("2026-12-01 08:00,2026-12-01 12:00", "2026-12-01 12:00,", False),
    ],
)
def test_two_prices_for_the_same_thing_at_the_same_time_are_refused(
    shop, write_csv, first, second, same_time
):
    """Which one is meant? One that begins when the other has ended is no question."""
    windows = [each or "," for each in (first, second)]
    path = write_csv("sku,price,from,until", *(f"BEER,0.9{n},{w}" for n, w in enumerate(windows)))
    errors = take(shop, path).errors
    assert [error.line for error in errors] == ([3] if same_time else [])
    assert all("Line 2 has a price of BEER for the same time" in each.message for each in errors)


def test_other_quantities_and_packs_are_other_things(shop, write_csv):
    path = write_csv("sku,price,min_quantity,pack", "BEER,1,,", "BEER,1,2,", "BEER,1,,6")
    assert take(shop, path).written


@pytest.mark.parametrize(("window", "column"), [("2027-01-01,", "from"), (",2026-11-30", "until")])
def test_a_price_that_never_holds_within_its_list_is_refused(shop, write_csv, window, column):
    """The list is for December."""
    december = PriceList(
        id="a", valid_from_us=us(2026, 11, 30, 23), valid_until_us=us(2026, 12, 31, 23)
    )
    done = take(shop, write_csv("sku,price,from,until", f"BEER,0.99,{window}"), december)
    assert [error.column for error in done.errors] == [column]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("\n", "is empty"),
        ("sku,prise\n", ":1: 'prise' is no column of a price list .*mean 'price'"),
        ("sku,price,\n", ":1: '' is no column"),
        ("sku,sku,price\n", ":1: the column 'sku' occurs twice"),
        ("sku,name\n", ":1: a price list needs the columns sku .or code. and price"),
        ("name,price\n", ":1: a price list needs the columns"),
        ('sku,price\nHAM,"1\n', ":[23]: the row cannot be split"),
    ],
)
def test_a_file_that_is_no_price_list_is_refused_as_a_whole(shop, tmp_path, text, words):
    """With the path, and what would be right."""
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=words) as refused:
        take(shop, path)
    assert str(path) in refused.value.message
    assert refused.value.hint


def test_a_file_of_another_encoding_or_none_at_all_is_refused(shop, tmp_path):
    (tmp_path / "list.csv").write_bytes("sku,name,price\nBEER,Käse,1\n".encode("cp1252"))
    with pytest.raises(DataError, match="no UTF-8 text"):
        take(shop, tmp_path / "list.csv")
    with pytest.raises(DataError, match="cannot be read"):
        take(shop, tmp_path)


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"id": ""}, "id of the list is empty"),
        ({"id": "a\n"}, "begins or ends with a blank"),
        ({"groups": ("",)}, "group or store of the list is empty"),
        ({"stores": ("a\x00",)}, "cannot be stored"),
        ({"priority": 1_000_001}, "priority 1000001 is too large"),
        ({"valid_from_us": 2, "valid_until_us": 2}, "The list ends before it begins"),
    ],
)
def test_a_list_that_cannot_be_is_refused(shop, write_csv, terms, words):
    with pytest.raises(DataError, match=words):
        take(shop, write_csv("sku,price"), PriceList(**{"id": "a", **terms}))


def test_in_an_empty_catalogue_nothing_is_suggested(catalogue, write_csv):
    (error,) = take(catalogue, write_csv("sku,price", "BEER,1")).errors
    assert error.message == "There is no item with SKU BEER (Import the item first)"


def test_only_so_many_unknown_items_are_looked_around_for(shop, write_csv):
    """The file of another shop has nothing but unknown ones, and is refused as quickly."""
    done = take(shop, write_csv("sku,price", *(f"BEE{n},1" for n in range(30))))
    assert sum("Did you mean BEER?" in error.message for error in done.errors) == 20
    assert len(done.errors) == 30


# Back and forth

_ROWS = st.lists(
    st.tuples(
        st.sampled_from(("BEER", "HAM")),
        st.integers(0, 10**6),
        st.integers(0, 30),
        st.sampled_from(("", "6")),
        st.sampled_from(("", "0.1", "6", "12.345")),
        st.dates(date(2026, 1, 1), date(2027, 12, 31)),
        st.integers(0, 400),
    ),
    max_size=6,
    unique_by=lambda row: (row[0], row[2]),
)


@given(_ROWS)
def test_an_exported_list_reads_back_as_the_same(tmp_path_factory, found):
    """Nothing changes, not even the number of a price; summer time and winter time too."""
    path = tmp_path_factory.mktemp("lists") / "a.csv"
    lines = ["sku,price,min_quantity,pack,per,from,until"]
    for sku, minor, minimum, pack, per, day, days in found:
        pack = pack if sku == "BEER" else ""
        until = day.fromordinal(day.toordinal() + days)
        lines.append(f"{sku},{minor // 100}.{minor % 100:02},{minimum},{pack},{per},{day},{until}")
    path.write_text("\n".join(lines), encoding="utf-8")
    with Catalogue.in_memory() as catalogue:
        catalogue.put([item("BEER", "Beer", price_minor=1), item("HAM", price_minor=1)], at_us=0)
        catalogue.put_item(
            NewItem(sku="BEER", name="Beer", codes=(ItemCode(CARTON, 6000),)), at_us=0
        )
        done = take(catalogue, path)
        assert done.errors == ()
        before = catalogue.version, rows(catalogue)
        with path.open("w", encoding="utf-8", newline="") as file:
            assert export_prices(catalogue, "a", file, zone=BERLIN) == len(found)
        change = take(catalogue, path).change
        assert (change.added, change.removed, change.unchanged) == (0, 0, len(found))
        assert (catalogue.version, rows(catalogue)) == before


# Dates


def test_a_day_begins_and_ends_at_the_shops_midnight():
    """Also where the clocks change: the 29th of March 2026 has 23 hours in Berlin."""
    begin, end = beginning_us("2026-03-29", BERLIN), end_us("2026-03-29", BERLIN)
    assert begin == us(2026, 3, 28, 23)
    assert end - begin == 23 * 3600 * 1_000_000
    assert end_us("2026-03-29 12:30", BERLIN) == us(2026, 3, 29, 10, 30)
    assert date_text(begin, BERLIN) == "2026-03-29 00:00"


def test_a_day_whose_midnight_is_skipped_begins_with_its_first_moment():
    """In Cairo the 24th of April 2026 began at 01:00; 23:59 was a minute before, 22:00 in UTC."""
    cairo = zoneinfo.ZoneInfo("Africa/Cairo")
    assert beginning_us("2026-04-24", cairo) == us(2026, 4, 23, 22)
    assert date_text(us(2026, 4, 23, 22), cairo) == "2026-04-24 01:00"


def test_the_last_day_there_is_can_end():
    assert end_us("2999-12-31", BERLIN) == beginning_us("2999-12-31 23:59", BERLIN) + 60_000_000

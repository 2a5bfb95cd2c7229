from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.catalogue import terms
from posframe.catalogue.importer import import_csv
from posframe.catalogue.store import Catalogue
from posframe.catalogue.words import fold
from tests.catalogue.conftest import NOW_US, item, names

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SHELF = [
    item("1", "Olive oil 750 ml", "4006381333931", brand="Bertolli"),
    item("2", "Olivenöl nativ", "4011"),
    item("3", "明治おいしい牛乳900ml", "96385074"),
    item("4", "Frische Vollmilch 3,5 % 1 l", "4008400202037", brand="Almhof"),
    item("5", "Łosoś wędzony ÆRØ Straße", "20000011"),
    item("6", "ПИВО светлое (0,5 л)", "4601234567893"),
    item("7", "사과주스 1.5 l", "8801234567893"),
    item("ART-77", "Jam 10% off!", "4012"),
]


@pytest.fixture
def shelf(catalogue: Catalogue) -> Catalogue:
    catalogue.put(SHELF, at_us=0)
    return catalogue


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("o", {"1", "2", "ART-77"}),
        ("oli", {"1", "2"}),
        ("OLIVENÖL", {"2"}),
        ("olivenol", {"2"}),
        ("oli 75", {"1"}),
        ("75 oli", {"1"}),
        ("bert oil", {"1"}),
        ("oliv öl", {"1", "2"}),  # both begin "Olive", too
        ("milch", {"4"}),
        ("voll milch", {"4"}),
        ("milch alm", {"4"}),
        ("牛乳", {"3"}),
        ("乳", {"3"}),
        ("いしい 900", {"3"}),
        ("losos", {"5"}),
        ("aero strass", {"5"}),
        ("пиво 0,5", {"6"}),
        ("주스", {"7"}),
        ("jam 10", {"ART-77"}),
        ("4011", {"2"}),
        ("931", {"1"}),
        ("400638", {"1"}),
        ("4006381333931", {"1"}),
        ("4008", {"4"}),
        ("037 frisch", {"4"}),
        ("ART-77", {"ART-77"}),
        ("乳牛", set()),
        ("oil vinegar", set()),
        ("", set()),
        ("?!", set()),
    ],
)
def test_words_match_as_they_are_typed(shelf, typed, found):
    """Beginnings of words in any order, parts, any script, ends of codes, PLU and SKU."""
    assert {hit.item.sku for hit in shelf.search(typed, at_us=NOW_US)} == found


def test_popular_items_come_first_then_whole_words_then_short_names(catalogue):
    """What is sold most is what was meant most often."""
    catalogue.put(
        [
            item("1", "Milka Alpine chocolate"),
            item("2", "Milk with a very long name"),
            item("3", "Milk"),
            item("4", "Milkshake", popularity=1000),
        ],
        at_us=0,
    )
    assert names(catalogue, "mil")[0] == "Milkshake"
    assert names(catalogue, "milk")[:2] == ["Milk", "Milk with a very long name"]


def test_exact_code_or_sku_comes_before_names(shelf):
    """Keying a PLU in full selects that item, whatever names hold the same digits."""
    shelf.put([item(f"X{n}", f"4011 mix {n}", popularity=9) for n in range(30)], at_us=0)
    assert shelf.search("4011", at_us=NOW_US)[0].item.sku == "2"


def test_hit_says_price_and_the_code_it_was_found_by(catalogue):
    """The list on the screen needs no second question."""
    catalogue.put_item(item("1", "Milk", "4006381333931", "4011", price_minor=99), at_us=0)
    (hit,) = catalogue.search("4011", at_us=9)
    assert (hit.code, hit.item.unit_price_minor) == ("4011", 99)
    (hit,) = catalogue.search("milk", at_us=9)
    assert hit.code == "04006381333931"


def test_item_is_found_by_what_it_is_called_now(shelf):
    """A new name is found, the old one is not, and a withdrawn item neither."""
    shelf.put_item(item("1", "Rapeseed oil 1 l", brand="Mazola"), at_us=1)
    assert names(shelf, "rapes") == ["Rapeseed oil 1 l"]
    assert names(shelf, "bertolli") == []
    shelf.put_item(item("1", "Rapeseed oil 1 l", active=False), at_us=2)
    assert names(shelf, "rapes") == []


def test_limit_holds(catalogue):
    """A result is never longer than the screen asked for."""
    catalogue.put([item(f"{n:03}", f"Milk {n}", f"9{n:03}") for n in range(90)], at_us=0)
    for limit in (1, 5, 20):
        assert len(catalogue.search("milk", limit, at_us=0)) == limit
        assert len(catalogue.search("m", limit, at_us=0)) == limit
        assert len(catalogue.search("900", limit, at_us=0)) <= limit


letters = st.text(
    st.sampled_from("abcdefghäöüßéøłжйяדर्त牛乳ガオ아이0123456789") | st.characters(codec="utf-8"),
    min_size=1,
    max_size=9,
)
phrases = st.lists(letters, min_size=1, max_size=4).map(" ".join)


@given(st.lists(phrases, min_size=1, max_size=8), st.data())
def test_every_item_is_found_by_beginnings_of_its_words(wanted, data):
    """Whatever script a name is in: fold it, cut its words, shuffle them, and it is found."""
    wanted = [name for name in (" ".join(n.split()) for n in wanted) if name.isprintable()]
    with Catalogue.in_memory() as catalogue:
        catalogue.put([item(f"S{n}", name) for n, name in enumerate(wanted) if name], at_us=0)
        for number, name in enumerate(wanted):
            words = fold(name).split()[:8]
            if not words:
                continue
            typed = [word[: data.draw(st.integers(1, len(word)))] for word in words]
            text = " ".join(data.draw(st.permutations(typed)))
            if len(text) <= 100:
                found = {hit.item.sku for hit in catalogue.search(text, at_us=0)}
                assert f"S{number}" in found, (text, name)


@given(st.text(max_size=150))
def test_anything_can_be_typed(text):
    """No text is a query of the index's own language, and none is an error."""
    with Catalogue.in_memory() as catalogue:
        catalogue.put(SHELF, at_us=0)
        catalogue.search(text, at_us=0)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """Hold 30,000 items, few of which have what many others nearly have."""
    path: Path = tmp_path_factory.mktemp("large") / "items.csv"
    choose = random.Random(3)
    with path.open("w", encoding="utf-8") as file:
        file.write("sku,name,brand\n")
        for number in range(30_000):
            kind = choose.choice(["Schokolade", "Schokoriegel", "Schorle", "Schokowaffel"])
            taste = choose.choice(["Nuss", "Milch", "Karamell", "Orange"])
            file.write(f"{number},{kind} {taste} {number % 97} g,Marke{number % 3000}\n")
        file.write("rare,Schokoladenpudding Nuss 13 g,Marke5\n")
        file.write("dear,Schokolade Nuss 1313 g gefüllt,Sonder\n")
    catalogue = Catalogue.in_memory()
    import_csv(catalogue, path, at_us=0)
    return catalogue


@pytest.mark.parametrize(
    ("typed", "sku"),
    [
        ("schokoladenp", "rare"),
        ("schoko nuss 1313", "dear"),
        ("schokolade nuss gef", "dear"),
        ("sch nu 1313 g", "dear"),
        ("pudding", "rare"),
        ("nuss pudding", "rare"),
        ("g nuss sonder", "dear"),
    ],
)
def test_rare_item_is_found_among_thousands_that_nearly_fit(large, typed, sku):
    """Reading only the first candidates is a matter of speed, not of what is found."""
    assert large.search(typed, at_us=0)[0].item.sku == sku


def test_search_is_the_same_however_the_items_came_in(large, write_csv: Callable[..., Path]):
    """One by one, in bulk into an empty catalogue, or indexed anew: the same is found."""
    lines = [f"{thing.sku},{thing.name},{thing.brand}" for thing in SHELF if "," not in thing.name]
    path = write_csv("sku,name,brand", *lines)
    with Catalogue.in_memory() as filled, Catalogue.in_memory() as merged:
        import_csv(filled, path, at_us=0)
        merged.put_item(item("0", "Zebra"), at_us=0)
        import_csv(merged, path, at_us=0)
        for typed in ("o", "oliv", "öl", "milch", "牛乳", "los strasse", "jui", "750"):
            assert names(filled, typed) == names(merged, typed), typed


@given(st.lists(st.tuples(st.integers(1, 10**6), st.booleans()), min_size=1, max_size=8))
def test_plan_asks_for_the_rarest_words_first(sizes):
    """Whatever is asked of the index, nothing rarer is left to be checked item by item."""
    with Catalogue.in_memory() as catalogue, catalogue.change() as connection:
        connection.execute("INSERT OR REPLACE INTO beginning VALUES ('', 1000000)")
        words = [terms.Term("q", "n", items) for items, _ in sizes]
        asked = terms.plan(connection, words, 20)
        rest = sorted(term.items for term in words)[len(asked) :]
        assert asked
        assert all(term.items <= other for term in asked for other in rest)

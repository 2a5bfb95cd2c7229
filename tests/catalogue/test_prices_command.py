"""``posframe prices``: what it takes and shows, and what a script reads off its exit status."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from posframe.catalogue.records import ItemCode, NewItem
from posframe.catalogue.store import Catalogue
from posframe.cli import prices
from posframe.errors import ConfigurationError, DataError, RuleViolation

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CARTON = "10614141000415"
SETTINGS = """format = 1
[till]
id = "T01"
store = "North"
currency = "EUR"
timezone = "Europe/Berlin"
"""


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., object]:
    """Run a command with ``--till`` set, over a catalogue with BEER in it."""
    with Catalogue.open(tmp_path / "catalogue.db") as catalogue:
        beer = NewItem(sku="BEER", name="Beer", price_minor=100, codes=(ItemCode(CARTON, 6000),))
        catalogue.put_item(beer, at_us=0)

    def call(*tokens: object) -> object:
        return prices.app(
            [*map(str, tokens), "--till", str(tmp_path)],
            exit_on_error=False,
            result_action="return_value",
        )

    return call


def lists(tmp_path: Path):
    with Catalogue.open(tmp_path / "catalogue.db", read_only=True) as catalogue:
        return [price_list for price_list, _ in catalogue.price_lists.lists()]


def test_import_says_what_the_list_is_now(run, write_csv, capsys, tmp_path):
    """Who it is for and when, in the shop's time; what is not said later stays as it is."""
    (tmp_path / "till.toml").write_text(SETTINGS, encoding="utf-8")
    path = write_csv("sku,price", "BEER,0.90")
    options = ["--name", "Members", "--groups", "staff, member", "--stores", "North"]
    window = ["--from", "2026-12-01", "--until", "2099-12-24"]
    assert run("import", path, "--list", "m", *options, *window, "--priority", "-2") == 0
    shown = capsys.readouterr().out
    for words in ("member, staff", "North", "2026-12-01 00:00", "2099-12-25 00:00", "1 new"):
        assert words in shown
    (before,) = lists(tmp_path)
    assert (before.name, before.priority) == ("Members", -2)
    assert run("import", path, "--list", "m") == 0
    assert lists(tmp_path) == [before]
    assert run("import", path, "--list", "m", "--groups", "", "--until", "", "--from", "") == 0
    (after,) = lists(tmp_path)
    assert (after.groups, after.valid_from_us, after.valid_until_us) == ((), None, None)
    assert after.stores == ("North",)


def test_bad_rows_are_shown_as_path_and_line_and_fail(run, write_csv, capsys, tmp_path):
    """In the form that editors follow; a hundred of them, and how many there are."""
    rows = (f"BEER{n},1" for n in range(150))
    path = write_csv("sku,price", "BEER,0.90", *rows)
    assert run("import", path, "--list", "m") == 1
    shown = capsys.readouterr().out
    assert f"{path}:3: sku: There is" in shown
    assert f"{path}:102:" in shown
    assert f"{path}:103:" not in shown
    assert "Nothing was taken: 150 bad rows, the first 100 of them above" in shown
    assert lists(tmp_path) == []


def test_a_dry_run_shows_and_leaves_all_as_it_is(run, write_csv, capsys, tmp_path):
    assert run("import", write_csv("sku,price", "BEER,1"), "--list", "m", "--dry-run") == 0
    assert "a dry run" in capsys.readouterr().out
    assert lists(tmp_path) == []


def test_a_list_that_has_no_effect_here_is_said_to_have_none(run, write_csv, capsys, tmp_path):
    """Another store's, or one that has ended: taken, and told."""
    (tmp_path / "till.toml").write_text(SETTINGS, encoding="utf-8")
    path = write_csv("sku,price", "BEER,0.90")
    run("import", path, "--list", "m", "--stores", "South", "--until", "2020-01-01")
    shown = capsys.readouterr().out
    assert "This till is of 'North', which is none of the list's stores" in shown
    assert "The list has ended already" in shown


@pytest.mark.parametrize(("option", "text"), [("--from", "2026-02-30"), ("--until", "tomorrow")])
def test_a_date_that_is_none_is_told_with_its_option(run, write_csv, option, text):
    with pytest.raises(DataError, match=option):
        run("import", write_csv("sku,price"), "--list", "m", option, text)


def test_list_shows_those_that_count_first_on_top(run, write_csv, capsys):
    path = write_csv("sku,price", "BEER,0.90")
    for id_, priority in (("b", 1), ("c", 5), ("a", 1)):
        run("import", path, "--list", id_, "--priority", priority)
    capsys.readouterr()
    run("list")
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["list", "c", "a", "b"]


def test_show_says_which_price_counts_and_why(run, write_csv, capsys, tmp_path):
    """At a day, for a quantity, for a group, in a store; a carton's code asks for the carton."""
    (tmp_path / "till.toml").write_text(SETTINGS, encoding="utf-8")
    path = write_csv("sku,price,min_quantity,pack", "BEER,0.90,,", "BEER,0.80,12,", "BEER,5.10,,6")
    run("import", path, "--list", "m", "--groups", "member", "--from", "2026-12-01")
    capsys.readouterr()

    def shown(*tokens: object) -> str:
        assert run("show", *tokens) == 0
        return " ".join(capsys.readouterr().out.split())

    assert "BEER Beer: 1.00 EUR, by the item's own price (price 1)" in shown("BEER")
    assert "not for this customer" in shown("BEER")
    member = ("--group", "member", "--at", "2026-12-01")
    assert "0.90 EUR, by list m (price 2)" in shown("BEER", *member)
    assert "from a larger quantity on" in shown("BEER", *member)
    assert "0.80 EUR, by list m" in shown("BEER", *member, "--quantity", "12")
    assert "5.10 EUR for 6, by list m" in shown(CARTON, *member)
    assert "begins later" in shown("BEER", "--group", "member", "--at", "2026-11-30 23:59")
    run("import", path, "--list", "m", "--stores", "South")
    assert "not for this store" in shown("BEER", *member)
    assert "by list m" in shown("BEER", *member, "--store", "South")


def test_show_of_what_has_no_price_or_is_not_known(run, tmp_path, capsys):
    """The first fails, the second says where to look."""
    with Catalogue.open(tmp_path / "catalogue.db") as catalogue:
        catalogue.put_item(NewItem(sku="NEW", name="New"), at_us=0)
    assert run("show", "NEW") == 1
    assert "NEW New: no price" in capsys.readouterr().out
    with pytest.raises(RuleViolation, match="Nothing is known by 4711"):
        run("show", "4711")


def test_export_writes_what_import_reads(run, write_csv, tmp_path, capsys):
    run("import", write_csv("sku,price", "BEER,0.90"), "--list", "m")
    capsys.readouterr()
    run("export", tmp_path / "out.csv", "--list", "m")
    assert "1 prices written" in capsys.readouterr().out
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["sku"], row["price"], row["currency"]) == ("BEER", "0.90", "EUR")
    run("export", "--list", "m")
    assert "BEER,Beer,0.90" in capsys.readouterr().out
    assert run("import", tmp_path / "out.csv", "--list", "m") == 0
    assert "0 new, 1 unchanged, 0 removed" in capsys.readouterr().out
    with pytest.raises(RuleViolation, match="no price list x"):
        run("export", "--list", "x")
    with pytest.raises(ConfigurationError, match="cannot be written"):
        run("export", tmp_path / "none" / "out.csv", "--list", "m")


def test_remove_takes_a_list_away(run, write_csv, tmp_path, capsys):
    run("import", write_csv("sku,price", "BEER,0.90"), "--list", "m")
    capsys.readouterr()
    run("remove", "--list", "m")
    assert "m removed, with 1 prices" in capsys.readouterr().out
    assert lists(tmp_path) == []
    with pytest.raises(RuleViolation, match="no price list m"):
        run("remove", "--list", "m")


def test_a_time_zone_that_is_none_is_told(run, write_csv, tmp_path):
    text = SETTINGS.replace("Europe/Berlin", "Europe/Berlyn")
    (tmp_path / "till.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"till\.timezone 'Europe/Berlyn' is unknown"):
        run("list")

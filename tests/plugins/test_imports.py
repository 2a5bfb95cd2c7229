"""``posframe loyalty import`` and ``posframe inventory import``: files become commands."""

from __future__ import annotations

import pytest

from posframe import DataError
from posframe.demo import members_path
from posframe_inventory.cli import app as inventory
from posframe_loyalty.cli import app as loyalty
from posframe_loyalty.plugin import LoyaltyPlugin

CARDS = "SELECT card, balance FROM loyalty_card ORDER BY card"
STOCK = "SELECT sku, on_hand_milli FROM inventory_stock ORDER BY sku"


def run(app, shop, file):
    """Run ``import`` as the command line does, and return its exit status."""
    command, bound, _ = app.parse_args(["import", str(file), "--till", str(shop.folder)])
    return command(*bound.args, **bound.kwargs)


def written(shop, text, encoding="utf-8"):
    path = shop.folder / "rows.csv"
    path.write_text(text, encoding=encoding)
    return path


def test_members_of_the_demonstration_shop_are_enrolled_once(shop, open_till, capsys):
    """A second run finds all of them known and changes nothing."""
    shop.write()
    assert run(loyalty, shop, members_path()) == 0
    assert capsys.readouterr().out == "12 enrolled, 0 known already, 0 refused\n"
    assert run(loyalty, shop, members_path()) == 0
    assert capsys.readouterr().out == "0 enrolled, 12 known already, 0 refused\n"
    cards = dict(open_till().rows(CARDS))
    assert len(cards) == 12
    assert cards["9528000000048"] == 150


def test_a_refused_card_is_named_by_its_line_and_the_others_are_enrolled(shop, open_till, capsys):
    """The exit status tells that something was refused."""
    shop.write()
    file = written(shop, "card_number,points\n9528000000017,1\n4006381333931,2\n9528000000024,3\n")
    assert run(loyalty, shop, file) == 1
    printed = capsys.readouterr()
    assert printed.out == "2 enrolled, 0 known already, 1 refused\n"
    assert printed.err.startswith("line 3: 4006381333931 is no card of this shop")
    assert dict(open_till().rows(CARDS)) == {"9528000000017": 1, "9528000000024": 3}


def test_counted_stock_is_taken_over(shop, open_till, capsys):
    """Columns in any order, others beside them, a byte order mark from a spreadsheet."""
    shop.write()
    file = written(shop, "quantity,name,sku\n3,Milk,MILK1\n0.642,Cheese,CHEESE1\n", "utf-8-sig")
    assert run(inventory, shop, file) == 0
    assert run(inventory, shop, file) == 0
    assert capsys.readouterr().out == "2 counted, 0 refused\n" * 2
    assert open_till().rows(STOCK) == [("CHEESE1", 642), ("MILK1", 3000)]


def test_a_count_below_zero_is_refused_by_its_line(shop, open_till, capsys):
    """The words are those the cashier would read."""
    shop.write()
    assert run(inventory, shop, written(shop, "sku,quantity\nMILK1,-3\nBREAD1,1\n")) == 1
    assert capsys.readouterr().err == "line 2: A count is never below zero (type what is there)\n"
    assert open_till().rows(STOCK) == [("BREAD1", 1000)]


@pytest.mark.parametrize(
    ("app", "text", "words"),
    [
        (loyalty, "card,points\n", "no column card_number"),
        (loyalty, "", "no column card_number"),
        (loyalty, "card_number,points\n9528000000017,many\n", "line 2: 'many' is no number"),
        (loyalty, "card_number,points\n9528000000017\n", "line 2"),
        (inventory, "sku,qty\n", "no column quantity"),
        (inventory, "sku,quantity\n,1\n", "line 2: the SKU is missing"),
        (inventory, "sku,quantity\nMILK1,1\nMILK1,x\n", "line 3: 'x' is not a quantity"),
        (inventory, "sku,quantity\nMILK1\n", "line 2"),
    ],
)
def test_a_file_that_cannot_be_understood_changes_nothing(shop, open_till, app, text, words):
    """It is read whole before the first row is done."""
    shop.write()
    with pytest.raises(DataError, match=words):
        run(app, shop, written(shop, text))
    assert open_till().rows(STOCK) == []


@pytest.mark.parametrize("app", [loyalty, inventory])
def test_a_file_that_is_not_there_or_no_text_is_said_so(shop, app):
    """In a sentence, as every other mistake."""
    shop.write()
    with pytest.raises(DataError, match="cannot be read"):
        run(app, shop, shop.folder / "nowhere.csv")
    with pytest.raises(DataError, match="cannot be read"):
        run(app, shop, written(shop, "sku,quantity\nMÜ,1\n", "latin-1"))


def test_the_command_group_is_what_the_hook_brings(open_till):
    """The command line asks the class, without a till; the hook answers the same."""
    brought = [
        each.name[0]
        for _, found in open_till().till.hooks.collect("posframe_cli")
        for each in found
    ]
    assert {"loyalty", "inventory"} <= set(brought)
    assert LoyaltyPlugin.posframe_cli() == [loyalty]

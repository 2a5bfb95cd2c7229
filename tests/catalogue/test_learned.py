"""Learning an unknown code, from the first scan until the back office has taken it over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pytest

from posframe.catalogue.records import ItemCode, NewItem
from posframe.catalogue.store import Catalogue
from posframe.cli.catalogue import app
from posframe.script import Script
from posframe.testing.ports import CountingIds
from posframe.testing.tills import make_till, quiet_ports

if TYPE_CHECKING:
    from pathlib import Path

EAN = "4006381333931"


def script_lines(
    folder: Path, *entries: str, items: tuple[NewItem, ...] = (), opening: int = 1
) -> list[dict]:
    """Do entries at a till with these goods in its catalogue and what was learnt before."""
    ports = attrs.evolve(quiet_ports(), ids=CountingIds(opening * 1000))
    with make_till(folder, items=items, ports=ports) as till:
        session = Script(till, full=True)
        return [session.line(entry) for entry in entries]


def listed(folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    app(["learned", "--till", str(folder)], result_action="return_value")
    return capsys.readouterr().out


def pen(**more: object) -> NewItem:
    return NewItem(sku="1", name="Pen, blue", codes=(ItemCode(EAN),), price_minor=250, **more)


def test_a_learnt_code_sells_at_once_and_by_its_next_scan(tmp_path):
    """Name and price now; the SKU is the code itself; the rest is for the back office."""
    unknown, learnt, again = script_lines(tmp_path, EAN, f".learn {EAN} 1.99 Pen", EAN)
    assert not unknown["accepted"]
    assert learnt["accepted"]
    assert [(each["sku"], each["gross"]) for each in again["lines"]] == [(EAN, 199), (EAN, 199)]


@pytest.mark.parametrize("code", [EAN, EAN.zfill(14), "1"])
def test_a_known_or_misread_code_is_not_learnt(tmp_path, code):
    """An item is never made twice, nor from a misread, and the sale has no line of it."""
    for one, words in ((code, "known already"), ("4006381333935", "heck digit")):
        (answer,) = script_lines(tmp_path / one, f".learn {one} 1.00 Pencil", items=(pen(),))
        assert not answer["accepted"]
        assert words in answer["message"]
        assert answer["lines"] == []


def test_an_item_set_aside_is_neither_sold_nor_learnt(tmp_path):
    """A recalled article stays off the till, though cashiers had named it before the recall."""
    script_lines(tmp_path, f".learn {EAN} 1.99 Pen", ".cancel")
    entries = (EAN, EAN.zfill(14), "1", f".learn {EAN} 1.99 Pen")
    recalled = script_lines(tmp_path, *entries, items=(pen(active=False),), opening=2)
    for answer in recalled:
        assert not answer["accepted"]
        assert "not for sale now" in answer["message"]


def test_what_was_learnt_is_listed_until_the_catalogue_has_its_code(tmp_path, capsys):
    """Whatever SKU the back office gives it."""
    Catalogue.open(tmp_path / "catalogue.db").close()
    make_till(tmp_path, items=()).close()
    assert EAN not in listed(tmp_path, capsys)
    script_lines(tmp_path, f".learn {EAN} 1.99 Pen")
    assert EAN in listed(tmp_path, capsys)
    goods = tmp_path / "goods.csv"
    goods.write_text(f"sku,name,gtin,price\n1,Pen,{EAN},2.50\n")
    assert app(["import", str(goods), "--till", str(tmp_path)], result_action="return_value") == 0
    assert EAN not in listed(tmp_path, capsys)


def test_an_item_marked_as_learnt_in_the_list_is_shown_too(tmp_path, capsys):
    """The column comes from a list that another till's learnt items went into."""
    make_till(tmp_path, items=()).close()
    goods = tmp_path / "goods.csv"
    goods.write_text("sku,name,price,learned\n7,Lamp,45.00,yes\n8,Chair,60.00,no\n")
    assert app(["import", str(goods), "--till", str(tmp_path)], result_action="return_value") == 0
    shown = listed(tmp_path, capsys)
    assert "Lamp" in shown
    assert "Chair" not in shown

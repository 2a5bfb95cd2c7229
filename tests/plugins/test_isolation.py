"""A plugin that fails, or is taken out, changes no sale: nor those to come, nor those closed."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import attrs
import pytest

from posframe import Recorded, hookimpl
from posframe.errors import JournalFull
from posframe.kernel.domain.evolve import evolve
from posframe.kernel.domain.transaction import TillState
from posframe.store.codec import RawEvent
from posframe_inventory.ledger import LEDGER
from posframe_inventory.plugin import InventoryPlugin
from posframe_loyalty.ledger import LEDGER as POINTS
from posframe_loyalty.plugin import LoyaltyPlugin

if TYPE_CHECKING:
    from collections.abc import Iterator

CARD = "9528000000017"
STOCK = "SELECT sku, on_hand_milli FROM inventory_stock ORDER BY sku"


def folded(cashier):
    """Fold the whole journal anew, as a start without a checkpoint does."""
    state = TillState()
    for row in cashier.till.call(lambda: list(cashier.till.parts.journal.read())):
        state = evolve(state, row.event)
    return state


def comparable(state):
    """Leave out what says which plugins there are."""
    return attrs.evolve(state, configuration="")


def sell_to_member(cashier):
    return cashier("MILK1", f".customer {CARD}", "+", "")


def failing(self, **_):
    raise ZeroDivisionError("a bug of the plugin's")


def test_history_reads_the_same_without_the_plugins_that_made_it(cashier, open_till):
    """Their events stay as they were written; every total is what it was."""
    cashier(f".enrol {CARD} 5", ".receive MILK1 3")
    sell_to_member(cashier)
    before = comparable(cashier.till.state)
    assert comparable(folded(cashier)) == before
    bare = open_till(plugins=("payments",))
    assert comparable(bare.till.state) == before
    assert comparable(folded(bare)) == before
    raw = [each.name for each in bare.events("loyalty.PointsEarned")]
    assert raw == ["loyalty.PointsEarned"]
    assert all(isinstance(each, RawEvent) for each in bare.events("inventory.GoodsReceived"))
    document = bare.till.receipt(bare.till.state.last.transaction)
    assert document is not None
    assert all(section.name != "loyalty" for section in document.sections)


def test_a_members_open_sale_is_paid_after_loyalty_was_taken_out(cashier, open_till):
    """The sale goes on; it earns no points, and the member's name for it stays."""
    cashier(f".enrol {CARD} 5", "MILK1", f".customer {CARD}")
    bare = open_till(plugins=("payments", "inventory"))
    bare("+", "")
    (sale,) = bare.events("sale.Completed")
    assert sale.customer == f"card:{CARD}"
    assert bare.events("loyalty.PointsEarned") == []


def test_plugins_put_back_catch_up_on_what_they_missed(cashier, open_till):
    """Stock knows the sales made without it; points are not earned for them."""
    cashier(f".enrol {CARD} 5", ".receive MILK1 9")
    sell_to_member(cashier)
    bare = open_till(plugins=("payments",))
    bare("2 * MILK1", "+", "")
    again = open_till()
    again.catch_up()
    assert again.rows(STOCK) == [("MILK1", 6000)]
    assert again.rows("SELECT balance FROM loyalty_card") == [(6,)]
    sell_to_member(again)
    assert again.rows(STOCK) == [("MILK1", 5000)]
    assert again.rows("SELECT balance FROM loyalty_card") == [(7,)]


@pytest.mark.parametrize(
    ("hook", "arguments"),
    [
        ("posframe_contribute", "sale, events"),
        ("posframe_parse_entry", "text, screen, sale"),
        ("posframe_receipt_sections", "completed"),
    ],
)
def test_a_failing_plugin_stops_no_sale_and_is_named(open_till, monkeypatch, hook, arguments):
    """The sale is closed; journal and screen say who failed, and after three it is set aside."""
    names = arguments.split(", ")
    made = eval(f"lambda self, {arguments}: failing(self, {', '.join(f'{n}={n}' for n in names)})",
                {"failing": failing})  # fmt: skip
    monkeypatch.setattr(LoyaltyPlugin, hook, hookimpl(made))
    cashier = open_till()
    for number in range(1, 5):
        assert cashier("MILK1", "+", "").words == f"Receipt {number}"
        cashier.till.receipt(cashier.till.state.last.transaction)
    cashier("MILK1")
    faults = cashier.events("plugin.Faulted")
    assert {(each.plugin, each.hook) for each in faults} == {("loyalty", hook)}
    assert any("loyalty" in notice for notice in cashier.till.notices())
    assert cashier.rows(STOCK) == [("MILK1", -4000)]


def test_identifying_that_fails_finds_nobody_and_the_sale_goes_on(open_till, monkeypatch):
    """The card is refused in words, the goods are sold."""
    made = hookimpl(lambda self, code: failing(self))
    monkeypatch.setattr(LoyaltyPlugin, "posframe_identify_customer", made)
    cashier = open_till()
    cashier("MILK1")
    assert "No customer has the card" in cashier.refused(f".customer {CARD}")
    assert cashier("+", "").words == "Receipt 1"


@pytest.mark.parametrize(
    ("model", "name"), [(LEDGER, "inventory.GoodsReceived"), (POINTS, "loyalty.PointsEarned")]
)
def test_a_row_of_a_newer_plugin_is_not_passed_over(model, name):
    """It freezes the read model, which is announced; ignoring it would make the sums wrong."""
    row = Recorded(1, 1, "x", name, 9, 1, "2030-01-01", "1", "", RawEvent(name, 9, b""))
    with pytest.raises(TypeError, match="version 9 is of a newer plugin"):
        list(model.apply(row))


class Disk:
    """A stock ledger on a disk that is full at one row."""

    def __init__(self, full_at: int, error: Exception) -> None:
        self.left, self.error = full_at, error

    def apply(self, row: Recorded) -> Iterator[tuple]:
        if row.name == "sale.Completed":
            self.left -= 1
            if self.left == 0:
                raise self.error
        yield from LEDGER.apply(row)


def serve(monkeypatch, apply):
    model = attrs.evolve(LEDGER, apply=apply)
    monkeypatch.setattr(InventoryPlugin, "posframe_projections", hookimpl(lambda self: [model]))


def test_a_slice_of_catching_up_that_was_rolled_back_is_done_again(open_till, monkeypatch):
    """What a full disk undid is not taken for done."""
    bare = open_till(plugins=("payments",))
    for _ in range(3):
        bare("MILK1", "+", "")
    serve(monkeypatch, Disk(3, JournalFull("no room")).apply)
    cashier = open_till()
    with contextlib.suppress(JournalFull):  # raised here, or to the till's own idle time
        cashier.catch_up()
    cashier.catch_up()
    assert cashier.rows(STOCK) == [("MILK1", -3000)]


def test_a_read_model_frozen_in_an_action_that_was_undone_misses_nothing(open_till, monkeypatch):
    """Where it stands is undone with the action, so that it takes the next row, or says so."""
    serve(monkeypatch, Disk(1, ZeroDivisionError("a bug")).apply)
    cashier = open_till()
    models = cashier.till.parts.journal.projections
    sales = models._projections["sales"]
    models._projections["sales"] = attrs.evolve(sales, apply=lambda _row: [("no such", ())])
    models._index()
    cashier("MILK1")
    cashier.attempt("+")
    assert not cashier.attempt("").accepted
    models._projections["sales"] = sales
    models._index()
    cashier("")
    assert cashier.rows(STOCK) == [("MILK1", -1000)]

"""Stock moves once, in the action that moves the goods, and never stops a sale."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posframe import LineKind, SaleView, hookimpl
from posframe.kernel.ports import ActionHead
from posframe_inventory.ledger import LEDGER
from posframe_inventory.plugin import InventoryPlugin

STOCK = "SELECT sku, on_hand_milli FROM inventory_stock ORDER BY sku"
MOVEMENTS = "SELECT seq, line, sku, quantity_milli, kind FROM inventory_movement ORDER BY seq, line"


def stock(cashier):
    return dict(cashier.rows(STOCK))


def sums(cashier):
    """Return what the movements of each SKU add up to."""
    found = {}
    for _, _, sku, milli, _ in cashier.rows(MOVEMENTS):
        found[sku] = found.get(sku, 0) + milli
    return found


def sell(cashier, *entries):
    return cashier(*entries, "+", "")


def record(cashier, **changes):
    """Write the last completed sale once more with changes, as a return or post-void would be."""
    journal = cashier.till.parts.journal
    last = cashier.events("sale.Completed")[-1]
    number = 900 + len(cashier.events("sale.Completed"))
    event = attrs.evolve(last, transaction=f"t{number}", receipt_number=number, **changes)

    def write():
        journal.begin()
        journal.append(ActionHead(command="x", wall_us=1, mono_us=1, business_date="2030-01-01",
                                  actor="1"), [(event, event.transaction)])  # fmt: skip
        journal.commit()

    cashier.till.call(write)


def with_lines(cashier, **changes):
    last = cashier.events("sale.Completed")[-1]
    return tuple(attrs.evolve(each, line=attrs.evolve(each.line, **changes)) for each in last.lines)


def test_goods_received_are_on_hand(cashier):
    """Each delivery adds; the words say what there is then, and that a SKU is new."""
    words = cashier(".receive MILK1 10 note 4711").words
    assert words == "MILK1: 10 received, 10 on hand; it is new to the stock, so check the SKU"
    assert cashier(".receive MILK1 2.5").words == "MILK1: 2.5 received, 12.5 on hand"
    assert cashier.events("inventory.GoodsReceived")[0].reference == "note 4711"
    assert stock(cashier) == {"MILK1": 12_500}


def test_a_count_takes_the_place_of_the_record(cashier):
    """Its movement is the difference, so that stock stays the sum of movements."""
    cashier(".receive MILK1 10")
    assert cashier(".count MILK1 7").words == "MILK1: 7 counted, 10 were on record"
    assert stock(cashier) == {"MILK1": 7000} == sums(cashier)
    assert cashier(".count BREAD1 0").words.startswith("BREAD1: 0 counted; it is new")


def test_stock_answers_in_words_and_writes_nothing(cashier):
    """By SKU, or of the last item in the sale."""
    cashier(".count MILK1 3")
    head = cashier.till.parts.journal.head
    assert cashier(".stock MILK1").words == "MILK1: 3 on hand"
    assert cashier(".STOCK BREAD1").words == "BREAD1: nothing on record"
    assert "The stock of what?" in cashier.refused(".stock")
    assert cashier.till.parts.journal.head == head
    cashier("MILK1", "BREAD1", "-", "5.00 / 1")
    assert cashier(".stock").words == "MILK1: 3 on hand"


def test_stock_falls_in_the_action_that_completes_the_sale(cashier):
    """The movement bears the number of the row that says the sale is closed."""
    cashier(".receive MILK1 10")
    outcome = sell(cashier, "3 * MILK1")
    completed = next(row for row in outcome.recorded if row.name == "sale.Completed")
    assert cashier.rows(MOVEMENTS)[-1] == (completed.seq, 1, "MILK1", -3000, "sale")
    assert stock(cashier) == {"MILK1": 7000}
    assert {row.action for row in outcome.recorded} == {completed.action}


def test_nothing_moves_while_a_sale_is_open_or_held_or_when_it_is_cancelled(cashier):
    """Stock is what is in the shop: goods leave it when they are paid."""
    cashier(".receive MILK1 10")
    cashier("MILK1", ".hold", "MILK1", ".cancel")
    assert stock(cashier) == {"MILK1": 10_000}
    cashier(".recall", "+", "")
    assert stock(cashier) == {"MILK1": 9000}


def test_a_voided_line_moves_nothing_and_every_other_line_moves_once(cashier):
    """Two lines of one item are two movements."""
    sell(cashier, "MILK1", "BREAD1", "-", "MILK1")
    assert [row[1:4] for row in cashier.rows(MOVEMENTS)] == [
        (1, "MILK1", -1000),
        (3, "MILK1", -1000),
    ]


def test_deposits_and_departments_are_no_stock(cashier):
    """Only the bottle's content is counted, and an amount is no thing at all."""
    sell(cashier, "COLA1", "5.00 / 1")
    assert stock(cashier) == {"COLA1": -1000}


def test_weighed_goods_move_by_weight(cashier):
    """To the gram."""
    cashier(".receive CHEESE1 4.5")
    sell(cashier, "0.642 * CHEESE1")
    assert stock(cashier) == {"CHEESE1": 3858}


@pytest.mark.parametrize(
    "line", [{"kind": LineKind.RETURN}, {"quantity_milli": -2000},
             {"kind": LineKind.RETURN, "quantity_milli": -2000}]
)  # fmt: skip
def test_goods_given_back_are_on_hand_again(cashier, line):
    """However a return says it: by its kind, by its sign, or by both."""
    cashier(".receive MILK1 10")
    sell(cashier, "2 * MILK1")
    record(cashier, lines=with_lines(cashier, **line))
    assert stock(cashier) == {"MILK1": 10_000} == sums(cashier)
    assert cashier.rows(MOVEMENTS)[-1][3:] == (2000, "return")


def test_a_sale_for_training_moves_nothing(cashier):
    """No goods leave the shop."""
    sell(cashier, "MILK1")
    record(cashier, training=True)
    assert stock(cashier) == {"MILK1": -1000}


def test_more_is_sold_than_is_on_record(cashier):
    """The customer holds it in hand: the sale goes on, and words say that a count is due."""
    cashier(".receive MILK1 1")
    sell(cashier, "3 * MILK1")
    words = cashier(".stock MILK1").words
    assert words == "MILK1: -2 on hand, more was sold than received: count it"


def test_shortages_are_told_to_whom_asks_and_refuse_nothing(open_till):
    """By item over the whole sale; not a word where the settings want none."""
    cashier = open_till()
    assert _shortages(cashier) == ("MILK1: 3 in this sale, 2 on hand",)
    quiet = "[plugins.inventory]\nwarn_below_zero = false\n"
    cashier = open_till(tables={"inventory": quiet})
    assert _shortages(cashier) == ()
    sell(cashier)
    sell(cashier, "MILK1")
    assert cashier(".stock MILK1").words == "MILK1: -5 on hand"


def _shortages(cashier):
    plugin = next(each.plugin for each in cashier.till.hooks.plugins if each.name == "inventory")
    cashier(".count MILK1 2", ".count BREAD1 5", "MILK1", "BREAD1", "2 * MILK1", "1.00 / 1")
    return cashier.till.call(lambda: plugin.shortages(SaleView(cashier.till.state.transaction)))


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (".receive MILK1", "type: .receive SKU QUANTITY [reference]"),
        (".receive", "type: .receive SKU QUANTITY [reference]"),
        (".receive MILK1 0", "above zero"),
        (".receive MILK1 -3", "above zero"),
        (".count MILK1 -1", "never below zero"),
        (".count MILK1", "type: .count SKU QUANTITY"),
        (".count MILK1 1 2", "type: .count SKU QUANTITY"),
        (".stock MILK1 2", "type: .stock [SKU]"),
    ],
)
def test_an_entry_that_does_not_fit_says_what_would(cashier, entry, words):
    """Nothing changes, and the hint is how to type it."""
    assert words in cashier.refused(entry)
    assert stock(cashier) == {}


def test_reports_list_stock_and_what_fell_below_zero(cashier):
    """Two columns each, in the order of the SKUs."""
    cashier(".receive MILK1 1.5", ".count BREAD1 0")
    sell(cashier, "SWEET1")
    reports = {
        each.id: each
        for plugin, found in cashier.till.hooks.collect("posframe_reports")
        for each in found
    }
    rows = {name: list(cashier.till.call(reports[name].run)) for name in reports}
    assert rows["stock"] == [("BREAD1", "0"), ("MILK1", "1.5"), ("SWEET1", "-1")]
    assert rows["negative_stock"] == [("SWEET1", "-1")]
    assert reports["stock"].columns == reports["negative_stock"].columns == ("sku", "on_hand")


moves = st.lists(
    st.tuples(
        st.sampled_from(["receive", "count", "sell", "cancel"]),
        st.sampled_from(["MILK1", "BREAD1", "SWEET1"]),
        st.integers(1, 40),
    ),
    max_size=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # one shop goes on and on
@given(moves)
def test_stock_is_the_sum_of_movements_and_what_a_notebook_would_say(cashier, script):
    """After any deliveries, counts, sales and cancellations, in any order."""
    notebook = stock(cashier)
    for what, sku, number in script:
        if what == "receive":
            cashier(f".receive {sku} {number}")
            notebook[sku] = notebook.get(sku, 0) + 1000 * number
        elif what == "count":
            cashier(f".count {sku} {number}")
            notebook[sku] = 1000 * number
        elif what == "sell":
            cashier(f"{number} * {sku}", ".pay", "500.00" if number * 1003 > 50_000 else "")
            notebook[sku] = notebook.get(sku, 0) - 1000 * number
        else:
            cashier(f"{number} * {sku}", ".cancel")
    assert stock(cashier) == notebook == sums(cashier)


def test_replay_gives_the_same_stock(cashier, open_till, monkeypatch):
    """A raised version drops the tables and folds the journal anew: nothing doubles."""
    cashier(".receive MILK1 10", "MILK1", "BREAD1", "+", "", ".count BREAD1 4", "COLA1", "+", "")
    before = cashier.rows(STOCK), cashier.rows(MOVEMENTS)
    _serve(monkeypatch, attrs.evolve(LEDGER, version=2))
    again = open_till()
    again.catch_up()
    assert (again.rows(STOCK), again.rows(MOVEMENTS)) == before


def test_a_read_model_that_fails_stops_no_sale_and_catches_up(open_till, monkeypatch):
    """The sale is closed, the screen is told, and the next start makes up for it."""

    def broken(row):
        raise ZeroDivisionError("a bug of the plugin's")
        yield

    _serve(monkeypatch, attrs.evolve(LEDGER, apply=broken))
    cashier = open_till()
    assert sell(cashier, "MILK1").words == "Receipt 1"
    assert sell(cashier, "BREAD1").words == "Receipt 2"
    assert any("inventory" in notice for notice in cashier.till.notices())
    assert stock(cashier) == {}
    _serve(monkeypatch, LEDGER)
    again = open_till()
    again.catch_up()
    assert stock(again) == {"BREAD1": -1000, "MILK1": -1000}


def _serve(monkeypatch, projection):
    monkeypatch.setattr(
        InventoryPlugin, "posframe_projections", hookimpl(lambda self: [projection])
    )


def test_half_a_movement_never_stays(open_till, monkeypatch):
    """A row that fails in the middle is undone whole, while selling and while catching up."""

    def half(row):
        for statement in LEDGER.apply(row):
            yield statement
            if row.name == "sale.Completed":
                raise ZeroDivisionError("after the first statement")

    _serve(monkeypatch, attrs.evolve(LEDGER, apply=half))
    sell(open_till(), "MILK1")
    again = open_till()
    again.catch_up()
    assert again.rows(MOVEMENTS) == []
    _serve(monkeypatch, LEDGER)
    again = open_till()
    again.catch_up()
    assert stock(again) == {"MILK1": -1000}


@pytest.mark.parametrize(
    ("condition", "on_hand", "aside"), [("good", 10_000, 0), ("opened", 9_000, 1_000),
                                        ("damaged", 9_000, 0)])  # fmt: skip
def test_goods_that_come_back_go_where_their_condition_says(cashier, condition, on_hand, aside):
    """10 there, one sold, which comes back: to stock, to quarantine, or to be thrown away."""
    cashier(".receive MILK1 10")
    sell(cashier, "4006381333931")
    sell(cashier, f".return 1 1 is={condition}")
    assert stock(cashier) == sums(cashier) == {"MILK1": on_hand}
    quarantine = cashier.rows("SELECT milli FROM inventory_quarantine")
    assert sum(milli for (milli,) in quarantine) == aside


def test_goods_leave_quarantine_for_stock_or_for_good(cashier):
    cashier(".receive MILK1 10")
    sell(cashier, "3 * 4006381333931")
    sell(cashier, ".return 1 1 is=opened")
    assert cashier(".stock MILK1").words == "MILK1: 7 on hand, 3 in quarantine"
    assert "3 are in quarantine" in cashier.refused(".release MILK1 4")
    assert "3 are in quarantine" in cashier.refused(".release MILK1 0")
    assert "type: .release" in cashier.refused(".release MILK1 1 home")
    assert cashier(".release MILK1 2").words == "MILK1: 2 to stock"
    assert cashier(".release MILK1 1 scrap").words == "MILK1: 1 to scrap"
    assert stock(cashier) == sums(cashier) == {"MILK1": 9_000}

"""A look at a price, by entries at a till: words and a row, and the open sale as it was."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posframe.catalogue.records import ItemCode, NewItem
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.quantity import KILOGRAM
from posframe.script import Script
from posframe.testing.tills import GOODS, make_till

APPLES = NewItem(sku="APPLE", name="Apples", unit=KILOGRAM, weighed=True, price_minor=299)
REPAIR = NewItem(sku="REPAIR", name="Repair", open_price=True)
SIX = NewItem(
    sku="BEER",
    name="Beer",
    price_minor=110,
    codes=(ItemCode("4001686323397", quantity_milli=6_000),),
)
OFFERS = """
[[plugins.promotions.offers]]
id = "pens"
label = "Back to school"
kind = "cheapest_percent"
n = 3
percent = "100"
skus = ["PEN"]

[[plugins.promotions.offers]]
id = "member-pads"
label = "Pads"
kind = "unit_percent"
percent = "10"
skus = ["PAD"]
members_only = true

[[plugins.promotions.offers]]
id = "gone"
label = "Last year"
kind = "unit_percent"
percent = "50"
skus = ["PEN"]
until = "2020-01-01"

[[plugins.promotions.offers]]
id = "all"
label = "Everything"
kind = "basket_percent"
percent = "5"
spend = "50.00"
"""


@pytest.fixture(scope="module")
def till(tmp_path_factory):
    folder = tmp_path_factory.mktemp("look")
    items = (*GOODS, APPLES, REPAIR, SIX)
    plugins = ("payments", "promotions")
    with make_till(folder, items=items, plugins=plugins, settings=OFFERS) as made:
        yield made


@pytest.fixture
def script(till):
    if till.state.transaction is not None:
        till.do(cmd.Cancel(reason="test"))
    return Script(till)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("INK", "Ink: 12.95"),
        ("APPLE", "Apples: 2.99 a kg"),
        ("REPAIR", "Repair: its price is keyed"),
        ("4001686323397", "Beer: 6.60 for 6 (1.10 each)"),
        ("PEN", "Pen: 1.50; Back to school (3 for 2: the cheapest of 3 free)"),
        ("PAD", "Pad: 3.99; Pads (10 % off each, for members)"),
    ],
)
def test_a_look_says_name_price_unit_and_the_offers_that_are_in_force(script, code, words):
    answer = script.line(f".look {code}")
    assert (answer["accepted"], answer["message"]) == (True, words)


def test_a_look_is_journalled_with_the_item_and_belongs_to_no_sale(script):
    script.line("1 * INK")
    outcome = script.till.do(cmd.LookPrice(code="036000291452"))
    row = outcome.recorded[0]
    assert len(outcome.recorded) == 1
    assert row.event == ev.PriceLooked(sku="INK", operator=script.till.config.till.operator)
    assert row.transaction == ""


@given(st.lists(st.sampled_from([".look PEN", ".look GIN", ".look nothing", ".look APPLE"])))
@settings(max_examples=20)
def test_looks_leave_an_open_sale_as_it_was(till, looks):
    script = Script(till)
    script.line("2 * PEN")
    script.line("1 * PAD")
    before, drawer = till.state.transaction, till.state.drawer_minor
    for look in looks:
        script.line(look)
    assert till.state.transaction is before
    assert till.state.drawer_minor == drawer
    assert script.session.marked is None
    till.do(cmd.Cancel(reason="test"))


def test_a_look_opens_no_sale_and_no_business_day(script):
    numbers = script.till.state.last_transaction_number
    script.line(".look INK")
    assert script.till.state.transaction is None
    assert script.till.state.last_transaction_number == numbers


@pytest.mark.parametrize("line", [".look", ".look ", ".look NOTHING", ".look 4006381333932"])
def test_a_look_at_nothing_is_a_sentence_with_a_hint_and_no_row(script, line):
    seq = script.till.parts.engine.head_seq
    answer = script.line(line)
    assert not answer["accepted"]
    assert answer["hint"]
    assert script.till.parts.engine.head_seq == seq


class FailingRule:
    def price(self, sale, changed):
        return ()

    def offers_on(self, sku, *, department, currency, at_us):
        raise RuntimeError(sku)


def test_a_rule_that_cannot_tell_keeps_nobody_from_the_price(script, monkeypatch):
    hooks = script.till.hooks
    plugin = hooks.price_rules[0][0]
    monkeypatch.setattr(hooks, "price_rules", [(plugin, FailingRule()), *hooks.price_rules])
    assert script.line(".look PEN")["message"].startswith("Pen: 1.50; Back to school")
    assert hooks.faults == []

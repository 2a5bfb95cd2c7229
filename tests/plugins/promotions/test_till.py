"""Offers at a till: scans, tenders, customers, restarts; all through commands."""

from __future__ import annotations

import attrs
import pytest

from posframe import ConfigurationError, SaleView, commands
from posframe.testing.tills import make_till
from tests.plugins.promotions.desks import CASH_ONLY, HEAD, THREE_FOR_TWO


def test_an_offer_is_given_as_goods_are_scanned_and_taken_away_as_they_are_voided(desk_of):
    """PEN 1.50 and PAD 3.99: of three the PEN is free; without one of them nothing is."""
    desk = desk_of(THREE_FOR_TWO)
    desk.scan("PEN", "PAD")
    assert desk.offers_given == {}
    desk.scan("PAD")
    assert desk.offers_given == {"3for2": 150}
    assert desk.sale.totals.gross_minor == 150 + 2 * 399 - 150
    desk.do(commands.VoidLine(number=2))
    assert desk.offers_given == {}
    assert desk.sale.totals.gross_minor == 150 + 399


def test_a_completed_sale_keeps_what_each_line_gave_up(desk_of):
    """150 on 150, 399 and 399: 23.73, 63.13, 63.13, the spare cent to the largest remainder."""
    desk = desk_of(THREE_FOR_TWO)
    desk.scan("PEN", "PAD", "PAD")
    desk.pay()
    (completed,) = desk.events("sale.Completed")
    assert [line.line.deal_minor for line in completed.lines] == [-24, -63, -63]
    (row,) = completed.offers
    assert (row.label, row.rule) == ("3 for 2", "3 for 2: the cheapest of 3 free")
    assert row.applications == 1


def test_a_refused_action_leaves_no_trace_in_what_comes_after(desk_of):
    """A quantity that is too large is refused after it was priced; then the sale goes on."""
    desk = desk_of(THREE_FOR_TWO, '\n[limits]\nsale = "50"\n')
    desk.scan("PEN", "PAD", "PAD")
    desk.refused(commands.ChangeQuantity(number=1, quantity_milli=900_000))
    assert desk.offers_given == {"3for2": 150}
    desk.scan("PAD")
    desk.do(commands.VoidLine(number=1))
    assert desk.offers_given == {"3for2": 399}


def test_a_recalled_sale_is_priced_by_its_own_lines(desk_of):
    """Another sale was priced meanwhile."""
    desk = desk_of(THREE_FOR_TWO)
    desk.scan("PEN", "PAD")
    desk.do(commands.Suspend())
    desk.scan("PAD", "PAD", "PAD")
    assert desk.offers_given == {"3for2": 399}
    desk.do(commands.Suspend())
    desk.do(commands.Resume(place=1))
    assert desk.offers_given == {}
    desk.scan("PAD")
    assert desk.offers_given == {"3for2": 150}


def test_an_open_sale_goes_on_after_a_restart_as_if_nothing_had_happened(desk_of):
    """The rule remembers nothing then."""
    desk = desk_of(THREE_FOR_TWO)
    desk.scan("PEN", "PAD", "PAD")
    desk.open()
    assert desk.offers_given == {"3for2": 150}
    desk.scan("PAD", "PAD", "PAD")
    # PAD PAD PAD and PAD PAD PEN: dearest first
    assert desk.offers_given == {"3for2": 399 + 150}


def test_a_discount_and_an_offer_come_to_the_same_in_either_order(desk_of):
    """Half off the first PAD, and 3 for 2 on what is left of it."""
    half = commands.Discount(number=1, percent_milli=50_000)
    first, last = desk_of(THREE_FOR_TWO), desk_of(THREE_FOR_TWO)
    first.scan("PAD")
    first.do(half)
    first.scan("PAD", "PAD")
    last.scan("PAD", "PAD", "PAD")
    last.do(half)
    # 3.99 less half of it is 2.00 (1.995 taken as 2.00), so 1.99 is the cheapest
    assert first.offers_given == last.offers_given == {"3for2": 199}
    assert first.sale.due_minor == last.sale.due_minor == 2 * 399


def test_an_offer_for_a_tender_is_given_when_that_tender_is_meant(desk_of):
    """What was seen is not taken for the new price: look and press again."""
    desk = desk_of(CASH_ONLY)
    desk.scan("INK")
    assert desk.sale.due_minor == 1295
    seen = commands.Seen(transaction=desk.sale.id, tenders=0, due_minor=1295)
    outcome = desk.do(commands.Pay(type="cash", seen=seen))
    assert "look and press again" in outcome.words
    # a tenth of 12.95 is 1.295
    assert desk.offers_given == {"cash": 130}
    assert desk.sale.due_minor == 1165
    desk.do(commands.Pay(type="cash", seen=attrs.evolve(seen, due_minor=1165)))
    assert desk.till.state.last.gross_minor == 1165


def test_an_offer_for_a_tender_comes_after_all_others(desk_of):
    """1.00 off INK first, then a tenth of what is left, and only then the basket's 2.00."""
    offers = """
[[offer]]
id = "ink"
kind = "unit_amount"
amount = "1.00"
[[offer]]
id = "tenth"
kind = "unit_percent"
percent = "10"
tender = "cash"
[[offer]]
id = "two"
kind = "basket_amount"
amount = "2.00"
spend = "11.95"
"""
    desk = desk_of(offers)
    desk.scan("INK")
    desk.do(commands.Total(tender="cash"))
    # that the tenth takes the goods below 11.95 does not lose the 2.00
    assert desk.offers_given == {"ink": 100, "tenth": 120, "two": 200}


def test_the_total_looks_harder_and_keeps_what_it_finds(desk_of):
    """With little work allowed on a scan the gap is told; at Total it is closed or smaller."""
    offers = "".join(
        f'[[offer]]\nid = "o{at}"\nkind = "n_for_price"\nn = 3\nprice = "4.0{at}"\n'
        f'skus = ["PEN", "PAD", "{other}"]\n'
        for at, other in enumerate(["INK", "TEA", "GIN"])
    )
    desk = desk_of(offers, "scan_ms = 1\ntotal_ms = 1000\n")
    desk.scan(*["PEN", "PAD", "TEA", "INK"] * 4)
    before = sum(desk.offers_given.values())
    desk.do(commands.Total())
    after = sum(desk.offers_given.values())
    assert after >= before
    assert sum(row.short_by_minor for row in desk.sale.basket.offers.values()) == 0


HAPPY = """
[[offer]]
id = "happy"
kind = "unit_percent"
percent = "50"
hours = "17:00-19:00"
"""


def test_the_opening_of_the_sale_decides_on_a_happy_hour(desk_of):
    """Who queues through its end still has it; a sale opened one second later has not."""
    desk = desk_of(HAPPY)
    day_us, hour_us = 86_400_000_000, 3_600_000_000
    now_us = desk.clock.wall_us()
    midnight_us = now_us - now_us % day_us + day_us
    desk.clock.jump(midnight_us + 19 * hour_us - 1_000_000)
    desk.scan("INK")
    assert desk.offers_given == {"happy": 648}
    desk.clock.jump(midnight_us + 19 * hour_us)
    desk.scan("INK")
    assert desk.offers_given == {"happy": 1296}
    desk.pay()
    desk.scan("INK")
    assert desk.offers_given == {}


def test_offers_for_members_and_groups_follow_the_customer(with_cards):
    """Given when the card is scanned, taken away with it."""
    offers = """
[[offer]]
id = "members"
kind = "unit_amount"
amount = "1.00"
members_only = true
[[offer]]
id = "staff"
kind = "unit_amount"
amount = "2.00"
customer_groups = ["staff", "owners"]
"""
    desk = with_cards(offers)
    desk.scan("INK")
    assert desk.offers_given == {}
    desk.do(commands.SetCustomer(code="CARD-B"))
    assert desk.offers_given == {"members": 100}
    desk.do(commands.SetCustomer(code="CARD-A"))
    assert desk.offers_given == {"staff": 200}
    desk.do(commands.SetCustomer(code=""))
    assert desk.offers_given == {}


def test_offers_can_stand_in_till_toml(desk_of):
    """With the same keys; ``posframe explain`` gives its own so."""
    inline = '[[plugins.promotions.offers]]\nid = "x"\nkind = "unit_amount"\namount = "1"\n'
    desk = desk_of("", inline)
    desk.scan("INK")
    assert desk.offers_given == {"x": 100}


def test_an_offer_for_other_stores_is_not_given(desk_of):
    """The test till stands in 'Test store'."""
    offers = "".join(
        f'[[offer]]\nid = "{id_}"\nkind = "unit_amount"\namount = "1"\nstores = ["{store}"]\n'
        for id_, store in [("here", "Test store"), ("there", "Other store")]
    )
    desk = desk_of(offers)
    desk.scan("INK")
    assert desk.offers_given == {"here": 100}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is missing"),
        ('currency = "USD"\n', "the till's is 'EUR'"),
        (HEAD + "[[offer]\n", "mend that line"),
        (HEAD + "offers = []\n", "did you mean offer?"),
        (HEAD + "offer = 3\n", "begin each with [[offer]]"),
        (HEAD + "format = 9\n", "this reads format 1"),
        (HEAD + '[[offer]]\nid = "x"\nkind = "unit_prcent"\n', "did you mean 'unit_percent'?"),
    ],
)
def test_a_file_of_offers_that_is_wrong_stops_the_start_in_words(tmp_path, text, words):
    """File, path and suggestion; no till starts on half of its offers."""
    settings = '\n[plugins.promotions]\nfiles = ["offers.toml"]\n'
    if text:
        (tmp_path / "offers.toml").write_text(text, encoding="utf-8")
    else:
        words = "cannot be read"
    with pytest.raises(ConfigurationError, match=r"offers\.toml") as refused:
        make_till(tmp_path, plugins=("payments", "promotions"), settings=settings)
    assert words in str(refused.value)


@pytest.mark.parametrize("setting", ["scan_ms", "total_ms"])
@pytest.mark.parametrize("ms", [0, -1, 60_001])
def test_a_limit_of_work_that_cannot_be_is_refused(tmp_path, setting, ms):
    """Naming it."""
    settings = f"\n[plugins.promotions]\n{setting} = {ms}\n"
    with pytest.raises(ConfigurationError, match=f"{setting} cannot be {ms}"):
        make_till(tmp_path, plugins=("payments", "promotions"), settings=settings)


def test_the_rule_tells_its_deals_for_the_sale_on_the_screen(desk_of):
    """As explanations ask for them."""
    desk = desk_of(THREE_FOR_TWO)
    desk.scan("PEN", "PAD", "PAD")
    (deal,) = desk.till.hooks.price_rules[0][1].applications(SaleView(desk.sale))
    assert (deal.units, deal.saving_minor) == (((1, 1000), (2, 1000), (3, 1000)), 150)

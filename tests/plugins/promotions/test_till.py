"""Offers at a till: scans, tenders, customers, coupons, restarts; all through commands."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import attrs
import pytest

from posframe import ConfigurationError, FoundCustomer, SaleView, commands, hookimpl
from posframe.testing.ports import CountingIds, ManualClock
from posframe.testing.tills import make_till
from posframe.till import Ports
from posframe_promotions.history import offers_at, offers_in_rows

if TYPE_CHECKING:
    from pathlib import Path

    from posframe import Outcome, Till

HEAD = 'currency = "EUR"\n'
THREE_FOR_TWO = """
[[offer]]
id = "3for2"
label = "3 for 2"
kind = "cheapest_percent"
n = 3
percent = "100"
skus = ["PEN", "PAD"]
"""
CASH_ONLY = """
[[offer]]
id = "cash"
label = "Cash discount"
kind = "basket_percent"
percent = "10"
tender = "cash"
"""


class Desk:
    """A till in a folder, opened again as often as wanted, and what is keyed at it."""

    def __init__(self, folder: Path, offers: str = "", settings: str = "") -> None:
        self.folder = folder
        self.clock = ManualClock()
        self.runs = itertools.count(1)
        self.offers = offers
        self.settings = settings
        self.till: Till | None = None
        self.open()

    def open(self, offers: str | None = None) -> Till:
        """Open the till, or open it again, perhaps with other offers."""
        if self.till is not None:
            self.till.close()
        self.offers = self.offers if offers is None else offers
        self.folder.mkdir(exist_ok=True)
        (self.folder / "offers.toml").write_text(HEAD + self.offers, encoding="utf-8")
        ids = CountingIds(next(self.runs) * 1_000_000)
        self.till = make_till(
            self.folder,
            plugins=("payments", "promotions"),
            settings=f'\n[plugins.promotions]\nfiles = ["offers.toml"]\n{self.settings}',
            ports=Ports(clock=self.clock, ids=ids, effects=False, lock=False),
        )
        return self.till

    def scan(self, *codes: str) -> Outcome:
        for code in codes:
            outcome = self.do(commands.AddItem(code=code))
        return outcome

    def do(self, command: object) -> Outcome:
        outcome = self.till.do(command)
        assert outcome.accepted, f"{outcome.words} ({outcome.hint})"
        return outcome

    def refused(self, command: object) -> str:
        before = self.till.state
        outcome = self.till.do(command)
        assert not outcome.accepted, outcome.words
        assert self.till.state == before, "a refusal changes nothing"
        return f"{outcome.words} ({outcome.hint})"

    def pay(self) -> Outcome:
        return self.do(commands.Pay(type="cash"))

    @property
    def sale(self):
        return self.till.state.transaction

    @property
    def offers_given(self) -> dict[str, int]:
        return {row.offer: -row.minor for row in self.sale.basket.offers.values()}

    def events(self, name: str) -> list:
        rows = self.till.call(lambda: list(self.till.parts.journal.read()))
        return [row.event for row in rows if row.name == name]


@pytest.fixture
def desk_of(tmp_path):
    """Make a desk with offers, closed at the end."""
    made = []

    def make(offers: str = "", settings: str = "") -> Desk:
        made.append(Desk(tmp_path / f"till{len(made)}", offers, settings))
        return made[-1]

    yield make
    for desk in made:
        desk.till.close()


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


COUPON = """
[[offer]]
id = "five"
label = "Five off"
kind = "basket_amount"
amount = "5.00"
"""


def present(code):
    return commands.AddCoupon(code=code)


def test_a_coupon_opens_its_offer_and_taking_it_back_closes_it(desk_of):
    """Capitals do not matter; a scanned code that is no item is tried as a coupon."""
    desk = desk_of(COUPON + "coupon = true\n")
    desk.scan("INK")
    assert desk.offers_given == {}
    desk.do(present("Five"))
    assert desk.offers_given == {"five": 500}
    desk.do(commands.RemoveCoupon(code="Five"))
    assert desk.offers_given == {}
    desk.do(commands.AddItem(code="FIVE"))
    assert desk.offers_given == {"five": 500}
    assert "has its coupon already" in desk.refused(present("five"))


def test_a_code_that_no_offer_has_is_no_coupon(desk_of):
    """It is left to others, and then to a sentence."""
    desk = desk_of(COUPON + "coupon = true\n")
    desk.scan("INK")
    assert "No coupon has the code SIX" in desk.refused(present("SIX"))


def test_a_single_use_code_is_used_up_by_the_sale_that_completes_with_it(desk_of):
    """Also after a restart; the other code is good still."""
    desk = desk_of(COUPON + 'coupon = { codes = ["AA", "BB"], single_use = true }\n')
    desk.scan("INK")
    desk.do(present("aa"))
    desk.pay()
    desk.scan("INK")
    assert desk.refused(present("AA")) == (
        "The coupon AA is used up (each is good once; go on without it)"
    )
    desk.open()
    assert "used up" in desk.refused(present("AA"))
    desk.do(present("BB"))
    assert desk.offers_given == {"five": 500}


def test_a_code_presented_in_a_held_sale_is_used_up_until_that_is_cancelled(desk_of):
    """Else two baskets could be paid with one coupon."""
    desk = desk_of(COUPON + 'coupon = { codes = ["AA"], single_use = true }\n')
    desk.scan("INK")
    desk.do(present("AA"))
    desk.do(commands.Suspend())
    desk.scan("INK")
    assert "used up" in desk.refused(present("AA"))
    desk.do(commands.Suspend())
    desk.do(commands.Resume(place=1))
    desk.do(commands.Cancel())
    desk.do(commands.Resume(place=1))
    desk.do(present("AA"))
    assert desk.offers_given == {"five": 500}


def test_a_code_that_gave_nothing_is_not_used_up(desk_of):
    """Its offer asks for more than was bought."""
    desk = desk_of(COUPON + 'spend = "20"\ncoupon = { codes = ["AA"], single_use = true }\n')
    desk.scan("INK")
    desk.do(present("AA"))
    assert desk.offers_given == {}
    desk.pay()
    desk.scan("INK", "INK")
    desk.do(present("AA"))
    assert desk.offers_given == {"five": 500}


def test_the_codes_of_an_offer_can_be_limited_together(desk_of):
    """Two codes, one use."""
    desk = desk_of(COUPON + 'coupon = { codes = ["AA", "BB"], limit = 1 }\n')
    desk.scan("INK")
    desk.do(present("AA"))
    desk.pay()
    desk.scan("INK")
    assert "The coupons for Five off are used up" in desk.refused(present("BB"))


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ('from = "2100-01-01"', "is not valid now"),
        ('until = "2000-01-01"', "has expired"),
        ("per_member = 1", "is for members (scan the customer's card first)"),
        ('customers = ["card:1"]', "is for members"),
    ],
)
def test_a_coupon_that_is_not_for_now_or_not_for_this_sale_is_refused(desk_of, terms, words):
    """With what to do instead."""
    desk = desk_of(COUPON + f"coupon = {{ {terms} }}\n")
    desk.scan("INK")
    assert words in desk.refused(present("five"))


def test_a_coupon_of_an_offer_that_is_over_has_expired(desk_of):
    """Though the code itself has no end."""
    desk = desk_of(COUPON + 'coupon = true\nuntil = "2000-01-01"\n')
    desk.scan("INK")
    assert "has expired" in desk.refused(present("five"))


class Cards:
    """Knows customers by card: A of the staff, B of nobody."""

    criticality = "required"

    @hookimpl
    def posframe_identify_customer(self, code: str) -> FoundCustomer | None:
        groups = {"CARD-A": ("staff",), "CARD-B": ()}.get(code)
        return None if groups is None else FoundCustomer(customer=code, groups=groups)


@pytest.fixture
def with_cards(desk_of):
    """Make a desk whose till knows customers."""

    def make(offers: str) -> Desk:
        desk = desk_of(offers)
        hooks = desk.till.hooks
        known = hooks._calls["posframe_identify_customer"]
        plugin = attrs.evolve(hooks.plugins[0], name="cards", plugin=Cards())
        known.append((plugin, plugin.plugin.posframe_identify_customer))
        return desk

    return make


def customer(card):
    return commands.SetCustomer(code=card)


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
    desk.do(customer("CARD-B"))
    assert desk.offers_given == {"members": 100}
    desk.do(customer("CARD-A"))
    assert desk.offers_given == {"staff": 200}
    desk.do(customer(""))
    assert desk.offers_given == {}


def test_a_coupon_of_another_customer_is_refused_and_stops_the_sale_if_the_card_changes(
    with_cards,
):
    """Nothing is given with the wrong card, and the sale closes only without the coupon."""
    desk = with_cards(COUPON + 'coupon = { customers = ["CARD-A"] }\n')
    desk.scan("INK")
    desk.do(customer("CARD-B"))
    assert "another customer's" in desk.refused(present("five"))
    desk.do(customer("CARD-A"))
    desk.do(present("five"))
    assert desk.offers_given == {"five": 500}
    desk.do(customer("CARD-B"))
    assert desk.offers_given == {}
    assert "another customer's" in desk.refused(commands.Pay(type="cash"))
    desk.do(commands.RemoveCoupon(code="five"))
    desk.pay()


def test_a_member_uses_a_coupon_as_often_as_it_says(with_cards):
    """Another member still may; a change of card in between is noticed at completion."""
    desk = with_cards(COUPON + "coupon = { per_member = 1 }\n")
    desk.scan("INK")
    desk.do(customer("CARD-A"))
    desk.do(present("five"))
    desk.pay()
    desk.scan("INK")
    desk.do(customer("CARD-A"))
    assert "This customer has used the coupon" in desk.refused(present("five"))
    desk.do(customer("CARD-B"))
    desk.do(present("five"))
    desk.do(customer("CARD-A"))
    assert "This customer has used the coupon" in desk.refused(commands.Pay(type="cash"))
    desk.do(customer("CARD-B"))
    desk.pay()


def test_the_offers_of_the_day_are_journalled_once_and_found_again(desk_of):
    """With the first sale, and again only when they have changed; files in any order are one."""
    desk = desk_of(THREE_FOR_TWO)
    desk.scan("PEN")
    desk.scan("PEN")
    desk.pay()
    desk.open()
    desk.scan("PEN")
    assert len(desk.events("promotions.OffersInForce")) == 1
    desk.pay()
    desk.open(CASH_ONLY)
    desk.scan("INK")
    desk.pay()
    assert len(desk.events("promotions.OffersInForce")) == 2
    rows = desk.till.call(lambda: list(desk.till.parts.journal.read()))
    closed = [row.action for row in rows if row.name == "sale.Completed"]
    context = desk.till.hooks.plugins[1].plugin._kept._query
    for action, ids in zip(closed, ["3for2", "3for2", "cash"], strict=True):
        (offer,) = desk.till.call(lambda action=action: offers_at(context, action))
        assert offer.id == ids
        assert offers_in_rows(rows, action) == (offer,)
    assert offers_in_rows(rows, 1) is None
    assert desk.till.call(lambda: offers_at(context, 1)) is None


def test_a_till_without_offers_journals_none(desk_of):
    """Nor does it price anything."""
    desk = desk_of("")
    desk.scan("INK")
    desk.pay()
    assert desk.events("promotions.OffersInForce") == []


def test_offers_too_long_for_one_row_come_in_parts(desk_of):
    """Twelve thousand codes are more than 200,000 characters."""
    skus = ", ".join(f'"SKU-{at:012}"' for at in range(12_000))
    desk = desk_of(f'[[offer]]\nid = "x"\nkind = "unit_percent"\npercent = "1"\nskus = [{skus}]\n')
    desk.scan("INK")
    desk.pay()
    kept = desk.events("promotions.OffersInForce")
    assert [(each.part, each.parts) for each in kept] == [(1, 2), (2, 2)]
    rows = desk.till.call(lambda: list(desk.till.parts.journal.read()))
    (offer,) = offers_in_rows(rows, rows[-1].action)
    assert len(offer.goods.skus) == 12_000


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

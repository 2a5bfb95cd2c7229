"""Cash from the entry line to the drawer: what is paid, changed, rounded, refused."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posframe import ConfigurationError, SaleChanged


def completed(cashier):
    return cashier.events("sale.Completed")[-1]


def paid(cashier):
    """Return (tendered, change, rounding) of the last sale."""
    closing = completed(cashier).closing
    return closing.tendered_minor, closing.change_minor, closing.rounding_minor


def test_enter_pays_exactly_what_is_due(cashier):
    """Nothing is typed: the sum is tendered, and the drawer holds it."""
    assert cashier("MILK1", "+", "").words == "Receipt 1"
    assert paid(cashier) == (129, 0, 0)
    assert cashier.till.state.drawer_minor == 129


@pytest.mark.parametrize("entry", ["5.00", "500", "5,00", "5.00 cash", "500 CASH"])
def test_an_amount_gives_change(cashier, entry):
    """Typed with or without its decimals, with or without the tender's name."""
    cashier("MILK1", "+", entry)
    assert paid(cashier) == (500, 371, 0)
    assert cashier.till.state.drawer_minor == 129


def test_part_is_paid_and_then_the_rest(cashier):
    """Two tenders settle one sale; change comes of the one that settles."""
    cashier("MILK1", "+", "1.00")
    assert cashier.till.state.transaction.due_minor == 29
    assert cashier.session.screen == "payment"
    cashier("0.50")
    assert [each.applied_minor for each in completed(cashier).tenders] == [100, 29]
    assert paid(cashier) == (150, 21, 0)


def test_a_tender_is_taken_back_before_completion(cashier):
    """The last one first; what was taken back counts no more and is in no completed sale."""
    cashier("MILK1", "+", "1.00", "0.10")
    assert cashier("-").words == "Cash taken back"
    assert cashier.till.state.transaction.due_minor == 29
    cashier("-", "")
    assert [each.tendered_minor for each in completed(cashier).tenders] == [129]
    assert cashier.till.state.drawer_minor == 129


@pytest.mark.parametrize(
    ("country", "currency", "price", "cash"),
    [
        ("CH", "CHF", "10.02", 1000),
        ("CH", "CHF", "10.03", 1005),
        ("CH", "CHF", "10.05", 1005),
        ("CH", "CHF", "0.02", 0),
        ("CH", "CHF", "0.03", 5),
        ("SE", "SEK", "10.49", 1000),
        ("SE", "SEK", "10.50", 1100),
        ("SE", "SEK", "0.40", 0),
        ("NZ", "NZD", "10.05", 1000),
        ("NZ", "NZD", "10.06", 1010),
        ("NZ", "NZD", "0.05", 0),
        ("HU", "HUF", "12.00", 1000),
        ("HU", "HUF", "13.00", 1500),
        ("HU", "HUF", "12.50", 1500),
        ("DE", "EUR", "10.03", 1003),
    ],
)
def test_cash_is_rounded_by_the_country_and_taxes_are_not(
    open_till, country, currency, price, cash
):
    """Both ways on the total, down to nothing; the difference is apart from goods and tax."""
    cashier = open_till(country=country, currency=currency)
    cashier(f"{price} / 1", "+", "")
    due = round(float(price) * 100)
    event = completed(cashier)
    assert paid(cashier) == (cash, 0, cash - due)
    assert event.totals.gross_minor == due
    assert event.totals.net_minor + event.totals.tax_minor == due
    assert cashier.till.state.drawer_minor == cash


def test_a_sum_that_rounds_up_is_settled_by_what_it_rounds_to(open_till):
    """10.03 francs are 10.05 in coins: that settles them, with nothing back."""
    cashier = open_till(country="CH", currency="CHF")
    cashier("10.03 / 1", "+", "10.05")
    assert paid(cashier) == (1005, 0, 2)


def test_change_is_reckoned_from_the_rounded_sum(open_till):
    """Change is made of coins that there are."""
    cashier = open_till(country="CH", currency="CHF")
    cashier("10.02 / 1", "+", "20.00")
    assert paid(cashier) == (2000, 1000, -2)


def test_only_what_is_left_for_cash_is_rounded(open_till):
    """A part paid in cash is not rounded; the last part is."""
    cashier = open_till(country="CH", currency="CHF")
    cashier("10.03 / 1", "+", "5.00")
    assert cashier.till.state.transaction.due_minor == 503
    cashier("")
    assert paid(cashier) == (1005, 0, 2)


@pytest.mark.parametrize("typed", ["10.01", "10.04", "5.03", "20.01"])
def test_what_no_coins_can_make_is_not_taken(open_till, typed):
    """A sum of cash that cannot be in anybody's hand is a slip of the finger."""
    cashier = open_till(country="CH", currency="CHF")
    cashier("10.03 / 1")
    cashier.attempt("+")
    assert "Cash of that amount does not exist here" in cashier.refused(typed)


def test_a_limit_is_for_one_tender(cashier):
    """Above it a slip is likelier; a dear sale is paid in parts."""
    cashier("RADIO1")
    cashier.attempt("+")
    assert "above the limit" in cashier.refused("")
    assert "above the limit" in cashier.refused("500.01")
    cashier("500.00", "")
    assert paid(cashier) == (60_000, 0, 0)


@pytest.mark.parametrize("entry", ["0", "0.00", "-5.00", "-1"])
def test_nothing_and_less_is_no_tender(cashier, entry):
    """What was handed over is above zero."""
    cashier("MILK1")
    cashier.attempt("+")
    assert "above zero" in cashier.refused(entry)


def test_an_unknown_tender_is_refused_by_the_names_of_the_others(cashier):
    """The words say what would be taken."""
    cashier("MILK1")
    cashier.attempt("+")
    assert "cash" in cashier.refused("5.00 shells")
    assert "cash" in cashier.refused("shells")


def test_nothing_is_paid_where_nothing_is_sold(cashier):
    """Neither without a sale nor when every line was taken back."""
    assert "nothing to pay" in cashier.refused("+")
    cashier("MILK1", "-")
    assert "The sale is empty" in cashier.refused("+")


def test_what_costs_nothing_is_closed_without_a_tender(cashier):
    """A hundred percent off: a receipt, and nothing in the drawer."""
    cashier("MILK1", "100 %%", "+", "")
    assert completed(cashier).tenders == ()
    assert paid(cashier) == (0, 0, 0)


def test_enter_pressed_twice_pays_once(cashier):
    """Both carry what was on the screen; the second finds another sale than it saw (law 8)."""
    cashier("MILK1")
    cashier.attempt("+")
    pay = cashier.session.read("1.00")
    assert cashier.till.do(pay).accepted
    again = cashier.till.do(pay)
    assert not again.accepted
    assert isinstance(again.error, SaleChanged)
    assert again.words == "The sale changed meanwhile"
    assert cashier.till.state.transaction.due_minor == 29


def test_enter_that_closed_the_sale_closes_no_other(cashier):
    """Pressed again after completion it is refused, with and without a next sale."""
    cashier("MILK1")
    cashier.attempt("+")
    pay = cashier.session.read("")
    assert cashier.till.do(pay).accepted
    assert not cashier.till.do(pay).accepted
    cashier.session.screen = "sale"
    cashier("MILK1")
    again = cashier.till.do(pay)
    assert isinstance(again.error, SaleChanged)
    assert len(cashier.events("sale.Completed")) == 1


def test_the_same_command_sent_again_says_what_happened(cashier):
    """A repeated id moves no money and gives the same answer."""
    cashier("MILK1")
    cashier.attempt("+")
    pay = attrs.evolve(cashier.session.read(""), amount_minor=200)
    id_ = cashier.till.parts.ids.next(cashier.till.parts.clock.wall_us())
    first, second = cashier.till.do(pay, id=id_), cashier.till.do(pay, id=id_)
    assert (first.words, first.repeated) == ("Receipt 1", False)
    assert (second.words, second.repeated) == ("Receipt 1", True)
    assert cashier.till.state.drawer_minor == 129


@pytest.fixture(params=[("DE", 1), ("CH", 5), ("NZ", 10), ("SE", 100)], ids=lambda each: each[0])
def place(request, open_till):
    """Return a till of a country and the step its cash is rounded to."""
    country, step = request.param
    return open_till(country=country), step


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # one till sells on and on
@given(
    prices=st.lists(st.integers(1, 5_000), min_size=1, max_size=3),
    offered=st.lists(st.integers(1, 40), max_size=3),
)
def test_every_sale_balances(place, prices, offered):
    """Tendered less change is the total and its rounding; the drawer grew by just that."""
    cashier, step = place
    before, sales = cashier.till.state.drawer_minor, cashier.till.state.last_receipt_number
    for price in prices:
        cashier(f"{price} / 1")
    cashier.attempt("+")
    for amount in offered:
        if cashier.till.state.transaction:
            cashier(str(amount * step * 5))
    if cashier.till.state.transaction:
        cashier("")
    state = cashier.till.state
    moved = state.last.tendered_minor - state.last.change_minor
    assert state.last_receipt_number == sales + 1
    assert (
        moved == state.last.gross_minor + state.last.rounding_minor == state.drawer_minor - before
    )
    assert state.last.gross_minor == sum(prices)
    assert abs(state.last.rounding_minor) < step
    assert moved % step == 0


@pytest.mark.parametrize(
    ("quick", "words"),
    [('"0"', "not above zero"), ('"-5"', "not above zero"), ('"501"', "cash.limit"), ('"x"', "x")],
)
def test_a_quick_key_that_would_be_refused_is_refused_at_start(open_till, quick, words):
    """The setting is named, so that it can be mended."""
    table = {"payments": f"[plugins.payments]\nquick_cash = [{quick}]\n"}
    with pytest.raises(ConfigurationError, match=r"plugins\.payments\.quick_cash") as refusal:
        open_till(tables=table)
    assert words in str(refusal.value)


def test_the_tender_offers_its_keys_and_coins(open_till):
    """Quick keys by the notes set, or by the larger denominations; change in the shop's coins."""
    cashier = open_till()
    (cash,) = cashier.till.parts.tenders
    assert cash.quick(1095) == (1500, 2000)
    assert cash.quick(49_900) == (50_000,)
    assert cash.quick(50_000) == ()
    assert cash.pieces(105) == ((100, 1), (5, 1))
    cashier = open_till(tables={"payments": "[plugins.payments]\n"})
    (cash,) = cashier.till.parts.tenders
    assert cash.quick(1095) == (1200, 1500, 2000, 5000, 10_000)

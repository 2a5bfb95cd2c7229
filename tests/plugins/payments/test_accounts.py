"""Customers' accounts: charged up to a limit, credited, paid; each in the action of its money."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posframe import ConfigurationError, Treatment, hookimpl
from posframe_payments.account_file import read_limits
from posframe_payments.account_ledger import ACCOUNT_LEDGER
from posframe_payments.plugin import PaymentsPlugin
from tests.plugins.payments.desks import CARD, CUSTOMER, OTHER_CARD

OWED = "SELECT minor FROM account_owed WHERE customer = ?"
BOOKS = "SELECT what, minor FROM account_ledger ORDER BY seq"


@pytest.fixture
def shop(desk):
    """Return a desk with two customers, of whom one has an account of 100.00."""
    desk(f".enrol {CARD}", f".enrol {OTHER_CARD}")
    return desk


def owed(desk, customer=CUSTOMER):
    rows = desk.rows(OWED, customer)
    return rows[0][0] if rows else 0


def charge(desk, *goods, card=CARD):
    desk(*goods, f".customer {card}", "+", "account")


def test_a_sale_is_charged_in_the_action_that_closes_it(shop):
    shop("INK", f".customer {CARD}", "+")
    outcome = shop.attempt("account")
    names = [row.name for row in outcome.recorded]
    assert {"sale.TenderApplied", "sale.Completed", "account.Charged"} <= set(names)
    assert owed(shop) == 1295
    assert shop.till.state.drawer_minor == 15_000


def test_the_limit_holds_over_all_sales_and_says_what_is_left(shop):
    for _ in range(7):
        charge(shop, "INK")
    shop("INK", f".customer {CARD}", "+")
    assert (
        "good for 9.35 more, of 100.00 (check the amount; type 9.35 account, and pay the rest"
        in shop.refused("account")
    )
    shop("9.35 account", "")
    assert owed(shop) == 10_000


def test_nobodys_sale_and_a_customer_without_account_are_not_charged(shop):
    shop("PEN", "+")
    assert "Whose account? (scan the customer's card" in shop.refused("account")
    shop(f".customer {OTHER_CARD}")
    assert "This customer has no account" in shop.refused("account")


def test_a_tender_taken_back_is_owed_no_more(shop):
    shop("INK", f".customer {CARD}", "+", "5.00 account", "-")
    assert owed(shop) == 0
    shop("4.00 account", "")
    assert (owed(shop), shop.rows(BOOKS)) == (
        400,
        [("charged", 500), ("credited", -500), ("charged", 400)],
    )


def test_a_sale_charged_to_one_customer_is_not_closed_for_another(shop):
    """Whose sale it is was settled when it was charged."""
    shop("INK", f".customer {CARD}", "+", "5.00 account", f".customer {OTHER_CARD}")
    assert "Another customer's account was charged (take that tender back" in shop.refused("")
    shop("-", "")
    assert owed(shop) == 0


def test_what_is_owed_is_paid_as_a_line_without_tax(shop):
    """The amount is asked for; the till's rules say how it is typed."""
    charge(shop, "INK")
    shop("PEN", f".customer {CARD}")
    shop.attempt(".accountpay")
    shop("1000", "+", "")
    assert owed(shop) == 295
    completed = shop.events("sale.Completed")[-1]
    assert completed.totals.tax_minor == 24  # of the pen: 1.50 less 1.50 / 1.19
    assert Treatment.OUT_OF_SCOPE in {tax.treatment for tax in completed.taxes}
    assert shop.rows(BOOKS) == [("charged", 1295), ("paid", -1000)]


def test_no_more_is_paid_than_is_owed_and_nobodys_debt_is_not_paid(shop):
    """An amount keyed ten times too large is refused where it is keyed."""
    charge(shop, "INK")
    shop.attempt(".accountpay")
    assert "Whose account is paid?" in shop.refused("1295")
    shop("PEN", f".customer {CARD}")
    shop.attempt(".accountpay")
    assert "That is 129.50, and only 12.95 is owed" in shop.refused("12950")
    shop.attempt(".accountpay")
    shop("1000")
    shop.attempt(".accountpay")
    assert "That is 20.00" in shop.refused("1000")
    shop.session.question = None
    assert "no discount" in shop.refused("10 % 2")


def test_an_account_is_not_paid_by_itself(shop):
    charge(shop, "INK")
    shop("PEN", f".customer {CARD}")
    shop.attempt(".accountpay")
    shop("1000", "+")
    assert "not paid by itself" in shop.refused("account")


def test_a_debt_that_was_paid_elsewhere_meanwhile_stops_the_sale(shop):
    """Two sales pay the same debt; the second is told."""
    charge(shop, "INK")
    for _ in range(2):
        shop("PEN", f".customer {CARD}")
        shop.attempt(".accountpay")
        shop("1295", ".hold")
    shop(".recall", "+", "", ".recall", "+")
    assert "only 0.00 is owed" in shop.refused("")


def test_goods_given_back_lower_what_is_owed_and_no_further(shop):
    """A refund above what is owed goes another way."""
    charge(shop, "INK")
    shop("PEN", f".customer {CARD}")
    shop.bring_back(1000)
    shop("account")
    assert owed(shop) == 445
    shop("PEN", f".customer {CARD}")
    shop.bring_back(596)
    assert "owes only 4.45 (give the money back as it was paid" in shop.refused("account")


def test_replay_gives_the_same_debts(shop, monkeypatch):
    charge(shop, "INK")
    charge(shop, "PEN")
    tables = "SELECT * FROM account_owed", "SELECT * FROM account_ledger ORDER BY seq"
    before = [shop.rows(sql) for sql in tables]
    own = PaymentsPlugin.posframe_projections
    again = attrs.evolve(ACCOUNT_LEDGER, version=2)

    def projections(self):
        return [again if each is ACCOUNT_LEDGER else each for each in own(self)]

    monkeypatch.setattr(PaymentsPlugin, "posframe_projections", hookimpl(projections))
    shop.reopen()
    while shop.till.call(shop.till.parts.journal.catch_up):
        pass
    assert [shop.rows(sql) for sql in tables] == before


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.sampled_from(["charge", "pay", "back"]), st.integers(1, 4000))))
def test_a_debt_is_what_was_charged_less_what_was_credited_and_paid(shop, moves):
    """And within the limit; one till goes on through all examples."""
    debt = owed(shop)
    for move, amount in moves:
        shop("INK", "INK", "INK", "INK", f".customer {CARD}")
        if move == "pay":
            shop.attempt(".accountpay")
            taken = shop.attempt(str(amount)).accepted
            assert taken == (amount <= debt)
            shop.session.question = None
            debt -= amount if taken else 0
            shop("+", "100.00")
            continue
        shop("+")
        taken = shop.attempt(f"{amount} account").accepted
        assert taken == (debt + amount <= 10_000)
        if taken and move == "back":
            shop("-")
        elif taken:
            debt += amount
        shop("")
    assert owed(shop) == debt
    assert 0 <= debt <= 10_000
    assert sum(minor for _, minor in shop.rows(BOOKS)) == debt


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("customer\nx\n", "no column limit"),
        ("customer,limit\n,5\n", "line 2: the customer is missing"),
        ("customer,limit\na,five\n", "line 2: limit"),
        ("customer,limit\na,-1\n", "line 2: a limit is not below zero"),
        ("customer,limit\na,1\na,2\n", "line 3: a has a row already"),
        ("customer,limit\na\n", "line 2"),
        (b"customer,limit\n\xff,1\n", "cannot be read"),
        (None, "cannot be read"),
    ],
)
def test_a_file_of_limits_that_is_wrong_names_its_line(tmp_path, text, words):
    path = tmp_path / "limits.csv"
    if isinstance(text, bytes):
        path.write_bytes(text)
    elif text is not None:
        path.write_text(text, encoding="utf-8")

    def amount(shown, place):
        if not shown.lstrip("-").isdigit():
            raise ConfigurationError(f"{place}: {shown!r} is no amount")
        return int(shown) * 100

    with pytest.raises(ConfigurationError, match=words):
        read_limits(path, "here", amount)


def test_a_file_of_limits_may_have_other_columns_too(tmp_path):
    path = tmp_path / "limits.csv"
    path.write_text("name,limit,customer\nX,5,a\n", encoding="utf-8-sig")
    assert read_limits(path, "here", lambda text, _: int(text)) == {"a": 5}

"""Sale, then returns in any order: cards, accounts, points, taxes and drawer end as they began."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

from posframe.returnable import find_returnable
from posframe_payments.gift_codes import card_of
from tests.plugins.payments.desks import ACCOUNT, CARD, CUSTOMER, GIFT, OTHER_CARD, SECRET, Desk

DEBT = "SELECT coalesce(sum(minor), 0) FROM account_owed WHERE customer = ?"
CARDS = "SELECT coalesce(sum(balance), 0) FROM giftcard_card WHERE kind = 'gift'"
POINTS = "SELECT balance FROM loyalty_card WHERE customer = ?"


def standing(desk):
    """Return what every ledger of the shop says."""
    return {
        "cards": desk.rows(CARDS)[0][0],
        "debt": desk.rows(DEBT, CUSTOMER)[0][0],
        "points": desk.rows(POINTS, CUSTOMER)[0][0],
        "drawer": desk.till.state.drawer_minor,
        "gross": desk.till.state.ever.gross_minor,
        "taxes": taxes(desk),
    }


def taxes(desk):
    total = {}
    for sale in desk.events("sale.Completed"):
        for tax in sale.totals.taxes:
            total[tax.code] = total.get(tax.code, 0) + tax.minor
    return {code: minor for code, minor in total.items() if minor}


def balance(desk, whole):
    return desk.rows("SELECT balance FROM giftcard_card WHERE card = ?", card_of(whole, SECRET))


def settle(desk, card):
    """Give money back as it was paid, first what needs no approval; None is left."""
    for entry in ("gift", "account", ""):
        while desk.till.state.transaction is not None and desk.due < 0:
            if entry == "gift":
                desk(f".gift {card} 1234")
            before, paid = desk.due, left_by(desk, entry or "cash")
            if not paid:
                break
            desk(f"{min(paid, -before) / 100:.2f} {entry}".strip())
    if desk.till.state.transaction is not None:
        desk("+", "")


def left_by(desk, type_):
    """Return what can still go back by a medium, for the goods of the open sale."""
    sale = desk.till.state.transaction
    numbers = {line.back.receipt_number for line in sale.basket.lines if line.back}
    label = {"gift": "Gift card", "account": "On account", "cash": "Cash"}[type_]
    given = -sum(each.applied_minor for each in sale.applied if each.type == type_)
    paid = sum(
        minor
        for number in numbers
        for name, minor in find_returnable(desk.till, number).paid
        if name == label
    )
    return max(0, paid - given)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    pieces=st.tuples(st.integers(1, 5), st.integers(0, 2)),
    percent=st.sampled_from(["", "7.5 %%", "33.333 %%"]),
    parts=st.tuples(st.integers(0, 900), st.integers(0, 900)),
    picks=st.lists(st.tuples(st.integers(1, 2), st.integers(1, 3)), max_size=6),
)
def test_a_paid_sale_and_its_returns_leave_every_ledger_as_it_was(
    tmp_path_factory, pieces, percent, parts, picks
):
    desk = Desk(tmp_path_factory.mktemp("shop"), GIFT + ACCOUNT)
    try:
        desk(f".enrol {CARD} 5")
        card = desk.sell(1, "2000")
        before = standing(desk)
        number = sold(
            desk, pieces, percent, card, dict(zip(("gift", "account"), parts, strict=True))
        )
        for line, count in picks:
            give_back(desk, number, line, count, card)
        if any(line.left_milli for line in find_returnable(desk.till, number).lines):
            desk(f".customer {CARD}", f".return {number}", "+")
            settle(desk, card)
        assert standing(desk) == before
    finally:
        desk.till.close()


def sold(desk, pieces, percent, card, parts):
    pens, inks = pieces
    desk(f".customer {CARD}", "PEN", f".qty {pens}")
    if inks:
        desk("INK", f".qty {inks}")
    if percent:
        desk(percent)
    desk("+", f".gift {card} 1234")
    for method, minor in parts.items():
        part = min(minor, desk.due - 1)
        if part > 0:
            desk(f"{part / 100:.2f} {method}")
    desk("")
    return desk.till.state.last.receipt_number


def give_back(desk, number, line, wanted, card):
    left = {
        each.number: each.left_milli // 1000 for each in find_returnable(desk.till, number).lines
    }
    count = min(wanted, left.get(line, 0))
    if count:
        desk(f".customer {CARD}", f".return {number} {line} x{count}", "+")
        settle(desk, card)


# Cards and debts that are themselves sold


def test_a_card_that_was_sold_comes_back_for_what_is_left_on_it(desk):
    card = desk.sell(1, "2000")
    number = desk.till.state.last.receipt_number
    desk("PEN", "+", f".gift {card} 1234", "gift")
    desk(f".return {number}", "+")
    assert "has only 18.50 left" in desk.refused("")
    desk(".cancel")
    other = desk.sell(2, "2000")
    desk(f".return {desk.till.state.last.receipt_number}", "+", "")
    assert balance(desk, other) == [(0,)]


def test_what_comes_back_of_a_card_in_one_sale_counts_together(desk):
    """20.00 and 10.00 less 1.50 that was spent: each could come back, both cannot."""
    card = desk.sell(1, "2000")
    desk.load(1, "1000")
    desk("PEN", "+", f".gift {card} 1234", "gift")
    desk(".return 1", ".return 2", "+")
    assert "has only 28.50 left (give back no more than that)" in desk.refused("")
    desk(".void 2", "")
    assert balance(desk, card) == [(850,)]


def test_undoing_the_sale_of_a_card_takes_its_worth_back(desk):
    card = desk.sell(1, "2000")
    assert "needs an approval" in desk.refused(".postvoid")
    desk(".approve anna typed wrong")
    assert balance(desk, card) == [(0,)]


def test_store_credit_is_always_taken_for_goods_that_come_back(desk):
    desk("PEN", "+", "")
    desk(".return 1", "+", "credit")
    (issued,) = desk.events("giftcard.Issued")
    assert issued.minor == 150


def test_what_was_paid_by_card_of_the_shop_is_not_given_out_in_cash(desk):
    card = desk.sell(1, "2000")
    desk("PEN", "+", f".gift {card} 1234", "gift")
    desk(".return 2", "+")
    assert "It was paid by Gift card 1.50" in desk.refused("")
    desk(".approve anna card was destroyed")
    assert desk.till.state.transaction is None


def test_a_payment_of_a_debt_goes_back_to_that_customers_debt_alone(desk):
    desk(f".enrol {CARD}", f".enrol {OTHER_CARD}")
    desk("INK", f".customer {CARD}", "+", "account")
    desk("PEN", f".customer {CARD}")
    desk.attempt(".accountpay")
    desk("500", "+", "")
    assert desk.rows(DEBT, CUSTOMER) == [(795,)]
    number = desk.till.state.last.receipt_number
    assert "Whose account is paid?" in desk.refused(f".return {number} 2")
    desk(f".customer {CARD}", f".return {number} 2", "+", "")
    assert desk.rows(DEBT, CUSTOMER) == [(1295,)]

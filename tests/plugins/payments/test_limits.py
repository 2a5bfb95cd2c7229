"""Limits of payment: by method, customer and group; the most change; and words for a slip."""

from __future__ import annotations

import pytest

from posframe import ConfigurationError
from tests.plugins.payments.desks import CARD, CUSTOMER, OTHER_CARD

LIMITS = (
    '[plugins.payments.limits.cash]\nsale = "20"\nwithout_customer = "10"\nrefund = "5"\n'
    f'groups = {{ trade = "30" }}\ncustomers = {{ "{CUSTOMER}" = "12" }}\n'
)


@pytest.fixture
def shop(desk_with):
    desk = desk_with(LIMITS)
    desk(f".enrol {CARD}", f".enrol {OTHER_CARD}")
    return desk


def test_nobodys_sale_has_its_own_limit(shop):
    """It is for the whole sale, however many parts it is paid in."""
    shop("INK", "+")
    assert "Cash is taken up to 10.00 in a sale like this" in shop.refused("")
    shop("8.00")
    assert "2.00 can still be paid so" in shop.refused("3.00")
    shop("2.00")
    assert "0.00 can still be paid so" in shop.refused("")


def test_a_customers_own_limit_goes_before_all_others(shop):
    shop("INK", f".customer {CARD}", "+")
    assert "up to 12.00" in shop.refused("")
    shop(f".customer {OTHER_CARD}", "")


def test_a_group_of_customers_has_its_limit(desk_with):
    desk = desk_with(LIMITS.replace("12", "1"))
    desk.till.close()
    file = desk.folder / "till.toml"
    loyalty = 'card_prefix = "9528"\ngroups = ["trade"]'
    file.write_text(file.read_text().replace('card_prefix = "9528"', loyalty))
    desk.open()
    desk(f".enrol {OTHER_CARD}", "INK", "INK", f".customer {OTHER_CARD}", "+", "")
    assert desk.till.state.last.gross_minor == 2590


def test_change_counts_for_nothing_in_a_limit(shop):
    """What stays in the drawer is what is limited."""
    shop("PEN", "+", "50.00")
    assert shop.till.state.last.change_minor == 4850


def test_money_back_has_a_limit_of_its_own(shop):
    shop("PEN")
    shop.bring_back(651)
    words = "Cash is given back up to 5.00 in one sale (5.00 can still go back so; the rest"
    assert words in shop.refused("")


def test_money_back_in_parts_counts_together(shop):
    """Of 12.95, 3.00 and then 2.00 go back in cash, and no cent more."""
    shop("INK", f".customer {OTHER_CARD}", "+", "", ".return 1", "+", "3.00")
    assert "2.00 can still go back so" in shop.refused("2.05")
    shop("2.00")
    assert "0.00 can still go back so" in shop.refused("0.05")


def test_more_change_than_anybody_gives_is_a_slip_of_the_finger(desk_with):
    """An amount ten times too large is refused, and says what it would mean."""
    desk = desk_with('[plugins.payments]\nmost_change = "49.99"\n')
    desk("INK", "+")
    assert "That would be 187.05 change (at most 49.99 is given" in desk.refused("200.00")
    desk("20.00")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ('[plugins.payments.limits.cahs]\nsale = "1"\n', "cahs limits no method of this till"),
        ('[plugins.payments.limits.cash]\nsale = "x"\n', "limits.cash.sale"),
        ('[plugins.payments.limits.cash.customers]\na = "x"\n', "limits.cash.customers.a"),
        ('[plugins.payments]\nmost_change = "x"\n', "most_change"),
    ],
)
def test_a_limit_that_limits_nothing_stops_the_start(desk_with, settings, words):
    with pytest.raises(ConfigurationError, match=words):
        desk_with(settings)

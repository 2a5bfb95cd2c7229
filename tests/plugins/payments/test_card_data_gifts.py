"""Gift cards whose codes hold what looks like a payment card's number work as any other."""

from __future__ import annotations

import random

import pytest

from posframe.kernel.domain.card_data import holds_card_number
from tests.plugins.payments.desks import GIFT, Desk, code

RANDOM = random.Random(11)
PREFIX = "4000"


@pytest.fixture
def desk(tmp_path):
    opened = Desk(tmp_path, GIFT.replace("2990", PREFIX))
    yield opened
    opened.till.close()


def lookalikes(count, separator):
    """Codes of which a part passes for a card's number, as they are printed."""
    while count:
        whole = code(RANDOM.randrange(10**14), PREFIX)
        text = separator.join(whole[at : at + 4] for at in range(0, 20, 4))
        if holds_card_number(text):
            count -= 1
            yield text


@pytest.mark.parametrize("separator", ["", "-"])
def test_a_code_that_looks_like_a_card_number_is_registered_sold_and_asked_about(desk, separator):
    for text in lookalikes(5, separator):
        assert "can be sold" in desk(f".giftnew {text} 1234")
        desk.attempt(text)
        desk("1000", "+", "")
        assert "has 10.00" in desk(f".giftbalance {text} 1234")


def test_the_card_of_another_shop_is_told_from_a_payment_card(desk):
    """Nobody here answers for it: the words are the guard's, and nothing is stored."""
    other = next(text for number in range(200) if holds_card_number(text := code(number, "4999")))
    assert "looks like a card number" in desk.refused(other)

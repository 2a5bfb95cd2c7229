"""``posframe settle``: what terminals hand in is held against the journal; doubt is never swept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe import Batch, DeviceOffline, RuleViolation, Till
from posframe_payments.settlement.courses import HandedIn, Movement, PaymentHistory
from posframe_payments.settlement.handing_in import (
    disagreements,
    expected_of,
    last_batch,
    since_last_batch,
)


@pytest.fixture
def shop(printing_shop):
    return printing_shop


def numbers(capsys):
    """Return the cells of the line about cards."""
    lines = capsys.readouterr().out.splitlines()
    return next(line.split()[1:] for line in lines if line.startswith("Card "))


def test_a_batch_that_agrees_needs_nobody(shop, capsys):
    """3.99 + 1.50 + 12.95 = 18.44."""
    shop.sell("PAD", "PEN", "INK")
    shop.close()
    assert shop.settle() == 0
    counts, money = ["3", "0", "0"], ["18.44", "0.00", "0.00", "18.44", "18.44", "-", "-"]
    assert numbers(capsys) == counts + money
    assert shop.gateway.batches == 1


def test_fees_that_the_terminal_names_leave_a_net(shop, capsys):
    """18.44 less 0.33 is 18.11."""
    shop.sell("PAD", "PEN", "INK")
    shop.gateway.reports = {"fees_minor": 33}
    shop.close()
    assert shop.settle("card") == 0
    assert numbers(capsys)[-3:] == ["18.44", "0.33", "18.11"]


def test_the_next_batch_has_only_what_came_after_the_last(shop, capsys):
    """12.95, and then 3.99."""
    shop.sell("INK")
    shop.close()
    assert shop.settle() == 0
    assert numbers(capsys)[6] == "12.95"
    shop.open()
    shop.sell("PAD")
    shop.close()
    assert shop.settle() == 0
    assert numbers(capsys)[6] == "3.99"


def test_a_look_closes_nothing(shop, capsys):
    shop.sell("INK")
    shop.close()
    assert shop.settle("--look") == 0
    assert numbers(capsys)[6:8] == ["12.95", "-"]
    assert shop.gateway.batches == 0


def test_a_method_with_a_payment_in_doubt_is_not_settled(shop, capsys):
    """A batch that was handed in cannot be reversed in."""
    shop.sell("INK")
    id_ = shop.in_doubt("PAD")
    shop.close()
    assert shop.settle("--wait-s", "0") == 1
    told = capsys.readouterr().out
    assert f"Card is not settled: 3.99 EUR is in doubt (payment {id_})" in told
    assert ".resolve paid AMOUNT NUMBER" in told
    assert shop.gateway.batches == 0


def test_a_doubt_that_clears_up_in_time_is_waited_for(shop):
    """The answer was lost: the till asks again when it is opened for the settlement."""
    shop.gateway.fail("lost answer")
    id_ = shop.pay(sku="PAD")
    shop.until_status(id_, "sent")
    shop.until(lambda: shop.gateway.of(id_), "is booked")
    shop.close()
    assert shop.settle("--wait-s", "30") == 0
    assert shop.gateway.batches == 1


def test_nobody_knows_of_a_batch_whose_terminal_did_not_answer(shop, capsys):
    shop.sell("INK")
    shop.gateway.is_deaf = True
    shop.close()
    assert shop.settle() == 1
    told = capsys.readouterr().out
    assert "nobody knows whether its batch was closed: The terminal does not answer" in told
    assert ".printed yes or .printed no" in told
    assert shop.settle() == 1
    assert "is being closed" in capsys.readouterr().out, "the question stands until it is answered"


def test_a_batch_that_could_not_be_begun_is_said_to_be_open(shop, capsys, monkeypatch):
    """Surely nothing was handed in: nobody has to look at the terminal."""

    def fails(_till):
        raise DeviceOffline("The printer's driver is missing", hint="install it")

    shop.sell("INK")
    shop.close()
    monkeypatch.setattr(Till, "_handlers", fails)
    assert shop.settle() == 1
    told = capsys.readouterr().out
    assert "Card: its batch is not closed yet: " in told
    assert "The printer's driver is missing" in told
    assert shop.gateway.batches == 0


def test_a_till_that_runs_closes_its_batch_itself(shop, capsys):
    """Through its local door: two tills never hold one journal."""
    shop.sell("INK")
    shop.close()
    with Till.open(shop.folder) as till, till.door():
        assert shop.settle() == 0
    assert numbers(capsys)[6:8] == ["12.95", "12.95"]


def test_what_has_no_batch_is_refused_by_name(shop):
    shop.close()
    with pytest.raises(RuleViolation, match="these have: card"):
        shop.settle("cash")


@pytest.mark.parametrize(
    ("reports", "owner", "words"),
    [
        ({"gross_minor": 1395}, "shop", "hands in 1.00 EUR more than the journal has"),
        ({"gross_minor": 0}, "provider", "hands in 12.95 EUR less than the journal has"),
        ({"gross_minor": 12950}, "shop", "hands in 116.55 EUR more than the journal has"),
        ({"count": 2}, "supervisor", "reports 2 payments, the journal has 1"),
        ({"currency": "CHF"}, "supervisor", "in CHF, the till counts in EUR"),
        ({"terminal": "T9"}, "supervisor", "the batch is terminal T9's, the payments are T1's"),
    ],
)
def test_each_disagreement_is_a_sentence_with_an_owner(shop, capsys, reports, owner, words):
    shop.sell("INK")
    shop.gateway.reports = reports
    shop.close()
    assert shop.settle() == 1
    told = capsys.readouterr().out
    assert words in told
    assert f"for the {owner}: " in told


def test_a_batch_without_sums_is_no_disagreement(shop, capsys):
    """Not every terminal says what it handed in; then its slip is looked at."""
    shop.sell("INK")
    shop.gateway.reports = {"gross_minor": None, "count": None}
    shop.close()
    assert shop.settle() == 0
    assert numbers(capsys)[6:8] == ["12.95", "-"]


def moved(seq, what, minor, **more):
    return Movement(seq=seq, type="card", what=what, minor=minor, **more)


def batch(seq, **more):
    return HandedIn(seq=seq, wall_us=0, type="card", label="Card", batch=Batch(**more))


DAY = (
    moved(1, "charge", 1_200, tip_minor=200),
    moved(2, "charge", 500, said_by="Ada"),
    moved(3, "refund", -300),
    moved(4, "charge", 700),
    moved(5, "reversal", -700),
)


def test_tips_refunds_and_reversals_are_counted_apart():
    """10.00 + 5.00 + 7.00 taken, 2.00 tips, 3.00 + 7.00 given back: 14.00."""
    expected = expected_of(DAY)
    assert (expected.taken_minor, expected.tips_minor) == (2_200, 200)
    assert (expected.given_back_minor, expected.net_minor) == (1_000, 1_400)
    assert (expected.charges, expected.refunds, expected.reversals) == (3, 1, 1)
    assert expected.by_person_minor == 500


@pytest.mark.parametrize(("count", "agrees"), [(2, False), (3, True), (5, True), (6, False)])
def test_a_reversed_payment_counts_none_one_or_two(count, agrees):
    """Two charges and a refund stand; the reversed charge is counted as the terminal likes."""
    closed = last_batch(history(DAY, batch(6, count=count, gross_minor=1_400)), "card")
    assert (disagreements(closed, "EUR") == ()) is agrees


def test_what_is_given_back_after_its_batch_belongs_to_the_next():
    first, second = batch(2, gross_minor=500), batch(5, gross_minor=-500)
    moves = (moved(1, "charge", 500), moved(4, "reversal", -500))
    assert disagreements(last_batch(history(moves, first, second), "card"), "EUR") == ()
    assert since_last_batch(history(moves, first), "card", "Card").expected.net_minor == -500


def test_other_methods_are_none_of_a_batch():
    other = Movement(seq=1, type="wallet", what="charge", minor=999)
    assert since_last_batch(history((other,)), "card", "Card").expected.net_minor == 0


def history(movements, *batches):
    return PaymentHistory(courses={}, movements=tuple(movements), batches=batches)


MOVES = st.one_of(
    st.builds(
        lambda minor, tip: moved(1, "charge", minor + tip, tip_minor=tip),
        st.integers(1, 10**9),
        st.integers(0, 10**6),
    ),
    st.builds(
        lambda what, minor: moved(1, what, -minor),
        st.sampled_from(["refund", "reversal"]),
        st.integers(1, 10**9),
    ),
)


@given(st.lists(MOVES))
def test_what_is_expected_is_the_sum_of_what_moved(moves):
    """Whatever is told apart for the table adds up again."""
    assert expected_of(moves).net_minor == sum(each.minor for each in moves)

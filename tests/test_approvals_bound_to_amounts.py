"""Approvals of prices by hand hold for their amounts, and nobody is asked about what cannot be."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import RuleViolation
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import decide as deciding
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.hand_prices import discounts_minor, overrides_minor
from posframe.script import Script
from tests.kernel.guarded import GUARDED, GuardedDay
from tests.kernel.shop import recorded_of
from tests.signing import PINS, open_signing_till, said, write_signing_settings

HALF = 50_000
NEEDS = "A discount by hand this much needs an approval"


@pytest.fixture
def folder(tmp_path):
    write_signing_settings(tmp_path)
    return tmp_path


@pytest.fixture
def script(folder):
    with open_signing_till(folder) as till:
        yield Script(till)


def cashiers_desk():
    return GuardedDay(GUARDED, "cashier")


# The whole new amount


def test_a_scan_above_what_was_approved_waits_with_its_whole_amount_and_is_not_lost(script):
    """Half of a pen of 0.99 is 0.50. With a milk of 1.29 it is half of 2.28: 1.14."""
    assert said(script.line("1 * PEN"))[0]
    assert script.line(".percent 50 all")["asks"]["amount"] == 50
    assert script.line(f".approve 42 {PINS['42']} regular")["accepted"]
    answer = script.scan("MILK")
    assert said(answer) == (False, NEEDS)
    assert (answer["asks"]["amount"], answer["due"]) == (114, 49)
    answer = script.line(f".approve 42 {PINS['42']} regular")
    assert answer["accepted"]
    assert answer["due"] == 228 - 114


def test_a_restart_forgets_no_amount(folder):
    """Half of four pens of 0.99 is 1.98, and half of five is 2.48."""
    path = str(folder / "till.db")
    with open_signing_till(folder, path=path) as till:
        script = Script(till)
        for line in ("4 * PEN", ".percent 50 all", f".approve 42 {PINS['42']} regular", ".qty 1 1"):
            script.line(line)
    with open_signing_till(folder, path=path) as till:
        assert dict(till.state.transaction.approved) == {"discount": 198}
        script = Script(till)
        assert script.line(".qty 4 1")["accepted"]
        assert script.line(".qty 5 1")["asks"]["amount"] == 248


@pytest.mark.parametrize(
    ("price", "pieces", "asks"),
    [(50, 90_000, ("override_price", 4_500, HALF)), (150, 3_000, ("override_price", 150, HALF))],
)
def test_a_price_that_was_approved_of_one_is_asked_for_of_many(price, pieces, asks):
    """A pen of 1.00 at 0.50 or 1.50: 0.50 was approved, and 90 or 3 of them are more."""
    desk = cashiers_desk().scan("PEN")
    (first,) = desk.as_needed(cmd.OverridePrice(number=1, price_minor=price))
    assert first.amount_minor == 50
    more = desk.needs(cmd.ChangeQuantity(number=1, quantity_milli=pieces))
    assert (more.permission, more.amount_minor, more.percent_milli) == asks


def test_a_price_of_what_has_none_is_asked_for_again_of_many():
    """No percentage can be told of it: the amount alone says that it is more."""
    desk = cashiers_desk().scan("GIFT")
    desk.as_needed(cmd.OverridePrice(number=1, price_minor=500))
    more = desk.needs(cmd.ChangeQuantity(number=1, quantity_milli=2_000))
    assert (more.amount_minor, more.percent_milli) == (1_000, None)


def test_up_to_what_was_approved_nobody_is_asked_again():
    """Four pens at half: 2.00. Back to one, up to four again, and the fifth is asked for."""
    desk = cashiers_desk()
    desk.do(cmd.AddItem(code="PEN", quantity_milli=4_000))
    desk.as_needed(cmd.Discount(number=1, percent_milli=HALF))
    for pieces in (1_000, 3_000, 4_000):
        desk.do(cmd.ChangeQuantity(quantity_milli=pieces))
    assert desk.needs(cmd.ChangeQuantity(quantity_milli=5_000)).amount_minor == 250


def test_goods_that_a_discount_is_not_on_are_sold_without_a_word():
    desk = cashiers_desk().scan("PEN")
    desk.as_needed(cmd.Discount(number=1, percent_milli=HALF))
    desk.scan("MILK")
    assert desk.total == 50 + 129


def test_an_approval_of_one_sale_is_none_in_the_next():
    desk = cashiers_desk()
    for _ in range(2):
        desk.do(cmd.AddItem(code="PEN", quantity_milli=4_000))
        asked = desk.as_needed(cmd.Discount(number=0, percent_milli=HALF))
        assert [each.amount_minor for each in asked] == [200]
        desk.do(cmd.Pay(type="cash"))


def test_a_discount_that_a_supervisor_gave_alone_is_the_cashiers_no_further():
    """Nobody answered for more than the pen that was there."""
    desk = GuardedDay(GUARDED, "supervisor").scan("PEN")
    desk.do(cmd.Discount(number=0, percent_milli=HALF))
    desk.become("cashier")
    assert desk.needs(cmd.AddItem(code="PEN")).amount_minor == 100


lines = st.integers(1, 3)
STEPS = st.one_of(
    st.builds(
        cmd.AddItem,
        code=st.sampled_from(["PEN", "MILK"]),
        quantity_milli=st.sampled_from([1_000, 9_000]),
    ),
    st.builds(
        cmd.ChangeQuantity, number=lines, quantity_milli=st.sampled_from([1_000, 5_000, 20_000])
    ),
    st.builds(cmd.VoidLine, number=lines),
    st.builds(cmd.OverridePrice, number=lines, price_minor=st.sampled_from([40, 160])),
    st.just(cmd.Suspend()),
    st.just(cmd.Resume(place=1)),
)


def check_answered_for(desk):
    """A deep cut is within what somebody saw and approved last."""
    sale, answered = desk.sale, {}
    for event, _ in desk.journal:
        if isinstance(event, ev.ApprovalGiven):
            answered[event.action] = event.amount_minor
    assert discounts_minor(sale) <= answered["discount"]
    if "override_price" in answered:
        assert overrides_minor(sale) <= answered["override_price"]


@given(steps=st.lists(STEPS, max_size=10))
def test_no_order_of_commands_takes_more_off_than_was_approved_last(steps):
    """Half of the whole sale, and prices that are more than half away, whatever comes then."""
    desk = cashiers_desk().scan("PEN")
    desk.as_needed(cmd.Discount(number=0, percent_milli=HALF))
    for step in steps:
        try:
            desk.as_needed(step)
        except RuleViolation:
            continue
        if desk.sale is not None:
            check_answered_for(desk)


def test_without_the_last_look_more_would_be_taken_off_than_was_approved(monkeypatch):
    """The control of the law above."""
    desk = cashiers_desk().scan("PEN")
    desk.as_needed(cmd.Discount(number=0, percent_milli=HALF))
    check_answered_for(desk)
    monkeypatch.setattr(deciding, "check_outcome", lambda draft, command: None)
    desk.scan("MILK")
    with pytest.raises(AssertionError):
        check_answered_for(desk)


# Not asked about what cannot be


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (".out -5 milk", "The amount must be above zero"),
        (".in 0 change", "The amount must be above zero"),
        (".learn PEN 0.01 bread", "PEN is known already"),
        (".learn 4006381333931 0 bread", "The new item has no price"),
    ],
)
def test_nobody_is_asked_to_approve_what_cannot_be(script, line, words):
    answer = script.line(line)
    assert answer["message"].startswith(words), answer
    assert "asks" not in answer
    till = script.session.till
    assert not any(isinstance(each.event, ev.ApprovalAsked) for each in recorded_of(till))


@pytest.mark.parametrize("line", [".out 5.00 milk", ".learn 4006381333931 2.50 bread"])
def test_what_can_be_is_asked_for_and_done_once_it_is_approved(script, line):
    assert script.line(line)["asks"]["operator"] == "17"
    assert script.line(f".approve 42 {PINS['42']} seen")["accepted"]


def test_what_a_drawer_holds_is_told_to_nobody_who_may_not_move_it():
    """A cashier cannot find it out by trying amounts; who may pay out is told that it is less."""
    desk = GuardedDay()
    desk.do(cmd.MoveCash(kind="loan", amount_minor=1_000))
    out = cmd.MoveCash(kind="paid_out", amount_minor=90_000)
    with pytest.raises(RuleViolation, match="does not hold that much"):
        desk.do(out)
    desk.become("cashier")
    assert desk.needs(out).amount_minor == 90_000
    assert desk.needs(attrs.evolve(out, amount_minor=900)).amount_minor == 900

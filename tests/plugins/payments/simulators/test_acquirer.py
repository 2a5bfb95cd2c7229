"""The acquirer's ledger: what stands, what was taken back, and when."""

from __future__ import annotations

import pytest

from posframe_payments.simulators.acquirer import Acquirer


def test_what_customers_paid_is_charges_less_refunds_and_reversals():
    ledger = Acquirer()
    first = ledger.charge(1749, terminal="28004869", reference="0001", at_s=10.0)
    ledger.charge(500, terminal="28004869", reference="0002", at_s=20.0)
    refund = ledger.refund(200, terminal="28004869", reference="0003", at_s=30.0)
    assert ledger.taken_minor == 1749 + 500 - 200
    assert ledger.reverse(first.number, at_s=40.0)
    assert ledger.taken_minor == 300
    assert ledger.refunds == (refund,)
    assert [each.reference for each in ledger.charges] == ["0002"]


def test_a_movement_is_taken_back_once_and_stays_in_the_ledger():
    ledger = Acquirer()
    made = ledger.charge(1, terminal="1", reference="a", at_s=1.0)
    assert ledger.reverse(made.number, at_s=2.0)
    assert not ledger.reverse(made.number, at_s=3.0)
    (kept,) = ledger.movements
    assert (kept.at_s, kept.reversed_at_s, kept.stands) == (1.0, 2.0, False)
    assert made.stands, "a value does not change"


def test_no_movement_is_of_no_money():
    with pytest.raises(AssertionError, match="some money"):
        Acquirer().charge(0, terminal="1", reference="a", at_s=0.0)

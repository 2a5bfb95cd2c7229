"""What a terminal took while it was cut off, and what is as it was asked."""

from __future__ import annotations

import attrs
import pytest

from posframe.kernel.domain import payment_events as pe
from posframe.kernel.domain.payment_judging import is_as_asked
from tests.kernel.card_payments import APPROVED, BY_REFERENCE, PAYMENT, S, judged, names, said

CUT_OFF = attrs.evolve(BY_REFERENCE, offline_limit_minor=1_000)


@pytest.mark.parametrize("via", ["inquiry", "hook"])
def test_what_was_taken_offline_above_the_limit_goes_back_with_an_alarm(via):
    """Its bank may refuse it later: the shop's own limit for that risk is the till's to keep."""
    can = attrs.evolve(CUT_OFF, offline_limit_minor=999)
    events = judged(S.UNKNOWN, said(APPROVED, offline=True), via, can=can)
    assert names(events) == ["Approved", "Alarmed", "ReversalIntended"]
    assert (events[1].kind, events[1].words) == (
        "offline",
        "1000 was taken offline, above 999: giving it back",
    )


def test_what_was_taken_offline_within_the_limit_counts_and_is_kept_as_such():
    (event,) = judged(S.SENT, said(APPROVED, offline=True), "charge", can=CUT_OFF)
    assert (type(event), event.answer.offline) == (pe.PaymentApproved, True)


def test_the_limit_for_offline_payments_is_none_of_the_others():
    (event,) = judged(S.SENT, said(APPROVED), "charge", can=BY_REFERENCE)
    assert type(event) is pe.PaymentApproved
    events = judged(S.SENT, said(APPROVED, offline=True), "charge", can=BY_REFERENCE)
    assert names(events) == ["Approved", "Alarmed", "ReversalIntended"], "it may take none"


def test_only_what_is_of_the_amount_currency_and_terminal_is_as_asked():
    """What a two-step terminal's approval so far is held against before it is kept."""
    right = {"amount_minor": 1_000, "currency": "EUR", "terminal": "T1"}
    assert is_as_asked(PAYMENT, said(APPROVED, **right))
    assert is_as_asked(PAYMENT, said(APPROVED, terminal=""))
    for name, wrong in (("amount_minor", 1_001), ("currency", "CHF"), ("terminal", "T2")):
        assert not is_as_asked(PAYMENT, said(APPROVED, **{**right, name: wrong})), name

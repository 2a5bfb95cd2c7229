"""Evolve folds what happened and nothing else: pure, whole, deaf to plugins' events."""

from __future__ import annotations

import attrs
import msgpack
import pytest

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.basket import OfferRow
from posframe.kernel.domain.control_folding import _FOLDS as _CONTROL_FOLDS
from posframe.kernel.domain.evolve import _FOLDS, evolve
from posframe.kernel.domain.payment_folding import PAYMENT_FOLDS
from posframe.kernel.domain.transaction import TillState
from posframe.store.codec import Codec
from tests.kernel.driving import Desk
from tests.kernel.making import line

TOLD_ONLY = {ev.ItemLearned, ev.PluginFaulted, ev.PriceLooked, ev.LessonEnded, ev.ReportOpened}
"""Kernel events that change no state: read models and people want them."""


def test_every_kernel_event_is_folded_or_known_not_to_be():
    """An event nobody folds is lost on replay; one folded twice cannot be."""
    folded = set(_FOLDS) | set(PAYMENT_FOLDS) | set(_CONTROL_FOLDS) | {ev.DayClosed}
    assert folded | TOLD_ONLY == set(ev.KERNEL_EVENTS)
    assert not folded & TOLD_ONLY
    assert not set(_FOLDS) & set(PAYMENT_FOLDS)


def test_events_the_kernel_does_not_own_change_nothing():
    """A plugin's events, removed plugins' raw ones, anything."""
    state = Desk().scan("PEN").state
    for event in (object(), ev.ItemLearned(code="1", name="A", price_minor=1, tax_category="x"), 5):
        assert evolve(state, event) is state


@pytest.mark.parametrize(
    "event",
    [
        ev.LineAdded(line(1, 100)),
        ev.LineVoided(1),
        ev.AgeChecked(18),
        ev.CustomerSet("c"),
        ev.TransactionSuspended(0),
        ev.AdjustmentRemoved("a"),
    ],
)
def test_what_belongs_to_a_sale_needs_one(event):
    """A journal that says so is broken, and the fold says where."""
    with pytest.raises(AssertionError, match="open transaction"):
        evolve(TillState(), event)


def test_a_line_that_was_never_added_cannot_be_voided():
    with pytest.raises(AssertionError, match="a voided line exists"):
        evolve(Desk().scan("PEN").state, ev.LineVoided(2))


def test_replay_asserts_the_recorded_total():
    """A total that comes out otherwise today is a bug, not a new price."""
    state = Desk().scan("PEN").state
    row = OfferRow("o", "Offer", -10, ((1, -10),))
    assert evolve(state, ev.Repriced((row,), (), (), 90)).transaction.totals.gross_minor == 90
    with pytest.raises(AssertionError, match="recorded total"):
        evolve(state, ev.Repriced((row,), (), (), 91))


def test_totals_of_the_first_version_are_not_held_against_todays_sharing():
    """Its odd cents went to other lines, and tax on top with them; sales then closed stand."""
    state = Desk().scan("PEN").state
    codec = Codec([ev.Repriced])
    then = msgpack.packb({1: ({1: "o", 2: "Offer", 3: -10, 4: ((1, -10),)},), 4: 91})
    folded = evolve(state, codec.decode("sale.Repriced", 1, then))
    assert folded.transaction.totals.gross_minor == 90
    with pytest.raises(AssertionError, match="recorded total"):
        evolve(state, codec.decode("sale.Repriced", 2, then))


def test_a_copy_of_an_older_receipt_leaves_the_last_alone():
    desk = Desk()
    copy = ev.CopyAsked("t-0", 1, 5)
    assert evolve(desk.state, copy).last is None
    desk.scan("PEN").do(cmd.Pay(type="cash"))
    after = evolve(desk.state, copy)
    assert after.last is desk.state.last
    assert after.control.totals.copies == 1, "the day counts every copy"


def test_folding_changes_no_earlier_state():
    """Every state on the way is what it was when the day is over."""
    desk = Desk()
    states, copies = [], []
    for command in (
        cmd.AddItem(code="COLA"),
        cmd.AddItem(code="GIN"),
        cmd.Discount(number=0, percent_milli=10_000),
        cmd.VoidLine(number=1),
        cmd.CheckAge(),
        cmd.Suspend(),
        cmd.Resume(place=1),
        cmd.Pay(type="cash", amount_minor=100),
        cmd.TakeBackTender(),
        cmd.Pay(type="cash"),
        cmd.Reprint(),
    ):
        states.append(desk.state)
        copies.append((desk.state.drawer_minor, len(desk.state.jobs), desk.state.suspended,
                       desk.sale.totals if desk.sale else None,
                       list(desk.sale.basket.lines) if desk.sale else None))  # fmt: skip
        desk.do(command)
    for state, copy in zip(states, copies, strict=True):
        sale = state.transaction
        assert copy == (state.drawer_minor, len(state.jobs), state.suspended,
                        sale.totals if sale else None,
                        list(sale.basket.lines) if sale else None)  # fmt: skip


def test_cash_alone_reaches_the_drawer():
    """What was handed over less what went back, of cash; other media are elsewhere."""
    desk = Desk().scan("LAMP")
    desk.do(cmd.Pay(type="voucher", amount_minor=5_000))
    desk.do(cmd.Pay(type="cash", amount_minor=10_000))
    assert desk.state.drawer_minor == 11_000 - 5_000
    assert desk.state.last.tendered_minor == 15_000


def test_state_is_compared_by_content():
    """Two tills that lived through the same are equal; one cent makes a difference."""
    one, other = Desk().scan("PEN", "COLA"), Desk().scan("PEN", "COLA")
    assert one.state == other.state
    assert attrs.evolve(one.state, drawer_minor=1) != other.state
    assert one.scan("PEN").state != other.state

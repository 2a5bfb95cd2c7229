"""Batches handed in to the bank: asked for, in doubt, and asked for again by a person."""

from __future__ import annotations

import attrs
import pytest

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.decide_batch import BATCH_STALE_US
from posframe.kernel.domain.transaction import JobStatus
from tests.kernel.card_payments import BY_REFERENCE, CARD, PAYING, PayingDesk
from tests.kernel.driving import NOON_US

BATCHING = attrs.evolve(CARD, capabilities=attrs.evolve(BY_REFERENCE, batches=True))


@pytest.fixture
def desk():
    desk = PayingDesk()
    tenders = [BATCHING if each is CARD else each for each in PAYING.tenders]
    desk.settings = attrs.evolve(PAYING, tenders=tuple(tenders))
    return desk


def in_doubt(desk):
    """Have the newest batch end in doubt; return its job."""
    job = list(desk.state.jobs.values())[-1]
    desk.do(cmd.ClaimJobs(ids=(job.id,)))
    desk.do(cmd.SettleJob(id=job.id, outcome="doubted"))
    return job


def test_a_batch_that_was_not_closed_is_asked_for_again_by_the_same_key_for_ten_minutes(desk):
    """However often; a paper's time to go stale is not a terminal's."""
    desk.do(cmd.CloseBatch(type="card"))
    first = in_doubt(desk)
    for _ in range(2):
        assert desk.do(cmd.AnswerJob(happened=False)) == "Batch: once more"
        again = in_doubt(desk)
        assert (again.kind, again.subject, again.device) == ("batch", "card", "payments card")
        assert (again.key, again.status) == (first.id, JobStatus.QUEUED)
        assert again.id != first.id
        assert again.expires_us == NOON_US + BATCH_STALE_US == NOON_US + 600_000_000


def test_the_next_batch_has_a_key_of_its_own(desk):
    desk.do(cmd.CloseBatch(type="card"))
    first = in_doubt(desk)
    desk.do(cmd.AnswerJob(happened=True))
    assert desk.events == [ev.JobConfirmed(first.id, "a person saw it")]
    desk.do(cmd.CloseBatch(type="card"))
    (second,) = desk.state.jobs.values()
    assert (second.key, second.id == first.id) == ("", False)


def test_a_batch_is_not_asked_for_again_while_a_payment_there_is_in_doubt(desk):
    desk.do(cmd.CloseBatch(type="card"))
    job = in_doubt(desk)
    payment = desk.doubt(desk.asks())
    no = cmd.AnswerJob(happened=False)
    assert desk.refused(no).startswith("A payment by Card is under way or in doubt")
    assert list(desk.state.jobs) == [job.id], "the question stays"
    desk.do(cmd.ResolvePayment(id=payment.id, paid=False))
    assert desk.do(no) == "Batch: once more"


def test_a_till_in_training_asks_for_no_batch_again(desk):
    desk.do(cmd.CloseBatch())
    in_doubt(desk)
    desk.settings = attrs.evolve(desk.settings, training=True)
    assert desk.refused(cmd.AnswerJob(happened=False)).startswith("This till is in training")
    assert desk.refused(cmd.CloseBatch()).startswith("This till is in training")

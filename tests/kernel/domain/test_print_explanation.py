"""Explanations on paper, as decisions: of which sale or receipt, as a job that says what it is."""

from __future__ import annotations

import attrs
import pytest

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.transaction import JobStatus
from tests.kernel.driving import SETTINGS, Desk


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def sold():
    """A desk with one sale behind it: a kick and a print are queued."""
    desk = Desk().scan("PEN")
    desk.do(cmd.Pay(type="cash"))
    return desk


def explain_job(desk):
    (found,) = [job for job in desk.state.jobs.values() if job.kind == "explain"]
    return found


def test_the_open_sale_is_explained_on_paper_else_the_last_receipt(sold):
    """A slip is a job of its own kind: it is no receipt and no copy of one."""
    assert sold.do(cmd.PrintExplanation()) == "The prices of receipt 1 are printed"
    first = sold.state.last.transaction
    (queued,) = sold.events
    assert (queued.job.kind, queued.job.subject, queued.job.device) == (
        "explain", first, "printer",
    )  # fmt: skip
    assert queued.job.expires_us == sold.wall_us + SETTINGS.print_stale_us
    sold.scan("PEN")
    assert sold.do(cmd.PrintExplanation()) == "The prices of sale 2 are printed"
    assert sold.events[0].job.subject == sold.state.transaction.id
    assert sold.do(cmd.PrintExplanation(receipt_number=1)) == "The prices of receipt 1 are printed"
    assert sold.events[0].job.subject == first
    assert sold.state.last.copies == 0


def test_nothing_is_explained_on_paper_that_is_not_there(desk, sold):
    assert "No receipt was issued yet" in desk.refused(cmd.PrintExplanation())
    assert "There is no receipt 5" in sold.refused(cmd.PrintExplanation(receipt_number=5))
    sold.scan("PEN")
    sold.do(cmd.VoidLine())
    assert "The sale is empty" in sold.refused(cmd.PrintExplanation())
    sold.settings = attrs.evolve(SETTINGS, receipt_device="")
    assert "has no printer" in sold.refused(cmd.PrintExplanation())


def test_an_explanation_in_doubt_is_printed_again_when_a_person_says_so(sold):
    sold.do(cmd.PrintExplanation())
    job = explain_job(sold)
    sold.do(cmd.ClaimJobs(ids=(job.id,)))
    sold.do(cmd.SettleJob(id=job.id, outcome="doubted"))
    assert sold.do(cmd.AnswerJob(happened=False)) == "Price explanation: once more"
    assert (explain_job(sold).subject, explain_job(sold).status) == (
        job.subject, JobStatus.QUEUED,
    )  # fmt: skip

"""Commands about the till itself: start, cash movements, copies, jobs, anchors, faults, plugins."""

from __future__ import annotations

import attrs
import pytest

from posframe.errors import ConfigurationError, RuleViolation
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.kernel.domain import questions as q
from posframe.kernel.domain.evolve import evolve
from posframe.kernel.domain.transaction import JobStatus, TillState
from tests.kernel.driving import SETTINGS, Desk, receipt_seven

START = cmd.Start(
    till="T01", currency="EUR", software="1", configuration="c", key="k", float_minor=15_000
)


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def sold():
    """A desk with one sale behind it: a kick and a print are queued."""
    desk = Desk().scan("PEN")
    desk.do(cmd.Pay(type="cash"))
    return desk


def jobs(desk):
    return {job.kind: job for job in desk.state.jobs.values()}


# Start


def test_a_till_is_enrolled_once_with_its_float():
    desk = Desk()
    desk.state = TillState()
    assert desk.do(START) == "Ready"
    assert desk.state.drawer_minor == 15_000
    assert desk.events[0].float_minor == 15_000
    desk.do(START)
    assert desk.events == [], "the same configuration says nothing new"
    desk.do(attrs.evolve(START, configuration="d", software="2"))
    assert desk.events[0].float_minor == 0, "the float is put in once"
    assert desk.state.drawer_minor == 15_000
    assert desk.state.configuration == "d"


@pytest.mark.parametrize("other", [{"till": "T02"}, {"currency": "CHF"}])
def test_a_folder_belongs_to_one_till_and_currency(desk, other):
    with pytest.raises(ConfigurationError, match="belongs to till T01 in EUR"):
        desk.decided(attrs.evolve(START, **other))


def test_what_was_under_way_when_the_till_stopped_is_in_doubt(sold):
    """Queued jobs go on; of a sent one nobody knows."""
    kick, print_ = jobs(sold)["kick"], jobs(sold)["print"]
    sold.do(cmd.ClaimJobs(ids=(print_.id,)))
    sold.do(START)
    assert sold.state.jobs[print_.id].status is JobStatus.UNKNOWN
    assert sold.state.jobs[kick.id].status is JobStatus.QUEUED


# Cash


@pytest.mark.parametrize(
    ("kind", "amount", "gain"),
    [("loan", 100, 100), ("paid_in", 50, 50), ("pickup", 200, -200), ("paid_out", 1, -1),
     ("no_sale", 0, 0), ("no_sale", 500, 0), ("no_sale", -500, 0)],
)  # fmt: skip
def test_cash_moves_by_what_was_moved(desk, kind, amount, gain):
    """In and out with a sign; a drawer opened for nothing gains nothing."""
    desk.do(cmd.MoveCash(kind="loan", amount_minor=1_000))
    words = desk.do(cmd.MoveCash(kind=kind, amount_minor=amount, reason="why"))
    assert words == kind.replace("_", " ").capitalize()
    assert desk.state.drawer_minor == 1_000 + gain
    moved, queued = desk.events
    assert moved == ev.CashMoved(kind, gain, "why")
    assert queued.job.kind == "kick"


@pytest.mark.parametrize(
    ("kind", "amount", "words"),
    [
        ("theft", 100, "'theft' is not a cash movement | one of: loan"),
        ("loan", 0, "above zero"),
        ("pickup", -1, "above zero"),
        ("loan", 500_001, "more than a drawer holds"),
        ("pickup", 1, "does not hold that much"),
        ("paid_out", 1, "does not hold that much"),
    ],
)
def test_cash_that_cannot_move_is_refused(desk, kind, amount, words):
    assert words in desk.refused(cmd.MoveCash(kind=kind, amount_minor=amount))


def test_a_drawer_that_may_not_open_takes_nothing():
    desk = Desk(MayOpenDrawer=lambda asked: asked.reason != "loan")
    assert "may not be opened" in desk.refused(cmd.MoveCash(kind="loan", amount_minor=1))
    assert desk.do(cmd.MoveCash(kind="no_sale")) == "No sale"


def test_a_till_without_a_drawer_books_cash_all_the_same():
    desk = Desk(attrs.evolve(SETTINGS, drawer_device=""))
    desk.do(cmd.MoveCash(kind="loan", amount_minor=5))
    assert [type(event) for event in desk.events] == [ev.DayOpened, ev.CashMoved]


def test_cash_that_moves_opens_its_business_day(desk):
    """What is put in before the first sale belongs to the day it is put in."""
    desk.do(cmd.MoveCash(kind="loan", amount_minor=5))
    assert desk.state.business_date == "2026-01-01"
    desk.do(cmd.MoveCash(kind="no_sale"))
    assert ev.DayOpened not in [type(event) for event in desk.events]


# Copies


def test_copies_of_the_last_receipt_are_counted(sold):
    assert sold.do(cmd.Reprint(reason="lost")) == "Receipt 1: copy 1 is printed"
    assert sold.do(cmd.Reprint(receipt_number=1)) == "Receipt 1: copy 2 is printed"
    asked, queued = sold.events
    assert (asked.copy, queued.job.copy, sold.state.last.copies) == (2, 2, 2)
    assert q.FindReceipt not in [type(question) for question in sold.asked]


def test_an_older_receipt_is_looked_up(sold):
    sold.answers[q.FindReceipt] = receipt_seven
    sold.state = attrs.evolve(sold.state, last_receipt_number=9)
    assert sold.do(cmd.Reprint(receipt_number=7)) == "Receipt 7: copy 3 is printed"
    assert sold.events[1].job.subject == "t-7"
    assert sold.state.last.copies == 0
    assert "There is no receipt 8 | the last one is 9" in sold.refused(
        cmd.Reprint(receipt_number=8)
    )


@pytest.mark.parametrize("number", [-1, 2, 10**30])
def test_a_number_that_was_never_given_is_not_looked_up(sold, number):
    """Whatever was typed: the database is asked only for what can be there."""
    assert f"There is no receipt {number}" in sold.refused(cmd.Reprint(receipt_number=number))
    assert q.FindReceipt not in [type(question) for question in sold.asked]


def test_no_copy_without_a_receipt_or_a_printer(desk, sold):
    assert "No receipt was issued yet" in desk.refused(cmd.Reprint())
    assert "There is no receipt 5" in desk.refused(cmd.Reprint(receipt_number=5))
    sold.settings = attrs.evolve(SETTINGS, receipt_device="")
    assert "has no printer" in sold.refused(cmd.Reprint())


# Jobs


def test_jobs_are_claimed_before_they_are_done(sold):
    ids = tuple(sold.state.jobs)
    assert sold.do(cmd.ClaimJobs(ids=ids)) == ""
    assert sold.events == [ev.JobsSent(ids)]
    assert {job.status for job in sold.state.jobs.values()} == {JobStatus.SENT}
    sold.do(cmd.ClaimJobs(ids=(*ids, "unknown")))
    assert sold.events == [], "claimed already, or never there"


def test_a_stale_kick_is_given_up_and_not_done_late(sold):
    """The customer has left; a drawer that opens now invites."""
    kick = jobs(sold)["kick"]
    sold.wall_us = kick.expires_us
    assert type(sold.decided(cmd.ClaimJobs(ids=(kick.id,))).events[0][0]) is ev.JobsSent
    sold.wall_us += 1
    sold.do(cmd.ClaimJobs(ids=tuple(sold.state.jobs)))
    assert sold.events == [
        ev.JobGivenUp(kick.id, "too late"),
        ev.JobsSent((jobs(sold)["print"].id,)),
    ]
    assert kick.id not in sold.state.jobs


@pytest.mark.parametrize(
    ("outcome", "status"),
    [("confirmed", None), ("doubted", JobStatus.UNKNOWN), ("returned", JobStatus.QUEUED),
     ("given_up", None)],
)  # fmt: skip
def test_jobs_end_as_they_ended(sold, outcome, status):
    job = jobs(sold)["print"]
    settle = cmd.SettleJob(id=job.id, outcome=outcome, detail="why")
    sold.do(settle)
    assert sold.events == [], "a job that nobody claimed cannot end"
    sold.do(cmd.ClaimJobs(ids=(job.id,)))
    sold.do(settle)
    left = sold.state.jobs.get(job.id)
    assert (left.status if left else None) is status
    sold.do(cmd.SettleJob(id=job.id, outcome="confirmed"))
    assert sold.events == [], "it has ended already"
    sold.do(cmd.SettleJob(id="never there", outcome="confirmed"))
    assert sold.events == []


def test_a_job_ends_in_one_of_four_ways(sold):
    with pytest.raises(AssertionError, match="is how a job can end"):
        sold.decided(cmd.SettleJob(id="x", outcome="perhaps"))


def doubtful(desk, kind):
    job = jobs(desk)[kind]
    desk.do(cmd.ClaimJobs(ids=(job.id,)))
    desk.do(cmd.SettleJob(id=job.id, outcome="doubted"))
    return job


def test_a_person_says_whether_it_was_printed(sold):
    """Yes ends it; no prints it once more, under another id."""
    assert "Nothing is in doubt" in sold.refused(cmd.AnswerJob(happened=True))
    job = doubtful(sold, "print")
    assert "Nothing is in doubt" in sold.refused(cmd.AnswerJob(id="another", happened=True))
    no = sold.decided(cmd.AnswerJob(id=job.id, happened=False))
    again = no.events[1][0].job
    assert no.words == "Receipt: once more"
    assert (again.status, again.subject, again.copy) == (JobStatus.QUEUED, job.subject, job.copy)
    assert again.id != job.id
    assert job.id not in no.state.jobs
    assert sold.do(cmd.AnswerJob(happened=True)) == "Receipt: done"
    assert sold.events == [ev.JobConfirmed(job.id, "a person saw it")]


def test_a_drawer_that_did_not_open_is_not_opened_late(sold):
    job = doubtful(sold, "kick")
    assert sold.do(cmd.AnswerJob(happened=False)) == "The drawer stays shut; no-sale opens it"
    assert [type(event) for event in sold.events] == [ev.JobGivenUp]
    assert job.id not in sold.state.jobs


def test_the_oldest_doubt_is_asked_about_first(sold):
    first = doubtful(sold, "print")
    sold.do(cmd.Reprint())
    (second,) = (job for job in sold.state.jobs.values() if job.copy == 1)
    sold.do(cmd.ClaimJobs(ids=(second.id,)))
    sold.do(cmd.SettleJob(id=second.id, outcome="doubted"))
    sold.do(cmd.AnswerJob(happened=True))
    assert first.id not in sold.state.jobs
    assert second.id in sold.state.jobs


def test_a_plugins_job_is_named_by_its_kind(sold):
    job = attrs.evolve(jobs(sold)["print"], id="m", kind="mail", status=JobStatus.UNKNOWN)
    sold.state = attrs.evolve(sold.state, jobs={job.id: job})
    assert sold.do(cmd.AnswerJob(happened=True)) == "mail: done"


# The journal's own, and plugins'


def test_anchors_and_faults_are_recorded(desk):
    desk.do(cmd.Anchor(seq=9, hash="ab", signature="cd", key="ef"))
    assert desk.events == [ev.JournalAnchored(seq=9, hash="ab", signature="cd", key="ef")]
    assert desk.state.anchored_seq == 9
    fault = {"plugin": "p", "version": "1", "hook": "h", "message": "m", "quarantined": True}
    desk.do(cmd.NoteFault(**fault))
    assert desk.events == [ev.PluginFaulted(**fault)]


@ev.event("stock.Counted")
@attrs.frozen
class Counted:
    sku: str


@attrs.frozen
class CountStock:
    sku: str


def test_a_plugins_command_is_decided_by_its_plugin(desk):
    """Its events stand in the action, and the kernel's state is as it was."""
    desk.answers[q.DecidePlugin] = lambda asked: ("Counted", [Counted(asked.command.sku)])
    before = desk.state
    assert desk.do(CountStock("PEN")) == "Counted"
    assert desk.events == [Counted("PEN")]
    assert desk.state == before
    assert desk.asked[0].sale is None
    desk.scan("PEN")
    desk.do(CountStock("PEN"))
    assert desk.asked[0].sale.id == desk.sale.id


def test_a_plugins_refusal_changes_nothing(desk):
    def refuse(_asked):
        raise RuleViolation("Not today", hint="tomorrow")

    desk.answers[q.DecidePlugin] = refuse
    assert desk.refused(CountStock("PEN")) == "Not today | tomorrow"


def test_plugins_contribute_to_actions_that_do_something(desk):
    """Contributed events belong to the transaction of the action; nothing is asked of nothing."""
    desk.answers[q.Contribute] = lambda asked: [Counted("PEN")] if asked.sale else None
    decision = desk.decided(cmd.AddItem(code="PEN"))
    assert decision.events[-1] == (Counted("PEN"), decision.state.transaction.id)
    desk.do(cmd.ClaimJobs(ids=("x",)))
    assert [type(question) for question in desk.asked] == []
    desk.do(cmd.MoveCash(kind="loan", amount_minor=1))
    assert Counted("PEN") not in desk.events


def test_what_closes_a_sale_is_contributed_to_as_that_sale(desk):
    seen = []
    desk.answers[q.Contribute] = lambda asked: seen.append(asked.sale.id)
    desk.scan("PEN")
    sale = desk.sale.id
    desk.do(cmd.Pay(type="cash"))
    desk.scan("PEN").do(cmd.Suspend())
    assert seen == [sale, sale, seen[2], seen[2]]


def owners(desk, command):
    """Take a command; return by event name which transaction each of its events belongs to."""
    decision = desk.decided(command)
    desk.state = decision.state
    return {event.event_name: owner for event, owner in decision.events}


def test_events_belong_to_the_sale_they_are_about(desk):
    """Also the one that closes, parks or cancels it; what comes after it belongs to none."""
    assert owners(desk, cmd.MoveCash(kind="loan", amount_minor=5))["cash.Moved"] == ""
    opened = owners(desk, cmd.AddItem(code="PEN"))
    sale = desk.sale.id
    assert opened == {"sale.Opened": sale, "sale.LineAdded": sale}
    assert owners(desk, cmd.Suspend()) == {"sale.Suspended": sale}
    assert owners(desk, cmd.Resume(place=1)) == {"sale.Resumed": sale}
    assert owners(desk, cmd.Pay(type="cash")) == {
        "sale.TenderApplied": sale, "sale.Completed": sale, "job.Queued": "",
    }  # fmt: skip
    desk.scan("PEN")
    sale = desk.sale.id
    assert owners(desk, cmd.Cancel()) == {"sale.Cancelled": sale}


def test_replay_gives_the_state_that_was_decided(sold):
    """Folding the events gives what the decision said, at every step."""
    sold.scan("COLA", "MILK")
    for command in (
        cmd.Discount(number=0, percent_milli=10_000),
        cmd.Discount(number=1, amount_minor=10),
        cmd.VoidLine(number=3),
        cmd.SetCustomer(code="card"),
        cmd.Pay(type="cash", amount_minor=1),
        cmd.Suspend(note="n"),
        cmd.Resume(place=1),
        cmd.TakeBackTender(),
        cmd.RemoveDiscounts(number=0),
        cmd.Pay(type="cash"),
        cmd.Reprint(),
        cmd.MoveCash(kind="loan", amount_minor=1),
    ):
        before, decision = sold.state, sold.decided(command)
        folded = before
        for event, _ in decision.events:
            folded = evolve(folded, event)
        assert folded == decision.state
        sold.state = decision.state

"""SIGKILL around print and kick: what may have happened is asked about, never done blindly."""

from __future__ import annotations

import pytest

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.transaction import JobStatus

PEN, PAY = "1 * PEN", ("=", "5.00")

DEVICES = '''
import os
from pathlib import Path
import anyio
from posframe import JobHandler, JobResult
from posframe.crashpoint import crashpoint
from posframe.kernel.domain import commands as cmd
from posframe.till import Ports, Till

folder = Path(os.environ["FOLDER"])


class Paper(JobHandler):
    """A printer that dies half-way where it is told to; its paper is a file."""

    async def perform(self, job):
        with (folder / "paper.txt").open("a") as paper:
            paper.write(f"{{job.subject}} copy {{job.copy}} first half\\n")
            paper.flush()
            crashpoint("print.half")
            paper.write(f"{{job.subject}} copy {{job.copy}} second half\\n")
        return JobResult(outcome="done")


class Drawer(JobHandler):
    """A drawer that counts how often it was opened."""

    async def perform(self, job):
        with (folder / "drawer.txt").open("a") as drawer:
            drawer.write("kicked\\n")
        return JobResult(outcome="done")


def sell(till):
    till.do(cmd.AddItem(code="PEN"))
    assert till.do(cmd.Pay(type="cash", amount_minor=500)).accepted


ports = Ports(handlers={handlers})
with Till.open(folder, ports) as till:
    {what}
    till.drain(20)
'''
BOTH = '{"print": Paper(), "kick": Drawer()}'


def program(what, handlers=BOTH):
    return DEVICES.format(what=what, handlers=handlers)


def lines(shop, name):
    path = shop.path / name
    return path.read_text().splitlines() if path.exists() else []


def in_doubt(till):
    return [job for job in till.state.jobs.values() if job.status is JobStatus.UNKNOWN]


def test_killed_after_completion_the_receipt_is_printed_once(shop, died):
    """F10: nothing was sent yet, so the journal prints it, as an original."""
    died(shop.script(PEN, *PAY, crash="sale.completed"))
    receipts = shop.path / "receipts"
    assert not receipts.exists()
    with shop.open(effects=True) as till:
        assert till.drain(20)
        assert in_doubt(till) == []
    printed = sorted(receipts.glob("receipt-*.txt"))
    assert len(printed) == 1
    assert "COPY" not in printed[0].read_text()
    shop.check()


def test_killed_between_claim_and_effect_it_is_asked_about(shop, died):
    """F10 and F12: on disk as being sent, though nothing was: only a person can know."""
    died(shop.script(PEN, *PAY, crash="job.claimed"))
    with shop.open(effects=True) as till:
        assert {job.kind for job in in_doubt(till)} == {"print", "kick"}
        assert len([each for each in till.notices() if each]) >= 2
        till.drain(1)
    assert not list(shop.path.glob("receipts/receipt-*"))
    shop.check()


def test_killed_mid_receipt_it_is_printed_again_whole_and_the_drawer_stays_shut(shop, died):
    """F11: after a person has said that it did not come out."""
    died(shop.python(program("sell(till)"), crash="print.half"))
    halves = lines(shop, "paper.txt")
    assert len(halves) == 1
    kicks = len(lines(shop, "drawer.txt"))
    assert kicks <= 1
    answered = program(
        'job = next(j for j in till.state.jobs.values() if j.kind == "print")\n'
        "    assert till.do(cmd.AnswerJob(id=job.id, happened=False)).accepted"
    )
    process = shop.python(answered)
    assert process.returncode == 0, process.stderr
    paper = lines(shop, "paper.txt")
    whole = ["copy 0 first half", "copy 0 second half"]
    assert [each.partition(" ")[2] for each in paper[1:]] == whole
    assert len(lines(shop, "drawer.txt")) == kicks
    shop.check()


def test_killed_after_the_kick_it_is_asked_about_and_never_kicked_again(shop, died):
    """F12: the drawer is open and the journal does not say so."""
    no_sale = 'assert till.do(cmd.MoveCash(kind="no_sale")).accepted'
    died(shop.python(program(no_sale), crash="job.performed"))
    assert lines(shop, "drawer.txt") == ["kicked"]
    assert shop.python(program("pass")).returncode == 0
    assert lines(shop, "drawer.txt") == ["kicked"]
    with shop.open() as till:
        (job,) = in_doubt(till)
        assert job.kind == "kick"
        answer = till.do(cmd.AnswerJob(id=job.id, happened=False))
        assert "stays shut" in answer.words
    assert shop.python(program("pass")).returncode == 0
    assert lines(shop, "drawer.txt") == ["kicked"]
    assert "job.Doubted" in shop.names()


@pytest.mark.parametrize("happened", [True, False])
def test_a_doubt_is_put_to_a_person_once(happened, shop, died):
    died(shop.script(PEN, *PAY, crash="job.claimed"))
    with shop.open() as till:
        while jobs := in_doubt(till):
            assert till.do(cmd.AnswerJob(id=jobs[0].id, happened=happened)).accepted
    with shop.open() as till:
        assert in_doubt(till) == []


def test_a_till_that_is_closed_lets_what_is_being_printed_end(shop):
    """A clean close leaves nothing in doubt."""
    slow = '{"print": Slow(), "kick": Drawer()}'
    source = program("sell(till); Slow.begun.wait(20); raise SystemExit", slow).replace(
        "def sell(",
        "class Slow(Paper):\n"
        "    import threading\n"
        "    begun = threading.Event()\n"
        "    async def perform(self, job):\n"
        "        Slow.begun.set()\n"
        "        await anyio.sleep(0.3)\n"
        "        return await super().perform(job)\n\n"
        "def sell(",
    )
    process = shop.python(source)
    assert process.returncode == 0, process.stderr
    with shop.open() as till:
        assert in_doubt(till) == []
    assert len(lines(shop, "paper.txt")) == 2

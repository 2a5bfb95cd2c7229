"""Outside effects: one a device at a time, on disk before they begin, in doubt when unsure."""

from __future__ import annotations

import threading

import anyio
import attrs
import pytest

from posframe import effects as runner_module
from posframe.effects import EffectRunner
from posframe.errors import PluginError, RuleViolation
from posframe.jobs import all_handlers
from posframe.kernel.contracts import JobHandler, JobResult
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.effects import effects
from posframe.kernel.domain.transaction import Job, JobStatus, TillState
from posframe.loop_thread import LoopThread
from tests.kernel.asking import plugin
from tests.kernel.shop import crash, open_till, recorded_of, with_plugins, write_settings

LONG_S = 20
DONE = JobResult(outcome="done")


def jobs(*made):
    """Return a state with jobs of (id, device, status)."""
    return TillState(
        jobs={id_: Job(id=id_, kind="print", device=device, status=status)
              for id_, device, status in made}
    )  # fmt: skip


QUEUED, SENT, UNKNOWN = JobStatus.QUEUED, JobStatus.SENT, JobStatus.UNKNOWN


@pytest.mark.parametrize(
    ("made", "busy", "expected"),
    [
        ([], (), []),
        ([("a", "p", QUEUED)], (), ["a"]),
        ([("a", "p", QUEUED), ("b", "p", QUEUED), ("c", "d", QUEUED)], (), ["a", "c"]),
        ([("a", "p", SENT), ("b", "p", QUEUED)], (), []),
        ([("a", "p", UNKNOWN), ("b", "p", QUEUED)], (), ["b"]),
        ([("a", "p", QUEUED), ("b", "d", QUEUED)], ("p",), ["b"]),
        ([("a", "p", UNKNOWN), ("b", "d", SENT)], (), []),
    ],
)
def test_what_is_to_be_done_follows_from_the_state(made, busy, expected):
    """The first waiting job of each device that nothing is under way on; doubt is never retried."""
    assert [job.id for job in effects(jobs(*made), busy)] == expected


class Device(JobHandler):
    """Answers as told, one answer after the other; the last one for good."""

    def __init__(self, *answers, wait=None):
        self.answers, self.wait = list(answers), wait
        self.began, self.done, self.closed, self.running = threading.Event(), [], 0, 0

    async def perform(self, job):
        self.running += 1
        assert self.running == 1, "one job a device at a time"
        self.began.set()
        if self.wait is not None:
            await anyio.to_thread.run_sync(self.wait.wait)
        self.running -= 1
        self.done.append(job.id)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def close(self):
        self.closed += 1


@pytest.fixture
def open_(tmp_path):
    """Open a till whose printer and drawer are ``handlers``."""
    write_settings(tmp_path)
    opened = []

    def open_(path=None, **handlers):
        till = open_till(
            tmp_path, path=path or tmp_path / "till.db", effects=True, handlers=handlers
        )
        opened.append(till)
        return till

    yield open_
    for till in opened:
        till.close()


def until(holds):
    """Wait for what another thread does."""
    for _ in range(LONG_S * 1000):
        if holds():
            return
        threading.Event().wait(0.001)
    raise AssertionError("it did not happen")


def sell(till, times=1):
    for _ in range(times):
        assert till.do(cmd.AddItem(code="PEN")).accepted
        assert till.do(cmd.Pay(type="cash")).accepted


def names(till, prefix="job."):
    return [row.name for row in recorded_of(till) if row.name.startswith(prefix)]


def test_jobs_are_done_in_order_each_once(open_):
    """Three sales: three kicks and three prints, one after the other on each device."""
    printer, drawer = Device(DONE), Device(DONE)
    till = open_(print=printer, kick=drawer)
    sell(till, 3)
    assert till.drain(LONG_S)
    queued = [row.event.job for row in recorded_of(till) if row.name == "job.Queued"]
    assert printer.done == [job.id for job in queued if job.kind == "print"]
    assert drawer.done == [job.id for job in queued if job.kind == "kick"]
    assert names(till).count("job.Confirmed") == 6
    assert till.state.jobs == {}
    till.close()
    assert (printer.closed, drawer.closed) == (1, 1)


def test_a_dead_printer_does_not_hold_the_drawer(open_):
    held = threading.Event()
    printer, drawer = Device(DONE, wait=held), Device(DONE)
    till = open_(print=printer, kick=drawer)
    sell(till)
    assert printer.began.wait(LONG_S)
    until(lambda: drawer.done)
    held.set()
    assert till.drain(LONG_S)


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (RuntimeError("short circuit"), "RuntimeError: short circuit"),
        (JobResult(outcome="unknown", detail="cable out"), "cable out"),
        (None, "the handler returned None"),
        (JobResult(outcome="perhaps"), "the handler returned JobResult"),
    ],
)
def test_what_nobody_knows_is_put_to_a_person_and_not_done_again(open_, answer, detail):
    """An exception, a doubt, rubbish: all the same. The next job goes on."""
    printer = Device(answer, DONE)
    till = open_(print=printer, kick=Device(DONE))
    sell(till)
    assert till.drain(LONG_S)
    (doubtful,) = till.state.jobs.values()
    assert doubtful.status is JobStatus.UNKNOWN
    assert detail in doubtful.detail
    sell(till)
    assert till.drain(LONG_S)
    assert list(till.state.jobs) == [doubtful.id]
    assert printer.done.count(doubtful.id) == 1
    assert any("Was it done?" in notice or "print" in notice for notice in till.notices())


def test_an_answer_that_does_not_come_in_time_is_a_doubt(open_):
    class Slow(Device):
        deadline_s = 0.01

        async def perform(self, job):
            await anyio.sleep(LONG_S)

    till = open_(print=Slow(), kick=Device(DONE))
    sell(till)
    assert till.drain(LONG_S)
    (doubtful,) = till.state.jobs.values()
    assert doubtful.detail == "no answer in time"


def test_only_what_surely_did_not_begin_is_tried_again(open_, monkeypatch):
    """With a pause that grows; its state on disk is queued again each time."""
    monkeypatch.setattr(runner_module, "RETRY_FIRST_S", 0.001)
    printer = Device(JobResult(outcome="not_started"), JobResult(outcome="not_started"), DONE)
    till = open_(print=printer, kick=Device(DONE))
    sell(till)
    assert till.drain(LONG_S)
    assert len(printer.done) == 3
    assert len(set(printer.done)) == 1
    assert names(till).count("job.Returned") == 2
    assert till.state.jobs == {}


def test_what_failed_for_good_is_given_up(open_):
    till = open_(
        print=Device(JobResult(outcome="failed", detail="no such receipt")), kick=Device(DONE)
    )
    sell(till)
    assert till.drain(LONG_S)
    assert names(till)[-1] in {"job.GivenUp", "job.Confirmed"}
    assert "job.GivenUp" in names(till)
    assert till.state.jobs == {}


def test_a_job_nobody_can_do_is_given_up_with_words(open_):
    till = open_(kick=Device(DONE))
    sell(till)
    assert till.drain(LONG_S)
    (given_up,) = (row.event for row in recorded_of(till) if row.name == "job.GivenUp")
    assert given_up.detail == "nothing here can do 'print'"


def test_a_stop_with_a_job_under_way_leaves_it_in_doubt_and_says_so(open_, tmp_path):
    """Cut off by a crash: at the next start it is asked about, not done again."""
    held = threading.Event()
    printer = Device(DONE, wait=held)
    till = open_(print=printer, kick=Device(DONE))
    sell(till)
    assert printer.began.wait(LONG_S)
    journal = till.parts.journal
    journal_bytes = till.call(lambda: journal.query("SELECT count(*) FROM journal"))
    assert journal_bytes[0][0] > 0
    copy = tmp_path / "copy.db"
    till.call(lambda: journal.query(f"VACUUM INTO '{copy}'"))
    held.set()
    crash(till)
    again = Device(DONE)
    till = open_(path=copy, print=again, kick=Device(DONE))
    assert till.drain(LONG_S)
    (doubtful,) = till.state.jobs.values()
    assert doubtful.status is JobStatus.UNKNOWN
    assert "stopped while it was under way" in doubtful.detail
    assert again.done == []


def test_two_plugins_that_do_one_kind_of_job_are_refused_by_name(tmp_path):
    """Which of them opens the drawer is not for chance to say; jobs wait, with the reason."""
    write_settings(tmp_path)
    mailing = {"mail": Device(DONE)}
    one, two = (plugin(posframe_job_handlers=lambda: mailing) for _ in range(2))
    with with_plugins(one=one, two=two), open_till(tmp_path, handlers={}) as till:
        both = till.hooks
    with pytest.raises(PluginError, match="Plugins one and two both do jobs of the kind 'mail'"):
        all_handlers(both)
    with with_plugins(one=one), open_till(tmp_path, handlers={"print": Device(DONE)}) as till:
        assert sorted(all_handlers(till.hooks)) == ["mail", "print"]


# The runner by itself


class Till:
    """Takes commands as a till does, when it is not too busy."""

    def __init__(self, state, *, refuse=0):
        self.state, self.refuse, self.submitted = state, refuse, []

    def submit(self, command, then=None, *, lazy=False):
        if self.refuse:
            self.refuse -= 1
            raise RuleViolation("The till is busy")
        self.submitted.append((command, lazy))
        if isinstance(command, cmd.ClaimJobs):
            sent = {id_: attrs.evolve(self.state.jobs[id_], status=SENT) for id_ in command.ids}
            self.state = attrs.evolve(self.state, jobs={**self.state.jobs, **sent})
        else:
            left = {id_: job for id_, job in self.state.jobs.items() if id_ != command.id}
            self.state = attrs.evolve(self.state, jobs=left)
        if then is not None:
            then(Answered(self.state))


class Answered:
    accepted, repeated = True, False

    def __init__(self, state):
        self.state = state


@pytest.fixture
def loop():
    thread = LoopThread()
    yield thread
    thread.close()


def run(till, handlers):
    loop = LoopThread()
    runner = EffectRunner(till.submit, lambda: till.state, handlers, loop)
    runner.offer(till.state)
    done = runner.drain(LONG_S)
    runner.close()
    runner.close()
    loop.close()
    return done


def test_confirmations_wait_for_company_and_doubts_do_not():
    """A confirmed job rides on the next commit; what a person has to know is written now."""
    till = Till(jobs(("a", "p", QUEUED), ("b", "d", QUEUED)))
    doubt = JobResult(outcome="unknown")
    assert run(till, lambda: {"print": Two(DONE, doubt)})
    claims = [command for command, _ in till.submitted if isinstance(command, cmd.ClaimJobs)]
    assert [claim.ids for claim in claims] == [("a", "b")], "jobs of one moment share a flush"
    lazy = {command.outcome: lazy for command, lazy in till.submitted[1:]}
    assert lazy == {"confirmed": True, "doubted": False}


class Two(JobHandler):
    def __init__(self, *answers):
        self.answers = list(answers)

    async def perform(self, job):
        return self.answers.pop(0)


def test_a_busy_till_is_asked_again_and_nothing_is_lost(monkeypatch):
    monkeypatch.setattr(runner_module, "BUSY_PAUSE_S", 0.001)
    till = Till(jobs(("a", "p", QUEUED)), refuse=3)
    device = Device(DONE)
    assert run(till, lambda: {"print": device})
    assert device.done == ["a"]


def test_handlers_that_cannot_be_made_leave_jobs_waiting(monkeypatch, loop):
    """A plugin fails when the first job is due: the reason stands with the job, sales go on."""
    monkeypatch.setattr(runner_module, "RETRY_FIRST_S", LONG_S)

    def handlers():
        raise PluginError("Plugin mail 1.0 failed in posframe_job_handlers")

    till = Till(jobs(("a", "p", QUEUED)))
    runner = EffectRunner(till.submit, lambda: till.state, handlers, loop)
    runner.offer(till.state)
    until(lambda: len(till.submitted) >= 2)
    runner.close()
    settled, _ = till.submitted[1]
    assert (settled.outcome, settled.id) == ("returned", "a")
    assert "Plugin mail 1.0" in settled.detail


def test_nothing_to_do_starts_no_event_loop(loop):
    runner = EffectRunner(lambda command: None, lambda: TillState(), dict, loop)
    before = threading.active_count()
    runner.offer(TillState())
    assert threading.active_count() == before
    assert runner.drain(LONG_S)
    runner.close()


def test_a_device_that_may_not_be_tried_yet_costs_no_time_until_then(loop):
    """Its pause over, or its job gone: the runner sleeps until something changes."""
    runner = EffectRunner(lambda command: None, lambda: TillState(), dict, loop)

    async def pauses():
        now = anyio.current_time()
        runner._looked_s = now
        runner._not_before = {"over": (now - 5, 1.0)}
        none = runner._pause_s()
        runner._not_before["soon"] = (now + 5, 1.0)
        return none, runner._pause_s()

    none, some = anyio.run(pauses)
    assert none is None
    assert 0 < some <= 5


def test_a_pause_that_ends_while_the_runner_looks_is_not_slept_through(loop):
    """The device was still to be left alone at the look, and is not any more now."""
    runner = EffectRunner(lambda command: None, lambda: TillState(), dict, loop)

    async def pause():
        now = anyio.current_time()
        runner._looked_s = now - 0.001
        runner._not_before = {"printer": (now - 0.0005, 1.0)}
        return runner._pause_s()

    assert anyio.run(pause) == 0

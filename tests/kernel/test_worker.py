"""The engine thread: commands in order, in groups, whatever becomes of those who listen."""

from __future__ import annotations

import itertools
import sys
import threading

import pytest

from posframe.errors import JournalUnavailable, RuleViolation
from posframe.kernel import worker as worker_module
from posframe.kernel.domain.transaction import TillState
from posframe.kernel.engine import Outcome, Submission
from posframe.kernel.worker import EngineThread, Ticket
from posframe.system import RisingIds

LONG_S = 20


class Recorder:
    """An engine that writes down its groups, and waits where a test tells it to."""

    def __init__(self):
        self.groups, self.held, self.reached = [], None, threading.Event()

    def execute(self, submissions):
        if self.held is not None:
            self.reached.set()
            assert self.held.wait(LONG_S)
        self.groups.append([each.command for each in submissions])
        return [Outcome(id=each.id, accepted=True, state=TillState()) for each in submissions]


def ask(command):
    return Submission(command=command, id=str(command), operator="1")


@pytest.fixture
def engine():
    return Recorder()


@pytest.fixture
def thread(engine):
    made = EngineThread(engine)
    made.start()
    yield made
    if engine.held is not None:
        engine.held.set()
    made.close()


def hold(thread, engine):
    """Let the engine stop in its next group, and wait until it is there."""
    engine.held = threading.Event()
    ticket = thread.submit(ask("first"))
    assert engine.reached.wait(LONG_S)
    return ticket


def test_what_waits_during_a_commit_goes_into_the_next_group(thread, engine):
    """Ten scans on a slow disk cost one flush."""
    first = hold(thread, engine)
    tickets = [thread.submit(ask(at)) for at in range(10)]
    engine.held.set()
    assert [ticket.wait(LONG_S).id for ticket in tickets] == [str(at) for at in range(10)]
    assert first.wait(LONG_S).accepted
    assert engine.groups == [["first"], list(range(10))]


def test_a_group_has_a_limit(thread, engine, monkeypatch):
    monkeypatch.setattr(worker_module, "GROUP_MAX", 4)
    hold(thread, engine)
    tickets = [thread.submit(ask(at)) for at in range(10)]
    engine.held.set()
    for ticket in tickets:
        ticket.wait(LONG_S)
    assert [len(group) for group in engine.groups] == [1, 4, 4, 2]
    assert [each for group in engine.groups[1:] for each in group] == list(range(10))


def test_too_many_waiting_are_refused(thread, engine, monkeypatch):
    monkeypatch.setattr(worker_module, "WAITING_MAX", 3)
    hold(thread, engine)
    for at in range(3):
        thread.submit(ask(at))
    with pytest.raises(RuleViolation, match="The till is busy") as refused:
        thread.submit(ask(4))
    assert "wait" in refused.value.hint


def test_lazy_commands_wait_for_company(thread, engine, monkeypatch):
    """A confirmation rides on the next commit; alone it is written after a while."""
    monkeypatch.setattr(worker_module, "LAZY_WAIT_S", LONG_S)
    lazy = thread.submit(ask("confirmed"), lazy=True)
    more = thread.submit(ask("another"), lazy=True)
    with pytest.raises(TimeoutError, match="did not answer in time"):
        lazy.wait(0.01)
    thread.submit(ask("scan")).wait(LONG_S)
    assert lazy.wait(LONG_S).accepted
    assert more.wait(LONG_S).accepted
    assert engine.groups == [["confirmed", "another", "scan"]]
    monkeypatch.setattr(worker_module, "LAZY_WAIT_S", 0.001)
    thread.submit(ask("alone"), lazy=True).wait(LONG_S)
    assert engine.groups[-1] == ["alone"]


def test_a_question_goes_between_groups(thread, engine):
    """What was asked before it is done, what was asked after is not."""
    hold(thread, engine)
    thread.submit(ask("before"))
    seen = []
    asking = threading.Thread(
        target=lambda: seen.append(thread.call(lambda: [*map(tuple, engine.groups)]))
    )
    asking.start()
    while thread._queue.qsize() < 2:
        threading.Event().wait(0.001)
    thread.submit(ask("after"))
    engine.held.set()
    asking.join(LONG_S)
    assert seen == [[("first",), ("before",)]]


def test_a_question_gets_its_answer_or_its_error(thread):
    assert thread.call(lambda: 5) == 5
    with pytest.raises(KeyError):
        thread.call(lambda: {}["missing"])
    assert thread.call(lambda: thread.call(lambda: 6)) == 6, "asked on the thread itself"
    names = thread.call(lambda: threading.current_thread().name)
    assert names == "posframe-engine"


def test_everybody_is_told_on_the_engine_thread_in_order(thread):
    told = []
    thread.listen(lambda outcomes: told.append(("heard", threading.current_thread().name)))
    thread.submit(
        ask(1), then=lambda outcome: told.append(("answered", threading.current_thread().name))
    ).wait(LONG_S)
    thread.call(lambda: None)
    assert sorted(told) == [("answered", "posframe-engine"), ("heard", "posframe-engine")]


def test_a_listener_that_fails_is_reported_and_the_till_goes_on(thread, monkeypatch):
    """Neither the other listeners nor the next command notice."""
    reported, told = [], []
    monkeypatch.setattr(threading, "excepthook", lambda args: reported.append(args.exc_value))

    def broken(*_):
        raise ValueError("a screen fell over")

    thread.listen(broken)
    thread.listen(told.append)
    assert thread.submit(ask(1), then=broken).wait(LONG_S).accepted
    assert thread.submit(ask(2)).wait(LONG_S).accepted
    thread.call(lambda: None)
    assert len(told) == 2
    assert [str(error) for error in reported] == ["a screen fell over"] * 3


def test_idle_work_is_done_in_slices_while_nobody_waits(engine, monkeypatch):
    """Again at once while there is more, then after a while; never before a command."""
    monkeypatch.setattr(worker_module, "IDLE_AFTER_S", 0.001)
    slices, rest = [], threading.Event()

    def idle():
        slices.append(len(engine.groups))
        if len(slices) == 3:
            rest.set()
        return len(slices) < 3

    thread = EngineThread(engine, idle=idle)
    thread.start()
    assert rest.wait(LONG_S)
    assert thread.submit(ask(1)).wait(LONG_S).accepted
    thread.close()
    assert slices[:3] == [0, 0, 0]


def test_idle_work_that_fails_is_reported_and_not_the_end(engine, monkeypatch):
    monkeypatch.setattr(worker_module, "IDLE_AFTER_S", 0.001)
    reported = threading.Event()
    monkeypatch.setattr(threading, "excepthook", lambda args: reported.set())

    def idle():
        raise ValueError("no disk")

    thread = EngineThread(engine, idle=idle)
    thread.start()
    assert reported.wait(LONG_S)
    assert thread.submit(ask(1)).wait(LONG_S).accepted
    thread.close()


def test_closing_finishes_what_is_queued(thread, engine):
    hold(thread, engine)
    tickets = [thread.submit(ask(at)) for at in range(5)]
    closing = threading.Thread(target=thread.close)
    closing.start()
    while not thread._closed:
        threading.Event().wait(0.001)
    engine.held.set()
    closing.join(LONG_S)
    assert all(ticket.outcome is not None for ticket in tickets)
    assert engine.groups == [["first"], [0, 1, 2, 3, 4]]


def test_after_closing_nothing_is_taken_and_nobody_waits_for_ever(thread):
    thread.close()
    thread.close()
    for late in (lambda: thread.submit(ask(1)), lambda: thread.call(lambda: None)):
        with pytest.raises(JournalUnavailable, match="The till is closed"):
            late()


def test_a_thread_that_never_began_is_closed_at_once(engine):
    EngineThread(engine).close()


def test_a_ticket_without_an_answer_is_waited_for_in_vain():
    with pytest.raises(TimeoutError):
        Ticket(ask(1), None, lazy=False).wait(0)


def test_ids_from_many_threads_rise_and_are_all_different():
    """Two commands of one id would be taken for one; one that falls for one of long ago."""
    ids, made, barrier = RisingIds(), [], threading.Barrier(4)

    def make():
        barrier.wait(LONG_S)
        made.append([ids.next(at * 250) for at in range(12_000)])

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=make) for _ in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join(LONG_S)
    finally:
        sys.setswitchinterval(interval)
    together = [each for some in made for each in some]
    assert len(set(together)) == len(together) == 48_000
    assert all(one < other for some in made for one, other in itertools.pairwise(some))

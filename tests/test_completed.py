"""Laws of receipts that never came out: each is named until somebody has it printed again."""

from __future__ import annotations

import pytest

from posframe import commands
from posframe.completed import KEPT_MAX, MISSED_MAX, CompletedSales
from posframe.kernel.domain.commands import ClaimJobs, SettleJob
from posframe.kernel.domain.events import JobGivenUp, JobQueued, TransactionCompleted
from posframe.kernel.domain.transaction import Job
from posframe.testing.ports import CountingIds, ManualClock
from posframe.testing.tills import make_till
from posframe.till import Ports

HOUR_US = 3_600_000_000
PEN = "4006381333931"


class Shop:
    """A till whose jobs a test does, and whose clock it moves."""

    def __init__(self, folder, first_id=1):
        self.clock = ManualClock()
        self.completed = []
        ports = Ports(clock=self.clock, ids=CountingIds(first_id), effects=False, lock=False)
        self.till = make_till(folder, ports=ports)
        self.till.listen(self._note)

    def _note(self, outcomes):
        events = (row.event for outcome in outcomes for row in outcome.recorded)
        self.completed += [event for event in events if isinstance(event, TransactionCompleted)]

    def do(self, command):
        outcome = self.till.do(command)
        assert outcome.error is None, outcome.error
        return outcome

    def sell(self):
        self.do(commands.AddItem(code=PEN))
        self.do(commands.Pay(type="cash"))

    def jobs(self, kind=""):
        return [job for job in self.till.state.jobs.values() if kind in {"", job.kind}]

    def claim(self):
        self.do(ClaimJobs(ids=tuple(job.id for job in self.jobs())))

    def let_expire(self):
        self.clock.advance(HOUR_US * 24)
        self.claim()

    def missed(self):
        return [words for words in self.till.notices() if "was not printed" in words]


def words(number):
    return f"Receipt {number} was not printed in time: .reprint {number} prints it"


@pytest.fixture
def shop(tmp_path):
    shop = Shop(tmp_path)
    yield shop
    shop.till.close()


def test_a_receipt_given_up_is_named_with_what_prints_it(shop):
    shop.sell()
    shop.sell()
    assert shop.missed() == []
    shop.let_expire()
    assert shop.jobs() == []
    assert shop.missed() == [words(1), words(2)]


def test_a_kick_that_came_too_late_is_not_named(shop):
    shop.do(commands.MoveCash(kind="no_sale"))
    assert [job.kind for job in shop.jobs()] == ["kick"]
    shop.let_expire()
    assert shop.missed() == []


def test_a_receipt_that_came_out_is_not_named(shop):
    shop.sell()
    shop.claim()
    for job in shop.jobs():
        shop.do(SettleJob(id=job.id, outcome="confirmed"))
    assert shop.jobs() == []
    assert shop.missed() == []


def test_a_kick_after_a_receipt_that_came_out_is_not_named(shop):
    shop.sell()
    (job,) = shop.jobs("print")
    shop.do(ClaimJobs(ids=(job.id,)))
    shop.do(SettleJob(id=job.id, outcome="confirmed"))
    assert [job.kind for job in shop.jobs()] == ["kick"]
    shop.let_expire()
    assert shop.jobs() == []
    assert shop.missed() == []


def test_a_receipt_whose_copy_was_given_up_with_it_is_named_once(shop):
    shop.sell()
    shop.do(commands.Reprint())
    assert len(shop.jobs("print")) == 2
    shop.let_expire()
    assert shop.missed() == [words(1)]


def test_a_receipt_that_no_printer_can_print_is_named(shop):
    shop.sell()
    shop.claim()
    (job,) = shop.jobs("print")
    shop.do(SettleJob(id=job.id, outcome="given_up", detail="there is no printer"))
    assert shop.missed() == [words(1)]


def test_a_receipt_is_named_until_it_is_printed_again(shop):
    for _ in range(3):
        shop.sell()
    shop.let_expire()
    shop.do(commands.Reprint(receipt_number=2))
    assert shop.missed() == [words(1), words(3)]
    shop.let_expire()
    assert shop.missed() == [words(1), words(3), words(2)], "nor did the copy come out"


def test_a_doubtful_receipt_that_is_printed_again_is_not_named(shop):
    shop.sell()
    shop.claim()
    (job,) = shop.jobs("print")
    shop.do(SettleJob(id=job.id, outcome="doubted"))
    shop.do(commands.AnswerJob(id=job.id, happened=False))
    assert shop.missed() == []
    shop.let_expire()
    assert shop.missed() == [words(1)]


def test_no_more_are_named_than_a_screen_holds_and_the_oldest_go_first(shop):
    for _ in range(MISSED_MAX + 5):
        shop.sell()
    shop.let_expire()
    assert shop.missed() == [words(6 + at) for at in range(MISSED_MAX)]


def test_what_a_till_left_behind_when_it_was_closed_is_named_when_it_is_given_up(tmp_path):
    shop = Shop(tmp_path)
    shop.sell()
    shop.till.close()
    shop = Shop(tmp_path, first_id=1000)
    shop.let_expire()
    assert shop.missed() == [words(1)]
    assert shop.till.receipt(shop.till.state.last.transaction) is not None
    shop.till.close()


def test_a_receipt_is_found_however_many_sales_came_after_it(shop):
    for _ in range(KEPT_MAX + 3):
        shop.sell()
    assert len(shop.completed) == KEPT_MAX + 3
    for event in shop.completed:
        assert shop.till.receipt(event.transaction) is not None
    assert shop.till.receipt("no such sale") is None


def test_only_older_sales_are_looked_up(shop):
    for _ in range(KEPT_MAX + 3):
        shop.sell()
    looked = []
    sales = CompletedSales(lambda transaction: looked.append(transaction))
    sales.follow(shop.completed, {})
    for event in shop.completed[3:]:
        assert sales.find(event.transaction) is event
    assert looked == []
    for event in shop.completed[:3]:
        assert sales.find(event.transaction) is None
    assert looked == [event.transaction for event in shop.completed[:3]]


def test_a_sale_that_nobody_finds_any_more_is_not_named():
    sales = CompletedSales(lambda _transaction: None)
    job = Job(id="1", kind="print", device="printer", subject="lost")
    sales.follow([JobQueued(job)], {"1": job})
    sales.follow([JobGivenUp("1"), JobGivenUp("unheard of")], {})
    assert sales.missed_words() == ()

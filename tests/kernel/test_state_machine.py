"""A whole till under any sequence of commands, crashes and clock jumps: what must hold, holds.

The invariants are numbered as in the design; each is reckoned in ``invariants`` from the journal
and by plain arithmetic, never by calling what is under test.
"""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

import attrs
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from posframe.errors import SaleChanged
from posframe.hal.codecs.escpos import ReceiptEncoder
from posframe.hal.profiles import load_profile
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.events import TransactionCompleted
from posframe.kernel.domain.transaction import JobStatus, TillState
from posframe.testing.ports import ManualClock
from posframe_inventory.commands import CountStock
from tests.kernel import invariants as holds
from tests.kernel.shop import (
    SIX_PENS,
    PenOffers,
    crash,
    open_till,
    recorded_of,
    rows_of,
    with_offers,
    write_settings,
)

DAY_US = 86_400_000_000
PRINTER = ReceiptEncoder(load_profile("generic-80mm"))
CODES = [
    *("PEN", "PEN", "PEN", "PEN", "MILK", "MILK", "LAMP", "LAMP", "COLA", "COLA"),
    *("BEER", "GIN", "GIFT", SIX_PENS, "nothing"),
]
COUNTED = {"PEN": 50_000, "MILK": 20_000, "HAM": 9_000}
choices = st.integers(0, 10**6)
while_selling = precondition(lambda machine: machine.till.state.transaction is not None)
while_idle = precondition(lambda machine: machine.till.state.transaction is None)


class TillMachine(RuleBasedStateMachine):
    """Everything a cashier, a printer and a power cut can do to one till."""

    @initialize()
    def enrol(self):
        self.cleanup = contextlib.ExitStack()
        self.folder = Path(self.cleanup.enter_context(tempfile.TemporaryDirectory()))
        write_settings(self.folder, plugins=("payments", "inventory"))
        self.clock = ManualClock()
        self.ids, self.done = [], {}
        self.checked_rows, self.last_hash, self.folded = 0, bytes(32), TillState()
        self._open()
        for sku, milli in COUNTED.items():
            self.do(CountStock(sku=sku, quantity_milli=milli))

    def teardown(self):
        holds.check_chain(rows_of(self.till), bytes(32))
        holds.check_fold(recorded_of(self.till), self.till.state, TillState())
        self.till.close()
        self.cleanup.close()

    def _open(self):
        till = open_till(self.folder, clock=self.clock, path=self.folder / "till.db")
        self.till = with_offers(till, PenOffers())

    def do(self, command):
        """Do a command; one that is refused has to change nothing."""
        state, head = self.till.state, self.till.parts.engine.head_seq
        outcome = self.till.do(command)
        if outcome.recorded:
            self.ids.append(outcome.id)
        if outcome.accepted:
            self.done[outcome.id] = (command, [row.seq for row in outcome.recorded])
        else:
            assert outcome.words
            assert outcome.hint, outcome.words
            assert self.till.state == state
            assert self.till.parts.engine.head_seq == head
        return outcome

    def line(self, at):
        """Return the number of a line of the open sale, and now and then of none."""
        sale = self.till.state.transaction
        return at % (len(sale.basket.lines) + 2) if at % 7 == 0 else at % len(sale.basket.lines) + 1

    # Selling

    @rule(codes=st.lists(st.sampled_from(CODES), min_size=1, max_size=5))
    def scan(self, codes):
        self.clock.advance(1_000)
        for code in codes:
            self.do(cmd.AddItem(code=code))

    @rule(code=st.sampled_from(CODES), count=st.sampled_from([1, 2, 3, 12, 0, 200]))
    def scan_many(self, code, count):
        self.do(cmd.AddItem(code=code, quantity_milli=count * 1000))

    @rule(milli=st.sampled_from([None, 1, 642, 2_000, 98_999]))
    def weigh(self, milli):
        self.do(cmd.AddItem(code="HAM", weighed_milli=milli))

    @rule(minor=st.sampled_from([None, 1, 4_990, 600_000]), count=st.integers(1, 2))
    def sell_work(self, minor, count):
        self.do(cmd.AddItem(code="REPAIR", price_minor=minor, quantity_milli=count * 1000))

    @rule(minor=st.sampled_from([-100, 0, 5, 1_003, 7_777]))
    def sell_to_a_department(self, minor):
        self.do(cmd.AddDepartment(department="1", price_minor=minor))

    @rule(at=choices, name=st.sampled_from(["Thing", *holds.HOSTILE]))
    def learn(self, at, name):
        self.do(cmd.Learn(code=f"new{at % 5}", name=name, price_minor=at % 900))

    @while_selling
    @rule(at=choices)
    def void(self, at):
        self.do(cmd.VoidLine(number=self.line(at) if at % 2 else None))

    @while_selling
    @rule(at=choices, count=st.integers(-1, 9))
    def change_quantity(self, at, count):
        self.do(cmd.ChangeQuantity(number=self.line(at), quantity_milli=count * 1000))

    @while_selling
    @rule(at=choices, minor=st.sampled_from([-1, 0, 1, 95, 2_000, 600_000]))
    def change_price(self, at, minor):
        self.do(cmd.OverridePrice(number=self.line(at), price_minor=minor))

    @while_selling
    @rule(at=choices, percent=st.sampled_from([333, 10_000, 50_000, 100_000, 100_001]))
    def discount_by_percent(self, at, percent):
        self.do(cmd.Discount(number=self.line(at) * (at % 2), percent_milli=percent))

    @while_selling
    @rule(at=choices, minor=st.sampled_from([0, 1, 7, 50, 500]))
    def discount_by_amount(self, at, minor):
        self.do(cmd.Discount(number=self.line(at) * (at % 2), amount_minor=minor))

    @while_selling
    @rule(at=choices)
    def remove_discounts(self, at):
        self.do(cmd.RemoveDiscounts(number=self.line(at) * (at % 2)))

    @while_selling
    @rule()
    def check_age(self):
        self.do(cmd.CheckAge())

    @while_selling
    @rule()
    def hold(self):
        self.do(cmd.Suspend(note="later"))

    @while_idle
    @rule(place=st.integers(0, 3))
    def recall(self, place):
        self.do(cmd.Resume(place=place))

    @while_selling
    @rule(sure=st.sampled_from([False, False, True]))
    def cancel(self, sure):
        if sure:
            self.do(cmd.Cancel(seen=self.seen()))

    # Paying

    def seen(self):
        sale = self.till.state.transaction
        if sale is None:
            return None
        return cmd.Seen(transaction=sale.id, tenders=len(sale.tenders), due_minor=sale.due_minor)

    @while_selling
    @rule(part=st.sampled_from([1, 5, 20, 100, 1_000]), asked=st.booleans())
    def pay_partly(self, part, asked):
        self.ask_for_age(asked)
        self.do(cmd.Pay(type="cash", amount_minor=part, seen=self.seen()))

    def ask_for_age(self, asked):
        if asked and self.till.state.transaction.age_needed_years:
            self.do(cmd.CheckAge())

    @while_selling
    @rule(asked=st.booleans())
    def pay_exactly(self, asked):
        self.ask_for_age(asked)
        self.do(cmd.Pay(type="cash", seen=self.seen()))

    @while_selling
    @rule(over=st.integers(0, 50))
    def pay_over(self, over):
        self.ask_for_age(over % 2)
        due = self.till.state.transaction.due_minor
        self.do(cmd.Pay(type="cash", amount_minor=(due + 4) // 5 * 5 + 5 * over, seen=self.seen()))

    @while_selling
    @rule()
    def take_back(self):
        self.do(cmd.TakeBackTender(seen=self.seen()))

    @while_selling
    @rule(other=st.sampled_from([{"transaction": "x"}, {"tenders": 9}, {"due_minor": -1}]))
    def press_on_a_sale_that_changed(self, other):
        """Law 8: what moves money is refused when the operator saw something else."""
        seen = attrs.evolve(self.seen(), **other)
        for command in (
            cmd.Pay(type="cash", seen=seen),
            cmd.TakeBackTender(seen=seen),
            cmd.Cancel(seen=seen),
        ):
            assert isinstance(self.do(command).error, SaleChanged)

    # Around it

    @rule(kind=st.sampled_from(["loan", "paid_in", "pickup", "paid_out", "no_sale"]), minor=choices)
    def move_cash(self, kind, minor):
        self.do(cmd.MoveCash(kind=kind, amount_minor=minor % 20_000))

    @rule(number=st.integers(0, 4))
    def reprint(self, number):
        self.do(cmd.Reprint(receipt_number=number))

    @rule()
    def claim_jobs(self):
        queued = [job.id for job in self.till.state.jobs.values() if job.status is JobStatus.QUEUED]
        self.do(cmd.ClaimJobs(ids=tuple(queued)))

    @rule(at=choices, outcome=st.sampled_from(["confirmed", "doubted", "returned", "given_up"]))
    def settle_a_job(self, at, outcome):
        jobs = list(self.till.state.jobs)
        if jobs:
            self.do(cmd.SettleJob(id=jobs[at % len(jobs)], outcome=outcome))

    @rule(happened=st.booleans())
    def answer_for_a_job(self, happened):
        self.do(cmd.AnswerJob(happened=happened))

    @rule(us=st.sampled_from([1, 60_000_000, 3_600_000_000, DAY_US]))
    def time_passes(self, us):
        self.clock.advance(us)

    @rule(us=st.sampled_from([-3 * DAY_US, -3_600_000_000, 7 * DAY_US]))
    def the_clock_jumps(self, us):
        self.clock.jump(self.clock.wall_us() + us)

    @precondition(lambda self: self.done)
    @rule(at=choices)
    def send_again(self, at):
        """Law 8 and invariant 19: what was done is told again and done once."""
        id_ = list(self.done)[at % len(self.done)]
        command, rows = self.done[id_]
        head = self.till.parts.engine.head_seq
        state = self.till.state
        outcome = self.till.do(command, id=id_)
        if rows:
            assert (outcome.accepted, outcome.repeated) == (True, True)
            assert [row.seq for row in outcome.recorded] == rows
            assert self.till.parts.engine.head_seq == head
            assert self.till.state == state

    @rule(clean=st.booleans())
    def stop_and_start(self, clean):
        """Closed in peace or cut off: what was acknowledged is there, and it is all there is."""
        before = self.till.state
        head = self.till.parts.journal.head
        doubtful = sum(job.status is JobStatus.SENT for job in before.jobs.values())
        self.till.close() if clean else crash(self.till)
        self._open()
        after = self.till.parts.journal.head
        assert after.seq == head.seq + doubtful, "a start puts what was under way in doubt"
        assert attrs.evolve(self.till.state, jobs={}) == attrs.evolve(before, jobs={})
        assert all(job.status is not JobStatus.SENT for job in self.till.state.jobs.values())

    # What holds

    @invariant()
    def the_open_sale_comes_to_what_its_lines_give(self):
        for sale in (self.till.state.transaction, *self.till.state.suspended):
            if sale is not None:
                holds.check_open_sale(sale)
                holds.check_offers(sale)

    @invariant()
    def the_journal_is_whole(self):
        recorded = recorded_of(self.till)
        new, self.checked_rows = recorded[self.checked_rows :], len(recorded)
        if not new:
            return
        state = self.till.state
        self.last_hash = holds.check_chain(
            rows_of(self.till, len(recorded) - len(new)), self.last_hash
        )
        holds.check_receipts(recorded)
        holds.check_drawer(recorded, state)
        holds.check_counters(recorded, state)
        self.folded = holds.check_fold(new, state, self.folded)
        for row in new:
            if isinstance(row.event, TransactionCompleted):
                holds.check_completed(row.event)
                document = self.till.receipt(row.event.transaction)
                holds.check_printed(row.event, PRINTER.encode(document).data)
                stock = dict(self.till.call(self._stock))
                holds.check_stock(recorded, stock, COUNTED)

    def _stock(self):
        return self.till.parts.journal.query("SELECT sku, on_hand_milli FROM inventory_stock")

    @invariant()
    def ids_rise(self):
        """Invariant 31: those in the journal, even if the clock falls, and over a restart."""
        assert all(one < other for one, other in zip(self.ids, self.ids[1:], strict=False))


TestTill = TillMachine.TestCase
TestTill.settings = settings(
    max_examples=60 if settings().max_examples > 50 else 30, stateful_step_count=50, deadline=None
)

"""A real till and a nexo terminal over HTTPS, as till.toml configures it."""

from __future__ import annotations

import time

import anyio
import pytest

from posframe import ConfigurationError, DeviceNeedsAttention
from posframe.kernel.domain import commands as cmd
from posframe.testing.ports import CountingIds, ManualClock
from posframe.testing.tills import make_till
from posframe.till import Ports
from posframe_payments.simulators.nexo_answers import CARD
from posframe_payments.simulators.nexo_terminal import Terminal
from tests.plugins.payments.nexo.wired import Rack

HASTE = 30
"""A minute takes two seconds: an answer has five seconds before the till gives up waiting."""
PATIENCE_S = 20.0
TABLE = """
[plugins.payments.terminals.card]
kind = "nexo"
address = "{address}"
terminal = "SIM-1"
till = "T01"
tip_percent = 10
"""
KEY = 'passphrase = "correct horse"\nidentifier = "till-key"\nversion = 1\n'


class Shop:
    """One till that may be closed and opened again, and its terminal."""

    def __init__(self, folder, *, effects=False):
        self.folder, self.effects = folder, effects
        self.terminal = Terminal()
        self.terminal.customer_s = 0.05
        self.rack = Rack(folder)
        self.table = TABLE.format(address=self.rack.plug_in(self.terminal))
        key = folder / "nexo.key"
        key.touch(0o600)
        key.write_text(KEY)
        self.events = []
        self.till = None
        self._clock = ManualClock()
        self._starts = 0

    def open(self):
        self._starts += 1
        ids = CountingIds(self._starts * 1_000_000)
        ports = Ports(
            clock=self._clock, ids=ids, effects=self.effects, lock=False, payment_haste=HASTE
        )
        self.till = make_till(self.folder, settings=self.table, ports=ports)
        self.till.listen(self._note)
        return self

    def close(self):
        if self.till is not None:
            self.till.close()
        self.rack.close()

    def crash(self):
        """Stop and start: what is on disk is all that is left."""
        self.till.close()
        self.open()

    def pay(self, sku="PAD"):
        assert self.till.do(cmd.AddItem(code=sku)).accepted
        outcome = self.till.do(cmd.Pay(type="card"))
        assert outcome.accepted, outcome.words
        return list(outcome.state.payments.values())[-1].id

    def until(self, condition):
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline, (self.names(), self.till.notices())
            time.sleep(0.01)

    def until_paid(self):
        self.until(lambda: self.till.state.last is not None)

    def until_status(self, id_, status):
        self.until(lambda: self.till.state.payments[id_].status.value == status)

    def payments(self):
        return self.till.state.payments.values()

    def names(self):
        return [row.name for row in self.events]

    def _note(self, outcomes):
        self.events += [row for outcome in outcomes for row in outcome.recorded]


@pytest.fixture
def shop(tmp_path):
    made = Shop(tmp_path)
    yield made.open()
    made.close()


def test_a_sale_is_paid_at_the_terminal_and_its_tender_carries_the_terminals_reference(shop):
    id_ = shop.pay()
    shop.until_paid()
    (tender,) = shop.till.state.last.tenders
    assert (tender.applied_minor, tender.reference) == (
        399,
        "SIM000000001.CHARGE@2026-01-02T03:04:05.000Z",
    )
    assert shop.terminal.charged(id_) == [399]
    assert shop.terminal.received == ["Diagnosis", "Payment"]


def test_a_till_that_loses_the_answer_asks_the_terminal_and_finishes_the_sale(shop):
    shop.terminal.fail("lost answer")
    id_ = shop.pay()
    shop.until_paid()
    assert shop.terminal.received == ["Diagnosis", "Payment", "TransactionStatus"]
    assert shop.terminal.charged(id_) == [399]
    assert "tender.Doubted" in shop.names()


def test_a_till_that_stops_while_the_customer_pays_asks_when_it_is_back(shop):
    shop.terminal.customer_s = 0.3
    id_ = shop.pay()
    shop.until(lambda: "Payment" in shop.terminal.received)
    shop.crash()
    shop.until_paid()
    assert shop.terminal.received.count("Payment") == 1
    assert shop.terminal.charged(id_) == [399]


@pytest.mark.parametrize(
    "fault", ["tampered", "other key", "other till", "foreign answer", "old answer", "wrong amount"]
)
def test_an_answer_that_is_not_this_payments_is_left_aside_and_the_terminal_asked(shop, fault):
    """The customer paid once; the till finds it out, and charges nothing again."""
    shop.terminal.fail(fault)
    id_ = shop.pay()
    shop.until_paid()
    assert shop.terminal.charged(id_) == [399]
    assert shop.terminal.received.count("Payment") == 1
    assert shop.till.state.last.tenders[0].applied_minor == 399


def test_a_declined_card_leaves_the_sale_open(shop):
    shop.terminal.fail("decline")
    id_ = shop.pay()
    shop.until_status(id_, "declined")
    assert shop.till.do(cmd.Pay(type="cash")).accepted
    assert shop.terminal.charged(id_) == []


def test_a_terminal_that_is_busy_with_another_payment_gets_no_second_one(shop):
    """It says so when it is asked how it is: nothing is sent, and the operator reads why."""
    shop.terminal.customer_s = 30
    first = shop.pay()
    shop.until(lambda: "Payment" in shop.terminal.received)
    other = shop.rack.provider(shop.terminal)
    with pytest.raises(DeviceNeedsAttention, match="takes no payment now: Busy"):
        anyio.run(other.identify)
    assert shop.terminal.charged(first) == []


def test_busy_for_an_answer_is_never_taken_for_a_decline(shop):
    shop.terminal.fail("busy")
    id_ = shop.pay()
    shop.until(lambda: "tender.Doubted" in shop.names())
    assert shop.till.state.payments[id_].status.value == "unknown"
    assert shop.till.do(cmd.Pay(type="cash")).words == "A payment is under way"


def test_a_terminal_that_wants_a_login_gets_one(shop):
    shop.terminal.wants_login = True
    shop.pay()
    shop.until_paid()
    assert shop.terminal.received == ["Diagnosis", "Login", "Payment"]


def test_a_terminal_swapped_at_its_address_is_asked_for_nothing(shop):
    shop.terminal.name = "SIM-2"
    id_ = shop.pay()
    shop.until_status(id_, "voided")
    assert shop.terminal.received == ["Diagnosis"]
    assert "Terminal SIM-2 answers in place of SIM-1" in " ".join(shop.till.notices())


def test_a_tip_is_its_own_sum(shop):
    shop.terminal.fail("tip")
    shop.pay("INK")
    shop.until_paid()
    (tender,) = shop.till.state.last.tenders
    assert (tender.applied_minor, tender.tip_minor) == (1_295, 129)


def test_the_terminals_slips_are_printed_once(shop):
    shop.pay()
    shop.until_paid()

    def slips():
        jobs = [row.event.job for row in shop.events if row.name == "job.Queued"]
        return [each.lines for each in jobs if each.kind == "slip"]

    shop.until(slips)
    customer, merchant = slips()
    assert customer == merchant
    assert customer == (
        "CARDHOLDER COPY", "", "Card ************1111", "TOTAL € 3.99", "APPROVED",
    )  # fmt: skip


def test_no_card_number_reaches_the_folder_of_the_till(shop):
    """The terminal puts one into fields, words and slips; the log of the wire would have it too."""
    for fault in (None, "decline", "lost answer"):
        if fault:
            shop.terminal.fail(fault)
        shop.pay()
        shop.until(lambda: not any(each.is_blocking for each in shop.payments()))
        if shop.till.state.transaction is not None:
            assert shop.till.do(cmd.Pay(type="cash")).accepted
    shop.till.close()
    found = [path for path in shop.folder.rglob("*") if path.is_file()]
    everything = b"".join(path.read_bytes() for path in found)
    assert b"SIM000000001.CHARGE" in everything
    assert CARD.encode() not in everything
    assert b"correct horse" not in b"".join(
        path.read_bytes() for path in found if path.name != "nexo.key"
    )
    shop.open()


def test_a_batch_is_closed_from_the_till_with_the_terminals_totals(tmp_path):
    """Two sales and a sum: 3.99 + 12.95."""
    shop = Shop(tmp_path, effects=True).open()
    shop.pay()
    shop.until_paid()
    shop.pay("INK")
    shop.until(lambda: shop.till.state.last.tenders[0].applied_minor == 1_295)
    outcome = shop.till.do(cmd.CloseBatch(type="card"))
    assert outcome.accepted, outcome.words
    shop.until(lambda: "tender.BatchClosed" in shop.names())
    (batch,) = [row.event.batch for row in shop.events if row.name == "tender.BatchClosed"]
    assert (batch.count, batch.gross_minor, batch.currency) == (2, 1_694, "EUR")
    assert (batch.terminal, batch.reference) == ("SIM-1", "1")
    assert shop.terminal.received[-3:] == ["Login", "Reconciliation", "Logout"]
    shop.close()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('nexo"', 'next"'), "kind cannot be 'next'"),
        (("https://", "http://"), "is no address of a nexo terminal"),
        (('/nexo"', '/"'), "is no address of a nexo terminal"),
        (('terminal = "SIM-1"', ""), "terminals.card.terminal is missing"),
        (('till = "T01"', ""), "terminals.card.till is missing"),
        (("= 10", "= 101"), "tip_percent cannot be 101"),
    ],
)
def test_a_setting_that_cannot_be_stops_the_till_with_its_name(tmp_path, change, words):
    with pytest.raises(ConfigurationError, match=words):
        open_with(tmp_path, TABLE.format(address="https://127.0.0.1:8443/nexo").replace(*change))


def open_with(folder, table):
    Rack(folder).close()
    key = folder / "nexo.key"
    key.touch(0o600)
    key.write_text(KEY)
    make_till(folder, settings=table).close()


def test_settings_that_can_be_start_the_till(tmp_path):
    """The negative control of the table above."""
    open_with(tmp_path, TABLE.format(address="https://127.0.0.1:8443/nexo"))

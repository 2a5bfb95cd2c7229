"""Providers as a till meets them: not to be asked, in two steps, unasked, in practice, gone."""

from __future__ import annotations

import asyncio
import time

import attrs
import pytest

from posframe.errors import ConfigurationError, JournalError, PluginError
from posframe.kernel.contracts import TenderType
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.tender import Capabilities, TenderRule
from posframe.store.journal import SqliteJournal
from posframe.testing.payments.gateway import Gateway
from posframe.testing.payments.gateway_provider import (
    BY_REFERENCE,
    GatewayProvider,
    gateway_tender,
)
from tests.paying import CALM, Shop

DUMB = Capabilities(inquiry="none", answer_within_s=60, grace_s=0)
LAST = Capabilities(inquiry="last", reverse="last", answer_within_s=60, grace_s=5)


@pytest.fixture
def make_shop(tmp_path, monkeypatch):
    """Make a shop that is closed at the end; the test opens it when its tenders are as it wants."""
    made = []

    def make(gateway=None):
        made.append(Shop(tmp_path, monkeypatch, gateway))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_while_not_found_may_be_wrong_the_cashier_reads_how_long(make_shop):
    shop = make_shop().open()
    shop.tenders[:] = [gateway_tender(shop.gateway, attrs.evolve(BY_REFERENCE, grace_s=500))]
    shop.close()
    shop.open()
    shop.gateway.fail("busy")
    shop.pay()
    shop.until(lambda: "probably not charged, sure in 8:" in shop.notices())


def test_a_method_nobody_can_ask_is_put_to_a_person_who_reads_the_slip(make_shop):
    shop = make_shop()
    shop.tenders[:] = [gateway_tender(shop.gateway, DUMB)]
    shop.gateway.fail("lost answer")
    shop.open()
    id_ = shop.pay()
    shop.until_status(id_, "unknown")
    shop.until(lambda: "Did it go through?" in shop.notices())
    assert not shop.script.line(".resolve paid 3.99")["accepted"]
    assert shop.script.line(".resolve paid 3.99 1103")["accepted"]
    tender = shop.till.state.last.tenders[0]
    assert (tender.reference, tender.said_by) == ("1103", "1")
    assert shop.asked("inquire") == 0


def test_a_person_may_say_that_nothing_was_paid(make_shop):
    shop = make_shop()
    shop.tenders[:] = [gateway_tender(shop.gateway, DUMB)]
    shop.gateway.fail("lost request")
    shop.open()
    id_ = shop.pay()
    shop.until_status(id_, "unknown")
    assert shop.script.line(".resolve not")["accepted"]
    assert shop.status(id_) == "voided"
    assert shop.do(cmd.Pay(type="cash")).accepted


def test_what_is_approved_so_far_is_acknowledged_only_once_that_is_on_disk(make_shop, monkeypatch):
    shop = make_shop(Gateway(two_step=True))
    shop.tenders[:] = [gateway_tender(shop.gateway, attrs.evolve(CALM, two_step=True))]
    shop.open()
    seen = []
    acknowledge = GatewayProvider.acknowledge

    async def watched(provider, request, *, keep):
        seen.append((shop.status(request.payment), keep))
        await acknowledge(provider, request, keep=keep)

    monkeypatch.setattr(GatewayProvider, "acknowledge", watched)
    id_ = shop.pay()
    shop.until(lambda: shop.till.state.last is not None)
    assert seen[0] == ("unknown", True)
    assert shop.gateway.held_minor(id_) == 399


def test_an_approval_nobody_wants_any_more_is_not_kept(make_shop):
    """The wish to cancel was on disk before the terminal approved: it is let go of."""
    shop = make_shop(Gateway(two_step=True))
    shop.tenders[:] = [gateway_tender(shop.gateway, attrs.evolve(CALM, two_step=True))]
    shop.gateway.fail("deaf to cancel")
    shop.gateway.customer_s = 0.2
    shop.open()
    id_ = shop.pay()
    shop.until_status(id_, "sent")
    shop.do(cmd.CancelPayment())
    shop.until_status(id_, "voided")
    assert shop.gateway.of(id_) == []


def test_what_a_gateway_tells_unasked_is_let_go_of_once_it_is_on_disk(make_shop):
    shop = make_shop()
    shop.tenders[:] = [gateway_tender(shop.gateway, attrs.evolve(DUMB, webhook=True))]
    shop.gateway.fail("lost answer")
    shop.open()
    id_ = shop.pay()
    shop.until(lambda: shop.gateway.of(id_))
    shop.gateway.told.append(shop.gateway.seen(id_))
    shop.until(lambda: shop.till.state.last is not None)
    shop.until(lambda: not shop.gateway.told)


def test_in_training_nothing_reaches_a_provider(make_shop, monkeypatch):
    shop = make_shop().open()
    engine = shop.till.parts.engine
    settings = attrs.evolve(engine.parts.settings, training=True)
    shop.till.call(lambda: setattr(engine, "parts", attrs.evolve(engine.parts, settings=settings)))
    made = []
    monkeypatch.setattr(GatewayProvider, "__init__", lambda *_a, **_k: made.append(1))
    id_ = shop.pay()
    shop.until(lambda: shop.till.state.last is not None)
    assert shop.till.state.last.tenders[0].reference == "training"
    assert shop.gateway.requests == []
    assert made == []
    assert shop.gateway.of(id_) == []


def test_a_card_number_in_a_providers_exception_is_kept_nowhere(make_shop):
    shop = make_shop().open()
    shop.gateway.fail("broken")
    id_ = shop.pay()
    shop.until_status(id_, "voided")
    assert "a fault (ValueError)" in repr(shop.events)
    shop.close()
    for path in shop.folder.iterdir():
        if path.is_file():
            assert b"4111" not in path.read_bytes(), path


def test_a_provider_that_cannot_be_made_leaves_the_till_selling(make_shop):
    def fail():
        raise FileNotFoundError("gateway.key")

    shop = make_shop()
    rule = TenderRule("card", "Card", immediate=False, capabilities=BY_REFERENCE)
    shop.tenders[:] = [TenderType(rule=rule, provider=fail)]
    shop.open()
    id_ = shop.pay()
    shop.until_status(id_, "voided")
    assert "was not charged: Card: a fault (FileNotFoundError)" in shop.notices()
    assert shop.do(cmd.Pay(type="cash")).accepted


def test_a_terminal_with_only_a_last_receipt_serves_one_tender_type(make_shop):
    shop = make_shop()
    first = gateway_tender(shop.gateway, LAST, id="girocard")
    second = gateway_tender(shop.gateway, LAST, id="credit")
    shop.tenders[:] = [attrs.evolve(each, terminal="tcp://10.0.0.5") for each in (first, second)]
    with pytest.raises(ConfigurationError, match=r"share the terminal tcp://10\.0\.0\.5"):
        shop.open()
    by_reference = [gateway_tender(shop.gateway, id=each) for each in ("girocard", "credit")]
    shop.tenders[:] = [attrs.evolve(each, terminal="tcp://10.0.0.5") for each in by_reference]
    shop.open().close()


def test_a_tender_type_without_its_provider_is_refused_at_the_start(make_shop):
    shop = make_shop()
    rule = TenderRule("card", "Card", immediate=False, capabilities=BY_REFERENCE)
    shop.tenders[:] = [TenderType(rule=rule)]
    with pytest.raises(PluginError, match="The tender card has no provider"):
        shop.open()
    at_once = TenderRule("card", "Card", capabilities=BY_REFERENCE)
    shop.tenders[:] = [TenderType(rule=at_once, provider=lambda: None)]
    with pytest.raises(PluginError, match="settled at once"):
        shop.open()


def test_an_answer_that_comes_after_its_deadline_on_the_open_call_is_still_heard(make_shop):
    """Nobody can be asked, and a person is about to be: the terminal is quicker."""
    shop = make_shop()
    shop.tenders[:] = [gateway_tender(shop.gateway, DUMB)]
    shop.gateway.fail("late answer")
    shop.gateway.late_s = 1.5
    shop.open()
    id_ = shop.pay()
    shop.until_status(id_, "unknown")
    shop.until(lambda: shop.till.state.last is not None)
    assert shop.till.state.last.tenders[0].reference == "G000001"


class FailingCommit:
    """Lets the commit fail that follows a row of a name, before or after it is on disk."""

    def __init__(self, monkeypatch, name, *, kept):
        self.failed = 0
        append, commit = SqliteJournal.append, SqliteJournal.commit
        written = []

        def watched(journal, head, events):
            rows = append(journal, head, events)
            written.extend(row.name for row in rows)
            return rows

        def failing(journal):
            if name in written and not self.failed:
                self.failed += 1
                if kept:
                    commit(journal)
                raise JournalError("the disk failed")
            written.clear()
            commit(journal)

        monkeypatch.setattr(SqliteJournal, "append", watched)
        monkeypatch.setattr(SqliteJournal, "commit", failing)


@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize("name", ["tender.Sent", "tender.Doubted", "tender.Approved"])
def test_a_commit_that_fails_while_a_card_is_paid_charges_nobody_twice(
    make_shop, monkeypatch, name, kept
):
    """What is asked next is read off the journal as it is found, and off nothing else."""
    shop = make_shop(Gateway(two_step=True))
    shop.tenders[:] = [gateway_tender(shop.gateway, attrs.evolve(CALM, two_step=True))]
    shop.open()
    disk = FailingCommit(monkeypatch, name, kept=kept)
    id_ = shop.pay()
    shop.until(lambda: shop.till.state.last is not None)
    assert disk.failed == 1
    assert shop.asked("charge") == 1
    assert shop.gateway.held_minor(id_) == 399


def test_tender_types_of_one_terminal_take_turns(make_shop):
    """A parked sale's customer is still at it: the next is not sent until that is over."""
    shop = make_shop()
    shop.tenders[:] = [
        attrs.evolve(gateway_tender(shop.gateway, CALM, id=each), terminal="tcp://10.0.0.5")
        for each in ("girocard", "credit")
    ]
    shop.gateway.customer_s = 0.5
    shop.open()
    first = shop.pay("girocard")
    shop.until_status(first, "sent")
    assert shop.do(cmd.Suspend()).accepted
    shop.gateway.customer_s = 0.0
    second = shop.pay("credit", sku="PEN")
    assert "reaching the terminal" in shop.notices()
    shop.until(lambda: shop.till.state.last is not None)
    order = [(name, id_) for name, id_ in shop.gateway.requests if name == "charge"]
    assert order == [("charge", first), ("charge", second)]
    names = [row.name for row in shop.events]
    assert names.index("tender.Approved") < len(names) - names[::-1].index("tender.Sent") - 1
    assert shop.status(first) == "applied"


async def _cancels_itself(*_arguments, **_more):
    raise asyncio.CancelledError


async def _is_nobody(_provider):
    return "T1"


@pytest.mark.parametrize("name", ["inquire", "identify", "cancel"])
def test_a_provider_that_upsets_the_loop_stops_no_other_payment(make_shop, monkeypatch, name):
    """What is under way is found out as after a start, once the provider behaves again."""
    shop = make_shop()
    shop.tenders[:] = [gateway_tender(shop.gateway)]
    shop.gateway.fail("lost answer")
    shop.gateway.customer_s = 0.2
    shop.open()
    with monkeypatch.context() as patch:
        patch.setattr(GatewayProvider, name, _cancels_itself)
        id_ = shop.pay()
        if name == "cancel":
            shop.until_status(id_, "sent")
            shop.do(cmd.CancelPayment())
        time.sleep(0.5)
    shop.until_status(id_, "applied")
    assert shop.gateway.held_minor(id_) == 399
    assert shop.asked("charge") == 1


def test_a_terminal_that_does_not_say_who_it_is_is_sent_nothing(make_shop, monkeypatch):
    shop = make_shop().open()
    monkeypatch.setattr(GatewayProvider, "identify", _is_nobody)
    shop.until_status(shop.pay(), "voided")
    assert shop.gateway.requests == []

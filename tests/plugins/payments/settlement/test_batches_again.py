"""Batches at a till: with a payment in doubt, with an answer that was lost, over a restart."""

from __future__ import annotations

import attrs
import pytest

from posframe import effects
from posframe.kernel.domain.transaction import JobStatus
from posframe.testing.payments.gateway_provider import gateway_tender
from tests.plugins.payments.settlement.card_shop import BATCHING, CardShop


@pytest.fixture
def shop(tmp_path, monkeypatch):
    monkeypatch.setattr(effects, "RETRY_FIRST_S", 0.02)
    shop = CardShop(tmp_path / "till", monkeypatch)
    yield shop
    shop.close()


def reopened(shop):
    """Stop and start, with jobs done here from now on."""
    shop.close()
    shop.open(effects=True)


def batch_job(shop, status):
    """Wait for the batch's job to stand so; return it."""

    def found():
        jobs = shop.till.state.jobs.values()
        return [each for each in jobs if each.kind == "batch" and each.status is status]

    shop.until(found, f"batch {status}")
    return found()[0]


def closed(shop):
    return shop.names().count("tender.BatchClosed")


def test_a_batch_whose_answer_was_lost_is_asked_for_by_the_same_key_after_a_restart(shop):
    reopened(shop)
    shop.sell("PEN")
    shop.gateway.is_deaf = True
    assert shop.script.line(".closebatch card")["accepted"]
    first = batch_job(shop, JobStatus.UNKNOWN)
    reopened(shop)
    shop.gateway.is_deaf = False
    assert shop.script.line(".printed no")["message"] == "Batch: once more"
    shop.until(lambda: closed(shop) == 1)
    shop.until(lambda: shop.script.line(".closebatch card")["accepted"])
    shop.until(lambda: closed(shop) == 2)
    assert shop.gateway.keys[:2] == [first.id, first.id]
    assert len(set(shop.gateway.keys)) == 2, "the next batch is another"


def test_a_batch_is_not_closed_again_while_a_payment_there_is_in_doubt(shop):
    """What is handed in can no longer be reversed."""
    reopened(shop)
    shop.gateway.is_deaf = True
    shop.script.line(".closebatch card")
    batch_job(shop, JobStatus.UNKNOWN)
    id_ = shop.in_doubt()
    shop.gateway.is_deaf = False
    refused = shop.script.line(".printed no")
    assert (refused["accepted"], shop.gateway.batches) == (False, 0)
    assert "under way or in doubt" in refused["message"]
    shop.resolve(id_, paid=False)
    assert shop.script.line(".printed no")["accepted"]
    shop.until(lambda: closed(shop) == 1)


@pytest.mark.parametrize("shares", [False, True], ids=["its own", "another method's"])
def test_a_batch_whose_turn_comes_when_a_payment_there_is_in_doubt_waits_for_it(shop, shares):
    """It was asked for before the payment was. One terminal may serve two methods."""
    debit = gateway_tender(shop.gateway, attrs.evolve(BATCHING, batches=False), id="debit")
    shop.tenders.append(debit)
    shop.tenders[:] = [attrs.evolve(each, terminal="tcp://10.0.0.5") for each in shop.tenders]
    shop.close()
    shop.open()
    assert shop.script.line(".closebatch card")["accepted"]
    shop.gateway.fail("busy")
    shop.gateway.fail("lost inquiry", 1_000)
    id_ = shop.pay("debit" if shares else "card")
    shop.until_status(id_, "unknown")
    reopened(shop)
    shop.until(lambda: "job.Returned" in shop.names())
    assert batch_job(shop, JobStatus.QUEUED).detail.startswith("a payment is under way there")
    assert shop.gateway.batches == 0
    shop.resolve(id_, paid=False)
    shop.until(lambda: closed(shop) == 1)
    assert shop.gateway.batches == 1

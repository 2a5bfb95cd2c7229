"""What a till hears of payments when it comes too late, twice, from strangers, or finds no disk."""

from __future__ import annotations

import threading

import anyio
import attrs
import pytest

from posframe.errors import JournalFull
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import payment_events as pe
from posframe.kernel.domain.payment import AnswerOutcome, ProviderAnswer
from posframe.testing.payments.gateway_provider import (
    BY_REFERENCE,
    GatewayProvider,
    gateway_tender,
)
from tests.paying import CALM, Shop

UNHURRIED_S = 3_000
"""Half a minute in a shop where a hundred seconds take one."""


@pytest.fixture
def shop(tmp_path, monkeypatch):
    made = Shop(tmp_path, monkeypatch)
    yield made
    made.close()


def hasty(shop, **capabilities):
    """Open a shop whose gateway has a minute for an answer, which is 0.6 seconds here."""
    shop.tenders[:] = [gateway_tender(shop.gateway, attrs.evolve(BY_REFERENCE, **capabilities))]
    return shop.open()


async def come(event):
    while not event.is_set():  # noqa: ASYNC110 - it is set by the test's own thread
        await anyio.sleep(0.005)


def rows(shop, kind):
    return [row.event for row in shop.events if type(row.event) is kind]


# Inquiries


def test_the_answer_of_an_inquiry_that_its_payment_did_not_wait_for_is_not_heard(shop, monkeypatch):
    """Read before the money went back, it would put a payment in doubt that has ended."""
    hasty(shop, webhook=True)
    monkeypatch.setattr("posframe.payment_desk.INQUIRY_WITHIN_S", UNHURRIED_S)
    seen, released = [], threading.Event()

    async def inquire(provider, request):
        answer = provider.gateway.seen(request.payment)
        seen.append(answer.outcome)
        await come(released)
        return answer

    monkeypatch.setattr(GatewayProvider, "inquire", inquire)
    shop.gateway.fail("lost answer")
    id_ = shop.pay()
    shop.until(lambda: seen)
    shop.gateway.told.append(shop.gateway.undo(id_))
    shop.until_status(id_, "reversed")
    released.set()
    shop.pay()  # the same terminal's next step: what it said before has been heard, if it ever is
    shop.until(lambda: shop.till.state.last is not None)
    assert seen == [AnswerOutcome.APPROVED]
    assert shop.status(id_) == "reversed"
    assert len(rows(shop, pe.PaymentDoubted)) == 1, "when no answer came, and not again"


# Acknowledgements


def watched_acknowledgements(monkeypatch, **changes):
    """Have the gateway's approval so far say something else; return what is acknowledged."""
    keeps, asked, acknowledged = [], GatewayProvider.authorise, GatewayProvider.acknowledge

    async def authorise(provider, request):
        async for answer in asked(provider, request):
            is_so_far = answer.outcome is AnswerOutcome.PROVISIONAL
            yield attrs.evolve(answer, **changes) if is_so_far else answer

    async def acknowledge(provider, request, *, keep):
        keeps.append(keep)
        await acknowledged(provider, request, keep=keep)

    monkeypatch.setattr(GatewayProvider, "authorise", authorise)
    monkeypatch.setattr(GatewayProvider, "acknowledge", acknowledge)
    return keeps


@pytest.mark.parametrize(
    "changes",
    [{"amount_minor": 3_990}, {"amount_minor": 398}, {"currency": "CHF"}, {"terminal": "T9"}],
)
def test_what_was_approved_so_far_is_let_go_unless_it_is_what_was_asked(shop, monkeypatch, changes):
    keeps = watched_acknowledgements(monkeypatch, **changes)
    shop.gateway.two_step = True
    hasty(shop, two_step=True)
    id_ = shop.pay()
    shop.until_status(id_, "voided")
    assert keeps == [False]
    assert shop.gateway.taken(id_) == []
    assert shop.do(cmd.Pay(type="cash")).accepted


@pytest.mark.parametrize("changes", [{}, {"currency": "EUR"}, {"terminal": "T1"}])
def test_what_was_approved_so_far_is_kept_where_it_is_what_was_asked(shop, monkeypatch, changes):
    keeps = watched_acknowledgements(monkeypatch, **changes)
    shop.gateway.two_step = True
    hasty(shop, two_step=True)
    id_ = shop.pay()
    shop.until(lambda: shop.till.state.last is not None)
    assert keeps[0] is True
    assert shop.gateway.taken(id_) == [399]


# Asked once


def test_the_terminal_is_asked_only_by_who_wrote_that_it_would_be(shop, monkeypatch):
    """Somebody else wrote it meanwhile, and may have asked: what came of it is asked instead."""
    hasty(shop)
    reached, released = threading.Event(), threading.Event()
    identified = GatewayProvider.identify

    async def identify(provider):
        reached.set()
        await come(released)
        return await identified(provider)

    monkeypatch.setattr("posframe.payment_desk.IDENTIFY_WITHIN_S", UNHURRIED_S)
    monkeypatch.setattr(GatewayProvider, "identify", identify)
    id_ = shop.pay()
    shop.until(reached.is_set)
    assert shop.do(cmd.SendPayment(id=id_, terminal="T1")).recorded
    released.set()
    shop.until_status(id_, "voided")
    assert shop.asked("charge") == 0
    assert shop.asked("inquire") >= 2
    assert shop.gateway.taken(id_) == []


# The disk


def full_for(shop, monkeypatch, kinds, times):
    """Have the journal refuse so many actions with such events; return those it refused."""
    journal, refused = shop.till.parts.journal, []
    append = journal.append

    def refuse(head, events):
        found = [type(event) for event, _ in events if type(event) in kinds]
        if found and len(refused) < times:
            refused.append(found[0])
            raise JournalFull("The disk is full", hint="free space")
        return append(head, events)

    monkeypatch.setattr(journal, "append", refuse)
    return refused


def test_that_no_answer_came_is_written_once_there_is_room_for_it(shop, monkeypatch):
    """Until then it stays as sent: nothing is charged again, and the sale takes no other money."""
    hasty(shop)
    refused = full_for(shop, monkeypatch, {pe.PaymentDoubted}, 3)
    shop.gateway.fail("lost answer")
    id_ = shop.pay()
    shop.until(lambda: refused)
    assert shop.status(id_) == "sent"
    assert not shop.do(cmd.Pay(type="cash")).accepted
    shop.until(lambda: shop.till.state.last is not None)
    assert len(refused) == 3
    assert shop.asked("charge") == 1
    assert shop.gateway.taken(id_) == [399]


def test_an_approval_there_was_no_room_for_is_found_by_asking(shop, monkeypatch):
    shop.open()  # with a gateway that is not hurried: the answer is there, the disk is not
    refused = full_for(shop, monkeypatch, {pe.PaymentApproved, pe.PaymentDoubted}, 4)
    id_ = shop.pay()
    shop.until(lambda: shop.till.state.last is not None)
    assert refused == [pe.PaymentApproved, *[pe.PaymentDoubted] * 3]
    assert shop.asked("charge") == 1
    assert shop.gateway.taken(id_) == [399]


# Strangers

STRAY = ProviderAnswer(
    outcome=AnswerOutcome.APPROVED, payment="of-yesterday-1", reference="G9", amount_minor=500
)
FORGED = ProviderAnswer(outcome=AnswerOutcome.UNKNOWN, words="the signature is false")


@pytest.fixture
def hooked(shop):
    shop.tenders[:] = [gateway_tender(shop.gateway, attrs.evolve(CALM, webhook=True))]
    return shop.open()


def test_a_late_message_about_a_payment_that_is_forgotten_is_written_down(hooked):
    hooked.gateway.told.append(STRAY)
    hooked.until(lambda: not hooked.gateway.told)
    assert rows(hooked, pe.StrayHeard) == [
        pe.StrayHeard(type="card", payment="of-yesterday-1", answer=STRAY)
    ]
    assert hooked.till.state.payments == {}


def test_a_forged_message_is_written_down_and_changes_no_payment(hooked):
    """It names a reference of ours, which is no secret; nothing it says is believed."""
    hooked.gateway.customer_s = 0.3
    id_ = hooked.pay()
    hooked.until_status(id_, "sent")
    hooked.gateway.told.append(attrs.evolve(FORGED, reference="G000001"))
    hooked.until(lambda: not hooked.gateway.told)
    assert hooked.status(id_) == "sent"
    hooked.until(lambda: hooked.till.state.last is not None)
    hooked.gateway.told.append(attrs.evolve(FORGED, reference="G000001"))
    hooked.until(lambda: not hooked.gateway.told)
    assert [each.payment for each in rows(hooked, pe.StrayHeard)] == ["", ""]
    assert [each.answer.words for each in rows(hooked, pe.StrayHeard)] == [FORGED.words] * 2


def test_a_stranger_that_goes_on_and_on_does_not_fill_the_disk(hooked):
    """A hundred are written down, the others counted; all are let go of, and selling goes on."""
    hooked.gateway.told += [attrs.evolve(FORGED, raw=bytes([n])) for n in range(130)]
    hooked.until(lambda: not hooked.gateway.told)
    assert [each.times for each in rows(hooked, pe.StrayHeard)] == list(range(1, 101))
    hooked.pay()
    hooked.until(lambda: hooked.till.state.last is not None)


def test_a_message_that_could_not_be_written_down_is_not_let_go_of(hooked, monkeypatch):
    refused = full_for(hooked, monkeypatch, {pe.StrayHeard}, 2)
    hooked.gateway.told.append(STRAY)
    hooked.until(lambda: not hooked.gateway.told)
    assert len(refused) == 2
    assert [each.times for each in rows(hooked, pe.StrayHeard)] == [1]

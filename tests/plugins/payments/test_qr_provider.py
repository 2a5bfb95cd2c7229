"""What the provider of a QR code says, word by word."""

from __future__ import annotations

import anyio
import pytest

from posframe import AnswerOutcome, PaymentRequest
from posframe.testing.virtual_clock import VIRTUAL_TIME
from posframe_payments.qr_references import letter_reference
from tests.plugins.payments.qr_far_side import Bank, provider_of

pytestmark = pytest.mark.anyio
PAYMENT = "0" * 31 + "1-1"
REQUEST = PaymentRequest(payment=PAYMENT, key="k", amount_minor=1234, currency="EUR")


@pytest.fixture
def anyio_backend():
    return VIRTUAL_TIME


@pytest.fixture
def bank():
    return Bank()


async def heard(provider):
    return [answer async for answer in provider.authorise(REQUEST)]


async def test_a_code_is_shown_and_then_the_bank_approves_by_its_reference(bank):
    first, last = await heard(provider_of(bank))
    assert (first.outcome, first.slips[0].qr) == (AnswerOutcome.IN_PROGRESS, first.shows)
    assert (last.outcome, last.amount_minor, last.shows) == (AnswerOutcome.APPROVED, 1234, "")
    assert (last.payment, last.reference) == (PAYMENT, letter_reference(PAYMENT))


async def test_while_the_bank_says_nothing_a_payment_is_not_missing(bank):
    """Without a fresh file, with a row that cannot be read, with no folder: nobody knows."""
    provider = provider_of(bank)
    assert (await provider.inquire(REQUEST)).outcome is AnswerOutcome.NOT_FOUND
    bank.rows.append(f"2026-01-02,12.34.5,EUR,{letter_reference(PAYMENT)}")
    bank.write()
    answer = await provider.inquire(REQUEST)
    assert answer.outcome is AnswerOutcome.UNKNOWN
    assert answer.words == "it is in the bank's file, in a row that cannot be read"
    bank.cut_off()
    assert (await provider.inquire(REQUEST)).outcome is AnswerOutcome.UNKNOWN


async def test_a_code_that_is_taken_away_leaves_the_payment_in_doubt(bank):
    """The customer may have scanned it: no decline."""
    bank.fail("lost request")
    provider = provider_of(bank)
    answers = []
    async with anyio.create_task_group() as tasks:

        async def read():
            answers.extend(await heard(provider))

        tasks.start_soon(read)
        await anyio.sleep(5)
        await provider.cancel(REQUEST)
    assert [each.outcome for each in answers] == [AnswerOutcome.IN_PROGRESS, AnswerOutcome.UNKNOWN]
    assert answers[-1].words == "the code was taken away; it may have been paid"


async def test_a_code_nobody_pays_ends_in_doubt_and_not_never(bank):
    """Fifteen minutes beyond the time the till waits."""
    bank.fail("lost request")
    begun_s = anyio.current_time()
    answers = await heard(provider_of(bank))
    assert answers[-1].outcome is AnswerOutcome.UNKNOWN
    assert round(anyio.current_time() - begun_s) == 60 + 900

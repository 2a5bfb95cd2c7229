"""QR codes with the bank's word pass the suite for payment providers, and wrong ones fail it."""

from __future__ import annotations

import attrs
import pytest

from posframe.kernel.domain.payment import AnswerOutcome
from posframe.testing.payments.suite import PaymentSuite
from tests.plugins.payments.qr_far_side import KIT, Watched, provider_of


class TestBankedQr(PaymentSuite):
    """Told by the bank's files."""

    kit = KIT


class Careless(Watched):
    """Takes any transfer of the right amount for the customer's."""

    async def inquire(self, request):
        answer = await self.provider.inquire(request)
        if answer.outcome is AnswerOutcome.NOT_FOUND and "12.34" in "".join(self.bank.rows):
            return attrs.evolve(
                answer, outcome=AnswerOutcome.APPROVED, amount_minor=request.amount_minor
            )
        return answer


@pytest.mark.parametrize(
    "name",
    [
        "test_a_lost_request_is_never_taken_for_paid",
        "test_payments_of_one_amount_are_told_apart",
    ],
)
def test_a_provider_that_matches_by_amount_fails_the_suite(name):
    """Somebody else's transfer is in every file of this bank."""
    kit = attrs.evolve(KIT, provider=lambda bank: Careless(bank, provider_of(bank).provider))
    suite = type("Suite", (PaymentSuite,), {"kit": kit})
    with pytest.raises(AssertionError):
        getattr(suite(), name)()

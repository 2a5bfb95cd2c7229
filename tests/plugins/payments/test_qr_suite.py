"""QR codes with the bank's word pass the suite for payment providers, and wrong ones fail it."""

from __future__ import annotations

import attrs
import pytest

from posframe.kernel.domain.payment import AnswerOutcome
from posframe.testing.payments.kit import TROUBLES
from posframe.testing.payments.suite import PaymentSuite
from posframe_payments.qr_payees import payee
from posframe_payments.qr_provider import BY_CASHIER, QrProvider
from tests.plugins.payments.qr_far_side import KIT, SETTINGS, Watched, provider_of


class TestBankedQr(PaymentSuite):
    """Told by the bank's files."""

    kit = KIT


class TestQrByCashier(PaymentSuite):
    """Told by nobody: in doubt for ever, and never taken for anything else."""

    kit = attrs.evolve(
        KIT,
        capabilities=BY_CASHIER,
        provider=lambda bank: Watched(
            bank, QrProvider(payee("giro", SETTINGS, "EUR"), prints=True)
        ),
        troubles={"lost request": KIT.troubles["lost request"]},
        cannot={name: "nobody answers but a person" for name in TROUBLES if name != "lost request"},
    )


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

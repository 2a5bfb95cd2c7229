"""Points about money that goes back: reversals happen once, refunds never exceed what was taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.kernel.domain.payment import AnswerOutcome
from posframe.kernel.providers import request_of
from posframe.testing.payments.bench import ASKED_MINOR
from posframe.testing.payments.points import Points, point

if TYPE_CHECKING:
    from posframe.testing.payments.bench import Bench


class GivingBackPoints(Points):
    """Reversals and refunds."""

    @point(reverses=True)
    async def test_a_reversal_gives_back_everything(self, bench: Bench) -> None:
        """Reversed means that the customer has all of it again."""
        id_ = await bench.charged()
        (answer,) = await bench.give_back(id_)
        assert answer.outcome is AnswerOutcome.REVERSED
        assert bench.held(id_) == 0

    @point(reverses=True)
    async def test_a_reversal_asked_for_again_gives_back_nothing_more(self, bench: Bench) -> None:
        """One key, one reversal; asked again it says ``reversed`` again."""
        id_ = await bench.charged()
        answers = await bench.give_back(id_, times=3)
        assert {each.outcome for each in answers} == {AnswerOutcome.REVERSED}
        assert bench.returned(id_) == (ASKED_MINOR,), "the money went back more than once"

    @point(reverses=True, trouble="lost reversal")
    async def test_a_reversal_whose_answer_is_lost_is_found_by_asking_for_it_again(
        self, bench: Bench
    ) -> None:
        """The money is back: the same request again says so, and moves nothing."""
        id_ = await bench.charged()
        answers = await bench.give_back(id_, times=2)
        assert answers[0].outcome is AnswerOutcome.UNKNOWN, "a lost answer is nobody's word"
        assert answers[-1].outcome is AnswerOutcome.REVERSED
        assert bench.returned(id_) == (ASKED_MINOR,)

    @point(reverses=True)
    async def test_what_was_never_booked_is_not_given_back(self, bench: Bench) -> None:
        """A reversal without a payment moves no money."""
        id_ = await bench.intended()
        await bench.give_back(id_)
        assert bench.held(id_) == 0

    @point(refunds="any")
    async def test_part_of_a_payment_can_be_refunded_and_then_the_rest(self, bench: Bench) -> None:
        """Two refunds with keys of their own give back exactly what each says."""
        charged = await bench.charged()
        first = await bench.charged(234, original=charged)
        second = await bench.charged(1_000, original=charged)
        assert (bench.status(first), bench.status(second)) == ("approved", "approved")
        assert (bench.returned(first), bench.returned(second)) == ((234,), (1_000,))

    @point(refunds="any")
    async def test_a_refund_sent_twice_is_given_once(self, bench: Bench) -> None:
        """One key, one refund."""
        charged = await bench.charged()
        refund = await bench.charged(234, original=charged)
        await bench.send(refund)
        assert bench.returned(refund) == (234,), "the refund was given twice"

    @point(refunds="reference")
    async def test_no_more_is_refunded_than_was_taken(self, bench: Bench) -> None:
        """A refund above what is left of its payment is refused."""
        charged = await bench.charged()
        await bench.charged(1_000, original=charged)
        above = await bench.charged(235, original=charged)
        assert bench.status(above) != "approved", "more went back than was taken"
        assert bench.returned(above) == ()

    @point(refunds="any")
    async def test_a_refund_can_be_asked_about(self, bench: Bench) -> None:
        """What is said of a refund is said of the refund, and not of the payment before it."""
        charged = await bench.charged()
        unsent = await bench.intended(234, original=charged)
        answer = await bench.provider.inquire(request_of(bench.payment(unsent)))
        assert answer.outcome is not AnswerOutcome.APPROVED, "its payment was taken for the refund"

"""Points about taking money: what is said of it agrees with the far side's ledger, whatever fails.

Each has the law it proves as its docstring.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import anyio

from posframe.kernel.domain.payment import AnswerOutcome
from posframe.kernel.providers import request_of
from posframe.testing.payments.bench import ASKED_MINOR
from posframe.testing.payments.points import Points, point

if TYPE_CHECKING:
    from posframe.testing.payments.bench import Bench

ONCE = (ASKED_MINOR,)


class ChargingPoints(Points):
    """Approved, declined, lost, late, doubled, cancelled, cut off."""

    @point()
    async def test_it_can_what_its_rule_says(self, bench: Bench) -> None:
        """The capabilities of the provider are those the kernel reckons with."""
        assert bench.provider.capabilities == bench.can, "the provider names other capabilities"

    @point()
    async def test_an_approval_is_booked_once_for_what_was_asked(self, bench: Bench) -> None:
        """Approved means booked, once, and to the cent."""
        id_ = await bench.intended()
        await bench.send(id_)
        await bench.find_out(id_)
        assert bench.status(id_) in {"approved", "unknown"}, "it was to be approved"
        if bench.can.inquiry != "none":
            assert bench.status(id_) == "approved"
        assert bench.booked(id_) == ONCE

    @point("decline")
    async def test_a_decline_books_nothing(self, bench: Bench) -> None:
        """What is said to be declined, or to be nowhere, costs the customer nothing."""
        id_ = await bench.charged()
        assert bench.status(id_) in {"declined", "voided"}
        await bench.all_has_come()
        assert bench.held(id_) == 0, "it was declined, and booked later"

    @point("lost answer", inquires=True)
    async def test_a_lost_answer_is_found_by_asking(self, bench: Bench) -> None:
        """The customer paid: asking finds it, and nothing is booked again."""
        id_ = await bench.charged()
        assert bench.booked(id_) == ONCE
        assert bench.status(id_) == "approved", "the customer paid, and it was not found"

    @point("lost request", inquires=True)
    async def test_a_lost_request_is_never_taken_for_paid(self, bench: Bench) -> None:
        """Nothing arrived, so nothing was paid, and asking books nothing."""
        id_ = await bench.charged()
        assert bench.booked(id_) == ()
        assert bench.status(id_) in {"declined", "voided"}

    @point("late approval", inquires=True)
    async def test_a_late_approval_is_found_within_the_grace(self, bench: Bench) -> None:
        """Whoever said "not found" for as long as the grace is right."""
        id_ = await bench.charged()
        status = bench.status(id_)
        await bench.all_has_come()
        assert bench.booked(id_) == ONCE
        assert status == "approved", "the grace is too short: it was given up, and then booked"

    @point("approval after decline", inquires=True)
    async def test_an_approval_after_a_decline_is_seen_when_looked_for(self, bench: Bench) -> None:
        """A decline is not the last word: who asks again is told the truth."""
        id_ = await bench.charged()
        await bench.all_has_come()
        assert bench.booked(id_) == ONCE
        if bench.status(id_) != "approved":
            await bench.look(id_)
        assert bench.status(id_) == "approved", "it was booked, and asking again does not say so"

    @point("duplicate answer")
    async def test_an_answer_that_comes_twice_is_one_payment(self, bench: Bench) -> None:
        """Twice the same answer books once, and says nothing else the second time."""
        id_ = await bench.charged()
        approved = [each for each in bench.answers if each.outcome is AnswerOutcome.APPROVED]
        assert len({(each.reference, each.amount_minor) for each in approved}) == 1
        assert bench.booked(id_) == ONCE

    @point("wrong amount", inquires=True)
    async def test_an_amount_is_told_as_it_came(self, bench: Bench) -> None:
        """The provider never puts what was asked in place of what was answered."""
        id_ = await bench.charged()
        first = next(each for each in bench.answers if each.outcome is AnswerOutcome.APPROVED)
        assert first.amount_minor not in {None, ASKED_MINOR}, "the other amount was kept back"
        assert bench.status(id_) == "approved"
        assert bench.payment(id_).captured_minor == sum(bench.booked(id_))

    @point("foreign answer")
    async def test_the_answer_of_another_payment_is_not_passed_off_as_this_ones(
        self, bench: Bench
    ) -> None:
        """What is believed of this payment is true of this payment."""
        id_ = await bench.intended()
        answers = bench.provider.authorise(request_of(bench.payment(id_)))
        with anyio.move_on_after(bench.can.answer_within_s):
            async for answer in answers:
                bench.hear(id_, answer, "charge")
                if bench.status(id_) == "approved":
                    assert bench.booked(id_) == ONCE, "another payment was taken for this one"

    @point("garbage")
    async def test_what_cannot_be_understood_is_no_decline(self, bench: Bench) -> None:
        """Malformed answers say nothing: neither that it was paid nor that it was not."""
        id_ = await bench.intended()
        await bench.send(id_)
        told = {each.outcome for each in bench.answers}
        sure = {AnswerOutcome.APPROVED, AnswerOutcome.DECLINED, AnswerOutcome.REVERSED}
        assert not told & sure, "something was read into an answer that cannot be understood"
        assert bench.status(id_) == "unknown"

    @point(inquires=True)
    async def test_a_cancel_at_any_moment_leaves_no_untruth(self, bench: Bench) -> None:
        """A wish to cancel races with the capture: whoever wins, asking tells who did."""
        for moment_s in bench.kit.moments_s:
            id_ = await bench.intended()
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(bench.send, id_)
                await anyio.sleep(moment_s)
                with anyio.move_on_after(10):
                    await bench.provider.cancel(request_of(bench.payment(id_)))
            await bench.find_out(id_)
            self.agrees(bench, id_, f"cancelled after {moment_s} s")

    @point(inquires=True)
    async def test_a_crash_at_any_moment_leaves_no_untruth(self, bench: Bench) -> None:
        """A new provider that knows nothing finds out what the old one began."""
        for moment_s in bench.kit.moments_s:
            id_ = await bench.intended()
            await bench.send(id_, crash_after_s=moment_s)
            await bench.find_out(id_)
            self.agrees(bench, id_, f"a crash after {moment_s} s")

    @point(inquires=True)
    async def test_asking_changes_nothing(self, bench: Bench) -> None:
        """Asked ten times, it says the same ten times, and the ledger stays as it is."""
        id_ = await bench.charged()
        before = bench.booked(id_), bench.returned(id_)
        request = request_of(bench.payment(id_))
        outcomes = {(await bench.provider.inquire(request)).outcome for _ in range(10)}
        assert outcomes == {AnswerOutcome.APPROVED}
        assert (bench.booked(id_), bench.returned(id_)) == before

    @point(by_reference=True)
    async def test_one_key_is_booked_once_however_often_it_is_sent(self, bench: Bench) -> None:
        """Copies made on the way are one payment; the kernel itself never sends one twice."""
        id_ = await bench.charged()
        await bench.send(id_)
        assert bench.booked(id_) == ONCE, "the key was used again, and booked again"

    @point(by_reference=True)
    async def test_payments_of_one_amount_are_told_apart(self, bench: Bench) -> None:
        """Asked by reference, it answers for that payment and no other."""
        first, second = await bench.charged(), await bench.intended()
        answer = await bench.provider.inquire(request_of(bench.payment(second)))
        assert answer.outcome is not AnswerOutcome.APPROVED, (
            "the payment before it was taken for it"
        )
        assert bench.booked(first) == ONCE

    @point("unreachable")
    async def test_what_cannot_be_reached_says_so_before_anything_is_sent(
        self, bench: Bench
    ) -> None:
        """``identify`` fails, or the payment does not come about: nothing is booked."""
        try:
            with anyio.fail_after(30):
                await bench.provider.identify()
        except Exception:  # noqa: BLE001 - whatever it raises, it said so
            return
        id_ = await bench.charged()
        assert bench.status(id_) != "approved"
        assert bench.held(id_) == 0

    @point("offline", offline=True)
    async def test_cut_off_it_takes_no_more_than_its_limit(self, bench: Bench) -> None:
        """Up to the limit it may approve, and books that once it can; above it never does."""
        limit = bench.can.offline_limit_minor
        above = await bench.intended(limit + 1)
        await bench.send(above)
        assert bench.status(above) != "approved", "more was taken offline than its limit"
        within = await bench.intended(limit)
        await bench.send(within)
        approved = bench.status(within) == "approved"
        bench.kit.troubles["offline"](bench.far)  # once more: it is back
        await bench.all_has_come()
        assert bench.held(above) == 0
        if approved:
            assert bench.booked(within) == (limit,), "what was approved offline was never booked"

    @point()
    async def test_training_never_reaches_the_wire(self, bench: Bench) -> None:
        """A request in training is refused before it leaves the house."""
        id_ = await bench.intended(training=True)
        request, before = request_of(bench.payment(id_)), bench.kit.wire(bench.far)
        for ask in (bench.provider.inquire, bench.provider.reverse, bench.provider.cancel):
            with contextlib.suppress(Exception):
                await ask(request)
        for asks in (bench.provider.authorise, bench.provider.refund):
            with contextlib.suppress(Exception):
                async for _ in asks(request):
                    pass
        assert bench.kit.wire(bench.far) == before, "practice went over the wire"
        assert bench.booked(id_) == ()

    def agrees(self, bench: Bench, id_: str, when: str) -> None:
        """Hold what is believed of a payment against the ledger."""
        status, held = bench.status(id_), bench.held(id_)
        assert status != "unknown", f"{when}: nobody can say what became of it"
        wanted = ASKED_MINOR if status == "approved" else 0
        assert held == wanted, f"{when}: it says {status}, and {held} of {ASKED_MINOR} is taken"
        assert len(bench.booked(id_)) <= 1, f"{when}: it was booked twice"

"""Providers and far sides that are wrong in one way each; the suite has to find every one."""

from __future__ import annotations

import attrs

from posframe.kernel.domain.payment import AnswerOutcome, ProviderAnswer
from posframe.kernel.providers import Identity
from posframe.testing.payments.gateway import Booking, Gateway
from posframe.testing.payments.gateway_provider import BY_REFERENCE, GATEWAY, GatewayProvider


def changing(change):
    """Return a provider that changes each answer of a call on its way."""

    class Changing(GatewayProvider):
        async def authorise(self, request):
            async for answer in super().authorise(request):
                yield change(answer, request)

    return Changing


class OtherCapabilities(GatewayProvider):
    def __init__(self, gateway):
        super().__init__(gateway, attrs.evolve(BY_REFERENCE, refund="none"))


class Inventing(GatewayProvider):
    async def authorise(self, request):
        yield ProviderAnswer(outcome=AnswerOutcome.APPROVED, amount_minor=request.amount_minor)


class TryingAgain(GatewayProvider):
    async def authorise(self, request):
        async for answer in super().authorise(request):
            if answer.outcome is AnswerOutcome.DECLINED:
                self.gateway.post(request)
            yield answer


class Forgetful(GatewayProvider):
    """Knows what it heard itself, and says "not found" of all else."""

    def __init__(self, gateway):
        super().__init__(gateway)
        self.heard = set()

    async def authorise(self, request):
        async for answer in super().authorise(request):
            self.heard.add(request.payment)
            yield answer

    async def inquire(self, request):
        if request.payment in self.heard:
            return await super().inquire(request)
        return ProviderAnswer(outcome=AnswerOutcome.NOT_FOUND, payment=request.payment)


class SendingToAsk(GatewayProvider):
    async def inquire(self, request):
        answer = await super().inquire(request)
        if answer.outcome is AnswerOutcome.NOT_FOUND:
            self.gateway.book(request)
        return answer


class Hasty(GatewayProvider):
    """Says "not found" of what is still on its way."""

    def __init__(self, gateway):
        super().__init__(gateway, HASTY)

    async def inquire(self, request):
        answer = await super().inquire(request)
        if answer.outcome is AnswerOutcome.IN_PROGRESS:
            return attrs.evolve(answer, outcome=AnswerOutcome.NOT_FOUND, idle=True)
        return answer


HASTY = attrs.evolve(BY_REFERENCE, grace_s=1)


class Stubborn(GatewayProvider):
    """Believes the first decline for ever."""

    declined = ()

    async def authorise(self, request):
        async for answer in super().authorise(request):
            if answer.outcome is AnswerOutcome.DECLINED:
                self.declined = (*self.declined, request.payment)
            yield answer
            if request.payment in self.declined:
                return

    async def inquire(self, request):
        answer = await super().inquire(request)
        if request.payment in self.declined:
            return attrs.evolve(answer, outcome=AnswerOutcome.DECLINED)
        return answer


class BookingCopies(Gateway):
    """Books each copy of a request; with every answer it gives, too."""

    def book(self, request):
        before = self.bookings
        self.bookings = []
        super().book(request)
        self.bookings = [*before, *self.bookings]

    def _left(self, reference):
        return 10**9


class BookingTwice(Gateway):
    def happens(self, name):
        happens = super().happens(name)
        if name == "twice" and happens:
            self.bookings.append(attrs.evolve(self.bookings[-1]) if self.bookings else None)
            self.bookings = [each for each in self.bookings if each]
        return happens

    def book(self, request):
        super().book(request)
        if self.bookings[-1:] and self._faults.get("again"):
            self.bookings.append(attrs.evolve(self.bookings[-1]))


def book_twice(gateway):
    gateway.fail("twice")
    gateway._faults["again"] = 1


class WishingIsKnowing(GatewayProvider):
    """Takes a cancel for done once it was asked for."""

    def __init__(self, gateway):
        super().__init__(gateway)
        gateway.fail("deaf to cancel", 99)
        self.wished = set()

    async def cancel(self, request):
        await super().cancel(request)
        self.wished.add(request.payment)

    async def inquire(self, request):
        answer = await super().inquire(request)
        if request.payment in self.wished:
            return attrs.evolve(answer, outcome=AnswerOutcome.DECLINED)
        return answer

    async def authorise(self, request):
        async for answer in super().authorise(request):
            if request.payment not in self.wished:
                yield answer


class Meddling(GatewayProvider):
    asked = 0

    async def inquire(self, request):
        self.asked += 1
        if self.asked > 5:
            self.gateway.undo(request.payment)
        return await super().inquire(request)


class LastOne(GatewayProvider):
    """Answers for the last booking, whatever was asked for."""

    async def inquire(self, request):
        found = await super().inquire(request)
        if found.outcome is AnswerOutcome.NOT_FOUND and self.gateway.bookings:
            last = self.gateway.seen(self.gateway.bookings[-1].payment)
            return attrs.evolve(last, payment=request.payment)
        return found


class Silent(GatewayProvider):
    """Does not say that nobody answers."""

    async def identify(self):
        self.gateway.happens("unreachable")
        return Identity()


class Practising(GatewayProvider):
    def ask(self, what, request):
        self.gateway.requests.append((what, request.payment))


class OnlySaying(GatewayProvider):
    async def reverse(self, request):
        return attrs.evolve(self.gateway.seen(request.payment), outcome=AnswerOutcome.REVERSED)


class GivingAgain(Gateway):
    """Gives back with every request for it, of what was never taken too."""

    def undo(self, payment):
        amount = next(iter(self.taken(payment)), 1_234)
        self.bookings.append(Booking(payment, "refund", amount, f"R{len(self.bookings)}"))
        return ProviderAnswer(outcome=AnswerOutcome.REVERSED, payment=payment)


class Once(GatewayProvider):
    """Refuses a reversal that was done already."""

    async def reverse(self, request):
        if self.gateway.returned(request.payment):
            return ProviderAnswer(outcome=AnswerOutcome.REFUSED, words="it was reversed")
        return await super().reverse(request)


class GivingAll(GatewayProvider):
    """Refunds the whole payment, however little was asked."""

    def refund(self, request):
        return self.authorise(attrs.evolve(request, amount_minor=1_234))


class Generous(Gateway):
    def _left(self, reference):
        return 10**9


def near(provider, **more):
    """Return a kit whose near side is wrong."""
    return attrs.evolve(GATEWAY, provider=provider, **more)


def far(gateway, **more):
    """Return a kit whose far side is wrong."""

    def simulator():
        made = gateway(offline_limit_minor=2_000)
        made.customer_s, made.hop_s = 1.0, 0.1
        return made

    return attrs.evolve(GATEWAY, simulator=simulator, **more)


def without_limit():
    made = Gateway(offline_limit_minor=10**6)
    made.customer_s, made.hop_s = 1.0, 0.1
    return made


def _amount_asked(answer, request):
    return attrs.evolve(answer, amount_minor=request.amount_minor)


def _any_is_ours(answer, request):
    return attrs.evolve(answer, payment=request.payment, amount_minor=request.amount_minor)


def _unclear_is_declined(answer, request):
    del request
    unclear = answer.outcome is AnswerOutcome.UNKNOWN
    return attrs.evolve(answer, outcome=AnswerOutcome.DECLINED) if unclear else answer


def _with_a_card(answer, request):
    del request
    return attrs.evolve(answer, words="4111111111111111")


WRONG = {
    "test_it_can_what_its_rule_says": near(OtherCapabilities),
    "test_an_approval_is_booked_once_for_what_was_asked": near(Inventing),
    "test_a_decline_books_nothing": near(TryingAgain),
    "test_a_lost_answer_is_found_by_asking": near(lambda gateway: Forgetful(gateway)),
    "test_a_lost_request_is_never_taken_for_paid": near(SendingToAsk),
    "test_a_late_approval_is_found_within_the_grace": near(Hasty, capabilities=HASTY),
    "test_an_approval_after_a_decline_is_seen_when_looked_for": near(Stubborn),
    "test_an_answer_that_comes_twice_is_one_payment": far(
        BookingTwice, troubles={**GATEWAY.troubles, "duplicate answer": book_twice}
    ),
    "test_an_amount_is_told_as_it_came": near(changing(_amount_asked)),
    "test_the_answer_of_another_payment_is_not_passed_off_as_this_ones": near(
        changing(_any_is_ours)
    ),
    "test_what_cannot_be_understood_is_no_decline": near(changing(_unclear_is_declined)),
    "test_a_cancel_at_any_moment_leaves_no_untruth": near(WishingIsKnowing),
    "test_a_crash_at_any_moment_leaves_no_untruth": near(Forgetful),
    "test_asking_changes_nothing": near(Meddling),
    "test_one_key_is_booked_once_however_often_it_is_sent": far(BookingCopies),
    "test_payments_of_one_amount_are_told_apart": near(LastOne),
    "test_what_cannot_be_reached_says_so_before_anything_is_sent": near(Silent),
    "test_cut_off_it_takes_no_more_than_its_limit": attrs.evolve(GATEWAY, simulator=without_limit),
    "test_training_never_reaches_the_wire": near(Practising),
    "test_a_reversal_gives_back_everything": near(OnlySaying),
    "test_a_reversal_asked_for_again_gives_back_nothing_more": far(GivingAgain),
    "test_a_reversal_whose_answer_is_lost_is_found_by_asking_for_it_again": near(Once),
    "test_what_was_never_booked_is_not_given_back": far(GivingAgain),
    "test_part_of_a_payment_can_be_refunded_and_then_the_rest": near(GivingAll),
    "test_a_refund_sent_twice_is_given_once": far(BookingCopies),
    "test_no_more_is_refunded_than_was_taken": far(Generous),
    "test_a_refund_can_be_asked_about": near(LastOne),
}
"""By the name of each point, a kit that must not pass it."""
TALKING = near(changing(_with_a_card), secrets=("4111111111111111",))
"""Its answers carry a card number."""

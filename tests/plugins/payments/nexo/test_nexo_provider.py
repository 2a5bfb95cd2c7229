"""Whole conversations with the simulated terminal, in virtual time; its ledger is the truth."""

from __future__ import annotations

import anyio
import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe import (
    AnswerOutcome,
    DataError,
    DeviceError,
    DeviceNeedsAttention,
    PaymentRequest,
    RuleViolation,
)
from posframe.testing.payments.bench import Bench
from posframe.testing.virtual_clock import VirtualClockLoop
from posframe_payments.nexo.reference import Reference, kept_reference
from posframe_payments.nexo.service_ids import (
    DIGITS,
    service_of_payment,
    service_of_question,
    service_of_reversal,
)
from posframe_payments.simulators.nexo_terminal import FAULTS
from tests.plugins.payments.nexo.far import far, provider_of
from tests.plugins.payments.nexo.test_nexo_suite import KIT

REQUEST = PaymentRequest(payment="a-1", key="T01-a-1", amount_minor=1_234, currency="EUR")


def run(conversation):
    return anyio.run(conversation, backend_options={"loop_factory": VirtualClockLoop})


async def last(answers):
    return [each async for each in answers][-1]


def reversing(answer, **changes):
    """Return the request to undo what an answer approved."""
    changes = {"reference": answer.reference, "reversal": "a-1-r", **changes}
    return attrs.evolve(REQUEST, **changes)


def test_a_message_that_arrives_late_is_not_found_then_in_progress_then_approved():
    """What the kernel's grace is for."""

    async def conversation():
        bench = Bench(KIT)
        bench.far.late_s = 100.0
        bench.far.customer_s = 60.0
        bench.far.fail("late request")
        id_ = await bench.intended()
        await bench.send(id_)
        await bench.find_out(id_)
        said = []
        for answer in bench.answers:
            if answer.outcome not in said:
                said.append(answer.outcome)
        return said, bench.status(id_), bench.booked(id_)

    said, status, booked = run(conversation)
    assert said == [
        AnswerOutcome.UNKNOWN, AnswerOutcome.NOT_FOUND, AnswerOutcome.IN_PROGRESS,
        AnswerOutcome.APPROVED,
    ]  # fmt: skip
    assert (status, booked) == ("approved", (1_234,))


def test_a_slow_customer_is_in_progress_for_as_long_as_it_takes():
    async def conversation():
        bench = Bench(KIT)
        bench.far.late_s = 400.0
        bench.far.fail("late answer")
        id_ = await bench.charged()
        return bench.status(id_), bench.booked(id_), bench.can.answer_within_s

    status, booked, within_s = run(conversation)
    assert (status, booked) == ("approved", (1_234,))
    assert within_s < 400


@pytest.mark.parametrize(
    "fault", ["tampered", "other key", "other till", "other terminal", "old answer", "garbage"]
)
def test_what_is_wrong_with_an_answer_makes_it_nobodys_word(fault):
    async def conversation():
        terminal = far()
        provider = provider_of(terminal)
        await provider.identify()
        terminal.fail(fault)
        try:
            return (await last(provider.authorise(REQUEST))).outcome
        except DataError:
            return AnswerOutcome.UNKNOWN

    assert run(conversation) is AnswerOutcome.UNKNOWN


def test_without_a_fault_the_same_conversation_ends_in_an_approval():
    """The negative control of the test above."""

    async def conversation():
        provider = provider_of(far())
        await provider.identify()
        return (await last(provider.authorise(REQUEST))).outcome

    assert run(conversation) is AnswerOutcome.APPROVED


def test_a_reversal_that_failed_for_now_is_followed_by_another_of_its_own_number():
    async def conversation():
        terminal = far()
        provider = provider_of(terminal)
        request = reversing(await last(provider.authorise(REQUEST)))
        terminal.fail("failed reversal")
        first, second, third = [await provider.reverse(request) for _ in range(3)]
        return first.outcome, second.outcome, third.outcome, terminal

    first, second, third, terminal = run(conversation)
    assert (first, second, third) == (
        AnswerOutcome.UNKNOWN,
        AnswerOutcome.REVERSED,
        AnswerOutcome.REVERSED,
    )
    assert terminal.returned("a-1") == [1_234]
    assert terminal.received.count("Reversal") == 2


def test_a_reversal_that_is_refused_is_said_to_be_and_not_tried_again():
    async def conversation():
        terminal = far()
        provider = provider_of(terminal)
        request = reversing(await last(provider.authorise(REQUEST)))
        terminal.fail("refused reversal")
        said = [(await provider.reverse(request)).outcome for _ in range(2)]
        return said, terminal

    said, terminal = run(conversation)
    assert said == [AnswerOutcome.REFUSED] * 2
    assert terminal.received.count("Reversal") == 1
    assert terminal.returned("a-1") == []


def test_a_payment_whose_number_a_person_typed_is_looked_up_before_it_is_undone():
    """A slip's number is no reference; the terminal still knows ours."""

    async def conversation():
        terminal = far()
        provider = provider_of(terminal)
        await last(provider.authorise(REQUEST))
        answer = await provider.reverse(reversing(REQUEST, reference="0815"))
        return answer.outcome, terminal.returned("a-1")

    assert run(conversation) == (AnswerOutcome.REVERSED, [1_234])


def test_a_payment_the_terminal_does_not_know_is_not_undone_and_not_called_so():
    async def conversation():
        terminal = far()
        answer = await provider_of(terminal).reverse(reversing(REQUEST, reference=""))
        return answer.outcome, "Reversal" in terminal.received

    assert run(conversation) == (AnswerOutcome.UNKNOWN, False)


def test_money_without_a_payment_goes_to_the_card_that_is_shown():
    async def conversation():
        terminal = far()
        refund = attrs.evolve(REQUEST, kind="refund")
        provider = provider_of(terminal)
        said = await last(provider.refund(refund))
        asked = await provider.inquire(refund)
        return said.outcome, asked.outcome, terminal.returned("a-1"), terminal.charged("a-1")

    assert run(conversation) == (AnswerOutcome.APPROVED, AnswerOutcome.APPROVED, [1_234], [])


def test_a_refund_is_asked_about_by_its_own_number():
    async def conversation():
        terminal = far()
        provider = provider_of(terminal)
        paid = await last(provider.authorise(REQUEST))
        refund = attrs.evolve(
            REQUEST, payment="a-2", kind="refund", amount_minor=234, original=paid.reference
        )
        before = await provider.inquire(refund)
        await last(provider.refund(refund))
        after = await provider.inquire(refund)
        return before.outcome, after.outcome, after.amount_minor, after.payment

    assert run(conversation) == (AnswerOutcome.NOT_FOUND, AnswerOutcome.APPROVED, 234, "a-2")


def test_a_batch_names_the_sums_of_its_period_and_the_next_one_begins_at_nothing():
    """Two payments, one undone, and a part of the other given back: 10.00 + 5.00 - 5.00 - 2.00."""

    async def conversation():
        terminal = far()
        provider = provider_of(terminal)
        one = await last(provider.authorise(attrs.evolve(REQUEST, amount_minor=1_000)))
        other = attrs.evolve(REQUEST, payment="a-2", amount_minor=500)
        two = await last(provider.authorise(other))
        await provider.reverse(attrs.evolve(other, reference=two.reference, reversal="a-2-r"))
        back = attrs.evolve(REQUEST, payment="a-3", kind="refund", amount_minor=200)
        await last(provider.refund(attrs.evolve(back, original=one.reference)))
        return await provider.close_batch("k1"), await provider.close_batch("k2")

    first, second = run(conversation)
    assert (first.gross_minor, first.count, first.currency) == (800, 3, "EUR")
    assert (first.reference, first.terminal, second.reference) == ("1", "SIM-1", "2")
    assert first.slips[0].kind == "batch"
    assert "visa Debit 2 x  15.00 EUR" in first.slips[0].lines
    assert (second.gross_minor, second.count) == (None, None)


def test_a_batch_that_the_terminal_does_not_close_says_why():
    async def conversation():
        terminal = far()
        terminal._reconcile = lambda asked: {"Response": {
            "Result": "Failure", "ErrorCondition": "UnreachableHost"}}  # fmt: skip
        await provider_of(terminal).close_batch("k1")

    with pytest.raises(DeviceNeedsAttention, match="did not close its batch: UnreachableHost"):
        run(conversation)


def test_a_cancel_before_the_card_is_shown_ends_the_payment_and_the_terminal_says_so():
    async def conversation():
        terminal = far()
        terminal.customer_s = 60.0
        provider = provider_of(terminal)
        found = []

        async def pay():
            found.append(await last(provider.authorise(REQUEST)))

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(pay)
            await anyio.sleep(5)
            await provider.cancel(REQUEST)
        return found[0].outcome, found[0].words, terminal.charged("a-1")

    assert run(conversation) == (AnswerOutcome.DECLINED, "cancelled by the till", [])


def test_practice_is_refused_by_name_before_anything_is_sent():
    async def conversation():
        terminal = far()
        provider, request = provider_of(terminal), attrs.evolve(REQUEST, training=True)
        for ask in (provider.inquire, provider.reverse, provider.cancel):
            with pytest.raises(RuleViolation, match="Practice reaches no terminal"):
                await ask(request)
        for ask in (provider.authorise, provider.refund):
            with pytest.raises(RuleViolation, match="Practice"):
                await last(ask(request))
        return terminal.received

    assert run(conversation) == []


def test_no_two_messages_are_sealed_with_one_nonce():
    """A nonce used twice would show where two messages are alike."""
    nonces = []

    class Listening:
        async def exchange(self, message):
            nonces.append(message.split(b'"Nonce":"')[1][:24])
            raise DeviceError("nobody answers")

    async def conversation():
        provider = provider_of(far())
        provider._line = Listening()
        for _ in range(200):
            with pytest.raises(DeviceError):
                await provider.inquire(REQUEST)

    run(conversation)
    assert len(set(nonces)) == len(nonces) == 200


@given(st.text(), st.text())
def test_numbers_of_messages_are_made_from_ids_and_tell_kinds_apart(one, other):
    """Ten letters and digits, the same for the same id, and for no other seen here."""
    made = [service_of_payment(one), service_of_reversal(one, 0), service_of_reversal(one, 1)]
    assert all(len(each) == 10 and set(each) <= set(DIGITS) for each in made)
    assert len(set(made)) == 3
    assert made[0] == service_of_payment(one)
    assert (service_of_payment(other) == made[0]) == (one == other)
    assert service_of_question()[0] not in {each[0] for each in made}


def test_a_payments_number_is_the_same_in_every_version_of_the_till():
    """A till that was updated while a payment was in doubt has to find it again.

    SHA-256 of "a-1" as a whole number, modulo 36 to the 9, in base 36 by bc.
    """
    assert service_of_payment("a-1") == "PUXUEKTEJT"


@given(
    st.text(min_size=1).filter(lambda text: text != "@"),
    st.text(min_size=1).filter(lambda text: "@" not in text),
)
def test_a_reference_comes_back_from_the_journal_as_it_was(id_, time):
    assert kept_reference(str(Reference(id_, time))) == Reference(id_, time)


@pytest.mark.parametrize("number", ["", "1103", "@", "x@", "@x"])
def test_a_number_of_a_slip_is_no_reference(number):
    assert kept_reference(number) is None


def test_a_fault_that_nobody_knows_cannot_be_asked_for():
    with pytest.raises(AssertionError, match="no such fault"):
        far().fail("earthquake")
    assert all(FAULTS.values())

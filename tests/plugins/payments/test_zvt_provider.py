"""The provider asked directly, in virtual time: what the suite does not come to."""

from __future__ import annotations

import anyio
import attrs
import pytest

from posframe import AnswerOutcome, DeviceNeedsAttention, DeviceOffline, PaymentRequest
from posframe.testing.virtual_clock import VIRTUAL_TIME
from posframe_payments.simulators.zvt_faults import DROP_BEFORE
from posframe_payments.simulators.zvt_profile import Customer, Profile
from posframe_payments.zvt_link import TerminalBusy
from posframe_payments.zvt_provider import ZvtProvider
from tests.plugins.payments.zvt_bench import CAPABILITIES, Far, MemoryLine, setup_of

pytestmark = pytest.mark.anyio
TID = "28004869"
BOOKED = AnswerOutcome.APPROVED


@pytest.fixture
def anyio_backend():
    return VIRTUAL_TIME


@pytest.fixture
def far():
    return Far()


def provider_of(far, **changes):
    return ZvtProvider(setup_of(lambda: MemoryLine(far), **changes))


def request(number=1, **changes):
    said = {"payment": f"p{number}", "key": f"k{number}", "amount_minor": 1749, "currency": "EUR"}
    return PaymentRequest(**{**said, "terminal": TID, "mark": "0001-000001", **changes})


async def paid(provider, asked, *, keep=True):
    """Pay, and keep or refuse what is approved so far; return the last answer."""
    answer = None
    async for answer in provider.authorise(asked):
        if answer.outcome is AnswerOutcome.PROVISIONAL:
            await provider.acknowledge(asked, keep=keep)
    return answer


async def test_a_payment_names_what_the_terminal_is_doing_meanwhile(far):
    answers = [each async for each in _kept(provider_of(far), request())]
    assert [each.words for each in answers[:2]] == [
        "Customer presents the card", "Terminal asks its host",
    ]  # fmt: skip
    assert [each.outcome.value for each in answers] == [
        "in_progress", "in_progress", "provisional", "approved",
    ]  # fmt: skip
    assert answers[2].reference == answers[3].reference == "0002-000002"
    assert [each.kind for each in answers[3].slips] == ["merchant", "customer"]
    assert answers[2].slips == ()


async def _kept(provider, asked):
    async for each in provider.authorise(asked):
        yield each
        if each.outcome is AnswerOutcome.PROVISIONAL:
            await provider.acknowledge(asked, keep=True)


async def test_a_terminal_that_is_not_the_one_that_was_named_is_asked_for_nothing(far):
    far.terminal.profile = Profile(terminal="11111111")
    answer = await paid(provider_of(far), request())
    assert (answer.outcome, answer.terminal) == (AnswerOutcome.UNKNOWN, "11111111")
    reversed_ = await provider_of(far).reverse(request(reference="0001", reversal="r"))
    assert (reversed_.outcome, reversed_.terminal) == (AnswerOutcome.UNKNOWN, "11111111")
    assert len(far.acquirer.movements) == 1


async def test_a_number_that_starts_over_at_the_one_before_is_told_from_it_by_its_trace(far):
    """Paid as 0001 where the receipt before it was 0001, too: it is not taken for not paid."""
    far.terminal.next_receipt = 1
    answer = await paid(provider_of(far), request())
    assert (answer.outcome, answer.mark) == (BOOKED, "0001-000002")
    after_restart = provider_of(far)
    assert (await after_restart.inquire(request())).outcome is BOOKED
    without_trace = await after_restart.inquire(request(mark="0001"))
    assert without_trace.outcome is AnswerOutcome.UNKNOWN
    assert "has the number of an earlier one" in without_trace.words


async def test_a_terminal_whose_last_receipt_cannot_be_heard_is_sent_nothing(far):
    far.fail({"tx status of repeat receipt": DROP_BEFORE})
    with pytest.raises(DeviceOffline, match="does not say its last receipt"):
        await provider_of(far).identify()


async def test_a_terminal_with_a_customer_is_busy_and_that_is_no_answer_about_the_payment(far):
    far.terminal.customers.append(Customer(thinks_s=60.0))
    with anyio.move_on_after(1.0):
        await paid(provider_of(far), request())
    answer = await provider_of(far).inquire(request())
    assert (answer.outcome, answer.idle) == (AnswerOutcome.IN_PROGRESS, False)
    with pytest.raises(TerminalBusy):
        await provider_of(far).identify()


async def test_beside_its_open_call_an_inquiry_says_that_it_is_under_way(far):
    far.terminal.customers.append(Customer(thinks_s=60.0))
    provider = provider_of(far)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(paid, provider, request())
        await anyio.sleep(10.0)
        mine, other = await provider.inquire(request()), await provider.inquire(request(2))
        with pytest.raises(TerminalBusy):
            await provider.identify()
    assert (mine.outcome, mine.idle) == (AnswerOutcome.IN_PROGRESS, False)
    assert (other.outcome, other.idle) == (AnswerOutcome.UNKNOWN, False)
    assert (await provider.inquire(request())).outcome is BOOKED


async def test_a_reversal_is_kept_at_once_and_its_terminal_is_not_left_waiting(far):
    provider = provider_of(far)
    answer = await paid(provider, request())
    begun_s = anyio.current_time()
    back = await provider.reverse(request(reference=answer.reference, reversal="r"))
    assert back.outcome is AnswerOutcome.REVERSED
    assert anyio.current_time() - begun_s < 1.0
    assert back.mark == "0003-000003"


async def test_an_older_payment_is_given_back_only_where_the_terminal_can(far):
    first = await paid(provider_of(far), request())
    await paid(provider_of(far), request(2))
    older = request(reference=first.reference, reversal="r")
    refused = await provider_of(far).reverse(older)
    assert "has a later receipt" in refused.words
    assert refused.outcome is AnswerOutcome.REFUSED
    assert all(each.stands for each in far.acquirer.movements)
    far.terminal.profile = Profile(reverses="any")
    done = await provider_of(far, reverses_any=True).reverse(older)
    again = await provider_of(far, reverses_any=True).reverse(older)
    assert {done.outcome, again.outcome} == {AnswerOutcome.REVERSED}
    assert [each.stands for each in far.acquirer.movements] == [True, False, True]


async def test_a_payment_the_till_does_not_keep_is_taken_back_by_the_terminal(far):
    answer = await paid(provider_of(far), request(), keep=False)
    assert answer.outcome is AnswerOutcome.UNKNOWN
    assert (await provider_of(far).inquire(request())).outcome is AnswerOutcome.NOT_FOUND
    assert not far.acquirer.movements[-1].stands


async def test_a_terminal_that_never_repeats_is_not_asked(far):
    without = attrs.evolve(CAPABILITIES, inquiry="none")
    provider = provider_of(far, capabilities=without)
    who = await provider.identify()
    assert (who.terminal, who.mark) == (TID, "")
    before = far.bytes_taken
    assert (await provider.inquire(request())).outcome is AnswerOutcome.UNKNOWN
    assert far.bytes_taken == before


async def test_an_end_of_day_that_was_refused_is_told_from_one_nobody_knows_of(far):
    far.fail({"tx totals of end of day": DROP_BEFORE})
    with pytest.raises(DeviceOffline, match="closed its day is not known"):
        await provider_of(far).close_batch("k")
    far.terminal.records = []
    far.fail({})
    batch = await provider_of(far).close_batch("k")
    assert (batch.count, batch.gross_minor) == (0, 0)


async def test_a_terminal_that_cannot_close_its_day_says_why(far, monkeypatch):
    from posframe_payments.simulators import zvt_commands, zvt_terminal

    known = zvt_commands.Known("end of day", lambda terminal, _: zvt_commands.abort(terminal, 0x77))
    monkeypatch.setitem(zvt_terminal.COMMANDS, bytes.fromhex("0650"), known)
    with pytest.raises(DeviceNeedsAttention, match="it cannot do its end of day"):
        await provider_of(far).close_batch("k")


async def test_a_person_is_asked_for_the_slip_by_terminal_amount_and_number(far):
    words = provider_of(far).question(request()).words
    assert words == (
        "Has the last slip of terminal 28004869 17.49 EUR and a number other than "
        "0001-000001? "
        "Amount and number?"
    )


async def test_closing_lets_go_of_the_line_that_waits_for_a_payment(far):
    provider = provider_of(far)
    await provider.identify()
    assert far.terminal.linked
    await provider.close()
    assert not far.terminal.linked

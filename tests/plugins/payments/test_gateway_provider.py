"""The provider over the wire: each thing a gateway or the network does, and what is said of it."""

from __future__ import annotations

import asyncio

import anyio
import attrs
import pytest

from posframe import (
    AnswerOutcome,
    ConfigurationError,
    DataError,
    DeviceNeedsAttention,
    DeviceOffline,
)
from posframe_payments.gateway import following
from posframe_payments.gateway.dialect import Dialect
from posframe_payments.gateway.line import Line
from posframe_payments.gateway.provider import GatewayProvider
from tests.plugins.payments.gateway_pair import API_KEY, CAN, REQUEST, Far, HastyLoop


def run(test):
    async def main():
        far = Far()
        provider = far.provider()
        await test(far, provider)
        await far.close()

    anyio.run(main, backend_options={"loop_factory": HastyLoop})


async def said(provider, request=REQUEST):
    return [each async for each in provider.authorise(request)]


async def outcomes(provider, request=REQUEST):
    return [each.outcome.value for each in await said(provider, request)]


def asked(far, method, path=""):
    return [each for each in far.api.requests if each.method == method and path in each.path]


def test_the_customer_is_waited_for_and_the_payment_is_asked_for_once():
    async def test(far, provider):
        assert await outcomes(provider) == ["in_progress", "approved"]
        assert len(asked(far, "PUT")) == 1
        assert far.ledger.taken(REQUEST.payment) == [1234]

    run(test)


def test_a_wallet_shows_its_code_until_it_is_paid():
    async def test(far, _):
        answers = await said(far.provider("wallet"))
        assert [each.shows for each in answers] == ["https://pay.example/G000001", ""]
        assert answers[-1].outcome is AnswerOutcome.APPROVED

    run(test)


@pytest.mark.parametrize(
    "trouble",
    ["lost request", "lost answer", "garbage", "page", "elsewhere", "out of order", "busy", "half"],
)
def test_what_is_not_understood_says_nothing_and_is_not_asked_for_again(trouble):
    async def test(far, provider):
        far.fail(trouble)
        assert await outcomes(provider) == ["unknown"]
        assert len(asked(far, "PUT")) == 1

    run(test)


def test_a_poll_that_is_lost_is_no_answer_and_the_wait_goes_on():
    async def test(far, provider):
        far.fail("lost poll", following.LOST_MAX)
        assert await outcomes(provider) == ["in_progress", "approved"]

    run(test)


def test_a_gateway_that_falls_silent_ends_the_call_with_nobody_knows():
    async def test(far, provider):
        far.fail("lost poll", following.LOST_MAX + 1)
        assert await outcomes(provider) == ["in_progress", "unknown"]

    run(test)


def test_a_gateway_that_speaks_of_nothing_else_is_left_after_a_while():
    async def test(far, provider):
        far.fail("foreign", 1_000)
        answers = await said(provider)
        assert [each.payment == REQUEST.payment for each in answers] == [False], "raised once"
        assert len(asked(far, "GET", "/payments/")) == following.LOST_MAX

    run(test)


@pytest.mark.parametrize(
    ("prepare", "error", "words"),
    [
        (lambda far: setattr(far.ledger, "is_online", False), DeviceNeedsAttention, "R-1"),
        (lambda far: setattr(far.ledger, "terminal", "R-2"), ConfigurationError, "no terminal R-1"),
        (lambda far: far.fail("unreachable"), DeviceOffline, "does not reply"),
        (lambda far: setattr(far.api, "_api_key", "another"), ConfigurationError, "key"),
    ],
)
def test_where_nothing_can_be_paid_that_is_known_before_anything_is_sent(prepare, error, words):
    async def test(far, provider):
        prepare(far)
        with pytest.raises(error) as raised:
            await provider.identify()
        assert words in raised.value.message
        assert API_KEY not in f"{raised.value} {raised.value.__cause__!r}"
        assert not asked(far, "PUT")

    run(test)


def test_a_terminal_of_another_name_is_refused():
    async def test(far, _):
        far.ledger.terminal = "R-2"

        class Careless(Dialect):
            def ask_terminal(self):
                return attrs.evolve(super().ask_terminal(), path="/v1/terminals/R-2")

        provider = GatewayProvider(Careless("R-1"), Line(far.url, API_KEY), CAN)
        with pytest.raises(ConfigurationError, match="calls the terminal R-2"):
            await provider.identify()
        await provider.close()

    run(test)


def test_nobody_at_the_port_is_nobody_knows_and_no_decline():
    async def test(far, _):
        nobody = GatewayProvider(Dialect("R-1"), Line("http://127.0.0.1:9", API_KEY), CAN)
        with pytest.raises(DeviceOffline):
            await nobody.identify()
        assert await outcomes(nobody) == ["unknown"]
        for ask in (nobody.inquire, nobody.reverse):
            assert (await ask(REQUEST)).outcome is AnswerOutcome.UNKNOWN
        assert not far.api.requests

    run(test)


def test_a_gateway_that_never_ends_its_answer_is_left():
    async def test(_, __):
        async def drip(stream):
            async with stream:
                await stream.receive()
                head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n"
                await stream.send(head)
                while True:
                    await stream.send(b" ")
                    await anyio.sleep(0.5)

        await _against(drip, "TimeoutError")

    run(test)


def test_an_endless_answer_is_not_read_to_its_end():
    async def test(_, __):
        async def flood(stream):
            async with stream:
                await stream.receive()
                await stream.send(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{")
                while True:
                    await stream.send(b" " * 65_536)

        await _against(flood, "too large")

    run(test)


def test_no_redirect_is_followed():
    """Not even to where a good answer is: whoever sends the till elsewhere is not the gateway."""

    async def test(far, provider):
        await said(provider)
        heard = len(far.api.requests)

        async def elsewhere(stream):
            async with stream:
                await stream.receive()
                there = f"{far.url}/v1/payments/{REQUEST.payment}"
                head = f"HTTP/1.1 307 Moved\r\nlocation: {there}\r\ncontent-length: 0\r\n\r\n"
                await stream.send(head.encode())

        await _against(elsewhere, "error, 307")
        assert len(far.api.requests) == heard

    run(test)


async def _against(host, words):
    """Inquire of a server that does only this, and is no gateway."""
    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener:
        port = listener.extra(anyio.abc.SocketAttribute.local_port)
        provider = GatewayProvider(Dialect("R-1"), Line(f"http://127.0.0.1:{port}", API_KEY), CAN)

        async def quiet(stream):
            try:
                await host(stream)
            except (anyio.BrokenResourceError, anyio.ClosedResourceError):
                return

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(listener.serve, quiet)
            answer = await provider.inquire(REQUEST)
            assert answer.outcome is AnswerOutcome.UNKNOWN
            assert words in answer.words
            await provider.close()
            tasks.cancel_scope.cancel()


def test_a_cancel_that_overtakes_its_payment_is_a_fence():
    """The payment that arrives later is refused: nothing is booked, and asking says so."""

    async def test(far, provider):
        await provider.cancel(REQUEST)
        assert (await provider.inquire(REQUEST)).outcome is AnswerOutcome.DECLINED
        assert await outcomes(provider) == ["declined"]
        assert far.ledger.taken(REQUEST.payment) == []

    run(test)


def test_without_the_cancel_the_late_payment_is_booked():
    """What the fence is held against."""

    async def test(far, provider):
        far.fail("late request")
        assert await outcomes(provider) == ["unknown"]
        assert (await provider.inquire(REQUEST)).outcome is AnswerOutcome.NOT_FOUND
        await anyio.sleep(far.ledger.late_s)
        assert far.ledger.taken(REQUEST.payment) == [1234]

    run(test)


def test_with_the_cancel_the_late_payment_is_not_booked():
    async def test(far, provider):
        far.fail("late request")
        assert await outcomes(provider) == ["unknown"]
        await provider.cancel(REQUEST)
        await anyio.sleep(far.ledger.late_s)
        assert far.ledger.taken(REQUEST.payment) == []
        assert (await provider.inquire(REQUEST)).outcome is AnswerOutcome.DECLINED

    run(test)


def test_a_wish_to_cancel_is_no_answer():
    """The gateway does not heed it, and the customer pays: that is what is said."""

    async def test(far, provider):
        far.fail("deaf to cancel")
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_cancel_later, provider, REQUEST)
            assert await outcomes(provider) == ["in_progress", "approved"]
        other = attrs.evolve(REQUEST, payment=f"{'6' * 31}f-1", key="k6")
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_cancel_later, provider, other)
            assert await outcomes(provider, other) == ["in_progress", "declined"]
        assert far.ledger.taken(other.payment) == []

    run(test)


async def _cancel_later(provider, request):
    await anyio.sleep(0.3)
    await provider.cancel(request)


def test_a_tip_and_a_part_are_told_as_they_were_taken():
    async def test(far, provider):
        far.ledger.tip_minor = 66
        assert (await said(provider))[-1].amount_minor == 1300
        far.ledger.takes_minor = 1000
        part = attrs.evolve(REQUEST, payment=f"{'3' * 31}c-1", key="T01-2")
        assert (await said(provider, part))[-1].amount_minor == 1000

    run(test)


def test_what_the_bank_has_is_not_reversed():
    async def test(far, provider):
        await said(provider)
        back = attrs.evolve(REQUEST, reversal="rev")
        await provider.close_batch("b1")
        assert (await provider.reverse(back)).outcome is AnswerOutcome.REFUSED
        assert far.ledger.returned(REQUEST.payment) == []

    run(test)


def test_a_batch_whose_report_was_lost_is_told_again_and_hands_in_nothing_more():
    """10.00 + 2.34 were taken: the sum is 12.34, and it is the same batch."""

    async def test(far, provider):
        for number, amount in ((1, 1000), (2, 234)):
            request = attrs.evolve(
                REQUEST, payment=f"{'a' * 32}-{number}", key=f"k{number}", amount_minor=amount
            )
            await said(provider, request)
        first = far.api.answer

        async def lost(request):
            await first(request)
            far.api.answer = first
            return attrs.evolve(await first(request), status=500)

        far.api.answer = lost
        with pytest.raises(DataError):
            await provider.close_batch("b1")
        after_a_restart = far.provider()
        batch = await after_a_restart.close_batch("b1")
        assert (batch.count, batch.gross_minor, batch.reference) == (2, 1234, "B0001")
        assert (await provider.close_batch("b2")).count == 0

    run(test)


def test_a_long_list_of_payments_is_read_to_its_end():
    async def test(far, provider):
        far.ledger.customer_s = 0
        for number in range(205):
            request = attrs.evolve(REQUEST, payment=f"{number:032x}-1", key=f"k{number}")
            async for _ in provider.authorise(request):
                break
        await anyio.sleep(1)
        listed = await provider.totals("")
        assert [each.payment for each in listed] == [f"{n:032x}-1" for n in range(205)]
        assert [each.payment for each in await provider.totals("204")] == [f"{204:032x}-1"]

    run(test)


def test_what_the_till_is_told_is_what_the_gateway_keeps_and_nothing_of_its_key():
    """No answer, and nothing that the provider holds in public, shows the key."""

    async def test(far, provider):
        answers = await said(provider)
        assert API_KEY not in f"{answers!r}{provider!r}{provider.question(REQUEST)!r}"
        assert {each.authorization for each in far.api.requests} == {f"Bearer {API_KEY}"}

    run(test)


def test_a_key_that_was_used_for_something_else_is_refused_and_books_nothing():
    """The simulator keeps to the protocol: the guard against a key of ours that is not unique."""

    async def test(far, provider):
        await said(provider)
        other = attrs.evolve(REQUEST, payment=f"{'4' * 31}d-1")
        assert await outcomes(provider, other) == ["unknown"]
        assert far.ledger.taken(other.payment) == []

    run(test)


def test_cancelled_at_any_moment_the_provider_can_be_used_again():
    async def test(far, provider):
        for number in range(20):
            request = attrs.evolve(REQUEST, payment=f"{number:032x}-1", key=f"k{number}")
            with anyio.move_on_after(number / 10):
                await said(provider, request)
            await provider.cancel(request)
            assert (await provider.inquire(request)).outcome in {
                AnswerOutcome.APPROVED,
                AnswerOutcome.DECLINED,
            }
        await asyncio.sleep(0)

    run(test)

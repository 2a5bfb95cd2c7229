"""Webhooks: what is signed and of now comes in once; all else is turned away and written down."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import socket

import anyio
import pytest

from posframe import AnswerOutcome
from posframe_payments.gateway import posts, webhooks
from posframe_payments.gateway.dialect import Dialect
from posframe_payments.gateway.signing import signature
from posframe_payments.gateway.webhooks import WebhookListener
from posframe_payments.simulators.gateway_server import WebhookSender, post, send_raw
from tests.plugins.payments.gateway_pair import REQUEST, HastyLoop

SECRET = bytes(range(32))
NOW_S = 1_800_000_000
PAN = "4111111111111111"
PAID = {
    "payment": REQUEST.payment,
    "kind": "charge",
    "status": "approved",
    "reference": "G000001",
    "amount_minor": 1234,
    "currency": "EUR",
    "terminal": "R-1",
}


def message(type_="payment.changed", **changes):
    return json.dumps({"type": type_, "data": {**PAID, **changes}}).encode()


class Port:
    """A port that listens, a journal that keeps what comes, and a sender who has the secret."""

    def __init__(self, number, told):
        self.number, self.told = number, told
        self.now_s = NOW_S
        self.keeps = True
        self._sender = WebhookSender(None, number, SECRET)

    def headers(self, body, id_="msg_1", at_s=NOW_S):
        return self._sender.headers(body, id_=id_, at_s=at_s)

    async def send(self, body, id_="msg_1", at_s=NOW_S):
        return await self._sender.send(body, id_=id_, at_s=at_s)

    @property
    def words(self):
        return [each.words for each in self.told]

    @property
    def payments(self):
        return [each for each in self.told if each.payment]


def run(test, secrets=(SECRET,)):
    """Run a test beside a port that listens, twenty seconds in one."""

    async def main():
        with socket.create_server(("127.0.0.1", 0)) as free:
            number = free.getsockname()[1]
        port = Port(number, [])
        listener = WebhookListener(
            ("127.0.0.1", number), secrets, Dialect("R-1").told, lambda: port.now_s
        )
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_keep, listener, port)
            await _until_heard(number)
            await test(port)
            tasks.cancel_scope.cancel()

    anyio.run(main, backend_options={"loop_factory": HastyLoop})


async def _keep(listener, port):
    async with contextlib.aclosing(listener.tellings()) as tellings:
        async for answer, done in tellings:
            if port.keeps:
                port.told.append(answer)
                await done()


async def _until_heard(number):
    while True:
        with contextlib.suppress(OSError):
            async with await anyio.connect_tcp("127.0.0.1", number):
                return
        await anyio.sleep(0.1)


def test_what_is_signed_and_of_now_is_told_as_it_stands():
    async def test(port):
        assert await port.send(message()) == 204
        (answer,) = port.told
        assert answer.outcome is AnswerOutcome.APPROVED
        assert (answer.payment, answer.amount_minor) == (REQUEST.payment, 1234)
        assert (answer.reference, answer.currency, answer.terminal) == ("G000001", "EUR", "R-1")

    run(test)


def test_it_is_acknowledged_only_once_the_journal_has_it():
    async def test(port):
        port.keeps = False
        assert await port.send(message()) == 503
        assert port.told == []
        port.keeps = True
        assert await port.send(message()) == 204, "sent again it is no copy: it was not kept"
        assert len(port.payments) == 1

    run(test)


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-signature": "v1," + base64.b64encode(bytes(32)).decode()},
        {"webhook-signature": ""},
        {"webhook-signature": "v1a,abc v2,def"},
        {"webhook-id": "msg_2"},
        {"webhook-timestamp": str(NOW_S + 1)},
        {"webhook-timestamp": "now"},
        {"webhook-timestamp": "-1"},
        {"webhook-id": ""},
    ],
)
def test_what_is_forged_is_refused_and_written_down(change):
    async def test(port):
        body = message()
        assert await post(port.number, body, {**port.headers(body), **change}) == 401
        (note,) = port.told
        assert note.outcome is AnswerOutcome.UNKNOWN
        assert (note.payment, note.reference, note.raw) == ("", "", b"")
        assert "refused" in note.words

    run(test)


def test_another_body_under_a_good_signature_is_refused():
    async def test(port):
        headers = port.headers(message())
        assert await post(port.number, message(amount_minor=1), headers) == 401
        assert port.payments == []

    run(test)


def test_two_signatures_headers_are_none():
    """Whoever reads the first and whoever reads the last would disagree."""

    async def test(port):
        body = message()
        good = port.headers(body)
        lines = [f"{name}: {value}" for name, value in good.items()]
        lines += [f"webhook-id: {good['webhook-id']}", "host: t", f"content-length: {len(body)}"]
        head = "\r\n".join(["POST /webhook HTTP/1.1", *lines, "", ""]).encode()
        assert await send_raw(port.number, head + body) == 401

    run(test)


@pytest.mark.parametrize(("off_s", "status"), [(-300, 204), (300, 204), (-301, 400), (301, 400)])
def test_a_time_further_off_than_the_window_is_refused_and_written_down(off_s, status):
    async def test(port):
        port.now_s = NOW_S + 1_000  # it listens since long before
        assert await port.send(message(), at_s=port.now_s + off_s) == status
        assert bool(port.payments) == (status == 204)
        assert len(port.told) == 1

    run(test)


def test_a_message_of_before_it_listened_is_refused():
    """What came then is not remembered: it may be a copy. A sender sends anew, with a new time."""

    async def test(port):
        assert await port.send(message(), at_s=NOW_S - 1) == 400
        assert await port.send(message(), at_s=NOW_S) == 204

    run(test)


def test_a_copy_is_refused_and_written_down():
    async def test(port):
        assert await port.send(message()) == 204
        port.now_s += 299
        assert await port.send(message()) == 409
        assert len(port.payments) == 1
        assert "copy" in port.words[-1]

    run(test)


def test_a_sender_may_send_anew_what_it_sent_before():
    """It did not hear that it was taken: a new time, newly signed, and the same news."""

    async def test(port):
        assert await port.send(message()) == 204
        port.now_s += 60
        assert await port.send(message(), at_s=NOW_S + 60) == 204

    run(test)


def test_while_secrets_change_the_old_and_the_new_one_count():
    async def test(port):
        body = message()
        assert await port.send(body) == 204
        new = signature(bytes(24), "msg_2", str(NOW_S), body)
        headers = {**port.headers(body, "msg_2"), "webhook-signature": f"v1,zzz {new}"}
        assert await post(port.number, body, headers) == 204
        assert await port.send(body, "msg_3") == 204

    run(test, secrets=(bytes(24), SECRET))


@pytest.mark.parametrize(
    "body",
    [
        message()[:-7],
        b"",
        b"[]",
        message(type_="payout.paid"),
        message(amount_minor="1234"),
        message(amount_minor=12.34),
        message(amount_minor=None),
        message(amount_minor=True),
        message(amount_minor=-1),
        message(status="settling"),
        message(payment="1"),
        message(payment=""),
        message(reference=""),
        message(currency=""),
        message(terminal=None),
        message(reference=PAN),
        message().replace(b'"kind"', b'"status": "declined", "kind"'),
        b'{"type":"payment.changed","data":' + b"[" * 60_000,
    ],
)
def test_what_is_signed_and_not_understood_is_refused_and_written_down(body):
    async def test(port):
        assert await port.send(body) == 422
        (note,) = port.told
        assert note.outcome is AnswerOutcome.UNKNOWN
        assert not note.payment
        assert PAN not in repr(note)

    run(test)


def test_news_without_money_is_taken_and_not_told():
    async def test(port):
        assert await port.send(message(status="pending")) == 204
        assert port.told == []

    run(test)


def test_a_megabyte_is_refused_before_it_was_read():
    async def test(port):
        body = b"x" * 1_000_000
        assert await port.send(body) in {413, 0}  # 0: it hung up while we still sent
        assert len(port.told) == 1
        assert "too large" in port.words[0]
        assert await port.send(message()) == 204

    run(test)


def test_a_message_that_breaks_off_is_written_down():
    async def test(port):
        body = message()
        head = b"POST /webhook HTTP/1.1\r\nhost: t\r\ncontent-length: 500\r\n\r\n"
        async with await anyio.connect_tcp("127.0.0.1", port.number) as stream:
            await stream.send(head + body)
            await stream.send_eof()
            with contextlib.suppress(anyio.EndOfStream):
                assert b" 400 " in await stream.receive()
        assert "broke off" in port.words[0]

    run(test)


def test_whoever_is_slow_is_cut_off_and_the_port_stays_open():
    async def test(port):
        begun_s = anyio.current_time()
        async with await anyio.connect_tcp("127.0.0.1", port.number) as stream:
            with contextlib.suppress(anyio.BrokenResourceError, anyio.EndOfStream):
                await stream.send(
                    b"POST /webhook HTTP/1.1\r\nhost: t\r\ncontent-length: 9999\r\n\r\n"
                )
                while True:
                    with anyio.move_on_after(1):
                        await stream.receive()
                    await stream.send(b"x")
                    assert anyio.current_time() - begun_s < 10 * webhooks.READ_WITHIN_S
        assert await port.send(message()) == 204

    run(test)


def test_no_more_are_heard_at_once_than_there_is_room_for():
    async def test(port):
        async with contextlib.AsyncExitStack() as held:
            for _ in range(webhooks.CONNECTIONS_MAX):
                stream = await anyio.connect_tcp("127.0.0.1", port.number)
                await held.enter_async_context(stream)
                await stream.send(b"POST /webhook")
            assert await port.send(message()) == 0, "there was no room, and it was heard"
        for wait_s in (1, 5, 20):  # those who were held have gone by then
            await anyio.sleep(wait_s)
            if await port.send(message()):
                break
        assert len(port.payments) == 1

    run(test)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /webhook HTTP/1.1\r\nhost: t\r\n\r\n", 405),
        (b"POST /other HTTP/1.1\r\nhost: t\r\ncontent-length: 0\r\n\r\n", 404),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 no HTTP at all \r\n\r\n", 400),
        (b"POST /webhook HTTP/1.1\r\nhost: t\r\nx: " + b"y" * posts.HEAD_BYTES_MAX * 2, 400),
    ],
)
def test_what_is_no_webhook_is_turned_away_and_not_worth_a_note(sent, status):
    async def test(port):
        assert await send_raw(port.number, sent) in {status, 0}
        assert port.told == []
        assert await port.send(message()) == 204

    run(test)


def test_a_flood_of_forgeries_is_counted_and_good_messages_come_through():
    async def test(port):
        port.keeps = False  # the journal is slow
        async with anyio.create_task_group() as tasks:
            for number in range(20):
                tasks.start_soon(post, port.number, b"{}", {"webhook-id": f"m{number}"})
        port.keeps = True
        assert await post(port.number, b"{}", {}) == 401
        assert f"and {20 - webhooks.NOTES_MAX} more" in port.words[0]
        assert await port.send(message()) == 204

    run(test)


def test_a_port_that_is_taken_is_told_once():
    async def main():
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = ("127.0.0.1", taken.getsockname()[1])
            listener = WebhookListener(address, (SECRET,), Dialect("R-1").told, lambda: NOW_S)
            told = [answer for _ in "12" async for answer, _ in listener.tellings()]
        assert len(told) == 1
        assert "cannot be heard" in told[0].words

    anyio.run(main)


def test_whoever_stops_listening_frees_the_port():
    async def main():
        with socket.create_server(("127.0.0.1", 0)) as free:
            number = free.getsockname()[1]
        listener = WebhookListener(("127.0.0.1", number), (SECRET,), Dialect("R").told, lambda: 0)
        for _ in range(2):
            tellings = listener.tellings()
            with anyio.move_on_after(0.2):
                await anext(tellings)
            await tellings.aclose()
        socket.create_server(("127.0.0.1", number)).close()
        await asyncio.sleep(0)

    anyio.run(main)

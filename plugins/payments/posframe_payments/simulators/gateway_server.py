"""A simulated gateway at a TCP port: HTTP/1.1 by h11, and webhooks it sends by itself."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import time
from typing import TYPE_CHECKING, Final

import anyio
import h11
from anyio.abc import SocketListener

from posframe_payments.simulators.gateway_wire import BREAK, Answer, Request

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from anyio.abc import ByteStream

    from posframe_payments.simulators.gateway_api import GatewayApi

CHUNK_BYTES: Final = 65_536
HOOK_EVERY_S: Final = 0.05
HOOK_WITHIN_S: Final = 30.0
_GONE: Final = (anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError)


class GatewayServer:
    """Serves one API at 127.0.0.1."""

    def __init__(self, api: GatewayApi) -> None:
        self.api = api

    async def serve(self, sock: socket.socket) -> None:
        """Serve at a socket that listens, until cancelled."""
        async with await SocketListener.from_socket(sock) as listener:
            await listener.serve(self.host)

    async def host(self, stream: ByteStream) -> None:
        """Serve one connection to its end."""
        with contextlib.suppress(*_GONE, h11.ProtocolError):
            async with stream:
                await self._talk(stream)

    async def _talk(self, stream: ByteStream) -> None:
        http = h11.Connection(h11.SERVER)
        while True:
            request = await _request(http, stream)
            if request is None:
                return
            answer = await self.api.answer(request)
            if answer == BREAK:
                return
            sent = _bytes(http, answer)
            half = sent[: -len(answer.body) // 2]
            await stream.send(half if answer.is_half else sent * answer.times)
            if answer.is_half or http.our_state is h11.MUST_CLOSE:
                return
            http.start_next_cycle()


class WebhookSender:
    """Tells a till's port what changed, until it says that it has it."""

    def __init__(self, api: GatewayApi, port: int, secret: bytes) -> None:
        self._api, self._port, self._secret = api, port, secret
        self.statuses: list[int] = []
        """What the till answered, in order; 0: nothing."""

    async def run(self, wall_s: Callable[[], float] = time.time) -> None:
        """Tell each change, again and again while it is not taken, until cancelled."""
        told = 0
        while True:
            await anyio.sleep(HOOK_EVERY_S)
            changed = self._api.ledger.changed
            if told == len(changed):
                continue
            body = self.body(changed[told])
            status = await self.send(body, id_=f"msg_{told:06d}", at_s=int(wall_s()))
            if status:
                told += 1

    def body(self, payment: str) -> bytes:
        """Return a message about a payment as it stands."""
        said = self._api.about(self._api.ledger.payments[payment])
        return json.dumps({"type": "payment.changed", "data": said}).encode()

    def headers(self, body: bytes, *, id_: str, at_s: int) -> dict[str, str]:
        """Return what stands around a message."""
        signed = hmac.new(self._secret, f"{id_}.{at_s}.".encode() + body, hashlib.sha256).digest()
        return {
            "webhook-id": id_,
            "webhook-timestamp": str(at_s),
            "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
        }

    async def send(self, body: bytes, *, id_: str, at_s: int) -> int:
        """Send a message once, and return the till's status; 0: it gave none."""
        status = await post(self._port, body, self.headers(body, id_=id_, at_s=at_s))
        self.statuses.append(status)
        return status


async def post(port: int, body: bytes, headers: dict[str, str], path: str = "/webhook") -> int:
    """Post to a port of this machine, and return the status; 0: none came."""
    http = h11.Connection(h11.CLIENT)
    head = [("Host", "till"), ("Content-Length", str(len(body))), *headers.items()]
    request = h11.Request(method="POST", target=path, headers=head)
    sent = (http.send(request) or b"") + (http.send(h11.Data(body)) or b"")
    return await send_raw(port, sent, http)


async def send_raw(port: int, sent: bytes, http: h11.Connection | None = None) -> int:
    """Send bytes as they are, and return the status that comes back; 0: none came."""
    parser = http or h11.Connection(h11.CLIENT)
    with contextlib.suppress(OSError, TimeoutError, *_GONE, h11.ProtocolError):
        with anyio.fail_after(HOOK_WITHIN_S):
            async with await anyio.connect_tcp("127.0.0.1", port) as stream:
                with contextlib.suppress(*_GONE):  # it may answer before it has heard all
                    await stream.send(sent)
                return await _status(parser, stream)
    return 0


async def _status(http: h11.Connection, stream: ByteStream) -> int:
    while True:
        event = http.next_event()
        if isinstance(event, h11.Response):
            return int(event.status_code)
        if event is not h11.NEED_DATA:
            return 0
        http.receive_data(await _received(stream))


async def _request(http: h11.Connection, stream: ByteStream) -> Request | None:
    """Return the next request; None: the till has hung up."""
    head: h11.Request | None = None
    body = b""
    while True:
        event = http.next_event()
        if event is h11.NEED_DATA:
            http.receive_data(await _received(stream))
        elif isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage) and head is not None:
            return _read(head, body)
        else:
            return None


async def _received(stream: ByteStream) -> bytes:
    try:
        return await stream.receive(CHUNK_BYTES)
    except anyio.EndOfStream:
        return b""


def _read(head: h11.Request, body: bytes) -> Request:
    path, _, query = head.target.decode().partition("?")
    headers = {name.decode(): value.decode() for name, value in head.headers}
    return Request(
        method=head.method.decode(),
        path=path,
        query=query,
        authorization=headers.get("authorization", ""),
        key=headers.get("idempotency-key", ""),
        body=body,
    )


def _bytes(http: h11.Connection, answer: Answer) -> bytes:
    headers = [("Content-Type", answer.media_type), ("Content-Length", str(len(answer.body)))]
    if answer.times > 1:
        headers.append(("Connection", "close"))
    events = (
        h11.Response(status_code=answer.status, headers=headers),
        h11.Data(answer.body),
        h11.EndOfMessage(),
    )
    return b"".join(http.send(each) or b"" for each in events)

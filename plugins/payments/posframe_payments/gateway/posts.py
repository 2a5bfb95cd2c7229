"""Reading one POST off a connection, and answering it: HTTP/1.1 by h11, bounded in size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import anyio
import attrs
import h11

from posframe_payments.gateway.reading import BODY_BYTES_MAX
from posframe_payments.gateway.signing import Envelope, Refused

if TYPE_CHECKING:
    from anyio.abc import ByteStream

HEAD_BYTES_MAX: Final = 8_192
CHUNK_BYTES: Final = 4_096
_GONE = (anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError)


class NotForUs(Exception):
    """A request that is no webhook; it is turned away, and worth no note."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


@attrs.frozen(kw_only=True)
class Post:
    """A whole message."""

    envelope: Envelope
    body: bytes


class PostReader:
    """One connection, which brings one message."""

    def __init__(self, stream: ByteStream, path: str) -> None:
        self._stream, self._path = stream, path
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD_BYTES_MAX)

    async def read(self) -> Post:
        """Return the message.

        Raises:
            NotForUs: it is something else.
            Refused: 400 where it broke off, 413 where it is too large.
        """
        head = await self._event()
        if not isinstance(head, h11.Request):
            raise NotForUs(400)
        path = head.target.decode("ascii", "replace").partition("?")[0]
        if path != self._path:
            raise NotForUs(404)
        if head.method != b"POST":
            raise NotForUs(405)
        return Post(envelope=_envelope(head), body=await self._body())

    async def answer(self, status: int) -> None:
        """Answer, and say that nothing more is read here."""
        if self._http.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            return
        headers = [("Content-Length", "0"), ("Connection", "close")]
        try:
            for event in (h11.Response(status_code=status, headers=headers), h11.EndOfMessage()):
                await self._stream.send(self._http.send(event) or b"")
        except (h11.LocalProtocolError, *_GONE):
            return  # nobody reads it

    async def _body(self) -> bytes:
        body = b""
        while True:
            try:
                event = await self._event()
            except NotForUs:
                raise Refused(400, "it broke off") from None
            if isinstance(event, h11.EndOfMessage):
                return body
            if not isinstance(event, h11.Data):
                raise Refused(400, "it broke off")
            body += event.data
            if len(body) > BODY_BYTES_MAX:
                raise Refused(413, "it is too large")

    async def _event(self) -> object:
        """Return what comes next.

        Raises:
            NotForUs: it is no HTTP, or nothing more comes.
        """
        try:
            while (event := self._http.next_event()) is h11.NEED_DATA:
                self._http.receive_data(await self._received())
        except h11.RemoteProtocolError:
            raise NotForUs(400) from None
        return event

    async def _received(self) -> bytes:
        try:
            return await self._stream.receive(CHUNK_BYTES)
        except _GONE:
            return b""  # h11 knows whether something is missing


def _envelope(head: h11.Request) -> Envelope:
    found: dict[bytes, list[bytes]] = {}
    for name, value in head.headers:
        found.setdefault(name, []).append(value)

    def one(name: bytes) -> str:
        values = found.get(name, [])
        return values[0].decode("ascii", "replace") if len(values) == 1 else ""

    return Envelope(
        id=one(b"webhook-id"),
        timestamp=one(b"webhook-timestamp"),
        signatures=one(b"webhook-signature"),
    )

"""Listening for webhooks: what a gateway tells unasked, let go of only once it is in the journal.

Whoever reaches the port can send to it, so all is bounded: connections, bytes, seconds, and notes
of what was refused. A message that is let in is one more fact about a payment; polling goes on
beside it, and nothing is lost where no message comes through.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import TYPE_CHECKING, Final

import anyio

from posframe import AnswerOutcome, DataError, ProviderAnswer
from posframe_payments.gateway.posts import NotForUs, PostReader
from posframe_payments.gateway.signing import Gatekeeper, Refused

if TYPE_CHECKING:
    from anyio.abc import Listener, SocketStream

    from posframe_payments.gateway.posts import Post

PATH: Final = "/webhook"
CONNECTIONS_MAX: Final = 32
READ_WITHIN_S: Final = 10.0
"""For a whole message; who is slower is cut off."""
KEPT_WITHIN_S: Final = 20.0
"""For the journal; then the gateway is told to send again."""
WAITING_MAX: Final = 64
"""Messages on their way to the journal."""
NOTES_MAX: Final = 4
"""Notes of refusals on their way to the journal; more are counted."""

Told = tuple[ProviderAnswer, Callable[[], Awaitable[None]]]


class WebhookListener:
    """One port, where one gateway sends for one tender type."""

    def __init__(
        self,
        address: tuple[str, int],
        secrets: tuple[bytes, ...],
        read: Callable[[bytes], ProviderAnswer],
        wall_s: Callable[[], float],
    ) -> None:
        """Prepare; nothing listens yet.

        Args:
            address: host and port.
            secrets: any of them may have signed.
            read: makes an answer of a body, or raises ``DataError``.
            wall_s: Unix time.
        """
        self._address, self._secrets, self._read, self._wall_s = address, secrets, read, wall_s
        self._waiting: asyncio.Queue[Told | None] = asyncio.Queue()
        self._open = self._notes = self._uncounted = 0
        self._is_missed = False

    async def tellings(self) -> AsyncGenerator[Told]:
        """Listen, and yield what comes, each with what to call once it is on disk.

        Where the port cannot be had it yields that once, and ends.
        """
        host, port = self._address
        try:
            listener = await anyio.create_tcp_listener(local_host=host, local_port=port)
        except OSError as error:
            if not self._is_missed:
                self._is_missed = True
                yield _note(f"Webhooks cannot be heard at {host}:{port} ({error.strerror})"), _let
            return
        gatekeeper = Gatekeeper(self._secrets, int(self._wall_s()))
        self._waiting = asyncio.Queue()
        # A task group's scope may not be left open across a yield: this one is closed below.
        server = asyncio.create_task(self._serve(listener, gatekeeper, self._waiting))
        try:
            while (telling := await self._waiting.get()) is not None:
                yield telling
        finally:
            server.cancel()
            with anyio.CancelScope(shield=True):
                await asyncio.wait({server})

    async def _serve(
        self,
        listener: Listener[SocketStream],
        gatekeeper: Gatekeeper,
        waiting: asyncio.Queue[Told | None],
    ) -> None:
        async def host(stream: SocketStream) -> None:
            async with stream:
                if self._open >= CONNECTIONS_MAX:
                    return
                self._open += 1
                try:
                    await self._host(PostReader(stream, PATH), gatekeeper)
                finally:
                    self._open -= 1

        try:
            async with listener:
                await listener.serve(host)
        finally:
            waiting.put_nowait(None)

    async def _host(self, reader: PostReader, gatekeeper: Gatekeeper) -> None:
        try:
            status = await self._received(reader, gatekeeper)
        except NotForUs as stranger:
            status = stranger.status
        except Refused as refusal:
            status = refusal.status
            await self._note_refusal(refusal.why)
        with anyio.move_on_after(READ_WITHIN_S):
            await reader.answer(status)

    async def _received(self, reader: PostReader, gatekeeper: Gatekeeper) -> int:
        """Take one message to the journal, and return the status that says so.

        Raises:
            NotForUs: it is no webhook.
            Refused: it is not let in.
        """
        try:
            with anyio.fail_after(READ_WITHIN_S):
                post = await reader.read()
        except TimeoutError:
            raise Refused(408, "it did not come to an end") from None
        sent = gatekeeper.admit(post.envelope, post.body, int(self._wall_s()))
        answer = self._understood(post)
        if answer.outcome is AnswerOutcome.IN_PROGRESS:
            return 204  # no news about money
        if await self._tell(answer, KEPT_WITHIN_S):
            return 204
        gatekeeper.forget(sent)
        return 503

    def _understood(self, post: Post) -> ProviderAnswer:
        try:
            return self._read(post.body)
        except DataError as error:
            raise Refused(422, error.message) from error
        except Exception as error:
            raise Refused(422, f"its reader failed ({type(error).__name__})") from error

    async def _tell(self, answer: ProviderAnswer, within_s: float) -> bool:
        """Hand an answer over, and wait until it is on disk; whether it is."""
        if self._waiting.qsize() >= WAITING_MAX:
            return False
        kept = anyio.Event()

        async def done() -> None:
            kept.set()

        self._waiting.put_nowait((answer, done))
        with anyio.move_on_after(within_s):
            await kept.wait()
        return kept.is_set()

    async def _note_refusal(self, why: str) -> None:
        """Have it written down that something was refused; a flood of such is counted."""
        if self._notes >= NOTES_MAX:
            self._uncounted += 1
            return
        more, self._uncounted = self._uncounted, 0
        words = f"A webhook was refused: {why}" + (f"; and {more} more" if more else "")
        self._notes += 1
        try:
            await self._tell(_note(words), READ_WITHIN_S)
        finally:
            self._notes -= 1


def _note(words: str) -> ProviderAnswer:
    """Return what says nothing of any payment, and is written down (``tender.StrayHeard``)."""
    return ProviderAnswer(outcome=AnswerOutcome.UNKNOWN, words=words)


async def _let() -> None:
    """Let go of nothing."""

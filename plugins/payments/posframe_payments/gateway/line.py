"""The HTTP line to a gateway: one question, one reply, each bounded in size and time.

Nothing is sent twice here, redirects are not followed, and what the environment says about
proxies is left aside: a till talks to the address it was given, or to nobody.
"""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Final

import anyio
import anyio.to_thread
import httpx2

from posframe import ConfigurationError, DeviceOffline
from posframe_payments.gateway.exchange import Ask, Reply
from posframe_payments.gateway.reading import BODY_BYTES_MAX

if TYPE_CHECKING:
    from pathlib import Path

CONNECT_WITHIN_S: Final = 5.0
REPLY_WITHIN_S: Final = 15.0
"""For a question and the whole of its reply."""
LINES_MAX: Final = 8
"""Connections at once: one payment is under way, others may still be asked about."""
CHUNK_BYTES: Final = 4_096


class Line:
    """A gateway's URL, and the key that opens it; connected when first asked."""

    def __init__(self, url: str, api_key: str, certificates: Path | None = None) -> None:
        """Prepare; nothing is opened yet.

        Args:
            url: up to where the paths of the protocol begin, without the last slash.
            api_key: sent with each question, and shown nowhere.
            certificates: authorities to trust in place of the usual ones.
        """
        self._url, self._api_key, self._certificates = url, api_key, certificates
        self._client: httpx2.AsyncClient | None = None

    async def ask(self, ask: Ask) -> Reply:
        """Send a question once and return the reply.

        Raises:
            DeviceOffline: no whole reply came; the question may have been heard all the same.
        """
        client = await self._opened()
        headers = {"Idempotency-Key": ask.key} if ask.key else {}
        if ask.body:
            headers["Content-Type"] = "application/json"
        try:
            with anyio.fail_after(REPLY_WITHIN_S):
                async with client.stream(
                    ask.method, self._url + ask.path, content=ask.body, headers=headers
                ) as response:
                    body = await _bounded(response)
        except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError, OSError) as error:
            raise DeviceOffline(
                f"The gateway does not reply ({type(error).__name__})",
                hint="look at the network, or pay another way",
            ) from error
        media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        return Reply(status=response.status_code, media_type=media_type, body=body)

    async def close(self) -> None:
        """Let go of the connections. Idempotent."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _opened(self) -> httpx2.AsyncClient:
        if self._client is None:
            # A quarter of a second on a fast machine: all other devices would wait as long.
            trusted = await anyio.to_thread.run_sync(self._trusted)
            self._client = self._client or httpx2.AsyncClient(
                headers={
                    "Authorization": f"Bearer {self._api_key}",
                    "Accept": "application/json",
                    "Accept-Encoding": "identity",  # a small reply cannot become a large one
                },
                timeout=httpx2.Timeout(REPLY_WITHIN_S, connect=CONNECT_WITHIN_S),
                limits=httpx2.Limits(max_connections=LINES_MAX),
                verify=trusted,
                trust_env=False,
            )
        return self._client

    def _trusted(self) -> ssl.SSLContext:
        """Return whose certificates are believed; without TLS nobody's."""
        if not self._url.startswith("https:"):
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if self._certificates is None:
            return httpx2.create_ssl_context(trust_env=False)
        try:
            return ssl.create_default_context(cafile=self._certificates)
        except OSError as error:  # SSLError is one
            raise ConfigurationError(
                f"{self._certificates.name} holds no certificates",
                hint="it is a file of one or more in PEM",
            ) from error


async def _bounded(response: httpx2.Response) -> bytes:
    """Return a body, or the beginning of one that is too large to be understood."""
    body = b""
    async for chunk in response.aiter_raw(CHUNK_BYTES):
        body += chunk
        if len(body) > BODY_BYTES_MAX:
            break
    return body

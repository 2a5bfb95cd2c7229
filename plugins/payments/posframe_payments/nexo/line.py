"""The wire to a nexo terminal: HTTPS in the shop's network, the terminal's certificate pinned.

Each message has a connection of its own. A kept one could bring the answer to the message before,
and a library that finds it broken would send again.
"""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

import anyio
import httpx2

from posframe import ConfigurationError, DeviceError, DeviceOffline

if TYPE_CHECKING:
    from pathlib import Path

CONNECT_S = 5
WRITE_S = 10
READ_S = 1_000
"""No answer is waited for longer. Whoever asks has a shorter limit, and may want a late one."""
ANSWER_BYTES_MAX = 2_000_000
ANY_NAME = "legacy-terminal-certificate"
"""What Adyen's older terminals are called, all of them."""


class TerminalLine:
    """Brings one message to a terminal and its answer back; never sends anything twice."""

    def __init__(
        self,
        address: str,
        context: ssl.SSLContext | None,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """Prepare; nothing is sent yet.

        Args:
            address: such as ``https://192.168.1.20:8443/nexo``.
            context: from `pinned`; None only where ``transport`` is given.
            transport: instead of a network; for tests.
        """
        self._address, self._context, self._transport = address, context, transport

    async def exchange(self, message: bytes) -> bytes:
        """Send a message, and return the answer.

        Raises:
            DeviceOffline: no connection came about, so that nothing was sent.
            DeviceError: it was or may have been sent, and no whole answer came.
        """
        streams: list[Any] = []
        try:
            return await self._exchange(message, streams)
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            raise DeviceOffline(
                "The terminal cannot be reached",
                hint="is it on, in this network, and its certificate the one in the folder?",
            ) from error
        except httpx2.HTTPError as error:
            raise DeviceError(
                "The line to the terminal broke before its answer", hint="it will be asked again"
            ) from error
        finally:  # the library leaves one open that is given up while hands are shaken
            with anyio.CancelScope(shield=True):
                for each in streams:
                    await each.aclose()

    async def _exchange(self, message: bytes, streams: list[Any]) -> bytes:
        async def note(event: str, facts: dict[str, Any]) -> None:
            if event == "connection.connect_tcp.complete":
                streams.append(facts["return_value"])

        limits = httpx2.Timeout(READ_S, connect=CONNECT_S, write=WRITE_S, pool=CONNECT_S)
        options: dict[str, Any] = {"verify": self._context} if self._context else {}
        headers = {"Content-Type": "application/json", "Connection": "close"}
        async with (
            httpx2.AsyncClient(
                transport=self._transport, timeout=limits, trust_env=False, **options
            ) as client,
            client.stream(
                "POST",
                self._address,
                content=message,
                headers=headers,
                extensions={"trace": note},
            ) as response,
        ):
            answer = bytearray()
            async for chunk in response.aiter_bytes():
                answer += chunk
                if len(answer) > ANSWER_BYTES_MAX:
                    raise _no_answer("is too long")
            if response.status_code != httpx2.codes.OK:
                raise _no_answer(f"has status {response.status_code}")
            return bytes(answer)


def pinned(certificate: Path, terminal: str, setting: str) -> ssl.SSLContext:
    """Return what accepts one terminal only: by its own certificate, or by its root and its name.

    Terminals are called by number, so their names are in no DNS: the host of the address is not
    compared. What is compared is the certificate's common name with ``terminal``, as Adyen writes
    it: ``P400Plus-123456789.live.terminal.adyen.com``.

    Raises:
        ConfigurationError: the file is no certificate.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # a certificate alone is trusted, too
    try:
        context.load_verify_locations(cafile=certificate)
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationError(
            f"{setting}: {certificate.name} is no certificate that can be read",
            hint="put the terminal's certificate, or its maker's root, there as PEM",
        ) from error
    known = frozenset(context.get_ca_certs(binary_form=True))
    parts = {"names": frozenset({terminal.lower(), ANY_NAME}), "certificates": known}
    context.sslobject_class = type("NamedTerminal", (_NamedTerminal,), parts)
    return context


class _NamedTerminal(ssl.SSLObject):
    """Looks who the terminal is as soon as its certificate is known, before anything is said."""

    names: frozenset[str]
    certificates: frozenset[bytes]

    def do_handshake(self) -> None:
        """Shake hands.

        Raises:
            ssl.SSLCertVerificationError: it is another terminal.
        """
        super().do_handshake()
        if self.getpeercert(binary_form=True) in self.certificates:
            return
        subject: Any = (self.getpeercert() or {}).get("subject", ())
        called = [value for part in subject for name, value in part if name == "commonName"]
        if not any(each.lower().partition(".")[0] in self.names for each in called):
            raise ssl.SSLCertVerificationError("the certificate is another terminal's")


def _no_answer(what: str) -> DeviceError:
    return DeviceError(f"What came from the terminal {what}", hint="is its address right?")

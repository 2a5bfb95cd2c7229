"""The simulated nexo terminal at a port of this machine: HTTPS, with a certificate made anew."""

from __future__ import annotations

import contextlib
import datetime
import ssl
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
import h11
from anyio import TASK_STATUS_IGNORED
from anyio.abc import SocketAttribute, TaskStatus
from anyio.streams.tls import TLSStream
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

if TYPE_CHECKING:
    from anyio.abc import ByteStream

    from posframe_payments.simulators.nexo_terminal import Terminal

HOST = "127.0.0.1"
REQUEST_BYTES_MAX = 1_000_000
DAYS = 30
LIFE_S = 600.0
"""A connection ends after so long."""
_GONE = (anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError)


class Certificate:
    """A certificate that signs itself, and its key."""

    def __init__(self, name: str) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        called = x509.Name(
            [x509.NameAttribute(x509.NameOID.COMMON_NAME, f"{name}.test.terminal.adyen.com")]
        )
        now = datetime.datetime.fromtimestamp(time.time(), datetime.UTC)
        made = (
            x509.CertificateBuilder(called, called, key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=DAYS))
            .sign(key, hashes.SHA256())
        )
        self.pem = made.public_bytes(serialization.Encoding.PEM)
        self._key = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    def context(self) -> ssl.SSLContext:
        """Return what a server needs; the library reads it from a file only."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "both.pem"
            path.touch(0o600)
            path.write_bytes(self.pem + self._key)
            context.load_cert_chain(path)
        return context


async def serve(
    terminal: Terminal,
    certificate: Certificate,
    *,
    port: int = 0,
    task_status: TaskStatus[int] = TASK_STATUS_IGNORED,
) -> None:
    """Serve until cancelled; the task status is the port, for one that was 0."""
    context = certificate.context()

    async def host(stream: ByteStream) -> None:
        with contextlib.suppress(*_GONE, ssl.SSLError, h11.ProtocolError):
            async with stream:
                if terminal.happens("unreachable"):
                    return
                secured = await TLSStream.wrap(
                    stream, server_side=True, ssl_context=context, standard_compatible=False
                )
                with anyio.move_on_after(LIFE_S):
                    await _converse(secured, terminal)

    async with await anyio.create_tcp_listener(local_host=HOST, local_port=port) as listener:
        task_status.started(listener.extra(SocketAttribute.local_port))  # noqa: S610 - of anyio
        await listener.serve(host)


async def _converse(stream: TLSStream, terminal: Terminal) -> None:
    """Answer one request, as often as the terminal's faults want."""
    connection = h11.Connection(h11.SERVER)
    body = await _request(stream, connection)
    answer = await terminal.receive(body)
    if answer is None:
        return
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))]
    parts = (
        h11.Response(status_code=200, headers=headers),
        h11.Data(data=answer),
        h11.EndOfMessage(),
    )
    said = b"".join(connection.send(each) or b"" for each in parts)
    await stream.send(said * (2 if terminal.happens("twice") else 1))


async def _request(stream: TLSStream, connection: h11.Connection) -> bytes:
    body = b""
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await stream.receive())
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > REQUEST_BYTES_MAX:
                raise h11.RemoteProtocolError("too long")
        elif isinstance(event, h11.EndOfMessage):
            return body

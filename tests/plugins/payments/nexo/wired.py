"""Simulated terminals at ports of this machine, in a thread and a loop of their own."""

from __future__ import annotations

import contextlib
import datetime
import ssl

import anyio.from_thread
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from posframe_payments.nexo.line import TerminalLine, pinned
from posframe_payments.nexo.provider import NexoProvider
from posframe_payments.simulators.nexo_server import Certificate, serve
from tests.plugins.payments.nexo.far import CAN, configured

NAME = "SIM-1"
CERTIFICATE = Certificate(NAME)


class Rack:
    """Serves terminals until it is closed."""

    def __init__(self, folder):
        self.folder = folder
        self.certificate = folder / "nexo.pem"
        self.certificate.write_bytes(CERTIFICATE.pem)
        self._open = contextlib.ExitStack()
        self._portal = self._open.enter_context(anyio.from_thread.start_blocking_portal())
        self._ports = {}
        self._served = []

    def plug_in(self, terminal, certificate=CERTIFICATE):
        """Serve a terminal; return its address."""
        future, port = self._portal.start_task(serve, terminal, certificate)
        self._served.append(future)
        self._ports[id(terminal)] = port
        return self.address(terminal)

    def address(self, terminal):
        return f"https://127.0.0.1:{self._ports[id(terminal)]}/nexo"

    def line(self, terminal):
        trusted = pinned(self.certificate, NAME, "here")
        return TerminalLine(self.address(terminal), trusted)

    def provider(self, terminal, can=CAN):
        return NexoProvider(configured(terminal, can), self.line(terminal))

    def close(self):
        for each in self._served:
            each.cancel()
        self._open.close()


class Chain:
    """A maker's root, and certificates it signs for terminals."""

    def __init__(self, folder):
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "maker")])
        self.root = folder / "root.pem"
        made = self._made(self._name, self._key.public_key(), is_root=True)
        self.root.write_bytes(made.public_bytes(serialization.Encoding.PEM))

    def leaf(self, name):
        """Return what serves with a certificate for ``name``."""
        return Leaf(self._folder / "leaf.pem", name, self._made)

    def _made(self, name, public_key, *, is_root=False):
        since = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
        builder = x509.CertificateBuilder(self._name, name, public_key)
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(since)
        builder = builder.not_valid_after(since + datetime.timedelta(days=365 * 50))
        limits = x509.BasicConstraints(ca=is_root, path_length=None)
        return builder.add_extension(limits, critical=True).sign(self._key, hashes.SHA256())


class Leaf:
    """A terminal's certificate that its maker signed."""

    def __init__(self, path, name, sign):
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        secret = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        made = sign(subject, key.public_key())
        path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(path)

    def context(self):
        return self._context

"""TLS to a gateway: its certificate is believed, or nothing is sent."""

from __future__ import annotations

import datetime
import ipaddress
import ssl

import anyio
import pytest
from anyio.streams.tls import TLSListener
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from posframe import ConfigurationError, DeviceOffline
from posframe_payments.gateway.dialect import Dialect
from posframe_payments.gateway.line import Line
from posframe_payments.simulators.gateway_api import GatewayApi
from posframe_payments.simulators.gateway_ledger import GatewayLedger
from posframe_payments.simulators.gateway_server import GatewayServer
from tests.plugins.payments.gateway_pair import API_KEY


def made(folder):
    """Make a certificate of this machine that signs itself, with its key beside it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "gateway")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
        .not_valid_after(datetime.datetime(2120, 1, 1, tzinfo=datetime.UTC))
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    folder.mkdir()
    written = folder / "gateway.pem"
    written.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "both.pem").write_bytes(written.read_bytes() + secret)
    return written


@pytest.fixture
def certificate(tmp_path):
    return made(tmp_path / "gateway")


def asked(certificate, trusted):
    """Ask a gateway behind TLS for its terminal; return its reply's status, and what it heard."""
    api = GatewayApi(GatewayLedger(), API_KEY)
    found = []

    async def main():
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.parent / "both.pem")
        plain = await anyio.create_tcp_listener(local_host="127.0.0.1")
        port = plain.extra(anyio.abc.SocketAttribute.local_port)
        listener = TLSListener(plain, context, standard_compatible=False)
        line = Line(f"https://127.0.0.1:{port}", API_KEY, trusted)
        async with listener, anyio.create_task_group() as tasks:
            tasks.start_soon(listener.serve, GatewayServer(api).host)
            try:
                reply = await line.ask(Dialect("R-1").ask_terminal())
                found.append(reply.status)
            finally:
                await line.close()
                tasks.cancel_scope.cancel()

    anyio.run(main)
    return found, api.requests


def test_a_gateway_is_believed_by_the_authority_of_the_settings(certificate):
    found, heard = asked(certificate, certificate)
    assert (found, len(heard)) == ([200], 1)


@pytest.mark.parametrize("by", ["the usual ones", "another"])
def test_a_gateway_that_nobody_vouches_for_is_told_nothing(certificate, tmp_path, by):
    trusted = made(tmp_path / "other") if by == "another" else None
    with pytest.raises(ExceptionGroup) as refused:
        asked(certificate, trusted)
    assert refused.group_contains(DeviceOffline, match="does not reply")


def test_a_file_without_certificates_is_said_to_be_one(certificate):
    empty = certificate.parent / "empty.pem"
    empty.write_text("no certificate")
    with pytest.raises(ExceptionGroup) as refused:
        asked(certificate, empty)
    assert refused.group_contains(ConfigurationError, match="holds no certificates")

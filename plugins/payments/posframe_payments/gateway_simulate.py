"""``posframe payments simulate gateway``: a gateway in software, for a till on this machine."""

from __future__ import annotations

import base64
import contextlib
import os
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from posframe import DataError

if TYPE_CHECKING:
    import socket

    from posframe_payments.simulators.gateway_api import GatewayApi

KEYS: Final = "gateway-simulator.toml"
SECRET_BYTES: Final = 32
NOTE_EVERY_S: Final = 0.2
TABLE: Final = """[plugins.payments.gateways.{kind}]
url = "http://127.0.0.1:{port}"
terminal = "SIM-1"
kind = "{kind}"
keys = "{keys}"
"""


def simulate_gateway(
    *faults: str,
    till: Path = Path(),
    port: int = 8460,
    webhooks: int = 0,
    kind: Literal["card", "wallet"] = "card",
    customer_s: int = 3,
) -> int:
    """Run a gateway whose customer always pays; it goes on until it is stopped.

    It writes new keys into the till's folder, and prints the table for till.toml. Start the till
    after it. No bank and no card is anywhere.

    Args:
        faults: What goes wrong, each once, such as "lost answer"; one that is not known lists them.
        till: The till's folder.
        port: Where it listens, on this machine only.
        webhooks: The port where the till listens for webhooks; 0: none are sent.
        kind: Whether customers pay at a reader or scan a code.
        customer_s: How many seconds the customer takes.
    """
    import anyio

    from posframe_payments.simulators.gateway_api import GatewayApi
    from posframe_payments.simulators.gateway_ledger import FAULTS, GatewayLedger

    ledger = GatewayLedger("SIM-1", customer_s=customer_s)
    for each in faults:
        if each not in FAULTS:
            raise DataError(f"{each!r} is no fault", hint=f"there are: {', '.join(FAULTS)}")
        ledger.fail(each)
    sock = _listening(port)
    api_key, secret = secrets.token_urlsafe(), secrets.token_bytes(SECRET_BYTES)
    _write_keys(till / KEYS, api_key, secret)
    _write(TABLE.format(kind=kind, port=sock.getsockname()[1], keys=KEYS))
    if webhooks:
        _write(f'listen = "127.0.0.1:{webhooks}"\n')
    with contextlib.suppress(KeyboardInterrupt):
        anyio.run(_run, GatewayApi(ledger, api_key), sock, webhooks, secret)
    return 0


async def _run(api: GatewayApi, sock: socket.socket, webhooks: int, secret: bytes) -> None:
    import anyio

    from posframe_payments.simulators.gateway_server import GatewayServer, WebhookSender

    told = 0
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(GatewayServer(api).serve, sock)
        if webhooks:
            tasks.start_soon(WebhookSender(api, webhooks, secret).run)
        while True:
            for payment in api.ledger.changed[told:]:
                kept = api.ledger.payments[payment]
                _write(f"{kept.reference} {kept.kind} {kept.asked_minor}: {kept.status}\n")
            told = len(api.ledger.changed)
            await anyio.sleep(NOTE_EVERY_S)


def _listening(port: int) -> socket.socket:
    import socket

    try:
        return socket.create_server(("127.0.0.1", port))
    except (OSError, OverflowError) as error:
        raise DataError(
            f"Nothing can listen at port {port} ({type(error).__name__})",
            hint="name another by --port",
        ) from error


def _write_keys(path: Path, api_key: str, secret: bytes) -> None:
    written = base64.b64encode(secret).decode()
    content = f'api_key = "{api_key}"\nwebhook_secrets = ["whsec_{written}"]\n'
    try:
        path.unlink(missing_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise DataError(
            f"{path} cannot be written: {error.strerror}", hint="name the till's folder by --till"
        ) from error
    with os.fdopen(handle, "w", encoding="utf-8") as opened:
        opened.write(content)


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()

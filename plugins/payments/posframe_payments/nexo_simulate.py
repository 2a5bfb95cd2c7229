"""``posframe payments simulate nexo``: a nexo terminal in software, for a till on this machine."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from posframe import DataError

if TYPE_CHECKING:
    from posframe_payments.simulators.nexo_terminal import Terminal

PEM, KEY = "nexo-simulator.pem", "nexo-simulator.key"
TABLE: Final = """[plugins.payments.terminals.card]
kind = "nexo"
address = "https://127.0.0.1:{port}/nexo"
terminal = "{name}"
till = "T01"
certificate = "{pem}"
secret = "{key}"
"""
KEY_FILE: Final = 'passphrase = "{phrase}"\nidentifier = "{identifier}"\nversion = {version}\n'


def nexo(
    *faults: str, till: Path = Path(), port: int = 8443, name: str = "SIM-1", customer_s: int = 3
) -> int:
    """Run a nexo terminal whose customer always pays; it goes on until it is stopped.

    It writes its certificate and a new key into the till's folder, and prints the table for
    till.toml. Start the till after it. No bank and no card is anywhere.

    Args:
        faults: What goes wrong, each once, such as "lost answer"; one that is not known lists them.
        till: The till's folder.
        port: Where it listens, on this machine only.
        name: Its POIID.
        customer_s: How many seconds the customer takes.
    """
    import anyio

    from posframe_payments.simulators.nexo_server import Certificate, serve
    from posframe_payments.simulators.nexo_terminal import FAULTS, Terminal

    terminal = Terminal(name=name, note=_write)
    terminal.customer_s = customer_s
    for each in faults:
        if each not in FAULTS:
            raise DataError(f"{each!r} is no fault", hint=f"there are: {', '.join(FAULTS)}")
        terminal.fail(each)
    certificate = Certificate(name)
    _write_files(till, terminal, certificate.pem)
    _write(TABLE.format(port=port, name=name, pem=PEM, key=KEY))

    async def run() -> None:
        await serve(terminal, certificate, port=port)

    try:
        anyio.run(run)
    except KeyboardInterrupt:
        pass
    except OSError as error:
        raise DataError(
            f"Nothing can listen at port {port}: {error.strerror}", hint="name another by --port"
        ) from error
    return 0


def _write_files(till: Path, terminal: Terminal, pem: bytes) -> None:
    terminal.passphrase = secrets.token_urlsafe()
    key = KEY_FILE.format(
        phrase=terminal.passphrase, identifier=terminal.identifier, version=terminal.version
    )
    for file, content in ((PEM, pem), (KEY, key.encode())):
        try:
            handle = os.open(till / file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        except OSError as error:
            raise DataError(
                f"{till / file} cannot be written: {error.strerror}",
                hint="name the till's folder by --till",
            ) from error
        with os.fdopen(handle, "wb") as opened:
            opened.write(content)


def _write(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()

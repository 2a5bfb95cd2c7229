"""The local door: a Unix socket in the till's folder through which commands reach a running till.

One JSON object a line each way: ``{"entry": "3 * 4011"}`` in, what ``posframe script`` prints out;
``{"ask": "devices"}`` in, how the devices stand out. One session a connection; only the till's own
user may connect.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from typing import IO, TYPE_CHECKING, Any

import attrs

from posframe.devices import DeviceReport
from posframe.errors import JournalBusy
from posframe.script import Script

if TYPE_CHECKING:
    from pathlib import Path

    from posframe.till import Till

SOCKET_FILE = "till.sock"
LINE_MAX = 4_096
ANSWER_MAX = 64 << 20
CONNECTIONS_MAX = 4
TIMEOUT_S = 30.0


class Door:
    """Listens beside a running till until closed."""

    def __init__(self, till: Till) -> None:
        self._till = till
        self._path = till.config.folder / SOCKET_FILE
        self._slots = threading.BoundedSemaphore(CONNECTIONS_MAX)
        self._closing = False
        self._path.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.bind(_short(self._path))
        self._path.chmod(0o600)
        self._socket.listen(CONNECTIONS_MAX)
        self._thread = threading.Thread(target=self._listen, name="posframe-door", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening and take the socket away."""
        self._closing = True
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(1.0)
        self._path.unlink(missing_ok=True)

    def _listen(self) -> None:
        while not self._closing:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            if not self._slots.acquire(blocking=False):
                connection.close()
                continue
            threading.Thread(
                target=self._serve, args=(connection,), name="posframe-door", daemon=True
            ).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            connection.settimeout(TIMEOUT_S)
            with connection, connection.makefile("rb") as lines:
                session = Script(self._till)
                while True:
                    raw = lines.readline(LINE_MAX)
                    if not raw:
                        return
                    answer = _answer(session, raw)
                    connection.sendall(json.dumps(answer).encode() + b"\n")
        except OSError:
            return  # the other side has left
        finally:
            self._slots.release()


def ask_running(folder: Path, entries: list[str]) -> list[dict[str, Any]] | None:
    """Do entries at the till that runs in ``folder``; None when none runs.

    Raises:
        JournalBusy: it closed the door, or takes too long; how many entries it did is unknown.
    """
    return _ask(folder, [{"entry": entry} for entry in entries])


def ask_devices(folder: Path) -> tuple[DeviceReport, ...] | None:
    """Return how the devices of the till that runs in ``folder`` stand; None when none runs.

    Raises:
        JournalBusy: it closed the door, takes too long, or is too old to tell.
    """
    answers = _ask(folder, [{"ask": "devices"}])
    if answers is None:
        return None
    found = answers[0].get("devices")
    if not isinstance(found, list):
        raise JournalBusy(
            "The running till does not tell about its devices", hint="start it again: it is older"
        )
    known = {field.name for field in attrs.fields(DeviceReport)}
    return tuple(
        DeviceReport(**{name: value for name, value in each.items() if name in known})
        for each in found
    )


def _ask(folder: Path, requests: list[dict[str, str]]) -> list[dict[str, Any]] | None:
    path = folder / SOCKET_FILE
    if not path.exists():
        return None
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(TIMEOUT_S)
        try:
            connection.connect(_short(path))
        except OSError:
            return None  # left behind by a till that was killed
        try:
            with connection.makefile("rb") as lines:
                return [_asked(connection, lines, request) for request in requests]
        except (OSError, ValueError) as error:
            raise JournalBusy(
                "The running till did not answer", hint="look at its screen before asking again"
            ) from error


def _asked(connection: socket.socket, lines: IO[bytes], request: dict[str, str]) -> dict[str, Any]:
    connection.sendall(json.dumps(request).encode() + b"\n")
    answer: dict[str, Any] = json.loads(lines.readline(ANSWER_MAX))
    return answer


def _answer(session: Script, raw: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(raw)
        if "ask" in asked and "entry" not in asked:
            return _told(session, asked["ask"])
        return session.line(str(asked["entry"]))
    except (ValueError, KeyError, TypeError):
        return {"accepted": False, "message": 'Send {"entry": "…"}, one object a line'}


def _told(session: Script, what: object) -> dict[str, Any]:
    if what != "devices":
        return {"accepted": False, "message": 'What can be asked for is "devices"'}
    return {"devices": [attrs.asdict(each) for each in session.till.devices.reports()]}


def _short(path: Path) -> str:
    """Return a name for ``path`` within the 107 bytes a socket address may have."""
    text = str(path)
    if len(text.encode()) <= 100:
        return text
    import os

    with contextlib.suppress(ValueError):
        return os.path.relpath(text)
    return text

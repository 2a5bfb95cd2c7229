"""The local door: a Unix socket in the till's folder through which commands reach a running till.

One JSON object a line each way: ``{"entry": "3 * 4011"}`` in, what ``posframe script`` prints out;
``{"ask": "devices"}`` in, how the devices stand out. ``{"ask": "till"}`` tells who works there,
``{"ask": "approval"}`` what waits, and ``{"approve": …}`` or ``{"deny": …}`` answers it. One
session a connection; only the till's own user may connect. Entries are done as who is signed in.
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
from posframe.people_told import people_told, request_told
from posframe.script import Script, is_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from posframe.till import Till

SOCKET_FILE = "till.sock"
LINE_MAX = 4_096
ANSWER_MAX = 64 << 20
CONNECTIONS_MAX = 4
TIMEOUT_S = 30.0
_SEEN = 'send "asks" as {"ask": "approval"} told it'
_TELLS = '"devices", "till" or "approval"'


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


def ask_till(folder: Path, what: str) -> dict[str, Any] | None:
    """Return what the till that runs in ``folder`` tells; None when none runs.

    Args:
        folder: the till's.
        what: ``till``: who works there; ``approval``: what waits for one.

    Raises:
        JournalBusy: it closed the door, takes too long, or is too old to tell.
    """
    answers = _ask(folder, [{"ask": what}])
    if answers is not None and "operator" not in answers[0]:
        raise JournalBusy("The running till does not tell that", hint="start it again: it is older")
    return answers[0] if answers is not None else None


def answer_approval(folder: Path, verb: str, answer: dict[str, Any]) -> dict[str, Any] | None:
    """Approve or deny what waits at the till that runs in ``folder``; None when none runs.

    Args:
        folder: the till's.
        verb: ``approve`` or ``deny``.
        answer: ``number``, ``pin``, ``reason``; ``asks`` as it was told, and needed: another
            one is refused.

    Raises:
        JournalBusy: it closed the door or takes too long; whether it was taken, its screen says.
    """
    answers = _ask(folder, [{verb: answer}])
    return answers[0] if answers is not None else None


def open_report(folder: Path, answer: dict[str, Any]) -> dict[str, Any] | None:
    """Ask the till that runs in ``folder`` to let somebody look at a report; None when none runs.

    Args:
        folder: the till's.
        answer: ``number`` and ``pin``, empty where nobody signs in; ``report``, ``from``, ``to``,
            ``by_operator``.

    Raises:
        JournalBusy: it closed the door or takes too long.
    """
    answers = _ask(folder, [{"report": answer}])
    return answers[0] if answers is not None else None


def _ask(folder: Path, requests: Sequence[dict[str, Any]]) -> list[dict[str, Any]] | None:
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


def _asked(connection: socket.socket, lines: IO[bytes], request: dict[str, Any]) -> dict[str, Any]:
    connection.sendall(json.dumps(request).encode() + b"\n")
    answer: dict[str, Any] = json.loads(lines.readline(ANSWER_MAX))
    return answer


def _answer(session: Script, raw: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(raw)
        if not is_text(json.dumps(asked, ensure_ascii=False)):
            return {"accepted": False, "message": "It holds what is no text", "hint": "send UTF-8"}
        if "ask" in asked and "entry" not in asked:
            return _told(session, asked["ask"])
        verb = next((each for each in ("approve", "deny") if each in asked), "")
        if verb and "entry" not in asked:
            return _answered(session, verb, asked[verb])
        if "report" in asked and "entry" not in asked:
            return _opened(session.till, asked["report"])
        return session.line(str(asked["entry"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {"accepted": False, "message": 'Send {"entry": "…"}, one object a line'}


def _told(session: Script, what: object) -> dict[str, Any]:
    till = session.till
    if what == "devices":
        return {"devices": [attrs.asdict(each) for each in till.devices.reports()]}
    if what in {"till", "approval"}:
        return _who(till) if what == "till" else {"asks": None, "name": "", **_who(till)}
    return {"accepted": False, "message": f"What can be asked for is {_TELLS}"}


def _who(till: Till) -> dict[str, Any]:
    told = {"till": till.config.till.id, "operator": "", **people_told(till)}
    return {**told, "name": till.signing.name_of(told["operator"])}


def _answered(session: Script, verb: str, answer: dict[str, Any]) -> dict[str, Any]:
    """Approve or deny what waits; whose PIN it is counts, not whose session."""
    till, signing = session.till, session.till.signing
    asking = till.state.control.waiting(till.parts.engine.instant)
    number, pin, words = (str(answer.get(each, "")) for each in ("number", "pin", "reason"))
    seen = answer.get("asks")
    if seen is None:  # nobody answers for what they were not shown
        return {"accepted": False, "message": "What is meant is missing", "hint": _SEEN}
    if asking is None or seen != request_told(till, asking):
        return {"accepted": False, "message": "That does not wait any more", "hint": "look again"}
    answer_by = signing.approve if verb == "approve" else signing.deny
    outcome = answer_by(number, pin, words, request=asking)
    return {"accepted": outcome.accepted, "message": outcome.words, "hint": outcome.hint}


def _opened(till: Till, answer: dict[str, Any]) -> dict[str, Any]:
    """Let somebody look at a report; whose PIN it is counts, not whose session."""
    from posframe.kernel.domain.commands import OpenReport

    asked = OpenReport(
        report=str(answer["report"]),
        from_date=str(answer.get("from", "")),
        to_date=str(answer.get("to", "")),
        by_operator=answer.get("by_operator") is True,
    )
    number, pin = str(answer.get("number", "")), str(answer.get("pin", ""))
    signs_in = till.config.operators.sign_in
    outcome = till.signing.open_report(number, pin, asked) if signs_in else till.do(asked)
    return {"accepted": outcome.accepted, "message": outcome.words, "hint": outcome.hint}


def _short(path: Path) -> str:
    """Return a name for ``path`` within the 107 bytes a socket address may have."""
    text = str(path)
    if len(text.encode()) <= 100:
        return text
    import os

    with contextlib.suppress(ValueError):
        return os.path.relpath(text)
    return text

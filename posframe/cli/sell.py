"""``posframe run``, ``script`` and ``do``: a till with a screen, one without, one entry."""

from __future__ import annotations

import contextlib
import gc
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from posframe.errors import ConfigurationError, DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

LINE_MAX = 4_096


def run(*, till: Path = Path(), line_mode: bool = False) -> int:
    """Open the till in a folder and sell.

    Args:
        till: the till's folder, which holds its till.toml.
        line_mode: plain sentences instead of a screen, for screen readers and simple terminals.
    """
    gc.disable()  # nothing made while starting is garbage; the screen switches it on again
    from posframe.plugins import installed, load_target

    terminal = installed().get("terminal")
    if terminal is None:
        raise ConfigurationError(
            "This installation has no screen", hint="pip install 'posframe[terminal]'"
        )
    status: int = load_target(terminal).start(till, line_mode=line_mode)
    return status


def script(file: Path | None = None, /, *, till: Path = Path(), full: bool = False) -> int:
    """Read one entry a line, as a cashier types it, and print one JSON object a line.

    ``@action`` invokes an action by its id, ``@state`` prints everything. Exit status 1 when any
    entry was refused.

    Args:
        file: entries; without it, standard input.
        till: the till's folder.
        full: print every line and the whole state each time.
    """
    from posframe.till import Till
    from posframe.training.script import PracticeScript

    refused = False
    with (
        Till.open(till) as opened,
        contextlib.closing(PracticeScript(opened, full=full)) as session,
    ):
        for text in _lines(file):
            takes_enter = session.session.screen == "payment" or session.session.wants_pin
            if not text.strip() and not takes_enter:
                continue  # on the payment screen Enter alone means exact cash
            answer = session.line(text)
            refused = refused or not answer["accepted"]
            sys.stdout.write(f"{json.dumps(answer)}\n")
            sys.stdout.flush()
        opened.drain()
    return 1 if refused else 0


def do(*entries: str, till: Path = Path()) -> int:
    """Do entries at a till: through the running one if it runs, or by opening it.

    Args:
        entries: as typed on the entry line; quote each.
        till: the till's folder.
    """
    from posframe.door import ask_running

    answers = ask_running(till, list(entries))
    if answers is None:
        from posframe.script import Script
        from posframe.till import Till

        with Till.open(till) as opened:
            session = Script(opened)
            answers = [session.line(entry) for entry in entries]
            opened.drain()
    for answer in answers:
        sys.stdout.write(f"{json.dumps(answer)}\n")
    return 0 if all(answer["accepted"] for answer in answers) else 1


def _lines(file: Path | None) -> Iterator[str]:
    """Yield entry lines; lines that begin with # are comments."""
    try:
        source = file.open("rb") if file else sys.stdin.buffer
    except OSError as error:
        raise DataError(
            f"{file} cannot be read ({error.strerror})", hint="check the name"
        ) from error
    with source:
        for raw in source:
            text = raw[:LINE_MAX].decode("utf-8", "replace").rstrip("\r\n")
            if not text.startswith("#"):
                yield text

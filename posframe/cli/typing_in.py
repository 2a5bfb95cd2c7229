"""What a person types at a command line: plain answers, and PINs that nobody else can read."""

from __future__ import annotations

import getpass
import sys

from posframe.errors import DataError


def typed(prompt: str) -> str:
    """Return one line that is typed, or comes in by a pipe.

    Raises:
        DataError: there is none.
    """
    if sys.stdin.isatty():
        print(prompt, end=" ", flush=True)
    return _line()


def hidden(prompt: str) -> str:
    """Return one line that is typed and not shown, or comes in by a pipe.

    Raises:
        DataError: there is none.
    """
    if not sys.stdin.isatty():
        return _line()
    try:
        return getpass.getpass(f"{prompt} ")
    except EOFError as error:
        raise DataError("Nothing was typed", hint="start again") from error


def _line() -> str:
    line = sys.stdin.readline()
    if not line:
        raise DataError("Nothing was typed", hint="start again")
    return line.rstrip("\r\n")

"""Entries done from a shell: at the till that runs, or at one that is opened for them.

Where operators sign in, ``operator`` is the number of who does it, and the PIN is asked for. At a
running till nobody else may be signed in then: they would lose their place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.errors import RuleViolation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def done_as(folder: Path, operator: str, entries: Sequence[str]) -> int:
    """Do entries, print what came of each, and return the exit status: 1 when one was refused.

    Raises:
        PosframeError: somebody else works at the till, or it cannot be opened.
    """
    lines = list(entries)
    if operator:
        from posframe.cli.typing_in import hidden

        _check_signs_in(folder)
        _check_free(folder)
        lines = [f".signin {operator} {hidden('PIN:')}", *lines, ".signout"]
    answers = _answers(folder, lines)
    shown = answers[1:-1] if operator and answers[0]["accepted"] else answers[: len(entries)]
    for answer in shown:
        print(answer["message"])
        if answer.get("hint"):
            print(f"  {answer['hint']}")
    return 0 if all(answer["accepted"] for answer in shown) else 1


def _check_signs_in(folder: Path) -> None:
    from posframe.config import load_config

    if not load_config(folder).operators.sign_in:
        raise RuleViolation(
            "Nobody signs in at this till",
            hint="leave --operator out, or set operators.sign_in = true in till.toml",
        )


def _check_free(folder: Path) -> None:
    from posframe.door import ask_till

    told = ask_till(folder, "till")
    if told is not None and told["operator"]:
        raise RuleViolation(
            f"Operator {told['operator']} is signed in at the till",
            hint="do it there, or have them sign out first: .signout",
        )


def _answers(folder: Path, lines: list[str]) -> list[dict[str, Any]]:
    from posframe.door import ask_running

    answers = ask_running(folder, lines)
    if answers is not None:
        return answers
    from posframe.script import Script
    from posframe.till import Till

    with Till.open(folder) as till:
        script = Script(till)
        answers = [script.line(line) for line in lines]
        till.drain()
    return answers

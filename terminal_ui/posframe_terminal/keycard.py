"""The card of keys: the key table as text, to print and lay beside the till."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posframe_terminal.cells import fit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from posframe_terminal.keys import KeyTable

WIDTH: Final = 72


def key_card(table: KeyTable, screens: Iterable[str]) -> str:
    """Return the keys of each screen that has any, a line each, then actions without a key."""
    lines: list[str] = []
    for screen in screens:
        if hints := table.hints(screen):
            lines += ["", screen.upper(), "-" * WIDTH]
            lines += [_line(hint.key, hint.label, hint.help) for hint in hints]
    unbound = list(_unbound(table, screens))
    if unbound:
        lines += ["", "BY NAME: type it and press Enter", "-" * WIDTH, *unbound]
    return "\n".join(line.rstrip() for line in lines[1:]) + "\n"


def _unbound(table: KeyTable, screens: Iterable[str]) -> Iterator[str]:
    bound = {hint.action for screen in screens for hint in table.hints(screen)}
    for action in table.actions:
        if action.id not in bound:
            yield _line(f".{action.id}", action.label, action.help)


def _line(key: str, label: str, help_: str) -> str:
    return f"{fit(key, 10)} {fit(label, 12)} {fit(help_, WIDTH - 24)}"

"""Start: opens the till, puts a screen or plain lines on it, closes it whatever happens."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

from posframe import ConfigurationError, Till

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from posframe_terminal.keys import Action, KeyTable

_TILL_DOES: Final = frozenset({"find", "recall"})
"""Shown by the terminal, done by the till, which knows what is typed before the key."""
_OPEN_SALE_ONLY: Final = frozenset(
    {"void", "cancel", "quantity", "discount", "price", "pay", "age_ok"}
)
"""Of no use while the change of a completed sale is shown."""
_PLACES: Final = (
    *("sale", "payment", "ask", "change", "paying", "payments", "returns"),
    *("approval", "counting", "report", "shifts"),
)
_THEMES: Final = {"contrast": "high-contrast"}
"""Names of till.toml that the terminal spells out."""


def start(folder: Path, *, line_mode: bool = False) -> int:
    """Sell at the till in ``folder`` until it is left; return the exit status.

    Raises:
        PosframeError: the till cannot start; the message says what to do.
    """
    with Till.open(folder) as till:
        if "terminal" not in till.config.enabled:
            raise ConfigurationError(
                "This till has no terminal", hint='add "terminal" to plugins.enable in till.toml'
            )
        if line_mode:
            from posframe_terminal.line import sell

            return sell(till)
        return _screen(till)


def _screen(till: Till) -> int:
    from posframe_terminal.launch import make_app, prepare_environment, run

    prepare_environment()
    from posframe_terminal.counter import Counter
    from posframe_terminal.practice import PracticeDoor

    table = key_table(till)
    namer = key_namer(table)
    door = PracticeDoor(Counter(till, namer), namer)
    with till.door(), contextlib.closing(door):
        app = make_app(
            door,
            table,
            meaning=door.meaning,
            theme=_theme(till),
            scan_prefix=till.config.ui.scan_prefix,
        )
        why = run(app)
    till.drain()
    if why:
        print(why)  # noqa: T201 - the screen is gone; this is the last word
    return 0


def key_table(till: Till) -> KeyTable:
    """Return the till's keys, checked.

    Raises:
        ConfigurationError: ids or keys are unknown, or clash; all in one message.
    """
    from posframe_terminal.actions import PRESETS, TERMINAL
    from posframe_terminal.control_keys import control_actions
    from posframe_terminal.keys import build_table
    from posframe_terminal.paint.screens import Screens

    preset = PRESETS.get(till.config.ui.keymap)
    if preset is None:
        raise ConfigurationError(
            f"ui.keymap {till.config.ui.keymap!r} is unknown", hint=f"one of: {', '.join(PRESETS)}"
        )
    known = (*TERMINAL, *control_actions(till))
    own = tuple(action for action in known if action.id not in _TILL_DOES)
    actions = (*own, *_offered(till, {action.id for action in own}), *_tenders(till))
    return build_table(
        actions,
        contexts=Screens(),
        keymap={**preset.keymap, **till.config.ui.keys},
        numbered_commands=preset.numbered_commands,
    )


def _offered(till: Till, own: set[str]) -> list[Action]:
    """Return the actions of kernel and plugins; what the terminal does itself stays its own."""
    from posframe_terminal.keys import Action

    return [
        Action(
            id=action.id,
            label=action.label,
            keys=action.keys,
            contexts=_contexts(action.id, action.contexts),
            permission=action.permission,
            plugin=plugin,
            help=action.help,
        )
        for plugin, action in till.parts.actions
        if action.id not in own
    ]


def _tenders(till: Till) -> list[Action]:
    """Return a key for each tender that has one of its own; cash is Enter."""
    from posframe_terminal.keys import Action

    named = {action.id for _, action in till.parts.actions}
    return [
        Action(
            id=tender.rule.id,
            label=tender.rule.label,
            keys=(tender.key,) if tender.key else (),
            contexts=("payment",),
            plugin=f"of tender {tender.rule.id}",
            help=f"{tender.rule.label}: the amount typed, or exactly what is due",
        )
        for tender in till.parts.tenders
        if tender.rule.id not in named
    ]


def key_namer(table: KeyTable) -> Callable[[str], str]:
    """Return what names an action's key in a sentence, or how it is typed when it has none."""

    def name(action: str) -> str:
        keys = (table.key_text(action, place) for place in _PLACES)
        return next(filter(None, keys), f".{action}")

    return name


def _contexts(action: str, contexts: tuple[str, ...]) -> tuple[str, ...]:
    """Let what begins a sale also work while the change of the last is still shown."""
    if "sale" in contexts and "change" not in contexts and action not in _OPEN_SALE_ONLY:
        return (*contexts, "change")
    return contexts


def _theme(till: Till) -> str:
    """Return the theme's name for the terminal; empty on a console that has 16 colours."""
    import os

    bare = os.environ.get("TERM", "") in {"linux", "vt220", "vt100"}
    theme = till.config.ui.theme
    return "" if bare else _THEMES.get(theme, theme)
